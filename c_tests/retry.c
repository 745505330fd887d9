/* Lwt_retry: attempts on demand, how they end, sleeping between them in virtual time,
 * printing and comparing errors. */
#include "sim.h"

#include <errno.h>
#include <lwt_retry.h>

/* Fails `again` times, then ends as it is told. */
static int again, calls;
static lwt_t *(*at_last)(lwt_value);
static lwt_t *attempt(void *env) {
  (void)env;
  calls++;
  return calls <= again ? lwt_retry_again(LWT_INT(calls)) : at_last(LWT_INT(77));
}
static lwt_stream *attempts(int n, lwt_t *(*end)(lwt_value)) {
  calls = 0;
  again = n;
  at_last = end;
  return lwt_retry_on_error(attempt, NULL, NULL);
}

static void check_attempt(int line, lwt_t *p, int kind, intptr_t value, size_t number) {
  if (check_int(__FILE__, line, "the state", lwt_state(p), LWT_RETURN)) {
    const lwt_retry_attempt *a = lwt_value_of(p);
    check_int(__FILE__, line, "the kind", (int)lwt_retry_attempt_kind(a), kind);
    check_int(__FILE__, line, "the value", LWT_TO_INT(lwt_retry_attempt_value(a)), value);
    check_int(__FILE__, line, "the number", (intmax_t)lwt_retry_attempt_number(a),
              (intmax_t)number);
  }
  lwt_release(p);
}
#define CHECK_ATTEMPT(p, kind, value, number) \
  check_attempt(__LINE__, (p), LWT_RETRY_##kind, (value), (number))

TEST(attempts_are_made_on_demand_up_to_one_that_is_final) {
  lwt_t *(*ends[])(lwt_value) = {lwt_retry_ok, lwt_retry_fatal};
  for (int i = 0; i < 2; i++) {
    lwt_stream *s = attempts(2, ends[i]);
    CHECK_INT(calls, 0);
    CHECK_ATTEMPT(lwt_stream_next(s), AGAIN, 1, 1);
    CHECK_INT(calls, 1);
    CHECK_ATTEMPT(lwt_stream_next(s), AGAIN, 2, 2);
    if (i == 0) CHECK_ATTEMPT(lwt_stream_next(s), OK, 77, 3);
    else CHECK_ATTEMPT(lwt_stream_next(s), FATAL, 77, 3);
    for (int j = 0; j < 2; j++) CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
    CHECK_INT(calls, 3);
    lwt_stream_release(s);
  }
}

TEST(n_times_makes_one_attempt_more_than_it_is_told_at_most) {
  CHECK_ATTEMPT(lwt_retry_n_times(0, attempts(5, lwt_retry_ok)), AGAIN, 1, 1);
  CHECK_INT(calls, 1);
  CHECK_ATTEMPT(lwt_retry_n_times(2, attempts(5, lwt_retry_ok)), AGAIN, 3, 3);
  CHECK_INT(calls, 3);
  CHECK_ATTEMPT(lwt_retry_n_times(5, attempts(5, lwt_retry_ok)), OK, 77, 6);
  CHECK_INT(calls, 6);
  CHECK_ATTEMPT(lwt_retry_n_times(9, attempts(1, lwt_retry_fatal)), FATAL, 77, 2);
  CHECK_INT(calls, 2);
  CHECK_FAILS(lwt_retry_n_times(-1, attempts(1, lwt_retry_ok)), INVALID);
  CHECK_INT(calls, 0);
  lwt_stream *s = attempts(1, lwt_retry_ok);
  CHECK_ATTEMPT(lwt_retry_n_times(9, lwt_stream_retain(s)), OK, 77, 2);
  CHECK_FAILS(lwt_retry_n_times(9, s), LWT_EMPTY);
}

TEST(the_default_sleep_grows) {
  const double want[] = {0, 4, 16, 48, 128, 320};
  for (size_t i = 0; i < 6; i++) CHECK(lwt_retry_default_sleep_duration(i) == want[i]);
}

static double half_a_second_each(size_t number, void *env) {
  if (env != NULL) lwt_raise(exn(LWT_CLOSED));
  return 0.5 * (double)number;
}
TEST(a_failed_attempt_is_given_after_the_sleep_and_a_success_at_once) {
  simulate(1);
  long before = now_ms();
  lwt_stream *s = lwt_retry_with_sleep(attempts(3, lwt_retry_ok), NULL, NULL, NULL);
  lwt_t *last = lwt_retry_n_times(9, s);
  CHECK_SLEEPS(last);
  CHECK_INT(lwt_main_run_until(last), 0);
  CHECK_INT(now_ms() - before, (4 + 16 + 48) * 1000);
  CHECK_ATTEMPT(last, OK, 77, 4);

  before = now_ms();
  struct env clean = {.name = "clean"};
  s = lwt_retry_with_sleep(attempts(2, lwt_retry_fatal), half_a_second_each, NULL, NULL);
  last = lwt_retry_n_times(9, s);
  CHECK_INT(lwt_main_run_until(last), 0);
  CHECK_INT(now_ms() - before, 500 + 1000 + 1500);
  CHECK_ATTEMPT(last, FATAL, 77, 3);
  s = lwt_retry_with_sleep(attempts(2, lwt_retry_ok), half_a_second_each, &clean, env_drop);
  CHECK_FAILS(lwt_retry_n_times(9, s), LWT_CLOSED);
  CHECK_INT(clean.dropped, 1);
}

static lwt_u *waker;
static lwt_t *succeeds(lwt_value v, void *env) {
  (void)env;
  return lwt_retry_ok(v);
}
static lwt_t *pending_success(void *env) {
  (void)env;
  return lwt_bind(lwt_wait(&waker), succeeds, NULL, NULL);
}
static lwt_t *sometimes_rejected(void *env) {
  (void)env;
  return ++calls < 3 ? lwt_fail(exn(LWT_CLOSED)) : lwt_retry_ok(LWT_INT(5));
}
TEST(an_attempt_may_take_its_time_and_a_promise_that_fails_is_none) {
  lwt_t *last = lwt_retry_n_times(3, lwt_retry_on_error(pending_success, NULL, NULL));
  CHECK_SLEEPS(last);
  lwt_wakeup(waker, LWT_INT(8));
  CHECK_ATTEMPT(last, OK, 8, 1);
  calls = 0;
  lwt_stream *s = lwt_retry_on_error(sometimes_rejected, NULL, NULL);
  CHECK_FAILS(lwt_stream_next(s), LWT_CLOSED);
  CHECK_FAILS(lwt_retry_n_times(3, lwt_stream_retain(s)), LWT_CLOSED);
  CHECK_ATTEMPT(lwt_stream_next(s), OK, 5, 3);
  lwt_stream_release(s);
}

TEST(cancelling_leaves_the_attempt_that_is_being_made) {
  lwt_t *last = lwt_retry_n_times(3, lwt_retry_on_error(pending_success, NULL, NULL));
  lwt_cancel(last);
  CHECK_FAILS(last, LWT_CANCELED);
  CHECK_INT(lwt_wakeup(waker, LWT_INT(8)), LWT_OK);
}

/* ------------------------------------------------------- owners, mistakes --- */
static int drops;
static lwt_t *owned_attempt(void *env) {
  (void)env;
  return ++calls < 3 ? lwt_retry_again_owned(&drops, count_drop)
                     : lwt_retry_ok_owned(&drops, count_drop);
}
TEST(an_attempt_owns_its_value_and_the_stream_its_environment) {
  struct env clean = {.name = "clean"};
  calls = drops = 0;
  lwt_t *last = lwt_retry_n_times(9, lwt_retry_on_error(owned_attempt, &clean, env_drop));
  CHECK_INT(drops, 2);
  CHECK_INT(clean.dropped, 1);
  lwt_retry_attempt *kept = lwt_retry_attempt_retain(lwt_value_of(last));
  lwt_release(last);
  CHECK_INT(drops, 2);
  CHECK_PTR(lwt_retry_attempt_value(kept), &drops);
  lwt_retry_attempt_release(kept);
  CHECK_INT(drops, 3);
  lwt_release(lwt_retry_fatal_owned(&drops, count_drop));
  CHECK_INT(drops, 4);
}

static lwt_t *no_attempt(void *env) { return lwt_return(env); }
TEST(what_is_no_attempt_is_told) {
  struct env clean = {.name = "clean"};
  CHECK_FAILS(lwt_retry_n_times(1, lwt_retry_on_error(no_attempt, NULL, NULL)), INVALID);
  CHECK_FAILS(lwt_retry_n_times(1, lwt_retry_on_error(no_attempt, &drops, NULL)), INVALID);
  lwt_value item = LWT_INT(3);
  CHECK_FAILS(lwt_retry_n_times(1, lwt_stream_of_list(&item, 1)), INVALID);
  lwt_stream *s = lwt_retry_with_sleep(lwt_stream_of_list(&item, 1), NULL, NULL, NULL);
  CHECK_FAILS(lwt_retry_n_times(1, s), INVALID);
  CHECK_PTR(lwt_retry_on_error(NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_retry_with_sleep(NULL, half_a_second_each, &clean, env_drop), NULL);
  CHECK_INT(clean.dropped, 2);
  CHECK_FAILS(lwt_retry_n_times(1, NULL), INVALID);
  CHECK_INT((int)lwt_retry_attempt_kind(NULL), LWT_RETRY_FATAL);
  CHECK_PTR(lwt_retry_attempt_value(NULL), LWT_UNIT);
  CHECK_INT(lwt_retry_attempt_number(NULL), 0);
  CHECK_PTR(lwt_retry_attempt_retain(NULL), NULL);
  lwt_retry_attempt_release(NULL);
}

/* --------------------------------------------------- printing, comparing --- */
static struct lwt_string *print_number(lwt_value error, void *env) {
  char text[20];
  if (env != NULL) lwt_raise(exn(LWT_CLOSED));
  int len = snprintf(text, sizeof text, "#%ld", (long)LWT_TO_INT(error));
  return lwt_string_new(text, (size_t)len);
}
static struct lwt_string *print_nothing(lwt_value error, void *env) {
  (void)error, (void)env;
  return NULL;
}
static const lwt_retry_attempt *of(lwt_t *p) { return lwt_value_of(p); }
static void check_printed(int line, struct lwt_string *s, const char *want) {
  check_str(__FILE__, line, "the text", s != NULL ? s->data : NULL, want);
  lwt_string_release(s);
}
#define CHECK_PRINTED(s, want) check_printed(__LINE__, (s), (want))

TEST(an_error_is_printed_by_its_printer_or_is_opaque) {
  lwt_t *r = lwt_retry_again(LWT_INT(4)), *f = lwt_retry_fatal(LWT_INT(5)),
        *ok = lwt_retry_ok(LWT_INT(6));
  CHECK_PRINTED(lwt_retry_pp_error(of(r), print_number, NULL, NULL, NULL), "Retry #4");
  CHECK_PRINTED(lwt_retry_pp_error(of(f), print_number, NULL, NULL, NULL), "Fatal <opaque>");
  CHECK_PRINTED(lwt_retry_pp_error(of(f), NULL, print_number, NULL, NULL), "Fatal #5");
  CHECK_PRINTED(lwt_retry_pp_error(of(r), print_nothing, NULL, NULL, NULL), "Retry <opaque>");
  struct env clean = {.name = "clean"};
  CHECK_PTR(lwt_retry_pp_error(of(ok), print_number, print_number, &clean, env_drop), NULL);
  CHECK_PTR(lwt_retry_pp_error(NULL, print_number, print_number, &clean, env_drop), NULL);
  hook_install();
  CHECK_PTR(lwt_retry_pp_error(of(r), print_number, NULL, &clean, env_drop), NULL);
  CHECK_HOOK(1, LWT_CLOSED);
  CHECK_INT(clean.dropped, 3);
  lwt_release(r);
  lwt_release(f);
  lwt_release(ok);
}

static bool same_parity(lwt_value a, lwt_value b, void *env) {
  if (env != NULL) lwt_raise(exn(LWT_CLOSED));
  return (LWT_TO_INT(a) - LWT_TO_INT(b)) % 2 == 0;
}
TEST(errors_are_equal_if_they_are_of_a_kind_and_their_function_says_so) {
  lwt_t *r2 = lwt_retry_again(LWT_INT(2)), *r4 = lwt_retry_again(LWT_INT(4)),
        *f2 = lwt_retry_fatal(LWT_INT(2)), *f3 = lwt_retry_fatal(LWT_INT(3)),
        *ok = lwt_retry_ok(LWT_INT(2));
#define EQUAL(a, b, retry, fatal) lwt_retry_equal_error(of(a), of(b), retry, fatal, NULL, NULL)
  CHECK(EQUAL(r2, r4, same_parity, NULL));
  CHECK(!EQUAL(r2, r4, NULL, same_parity));
  CHECK(EQUAL(r2, r2, NULL, NULL));
  CHECK(!EQUAL(r2, f2, same_parity, same_parity));
  CHECK(!EQUAL(f2, f3, same_parity, same_parity));
  CHECK(!EQUAL(ok, ok, same_parity, same_parity));
  struct env clean = {.name = "clean"};
  CHECK(!lwt_retry_equal_error(of(r2), NULL, same_parity, NULL, &clean, env_drop));
  hook_install();
  CHECK(!lwt_retry_equal_error(of(r2), of(r4), same_parity, NULL, &clean, env_drop));
  CHECK_HOOK(1, LWT_CLOSED);
  CHECK_INT(clean.dropped, 2);
  lwt_release(r2);
  lwt_release(r4);
  lwt_release(f2);
  lwt_release(f3);
  lwt_release(ok);
}

/* The example of lwt_retry.h. */
static lwt_t *connect_to(void *address) {
  int *left = address;
  return --*left == 0 ? lwt_return(LWT_INT(9)) : lwt_fail(lwt_exn_unix(ECONNREFUSED, "connect", ""));
}
static lwt_t *connected(lwt_value fd, void *env) {
  (void)env;
  return lwt_retry_ok(fd);
}
static lwt_t *refused(const lwt_exn *e, void *env) {
  (void)env;
  lwt_value errnum = LWT_INT(lwt_exn_errno(e));
  return errnum == LWT_INT(ECONNREFUSED) ? lwt_retry_again(errnum) : lwt_retry_fatal(errnum);
}
static lwt_t *connect_attempt(void *address) {
  return lwt_try_bind(connect_to(address), connected, refused, NULL, NULL);
}
TEST(the_example_of_the_header) {
  simulate(2);
  int left = 3;
  lwt_stream *all = lwt_retry_on_error(connect_attempt, &left, NULL);
  all = lwt_retry_with_sleep(all, NULL, NULL, NULL);
  lwt_t *last = lwt_retry_n_times(5, all);
  CHECK_INT(lwt_main_run_until(last), 0);
  CHECK_ATTEMPT(last, OK, 9, 3);
}
