/* Sequential composition: bind, bind_owned, map, catch, try_bind, finalize. */
#include "promises.h"

static lwt_u *waker;
static lwt_t *pending(void) { return lwt_wait(&waker); }
static lwt_value next(lwt_value v, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(v) + 1);
}

/* Each function, over what p it is given: already resolved, or pending and
 * resolved after the call. `want` is the value, or minus the kind. */
typedef lwt_t *(*call_fn)(lwt_t *p, struct env *env);
static lwt_t *call_bind(lwt_t *p, struct env *f) { return lwt_bind(p, env_bind, f, env_drop); }
static lwt_t *call_owned(lwt_t *p, struct env *f) {
  return lwt_bind_owned(p, env_bind, f, env_drop);
}
static lwt_t *call_map(lwt_t *p, struct env *f) { return lwt_map(p, env_map, f, env_drop); }
static lwt_t *call_catch(lwt_t *p, struct env *f) { return lwt_catch(p, env_catch, f, env_drop); }
static lwt_t *call_try(lwt_t *p, struct env *f) {
  return lwt_try_bind(p, env_bind, env_catch, f, env_drop);
}
static lwt_t *call_finalize(lwt_t *p, struct env *f) {
  return lwt_finalize(p, env_thunk, f, env_drop);
}
static const struct call {
  const char *name;
  call_fn call;
  bool on_value, on_exn, promise;
} calls[] = {{"lwt_bind", call_bind, true, false, true},
             {"lwt_bind_owned", call_owned, true, false, true},
             {"lwt_map", call_map, true, false, false},
             {"lwt_catch", call_catch, false, true, true},
             {"lwt_try_bind", call_try, true, true, true},
             {"lwt_finalize", call_finalize, true, true, true}};
enum { CALLS = sizeof calls / sizeof *calls };

static intptr_t outcome(lwt_t *p) {
  intptr_t result = lwt_state(p) == LWT_FAIL     ? -kind_of(p)
                    : lwt_state(p) == LWT_RETURN ? LWT_TO_INT(lwt_value_of(p))
                                                 : 9999;
  lwt_release(p);
  return result;
}

/* Runs one call with the input resolved before or after; says how it ended. */
static intptr_t ran(const struct call *c, struct env *f, bool later, int fail_with) {
  lwt_t *r;
  if (later) {
    r = c->call(pending(), f);
    CHECK_SLEEPS(r);
    CHECK_ENV(*f, 0, 0);
    if (fail_with != 0)
      lwt_wakeup_exn(waker, exn(fail_with));
    else
      lwt_wakeup(waker, LWT_INT(10));
  } else {
    r = c->call(fail_with != 0 ? lwt_fail(exn(fail_with)) : lwt_return(LWT_INT(10)), f);
  }
  return outcome(r);
}

TEST(a_value_goes_to_the_callback_or_passes_by) {
  for (int i = 0; i < CALLS; i++)
    for (int later = 0; later < 2; later++) {
      struct env f = {.name = calls[i].name, .value = LWT_INT(77)};
      CHECK_INT(ran(&calls[i], &f, later, 0), 10);
      CHECK_ENV(f, calls[i].on_value, 1);
    }
  trace_text[0] = '\0';
}

TEST(a_failure_passes_by_or_goes_to_the_handler) {
  for (int i = 0; i < CALLS; i++)
    for (int later = 0; later < 2; later++) {
      struct env f = {.name = calls[i].name, .value = LWT_INT(5)};
      /* catch and try_bind recover; finalize keeps the failure. */
      bool recovers = calls[i].call == call_catch || calls[i].call == call_try;
      CHECK_INT(ran(&calls[i], &f, later, LWT_CLOSED), recovers ? 5 : -LWT_CLOSED);
      CHECK_ENV(f, calls[i].on_exn, 1);
      if (recovers) CHECK_INT(f.kind, LWT_CLOSED);
    }
  trace_text[0] = '\0';
}

