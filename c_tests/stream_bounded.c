/* Bounded streams: room, no room at all, and what changes it. */
#include "streams.h"

static lwt_stream_bounded_push *push;
static lwt_stream *bounded(int n) { return lwt_stream_create_bounded(n, &push); }
static void done(lwt_stream *s) {
  lwt_stream_release(s);
  lwt_stream_bounded_push_release(push);
}
static lwt_t *push_int(int n) { return lwt_stream_bounded_push_push(push, LWT_INT(n)); }

TEST(resizing_makes_room_and_drops_nothing) {
  lwt_stream *s = bounded(2);
  CHECK_RETURNS(push_int(1), 0);
  CHECK_RETURNS(push_int(2), 0);
  lwt_t *third = push_int(3);
  CHECK_INT(lwt_stream_bounded_push_resize(push, -1), INVALID);
  CHECK_INT(lwt_stream_bounded_push_size(push), 2);
  CHECK_INT(lwt_stream_bounded_push_resize(push, 1), LWT_OK);
  CHECK_INT(lwt_stream_bounded_push_count(push), 2);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_SLEEPS(third); /* still no room */
  CHECK_INT(lwt_stream_bounded_push_resize(push, 2), LWT_OK);
  CHECK_RETURNS(third, 0);
  CHECK_INT(lwt_stream_bounded_push_count(push), 2);
  CHECK_INT(lwt_stream_bounded_push_resize(push, 0), LWT_OK);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  lwt_t *fourth = push_int(4);
  CHECK_SLEEPS(fourth);
  CHECK_RETURNS(lwt_stream_next(s), 3);
  CHECK_SLEEPS(fourth);
  CHECK_RETURNS(lwt_stream_next(s), 4);
  CHECK_RETURNS(fourth, 0);
  done(s);
}

TEST(with_size_0_a_push_and_a_read_meet) {
  lwt_stream *s = bounded(0);
  lwt_t *pushed = push_int(1);
  CHECK_SLEEPS(pushed);
  CHECK(lwt_stream_bounded_push_blocked(push));
  CHECK_INT(lwt_stream_bounded_push_count(push), 0);
  CHECK_FAILS(push_int(2), LWT_FULL);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(pushed, 0);
  lwt_t *read = lwt_stream_next(s);
  CHECK_SLEEPS(read);
  CHECK_RETURNS(push_int(3), 0);
  CHECK_RETURNS(read, 3);
  CHECK_INT(lwt_stream_bounded_push_count(push), 0);
  pushed = push_int(4);
  CHECK_RETURNS(lwt_stream_peek(s), 4);
  CHECK_RETURNS(pushed, 0);
  lwt_t *next = push_int(5);
  CHECK_SLEEPS(next);
  CHECK_RETURNS(lwt_stream_get(s), 4);
  CHECK_SLEEPS(next);
  struct lwt_values *all = lwt_stream_get_available(s, NULL);
  CHECK_STR(words_of(all), "5");
  lwt_values_release(all);
  CHECK_RETURNS(next, 0);
  read = lwt_stream_next(s);
  lwt_cancel(read);
  CHECK_FAILS(read, LWT_CANCELED);
  next = push_int(6);
  CHECK_SLEEPS(next); /* nobody reads any more */
  lwt_cancel(next);
  CHECK_FAILS(next, LWT_CANCELED);
  lwt_t *list = lwt_stream_to_list(s);
  for (int i = 7; i <= 9; i++) CHECK_RETURNS(push_int(i), 0);
  CHECK_INT(lwt_stream_bounded_push_close(push), LWT_OK);
  CHECK_LIST(list, "7 8 9");
  done(s);
}

