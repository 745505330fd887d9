/* Scenario 34: auto-flush coalesces two writes into one, also inside atomic; an atomic
 * handle expires; close during a read; broken pipe; the endings of lines. */
#include "io_kit.h"

/* How many messages of a datagram pair are there: each write(2) is one. */
struct pair {
  int ends[2];
  lwt_io_channel *out;
};
static void open_pair(struct pair *p) {
  CHECK_INT(socketpair(AF_UNIX, SOCK_DGRAM, 0, p->ends), 0);
  p->out = lwt_io_of_unix_fd(p->ends[1], LWT_IO_OUTPUT, 0);
}
static const char *message(struct pair *p) {
  static char text[1000];
  ssize_t n = recv(p->ends[0], text, sizeof text - 1, MSG_DONTWAIT);
  text[n < 0 ? 0 : n] = '\0';
  return text;
}
static void close_pair(struct pair *p) {
  CHECK_RUN(lwt_io_close(p->out), 0);
  lwt_io_channel_release(p->out);
  close(p->ends[0]);
}

TEST(two_writes_of_one_turn_are_one_system_call) {
  struct pair p;
  open_pair(&p);
  CHECK_RETURNS(lwt_io_write(p.out, "one ", 4), 0);
  CHECK_RETURNS(lwt_io_write(p.out, "two", 3), 0);
  CHECK_STR(message(&p), "");
  turns(1);
  CHECK_STR(message(&p), "one two");
  CHECK_STR(message(&p), "");
  close_pair(&p);
}

static lwt_u *block_ends;
static lwt_t *write_twice(const lwt_io_channel *c, void *env) {
  (void)env;
  CHECK_RETURNS(lwt_io_write(c, "one ", 4), 0);
  CHECK_RETURNS(lwt_io_write(c, "two", 3), 0);
  return lwt_wait(&block_ends);
}
TEST(two_writes_in_an_atomic_block_are_one_system_call_while_it_goes_on) {
  struct pair p;
  ENV(env);
  open_pair(&p);
  lwt_t *block = lwt_io_atomic(p.out, write_twice, &env, env_drop);
  lwt_t *other = lwt_io_write(p.out, "three", 5);
  CHECK_SLEEPS(other);
  turns(1);
  CHECK_STR(message(&p), "one two");
  CHECK_STR(message(&p), "");
  CHECK_SLEEPS(other);
  lwt_wakeup(block_ends, LWT_INT(7));
  CHECK_RETURNS(block, 7);
  CHECK_RETURNS(other, 0);
  CHECK_ENV(env, 0, 1);
  turns(1);
  CHECK_STR(message(&p), "three");
  close_pair(&p);
}

static lwt_io_channel *kept;
static lwt_t *keep(const lwt_io_channel *c, void *env) {
  kept = lwt_io_channel_retain(c);
  CHECK_RETURNS(lwt_io_write(kept, "kept", 4), 0);
  CHECK_FAILS(lwt_io_close(kept), LWT_FAILURE);
  return (void)env, lwt_return(LWT_UNIT);
}
TEST(the_handle_of_an_atomic_block_expires) {
  struct pair p;
  open_pair(&p);
  CHECK_RETURNS(lwt_io_atomic(p.out, keep, NULL, NULL), 0);
  lwt_t *late = lwt_io_write(kept, "late", 4);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(late)), "atomic block");
  CHECK_FAILS(late, LWT_FAILURE);
  CHECK_FAILS(lwt_io_flush(kept), LWT_FAILURE);
  CHECK_FAILS(lwt_io_atomic(kept, keep, NULL, NULL), LWT_FAILURE);
  CHECK(!lwt_io_is_busy(kept));
  lwt_io_channel_release(kept);
  turns(1);
  CHECK_STR(message(&p), "kept");
  close_pair(&p);
}