TEST(a_callback_that_fails_fails_the_result_and_never_the_call) {
  for (int i = 0; i < CALLS; i++)
    for (int later = 0; later < 2; later++)
      for (int failed = 0; failed < 2; failed++) {
        struct env f = {.name = calls[i].name, .raise = LWT_FULL};
        bool runs = failed ? calls[i].on_exn : calls[i].on_value;
        intptr_t other = failed ? -LWT_CLOSED : 10;
        CHECK_INT(ran(&calls[i], &f, later, failed ? LWT_CLOSED : 0), runs ? -LWT_FULL : other);
        CHECK_ENV(f, runs, 1);
      }
  trace_text[0] = '\0';
}

TEST(a_pending_promise_from_the_callback_decides_later) {
  for (int i = 0; i < CALLS; i++) {
    if (!calls[i].promise) continue;
    for (int later = 0; later < 2; later++)
      for (int fails = 0; fails < 2; fails++) {
        lwt_u *u, *v;
        bool failing_input = !calls[i].on_value;
        lwt_t *inner = lwt_wait(&v);
        struct env f = {.name = calls[i].name, .result = inner};
        lwt_t *p, *r;
        if (later) {
          p = lwt_wait(&u);
          r = calls[i].call(p, &f);
          if (failing_input)
            lwt_wakeup_exn(u, exn(LWT_CLOSED));
          else
            lwt_wakeup(u, LWT_INT(10));
        } else {
          r = calls[i].call(failing_input ? lwt_fail(exn(LWT_CLOSED)) : lwt_return(LWT_INT(10)),
                            &f);
        }
        CHECK_SLEEPS(r);
        CHECK_INT(f.ran, 1);
        if (fails)
          lwt_wakeup_exn(v, exn(LWT_TIMEOUT));
        else
          lwt_wakeup(v, LWT_INT(20));
        /* The clean-up's value is ignored, its failure is not. */
        intptr_t good = calls[i].call == call_finalize ? 10 : 20;
        CHECK_INT(outcome(r), fails ? -LWT_TIMEOUT : good);
        CHECK_ENV(f, 1, 1);
      }
  }
  trace_text[0] = '\0';
}

