/* lwt_raise and lwt_owned in each kind of callback, nested ones too. */
#include "promises.h"

static int drops;
static lwt_u *waker;
static lwt_t *pending(void) { return lwt_wait(&waker); }

/* Runs a map over f whose input is resolved before, or after. */
static lwt_t *map_with(lwt_map_fn f, void *env, int later) {
  lwt_t *p = lwt_map(later ? pending() : lwt_return(LWT_INT(1)), f, env, NULL);
  if (later) lwt_wakeup(waker, LWT_INT(1));
  return p;
}

static lwt_value raises(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_raise(exn(LWT_NOT_FOUND));
}
TEST(raise_fails_a_map) {
  for (int later = 0; later < 2; later++) CHECK_FAILS(map_with(raises, NULL, later), LWT_NOT_FOUND);
}
TEST(raise_returns_unit) {
  hook_install();
  CHECK_PTR(lwt_raise(exn(LWT_FULL)), LWT_UNIT);
}

static lwt_value raises_and_ignores(lwt_value v, void *env) {
  (void)env;
  lwt_raise(exn(LWT_CLOSED));
  return v;
}
TEST(what_was_raised_counts_whatever_is_returned) {
  for (int later = 0; later < 2; later++)
    CHECK_FAILS(map_with(raises_and_ignores, NULL, later), LWT_CLOSED);
}

static lwt_value raises_null(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_raise(NULL);
}
TEST(raising_nothing_is_an_invalid_argument) {
  lwt_t *p = map_with(raises_null, NULL, 0);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_raise");
  CHECK_FAILS(p, INVALID);
}

static lwt_value raises_twice(lwt_value v, void *env) {
  (void)v;
  lwt_raise(lwt_exn_new_owned(LWT_FULL, "first", env, count_drop));
  return lwt_raise(lwt_exn_new_owned(LWT_CLOSED, "second", env, count_drop));
}
TEST(raising_twice_fails_with_one_and_frees_both) {
  drops = 0;
  lwt_t *p = map_with(raises_twice, &drops, 0);
  CHECK_STATE(p, LWT_FAIL);
  lwt_release(p);
  CHECK_INT(drops, 2);
}

static lwt_value owns(lwt_value v, void *env) {
  (void)v;
  return lwt_owned(env, count_drop);
}
TEST(owned_speaks_for_the_returned_value) {
  for (int later = 0; later < 2; later++) {
    drops = 0;
    lwt_t *p = map_with(owns, &drops, later);
    CHECK_PTR(lwt_value_of(p), &drops);
    CHECK_INT(drops, 0);
    lwt_release(p);
    CHECK_INT(drops, 1);
  }
}
static lwt_value owns_then_raises(lwt_value v, void *env) {
  (void)v;
  lwt_owned(env, count_drop);
  return lwt_raise(exn(LWT_FULL));
}
static lwt_value raises_then_owns(lwt_value v, void *env) {
  (void)v;
  lwt_raise(exn(LWT_FULL));
  return lwt_owned(env, count_drop);
}
TEST(an_owned_value_beside_a_raise_is_dropped) {
  for (int later = 0; later < 2; later++) {
    drops = 0;
    CHECK_FAILS(map_with(owns_then_raises, &drops, later), LWT_FULL);
    CHECK_INT(drops, 1);
    CHECK_FAILS(map_with(raises_then_owns, &drops, later), LWT_FULL);
    CHECK_INT(drops, 2);
  }
}
static lwt_value owns_without_drop(lwt_value v, void *env) {
  (void)env;
  return lwt_owned(v, NULL);
}
TEST(owned_without_a_drop_function_is_a_plain_word) {
  CHECK_RETURNS(map_with(owns_without_drop, NULL, 0), 1);
}

