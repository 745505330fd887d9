/* Writing text: characters, lines, formats, streams, atomic blocks. */
#include "text_kit.h"

static lwt_text_channel *writing(struct device *d, const char *encoding, int conversion) {
  return text_reading(d, 0, encoding, conversion);
}
static const char *flushed(struct device *d, lwt_text_channel *c) {
  CHECK_RUN(lwt_text_flush(c), 0);
  return wrote(d);
}

TEST(everything_is_written_in_the_channels_encoding) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "ISO-8859-1", LWT_TEXT_STRICT);
  CHECK_RETURNS(lwt_text_write(c, "\303\251", 2), 0);
  CHECK_RETURNS(lwt_text_write_line(c, "\303\250", 2), 0);
  CHECK_RETURNS(lwt_text_write_char(c, "\303\252", 2), 0);
  CHECK_RETURNS(lwt_text_fprint(c, "\303\240"), 0);
  CHECK_RETURNS(lwt_text_fprintl(c, "\303\241"), 0);
  CHECK_RETURNS(lwt_text_fprintf(c, "%d%s", 1, "\303\242"), 0);
  CHECK_RETURNS(lwt_text_fprintlf(c, "%s", "\303\243"), 0);
  CHECK_RETURNS(lwt_text_write(c, NULL, 0), 0);
  CHECK_INT(d->calls, 0);
  CHECK_STR(flushed(d, c), "\351\350\n\352\340\341\n1\342\343\n");
  CHECK_INT(d->calls, 1);
  text_end(d, c);
}

TEST(a_long_format_is_printed_whole) {
  char word[2000];
  memset(word, 'w', sizeof word - 1);
  word[sizeof word - 1] = 0;
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "C", LWT_TEXT_STRICT);
  CHECK_RETURNS(lwt_text_fprintf(c, "%s", word), 0);
  CHECK_STR(flushed(d, c), word);
  text_end(d, c);
}

TEST(units_are_written_in_their_order) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "UTF-16BE", LWT_TEXT_LOOSE);
  CHECK_RETURNS(lwt_text_write_line(c, "a\360\237\230\200", 5), 0);
  flushed(d, c);
  CHECK_INT(d->wrote, 8);
  CHECK(memcmp(d->written, "\0a\330\75\336\0\0\n", 8) == 0);
  text_end(d, c);
  d = device_writing();
  c = writing(d, "UTF-32LE", LWT_TEXT_LOOSE);
  CHECK_RETURNS(lwt_text_write_line(c, "\360\237\230\200", 4), 0);
  flushed(d, c);
  CHECK_INT(d->wrote, 8);
  CHECK(memcmp(d->written, "\0\366\1\0\n\0\0\0", 8) == 0);
  text_end(d, c);
}

TEST(a_character_is_exactly_one) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "UTF-8", LWT_TEXT_LOOSE);
  CHECK_FAILS(lwt_text_write_char(c, "", 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_write_char(c, "ab", 2), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_write_char(c, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_RETURNS(lwt_text_write_char(c, "\346\227\245", 3), 0);
  CHECK_STR(flushed(d, c), "\346\227\245");
  text_end(d, c);
}

TEST(streams_of_characters_and_lines_are_written) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "ISO-8859-1", LWT_TEXT_LOOSE);
  static const char *const chars[] = {"a", "\303\251", "b"}, *const lines[] = {"\303\251t\303\251", ""};
  CHECK_RUN(lwt_text_write_chars(c, texts(chars, 3)), 0);
  CHECK_RUN(lwt_text_write_lines(c, texts(lines, 2)), 0);
  CHECK_RUN_FAILS(lwt_text_write_chars(c, texts(lines, 1)), LWT_INVALID_ARGUMENT);
  CHECK_STR(flushed(d, c), "a\351b\351t\351\n\n");
  text_end(d, c);
}

TEST(a_dump_shows_bytes_as_numbers) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "UTF-8", LWT_TEXT_STRICT);
  CHECK_RETURNS(lwt_text_hexdump(c, "ab\377", 3), 0);
  CHECK_HAS(flushed(d, c), "61 62 ff");
  d->wrote = 0;
  CHECK_RUN(lwt_text_hexdump_stream(c, lwt_stream_of_string("cd", 2)), 0);
  CHECK_HAS(flushed(d, c), "63 64");
  text_end(d, c);
}

static lwt_text_channel *kept_handle;
static lwt_t *block(const lwt_text_channel *c, void *env) {
  lwt_text_channel *outer = (lwt_text_channel *)env;
  CHECK_STR(lwt_text_encoding(c), "ISO-8859-1");
  CHECK_RETURNS(lwt_text_write(c, "\303\251", 2), 0);
  lwt_release(lwt_text_write(outer, "later", 5));
  kept_handle = lwt_text_channel_retain(c);
  return lwt_text_write(c, "x", 1);
}
TEST(an_atomic_block_has_the_channel_for_itself) {
  struct device *d = device_writing();
  lwt_text_channel *c = writing(d, "ISO-8859-1", LWT_TEXT_STRICT);
  CHECK_RUN(lwt_text_atomic(c, block, c, NULL), 0);
  CHECK_STR(flushed(d, c), "\351xlater");
  CHECK_FAILS(lwt_text_write(kept_handle, "x", 1), LWT_FAILURE);
  lwt_text_channel_release(kept_handle);
  text_end(d, c);
}

TEST(null_takes_everything_and_a_closed_channel_nothing) {
  lwt_text_channel *c = lwt_text_null();
  CHECK_RETURNS(lwt_text_write(c, "x", 1), 0);
  CHECK_RUN(lwt_text_close(c), 0);
  CHECK_FAILS(lwt_text_write(c, "x", 1), LWT_CLOSED);
  lwt_text_channel_release(c);
}
