/* Sockets with handles that are none, that are closed, aborted, another
 * thread's. */
#include "sockets.h"

#include <pthread.h>

/* Each call on a descriptor, by number; NULL: no more. */
static lwt_t *call(int number, const lwt_unix_fd *fd) {
  static char bytes[16];
  static struct lwt_unix_sockaddr from;
  static int64_t offset;
  static double seconds;
  struct in_addr any = {0};
  struct lwt_unix_sockaddr a = address_of("127.0.0.1:1");
  switch (number) {
    case 0: return lwt_unix_bind(fd, ADDRESS(a));
    case 1: return lwt_unix_listen(fd, 1);
    case 2: return lwt_unix_accept(fd, &from, 0);
    case 3: return lwt_unix_accept_n(fd, 3, 0);
    case 4: return lwt_unix_accept_n(fd, 0, 0);
    case 5: return lwt_unix_connect(fd, ADDRESS(a));
    case 6: return lwt_unix_shutdown(fd, SHUT_WR);
    case 7: return lwt_unix_getsockname(fd);
    case 8: return lwt_unix_getpeername(fd);
    case 9: return lwt_unix_get_credentials(fd);
    case 10: return lwt_unix_recv(fd, bytes, sizeof bytes, 0);
    case 11: return lwt_unix_recv(fd, bytes, sizeof bytes, MSG_OOB);
    case 12: return lwt_unix_recvfrom(fd, bytes, sizeof bytes, 0, &from);
    case 13: return lwt_unix_send(fd, bytes, sizeof bytes, 0);
    case 14: return lwt_unix_sendto(fd, bytes, sizeof bytes, 0, ADDRESS(a));
    case 15: return lwt_unix_sendfile(fd, fd, &offset, 1);
    case 16: return lwt_unix_sendfile(fd, fd, &offset, 0);
    case 17: return lwt_unix_getsockopt(fd, SOL_SOCKET, SO_REUSEADDR);
    case 18: return lwt_unix_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, true);
    case 19: return lwt_unix_getsockopt_int(fd, SOL_SOCKET, SO_TYPE);
    case 20: return lwt_unix_setsockopt_int(fd, SOL_SOCKET, SO_RCVBUF, 1);
    case 21: return lwt_unix_getsockopt_optint(fd, SOL_SOCKET, SO_LINGER);
    case 22: return lwt_unix_setsockopt_optint(fd, SOL_SOCKET, SO_LINGER, LWT_NONE);
    case 23: return lwt_unix_getsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, &seconds);
    case 24: return lwt_unix_setsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, 1);
    case 25: return lwt_unix_getsockopt_error(fd);
    case 26: return lwt_unix_mcast_set_loop(fd, true);
    case 27: return lwt_unix_mcast_set_ttl(fd, 1);
    case 28: return lwt_unix_mcast_add_membership(fd, any, any);
    case 29: return lwt_unix_mcast_drop_membership(fd, any, any);
    default: return NULL;
  }
}
static void all_fail(const lwt_unix_fd *fd, int kind) {
  lwt_t *p;
  for (int i = 0; (p = call(i, fd)) != NULL; i++) {
    if (kind_of(p) != kind) fprintf(stderr, "call %d:\n", i);
    CHECK_FAILS(p, kind);
  }
}

