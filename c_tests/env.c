/* drop_env runs exactly once, whatever happens, for every function that takes
 * one: the callback ran, it never will, the call was refused. */
#include "promises.h"

/* Every function that takes (promise, function, environment). */
static lwt_t *bind_(lwt_t *p, void *e) { return lwt_bind(p, env_bind, e, env_drop); }
static lwt_t *owned_(lwt_t *p, void *e) { return lwt_bind_owned(p, env_bind, e, env_drop); }
static lwt_t *map_(lwt_t *p, void *e) { return lwt_map(p, env_map, e, env_drop); }
static lwt_t *catch_(lwt_t *p, void *e) { return lwt_catch(p, env_catch, e, env_drop); }
static lwt_t *try_(lwt_t *p, void *e) { return lwt_try_bind(p, env_bind, env_catch, e, env_drop); }
static lwt_t *finalize_(lwt_t *p, void *e) { return lwt_finalize(p, env_thunk, e, env_drop); }
static lwt_t *(*const composing[])(lwt_t *, void *) = {bind_, owned_, map_, catch_, try_, finalize_};
enum { COMPOSING = sizeof composing / sizeof *composing };

static int success_(const lwt_t *p, void *e) { return lwt_on_success(p, env_value, e, env_drop); }
static int failure_(const lwt_t *p, void *e) { return lwt_on_failure(p, env_exn, e, env_drop); }
static int termination_(const lwt_t *p, void *e) {
  return lwt_on_termination(p, env_unit, e, env_drop);
}
static int any_(const lwt_t *p, void *e) { return lwt_on_any(p, env_value, env_exn, e, env_drop); }
static int cancel_(const lwt_t *p, void *e) { return lwt_on_cancel(p, env_unit, e, env_drop); }
static int (*const watching[])(const lwt_t *, void *) = {success_, failure_, termination_, any_,
                                                         cancel_};
enum { WATCHING = sizeof watching / sizeof *watching };

/* How a promise ends. */
enum ending { RETURNS, FAILS, CANCELLED, RELEASED, FORGOTTEN, ENDINGS };
static void end_pending(lwt_u *u, lwt_t *cancelable, enum ending ending) {
  switch (ending) {
    case RETURNS: lwt_wakeup(u, LWT_INT(1)); break;
    case FAILS: lwt_wakeup_exn(u, exn(LWT_FULL)); break;
    case CANCELLED:
      lwt_cancel(cancelable);
      lwt_wakener_forget(u);
      break;
    case RELEASED: lwt_wakener_release(u); break;
    default: lwt_wakener_forget(u); break;
  }
}

TEST(composing_drops_it_once_however_a_pending_promise_ends) {
  for (int f = 0; f < COMPOSING; f++)
    for (int ending = 0; ending < ENDINGS; ending++)
      for (int keep = 0; keep < 2; keep++) {
        lwt_u *u;
        struct env env = {.name = "f"};
        lwt_t *p = lwt_task(&u);
        if (keep) lwt_retain(p);
        lwt_t *q = composing[f](p, &env);
        CHECK_ENV(env, 0, 0);
        end_pending(u, q, ending);
        lwt_release(q);
        if (keep) lwt_release(p);
        CHECK_INT(env.dropped, 1);
        CHECK(env.ran <= 1);
      }
  trace_text[0] = '\0';
}

TEST(composing_drops_it_once_when_the_result_was_released_first) {
  for (int f = 0; f < COMPOSING; f++)
    for (int ending = 0; ending < ENDINGS; ending++) {
      lwt_u *u;
      struct env env = {.name = "f"};
      lwt_t *p = lwt_task(&u);
      lwt_release(composing[f](lwt_retain(p), &env));
      CHECK_INT(env.dropped, 0); /* p holds what depends on it */
      end_pending(u, p, ending);
      lwt_release(p);
      CHECK_INT(env.dropped, 1);
    }
  trace_text[0] = '\0';
}

