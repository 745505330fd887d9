/* timeout: 120 */
/* A cancelled job: before it started, while it runs, after it ended. Exactly
 * one of result function and cancel hook is called for each. */
#include "jobs.h"

#include <errno.h>

/* Fills the pool with gated jobs, so that what comes next waits. */
enum { BUSY = 2 };
static lwt_t *busy[BUSY];
static int size_before;
static void fill_pool(void) {
  works_start();
  size_before = lwt_unix_pool_size();
  CHECK_INT(lwt_unix_set_pool_size(BUSY), LWT_OK);
  for (int i = 0; i < BUSY; i++) busy[i] = work_gated(i);
  WAIT_UNTIL(shared(&works_running) == BUSY);
}
static void empty_pool(void) {
  works_open_gate();
  CHECK_INT(run(lwt_join(busy, BUSY)), 0);
  CHECK_INT(lwt_unix_set_pool_size(size_before), LWT_OK);
}

TEST(cancelled_before_it_started_it_never_runs_and_its_hook_frees_it) {
  fill_pool();
  lwt_t *p = work_run(10);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  turns(2);
  empty_pool();
  works_end(BUSY + 1);
  CHECK_INT(shared(&works_ran), BUSY);
  CHECK_INT(shared(&works_cancelled), 1);
}

TEST(cancelled_while_running_it_fails_at_once_and_is_cleaned_up_when_it_ends) {
  works_start();
  lwt_t *p = work_gated(1);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  turns(2);
  CHECK_INT(shared(&works_read) + shared(&works_cancelled), 0); /* the worker still has it */
  works_open_gate();
  works_end(1);
  CHECK_INT(shared(&works_read), 1); /* exactly once if the worker ran */
  CHECK_INT(shared(&works_ran), 1);
}

TEST(cancelled_after_it_ended_but_before_its_result_was_read) {
  works_start();
  lwt_t *p = work_run(1);
  while (shared(&works_ran) == 0 || shared(&works_running) > 0) sleep_ms(1);
  sleep_ms(10);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  works_end(1);
  CHECK_INT(shared(&works_read), 1);
}

TEST(cancelling_a_job_that_has_resolved_does_nothing) {
  works_start();
  lwt_t *p = work_run(1);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  lwt_cancel(p);
  CHECK_RETURNS(p, 2);
  works_end(1);
}

/* What the result function of a cancelled job says is dropped or swallowed. */
static int drops;
static lwt_value owned_result(struct lwt_unix_job *job) {
  works_read++;
  lwt_unix_free_job(job);
  return lwt_owned(&drops, count_drop);
}
static lwt_value failing_result(struct lwt_unix_job *job) {
  works_read++;
  lwt_unix_free_job(job);
  return lwt_unix_error(ENOENT, "work", "");
}
TEST(the_result_of_a_job_cancelled_while_running_goes_to_nobody) {
  hook_install();
  for (int fails = 0; fails < 2; fails++) {
    works_start();
    drops = 0;
    struct work *work = work_new(1);
    work->gated = true;
    work->job.result = fails ? failing_result : owned_result;
    lwt_t *p = lwt_unix_run_job(&work->job);
    WAIT_UNTIL(shared(&works_running) == 1);
    lwt_cancel(p);
    works_open_gate();
    works_end(1);
    CHECK_INT(drops, !fails);
    CHECK_FAILS(p, LWT_CANCELED);
  }
  CHECK_HOOK(0, 0);
}

TEST(a_timeout_by_pick_cancels_the_job) {
  works_start();
  lwt_t *members[2] = {work_gated(1), lwt_unix_sleep(0.02)};
  CHECK_INT(run(lwt_pick(members, 2)), 0);
  works_open_gate();
  works_end(1);
}

