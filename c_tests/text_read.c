/* Reading text: characters, lines, counts, streams, encodings, the end. */
#include "text_kit.h"

TEST(a_count_counts_characters) {
  struct device *d = device_reading("a\303\251\346\227\245\360\237\230\200z");
  lwt_text_channel *c = text_reading(d, 0, "UTF-8", LWT_TEXT_STRICT);
  CHECK_TEXT(lwt_text_read_count(c, 0), "");
  CHECK_TEXT(lwt_text_read_count(c, 3), "a\303\251\346\227\245");
  CHECK_TEXT(lwt_text_read_count(c, 9), "\360\237\230\200z");
  CHECK_TEXT(lwt_text_read_count(c, 9), "");
  text_end(d, c);
}

TEST(a_count_gives_what_is_there_and_at_least_one_character) {
  struct device *d = device_reading("\346\227\245\346\234\254");
  d->waits = true;
  lwt_text_channel *c = text_reading(d, 4, "UTF-8", LWT_TEXT_STRICT);
  lwt_t *p = lwt_text_read_count(c, 2);
  device_answer(d); /* one character and a part of the next */
  CHECK_TEXT(p, "\346\227\245");
  p = lwt_text_read_count(c, 2);
  CHECK_INT(lwt_state(p), LWT_SLEEP);
  device_answer(d);
  CHECK_TEXT(p, "\346\234\254");
  text_end(d, c);
}

TEST(lines_end_as_those_of_channels_do) {
  for (size_t most = 0; most < 3; most++) {
    struct device *d = device_reading("one\n\303\251\r\n\nlone\rend\r\n\r\nlast\r");
    lwt_text_channel *c = text_reading(d, most, "UTF-8", LWT_TEXT_STRICT);
    CHECK_TEXT(lwt_text_read_line(c), "one");
    CHECK_TEXT(lwt_text_read_line(c), "\303\251");
    CHECK_TEXT(lwt_text_read_line(c), "");
    CHECK_TEXT(lwt_text_read_line(c), "lone\rend");
    CHECK_TEXT(lwt_text_read_line(c), "");
    CHECK_TEXT(lwt_text_read_line(c), "last\r");
    CHECK_TEXT(lwt_text_read_line_opt(c), "(none)");
    CHECK_RUN_FAILS(lwt_text_read_line(c), LWT_END_OF_FILE);
    CHECK_RUN_FAILS(lwt_text_read_char(c), LWT_END_OF_FILE);
    CHECK_TEXT(lwt_text_read_char_opt(c), "(none)");
    text_end(d, c);
  }
}

/* A device over bytes among which are zeroes. */
static struct device *bytes_of(const char *data, size_t len) {
  struct device *d = device_reading("");
  d->data = data;
  d->len = len;
  return d;
}

TEST(utf_16_and_utf_32_are_read_by_units) {
  static const char little[] = "a\0\n\0\351\0\r\0\n\0\n\n\r\n"; /* U+0A0A and U+0A0D are no newlines */
  for (size_t most = 0; most < 4; most++) {
    struct device *d = bytes_of(little, sizeof little - 1);
    lwt_text_channel *c = text_reading(d, most, "utf-16le", LWT_TEXT_STRICT);
    CHECK_STR(lwt_text_encoding(c), "UTF-16LE");
    CHECK_TEXT(lwt_text_read_line(c), "a");
    CHECK_TEXT(lwt_text_read_line(c), "\303\251");
    CHECK_TEXT(lwt_text_read_line(c), "\340\250\212\340\250\215");
    CHECK_TEXT(lwt_text_read_line_opt(c), "(none)");
    text_end(d, c);
  }
  static const char big[] = "\0\1\366\0\0\0\0\nx";
  struct device *d = bytes_of(big, sizeof big - 1);
  lwt_text_channel *c = text_reading(d, 3, "UTF-32BE", LWT_TEXT_STRICT);
  CHECK_TEXT(lwt_text_read_line(c), "\360\237\230\200");
  CHECK_RUN_FAILS(lwt_text_read_char(c), LWT_FAILURE); /* cut off by the end */
  text_end(d, c);
}

