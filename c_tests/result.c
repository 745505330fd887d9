/* Lwt_result: which side each function acts on, what passes through, who owns
 * what, and promises that are not of a result. */
#include "promises.h"

#include <lwt_result.h>

static lwt_t *ok(intptr_t n) { return lwt_result_return(LWT_INT(n)); }
static lwt_t *err(intptr_t n) { return lwt_result_fail(LWT_INT(n)); }

static void check_result(int line, lwt_t *p, bool is_ok, intptr_t n) {
  if (check_int(__FILE__, line, "the state", lwt_state(p), LWT_RETURN)) {
    struct lwt_result *r = lwt_value_of(p);
    check_int(__FILE__, line, "is_ok", r->is_ok, is_ok);
    check_int(__FILE__, line, "the value", LWT_TO_INT(r->value), n);
  }
  lwt_release(p);
}
#define CHECK_OK(p, n) check_result(__LINE__, (p), true, (n))
#define CHECK_ERROR(p, n) check_result(__LINE__, (p), false, (n))

static int calls;
static lwt_value successor(lwt_value v, void *env) {
  calls++;
  if (env != NULL) return lwt_raise(exn(LWT_CLOSED));
  return LWT_INT(LWT_TO_INT(v) + 1);
}
static lwt_t *to_result(lwt_value v, void *env) {
  calls++;
  return env != NULL ? err(LWT_TO_INT(v) + 20) : ok(LWT_TO_INT(v) + 10);
}
static lwt_t *to_value(lwt_value v, void *env) {
  calls++;
  return env != NULL ? lwt_fail(exn(LWT_CLOSED)) : lwt_return(LWT_INT(LWT_TO_INT(v) + 10));
}
static struct lwt_result *to_plain_result(lwt_value v, void *env) {
  calls++;
  if (env == &calls) return (struct lwt_result *)(void *)lwt_raise(exn(LWT_CLOSED));
  if (env != NULL) return NULL;
  return LWT_TO_INT(v) == 1 ? lwt_make_value(LWT_INT(5)) : lwt_make_typed_error(LWT_INT(6), NULL);
}
/* The result, some of it resolved only after the call. */
static lwt_u *later;
static lwt_t *pending(void) { return lwt_wait(&later); }

TEST(map_and_bind_act_on_a_success_and_leave_an_error) {
  calls = 0;
  CHECK_OK(lwt_result_map(ok(1), successor, NULL, NULL), 2);
  CHECK_OK(lwt_result_bind(ok(1), to_result, NULL, NULL), 11);
  CHECK_ERROR(lwt_result_bind(ok(1), to_result, &calls, NULL), 21);
  CHECK_OK(lwt_result_bind_lwt(ok(1), to_value, NULL, NULL), 11);
  CHECK_OK(lwt_result_bind_result(ok(1), to_plain_result, NULL, NULL), 5);
  CHECK_ERROR(lwt_result_bind_result(ok(2), to_plain_result, NULL, NULL), 6);
  CHECK_RETURNS(lwt_result_iter(ok(1), to_value, NULL, NULL), 11);
  CHECK_INT(calls, 7);
  struct env clean = {.name = "clean"};
  CHECK_ERROR(lwt_result_map(err(3), successor, &clean, env_drop), 3);
  CHECK_ERROR(lwt_result_bind(err(3), to_result, &clean, env_drop), 3);
  CHECK_ERROR(lwt_result_bind_lwt(err(3), to_value, &clean, env_drop), 3);
  CHECK_ERROR(lwt_result_bind_result(err(3), to_plain_result, &clean, env_drop), 3);
  CHECK_RETURNS(lwt_result_iter(err(3), to_value, &clean, env_drop), 0);
  CHECK_INT(calls, 7);
  CHECK_INT(clean.dropped, 5);
}

