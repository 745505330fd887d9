/* timeout: 120 */
/* Scenario 24. Timers: never early; timer made after a blocking second; equal
 * deadlines in creation order; engine swap with pending timers and fds; repeat and
 * stop from the callback. In real time, with each engine that the machine has. */
#include "engine_suite.h"

static const char *engines[] = {"epoll", "poll", "select", "io_uring", "libev"};
static bool use(const char *name) {
  lwt_engine *engine = lwt_engine_new_builtin(name);
  if (engine == NULL) return false; /* not on this machine */
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  lwt_engine_release(engine);
  CHECK_STR(lwt_engine_id(), name);
  return true;
}
static void with_each_engine(void (*claim)(void)) {
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
    if (use(engines[i])) {
      /* With a descriptor, so that it is the engine that waits. */
      struct watch r = {.name = "r"};
      int before = check_failures;
      open_pipe();
      readable(&r, pipe_ends[0]);
      claim();
      CHECK_INT(r.ran, 0);
      stop(&r);
      close_pipe();
      trace_text[0] = '\0';
      if (check_failures != before) fprintf(stderr, "... with the engine %s\n", engines[i]);
    }
}

/* -------------------------------------------------------- never early --- */
static void sleep_many_ways(void) {
  double each[] = {0, 1e-9, 1e-6, 0.0003, 0.001, 0.0015, 0.02};
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    int64_t start = now_ns();
    CHECK_INT(run(lwt_unix_sleep(each[i])), 0);
    CHECK(now_ns() - start >= (int64_t)(each[i] * 1e9));
  }
}
TEST(a_timer_is_never_early) { with_each_engine(sleep_many_ways); }

/* ------------------------------ a timer made after a blocking second --- */
static void made_after_blocking(void) {
  CHECK_INT(run(lwt_pause()), 0);
  sleep_ms(1000 / 5);
  int64_t start = now_ns();
  struct watch t = {.name = "t", .stops = true};
  t.event = lwt_engine_on_timer(0.03, false, watch_called, &t, watch_dropped);
  lwt_t *sleep = lwt_unix_sleep(0.03);
  CHECK_INT(run(sleep), 0);
  CHECK(now_ns() - start >= 30000000);
  turns(1);
  CHECK_INT(t.ran, 1);
  CHECK_INT(t.dropped, 1);
}
TEST(a_timer_made_after_the_program_has_blocked_counts_from_then) {
  with_each_engine(made_after_blocking);
}
static void block_and_sleep(lwt_engine_event *event, void *env) {
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  sleep_ms(1000);
  *(int64_t *)env = now_ns();
  lwt_t *sleep = lwt_unix_sleep(0.05);
  lwt_wakeup(suite_u, sleep);
}
TEST(also_in_a_callback_that_has_blocked_for_a_second) {
  int64_t start = 0;
  CHECK(use("epoll"));
  lwt_t *made = lwt_wait(&suite_u);
  CHECK(lwt_engine_on_timer(0, false, block_and_sleep, &start, NULL) != NULL);
  lwt_t *sleep = (lwt_t *)lwt_main_run(made, NULL);
  CHECK_INT(run(sleep), 0);
  CHECK(now_ns() - start >= 50000000);
}

/* ------------------------- equal deadlines in the order of creation --- */
static lwt_value note(lwt_value v, void *name) {
  trace(name);
  return v;
}
static lwt_t *named(double delay, const char *name) {
  return lwt_map(lwt_unix_sleep(delay), note, (void *)name, NULL);
}
static void equal_deadlines(void) {
  lwt_t *all[] = {named(0, "a"), named(0, "b"), named(0, "c"), named(-1, "d"), named(0, "e")};
  CHECK_INT(run(lwt_join(all, 5)), 0);
  CHECK_TRACE("a b c d e");
  /* Of one instant of the virtual clock it is so for any delay: see sim.c. */
  lwt_t *ordered[] = {named(0.003, "third"), named(0.001, "first"), named(0.002, "second")};
  CHECK_INT(run(lwt_join(ordered, 3)), 0);
  CHECK_TRACE("first second third");
}
TEST(timers_of_one_deadline_fire_in_the_order_of_their_creation) {
  with_each_engine(equal_deadlines);
}

