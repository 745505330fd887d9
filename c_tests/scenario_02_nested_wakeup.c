/* Scenario 2: a wake-up inside a callback. At once it nests; deferred, the
 * promise is resolved and its callbacks have not run. Rules R4, R5. */
#include "wakeups.h"

static struct inner {
  const struct wakeup *with;
  lwt_u *u;
  lwt_t *p;
} inner;
static void wakes_inner(lwt_value v, void *env) {
  (void)v, (void)env;
  trace("before");
  CHECK_INT(inner.with->wake(inner.u), LWT_OK);
  CHECK_STATE(inner.p, inner.with->state);
  trace("after");
}
static void each(void (*outer)(lwt_u *), bool nested) {
  for (int i = 0; i < WAKEUPS; i++) {
    lwt_u *u;
    ENV(inner_ran);
    ENV(sibling);
    lwt_t *p = lwt_wait(&u);
    inner.with = &wakeups[i];
    inner.p = lwt_wait(&inner.u);
    lwt_on_success(p, wakes_inner, NULL, NULL);
    lwt_on_success(p, env_value, &sibling, env_drop);
    lwt_on_termination(inner.p, env_unit, &inner_ran, env_drop);
    outer(u);
    CHECK_TRACE(nested && !wakeups[i].later ? "before inner_ran after sibling"
                                            : "before after sibling inner_ran");
    CHECK_ENV(inner_ran, 1, 1);
    lwt_release(p);
    lwt_release(inner.p);
  }
}
static void at_once(lwt_u *u) { lwt_wakeup(u, LWT_UNIT); }
static void deferred(lwt_u *u) { lwt_wakeup_later(u, LWT_UNIT); }
TEST(at_once_nests_and_deferred_leaves_a_resolved_promise_whose_callbacks_wait) {
  each(at_once, true);
}
TEST(an_outermost_deferred_wake_up_resolves_as_one_at_once) { each(deferred, true); }

/* With no callback running there is nothing to wait for. */
TEST(outside_of_callbacks_all_run_before_the_wake_up_returns) {
  for (int i = 0; i < WAKEUPS; i++) {
    lwt_u *u;
    ENV(seen);
    lwt_t *p = lwt_wait(&u);
    lwt_on_termination(p, env_unit, &seen, env_drop);
    wakeups[i].wake(u);
    CHECK_ENV(seen, 1, 1);
    lwt_release(p);
  }
  trace_text[0] = '\0';
}

static void cancels_inner(lwt_value v, void *env) {
  (void)v, (void)env;
  trace("before");
  lwt_cancel(inner.p);
  trace("after");
}
TEST(a_cancel_inside_a_callback_nests) {
  lwt_u *u;
  ENV(inner_ran);
  lwt_t *p = lwt_wait(&u);
  inner.p = lwt_task(&inner.u);
  lwt_on_success(p, cancels_inner, NULL, NULL);
  lwt_on_termination(inner.p, env_unit, &inner_ran, env_drop);
  lwt_wakeup_later(u, LWT_UNIT);
  CHECK_TRACE("before inner_ran after");
  lwt_release(p);
  lwt_release(inner.p);
  lwt_wakener_forget(inner.u);
}

/* What a resolution leads to is never deferred: a chain goes on at once. */
TEST(what_follows_from_a_nested_wake_up_runs_at_once) {
  lwt_u *u;
  ENV(first);
  ENV(second);
  lwt_t *p = lwt_wait(&u);
  inner.with = &wakeups[0];
  inner.p = lwt_wait(&inner.u);
  lwt_on_success(p, wakes_inner, NULL, NULL);
  lwt_t *q = lwt_map(lwt_retain(inner.p), env_map, &first, env_drop);
  lwt_t *r = lwt_bind(q, env_bind, &second, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("before first second after");
  CHECK_RETURNS(r, 1);
  lwt_release(inner.p);
  lwt_release(p);
}
