/* Sockets: made, bound, listening, accepted, connected, closed. */
#include "sockets.h"

static int flags_of(const lwt_unix_fd *fd) { return fcntl(raw_of(fd), F_GETFL); }
static int exec_of(const lwt_unix_fd *fd) { return fcntl(raw_of(fd), F_GETFD) & FD_CLOEXEC; }

TEST(a_socket_does_not_block_and_is_closed_on_exec_if_asked) {
  lwt_unix_fd *a = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_STREAM, 0));
  lwt_unix_fd *b = TAKE_FD(lwt_unix_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  CHECK((flags_of(a) & O_NONBLOCK) != 0 && exec_of(a) == 0);
  CHECK((flags_of(b) & O_NONBLOCK) != 0 && exec_of(b) != 0);
  CHECK_RETURNS(lwt_unix_blocking(a), 0);
  shut(a);
  shut(b);
}
TEST(a_socket_that_the_system_does_not_have_is_an_error) {
  CHECK_ERRNO(lwt_unix_socket(12345, SOCK_STREAM, 0), EAFNOSUPPORT, "socket");
  CHECK_ERRNO(lwt_unix_socketpair(AF_INET, SOCK_STREAM, 0), EOPNOTSUPP, "socketpair");
}
TEST(the_two_of_a_pair_are_connected) {
  struct lwt_values *both =
    (struct lwt_values *)TAKE(lwt_unix_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  lwt_unix_fd *a = (lwt_unix_fd *)lwt_values_take(both, 0, NULL);
  lwt_unix_fd *b = (lwt_unix_fd *)lwt_values_take(both, 1, NULL);
  char text[8];
  lwt_values_release(both);
  lwt_t *reading = lwt_unix_recv(b, text, sizeof text, 0);
  CHECK_SLEEPS(reading);
  CHECK_RETURNS(lwt_unix_send(a, "hello", 5, 0), 5);
  CHECK_INT(run(reading), 5);
  CHECK(memcmp(text, "hello", 5) == 0);
  shut(a);
  shut(b);
}
TEST(a_pair_that_nobody_takes_is_closed) {
  int before = open_count();
  lwt_release(lwt_unix_socketpair(AF_UNIX, SOCK_STREAM, 0));
  lwt_release(lwt_unix_socket(AF_INET, SOCK_STREAM, 0));
  CHECK_INT(open_count(), before);
}

static void talk(const char *address) {
  lwt_unix_fd *server = listener(address, 8);
  struct lwt_unix_sockaddr from;
  char text[8];
  lwt_t *accepting = lwt_unix_accept(server, &from, SOCK_CLOEXEC);
  CHECK_SLEEPS(accepting);
  lwt_unix_fd *out = connected_to(server), *in = TAKE_FD(accepting);
  CHECK((flags_of(in) & O_NONBLOCK) != 0 && exec_of(in) != 0);
  char told[160];
  lwt_unix_sockaddr_to_text(ADDRESS(from), told, sizeof told);
  CHECK_STR(told, name_of(out));
  CHECK_STR(text_of(lwt_unix_getpeername(out)), name_of(server));
  CHECK_STR(text_of(lwt_unix_getpeername(in)), name_of(out));
  CHECK_INT(run(lwt_unix_write(out, "ping", 4)), 4);
  CHECK_INT(run(lwt_unix_read(in, text, sizeof text)), 4);
  CHECK_INT(run(lwt_unix_send(in, "pong!", 5, 0)), 5);
  CHECK_INT(run(lwt_unix_recv(out, text, sizeof text, 0)), 5);
  shut(out);
  CHECK_INT(run(lwt_unix_recv(in, text, sizeof text, 0)), 0);
  shut(in);
  shut(server);
}
TEST(both_ends_talk_over_ipv4) { talk("127.0.0.1:0"); }
TEST(both_ends_talk_over_ipv6) {
  int probe = socket(AF_INET6, SOCK_STREAM, 0);
  struct lwt_unix_sockaddr a = address_of("[::1]:0");
  bool there = probe >= 0 && bind(probe, ADDRESS(a)) == 0;
  if (probe >= 0) close(probe);
  if (there) talk("[::1]:0");
}
TEST(both_ends_talk_over_a_path_and_an_abstract_name) {
  char path[200];
  snprintf(path, sizeof path, "unix:%s", scratch_path("talk"));
  talk(path);
  CHECK_INT(unlink(path + 5), 0);
  snprintf(path, sizeof path, "unix:@lwt-test-%d", (int)getpid());
  talk(path);
}

TEST(connections_are_accepted_in_their_order_by_those_who_wait_in_theirs) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out[3], *in[3];
  lwt_t *accepting[3];
  for (int i = 0; i < 3; i++) accepting[i] = lwt_unix_accept(server, NULL, 0);
  for (int i = 0; i < 3; i++) out[i] = connected_to(server);
  for (int i = 0; i < 3; i++) {
    in[i] = TAKE_FD(accepting[i]);
    CHECK_STR(text_of(lwt_unix_getpeername(in[i])), name_of(out[i]));
    CHECK_INT(exec_of(in[i]), 0);
  }
  for (int i = 0; i < 3; i++) shut(in[i]), shut(out[i]);
  shut(server);
}
TEST(cancelling_an_accept_loses_no_connection) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8);
  lwt_t *first = lwt_unix_accept(server, NULL, 0), *second = lwt_unix_accept(server, NULL, 0);
  lwt_cancel(first);
  CHECK_FAILS(first, LWT_CANCELED);
  lwt_unix_fd *out = connected_to(server), *in = TAKE_FD(second);
  CHECK_STR(text_of(lwt_unix_getpeername(in)), name_of(out));
  shut(in);
  shut(out);
  shut(server);
}
TEST(closing_a_listener_fails_those_who_accept) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8);
  lwt_t *one = lwt_unix_accept(server, NULL, 0), *n = lwt_unix_accept_n(server, 4, 0);
  CHECK_INT(run(lwt_unix_close(server)), 0);
  CHECK_ERRNO(one, EBADF, "check_descriptor");
  CHECK_ERRNO(n, EBADF, "check_descriptor");
  lwt_unix_fd_release(server);
}

