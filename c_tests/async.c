/* async and its hook, dont_wait, and the callbacks that only watch. */
#include "promises.h"

#include <pthread.h>

static lwt_u *u;
static void end(void) { trace_text[0] = '\0'; }

/* -------------------------------------------------------------- async --- */
TEST(async_runs_its_function_at_once) {
  hook_install();
  ENV(f);
  lwt_async(env_thunk, &f, env_drop);
  CHECK_ENV(f, 1, 1);
  CHECK_HOOK(0, 0);
  end();
}
TEST(async_hands_a_failure_to_the_hook_now_or_later) {
  hook_install();
  ENV_RAISING(f, LWT_FULL);
  lwt_async(env_thunk, &f, env_drop);
  CHECK_HOOK(1, LWT_FULL);
  ENV_RETURNING(g, lwt_wait(&u));
  lwt_async(env_thunk, &g, env_drop);
  CHECK_HOOK(0, 0);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_HOOK(1, LWT_CLOSED);
  ENV_RETURNING(h, lwt_wait(&u));
  lwt_async(env_thunk, &h, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_HOOK(0, 0);
  end();
}
static lwt_t *raises_and_returns(void *env) {
  (void)env;
  lwt_raise(exn(LWT_TIMEOUT));
  return lwt_return(LWT_UNIT);
}
TEST(async_hears_what_its_function_raises) {
  hook_install();
  lwt_async(raises_and_returns, NULL, NULL);
  CHECK_HOOK(1, LWT_TIMEOUT);
}
static lwt_t *returns_null(void *env) { return (void)env, NULL; }
TEST(async_hears_of_a_bad_result_and_of_a_missing_function) {
  hook_install();
  lwt_async(returns_null, NULL, NULL);
  CHECK_HOOK(1, INVALID);
  lwt_async(NULL, NULL, NULL);
  CHECK_HOOK(1, INVALID);
}

TEST(dont_wait_hands_a_failure_to_its_own_function) {
  hook_install();
  ENV_RETURNING(f, lwt_wait(&u));
  lwt_dont_wait(env_thunk, env_exn, &f, env_drop);
  CHECK_ENV(f, 1, 0);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_ENV(f, 2, 1); /* the function and the handler share it */
  CHECK_INT(f.kind, LWT_CLOSED);
  CHECK_HOOK(0, 0);
  end();
}
TEST(what_the_handler_of_dont_wait_raises_goes_to_the_hook) {
  hook_install();
  ENV_RAISING(f, LWT_FULL); /* both fail so */
  lwt_dont_wait(env_thunk, env_exn, &f, env_drop);
  CHECK_INT(f.kind, LWT_FULL);
  CHECK_ENV(f, 2, 1);
  CHECK_HOOK(1, LWT_FULL);
  end();
}

TEST(the_hook_can_be_read_and_replaced) {
  ENV(a);
  lwt_exn_hook_fn f = NULL;
  void *env = NULL;
  lwt_set_async_exception_hook(env_exn, &a, env_drop);
  lwt_get_async_exception_hook(&f, &env);
  CHECK(f == env_exn);
  CHECK_PTR(env, &a);
  ENV_RAISING(g, LWT_NOT_FOUND);
  lwt_async(env_thunk, &g, env_drop);
  CHECK_ENV(a, 1, 0);
  CHECK_INT(a.kind, LWT_NOT_FOUND);
  hook_install();
  CHECK_ENV(a, 1, 1);
  lwt_get_async_exception_hook(NULL, NULL); /* nothing asked for */
  end();
}

static int replaced;
static void replace_hook(const lwt_exn *e, void *env) {
  (void)e, (void)env;
  replaced++;
  hook_install();
}
TEST(the_hook_may_replace_itself) {
  ENV_RAISING(g, LWT_NOT_FOUND);
  lwt_set_async_exception_hook(replace_hook, NULL, NULL);
  lwt_async(env_thunk, &g, NULL);
  lwt_async(env_thunk, &g, NULL);
  CHECK_INT(replaced, 1);
  CHECK_HOOK(1, LWT_NOT_FOUND);
  end();
}

static int raised_again;
static void raise_again(const lwt_exn *e, void *env) {
  (void)e, (void)env;
  raised_again++;
  lwt_raise(exn(LWT_CLOSED));
}
TEST(what_the_hook_itself_raises_goes_nowhere) {
  ENV_RAISING(g, LWT_NOT_FOUND);
  lwt_set_async_exception_hook(raise_again, NULL, NULL);
  lwt_async(env_thunk, &g, NULL);
  CHECK_INT(raised_again, 1);
  end();
}

static pthread_t hook_thread;
static void note_thread(const lwt_exn *e, void *env) {
  (void)e, (void)env;
  hook_thread = pthread_self();
}
static void *fail_elsewhere(void *env) {
  lwt_async(env_thunk, env, NULL);
  CHECK(pthread_equal(hook_thread, pthread_self()));
  return NULL;
}
TEST(one_hook_serves_all_threads_and_runs_where_the_failure_was) {
  pthread_t thread;
  ENV_RAISING(g, LWT_NOT_FOUND);
  lwt_set_async_exception_hook(note_thread, NULL, NULL);
  pthread_create(&thread, NULL, fail_elsewhere, &g);
  pthread_join(thread, NULL);
  fail_elsewhere(&g);
  end();
}

/* ------------------------------------------------------------ watching --- */
TEST(on_success_runs_on_a_value_only) {
  for (int later = 0; later < 2; later++) {
    ENV(f);
    ENV(g);
    lwt_t *p = later ? lwt_wait(&u) : lwt_return(LWT_INT(3));
    CHECK_INT(lwt_on_success(p, env_value, &f, env_drop), LWT_OK);
    if (later) lwt_wakeup(u, LWT_INT(3));
    CHECK_ENV(f, 1, 1);
    CHECK_INT(LWT_TO_INT(f.value), 3);
    lwt_release(p);
    p = later ? lwt_wait(&u) : lwt_fail(exn(LWT_FULL));
    lwt_on_success(p, env_value, &g, env_drop);
    if (later) lwt_wakeup_exn(u, exn(LWT_FULL));
    lwt_release(p);
    CHECK_ENV(g, 0, 1);
  }
  end();
}
TEST(on_failure_runs_on_a_failure_only) {
  for (int later = 0; later < 2; later++) {
    ENV(f);
    ENV(g);
    lwt_t *p = later ? lwt_wait(&u) : lwt_fail(exn(LWT_FULL));
    CHECK_INT(lwt_on_failure(p, env_exn, &f, env_drop), LWT_OK);
    if (later) lwt_wakeup_exn(u, exn(LWT_FULL));
    CHECK_ENV(f, 1, 1);
    CHECK_INT(f.kind, LWT_FULL);
    lwt_release(p);
    p = later ? lwt_wait(&u) : lwt_return(LWT_UNIT);
    lwt_on_failure(p, env_exn, &g, env_drop);
    if (later) lwt_wakeup(u, LWT_UNIT);
    lwt_release(p);
    CHECK_ENV(g, 0, 1);
  }
  end();
}
TEST(on_termination_runs_either_way_and_on_any_runs_one_of_two) {
  for (int later = 0; later < 2; later++)
    for (int fails = 0; fails < 2; fails++) {
      ENV(f);
      ENV(g);
      lwt_t *p = later ? lwt_wait(&u) : fails ? lwt_fail(exn(LWT_FULL)) : lwt_return(LWT_INT(4));
      CHECK_INT(lwt_on_termination(p, env_unit, &f, env_drop), LWT_OK);
      CHECK_INT(lwt_on_any(p, env_value, env_exn, &g, env_drop), LWT_OK);
      if (later && fails) lwt_wakeup_exn(u, exn(LWT_FULL));
      if (later && !fails) lwt_wakeup(u, LWT_INT(4));
      CHECK_ENV(f, 1, 1);
      CHECK_ENV(g, 1, 1);
      CHECK_INT(g.kind, fails ? LWT_FULL : 0);
      CHECK_INT(LWT_TO_INT(g.value), fails ? 0 : 4);
      lwt_release(p);
    }
  end();
}
TEST(a_watcher_sees_the_promises_own_exception) {
  lwt_exn *e = exn(LWT_FULL);
  lwt_t *p = lwt_fail(lwt_exn_retain(e));
  lwt_t *q = lwt_bind(lwt_retain(p), env_bind, NULL, NULL);
  CHECK_PTR(lwt_exn_of(q), e); /* it passed through unchanged */
  lwt_release(p);
  lwt_release(q);
  lwt_exn_release(e);
}
TEST(the_remaining_callbacks_run_though_one_failed) {
  hook_install();
  ENV_RAISING(a, LWT_FULL);
  ENV_RAISING(b, LWT_CLOSED);
  ENV(c);
  lwt_t *p = lwt_wait(&u);
  lwt_on_termination(p, env_unit, &a, env_drop);
  lwt_on_termination(p, env_unit, &b, env_drop);
  lwt_on_termination(p, env_unit, &c, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("a b c");
  CHECK_HOOK(2, LWT_CLOSED);
  lwt_release(p);
}
