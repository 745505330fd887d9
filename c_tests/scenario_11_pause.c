/* Scenario 11: a pause inside the waking of the paused; a notifier that pauses;
 * one that wakes the paused; waking with nothing paused. */
#include "promises.h"

static lwt_t *inner;
static lwt_t *pauses(lwt_value v, void *env) {
  (void)v;
  CHECK_INT(lwt_paused_count(), 0); /* counted anew already */
  lwt_t *p = lwt_pause();
  *(lwt_t **)env = lwt_retain(p);
  return p;
}
TEST(what_is_paused_while_the_paused_are_woken_waits_for_the_next_time) {
  lwt_t *outer = lwt_bind(lwt_pause(), pauses, &inner, NULL);
  CHECK_INT(lwt_paused_count(), 1);
  lwt_wakeup_paused();
  CHECK_SLEEPS(inner);
  CHECK_SLEEPS(outer);
  CHECK_INT(lwt_paused_count(), 1);
  lwt_wakeup_paused();
  CHECK_RETURNS(inner, 0);
  CHECK_RETURNS(outer, 0);
  CHECK_INT(lwt_paused_count(), 0);
}

static size_t told[8];
static int calls;
static lwt_t *extra;
static void pauses_once(size_t count, void *env) {
  (void)env;
  told[calls++] = count;
  if (calls == 1) extra = lwt_pause();
}
TEST(a_notifier_that_pauses_is_told_of_that_too) {
  calls = 0;
  lwt_register_pause_notifier(pauses_once, NULL, NULL);
  lwt_t *p = lwt_pause();
  CHECK_INT(calls, 2);
  CHECK_INT(told[0], 1);
  CHECK_INT(told[1], 2);
  lwt_wakeup_paused();
  CHECK_RETURNS(p, 0);
  CHECK_RETURNS(extra, 0);
  lwt_register_pause_notifier(NULL, NULL, NULL);
}

static void wakes_them(size_t count, void *env) {
  (void)env;
  told[calls++] = count;
  lwt_wakeup_paused();
}
TEST(a_notifier_that_wakes_the_paused_has_pause_return_a_resolved_promise) {
  calls = 0;
  int dropped = 0;
  lwt_register_pause_notifier(wakes_them, &dropped, count_drop);
  CHECK_RETURNS(lwt_pause(), 0);
  CHECK_RETURNS(lwt_pause(), 0);
  CHECK_INT(calls, 2);
  CHECK_INT(told[1], 1);
  CHECK_INT(lwt_paused_count(), 0);
  lwt_register_pause_notifier(NULL, NULL, NULL); /* the one before goes */
  CHECK_INT(dropped, 1);
  lwt_t *p = lwt_pause();
  CHECK_INT(calls, 2);
  CHECK_SLEEPS(p);
  lwt_wakeup_paused();
  CHECK_RETURNS(p, 0);
}

TEST(waking_with_nothing_paused_is_harmless) {
  lwt_wakeup_paused();
  lwt_wakeup_paused();
  CHECK_INT(lwt_paused_count(), 0);
}

static void wakes_nested(void *env) {
  struct env *e = env_enter(env);
  (void)e;
  lwt_wakeup_paused(); /* those of this round are not its business */
}
TEST(they_resolve_in_their_order_and_a_nested_waking_disturbs_nobody) {
  ENV(a);
  ENV(b);
  lwt_t *p = lwt_pause(), *q = lwt_pause();
  lwt_on_termination(p, wakes_nested, &a, env_drop);
  lwt_on_termination(q, env_unit, &b, env_drop);
  lwt_wakeup_paused();
  CHECK_TRACE("a b");
  CHECK_ENV(a, 1, 1);
  CHECK_ENV(b, 1, 1);
  CHECK_RETURNS(p, 0);
  CHECK_RETURNS(q, 0);
}

TEST(a_cancelled_pause_still_counts_and_an_abandoned_one_is_pending_for_ever) {
  lwt_t *p = lwt_pause(), *q = lwt_pause();
  lwt_cancel(p);
  CHECK_INT(lwt_paused_count(), 2);
  lwt_abandon_paused();
  CHECK_INT(lwt_paused_count(), 0);
  lwt_wakeup_paused();
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_SLEEPS(q);
  lwt_release(q);
}
