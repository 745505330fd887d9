/* valgrind: no (it does not tell the descriptors of parent and child apart) */
/* tsan: no (it does not follow threads into a fork) */
/* The example in the comment of lwt_daemon.h, made whole. */
#include "folder.h"

#include <sys/wait.h>

static void becomes_a_daemon(int told) {
  lwt_exn *e = NULL;
  struct lwt_daemon_options options = lwt_daemon_options_default();
  options.directory = folder;
  lwt_main_run(lwt_daemon_daemonize(&options), &e);
  /* ... from here on this is the daemon ... */
  char cwd[512];
  char well = e == NULL && getcwd(cwd, sizeof cwd) != NULL && strcmp(cwd, folder) == 0 &&
              getsid(0) == getpid();
  _exit(write(told, &well, 1) != 1);
}

TEST(a_process_becomes_a_daemon) {
  in_folder("anything"); /* makes it */
  int ends[2], status = -1;
  char well = 0;
  CHECK_INT(pipe(ends), 0);
  pid_t middle = fork();
  if (middle == 0) becomes_a_daemon(ends[1]);
  CHECK_INT(close(ends[1]), 0);
  CHECK_INT(waitpid(middle, &status, 0), middle);
  CHECK_INT(status, 0);
  CHECK_INT(read(ends[0], &well, 1), 1);
  CHECK(well);
  CHECK_INT(close(ends[0]), 0);
}
