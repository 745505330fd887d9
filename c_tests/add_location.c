/* backtrace_bind, _catch, _finalize, _try_bind: each error that passes goes
 * through a function. */
#include "small_stack.h"

struct traced {
  struct env f;
  int passed;
  bool nothing; /* add_loc returns no exception */
};
static lwt_exn *add_loc(lwt_exn *e, void *data) {
  struct traced *t = data;
  char text[64];
  t->passed++;
  if (t->nothing) return lwt_exn_release(e), NULL;
  snprintf(text, sizeof text, "%s, passed", lwt_exn_message(e));
  lwt_exn *located = lwt_exn_new(lwt_exn_kind(e), text);
  lwt_exn_release(e);
  return located;
}
static lwt_t *f(lwt_value v, void *data) {
  struct traced *t = data;
  env_bind(v, &t->f);
  if (t->f.raise != 0) lwt_raise(exn(t->f.raise));
  return lwt_return(v);
}
static lwt_t *g(const lwt_exn *e, void *data) {
  struct traced *t = data;
  CHECK_HAS(lwt_exn_message(e), "passed");
  return env_catch(e, &t->f);
}
static lwt_t *clean(void *data) { return env_thunk(&((struct traced *)data)->f); }
static void drop(void *data) { ((struct traced *)data)->f.dropped++; }

typedef lwt_t *(*compose)(lwt_t *p, struct traced *t);
static lwt_t *with_bind(lwt_t *p, struct traced *t) {
  return lwt_backtrace_bind(add_loc, p, f, t, drop);
}
static lwt_t *with_catch(lwt_t *p, struct traced *t) {
  return lwt_backtrace_catch(add_loc, p, g, t, drop);
}
static lwt_t *with_finalize(lwt_t *p, struct traced *t) {
  return lwt_backtrace_finalize(add_loc, p, clean, t, drop);
}
static lwt_t *with_try(lwt_t *p, struct traced *t) {
  return lwt_backtrace_try_bind(add_loc, p, f, g, t, drop);
}
static const compose all[] = {with_bind, with_catch, with_finalize, with_try};

/* Runs one on an input that is resolved before or after. */
static lwt_t *on(compose c, struct traced *t, bool later, int kind) {
  if (!later) return c(kind != 0 ? lwt_fail(exn(kind)) : lwt_return(LWT_INT(1)), t);
  lwt_u *u;
  lwt_t *r = c(lwt_wait(&u), t);
  CHECK_SLEEPS(r);
  if (kind != 0)
    lwt_wakeup_exn(u, exn(kind));
  else
    lwt_wakeup(u, LWT_INT(1));
  return r;
}

