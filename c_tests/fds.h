/* Descriptors in a test: pairs of them, and what a failed system call says. */
#ifndef FDS_H
#define FDS_H
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

struct pair {
  lwt_unix_fd *in, *out;
};

static inline struct pair pipe_pair(void) {
  int fds[2];
  CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
  return (struct pair){lwt_unix_of_fd(fds[0]), lwt_unix_of_fd(fds[1])};
}
static inline struct pair socket_pair(void) {
  int fds[2];
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  return (struct pair){lwt_unix_of_fd(fds[0]), lwt_unix_of_fd(fds[1])};
}
static inline void pair_release(struct pair p) {
  lwt_unix_fd_release(p.in);
  lwt_unix_fd_release(p.out);
}
/* Closes both that are open still. */
static inline void pair_close(struct pair p) {
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  pair_release(p);
}

/* Its state; consumes the promise. For callbacks, where no loop can be run. */
static inline lwt_promise_state run_now(lwt_t *p) {
  lwt_promise_state state = lwt_state(p);
  lwt_release(p);
  return state;
}

/* Consumes the promise. */
#define CHECK_ERRNO(p, errnum, function) \
  check_errno(__FILE__, __LINE__, #p, (p), (errnum), (function))
static inline void check_errno(const char *file, int line, const char *what, lwt_t *p, int errnum,
                               const char *function) {
  if (check_int(file, line, what, kind_of(p), LWT_UNIX_ERROR)) {
    check_int(file, line, what, lwt_exn_errno(lwt_exn_of(p)), errnum);
    check_str(file, line, what, lwt_exn_function(lwt_exn_of(p)), function);
  }
  lwt_release(p);
}
#endif