/* Callbacks nested in a callback have their own. */
static lwt_value raise_in_the_inner(lwt_value v, void *env) {
  (void)env;
  CHECK_FAILS(lwt_map(lwt_return(LWT_UNIT), raises, NULL, NULL), LWT_NOT_FOUND);
  return v;
}
static lwt_value raise_around_the_inner(lwt_value v, void *env) {
  lwt_raise(exn(LWT_TIMEOUT));
  CHECK_RETURNS(lwt_map(lwt_return(LWT_INT(5)), owns_without_drop, NULL, NULL), 5);
  drops = 0;
  lwt_release(lwt_map(lwt_return(v), owns, env, NULL));
  CHECK_INT(drops, 1);
  return v;
}
static lwt_value own_around_the_inner(lwt_value v, void *env) {
  static int inner;
  lwt_value mine = lwt_owned(env, count_drop);
  inner = 0;
  lwt_release(lwt_map(lwt_return(v), owns, &inner, NULL));
  CHECK_INT(inner, 1);
  CHECK_FAILS(lwt_map(lwt_return(v), raises, NULL, NULL), LWT_NOT_FOUND);
  return mine;
}
TEST(nested_callbacks_have_their_own_raise_and_owned) {
  for (int later = 0; later < 2; later++) {
    CHECK_RETURNS(map_with(raise_in_the_inner, NULL, later), 1);
    CHECK_FAILS(map_with(raise_around_the_inner, &drops, later), LWT_TIMEOUT);
    drops = 0;
    lwt_t *p = map_with(own_around_the_inner, &drops, later);
    CHECK_PTR(lwt_value_of(p), &drops);
    CHECK_INT(drops, 0);
    lwt_release(p);
    CHECK_INT(drops, 1);
  }
}

/* In a callback that wakes another promise, whose callbacks raise. */
static lwt_value wakes_then_returns(lwt_value v, void *wakener) {
  CHECK_INT(lwt_wakeup(wakener, v), LWT_OK);
  return v;
}
TEST(a_raise_in_a_callback_woken_inside_stays_there) {
  lwt_u *u;
  lwt_t *inner = lwt_map(lwt_wait(&u), raises, NULL, NULL);
  CHECK_RETURNS(map_with(wakes_then_returns, u, 1), 1);
  CHECK_FAILS(inner, LWT_NOT_FOUND);
}

/* Callbacks that return a promise fail by returning a failed one; a raise in
 * them must be heard all the same: it fails the result. */
static lwt_t *bind_raises(lwt_value v, void *env) {
  (void)env;
  lwt_raise(exn(LWT_FULL));
  return lwt_return(v);
}
TEST(a_raise_in_a_bind_is_not_lost) {
  for (int later = 0; later < 2; later++) {
    hook_install();
    lwt_t *p = lwt_bind(later ? pending() : lwt_return(LWT_UNIT), bind_raises, NULL, NULL);
    if (later) lwt_wakeup(waker, LWT_UNIT);
    CHECK((lwt_state(p) == LWT_FAIL && kind_of(p) == LWT_FULL) || hook_kind == LWT_FULL);
    lwt_release(p);
  }
}

/* In a callback that returns nothing, lwt_raise hands to the hook. */
TEST(a_raise_in_a_callback_that_returns_nothing_goes_to_the_hook) {
  for (int later = 0; later < 2; later++)
    for (int which = 0; which < 6; which++) {
      lwt_u *u = NULL;
      bool fails = which == 1 || which == 4, cancels = which == 5;
      lwt_t *p = later     ? lwt_task(&u)
                 : fails   ? lwt_fail(exn(LWT_CLOSED))
                 : cancels ? lwt_fail(exn(LWT_CANCELED))
                           : lwt_return(LWT_UNIT);
      ENV_RAISING(f, LWT_NOT_FOUND);
      ENV(after);
      hook_install();
      switch (which) {
        case 0: lwt_on_success(p, env_value, &f, env_drop); break;
        case 1: lwt_on_failure(p, env_exn, &f, env_drop); break;
        case 2: lwt_on_termination(p, env_unit, &f, env_drop); break;
        case 3:
        case 4: lwt_on_any(p, env_value, env_exn, &f, env_drop); break;
        case 5: lwt_on_cancel(p, env_unit, &f, env_drop); break;
      }
      lwt_on_termination(p, env_unit, &after, env_drop);
      if (later) {
        CHECK_HOOK(0, 0);
        if (fails)
          lwt_wakeup_exn(u, exn(LWT_CLOSED));
        else if (cancels)
          lwt_cancel(p), lwt_wakener_forget(u);
        else
          lwt_wakeup(u, LWT_UNIT);
      }
      CHECK_HOOK(1, LWT_NOT_FOUND);
      CHECK_ENV(f, 1, 1);
      CHECK_ENV(after, 1, 1); /* the remaining callbacks still run */
      lwt_release(p);
    }
  trace_text[0] = '\0';
}

