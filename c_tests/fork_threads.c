/* valgrind: no (threads of the parent are not there in the child, and what they held is called a leak) */
/* tsan: no (it does not follow threads into a fork) */
/* A fork in a program of several main loops: the child has one of them. */
#include "threads.h"

#include <sys/wait.h>

static int exit_code(pid_t child) {
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static struct looper other;
static lwt_u *theirs;
static lwt_t *pend_there(void *ran) {
  lwt_t *p = lwt_wait(&theirs);
  __atomic_add_fetch((int *)ran, 1, __ATOMIC_ACQ_REL);
  return p;
}
static void wake_theirs(void *n) { lwt_wakeup(theirs, n); }
static lwt_t *seven(void *env) { return (void)env, lwt_return(LWT_INT(7)); }
static int counted;
static void count_one(void *env) { (void)env, counted++; }

TEST(visits_of_threads_of_the_parent_fail_in_the_child_and_those_threads_have_ended_there) {
  looper_start(&other);
  int ran = 0, failures = check_failures;
  lwt_t *visit = lwt_main_run_on(other.thread, pend_there, &ran, NULL);
  WAIT_UNTIL(atomic_get(&ran) == 1);
  lwt_main_thread *self = lwt_main_self();
  lwt_t *mine = lwt_main_run_on(self, seven, NULL, NULL);
  CHECK_INT(lwt_main_post(self, count_one, NULL, NULL), LWT_OK);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    CHECK_SLEEPS(visit);
    CHECK(lwt_main_thread_has_ended(other.thread));
    CHECK(!lwt_main_thread_has_ended(self));
    CHECK_INT(lwt_main_post(other.thread, count_one, NULL, NULL), LWT_CLOSED);
    CHECK_FAILS(lwt_main_run_on(other.thread, seven, NULL, NULL), LWT_CLOSED);
    CHECK_INT(run(visit), -LWT_FORKED);
    CHECK_INT(run(mine), 7); /* what the thread asked of itself is done on both sides */
    CHECK_INT(counted, 1);
    struct looper again;
    looper_start(&again);
    CHECK_INT(run(lwt_main_run_on(again.thread, seven, NULL, NULL)), 7);
    looper_end(&again);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(run(mine), 7);
  CHECK_INT(counted, 1);
  CHECK_INT(lwt_main_post(other.thread, wake_theirs, LWT_INT(5), NULL), LWT_OK);
  CHECK_INT(run(visit), 5);
  lwt_main_thread_release(self);
  looper_end(&other);
}

static void *post_one(void *to) {
  CHECK_INT(lwt_main_post(to, count_one, NULL, NULL), LWT_OK);
  return NULL;
}
TEST(what_another_thread_had_posted_runs_in_the_parent_alone) {
  lwt_main_thread *self = lwt_main_self();
  pthread_t id;
  int failures = check_failures;
  counted = 0;
  CHECK_INT(pthread_create(&id, NULL, post_one, self), 0);
  pthread_join(id, NULL);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  turns(2);
  CHECK_INT(counted, child == 0 ? 0 : 1);
  if (child == 0) _exit(check_failures - failures);
  CHECK_INT(exit_code(child), 0);
  lwt_main_thread_release(self);
}

TEST(after_a_plain_fork_such_a_visit_stays_pending_and_the_loop_says_so) {
  looper_start(&other);
  int ran = 0, failures = check_failures;
  lwt_t *visit = lwt_main_run_on(other.thread, pend_there, &ran, NULL);
  WAIT_UNTIL(atomic_get(&ran) == 1);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    CHECK_INT(lwt_main_run_until(visit), LWT_STALLED);
    _exit(check_failures - failures);
  }
  CHECK_INT(exit_code(child), 0);
  CHECK_INT(lwt_main_post(other.thread, wake_theirs, LWT_INT(5), NULL), LWT_OK);
  CHECK_INT(run(visit), 5);
  looper_end(&other);
}

static struct looper forks;
static int fork_there(void) {
  int failures = check_failures;
  if (lwt_main_thread_has_ended(forks.thread)) return 1;
  lwt_u *wakener;
  lwt_t *p = lwt_wait(&wakener);
  lwt_wakeup_later(wakener, LWT_INT(1));
  CHECK_RETURNS(p, 1);
  CHECK_INT(run(lwt_main_run_on(forks.thread, seven, NULL, NULL)), -LWT_FAILURE); /* it runs */
  return check_failures - failures;
}
static lwt_t *fork_in_a_loop(void *code) {
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) _exit(fork_there());
  *(int *)code = exit_code(child);
  return lwt_return(LWT_UNIT);
}
TEST(a_thread_that_is_not_the_first_may_fork) {
  looper_start(&forks);
  int code = -1;
  CHECK_INT(run(lwt_main_run_on(forks.thread, fork_in_a_loop, &code, NULL)), 0);
  CHECK_INT(code, 0);
  looper_end(&forks);
}
