/* Preemptive: a value, an error, bounds, run_in_main from a worker with a sleep
 * inside, and one to forget with an error. */
#include "loop.h"

#include <pthread.h>

static pthread_t loop_thread;
static lwt_value forty_two(void *env) {
  CHECK(!pthread_equal(pthread_self(), loop_thread));
  return (void)env, LWT_INT(42);
}
static lwt_value fails(void *env) { return (void)env, lwt_raise(exn(LWT_FULL)); }
TEST(a_value_and_an_error) {
  loop_thread = pthread_self();
  lwt_preemptive_simple_init();
  CHECK_INT(run(lwt_preemptive_detach(forty_two, NULL, NULL)), 42);
  CHECK_INT(run(lwt_preemptive_detach(fails, NULL, NULL)), -LWT_FULL);
}

static int gate, running, most;
static lwt_value wait_for_gate(void *env) {
  int now = __atomic_add_fetch(&running, 1, __ATOMIC_ACQ_REL);
  int was = __atomic_load_n(&most, __ATOMIC_ACQUIRE);
  while (now > was && !__atomic_compare_exchange_n(&most, &was, now, false, __ATOMIC_ACQ_REL,
                                                   __ATOMIC_ACQUIRE)) {
  }
  while (!__atomic_load_n(&gate, __ATOMIC_ACQUIRE)) sleep_ms(1);
  __atomic_sub_fetch(&running, 1, __ATOMIC_ACQ_REL);
  return env;
}
static void open_gate(int open) { __atomic_store_n(&gate, open, __ATOMIC_RELEASE); }
TEST(bounds_hold_and_raising_the_least_starts_threads_now) {
  int least = -1, greatest = -1;
  lwt_preemptive_get_bounds(&least, &greatest);
  CHECK_INT(least, 0);
  CHECK_INT(greatest, 4);
  CHECK_INT(lwt_preemptive_set_bounds(-1, 4), INVALID);
  CHECK_INT(lwt_preemptive_set_bounds(3, 2), INVALID);
  CHECK_INT(lwt_preemptive_set_bounds(3, 3), LWT_OK);
  CHECK(lwt_preemptive_nbthreads() >= 3);
  open_gate(0);
  lwt_t *all[5];
  for (intptr_t i = 0; i < 5; i++) all[i] = lwt_preemptive_detach(wait_for_gate, LWT_INT(i), NULL);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 3);
  CHECK_INT(lwt_preemptive_nbthreadsqueued(), 2);
  lwt_cancel(all[4]); /* it waits: it may be cancelled, and is counted no more */
  CHECK_INT(lwt_preemptive_nbthreadsqueued(), 1);
  CHECK_FAILS(all[4], LWT_CANCELED);
  lwt_cancel(all[0]); /* it runs: nothing happens */
  CHECK_SLEEPS(all[0]);
  CHECK_INT(lwt_preemptive_set_bounds(0, 4), LWT_OK);
  open_gate(1);
  for (int i = 0; i < 4; i++) CHECK_INT(run(all[i]), i);
  CHECK(most <= 4);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 0);
}
TEST(lowering_the_greatest_retires_threads_as_they_finish) {
  CHECK_INT(lwt_preemptive_set_bounds(0, 1), LWT_OK);
  WAIT_UNTIL(lwt_preemptive_nbthreads() <= 1);
  CHECK_INT(lwt_preemptive_set_bounds(0, 4), LWT_OK);
}

static lwt_t *sleep_there(void *env) {
  CHECK(pthread_equal(pthread_self(), loop_thread));
  return lwt_map(lwt_unix_sleep(0.01), env_map, env, NULL);
}
static lwt_value ask(void *env) {
  lwt_exn *e = NULL;
  lwt_value v = lwt_preemptive_run_in_main(sleep_there, env, &e);
  CHECK_PTR(e, NULL);
  return LWT_INT(LWT_TO_INT(v) + 1);
}
TEST(run_in_main_from_a_worker_blocks_that_until_a_sleep_is_over) {
  ENV(slept);
  CHECK_INT(run(lwt_preemptive_detach(ask, &slept, NULL)), 1);
  CHECK_ENV(slept, 1, 0);
  trace_text[0] = '\0';
}

static int told;
static void tell(const lwt_exn *e, void *env) {
  (void)env;
  CHECK(pthread_equal(pthread_self(), loop_thread));
  CHECK_INT(lwt_exn_kind(e), LWT_CLOSED);
  told++;
}
static lwt_t *fail_there(void *env) { return (void)env, lwt_fail(exn(LWT_CLOSED)); }
static lwt_value forget(void *env) {
  CHECK_INT(lwt_preemptive_run_in_main_dont_wait(fail_there, tell, env, env_drop), LWT_OK);
  return LWT_INT(8);
}
TEST(one_to_forget_tells_its_error_to_the_handler_in_the_main_loop) {
  ENV(env);
  CHECK_INT(run(lwt_preemptive_detach(forget, &env, NULL)), 8);
  WAIT_UNTIL(env.dropped == 1);
  CHECK_INT(told, 1);
}

TEST(beyond_the_limit_of_the_queue_it_is_full) {
  CHECK_INT(lwt_preemptive_set_bounds(0, 2), LWT_OK);
  CHECK_INT(lwt_preemptive_set_max_number_of_threads_queued(1), LWT_OK);
  open_gate(0);
  lwt_t *all[3];
  for (intptr_t i = 0; i < 3; i++) all[i] = lwt_preemptive_detach(wait_for_gate, LWT_INT(i), NULL);
  ENV(refused);
  CHECK_FAILS(lwt_preemptive_detach(wait_for_gate, &refused, env_drop), LWT_FULL);
  CHECK_INT(refused.dropped, 1);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 2);
  CHECK_FAILS(lwt_preemptive_detach(wait_for_gate, NULL, NULL), LWT_FULL);
  lwt_cancel(all[2]); /* makes room */
  CHECK_FAILS(all[2], LWT_CANCELED);
  all[2] = lwt_preemptive_detach(wait_for_gate, LWT_INT(2), NULL);
  CHECK_SLEEPS(all[2]);
  CHECK_INT(lwt_preemptive_set_max_number_of_threads_queued(0), LWT_OK);
  CHECK_FAILS(lwt_preemptive_detach(wait_for_gate, NULL, NULL), LWT_FULL);
  open_gate(1);
  for (int i = 0; i < 3; i++) CHECK_INT(run(all[i]), i);
  WAIT_UNTIL(lwt_preemptive_nbthreadsbusy() == 0);
  CHECK_INT(run(lwt_preemptive_detach(forty_two, NULL, NULL)), 42); /* a thread is free */
  CHECK_INT(lwt_preemptive_set_max_number_of_threads_queued(1000), LWT_OK);
}