TEST(composing_drops_it_once_on_a_resolved_promise) {
  for (int f = 0; f < COMPOSING; f++)
    for (int raise = 0; raise < 2; raise++) {
      struct env a = {.name = "f", .raise = raise ? LWT_FULL : 0}, b = a;
      lwt_release(composing[f](lwt_return(LWT_UNIT), &a));
      lwt_release(composing[f](lwt_fail(exn(LWT_CLOSED)), &b));
      CHECK_INT(a.dropped, 1);
      CHECK_INT(b.dropped, 1);
    }
  trace_text[0] = '\0';
}

static lwt_t *stale(void) {
  lwt_t *p = lwt_return(LWT_UNIT);
  lwt_release(p);
  return p;
}
TEST(composing_drops_it_once_on_a_bad_handle) {
  lwt_u *u;
  lwt_t *keep = lwt_wait(&u);
  lwt_t *bad[] = {NULL, stale(), (lwt_t *)-1, (lwt_t *)0x1234, (lwt_t *)&u};
  for (int f = 0; f < COMPOSING; f++)
    for (int i = 0; i < 5; i++) {
      struct env env = {.name = "f"};
      CHECK_FAILS(composing[f](bad[i], &env), INVALID);
      CHECK_ENV(env, 0, 1);
    }
  lwt_wakener_forget(u);
  lwt_release(keep);
}

TEST(watching_drops_it_once_however_a_pending_promise_ends) {
  for (int f = 0; f < WATCHING; f++)
    for (int ending = 0; ending < ENDINGS; ending++) {
      lwt_u *u;
      struct env env = {.name = "f"};
      lwt_t *p = lwt_task(&u);
      CHECK_INT(watching[f](p, &env), LWT_OK);
      CHECK_ENV(env, 0, 0);
      end_pending(u, p, ending);
      lwt_release(p);
      CHECK_INT(env.dropped, 1);
      CHECK(env.ran <= 1);
    }
  trace_text[0] = '\0';
}

TEST(watching_drops_it_once_on_a_resolved_promise_and_on_a_bad_handle) {
  lwt_t *ended[] = {lwt_return(LWT_UNIT), lwt_fail(exn(LWT_FULL)), lwt_fail(exn(LWT_CANCELED))};
  lwt_t *bad[] = {NULL, stale(), (lwt_t *)0x1234, (lwt_t *)-1};
  for (int f = 0; f < WATCHING; f++) {
    for (int i = 0; i < 3; i++) {
      struct env env = {.name = "f"};
      CHECK_INT(watching[f](ended[i], &env), LWT_OK);
      CHECK_INT(env.dropped, 1);
    }
    for (int i = 0; i < 4; i++) {
      struct env env = {.name = "f"};
      CHECK_INT(watching[f](bad[i], &env), INVALID);
      CHECK_ENV(env, 0, 1);
    }
  }
  for (int i = 0; i < 3; i++) lwt_release(ended[i]);
  trace_text[0] = '\0';
}

