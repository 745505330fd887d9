/* valgrind: no (the child leaves what the workers of its parent were using, and Valgrind calls that a leak) */
/* tsan: no (it does not follow threads into a fork) */
/* lwt_unix_fork with jobs of the parent in flight: in the child they fail with
 * LWT_FORKED, after a pause, and all that the library does works there. */
#include "jobs.h"

#include <signal.h>
#include <sys/wait.h>

static int exit_code(pid_t child) {
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int failed_kinds[8], failed_count;
static void note_failure(const lwt_exn *e, void *env) {
  (void)env;
  failed_kinds[failed_count++ % 8] = lwt_exn_kind(e);
  CHECK_HAS(lwt_exn_message(e), "parent");
}
static void note_value(lwt_value v, void *env) { (void)v, ++*(int *)env; }

TEST(jobs_of_the_parent_fail_in_the_child_after_a_pause_and_go_on_in_the_parent) {
  works_start();
  lwt_t *all[4];
  lwt_unix_set_pool_size(2);
  for (int i = 0; i < 4; i++) all[i] = work_gated(i); /* two run, two wait */
  lwt_t *waits = lwt_unix_wait_for_jobs();
  WAIT_UNTIL(shared(&works_running) == 2);
  int values = 0, failures = check_failures;
  for (int i = 0; i < 4; i++)
    lwt_on_any(all[i], note_value, note_failure, &values, NULL);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    for (int i = 0; i < 4; i++) CHECK_SLEEPS(all[i]);
    CHECK_SLEEPS(waits);
    CHECK_INT(failed_count, 0); /* nothing has run: exec may follow */
    turns(1);
    CHECK_INT(failed_count, 4);
    for (int i = 0; i < 4; i++) {
      CHECK_INT(failed_kinds[i], LWT_FORKED);
      CHECK_FAILS(all[i], LWT_FORKED);
    }
    CHECK_FAILS(waits, LWT_FORKED);
    CHECK_INT(lwt_unix_job_count(), 0);
    CHECK_INT(lwt_unix_thread_count(), 0);
    CHECK_INT(works_read + works_cancelled, 0);
    works_open_gate();
    for (int i = 0; i < 20; i++) CHECK_INT(run(work_run(i)), i + 1);
    CHECK_INT(lwt_unix_thread_count() > 0, 1);
    _exit(check_failures - failures);
  }
  CHECK(child > 0);
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(failed_count, 0);
  works_open_gate();
  CHECK_INT(run(waits), 0);
  for (int i = 0; i < 4; i++) CHECK_INT(run(all[i]), i + 1);
  CHECK_INT(values, 4);
  lwt_unix_set_pool_size(1000);
  works_end(4);
}

TEST(a_child_that_calls_exec_runs_no_callback_of_theirs) {
  works_start();
  lwt_t *job = work_gated(1);
  failed_count = 0;
  lwt_on_failure(job, note_failure, NULL, NULL);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    if (failed_count != 0) _exit(99);
    execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
    _exit(98);
  }
  CHECK_INT(exit_code(child), 7);
  works_open_gate();
  CHECK_INT(run(job), 2);
  works_end(1);
}

static lwt_value seven(void *env) { return (void)env, LWT_INT(7); }
static lwt_value waits_for_the_gate(void *env) {
  while (!shared(&works_gate)) sleep_ms(1);
  return env;
}
static int asked;
static lwt_t *count_asked(void *env) { return (void)env, asked++, lwt_return(LWT_INT(1)); }
static lwt_value asks_main(void *env) {
  (void)env;
  __atomic_store_n(&works_running, 100, __ATOMIC_RELEASE);
  return lwt_preemptive_run_in_main(count_asked, NULL, NULL);
}
TEST(detached_computations_fail_so_too_and_a_fresh_pool_takes_new_ones) {
  works_start();
  int failures = check_failures;
  lwt_t *detached = lwt_preemptive_detach(waits_for_the_gate, LWT_INT(3), NULL);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    CHECK_INT(run(detached), -LWT_FORKED);
    CHECK_INT(lwt_preemptive_nbthreadsqueued(), 0);
    CHECK_INT(lwt_preemptive_nbthreadsbusy(), 0);
    CHECK_INT(run(lwt_preemptive_detach(seven, NULL, NULL)), 7);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  works_open_gate();
  CHECK_INT(run(detached), 3);
}

TEST(what_a_worker_of_the_parent_asked_of_the_loop_is_done_in_the_parent_alone) {
  works_start();
  int failures = check_failures;
  asked = 0;
  lwt_t *detached = lwt_preemptive_detach(asks_main, NULL, NULL);
  for (int i = 0; i < 30000 && shared(&works_running) != 100; i++) sleep_ms(1);
  sleep_ms(20); /* the request is there, or comes: in the child it never counts */
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    CHECK_INT(run(detached), -LWT_FORKED);
    turns(3);
    CHECK_INT(asked, 0);
    CHECK_INT(run(lwt_preemptive_detach(asks_main, NULL, NULL)), 1);
    CHECK_INT(asked, 1);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(run(detached), 1);
  CHECK_INT(asked, 1);
}

