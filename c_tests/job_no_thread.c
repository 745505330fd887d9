/* When no thread can be started, jobs wait for the threads there are. */
#include "jobs.h"

#include <sys/resource.h>
#include <sys/types.h>

static void *nothing(void *env) { return env; }
static bool limit_threads(bool on) {
  struct rlimit limit;
  pthread_t thread;
  getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = on ? 1 : limit.rlim_max;
  setrlimit(RLIMIT_NPROC, &limit);
  if (!on) return true;
  if (pthread_create(&thread, NULL, nothing, NULL) != 0) return true;
  pthread_join(thread, NULL);
  return false;
}
static void need_the_limit(void) {
  static bool tried;
  if (tried) return;
  tried = true;
  /* The limit does not hold for root. */
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) SKIP("can't leave root");
  bool holds = limit_threads(true);
  limit_threads(false);
  if (!holds) SKIP("threads can't be limited here");
}

TEST(with_no_thread_at_all_jobs_are_done_all_the_same) {
  need_the_limit();
  works_start();
  limit_threads(true);
  lwt_t *all[10];
  for (int i = 0; i < 10; i++) all[i] = work_run(i);
  CHECK_INT(run(lwt_join(all, 10)), 0);
  limit_threads(false);
  works_end(10);
  CHECK_INT(shared(&works_ran), 10);
}
TEST(and_once_threads_can_be_started_they_run_there) {
  need_the_limit();
  works_start();
  CHECK_INT(run(work_run(1)), 2);
  CHECK_INT(shared(&works_on_main), 0);
  works_end(1);
}
TEST(with_some_threads_jobs_wait_for_these) {
  need_the_limit();
  works_start();
  WAIT_UNTIL(lwt_unix_thread_waiting_count() == lwt_unix_thread_count());
  int threads = lwt_unix_thread_count();
  CHECK(threads >= 1);
  limit_threads(true);
  lwt_t *all[30];
  for (int i = 0; i < 30; i++) all[i] = work_sleep(i, 2);
  CHECK_INT(run(lwt_join(all, 30)), 0);
  CHECK_INT(shared(&works_on_main), 0);
  CHECK(shared(&works_most) <= threads);
  limit_threads(false);
  works_end(30);
}
static int told;
static void tell(const char *message, void *env) {
  CHECK_HAS(message, "thread");
  ++*(int *)env;
}
static lwt_value seven(void *env) { return (void)env, LWT_INT(7); }
TEST(where_no_thread_can_be_started_for_a_computation_the_log_is_told_and_it_is_done_here) {
  need_the_limit();
  ENV(refused);
  CHECK_INT(lwt_preemptive_init(1, 0, tell, &refused, env_drop), INVALID);
  CHECK_INT(refused.dropped, 1);
  limit_threads(true);
  CHECK_INT(lwt_preemptive_init(2, 2, tell, &told, NULL), LWT_OK);
  CHECK_INT(told, 1);
  CHECK_INT(run(lwt_preemptive_detach(seven, NULL, NULL)), 7);
  CHECK_INT(told, 2);
  limit_threads(false);
  CHECK_INT(lwt_preemptive_init(0, 4, NULL, NULL, NULL), LWT_OK);
  CHECK_INT(run(lwt_preemptive_detach(seven, NULL, NULL)), 7);
  CHECK_INT(told, 2);
}
