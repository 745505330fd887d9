/* promise_*: module Lwt alone, on one thread, without a turn of the main loop. */
#include "bench.h"

static uint64_t count;

static lwt_t *add(lwt_value value, void *env) {
  (void)env;
  count += (uint64_t)LWT_TO_INT(value);
  return lwt_return(LWT_UNIT);
}
static lwt_t *successor(lwt_value value, void *env) {
  (void)env;
  return lwt_return(LWT_INT(LWT_TO_INT(value) + 1));
}
static lwt_t *never(lwt_value value, void *env) {
  (void)value, (void)env;
  die("the callback of a cancelled promise ran");
  return NULL;
}

static void bind_resolved(void) {
  lwt_t *p = lwt_return(LWT_INT(1));
  for (uint64_t i = 0; i < n_ops; i++) lwt_release(lwt_bind(lwt_retain(p), add, NULL, NULL));
  lwt_release(p);
}

static void wait_bind_wakeup(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_u *u;
    lwt_t *q = lwt_bind(lwt_wait(&u), add, NULL, NULL);
    lwt_wakeup(u, LWT_INT(1));
    if (lwt_state(q) != LWT_RETURN) die("not resolved");
    lwt_release(q);
  }
}

static void chain(void) {
  lwt_u *u;
  lwt_t *last = lwt_wait(&u);
  for (uint64_t i = 0; i < n_ops; i++) last = lwt_bind(last, successor, NULL, NULL);
  lwt_wakeup(u, LWT_INT(0));
  if (lwt_state(last) != LWT_RETURN) die("not resolved");
  count = (uint64_t)LWT_TO_INT(lwt_value_of(last));
  lwt_release(last);
}

static void join(void) {
  lwt_u **us = malloc(n_ops * sizeof *us);
  lwt_t **ps = malloc(n_ops * sizeof *ps);
  CHECK(us && ps);
  for (uint64_t i = 0; i < n_ops; i++) ps[i] = lwt_wait(&us[i]);
  lwt_t *j = lwt_join(ps, n_ops);
  for (uint64_t i = 0; i < n_ops; i++) {
    if (lwt_state(j) != LWT_SLEEP) die("resolved too early");
    lwt_wakeup(us[i], LWT_UNIT);
    count++;
  }
  if (lwt_state(j) != LWT_RETURN) die("not resolved");
  lwt_release(j);
  free(ps);
  free(us);
}

static void cancel(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_u *u;
    lwt_t *p = lwt_task(&u);
    lwt_t *q = lwt_bind(lwt_retain(p), never, NULL, NULL);
    lwt_cancel(q);
    if (!is_canceled(p) || !is_canceled(q)) die("not cancelled");
    count++;
    lwt_release(q);
    lwt_release(p);
    lwt_wakener_forget(u);
  }
}

static void pick2(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_u *ua, *ub;
    lwt_t *a = lwt_task(&ua), *b = lwt_task(&ub);
    lwt_t *both[2] = {a, lwt_retain(b)};
    lwt_t *p = lwt_pick(both, 2);
    lwt_wakeup(ua, LWT_INT(1));
    if (lwt_state(p) != LWT_RETURN || !is_canceled(b)) die("not picked");
    count += (uint64_t)LWT_TO_INT(lwt_value_of(p));
    lwt_release(p);
    lwt_release(b);
    lwt_wakener_forget(ub);
  }
}

/* What the first promise, and the first look at the resident set, need once. */
static void first_touch(void) {
  lwt_u *u;
  status_kib(0, "VmRSS");
  lwt_t *q = lwt_bind(lwt_wait(&u), add, NULL, NULL);
  lwt_wakeup(u, LWT_INT(0));
  lwt_release(q);
}

/* Only the creation is timed. The array of wakeners is part of what a sleeper
 * needs, as it is with the peers. */
static void sleepers(void) {
  lwt_u **us = malloc(n_ops * sizeof *us);
  CHECK(us);
  first_touch();
  long before = status_kib(0, "VmRSS");
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n_ops; i++) lwt_release(lwt_bind(lwt_wait(&us[i]), add, NULL, NULL));
  b = bench_end(b);
  long after = status_kib(0, "VmRSS");
  CHECK_EQ(count, 0);
  for (uint64_t i = 0; i < n_ops; i++) lwt_wakeup(us[i], LWT_INT(1));
  CHECK_EQ(count, n_ops);
  free(us);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "bytes_per_op=%.1f",
         (double)(after - before) * 1024.0 / (double)n_ops);
}

/* The same in direct style: a fiber each, waiting on a promise of its own. */
static uint64_t started;
static lwt_value awaiting(void *env) {
  started++;
  count += (uint64_t)LWT_TO_INT(lwt_await(env, NULL));
  return LWT_UNIT;
}
static void sleepers_fiber(void) {
  lwt_u **us = malloc(n_ops * sizeof *us);
  lwt_t **ps = malloc(n_ops * sizeof *ps);
  CHECK(us && ps);
  first_touch();
  long before = status_kib(0, "VmRSS");
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n_ops; i++) ps[i] = lwt_spawn(awaiting, lwt_wait(&us[i]), NULL, 16384);
  while (started < n_ops) run(lwt_pause()); /* a fiber starts in the next turn */
  b = bench_end(b);
  long after = status_kib(0, "VmRSS");
  CHECK_EQ(count, 0);
  for (uint64_t i = 0; i < n_ops; i++) lwt_wakeup(us[i], LWT_INT(1));
  run(lwt_join(ps, n_ops));
  CHECK_EQ(count, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "bytes_per_op=%.1f",
         (double)(after - before) * 1024.0 / (double)n_ops);
}

void promise_cases(void) {
  if (IS("promise_sleepers")) {
    if (VARIANT("fiber")) sleepers_fiber();
    else sleepers();
    return;
  }
  void (*body)(void) = IS("promise_bind_resolved")      ? bind_resolved
                       : IS("promise_wait_bind_wakeup") ? wait_bind_wakeup
                       : IS("promise_chain")            ? chain
                       : IS("promise_join")             ? join
                       : IS("promise_cancel")           ? cancel
                       : IS("promise_pick2")            ? pick2
                                                        : NULL;
  if (!body) die("unknown case %s", cas);
  bench_t b = bench_begin();
  body();
  b = bench_end(b);
  CHECK_EQ(count, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
