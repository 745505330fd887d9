/* Writing to channels: one call for all of a turn, back-pressure, failures. */
#include "io_kit.h"

TEST(what_is_written_in_one_turn_goes_out_in_one_call) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_write(c, "one ", 4), 0);
  CHECK_RETURNS(lwt_io_write_line(c, "two", 3), 0);
  CHECK_RETURNS(lwt_io_write_char(c, 'x'), 0);
  CHECK_RETURNS(lwt_io_fprintf(c, "%d-%s", 42, "y"), 0);
  CHECK_RETURNS(lwt_io_fprintlf(c, "%c", 'z'), 0);
  CHECK_RETURNS(lwt_io_fprint(c, "p"), 0);
  CHECK_RETURNS(lwt_io_fprintl(c, "q"), 0);
  CHECK_RETURNS(lwt_io_write_from(c, "r", 1), 1);
  CHECK_RETURNS(lwt_io_write_from_exactly(c, "s", 1), 0);
  CHECK_INT(d->calls, 0);
  CHECK_INT(lwt_io_buffered(c), 20);
  turns(1);
  CHECK_INT(d->calls, 1);
  CHECK_STR(wrote(d), "one two\nx42-yz\npq\nrs");
  CHECK_INT(lwt_io_buffered(c), 0);
  device_end(d, c);
}

TEST(flush_does_not_wait_for_the_pause) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_INT(d->calls, 0);
  lwt_release(lwt_io_write(c, "abc", 3));
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_STR(wrote(d), "abc");
  turns(2);
  CHECK_INT(d->calls, 1);
  device_end(d, c);
}

TEST(what_a_function_does_not_take_is_given_again) {
  struct device *d = device_writing();
  d->most = 2;
  lwt_io_channel *c = channel_of(d, 0);
  lwt_release(lwt_io_write(c, "abcde", 5));
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_STR(wrote(d), "abcde");
  CHECK_INT(d->calls, 3);
  device_end(d, c);
}

TEST(a_function_that_takes_nothing_fails_the_flush) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  lwt_release(lwt_io_write(c, "abc", 3));
  d->result = -1; /* 0 */
  CHECK_FAILS(lwt_io_flush(c), LWT_FAILURE);
  CHECK_INT(d->calls, 3);
  d->result = 4; /* more than there is */
  CHECK_FAILS(lwt_io_flush(c), LWT_FAILURE);
  d->result = 0;
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_STR(wrote(d), "abc");
  device_end(d, c);
}

TEST(a_failed_flush_keeps_the_bytes_and_that_of_the_pause_tells_nobody) {
  struct device *d = device_writing();
  hook_install();
  lwt_io_channel *c = channel_of(d, 0);
  lwt_release(lwt_io_write(c, "abc", 3));
  d->fails = LWT_FULL;
  turns(2);
  CHECK_INT(d->calls, 1); /* it is not tried on and on */
  CHECK_INT(lwt_io_buffered(c), 3);
  CHECK_FAILS(lwt_io_flush(c), LWT_FULL);
  d->fails = 0;
  lwt_release(lwt_io_write(c, "d", 1));
  turns(1);
  CHECK_STR(wrote(d), "abcd");
  CHECK_HOOK(0, 0);
  device_end(d, c);
}

TEST(a_write_above_the_high_mark_waits_until_the_low_one) {
  struct device *d = device_writing();
  d->waits = true;
  d->most = 30;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_INT(lwt_io_set_water_marks(c, 100, 50), LWT_OK);
  char text[101];
  memset(text, 'a', 100);
  CHECK_RETURNS(lwt_io_write(c, text, 100), 0);
  lwt_t *b = lwt_io_write(c, "b", 1), *f = lwt_io_flush(c);
  CHECK_SLEEPS(b);
  device_answer(d); /* 70 are left */
  CHECK_SLEEPS(b);
  device_answer(d); /* 40 */
  CHECK_RETURNS(b, 0);
  CHECK_SLEEPS(f);
  CHECK_INT(lwt_io_buffered(c), 41);
  device_answer(d);
  device_answer(d);
  CHECK_SLEEPS(f);
  device_answer(d);
  CHECK_RETURNS(f, 0);
  CHECK_INT(d->wrote, 101);
  CHECK_INT(d->written[100], 'b');
  device_end(d, c);
}

TEST(writes_go_on_below_the_mark_while_the_device_is_at_work) {
  struct device *d = device_writing();
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_write(c, "a", 1), 0);
  turns(1);
  CHECK_RETURNS(lwt_io_write(c, "b", 1), 0);
  CHECK_RETURNS(lwt_io_write(c, "c", 1), 0);
  turns(1);
  CHECK_INT(d->calls, 1);
  device_answer(d);
  CHECK_INT(d->calls, 2);
  device_answer(d);
  CHECK_STR(wrote(d), "abc");
  device_end(d, c);
}

TEST(more_than_the_mark_by_itself_is_written_too) {
  struct device *d = device_writing();
  static char text[30000];
  for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('a' + i % 23);
  d->most = 999;
  lwt_io_channel *c = channel_of(d, 64);
  lwt_release(lwt_io_write(c, "<", 1));
  CHECK_RETURNS(lwt_io_write(c, text, sizeof text), 0);
  CHECK_RETURNS(lwt_io_write(c, ">", 1), 0);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_INT(d->wrote, sizeof text + 2);
  CHECK(memcmp(d->written + 1, text, sizeof text) == 0);
  device_end(d, c);
}