/* --------------------------- engine swap with pending timers and fds --- */
TEST(the_engine_is_swapped_with_timers_and_descriptors_pending) {
  struct watch r = {.name = "r", .drain = 1}, w = {.name = "w"}, once = {.name = "once"},
               often = {.name = "often"};
  int64_t start = now_ns();
  CHECK(use("epoll"));
  open_pipe();
  readable(&r, pipe_ends[0]);
  writable(&w, pipe_ends[1]);
  once.event = lwt_engine_on_timer(0.2, false, watch_called, &once, watch_dropped);
  often.event = lwt_engine_on_timer(0.01, true, watch_called, &often, watch_dropped);
  lwt_t *sleep = lwt_unix_sleep(0.2);
  int swaps = 0;
  for (size_t i = 0; i < 3 * sizeof engines / sizeof *engines; i++) {
    if (!use(engines[i % (sizeof engines / sizeof *engines)])) continue;
    swaps++;
    CHECK_INT(lwt_engine_readable_count(), 1);
    CHECK_INT(lwt_engine_writable_count(), 1);
    int reads = r.ran, writes = w.ran, ticks = often.ran;
    put("x");
    turns(1);
    CHECK_INT(r.ran, reads + 1);
    CHECK(w.ran > writes);
    CHECK_INT(run(lwt_unix_sleep(0.012)), 0);
    CHECK(often.ran > ticks);
    trace_text[0] = '\0';
  }
  CHECK(swaps >= 9);
  CHECK_INT(run(sleep), 0);
  CHECK(now_ns() - start >= 200000000); /* its own deadline, whatever engine */
  turns(1);
  CHECK_INT(once.ran, 1);
  stop(&r);
  stop(&w);
  stop(&once);
  stop(&often);
  close_pipe();
  trace_text[0] = '\0';
}

static void swap_in_event(lwt_engine_event *event, void *env) {
  struct watch *watch = env;
  char c;
  (void)event;
  watch->ran++;
  CHECK_INT(read(watch->fd, &c, 1), 1);
  use(engines[watch->ran % 3]);
}
TEST(it_may_be_swapped_by_the_function_of_an_event) {
  struct watch swaps = {.name = "swaps"}, r = {.name = "r", .drain = 1};
  int other[2];
  open_pipe();
  CHECK_INT(pipe(other), 0);
  swaps.fd = other[0];
  swaps.event = lwt_engine_on_readable(other[0], swap_in_event, &swaps, watch_dropped);
  readable(&r, pipe_ends[0]);
  for (int i = 1; i <= 6; i++) {
    put("x");
    CHECK_INT(write(other[1], "x", 1), 1);
    turns(2);
    CHECK_INT(swaps.ran, i);
    CHECK_INT(r.ran, i);
  }
  stop(&swaps);
  stop(&r);
  CHECK_INT(swaps.dropped + r.dropped, 2);
  close(other[0]);
  close(other[1]);
  close_pipe();
  trace_text[0] = '\0';
}

/* ---------------------------------- repeat and stop from the callback --- */
static int64_t last;
static void tick(lwt_engine_event *event, void *env) {
  struct watch *watch = env;
  CHECK_PTR(event, watch->event);
  CHECK(now_ns() - last >= 2000000); /* counted from the call before */
  last = now_ns();
  if (++watch->ran == 4) stop(watch);
}
static void repeat_and_stop(void) {
  struct watch t = {.name = "t"};
  last = now_ns();
  size_t before = lwt_engine_timer_count();
  t.event = lwt_engine_on_timer(0.002, true, tick, &t, watch_dropped);
  CHECK_INT(lwt_engine_timer_count(), before + 1);
  while (t.dropped == 0) CHECK_INT(lwt_engine_iter(true), LWT_OK);
  CHECK_INT(t.ran, 4);
  CHECK_INT(lwt_engine_timer_count(), before);
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  CHECK_INT(t.ran, 4);
}
TEST(a_repeating_timer_is_stopped_by_its_own_function) { with_each_engine(repeat_and_stop); }
