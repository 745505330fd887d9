/* How deep calls nest: a bind on a resolved promise runs inside the call down
 * to a bound of a hundred or more; what is deeper is pending until the
 * outermost call, which runs it before it returns. */
#include "small_stack.h"

static long depth, deepest, ran, pending;
static lwt_t *down(lwt_value v, void *env) {
  intptr_t left = LWT_TO_INT(v);
  if (++depth > deepest) deepest = depth;
  ran++;
  lwt_t *p = lwt_return(LWT_INT(0));
  if (left > 0) {
    lwt_release(p);
    p = lwt_bind(lwt_return(LWT_INT(left - 1)), down, env, NULL);
    pending += lwt_state(p) == LWT_SLEEP;
  }
  depth--;
  return p;
}
static lwt_t *start(long levels) {
  depth = deepest = ran = pending = 0;
  return lwt_bind(lwt_return(LWT_INT(levels - 1)), down, NULL, NULL);
}

TEST(a_bind_on_a_resolved_promise_runs_inside_the_call) {
  ENV(f);
  lwt_t *p = lwt_bind(lwt_return(LWT_INT(1)), env_bind, &f, env_drop);
  CHECK_ENV(f, 1, 1);
  CHECK_RETURNS(p, 1);
  trace_text[0] = '\0';
}
TEST(a_hundred_calls_nest) {
  CHECK_RETURNS(start(100), 0);
  CHECK_INT(ran, 100);
  CHECK_INT(deepest, 100);
  CHECK_INT(pending, 0);
}
static void deep(void) {
  CHECK_RETURNS(start(100000), 0); /* resolved when the outermost returns */
  CHECK_INT(ran, 100000);
  CHECK(deepest >= 100);
  CHECK(deepest < 100000);
  CHECK(pending > 0);
}
TEST(calls_deeper_than_a_bound_are_pending_and_run_before_the_outermost_returns) {
  on_small_stack(NESTED_STACK, deep);
}

/* Inside a callback of a pending promise the same holds. */
static void deep_in_a_resolution(void) {
  lwt_u *u;
  depth = deepest = ran = pending = 0;
  lwt_t *p = lwt_bind(lwt_wait(&u), down, NULL, NULL);
  lwt_wakeup(u, LWT_INT(99999));
  CHECK_RETURNS(p, 0);
  CHECK_INT(ran, 100000);
  CHECK(deepest < 100000);
}
TEST(inside_a_wake_up_too) { on_small_stack(NESTED_STACK, deep_in_a_resolution); }

/* The other functions that run callbacks inside the call. */
static lwt_t *down_map(lwt_value v, void *env);
static lwt_value to_map(lwt_value v, void *env) {
  lwt_t *p = down_map(v, env);
  lwt_release(p);
  return v;
}
static lwt_t *down_map(lwt_value v, void *env) {
  ran++;
  if (++depth > deepest) deepest = depth;
  intptr_t left = LWT_TO_INT(v);
  lwt_t *p = left > 0 ? lwt_map(lwt_return(LWT_INT(left - 1)), to_map, env, NULL)
                      : lwt_return(LWT_UNIT);
  depth--;
  return p;
}
static void deep_maps(void) {
  ran = deepest = depth = 0;
  lwt_t *p = lwt_map(lwt_return(LWT_INT(50000)), to_map, NULL, NULL);
  CHECK_RETURNS(p, 50000);
  CHECK_INT(ran, 50001);
  CHECK(deepest < 50000);
}
TEST(map_nests_no_deeper_either) { on_small_stack(NESTED_STACK, deep_maps); }

static long left;
static void watch(void *env) {
  ran++;
  if (++depth > deepest) deepest = depth;
  if (left-- > 0) {
    lwt_t *p = lwt_return(LWT_UNIT);
    lwt_on_termination(p, watch, env, NULL);
    lwt_release(p);
  }
  depth--;
}
static void deep_watches(void) {
  ran = deepest = depth = 0;
  left = 50000;
  lwt_t *p = lwt_return(LWT_UNIT);
  lwt_on_termination(p, watch, NULL, NULL);
  lwt_release(p);
  CHECK_INT(ran, 50001);
  CHECK(deepest < 50000);
}
TEST(on_termination_nests_no_deeper_either) { on_small_stack(NESTED_STACK, deep_watches); }

/* Order among what was put off. */
static lwt_t *at_the_bound(lwt_value v, void *data) {
  struct env *envs = data;
  intptr_t n = LWT_TO_INT(v);
  if (n < 300) return lwt_bind(lwt_return(LWT_INT(n + 1)), at_the_bound, data, NULL);
  lwt_t *p = lwt_bind(lwt_return(LWT_UNIT), env_bind, &envs[0], env_drop);
  lwt_t *q = lwt_bind(lwt_return(LWT_UNIT), env_bind, &envs[1], env_drop);
  lwt_release(p);
  return q;
}
TEST(what_was_put_off_runs_once_and_its_environments_are_dropped) {
  struct env envs[2] = {{.name = "first"}, {.name = "second"}};
  lwt_t *p = lwt_bind(lwt_return(LWT_INT(0)), at_the_bound, envs, NULL);
  CHECK_RETURNS(p, 0);
  CHECK_ENV(envs[0], 1, 1);
  CHECK_ENV(envs[1], 1, 1);
  CHECK_TRACE("first second");
}
