/* react_*: an update through mapped signals, on one thread, without a turn of the main
 * loop. An operation is one signal that is updated. */
#include "bench.h"

#include <lwt_signal.h>

enum { MAPPED = 1000 };

static lwt_value succ(lwt_value value, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(value) + 1);
}

/* chain: each is mapped from the one before; fan: all from the first. */
void react_cases(void) {
  bool chain = IS("react_chain");
  if (!chain && !IS("react_fan")) die("unknown case %s", cas);
  lwt_signal_setter *set;
  lwt_signal *source = lwt_signal_create(LWT_INT(0), &set), *mapped[MAPPED];
  for (int i = 0; i < MAPPED; i++)
    mapped[i] = lwt_signal_map(chain && i > 0 ? mapped[i - 1] : source, succ, NULL, NULL);
  uint64_t updates = n_ops / MAPPED;
  bench_t b = bench_begin();
  for (uint64_t i = 1; i <= updates; i++) lwt_signal_set(set, LWT_INT(i));
  b = bench_end(b);
  CHECK_EQ((uint64_t)LWT_TO_INT(lwt_signal_value(mapped[MAPPED - 1])),
           updates + (chain ? MAPPED : 1));
  for (int i = 0; i < MAPPED; i++) lwt_signal_release(mapped[i]);
  lwt_signal_release(source);
  lwt_signal_setter_release(set);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
