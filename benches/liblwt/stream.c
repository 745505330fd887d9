/* stream_*: elements through a stream, on one thread, without a turn of the main
 * loop. push_next: an element is pushed, then read. next_push: the read waits for
 * it, as a consumer does. iter: a function for each of N elements that are there.
 * map: the same behind an lwt_stream_map. Variant owned: elements with a drop
 * function. */
#include "bench.h"

#include <lwt_stream.h>

static uint64_t count, dropped;

static void drop(void *value) {
  (void)value;
  dropped++;
}
static void push(lwt_stream_push *end, uint64_t i) {
  int failed = VARIANT("owned") ? lwt_stream_push_owned(end, LWT_INT(i), drop)
                                : lwt_stream_push_value(end, LWT_INT(i));
  if (failed) die("not pushed");
}
static void take(lwt_t *p, uint64_t i) {
  if (lwt_state(p) != LWT_RETURN || (uint64_t)LWT_TO_INT(lwt_value_of(p)) != i) die("not read");
  count++;
  lwt_release(p);
}
static void each(lwt_value value, void *next) {
  if ((uint64_t)LWT_TO_INT(value) != ++*(uint64_t *)next) die("out of order");
  count++;
}
static lwt_value same(lwt_value value, void *env) {
  (void)env;
  return value;
}

static void push_next(lwt_stream *s, lwt_stream_push *end) {
  for (uint64_t i = 1; i <= n_ops; i++) {
    push(end, i);
    take(lwt_stream_next(s), i);
  }
}
static void next_push(lwt_stream *s, lwt_stream_push *end) {
  for (uint64_t i = 1; i <= n_ops; i++) {
    lwt_t *p = lwt_stream_next(s);
    if (lwt_state(p) != LWT_SLEEP) die("read too early");
    push(end, i);
    take(p, i);
  }
}
static void iterate(lwt_stream *s, lwt_stream_push *end) {
  uint64_t next = 0;
  for (uint64_t i = 1; i <= n_ops; i++) push(end, i);
  lwt_stream_push_close(end);
  lwt_t *p = lwt_stream_iter(s, each, &next, NULL);
  if (lwt_state(p) != LWT_RETURN) die("not at the end");
  lwt_release(p);
}

void stream_cases(void) {
  lwt_stream_push *end;
  lwt_stream *s = lwt_stream_create(&end);
  if (IS("stream_map")) s = lwt_stream_map(s, same, NULL, NULL);
  bench_t b = bench_begin();
  if (IS("stream_push_next")) push_next(s, end);
  else if (IS("stream_next_push")) next_push(s, end);
  else if (IS("stream_iter") || IS("stream_map")) iterate(s, end);
  else die("unknown case %s", cas);
  b = bench_end(b);
  CHECK_EQ(count, n_ops);
  CHECK_EQ(dropped, VARIANT("owned") ? n_ops : 0);
  lwt_stream_release(s);
  lwt_stream_push_release(end);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