/* Drop functions are callbacks that return nothing. */
static void drop_raises(void *env) {
  ++*(int *)env;
  lwt_raise(exn(LWT_FULL));
}
TEST(a_raise_in_a_drop_function_goes_to_the_hook_and_harms_nobody) {
  hook_install();
  drops = 0;
  lwt_release(lwt_return_owned(&drops, drop_raises));
  CHECK_INT(drops, 1);
  CHECK_HOOK(1, LWT_FULL);
  ENV(f);
  lwt_t *p = lwt_map(lwt_return(LWT_INT(4)), owns_without_drop, &drops, drop_raises);
  CHECK_RETURNS(p, 4);
  CHECK_INT(drops, 2);
  CHECK_HOOK(1, LWT_FULL);
  (void)f;
}

TEST(a_raise_where_no_callback_runs_goes_to_the_hook) {
  hook_install();
  lwt_raise(exn(LWT_FULL));
  CHECK_HOOK(1, LWT_FULL);
}

TEST(owned_where_no_callback_runs_does_not_stick_to_the_next_value) {
  drops = 0;
  lwt_owned(&drops, count_drop);
  int before = drops;
  lwt_t *p = map_with(owns_without_drop, NULL, 0);
  CHECK_RETURNS(p, 1);
  CHECK_INT(drops, before);
}

static int owned_drops;
static void owned_drop(void *p) {
  (void)p;
  owned_drops++;
}
static lwt_value owns_two(lwt_value v, void *env) {
  (void)env;
  lwt_owned(&owned_drops, owned_drop);
  return lwt_owned(v, NULL) == v ? lwt_owned((char *)&owned_drops + 1, owned_drop) : v;
}
TEST(of_two_values_that_a_callback_owns_the_first_is_dropped) {
  owned_drops = 0;
  lwt_t *p = lwt_map(lwt_return(LWT_UNIT), owns_two, NULL, NULL);
  CHECK_INT(owned_drops, 1);
  CHECK_PTR(lwt_value_of(p), (char *)&owned_drops + 1);
  lwt_release(p);
  CHECK_INT(owned_drops, 2);
}
TEST(outside_of_callbacks_nobody_owns_a_value) {
  owned_drops = 0;
  CHECK_PTR(lwt_owned(&owned_drops, owned_drop), LWT_UNIT);
  CHECK_INT(owned_drops, 1);
  CHECK_PTR(lwt_owned(&owned_drops, NULL), &owned_drops);
}

static void raising_drop(void *env) {
  (void)env;
  lwt_raise(exn(LWT_CLOSED));
}
static lwt_t *raising_bind(lwt_value v, void *env) {
  (void)env;
  lwt_raise(exn(LWT_FULL));
  return lwt_return(v);
}
static void raising_success(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_raise(exn(LWT_FULL));
}
/* Whether the promise is resolved already or resolves later, what the callback
 * raises and what the drop function of its environment raises stay apart. */
TEST(a_raise_in_the_drop_function_of_an_environment_is_its_own) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL;
    lwt_t *p = later ? lwt_wait(&u) : lwt_return(LWT_UNIT);
    hook_install();
    lwt_t *q = lwt_bind(lwt_retain(p), raising_bind, NULL, raising_drop);
    if (later) CHECK_INT(lwt_wakeup(u, LWT_UNIT), LWT_OK);
    CHECK_INT(hook_calls, 1);
    CHECK_INT(hook_kind, LWT_CLOSED);
    CHECK_FAILS(q, LWT_FULL);
    p = (lwt_release(p), later ? lwt_wait(&u) : lwt_return(LWT_UNIT));
    hook_install();
    CHECK_INT(lwt_on_success(p, raising_success, NULL, raising_drop), LWT_OK);
    if (later) CHECK_INT(lwt_wakeup(u, LWT_UNIT), LWT_OK);
    CHECK_INT(hook_calls, 2);
    lwt_release(p);
  }
}
