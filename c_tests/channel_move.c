/* Channels handed over to another thread's main loop, with what is in them. */
#include "threads.h"

#include "io_kit.h"

static struct looper other;

struct line {
  lwt_io_channel *in, *out;
};
static struct line connection(int *peer) {
  int fds[2];
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  lwt_unix_fd *fd = lwt_unix_of_fd(fds[0]);
  struct line line = {lwt_io_of_fd(fd, LWT_IO_INPUT, 0), lwt_io_of_fd(fd, LWT_IO_OUTPUT, 0)};
  lwt_unix_fd_release(fd);
  *peer = fds[1];
  return line;
}
static void line_release(struct line line) {
  lwt_io_channel_release(line.in);
  lwt_io_channel_release(line.out);
}
static const char *received(int peer) {
  static char text[100];
  ssize_t n = read(peer, text, sizeof text - 1);
  text[n < 0 ? 0 : n] = '\0';
  return text;
}

static lwt_t *close_out(void *out) { return lwt_io_close((lwt_io_channel *)out); }
static lwt_t *answer(lwt_value line, void *out) {
  CHECK(pthread_equal(pthread_self(), other.id));
  CHECK_STR(((struct lwt_string *)line)->data, "second");
  return lwt_io_write_line((lwt_io_channel *)out, "third", 5);
}
static void release_channel(void *channel) { lwt_io_channel_release((lwt_io_channel *)channel); }
static lwt_t *talk(lwt_io_channel *in, lwt_io_channel *out, void *env) {
  ++*(int *)env;
  CHECK_INT(lwt_io_mode(in), LWT_IO_INPUT);
  CHECK_INT(lwt_io_buffered(in), 7); /* what was unread */
  lwt_t *p = lwt_bind(lwt_io_read_line(in), answer, out, NULL);
  lwt_io_channel_release(in);
  return lwt_finalize(p, close_out, out, release_channel);
}
TEST(a_connection_moves_with_its_unread_and_its_unsent_bytes) {
  looper_start(&other);
  int peer, calls = 0;
  struct line line = connection(&peer);
  CHECK_INT(write(peer, "first\nsecond\n", 13), 13);
  CHECK_TEXT(lwt_io_read_line(line.in), "first");
  CHECK_INT(lwt_io_buffered(line.in), 7);
  lwt_release(lwt_io_write_line(line.out, "unsent", 6));
  CHECK_INT(lwt_io_buffered(line.out), 7);
  lwt_t *done = lwt_io_move(line.in, line.out, other.thread, talk, &calls, NULL);
  CHECK(lwt_io_is_closed(line.in));
  CHECK(lwt_io_is_closed(line.out));
  CHECK_RUN_FAILS(lwt_io_read_line(line.in), LWT_CLOSED);
  CHECK_INT(run(done), 0);
  CHECK_INT(calls, 1);
  char text[30] = "";
  size_t n = 0;
  for (ssize_t got; n < 13 && (got = read(peer, text + n, sizeof text - 1 - n)) > 0;) n += (size_t)got;
  CHECK_STR(text, "unsent\nthird\n");
  CHECK_STR(received(peer), ""); /* closed there */
  line_release(line);
  close(peer);
  looper_end(&other);
}

static lwt_t *read_there(lwt_io_channel *in, lwt_io_channel *out, void *env) {
  (void)env;
  CHECK_PTR(out, NULL);
  lwt_t *p = lwt_io_read_line(in);
  lwt_io_channel_release(in);
  return p;
}
TEST(one_for_input_moves_alone_and_closes_its_descriptor) {
  looper_start(&other);
  int ends[2];
  CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
  lwt_io_channel *in = lwt_io_of_unix_fd(ends[0], LWT_IO_INPUT, 0);
  lwt_t *p = lwt_io_move(in, NULL, other.thread, read_there, NULL, NULL);
  CHECK_INT(write(ends[1], "hello\n", 6), 6);
  CHECK_TEXT(p, "hello");
  lwt_io_channel_release(in);
  looper_end(&other);
  signal(SIGPIPE, SIG_IGN);
  CHECK_INT(write(ends[1], "x", 1), -1);
  close(ends[1]);
}

static lwt_t *never(lwt_io_channel *in, lwt_io_channel *out, void *env) {
  (void)in, (void)out, (void)env;
  CHECK(false);
  return lwt_return(LWT_UNIT);
}
TEST(while_one_is_used_nothing_moves_and_mistakes_leave_all_as_it_was) {
  looper_start(&other);
  int peer, peer2;
  struct line line = connection(&peer), line2 = connection(&peer2);
  struct token token = {0};
  lwt_t *read = lwt_io_read_line(line.in);
  CHECK_FAILS(lwt_io_move(line.in, line.out, other.thread, never, &token, token_drop), LWT_UNIX_ERROR);
  CHECK_FAILS(lwt_io_move(NULL, line.out, other.thread, never, &token, token_drop), LWT_UNIX_ERROR);
  CHECK_INT(write(peer, "a\n", 2), 2);
  CHECK_TEXT(read, "a");
  CHECK_FAILS(lwt_io_move(NULL, NULL, other.thread, never, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_io_move(line.out, line.in, other.thread, never, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_io_move(line.in, line2.out, other.thread, never, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_io_move(line.in, line.out, NULL, never, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_io_move(line.in, line.out, other.thread, NULL, &token, token_drop), INVALID);
  lwt_io_channel *zero = lwt_io_zero();
  CHECK_FAILS(lwt_io_move(zero, NULL, other.thread, never, &token, token_drop), INVALID);
  lwt_io_channel_release(zero);
  CHECK_INT(token.dropped, 8);
  CHECK(!lwt_io_is_closed(line.in));
  CHECK_RUN(lwt_io_write_line(line.out, "b", 1), 0);
  CHECK_RUN(lwt_io_close(line.out), 0);
  CHECK_STR(received(peer), "b\n");
  CHECK_FAILS(lwt_io_move(line.in, line.out, other.thread, never, NULL, NULL), LWT_CLOSED);
  line_release(line);
  line_release(line2);
  close(peer);
  close(peer2);
  looper_end(&other);
}
