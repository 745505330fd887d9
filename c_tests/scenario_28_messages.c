/* Scenario 28: send_msg/recv_msg with a passed descriptor; credentials;
 * multicast join x loop (only join + loop delivers). */
#include "sockets.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/wait.h>

static lwt_unix_io_vectors *vector(void *bytes, size_t len) {
  lwt_unix_io_vectors *v = lwt_unix_io_vectors_create();
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, bytes, len), LWT_OK);
  return v;
}
static lwt_t *send_with(const lwt_unix_fd *to, const char *text, const lwt_unix_fd *const *fds,
                        size_t n) {
  lwt_unix_io_vectors *v = vector((char *)(uintptr_t)text, strlen(text));
  lwt_t *p = lwt_unix_send_msg(to, v, fds, n);
  lwt_unix_io_vectors_release(v);
  return p;
}
static lwt_t *recv_into(const lwt_unix_fd *from, char *text, size_t len) {
  lwt_unix_io_vectors *v = vector(text, len);
  lwt_t *p = lwt_unix_recv_msg(from, v);
  lwt_unix_io_vectors_release(v);
  return p;
}
/* The parts of what recv_msg gave. */
static size_t fds_in(struct lwt_values *message) { return ((struct lwt_values *)message->data[1])->len; }
static lwt_unix_fd *fd_of(struct lwt_values *message, size_t i) {
  return (lwt_unix_fd *)lwt_values_take((struct lwt_values *)message->data[1], i, NULL);
}
#define CHECK_MESSAGE(m, bytes, n, flags)         \
  (CHECK_INT((m)->len, 3), CHECK_INT(LWT_TO_INT((m)->data[0]), bytes), \
   CHECK_INT(fds_in(m), n), CHECK_INT(LWT_TO_INT((m)->data[2]) & (MSG_TRUNC | MSG_CTRUNC), flags))