static intptr_t usr1;
static void on_usr1(int signal) { (void)signal, lwt_unix_send_notification(usr1); }
static void count(void *env) { ++*(int *)env; }
TEST(timers_notifications_and_pending_promises_are_inherited) {
  int failures = check_failures, calls = 0;
  usr1 = lwt_unix_make_notification(count, &calls, NULL, false);
  signal(SIGUSR1, on_usr1);
  lwt_t *timer = lwt_unix_sleep(0.03);
  lwt_u *wakener;
  lwt_t *pending = lwt_wait(&wakener);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    raise(SIGUSR1);
    WAIT_UNTIL(calls == 1);
    CHECK_INT(run(timer), 0);
    CHECK_SLEEPS(pending);
    lwt_wakeup(wakener, LWT_INT(5));
    CHECK_RETURNS(pending, 5);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(run(timer), 0);
  CHECK_INT(calls, 0);
  lwt_unix_stop_notification(usr1);
  signal(SIGUSR1, SIG_DFL);
  lwt_wakeup(wakener, LWT_INT(6));
  CHECK_RETURNS(pending, 6);
}

static lwt_t *fork_here(lwt_value v, void *child) {
  fflush(NULL);
  *(pid_t *)child = lwt_unix_fork();
  return lwt_unix_sleep(0.01 * (double)LWT_TO_INT(v));
}
TEST(a_fork_in_the_callback_of_a_job_leaves_two_loops) {
  works_start();
  pid_t child = -1;
  int failures = check_failures;
  lwt_t *others[3];
  for (int i = 0; i < 3; i++) others[i] = work_sleep(i, 30);
  CHECK_INT(run(lwt_bind(work_run(0), fork_here, &child, NULL)), 0);
  if (child == 0) {
    for (int i = 0; i < 3; i++) {
      intptr_t got = run(others[i]);
      CHECK(got == -LWT_FORKED || got == i + 1); /* it may have come back before */
    }
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  for (int i = 0; i < 3; i++) CHECK_INT(run(others[i]), i + 1);
  works_end(4);
}

TEST(children_of_children) {
  works_start();
  int failures = check_failures;
  lwt_t *job = work_gated(1);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    CHECK_INT(run(job), -LWT_FORKED);
    works_open_gate();
    CHECK_INT(run(work_run(2)), 3);
    works_start();
    lwt_t *mine = work_gated(4);
    pid_t grandchild = lwt_unix_fork();
    if (grandchild == 0) {
      CHECK_INT(run(mine), -LWT_FORKED);
      CHECK_INT(run(work_run(3)), 4);
      _exit(check_failures - failures);
    }
    CHECK_INT(exit_code(grandchild), 0);
    works_open_gate();
    CHECK_INT(run(mine), 5);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  works_open_gate();
  CHECK_INT(run(job), 2);
  works_end(1);
}

/* Threads that make exceptions and promises, and post: a fork must not catch one
 * of them with a lock that the child then waits for. */
static bool stop_churning;
static int posts_left; /* so that nobody has to wade through them */
static lwt_t *handle_of_main;
static void *churn(void *env) {
  (void)env;
  while (!__atomic_load_n(&stop_churning, __ATOMIC_ACQUIRE)) {
    lwt_release(lwt_fail(lwt_exn_new(LWT_FAILURE, "churn")));
    if (__atomic_fetch_sub(&posts_left, 1, __ATOMIC_RELAXED) > 0)
      lwt_release_anywhere(handle_of_main);
  }
  return NULL;
}
TEST(other_threads_may_be_in_the_midst_of_anything) {
  enum { THREADS = 3 };
  pthread_t threads[THREADS];
  handle_of_main = lwt_return(LWT_UNIT);
  lwt_release(handle_of_main); /* stale from here on: nothing is released */
  for (int i = 0; i < THREADS; i++) CHECK_INT(pthread_create(&threads[i], NULL, churn, NULL), 0);
  long forks = scaled(40);
  for (long i = 0; i < forks; i++) {
    turns(1);
    __atomic_store_n(&posts_left, 1000, __ATOMIC_RELAXED);
    fflush(NULL);
    pid_t child = i % 2 == 0 ? lwt_unix_fork() : fork();
    if (child == 0) {
      alarm(30);
      works_start();
      lwt_t *many[400];
      for (int k = 0; k < 400; k++) many[k] = lwt_fail(lwt_exn_new(LWT_FAILURE, "mine"));
      for (int k = 0; k < 400; k++) lwt_release(many[k]);
      _exit(run(work_run(1)) == 2 && run(lwt_unix_sleep(0.001)) == 0 ? 0 : 1);
    }
    CHECK_INT(exit_code(child), 0);
  }
  __atomic_store_n(&stop_churning, true, __ATOMIC_RELEASE);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}
