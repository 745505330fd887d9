/* Iterations, folds, searches. */
#include "streams.h"

static void note(lwt_value v, void *env) {
  (void)env;
  char text[20];
  snprintf(text, sizeof text, "%ld", (long)LWT_TO_INT(v));
  trace(text);
  if (LWT_TO_INT(v) == 13) lwt_raise(exn(LWT_FULL));
}

TEST(iter_calls_for_each_and_ends_at_the_first_failure) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_stream_push_value(push, LWT_INT(1));
  ENV(env);
  lwt_t *p = lwt_stream_iter(s, note, &env, env_drop);
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_TRACE("1 2");
  CHECK_SLEEPS(p);
  lwt_stream_push_value(push, LWT_INT(13));
  CHECK_FAILS(p, LWT_FULL);
  CHECK_ENV(env, 0, 1);
  lwt_stream_push_value(push, LWT_INT(3));
  CHECK_TRACE("13");
  CHECK_RETURNS(lwt_stream_next(s), 3);
  hook_install();
  lwt_stream_push_value(push, LWT_INT(13));
  CHECK_FAILS(lwt_stream_iter(s, note, NULL, NULL), LWT_FULL);
  CHECK_TRACE("13");
  CHECK_HOOK(0, 0);
  lwt_stream_push_release(push);
  CHECK_RETURNS(lwt_stream_iter(s, note, NULL, NULL), 0);
  lwt_stream_release(s);
}

TEST(iter_s_is_serial) {
  struct later later = {0};
  lwt_stream *s = numbers(3);
  lwt_t *p = lwt_stream_iter_s(s, later_call, &later, later_drop);
  CHECK_INT(later.calls, 1);
  lwt_wakeup(later.wakers[0], LWT_UNIT);
  CHECK_INT(later.calls, 2);
  lwt_wakeup_exn(later.wakers[1], exn(LWT_TIMEOUT));
  CHECK_FAILS(p, LWT_TIMEOUT);
  CHECK_INT(later.calls, 2);
  CHECK_INT(later.dropped, 1);
  CHECK_REST(s, "3");
  struct later now = {.now = true};
  s = numbers(3);
  CHECK_RETURNS(lwt_stream_iter_s(s, later_call, &now, later_drop), 0);
  CHECK_INT(now.calls, 3);
  lwt_stream_release(s);
  struct later fails = {.now = true, .fails_at = 2};
  s = numbers(3);
  CHECK_FAILS(lwt_stream_iter_s(s, later_call, &fails, later_drop), LWT_FULL);
  CHECK_REST(s, "3");
}

