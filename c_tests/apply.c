/* Calling functions so that what they raise becomes a failure: apply, wrap,
 * reraise; ignore_result; the exception filter. */
#include "promises.h"

static lwt_t *raises_and_returns(lwt_value v, void *env) {
  (void)env;
  lwt_raise(exn(LWT_EMPTY));
  return lwt_return(v); /* given up */
}
TEST(apply_returns_the_promise_or_what_was_raised) {
  ENV(f);
  f.value = NULL;
  CHECK_RETURNS(lwt_apply(env_bind, LWT_INT(7), &f, env_drop), 7);
  CHECK_ENV(f, 1, 1);
  CHECK_FAILS(lwt_apply(raises_and_returns, LWT_INT(1), &f, env_drop), LWT_EMPTY);
  CHECK_ENV(f, 1, 2);
  CHECK_FAILS(lwt_apply(NULL, LWT_INT(1), &f, env_drop), INVALID);
  CHECK_ENV(f, 1, 3);
  trace_text[0] = '\0';
}
TEST(a_body_that_raises_is_caught) {
  ENV(handler);
  lwt_t *p = lwt_catch(lwt_apply(raises_and_returns, LWT_UNIT, NULL, NULL), env_catch, &handler,
                       env_drop);
  CHECK_RETURNS(p, 0);
  CHECK_INT(handler.kind, LWT_EMPTY);
  CHECK_ENV(handler, 1, 1);
  trace_text[0] = '\0';
}

static lwt_value owns(void *env) { return lwt_owned(env, count_drop); }
TEST(wrap_resolves_with_the_value_or_the_exception) {
  ENV(f);
  f.value = LWT_INT(3);
  CHECK_RETURNS(lwt_wrap(env_compute, &f, env_drop), 3);
  ENV_RAISING(closed, LWT_CLOSED);
  CHECK_FAILS(lwt_wrap(env_compute, &closed, env_drop), LWT_CLOSED);
  CHECK_FAILS(lwt_wrap(NULL, &closed, env_drop), INVALID);
  CHECK_ENV(f, 1, 1);
  CHECK_ENV(closed, 1, 2);
  int dropped = 0;
  lwt_t *p = lwt_wrap(owns, &dropped, NULL);
  CHECK_INT(dropped, 0);
  lwt_release(p);
  CHECK_INT(dropped, 1);

  ENV(g);
  CHECK_RETURNS(lwt_wrap1(env_map, LWT_INT(5), &g, env_drop), 5);
  ENV_RAISING(full, LWT_FULL);
  CHECK_FAILS(lwt_wrap1(env_map, LWT_INT(5), &full, env_drop), LWT_FULL);
  CHECK_FAILS(lwt_wrap1(NULL, LWT_INT(5), &full, env_drop), INVALID);
  CHECK_ENV(g, 1, 1);
  CHECK_ENV(full, 1, 2);
  trace_text[0] = '\0';
}

static const lwt_exn *seen;
static lwt_t *reraises(const lwt_exn *e, void *env) {
  (void)env;
  seen = e;
  lwt_reraise(e);
  return NULL;
}
TEST(reraise_passes_the_same_exception_on) {
  lwt_t *p = lwt_catch(lwt_fail(exn(LWT_FULL)), reraises, NULL, NULL);
  CHECK_PTR(lwt_exn_of(p), seen);
  CHECK_FAILS(p, LWT_FULL);
}

static lwt_value ignores(lwt_value v, void *p) {
  CHECK_INT(lwt_ignore_result(p), LWT_TO_INT(v));
  return LWT_UNIT;
}
TEST(ignoring_a_promise_that_has_failed_raises_its_failure) {
  hook_install();
  CHECK_FAILS(lwt_map(lwt_return(LWT_INT(LWT_FULL)), ignores, lwt_fail(exn(LWT_FULL)), NULL),
              LWT_FULL);
  CHECK_HOOK(0, 0);
  /* Outside any callback there is but the hook. */
  CHECK_INT(lwt_ignore_result(lwt_fail(exn(LWT_EMPTY))), LWT_EMPTY);
  CHECK_HOOK(1, LWT_EMPTY);
}
TEST(ignoring_a_promise_sends_its_later_failure_to_the_hook) {
  hook_install();
  int dropped = 0;
  lwt_u *u;
  CHECK_INT(lwt_ignore_result(lwt_wait(&u)), LWT_OK);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_HOOK(1, LWT_CLOSED);
  CHECK_INT(lwt_ignore_result(lwt_wait(&u)), LWT_OK);
  lwt_wakeup_owned(u, &dropped, count_drop);
  CHECK_INT(dropped, 1);
  CHECK_INT(lwt_ignore_result(lwt_return_owned(&dropped, count_drop)), LWT_OK);
  CHECK_INT(dropped, 2);
  CHECK_INT(lwt_ignore_result(NULL), INVALID);
  CHECK_HOOK(0, 0);
}

