/* timeout: 120 */
/* lwt_preemptive_detach and run_in_main. */
#include "loop.h"

#include <pthread.h>

static pthread_t loop_thread;
static int gate, drops;
static int shared(const int *counter) { return __atomic_load_n(counter, __ATOMIC_ACQUIRE); }

static lwt_value where(void *env) {
  (void)env;
  return LWT_INT(pthread_equal(pthread_self(), loop_thread) ? 1 : 2);
}
TEST(a_detached_function_runs_on_another_thread) {
  loop_thread = pthread_self();
  CHECK_INT(run(lwt_preemptive_detach(where, NULL, NULL)), 2);
}
static lwt_value raises(void *env) {
  (void)env;
  return lwt_raise(lwt_exn_new_owned(LWT_FULL, "from a thread", &drops, count_drop));
}
TEST(what_it_raises_fails_its_promise) {
  drops = 0;
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_main_run(lwt_preemptive_detach(raises, NULL, NULL), &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  CHECK_STR(lwt_exn_message(e), "from a thread");
  CHECK_PTR(lwt_exn_payload(e), &drops);
  lwt_exn_release(e);
  CHECK_INT(drops, 1);
}
static lwt_value owned(void *env) { return lwt_owned(env, count_drop); }
TEST(an_owned_value_moves_to_the_main_thread) {
  drops = 0;
  lwt_t *p = lwt_preemptive_detach(owned, &drops, NULL);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 1);
}
static void drop_on_loop(void *env) {
  CHECK(pthread_equal(pthread_self(), loop_thread));
  count_drop(env);
}
TEST(the_environment_is_dropped_once) {
  drops = 0;
  CHECK_INT(run(lwt_preemptive_detach(where, &drops, drop_on_loop)), 2);
  turns(2);
  CHECK_INT(drops, 1);
  CHECK_FAILS(lwt_preemptive_detach(NULL, &drops, drop_on_loop), INVALID);
  CHECK_INT(drops, 2);
}

static lwt_value waits_for_the_gate(void *env) {
  while (!shared(&gate)) sleep_ms(1);
  return LWT_INT(*(int *)env);
}
TEST(once_running_it_is_not_cancelled) {
  int seven = 7;
  gate = 0;
  lwt_t *p = lwt_preemptive_detach(waits_for_the_gate, &seven, NULL);
  run(lwt_unix_sleep(0.02));
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  __atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
  CHECK_INT(run(p), 7);
}

enum { MANY = 64 };
TEST(more_than_there_are_threads_wait_in_line) {
  static int numbers[MANY];
  lwt_t *all[MANY];
  gate = 0;
  for (int i = 0; i < MANY; i++) {
    numbers[i] = i;
    all[i] = lwt_preemptive_detach(waits_for_the_gate, &numbers[i], NULL);
  }
  run(lwt_unix_sleep(0.02));
  lwt_t *last = lwt_retain(all[MANY - 1]);
  lwt_cancel(last); /* waiting for a thread, it can be cancelled */
  CHECK_INT(kind_of(last), LWT_CANCELED);
  lwt_release(last);
  __atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
  CHECK_INT(run(lwt_join(all, MANY)), -LWT_CANCELED);
}

/* ------------------------------------------------------- run_in_main --- */
static lwt_t *sleep_there(void *env) {
  CHECK(pthread_equal(pthread_self(), loop_thread));
  return lwt_map(lwt_unix_sleep(0.01), env_map, env, NULL);
}
static struct env slept = {"slept", 0, 0, NULL, 0, NULL, 0};
static lwt_value asks_main(void *env) {
  (void)env;
  lwt_exn *e = NULL;
  lwt_value v = lwt_preemptive_run_in_main(sleep_there, &slept, &e);
  CHECK_PTR(e, NULL);
  return v;
}
TEST(a_detached_function_may_run_another_in_the_main_loop) {
  loop_thread = pthread_self();
  CHECK_INT(run(lwt_preemptive_detach(asks_main, NULL, NULL)), 0);
  CHECK_INT(slept.ran, 1);
}
static lwt_t *fails_there(void *env) {
  (void)env;
  return lwt_fail(exn(LWT_CLOSED));
}
static lwt_t *null_there(void *env) { return (void)env, NULL; }
static lwt_t *owned_there(void *env) { return lwt_return_owned(env, count_drop); }
static lwt_value asks_for_trouble(void *env) {
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_preemptive_run_in_main(fails_there, NULL, &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_CLOSED);
  lwt_exn_release(e);
  e = NULL;
  CHECK_PTR(lwt_preemptive_run_in_main(null_there, NULL, &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  lwt_exn_release(e);
  e = NULL;
  CHECK_PTR(lwt_preemptive_run_in_main(NULL, NULL, &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  lwt_exn_release(e);
  e = NULL;
  CHECK_PTR(lwt_preemptive_run_in_main(owned_there, env, &e), env);
  CHECK_PTR(e, NULL);
  CHECK_INT(drops, 0); /* moved: it is ours */
  return LWT_INT(9);
}
TEST(failures_and_owned_values_cross_over) {
  drops = 0;
  CHECK_INT(run(lwt_preemptive_detach(asks_for_trouble, &drops, NULL)), 9);
  CHECK_INT(drops, 0);
}
TEST(on_the_main_thread_it_is_refused_and_does_not_deadlock) {
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_preemptive_run_in_main(fails_there, NULL, &e), LWT_UNIT);
  CHECK(e != NULL);
  lwt_exn_release(e);
}

static lwt_value asks_often(void *env) {
  long n = scaled(2000);
  for (long i = 0; i < n; i++) {
    lwt_exn *e = NULL;
    lwt_preemptive_run_in_main(sleep_there, env, &e);
    CHECK_PTR(e, NULL);
    if (i == 20) break;
  }
  return LWT_UNIT;
}
TEST(several_threads_ask_at_once) {
  lwt_t *all[4];
  for (int i = 0; i < 4; i++) all[i] = lwt_preemptive_detach(asks_often, &slept, NULL);
  CHECK_INT(run(lwt_join(all, 4)), 0);
  trace_text[0] = '\0';
}

static lwt_value quick(void *env) { return env; }
TEST(thousands_of_detached_functions) {
  long n = scaled(20000);
  for (long i = 0; i < n; i += 50) {
    lwt_t *all[50];
    for (int k = 0; k < 50; k++) all[k] = lwt_preemptive_detach(quick, NULL, NULL);
    CHECK_INT(run(lwt_join(all, 50)), 0);
  }
}
