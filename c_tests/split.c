/* nchoose_split, any, and the composition of two. */
#include "promises.h"

enum { N = 4 };
static lwt_t *p[N];
static lwt_u *u[N];
static void four(void) {
  for (int i = 0; i < N; i++) p[i] = i % 2 ? lwt_task(&u[i]) : lwt_wait(&u[i]);
}
static void retain_all(void) {
  for (int i = 0; i < N; i++) lwt_retain(p[i]);
}
static void end_all(void) {
  for (int i = 0; i < N; i++) {
    lwt_wakener_forget(u[i]);
    lwt_release(p[i]);
  }
}
static struct lwt_values *part(lwt_t *pair, int i) {
  struct lwt_values *both = lwt_value_of(pair);
  return CHECK(both != NULL && both->len == 2) ? both->data[i] : NULL;
}

TEST(split_waits_and_gives_values_and_pending_promises_in_the_order_of_the_array) {
  four();
  retain_all();
  lwt_t *r = lwt_nchoose_split(p, N);
  CHECK_SLEEPS(r);
  lwt_wakeup(u[2], LWT_INT(20));
  struct lwt_values *values = part(r, 0), *pending = part(r, 1);
  CHECK_INT(values->len, 1);
  CHECK_INT(LWT_TO_INT(values->data[0]), 20);
  CHECK_INT(pending->len, 3);
  CHECK_PTR(pending->data[0], p[0]);
  CHECK_PTR(pending->data[1], p[1]);
  CHECK_PTR(pending->data[2], p[3]);
  lwt_release(r);
  end_all();
}
TEST(split_of_some_that_are_resolved_keeps_the_order_too) {
  four();
  lwt_wakeup(u[1], LWT_INT(11));
  lwt_wakeup(u[3], LWT_INT(13));
  retain_all();
  lwt_t *r = lwt_nchoose_split(p, N);
  struct lwt_values *values = part(r, 0), *pending = part(r, 1);
  CHECK_INT(values->len, 2);
  CHECK_INT(LWT_TO_INT(values->data[0]), 11);
  CHECK_INT(LWT_TO_INT(values->data[1]), 13);
  CHECK_INT(pending->len, 2);
  CHECK_PTR(pending->data[0], p[0]);
  CHECK_PTR(pending->data[1], p[2]);
  lwt_release(r);
  end_all();
}
TEST(the_pair_owns_the_pending_promises_which_can_be_taken_out) {
  four();
  lwt_t *r = lwt_nchoose_split(p, N); /* the only references */
  lwt_wakeup(u[0], LWT_UNIT);
  lwt_drop_fn drop = NULL;
  lwt_t *one = lwt_values_take(part(r, 1), 0, &drop);
  CHECK_PTR(one, p[1]); /* the handle that it had */
  CHECK(drop != NULL);
  lwt_release(r);
  CHECK_SLEEPS(one);
  lwt_wakeup(u[1], LWT_INT(5));
  CHECK_RETURNS(one, 5);
  CHECK_FAILS(lwt_retain(p[2]), INVALID); /* released with the pair */
  lwt_wakener_forget(u[2]);
  lwt_wakener_forget(u[3]);
}
TEST(split_fails_as_the_first_in_the_array_that_has_failed) {
  four();
  lwt_t *r = lwt_nchoose_split(p, N);
  lwt_wakeup_exn(u[3], exn(LWT_CLOSED));
  CHECK_FAILS(r, LWT_CLOSED);
  for (int i = 0; i < 3; i++) lwt_wakener_forget(u[i]);
  lwt_t *q[3] = {lwt_return(LWT_UNIT), lwt_fail(exn(LWT_FULL)), lwt_fail(exn(LWT_EMPTY))};
  CHECK_FAILS(lwt_nchoose_split(q, 3), LWT_FULL);
  CHECK_FAILS(lwt_nchoose_split(NULL, 0), INVALID);
  CHECK_FAILS(lwt_nchoose_split(NULL, 3), INVALID);
}
TEST(split_cancels_each_member) {
  four();
  retain_all();
  lwt_t *r = lwt_nchoose_split(p, N);
  lwt_cancel(r);
  CHECK_SLEEPS(p[0]);
  CHECK_STATE(p[1], LWT_FAIL);
  CHECK_STATE(p[3], LWT_FAIL);
  CHECK_FAILS(r, LWT_CANCELED);
  end_all();
}
TEST(an_owned_value_is_in_the_pair_and_in_its_promise_and_is_dropped_once) {
  int dropped = 0;
  lwt_t *q[2] = {lwt_return_owned(&dropped, count_drop), lwt_wait(&u[0])};
  lwt_t *kept = lwt_retain(q[0]), *r = lwt_nchoose_split(q, 2);
  CHECK_PTR(part(r, 0)->data[0], &dropped);
  lwt_release(r);
  CHECK_INT(dropped, 0);
  lwt_release(kept);
  CHECK_INT(dropped, 1);
  lwt_wakener_forget(u[0]);
}

