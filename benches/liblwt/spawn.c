/* spawn, spawn_p8: N children that run /bin/true, one or eight at a time, each
 * waited for. Variant big: half a gigabyte of the program's is in memory. */
#include "bench.h"

#include <lwt_process.h>

static uint64_t started, ended;

static lwt_t *next_child(void);
static lwt_t *has_ended(lwt_value status, void *env) {
  (void)env;
  CHECK_EQ(LWT_TO_INT(status), 0);
  ended++;
  return next_child();
}
static lwt_t *next_child(void) {
  static const char *const argv[] = {"/bin/true", NULL};
  if (started == n_ops) return lwt_return(LWT_UNIT);
  started++;
  return lwt_bind(lwt_process_exec(lwt_process_program(argv), NULL), has_ended, NULL, NULL);
}

void spawn_cases(int window) {
  lwt_t *all[8];
  if (VARIANT("big")) grow_big();
  bench_t b = bench_begin();
  for (int i = 0; i < window; i++) all[i] = next_child();
  run(lwt_join(all, (size_t)window));
  b = bench_end(b);
  CHECK_EQ(ended, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, 0);
}
