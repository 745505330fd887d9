/* file_*: N reads of a size at places of a file in the cache, one or 32 at a time.
 * lwt_unix_pread and lwt_bind. Variant ring: under the engine io_uring. */
#include "bench.h"

enum { MOST = 32, LARGEST = 65536 };
static char buffers[MOST][LARGEST];
static lwt_unix_fd *file;
static int size;
static uint64_t submitted, done;

static lwt_t *next_read(char *buffer);
static lwt_t *was_read(lwt_value got, void *buffer) {
  CHECK_EQ(LWT_TO_INT(got), size);
  done++;
  return next_read(buffer);
}
static lwt_t *next_read(char *buffer) {
  if (submitted == n_ops) return lwt_return(LWT_UNIT);
  int64_t at = (int64_t)(submitted++ * (uint64_t)size % FILE_SIZE);
  return lwt_bind(lwt_unix_pread(file, buffer, (size_t)size, at), was_read, buffer, NULL);
}

void file_cases(int of_size, int window) {
  lwt_t *loops[MOST];
  if (VARIANT("ring")) {
    lwt_engine *ring = lwt_engine_new_builtin("io_uring");
    if (ring == NULL || lwt_engine_set(ring, true, true) != LWT_OK) die("no io_uring here");
    lwt_engine_release(ring);
  }
  size = of_size;
  file = lwt_unix_of_fd(warm_file());
  bench_t b = bench_begin();
  for (int i = 0; i < window; i++) loops[i] = next_read(buffers[i]);
  run(lwt_join(loops, (size_t)window));
  b = bench_end(b);
  CHECK_EQ(done, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "threads=%d", lwt_unix_thread_count());
}
