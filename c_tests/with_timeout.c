/* lwt_with_timeout: a deadline after which the body is cancelled and awaited. */
#include "sim.h"

static lwt_u *u;
static lwt_t *now(void *env) { return lwt_return(env); }
static lwt_t *cancelable(void *env) { return (void)env, lwt_task(&u); }
static lwt_t *stubborn(void *env) { return (void)env, lwt_wait(&u); }
static lwt_t *sleeps(void *env) { return lwt_unix_sleep(*(double *)env); }

TEST(what_is_resolved_is_the_result_and_no_timer_is_made) {
  size_t timers = lwt_engine_timer_count();
  lwt_t *p = lwt_with_timeout(10, now, LWT_INT(5), NULL);
  CHECK_INT(lwt_engine_timer_count(), timers);
  CHECK_RETURNS(p, 5);
  ENV_RAISING(f, LWT_FULL);
  CHECK_FAILS(lwt_with_timeout(10, env_thunk, &f, env_drop), LWT_FULL);
  CHECK_ENV(f, 1, 1);
  trace_text[0] = '\0';
}
TEST(what_ends_in_time_is_the_result_and_the_timer_goes) {
  size_t timers = lwt_engine_timer_count();
  int drops = 0;
  lwt_t *p = lwt_with_timeout(10, stubborn, NULL, NULL);
  CHECK_INT(lwt_engine_timer_count(), timers + 1);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_INT(lwt_engine_timer_count(), timers);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 1);
  p = lwt_with_timeout(10, stubborn, NULL, NULL);
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);
}
TEST(what_is_late_is_cancelled) {
  simulate(2);
  double late = 5;
  long before = now_ms();
  CHECK_INT(run(lwt_with_timeout(2, sleeps, &late, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms() - before, 2000);
  lwt_t *p = lwt_with_timeout(2, cancelable, NULL, NULL);
  CHECK_INT(run(p), -LWT_TIMEOUT);
  lwt_wakener_forget(u);
}
TEST(what_is_late_and_ignores_it_is_awaited_and_still_too_late) {
  simulate(2);
  int drops = 0;
  lwt_t *p = lwt_with_timeout(2, stubborn, NULL, NULL);
  run(lwt_unix_sleep(3));
  CHECK_SLEEPS(p);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_FAILS(p, LWT_TIMEOUT);
  CHECK_INT(drops, 1);
}
TEST(cancelling_it_cancels_the_body_and_the_timer) {
  size_t timers = lwt_engine_timer_count();
  lwt_t *p = lwt_with_timeout(10, cancelable, NULL, NULL);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(lwt_engine_timer_count(), timers);
  lwt_wakener_forget(u);
}
TEST(a_cancelled_one_that_is_late_too_is_cancelled_and_not_late) {
  simulate(2);
  lwt_t *p = lwt_with_timeout(1, stubborn, NULL, NULL);
  lwt_cancel(p);
  run(lwt_unix_sleep(3));
  CHECK_SLEEPS(p);
  lwt_wakeup_exn(u, exn(LWT_CANCELED));
  CHECK_FAILS(p, LWT_CANCELED);
}
TEST(time_also_ends_what_nothing_can_resolve_any_more) {
  simulate(2);
  lwt_t *p = lwt_with_timeout(1, stubborn, NULL, NULL);
  lwt_wakener_forget(u);
  CHECK_INT(run(p), -LWT_TIMEOUT);
  p = lwt_with_timeout(1, stubborn, NULL, NULL);
  lwt_wakener_forget(u);
  lwt_release(p);
  run(lwt_unix_sleep(2));
}

/* What was started inside without being waited for. */
static lwt_t *left;
static lwt_t *starts(void *env) {
  left = lwt_switch_start(NULL, sleeps, env, NULL);
  return lwt_unix_sleep(1);
}
TEST(what_was_started_inside_ends_with_it) {
  simulate(2);
  double long_time = 100;
  CHECK_INT(run(lwt_with_timeout(10, starts, &long_time, NULL)), 0);
  CHECK_FAILS(left, LWT_CANCELED);
  CHECK_INT(run(lwt_with_timeout(0.5, starts, &long_time, NULL)), -LWT_TIMEOUT);
  CHECK_FAILS(left, LWT_CANCELED);
}

TEST(seconds_that_are_none_are_refused_and_others_are_as_with_sleep) {
  ENV(f);
  volatile double zero = 0;
  CHECK_FAILS(lwt_with_timeout(zero / zero, env_thunk, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 1);
  CHECK_INT(run(lwt_with_timeout(-1, cancelable, NULL, NULL)), -LWT_TIMEOUT);
  lwt_wakener_forget(u);
  size_t timers = lwt_engine_timer_count();
  lwt_t *p = lwt_with_timeout(1 / zero, stubborn, NULL, NULL);
  CHECK_INT(lwt_engine_timer_count(), timers);
  lwt_wakeup(u, LWT_INT(3));
  CHECK_RETURNS(p, 3);
}
