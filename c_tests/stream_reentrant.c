/* Callbacks that do to the stream what they should not: push, close, read,
 * cancel and release, in a reader's callback, a source, a drop function. */
#include "streams.h"

static lwt_stream *s;
static lwt_stream_push *push;
static void create(void) { s = lwt_stream_create(&push); }

static lwt_t *push_more(lwt_value v, void *env) {
  (void)env;
  if (LWT_TO_INT(v) < 3) CHECK_INT(lwt_stream_push_value(push, LWT_INT(LWT_TO_INT(v) + 1)), LWT_OK);
  return lwt_return(v);
}
TEST(a_reader_pushes) {
  create();
  lwt_t *p = lwt_bind(lwt_stream_next(s), push_more, NULL, NULL);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_RETURNS(p, 1);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  p = lwt_stream_iter_s(s, push_more, NULL, NULL);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_SLEEPS(p);
  lwt_stream_push_release(push);
  CHECK_RETURNS(p, 0);
  lwt_stream_release(s);
}

static lwt_t *close_it(lwt_value v, void *env) {
  (void)env;
  lwt_stream_push_close(push);
  return lwt_return(v);
}
TEST(a_reader_closes_the_stream_under_those_that_wait_with_it) {
  create();
  lwt_t *one = lwt_bind(lwt_stream_next(s), close_it, NULL, NULL), *two = lwt_stream_next(s);
  lwt_t *list = lwt_stream_to_list(s);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_RETURNS(one, 1);
  CHECK_RETURNS(two, 1);
  CHECK_LIST(list, "1");
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

static lwt_t *release_all(lwt_value v, void *env) {
  (void)env;
  lwt_stream_release(s);
  lwt_stream_push_release(push);
  return lwt_return(v);
}
TEST(a_reader_releases_both_ends) {
  create();
  int dropped = 0;
  lwt_t *one = lwt_bind(lwt_stream_next(s), release_all, NULL, NULL), *two = lwt_stream_next(s);
  lwt_t *three = lwt_stream_closed(s);
  lwt_stream_push_owned(push, &dropped, count_drop);
  lwt_release(one);
  CHECK_PTR(lwt_value_of(two), &dropped);
  CHECK_INT(dropped, 0);
  lwt_release(two);
  CHECK_INT(dropped, 1);
  CHECK_RETURNS(three, 0);
  create();
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_t *p = lwt_stream_iter_s(s, release_all, NULL, NULL);
  CHECK_RETURNS(p, 0);
}

static lwt_t *victim;
static lwt_t *cancel_victim(lwt_value v, void *env) {
  (void)env;
  lwt_cancel(victim);
  return lwt_return(v);
}
TEST(a_reader_cancels_another_that_is_about_to_be_woken) {
  create();
  lwt_t *one = lwt_bind(lwt_stream_next(s), cancel_victim, NULL, NULL);
  victim = lwt_stream_next(s);
  lwt_t *three = lwt_stream_next(s);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_RETURNS(one, 1);
  CHECK_FAILS(victim, LWT_CANCELED);
  CHECK_RETURNS(three, 1);
  lwt_t *next = lwt_stream_next(s);
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_RETURNS(next, 2);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

static lwt_t *read_again(lwt_value v, void *count) {
  if (++*(int *)count < 1000) lwt_release(lwt_bind(lwt_stream_next(s), read_again, count, NULL));
  return lwt_return(v);
}
TEST(a_reader_reads_again) {
  create();
  int count = 0;
  lwt_release(lwt_bind(lwt_stream_next(s), read_again, &count, NULL));
  for (int i = 0; i < 500; i++) lwt_stream_push_value(push, LWT_INT(i));
  CHECK_INT(count, 500);
  lwt_stream_push_release(push);
  CHECK_INT(count, 500);
  lwt_stream_release(s);
}

/* A read whose only holder is the wait itself, which is cancelled. */
TEST(cancelling_the_last_read_of_a_released_stream_frees_it) {
  create();
  int dropped = 0;
  lwt_stream_push_set_reference(push, &dropped, count_drop);
  lwt_t *p = lwt_stream_next(s);
  lwt_stream_release(s);
  CHECK_INT(dropped, 0);
  lwt_cancel(p);
  CHECK_INT(dropped, 1);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(lwt_stream_push_owned(push, &dropped, count_drop), LWT_OK);
  CHECK_INT(dropped, 2);
  lwt_stream_push_release(push);
}

TEST(many_reads_that_come_and_go_leave_no_trace) {
  create();
  lwt_t *first = lwt_stream_next(s), *last = lwt_stream_next(s);
  long before = resident();
  for (long i = 0; i < scaled(200000); i++) {
    lwt_t *next = lwt_stream_next(s);
    lwt_cancel(last);
    lwt_release(last);
    last = next;
  }
  CHECK_FLAT(before, 4);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_RETURNS(first, 1);
  CHECK_RETURNS(last, 1);
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}

/* ---------------------------------------------------- inside a source --- */
static lwt_t *inner[4];
static lwt_value reads_itself(void *env) {
  int *calls = env;
  if (++*calls > 1) return LWT_NONE;
  inner[0] = lwt_stream_next(s);
  inner[1] = lwt_stream_peek(s);
  inner[2] = lwt_stream_to_list(s);
  struct lwt_values *none = lwt_stream_get_available(s, NULL);
  CHECK_INT(none->len, 0);
  lwt_values_release(none);
  return LWT_INT(1);
}
TEST(a_source_that_reads_its_own_stream_waits_for_its_own_answer) {
  int calls = 0;
  s = lwt_stream_from_direct(reads_itself, &calls, NULL);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(inner[0], 1);
  CHECK_RETURNS(inner[1], 1);
  CHECK_LIST(inner[2], "1");
  CHECK_INT(calls, 2);
  lwt_stream_release(s);
}

static lwt_value releases_itself(void *env) {
  lwt_stream_release(s);
  ++*(int *)env;
  return LWT_INT(1);
}
TEST(a_source_that_releases_its_own_stream_answers_the_read) {
  int calls = 0;
  s = lwt_stream_from_direct(releases_itself, &calls, count_drop);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_INT(calls, 2);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
}

static lwt_t *reading;
static lwt_t *cancels_its_reader(void *env) {
  (void)env;
  return lwt_bind(lwt_pause(), cancel_victim, NULL, NULL);
}
TEST(a_source_that_cancels_its_reader_loses_nothing) {
  s = lwt_stream_from(cancels_its_reader, NULL, NULL);
  victim = reading = lwt_stream_next(s);
  turns(3);
  CHECK_FAILS(reading, LWT_CANCELED);
  CHECK_RETURNS(lwt_stream_next(s), 0);
  lwt_stream_release(s);
}

static lwt_u *answer;
static lwt_t *answers(void *env) { return (void)env, lwt_wait(&answer); }
TEST(a_source_whose_answer_never_comes_frees_what_waits) {
  ENV(source);
  ENV(reader);
  s = lwt_stream_from(answers, &source, env_drop);
  lwt_release(lwt_bind(lwt_stream_next(s), env_bind, &reader, env_drop));
  lwt_stream_release(s);
  CHECK_ENV(source, 0, 0);
  lwt_wakener_forget(answer);
  CHECK_ENV(source, 0, 1);
  CHECK_ENV(reader, 0, 1);
}

static void drop_pushes(void *env) {
  ++*(int *)env;
  if (*(int *)env < 5) CHECK_INT(lwt_stream_push_owned(push, env, drop_pushes), LWT_OK);
}
TEST(a_drop_function_pushes_into_the_stream_that_goes) {
  int calls = 0;
  create();
  lwt_stream_push_owned(push, &calls, drop_pushes);
  lwt_stream_release(s);
  CHECK_INT(calls, 5);
  lwt_stream_push_release(push);
}

static void drop_releases(void *env) {
  ++*(int *)env;
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}
TEST(a_drop_function_releases_the_other_end) {
  int calls = 0;
  create();
  lwt_stream_push_owned(push, &calls, drop_releases);
  lwt_stream_release(s);
  CHECK_INT(calls, 1);
  create();
  lwt_stream_push_owned(push, &calls, drop_releases);
  lwt_release(lwt_stream_junk(s));
  CHECK_INT(calls, 2);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
}

static bool closes(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_stream_push_close(push);
  lwt_stream_release(s);
  return true;
}
TEST(a_test_that_releases_the_stream_ends_the_read_well) {
  create();
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_LIST(lwt_stream_get_while(s, closes, NULL, NULL), "1 2");
  lwt_stream_push_release(push);
}

static lwt_t *release_and_wait(const lwt_stream *mine, void *env) {
  (void)env;
  CHECK_RETURNS(lwt_stream_next(mine), 1);
  lwt_stream_release(s);
  return lwt_stream_next(mine);
}
TEST(a_parser_that_releases_the_stream_keeps_the_one_it_was_given) {
  create();
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_t *p = lwt_stream_parse(s, release_and_wait, NULL, NULL);
  CHECK_SLEEPS(p);
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_RETURNS(p, 2);
  lwt_stream_push_release(push);
}

TEST(a_parser_that_is_cancelled_gives_back_what_it_took) {
  create();
  lwt_stream *kept = lwt_stream_retain(s);
  lwt_stream_push_value(push, LWT_INT(1));
  lwt_t *p = lwt_stream_parse(s, release_and_wait, NULL, NULL);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_stream_push_release(push);
  CHECK_REST(kept, "1");
}

static lwt_stream_bounded_push *bounded;
static lwt_t *push_bounded(lwt_value v, void *env) {
  (void)env;
  lwt_release(lwt_stream_bounded_push_push(bounded, LWT_INT(LWT_TO_INT(v) + 10)));
  return lwt_return(v);
}
TEST(a_push_that_was_blocked_pushes_again) {
  s = lwt_stream_create_bounded(1, &bounded);
  lwt_release(lwt_stream_bounded_push_push(bounded, LWT_INT(1)));
  lwt_release(lwt_bind(lwt_stream_bounded_push_push(bounded, LWT_INT(2)), push_bounded, NULL, NULL));
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  lwt_stream_bounded_push_release(bounded);
  CHECK_REST(s, "10");
}

TEST(readers_are_woken_by_a_deferred_wake_up) {
  create();
  ENV(first);
  ENV(second);
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_release(lwt_bind(lwt_stream_next(s), env_bind, &second, NULL));
  lwt_release(lwt_bind(lwt_retain(p), push_more, NULL, NULL));
  lwt_release(lwt_bind(p, env_bind, &first, NULL));
  lwt_wakeup(u, LWT_INT(1));
  CHECK_TRACE("first second");
  lwt_stream_push_release(push);
  lwt_stream_release(s);
}