TEST(a_descriptor_that_is_passed_means_the_same_file) {
  struct pair both = socket_pair(), pipes = pipe_pair();
  char text[8] = "";
  lwt_t *p = recv_into(both.in, text, sizeof text);
  CHECK_SLEEPS(p);
  const lwt_unix_fd *fds[] = {pipes.in};
  CHECK_INT(run(send_with(both.out, "have", fds, 1)), 4);
  struct lwt_values *message = (struct lwt_values *)TAKE(p);
  CHECK_MESSAGE(message, 4, 1, 0);
  CHECK_STR(text, "have");
  lwt_unix_fd *passed = fd_of(message, 0);
  lwt_values_release(message);
  CHECK(raw_of(passed) != raw_of(pipes.in));
  CHECK((fcntl(raw_of(passed), F_GETFD) & FD_CLOEXEC) != 0);
  /* It is another one: the sender's may be closed. */
  CHECK_INT(run(lwt_unix_close(pipes.in)), 0);
  CHECK_INT(run(lwt_unix_write(pipes.out, "through", 7)), 7);
  CHECK_INT(run(lwt_unix_read(passed, text, sizeof text)), 7);
  CHECK(memcmp(text, "through", 7) == 0);
  shut(passed);
  CHECK_INT(run(lwt_unix_close(pipes.out)), 0);
  pair_release(pipes);
  pair_close(both);
}
TEST(a_descriptor_is_passed_to_another_process) {
  struct pair both = socket_pair(), pipes = pipe_pair();
  int raw_in = raw_of(both.in);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) { /* a plain one: it knows nothing of the library */
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec iov = {&byte, 1};
    struct msghdr m;
    memset(&m, 0, sizeof m);
    m.msg_iov = &iov;
    m.msg_iovlen = 1;
    m.msg_control = control;
    m.msg_controllen = sizeof control;
    fcntl(raw_in, F_SETFL, 0);
    if (recvmsg(raw_in, &m, 0) != 1) _exit(1);
    int fd = *(int *)CMSG_DATA(CMSG_FIRSTHDR(&m));
    _exit(write(fd, "child", 5) == 5 ? 0 : 2);
  }
  char text[8] = "";
  int status = -1;
  const lwt_unix_fd *fds[] = {pipes.out};
  CHECK_INT(run(send_with(both.out, "x", fds, 1)), 1);
  CHECK_INT(run(lwt_unix_read(pipes.in, text, sizeof text)), 5);
  CHECK_STR(text, "child");
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  pair_close(pipes);
  pair_close(both);
}
TEST(many_are_passed_in_order_and_those_not_taken_are_closed) {
  struct pair both = socket_pair();
  const lwt_unix_fd *fds[253];
  lwt_unix_fd *own[253];
  for (int i = 0; i < 253; i++) {
    own[i] = lwt_unix_of_fd(i % 2 ? open("/dev/zero", O_RDONLY) : open("/dev/null", O_RDONLY));
    fds[i] = own[i];
  }
  int before = open_count();
  char text[4];
  CHECK_FAILS(send_with(both.out, "x", fds, 254), INVALID);
  CHECK_INT(run(send_with(both.out, "x", fds, 253)), 1);
  struct lwt_values *message = (struct lwt_values *)TAKE(recv_into(both.in, text, sizeof text));
  CHECK_MESSAGE(message, 1, 253, 0);
  CHECK_INT(open_count(), before + 253);
  for (size_t i = 0; i < 253; i += 100) {
    lwt_unix_fd *passed = fd_of(message, i);
    CHECK_INT(run(lwt_unix_read(passed, text, 1)), i % 2);
    shut(passed);
  }
  lwt_values_release(message);
  CHECK_INT(open_count(), before);
  for (int i = 0; i < 253; i++) shut(own[i]);
  pair_close(both);
}
TEST(bytes_are_gathered_from_slices_and_spread_over_slices) {
  struct pair both = socket_pair();
  char a[] = "one", b[] = "", c[] = "three", x[2], y[16] = "";
  lwt_unix_io_vectors *out = vector(a, 3), *in = vector(x, 2);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(out, b, 0), LWT_OK);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(out, c, 5), LWT_OK);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(in, y, 16), LWT_OK);
  CHECK_INT(run(lwt_unix_send_msg(both.out, out, NULL, 0)), 8);
  struct lwt_values *message = (struct lwt_values *)TAKE(lwt_unix_recv_msg(both.in, in));
  CHECK_MESSAGE(message, 8, 0, 0);
  CHECK(memcmp(x, "on", 2) == 0);
  CHECK_STR(y, "ethree");
  lwt_values_release(message);
  lwt_unix_io_vectors_release(out);
  lwt_unix_io_vectors_release(in);
  pair_close(both);
}
TEST(a_message_is_sent_to_an_address) {
  char name[64], text[4] = "";
  snprintf(name, sizeof name, "unix:@lwt-msg-%d", (int)getpid());
  struct lwt_unix_sockaddr a = address_of(name);
  lwt_unix_fd *to = TAKE_FD(lwt_unix_socket(AF_UNIX, SOCK_DGRAM, 0));
  lwt_unix_fd *from = TAKE_FD(lwt_unix_socket(AF_UNIX, SOCK_DGRAM, 0));
  CHECK_INT(run(lwt_unix_bind(to, ADDRESS(a))), 0);
  const lwt_unix_fd *fds[] = {from};
  char bytes[] = "long message";
  lwt_unix_io_vectors *v = vector(bytes, 12);
  CHECK_INT(run(lwt_unix_send_msgto(from, v, fds, 1, ADDRESS(a))), 12);
  CHECK_FAILS(lwt_unix_send_msgto(from, v, fds, 1, NULL, 4), INVALID);
  CHECK_ERRNO(lwt_unix_send_msg(from, v, NULL, 0), ENOTCONN, "send_msg");
  /* What does not fit is lost, which the flags tell. */
  struct lwt_values *message = (struct lwt_values *)TAKE(recv_into(to, text, 4));
  CHECK_MESSAGE(message, 4, 1, MSG_TRUNC);
  lwt_values_release(message);
  lwt_unix_io_vectors_release(v);
  shut(from);
  shut(to);
}
TEST(out_of_descriptors_the_flags_tell_that_some_were_lost) {
  if (!limits_hold()) return;
  struct pair both = socket_pair();
  char text[4];
  const lwt_unix_fd *fds[] = {both.in, both.out, both.in};
  CHECK_INT(run(send_with(both.out, "x", fds, 3)), 1);
  struct rlimit before = only(1);
  struct lwt_values *message = (struct lwt_values *)TAKE(recv_into(both.in, text, 4));
  unlimited(before);
  CHECK_MESSAGE(message, 1, 1, MSG_CTRUNC);
  lwt_values_release(message);
  pair_close(both);
}
TEST(what_is_passed_may_be_closed_while_the_message_waits) {
  struct pair both = socket_pair(), pipes = pipe_pair();
  char block[65536];
  memset(block, 'x', sizeof block);
  for (;;) {
    lwt_t *p = lwt_unix_send(both.out, block, sizeof block, MSG_DONTWAIT);
    bool full = lwt_state(p) != LWT_RETURN;
    lwt_cancel(p);
    lwt_release(p);
    if (full) break;
  }
  const lwt_unix_fd *fds[] = {pipes.in};
  lwt_t *p = send_with(both.out, "x", fds, 1), *q = send_with(both.out, "y", fds, 1);
  CHECK_SLEEPS(p);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_INT(run(lwt_unix_close(pipes.in)), 0);
  while (lwt_state(p) == LWT_SLEEP) {
    CHECK(recv(raw_of(both.in), block, sizeof block, MSG_DONTWAIT) != 0);
    run(lwt_unix_sleep(0.001));
  }
  CHECK_ERRNO(p, EBADF, "check_descriptor");
  CHECK_ERRNO(send_with(both.out, "x", fds, 1), EBADF, "check_descriptor");
  CHECK_INT(run(lwt_unix_close(pipes.out)), 0);
  pair_release(pipes);
  pair_close(both);
}
TEST(messages_with_bad_handles_are_refused) {
  struct pair both = socket_pair();
  char text[4];
  const lwt_unix_fd *fds[] = {both.in, NULL};
  lwt_unix_io_vectors *v = vector(text, 4);
  CHECK_FAILS(lwt_unix_send_msg(both.out, v, fds, 2), INVALID);
  CHECK_FAILS(lwt_unix_send_msg(both.out, v, NULL, 1), INVALID);
  CHECK_FAILS(lwt_unix_send_msg(both.out, NULL, fds, 1), INVALID);
  CHECK_FAILS(lwt_unix_send_msg(NULL, v, fds, 1), INVALID);
  CHECK_FAILS(lwt_unix_recv_msg(NULL, v), INVALID);
  CHECK_FAILS(lwt_unix_recv_msg(both.in, NULL), INVALID);
  lwt_unix_io_vectors_release(v);
  CHECK_FAILS(lwt_unix_recv_msg(both.in, v), INVALID);
  pair_close(both);
}

