/* Streams made of streams. */
#include "streams.h"

static bool raises_at(lwt_value v, void *at) {
  if (LWT_TO_INT(v) == *(int *)at) lwt_raise(exn(LWT_FULL));
  return true;
}
static lwt_value half(lwt_value v, void *env) {
  (void)env;
  return LWT_TO_INT(v) % 2 == 0 ? LWT_INT(LWT_TO_INT(v) / 2) : LWT_NONE;
}
static lwt_value none(lwt_value v, void *env) { return (void)v, (void)env, LWT_NONE; }

TEST(map_filter_and_filter_map) {
  CHECK_REST(lwt_stream_map(numbers(3), doubled, NULL, NULL), "2 4 6");
  CHECK_REST(lwt_stream_filter(numbers(5), is_odd, NULL, NULL), "1 3 5");
  CHECK_REST(lwt_stream_filter_map(numbers(6), half, NULL, NULL), "1 2 3");
  lwt_stream *s = lwt_stream_map(numbers(2), none, NULL, NULL);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
}

TEST(a_function_that_fails_fails_one_read_and_the_stream_goes_on) {
  int at = 2;
  lwt_stream *s = lwt_stream_filter(numbers(3), raises_at, &at, NULL);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_FAILS(lwt_stream_next(s), LWT_FULL);
  CHECK_RETURNS(lwt_stream_next(s), 3);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  struct later later = {.now = true, .fails_at = 2};
  s = lwt_stream_map_s(numbers(3), later_call, &later, later_drop);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_FAILS(lwt_stream_next(s), LWT_FULL);
  CHECK_RETURNS(lwt_stream_next(s), 3);
  CHECK_INT(later.dropped, 0);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_INT(later.dropped, 1);
  lwt_stream_release(s);
}

TEST(all_are_lazy_and_wait_with_their_source) {
  ENV(f);
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_map(lwt_stream_create(&push), env_map, &f, env_drop);
  lwt_stream_push_value(push, LWT_INT(1));
  CHECK_ENV(f, 0, 0);
  CHECK_RETURNS(lwt_stream_peek(s), 1);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_ENV(f, 1, 0);
  lwt_t *next = lwt_stream_next(s), *other = lwt_stream_next(s);
  lwt_stream_push_value(push, LWT_INT(2));
  CHECK_RETURNS(next, 2);
  CHECK_RETURNS(other, 2);
  CHECK_ENV(f, 2, 0);
  lwt_stream_release(s);
  CHECK_ENV(f, 2, 1);
  lwt_stream_push_release(push);
  CHECK_TRACE("f f");
}

TEST(the_functions_that_promise_are_called_one_at_a_time) {
  struct later later = {0};
  lwt_stream *s = lwt_stream_map_s(numbers(2), later_call, &later, later_drop);
  lwt_t *one = lwt_stream_next(s), *same = lwt_stream_next(s);
  CHECK_INT(later.calls, 1);
  lwt_wakeup(later.wakers[0], LWT_INT(10));
  CHECK_RETURNS(one, 10);
  CHECK_RETURNS(same, 10);
  lwt_t *all = lwt_stream_to_list(s);
  CHECK_INT(later.calls, 2);
  lwt_wakeup(later.wakers[1], LWT_INT(20));
  CHECK_LIST(all, "20");
  lwt_stream_release(s);
  struct later test = {0};
  s = lwt_stream_filter_s(numbers(3), later_call, &test, later_drop);
  all = lwt_stream_to_list(s);
  for (int i = 0; i < 3; i++) lwt_wakeup(test.wakers[i], LWT_INT(i % 2));
  CHECK_LIST(all, "2");
  lwt_stream_release(s);
  struct later map = {0};
  s = lwt_stream_filter_map_s(numbers(3), later_call, &map, later_drop);
  all = lwt_stream_to_list(s);
  lwt_wakeup(map.wakers[0], LWT_NONE);
  lwt_wakeup(map.wakers[1], LWT_INT(5));
  lwt_wakeup(map.wakers[2], LWT_NONE);
  CHECK_LIST(all, "5");
  lwt_stream_release(s);
}

