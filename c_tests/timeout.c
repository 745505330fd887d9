/* env: LWT_ENGINE=sim:1 */
/* lwt_unix_timeout, lwt_unix_with_timeout, lwt_unix_yield. */
#include "sim.h"

static int calls, drops;
static void dropped(void *env) {
  (void)env;
  drops++;
}
static lwt_t *give(void *env) {
  calls++;
  return env;
}
static void start(void) { calls = drops = 0; }

TEST(a_timeout_fails_when_its_time_has_come_and_not_before) {
  long begin = now_ms();
  CHECK_INT(run(lwt_unix_timeout(0.02)), -LWT_TIMEOUT);
  CHECK_INT(now_ms() - begin, 20);
}

TEST(what_is_in_time_is_returned_and_the_timer_is_gone) {
  start();
  size_t timers = lwt_engine_timer_count();
  CHECK_INT(run(lwt_unix_with_timeout(3600, give, lwt_return(LWT_INT(7)), NULL)), 7);
  CHECK_INT(lwt_engine_timer_count(), timers);
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_unix_with_timeout(3600, give, p, dropped);
  CHECK_INT(lwt_engine_timer_count(), timers + 1);
  CHECK_INT(lwt_wakeup(u, LWT_INT(8)), LWT_OK);
  CHECK_INT(run(q), 8);
  CHECK_INT(lwt_engine_timer_count(), timers);
  CHECK_INT(calls, 2);
  CHECK_INT(drops, 1);
}

TEST(what_takes_too_long_is_cancelled) {
  start();
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_t *kept = lwt_retain(p);
  CHECK_INT(run(lwt_unix_with_timeout(0.01, give, p, dropped)), -LWT_TIMEOUT);
  CHECK_FAILS(kept, LWT_CANCELED);
  lwt_wakener_release(u);
  CHECK_INT(drops, 1);
}

TEST(a_failure_is_passed_on) {
  CHECK_INT(run(lwt_unix_with_timeout(3600, give, lwt_fail(lwt_exn_new(LWT_CLOSED, "")), NULL)),
            -LWT_CLOSED);
}

TEST(cancelling_it_cancels_both) {
  start();
  size_t timers = lwt_engine_timer_count();
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_t *kept = lwt_retain(p);
  lwt_t *q = lwt_unix_with_timeout(3600, give, p, NULL);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_FAILS(kept, LWT_CANCELED);
  CHECK_INT(lwt_engine_timer_count(), timers);
  lwt_wakener_release(u);
}

TEST(absurd_times_and_functions) {
  start();
  double not_a_number = strtod("nan", NULL);
  CHECK_INT(run(lwt_unix_timeout(not_a_number)), -LWT_INVALID_ARGUMENT);
  lwt_t *p = lwt_return(LWT_UNIT);
  CHECK_INT(run(lwt_unix_with_timeout(not_a_number, give, p, dropped)), -LWT_INVALID_ARGUMENT);
  CHECK_INT(calls, 0);
  CHECK_INT(run(lwt_unix_with_timeout(1, NULL, p, dropped)), -LWT_INVALID_ARGUMENT);
  CHECK_INT(drops, 2);
  lwt_release(p);
  CHECK_INT(run(lwt_unix_timeout(-1)), -LWT_TIMEOUT);
  size_t timers = lwt_engine_timer_count();
  lwt_t *never = lwt_unix_timeout(strtod("inf", NULL));
  CHECK_INT(lwt_engine_timer_count(), timers + 1);
  lwt_cancel(never);
  CHECK_FAILS(never, LWT_CANCELED);
  CHECK_INT(lwt_engine_timer_count(), timers);
}

TEST(yield_waits_for_the_turn) {
  lwt_t *p = lwt_unix_yield();
  CHECK_INT(lwt_state(p), LWT_SLEEP);
  CHECK_INT(run(p), 0);
}