TEST(a_cancelled_write_that_waited_writes_nothing) {
  struct device *d = device_writing();
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 16);
  CHECK_RETURNS(lwt_io_write(c, "0123456789abcdef", 16), 0);
  lwt_t *a = lwt_io_write(c, "AAA", 3), *b = lwt_io_write(c, "BBB", 3), *e = lwt_io_write(c, "E", 1);
  CHECK_INT(run(lwt_return(LWT_UNIT)), 0);
  lwt_cancel(b);
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_FAILS(b, LWT_CANCELED);
  device_answer(d);
  CHECK_RETURNS(e, 0);
  turns(1);
  device_answer(d);
  CHECK_STR(wrote(d), "0123456789abcdefE");
  device_end(d, c);
}

TEST(write_from_takes_what_there_is_room_for) {
  struct device *d = device_writing();
  d->waits = true;
  lwt_io_channel *c = channel_of(d, 16);
  CHECK_RETURNS(lwt_io_write_from(c, "0123456789", 10), 10);
  CHECK_RETURNS(lwt_io_write_from(c, "0123456789", 10), 6);
  lwt_t *p = lwt_io_write_from(c, "abcdefghijklmnopqrstuvwxyz", 26);
  CHECK_SLEEPS(p);
  device_answer(d);
  CHECK_RETURNS(p, 16);
  CHECK_RETURNS(lwt_io_write_from(c, NULL, 0), 0);
  turns(1);
  device_answer(d);
  CHECK_STR(wrote(d), "0123456789012345abcdefghijklmnop");
  device_end(d, c);
}

TEST(streams_are_written_to_a_channel) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  lwt_io_channel *in = lwt_io_of_bytes(LWT_IO_INPUT, (char *)"a\nb", 3, NULL);
  CHECK_RETURNS(lwt_io_write_lines(c, lwt_io_read_lines(in)), 0);
  CHECK_RETURNS(lwt_io_write_chars(c, lwt_stream_of_string("xyz", 3)), 0);
  turns(1);
  CHECK_STR(wrote(d), "a\nb\nxyz");
  d->wrote = 0;
  CHECK_RETURNS(lwt_io_hexdump(c, "0123456789abcdef\n", 17), 0);
  CHECK_RETURNS(lwt_io_hexdump_stream(c, lwt_stream_of_string("~", 1)), 0);
  turns(1);
  CHECK_STR(wrote(d),
            "00000000|  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
            "00000010|  0a                                                |.|\n"
            "00000000|  7e                                                |~|\n");
  lwt_io_channel_release(in);
  device_end(d, c);
}

TEST(formats_of_any_length_are_printed) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_fprintf(c, "%*d", 511, 1), 0);
  CHECK_RETURNS(lwt_io_fprintf(c, "%*d", 512, 2), 0);
  CHECK_RETURNS(lwt_io_fprintlf(c, "%*d", 5000, 3), 0);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_INT(d->wrote, 511 + 512 + 5001);
  CHECK_INT(d->written[510], '1');
  CHECK_INT(d->written[511 + 511], '2');
  CHECK_INT(d->written[511 + 512 + 4999], '3');
  device_end(d, c);
}

TEST(memory_takes_what_fits) {
  char room[8] = "........";
  int drops = 0;
  lwt_io_channel *c = lwt_io_of_bytes(LWT_IO_OUTPUT, room, 8, NULL);
  CHECK_RETURNS(lwt_io_write(c, "abc", 3), 0);
  CHECK_FAILS(lwt_io_write(c, "defghi", 6), LWT_FAILURE);
  CHECK(memcmp(room, "abc.....", 8) == 0);
  CHECK_RETURNS(lwt_io_write_from(c, "defghi", 6), 5);
  CHECK_FAILS(lwt_io_write_from(c, "i", 1), LWT_FAILURE);
  CHECK_FAILS(lwt_io_write_char(c, 'i'), LWT_FAILURE);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK(memcmp(room, "abcdefgh", 8) == 0);
  CHECK_FAILS(lwt_io_resize_buffer(c, 100), LWT_FAILURE);
  CHECK_INT(lwt_io_buffer_size(c), 8);
  CHECK_INT(lwt_io_buffered(c), 0);
  CHECK_RETURNS(lwt_io_close(c), 0);
  CHECK_FAILS(lwt_io_write(c, "x", 1), LWT_CLOSED);
  lwt_io_channel_release(c);
  c = lwt_io_of_bytes(LWT_IO_INPUT, (char *)&drops, sizeof drops, count_drop);
  lwt_io_channel_release(c);
  CHECK_INT(drops, 1);
}

TEST(a_channel_that_is_released_still_sends_what_was_written) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  lwt_release(lwt_io_write(c, "abc", 3));
  lwt_io_channel_release(c);
  CHECK_INT(d->drops, 0);
  turns(1);
  CHECK_STR(wrote(d), "abc");
  CHECK_INT(d->drops, 1);
  CHECK_INT(d->closes, 0);
  free(d);
}

TEST(flush_all_flushes_all_and_ignores_failures) {
  struct device *d[3];
  lwt_io_channel *c[3];
  for (int i = 0; i < 3; i++) {
    d[i] = device_writing();
    c[i] = channel_of(d[i], 0);
    lwt_release(lwt_io_fprintf(c[i], "%d", i));
  }
  d[0]->waits = true;
  d[1]->fails = LWT_FULL;
  lwt_t *p = lwt_io_flush_all();
  CHECK_SLEEPS(p);
  device_answer(d[0]);
  CHECK_RETURNS(p, 0);
  CHECK_STR(wrote(d[2]), "2");
  d[1]->fails = 0;
  turns(1);
  CHECK_STR(wrote(d[1]), "1");
  for (int i = 0; i < 3; i++) device_end(d[i], c[i]);
}