TEST(credentials_are_those_of_who_connected) {
  char name[64];
  int go[2], status;
  snprintf(name, sizeof name, "unix:@lwt-cred-%d", (int)getpid());
  lwt_unix_fd *server = listener(name, 4);
  struct lwt_unix_sockaddr a = address_of(name);
  CHECK_INT(pipe(go), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    char byte;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    close(go[1]);
    if (connect(fd, ADDRESS(a)) != 0) _exit(1);
    _exit(read(go[0], &byte, 1) == 0 ? 0 : 2);
  }
  lwt_unix_fd *in = accepted_from(server);
  struct lwt_unix_credentials *peer =
    (struct lwt_unix_credentials *)TAKE(lwt_unix_get_credentials(in));
  CHECK_INT(peer->pid, child);
  CHECK_INT(peer->uid, getuid());
  CHECK_INT(peer->gid, getgid());
  lwt_unix_credentials_release(peer);
  close(go[0]);
  close(go[1]);
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  shut(in);
  shut(server);
}

/* An interface for groups. On the loopback the system ignores the option loop: all
 * that is sent comes back. What has no hops to go never leaves the machine. */
static bool interface_of(struct in_addr *here) {
  struct ifaddrs *all = NULL;
  bool found = false;
  CHECK_INT(getifaddrs(&all), 0);
  for (struct ifaddrs *at = all; at != NULL && !found; at = at->ifa_next) {
    const unsigned wanted = IFF_UP | IFF_RUNNING | IFF_MULTICAST;
    if (at->ifa_addr == NULL || at->ifa_addr->sa_family != AF_INET) continue;
    if ((at->ifa_flags & wanted) != wanted || (at->ifa_flags & IFF_LOOPBACK) != 0) continue;
    *here = ((struct sockaddr_in *)at->ifa_addr)->sin_addr;
    found = true;
  }
  freeifaddrs(all);
  return found;
}
/* Does a datagram that is sent to a group come to one who listens on its port? */
static bool delivered(struct in_addr here, bool join, bool loop) {
  struct in_addr group = {htonl(0xefff4c57)};
  struct lwt_unix_sockaddr any = address_of("0.0.0.0:0"), to;
  lwt_unix_fd *receiver = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM, 0));
  lwt_unix_fd *sender = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM, 0));
  int no = 0;
  char text[8] = "", dest[64];
  CHECK_INT(run(lwt_unix_bind(receiver, ADDRESS(any))), 0);
  /* Not what others on this machine have joined. */
  setsockopt(raw_of(receiver), IPPROTO_IP, IP_MULTICAST_ALL, &no, sizeof no);
  if (join) CHECK_RETURNS(lwt_unix_mcast_add_membership(receiver, group, here), 0);
  CHECK_RETURNS(lwt_unix_mcast_set_loop(sender, loop), 0);
  CHECK_RETURNS(lwt_unix_mcast_set_ttl(sender, 0), 0);
  CHECK_INT(setsockopt(raw_of(sender), IPPROTO_IP, IP_MULTICAST_IF, &here, sizeof here), 0);
  snprintf(dest, sizeof dest, "239.255.76.87%s", strrchr(name_of(receiver), ':'));
  to = address_of(dest);
  lwt_t *p = lwt_unix_recv(receiver, text, sizeof text, 0);
  CHECK_INT(run(lwt_unix_sendto(sender, "group", 5, 0, ADDRESS(to))), 5);
  /* On the loopback what is delivered is there when sendto returns. */
  for (int i = 0; i < 20 && lwt_state(p) == LWT_SLEEP; i++) run(lwt_unix_sleep(0.001));
  bool came = lwt_state(p) == LWT_RETURN;
  if (came) CHECK(strcmp(text, "group") == 0);
  lwt_cancel(p);
  lwt_release(p);
  shut(receiver);
  shut(sender);
  return came;
}
TEST(a_datagram_to_a_group_comes_only_to_who_joined_and_only_with_loop) {
  struct in_addr here = {htonl(INADDR_LOOPBACK)};
  bool loops = interface_of(&here);
  CHECK_INT(delivered(here, false, false), false);
  CHECK_INT(delivered(here, false, true), false);
  if (loops) CHECK_INT(delivered(here, true, false), false);
  else printf("joined, without loop: left out, for there is no interface but the loopback\n");
  CHECK_INT(delivered(here, true, true), true);
}
