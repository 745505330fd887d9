/* Reading from channels: lines, bytes, blocks, their ends, cancelling. */
#include "io_kit.h"

static lwt_io_channel *memory(const char *text) {
  return lwt_io_of_bytes(LWT_IO_INPUT, (char *)text, strlen(text), NULL);
}

TEST(lines_end_with_a_newline_or_a_carriage_return_and_a_newline) {
  lwt_io_channel *c = memory("one\ntwo\r\nth\rree\n\n\r\nlast\r");
  CHECK_TEXT(lwt_io_read_line(c), "one");
  CHECK_TEXT(lwt_io_read_line(c), "two");
  CHECK_TEXT(lwt_io_read_line_opt(c), "th\rree");
  CHECK_TEXT(lwt_io_read_line(c), "");
  CHECK_TEXT(lwt_io_read_line(c), "");
  CHECK_TEXT(lwt_io_read_line(c), "last\r");
  CHECK_TEXT(lwt_io_read_line_opt(c), "(none)");
  CHECK_FAILS(lwt_io_read_line(c), LWT_END_OF_FILE);
  lwt_io_channel_release(c);
}

TEST(a_line_longer_than_the_buffer_is_put_together) {
  static char text[10001];
  memset(text, 'x', 10000);
  memcpy(text + 5000, "\r\n", 2);
  struct device *d = device_reading(text);
  d->most = 7;
  lwt_io_channel *c = channel_of(d, 16);
  CHECK_INT(strlen(text_of(lwt_io_read_line(c))), 5000);
  CHECK_INT(strlen(text_of(lwt_io_read_line(c))), 4998);
  CHECK_TEXT(lwt_io_read_line_opt(c), "(none)");
  device_end(d, c);
}

TEST(the_end_of_a_line_is_found_where_bytes_come_in_parts) {
  struct device *d = device_reading("abc\nx\r\ny\n"); /* in threes: a newline begins two of them */
  d->most = 3;
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 0);
  lwt_t *first = lwt_io_read_line(c), *second = lwt_io_read_line(c), *third = lwt_io_read_line(c);
  device_answer(d);
  CHECK_SLEEPS(first);
  device_answer(d);
  CHECK_TEXT(first, "abc");
  CHECK_SLEEPS(second);
  device_answer(d);
  CHECK_TEXT(second, "x");
  CHECK_TEXT(third, "y");
  device_end(d, c);
}

TEST(all_sorts_of_reads_share_the_bytes) {
  struct device *d = device_reading("abcdefghijklmnopqrstuvwxyz");
  d->most = 5;
  char buf[8] = "";
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'a');
  CHECK_TEXT(lwt_io_read_count(c, 100), "bcde");
  CHECK_TEXT(lwt_io_read_count(c, 2), "fg");
  CHECK_TEXT(lwt_io_read_count(c, 0), "");
  CHECK_RETURNS(lwt_io_read_into(c, buf, 8), 3);
  CHECK(memcmp(buf, "hij", 3) == 0);
  CHECK_RETURNS(lwt_io_read_into_exactly(c, buf, 8), 0);
  CHECK(memcmp(buf, "klmnopqr", 8) == 0);
  CHECK_RETURNS(lwt_io_read_into(c, buf, 0), 0);
  CHECK_TEXT(lwt_io_read(c), "stuvwxyz");
  CHECK_TEXT(lwt_io_read(c), "");
  CHECK_RETURNS(lwt_io_read_into(c, buf, 8), 0);
  CHECK_FAILS(lwt_io_read_into_exactly(c, buf, 1), LWT_END_OF_FILE);
  CHECK_FAILS(lwt_io_read_char(c), LWT_END_OF_FILE);
  CHECK_RETURNS(lwt_io_read_char_opt(c), (intptr_t)LWT_NONE);
  CHECK_TEXT(lwt_io_read_count(c, 5), "");
  device_end(d, c);
}

TEST(the_end_is_asked_for_again_each_time) {
  struct device *d = device_reading("a\n");
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_TEXT(lwt_io_read_line(c), "a");
  CHECK_TEXT(lwt_io_read_line_opt(c), "(none)");
  d->at = 0;
  CHECK_TEXT(lwt_io_read_line_opt(c), "a");
  device_end(d, c);
}

TEST(reads_that_wait_are_served_in_the_order_of_their_calls) {
  struct device *d = device_reading("one\ntwo\nthree\n");
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK(!lwt_io_is_busy(c));
  lwt_t *a = lwt_io_read_line(c), *b = lwt_io_read_line(c), *e = lwt_io_read_line(c);
  CHECK(lwt_io_is_busy(c));
  CHECK_INT(d->calls, 1);
  CHECK_SLEEPS(a);
  device_answer(d);
  CHECK(!lwt_io_is_busy(c));
  CHECK_TEXT(a, "one");
  CHECK_TEXT(b, "two");
  CHECK_TEXT(e, "three");
  device_end(d, c);
}

