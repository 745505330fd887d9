/* timeout: 120 */
/* The pool: its size, its threads, pools of one's own. */
#include "jobs.h"

#include <sys/resource.h>

TEST(the_default_size_is_a_thousand) { CHECK_INT(lwt_unix_pool_size(), 1000); }

TEST(absurd_sizes_are_refused) {
  const int absurd[] = {0, -1, INT32_MIN, INT32_MAX, 1 << 30};
  for (int i = 0; i < 5; i++) CHECK_INT(lwt_unix_set_pool_size(absurd[i]), INVALID);
  CHECK_INT(lwt_unix_pool_size(), 1000);
  CHECK_INT(lwt_unix_set_pool_size(3), LWT_OK);
  CHECK_INT(lwt_unix_pool_size(), 3);
  CHECK_INT(lwt_unix_set_pool_size(1000), LWT_OK);
}

TEST(there_are_no_threads_before_the_first_job) {
  CHECK_INT(lwt_unix_thread_count(), 0);
  CHECK_INT(lwt_unix_thread_waiting_count(), 0);
  works_start();
  CHECK_INT(run(work_run(1)), 2);
  CHECK(lwt_unix_thread_count() >= 1);
  WAIT_UNTIL(lwt_unix_thread_waiting_count() == lwt_unix_thread_count());
}

TEST(with_one_thread_the_second_job_waits_for_the_first) {
  works_start();
  lwt_unix_set_pool_size(1);
  lwt_t *first = work_gated(1), *second = work_run(2);
  WAIT_UNTIL(shared(&works_running) == 1);
  run(lwt_unix_sleep(0.05));
  CHECK_INT(shared(&works_ran), 1);
  CHECK_SLEEPS(second);
  works_open_gate();
  CHECK_INT(run(first), 2);
  CHECK_INT(run(second), 3);
  CHECK_INT(shared(&works_most), 1);
  CHECK_INT(shared(&works_on_main), 0);
  lwt_unix_set_pool_size(1000);
  works_end(2);
}

TEST(a_bound_is_kept_and_may_be_raised_while_jobs_wait) {
  enum { N = 12 };
  works_start();
  lwt_unix_set_pool_size(2);
  lwt_t *all[N];
  for (int i = 0; i < N; i++) all[i] = work_gated(i);
  WAIT_UNTIL(shared(&works_running) == 2);
  run(lwt_unix_sleep(0.05));
  CHECK_INT(shared(&works_most), 2);
  lwt_unix_set_pool_size(6);
  WAIT_UNTIL(shared(&works_running) == 6);
  run(lwt_unix_sleep(0.03));
  CHECK_INT(shared(&works_most), 6);
  works_open_gate();
  CHECK_INT(run(lwt_join(all, N)), 0);
  lwt_unix_set_pool_size(1000);
  works_end(N);
}

TEST(threads_that_are_too_many_end) {
  enum { N = 8 };
  works_start();
  lwt_t *all[N];
  for (int i = 0; i < N; i++) all[i] = work_gated(i);
  WAIT_UNTIL(shared(&works_running) == N);
  CHECK(lwt_unix_thread_count() >= N);
  works_open_gate();
  CHECK_INT(run(lwt_join(all, N)), 0);
  lwt_unix_set_pool_size(2);
  WAIT_UNTIL(lwt_unix_thread_count() <= 2);
  lwt_unix_set_pool_size(1000);
  works_end(N);
}

/* ------------------------------------------------------- named pools --- */
static lwt_t *run_in(lwt_unix_pool *pool, intptr_t number, bool gated) {
  struct work *work = work_new(number);
  work->gated = gated;
  return lwt_unix_run_job_in(pool, &work->job);
}
TEST(a_slow_pool_does_not_starve_another) {
  works_start();
  lwt_unix_pool *slow = lwt_unix_new_pool("slow", 1);
  CHECK(slow != NULL);
  lwt_t *stuck = run_in(slow, 1, true), *behind = run_in(slow, 2, false);
  for (int i = 0; i < 10; i++) CHECK_INT(run(work_run(i)), i + 1);
  CHECK_SLEEPS(stuck);
  CHECK_SLEEPS(behind);
  CHECK_INT(lwt_unix_pool_thread_count(slow), 1);
  works_open_gate();
  CHECK_INT(run(stuck), 2);
  CHECK_INT(run(behind), 3);
  CHECK_INT(lwt_unix_pool_release(slow), LWT_OK);
  works_end(12);
}
TEST(a_released_pool_finishes_what_it_has) {
  works_start();
  lwt_unix_pool *pool = lwt_unix_new_pool("short", 2);
  lwt_t *all[20];
  for (int i = 0; i < 20; i++) all[i] = run_in(pool, i, false);
  CHECK_INT(lwt_unix_pool_release(pool), LWT_OK);
  CHECK_INT(run(lwt_join(all, 20)), 0);
  CHECK_INT(lwt_unix_pool_release(pool), INVALID);
  works_end(20);
}
TEST(a_bad_pool_is_refused_and_the_job_goes_to_its_hook) {
  works_start();
  lwt_unix_pool *stale = lwt_unix_new_pool("stale", 1);
  lwt_unix_pool_release(stale);
  CHECK_FAILS(run_in(NULL, 1, false), INVALID);
  CHECK_FAILS(run_in(stale, 1, false), INVALID);
  CHECK_FAILS(run_in((lwt_unix_pool *)&works_ran, 1, false), INVALID);
  works_end(3);
  CHECK_INT(shared(&works_cancelled), 3);
  CHECK_PTR(lwt_unix_new_pool(NULL, 1), NULL);
  CHECK_PTR(lwt_unix_new_pool("none", 0), NULL);
  CHECK_PTR(lwt_unix_new_pool("none", -4), NULL);
  CHECK_INT(lwt_unix_pool_thread_count(NULL), -1);
  CHECK_INT(lwt_unix_pool_release(NULL), INVALID);
}
static void *use_elsewhere(void *pool) {
  CHECK_FAILS(run_in(pool, 1, false), LWT_WRONG_THREAD);
  CHECK_INT(lwt_unix_pool_release(pool), LWT_WRONG_THREAD);
  return NULL;
}
TEST(a_pool_belongs_to_its_thread) {
  works_start();
  pthread_t thread;
  lwt_unix_pool *pool = lwt_unix_new_pool("mine", 1);
  pthread_create(&thread, NULL, use_elsewhere, pool);
  pthread_join(thread, NULL);
  CHECK_INT(run(run_in(pool, 1, false)), 2);
  CHECK_INT(lwt_unix_pool_release(pool), LWT_OK);
  works_end(2);
}

/* ----------------------------------------------------------------- idle --- */
TEST(an_idle_pool_never_wakes_up) {
  works_start();
  lwt_t *all[4];
  for (int i = 0; i < 4; i++) all[i] = work_sleep(i, 5);
  CHECK_INT(run(lwt_join(all, 4)), 0);
  CHECK_INT(run(lwt_unix_sleep(0.2)), 0); /* what spins comes to rest */
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  CHECK_INT(run(lwt_unix_sleep(1.0)), 0);
  getrusage(RUSAGE_SELF, &after);
  if (at_full_scale()) CHECK(after.ru_nvcsw - before.ru_nvcsw < 10);
  works_end(4);
}
