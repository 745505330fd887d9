/* What is sent and received over sockets. */
#include "sockets.h"

static lwt_unix_fd *datagrams(void) {
  struct lwt_unix_sockaddr a = address_of("127.0.0.1:0");
  lwt_unix_fd *fd = TAKE_FD(lwt_unix_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  CHECK_INT(run(lwt_unix_bind(fd, ADDRESS(a))), 0);
  return fd;
}

TEST(a_datagram_tells_where_it_came_from) {
  lwt_unix_fd *a = datagrams(), *b = datagrams();
  struct lwt_unix_sockaddr to = address_of(name_of(b)), from = {0};
  char text[16], told[64];
  lwt_t *p = lwt_unix_recvfrom(b, text, sizeof text, 0, &from);
  CHECK_SLEEPS(p);
  CHECK_INT(run(lwt_unix_sendto(a, "hello", 5, 0, ADDRESS(to))), 5);
  CHECK_INT(run(p), 5);
  lwt_unix_sockaddr_to_text(ADDRESS(from), told, sizeof told);
  CHECK_STR(told, name_of(a));
  /* Who does not want to know is not told; what does not fit is lost. */
  CHECK_INT(run(lwt_unix_sendto(a, "hello", 5, 0, ADDRESS(to))), 5);
  CHECK_INT(run(lwt_unix_recvfrom(b, text, 2, 0, NULL)), 2);
  CHECK_INT(run(lwt_unix_sendto(a, NULL, 0, 0, ADDRESS(to))), 0);
  CHECK_INT(run(lwt_unix_recv(b, text, sizeof text, 0)), 0);
  shut(a);
  shut(b);
}
TEST(a_datagram_that_is_too_large_is_an_error) {
  lwt_unix_fd *a = datagrams(), *b = datagrams();
  struct lwt_unix_sockaddr to = address_of(name_of(b));
  char *much = (char *)calloc(1, 70000);
  CHECK_ERRNO(lwt_unix_sendto(a, much, 70000, 0, ADDRESS(to)), EMSGSIZE, "sendto");
  free(much);
  shut(a);
  shut(b);
}
TEST(a_connected_datagram_socket_hears_that_nobody_listens) {
  lwt_unix_fd *a = datagrams(), *b = datagrams();
  struct lwt_unix_sockaddr to = address_of(name_of(b));
  char text[4];
  shut(b);
  CHECK_INT(run(lwt_unix_connect(a, ADDRESS(to))), 0);
  CHECK_INT(run(lwt_unix_send(a, "x", 1, 0)), 1);
  CHECK_RUN_ERRNO(lwt_unix_recv(a, text, sizeof text, 0), ECONNREFUSED, "recv");
  shut(a);
}

TEST(what_is_peeked_at_stays) {
  struct pair both = connection("127.0.0.1:0");
  char text[8] = "";
  CHECK_INT(run(lwt_unix_send(both.out, "abc", 3, 0)), 3);
  CHECK_INT(run(lwt_unix_recv(both.in, text, 2, MSG_PEEK)), 2);
  CHECK_INT(run(lwt_unix_recv(both.in, text, sizeof text, 0)), 3);
  CHECK_STR(text, "abc");
  pair_close(both);
}
TEST(urgent_data_does_not_wait_behind_the_rest) {
  struct pair both = connection("127.0.0.1:0");
  char text[8] = "";
  CHECK_ERRNO(lwt_unix_recv(both.in, text, 1, MSG_OOB), EINVAL, "recv");
  CHECK_INT(run(lwt_unix_send(both.out, "normal", 6, 0)), 6);
  CHECK_INT(run(lwt_unix_send(both.out, "!", 1, MSG_OOB)), 1);
  CHECK_INT(run(lwt_unix_recv(both.in, text, 6, MSG_WAITALL)), 6);
  CHECK_RETURNS(lwt_unix_recv(both.in, text, 1, MSG_OOB), 1);
  CHECK_INT(text[0], '!');
  pair_close(both);
}
TEST(who_does_not_want_to_wait_is_told_that_there_is_nothing) {
  struct pair both = connection("127.0.0.1:0");
  char text[8];
  CHECK_ERRNO(lwt_unix_recv(both.in, text, 8, MSG_DONTWAIT), EAGAIN, "recv");
  CHECK_ERRNO(lwt_unix_recvfrom(both.in, text, 8, MSG_DONTWAIT, NULL), EAGAIN, "recvfrom");
  pair_close(both);
}
TEST(reads_of_all_sorts_stand_in_one_line) {
  struct pair both = connection("127.0.0.1:0");
  char a[1], b[1], c[1];
  lwt_t *first = lwt_unix_recv(both.in, a, 1, 0), *second = lwt_unix_read(both.in, b, 1);
  lwt_t *third = lwt_unix_recvfrom(both.in, c, 1, 0, NULL);
  CHECK_INT(run(lwt_unix_send(both.out, "123", 3, 0)), 3);
  CHECK_INT(run(third), 1);
  CHECK_RETURNS(first, 1);
  CHECK_RETURNS(second, 1);
  CHECK(a[0] == '1' && b[0] == '2' && c[0] == '3');
  pair_close(both);
}
TEST(cancelling_a_recv_loses_no_bytes) {
  struct pair both = connection("127.0.0.1:0");
  char a[4] = "", b[4] = "";
  lwt_t *first = lwt_unix_recv(both.in, a, 3, 0);
  lwt_cancel(first);
  CHECK_FAILS(first, LWT_CANCELED);
  CHECK_INT(run(lwt_unix_send(both.out, "123", 3, 0)), 3);
  CHECK_INT(run(lwt_unix_recv(both.in, b, 3, 0)), 3);
  CHECK_STR(a, "");
  CHECK_STR(b, "123");
  pair_close(both);
}
TEST(that_the_other_end_has_gone_is_an_error_and_no_signal) {
  struct pair both = connection("127.0.0.1:0");
  shut(both.in);
  lwt_t *p = NULL;
  for (int i = 0; i < 100; i++) {
    p = ended(lwt_unix_send(both.out, "x", 1, 0));
    if (lwt_state(p) == LWT_FAIL) break;
    lwt_release(p);
    run(lwt_unix_sleep(0.001));
  }
  CHECK(lwt_state(p) == LWT_FAIL);
  int errnum = lwt_exn_errno(lwt_exn_of(p));
  CHECK(errnum == EPIPE || errnum == ECONNRESET);
  lwt_release(p);
  CHECK_ERRNO(lwt_unix_send(both.out, "x", 1, 0), EPIPE, "send");
  shut(both.out);
}
TEST(a_peer_that_resets_is_an_error_of_those_who_wait) {
  struct pair both = connection("127.0.0.1:0");
  char text[4];
  lwt_t *reading = lwt_unix_recv(both.in, text, sizeof text, 0);
  CHECK_RETURNS(lwt_unix_setsockopt_optint(both.out, SOL_SOCKET, SO_LINGER, LWT_INT(0)), 0);
  shut(both.out);
  CHECK_RUN_ERRNO(reading, ECONNRESET, "recv");
  shut(both.in);
}
TEST(a_full_socket_is_waited_for_and_nothing_is_lost) {
  struct pair both = connection("127.0.0.1:0");
  size_t size = 100000, sent = 0, got = 0;
  char *block = (char *)calloc(1, size);
  lwt_t *p;
  while (p = lwt_unix_send(both.out, block, size, 0), lwt_state(p) == LWT_RETURN)
    sent += (size_t)LWT_TO_INT(lwt_take(p));
  CHECK_SLEEPS(p);
  CHECK(sent > 0);
  while (lwt_state(p) == LWT_SLEEP) got += (size_t)run(lwt_unix_recv(both.in, block, size, 0));
  sent += (size_t)LWT_TO_INT(lwt_take(p));
  while (got < sent) got += (size_t)run(lwt_unix_recv(both.in, block, size, 0));
  CHECK_INT(got, sent);
  free(block);
  pair_close(both);
}
TEST(a_descriptor_that_is_said_to_block_does_not_block_the_loop) {
  struct pair both = connection("127.0.0.1:0");
  char text[4];
  CHECK_INT(run(lwt_unix_set_blocking(both.in, true, true)), 0);
  lwt_t *reading = lwt_unix_recv(both.in, text, sizeof text, 0);
  CHECK_SLEEPS(reading);
  CHECK_INT(run(lwt_unix_send(both.out, "x", 1, 0)), 1);
  CHECK_INT(run(reading), 1);
  pair_close(both);
}

static lwt_unix_fd *file_of(size_t size) {
  FILE *file = tmpfile();
  for (size_t i = 0; i < size; i++) fputc((int)(i % 251), file);
  fflush(file);
  int fd = dup(fileno(file));
  fclose(file);
  lseek(fd, 0, SEEK_SET);
  return lwt_unix_of_fd(fd);
}
static size_t wrong; /* bytes that are not those of the file */
static size_t drain(lwt_unix_fd *in, size_t from, size_t count) {
  unsigned char block[65536];
  size_t got = 0;
  while (got < count) {
    intptr_t n = run(lwt_unix_recv(in, block, sizeof block, 0));
    if (n <= 0) break;
    for (intptr_t i = 0; i < n; i++) wrong += block[i] != (from + got + (size_t)i) % 251;
    got += (size_t)n;
  }
  return got;
}
TEST(a_file_is_sent_from_an_offset_which_follows) {
  struct pair both = connection("127.0.0.1:0");
  size_t size = 5000000;
  lwt_unix_fd *file = file_of(size);
  int64_t offset = 100;
  wrong = 0;
  lwt_t *p = lwt_unix_sendfile(both.out, file, &offset, size);
  CHECK_SLEEPS(p);
  CHECK_INT(drain(both.in, 100, size - 100), size - 100);
  CHECK_INT(run(p), size - 100);
  CHECK_INT(offset, size);
  CHECK_INT(wrong, 0);
  CHECK_INT(lseek(raw_of(file), 0, SEEK_CUR), 0);
  /* Its own position, and the end of the file. */
  CHECK_INT(run(lwt_unix_sendfile(both.out, file, NULL, 10)), 10);
  CHECK_INT(lseek(raw_of(file), 0, SEEK_CUR), 10);
  CHECK_INT(run(lwt_unix_sendfile(both.out, file, &offset, 10)), 0);
  CHECK_INT(run(lwt_unix_sendfile(both.out, file, &offset, 0)), 0);
  shut(file);
  pair_close(both);
}
TEST(a_file_whose_sending_is_cancelled_tells_how_far_it_was) {
  struct pair both = connection("127.0.0.1:0");
  size_t size = 20000000;
  lwt_unix_fd *file = file_of(size);
  int64_t offset = 0;
  wrong = 0;
  lwt_t *p = lwt_unix_sendfile(both.out, file, &offset, size);
  run(lwt_unix_sleep(0.01));
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  int64_t sent = offset;
  CHECK(sent > 0 && (size_t)sent < size);
  CHECK_INT(run(lwt_unix_shutdown(both.out, SHUT_WR)), 0);
  CHECK_INT(drain(both.in, 0, size), sent);
  CHECK_INT(wrong, 0);
  CHECK_INT(offset, sent);
  shut(file);
  pair_close(both);
}
TEST(that_nobody_is_there_to_have_a_file_is_an_error_and_no_signal) {
  struct pair both = socket_pair();
  lwt_unix_fd *file = file_of(10);
  CHECK_INT(run(lwt_unix_close(both.in)), 0);
  CHECK_RUN_ERRNO(lwt_unix_sendfile(both.out, file, NULL, 10), EPIPE, "sendfile");
  CHECK_INT(run(lwt_unix_set_blocking(both.out, true, true)), 0);
  CHECK_RUN_ERRNO(lwt_unix_sendfile(both.out, file, NULL, 10), EPIPE, "sendfile");
  shut(file);
  CHECK_INT(run(lwt_unix_close(both.out)), 0);
  pair_release(both);
}
TEST(what_can_not_be_sent_as_a_file_is_an_error) {
  struct pair both = connection("127.0.0.1:0"), pipes = pipe_pair();
  CHECK_RUN_ERRNO(lwt_unix_sendfile(both.out, pipes.in, NULL, 10), EINVAL, "sendfile");
  lwt_unix_fd *file = file_of(4000000);
  lwt_t *p = lwt_unix_sendfile(both.out, file, NULL, 20000000);
  shut(file);
  char block[65536];
  while (lwt_state(p) == LWT_SLEEP) {
    CHECK(recv(raw_of(both.in), block, sizeof block, MSG_DONTWAIT) != 0);
    run(lwt_unix_sleep(0.001));
  }
  /* Closed meanwhile: unless the system had taken it all. */
  if (lwt_state(p) == LWT_FAIL) CHECK_ERRNO(p, EBADF, "check_descriptor");
  else CHECK_RETURNS(p, 4000000);
  pair_close(pipes);
  pair_close(both);
}
