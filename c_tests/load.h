/* An echo server for the tests of load, and a process of clients beside it. */
#ifndef LOAD_H
#define LOAD_H
#include "sockets.h"

#include <poll.h>
#include <sys/wait.h>

/* ---- The server: each connection is a read, then writes, then a read ... ---- */
struct echo {
  lwt_unix_fd *fd;
  size_t from, to;
  char buffer[512];
};
static long echo_now, echo_most, echo_total; /* connections */
static long echo_failed;                     /* that ended with an error */
static lwt_t *echo_read(struct echo *echo);

static inline void echo_end(void *env) {
  struct echo *echo = (struct echo *)env;
  lwt_release(lwt_unix_close(echo->fd));
  lwt_unix_fd_release(echo->fd);
  free(echo);
  echo_now--;
}
static lwt_t *echo_wrote(lwt_value count, void *env) {
  struct echo *echo = (struct echo *)env;
  echo->from += (size_t)LWT_TO_INT(count);
  if (echo->from == echo->to) return echo_read(echo);
  return lwt_bind(lwt_unix_send(echo->fd, echo->buffer + echo->from, echo->to - echo->from, 0),
                  echo_wrote, echo, NULL);
}
static lwt_t *echo_got(lwt_value count, void *env) {
  struct echo *echo = (struct echo *)env;
  if (LWT_TO_INT(count) == 0) return lwt_return(LWT_UNIT);
  echo->from = 0;
  echo->to = (size_t)LWT_TO_INT(count);
  return lwt_bind(lwt_unix_send(echo->fd, echo->buffer, echo->to, 0), echo_wrote, echo, NULL);
}
static lwt_t *echo_read(struct echo *echo) {
  return lwt_bind(lwt_unix_read(echo->fd, echo->buffer, sizeof echo->buffer), echo_got, echo, NULL);
}
static inline void echo_error(const lwt_exn *e, void *env) {
  (void)e, (void)env;
  echo_failed++;
}
static inline void echo_begin(lwt_unix_fd *fd) {
  struct echo *echo = (struct echo *)malloc(sizeof *echo);
  echo->fd = fd;
  echo_total++;
  if (++echo_now > echo_most) echo_most = echo_now;
  lwt_t *p = echo_read(echo);
  lwt_on_failure(p, echo_error, NULL, NULL);
  lwt_on_termination(p, echo_end, echo, NULL);
  lwt_release(p);
}
static lwt_t *echo_serve(void *server);
static lwt_t *echo_accepted(lwt_value value, void *server) {
  struct lwt_values *fds = (struct lwt_values *)((struct lwt_values *)value)->data[0];
  for (size_t i = 0; i < fds->len; i++) echo_begin((lwt_unix_fd *)lwt_values_take(fds, i, NULL));
  return echo_serve(server);
}
/* Out of descriptors: when some have been closed there will be room. */
static lwt_t *echo_go_on(lwt_value value, void *server) {
  return (void)value, echo_serve(server);
}
static long echo_refused; /* how often that was */
static lwt_t *echo_full(const lwt_exn *e, void *server) {
  int errnum = lwt_exn_errno(e);
  if (errnum != EMFILE && errnum != ENFILE) return lwt_return(LWT_UNIT);
  echo_refused++;
  return lwt_bind(lwt_unix_sleep(0.005), echo_go_on, server, NULL);
}
static lwt_t *echo_serve(void *server) {
  return lwt_try_bind(lwt_unix_accept_n((lwt_unix_fd *)server, 64, SOCK_CLOEXEC), echo_accepted,
                      echo_full, server, NULL);
}
static inline void echo_start(void) { echo_now = echo_most = echo_total = echo_failed = echo_refused = 0; }

/* ---- The clients: a process that knows nothing of the library ---- */
struct clients {
  pid_t pid;
  int tell, hear; /* pipes of single bytes */
  lwt_unix_fd *hears; /* the same as `hear`; from the start, when there are numbers left */
};
typedef int (*clients_fn)(const struct clients *parent, const struct lwt_unix_sockaddr *server);

static inline struct clients clients_start(clients_fn f, const char *server) {
  struct lwt_unix_sockaddr address = address_of(server);
  int down[2], up[2];
  CHECK(pipe2(down, O_CLOEXEC) == 0 && pipe2(up, O_CLOEXEC) == 0);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    struct clients parent = {0, up[1], down[0], NULL};
    for (int fd = 3; fd < 1024; fd++)
      if (fd != up[1] && fd != down[0]) close(fd);
    _exit(f(&parent, &address));
  }
  close(down[0]);
  close(up[1]);
  return (struct clients){pid, down[1], up[0], lwt_unix_of_fd(up[0])};
}
static inline bool clients_say(const struct clients *c, char byte) {
  return write(c->tell, &byte, 1) == 1;
}
static inline char clients_hear(const struct clients *c) {
  char byte = 0;
  return read(c->hear, &byte, 1) == 1 ? byte : 0;
}
/* As long as the other process has not said that, the loop goes on. */
static inline void clients_wait_for(const struct clients *c, char byte) {
  char got = 0;
  CHECK_INT(run(lwt_unix_read(c->hears, &got, 1)), 1);
  CHECK_INT(got, byte);
}
static inline void clients_end(struct clients c) {
  int status = -1;
  close(c.tell);
  shut(c.hears);
  while (waitpid(c.pid, &status, WNOHANG) == 0) run(lwt_unix_sleep(0.001));
  CHECK_INT(status, 0);
}
static inline int client_connect(const struct lwt_unix_sockaddr *server) {
  int fd = socket(server->address.ss_family, SOCK_STREAM, 0), on = 1;
  if (fd >= 0 && connect(fd, ADDRESS(*server)) != 0) return -1;
  if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}
static inline bool client_send(int fd, const void *bytes, size_t len) {
  return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}
static inline bool client_hear(int fd, void *bytes, size_t len) {
  return recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

/* So many descriptors may be open. False: the system does not allow it. */
static inline bool room_for(long descriptors) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= (rlim_t)descriptors) return true;
  if (limit.rlim_max < (rlim_t)descriptors) limit.rlim_max = (rlim_t)descriptors;
  limit.rlim_cur = (rlim_t)descriptors;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}
#endif