TEST(the_error_functions_act_on_an_error_and_leave_a_success) {
  calls = 0;
  CHECK_ERROR(lwt_result_map_error(err(1), successor, NULL, NULL), 2);
  CHECK_ERROR(lwt_result_map_err(err(1), successor, NULL, NULL), 2);
  CHECK_OK(lwt_result_bind_error(err(1), to_result, NULL, NULL), 11);
  CHECK_ERROR(lwt_result_bind_lwt_error(err(1), to_value, NULL, NULL), 11);
  CHECK_ERROR(lwt_result_bind_lwt_err(err(1), to_value, NULL, NULL), 11);
  CHECK_RETURNS(lwt_result_iter_error(err(1), to_value, NULL, NULL), 11);
  CHECK_INT(calls, 6);
  CHECK_OK(lwt_result_map_error(ok(3), successor, NULL, NULL), 3);
  CHECK_OK(lwt_result_bind_error(ok(3), to_result, NULL, NULL), 3);
  CHECK_OK(lwt_result_bind_lwt_error(ok(3), to_value, NULL, NULL), 3);
  CHECK_RETURNS(lwt_result_iter_error(ok(3), to_value, NULL, NULL), 0);
  CHECK_INT(calls, 6);
}

TEST(a_promise_that_fails_passes_through_all_of_them) {
  calls = 0;
#define REJECTED lwt_fail(exn(LWT_FULL))
  CHECK_FAILS(lwt_result_map(REJECTED, successor, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_map_error(REJECTED, successor, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_bind(REJECTED, to_result, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_bind_error(REJECTED, to_result, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_bind_lwt(REJECTED, to_value, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_bind_lwt_error(REJECTED, to_value, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_bind_result(REJECTED, to_plain_result, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_iter(REJECTED, to_value, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_iter_error(REJECTED, to_value, NULL, NULL), LWT_FULL);
  CHECK_FAILS(lwt_result_ok(REJECTED), LWT_FULL);
  CHECK_FAILS(lwt_result_error(REJECTED), LWT_FULL);
  CHECK_FAILS(lwt_result_get_exn(REJECTED), LWT_FULL);
  CHECK_FAILS(lwt_result_both(REJECTED, ok(1)), LWT_FULL);
  CHECK_FAILS(lwt_result_both(err(1), REJECTED), LWT_FULL);
  CHECK_INT(calls, 0);
}

TEST(what_a_callback_raises_or_fails_with_is_a_failure_and_no_error) {
  CHECK_FAILS(lwt_result_map(ok(1), successor, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_result_map_error(err(1), successor, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_result_bind_lwt(ok(1), to_value, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_result_bind_lwt_error(err(1), to_value, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_result_bind_result(ok(1), to_plain_result, &later, NULL), INVALID);
  CHECK_FAILS(lwt_result_bind_result(ok(1), to_plain_result, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_result_iter(ok(1), to_value, &calls, NULL), LWT_CLOSED);
}

TEST(a_pending_promise_is_waited_for_and_cancelled) {
  lwt_t *p = lwt_result_bind(lwt_result_map(pending(), successor, NULL, NULL), to_result, NULL,
                             NULL);
  CHECK_SLEEPS(p);
  lwt_wakeup_later_owned(later, lwt_make_value(LWT_INT(1)), (lwt_drop_fn)lwt_result_release);
  CHECK_OK(p, 12);
  lwt_t *q = lwt_result_map_error(lwt_result_ok(lwt_task(&later)), successor, NULL, NULL);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  lwt_wakener_forget(later);
}

/* --------------------------------------------------------- ok, catch, lift --- */
static lwt_t *body(void *env) {
  lwt_t *p = *(lwt_t **)env;
  if (p == NULL) lwt_raise(exn(LWT_CLOSED));
  return p;
}
static int kind_of_error(lwt_t *p) {
  struct lwt_result *r = lwt_value_of(p);
  int kind = r != NULL && !r->is_ok ? lwt_exn_kind((lwt_exn *)r->value) : -1;
  lwt_release(p);
  return kind;
}
TEST(catch_makes_errors_of_failures_and_get_exn_failures_of_errors) {
  lwt_t *p = lwt_return(LWT_INT(4));
  struct env clean = {.name = "clean"};
  CHECK_OK(lwt_result_catch(body, &p, NULL), 4);
  p = lwt_fail(exn(LWT_FULL));
  CHECK_INT(kind_of_error(lwt_result_catch(body, &p, NULL)), LWT_FULL);
  p = NULL;
  CHECK_INT(kind_of_error(lwt_result_catch(body, &p, NULL)), LWT_CLOSED);
  p = lwt_task(&later);
  lwt_t *caught = lwt_result_catch(body, &p, NULL);
  lwt_cancel(caught);
  CHECK_INT(kind_of_error(caught), LWT_CANCELED);
  lwt_wakener_forget(later);
  CHECK_FAILS(lwt_result_catch(NULL, &clean, env_drop), INVALID);
  CHECK_INT(clean.dropped, 1);

  CHECK_RETURNS(lwt_result_get_exn(ok(3)), 3);
  CHECK_FAILS(lwt_result_get_exn(lwt_result_fail_exn(exn(LWT_EMPTY))), LWT_EMPTY);
  CHECK_FAILS(lwt_result_get_exn(lwt_result_fail_exn(NULL)), INVALID);
  lwt_t *typed = lwt_result_get_exn(err(8));
  CHECK_PTR(lwt_exn_payload(lwt_exn_of(typed)), LWT_INT(8));
  CHECK_FAILS(typed, LWT_FAILURE);
}

TEST(promises_and_results_become_promises_of_results) {
  CHECK_OK(lwt_result_ok(lwt_return(LWT_INT(1))), 1);
  CHECK_ERROR(lwt_result_error(lwt_return(LWT_INT(2))), 2);
  CHECK_OK(lwt_result_lift(lwt_make_value(LWT_INT(3))), 3);
  CHECK_ERROR(lwt_result_lift(lwt_make_typed_error(LWT_INT(4), NULL)), 4);
  CHECK_FAILS(lwt_result_lift(NULL), INVALID);
}

/* ------------------------------------------------------------------- both --- */
static lwt_u *us[2];
static lwt_t *both_pending(void) {
  lwt_t *a = lwt_task(&us[0]), *b = lwt_task(&us[1]);
  return lwt_result_both(a, b);
}
static void wake(int i, struct lwt_result *r) {
  lwt_wakeup_owned(us[i], r, (lwt_drop_fn)lwt_result_release);
}
TEST(both_gives_two_values_or_the_error_that_occurred_first) {
  lwt_t *p = lwt_result_both(ok(1), ok(2));
  struct lwt_result *r = lwt_value_of(p);
  if (CHECK_STATE(p, LWT_RETURN) && CHECK(r->is_ok)) {
    struct lwt_values *pair = r->value;
    CHECK_INT(pair->len, 2);
    CHECK_PTR(pair->data[0], LWT_INT(1));
    CHECK_PTR(pair->data[1], LWT_INT(2));
  }
  lwt_release(p);
  CHECK_ERROR(lwt_result_both(err(1), err(2)), 1);
  CHECK_ERROR(lwt_result_both(ok(1), err(2)), 2);

  p = both_pending();
  wake(1, lwt_make_typed_error(LWT_INT(7), NULL));
  CHECK_SLEEPS(p);
  wake(0, lwt_make_typed_error(LWT_INT(6), NULL));
  CHECK_ERROR(p, 7);

  p = both_pending();
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  for (int i = 0; i < 2; i++) CHECK_INT(lwt_wakeup(us[i], LWT_UNIT), LWT_OK);
  CHECK_FAILS(lwt_result_both(NULL, ok(1)), INVALID);
  CHECK_FAILS(lwt_result_both(ok(1), NULL), INVALID);
}

/* ----------------------------------------------------------------- owners --- */
static lwt_value borrow(lwt_value v, void *env) {
  (void)env;
  CHECK_INT(*(int *)v, 0);
  return LWT_UNIT;
}
TEST(values_and_errors_are_dropped_once_by_who_shows_them_last) {
  int drops = 0;
  lwt_release(lwt_result_map(lwt_result_return_owned(&drops, count_drop), borrow, NULL, NULL));
  CHECK_INT(drops, 1);
  drops = 0;
  lwt_t *e = lwt_result_fail_owned(&drops, count_drop);
  lwt_t *same = lwt_result_map(lwt_retain(e), successor, NULL, NULL);
  CHECK_PTR(lwt_value_of(same), lwt_value_of(e));
  lwt_release(e);
  CHECK_INT(drops, 0);
  lwt_release(same);
  CHECK_INT(drops, 1);
  drops = 0;
  lwt_t *p = lwt_result_both(lwt_result_return_owned(&drops, count_drop), ok(1));
  CHECK_INT(drops, 0);
  lwt_release(p);
  CHECK_INT(drops, 1);
  drops = 0;
  p = lwt_result_ok(lwt_return_owned(&drops, count_drop));
  lwt_t *value = lwt_result_get_exn(lwt_retain(p));
  CHECK_PTR(lwt_value_of(value), &drops);
  CHECK_PTR(((struct lwt_result *)lwt_value_of(p))->value, LWT_UNIT);
  lwt_release(p);
  CHECK_INT(drops, 0);
  lwt_release(value);
  CHECK_INT(drops, 1);
}

TEST(a_plain_word_is_never_used_up) {
  lwt_t *p = ok(5);
  CHECK_RETURNS(lwt_result_get_exn(lwt_retain(p)), 5);
  lwt_release(lwt_result_both(lwt_retain(p), lwt_retain(p)));
  CHECK_OK(p, 5);
}

TEST(a_promise_of_something_else_is_told) {
  struct env clean = {.name = "clean"};
  CHECK_FAILS(lwt_result_map(lwt_return(LWT_INT(3)), successor, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_bind(lwt_return(LWT_UNIT), to_result, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_get_exn(lwt_return(LWT_UNIT)), INVALID);
  CHECK_FAILS(lwt_result_both(lwt_return(LWT_UNIT), ok(1)), INVALID);
  CHECK_FAILS(lwt_result_iter(lwt_return(LWT_UNIT), to_value, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_map(NULL, successor, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_bind(ok(1), NULL, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_bind_result(ok(1), NULL, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_ok(NULL), INVALID);
  CHECK_INT(clean.dropped, 6);
}

/* Numbers that might be addresses, and handles, are never looked behind. */
TEST(a_promise_of_any_number_or_handle_is_told) {
  struct env clean = {.name = "clean"};
  const uintptr_t words[] = {4096, 65536, 1 << 20, (uintptr_t)1 << 40, UINTPTR_MAX - 7};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    CHECK_FAILS(lwt_result_map(lwt_return((lwt_value)words[i]), successor, &clean, env_drop),
                INVALID);
  lwt_t *p = lwt_return_owned(lwt_empty_storage(), (lwt_drop_fn)lwt_storage_release);
  CHECK_FAILS(lwt_result_bind(lwt_retain(p), to_result, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_result_both(lwt_retain(p), ok(1)), INVALID);
  CHECK_FAILS(lwt_result_get_exn(p), INVALID);
  /* A result that was moved out is none any more. */
  p = ok(1);
  lwt_retain(p);
  lwt_result_release(lwt_take(lwt_retain(p)));
  CHECK_FAILS(lwt_result_iter(p, to_value, &clean, env_drop), INVALID);
  lwt_release(p);
  CHECK_INT(clean.dropped, 7);
}

/* A loop through bind runs in constant space. */
static int rounds;
static lwt_t *again(lwt_value v, void *env) {
  (void)env;
  if (LWT_TO_INT(v) >= rounds) return ok(LWT_TO_INT(v));
  lwt_t *p = lwt_result_bind(lwt_wait(&later), again, NULL, NULL);
  return p;
}
TEST(a_loop_through_bind_runs_in_constant_space) {
  rounds = (int)scaled(100000);
  lwt_t *p = lwt_result_bind(ok(0), again, NULL, NULL);
  long before = resident();
  for (int i = 1; i <= rounds; i++)
    lwt_wakeup_owned(later, lwt_make_value(LWT_INT(i)), (lwt_drop_fn)lwt_result_release);
  CHECK_FLAT(before, 4);
  CHECK_OK(p, rounds);
}

/* The example of lwt_result.h. */
static lwt_t *read_text(void) { return lwt_result_return("12"); }
static lwt_t *parse(lwt_value string, void *env) {
  (void)env;
  if (*(char *)string == '\0') return lwt_result_fail("no number");
  return lwt_result_return(LWT_INT(atoi(string)));
}
TEST(the_example_of_the_header) {
  lwt_t *p = lwt_result_bind(lwt_result_bind(read_text(), parse, NULL, NULL), to_result, NULL, NULL);
  CHECK_OK(p, 22);
}
