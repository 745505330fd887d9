/* valgrind: no (the child leaves what the workers of its parent were using, and Valgrind calls that a leak) */
/* tsan: no (it does not follow threads into a fork) */
/* A fork with jobs in flight: the child has an empty pool and a working
 * scheduler, the parent goes on. */
#include "jobs.h"

#include <sys/wait.h>

static int in_child(lwt_t *of_parent) {
  int failures = check_failures;
  CHECK_INT(lwt_engine_fork(), LWT_OK);
  CHECK_INT(lwt_unix_thread_count(), 0);
  CHECK_INT(lwt_unix_thread_waiting_count(), 0);
  works_open_gate();
  works_read = works_cancelled = 0;
  struct work *work = work_new(10);
  CHECK_INT(run(lwt_unix_run_job(&work->job)), 11);
  CHECK_INT(run(lwt_unix_sleep(0.02)), 0);
  CHECK_SLEEPS(of_parent); /* the parent's jobs never resolve here */
  for (int i = 0; i < 20; i++) CHECK_INT(run(work_run(i)), i + 1);
  intptr_t id = lwt_unix_make_notification(env_unit, &(struct env){.name = "n"}, NULL, true);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_TRACE("n");
  return check_failures - failures;
}
static int exit_code(pid_t child) {
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(the_child_starts_afresh_and_the_parent_goes_on) {
  works_start();
  lwt_unix_set_pool_size(2);
  lwt_t *all[6];
  for (int i = 0; i < 6; i++) all[i] = work_gated(i); /* two run, four wait */
  WAIT_UNTIL(shared(&works_running) == 2);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(in_child(all[0]));
  CHECK_INT(exit_code(child), 0);
  works_open_gate();
  CHECK_INT(run(lwt_join(all, 6)), 0);
  lwt_unix_set_pool_size(1000);
  works_end(6);
}

TEST(a_timer_set_before_the_fork_fires_in_both) {
  lwt_t *p = lwt_unix_sleep(0.03);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(lwt_engine_fork() == LWT_OK && run(p) == 0 ? 0 : 1);
  CHECK_INT(run(p), 0);
  CHECK_INT(exit_code(child), 0);
}

TEST(children_of_children) {
  works_start();
  CHECK_INT(run(work_run(1)), 2);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (run(work_run(2)) != 3) _exit(1);
    pid_t grandchild = fork();
    if (grandchild == 0) _exit(run(work_run(3)) == 4 ? 0 : 2);
    _exit(exit_code(grandchild) == 0 && run(work_run(4)) == 5 ? 0 : 3);
  }
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(run(work_run(5)), 6);
  works_end(2);
}
