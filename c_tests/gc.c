/* Module Lwt_gc: finalisers that return promises. */
#include "loop.h"

#include <pthread.h>

static int begun, drops;
static lwt_u *u;
static const lwt_mutex *seen;
static lwt_t *waits(lwt_value handle, void *env) {
  (void)env;
  begun++;
  seen = (const lwt_mutex *)handle;
  CHECK(!lwt_mutex_is_locked(seen));
  return lwt_wait(&u);
}
static lwt_t *at_once(lwt_value handle, void *env) {
  (void)handle;
  begun++;
  if (env != NULL) trace(env);
  return lwt_return(LWT_UNIT);
}
static void dropped(void *env) {
  (void)env;
  drops++;
}
static lwt_mutex *fresh(void) {
  begun = drops = 0;
  return lwt_mutex_create();
}

TEST(it_runs_in_the_main_loop_once_the_last_reference_is_gone) {
  lwt_mutex *m = fresh();
  CHECK_INT(lwt_gc_finalise(m, waits, NULL, dropped), LWT_OK);
  CHECK(lwt_mutex_retain(m) == m);
  lwt_mutex_release(m);
  turns(2);
  CHECK_INT(begun, 0);
  lwt_mutex_release(m);
  CHECK_INT(begun, 0);
  turns(2);
  CHECK_INT(begun, 1);
  CHECK_PTR(seen, m);
  CHECK_INT(lwt_mutex_unlock(m), LWT_OK); /* lent to it until it has ended */
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(lwt_mutex_unlock(m), LWT_INVALID_ARGUMENT);
  CHECK_INT(drops, 1);
}

TEST(several_of_one_handle_run_in_their_order) {
  lwt_mutex *m = fresh();
  lwt_gc_finalise(m, at_once, (void *)"a", NULL);
  lwt_gc_finalise(m, at_once, (void *)"b", NULL);
  lwt_gc_finalise_or_exit(m, at_once, (void *)"c", NULL);
  lwt_mutex_release(m);
  turns(2);
  CHECK_TRACE("a b c");
  CHECK(lwt_mutex_retain(m) == NULL);
}

static lwt_mutex *kept;
static lwt_t *keeps(lwt_value handle, void *env) {
  (void)env;
  begun++;
  kept = lwt_mutex_retain((const lwt_mutex *)handle);
  return lwt_return(LWT_UNIT);
}
TEST(it_may_keep_the_handle_and_is_not_called_again) {
  lwt_mutex *m = fresh();
  lwt_gc_finalise(m, keeps, NULL, NULL);
  lwt_mutex_release(m);
  turns(2);
  CHECK_PTR(kept, m);
  CHECK_INT(lwt_mutex_unlock(kept), LWT_OK);
  lwt_mutex_release(kept);
  turns(2);
  CHECK_INT(begun, 1);
  CHECK_INT(lwt_mutex_unlock(m), LWT_INVALID_ARGUMENT);
}

static lwt_t *fails(lwt_value handle, void *env) {
  (void)handle, (void)env;
  return lwt_fail(lwt_exn_new(LWT_FULL, "no room"));
}
TEST(a_failure_goes_to_the_hook) {
  lwt_mutex *m = fresh();
  hook_install();
  lwt_gc_finalise(m, fails, NULL, dropped);
  lwt_mutex_release(m);
  turns(2);
  CHECK_INT(hook_calls, 1);
  CHECK_INT(hook_kind, LWT_FULL);
  CHECK_INT(drops, 1);
}

TEST(what_is_no_object_is_refused) {
  begun = drops = 0;
  lwt_t *p = lwt_return(LWT_UNIT);
  CHECK_INT(lwt_gc_finalise(p, at_once, NULL, dropped), LWT_INVALID_ARGUMENT);
  lwt_release(p);
  CHECK_INT(lwt_gc_finalise(NULL, at_once, NULL, dropped), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_gc_finalise_or_exit(NULL, at_once, NULL, dropped), LWT_INVALID_ARGUMENT);
  lwt_mutex *m = lwt_mutex_create();
  CHECK_INT(lwt_gc_finalise(m, NULL, NULL, dropped), LWT_INVALID_ARGUMENT);
  lwt_mutex_release(m);
  CHECK_INT(drops, 4);
  CHECK_INT(begun, 0);
}

static int finished;
static lwt_t *note_finished(lwt_value v, void *env) {
  (void)v, (void)env;
  finished++;
  return lwt_return(LWT_UNIT);
}
static lwt_t *takes_time(lwt_value handle, void *env) {
  (void)handle, (void)env;
  begun++;
  return lwt_bind(lwt_unix_sleep(0.002), note_finished, NULL, NULL);
}
static void *thread(void *env) {
  (void)env;
  lwt_mutex *released = lwt_mutex_create(), *left = lwt_mutex_create();
  lwt_mutex *untouched = lwt_mutex_create();
  lwt_gc_finalise(released, takes_time, NULL, dropped);
  lwt_gc_finalise_or_exit(left, takes_time, NULL, dropped);
  lwt_gc_finalise(untouched, takes_time, NULL, dropped);
  lwt_mutex_release(released);
  CHECK_INT(begun, 0);
  return NULL;
}
TEST(the_end_of_a_thread_waits_for_what_has_begun_and_runs_what_was_to_run_at_exit) {
  begun = drops = finished = 0;
  pthread_t t;
  CHECK_INT(pthread_create(&t, NULL, thread, NULL), 0);
  pthread_join(t, NULL);
  CHECK_INT(begun, 2);
  CHECK_INT(finished, 2);
  CHECK_INT(drops, 3);
}
