/* lwt_preemptive: bounds, counts, and running in the main loop without
 * waiting. */
#include "loop.h"

static int gate;
static lwt_value wait_for_gate(void *env) {
  while (!__atomic_load_n(&gate, __ATOMIC_ACQUIRE)) sleep_ms(1);
  return env;
}

TEST(bounds_are_checked) {
  int least = -1, most = -1;
  lwt_preemptive_simple_init();
  lwt_preemptive_get_bounds(&least, &most);
  CHECK_INT(least, 0);
  CHECK_INT(most, 4);
  CHECK_INT(lwt_preemptive_set_bounds(-1, 4), INVALID);
  CHECK_INT(lwt_preemptive_set_bounds(5, 4), INVALID);
  CHECK_INT(lwt_preemptive_set_bounds(INT32_MIN, INT32_MAX), INVALID);
  CHECK_INT(lwt_preemptive_set_bounds(1, 2), LWT_OK);
  lwt_preemptive_get_bounds(&least, &most);
  CHECK_INT(least, 1);
  CHECK_INT(most, 2);
  lwt_preemptive_get_bounds(NULL, NULL);
  CHECK_INT(lwt_preemptive_set_max_number_of_threads_queued(-1), INVALID);
  CHECK_INT(lwt_preemptive_get_max_number_of_threads_queued(), 1000);
  CHECK_INT(lwt_preemptive_set_max_number_of_threads_queued(5), LWT_OK);
  CHECK_INT(lwt_preemptive_get_max_number_of_threads_queued(), 5);
}

TEST(init_starts_the_least_threads) {
  CHECK_INT(lwt_preemptive_init(3, 2, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_preemptive_init(2, 4, NULL, NULL, NULL), LWT_OK);
  WAIT_UNTIL(lwt_preemptive_nbthreads() >= 2);
}

TEST(no_more_run_than_the_bound_and_the_others_wait_in_line) {
  enum { N = 6 };
  CHECK_INT(lwt_preemptive_set_bounds(0, 2), LWT_OK);
  gate = 0;
  lwt_t *all[N];
  for (int i = 0; i < N; i++) all[i] = lwt_preemptive_detach(wait_for_gate, NULL, NULL);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 2);
  run(lwt_unix_sleep(0.03));
  CHECK_INT(lwt_preemptive_nbthreadsbusy(), 2);
  CHECK_INT(lwt_preemptive_nbthreadsqueued(), N - 2);
  CHECK(lwt_preemptive_nbthreads() >= 2);
  __atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
  CHECK_INT(run(lwt_join(all, N)), 0);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 0);
  CHECK_INT(lwt_preemptive_nbthreadsqueued(), 0);
}

static struct env in_main = {"in_main", 0, 0, NULL, 0, NULL, 0};
static int failures;
static void failed(const lwt_exn *e, void *env) {
  (void)env;
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  failures++;
}
static lwt_value sends_away(void *env) {
  (void)env;
  lwt_preemptive_run_in_main_dont_wait(env_thunk, failed, &in_main, env_drop);
  return LWT_INT(1);
}
TEST(run_in_main_dont_wait_runs_there_and_reports_failures) {
  hook_install();
  in_main.raise = LWT_FULL;
  CHECK_INT(run(lwt_preemptive_detach(sends_away, NULL, NULL)), 1);
  WAIT_UNTIL(in_main.dropped == 1);
  CHECK_INT(in_main.ran, 1);
  CHECK_INT(failures, 1);
  CHECK_HOOK(0, 0);
}
