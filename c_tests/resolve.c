/* Promises on their own: return, fail, wait, task, state, take, references. */
#include "promises.h"

TEST(return_is_fulfilled_at_once) {
  lwt_t *p = lwt_return(LWT_INT(42));
  CHECK_STATE(p, LWT_RETURN);
  CHECK_INT(LWT_TO_INT(lwt_value_of(p)), 42);
  CHECK_PTR(lwt_exn_of(p), NULL);
  lwt_release(p);
}

TEST(values_are_a_whole_word) {
  CHECK_RETURNS(lwt_return(LWT_INT(INTPTR_MIN)), INTPTR_MIN);
  CHECK_RETURNS(lwt_return(LWT_INT(INTPTR_MAX)), INTPTR_MAX);
  CHECK_RETURNS(lwt_return(LWT_INT(-1)), -1);
  CHECK_RETURNS(lwt_return(LWT_UNIT), 0);
}

TEST(fail_has_failed_at_once_and_shows_its_exception) {
  lwt_exn *e = exn(LWT_NOT_FOUND);
  lwt_t *p = lwt_fail(lwt_exn_retain(e));
  CHECK_STATE(p, LWT_FAIL);
  CHECK_PTR(lwt_exn_of(p), e);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_INT(lwt_exn_kind(e), LWT_NOT_FOUND);
  lwt_exn_release(e);
}

TEST(failing_with_no_exception_is_an_invalid_argument) {
  lwt_t *p = lwt_fail(NULL);
  CHECK_INT(kind_of(p), INVALID);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_fail");
  lwt_release(p);
}

TEST(wait_and_task_are_pending_until_woken) {
  lwt_t *(*make[])(lwt_u **) = {lwt_wait, lwt_task};
  for (int i = 0; i < 2; i++) {
    lwt_u *u = NULL;
    lwt_t *p = make[i](&u);
    CHECK(u != NULL);
    CHECK_SLEEPS(p);
    CHECK_PTR(lwt_value_of(p), LWT_UNIT);
    CHECK_PTR(lwt_exn_of(p), NULL);
    CHECK_INT(lwt_wakeup(u, LWT_INT(7)), LWT_OK);
    CHECK_RETURNS(p, 7);
    p = make[i](&u);
    CHECK_INT(lwt_wakeup_exn(u, exn(LWT_CLOSED)), LWT_OK);
    CHECK_FAILS(p, LWT_CLOSED);
  }
}

