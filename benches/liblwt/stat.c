/* stat: N files on tmpfs, made before, 64 calls in flight; each size is looked at.
 * lwt_unix_stat and lwt_bind. Variants: sync without any thread; entries, the same
 * files found by one lwt_unix_entries_of_directory. */
#include "bench.h"

#define WINDOW 64

static const char *folder;
static uint64_t submitted, done;

static lwt_t *next_call(void);
static lwt_t *came_back(lwt_value value, void *env) {
  const struct stat *stat = value;
  (void)env;
  CHECK_EQ(stat->st_size, 0);
  done++;
  return next_call();
}
static lwt_t *next_call(void) {
  char path[600];
  if (submitted == n_ops) return lwt_return(LWT_UNIT);
  snprintf(path, sizeof path, "%s/f%llu", folder, (unsigned long long)submitted++);
  return lwt_bind(lwt_unix_stat(path), came_back, NULL, NULL);
}

static lwt_t *looked_at(lwt_value value, void *env) {
  const struct lwt_unix_entries *entries = value;
  (void)env;
  for (size_t i = 0; i < entries->len; i++) done += entries->data[i].name[0] == 'f';
  return lwt_return(LWT_UNIT);
}

void stat_case(void) {
  lwt_t *loops[WINDOW];
  if (VARIANT("sync")) lwt_unix_set_default_async_method(LWT_UNIX_ASYNC_METHOD_NONE);
  folder = files_dir(n_ops);
  bench_t b = bench_begin();
  if (VARIANT("entries")) {
    run(lwt_bind(lwt_unix_entries_of_directory(folder), looked_at, NULL, NULL));
  } else {
    for (int i = 0; i < WINDOW; i++) loops[i] = next_call();
    run(lwt_join(loops, WINDOW));
  }
  b = bench_end(b);
  CHECK_EQ(done, n_ops);
  remove_files_dir(folder, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "threads=%d", lwt_unix_thread_count());
}
