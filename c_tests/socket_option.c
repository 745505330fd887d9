/* Options of sockets. */
#include "sockets.h"

TEST(options_are_on_or_off) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  struct { int level, name; } all[] = {{SOL_SOCKET, SO_REUSEADDR}, {SOL_SOCKET, SO_KEEPALIVE},
                                       {SOL_SOCKET, SO_REUSEPORT}, {IPPROTO_TCP, TCP_NODELAY}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK_RETURNS(lwt_unix_getsockopt(fd, all[i].level, all[i].name), 0);
    CHECK_RETURNS(lwt_unix_setsockopt(fd, all[i].level, all[i].name, true), 0);
    CHECK_RETURNS(lwt_unix_getsockopt(fd, all[i].level, all[i].name), 1);
    CHECK_RETURNS(lwt_unix_setsockopt(fd, all[i].level, all[i].name, false), 0);
    CHECK_RETURNS(lwt_unix_getsockopt(fd, all[i].level, all[i].name), 0);
  }
  shut(fd);
}
TEST(options_are_numbers) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  CHECK_RETURNS(lwt_unix_getsockopt_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  CHECK_RETURNS(lwt_unix_setsockopt_int(fd, SOL_SOCKET, SO_RCVBUF, 10000), 0);
  CHECK(run(lwt_unix_getsockopt_int(fd, SOL_SOCKET, SO_RCVBUF)) >= 10000);
  shut(fd);
}
TEST(options_may_be_absent) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  lwt_t *p = lwt_unix_getsockopt_optint(fd, SOL_SOCKET, SO_LINGER);
  CHECK_PTR(lwt_take(p), LWT_NONE);
  CHECK_RETURNS(lwt_unix_setsockopt_optint(fd, SOL_SOCKET, SO_LINGER, LWT_INT(7)), 0);
  CHECK_RETURNS(lwt_unix_getsockopt_optint(fd, SOL_SOCKET, SO_LINGER), 7);
  CHECK_RETURNS(lwt_unix_setsockopt_optint(fd, SOL_SOCKET, SO_LINGER, LWT_NONE), 0);
  p = lwt_unix_getsockopt_optint(fd, SOL_SOCKET, SO_LINGER);
  CHECK_PTR(lwt_take(p), LWT_NONE);
  CHECK_FAILS(lwt_unix_setsockopt_optint(fd, SOL_SOCKET, SO_LINGER, LWT_INT(1L << 40)), INVALID);
  shut(fd);
}
TEST(options_are_times) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  double seconds = -1;
  CHECK_RETURNS(lwt_unix_getsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, &seconds), 0);
  CHECK(seconds == 0);
  CHECK_RETURNS(lwt_unix_setsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, 2.5), 0);
  CHECK_RETURNS(lwt_unix_getsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, &seconds), 0);
  CHECK(seconds >= 2.5 && seconds < 2.6);
  CHECK_FAILS(lwt_unix_setsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, -1), INVALID);
  CHECK_FAILS(lwt_unix_setsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, 0.0 / 0.0), INVALID);
  CHECK_FAILS(lwt_unix_getsockopt_float(fd, SOL_SOCKET, SO_RCVTIMEO, NULL), INVALID);
  shut(fd);
}
TEST(the_error_of_a_socket_is_told_once) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 1);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  shut(server);
  lwt_unix_fd *fd = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM, 0));
  CHECK_INT(run(lwt_unix_connect(fd, ADDRESS(a))), 0);
  CHECK_INT(run(lwt_unix_send(fd, "x", 1, 0)), 1);
  CHECK_RETURNS(lwt_unix_getsockopt_error(fd), ECONNREFUSED);
  lwt_t *p = lwt_unix_getsockopt_error(fd);
  CHECK_PTR(lwt_take(p), LWT_NONE);
  shut(fd);
}
TEST(an_option_that_there_is_not_is_an_error) {
  lwt_unix_fd *fd = stream_socket("127.0.0.1:0");
  CHECK_ERRNO(lwt_unix_getsockopt(fd, SOL_SOCKET, 12345), ENOPROTOOPT, "getsockopt");
  CHECK_ERRNO(lwt_unix_setsockopt_int(fd, SOL_SOCKET, 12345, 1), ENOPROTOOPT, "setsockopt");
  shut(fd);
}
TEST(groups_are_joined_and_left) {
  lwt_unix_fd *fd = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM, 0));
  struct in_addr group = {htonl(0xefffff01)}, here = {htonl(INADDR_LOOPBACK)}, none = {0};
  CHECK_RETURNS(lwt_unix_mcast_add_membership(fd, group, here), 0);
  CHECK_ERRNO(lwt_unix_mcast_add_membership(fd, group, here), EADDRINUSE, "mcast_add_membership");
  CHECK_RETURNS(lwt_unix_mcast_drop_membership(fd, group, here), 0);
  CHECK_ERRNO(lwt_unix_mcast_drop_membership(fd, group, here), EADDRNOTAVAIL,
              "mcast_drop_membership");
  CHECK_ERRNO(lwt_unix_mcast_add_membership(fd, none, here), EINVAL, "mcast_add_membership");
  CHECK_RETURNS(lwt_unix_mcast_set_ttl(fd, 3), 0);
  CHECK_RETURNS(lwt_unix_getsockopt_int(fd, IPPROTO_IP, IP_MULTICAST_TTL), 3);
  CHECK_ERRNO(lwt_unix_mcast_set_ttl(fd, 256), EINVAL, "mcast_set_ttl");
  CHECK_RETURNS(lwt_unix_mcast_set_loop(fd, false), 0);
  CHECK_RETURNS(lwt_unix_getsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
  shut(fd);
}