static lwt_io_channel *reader(int *writing) {
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  *writing = ends[1];
  return lwt_io_of_unix_fd(ends[0], LWT_IO_INPUT, 0);
}
TEST(closing_during_a_read_fails_all_that_wait) {
  int writing;
  lwt_io_channel *c = reader(&writing);
  lwt_t *a = lwt_io_read_line(c), *b = lwt_io_read_char(c);
  turns(2);
  CHECK_SLEEPS(a);
  lwt_t *closed = lwt_io_close(c);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(a)), "\"input\"");
  CHECK_FAILS(a, LWT_CLOSED);
  CHECK_FAILS(b, LWT_CLOSED);
  CHECK(lwt_io_is_closed(c));
  CHECK_FAILS(lwt_io_read_line(c), LWT_CLOSED);
  lwt_t *again = lwt_io_close(c);
  CHECK_PTR(again, closed);
  CHECK_RUN(again, 0);
  CHECK_RUN(closed, 0);
  lwt_io_channel_release(c);
  close(writing);
}

TEST(an_output_channel_closes_when_what_was_written_is_sent) {
  struct device *d = device_writing();
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 16);
  lwt_release(lwt_io_write(c, "0123456789abcdef", 16));
  lwt_t *waits = lwt_io_write(c, "g", 1);
  lwt_t *closed = lwt_io_close(c), *late = lwt_io_write(c, "late", 4);
  CHECK(!lwt_io_is_closed(c));
  device_answer(d);
  CHECK_RETURNS(waits, 0);
  CHECK_INT(d->closes, 0);
  device_answer(d);
  CHECK_STR(wrote(d), "0123456789abcdefg");
  CHECK_RETURNS(closed, 0);
  CHECK_INT(d->closes, 1);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(late)), "\"output\"");
  CHECK_FAILS(late, LWT_CLOSED);
  CHECK_RETURNS(lwt_io_close(c), 0);
  CHECK_RETURNS(lwt_io_abort(c), 0);
  CHECK_INT(d->closes, 1);
  device_end(d, c);
}

TEST(aborting_sends_nothing_and_fails_all_that_wait) {
  struct device *d = device_writing();
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 16);
  lwt_release(lwt_io_write(c, "0123456789abcdef", 16));
  lwt_t *waits = lwt_io_write(c, "g", 1), *closed = lwt_io_close(c);
  lwt_u *u = d->wakener;
  CHECK_RETURNS(lwt_io_abort(c), 0);
  CHECK_FAILS(waits, LWT_CLOSED);
  CHECK_RETURNS(closed, 0);
  CHECK_INT(d->closes, 1);
  CHECK_INT(d->wrote, 0);
  CHECK_INT(lwt_wakeup(u, LWT_INT(1)), LWT_OK); /* it was cancelled: nothing happens */
  device_end(d, c);
}

TEST(a_broken_pipe_is_told_by_flush_and_not_by_close) {
  int ends[2];
  signal(SIGPIPE, SIG_IGN);
  CHECK_INT(pipe(ends), 0);
  lwt_io_channel *c = lwt_io_of_unix_fd(ends[1], LWT_IO_OUTPUT, 0);
  close(ends[0]);
  CHECK_RETURNS(lwt_io_write(c, "x", 1), 0);
  turns(1); /* the automatic flush tells nobody */
  lwt_t *p = lwt_io_flush(c);
  lwt_main_run_until(p);
  CHECK_INT(lwt_exn_errno(lwt_exn_of(p)), EPIPE);
  lwt_release(p);
  CHECK_RUN(lwt_io_close(c), 0);
  lwt_io_channel_release(c);
}

TEST(lines_end_as_they_may) {
  int writing;
  lwt_io_channel *c = reader(&writing);
  const char *text = "unix\ndos\r\nmac\rline\n\r\r\nlast";
  CHECK_INT(write(writing, text, strlen(text)), (int)strlen(text));
  close(writing);
  CHECK_TEXT(lwt_io_read_line(c), "unix");
  CHECK_TEXT(lwt_io_read_line(c), "dos");
  CHECK_TEXT(lwt_io_read_line(c), "mac\rline");
  CHECK_TEXT(lwt_io_read_line(c), "\r");
  CHECK_TEXT(lwt_io_read_line(c), "last");
  CHECK_TEXT(lwt_io_read_line_opt(c), "(none)");
  CHECK_RUN_FAILS(lwt_io_read_line(c), LWT_END_OF_FILE);
  CHECK_RUN(lwt_io_close(c), 0);
  lwt_io_channel_release(c);
}
