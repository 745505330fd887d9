/* yield2, yield1000: loops that give way to each other. Plain: lwt_pause and
 * bind. Variant fiber: lwt_yield on a stack of its own for each loop. Variant
 * fd: as plain, with a descriptor registered that never becomes ready, so that
 * the main loop has something to poll and does so in each turn. */
#include "bench.h"

static uint64_t yields;

struct loop {
  uint64_t left;
};
static lwt_t *step(struct loop *loop);
static lwt_t *resumed(lwt_value value, void *env) {
  (void)value;
  yields++;
  return step(env);
}
static lwt_t *step(struct loop *loop) {
  if (loop->left-- == 0) return lwt_return(LWT_UNIT);
  return lwt_bind(lwt_pause(), resumed, loop, NULL);
}
static lwt_value fiber(void *env) {
  struct loop *loop = env;
  for (; loop->left > 0; loop->left--) {
    lwt_yield();
    yields++;
  }
  return LWT_UNIT;
}

static void never(lwt_engine_event *event, void *env) {
  (void)event, (void)env;
  die("a descriptor became ready that nobody writes to");
}

void yield_cases(int k) {
  static struct loop loops[1000];
  lwt_t *ends[1000];
  lwt_engine_event *event = NULL;
  bool fibers = VARIANT("fiber");
  uint64_t per_loop = n_ops / (uint64_t)k;
  CHECK(k <= 1000);
  if (VARIANT("fd")) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    event = lwt_engine_on_readable(fd, never, NULL, NULL);
    CHECK(fd >= 0 && event);
  }
  bench_t b = bench_begin();
  for (int i = 0; i < k; i++) {
    loops[i].left = per_loop;
    ends[i] = fibers ? lwt_spawn(fiber, &loops[i], NULL, 65536) : step(&loops[i]);
  }
  run(lwt_join(ends, (size_t)k));
  b = bench_end(b);
  if (event) lwt_engine_stop_event(event);
  CHECK_EQ(yields, per_loop * (uint64_t)k);
  report(PEER, variant, cas, n_ops, yields, b.wall, b.cpu, NULL);
}
