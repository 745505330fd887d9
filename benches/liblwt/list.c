/* list_*: Lwt_list over N elements, on one thread, without a turn of the main loop.
 * iter_s: each callback returns a promise that is fulfilled already; variant pending:
 * one that is fulfilled from outside, after which the next callback runs. iter_p: the
 * N callbacks return N pending promises, which are then fulfilled from outside; variant
 * ready: fulfilled ones. */
#include "bench.h"

#include <lwt_list.h>

static uint64_t count, sum;
static lwt_u **wakeners;

static lwt_t *ready(lwt_value value, void *env) {
  (void)env;
  count++;
  sum += (uint64_t)LWT_TO_INT(value);
  return lwt_return(LWT_UNIT);
}
static lwt_t *pending(lwt_value value, void *env) {
  (void)env;
  sum += (uint64_t)LWT_TO_INT(value);
  return lwt_wait(&wakeners[count++]);
}

static void finish(lwt_t *p) {
  if (lwt_state(p) != LWT_RETURN) die("not at the end");
  lwt_release(p);
}

static void wake(lwt_t *p, uint64_t i) {
  if (lwt_state(p) != LWT_SLEEP) die("resolved too early");
  lwt_wakeup(wakeners[i], LWT_UNIT);
}

static void iter_s(const lwt_value *items) {
  bool waits = VARIANT("pending");
  lwt_t *p = lwt_list_iter_s(items, n_ops, waits ? pending : ready, NULL, NULL);
  for (uint64_t i = 0; waits && i < n_ops; i++) {
    if (count != i + 1) die("called too early");
    wake(p, i);
  }
  finish(p);
}

static void iter_p(const lwt_value *items) {
  bool waits = !VARIANT("ready");
  lwt_t *p = lwt_list_iter_p(items, n_ops, waits ? pending : ready, NULL, NULL);
  if (count != n_ops) die("not called for all");
  for (uint64_t i = 0; waits && i < n_ops; i++) wake(p, i);
  finish(p);
}

void list_cases(void) {
  lwt_value *items = malloc(n_ops * sizeof *items);
  wakeners = malloc(n_ops * sizeof *wakeners);
  CHECK(items && wakeners);
  for (uint64_t i = 0; i < n_ops; i++) items[i] = LWT_INT(i);
  bench_t b = bench_begin();
  if (IS("list_iter_s")) iter_s(items);
  else if (IS("list_iter_p")) iter_p(items);
  else die("unknown case %s", cas);
  b = bench_end(b);
  CHECK_EQ(count, n_ops);
  CHECK_EQ(sum, n_ops * (n_ops - 1) / 2);
  free(items);
  free(wakeners);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