TEST(what_an_escape_sequence_says_holds_for_later_reads) {
  struct device *d = device_reading("a\033$BF|K\\\nF|\033(Bb\n");
  lwt_text_channel *c = text_reading(d, 1, "ISO-2022-JP", LWT_TEXT_LOOSE);
  CHECK_TEXT(lwt_text_read_char(c), "a");
  CHECK_TEXT(lwt_text_read_char(c), "\346\227\245");
  CHECK_TEXT(lwt_text_read_char(c), "\346\234\254");
  text_end(d, c);
  d = device_reading("\033$BF|\033(B\na\033$BK\\");
  c = text_reading(d, 0, "ISO-2022-JP", LWT_TEXT_STRICT);
  CHECK_TEXT(lwt_text_read_line(c), "\346\227\245");
  CHECK_TEXT(lwt_text_read(c), "a\346\234\254");
  text_end(d, c);
}

TEST(characters_and_lines_are_streams) {
  struct device *d = device_reading("a\303\251\n\346\227\245\nx");
  lwt_text_channel *c = text_reading(d, 2, "UTF-8", LWT_TEXT_STRICT);
  lwt_stream *s = lwt_text_read_chars(c);
  CHECK_TEXT(lwt_stream_next(s), "a");
  CHECK_TEXT(lwt_stream_next(s), "\303\251");
  CHECK_TEXT(lwt_stream_next(s), "\n");
  lwt_stream_release(s);
  s = lwt_text_read_lines(c);
  CHECK_TEXT(lwt_stream_next(s), "\346\227\245");
  CHECK_TEXT(lwt_stream_next(s), "x");
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  text_end(d, c);
}

TEST(text_and_bytes_may_be_read_in_turn) {
  struct device *d = device_reading("\303\251\1\2\303\251\n");
  lwt_text_channel *c = text_reading(d, 0, "UTF-8", LWT_TEXT_STRICT);
  lwt_io_channel *bytes = lwt_text_byte_channel(c);
  CHECK_TEXT(lwt_text_read_char(c), "\303\251");
  CHECK_RUN(lwt_io_read_char(bytes), 1);
  CHECK_RUN(lwt_io_read_char(bytes), 2);
  CHECK_TEXT(lwt_text_read_line(c), "\303\251");
  lwt_io_channel_release(bytes);
  text_end(d, c);
}

TEST(zero_never_ends) {
  lwt_text_channel *c = lwt_text_zero();
  lwt_t *p = lwt_text_read_count(c, 3);
  CHECK_INT(((struct lwt_string *)lwt_value_of(p))->len, 3);
  lwt_release(p);
  lwt_text_channel_release(c);
}

TEST(an_escape_sequence_that_is_none_changes_nothing_behind_it) {
  for (size_t most = 0; most < 4; most++) {
    struct device *d = device_reading("abc\033(\244\261xyz");
    lwt_text_channel *c = text_reading(d, most, "ISO-2022-JP", LWT_TEXT_LOOSE);
    char all[100] = "";
    for (int n = 0; n < 20; n++) {
      lwt_t *p = lwt_text_read_count(c, 3);
      lwt_main_run_until(p);
      strcat(all, ((struct lwt_string *)lwt_value_of(p))->data);
      lwt_release(p);
    }
    CHECK_STR(all, "abc\033(\302\244\302\261xyz");
    text_end(d, c);
  }
}

TEST(a_long_line_is_searched_once) {
  size_t len = (size_t)scaled(1 << 20);
  char *line = (char *)malloc(len + 1);
  memset(line, 'x', len - 1);
  line[len - 1] = '\n';
  line[len] = 0;
  struct device *d = device_reading(line);
  lwt_text_channel *c = text_reading(d, 100, "UTF-8", LWT_TEXT_STRICT);
  lwt_t *p = lwt_text_read_line(c);
  lwt_main_run_until(p);
  CHECK_INT(((struct lwt_string *)lwt_value_of(p))->len, len - 1);
  lwt_release(p);
  text_end(d, c);
  free(line);
}
