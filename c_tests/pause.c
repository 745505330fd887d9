/* pause, paused_count, wakeup_paused. */
#include "promises.h"

TEST(waking_with_nothing_paused_is_harmless) {
  CHECK_INT(lwt_paused_count(), 0);
  lwt_wakeup_paused();
  CHECK_INT(lwt_paused_count(), 0);
}

TEST(pause_waits_for_the_next_wakeup_paused) {
  lwt_t *p = lwt_pause();
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_paused_count(), 1);
  lwt_wakeup_paused();
  CHECK_INT(lwt_paused_count(), 0);
  CHECK_RETURNS(p, 0);
}

TEST(paused_promises_resolve_first_in_first_out) {
  ENV(a);
  ENV(b);
  ENV(c);
  struct env *envs[3] = {&a, &b, &c};
  for (int i = 0; i < 3; i++) lwt_release(lwt_map(lwt_pause(), env_map, envs[i], env_drop));
  CHECK_INT(lwt_paused_count(), 3);
  lwt_wakeup_paused();
  CHECK_TRACE("a b c");
  CHECK_ENV(c, 1, 1);
}

static lwt_t *pause_again(lwt_value v, void *env) {
  (void)v;
  env_unit(env);
  return lwt_pause();
}
TEST(what_is_paused_meanwhile_waits_for_the_next) {
  ENV(f);
  lwt_t *p = lwt_bind(lwt_pause(), pause_again, &f, env_drop);
  lwt_wakeup_paused();
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_paused_count(), 1);
  lwt_wakeup_paused();
  CHECK_RETURNS(p, 0);
  CHECK_ENV(f, 1, 1);
  CHECK_TRACE("f");
}

static void wake_the_paused(void *env) {
  env_unit(env);
  lwt_wakeup_paused();
  trace("]");
}
TEST(wakeup_paused_inside_a_paused_callback_wakes_only_what_was_paused_since) {
  ENV(a);
  ENV(b);
  lwt_t *p = lwt_pause(), *q = lwt_pause();
  lwt_on_termination(p, wake_the_paused, &a, NULL);
  lwt_on_termination(q, env_unit, &b, NULL);
  lwt_wakeup_paused();
  CHECK_INT(b.ran, 1);
  CHECK_INT(a.ran, 1);
  CHECK_RETURNS(p, 0);
  CHECK_RETURNS(q, 0);
  CHECK_INT(lwt_paused_count(), 0);
  trace_text[0] = '\0';
}

TEST(a_pause_can_be_cancelled_and_still_counts) {
  lwt_t *p = lwt_pause();
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(lwt_paused_count(), 1);
  lwt_wakeup_paused();
  CHECK_INT(lwt_paused_count(), 0);
}

TEST(a_released_pause_resolves_for_those_who_wait_on_it) {
  ENV(f);
  lwt_t *p = lwt_pause();
  lwt_on_success(p, env_value, &f, env_drop);
  lwt_release(p);
  lwt_wakeup_paused();
  CHECK_ENV(f, 1, 1);
  trace_text[0] = '\0';
}

TEST(a_million_pauses) {
  long n = scaled(1000000);
  for (long i = 0; i < n; i++) lwt_release(lwt_pause());
  CHECK_INT(lwt_paused_count(), n);
  lwt_wakeup_paused();
  CHECK_INT(lwt_paused_count(), 0);
}

TEST(pausing_and_cancelling_leaves_memory_flat) {
  long before = 0;
  for (long i = 0; i < scaled(1000000); i++) {
    if (i == scaled(200000)) before = resident();
    lwt_t *p = lwt_pause();
    lwt_cancel(p);
    lwt_release(p);
    if (i % 100 == 0) lwt_wakeup_paused();
  }
  lwt_wakeup_paused();
  CHECK_FLAT(before, 2);
}

/* The notifier: for a foreign loop that drives the paused promises. */
static size_t told;
static int tellings;
static lwt_t *more;
static void tell(size_t count, void *env) {
  told = count;
  tellings++;
  if (env != NULL) trace(((struct env *)env)->name);
}
static void pause_once(size_t count, void *env) {
  (void)env;
  if (count == 1) more = lwt_pause();
  tellings++;
}
static void wake_at_once(size_t count, void *env) {
  (void)count, (void)env;
  tellings++;
  lwt_wakeup_paused();
}
TEST(the_notifier_is_told_the_count_and_there_is_one) {
  ENV(f);
  lwt_register_pause_notifier(tell, &f, env_drop);
  lwt_release(lwt_pause());
  CHECK_INT(told, 1);
  lwt_release(lwt_pause());
  CHECK_INT(told, 2);
  lwt_register_pause_notifier(tell, NULL, NULL);
  CHECK_INT(f.dropped, 1);
  CHECK_TRACE("f f");
  lwt_release(lwt_pause());
  CHECK_INT(told, 3);
  lwt_register_pause_notifier(NULL, NULL, NULL);
  lwt_release(lwt_pause());
  CHECK_INT(told, 3);
  lwt_wakeup_paused();
}
TEST(a_notifier_may_pause) {
  tellings = 0;
  lwt_register_pause_notifier(pause_once, NULL, NULL);
  lwt_t *p = lwt_pause();
  CHECK_INT(tellings, 2);
  CHECK_INT(lwt_paused_count(), 2);
  lwt_register_pause_notifier(NULL, NULL, NULL);
  lwt_wakeup_paused();
  CHECK_RETURNS(p, 0);
  CHECK_RETURNS(more, 0);
}
TEST(a_notifier_may_wake_the_paused) {
  tellings = 0;
  lwt_register_pause_notifier(wake_at_once, NULL, NULL);
  lwt_t *p = lwt_pause();
  CHECK_INT(tellings, 1);
  CHECK_RETURNS(p, 0);
  CHECK_INT(lwt_paused_count(), 0);
  lwt_register_pause_notifier(NULL, NULL, NULL);
}

TEST(abandoned_they_stay_pending_for_ever) {
  ENV(f);
  lwt_t *p = lwt_pause();
  lwt_on_termination(p, env_unit, &f, env_drop);
  lwt_abandon_paused();
  CHECK_INT(lwt_paused_count(), 0);
  lwt_wakeup_paused();
  CHECK_SLEEPS(p);
  lwt_release(p);
  CHECK_ENV(f, 0, 1);
  p = lwt_pause();
  lwt_wakeup_paused();
  CHECK_RETURNS(p, 0);
}
