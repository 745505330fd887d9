/* Connecting a socket: at once, later, never. */
#include "sockets.h"

/* A listener whose queue is full, and those who filled it: further connections
 * over the internet are pending as long as it lives. */
struct full {
  lwt_unix_fd *server, *fill[64];
  lwt_t *pending[64];
  int count;
};
static struct full filled(const char *address) {
  struct full full = {listener(address, 0), {NULL}, {NULL}, 0};
  bool is_full = false;
  while (!is_full && full.count < 64) {
    lwt_t *p;
    full.fill[full.count] = connecting(full.server, &p);
    for (int i = 0; i < 50 && lwt_state(p) == LWT_SLEEP; i++) run(lwt_unix_sleep(0.001));
    is_full = lwt_state(p) == LWT_SLEEP;
    full.pending[full.count++] = p;
  }
  CHECK(is_full);
  return full;
}
static void drained(struct full full) {
  for (int i = 0; i < full.count; i++) {
    lwt_cancel(full.pending[i]);
    lwt_release(full.pending[i]);
    shut(full.fill[i]);
  }
  shut(full.server);
}

TEST(where_nobody_listens_a_connection_is_refused) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 1);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  char want[64];
  snprintf(want, sizeof want, "connect: Connection refused: \"%s\"", name_of(server));
  shut(server);
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  lwt_t *p = ended(lwt_unix_connect(fd, ADDRESS(a)));
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), want);
  CHECK_ERRNO(p, ECONNREFUSED, "connect");
  shut(fd);
  a = address_of("unix:/there/is/no/such/socket");
  fd = stream_socket("unix:/x");
  CHECK_RUN_ERRNO(lwt_unix_connect(fd, ADDRESS(a)), ENOENT, "connect");
  shut(fd);
}
TEST(a_connected_socket_is_not_connected_again) {
  struct pair both = connection("127.0.0.1:0");
  struct lwt_unix_sockaddr a = address_of(text_of(lwt_unix_getpeername(both.out)));
  CHECK_RUN_ERRNO(lwt_unix_connect(both.out, ADDRESS(a)), EISCONN, "connect");
  a = address_of("unix:/x");
  CHECK_RUN_ERRNO(lwt_unix_connect(both.out, ADDRESS(a)), EISCONN, "connect");
  pair_close(both);
}
TEST(a_connection_that_nobody_answers_can_be_cancelled_and_closed) {
  struct full full = filled("127.0.0.1:0");
  lwt_t *p, *q;
  lwt_unix_fd *a = connecting(full.server, &p), *b = connecting(full.server, &q);
  run(lwt_unix_sleep(0.005));
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(run(lwt_unix_close(b)), 0);
  CHECK_ERRNO(q, EBADF, "check_descriptor");
  lwt_unix_fd_release(b);
  shut(a);
  drained(full);
}
TEST(a_connection_that_nobody_answers_can_be_aborted) {
  struct full full = filled("127.0.0.1:0");
  lwt_t *p;
  lwt_unix_fd *fd = connecting(full.server, &p);
  CHECK_INT(lwt_unix_abort(fd, exn(LWT_FAILURE)), LWT_OK);
  CHECK_FAILS(p, LWT_FAILURE);
  shut(fd);
  drained(full);
}
TEST(over_the_unix_domain_one_waits_while_the_queue_is_full) {
  char name[64];
  snprintf(name, sizeof name, "unix:@lwt-full-%d", (int)getpid());
  struct full full = filled(name);
  lwt_t *p = full.pending[full.count - 1];
  CHECK_SLEEPS(p);
  shut(accepted_from(full.server));
  lwt_main_run_until(p);
  CHECK_STATE(p, LWT_RETURN);
  /* And the next one can be cancelled, or closed. */
  lwt_t *next, *other;
  lwt_unix_fd *fd = connecting(full.server, &next);
  CHECK_SLEEPS(next);
  lwt_cancel(next);
  CHECK_FAILS(next, LWT_CANCELED);
  shut(fd);
  fd = connecting(full.server, &other);
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  CHECK_RUN_ERRNO(other, EBADF, "check_descriptor");
  lwt_unix_fd_release(fd);
  drained(full);
}
static lwt_unix_fd *closes;
static lwt_t *close_it(lwt_value v, void *env) {
  lwt_unix_fd *fd = closes;
  closes = NULL;
  lwt_t *p = lwt_unix_close(fd);
  lwt_unix_fd_release(fd);
  return (void)v, (void)env, p;
}
TEST(who_is_connected_may_close_the_socket_at_once) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  lwt_t *p;
  closes = connecting(server, &p);
  CHECK_INT(run(lwt_bind(p, close_it, NULL, NULL)), 0);
  CHECK_PTR(closes, NULL);
  shut(accepted_from(server));
  shut(server);
}
TEST(a_descriptor_that_is_said_to_block_is_connected_by_a_job) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  CHECK_INT(run(lwt_unix_set_blocking(fd, true, true)), 0);
  lwt_t *p = lwt_unix_connect(fd, ADDRESS(a));
  CHECK_SLEEPS(p);
  CHECK_INT(run(p), 0);
  shut(accepted_from(server));
  shut(fd);
  shut(server);
}
