/* timeout: 240 */
/* Scenario 12: ten million immediate binds in constant stack and memory; a
 * hundred thousand pending maps in a chain; forty-three rounds of choose on one
 * long-lived promise, with the survivors intact. Rules R7, R8, R10. */
#include "small_stack.h"

static lwt_t *count_down(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  ++*(long *)env;
  return n == 0 ? lwt_return(v) : lwt_bind(lwt_return(LWT_INT(n - 1)), count_down, env, NULL);
}
static void recursion(void) {
  long n = scaled(10000000), calls = 0;
  long before = resident();
  CHECK_RETURNS(count_down(LWT_INT(n), &calls), 0);
  CHECK_INT(calls, n + 1);
  CHECK_FLAT(before, 8);
}
/* Calls nest up to a bound, which takes more than the smallest of stacks. */
TEST(ten_million_immediate_binds_one_in_the_other) { on_small_stack(NESTED_STACK, recursion); }

static lwt_t *next(lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT(LWT_TO_INT(v) + 1));
}
static void loop(void) {
  long n = scaled(10000000);
  long before = resident();
  lwt_t *p = lwt_return(LWT_INT(0));
  for (long i = 0; i < n; i++) p = lwt_bind(p, next, NULL, NULL);
  CHECK_RETURNS(p, n);
  CHECK_FLAT(before, 8);
}
TEST(ten_million_immediate_binds_one_after_the_other) { on_small_stack(SMALL_STACK, loop); }

static lwt_value plus_one(lwt_value v, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(v) + 1);
}
static void maps(void) {
  for (int how = 0; how < 3; how++) {
    long n = scaled(100000);
    lwt_u *u;
    lwt_t *p = lwt_task(&u);
    for (long i = 0; i < n; i++) p = lwt_map(p, plus_one, NULL, NULL);
    if (how == 0) {
      lwt_wakeup(u, LWT_INT(0));
      CHECK_RETURNS(p, n);
    } else if (how == 1) {
      lwt_wakeup_exn(u, exn(LWT_FULL));
      CHECK_FAILS(p, LWT_FULL);
    } else {
      lwt_cancel(p);
      CHECK_FAILS(p, LWT_CANCELED);
      lwt_wakener_forget(u);
    }
  }
}
TEST(a_hundred_thousand_pending_maps_resolve_fail_and_are_cancelled) {
  on_small_stack(SMALL_STACK, maps);
}

/* Each round adds a callback to the long-lived promise, and takes it off again;
 * the survivors, attached in between, stay. */
enum { ROUNDS = 43 };
static void rounds(bool unified) {
  static struct env survivors[ROUNDS];
  static lwt_t *results[ROUNDS];
  lwt_u *u, *v;
  lwt_t *far = lwt_wait(&v);
  ENV_RETURNING(f, lwt_retain(far));
  lwt_t *lived = unified ? lwt_bind(lwt_wait(&u), env_bind, &f, env_drop) : lwt_retain(far);
  for (int i = 0; i < ROUNDS; i++) {
    survivors[i] = (struct env){.name = "s"};
    results[i] = lwt_bind(lwt_retain(lived), env_bind, &survivors[i], env_drop);
    lwt_u *w;
    lwt_t *members[2] = {lwt_retain(lived), lwt_wait(&w)};
    lwt_t *r = (i % 2 ? lwt_choose : lwt_pick)(members, 2);
    lwt_wakeup(w, LWT_INT(i));
    CHECK_RETURNS(r, i);
    if (unified && i == ROUNDS / 2) lwt_wakeup(u, LWT_UNIT); /* lived becomes far */
  }
  CHECK_SLEEPS(lived);
  trace_text[0] = '\0';
  lwt_wakeup(v, LWT_INT(6));
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_ENV(survivors[i], 1, 1);
    CHECK_INT(LWT_TO_INT(survivors[i].value), 6);
    CHECK_RETURNS(results[i], 6);
  }
  if (!unified) lwt_release(f.result);
  CHECK_RETURNS(lived, 6);
  CHECK_RETURNS(far, 6);
  trace_text[0] = '\0';
}
TEST(forty_three_rounds_of_choose_leave_the_survivors_intact) { rounds(false); }
TEST(across_a_unification_too) { rounds(true); }

static void no_litter(void) {
  lwt_u *u;
  lwt_t *lived = lwt_wait(&u);
  long before = 0, n = scaled(1000000);
  for (long i = 0; i < n; i++) {
    if (i == n / 10) before = resident();
    lwt_u *w;
    lwt_t *members[2] = {lwt_retain(lived), lwt_wait(&w)};
    lwt_t *r = lwt_choose(members, 2);
    lwt_wakeup(w, LWT_UNIT);
    lwt_release(r);
  }
  CHECK_FLAT(before, 2);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(lived);
}
TEST(a_million_rounds_leave_nothing_on_the_promise) { no_litter(); }
