/* timeout: 240 */
/* Endless recursion through bind runs in constant memory and on little stack,
 * whether what it binds on is resolved already or not. */
#include "small_stack.h"

static long goal, drops;
static void drop(void *env) {
  (void)env;
  drops++;
}

/* How much memory was needed from a tenth of the way to the goal. */
static long at_tenth, at_end;
static void look(intptr_t n) {
  if (n == goal / 10) at_tenth = resident();
  if (n == goal) at_end = resident();
}
#define CHECK_FLAT_RECURSION() CHECK(!at_full_scale() || at_end - at_tenth < 2 << 20)

static lwt_t *immediate(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  look(n);
  if (n == goal) return lwt_return(v);
  return lwt_bind(lwt_return(LWT_INT(n + 1)), immediate, env, drop);
}
static void immediate_binds(void) {
  goal = scaled(10000000);
  drops = 0;
  CHECK_RETURNS(lwt_bind(lwt_return(LWT_INT(0)), immediate, NULL, drop), goal);
  CHECK_INT(drops, goal + 1);
  CHECK_FLAT_RECURSION();
}
TEST(ten_million_immediate_binds_in_a_recursion) { on_small_stack(NESTED_STACK, immediate_binds); }

static lwt_t *immediate_failing(const lwt_exn *e, void *env) {
  intptr_t n = (intptr_t)lwt_exn_payload(e);
  look(n);
  if (n == goal) return lwt_return(LWT_INT(n));
  return lwt_catch(lwt_fail(lwt_exn_new_owned(LWT_FAILURE, "", LWT_INT(n + 1), NULL)),
                   immediate_failing, env, drop);
}
static void immediate_catches(void) {
  goal = scaled(3000000);
  drops = 0;
  CHECK_RETURNS(lwt_catch(lwt_fail(exn(LWT_FAILURE)), immediate_failing, NULL, drop), goal);
  CHECK_INT(drops, goal + 1);
  CHECK_FLAT_RECURSION();
}
TEST(three_million_immediate_catches_in_a_recursion) {
  on_small_stack(NESTED_STACK, immediate_catches);
}

static lwt_t *immediate_try(lwt_value v, void *env);
static lwt_t *never(const lwt_exn *e, void *env) { return (void)env, lwt_fail(lwt_exn_retain(e)); }
static lwt_t *immediate_try(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  look(n);
  if (n == goal) return lwt_return(v);
  return lwt_try_bind(lwt_return(LWT_INT(n + 1)), immediate_try, never, env, drop);
}
static void immediate_tries(void) {
  goal = scaled(3000000);
  CHECK_RETURNS(lwt_try_bind(lwt_return(LWT_INT(0)), immediate_try, never, NULL, drop), goal);
  CHECK_FLAT_RECURSION();
}
TEST(three_million_immediate_try_binds_in_a_recursion) {
  on_small_stack(NESTED_STACK, immediate_tries);
}

static lwt_t *owned_rec(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  look(n);
  if (n == goal) return lwt_return(v);
  return lwt_bind_owned(lwt_return(LWT_INT(n + 1)), owned_rec, env, drop);
}
static void immediate_owned(void) {
  goal = scaled(3000000);
  CHECK_RETURNS(lwt_bind_owned(lwt_return(LWT_INT(0)), owned_rec, NULL, drop), goal);
  CHECK_FLAT_RECURSION();
}
TEST(three_million_immediate_bind_owneds_in_a_recursion) {
  on_small_stack(NESTED_STACK, immediate_owned);
}