/* n becomes n times n. */
static struct lwt_values *times(lwt_value v, void *env) {
  (void)env;
  if (LWT_TO_INT(v) == 3) return NULL;
  struct lwt_values *list = lwt_values_new((size_t)LWT_TO_INT(v));
  for (size_t i = 0; i < list->len; i++) lwt_values_set(list, i, v, NULL);
  return list;
}
static void values_drop(void *values) { lwt_values_release(values); }
static struct lwt_values *no_list(lwt_value v, void *env) { return (void)v, (void)env, LWT_NONE; }
static lwt_t *times_s(lwt_value v, void *env) {
  return lwt_return_owned(times(v, env), values_drop);
}
TEST(lists_are_given_out_element_by_element) {
  CHECK_REST(lwt_stream_map_list(numbers(2), times, NULL, NULL), "1 2 2");
  CHECK_REST(lwt_stream_map_list_s(numbers(2), times_s, NULL, NULL), "1 2 2");
  lwt_stream *s = lwt_stream_map_list(numbers(4), times, NULL, NULL);
  CHECK_LIST(lwt_stream_nget(s, 3), "1 2 2");
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  CHECK_REST(s, "4 4 4 4");
  lwt_stream_push *push;
  s = lwt_stream_flatten(lwt_stream_create(&push));
  lwt_t *all = lwt_stream_to_list(s);
  lwt_stream_push_owned(push, lwt_values_new(0), values_drop);
  lwt_stream_push_owned(push, times(LWT_INT(2), NULL), values_drop);
  lwt_stream_push_owned(push, lwt_values_new(0), values_drop);
  lwt_stream_push_owned(push, times(LWT_INT(1), NULL), values_drop);
  lwt_stream_push_close(push);
  CHECK_LIST(all, "2 2 1");
  lwt_stream_release(s);
  lwt_stream_push_release(push);
  s = lwt_stream_map_list(numbers(2), no_list, NULL, NULL);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  lwt_stream_release(s);
  s = lwt_stream_flatten(lwt_stream_return(NULL));
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  lwt_stream_release(s);
}

TEST(wrap_exn_makes_elements_of_failures) {
  struct counter counter = {.last = 2, .fails_at = 2};
  lwt_stream *s = lwt_stream_wrap_exn(counting(&counter));
  lwt_t *p = lwt_stream_to_list(s);
  struct lwt_values *list = lwt_value_of(p);
  CHECK_INT(list->len, 3);
  const struct lwt_result *one = list->data[0], *two = list->data[1], *three = list->data[2];
  CHECK(one->is_ok && !two->is_ok && three->is_ok);
  CHECK_INT(LWT_TO_INT(one->value), 1);
  CHECK_INT(lwt_exn_kind(two->value), LWT_FAILURE);
  CHECK_INT(LWT_TO_INT(three->value), 2);
  lwt_release(p);
  lwt_stream_release(s);
  lwt_u *u;
  s = lwt_stream_wrap_exn(lwt_stream_return_lwt(lwt_wait(&u)));
  p = lwt_stream_next(s);
  lwt_wakeup(u, LWT_INT(6));
  one = lwt_value_of(p);
  CHECK(one->is_ok);
  CHECK_INT(LWT_TO_INT(one->value), 6);
  lwt_release(p);
  lwt_stream_release(s);
}

TEST(append_goes_on_with_the_second) {
  CHECK_REST(lwt_stream_append(numbers(2), numbers(3)), "1 2 1 2 3");
  CHECK_REST(lwt_stream_append(numbers(0), numbers(0)), "");
  lwt_stream_push *a, *b;
  lwt_stream *sa = lwt_stream_create(&a), *sb = lwt_stream_create(&b);
  lwt_stream *s = lwt_stream_append(sa, sb);
  lwt_t *all = lwt_stream_to_list(s);
  lwt_stream_push_value(b, LWT_INT(2));
  lwt_stream_push_value(a, LWT_INT(1));
  lwt_stream_push_close(a);
  lwt_stream_push_close(b);
  CHECK_LIST(all, "1 2");
  lwt_stream_release(s);
  lwt_stream_push_release(a);
  lwt_stream_push_release(b);
}