TEST(wait_and_task_without_a_place_for_the_wakener_are_invalid) {
  lwt_t *p = lwt_wait(NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_wait");
  CHECK_FAILS(p, INVALID);
  p = lwt_task(NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_task");
  CHECK_FAILS(p, INVALID);
}

TEST(retain_gives_the_same_handle_once_more) {
  lwt_t *p = lwt_return(LWT_INT(1));
  CHECK_PTR(lwt_retain(p), p);
  lwt_release(p);
  CHECK_STATE(p, LWT_RETURN);
  lwt_release(p);
  CHECK_FAILS(lwt_retain(p), INVALID); /* stale now */
}

TEST(a_released_handle_is_stale_for_every_question) {
  lwt_t *p = lwt_return(LWT_INT(9));
  lwt_release(p);
  CHECK(lwt_state(p) != LWT_RETURN);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  CHECK_PTR(lwt_exn_of(p), NULL);
  CHECK_PTR(lwt_take(p), LWT_UNIT);
  lwt_release(p); /* once too often: nothing happens */
  lwt_release(NULL);
}

TEST(a_slot_used_again_never_makes_an_old_handle_valid) {
  lwt_t *old = lwt_return(LWT_INT(1));
  lwt_release(old);
  for (long i = 0; i < scaled(1000000); i++) {
    lwt_t *p = lwt_return(LWT_INT(i));
    if (p == old || lwt_value_of(old) != LWT_UNIT) {
      CHECK(false);
      break;
    }
    lwt_release(p);
  }
}

TEST(an_old_handle_stays_stale_while_thousands_are_alive) {
  enum { N = 5000 };
  static lwt_t *first[N], *second[N];
  for (int i = 0; i < N; i++) first[i] = lwt_return(LWT_INT(i + 1));
  for (int i = 0; i < N; i++) lwt_release(first[i]);
  for (int i = 0; i < N; i++) second[i] = lwt_return(LWT_INT(-i - 1));
  int alive = 0;
  for (int i = 0; i < N; i++) alive += lwt_value_of(first[i]) != LWT_UNIT;
  CHECK_INT(alive, 0);
  for (int i = 0; i < N; i++) CHECK_RETURNS(second[i], -i - 1);
}

TEST(a_wakener_keeps_its_promise_alive) {
  lwt_u *u;
  ENV(f);
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_on_success(p, env_value, &f, env_drop), LWT_OK);
  lwt_release(p);
  CHECK_ENV(f, 0, 0);
  CHECK_INT(lwt_wakeup(u, LWT_INT(3)), LWT_OK);
  CHECK_ENV(f, 1, 1);
  CHECK_INT(LWT_TO_INT(f.value), 3);
}

TEST(what_depends_on_a_promise_lives_as_long_as_it_can_resolve) {
  lwt_u *u;
  ENV(f);
  lwt_release(lwt_bind(lwt_wait(&u), env_bind, &f, env_drop));
  CHECK_ENV(f, 0, 0);
  lwt_wakeup(u, LWT_INT(5));
  CHECK_ENV(f, 1, 1);
}

TEST(take_moves_the_value_out_and_consumes) {
  int dropped = 0;
  lwt_t *p = lwt_return_owned(&dropped, count_drop);
  CHECK_PTR(lwt_take(p), &dropped);
  CHECK_INT(dropped, 0);
  CHECK_PTR(lwt_take(p), LWT_UNIT); /* the handle is gone */
  CHECK_INT(dropped, 0);
}

TEST(take_of_an_owned_value_leaves_unit_for_the_others) {
  int dropped = 0;
  lwt_t *p = lwt_return_owned(&dropped, count_drop);
  CHECK_PTR(lwt_take(lwt_retain(p)), &dropped);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_INT(dropped, 0);
}

TEST(take_never_uses_up_a_plain_word) {
  lwt_t *p = lwt_return(LWT_INT(8));
  CHECK_INT(LWT_TO_INT(lwt_take(lwt_retain(p))), 8);
  CHECK_INT(LWT_TO_INT(lwt_take(lwt_retain(p))), 8);
  CHECK_RETURNS(p, 8);
}

TEST(take_of_a_pending_or_failed_promise_is_unit_and_consumes) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_PTR(lwt_take(p), LWT_UNIT);
  CHECK(lwt_state(p) != LWT_RETURN);
  lwt_wakener_forget(u);
  p = lwt_fail(exn(LWT_FULL));
  CHECK_PTR(lwt_take(p), LWT_UNIT);
  CHECK_PTR(lwt_exn_of(p), NULL);
}

TEST(take_with_tells_what_frees_the_value) {
  int dropped = 0;
  lwt_drop_fn drop = count_drop;
  CHECK_INT(LWT_TO_INT(lwt_take_with(lwt_return(LWT_INT(4)), &drop)), 4);
  CHECK(drop == NULL);
  CHECK_PTR(lwt_take_with(lwt_return_owned(&dropped, count_drop), &drop), &dropped);
  CHECK(drop == count_drop);
  CHECK_INT(dropped, 0);
  drop = count_drop;
  CHECK_PTR(lwt_take_with(NULL, &drop), LWT_UNIT);
  CHECK(drop == NULL);
}

TEST(an_owned_value_is_dropped_once_after_the_last_reference) {
  int dropped = 0;
  lwt_t *p = lwt_return_owned(&dropped, count_drop);
  lwt_retain(p);
  lwt_release(p);
  CHECK_INT(dropped, 0);
  CHECK_PTR(lwt_value_of(p), &dropped);
  lwt_release(p);
  CHECK_INT(dropped, 1);
}

TEST(an_owned_value_without_a_drop_function_is_a_plain_word) {
  lwt_t *p = lwt_return_owned(LWT_INT(6), NULL);
  CHECK_INT(LWT_TO_INT(lwt_take(lwt_retain(p))), 6);
  CHECK_RETURNS(p, 6);
}

TEST(an_owned_null_is_dropped_too) {
  /* NULL with a drop function is a value like any other. */
  lwt_drop_fn drop = NULL;
  CHECK_PTR(lwt_take_with(lwt_return_owned(NULL, free), &drop), NULL);
  CHECK(drop == free);
}

TEST(resolving_and_releasing_leaves_memory_flat) {
  long before = 0;
  for (int round = 0; round < 2; round++) {
    before = resident();
    for (long i = 0; i < scaled(500000); i++) {
      lwt_u *u;
      lwt_release(lwt_return(LWT_INT(1)));
      lwt_release(lwt_return_owned(lwt_unix_malloc(8), free));
      lwt_release(lwt_fail(exn(LWT_FAILURE)));
      lwt_t *p = lwt_task(&u);
      lwt_wakeup_owned(u, lwt_unix_malloc(8), free);
      lwt_release(p);
      lwt_release(lwt_wait(&u));
      lwt_wakener_forget(u);
    }
  }
  CHECK_FLAT(before, 2);
}
