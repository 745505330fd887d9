/* Waiting for all: join, all, both. */
#include "promises.h"

static lwt_u *u, *v;
static int drops;

static struct lwt_values *values_of(const lwt_t *p) { return lwt_value_of(p); }

TEST(join_of_nothing_is_fulfilled) {
  CHECK_RETURNS(lwt_join(NULL, 0), 0);
  lwt_t *none[1] = {NULL};
  CHECK_RETURNS(lwt_join(none, 0), 0);
}

TEST(join_waits_for_all) {
  lwt_t *members[3] = {lwt_wait(&u), lwt_return(LWT_INT(1)), lwt_wait(&v)};
  lwt_t *p = lwt_join(members, 3);
  CHECK_SLEEPS(p);
  lwt_wakeup(v, LWT_INT(5));
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(6));
  CHECK_RETURNS(p, 0);
}

TEST(join_waits_for_all_even_after_a_failure) {
  lwt_t *members[2] = {lwt_wait(&u), lwt_wait(&v)};
  lwt_t *p = lwt_join(members, 2);
  lwt_wakeup_exn(v, exn(LWT_FULL));
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_FAILS(p, LWT_FULL);
}

typedef lwt_t *(*group_fn)(lwt_t *const *, size_t);
static lwt_t *both_(lwt_t *const *p, size_t n) {
  (void)n;
  return lwt_both(p[0], p[1]);
}
static const group_fn joins[] = {lwt_join, lwt_all, both_};

TEST(the_first_failure_in_time_counts) {
  for (int g = 0; g < 3; g++) {
    lwt_t *members[2] = {lwt_wait(&u), lwt_wait(&v)};
    lwt_t *p = joins[g](members, 2);
    lwt_wakeup_exn(v, exn(LWT_FULL));
    lwt_wakeup_exn(u, exn(LWT_CLOSED));
    CHECK_FAILS(p, LWT_FULL);
  }
}
TEST(of_those_failed_already_the_first_in_the_list_counts) {
  for (int g = 0; g < 3; g++) {
    lwt_t *members[2] = {lwt_fail(exn(LWT_CLOSED)), lwt_fail(exn(LWT_FULL))};
    CHECK_FAILS(joins[g](members, 2), LWT_CLOSED);
    lwt_t *mixed[2] = {lwt_wait(&u), lwt_fail(exn(LWT_FULL))};
    lwt_t *p = joins[g](mixed, 2);
    CHECK_SLEEPS(p);
    lwt_wakeup_exn(u, exn(LWT_CLOSED));
    CHECK_FAILS(p, LWT_FULL);
  }
}

TEST(all_gives_the_values_in_list_order) {
  lwt_t *members[3] = {lwt_wait(&u), lwt_return(LWT_INT(20)), lwt_wait(&v)};
  lwt_t *p = lwt_all(members, 3);
  lwt_wakeup(v, LWT_INT(30));
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(10));
  CHECK_STATE(p, LWT_RETURN);
  struct lwt_values *values = values_of(p);
  CHECK_INT(values->len, 3);
  for (int i = 0; i < 3; i++) CHECK_INT(LWT_TO_INT(values->data[i]), 10 * (i + 1));
  lwt_release(p);
}
TEST(all_of_nothing_is_an_empty_list) {
  lwt_t *p = lwt_all(NULL, 0);
  CHECK_STATE(p, LWT_RETURN);
  struct lwt_values *values = values_of(p);
  CHECK(values != NULL);
  CHECK_INT(values->len, 0);
  lwt_release(p);
}
TEST(all_may_list_a_promise_twice) {
  lwt_t *p = lwt_wait(&u);
  lwt_t *members[2] = {lwt_retain(p), p};
  lwt_t *q = lwt_all(members, 2);
  lwt_wakeup(u, LWT_INT(4));
  struct lwt_values *values = values_of(q);
  CHECK_INT(values->len, 2);
  CHECK_INT(LWT_TO_INT(values->data[0]), 4);
  CHECK_INT(LWT_TO_INT(values->data[1]), 4);
  lwt_release(q);
}
TEST(both_gives_two_values) {
  lwt_t *p = lwt_both(lwt_wait(&u), lwt_return(LWT_INT(2)));
  lwt_wakeup(u, LWT_INT(1));
  struct lwt_values *values = values_of(p);
  CHECK_INT(values->len, 2);
  CHECK_INT(LWT_TO_INT(values->data[0]), 1);
  CHECK_INT(LWT_TO_INT(values->data[1]), 2);
  lwt_release(p);
}

