/* tsan: no (its own clone() knows no child that shares the memory until it has a program) */
/* valgrind: no (a child that ends before it has a program ends with Valgrind's status) */
/* Scenario 38: exec failure 127. */
#include "processes.h"

TEST(what_cannot_be_run_ends_with_127) {
  const char *missing[] = {"lwt_no_such_program", NULL};
  const char *nowhere[] = {"/no/such/program", NULL};
  const char *forbidden[] = {"/etc/passwd", NULL};
  const char *empty[] = {"", NULL};
  const char *true_[] = {"true", NULL};
  CHECK_INT(run(lwt_process_exec(lwt_process_program(missing), NULL)), EXITED(127));
  CHECK_INT(run(lwt_process_exec(lwt_process_program(nowhere), NULL)), EXITED(127));
  CHECK_INT(run(lwt_process_exec(lwt_process_program(forbidden), NULL)), EXITED(127));
  CHECK_INT(run(lwt_process_exec(lwt_process_program(empty), NULL)), EXITED(127));
  struct lwt_process_options options = lwt_process_options_default();
  options.cwd = "/no/such/folder";
  CHECK_INT(run(lwt_process_exec(lwt_process_program(true_), &options)), EXITED(127));
  options.cwd = "/";
  options.output = lwt_process_fd_copy(1000); /* is not open */
  CHECK_INT(run(lwt_process_exec(lwt_process_program(true_), &options)), EXITED(127));
  options.output.kind = LWT_PROCESS_KEEP;
  CHECK_INT(run(lwt_process_exec(lwt_process_program(true_), &options)), 0);
}