TEST(a_missing_callback_drops_it_once) {
  lwt_t *p = lwt_return(LWT_UNIT);
  struct env env = {.name = "f"};
  CHECK_INT(lwt_on_success(p, NULL, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 1);
  CHECK_INT(lwt_on_failure(p, NULL, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 2);
  CHECK_INT(lwt_on_termination(p, NULL, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 3);
  CHECK_INT(lwt_on_any(p, NULL, env_exn, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 4);
  CHECK_INT(lwt_on_any(p, env_value, NULL, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 5);
  CHECK_INT(lwt_on_cancel(p, NULL, &env, env_drop), INVALID);
  CHECK_ENV(env, 0, 6);
  lwt_release(p);
}

static int null_drops;
static void drop_null(void *env) {
  CHECK_PTR(env, NULL);
  null_drops++;
}
static lwt_value identity(lwt_value v, void *env) { return (void)env, v; }
TEST(an_environment_is_dropped_also_when_it_is_null) {
  lwt_u *u;
  lwt_t *q = lwt_map(lwt_wait(&u), identity, NULL, drop_null);
  CHECK_INT(null_drops, 0);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_INT(null_drops, 1);
  CHECK_RETURNS(q, 1);
  CHECK_RETURNS(lwt_map(lwt_return(LWT_INT(2)), identity, NULL, drop_null), 2);
  CHECK_INT(null_drops, 2);
}

TEST(drop_env_may_be_null) {
  ENV(f);
  lwt_u *u;
  lwt_t *q = lwt_map(lwt_wait(&u), env_map, &f, NULL);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_RETURNS(q, 1);
  CHECK_ENV(f, 1, 0);
  trace_text[0] = '\0';
}

TEST(with_value_drops_value_and_environment_once) {
  lwt_key *key = lwt_new_key();
  for (int bad = 0; bad < 3; bad++) {
    struct env env = {.name = "f"};
    int dropped = 0;
    lwt_value value = &dropped;
    lwt_t *p = lwt_with_value(bad == 1 ? NULL : key, &value, count_drop,
                              bad == 2 ? NULL : env_thunk, &env, env_drop);
    CHECK_INT(lwt_state(p), bad ? LWT_FAIL : LWT_RETURN);
    lwt_release(p);
    CHECK_ENV(env, !bad, 1);
    CHECK_INT(dropped, 1);
  }
  trace_text[0] = '\0';
}

TEST(async_and_dont_wait_drop_it_once) {
  hook_install();
  for (int raise = 0; raise < 2; raise++) {
    struct env a = {.name = "f", .raise = raise ? LWT_FULL : 0}, b = a;
    lwt_async(env_thunk, &a, env_drop);
    CHECK_ENV(a, 1, 1);
    lwt_dont_wait(env_thunk, hook_record, &b, env_drop);
    CHECK_ENV(b, 1, 1);
  }
  CHECK_HOOK(2, LWT_FULL);
  struct env c = {.name = "f"};
  lwt_async(NULL, &c, env_drop);
  CHECK_ENV(c, 0, 1);
  lwt_dont_wait(NULL, hook_record, &c, env_drop);
  CHECK_ENV(c, 0, 2);
  lwt_dont_wait(env_thunk, NULL, &c, env_drop);
  CHECK_INT(c.dropped, 3);
  trace_text[0] = '\0';
}

TEST(async_with_a_pending_promise_drops_it_once) {
  hook_install();
  for (int fails = 0; fails < 2; fails++) {
    lwt_u *u, *v;
    ENV_RETURNING(a, lwt_wait(&u));
    ENV_RETURNING(b, lwt_wait(&v));
    lwt_async(env_thunk, &a, env_drop);
    lwt_dont_wait(env_thunk, hook_record, &b, env_drop);
    if (fails) {
      lwt_wakeup_exn(u, exn(LWT_FULL));
      lwt_wakeup_exn(v, exn(LWT_FULL));
    } else {
      lwt_wakeup(u, LWT_UNIT);
      lwt_wakeup(v, LWT_UNIT);
    }
    CHECK_ENV(a, 1, 1);
    CHECK_ENV(b, 1, 1);
  }
  CHECK_HOOK(2, LWT_FULL);
  trace_text[0] = '\0';
}

TEST(the_hooks_environment_is_dropped_when_the_next_one_is_set) {
  struct env a = {.name = "a"}, b = {.name = "b"};
  lwt_set_async_exception_hook(env_exn, &a, env_drop);
  CHECK_INT(a.dropped, 0);
  lwt_set_async_exception_hook(env_exn, &b, env_drop);
  CHECK_ENV(a, 0, 1);
  lwt_set_async_exception_hook(NULL, NULL, NULL); /* the default again */
  CHECK_ENV(b, 0, 1);
}
