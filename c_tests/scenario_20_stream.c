/* Scenario 20: streams. Three concurrent reads of a `from` source see one
 * element; cancel a read, then push; source error, then recovery; push after
 * close; bounded push, 3 + 1 blocked + Full + Closed; close with a waiting
 * reader; parse rollback; clone; no element kept alive by the push function. */
#include "loop.h"

/* A source that promises what `answer` is, or a promise for `waker`. */
struct source {
  int asked, dropped;
  lwt_t *answer;
  lwt_u *waker;
};
static lwt_t *ask(void *env) {
  struct source *source = env;
  source->asked++;
  lwt_t *answer = source->answer;
  source->answer = NULL;
  return answer != NULL ? answer : lwt_wait(&source->waker);
}
static void source_drop(void *env) { ((struct source *)env)->dropped++; }
static lwt_stream *asking(struct source *source) {
  return lwt_stream_from(ask, source, source_drop);
}

TEST(three_reads_of_a_source_see_one_element) {
  struct source source = {0};
  lwt_stream *s = asking(&source);
  lwt_t *reads[3];
  for (int i = 0; i < 3; i++) reads[i] = i == 1 ? lwt_stream_get(s) : lwt_stream_next(s);
  CHECK_INT(source.asked, 1);
  for (int i = 0; i < 3; i++) CHECK_SLEEPS(reads[i]);
  lwt_wakeup(source.waker, LWT_INT(1));
  for (int i = 0; i < 3; i++) CHECK_RETURNS(reads[i], 1);
  source.answer = lwt_return(LWT_INT(2));
  CHECK_RETURNS(lwt_stream_next(s), 2);
  CHECK_INT(source.asked, 2);
  lwt_stream_release(s);
  CHECK_INT(source.dropped, 1);
}

TEST(three_reads_of_a_push_stream_see_one_element) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *reads[3];
  for (int i = 0; i < 3; i++) reads[i] = lwt_stream_next(s);
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(1)), LWT_OK);
  for (int i = 0; i < 3; i++) CHECK_RETURNS(reads[i], 1);
  lwt_t *next = lwt_stream_next(s);
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(2)), LWT_OK);
  CHECK_RETURNS(next, 2);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(a_cancelled_read_takes_nothing) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *read = lwt_stream_next(s), *other = lwt_stream_next(s);
  lwt_cancel(read);
  CHECK_FAILS(read, LWT_CANCELED);
  CHECK_SLEEPS(other);
  lwt_cancel(other);
  CHECK_FAILS(other, LWT_CANCELED);
  lwt_stream_push_value(push, LWT_INT(7));
  CHECK_RETURNS(lwt_stream_next(s), 7);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(a_cancelled_read_leaves_the_question_alone) {
  struct source source = {0};
  lwt_stream *s = asking(&source);
  lwt_t *read = lwt_stream_next(s);
  lwt_cancel(read);
  CHECK_FAILS(read, LWT_CANCELED);
  lwt_t *again = lwt_stream_next(s);
  CHECK_INT(source.asked, 1);
  lwt_wakeup(source.waker, LWT_INT(3));
  CHECK_RETURNS(again, 3);
  lwt_stream_release(s);
}

TEST(a_source_that_fails_fails_the_reads_and_is_asked_again) {
  struct source source = {0};
  lwt_stream *s = asking(&source);
  lwt_t *one = lwt_stream_next(s), *two = lwt_stream_to_list(s);
  lwt_wakeup_exn(source.waker, exn(LWT_TIMEOUT));
  CHECK_FAILS(one, LWT_TIMEOUT);
  CHECK_FAILS(two, LWT_TIMEOUT);
  CHECK(!lwt_stream_is_closed(s));
  source.answer = lwt_fail(exn(LWT_FAILURE));
  CHECK_FAILS(lwt_stream_next(s), LWT_FAILURE);
  source.answer = lwt_return(LWT_INT(4));
  CHECK_RETURNS(lwt_stream_next(s), 4);
  CHECK_INT(source.asked, 3);
  source.answer = lwt_return(LWT_NONE);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_INT(source.dropped, 1);
  CHECK(lwt_stream_is_closed(s));
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_RETURNS(lwt_stream_get(s), (intptr_t)LWT_NONE);
  CHECK_INT(source.asked, 4);
  lwt_stream_release(s);
  CHECK_INT(source.dropped, 1);
}

