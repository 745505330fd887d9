/* tsan: no (it does not follow threads into a fork) */
/* Scenario 25: wait/waitpid/wait4 for one child, any child (0 and -1); no-hang
 * form; cancel. */
#include "children.h"

TEST(waitpid_tells_of_one_child_when_it_ends) {
  int let_go;
  pid_t pid = child_waiting(3, &let_go);
  lwt_t *p = lwt_unix_waitpid(0, pid);
  turns(3);
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_unix_wait_count(), 1);
  close(let_go);
  CHECK_EXITS(p, pid, 3);
  CHECK_INT(lwt_unix_wait_count(), 0);
}

TEST(a_child_that_has_ended_is_told_of_at_once) {
  pid_t pid = child_ending(4);
  until_dead(pid);
  lwt_t *p = lwt_unix_waitpid(0, pid);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_EXITS(p, pid, 4);
}

TEST(wait4_tells_what_it_has_used) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) child_run("n=0; while [ $n -lt 20000 ]; do n=$((n + 1)); done; exit %d", 5);
  lwt_t *p = lwt_unix_wait4(0, pid);
  lwt_main_run_until(p);
  CHECK_STATE(p, LWT_RETURN);
  lwt_drop_fn drop;
  struct lwt_unix_wait_result *result = lwt_take_with(p, &drop);
  CHECK_INT(WEXITSTATUS(result->status), 5);
  CHECK(result->usage.utime + result->usage.stime > 0);
  CHECK(result->usage.utime + result->usage.stime < 50);
  lwt_unix_wait_result_release(result);
  CHECK(lwt_unix_has_wait4());
}

TEST(each_form_of_any_tells_of_whichever_ends) {
  lwt_t *(*forms[])(int, int) = {lwt_unix_waitpid, lwt_unix_wait4};
  int any[] = {-1, 0, -(int)getpgrp()};
  for (size_t f = 0; f < 2; f++)
    for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
      int let_go, other;
      pid_t pid = child_waiting(6, &let_go);
      lwt_t *p = forms[f](0, any[i]);
      CHECK_SLEEPS(p);
      pid_t second = child_waiting(7, &other);
      close(other);
      close(let_go);
      lwt_main_run_until(p);
      CHECK_STATE(p, LWT_RETURN);
      const struct lwt_unix_wait_result *result = lwt_value_of(p);
      bool was_first = result->pid == pid;
      CHECK(was_first || result->pid == second);
      CHECK_EXITS(p, was_first ? pid : second, was_first ? 6 : 7);
      CHECK_EXITS(lwt_unix_wait(), was_first ? second : pid, was_first ? 7 : 6);
    }
}

TEST(the_no_hang_form_answers_at_once) {
  int let_go;
  pid_t pid = child_waiting(8, &let_go);
  int which[] = {pid, -1, 0};
  for (int i = 0; i < 3; i++) {
    lwt_t *p = lwt_unix_waitpid(WNOHANG, which[i]);
    CHECK_STATE(p, LWT_RETURN);
    CHECK_INT(((struct lwt_unix_wait_result *)lwt_value_of(p))->pid, 0);
    lwt_release(p);
  }
  CHECK_INT(lwt_unix_wait_count(), 0);
  close(let_go);
  until_dead(pid);
  lwt_t *p = lwt_unix_wait4(WNOHANG, pid);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_EXITS(p, pid, 8);
}

TEST(a_wait_that_is_cancelled_leaves_the_child_to_be_waited_for) {
  int which[] = {1, -1, 0};
  for (int i = 0; i < 3; i++) {
    int let_go;
    pid_t pid = child_waiting(9, &let_go);
    lwt_t *p = lwt_unix_waitpid(0, which[i] == 1 ? pid : which[i]);
    turns(1);
    lwt_cancel(p);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_INT(lwt_unix_wait_count(), 0);
    CHECK_INT(lwt_unix_signal_count(), 0);
    close(let_go);
    CHECK_EXITS(lwt_unix_waitpid(0, pid), pid, 9);
  }
}

TEST(a_child_that_is_not_there_fails_each_form) {
  CHECK_ERRNO(lwt_unix_wait(), "waitpid", ECHILD);
  CHECK_ERRNO(lwt_unix_waitpid(0, -1), "waitpid", ECHILD);
  CHECK_ERRNO(lwt_unix_waitpid(WNOHANG, 0), "waitpid", ECHILD);
  CHECK_ERRNO(lwt_unix_waitpid(0, getpid()), "waitpid", ECHILD);
  CHECK_ERRNO(lwt_unix_wait4(0, 1), "wait4", ECHILD);
}