TEST(cancelling_iter_s_cancels_what_it_waits_for) {
  struct later later = {0};
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *p = lwt_stream_iter_s(s, later_call, &later, later_drop);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_INT(later.calls, 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(later.dropped, 1);
  lwt_wakener_forget(later.wakers[0]);
  p = lwt_stream_iter_s(s, later_call, &later, later_drop);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_stream_push_value(push, LWT_INT(2));
  lwt_stream_push_release(push);
  CHECK_REST(s, "2");
}

TEST(iter_p_starts_all_and_waits_in_order) {
  struct later later = {0};
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_t *p = lwt_stream_iter_p(s, later_call, &later, later_drop);
  lwt_stream_push_value(push, LWT_INT(2));
  lwt_stream_push_value(push, LWT_INT(3));
  CHECK_INT(later.calls, 3);
  lwt_stream_push_close(push);
  lwt_wakeup(later.wakers[1], LWT_UNIT);
  lwt_wakeup(later.wakers[0], LWT_UNIT);
  CHECK_SLEEPS(p);
  lwt_wakeup(later.wakers[2], LWT_UNIT);
  CHECK_RETURNS(p, 0);
  CHECK_INT(later.dropped, 1);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

TEST(a_failure_of_iter_p_waits_for_those_before_and_the_iteration_goes_on) {
  struct later later = {.fails_at = 2};
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *p = lwt_stream_iter_p(s, later_call, &later, later_drop);
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_SLEEPS(p);
  lwt_wakeup(later.wakers[0], LWT_UNIT);
  CHECK_FAILS(p, LWT_FULL);
  lwt_stream_push_value(push, LWT_INT(3));
  CHECK_INT(later.calls, 3);
  CHECK_INT(later.dropped, 0);
  lwt_stream_push_close(push);
  CHECK_INT(later.dropped, 1);
  lwt_wakener_forget(later.wakers[2]);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

TEST(iter_p_ends_at_once_when_nothing_waits) {
  struct later now = {.now = true}, fails = {.now = true, .fails_at = 2};
  lwt_stream *s = numbers(3);
  CHECK_RETURNS(lwt_stream_iter_p(s, later_call, &now, later_drop), 0);
  lwt_stream_release(s);
  s = numbers(3);
  CHECK_FAILS(lwt_stream_iter_p(s, later_call, &fails, later_drop), LWT_FULL);
  CHECK_INT(fails.calls, 3);
  CHECK_INT(fails.dropped, 1);
  lwt_stream_release(s);
}

TEST(cancelling_iter_p_ends_the_reading) {
  struct later later = {0};
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *p = lwt_stream_iter_p(s, later_call, &later, later_drop);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(later.dropped, 1);
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_stream_push_release(push);
  CHECK_REST(s, "1");
}

static int running, most;
static void ended(void *env) { (void)env, running--; }
static lwt_t *counted(lwt_value v, void *later) {
  lwt_t *p = later_call(v, later);
  if (++running > most) most = running;
  lwt_on_termination(p, ended, NULL, NULL);
  return p;
}
TEST(iter_n_keeps_its_bound_and_awaits_all) {
  struct later later = {0};
  lwt_stream *s = numbers(7);
  lwt_t *p = lwt_stream_iter_n(s, 3, counted, &later, later_drop);
  CHECK_INT(later.calls, 3);
  lwt_wakeup(later.wakers[1], LWT_UNIT);
  CHECK_INT(later.calls, 4);
  for (int i = 0; i < 7; i++)
    if (i != 1) lwt_wakeup(later.wakers[i], LWT_UNIT);
  CHECK_INT(later.calls, 7);
  CHECK_INT(most, 3);
  CHECK_RETURNS(p, 0);
  CHECK_INT(later.dropped, 1);
  lwt_stream_release(s);
  struct later one = {.now = true};
  s = numbers(3);
  CHECK_FAILS(lwt_stream_iter_n(s, 0, later_call, &one, later_drop), INVALID);
  CHECK_FAILS(lwt_stream_iter_n(s, -1, later_call, &one, later_drop), INVALID);
  CHECK_INT(one.dropped, 2);
  CHECK_RETURNS(lwt_stream_iter_n(s, INTPTR_MAX, later_call, &one, later_drop), 0);
  CHECK_INT(one.calls, 3);
  lwt_stream_release(s);
}

TEST(a_failure_ends_iter_n) {
  struct later later = {0};
  lwt_stream *s = numbers(5);
  lwt_t *p = lwt_stream_iter_n(s, 2, later_call, &later, later_drop);
  lwt_wakeup_exn(later.wakers[1], exn(LWT_TIMEOUT));
  CHECK_FAILS(p, LWT_TIMEOUT);
  CHECK_INT(later.calls, 2);
  lwt_wakener_forget(later.wakers[0]);
  CHECK_REST(s, "3 4 5");
  struct later last = {0};
  s = numbers(1);
  p = lwt_stream_iter_n(s, 2, later_call, &last, later_drop);
  lwt_wakeup_exn(last.wakers[0], exn(LWT_TIMEOUT));
  CHECK_FAILS(p, LWT_TIMEOUT);
  lwt_stream_release(s);
}

static lwt_value digits(lwt_value gathered, lwt_value v, void *env) {
  (void)env;
  return LWT_INT(10 * LWT_TO_INT(gathered) + LWT_TO_INT(v));
}
static lwt_t *digits_s(lwt_value gathered, lwt_value v, void *env) {
  return lwt_return(digits(gathered, v, env));
}
TEST(folds_go_from_the_first_to_the_last) {
  lwt_stream *s = numbers(3);
  CHECK_RETURNS(lwt_stream_fold(s, LWT_INT(9), NULL, digits, NULL, NULL), 9123);
  CHECK_RETURNS(lwt_stream_fold(s, LWT_INT(9), NULL, digits, NULL, NULL), 9);
  lwt_stream_release(s);
  s = numbers(3);
  CHECK_RETURNS(lwt_stream_fold_s(s, LWT_INT(0), NULL, digits_s, NULL, NULL), 123);
  lwt_stream_release(s);
}

static lwt_value square_of_even(lwt_value v, void *env) {
  (void)env;
  intptr_t n = LWT_TO_INT(v);
  return n % 2 == 0 ? LWT_INT(n * n) : LWT_NONE;
}
static bool is_three(lwt_value v, void *env) { return (void)env, LWT_TO_INT(v) == 3; }
TEST(searches_take_up_to_the_hit) {
  lwt_stream *s = numbers(5);
  CHECK_RETURNS(lwt_stream_find(s, is_three, NULL, NULL), 3);
  CHECK_RETURNS(lwt_stream_find_map(s, square_of_even, NULL, NULL), 16);
  CHECK_RETURNS(lwt_stream_find(s, is_three, NULL, NULL), (intptr_t)LWT_NONE);
  CHECK_RETURNS(lwt_stream_find_map(s, square_of_even, NULL, NULL), (intptr_t)LWT_NONE);
  lwt_stream_release(s);
  struct later later = {0};
  s = numbers(5);
  lwt_t *p = lwt_stream_find_s(s, later_call, &later, later_drop);
  lwt_wakeup(later.wakers[0], LWT_UNIT);
  lwt_wakeup(later.wakers[1], LWT_INT(1));
  CHECK_RETURNS(p, 2);
  p = lwt_stream_find_map_s(s, later_call, &later, later_drop);
  lwt_wakeup(later.wakers[2], LWT_NONE);
  lwt_wakeup(later.wakers[3], LWT_INT(44));
  CHECK_RETURNS(p, 44);
  CHECK_INT(later.dropped, 2);
  CHECK_REST(s, "5");
}

/* The example at the top of lwt_stream.h. */
static lwt_value square(lwt_value v, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(v) * LWT_TO_INT(v));
}
static lwt_value add(lwt_value sum, lwt_value v, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(sum) + LWT_TO_INT(v));
}
TEST(the_example_of_the_header) {
  lwt_stream_push *push;
  lwt_stream *numbers = lwt_stream_create(&push);
  lwt_stream *squares = lwt_stream_map(numbers, square, NULL, NULL);
  lwt_t *sum = lwt_stream_fold(squares, LWT_INT(0), NULL, add, NULL, NULL);
  lwt_stream_push_value(push, LWT_INT(3));
  lwt_stream_push_value(push, LWT_INT(4));
  lwt_stream_push_close(push);
  CHECK_RETURNS(sum, 25);
  lwt_stream_release(squares);
  lwt_stream_push_release(push);
}
