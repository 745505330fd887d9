/* Results: making them, taking them apart, resolving promises with them. */
#include "promises.h"

TEST(a_result_says_what_it_is_and_gives_its_content_away) {
  int dropped = 0;
  lwt_drop_fn drop = NULL;
  struct lwt_result *r = lwt_make_value(LWT_INT(3));
  CHECK(r->is_ok);
  CHECK_INT(LWT_TO_INT(r->value), 3);
  CHECK_INT(LWT_TO_INT(lwt_result_take(r, &drop)), 3);
  CHECK(drop == NULL);
  lwt_result_release(r);

  r = lwt_make_value_owned(&dropped, count_drop);
  CHECK_PTR(lwt_result_take(r, &drop), &dropped);
  CHECK(drop == count_drop);
  CHECK_PTR(r->value, LWT_UNIT);
  CHECK_PTR(lwt_result_take(r, NULL), LWT_UNIT);
  lwt_result_release(r);
  CHECK_INT(dropped, 0);

  r = lwt_make_typed_error(&dropped, count_drop);
  CHECK(!r->is_ok);
  CHECK_PTR(r->value, &dropped);
  lwt_result_release(r);
  CHECK_INT(dropped, 1);

  r = lwt_make_error(exn(LWT_FULL));
  CHECK(!r->is_ok);
  CHECK_INT(lwt_exn_kind(r->value), LWT_FULL);
  lwt_exn *e = lwt_result_take(r, &drop);
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  drop(e);
  lwt_result_release(r);
  CHECK_PTR(lwt_result_take(NULL, &drop), LWT_UNIT);
  lwt_result_release(NULL);
}

TEST(of_result_is_fulfilled_or_failed) {
  int dropped = 0;
  CHECK_RETURNS(lwt_of_result(lwt_make_value(LWT_INT(4))), 4);
  lwt_t *p = lwt_of_result(lwt_make_value_owned(&dropped, count_drop));
  CHECK_INT(dropped, 0);
  lwt_release(p);
  CHECK_INT(dropped, 1);
  CHECK_FAILS(lwt_of_result(lwt_make_error(exn(LWT_CLOSED))), LWT_CLOSED);
  CHECK_FAILS(lwt_of_result(lwt_make_error(NULL)), INVALID);
  CHECK_FAILS(lwt_of_result(NULL), INVALID);
  p = lwt_of_result(lwt_make_typed_error(&dropped, count_drop));
  CHECK_PTR(lwt_exn_payload(lwt_exn_of(p)), &dropped);
  CHECK_FAILS(p, LWT_FAILURE);
  CHECK_INT(dropped, 2);
}

TEST(a_wakener_takes_a_result) {
  for (int later = 0; later < 2; later++) {
    int (*wakeup)(lwt_u *, struct lwt_result *) =
        later ? lwt_wakeup_later_result : lwt_wakeup_result;
    int dropped = 0;
    lwt_u *u;
    lwt_t *p = lwt_wait(&u);
    CHECK_INT(wakeup(u, lwt_make_value(LWT_INT(5))), LWT_OK);
    CHECK_RETURNS(p, 5);
    CHECK_INT(wakeup(u, lwt_make_value_owned(&dropped, count_drop)), INVALID);
    CHECK_INT(dropped, 1);
    p = lwt_task(&u);
    CHECK_INT(wakeup(u, lwt_make_error(exn(LWT_EMPTY))), LWT_OK);
    CHECK_FAILS(p, LWT_EMPTY);
    p = lwt_wait(&u);
    CHECK_INT(wakeup(u, NULL), INVALID);
    CHECK_FAILS(p, INVALID);
    CHECK_INT(wakeup(NULL, lwt_make_typed_error(&dropped, count_drop)), INVALID);
    CHECK_INT(dropped, 2);
  }
}

static lwt_value returns_a_result(lwt_value v, void *env) {
  return lwt_owned_result(lwt_make_typed_error(env, count_drop)) != NULL && v == LWT_UNIT
             ? LWT_UNIT /* something else is returned: the result is dropped */
             : lwt_owned_result(lwt_make_value_owned(env, count_drop));
}
TEST(a_callback_returns_a_result_which_its_promise_owns) {
  int dropped = 0;
  CHECK_RETURNS(lwt_map(lwt_return(LWT_UNIT), returns_a_result, &dropped, NULL), 0);
  CHECK_INT(dropped, 1);
  lwt_t *p = lwt_map(lwt_return(LWT_INT(1)), returns_a_result, &dropped, NULL);
  CHECK_INT(dropped, 2); /* the first of the two */
  const struct lwt_result *r = lwt_value_of(p);
  CHECK(r->is_ok);
  CHECK_PTR(r->value, &dropped);
  lwt_release(p);
  CHECK_INT(dropped, 3);
  CHECK_PTR(lwt_owned_result(NULL), LWT_UNIT);
}

TEST(return_ok_and_return_error_are_fulfilled_with_results) {
  int dropped = 0;
  lwt_t *p = lwt_return_ok(LWT_INT(8), NULL);
  const struct lwt_result *r = lwt_value_of(p);
  CHECK(r->is_ok);
  CHECK_INT(LWT_TO_INT(r->value), 8);
  lwt_release(p);
  p = lwt_return_error(&dropped, count_drop);
  CHECK_STATE(p, LWT_RETURN);
  r = lwt_value_of(p);
  CHECK(!r->is_ok);
  CHECK_PTR(r->value, &dropped);
  lwt_release(p);
  CHECK_INT(dropped, 1);
}
