/* Children for the tests: they end, or wait until they are let go. */
#ifndef CHILDREN_H
#define CHILDREN_H
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

/* In a child: ends with the status once standard input has. It is another program, so that no
 * checker of this one has a say in the status. */
static inline void child_run(const char *line, int status) {
  char text[100];
  snprintf(text, sizeof text, line, status);
  execl("/bin/sh", "sh", "-c", text, (char *)NULL);
  _exit(126);
}
/* A child that ends with the status once the returned pipe is closed. */
static inline pid_t child_waiting(int status, int *let_go) {
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[0], 0);
    close_range(3, ~0u, 0); /* it keeps no other child waiting */
    child_run("read end; exit %d", status);
  }
  close(ends[0]);
  *let_go = ends[1];
  return pid;
}
/* One that ends at once. */
static inline pid_t child_ending(int status) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) child_run("exit %d", status);
  return pid;
}
/* Waits until it has ended, and leaves it to be reaped. */
static inline void until_dead(pid_t pid) {
  siginfo_t info;
  CHECK_INT(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}
/* Runs the loop until the promise has resolved; consumes it. */
#define CHECK_EXITS(p, pid, code) check_exits(__FILE__, __LINE__, #p, (p), (pid), (code))
static inline void check_exits(const char *file, int line, const char *what, lwt_t *p, pid_t pid,
                               int code) {
  lwt_main_run_until(p);
  if (check_int(file, line, what, lwt_state(p), LWT_RETURN)) {
    const struct lwt_unix_wait_result *result = lwt_value_of(p);
    check_int(file, line, what, result->pid, pid);
    if (check_true(file, line, what, WIFEXITED(result->status)))
      check_int(file, line, what, WEXITSTATUS(result->status), code);
  }
  lwt_release(p);
}
/* It fails so; consumes it. */
#define CHECK_ERRNO(p, function, number) \
  check_errno(__FILE__, __LINE__, #p, (p), (function), (number))
static inline void check_errno(const char *file, int line, const char *what, lwt_t *p,
                               const char *function, int number) {
  lwt_main_run_until(p);
  if (check_int(file, line, what, lwt_state(p), LWT_FAIL)) {
    check_int(file, line, what, lwt_exn_errno(lwt_exn_of(p)), number);
    check_str(file, line, what, lwt_exn_function(lwt_exn_of(p)), function);
  }
  lwt_release(p);
}
#endif
