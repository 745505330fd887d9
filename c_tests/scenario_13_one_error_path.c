/* Scenario 13: in Lwt the callback of a bind, catch, try_bind or finalize that
 * raises on a promise resolved already makes the call itself fail (the "bind
 * quirk", B4). Here it never does: whether the promise was resolved before or
 * after, and whether the callback raises or returns a failure, the result fails,
 * and nobody else hears of it. Rules B1 to B4. */
#include "promises.h"

enum by { RETURNING, RAISING, BOTH };
static enum by by;
static lwt_t *fails(void) {
  if (by != RETURNING) lwt_raise(exn(LWT_CLOSED));
  return by == RAISING ? NULL : lwt_fail(exn(by == BOTH ? LWT_FULL : LWT_CLOSED));
}
static lwt_t *on_value(lwt_value v, void *env) { return (void)v, ++*(int *)env, fails(); }
static lwt_t *on_exn(const lwt_exn *e, void *env) { return (void)e, ++*(int *)env, fails(); }
static lwt_t *on_end(void *env) { return ++*(int *)env, fails(); }
static lwt_value to_value(lwt_value v, void *env) {
  (void)v, ++*(int *)env;
  return lwt_raise(exn(LWT_CLOSED));
}
typedef lwt_t *(*compose)(lwt_t *p, int *runs);
static lwt_t *by_bind(lwt_t *p, int *runs) { return lwt_bind(p, on_value, runs, NULL); }
static lwt_t *by_owned(lwt_t *p, int *runs) { return lwt_bind_owned(p, on_value, runs, NULL); }
static lwt_t *by_map(lwt_t *p, int *runs) { return lwt_map(p, to_value, runs, NULL); }
static lwt_t *by_catch(lwt_t *p, int *runs) { return lwt_catch(p, on_exn, runs, NULL); }
static lwt_t *by_try(lwt_t *p, int *runs) { return lwt_try_bind(p, on_value, on_exn, runs, NULL); }
static lwt_t *by_finalize(lwt_t *p, int *runs) { return lwt_finalize(p, on_end, runs, NULL); }
static const struct {
  compose compose;
  bool on_value, on_exn;
} cases[] = {{by_bind, true, false}, {by_owned, true, false}, {by_map, true, false},
             {by_catch, false, true}, {by_try, true, true},   {by_finalize, true, true}};

static lwt_value inside(lwt_value v, void *env);
static void all(void) {
  for (int c = 0; c < 6; c++)
    for (int how = RETURNING; how <= BOTH; how++)
      for (int later = 0; later < 2; later++)
        for (int failed = 0; failed < 2; failed++) {
          if (failed ? !cases[c].on_exn : !cases[c].on_value) continue;
          by = how;
          int runs = 0;
          lwt_u *u = NULL;
          lwt_t *p = later    ? lwt_wait(&u)
                     : failed ? lwt_fail(exn(LWT_EMPTY))
                              : lwt_return_unit();
          lwt_t *r = cases[c].compose(p, &runs);
          if (later && failed) CHECK_INT(lwt_wakeup_exn(u, exn(LWT_EMPTY)), LWT_OK);
          if (later && !failed) CHECK_INT(lwt_wakeup(u, LWT_UNIT), LWT_OK);
          CHECK_INT(runs, 1);
          CHECK_FAILS(r, LWT_CLOSED);
        }
}
TEST(the_result_fails_and_nothing_else) {
  hook_install();
  all();
  CHECK_HOOK(0, 0);
}
static lwt_value inside(lwt_value v, void *env) {
  (void)env;
  all();
  return v;
}
TEST(within_a_callback_neither_that_nor_its_result_fails) {
  CHECK_RETURNS(lwt_map(lwt_return(LWT_INT(3)), inside, NULL, NULL), 3);
  lwt_u *u;
  lwt_t *p = lwt_map(lwt_wait(&u), inside, NULL, NULL);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_RETURNS(p, 4);
  CHECK_HOOK(0, 0);
}
TEST(what_ok_raises_is_not_given_to_err) {
  for (int later = 0; later < 2; later++) {
    int runs = 0;
    lwt_u *u = NULL;
    by = RAISING;
    lwt_t *r = by_try(later ? lwt_wait(&u) : lwt_return_unit(), &runs);
    if (later) lwt_wakeup(u, LWT_UNIT);
    CHECK_INT(runs, 1);
    CHECK_FAILS(r, LWT_CLOSED);
  }
}