TEST(without_a_hook_of_its_own_a_cancelled_job_is_freed) {
  fill_pool();
  struct work *work = work_new(1);
  lwt_unix_alloc_job(&work->job); /* readied again: no hook */
  lwt_t *p = lwt_unix_run_job(&work->job);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  empty_pool();
  works_end(BUSY);
  CHECK_INT(shared(&works_ran), BUSY);
}

/* Jobs that use memory of the caller are not left while they run. */
static lwt_t *keep_running(intptr_t number) {
  struct work *work = work_new(number);
  work->gated = true;
  CHECK_INT(lwt_unix_job_keep_running(&work->job), LWT_OK);
  return lwt_unix_run_job(&work->job);
}
TEST(a_job_that_keeps_running_resolves_when_it_has_ended) {
  works_start();
  lwt_t *p = keep_running(1);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  lwt_unix_abort_jobs(exn(LWT_TIMEOUT));
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_unix_job_count(), 1);
  works_open_gate();
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_INT(shared(&works_read), 1);
  lwt_release(p);
  CHECK_INT(lwt_unix_job_count(), 0);
  works_end(1);
  CHECK_INT(lwt_unix_job_keep_running(NULL), INVALID);
}
TEST(before_it_started_it_can_be_withdrawn_all_the_same) {
  fill_pool();
  lwt_t *p = keep_running(1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  empty_pool();
  works_end(BUSY + 1);
  CHECK_INT(shared(&works_cancelled), 1);
}

/* ----------------------------------------- all the jobs of this thread --- */
TEST(cancel_jobs_fails_all_that_are_pending) {
  fill_pool();
  lwt_t *waiting = work_run(10), *holder = lwt_retain(busy[0]);
  lwt_unix_cancel_jobs();
  CHECK_FAILS(waiting, LWT_CANCELED);
  CHECK_FAILS(holder, LWT_CANCELED);
  works_open_gate();
  CHECK_INT(run(lwt_join(busy, BUSY)), -LWT_CANCELED);
  lwt_unix_set_pool_size(size_before);
  works_end(BUSY + 1);
  CHECK_INT(shared(&works_ran), BUSY);
}
TEST(abort_jobs_fails_all_that_are_pending_with_its_exception) {
  works_start();
  lwt_t *p = work_gated(1);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_unix_abort_jobs(exn(LWT_TIMEOUT));
  CHECK_FAILS(p, LWT_TIMEOUT);
  works_open_gate();
  works_end(1);
  CHECK_INT(run(work_run(5)), 6); /* and the pool goes on */
}
TEST(wait_for_jobs_waits_for_all) {
  works_start();
  for (int i = 0; i < 30; i++) lwt_release(work_sleep(i, 5));
  CHECK_INT(run(lwt_unix_wait_for_jobs()), 0);
  CHECK_INT(shared(&works_read), 30);
  works_end(30);
  CHECK_INT(run(lwt_unix_wait_for_jobs()), 0); /* of none: at once */
}
TEST(wait_for_jobs_waits_for_one_that_was_cancelled_while_running_or_not_at_all) {
  works_start();
  lwt_t *p = work_gated(1);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_cancel(p);
  lwt_release(p);
  lwt_t *all = lwt_unix_wait_for_jobs();
  works_open_gate();
  CHECK_INT(run(all), 0);
  works_end(1);
}

/* --------------------------------------------------------- thread ends --- */
static void *leave_jobs(void *env) {
  lwt_release(work_run(1));
  lwt_release(work_gated(2));
  for (int i = 0; i < 20; i++) lwt_release(work_run(i));
  return env;
}
TEST(a_thread_may_end_with_jobs_in_flight) {
  works_start();
  pthread_t thread;
  pthread_create(&thread, NULL, leave_jobs, NULL);
  sleep_ms(20);
  works_open_gate();
  pthread_join(thread, NULL);
  WAIT_UNTIL(shared(&works_read) + shared(&works_cancelled) == 22);
  sleep_ms(20);
  CHECK_INT(shared(&works_read) + shared(&works_cancelled), 22);
}