TEST(cancelling_a_read_that_waits_loses_nothing) {
  struct device *d = device_reading("one\ntwo\nthree\nfour\n");
  d->waits = true;
  d->most = 6;
  char buf[12];
  lwt_io_channel *c = channel_of(d, 0);
  lwt_t *a = lwt_io_read_line(c), *b = lwt_io_read_line(c), *e = lwt_io_read_line(c);
  lwt_cancel(b); /* its place in the queue */
  CHECK_FAILS(b, LWT_CANCELED);
  lwt_cancel(a); /* the function's promise is left alone */
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_SLEEPS(e);
  device_answer(d);
  CHECK_TEXT(e, "one");
  a = lwt_io_read_line(c); /* "tw" is there */
  CHECK_SLEEPS(a);
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  a = lwt_io_read_into_exactly(c, buf, sizeof buf);
  device_answer(d);
  CHECK_SLEEPS(a);
  lwt_cancel(a); /* what it had taken comes back */
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_INT(lwt_io_buffered(c), 8);
  CHECK_TEXT(lwt_io_read_line(c), "two");
  a = lwt_io_read_line(c);
  device_answer(d);
  CHECK_TEXT(a, "three");
  a = lwt_io_read_line(c);
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  lwt_io_channel_release(c);
  CHECK_INT(d->drops, 0); /* the function has the buffer */
  device_answer(d);
  CHECK_INT(d->drops, 1);
  free(d);
}

TEST(a_failure_of_the_device_fails_one_read) {
  struct device *d = device_reading("one\n");
  d->fails = LWT_FULL;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_FAILS(lwt_io_read_line(c), LWT_FULL);
  d->fails = 0;
  CHECK_TEXT(lwt_io_read_line(c), "one");
  d->result = 5000; /* more than there is room for */
  CHECK_FAILS(lwt_io_read_line(c), LWT_FAILURE);
  d->result = -20;
  CHECK_FAILS(lwt_io_read_line(c), LWT_FAILURE);
  device_end(d, c);
}

TEST(a_stream_of_lines_reads_them_as_they_are_asked_for) {
  struct device *d = device_reading("one\ntwo\r\n\nfour");
  d->waits = true;
  d->most = 5;
  lwt_io_channel *c = channel_of(d, 0);
  lwt_stream *lines = lwt_io_read_lines(c);
  CHECK_INT(d->calls, 0);
  lwt_t *a = lwt_stream_next(lines);
  CHECK_SLEEPS(a);
  device_answer(d);
  CHECK_TEXT(a, "one");
  d->waits = false;
  CHECK_TEXT(lwt_stream_next(lines), "two");
  CHECK_TEXT(lwt_stream_next(lines), "");
  CHECK_TEXT(lwt_stream_next(lines), "four");
  CHECK_FAILS(lwt_stream_next(lines), LWT_EMPTY);
  lwt_stream_release(lines);
  device_end(d, c);
}

TEST(a_stream_of_bytes_ends_with_the_channel) {
  lwt_io_channel *c = memory("a\xff");
  lwt_stream *bytes = lwt_io_read_chars(c);
  lwt_io_channel_release(c); /* the stream has it */
  CHECK_RETURNS(lwt_stream_next(bytes), 'a');
  CHECK_RETURNS(lwt_stream_next(bytes), 255);
  CHECK_RETURNS(lwt_stream_get(bytes), (intptr_t)LWT_NONE);
  lwt_stream_release(bytes);
}

TEST(blocks_of_bytes_travel_behind_their_length) {
  char room[64];
  lwt_io_channel *out = lwt_io_of_bytes(LWT_IO_OUTPUT, room, sizeof room, NULL);
  CHECK_RETURNS(lwt_io_write_value(out, "a\0b", 3), 0);
  CHECK_RETURNS(lwt_io_write_value(out, NULL, 0), 0);
  CHECK_RETURNS(lwt_io_write_value(out, "long", 4), 0);
  CHECK_INT(lwt_io_position(out), 31);
  lwt_io_channel *in = lwt_io_of_bytes(LWT_IO_INPUT, room, 30, NULL);
  lwt_t *p = lwt_io_read_value(in, 100);
  const struct lwt_string *s = (const struct lwt_string *)lwt_value_of(p);
  CHECK_INT(s->len, 3);
  CHECK(memcmp(s->data, "a\0b", 3) == 0);
  lwt_release(p);
  CHECK_TEXT(lwt_io_read_value(in, 0), "");
  CHECK_FAILS(lwt_io_read_value(in, 3), LWT_FAILURE); /* it stays */
  CHECK_FAILS(lwt_io_read_value(in, 100), LWT_END_OF_FILE); /* cut short */
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

static lwt_t *read_next(lwt_value line, void *env) {
  long *count = (long *)env;
  const lwt_io_channel *c = (const lwt_io_channel *)(intptr_t)count[1];
  if (line == LWT_NONE) return lwt_return(LWT_UNIT);
  count[0]++;
  return lwt_bind(lwt_io_read_line_opt(c), read_next, env, NULL);
}
TEST(a_hundred_thousand_lines_are_read_by_callbacks_without_stack) {
  long n = scaled(100000);
  char *text = (char *)malloc((size_t)n * 2 + 1);
  for (long i = 0; i < n; i++) memcpy(text + 2 * i, "x\n", 2);
  text[2 * n] = '\0';
  struct device *d = device_reading(text);
  lwt_io_channel *c = channel_of(d, 0);
  long count[2] = {0, (long)(intptr_t)c};
  CHECK_RUN(lwt_bind(lwt_io_read_line_opt(c), read_next, count, NULL), 0);
  CHECK_INT(count[0], n);
  device_end(d, c);
  free(text);
}