static void stream_drop(void *s) { lwt_stream_release(s); }
TEST(concat_opens_one_stream_after_the_other) {
  struct counter one = {.last = 2}, two = {.last = 1};
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_concat(lwt_stream_create(&push));
  lwt_t *all = lwt_stream_nget(s, 3);
  lwt_stream_push_owned(push, counting(&one), stream_drop);
  lwt_stream *kept = counting(&two);
  lwt_stream_push_value(push, kept);
  CHECK_LIST(all, "1 2 1");
  lwt_stream_release(kept);
  lwt_stream_push_value(push, kept);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  lwt_stream_push_owned(push, numbers(1), stream_drop);
  lwt_stream_push_close(push);
  CHECK_REST(s, "1");
  CHECK_INT(one.dropped, 1);
  CHECK_INT(two.dropped, 1);
  lwt_stream_push_release(push);
}

TEST(combine_pairs_until_one_ends) {
  lwt_stream *longer = numbers(3), *rest = lwt_stream_retain(longer);
  lwt_stream *s = lwt_stream_combine(longer, lwt_stream_map(numbers(1), doubled, NULL, NULL));
  lwt_t *pair = lwt_stream_next(s);
  CHECK_STR(words_of(lwt_value_of(pair)), "1 2");
  lwt_release(pair);
  CHECK_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  CHECK_REST(rest, "3");
}

TEST(choose_merges_what_comes) {
  lwt_stream_push *push[3];
  lwt_stream *streams[3], *s;
  for (int i = 0; i < 3; i++) streams[i] = lwt_stream_create(&push[i]);
  s = lwt_stream_choose(streams, 3);
  lwt_t *next = lwt_stream_next(s);
  CHECK_SLEEPS(next);
  lwt_stream_push_value(push[1], LWT_INT(21));
  CHECK_RETURNS(next, 21);
  for (int i = 0; i < 3; i++)
    for (int j = 1; j <= 2; j++) lwt_stream_push_value(push[i], LWT_INT(10 * (i + 1) + j + 1));
  for (int i = 0; i < 3; i++) lwt_stream_push_close(push[i]);
  lwt_t *all = lwt_stream_to_list(s);
  struct lwt_values *list = lwt_value_of(all);
  CHECK_INT(list->len, 6);
  intptr_t last[4] = {0}, sum = 0;
  for (size_t i = 0; i < list->len; i++) {
    intptr_t v = LWT_TO_INT(list->data[i]);
    CHECK(v > last[v / 10]); /* each stream's own order is kept */
    last[v / 10] = v;
    sum += v;
  }
  CHECK_INT(sum, 12 + 13 + 22 + 23 + 32 + 33);
  lwt_release(all);
  for (int i = 0; i < 3; i++) lwt_stream_push_release(push[i]);
  lwt_stream_release(s);
  CHECK_REST(lwt_stream_choose(NULL, 0), "");
}

TEST(choose_asks_a_stream_that_failed_again_and_takes_nothing_when_released) {
  struct counter counter = {.last = 2, .fails_at = 2};
  lwt_stream_push *push;
  lwt_stream *pushed = lwt_stream_create(&push), *kept = lwt_stream_retain(pushed);
  lwt_stream *streams[] = {counting(&counter), pushed};
  lwt_stream *s = lwt_stream_choose(streams, 2);
  CHECK_RETURNS(lwt_stream_next(s), 1);
  CHECK_FAILS(lwt_stream_next(s), LWT_FAILURE);
  CHECK_RETURNS(lwt_stream_next(s), 2);
  lwt_stream_release(s);
  lwt_stream_push_value(push, LWT_INT(9));
  CHECK_RETURNS(lwt_stream_next(kept), 9);
  lwt_stream_release(kept);
  lwt_stream_push_release(push);
}
