/* Module Lwt_daemon. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_DAEMON_H
#define LWT_DAEMON_H

#include "lwt_log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* DAEMONS: a process that leaves its terminal and whoever started it, and whose
 * output is logged:
 *
 *     struct lwt_daemon_options options = lwt_daemon_options_default();
 *     options.directory = "/var/lib/mine";
 *     lwt_main_run(lwt_daemon_daemonize(&options), &e);
 *     ... from here on this is the daemon ... */

enum {
  /* What is usual: standard input is /dev/null, output and error are logged. */
  LWT_DAEMON_USUAL = 0,
  /* The stream is /dev/null. */
  LWT_DAEMON_DEV_NULL = 1,
  /* The stream is closed. */
  LWT_DAEMON_CLOSE = 2,
  /* The stream stays as it is. */
  LWT_DAEMON_KEEP = 3,
  /* Each line that is written to the stream is a message of LWT_LEVEL_NOTICE. Not
   * for standard input. */
  LWT_DAEMON_LOG = 4
};

/* What a daemon is to be like. lwt_daemon_options_default makes one to begin
 * with. */
typedef struct lwt_daemon_options {
  /* The size of this structure. */
  size_t size;
  /* Is the default logger to be the system's log, with the facility
   * LWT_LOG_DAEMON? */
  bool syslog;
  /* What becomes of standard input, output and error: LWT_DAEMON_USUAL ... */
  int stdin_mode;
  /* See above. */
  int stdout_mode;
  /* See above. */
  int stderr_mode;
  /* The loggers of output and error, borrowed until the call returns; NULL:
   * what is the default logger at the time. One must not write to the stream
   * that it logs. */
  const lwt_logger *stdout_logger;
  /* See above. */
  const lwt_logger *stderr_logger;
  /* The folder that it lives in, NULL: "/". */
  const char *directory;
  /* Its umask. */
  int umask;
} lwt_daemon_options;

/* Makes the process a daemon, `Lwt_daemon.daemonize`: it goes to its folder and
 * forks; the parent writes what it has logged so far and ends, without exit
 * hooks and without flushing stdio; the child, in which the call returns, has a
 * session of its own, and its streams, umask and default logger as the options
 * say (NULL: as is usual). Promises and loggers of the calling thread go on in
 * it, other threads and jobs do not, as after lwt_unix_fork. Nothing happens if
 * the process's parent is process 1 already.
 *
 * What is printed to a stream that is logged is read by a thread of its own,
 * whatever the main loop does; programs that the daemon starts inherit it.
 *
 * Returns a promise that is resolved: fulfilled in the daemon. It fails with
 * LWT_INVALID_ARGUMENT for bad options, and if standard error would be logged
 * to the logger of standard error, and with LWT_UNIX_ERROR (chdir, fork) in the
 * process that called it; with LWT_UNIX_ERROR (open, pipe, dup2,
 * pthread_create) in the child. To be called on a thread that is the only one,
 * best of all before the main loop runs. */
lwt_t *lwt_daemon_daemonize(const struct lwt_daemon_options *options);

/* Options that ask for what is usual. On any thread. */
static inline struct lwt_daemon_options lwt_daemon_options_default(void) {
  struct lwt_daemon_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.syslog = true;
  options.umask = 022;
  return options;
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_daemon_daemonize(...) \
  lwt_debug_promise(lwt_daemon_daemonize(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_DAEMON_H */
