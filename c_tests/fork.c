/* valgrind: no (it does not tell the descriptors of parent and child apart) */
/* tsan: no (it does not follow threads into a fork) */
/* fork() without a word to the library: the child has a scheduler of its own,
 * and what it does is not seen in the parent. */
#include "loop.h"

#include <sys/wait.h>

static int reads;
static void on_readable(lwt_engine_event *event, void *fd) {
  (void)event;
  char c;
  if (read(*(int *)fd, &c, 1) == 1) reads++;
}
static void count(void *env) { ++*(int *)env; }
static int status_of(pid_t child) {
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(events_timers_and_notifications_work_on_both_sides) {
  int ends[2], failures = check_failures, calls = 0;
  CHECK_INT(pipe(ends), 0);
  lwt_engine_event *event = lwt_engine_on_readable(ends[0], on_readable, &ends[0], NULL);
  CHECK(event != NULL);
  intptr_t id = lwt_unix_make_notification(count, &calls, NULL, false);
  lwt_unix_send_notification(id); /* under way */
  lwt_t *sleep = lwt_unix_sleep(0.02);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    CHECK_INT(run(sleep), 0);
    CHECK_INT(calls, 1);
    lwt_unix_send_notification(id);
    turns(1);
    CHECK_INT(calls, 2);
    CHECK_INT(write(ends[1], "x", 1), 1);
    WAIT_UNTIL(reads == 1);
    CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
    close(ends[0]);
    close(ends[1]);
    _exit(check_failures - failures);
  }
  CHECK_INT(status_of(child), 0);
  CHECK_INT(run(sleep), 0);
  CHECK_INT(calls, 1);
  CHECK_INT(reads, 0);
  CHECK_INT(write(ends[1], "x", 1), 1);
  WAIT_UNTIL(reads == 1);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  lwt_unix_stop_notification(id);
  close(ends[0]);
  close(ends[1]);
}

static lwt_t *fork_here(lwt_value v, void *child) {
  (void)v;
  fflush(NULL);
  *(pid_t *)child = fork();
  return lwt_unix_sleep(0.01);
}
TEST(a_fork_inside_the_loop_leaves_two_loops) {
  pid_t child = -1;
  int failures = check_failures;
  CHECK_INT(run(lwt_bind(lwt_pause(), fork_here, &child, NULL)), 0);
  if (child == 0) _exit(check_failures - failures);
  CHECK_INT(status_of(child), 0);
}

TEST(an_event_made_in_the_child_is_not_the_parents) {
  int ends[2], failures = check_failures;
  CHECK_INT(pipe(ends), 0);
  struct lwt_engine_event *event = lwt_engine_on_readable(ends[0], on_readable, &ends[0], NULL);
  reads = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    int own[2];
    CHECK_INT(pipe(own), 0);
    CHECK(lwt_engine_on_readable(own[0], on_readable, &own[0], NULL) != NULL);
    CHECK_INT(write(own[1], "xx", 2), 2);
    WAIT_UNTIL(reads == 2);
    _exit(check_failures - failures);
  }
  CHECK_INT(status_of(child), 0);
  turns(3);
  CHECK_INT(reads, 0);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(ends[0]);
  close(ends[1]);
}
