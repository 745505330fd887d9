/* Channels over TLS: how they end, and what is lost when. */
#include "tls.h"

#define CHECK_RUN(p, want) CHECK_INT(run(p), want)

struct both {
  lwt_io_channel *in, *out;
};
static struct both channels(const lwt_ssl_socket *s) {
  return (struct both){lwt_ssl_in_channel_of(s, 0), lwt_ssl_out_channel_of(s, 0)};
}
static void both_release(struct both b) {
  lwt_io_channel_release(b.in);
  lwt_io_channel_release(b.out);
}
/* A line of a channel; "(kind)" of a failure. */
static const char *line(const lwt_io_channel *c) {
  static char text[64];
  lwt_t *p = ended(lwt_io_read_line(c));
  if (lwt_state(p) == LWT_FAIL) {
    snprintf(text, sizeof text, "(%d)", kind_of(p));
  } else {
    snprintf(text, sizeof text, "%s", ((struct lwt_string *)lwt_value_of(p))->data);
  }
  lwt_release(p);
  return text;
}

TEST(lines_go_both_ways) {
  struct ends e = some_ends();
  struct both c = channels(e.client), s = channels(e.server);
  CHECK_RUN(lwt_io_write_line(c.out, "hello", 5), 0);
  CHECK_RUN(lwt_io_write_line(c.out, "there", 5), 0);
  CHECK_STR(line(s.in), "hello");
  CHECK_STR(line(s.in), "there");
  CHECK_RUN(lwt_io_write_line(s.out, "yes", 3), 0);
  CHECK_STR(line(c.in), "yes");
  CHECK_RUN(lwt_io_close(c.out), 0);
  both_release(c);
  CHECK_RUN(lwt_io_close(s.out), 0);
  both_release(s);
  ends_release(e);
}

TEST(closing_the_output_sends_all_says_goodbye_and_closes_the_socket) {
  static char text[100000], got[sizeof text];
  memset(text, 'x', sizeof text);
  struct ends e = some_ends();
  struct both c = channels(e.client);
  lwt_t *writing = lwt_io_write(c.out, text, sizeof text);
  lwt_t *closing = lwt_io_close(c.out);
  size_t at = 0;
  for (intptr_t n = 1; n > 0;) {
    n = run(lwt_ssl_read(e.server, got, sizeof got));
    CHECK(n >= 0); /* 0: a goodbye */
    if (n > 0) at += (size_t)n;
  }
  CHECK_INT(at, sizeof text);
  CHECK_INT(run(writing), 0);
  CHECK_INT(run(closing), 0);
  CHECK_RUN(lwt_io_close(c.in), 0);
  lwt_unix_fd *fd = lwt_ssl_get_fd(e.client);
  CHECK_INT(lwt_unix_state(fd, NULL), LWT_UNIX_CLOSED);
  lwt_unix_fd_release(fd);
  both_release(c);
  ends_release(e);
}

TEST(who_closes_over_a_peer_that_reads_nothing_waits_until_the_socket_is_closed) {
  static char data[1 << 16];
  struct ends e = some_ends();
  lwt_io_channel *out = lwt_ssl_out_channel_of(e.client, 0);
  lwt_t *writing = NULL;
  for (int i = 0; i < 1000 && (writing == NULL || lwt_state(writing) != LWT_SLEEP); i++) {
    lwt_release(writing);
    writing = lwt_io_write(out, data, sizeof data);
    turns(1);
  }
  CHECK_SLEEPS(writing);
  lwt_t *closing = lwt_io_close(out);
  turns(3);
  lwt_cancel(closing);
  CHECK_SLEEPS(closing);
  CHECK_INT(run(lwt_ssl_close(e.client)), 0);
  CHECK_INT(run(closing), 0);
  CHECK(run(writing) < 0);
  lwt_io_channel_release(out);
  ends_release(e);
}

TEST(closing_the_input_first_loses_what_is_not_sent) {
  char buf[8];
  struct ends e = some_ends();
  struct both c = channels(e.client);
  CHECK_RETURNS(lwt_io_write(c.out, "lost", 4), 0);
  CHECK_RUN(lwt_io_close(c.in), 0);
  CHECK_INT(run(lwt_ssl_read(e.server, buf, 8)), 0); /* but not the goodbye */
  lwt_release(lwt_io_close(c.out));
  both_release(c);
  ends_release(e);
}

TEST(a_reader_hears_of_the_end_and_of_an_end_that_is_none) {
  for (int how = 0; how < 2; how++) {
    struct ends e = some_ends();
    struct both c = channels(e.client);
    CHECK_INT(run(lwt_ssl_write(e.server, "one\n", 4)), 4);
    if (how == 0) CHECK_INT(run(lwt_ssl_ssl_shutdown(e.server)), 0);
    CHECK_INT(run(lwt_ssl_close(e.server)), 0);
    CHECK_STR(line(c.in), "one");
    char kind[16];
    snprintf(kind, sizeof kind, "(%d)", how == 0 ? LWT_END_OF_FILE : LWT_SSL);
    CHECK_STR(line(c.in), kind);
    CHECK_RUN(lwt_io_close(c.out), 0);
    both_release(c);
    ends_release(e);
  }
}

TEST(an_aborted_output_over_a_peer_that_reads_nothing_is_closed_soon) {
  static char text[1 << 16];
  struct ends e = some_ends();
  struct both c = channels(e.client);
  lwt_t *writing = NULL;
  for (int i = 0; i < 1000; i++) {
    writing = lwt_io_write(c.out, text, sizeof text);
    turns(1);
    if (lwt_state(writing) == LWT_SLEEP) break;
    lwt_release(writing);
    writing = NULL;
  }
  if (!CHECK(writing != NULL)) return;
  CHECK_RUN(lwt_io_abort(c.out), 0);
  CHECK_FAILS(writing, LWT_CLOSED);
  lwt_unix_fd *fd = lwt_ssl_get_fd(e.client);
  CHECK_INT(lwt_unix_state(fd, NULL), LWT_UNIX_CLOSED);
  lwt_unix_fd_release(fd);
  both_release(c);
  ends_release(e);
}

TEST(cancelling_a_line_loses_nothing) {
  struct ends e = some_ends();
  struct both c = channels(e.client);
  CHECK_INT(run(lwt_ssl_write(e.server, "half ", 5)), 5);
  lwt_t *p = lwt_io_read_line(c.in);
  turns(3);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(run(lwt_ssl_write(e.server, "whole\n", 6)), 6);
  CHECK_STR(line(c.in), "half whole");
  CHECK_RUN(lwt_io_close(c.out), 0);
  both_release(c);
  ends_release(e);
}

TEST(channels_over_a_plain_socket_are_those_of_its_descriptor) {
  char buf[8];
  struct pair p = socket_pair();
  lwt_ssl_socket *s = lwt_ssl_plain(p.in);
  struct both c = channels(s);
  CHECK_RUN(lwt_io_write(c.out, "text", 4), 0);
  CHECK_RUN(lwt_io_close(c.out), 0);
  CHECK_INT(run(lwt_unix_read(p.out, buf, 8)), 4);
  CHECK_INT(run(lwt_unix_read(p.out, buf, 8)), 0);
  CHECK_INT(lwt_unix_state(p.in, NULL), LWT_UNIX_CLOSED);
  CHECK_RUN(lwt_io_close(c.in), 0);
  both_release(c);
  lwt_ssl_socket_release(s);
  pair_release(p);
}
