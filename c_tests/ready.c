/* Promises that are resolved when they are made, and looking at promises. */
#include "promises.h"

TEST(the_usual_values_have_promises_of_their_own) {
  CHECK_RETURNS(lwt_return_unit(), 0);
  CHECK_RETURNS(lwt_return_true(), 1);
  CHECK_RETURNS(lwt_return_false(), 0);
  lwt_t *p = lwt_return_none(), *q = lwt_return_none();
  CHECK_PTR(lwt_value_of(p), LWT_NONE);
  CHECK(p != q);
  lwt_release(p);
  CHECK_STATE(q, LWT_RETURN);
  lwt_release(q);
  int dropped = 0;
  p = lwt_return_some(&dropped, count_drop);
  CHECK_PTR(lwt_value_of(p), &dropped);
  lwt_release(p);
  CHECK_INT(dropped, 1);
  p = lwt_return_nil();
  const struct lwt_values *none = lwt_value_of(p);
  CHECK_INT(none->len, 0);
  lwt_release(p);
}

TEST(a_failure_in_words) {
  lwt_t *p = lwt_fail_with("no such luck");
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), "no such luck");
  CHECK_FAILS(p, LWT_FAILURE);
  p = lwt_fail_invalid_arg("7 is too many");
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), "7 is too many");
  CHECK_FAILS(p, INVALID);
  p = lwt_fail_with(NULL);
  CHECK(lwt_exn_message(lwt_exn_of(p))[0] != '\0');
  CHECK_FAILS(p, LWT_FAILURE);
}

TEST(poll_tells_the_value_or_the_failure_or_that_there_is_none_yet) {
  lwt_value v = NULL;
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_poll(p, &v), LWT_OK);
  CHECK_PTR(v, LWT_NONE);
  CHECK(lwt_is_sleeping(p));
  lwt_wakeup(u, LWT_INT(6));
  CHECK_INT(lwt_poll(p, &v), LWT_OK);
  CHECK_INT(LWT_TO_INT(v), 6);
  CHECK_INT(lwt_poll(p, NULL), LWT_OK);
  CHECK(!lwt_is_sleeping(p));
  lwt_release(p);
  CHECK_INT(lwt_poll(p, &v), INVALID);
  CHECK_PTR(v, LWT_NONE);
  CHECK_INT(lwt_poll(NULL, &v), INVALID);
  CHECK(!lwt_is_sleeping(NULL));
  p = lwt_fail(exn(LWT_FULL));
  CHECK_INT(lwt_poll(p, &v), LWT_FULL);
  CHECK_PTR(v, LWT_NONE);
  CHECK(!lwt_is_sleeping(p));
  lwt_release(p);
}

TEST(debug_state_is_compares_state_and_value) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_RETURNS(lwt_debug_state_is(LWT_SLEEP, LWT_UNIT, p), 1);
  CHECK_RETURNS(lwt_debug_state_is(LWT_RETURN, LWT_UNIT, p), 0);
  lwt_wakeup(u, LWT_INT(2));
  CHECK_RETURNS(lwt_debug_state_is(LWT_RETURN, LWT_INT(2), p), 1);
  CHECK_RETURNS(lwt_debug_state_is(LWT_RETURN, LWT_INT(3), p), 0);
  CHECK_RETURNS(lwt_debug_state_is(LWT_SLEEP, LWT_INT(2), p), 0);
  CHECK_RETURNS(lwt_debug_state_is(77, LWT_INT(2), p), 0);
  lwt_release(p);
  p = lwt_fail(exn(LWT_FULL));
  CHECK_RETURNS(lwt_debug_state_is(LWT_FAIL, LWT_INT(LWT_FULL), p), 1);
  CHECK_RETURNS(lwt_debug_state_is(LWT_FAIL, LWT_INT(LWT_CLOSED), p), 0);
  lwt_release(p);
  CHECK_FAILS(lwt_debug_state_is(LWT_FAIL, LWT_UNIT, NULL), INVALID);
}

TEST(a_wakener_tells_its_promise_even_when_all_references_were_given_up) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u), *q = lwt_waiter_of_wakener(u);
  CHECK_PTR(q, p);
  lwt_release(p);
  CHECK_SLEEPS(q);
  lwt_release(q);
  CHECK_FAILS(lwt_retain(q), INVALID); /* no reference is left */
  q = lwt_waiter_of_wakener(u);
  CHECK(lwt_is_sleeping(q));
  lwt_wakeup(u, LWT_INT(9));
  CHECK_FAILS(lwt_waiter_of_wakener(u), INVALID);
  CHECK_RETURNS(q, 9);
  CHECK_FAILS(lwt_waiter_of_wakener(NULL), INVALID);
}

TEST(the_wakener_of_a_promise_that_became_part_of_another_tells_it_too) {
  lwt_u *u, *v;
  lwt_t *inner = lwt_wait(&v);
  ENV_RETURNING(f, inner);
  lwt_t *outer = lwt_bind(lwt_wait(&u), env_bind, &f, env_drop);
  lwt_wakeup(u, LWT_UNIT); /* inner is now part of outer, and only v knows it */
  inner = lwt_waiter_of_wakener(v);
  CHECK_SLEEPS(inner);
  lwt_wakeup(v, LWT_INT(4));
  CHECK_RETURNS(inner, 4);
  CHECK_RETURNS(outer, 4);
  trace_text[0] = '\0';
}

/* The example at the top of lwt.h. */
static lwt_t *twice(lwt_value n, void *env) {
  (void)env;
  return lwt_return(LWT_INT(2 * LWT_TO_INT(n)));
}
TEST(the_example_of_the_header_does_what_it_says) {
  lwt_u *wakener;
  lwt_t *result = lwt_bind(lwt_wait(&wakener), twice, NULL, NULL);
  CHECK_SLEEPS(result);
  lwt_wakeup(wakener, LWT_INT(21));
  CHECK_INT(LWT_TO_INT(lwt_value_of(result)), 42);
  lwt_release(result);
}
