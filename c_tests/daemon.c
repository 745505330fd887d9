/* valgrind: no (it does not tell the descriptors of parent and child apart) */
/* tsan: no (it does not follow threads into a fork) */
/* Module Lwt_daemon: the parent ends, the child has a session of its own, and what it prints
 * is logged. */
#include "log_kit.h"

#include <sys/wait.h>

TEST(a_daemon_lives_by_itself_and_what_it_prints_is_logged) {
  const char *path = in_folder("daemon.log");
  char *where = strdup(folder);
  lwt_logger *logger = logger_to(path, LWT_LOG_APPEND, "$(level) $(message)");
  CHECK_INT(lwt_log_set_default(logger), LWT_OK);
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  fflush(NULL);
  pid_t middle = fork();
  if (middle == 0) {
    lwt_log_notice(NULL, "before");
    struct lwt_daemon_options options = lwt_daemon_options_default();
    options.syslog = false;
    options.directory = where;
    options.umask = 027;
    atexit(abort); /* no exit hook of the parent's runs */
    int failed = run(lwt_daemon_daemonize(&options)) != 0;
    char cwd[1024];
    failed |= getcwd(cwd, sizeof cwd) == NULL || strcmp(cwd, where) != 0;
    failed |= getsid(0) != getpid();
    failed |= umask(0) != 027;
    failed |= getchar() != EOF;
    printf("one\ntwo\n");
    fflush(stdout);
    fprintf(stderr, "three\n");
    sleep_ms(100);
    run(lwt_logger_flush(logger));
    char told = (char)failed;
    if (write(ends[1], &told, 1) != 1) _exit(1);
    _exit(0);
  }
  close(ends[1]);
  int status = -1;
  CHECK_INT(waitpid(middle, &status, 0), middle);
  CHECK_INT(status, 0);
  char told = -1;
  CHECK_INT(read(ends[0], &told, 1), 1); /* the daemon is through */
  CHECK_INT(told, 0);
  close(ends[0]);
  const char *text = contents(path);
  CHECK_HAS(text, "notice before\n");
  CHECK_HAS(text, "notice one\nnotice two\n");
  CHECK_HAS(text, "notice three\n");
  lwt_logger_release(logger);
  free(where);
}

TEST(bad_wishes_are_told_and_nothing_is_forked) {
  pid_t me = getpid();
  struct lwt_daemon_options options = lwt_daemon_options_default();
  options.size = 3;
  CHECK_FAILS(lwt_daemon_daemonize(&options), LWT_INVALID_ARGUMENT);
  options = lwt_daemon_options_default();
  options.stdin_mode = LWT_DAEMON_LOG;
  CHECK_FAILS(lwt_daemon_daemonize(&options), LWT_INVALID_ARGUMENT);
  options = lwt_daemon_options_default();
  options.umask = -1;
  CHECK_FAILS(lwt_daemon_daemonize(&options), LWT_INVALID_ARGUMENT);
  options = lwt_daemon_options_default();
  options.directory = in_folder("no such folder");
  CHECK_FAILS(lwt_daemon_daemonize(&options), LWT_UNIX_ERROR);
  options = lwt_daemon_options_default();
  lwt_logger *itself = lwt_logger_stderr();
  options.stderr_logger = itself;
  CHECK_FAILS(lwt_daemon_daemonize(&options), LWT_INVALID_ARGUMENT);
  lwt_logger_release(itself);
  CHECK_INT(getpid(), me);
}