TEST(no_handle_and_a_stale_one_are_invalid) {
  all_fail(NULL, INVALID);
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  shut(fd);
  all_fail(fd, INVALID);
  lwt_mutex *other = lwt_mutex_create();
  all_fail((const lwt_unix_fd *)other, INVALID);
  lwt_mutex_release(other);
}
TEST(on_a_closed_descriptor_every_call_says_so) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  lwt_t *p;
  for (int i = 0; (p = call(i, fd)) != NULL; i++) CHECK_ERRNO(p, EBADF, "check_descriptor");
  lwt_unix_fd_release(fd);
}
TEST(on_an_aborted_descriptor_every_call_fails_as_it_was_aborted) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  CHECK_INT(lwt_unix_abort(fd, exn(LWT_TIMEOUT)), LWT_OK);
  all_fail(fd, LWT_TIMEOUT);
  shut(fd);
}
static void *elsewhere(void *fd) {
  all_fail((const lwt_unix_fd *)fd, LWT_WRONG_THREAD);
  return NULL;
}
TEST(another_thread_can_do_nothing_with_it) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  pthread_t thread;
  pthread_create(&thread, NULL, elsewhere, fd);
  pthread_join(thread, NULL);
  shut(fd);
}
TEST(on_what_is_no_socket_the_calls_say_so) {
  struct pair p = pipe_pair();
  CHECK_ERRNO(lwt_unix_listen(p.in, 1), ENOTSOCK, "listen");
  CHECK_ERRNO(lwt_unix_accept(p.in, NULL, 0), ENOTSOCK, "accept");
  CHECK_ERRNO(lwt_unix_recv(p.in, NULL, 0, 0), ENOTSOCK, "recv");
  CHECK_ERRNO(lwt_unix_send(p.out, "x", 1, 0), ENOTSOCK, "send");
  CHECK_ERRNO(lwt_unix_getsockname(p.in), ENOTSOCK, "getsockname");
  CHECK_ERRNO(lwt_unix_getsockopt(p.in, SOL_SOCKET, SO_TYPE), ENOTSOCK, "getsockopt");
  pair_close(p);
}
TEST(buffers_and_addresses_that_are_none_are_invalid) {
  lwt_unix_fd *fd = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM, 0));
  struct lwt_unix_sockaddr a = address_of("127.0.0.1:1");
  char buf[8];
  CHECK_FAILS(lwt_unix_recv(fd, NULL, 5, 0), INVALID);
  CHECK_FAILS(lwt_unix_recvfrom(fd, NULL, 5, 0, NULL), INVALID);
  CHECK_FAILS(lwt_unix_recv(fd, buf, SIZE_MAX, 0), INVALID);
  CHECK_FAILS(lwt_unix_recvfrom(fd, buf, SIZE_MAX, 0, NULL), INVALID);
  CHECK_FAILS(lwt_unix_send(fd, buf, SIZE_MAX, 0), INVALID);
  CHECK_FAILS(lwt_unix_send(fd, NULL, 5, 0), INVALID);
  CHECK_FAILS(lwt_unix_sendto(fd, NULL, 5, 0, ADDRESS(a)), INVALID);
  CHECK_FAILS(lwt_unix_sendto(fd, "x", 1, 0, NULL, 16), INVALID);
  CHECK_FAILS(lwt_unix_bind(fd, NULL, 16), INVALID);
  CHECK_FAILS(lwt_unix_bind(fd, (struct sockaddr *)&a.address, 5000), INVALID);
  CHECK_FAILS(lwt_unix_connect(fd, (struct sockaddr *)&a.address, 0), INVALID);
  CHECK_FAILS(lwt_unix_sendfile(fd, NULL, NULL, 5), INVALID);
  CHECK_FAILS(lwt_unix_sendfile(NULL, fd, NULL, 5), INVALID);
  CHECK_ERRNO(lwt_unix_bind(fd, (struct sockaddr *)&a.address, 5), EINVAL, "bind");
  shut(fd);
}

/* ---- Callbacks that pull the descriptor from under the call ---- */
static lwt_unix_fd *pulled;
static int pulls;
static void pull(lwt_value v, void *env) {
  (void)v, (void)env;
  pulls++;
  if (pulled == NULL) return;
  lwt_unix_fd *fd = pulled;
  pulled = NULL;
  lwt_release(lwt_unix_close(fd));
  lwt_unix_fd_release(fd);
}
static void pull_exn(const lwt_exn *e, void *env) {
  (void)e;
  pull(LWT_UNIT, env);
}
TEST(whoever_is_served_first_may_close_under_those_who_wait_behind) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  lwt_t *accepting[4];
  int out[3];
  for (int i = 0; i < 4; i++) {
    accepting[i] = lwt_unix_accept(server, NULL, 0);
    lwt_on_any(accepting[i], pull, pull_exn, NULL, NULL);
  }
  for (int i = 0; i < 3; i++) {
    out[i] = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_INT(connect(out[i], ADDRESS(a)), 0);
  }
  pulled = server;
  pulls = 0;
  for (int i = 0; i < 4; i++) lwt_main_run_until(accepting[i]);
  CHECK_INT(pulls, 4);
  CHECK_STATE(accepting[0], LWT_RETURN);
  lwt_release(accepting[0]);
  for (int i = 1; i < 4; i++) CHECK_ERRNO(accepting[i], EBADF, "check_descriptor");
  for (int i = 0; i < 3; i++) close(out[i]);
}
static lwt_t *victim;
static void cancel_victim(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_cancel(victim);
}
TEST(whoever_is_served_may_cancel_who_is_served_next) {
  struct pair both = connection("127.0.0.1:0");
  char a[1], b[1] = {'-'}, c[1];
  lwt_t *first = lwt_unix_recv(both.in, a, 1, 0);
  victim = lwt_unix_recv(both.in, b, 1, 0);
  lwt_t *third = lwt_unix_recv(both.in, c, 1, 0);
  lwt_on_success(first, cancel_victim, NULL, NULL);
  CHECK_INT(run(lwt_unix_send(both.out, "12", 2, 0)), 2);
  CHECK_INT(run(third), 1);
  CHECK_RETURNS(first, 1);
  CHECK_FAILS(victim, LWT_CANCELED);
  CHECK(a[0] == '1' && b[0] == '-' && c[0] == '2');
  pair_close(both);
}
TEST(the_last_handle_may_go_while_a_call_waits) {
  struct pair both = connection("127.0.0.1:0");
  char text[4];
  lwt_t *reading = lwt_unix_recv(both.in, text, sizeof text, 0);
  lwt_unix_fd_release(both.in);
  CHECK_INT(run(lwt_unix_send(both.out, "x", 1, 0)), 1);
  CHECK_INT(run(reading), 1);
  /* And now it is closed. */
  CHECK_INT(run(lwt_unix_recv(both.out, text, sizeof text, 0)), 0);
  shut(both.out);
}