/* What accept_n gave: the descriptors, closed, and its error or LWT_NONE. */
static int list_of(lwt_t *p, int *error) {
  struct lwt_values *pair = (struct lwt_values *)TAKE(p);
  if (pair == NULL) return -1;
  CHECK_INT(pair->len, 2);
  int n = (int)((struct lwt_values *)pair->data[0])->len;
  *error = pair->data[1] == LWT_NONE ? 0 : lwt_exn_errno((lwt_exn *)pair->data[1]);
  lwt_values_release(pair);
  return n;
}
TEST(accept_n_waits_for_one_and_takes_as_many_as_are_there) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out[5];
  int error = -1, before = open_count();
  lwt_t *waiting = lwt_unix_accept_n(server, 3, 0);
  CHECK_SLEEPS(waiting);
  for (int i = 0; i < 5; i++) out[i] = connected_to(server);
  int first = list_of(waiting, &error);
  CHECK(first >= 1 && first <= 3);
  CHECK_INT(error, 0);
  int second = list_of(lwt_unix_accept_n(server, 100, SOCK_CLOEXEC), &error);
  CHECK_INT(first + second, 5);
  CHECK_INT(error, 0);
  CHECK_INT(list_of(lwt_unix_accept_n(server, 0, 0), &error), 0);
  for (int i = 0; i < 5; i++) shut(out[i]);
  CHECK_INT(open_count(), before);
  shut(server);
}
TEST(accept_n_takes_no_more_than_was_asked_for) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out[5];
  int error = -1;
  for (int i = 0; i < 5; i++) out[i] = connected_to(server);
  CHECK_INT(list_of(lwt_unix_accept_n(server, 2, 0), &error), 2);
  CHECK_INT(list_of(lwt_unix_accept_n(server, 1, 0), &error), 1);
  CHECK_INT(list_of(lwt_unix_accept_n(server, 2, 0), &error), 2);
  for (int i = 0; i < 5; i++) shut(out[i]);
  shut(server);
}
TEST(an_error_of_accept_n_loses_none_that_was_taken) {
  if (!limits_hold()) return;
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out[5];
  int error = 0;
  for (int i = 0; i < 5; i++) out[i] = connected_to(server);
  lwt_unix_fd *warm = connected_to(server);
  shut(accepted_from(server));
  struct rlimit before = only(2);
  CHECK_INT(list_of(lwt_unix_accept_n(server, 9, 0), &error), 2);
  CHECK_INT(error, EMFILE);
  unlimited(before);
  before = only(0);
  CHECK_ERRNO(lwt_unix_accept_n(server, 9, 0), EMFILE, "accept_n");
  unlimited(before);
  /* Those that were not taken are in the system's queue. */
  CHECK_INT(list_of(lwt_unix_accept_n(server, 9, 0), &error), 3);
  CHECK_INT(error, 0);
  for (int i = 0; i < 5; i++) shut(out[i]);
  shut(warm);
  shut(server);
}
TEST(out_of_descriptors_a_connection_is_left_for_later) {
  if (!limits_hold()) return;
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out = connected_to(server);
  int spare = dup(0);
  struct rlimit before = only(0);
  CHECK_ERRNO(lwt_unix_accept(server, NULL, 0), EMFILE, "accept");
  CHECK_ERRNO(lwt_unix_accept(server, NULL, 0), EMFILE, "accept");
  close(spare);
  lwt_unix_fd *in = accepted_from(server);
  CHECK_STR(text_of(lwt_unix_getpeername(in)), name_of(out));
  unlimited(before);
  shut(in);
  shut(out);
  shut(server);
}
TEST(a_connection_that_was_reset_before_it_was_accepted_is_accepted_and_then_found_so) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8), *out = connected_to(server);
  char text[4];
  CHECK_RETURNS(lwt_unix_setsockopt_optint(out, SOL_SOCKET, SO_LINGER, LWT_INT(0)), 0);
  shut(out);
  lwt_t *p = ended(lwt_unix_accept(server, NULL, 0));
  if (lwt_state(p) == LWT_RETURN) {
    lwt_unix_fd *in = (lwt_unix_fd *)lwt_take(p);
    CHECK_RUN_ERRNO(lwt_unix_recv(in, text, sizeof text, 0), ECONNRESET, "recv");
    shut(in);
  } else {
    CHECK_ERRNO(p, ECONNABORTED, "accept");
  }
  out = connected_to(server);
  shut(accepted_from(server));
  shut(out);
  shut(server);
}