TEST(nothing_is_pushed_after_the_end) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  int dropped = 0;
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(1)), LWT_OK);
  CHECK_INT(lwt_stream_push_value(push, LWT_NONE), LWT_OK);
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(2)), LWT_CLOSED);
  CHECK_INT(lwt_stream_push_value(push, LWT_NONE), LWT_CLOSED);
  CHECK_INT(lwt_stream_push_owned(push, &dropped, count_drop), LWT_CLOSED);
  CHECK_INT(dropped, 1);
  CHECK_INT(lwt_stream_push_close(push), LWT_CLOSED);
  CHECK(lwt_stream_is_closed(s));
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

TEST(a_bounded_stream_holds_three_and_blocks_one) {
  lwt_stream_bounded_push *push;
  lwt_stream *s = lwt_stream_create_bounded(3, &push);
  int dropped = 0;
  CHECK_INT(lwt_stream_bounded_push_size(push), 3);
  for (int i = 1; i <= 3; i++) CHECK_RETURNS(lwt_stream_bounded_push_push(push, LWT_INT(i)), 0);
  CHECK(!lwt_stream_bounded_push_blocked(push));
  lwt_t *fourth = lwt_stream_bounded_push_push(push, LWT_INT(4));
  CHECK_SLEEPS(fourth);
  CHECK(lwt_stream_bounded_push_blocked(push));
  CHECK_INT(lwt_stream_bounded_push_count(push), 3);
  CHECK_FAILS(lwt_stream_bounded_push_push_owned(push, &dropped, count_drop), LWT_FULL);
  CHECK_INT(dropped, 1);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(fourth, 0);
  CHECK_INT(lwt_stream_bounded_push_count(push), 3);
  lwt_t *fifth = lwt_stream_bounded_push_push_owned(push, &dropped, count_drop);
  CHECK_SLEEPS(fifth);
  CHECK_INT(lwt_stream_bounded_push_close(push), LWT_OK);
  CHECK_FAILS(fifth, LWT_CLOSED);
  CHECK_INT(dropped, 2);
  CHECK(lwt_stream_bounded_push_closed(push));
  CHECK_INT(lwt_stream_bounded_push_close(push), LWT_OK);
  CHECK_FAILS(lwt_stream_bounded_push_push(push, LWT_INT(6)), LWT_CLOSED);
  for (int i = 2; i <= 4; i++) CHECK_RETURNS(lwt_stream_next(s), i);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_bounded_push_release(push);
  lwt_stream_release(s);
}

TEST(a_blocked_push_that_is_cancelled_takes_its_element_back) {
  lwt_stream_bounded_push *push;
  lwt_stream *s = lwt_stream_create_bounded(1, &push);
  int dropped = 0;
  lwt_release(lwt_stream_bounded_push_push(push, LWT_INT(1)));
  lwt_t *blocked = lwt_stream_bounded_push_push_owned(push, &dropped, count_drop);
  lwt_cancel(blocked);
  CHECK_FAILS(blocked, LWT_CANCELED);
  CHECK_INT(dropped, 1);
  CHECK(!lwt_stream_bounded_push_blocked(push));
  blocked = lwt_stream_bounded_push_push(push, LWT_INT(2));
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(blocked, 0);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  lwt_t *next = lwt_stream_next(s);
  CHECK_SLEEPS(next);
  lwt_release(next);
  lwt_stream_bounded_push_release(push);
  lwt_stream_release(s);
}