TEST(what_is_available_counts_the_blocked_push) {
  lwt_stream *s = bounded(2);
  for (int i = 1; i <= 2; i++) lwt_release(push_int(i));
  lwt_t *third = push_int(3);
  struct lwt_values *all = lwt_stream_get_available(s, NULL);
  CHECK_STR(words_of(all), "1 2 3");
  lwt_values_release(all);
  CHECK_RETURNS(third, 0);
  CHECK_INT(lwt_stream_bounded_push_count(push), 0);
  done(s);
}

TEST(none_is_no_element) {
  int dropped = 0;
  lwt_stream *s = bounded(1);
  CHECK_FAILS(lwt_stream_bounded_push_push(push, LWT_NONE), INVALID);
  CHECK_INT(lwt_stream_bounded_push_set_reference(push, &dropped, count_drop), LWT_OK);
  CHECK_INT(lwt_stream_bounded_push_set_reference(push, &dropped, count_drop), LWT_OK);
  CHECK_INT(dropped, 1);
  lwt_stream_release(s);
  CHECK_INT(dropped, 2);
  CHECK_INT(lwt_stream_bounded_push_set_reference(push, &dropped, count_drop), LWT_OK);
  CHECK_INT(dropped, 3);
  lwt_stream_bounded_push_release(push);
}

TEST(a_push_that_nobody_can_read_any_more_fails) {
  int dropped = 0;
  lwt_stream *s = bounded(1);
  lwt_release(lwt_stream_bounded_push_push_owned(push, &dropped, count_drop));
  lwt_t *blocked = lwt_stream_bounded_push_push_owned(push, &dropped, count_drop);
  CHECK_SLEEPS(blocked);
  lwt_stream_release(s);
  CHECK_FAILS(blocked, LWT_CLOSED);
  CHECK_INT(dropped, 2);
  CHECK_FAILS(lwt_stream_bounded_push_push_owned(push, &dropped, count_drop), LWT_CLOSED);
  CHECK_INT(dropped, 3);
  lwt_stream_bounded_push_release(push);
}

TEST(releasing_the_push_object_lets_the_blocked_push_in_and_then_closes) {
  lwt_stream *s = bounded(1);
  lwt_release(push_int(1));
  lwt_t *blocked = push_int(2);
  lwt_stream_bounded_push_release(push);
  CHECK(!lwt_stream_is_closed(s));
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(blocked, 0);
  CHECK(lwt_stream_is_closed(s));
  CHECK_RETURNS(lwt_stream_next(s), 2);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  s = bounded(1);
  lwt_t *read = lwt_stream_next(s);
  lwt_stream_bounded_push_release(push);
  CHECK_FAILS(read, LWT_EMPTY);
  lwt_stream_release(s);
}

TEST(cancelling_the_last_push_ends_the_stream) {
  lwt_stream *s = bounded(1);
  lwt_release(push_int(1));
  lwt_t *blocked = push_int(2);
  lwt_stream_bounded_push_release(push);
  lwt_cancel(blocked);
  CHECK_FAILS(blocked, LWT_CANCELED);
  CHECK_REST(s, "1");
}

/* A producer and a consumer that wait for each other. */
static lwt_t *produce(lwt_value v, void *env);
static int produced, consumed;
static lwt_t *produce(lwt_value v, void *env) {
  (void)v;
  if (produced == 1000) {
    lwt_stream_bounded_push_close(push);
    return lwt_return(LWT_UNIT);
  }
  return lwt_bind(push_int(++produced), produce, env, NULL);
}
static lwt_t *consume(lwt_value v, void *env) {
  (void)env;
  CHECK_INT(LWT_TO_INT(v), ++consumed);
  CHECK(produced - consumed <= 5);
  return lwt_pause();
}
TEST(a_producer_goes_no_faster_than_its_consumer) {
  lwt_stream *s = bounded(3);
  lwt_t *both[] = {produce(LWT_UNIT, NULL), lwt_stream_iter_s(s, consume, NULL, NULL)};
  CHECK_INT(run(lwt_join(both, 2)), 0);
  CHECK_INT(consumed, 1000);
  done(s);
}