TEST(an_address_in_use_is_an_error_that_names_it) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 8);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  lwt_unix_fd *other = stream_socket("127.0.0.1:0");
  lwt_t *p = lwt_unix_bind(other, ADDRESS(a));
  CHECK_STR(lwt_exn_argument(lwt_exn_of(p)), name_of(server));
  CHECK_ERRNO(p, EADDRINUSE, "bind");
  shut(other);
  shut(server);
}
TEST(a_path_is_bound_by_a_job_and_only_once) {
  char path[200];
  struct stat there;
  snprintf(path, sizeof path, "unix:%s", scratch_path("twice"));
  struct lwt_unix_sockaddr a = address_of(path);
  lwt_unix_fd *one = stream_socket(path), *two = stream_socket(path);
  lwt_t *p = lwt_unix_bind(one, ADDRESS(a));
  CHECK_SLEEPS(p);
  CHECK_INT(run(p), 0);
  CHECK(stat(path + 5, &there) == 0 && S_ISSOCK(there.st_mode));
  CHECK_RUN_ERRNO(lwt_unix_bind(two, ADDRESS(a)), EADDRINUSE, "bind");
  a = address_of("unix:/there/is/no/such/folder");
  CHECK_RUN_ERRNO(lwt_unix_bind(two, ADDRESS(a)), ENOENT, "bind");
  /* The descriptor may be closed while the job is under way. */
  snprintf(path, sizeof path, "unix:%s", scratch_path("closed"));
  a = address_of(path);
  p = lwt_unix_bind(two, ADDRESS(a));
  CHECK_INT(run(lwt_unix_close(two)), 0);
  CHECK_INT(run(p), 0);
  lwt_unix_fd_release(two);
  shut(one);
  unlink(path + 5);
  unlink(scratch_path("twice"));
}
TEST(an_abstract_name_is_free_again_when_it_is_closed) {
  char name[64];
  snprintf(name, sizeof name, "unix:@lwt-again-%d", (int)getpid());
  lwt_unix_fd *one = listener(name, 1), *two = stream_socket(name);
  struct lwt_unix_sockaddr a = address_of(name);
  CHECK_STR(name_of(one), name);
  CHECK_ERRNO(lwt_unix_bind(two, ADDRESS(a)), EADDRINUSE, "bind");
  shut(one);
  CHECK_INT(run(lwt_unix_bind(two, ADDRESS(a))), 0);
  shut(two);
}