TEST(closing_tells_the_readers_that_wait) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  lwt_t *next = lwt_stream_next(s), *get = lwt_stream_get(s), *peek = lwt_stream_peek(s);
  lwt_t *empty = lwt_stream_is_empty(s), *closed = lwt_stream_closed(s);
  lwt_t *list = lwt_stream_to_list(s);
  CHECK_INT(lwt_stream_push_close(push), LWT_OK);
  CHECK_FAILS(next, LWT_EMPTY);
  CHECK_RETURNS(get, (intptr_t)LWT_NONE);
  CHECK_RETURNS(peek, (intptr_t)LWT_NONE);
  CHECK_RETURNS(empty, 1);
  CHECK_RETURNS(closed, 0);
  CHECK_INT(lwt_state(list), LWT_RETURN);
  CHECK_INT(((struct lwt_values *)lwt_value_of(list))->len, 0);
  lwt_release(list);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

/* Takes two elements, and fails or waits. */
static lwt_u *decide;
static lwt_t *two(const lwt_stream *s, void *how) {
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  return strcmp(how, "fail") == 0   ? lwt_fail(exn(LWT_FAILURE))
         : strcmp(how, "wait") == 0 ? lwt_wait(&decide)
                                    : lwt_return(LWT_INT(12));
}
TEST(a_parser_that_fails_gives_back_what_it_took) {
  lwt_value items[] = {LWT_INT(1), LWT_INT(2), LWT_INT(3)};
  lwt_stream *s = lwt_stream_of_list(items, 3);
  CHECK_FAILS(lwt_stream_parse(s, two, "fail", NULL), LWT_FAILURE);
  lwt_t *later = lwt_stream_parse(s, two, "wait", NULL);
  CHECK_SLEEPS(later);
  lwt_wakeup_exn(decide, exn(LWT_TIMEOUT));
  CHECK_FAILS(later, LWT_TIMEOUT);
  CHECK_RETURNS(lwt_stream_parse(s, two, "succeed", NULL), 12);
  CHECK_RETURNS(lwt_stream_next(s), 3);
  lwt_stream_release(s);
  lwt_stream_bounded_push *push;
  s = lwt_stream_create_bounded(2, &push);
  CHECK_FAILS(lwt_stream_parse(s, two, "succeed", NULL), INVALID);
  lwt_stream_release(s);
  lwt_stream_bounded_push_release(push);
}

TEST(clones_read_the_same_elements_and_the_source_is_asked_once) {
  struct source source = {0};
  lwt_stream *s = asking(&source), *clone;
  source.answer = lwt_return(LWT_INT(1));
  CHECK_RETURNS(lwt_stream_peek(s), 1);
  clone = lwt_stream_clone(s);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  lwt_t *two = lwt_stream_next(s);
  CHECK_RETURNS(lwt_stream_next(clone), 1);
  lwt_t *same = lwt_stream_next(clone);
  CHECK_INT(source.asked, 2);
  lwt_wakeup(source.waker, LWT_INT(2));
  CHECK_RETURNS(two, 2);
  CHECK_RETURNS(same, 2);
  source.answer = lwt_return(LWT_NONE);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_FAILS(lwt_stream_next(clone), LWT_EMPTY);
  CHECK_INT(source.asked, 3);
  lwt_stream_release(s);
  lwt_stream_release(clone);
  lwt_stream_bounded_push *push;
  s = lwt_stream_create_bounded(2, &push);
  CHECK_PTR(lwt_stream_clone(s), NULL);
  lwt_stream_release(s);
  lwt_stream_bounded_push_release(push);
}

TEST(the_push_function_keeps_no_element_alive) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  int dropped = 0, reference = 0;
  lwt_stream_push_set_reference(push, &reference, count_drop);
  lwt_stream_push_owned(push, &dropped, count_drop);
  lwt_stream_push_owned(push, &dropped, count_drop);
  lwt_stream *clone = lwt_stream_clone(s);
  lwt_release(lwt_stream_next(s));
  lwt_stream_release(s);
  CHECK_INT(dropped, 0);
  CHECK_INT(reference, 0);
  lwt_stream_release(clone);
  CHECK_INT(dropped, 2);
  CHECK_INT(reference, 1);
  CHECK_INT(lwt_stream_push_owned(push, &dropped, count_drop), LWT_OK);
  CHECK_INT(dropped, 3);
  lwt_stream_push_release(push);
}
