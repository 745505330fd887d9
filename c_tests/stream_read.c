/* Reading streams: what each function takes, leaves, and waits for. */
#include "streams.h"

TEST(next_get_and_peek_tell_the_end_each_in_its_way) {
  lwt_stream *s = numbers(2);
  CHECK(lwt_stream_is_closed(s));
  CHECK_RETURNS(lwt_stream_is_empty(s), 0);
  CHECK_RETURNS(lwt_stream_peek(s), 1);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(lwt_stream_get(s), 2);
  CHECK_RETURNS(lwt_stream_is_empty(s), 1);
  CHECK_RETURNS(lwt_stream_peek(s), (intptr_t)LWT_NONE);
  CHECK_RETURNS(lwt_stream_get(s), (intptr_t)LWT_NONE);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
}

TEST(npeek_leaves_what_nget_takes) {
  lwt_stream *s = numbers(5);
  CHECK_LIST(lwt_stream_npeek(s, 3), "1 2 3");
  CHECK_LIST(lwt_stream_nget(s, 2), "1 2");
  CHECK_LIST(lwt_stream_nget(s, 0), "");
  CHECK_LIST(lwt_stream_nget(s, -1), "");
  CHECK_LIST(lwt_stream_npeek(s, INTPTR_MIN), "");
  CHECK_LIST(lwt_stream_npeek(s, INTPTR_MAX), "3 4 5");
  CHECK_LIST(lwt_stream_nget(s, 9), "3 4 5");
  CHECK_LIST(lwt_stream_nget(s, 9), "");
  lwt_stream_release(s);
}

TEST(nget_waits_for_all_its_elements_or_the_end) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *three = lwt_stream_nget(s, 3), *five = lwt_stream_npeek(s, 5);
  for (int i = 1; i <= 2; i++) lwt_stream_push_value(push, LWT_INT(i));
  CHECK_SLEEPS(three);
  lwt_stream_push_value(push, LWT_INT(3));
  CHECK_LIST(three, "1 2 3");
  lwt_stream_push_value(push, LWT_INT(4));
  CHECK_SLEEPS(five);
  lwt_stream_push_close(push);
  CHECK_LIST(five, "1 2 3 4");
  CHECK_REST(s, "4");
  lwt_stream_push_release(push);
}

TEST(get_while_leaves_the_first_that_does_not_pass) {
  int limit = 3;
  lwt_stream *s = numbers(5);
  CHECK_LIST(lwt_stream_get_while(s, below, &limit, NULL), "1 2");
  CHECK_LIST(lwt_stream_get_while(s, below, &limit, NULL), "");
  limit = 9;
  CHECK_LIST(lwt_stream_get_while(s, below, &limit, NULL), "3 4 5");
  lwt_stream_release(s);
}

TEST(get_while_s_waits_for_each_answer) {
  struct later later = {0};
  lwt_stream *s = numbers(3);
  lwt_t *list = lwt_stream_get_while_s(s, later_call, &later, later_drop);
  CHECK_INT(later.calls, 1);
  lwt_wakeup(later.wakers[0], LWT_INT(1));
  CHECK_INT(later.calls, 2);
  CHECK_SLEEPS(list);
  lwt_wakeup(later.wakers[1], LWT_INT(0));
  CHECK_LIST(list, "1");
  CHECK_INT(later.dropped, 1);
  CHECK_REST(s, "2 3");
}

static bool raising(lwt_value v, void *env) {
  (void)env;
  if (LWT_TO_INT(v) == 2) lwt_raise(exn(LWT_FULL));
  return true;
}
TEST(a_test_that_raises_fails_the_read_and_its_element_stays) {
  lwt_stream *s = numbers(3);
  CHECK_FAILS(lwt_stream_get_while(s, raising, NULL, NULL), LWT_FULL);
  CHECK_RETURNS(lwt_stream_peek(s), 2);
  CHECK_FAILS(lwt_stream_junk_while(s, raising, NULL, NULL), LWT_FULL);
  CHECK_REST(s, "2 3");
}

