/* engine: epoll */
/* packages: glib-2.0 */
/* valgrind: no (it does not tell the descriptors of parent and child apart) */
/* tsan: no (it does not follow threads into a fork) */
/* The child of a fork goes on without GLib, whose context is the parent's. */
#include "glib_kit.h"

#include <sys/wait.h>

static int reads;
static void on_readable(lwt_engine_event *event, void *fd) {
  char c;
  (void)event;
  if (read(*(int *)fd, &c, 1) == 1) reads++;
}
static int status_of(pid_t child) {
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void in_child(int ends[2], int *calls) {
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  CHECK_INT(*calls, 0); /* the source is the parent's */
  CHECK_INT(write(ends[1], "x", 1), 1);
  WAIT_UNTIL(reads == 1);
  CHECK_INT(run(lwt_unix_mkdir("/", 0700)), -LWT_UNIX_ERROR);
  CHECK_INT(lwt_glib_iter(false), LWT_FORKED);
  CHECK_INT(lwt_glib_wakeup(), LWT_FORKED);
  CHECK_INT(lwt_glib_source_attach(NULL, NULL), LWT_FORKED);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK_STR(lwt_engine_id(), "epoll");
  CHECK_INT(write(ends[1], "x", 1), 1);
  WAIT_UNTIL(reads == 2);
  lwt_exn *exn = NULL;
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, &exn), LWT_FORKED);
  CHECK_HAS(lwt_exn_message(exn), "forked");
  lwt_exn_release(exn);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
}
static void a_fork(void) {
  int ends[2], calls = 0, failures = check_failures;
  reads = 0;
  CHECK_INT(pipe(ends), 0);
  lwt_engine_event *event = lwt_engine_on_readable(ends[0], on_readable, &ends[0], NULL);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  g_timeout_add(1, count_once, &calls);
  fflush(NULL);
  pid_t child = lwt_unix_fork();
  if (child == 0) {
    in_child(ends, &calls);
    _exit(check_failures - failures);
  }
  CHECK_INT(status_of(child), 0);
  CHECK_INT(reads, 0);
  CHECK_INT(write(ends[1], "x", 1), 1);
  WAIT_UNTIL(reads == 1);
  WAIT_UNTIL(calls == 1);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(ends[0]), close(ends[1]);
}
TEST(the_child_goes_on_without_glib) { in_each_mode(a_fork); }
