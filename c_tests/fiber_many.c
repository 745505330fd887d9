/* timeout: 120 */
/* valgrind: no (it tracks each of the many stacks and takes minutes) */
/* tsan: no (its limit of threads is its limit of fibers) */
/* A hundred thousand fibers asleep at once. */
#include "loop.h"

static long woken;
static lwt_t *gate;
static lwt_value sleeper(void *env) {
  lwt_exn *e = NULL;
  volatile char own[64];
  memset((char *)own, (int)(intptr_t)env, sizeof own);
  lwt_await(lwt_retain(gate), &e);
  CHECK_PTR(e, NULL);
  for (size_t i = 0; i < sizeof own; i++)
    if (own[i] != (char)(intptr_t)env) CHECK(false);
  woken++;
  return LWT_UNIT;
}
TEST(a_hundred_thousand_fibers_sleep_and_all_wake) {
  long n = scaled(100000);
  lwt_u *open;
  lwt_t **all = malloc((size_t)n * sizeof *all);
  gate = lwt_wait(&open);
  long before = resident();
  for (long i = 0; i < n; i++) all[i] = lwt_spawn(sleeper, (void *)i, NULL, 0);
  CHECK_INT(run(lwt_unix_sleep(0)), 0);
  while (lwt_paused_count() > 0) turns(1);
  turns(20);
  CHECK_INT(woken, 0);
  printf("a sleeping fiber takes %ld bytes\n", (resident() - before) / n);
  lwt_wakeup(open, LWT_UNIT);
  CHECK_INT(run(lwt_join(all, (size_t)n)), 0);
  CHECK_INT(woken, n);
  lwt_release(gate);
  free(all);
}