TEST(last_new_takes_what_is_there_or_waits_for_one) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  for (int i = 1; i <= 3; i++) lwt_stream_push_value(push, LWT_INT(i));
  CHECK_RETURNS(lwt_stream_last_new(s), 3);
  lwt_t *last = lwt_stream_last_new(s);
  CHECK_SLEEPS(last);
  lwt_stream_push_value(push, LWT_INT(4));
  CHECK_RETURNS(last, 4);
  lwt_stream_push_value(push, LWT_INT(5));
  lwt_stream_push_close(push);
  CHECK_RETURNS(lwt_stream_last_new(s), 5);
  CHECK_FAILS(lwt_stream_last_new(s), LWT_EMPTY);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(junk_drops_and_the_end_is_no_failure) {
  int limit = 5;
  lwt_stream *s = numbers(9);
  CHECK_RETURNS(lwt_stream_junk(s), 0);
  CHECK_RETURNS(lwt_stream_njunk(s, 2), 0);
  CHECK_RETURNS(lwt_stream_njunk(s, -2), 0);
  CHECK_RETURNS(lwt_stream_peek(s), 4);
  CHECK_RETURNS(lwt_stream_junk_while(s, below, &limit, NULL), 0);
  CHECK_RETURNS(lwt_stream_peek(s), 5);
  struct later later = {.now = true};
  CHECK_RETURNS(lwt_stream_junk_while_s(s, later_call, &later, later_drop), 0);
  CHECK_INT(later.calls, 5);
  CHECK_INT(later.dropped, 1);
  CHECK_RETURNS(lwt_stream_junk(s), 0);
  CHECK_RETURNS(lwt_stream_njunk(s, 7), 0);
  lwt_stream_release(s);
}

TEST(what_is_available_is_taken_without_waiting) {
  lwt_stream_push *push;
  lwt_exn *e = exn(LWT_FULL), *before = e;
  lwt_stream *s = lwt_stream_create(&push);
  struct lwt_values *none = lwt_stream_get_available(s, &e);
  CHECK_INT(none->len, 0);
  CHECK_PTR(e, NULL);
  lwt_values_release(none);
  lwt_exn_release(before);
  for (int i = 1; i <= 5; i++) lwt_stream_push_value(push, LWT_INT(i));
  struct lwt_values *two = lwt_stream_get_available_up_to(s, 2, NULL);
  CHECK_STR(words_of(two), "1 2");
  lwt_values_release(two);
  struct lwt_values *all = lwt_stream_get_available(s, NULL);
  CHECK_STR(words_of(all), "3 4 5");
  lwt_values_release(all);
  lwt_stream_push_value(push, LWT_INT(6));
  CHECK_INT(lwt_stream_junk_available(s), LWT_OK);
  lwt_t *next = lwt_stream_next(s);
  CHECK_RETURNS(lwt_stream_junk_old(s), 0);
  CHECK_SLEEPS(next);
  lwt_release(next);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(a_source_that_fails_when_it_is_asked_for_what_is_available_loses_nothing) {
  struct counter counter = {.last = 4, .fails_at = 3};
  lwt_stream *s = counting(&counter);
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_stream_get_available(s, &e), NULL);
  CHECK_INT(lwt_exn_kind(e), LWT_FAILURE);
  lwt_exn_release(e);
  struct lwt_values *all = lwt_stream_get_available(s, &e);
  CHECK_STR(words_of(all), "1 2 3 4");
  lwt_values_release(all);
  lwt_stream_release(s);
  struct counter other = {.last = 4, .fails_at = 2};
  s = counting(&other);
  hook_install();
  CHECK_PTR(lwt_stream_get_available_up_to(s, 4, NULL), NULL);
  CHECK_HOOK(1, LWT_FAILURE);
  other.fails_at = 2;
  CHECK_INT(lwt_stream_junk_available(s), LWT_FAILURE);
  other.fails_at = 3;
  CHECK_FAILS(lwt_stream_junk_old(s), LWT_FAILURE);
  CHECK_REST(s, "3 4");
}

TEST(closed_and_on_terminate_tell_when_the_end_is_known) {
  struct counter counter = {.last = 1};
  lwt_stream *s = counting(&counter);
  ENV(ended);
  lwt_t *closed = lwt_stream_closed(s), *cancelled = lwt_stream_closed(s);
  CHECK_INT(lwt_stream_on_terminate(s, env_unit, &ended, env_drop), LWT_OK);
  lwt_cancel(cancelled);
  CHECK_FAILS(cancelled, LWT_CANCELED);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_SLEEPS(closed);
  CHECK_ENV(ended, 0, 0);
  CHECK_RETURNS(lwt_stream_is_empty(s), 1);
  CHECK_RETURNS(closed, 0);
  CHECK_ENV(ended, 1, 1);
  CHECK_INT(counter.dropped, 1);
  CHECK_RETURNS(lwt_stream_closed(s), 0);
  ENV(at_once);
  CHECK_INT(lwt_stream_on_terminate(s, env_unit, &at_once, env_drop), LWT_OK);
  CHECK_ENV(at_once, 1, 1);
  lwt_stream_release(s);
  struct counter unread = {.last = 1};
  s = counting(&unread);
  ENV(never);
  CHECK_INT(lwt_stream_on_terminate(s, env_unit, &never, env_drop), LWT_OK);
  lwt_stream_release(s);
  CHECK_ENV(never, 0, 1);
  CHECK_TRACE("ended at_once");
}

