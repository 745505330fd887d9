/* timers_*: lwt_unix_sleep, that is a promise for each timer, cancelled by
 * lwt_cancel. Variant engine: lwt_engine_on_timer and lwt_engine_stop_event,
 * the timer without the promise. */
#include "bench.h"

static uint64_t fired;
static lwt_u *all_fired;

static double far_delay(uint64_t *seed) { return 3600.0 + (double)(xs64(seed) % 3600000) / 1e3; }

static void cancel_sleep(lwt_t *p) {
  lwt_cancel(p);
  if (!is_canceled(p)) die("not cancelled");
  lwt_release(p);
}

static void cancel_all(uint64_t seed) {
  lwt_t **sleeps = malloc(n_ops * sizeof *sleeps);
  CHECK(sleeps);
  for (uint64_t i = 0; i < n_ops; i++) sleeps[i] = lwt_unix_sleep(far_delay(&seed));
  for (uint64_t i = 0; i < n_ops; i++) cancel_sleep(sleeps[i]);
  free(sleeps);
}
static void churn(uint64_t seed) {
  for (uint64_t i = 0; i < n_ops; i++) cancel_sleep(lwt_unix_sleep(far_delay(&seed)));
}

static void never(lwt_engine_event *event, void *env) {
  (void)event, (void)env;
  die("a stopped timer fired");
}
static void stop(lwt_engine_event *event) {
  if (!event) die("no timer");
  lwt_engine_stop_event(event);
}
static void engine_cancel_all(uint64_t seed) {
  lwt_engine_event **events = malloc(n_ops * sizeof *events);
  CHECK(events);
  for (uint64_t i = 0; i < n_ops; i++)
    events[i] = lwt_engine_on_timer(far_delay(&seed), false, never, NULL, NULL);
  for (uint64_t i = 0; i < n_ops; i++) stop(events[i]);
  free(events);
}
static void engine_churn(uint64_t seed) {
  for (uint64_t i = 0; i < n_ops; i++)
    stop(lwt_engine_on_timer(far_delay(&seed), false, never, NULL, NULL));
}

static void on_fire(lwt_value value, void *env) {
  (void)value, (void)env;
  if (++fired == n_ops) lwt_wakeup(all_fired, LWT_UNIT);
}
/* Reported is the CPU time, as wall time has a floor of one second. */
static void fire(uint64_t seed) {
  lwt_t *all = lwt_wait(&all_fired);
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *p = lwt_unix_sleep((double)(xs64(&seed) % 1000000) / 1e6);
    if (lwt_on_success(p, on_fire, NULL, NULL) != LWT_OK) die("on_success");
    lwt_release(p);
  }
  double create_ms = (double)(now_ns() - b.wall) / 1e6;
  run(all);
  b = bench_end(b);
  CHECK_EQ(fired, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.cpu, b.cpu, "wall_ms=%.0f create_ms=%.0f",
         (double)b.wall / 1e6, create_ms);
}

void timer_cases(void) {
  bool engine = VARIANT("engine");
  if (IS("timers_fire")) {
    fire(SEED);
    return;
  }
  void (*body)(uint64_t) = IS("timers_cancel")  ? (engine ? engine_cancel_all : cancel_all)
                           : IS("timers_churn") ? (engine ? engine_churn : churn)
                                                : NULL;
  if (!body) die("unknown case %s", cas);
  bench_t b = bench_begin();
  body(SEED);
  b = bench_end(b);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
