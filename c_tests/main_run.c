/* env: LWT_ENGINE=sim:1 */
/* lwt_main_run and lwt_main_run_until. */
#include "loop.h"

#include <math.h>
#include <pthread.h>

static int drops;
static lwt_u *u;

TEST(a_resolved_promise_is_returned_at_once) {
  CHECK_INT(run(lwt_return(LWT_INT(5))), 5);
  CHECK_INT(run(lwt_fail(exn(LWT_FULL))), -LWT_FULL);
  lwt_t *p = lwt_return(LWT_INT(1));
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_RETURNS(p, 1);
  p = lwt_fail(exn(LWT_CLOSED));
  CHECK_INT(lwt_main_run_until(p), LWT_OK); /* either way */
  CHECK_FAILS(p, LWT_CLOSED);
}

TEST(the_exception_is_untouched_by_success) {
  lwt_exn *e = NULL;
  CHECK_INT(LWT_TO_INT(lwt_main_run(lwt_return(LWT_INT(2)), &e)), 2);
  CHECK_PTR(e, NULL);
  CHECK_INT(LWT_TO_INT(lwt_main_run(lwt_return(LWT_INT(2)), NULL)), 2);
}

TEST(it_runs_until_the_promise_resolves) {
  CHECK_INT(run(lwt_pause()), 0);
  ENV(f);
  f.value = LWT_UNIT;
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.01), env_bind, &f, env_drop)), 0);
  CHECK_ENV(f, 1, 1);
  lwt_t *p = lwt_pause();
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_RETURNS(p, 0);
  trace_text[0] = '\0';
}

TEST(the_value_is_moved_to_the_caller) {
  drops = 0;
  lwt_t *p = lwt_return_owned(&drops, count_drop);
  lwt_retain(p);
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_main_run(p, &e), &drops);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_INT(drops, 0);
}

TEST(the_promise_is_consumed_by_run_and_borrowed_by_run_until) {
  lwt_t *p = lwt_pause();
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_INT(run(p), 0);
  CHECK(lwt_state(p) != LWT_RETURN);
}

TEST(a_bad_handle_is_invalid) {
  CHECK_INT(run(NULL), -INVALID);
  CHECK_INT(run((lwt_t *)&drops), -INVALID);
  CHECK_INT(lwt_main_run_until(NULL), INVALID);
  lwt_exn *e = NULL;
  lwt_main_run(NULL, &e);
  CHECK_HAS(lwt_exn_message(e), "lwt_main_run");
  lwt_exn_release(e);
}

/* ------------------------------------------------------------- stalled --- */
TEST(where_nothing_could_resolve_it_it_is_stalled) {
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_main_run_until(p), LWT_STALLED);
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_RETURNS(p, 4);
}
TEST(it_is_stalled_only_after_the_last_timer) {
  ENV(f);
  lwt_t *slept = lwt_bind(lwt_unix_sleep(0.02), env_bind, &f, env_drop);
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  CHECK_ENV(f, 1, 1);
  CHECK_RETURNS(slept, 0);
  lwt_wakener_forget(u);
  trace_text[0] = '\0';
}
TEST(a_cancelled_timer_does_not_keep_it_from_stalling) {
  lwt_t *p = lwt_unix_sleep(3600);
  lwt_cancel(p);
  lwt_release(p);
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
}
TEST(a_sleep_without_end_is_nothing_to_wait_for) {
  lwt_t *p = lwt_unix_sleep(INFINITY);
  CHECK_INT(run(lwt_retain(p)), -LWT_STALLED);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
}
TEST(the_message_of_a_stall_names_the_call) {
  lwt_exn *e = NULL;
  lwt_main_run(lwt_wait(&u), &e);
  CHECK_HAS(lwt_exn_message(e), "lwt_main_run");
  lwt_exn_release(e);
  lwt_wakener_forget(u);
}
static void nothing(void *env) { (void)env; }
static void *send_soon(void *id) {
  sleep_ms(30);
  lwt_unix_send_notification(*(intptr_t *)id);
  return NULL;
}
static void wake_u(void *env) {
  (void)env;
  lwt_wakeup(u, LWT_INT(8));
}
TEST(a_notification_that_may_still_be_sent_keeps_it_waiting) {
  pthread_t thread;
  intptr_t id = lwt_unix_make_notification(wake_u, NULL, NULL, true);
  pthread_create(&thread, NULL, send_soon, &id);
  CHECK_INT(run(lwt_wait(&u)), 8);
  pthread_join(thread, NULL);
  id = lwt_unix_make_notification(nothing, NULL, NULL, false);
  lwt_unix_stop_notification(id);
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
}

/* -------------------------------------------------------------- nested --- */
static lwt_t *run_inside(lwt_value v, void *env) {
  (void)v;
  lwt_exn *e = NULL;
  int *inner_drops = env;
  CHECK_PTR(lwt_main_run(lwt_return_owned(inner_drops, count_drop), &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_FAILURE);
  CHECK_HAS(lwt_exn_message(e), "ested");
  lwt_exn_release(e);
  CHECK_INT(*inner_drops, 1); /* consumed all the same */
  lwt_t *p = lwt_return(LWT_UNIT);
  CHECK_INT(lwt_main_run_until(p), LWT_FAILURE);
  lwt_release(p);
  return lwt_return(LWT_INT(6));
}
TEST(a_nested_run_is_refused_and_the_outer_one_goes_on) {
  drops = 0;
  CHECK_INT(run(lwt_bind(lwt_pause(), run_inside, &drops, NULL)), 6);
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.001), env_bind, &(struct env){.name = ""}, NULL)), 0);
  trace_text[0] = '\0';
}
static lwt_t *run_in_callback(lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT(run(lwt_return(v))));
}
TEST(inside_a_callback_but_outside_of_a_loop_it_may_run) {
  CHECK_RETURNS(lwt_bind(lwt_return(LWT_INT(3)), run_in_callback, NULL, NULL), 3);
}
TEST(it_can_be_used_again_after_a_failure) {
  CHECK_INT(run(lwt_bind(lwt_pause(), env_bind, &(struct env){.name = "", .raise = LWT_FULL}, NULL)),
            -LWT_FULL);
  CHECK_INT(run(lwt_pause()), 0);
  trace_text[0] = '\0';
}

/* ------------------------------------------------------------- threads --- */
static lwt_t *turn(lwt_value v, void *env) {
  intptr_t *n = env;
  (void)v;
  if (++*n == 300) return lwt_return(LWT_INT(*n));
  return lwt_bind(*n % 100 == 0 ? lwt_unix_sleep(0.001) : lwt_pause(), turn, env, NULL);
}
static void *own_loop(void *env) {
  intptr_t n = 0;
  CHECK_INT(run(turn(LWT_UNIT, &n)), 300);
  CHECK_INT(run(lwt_wait(&(lwt_u *){NULL})), -LWT_STALLED);
  return env;
}
TEST(many_threads_each_run_their_own) {
  enum { THREADS = 16 };
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, own_loop, NULL);
  intptr_t n = 0;
  CHECK_INT(run(turn(LWT_UNIT, &n)), 300);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}
