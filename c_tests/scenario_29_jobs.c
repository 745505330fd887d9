/* valgrind: no (the child of a fork leaves what the workers of its parent were using, and Valgrind calls that a leak) */
/* tsan: no (it does not follow threads into a fork) */
/* Jobs: a pool of one thread with two jobs; abort_jobs while they run, without a
 * leak and without a second resolution; a fork with pending jobs. */
#include "jobs.h"

#include <sys/wait.h>

/* In Lwt the second one runs synchronously, in the call: here it waits its turn. */
TEST(with_a_pool_of_one_thread_the_second_of_two_jobs_waits_and_both_are_done) {
  works_start();
  CHECK_INT(lwt_unix_set_pool_size(1), LWT_OK);
  lwt_t *first = work_gated(1);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_t *second = work_gated(2);
  CHECK_SLEEPS(second);
  run(lwt_unix_sleep(0.02));
  CHECK_INT(shared(&works_ran), 1);
  CHECK_INT(shared(&works_on_main), 0);
  CHECK_INT(lwt_unix_thread_count(), 1);
  CHECK_INT(lwt_unix_job_count(), 2);
  works_open_gate();
  CHECK_INT(run(first), 2);
  CHECK_INT(run(second), 3);
  CHECK_INT(shared(&works_most), 1);
  works_end(2);
}

static int values, failures;
static void count_value(lwt_value v, void *env) { (void)v, (void)env, values++; }
static void count_failure(const lwt_exn *e, void *env) {
  (void)env;
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  failures++;
}
TEST(abort_jobs_while_they_run_fails_each_once_and_their_results_are_dropped) {
  works_start();
  CHECK_INT(lwt_unix_set_pool_size(1), LWT_OK);
  lwt_t *running = work_gated(1), *queued = work_gated(2);
  WAIT_UNTIL(shared(&works_running) == 1);
  lwt_t *both[] = {running, queued};
  for (int i = 0; i < 2; i++) lwt_on_any(both[i], count_value, count_failure, NULL, NULL);
  CHECK_INT(lwt_unix_abort_jobs(exn(LWT_FULL)), LWT_OK);
  CHECK_INT(failures, 2);
  CHECK_INT(shared(&works_read), 0); /* it still runs: nothing is stopped */
  CHECK_INT(lwt_unix_abort_jobs(exn(LWT_CLOSED)), LWT_OK); /* they have failed already */
  works_open_gate();
  works_end(2); /* the result function of one, the cancel hook of the other */
  CHECK_INT(shared(&works_ran), 1);
  CHECK_INT(works_read, 1);
  CHECK_INT(works_cancelled, 1);
  CHECK_INT(failures, 2);
  CHECK_INT(values, 0);
  CHECK_FAILS(running, LWT_FULL);
  CHECK_FAILS(queued, LWT_FULL);
  CHECK_INT(lwt_unix_job_count(), 0);
}
TEST(abort_jobs_leaves_detached_computations_alone_and_so_do_the_other_calls_about_jobs) {
  works_start();
  lwt_t *detached = lwt_preemptive_detach(env_compute, &(struct env){.value = LWT_INT(4)}, NULL);
  CHECK_INT(lwt_unix_job_count(), 0);
  CHECK_RETURNS(lwt_unix_wait_for_jobs(), 0);
  CHECK_INT(lwt_unix_abort_jobs(exn(LWT_FULL)), LWT_OK);
  CHECK_INT(run(detached), 4);
  trace_text[0] = '\0';
}

TEST(after_a_fork_with_pending_jobs_they_fail_in_the_child_and_are_done_in_the_parent) {
  works_start();
  CHECK_INT(lwt_unix_set_pool_size(1), LWT_OK);
  int before = check_failures;
  lwt_t *running = work_gated(1), *queued = work_gated(2);
  WAIT_UNTIL(shared(&works_running) == 1);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    CHECK_SLEEPS(running);
    CHECK_INT(run(running), -LWT_FORKED);
    CHECK_INT(run(queued), -LWT_FORKED);
    works_open_gate();
    CHECK_INT(run(work_run(5)), 6);
    _exit(check_failures - before);
  }
  int status = -1;
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  works_open_gate();
  CHECK_INT(run(running), 2);
  CHECK_INT(run(queued), 3);
  works_end(2);
}