static bool not_full(const lwt_exn *e, void *env) {
  ++*(int *)env;
  return lwt_exn_kind(e) != LWT_FULL;
}
TEST(the_filter_sends_what_it_refuses_to_the_hook_where_it_is_raised) {
  hook_install();
  int asked = 0;
  lwt_exn *full = exn(LWT_FULL), *empty = exn(LWT_EMPTY);
  CHECK(lwt_exception_filter_run(full));
  lwt_exception_filter_set(not_full, &asked, count_drop);
  CHECK(!lwt_exception_filter_run(full));
  CHECK(lwt_exception_filter_run(empty));
  CHECK(!lwt_exception_filter_run(NULL));
  CHECK_INT(asked, 2);
  ENV_RAISING(f, LWT_FULL);
  lwt_t *p = lwt_map(lwt_return(LWT_UNIT), env_map, &f, env_drop);
  CHECK_HOOK(1, LWT_FULL);
  CHECK_FAILS(p, LWT_FULL); /* since the hook returned */
  ENV_RAISING(g, LWT_EMPTY);
  CHECK_FAILS(lwt_map(lwt_return(LWT_UNIT), env_map, &g, env_drop), LWT_EMPTY);
  CHECK_HOOK(0, 0);
  CHECK_INT(asked, 4);
  /* What is not raised is not asked about. */
  CHECK_FAILS(lwt_fail(lwt_exn_retain(full)), LWT_FULL);
  CHECK_INT(asked, 4);
  lwt_exception_filter_set(NULL, NULL, NULL);
  CHECK_INT(asked, 5); /* its environment is dropped */
  CHECK(lwt_exception_filter_run(full));
  lwt_exn_release(full);
  lwt_exn_release(empty);
  trace_text[0] = '\0';
}
static bool meddles(const lwt_exn *e, void *env) {
  ++*(int *)env;
  CHECK(lwt_exception_filter_run(e)); /* while it is asked, nothing is refused */
  lwt_raise(exn(LWT_CLOSED));
  lwt_exception_filter_set(NULL, NULL, NULL); /* its own end */
  return false;
}
TEST(a_filter_may_raise_and_replace_itself) {
  hook_install();
  int count = 0;
  ENV_RAISING(f, LWT_FULL);
  lwt_exception_filter_set(meddles, &count, count_drop);
  CHECK_FAILS(lwt_map(lwt_return(LWT_UNIT), env_map, &f, env_drop), LWT_FULL);
  CHECK_INT(count, 2); /* ran once, dropped once */
  CHECK_INT(hook_calls, 2);
  CHECK_INT(hook_kind, LWT_FULL);
  trace_text[0] = '\0';
}
TEST(the_ready_made_filters) {
  lwt_exn *memory = exn(LWT_OUT_OF_MEMORY), *other = exn(LWT_FAILURE);
  CHECK(lwt_exception_filter_handle_all(memory, NULL));
  CHECK(!lwt_exception_filter_handle_all_except_runtime(memory, NULL));
  CHECK(lwt_exception_filter_handle_all_except_runtime(other, NULL));
  lwt_exception_filter_set(lwt_exception_filter_handle_all_except_runtime, NULL, NULL);
  CHECK(!lwt_exception_filter_run(memory));
  CHECK(lwt_exception_filter_run(other));
  lwt_exception_filter_set(lwt_exception_filter_handle_all, NULL, NULL);
  CHECK(lwt_exception_filter_run(memory));
  lwt_exception_filter_set(NULL, NULL, NULL);
  lwt_exn_release(memory);
  lwt_exn_release(other);
}
