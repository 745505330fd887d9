/* NULL where a handle, a function or a place for a result is expected. */
#include "loop.h"

TEST(promises) {
  lwt_t *p;
  CHECK_FAILS(lwt_retain(NULL), INVALID);
  CHECK_FAILS(lwt_bind(NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_bind_owned(NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_map(NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_catch(NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_try_bind(NULL, NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_finalize(NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_both(NULL, NULL), INVALID);
  CHECK_FAILS(lwt_fail(NULL), INVALID);
  p = lwt_both(lwt_return(LWT_UNIT), NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_both");
  CHECK_FAILS(p, INVALID);
  CHECK(lwt_state(NULL) != LWT_RETURN);
  lwt_cancel(NULL);
  lwt_release(NULL);
  CHECK_PTR(lwt_take(NULL), LWT_UNIT);
  CHECK_PTR(lwt_take_with(NULL, NULL), LWT_UNIT);
  CHECK_INT(LWT_TO_INT(lwt_take_with(lwt_return(LWT_INT(3)), NULL)), 3);
  CHECK_INT(lwt_on_success(NULL, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_on_failure(NULL, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_on_termination(NULL, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_on_any(NULL, NULL, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_on_cancel(NULL, NULL, NULL, NULL), INVALID);
}

/* A message says which call it was. */
static void names(const char *call, lwt_t *p) {
  CHECK_INT(kind_of(p), INVALID);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), call);
  lwt_release(p);
}
static lwt_t *thunk(void *env) { return (void)env, lwt_return(LWT_UNIT); }
TEST(every_message_names_its_call) {
  lwt_t *stale = lwt_return(LWT_UNIT);
  lwt_release(stale);
  names("lwt_retain", lwt_retain(stale));
  names("lwt_fail", lwt_fail(NULL));
  names("lwt_wait", lwt_wait(NULL));
  names("lwt_task", lwt_task(NULL));
  names("lwt_bind", lwt_bind(stale, env_bind, NULL, NULL));
  names("lwt_bind_owned", lwt_bind_owned(stale, env_bind, NULL, NULL));
  names("lwt_map", lwt_map(stale, env_map, NULL, NULL));
  names("lwt_catch", lwt_catch(stale, env_catch, NULL, NULL));
  names("lwt_try_bind", lwt_try_bind(stale, env_bind, env_catch, NULL, NULL));
  names("lwt_finalize", lwt_finalize(stale, thunk, NULL, NULL));
  names("lwt_protected", lwt_protected(stale));
  names("lwt_no_cancel", lwt_no_cancel(stale));
  names("lwt_wrap_in_cancelable", lwt_wrap_in_cancelable(stale));
  names("lwt_join", lwt_join(&stale, 1));
  names("lwt_all", lwt_all(&stale, 1));
  names("lwt_choose", lwt_choose(&stale, 1));
  names("lwt_pick", lwt_pick(&stale, 1));
  names("lwt_nchoose", lwt_nchoose(&stale, 1));
  names("lwt_npick", lwt_npick(&stale, 1));
  names("lwt_both", lwt_both(stale, lwt_return(LWT_UNIT)));
  names("lwt_nchoose_split", lwt_nchoose_split(&stale, 1));
  names("lwt_any", lwt_any(&stale, 1));
  names("lwt_backtrace_bind", lwt_backtrace_bind(NULL, stale, env_bind, NULL, NULL));
  names("lwt_backtrace_catch", lwt_backtrace_catch(NULL, stale, env_catch, NULL, NULL));
  names("lwt_backtrace_finalize", lwt_backtrace_finalize(NULL, stale, thunk, NULL, NULL));
  names("lwt_backtrace_try_bind",
        lwt_backtrace_try_bind(NULL, stale, env_bind, env_catch, NULL, NULL));
  names("lwt_apply", lwt_apply(NULL, LWT_UNIT, NULL, NULL));
  names("lwt_wrap", lwt_wrap(NULL, NULL, NULL));
  names("lwt_wrap1", lwt_wrap1(NULL, LWT_UNIT, NULL, NULL));
  names("lwt_debug_state_is", lwt_debug_state_is(LWT_SLEEP, LWT_UNIT, stale));
  names("lwt_waiter_of_wakener", lwt_waiter_of_wakener(NULL));
  names("lwt_of_result", lwt_of_result(NULL));
  names("lwt_make_error", lwt_of_result(lwt_make_error(NULL)));
  names("lwt_with_storage", lwt_with_storage(NULL, thunk, NULL, NULL));
  names("lwt_with_value", lwt_with_value(NULL, NULL, NULL, thunk, NULL, NULL));
  names("lwt_spawn", lwt_spawn(NULL, NULL, NULL, 0));
  names("lwt_preemptive_detach", lwt_preemptive_detach(NULL, NULL, NULL));
  names("lwt_unix_run_job", lwt_unix_run_job(NULL));
  names("lwt_unix_run_job_with", lwt_unix_run_job_with(NULL, LWT_UNIX_ASYNC_METHOD_NONE));
  names("lwt_unix_mkdir", lwt_unix_mkdir(NULL, 0));
  lwt_exn *e = NULL;
  lwt_main_run(stale, &e);
  CHECK_HAS(lwt_exn_message(e), "lwt_main_run");
  lwt_exn_release(e);
  e = NULL;
  lwt_await(stale, &e);
  CHECK_HAS(lwt_exn_message(e), "lwt_await");
  lwt_exn_release(e);
}

TEST(wakeners) {
  CHECK_INT(lwt_wakeup(NULL, LWT_UNIT), INVALID);
  CHECK_INT(lwt_wakeup_owned(NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_wakeup_exn(NULL, NULL), INVALID);
  CHECK_INT(lwt_wakeup_later(NULL, LWT_UNIT), INVALID);
  CHECK_INT(lwt_wakeup_later_owned(NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_wakeup_later_exn(NULL, NULL), INVALID);
  lwt_wakener_release(NULL);
  lwt_wakener_forget(NULL);
  lwt_release_anywhere(NULL);
}

TEST(exceptions) {
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, NULL);
  CHECK(lwt_exn_message(e) != NULL);
  lwt_exn_release(e);
  e = lwt_exn_unix(0, NULL, NULL);
  CHECK(lwt_exn_message(e) != NULL);
  lwt_exn_release(e);
  e = lwt_exn_new_owned(LWT_FAILURE, NULL, NULL, NULL);
  CHECK_PTR(lwt_exn_payload(e), NULL);
  lwt_exn_release(e);
  int kind = lwt_exn_register(NULL);
  CHECK(kind == INVALID || kind > LWT_STALLED);
  CHECK_INT(lwt_exn_kind(NULL), INVALID);
  lwt_exn_release(NULL);
  lwt_exn_release(lwt_exn_retain(NULL));
}

TEST(storage_and_hooks) {
  lwt_value value = LWT_UNIT;
  CHECK(!lwt_get(NULL, NULL));
  CHECK(!lwt_get(NULL, &value));
  CHECK_FAILS(lwt_with_value(NULL, NULL, NULL, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_with_value(lwt_new_key(), NULL, NULL, NULL, NULL, NULL), INVALID);
  lwt_get_async_exception_hook(NULL, NULL);
  hook_install();
  lwt_async(NULL, NULL, NULL);
  CHECK_HOOK(1, INVALID);
  lwt_dont_wait(NULL, NULL, NULL, NULL);
  CHECK_HOOK(1, INVALID);
  lwt_raise(NULL);
  CHECK_HOOK(1, INVALID);
  CHECK_PTR(lwt_owned(NULL, NULL), LWT_UNIT);
}

TEST(the_loop_fibers_threads_and_jobs) {
  lwt_exn *e = NULL;
  hook_install();
  CHECK_FAILS(lwt_spawn(NULL, NULL, NULL, 0), INVALID);
  CHECK_PTR(lwt_await(NULL, NULL), LWT_UNIT);
  CHECK_HOOK(1, INVALID);
  CHECK_INT(lwt_main_run_until(NULL), INVALID);
  CHECK_PTR(lwt_main_run(NULL, &e), LWT_UNIT);
  lwt_exn_release(e);
  CHECK_FAILS(lwt_preemptive_detach(NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_unix_run_job(NULL), INVALID);
  CHECK_FAILS(lwt_unix_mkdir(NULL, 0), INVALID);
  CHECK_PTR(lwt_unix_alloc_job(NULL), NULL);
  lwt_unix_free_job(NULL);
  lwt_value v = lwt_unix_error(0, NULL, NULL); /* raised where nobody listens */
  CHECK_PTR(v, LWT_UNIT);
  CHECK_HOOK(1, LWT_UNIX_ERROR);
}

TEST(memory) {
  char *copy = lwt_unix_strdup("copied");
  CHECK_STR(copy, "copied");
  copy = lwt_unix_realloc(copy, 100);
  CHECK_STR(copy, "copied");
  free(copy);
  void *none = lwt_unix_malloc(0);
  free(none);
  int *one = lwt_unix_new(int);
  *one = 1;
  free(one);
  char *more = lwt_unix_new_plus(char, 10);
  memset(more, 1, 11);
  free(more);
  free(lwt_unix_realloc(NULL, 10));
}
