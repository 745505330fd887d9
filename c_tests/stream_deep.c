/* timeout: 120 */
/* Long streams, and streams made of streams made of streams, on a small stack. */
#include "small_stack.h"
#include "streams.h"

static long dropped;
static void count(void *v) { (void)v, dropped++; }

static void long_stream(void) {
  long n = scaled(1000000);
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push), *clone = lwt_stream_clone(s);
  dropped = 0;
  for (long i = 0; i < n; i++) lwt_stream_push_owned(push, LWT_INT(i + 1), count);
  lwt_stream_release(s);
  CHECK_INT(dropped, 0);
  CHECK_RETURNS(lwt_stream_njunk(clone, n / 2), 0);
  CHECK_INT(dropped, n / 2);
  lwt_stream_release(clone);
  CHECK_INT(dropped, n);
  lwt_stream_push_release(push);
}
TEST(a_million_elements_are_dropped_without_a_stack) { on_small_stack(SMALL_STACK, long_stream); }

static lwt_t *identity(lwt_value v, void *env) { return (void)env, lwt_return(v); }
static lwt_t *paused(lwt_value v, void *env) {
  (void)env;
  return LWT_TO_INT(v) % 3 == 0 ? lwt_bind(lwt_pause(), identity, NULL, NULL) : lwt_return(v);
}
static lwt_value same(lwt_value v, void *env) { return (void)env, v; }

/* A stream behind `depth` others. */
static lwt_stream *behind(lwt_stream *s, long depth) {
  for (long i = 0; i < depth; i++) switch (i % 5) {
      case 0: s = lwt_stream_map(s, same, NULL, NULL); break;
      case 1: s = lwt_stream_append(s, lwt_stream_of_list(NULL, 0)); break;
      case 2: s = lwt_stream_map_s(s, identity, NULL, NULL); break;
      case 3: s = lwt_stream_filter_map_s(s, paused, NULL, NULL); break;
      default: s = lwt_stream_choose(&s, 1);
    }
  return s;
}
static void deep_streams(void) {
  long depth = scaled(20000);
  struct counter counter = {.last = 2};
  lwt_stream *s = behind(counting(&counter), depth);
  CHECK_INT(run(lwt_stream_next(s)), 1);
  lwt_stream_push *push;
  lwt_stream *pushed = behind(lwt_stream_create(&push), depth);
  lwt_t *next = lwt_stream_next(pushed);
  turns(2);
  lwt_stream_push_value(push, LWT_INT(4));
  CHECK_INT(run(next), 4);
  lwt_stream_push_release(push);
  lwt_stream_release(pushed);
  CHECK_INT(counter.dropped, 0);
  lwt_stream_release(s);
  CHECK_INT(counter.dropped, 1);
}
TEST(streams_of_streams_are_read_and_dropped_without_a_stack) { on_small_stack(NESTED_STACK, deep_streams); }

static long seen;
static void see(lwt_value v, void *env) { (void)v, (void)env, seen++; }
static void long_iteration(void) {
  long n = scaled(1000000);
  struct counter counter = {.last = (int)n};
  lwt_stream *s = counting(&counter);
  CHECK_RETURNS(lwt_stream_iter(s, see, NULL, NULL), 0);
  CHECK_INT(seen, n);
  lwt_stream_release(s);
  struct counter again = {.last = (int)n};
  s = lwt_stream_map(counting(&again), same, NULL, NULL);
  CHECK_RETURNS(lwt_stream_iter_s(s, identity, NULL, NULL), 0);
  CHECK_INT(again.next, n);
  lwt_stream_release(s);
}
TEST(a_million_elements_of_a_source_are_a_loop) { on_small_stack(SMALL_STACK, long_iteration); }