/* ------------------------------------------------------ owned elements --- */
static lwt_t *three_owned(void) {
  drops = 0;
  lwt_t *members[3] = {lwt_return_owned(&drops, count_drop), lwt_wait(&u),
                       lwt_return_owned(&drops, count_drop)};
  lwt_t *p = lwt_all(members, 3);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_INT(drops, 0);
  return p;
}
TEST(the_values_are_owned_by_the_promise_with_their_elements) {
  lwt_t *p = three_owned();
  for (int i = 0; i < 3; i++) CHECK_PTR(values_of(p)->data[i], &drops);
  lwt_release(p);
  CHECK_INT(drops, 3);
}
TEST(who_has_moved_the_values_out_frees_what_is_left_in_them) {
  lwt_drop_fn drop = NULL;
  struct lwt_values *values = lwt_take_with(three_owned(), &drop);
  CHECK(drop != NULL);
  CHECK_INT(drops, 0);
  drop = NULL;
  CHECK_PTR(lwt_values_take(values, 1, &drop), &drops);
  CHECK(drop == count_drop);
  drop = count_drop;
  CHECK_PTR(lwt_values_take(values, 1, &drop), LWT_UNIT); /* gone */
  CHECK(drop == NULL);
  CHECK_PTR(lwt_values_take(values, 3, &drop), LWT_UNIT);
  CHECK_PTR(lwt_values_take(values, SIZE_MAX, &drop), LWT_UNIT);
  lwt_values_release(values);
  CHECK_INT(drops, 2);
}
TEST(the_drop_function_of_the_values_frees_them_as_release_does) {
  lwt_drop_fn drop = NULL;
  struct lwt_values *values = lwt_take_with(three_owned(), &drop);
  drop(values);
  CHECK_INT(drops, 3);
}
TEST(a_plain_element_is_taken_with_no_drop_function) {
  lwt_t *members[1] = {lwt_return(LWT_INT(6))};
  lwt_drop_fn drop = count_drop;
  struct lwt_values *values = lwt_take(lwt_all(members, 1));
  CHECK_INT(LWT_TO_INT(lwt_values_take(values, 0, &drop)), 6);
  CHECK(drop == NULL);
  lwt_values_release(values);
}
TEST(no_values_at_all_are_harmless) {
  lwt_drop_fn drop = count_drop;
  CHECK_PTR(lwt_values_take(NULL, 0, &drop), LWT_UNIT);
  CHECK(drop == NULL);
  lwt_values_release(NULL);
}
TEST(an_owned_value_listed_twice_or_shown_elsewhere_is_dropped_once) {
  drops = 0;
  lwt_t *p = lwt_wait(&u);
  lwt_t *members[3] = {lwt_retain(p), lwt_retain(p), lwt_protected(lwt_retain(p))};
  lwt_t *q = lwt_all(members, 3);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_STATE(q, LWT_RETURN);
  CHECK_INT(drops, 0);
  lwt_release(q);
  lwt_release(p);
  CHECK_INT(drops, 1);
}
TEST(a_failed_all_drops_the_values_it_had) {
  drops = 0;
  lwt_t *members[3] = {lwt_return_owned(&drops, count_drop), lwt_wait(&u),
                       lwt_fail(exn(LWT_FULL))};
  lwt_t *p = lwt_all(members, 3);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_FAILS(p, LWT_FULL);
  CHECK_INT(drops, 2);
}
TEST(an_all_given_up_drops_the_values_that_come) {
  drops = 0;
  lwt_t *members[2] = {lwt_return_owned(&drops, count_drop), lwt_wait(&u)};
  lwt_release(lwt_all(members, 2));
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_INT(drops, 2);
}