TEST(two_long_reads_each_see_every_element) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_t *one = lwt_stream_to_list(s), *two = lwt_stream_to_list(s);
  for (int i = 2; i <= 4; i++) lwt_stream_push_value(push, LWT_INT(i));
  lwt_stream_push_close(push);
  CHECK_LIST(one, "1 2 3 4");
  CHECK_LIST(two, "2 3 4");
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(bytes_become_text_and_dumps) {
  lwt_stream *s = lwt_stream_of_string("Hello\0there", 11);
  lwt_t *p = lwt_stream_to_string(s);
  struct lwt_string *text = lwt_value_of(p);
  CHECK_INT(text->len, 11);
  CHECK(memcmp(text->data, "Hello\0there", 12) == 0);
  lwt_release(p);
  lwt_stream_release(s);
  s = lwt_stream_hexdump(lwt_stream_of_string("Hello, world! 123456\n\xff", 22));
  p = lwt_stream_next(s);
  text = lwt_value_of(p);
  CHECK_STR(text->data,
            "00000000|  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 20 31 32  |Hello, world! 12|");
  lwt_release(p);
  p = lwt_stream_next(s);
  text = lwt_value_of(p);
  CHECK_STR(text->data, "00000010|  33 34 35 36 0a ff                                 |3456..|");
  lwt_release(p);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  s = lwt_stream_of_string(NULL, 0);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
}

/* A sequence of three; the second element fails once. */
struct places {
  int asked, fails, dropped;
};
static lwt_u *third;
static lwt_t *place(size_t index, void *env) {
  struct places *places = env;
  places->asked++;
  if (index == 1 && places->fails-- > 0) return lwt_fail(exn(LWT_TIMEOUT));
  return index == 2 ? lwt_wait(&third) : lwt_return(index < 2 ? LWT_INT(index + 1) : LWT_NONE);
}
static void places_drop(void *env) { ((struct places *)env)->dropped++; }
TEST(a_sequence_is_asked_as_the_stream_is_read) {
  struct places places = {.fails = 1};
  lwt_stream *s = lwt_stream_of_lwt_seq(lwt_seq_of_seq_lwt(place, &places, places_drop));
  CHECK_INT(places.asked, 0);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_INT(places.asked, 1);
  CHECK_FAILS(lwt_stream_next(s), LWT_TIMEOUT);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  lwt_t *next = lwt_stream_next(s);
  lwt_wakeup(third, LWT_INT(3));
  CHECK_RETURNS(next, 3);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_INT(places.dropped, 1);
  lwt_stream_release(s);
  CHECK_INT(places.dropped, 1);
  CHECK_PTR(lwt_stream_of_lwt_seq(NULL), NULL);
}

TEST(streams_of_what_is_there) {
  int dropped = 0;
  lwt_stream *s = lwt_stream_return(LWT_INT(1));
  CHECK(lwt_stream_is_closed(s));
  CHECK_REST(s, "1");
  s = lwt_stream_return_owned(&dropped, count_drop);
  lwt_stream_release(s);
  CHECK_INT(dropped, 1);
  CHECK_REST(lwt_stream_return_lwt(lwt_return(LWT_INT(3))), "3");
  CHECK_REST(lwt_stream_return_lwt(lwt_fail(exn(LWT_FAILURE))), "");
  lwt_u *u;
  s = lwt_stream_return_lwt(lwt_wait(&u));
  lwt_t *next = lwt_stream_next(s);
  CHECK_SLEEPS(next);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_RETURNS(next, 4);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  lwt_value items[] = {LWT_INT(7), LWT_INT(8)};
  CHECK_REST(lwt_stream_of_array(items, 2), "7 8");
  struct lwt_values *values = lwt_values_new(2);
  lwt_values_set(values, 0, &dropped, count_drop);
  lwt_values_set(values, 1, LWT_INT(9), NULL);
  s = lwt_stream_of_values(values);
  lwt_release(lwt_stream_next(s));
  CHECK_INT(dropped, 2);
  CHECK_REST(s, "9");
}
