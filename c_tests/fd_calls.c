/* What a message costs in system calls: one recv, one send, and a share of the wait. The
 * library's calls come through this program, which counts them. */
/* flags: -ldl */
/* engine: epoll */
#include "fds.h"

#include <dlfcn.h>
#include <sys/epoll.h>

static int recvs, sends, nothing, controls;

typedef ssize_t (*recv_fn)(int, void *, size_t, int);
typedef ssize_t (*send_fn)(int, const void *, size_t, int);
typedef int (*control_fn)(int, int, int, struct epoll_event *);

ssize_t recv(int fd, void *buf, size_t len, int flags) {
  ssize_t got = ((recv_fn)dlsym(RTLD_NEXT, "recv"))(fd, buf, len, flags);
  recvs++;
  nothing += got < 0 && errno == EAGAIN;
  return got;
}
ssize_t send(int fd, const void *buf, size_t len, int flags) {
  sends++;
  return ((send_fn)dlsym(RTLD_NEXT, "send"))(fd, buf, len, flags);
}
int epoll_ctl(int ep, int operation, int fd, struct epoll_event *event) {
  controls++;
  return ((control_fn)dlsym(RTLD_NEXT, "epoll_ctl"))(ep, operation, fd, event);
}

static char buf[64];
static lwt_t *echo(void *env);
static lwt_t *put(lwt_value n, void *env) {
  (void)n;
  return echo(env);
}
static lwt_t *got(lwt_value n, void *env) {
  if (LWT_TO_INT(n) == 0) return lwt_return(LWT_UNIT);
  return lwt_bind(lwt_unix_write(env, buf, (size_t)LWT_TO_INT(n)), put, env, NULL);
}
static lwt_t *echo(void *env) {
  return lwt_bind(lwt_unix_read(env, buf, sizeof buf), got, env, NULL);
}

TEST(a_message_costs_one_recv_and_one_send_and_no_change_of_what_is_watched) {
  enum { MESSAGES = 200 };
  struct pair s = socket_pair();
  int peer = dup(lwt_unix_unix_file_descr(s.out));
  char answer[16];
  lwt_t *server = echo(s.in);
  turns(2);
  recvs = sends = nothing = controls = 0;
  for (int i = 0; i < MESSAGES; i++) {
    CHECK_INT(write(peer, "a message", 9), 9);
    while (sends <= i) turns(1);
    CHECK_INT(read(peer, answer, sizeof answer), 9);
  }
  CHECK_INT(recvs, MESSAGES);
  CHECK_INT(sends, MESSAGES);
  CHECK_INT(nothing, 0);
  CHECK_INT(controls, 0);
  CHECK_INT(run(lwt_unix_close(s.out)), 0);
  close(peer);
  CHECK_INT(run(server), 0);
  CHECK_INT(run(lwt_unix_close(s.in)), 0);
  pair_release(s);
}