/* --------------------------------------------------------- bad members --- */
TEST(a_bad_member_fails_at_once_and_consumes_the_others) {
  for (int g = 0; g < 3; g++) {
    drops = 0;
    lwt_t *good = lwt_return_owned(&drops, count_drop);
    lwt_t *members[2] = {NULL, good};
    lwt_t *p = joins[g](members, 2);
    CHECK_FAILS(p, INVALID);
    CHECK_INT(drops, 1);
    CHECK_PTR(lwt_exn_of(good), NULL);
    CHECK(lwt_state(good) != LWT_RETURN);
    ENV(f);
    lwt_t *pending = lwt_wait(&u);
    lwt_on_termination(pending, env_unit, &f, env_drop);
    lwt_t *other[2] = {pending, (lwt_t *)0x77};
    CHECK_FAILS(joins[g](other, 2), INVALID);
    lwt_wakener_forget(u);
    CHECK_ENV(f, 0, 1);
  }
}
TEST(a_null_array_with_members_is_invalid) {
  lwt_t *p = lwt_join(NULL, 2);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_join");
  CHECK_FAILS(p, INVALID);
  p = lwt_all(NULL, 1);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_all");
  CHECK_FAILS(p, INVALID);
  CHECK_FAILS(lwt_join(NULL, SIZE_MAX), INVALID);
  CHECK_FAILS(lwt_all(NULL, SIZE_MAX), INVALID);
}
TEST(the_array_is_not_consumed) {
  lwt_t **members = malloc(2 * sizeof *members);
  members[0] = lwt_wait(&u);
  members[1] = lwt_wait(&v);
  lwt_t *p = lwt_join(members, 2);
  free(members); /* nor is it looked at again */
  lwt_wakeup(u, LWT_UNIT);
  lwt_wakeup(v, LWT_UNIT);
  CHECK_RETURNS(p, 0);
}

TEST(a_million_members) {
  size_t n = (size_t)scaled(1000000);
  lwt_t **members = malloc(n * sizeof *members);
  lwt_u **wakeners = malloc(n * sizeof *wakeners);
  for (size_t i = 0; i < n; i++) members[i] = lwt_task(&wakeners[i]);
  lwt_t *p = lwt_join(members, n);
  for (size_t i = 0; i + 1 < n; i++) lwt_wakeup(wakeners[i], LWT_UNIT);
  CHECK_SLEEPS(p);
  lwt_wakeup(wakeners[n - 1], LWT_UNIT);
  CHECK_RETURNS(p, 0);
  for (size_t i = 0; i < n; i++) members[i] = lwt_task(&wakeners[i]);
  p = lwt_join(members, n);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  for (size_t i = 0; i < n; i++) lwt_wakener_forget(wakeners[i]);
  free(members);
  free(wakeners);
}

/* Text as a value. */
TEST(text_has_a_length_and_a_nul_after_it) {
  char text[] = {'a', 0, 'b', 'c'};
  struct lwt_string *string = lwt_string_new(text, 3);
  text[0] = 'x';
  CHECK_INT(string->len, 3);
  CHECK(memcmp(string->data, "a\0b\0", 4) == 0);
  lwt_t *p = lwt_return_owned(string, lwt_string_drop);
  CHECK_PTR(lwt_value_of(p), string);
  lwt_release(p);
  string = lwt_string_new(NULL, 0);
  CHECK_INT(string->len, 0);
  CHECK_STR(string->data, "");
  lwt_string_release(string);
  CHECK_PTR(lwt_string_new(NULL, 5), NULL);
  CHECK_PTR(lwt_string_new(text, SIZE_MAX), NULL);
  lwt_string_release(NULL);
}