TEST(a_callback_that_returns_null_or_a_bad_handle_fails_the_result) {
  lwt_t *stale = lwt_return(LWT_UNIT);
  lwt_release(stale);
  for (int i = 0; i < CALLS; i++) {
    if (!calls[i].promise) continue;
    struct env f = {.name = calls[i].name, .result = stale, .value = LWT_UNIT};
    CHECK_INT(ran(&calls[i], &f, i % 2, calls[i].on_value ? 0 : LWT_CLOSED), -INVALID);
  }
  trace_text[0] = '\0';
}
static lwt_t *null_bind(lwt_value v, void *env) { return (void)v, (void)env, NULL; }
static lwt_t *null_catch(const lwt_exn *e, void *env) { return (void)e, (void)env, NULL; }
static lwt_t *null_thunk(void *env) { return (void)env, NULL; }
TEST(a_callback_that_returns_null_fails_the_result_and_the_message_says_where) {
  lwt_t *p = lwt_bind(lwt_return(LWT_UNIT), null_bind, NULL, NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_bind");
  CHECK_FAILS(p, INVALID);
  CHECK_FAILS(lwt_bind_owned(lwt_return(LWT_UNIT), null_bind, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_catch(lwt_fail(exn(LWT_FULL)), null_catch, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_try_bind(lwt_return(LWT_UNIT), null_bind, null_catch, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_try_bind(lwt_fail(exn(LWT_FULL)), null_bind, null_catch, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_finalize(lwt_return(LWT_UNIT), null_thunk, NULL, NULL), INVALID);
  p = lwt_bind(pending(), null_bind, NULL, NULL);
  lwt_wakeup(waker, LWT_UNIT);
  CHECK_FAILS(p, INVALID);
}

TEST(try_bind_never_hands_its_own_values_failure_to_its_handler) {
  for (int later = 0; later < 2; later++) {
    struct env f = {.name = "f", .raise = LWT_FULL};
    CHECK_INT(ran(&calls[4], &f, later, 0), -LWT_FULL);
    CHECK_ENV(f, 1, 1); /* ok ran, err did not */
  }
  trace_text[0] = '\0';
}

TEST(finalize_waits_for_its_clean_up_once_in_both_cases) {
  for (int fails = 0; fails < 2; fails++) {
    lwt_u *u, *v;
    ENV_RETURNING(f, lwt_wait(&v));
    lwt_t *p = lwt_wait(&u);
    lwt_t *r = lwt_finalize(p, env_thunk, &f, env_drop);
    if (fails)
      lwt_wakeup_exn(u, exn(LWT_NOT_FOUND));
    else
      lwt_wakeup(u, LWT_INT(1));
    CHECK_SLEEPS(r);
    lwt_wakeup(v, LWT_INT(99));
    CHECK_INT(outcome(r), fails ? -LWT_NOT_FOUND : 1);
    CHECK_ENV(f, 1, 1);
  }
  trace_text[0] = '\0';
}

TEST(fan_out_gives_every_bind_the_value) {
  enum { N = 50 };
  lwt_u *u;
  lwt_t *p = lwt_wait(&u), *r[N];
  for (int i = 0; i < N; i++) r[i] = lwt_map(lwt_retain(p), next, NULL, NULL);
  lwt_wakeup(u, LWT_INT(1));
  lwt_release(p);
  for (int i = 0; i < N; i++) CHECK_RETURNS(r[i], 2);
}

TEST(map_and_bind_chain) {
  lwt_t *p = pending();
  for (int i = 0; i < 100; i++) p = lwt_map(p, next, NULL, NULL);
  CHECK_SLEEPS(p);
  lwt_wakeup(waker, LWT_INT(0));
  CHECK_RETURNS(p, 100);
}

TEST(functions_that_may_return_their_argument_return_the_same_handle) {
  lwt_t *p = lwt_return(LWT_INT(1));
  ENV(g);
  CHECK_PTR(lwt_catch(p, env_catch, &g, env_drop), p);
  CHECK_ENV(g, 0, 1);
  CHECK_PTR(lwt_protected(p), p);
  CHECK_PTR(lwt_no_cancel(p), p);
  CHECK_PTR(lwt_wrap_in_cancelable(p), p);
  CHECK_RETURNS(p, 1);
  p = lwt_fail(exn(LWT_FULL));
  CHECK_PTR(lwt_protected(p), p);
  CHECK_PTR(lwt_no_cancel(p), p);
  CHECK_PTR(lwt_wrap_in_cancelable(p), p);
  CHECK_FAILS(p, LWT_FULL);
}

/* A callback that returns its own result: a circle, pending for ever. */
struct circle {
  lwt_t *result;
};
static lwt_t *own_result(lwt_value v, void *data) {
  (void)v;
  return lwt_retain(((struct circle *)data)->result);
}
TEST(a_callback_that_returns_its_own_result_leaves_it_pending) {
  struct circle circle;
  circle.result = lwt_bind(pending(), own_result, &circle, NULL);
  lwt_wakeup(waker, LWT_UNIT);
  CHECK_SLEEPS(circle.result);
  lwt_cancel(circle.result); /* and cancelling does not loop */
  lwt_release(circle.result);
}
TEST(a_circle_of_two_stays_pending) {
  struct circle a, b;
  lwt_u *u, *v;
  a.result = lwt_bind(lwt_wait(&u), own_result, &b, NULL);
  b.result = lwt_bind(lwt_wait(&v), own_result, &a, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_wakeup(v, LWT_UNIT);
  CHECK_SLEEPS(a.result);
  CHECK_SLEEPS(b.result);
  lwt_cancel(a.result);
  lwt_release(a.result);
  lwt_release(b.result);
}
TEST(a_long_circle_stays_pending) {
  enum { N = 500 };
  static struct circle ring[N];
  static lwt_u *u[N];
  for (int i = 0; i < N; i++)
    ring[i].result = lwt_bind(lwt_wait(&u[i]), own_result, &ring[(i + 1) % N], NULL);
  for (int i = 0; i < N; i++) lwt_wakeup(u[i], LWT_UNIT);
  for (int i = 0; i < N; i++) CHECK_SLEEPS(ring[i].result);
  for (int i = 0; i < N; i++) lwt_release(ring[i].result);
}

/* While the callback of `outer` runs, outer itself is unified with another. */
struct meanwhile {
  lwt_u *other;
  lwt_t *inner;
};
static lwt_t *unify_meanwhile(lwt_value v, void *data) {
  struct meanwhile *m = data;
  (void)v;
  lwt_wakeup(m->other, LWT_UNIT); /* the bind over there now returns outer */
  return m->inner;
}
TEST(a_promise_unified_during_its_own_callback_still_resolves) {
  lwt_u *u, *v;
  struct meanwhile m;
  m.inner = lwt_wait(&v);
  lwt_t *outer = lwt_bind(lwt_wait(&u), unify_meanwhile, &m, NULL);
  ENV_RETURNING(f, lwt_retain(outer));
  lwt_t *far = lwt_bind(lwt_wait(&m.other), env_bind, &f, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_SLEEPS(outer);
  CHECK_SLEEPS(far);
  lwt_wakeup(v, LWT_INT(3));
  CHECK_RETURNS(outer, 3);
  CHECK_RETURNS(far, 3);
  CHECK_ENV(f, 1, 1);
  trace_text[0] = '\0';
}

TEST(unified_handles_show_one_state) {
  lwt_u *u, *v;
  lwt_t *inner = lwt_wait(&v);
  ENV_RETURNING(f, lwt_retain(inner));
  lwt_t *outer = lwt_bind(lwt_wait(&u), env_bind, &f, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  lwt_wakeup_exn(v, exn(LWT_CLOSED));
  CHECK_FAILS(inner, LWT_CLOSED);
  CHECK_FAILS(outer, LWT_CLOSED);
  trace_text[0] = '\0';
}

TEST(a_bad_argument_fails_and_consumes_the_rest) {
  for (int i = 0; i < CALLS; i++) {
    struct env f = {.name = calls[i].name};
    lwt_t *r = calls[i].call(NULL, &f);
    CHECK_HAS(lwt_exn_message(lwt_exn_of(r)), calls[i].name);
    CHECK_FAILS(r, INVALID);
    CHECK_ENV(f, 0, 1);
  }
}

TEST(a_missing_callback_fails_and_consumes_the_promise_and_the_environment) {
  for (int later = 0; later < 2; later++) {
    for (int i = 0; i < 8; i++) {
      ENV(f);
      int dropped = 0;
      lwt_t *p = later ? pending() : lwt_return_owned(&dropped, count_drop), *r = NULL;
      switch (i) {
        case 0: r = lwt_bind(p, NULL, &f, env_drop); break;
        case 1: r = lwt_bind_owned(p, NULL, &f, env_drop); break;
        case 2: r = lwt_map(p, NULL, &f, env_drop); break;
        case 3: r = lwt_catch(p, NULL, &f, env_drop); break;
        case 4: r = lwt_try_bind(p, NULL, env_catch, &f, env_drop); break;
        case 5: r = lwt_try_bind(p, env_bind, NULL, &f, env_drop); break;
        case 6: r = lwt_try_bind(p, NULL, NULL, &f, env_drop); break;
        case 7: r = lwt_finalize(p, NULL, &f, env_drop); break;
      }
      CHECK_FAILS(r, INVALID);
      CHECK_ENV(f, 0, 1);
      if (later)
        lwt_wakener_forget(waker);
      else
        CHECK_INT(dropped, 1);
    }
  }
}