TEST(a_value_passes_untouched) {
  for (int later = 0; later < 2; later++)
    for (int i = 0; i < 4; i++) {
      struct traced t = {.f = {.name = "f"}};
      CHECK_RETURNS(on(all[i], &t, later, 0), 1);
      CHECK_INT(t.passed, 0);
      CHECK_ENV(t.f, all[i] != with_catch, 1);
    }
  trace_text[0] = '\0';
}
TEST(the_failure_of_the_source_goes_through_the_function_once) {
  for (int later = 0; later < 2; later++)
    for (int i = 0; i < 4; i++) {
      struct traced t = {.f = {.name = "f", .value = LWT_INT(2)}};
      lwt_t *r = on(all[i], &t, later, LWT_FULL);
      CHECK_INT(t.passed, 1);
      if (all[i] == with_catch || all[i] == with_try) {
        CHECK_RETURNS(r, 2);
        CHECK_INT(t.f.kind, LWT_FULL);
      } else {
        CHECK_STR(lwt_exn_message(lwt_exn_of(r)), "made by the test, passed");
        CHECK_FAILS(r, LWT_FULL);
      }
      CHECK_ENV(t.f, all[i] != with_bind, 1);
    }
  trace_text[0] = '\0';
}
TEST(the_failure_of_the_callback_goes_through_the_function) {
  for (int later = 0; later < 2; later++)
    for (int i = 0; i < 4; i++) {
      struct traced t = {.f = {.name = "f", .raise = LWT_CLOSED}};
      lwt_t *r = on(all[i], &t, later, all[i] == with_catch ? LWT_FULL : 0);
      CHECK_INT(t.passed, all[i] == with_catch ? 2 : 1);
      CHECK_HAS(lwt_exn_message(lwt_exn_of(r)), "passed");
      CHECK_FAILS(r, LWT_CLOSED);
      CHECK_ENV(t.f, 1, 1);
    }
  trace_text[0] = '\0';
}
TEST(the_failure_of_the_clean_up_replaces_the_bodys) {
  for (int later = 0; later < 2; later++) {
    struct traced t = {.f = {.name = "f", .raise = LWT_CLOSED}};
    CHECK_FAILS(on(with_finalize, &t, later, LWT_FULL), LWT_CLOSED);
    CHECK_INT(t.passed, 1);
    CHECK_ENV(t.f, 1, 1);
  }
  trace_text[0] = '\0';
}
TEST(a_function_that_returns_no_exception_is_a_failure_that_says_so) {
  for (int i = 0; i < 2; i++) {
    struct traced t = {.f = {.name = "f"}, .nothing = true};
    lwt_t *r = on(with_bind, &t, i, LWT_FULL);
    CHECK_HAS(lwt_exn_message(lwt_exn_of(r)), "add_loc");
    CHECK_FAILS(r, INVALID);
    CHECK_ENV(t.f, 0, 1);
  }
}
TEST(a_missing_function_fails_and_consumes_the_rest) {
  struct traced t = {.f = {.name = "f"}};
  int dropped = 0;
#define OWNED lwt_return_owned(&dropped, count_drop)
  CHECK_FAILS(lwt_backtrace_bind(NULL, OWNED, f, &t, drop), INVALID);
  CHECK_FAILS(lwt_backtrace_bind(add_loc, OWNED, NULL, &t, drop), INVALID);
  CHECK_FAILS(lwt_backtrace_catch(add_loc, OWNED, NULL, &t, drop), INVALID);
  CHECK_FAILS(lwt_backtrace_finalize(NULL, OWNED, clean, &t, drop), INVALID);
  CHECK_FAILS(lwt_backtrace_try_bind(add_loc, OWNED, f, NULL, &t, drop), INVALID);
  CHECK_FAILS(lwt_backtrace_bind(add_loc, NULL, f, &t, drop), INVALID);
  CHECK_ENV(t.f, 0, 6);
  CHECK_INT(dropped, 5);
}
TEST(cancelling_goes_to_the_source) {
  for (int i = 0; i < 4; i++) {
    struct traced t = {.f = {.name = "f"}};
    lwt_u *u;
    lwt_t *p = lwt_task(&u), *r = all[i](lwt_retain(p), &t);
    lwt_cancel(r);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_STATE(r, all[i] == with_catch || all[i] == with_try ? LWT_RETURN : LWT_FAIL);
    CHECK_INT(t.passed, 1);
    lwt_release(r);
    lwt_wakener_forget(u);
  }
  trace_text[0] = '\0';
}

/* An endless recursion through it needs no stack and no memory either. */
static lwt_exn *same(lwt_exn *e, void *env) { return (void)env, e; }
static long goal, at_tenth;
static bool pausing;
static lwt_t *again(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  if (n == goal / 10) at_tenth = resident();
  if (n == goal) return lwt_fail(exn(LWT_FULL));
  lwt_t *p = lwt_return(LWT_INT(n + 1));
  if (pausing) {
    lwt_release(p);
    p = lwt_wait((lwt_u **)env);
  }
  return lwt_backtrace_bind(same, p, again, env, NULL);
}
static void recursion(void) {
  goal = scaled(1000000);
  lwt_u *u = NULL;
  pausing = false;
  CHECK_FAILS(again(LWT_INT(0), &u), LWT_FULL);
  CHECK_FLAT(at_tenth, 2);
  pausing = true;
  lwt_t *r = again(LWT_INT(0), &u);
  for (long n = 1; n <= goal; n++) {
    lwt_u *next = u;
    lwt_wakeup(next, LWT_INT(n));
  }
  CHECK_FAILS(r, LWT_FULL);
  CHECK_FLAT(at_tenth, 2);
}
TEST(a_recursion_of_a_million_needs_no_stack_and_no_memory) {
  on_small_stack(NESTED_STACK, recursion);
}

/* Its function meddles with the promises that it is about. */
static lwt_t *about;
static lwt_u *about_u;
static lwt_exn *meddles(lwt_exn *e, void *env) {
  struct env *ran = env;
  ran->ran++;
  lwt_cancel(about);
  lwt_release(about);
  lwt_wakeup(about_u, LWT_UNIT); /* spent already */
  lwt_raise(exn(LWT_CLOSED));    /* goes to the hook */
  return e;
}
TEST(a_function_that_releases_cancels_and_raises_disturbs_nobody) {
  hook_install();
  ENV(f);
  lwt_t *p = lwt_task(&about_u);
  about = lwt_backtrace_bind(meddles, p, env_bind, &f, env_drop);
  ENV(g);
  lwt_t *r = lwt_catch(lwt_retain(about), env_catch, &g, env_drop);
  lwt_wakeup_exn(about_u, exn(LWT_FULL));
  CHECK_ENV(f, 1, 1);
  CHECK_ENV(g, 1, 1);
  CHECK_INT(g.kind, LWT_FULL);
  CHECK_HOOK(1, LWT_CLOSED);
  lwt_release(r);
  trace_text[0] = '\0';
}
