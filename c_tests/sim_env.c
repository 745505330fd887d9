/* env: LWT_ENGINE=sim:42 */
/* The environment starts every thread with a simulation. */
#include "sim.h"

#include <pthread.h>

static void *sleeps(void *env) {
  (void)env;
  CHECK_INT(run(lwt_unix_sleep(1000)), 0);
  CHECK_INT(now_ms(), 1000000);
  return NULL;
}
TEST(each_thread_has_the_seed_and_a_time_of_its_own) {
  uint64_t seed = 0;
  pthread_t thread;
  CHECK(lwt_engine_sim_seed(&seed));
  CHECK_INT(seed, 42);
  CHECK_INT(now_ms(), 0);
  sleeps(NULL);
  CHECK_INT(pthread_create(&thread, NULL, sleeps, NULL), 0);
  CHECK_INT(pthread_join(thread, NULL), 0);
  CHECK_INT(now_ms(), 1000000);
}
