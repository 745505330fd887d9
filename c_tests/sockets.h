/* Sockets in a test: listening on an address of text, connected, closed. */
#ifndef SOCKETS_H
#define SOCKETS_H
#include "fds.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* What a promise, which is consumed, gives when it has resolved; NULL, and a
 * failed check, if it fails. */
#define TAKE(p) take_checked(__FILE__, __LINE__, #p, (p))
static inline lwt_value take_checked(const char *file, int line, const char *what, lwt_t *p) {
  lwt_main_run_until(p);
  if (lwt_state(p) != LWT_RETURN) {
    check_fail(file, line);
    fprintf(stderr, "%s: %s\n", what,
            lwt_state(p) == LWT_FAIL ? lwt_exn_message(lwt_exn_of(p)) : "it is pending");
  }
  return lwt_take(p);
}
#define TAKE_FD(p) ((lwt_unix_fd *)TAKE(p))
/* Runs it, and then as CHECK_ERRNO. */
#define CHECK_RUN_ERRNO(p, errnum, function) \
  check_errno(__FILE__, __LINE__, #p, ended(p), (errnum), (function))
static inline lwt_t *ended(lwt_t *p) {
  lwt_main_run_until(p);
  return p;
}

static inline struct lwt_unix_sockaddr address_of(const char *text) {
  struct lwt_unix_sockaddr address;
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, text), LWT_OK);
  return address;
}
/* An address as the calls want it. */
#define ADDRESS(a) (const struct sockaddr *)&(a).address, (a).len

/* The address of a socket, or that of its peer, as text. */
static inline const char *text_of(lwt_t *p) {
  static char texts[4][160];
  static int next;
  char *text = texts[next++ % 4];
  struct lwt_unix_sockaddr *address = (struct lwt_unix_sockaddr *)TAKE(p);
  text[0] = '\0';
  if (address != NULL) lwt_unix_sockaddr_to_text(ADDRESS(*address), text, 160);
  lwt_unix_sockaddr_release(address);
  return text;
}
static inline const char *name_of(const lwt_unix_fd *fd) { return text_of(lwt_unix_getsockname(fd)); }

static inline lwt_unix_fd *stream_socket(const char *address) {
  struct lwt_unix_sockaddr a = address_of(address);
  return TAKE_FD(lwt_unix_socket(a.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
/* "127.0.0.1:0" and so on. */
static inline lwt_unix_fd *listener(const char *address, int backlog) {
  struct lwt_unix_sockaddr a = address_of(address);
  lwt_unix_fd *fd = stream_socket(address);
  CHECK_INT(run(lwt_unix_bind(fd, ADDRESS(a))), 0);
  CHECK_INT(run(lwt_unix_listen(fd, backlog)), 0);
  return fd;
}
/* A connection that is being made to where a socket listens. */
static inline lwt_unix_fd *connecting(const lwt_unix_fd *to, lwt_t **connected) {
  const char *address = name_of(to);
  struct lwt_unix_sockaddr a = address_of(address);
  lwt_unix_fd *fd = stream_socket(address);
  *connected = lwt_unix_connect(fd, ADDRESS(a));
  return fd;
}
static inline lwt_unix_fd *connected_to(const lwt_unix_fd *to) {
  lwt_t *connected;
  lwt_unix_fd *fd = connecting(to, &connected);
  CHECK_INT(run(connected), 0);
  return fd;
}
static inline lwt_unix_fd *accepted_from(const lwt_unix_fd *listener) {
  return TAKE_FD(lwt_unix_accept(listener, NULL, SOCK_CLOEXEC));
}
static inline void shut(lwt_unix_fd *fd) {
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  lwt_unix_fd_release(fd);
}

/* Two ends of a connection; in and out mean nothing here. */
static inline struct pair connection(const char *address) {
  lwt_unix_fd *l = listener(address, 8);
  struct pair both;
  both.out = connected_to(l);
  both.in = accepted_from(l);
  shut(l);
  return both;
}

static inline int raw_of(const lwt_unix_fd *fd) { return lwt_unix_unix_file_descr(fd); }
static inline int open_count(void) {
  int count = 0;
  for (int fd = 0; fd < 1024; fd++) count += fcntl(fd, F_GETFD) >= 0;
  return count;
}
/* Valgrind keeps limits on descriptors to itself, and holds to them in few calls. */
static inline bool limits_hold(void) {
  const char *preload = getenv("LD_PRELOAD");
  return preload == NULL || strstr(preload, "vgpreload") == NULL;
}
/* No descriptor may be opened from here on but `more`. Returns what was. */
static inline struct rlimit only(int more) {
  struct rlimit before, now;
  int used = 0;
  getrlimit(RLIMIT_NOFILE, &before);
  now = before;
  /* The limit is on numbers, and the free ones below are taken first. */
  for (int fd = 0; more > 0 || fcntl(fd, F_GETFD) >= 0; fd++) {
    if (fcntl(fd, F_GETFD) < 0) more--;
    used = fd + 1;
  }
  now.rlim_cur = (rlim_t)used;
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &now), 0);
  return before;
}
static inline void unlimited(struct rlimit before) { CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0); }

/* A folder that is removed, with the names below in it, at the end. */
static inline const char *scratch_path(const char *name) {
  static char paths[8][160], folder[100];
  static int next;
  char *path = paths[next++ % 8];
  if (folder[0] == '\0') {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/lwt-net-XXXXXX", base != NULL && strlen(base) < 60 ? base : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
  }
  snprintf(path, 160, "%s%s%s", folder, *name ? "/" : "", name);
  return path;
}
#endif
