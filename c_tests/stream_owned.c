/* Streams of elements with drop functions: each has one owner, and is dropped
 * once. */
#include "streams.h"

static lwt_stream_push *push;
static int dropped[4];
static lwt_stream *owned(int n) {
  lwt_stream *s = lwt_stream_create(&push);
  memset(dropped, 0, sizeof dropped);
  for (int i = 0; i < n; i++) lwt_stream_push_owned(push, &dropped[i], count_drop);
  return s;
}

TEST(next_moves_the_element_to_its_promise) {
  lwt_stream *s = owned(2);
  lwt_t *p = lwt_stream_next(s);
  CHECK_PTR(lwt_value_of(p), &dropped[0]);
  CHECK_INT(dropped[0], 0);
  lwt_release(p);
  CHECK_INT(dropped[0], 1);
  CHECK_INT(dropped[1], 0);
  lwt_drop_fn drop;
  CHECK_PTR(lwt_take_with(lwt_stream_next(s), &drop), &dropped[1]);
  CHECK(drop == count_drop);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
  CHECK_INT(dropped[1], 0);
}

TEST(two_reads_show_one_element_and_the_first_that_takes_it_has_it) {
  lwt_stream *s = owned(0);
  lwt_t *one = lwt_stream_next(s), *two = lwt_stream_next(s);
  lwt_stream_push_owned(push, &dropped[0], count_drop);
  CHECK_PTR(lwt_value_of(one), &dropped[0]);
  CHECK_PTR(lwt_value_of(two), &dropped[0]);
  CHECK_PTR(lwt_take(one), &dropped[0]);
  CHECK_PTR(lwt_value_of(two), LWT_UNIT);
  lwt_release(two);
  CHECK_INT(dropped[0], 0);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

TEST(clones_share_an_element_until_the_last_has_passed_it) {
  lwt_stream *s = owned(1), *clone = lwt_stream_clone(s);
  lwt_release(lwt_stream_next(s));
  CHECK_INT(dropped[0], 0);
  lwt_t *p = lwt_stream_next(clone);
  CHECK_PTR(lwt_value_of(p), &dropped[0]);
  lwt_release(p);
  CHECK_INT(dropped[0], 1);
  lwt_stream_release(s);
  lwt_stream_release(clone);
  lwt_stream_push_release(push);
}

TEST(peek_shows_what_next_then_takes) {
  lwt_stream *s = owned(2);
  lwt_t *peek = lwt_stream_peek(s), *next = lwt_stream_next(s);
  CHECK_PTR(lwt_value_of(peek), lwt_value_of(next));
  lwt_release(next);
  CHECK_INT(dropped[0], 0);
  lwt_release(peek);
  CHECK_INT(dropped[0], 1);
  CHECK_PTR(lwt_take(lwt_stream_peek(s)), &dropped[1]);
  CHECK_RETURNS(lwt_stream_next(s), 0); /* moved out of the stream */
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

static void looks(lwt_value v, void *env) {
  CHECK_INT(*(int *)v, 0);
  ++*(int *)env;
}
TEST(an_iteration_drops_each_element_when_it_is_done_with_it) {
  int calls = 0;
  lwt_stream *s = owned(3);
  lwt_t *p = lwt_stream_iter(s, looks, &calls, NULL);
  CHECK_INT(calls, 3);
  CHECK_INT(dropped[0] + dropped[1] + dropped[2], 3);
  lwt_stream_push_owned(push, &dropped[3], count_drop);
  CHECK_INT(calls, 4);
  CHECK_INT(dropped[3], 1);
  CHECK_SLEEPS(p);
  lwt_stream_push_close(push);
  CHECK_RETURNS(p, 0);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

TEST(iter_s_keeps_the_element_until_its_promise_has_resolved) {
  struct later later = {0};
  lwt_stream *s = owned(1);
  lwt_t *p = lwt_stream_iter_s(s, later_call, &later, NULL);
  CHECK_INT(dropped[0], 0);
  lwt_wakeup(later.wakers[0], LWT_UNIT);
  CHECK_INT(dropped[0], 1);
  lwt_release(p);
  lwt_stream_release(s);
  lwt_stream_push_close(push);
  lwt_stream_push_release(push);
}

TEST(lists_own_their_elements) {
  lwt_stream *s = owned(4), *clone = lwt_stream_clone(s);
  lwt_t *list = lwt_stream_nget(s, 2), *peeked = lwt_stream_npeek(clone, 2);
  lwt_release(list);
  lwt_stream_release(s);
  CHECK_INT(dropped[0], 0);
  lwt_stream_release(clone);
  CHECK_INT(dropped[0], 0);
  lwt_release(peeked);
  CHECK_INT(dropped[0] + dropped[1] + dropped[2] + dropped[3], 4);
  lwt_stream_push_release(push);
}

static bool second(lwt_value v, void *env) {
  (void)env;
  return v == (lwt_value)&dropped[1];
}
TEST(find_gives_the_element_and_drops_those_before) {
  lwt_stream *s = owned(3), *clone = lwt_stream_clone(s);
  lwt_t *p = lwt_stream_find(s, second, NULL, NULL);
  CHECK_PTR(lwt_value_of(p), &dropped[1]);
  lwt_t *q = lwt_stream_find(clone, second, NULL, NULL);
  CHECK_PTR(lwt_value_of(q), &dropped[1]);
  CHECK_INT(dropped[0], 1);
  lwt_release(p);
  CHECK_INT(dropped[1], 0);
  lwt_release(q);
  CHECK_INT(dropped[1], 1);
  lwt_stream_release(s);
  lwt_stream_release(clone);
  CHECK_INT(dropped[2], 1);
  lwt_stream_push_release(push);
}

TEST(a_filter_leaves_shared_elements_to_the_other_reader) {
  lwt_stream *s = owned(2), *clone = lwt_stream_clone(s);
  s = lwt_stream_filter(s, second, NULL, NULL);
  lwt_t *p = lwt_stream_next(s);
  CHECK_PTR(lwt_value_of(p), &dropped[1]);
  lwt_release(p);
  CHECK_INT(dropped[0] + dropped[1], 0);
  lwt_release(lwt_stream_njunk(clone, 2));
  CHECK_INT(dropped[0] + dropped[1], 2);
  lwt_stream_release(s);
  lwt_stream_release(clone);
  lwt_stream_push_release(push);
}

/* A sum that is a block of memory, so that a lost one is a leak. */
static int *sum_of(lwt_value gathered, lwt_value v) {
  int *sum = malloc(sizeof *sum);
  *sum = *(int *)gathered + (int)LWT_TO_INT(v);
  free(gathered);
  return sum;
}
static bool is_bad(int *sum, lwt_value v, void *bad) {
  bool yes = bad != NULL && LWT_TO_INT(v) == *(int *)bad;
  if (yes) free(sum);
  return yes;
}
static lwt_value add(lwt_value gathered, lwt_value v, void *bad) {
  int *sum = sum_of(gathered, v);
  return is_bad(sum, v, bad) ? lwt_raise(exn(LWT_FULL)) : lwt_owned(sum, free);
}
static lwt_t *add_s(lwt_value gathered, lwt_value v, void *bad) {
  int *sum = sum_of(gathered, v);
  return is_bad(sum, v, bad) ? lwt_fail(exn(LWT_FULL)) : lwt_return_owned(sum, free);
}
TEST(a_fold_owns_what_it_gathers) {
  for (int how = 0; how < 2; how++)
    for (int fails = 0; fails < 2; fails++) {
      int bad = 2;
      int *zero = calloc(1, sizeof *zero);
      lwt_stream *s = numbers(3);
      lwt_t *p = how == 0 ? lwt_stream_fold(s, zero, free, add, fails ? &bad : NULL, NULL)
                          : lwt_stream_fold_s(s, zero, free, add_s, fails ? &bad : NULL, NULL);
      if (fails) {
        CHECK_FAILS(p, LWT_FULL);
      } else {
        CHECK_INT(*(int *)lwt_value_of(p), 6);
        lwt_release(p);
      }
      lwt_stream_release(s);
    }
  int *zero = calloc(1, sizeof *zero);
  lwt_release(lwt_stream_fold(NULL, zero, free, add, NULL, NULL));
}
