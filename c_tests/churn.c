/* timeout: 120 */
/* Threads that begin something of every kind and end in the middle of it:
 * each environment is dropped once, each job freed once, and memory is flat. */
#include "jobs.h"

static int begun, dropped;
static void drop_one(void *env) {
  (void)env;
  __atomic_add_fetch(&dropped, 1, __ATOMIC_ACQ_REL);
}
static void *begin(void) {
  __atomic_add_fetch(&begun, 1, __ATOMIC_ACQ_REL);
  return NULL;
}
static lwt_value pass(lwt_value v, void *env) { return (void)env, v; }
static lwt_value detached(void *env) {
  sleep_ms(1);
  return env;
}
static void nothing(void *env) { (void)env; }
static void no_event(lwt_engine_event *event, void *env) { (void)event, (void)env; }
static lwt_t *at_exit(void *env) { return (void)env, lwt_unix_sleep(0.0005); }

static int jobs_begun;
static lwt_t *job(intptr_t n) {
  __atomic_add_fetch(&jobs_begun, 1, __ATOMIC_ACQ_REL);
  return work_sleep(n, n % 3);
}
static lwt_value fiber_with_job(void *env) {
  lwt_await(job(1), NULL);
  return env;
}
static void *live_and_end(void *data) {
  unsigned seed = (unsigned)(intptr_t)data;
  int things = rand_r(&seed) % 30;
  for (int i = 0; i < things; i++) switch (rand_r(&seed) % 12) {
      case 0: lwt_map(lwt_unix_sleep(rand_r(&seed) % 3 * 0.001), pass, begin(), drop_one); break;
      case 1: lwt_map(job(i), pass, begin(), drop_one); break;
      case 2: lwt_cancel(lwt_map(job(i), pass, begin(), drop_one)); break;
      case 3: lwt_release(lwt_spawn(fiber_with_job, begin(), drop_one, 0)); break;
      case 4: lwt_release(lwt_preemptive_detach(detached, begin(), drop_one)); break;
      case 5: {
        intptr_t id = lwt_unix_make_notification(nothing, begin(), drop_one, rand_r(&seed) % 2);
        lwt_unix_send_notification(id);
        break;
      }
      case 6: lwt_engine_on_timer(0.001, true, no_event, begin(), drop_one); break;
      case 7: lwt_main_at_exit(at_exit, begin(), drop_one); break;
      case 8: lwt_map(lwt_pause(), pass, begin(), drop_one); break;
      case 9: lwt_engine_on_readable(0, no_event, begin(), drop_one); break;
      case 10: run(lwt_unix_sleep(0.0005)); break;
      case 11: lwt_release_anywhere(lwt_return_owned(begin(), drop_one)); break;
    }
  return NULL;
}
static void round_of_threads(int n) {
  enum { AT_ONCE = 8 };
  pthread_t threads[AT_ONCE];
  static int seed;
  for (int i = 0; i < n; i += AT_ONCE) {
    for (int k = 0; k < AT_ONCE; k++)
      pthread_create(&threads[k], NULL, live_and_end, (void *)(intptr_t)++seed);
    for (int k = 0; k < AT_ONCE; k++) pthread_join(threads[k], NULL);
  }
  WAIT_UNTIL(shared(&dropped) >= shared(&begun));
  WAIT_UNTIL(shared(&works_read) + shared(&works_cancelled) >= shared(&jobs_begun));
  CHECK_INT(shared(&dropped), shared(&begun));
  CHECK_INT(shared(&works_read) + shared(&works_cancelled), shared(&jobs_begun));
}
TEST(threads_end_in_the_middle_of_everything) {
  int n = (int)scaled(800);
  if (n < 96) n = 96; /* fewer would seldom meet */
  works_start();
  round_of_threads(n);
  long before = resident();
  round_of_threads(n);
  CHECK_FLAT(before, 8);
}