/* What the recursion is wrapped in must not need stack either (it needs heap). */
static lwt_value plus_one(lwt_value v, void *env) {
  return (void)env, LWT_INT(LWT_TO_INT(v) + 1);
}
static lwt_t *not_a_tail(lwt_value v, void *env) {
  if (LWT_TO_INT(v) == goal) return lwt_return(LWT_INT(0));
  return lwt_map(lwt_bind(lwt_return(LWT_INT(LWT_TO_INT(v) + 1)), not_a_tail, env, NULL), plus_one,
                 NULL, NULL);
}
static void wrapped_binds(void) {
  goal = scaled(1000000);
  CHECK_RETURNS(lwt_bind(lwt_return(LWT_INT(0)), not_a_tail, NULL, NULL), goal);
}
TEST(a_recursion_that_is_not_in_tail_position_needs_no_stack) {
  on_small_stack(NESTED_STACK, wrapped_binds);
}
static lwt_t *clean_rec(void *env) {
  intptr_t *n = env;
  if (++*n >= goal) return lwt_return(LWT_UNIT);
  return lwt_finalize(lwt_return(LWT_INT(*n)), clean_rec, env, drop);
}
static void immediate_finalizes(void) {
  intptr_t n = 0;
  goal = scaled(1000000);
  drops = 0;
  CHECK_RETURNS(lwt_finalize(lwt_return(LWT_INT(5)), clean_rec, &n, drop), 5);
  CHECK_INT(n, goal);
  CHECK_INT(drops, goal);
}
TEST(a_recursion_through_finalize_needs_no_stack) {
  on_small_stack(NESTED_STACK, immediate_finalizes);
}

/* Pending: each step waits for the next pause, or the next wake-up. */
static lwt_t *through_pause(lwt_value v, void *env);
static intptr_t step;
static lwt_t *through_pause(lwt_value v, void *env) {
  (void)v;
  look(++step);
  if (step == goal) return lwt_return(LWT_INT(step));
  return lwt_bind(lwt_pause(), through_pause, env, drop);
}
static void pending_binds(void) {
  goal = scaled(10000000);
  step = 0;
  lwt_t *p = lwt_bind(lwt_pause(), through_pause, NULL, drop);
  while (lwt_paused_count() > 0) lwt_wakeup_paused();
  CHECK_RETURNS(p, goal);
  CHECK_FLAT_RECURSION();
}
TEST(ten_million_pending_binds_in_a_recursion) { on_small_stack(SMALL_STACK, pending_binds); }

static lwt_u *waker;
static lwt_t *through_wait(lwt_value v, void *env) {
  look(++step);
  if (step == goal) return lwt_return(v);
  return lwt_bind(step % 2 ? lwt_wait(&waker) : lwt_task(&waker), through_wait, env, drop);
}
static void woken_binds(void) {
  goal = scaled(5000000);
  step = 0;
  lwt_t *p = lwt_bind(lwt_wait(&waker), through_wait, NULL, drop);
  lwt_t *kept = NULL; /* someone who waits on it all the time */
  kept = lwt_map(lwt_retain(p), plus_one, NULL, NULL);
  while (lwt_state(p) == LWT_SLEEP) lwt_wakeup(waker, LWT_INT(2));
  CHECK_RETURNS(p, 2);
  CHECK_RETURNS(kept, 3);
  CHECK_FLAT_RECURSION();
}
TEST(five_million_binds_woken_one_by_one) { on_small_stack(SMALL_STACK, woken_binds); }

static lwt_t *mixed(lwt_value v, void *env) {
  look(++step);
  if (step == goal) return lwt_return(v);
  if (step % 1000 == 0) return lwt_bind(lwt_pause(), mixed, env, drop);
  return lwt_bind(lwt_return(v), mixed, env, drop);
}
static void mixed_binds(void) {
  goal = scaled(5000000);
  step = 0;
  lwt_t *p = lwt_bind(lwt_return(LWT_INT(1)), mixed, NULL, drop);
  while (lwt_paused_count() > 0) lwt_wakeup_paused();
  CHECK_STATE(p, LWT_RETURN);
  lwt_release(p);
  CHECK_FLAT_RECURSION();
}
TEST(five_million_binds_some_of_them_pending) { on_small_stack(NESTED_STACK, mixed_binds); }

/* Cancelling reaches what the recursion waits for now. */
static void cancelled_recursion(void) {
  goal = scaled(1000000);
  step = 0;
  lwt_t *p = lwt_bind(lwt_pause(), through_pause, NULL, drop);
  for (long i = 0; i < goal / 2; i++) lwt_wakeup_paused();
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_wakeup_paused();
  CHECK_INT(step, goal / 2);
}
TEST(a_recursion_is_cancelled_where_it_is) { on_small_stack(SMALL_STACK, cancelled_recursion); }