TEST(any_is_the_first_to_be_fulfilled_whatever_fails_before) {
  four();
  retain_all();
  lwt_t *r = lwt_any(p, N);
  lwt_wakeup_exn(u[1], exn(LWT_FULL));
  lwt_wakeup_exn(u[0], exn(LWT_EMPTY));
  CHECK_SLEEPS(r);
  lwt_wakeup(u[3], LWT_INT(30));
  CHECK_RETURNS(r, 30);
  CHECK_SLEEPS(p[2]); /* goes on */
  end_all();
}
TEST(any_fails_when_all_have_as_the_first_that_did) {
  four();
  lwt_t *r = lwt_any(p, N);
  lwt_wakeup_exn(u[2], exn(LWT_FULL));
  for (int i = 0; i < N; i++)
    if (i != 2) lwt_wakeup_exn(u[i], exn(LWT_EMPTY));
  CHECK_FAILS(r, LWT_FULL);
  lwt_t *q[2] = {lwt_fail(exn(LWT_CLOSED)), lwt_fail(exn(LWT_FULL))};
  CHECK_FAILS(lwt_any(q, 2), LWT_CLOSED);
  lwt_u *v;
  lwt_t *mixed[2] = {lwt_wait(&v), lwt_fail(exn(LWT_FULL))};
  r = lwt_any(mixed, 2);
  lwt_wakeup_exn(v, exn(LWT_EMPTY));
  CHECK_FAILS(r, LWT_FULL);
}
TEST(any_of_some_that_are_resolved_is_the_first_that_is_fulfilled_itself) {
  lwt_t *q[4] = {lwt_wait(&u[0]), lwt_fail(exn(LWT_FULL)), lwt_return(LWT_INT(2)),
                 lwt_return(LWT_INT(3))};
  lwt_t *r = lwt_any(q, 4);
  CHECK_PTR(r, q[2]);
  CHECK_RETURNS(r, 2);
  lwt_wakener_forget(u[0]);
  CHECK_FAILS(lwt_any(NULL, 0), INVALID);
}
TEST(any_cancels_each_member) {
  four();
  lwt_t *r = lwt_any(p, N);
  lwt_cancel(r);
  CHECK_SLEEPS(r); /* two of wait are left */
  lwt_wakeup(u[0], LWT_INT(1));
  CHECK_RETURNS(r, 1);
  lwt_wakener_forget(u[1]);
  lwt_wakener_forget(u[2]);
  lwt_wakener_forget(u[3]);
}

TEST(two_promises_need_no_array) {
  CHECK_RETURNS(lwt_join2(lwt_return(LWT_INT(1)), lwt_return(LWT_INT(2))), 0);
  CHECK_FAILS(lwt_join2(lwt_return(LWT_INT(1)), lwt_fail(exn(LWT_FULL))), LWT_FULL);
  CHECK_RETURNS(lwt_choose2(lwt_wait(&u[0]), lwt_return(LWT_INT(2))), 2);
  lwt_wakener_forget(u[0]);
  lwt_t *loser = lwt_task(&u[0]);
  CHECK_RETURNS(lwt_pick2(lwt_retain(loser), lwt_return(LWT_INT(2))), 2);
  CHECK_FAILS(loser, LWT_CANCELED);
  lwt_wakener_forget(u[0]);
}
