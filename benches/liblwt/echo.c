/* echo_server CONNS BYTES [VARIANT]: echoes what comes over TCP until CONNS connections
 * have come and closed; BYTES in all. Plain: callbacks on the promises of lwt_unix_read
 * and lwt_unix_write. Variant bind: each connection a loop of binds. Variant fiber: a fiber
 * for each connection.
 * echo_idle N: what N connections cost, each with a read that waits. */
#include "bench.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

static lwt_unix_fd *listening;
static uint64_t conns, accepted, closed, total;
static lwt_u *all_closed;

struct conn {
  lwt_unix_fd *fd;
  char buf[65536];
};

static void conn_close(struct conn *c) {
  lwt_release(lwt_unix_close(c->fd));
  lwt_unix_fd_release(c->fd);
  free(c);
  if (++closed == conns) lwt_wakeup(all_closed, LWT_UNIT);
}
static void failed(const lwt_exn *e, void *env) {
  (void)env;
  die("echo: %s", lwt_exn_message(e));
}

/* ----------------------------------------------------------- callbacks --- */
static void go_on(struct conn *c);
static bool echoed(struct conn *c, size_t n);
static void on_written(lwt_value put, void *env) {
  (void)put;
  go_on(env);
}
static void on_read(lwt_value got, void *env) {
  struct conn *c = env;
  if (echoed(c, (size_t)LWT_TO_INT(got))) go_on(c);
}
/* Is it to be gone on at once? One message is outstanding, so that all of it fits. */
static bool echoed(struct conn *c, size_t n) {
  if (n == 0) {
    conn_close(c);
    return false;
  }
  total += n;
  lwt_t *put = lwt_unix_write(c->fd, c->buf, n);
  bool done = lwt_state(put) == LWT_RETURN;
  if (!done) lwt_on_any(put, on_written, failed, c, NULL);
  lwt_release(put);
  return done;
}
static void go_on(struct conn *c) {
  for (;;) {
    lwt_t *got = lwt_unix_read(c->fd, c->buf, sizeof c->buf);
    bool done = lwt_state(got) == LWT_RETURN;
    size_t n = (size_t)LWT_TO_INT(lwt_value_of(got));
    if (!done) lwt_on_any(got, on_read, failed, c, NULL);
    lwt_release(got);
    if (!done || !echoed(c, n)) return;
  }
}

/* --------------------------------------------------------------- binds --- */
static lwt_t *read_next(struct conn *c);
static lwt_t *written(lwt_value put, void *env) {
  (void)put;
  return read_next(env);
}
static lwt_t *got(lwt_value n, void *env) {
  struct conn *c = env;
  if (LWT_TO_INT(n) == 0) {
    conn_close(c);
    return lwt_return(LWT_UNIT);
  }
  total += (uint64_t)LWT_TO_INT(n);
  return lwt_bind(lwt_unix_write(c->fd, c->buf, (size_t)LWT_TO_INT(n)), written, c, NULL);
}
static lwt_t *read_next(struct conn *c) {
  return lwt_bind(lwt_unix_read(c->fd, c->buf, sizeof c->buf), got, c, NULL);
}

/* -------------------------------------------------------------- fibers --- */
static lwt_value fiber(void *env) {
  struct conn *c = env;
  intptr_t n;
  while ((n = LWT_TO_INT(lwt_await(lwt_unix_read(c->fd, c->buf, sizeof c->buf), NULL))) > 0) {
    total += (uint64_t)n;
    lwt_await(lwt_unix_write(c->fd, c->buf, (size_t)n), NULL);
  }
  conn_close(c);
  return LWT_UNIT;
}

/* ------------------------------------------------------------ accepting --- */
static int accept_one(int fd, lwt_value *value, void *env) {
  (void)env;
  int c = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  *value = LWT_INT(c);
  return c < 0 ? -1 : LWT_UNIX_DONE;
}
static void on_accepted(lwt_value fd, void *env);
static void accept_next(void) {
  lwt_t *next = lwt_unix_wrap_syscall(LWT_UNIX_READ, listening, accept_one, NULL, NULL);
  lwt_on_any(next, on_accepted, failed, NULL, NULL);
  lwt_release(next);
}
static void on_accepted(lwt_value fd, void *env) {
  (void)env;
  int one = 1;
  setsockopt((int)LWT_TO_INT(fd), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct conn *c = malloc(sizeof *c);
  CHECK(c);
  c->fd = lwt_unix_of_unix_file_descr((int)LWT_TO_INT(fd), 0, false);
  if (VARIANT("fiber")) lwt_release(lwt_spawn(fiber, c, NULL, 16384));
  else if (VARIANT("bind")) lwt_release(read_next(c));
  else go_on(c);
  if (++accepted < conns) accept_next();
}

static int listen_here(struct sockaddr_in *a) {
  socklen_t len = sizeof *a;
  int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  *a = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  CHECK(!bind(l, (void *)a, sizeof *a) && !listen(l, 512) && !getsockname(l, (void *)a, &len));
  return l;
}

void echo_case(uint64_t bytes) {
  struct sockaddr_in a;
  conns = n_ops;
  listening = lwt_unix_of_unix_file_descr(listen_here(&a), 0, false);
  printf("PORT %d\n", ntohs(a.sin_port));
  fflush(stdout);
  lwt_t *end = lwt_wait(&all_closed);
  accept_next();
  run(end);
  CHECK_EQ(total, bytes);
}

/* ----------------------------------------------------------------- idle --- */
static void never(lwt_value n, void *env) {
  (void)n, (void)env;
  die("an idle connection became readable");
}
void idle_connections_case(void) {
  struct rlimit limit;
  static char one_byte;
  CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (2 * n_ops + 128 > limit.rlim_cur) die("echo_idle: only %llu descriptors", (unsigned long long)limit.rlim_cur);
  int *ends = malloc(n_ops * sizeof *ends);
  lwt_unix_fd **fds = malloc(n_ops * sizeof *fds);
  CHECK(ends && fds);
  for (uint64_t i = 0; i < n_ops; i++) {
    int pair[2];
    CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair));
    /* The other ends have high numbers: those of a server follow each other. */
    CHECK(fcntl(pair[1], F_DUPFD_CLOEXEC, (int)n_ops + 64) >= 0 && !close(pair[1]));
    ends[i] = pair[0];
    fds[i] = NULL;
  }
  lwt_release(lwt_pause());
  long before = status_kib(getpid(), "VmRSS");
  bench_t b = bench_begin();
  for (uint64_t i = 0; i < n_ops; i++) {
    fds[i] = lwt_unix_of_unix_file_descr(ends[i], 0, false);
    lwt_t *got = lwt_unix_read(fds[i], &one_byte, 1);
    if (!VARIANT("bare")) lwt_on_any(got, never, failed, NULL, NULL);
    lwt_release(got);
  }
  run(lwt_pause());
  b = bench_end(b);
  double each = (double)(status_kib(getpid(), "VmRSS") - before) * 1024 / (double)n_ops;
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "bytes_per_op=%.1f", each);
}
