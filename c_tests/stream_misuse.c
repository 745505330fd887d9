/* Bad handles, bad arguments, another thread: each is told, nothing leaks. */
#include "streams.h"
#include <pthread.h>

static int envs;
static void env_gone(void *env) { (void)env, envs++; }
static lwt_value fold(lwt_value a, lwt_value v, void *env) { return (void)v, (void)env, a; }
static lwt_t *fold_s(lwt_value a, lwt_value v, void *env) {
  return (void)v, (void)env, lwt_return(a);
}
static lwt_t *bound(lwt_value v, void *env) { return (void)v, (void)env, lwt_return(LWT_UNIT); }
static void each(lwt_value v, void *env) { (void)v, (void)env; }
static struct lwt_values *lists(lwt_value v, void *env) {
  return (void)v, (void)env, lwt_values_new(0);
}
static lwt_t *parser(const lwt_stream *s, void *env) { return (void)env, lwt_stream_next(s); }
static void at_end(void *env) { (void)env; }

/* All that borrows a stream fails with `kind`. */
static void all_fail(const lwt_stream *s, int kind) {
  CHECK_FAILS(lwt_stream_next(s), kind);
  CHECK_FAILS(lwt_stream_get(s), kind);
  CHECK_FAILS(lwt_stream_peek(s), kind);
  CHECK_FAILS(lwt_stream_npeek(s, 1), kind);
  CHECK_FAILS(lwt_stream_nget(s, 1), kind);
  CHECK_FAILS(lwt_stream_last_new(s), kind);
  CHECK_FAILS(lwt_stream_junk(s), kind);
  CHECK_FAILS(lwt_stream_njunk(s, 1), kind);
  CHECK_FAILS(lwt_stream_junk_old(s), kind);
  CHECK_INT(lwt_stream_junk_available(s), kind);
  CHECK_FAILS(lwt_stream_is_empty(s), kind);
  CHECK_FAILS(lwt_stream_closed(s), kind);
  CHECK_FAILS(lwt_stream_to_list(s), kind);
  CHECK_FAILS(lwt_stream_to_string(s), kind);
  CHECK(!lwt_stream_is_closed(s));
  lwt_exn *e;
  CHECK_PTR(lwt_stream_get_available(s, &e), NULL);
  CHECK_INT(lwt_exn_kind(e), kind);
  lwt_exn_release(e);
  CHECK_PTR(lwt_stream_get_available_up_to(s, 1, &e), NULL);
  CHECK_INT(lwt_exn_kind(e), kind);
  lwt_exn_release(e);
  envs = 0;
  CHECK_FAILS(lwt_stream_get_while(s, is_odd, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_get_while_s(s, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_junk_while(s, is_odd, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_junk_while_s(s, bound, NULL, env_gone), kind);
  CHECK_INT(lwt_stream_on_terminate(s, at_end, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_iter(s, each, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_iter_s(s, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_iter_p(s, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_iter_n(s, 2, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_fold(s, NULL, env_gone, fold, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_fold_s(s, NULL, env_gone, fold_s, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_find(s, is_odd, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_find_s(s, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_find_map(s, doubled, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_find_map_s(s, bound, NULL, env_gone), kind);
  CHECK_FAILS(lwt_stream_parse(s, parser, NULL, env_gone), kind);
  CHECK_INT(envs, 18);
  CHECK_PTR(lwt_stream_clone(s), NULL);
  CHECK_PTR(lwt_stream_retain(s), NULL);
}

TEST(a_handle_that_is_no_stream_is_told) {
  lwt_t *p = lwt_return(LWT_UNIT);
  lwt_stream *s = numbers(1);
  all_fail(NULL, INVALID);
  all_fail((lwt_stream *)p, INVALID);
  all_fail((lwt_stream *)(uintptr_t)0x1234567, INVALID);
  lwt_stream_release(s);
  all_fail(s, INVALID);
  lwt_stream_release(s);
  lwt_stream_release(NULL);
  lwt_release(p);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p = lwt_stream_next(s))), "lwt_stream_next");
  lwt_release(p);
}

TEST(what_consumes_gives_null_for_a_bad_handle_and_consumes_the_rest) {
  envs = 0;
  CHECK_PTR(lwt_stream_map(NULL, doubled, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_map_s(NULL, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_filter(NULL, is_odd, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_filter_s(NULL, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_filter_map(NULL, doubled, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_filter_map_s(NULL, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_map_list(NULL, lists, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_map_list_s(NULL, bound, NULL, env_gone), NULL);
  CHECK_INT(envs, 8);
  CHECK_PTR(lwt_stream_flatten(NULL), NULL);
  CHECK_PTR(lwt_stream_concat(NULL), NULL);
  CHECK_PTR(lwt_stream_wrap_exn(NULL), NULL);
  CHECK_PTR(lwt_stream_hexdump(NULL), NULL);
  lwt_stream *s = numbers(1), *t = numbers(1), *u = numbers(1);
  CHECK_PTR(lwt_stream_append(s, NULL), NULL);
  CHECK_PTR(lwt_stream_combine(NULL, t), NULL);
  lwt_stream *both[] = {u, NULL, u};
  CHECK_PTR(lwt_stream_choose(both, 3), NULL);
  CHECK_PTR(lwt_stream_choose(NULL, 2), NULL);
  CHECK_PTR(lwt_stream_choose(both, SIZE_MAX), NULL);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  CHECK_FAILS(lwt_stream_next(t), INVALID);
  CHECK_FAILS(lwt_stream_next(u), INVALID);
}

TEST(a_function_that_is_null_is_told) {
  envs = 0;
  CHECK_PTR(lwt_stream_from(NULL, NULL, env_gone), NULL);
  CHECK_PTR(lwt_stream_from_direct(NULL, NULL, env_gone), NULL);
  lwt_stream *s = numbers(1);
  CHECK_FAILS(lwt_stream_iter(s, NULL, NULL, env_gone), INVALID);
  CHECK_FAILS(lwt_stream_iter_n(s, 2, NULL, NULL, env_gone), INVALID);
  CHECK_FAILS(lwt_stream_fold(s, NULL, env_gone, NULL, NULL, env_gone), INVALID);
  CHECK_FAILS(lwt_stream_fold_s(s, NULL, env_gone, NULL, NULL, env_gone), INVALID);
  CHECK_FAILS(lwt_stream_parse(s, NULL, NULL, env_gone), INVALID);
  CHECK_INT(lwt_stream_on_terminate(s, NULL, NULL, env_gone), INVALID);
  CHECK_INT(envs, 10);
  CHECK_PTR(lwt_stream_map(s, NULL, NULL, env_gone), NULL);
  CHECK_INT(envs, 11);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
}

static lwt_t *null_promise(lwt_value v, void *env) { return (void)v, (void)env, NULL; }
static lwt_t *null_parser(const lwt_stream *s, void *env) { return (void)s, (void)env, NULL; }
static lwt_t *null_answer(void *env) { return (void)env, NULL; }
TEST(a_callback_that_returns_null_is_a_failure) {
  lwt_stream *s = lwt_stream_from(null_answer, NULL, NULL);
  CHECK_FAILS(lwt_stream_next(s), INVALID);
  lwt_stream_release(s);
  s = numbers(3);
  CHECK_FAILS(lwt_stream_iter_s(s, null_promise, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_stream_parse(s, null_parser, NULL, NULL), INVALID);
  CHECK_REST(s, "2 3");
}

TEST(creating_asks_for_places_and_sizes) {
  CHECK_PTR(lwt_stream_create(NULL), NULL);
  CHECK_PTR(lwt_stream_create_with_reference(NULL), NULL);
  CHECK_PTR(lwt_stream_create_bounded(1, NULL), NULL);
  lwt_stream_bounded_push *push = (lwt_stream_bounded_push *)&envs;
  CHECK_PTR(lwt_stream_create_bounded(-1, &push), NULL);
  CHECK_PTR(push, NULL);
  CHECK_PTR(lwt_stream_return(LWT_NONE), NULL);
  CHECK_PTR(lwt_stream_return_lwt(NULL), NULL);
  lwt_value items[] = {LWT_INT(1), LWT_NONE};
  CHECK_PTR(lwt_stream_of_list(items, 2), NULL);
  CHECK_PTR(lwt_stream_of_list(NULL, 1), NULL);
  CHECK_PTR(lwt_stream_of_list(items, SIZE_MAX), NULL);
  CHECK_PTR(lwt_stream_of_values(NULL), NULL);
  CHECK_PTR(lwt_stream_of_string(NULL, 1), NULL);
  CHECK_PTR(lwt_stream_of_string("", SIZE_MAX), NULL);
  CHECK_REST(lwt_stream_of_list(NULL, 0), "");
}

TEST(a_bad_writing_end_is_told_and_the_value_dropped) {
  envs = 0;
  lwt_stream_push *push, *stale;
  lwt_stream *s = lwt_stream_create(&push);
  CHECK_PTR(lwt_stream_push_retain(push), push);
  lwt_stream_push_release(push);
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(1)), LWT_OK);
  lwt_stream_push_release(push);
  stale = push;
  CHECK_INT(lwt_stream_push_value(stale, LWT_INT(1)), INVALID);
  CHECK_INT(lwt_stream_push_owned(stale, NULL, env_gone), INVALID);
  CHECK_INT(lwt_stream_push_set_reference(stale, NULL, env_gone), INVALID);
  CHECK_INT(lwt_stream_push_close((lwt_stream_push *)s), INVALID);
  CHECK_PTR(lwt_stream_push_retain(NULL), NULL);
  lwt_stream_push_release((lwt_stream_push *)s);
  lwt_stream_bounded_push *none = (lwt_stream_bounded_push *)s;
  CHECK_FAILS(lwt_stream_bounded_push_push(none, LWT_INT(1)), INVALID);
  CHECK_FAILS(lwt_stream_bounded_push_push_owned(NULL, NULL, env_gone), INVALID);
  CHECK_INT(lwt_stream_bounded_push_set_reference(NULL, NULL, env_gone), INVALID);
  CHECK_INT(lwt_stream_bounded_push_resize(NULL, 1), INVALID);
  CHECK_INT(lwt_stream_bounded_push_close(none), INVALID);
  CHECK_INT(lwt_stream_bounded_push_size(none), 0);
  CHECK_INT(lwt_stream_bounded_push_count(none), 0);
  CHECK(!lwt_stream_bounded_push_blocked(none));
  CHECK(!lwt_stream_bounded_push_closed(none));
  CHECK_PTR(lwt_stream_bounded_push_retain(none), NULL);
  lwt_stream_bounded_push_release(none);
  CHECK_INT(envs, 4);
  CHECK(lwt_stream_is_closed(s));
  CHECK_REST(s, "1");
}

struct ends {
  lwt_stream *s;
  lwt_stream_push *push;
};
static void *elsewhere(void *arg) {
  struct ends *ends = arg;
  all_fail(ends->s, LWT_WRONG_THREAD);
  CHECK_INT(lwt_stream_push_value(ends->push, LWT_INT(1)), LWT_WRONG_THREAD);
  CHECK_INT(lwt_stream_push_close(ends->push), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_stream_map(ends->s, doubled, NULL, NULL), NULL);
  lwt_stream_release(ends->s);
  lwt_stream_push_release(ends->push);
  return NULL;
}
TEST(a_stream_of_another_thread_is_told_and_stays_as_it_was) {
  struct ends ends;
  pthread_t thread;
  ends.s = lwt_stream_create(&ends.push);
  lwt_stream_push_value(ends.push, LWT_INT(1));
  pthread_create(&thread, NULL, elsewhere, &ends);
  pthread_join(thread, NULL);
  CHECK_RETURNS(lwt_stream_next(ends.s), 1);
  lwt_release_anywhere(ends.push);
  lwt_release_anywhere(ends.s);
  turns(1);
  CHECK_FAILS(lwt_stream_next(ends.s), INVALID);
}

/* ------------------------------------------------- the end of a thread --- */
static int dropped;
static lwt_u *unused;
static lwt_t *waits(void *env) { return (void)env, lwt_wait(&unused); }
static lwt_t *never_runs(lwt_value v, void *env) {
  (void)v, (void)env;
  CHECK(false);
  return lwt_return(LWT_UNIT);
}
static void *ends_in_the_middle(void *env) {
  (void)env;
  lwt_stream_push *push;
  lwt_stream_bounded_push *bounded;
  lwt_stream *s = lwt_stream_create(&push), *b = lwt_stream_create_bounded(1, &bounded);
  lwt_stream *from = lwt_stream_from(waits, &dropped, count_drop);
  lwt_stream *mapped = lwt_stream_map(lwt_stream_retain(s), doubled, &dropped, count_drop);
  lwt_bind(lwt_stream_next(s), never_runs, &dropped, count_drop);
  lwt_bind(lwt_stream_next(from), never_runs, &dropped, count_drop);
  lwt_bind(lwt_stream_closed(s), never_runs, &dropped, count_drop);
  lwt_bind(lwt_stream_next(mapped), never_runs, &dropped, count_drop);
  lwt_stream_iter_p(s, never_runs, &dropped, count_drop);
  lwt_stream_bounded_push_push_owned(bounded, &dropped, count_drop);
  lwt_bind(lwt_stream_bounded_push_push_owned(bounded, &dropped, count_drop), never_runs, &dropped,
           count_drop);
  lwt_stream_push_set_reference(push, &dropped, count_drop);
  lwt_stream *pushed = lwt_stream_create(&push);
  lwt_stream_push_owned(push, &dropped, count_drop);
  (void)pushed, (void)b;
  return NULL;
}
TEST(a_thread_that_ends_in_the_middle_drops_everything_once) {
  pthread_t thread;
  pthread_create(&thread, NULL, ends_in_the_middle, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(dropped, 12);
}