TEST(shutdown_ends_one_direction) {
  struct pair both = connection("127.0.0.1:0");
  char text[4];
  lwt_t *reading = lwt_unix_recv(both.in, text, sizeof text, 0);
  CHECK_SLEEPS(reading);
  CHECK_RETURNS(lwt_unix_shutdown(both.out, SHUT_WR), 0);
  CHECK_INT(run(reading), 0);
  /* The other direction goes on. */
  CHECK_INT(run(lwt_unix_send(both.in, "more", 4, 0)), 4);
  CHECK_INT(run(lwt_unix_recv(both.out, text, sizeof text, 0)), 4);
  CHECK_RUN_ERRNO(lwt_unix_send(both.out, "x", 1, 0), EPIPE, "send");
  pair_close(both);
  lwt_unix_fd *lone = stream_socket("127.0.0.1:0");
  CHECK_ERRNO(lwt_unix_shutdown(lone, SHUT_RDWR), ENOTCONN, "shutdown");
  CHECK_ERRNO(lwt_unix_shutdown(lone, 77), EINVAL, "shutdown");
  shut(lone);
}
TEST(shutting_down_wakes_those_who_read) {
  struct pair both = connection("127.0.0.1:0");
  char text[4];
  lwt_t *reading = lwt_unix_read(both.in, text, sizeof text);
  CHECK_RETURNS(lwt_unix_shutdown(both.in, SHUT_RD), 0);
  CHECK_INT(run(reading), 0);
  pair_close(both);
}
TEST(the_backlog_has_a_longest) {
  CHECK(lwt_unix_somaxconn() >= 128);
  lwt_unix_fd *server = listener("127.0.0.1:0", lwt_unix_somaxconn());
  shut(server);
}

TEST(who_is_at_the_other_end_of_a_unix_socket_is_known) {
  struct pair both = socket_pair();
  struct lwt_unix_credentials *peer =
    (struct lwt_unix_credentials *)TAKE(lwt_unix_get_credentials(both.in));
  CHECK_INT(peer->pid, getpid());
  CHECK_INT(peer->uid, geteuid());
  CHECK_INT(peer->gid, getegid());
  lwt_unix_credentials_release(peer);
  lwt_unix_credentials_release(NULL);
  pair_close(both);
  both = connection("127.0.0.1:0");
  CHECK_ERRNO(lwt_unix_get_credentials(both.in), EOPNOTSUPP, "get_credentials");
  pair_close(both);
  both = pipe_pair();
  CHECK_ERRNO(lwt_unix_get_credentials(both.in), ENOTSOCK, "get_credentials");
  pair_close(both);
}

TEST(the_folder_is_removed) { CHECK_INT(rmdir(scratch_path("")), 0); }
