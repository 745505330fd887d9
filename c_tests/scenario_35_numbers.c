/* Scenario 35: numbers in both byte orders including negative ones of 16 bits; positions
 * of memory channels. */
#include "io_kit.h"

#define NUMBERS(ORDER)                                                   \
  CHECK_RETURNS(lwt_io_##ORDER##write_int16(out, -2), 0);                \
  CHECK_RETURNS(lwt_io_##ORDER##write_int(out, -70000), 0);              \
  CHECK_RETURNS(lwt_io_##ORDER##write_int32(out, INT32_MIN), 0);         \
  CHECK_RETURNS(lwt_io_##ORDER##write_int64(out, INT64_MIN + 1), 0);     \
  CHECK_RETURNS(lwt_io_##ORDER##write_float32(out, -1.5f), 0);           \
  CHECK_RETURNS(lwt_io_##ORDER##write_float64(out, 1e-300), 0);          \
  CHECK_INT(lwt_io_position(out), 30);                                   \
  CHECK_RETURNS(lwt_io_##ORDER##read_int16(in), -2);                     \
  CHECK_RETURNS(lwt_io_##ORDER##read_int(in), -70000);                   \
  CHECK_RETURNS(lwt_io_##ORDER##read_int32(in), INT32_MIN);              \
  CHECK_RETURNS(lwt_io_##ORDER##read_int64(in), INT64_MIN + 1);          \
  p = lwt_io_##ORDER##read_float32(in);                                  \
  CHECK(lwt_io_float32_of(lwt_value_of(p)) == -1.5f);                    \
  lwt_release(p);                                                        \
  p = lwt_io_##ORDER##read_float64(in);                                  \
  CHECK(lwt_io_float64_of(lwt_value_of(p)) == 1e-300);                   \
  lwt_release(p);                                                        \
  CHECK_FAILS(lwt_io_##ORDER##read_int16(in), LWT_END_OF_FILE)

static unsigned char room[30];
static lwt_io_channel *in, *out;
static void open_both(void) {
  memset(room, 0, sizeof room);
  out = lwt_io_of_bytes(LWT_IO_OUTPUT, (char *)room, sizeof room, NULL);
  in = lwt_io_of_bytes(LWT_IO_INPUT, (char *)room, sizeof room, NULL);
}
static void close_both(void) {
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

TEST(the_lowest_byte_first) {
  lwt_t *p;
  open_both();
  NUMBERS(le_);
  CHECK_INT(room[0], 0xfe);
  CHECK_INT(room[1], 0xff);
  CHECK_INT(room[2], 0x90);
  CHECK_INT(room[9], 0x80);
  close_both();
}
TEST(the_highest_byte_first) {
  lwt_t *p;
  open_both();
  NUMBERS(be_);
  CHECK_INT(room[0], 0xff);
  CHECK_INT(room[1], 0xfe);
  CHECK_INT(room[5], 0x90);
  CHECK_INT(room[6], 0x80);
  close_both();
}
TEST(in_the_order_of_the_system) {
  lwt_t *p;
  int one = 1;
  open_both();
  NUMBERS();
  CHECK_INT(lwt_io_system_byte_order(),
            *(char *)&one == 1 ? LWT_IO_LITTLE_ENDIAN : LWT_IO_BIG_ENDIAN);
  close_both();
}

TEST(a_number_that_is_cut_short_stays) {
  struct device *d = device_reading("abc");
  d->most = 1;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_FAILS(lwt_io_read_int32(c), LWT_END_OF_FILE);
  CHECK_RETURNS(lwt_io_be_read_int16(c), 'a' << 8 | 'b');
  CHECK_TEXT(lwt_io_read(c), "c");
  device_end(d, c);
}

TEST(memory_has_positions) {
  open_both();
  memcpy(room, "abcdefghij", 10);
  CHECK_INT(lwt_io_position(in), 0);
  CHECK_RETURNS(lwt_io_length(in), 30);
  CHECK_RETURNS(lwt_io_read_char(in), 'a');
  CHECK_INT(lwt_io_position(in), 1);
  CHECK_RETURNS(lwt_io_set_position(in, 5), 0);
  CHECK_RETURNS(lwt_io_read_char(in), 'f');
  CHECK_RETURNS(lwt_io_set_position(in, 30), 0);
  CHECK_FAILS(lwt_io_read_char(in), LWT_END_OF_FILE);
  CHECK_FAILS(lwt_io_set_position(in, 31), LWT_FAILURE);
  CHECK_FAILS(lwt_io_set_position(in, -1), LWT_FAILURE);
  CHECK_INT(lwt_io_position(in), 30);
  CHECK_RETURNS(lwt_io_set_position(in, 0), 0);
  CHECK_INT(lwt_io_buffered(in), 30);
  CHECK_RETURNS(lwt_io_set_position(out, 8), 0);
  CHECK_RETURNS(lwt_io_write(out, "XY", 2), 0);
  CHECK_INT(lwt_io_position(out), 10);
  CHECK_FAILS(lwt_io_set_position(out, 31), LWT_FAILURE);
  CHECK(memcmp(room, "abcdefghXY", 10) == 0);
  close_both();
}

TEST(a_device_is_moved_only_if_the_buffer_does_not_reach) {
  struct device *d = device_reading("abcdefghijklmnopqrstuvwxyz");
  d->most = 10;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'a');
  CHECK_RETURNS(lwt_io_set_position(c, 0), 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'a');
  CHECK_RETURNS(lwt_io_set_position(c, 9), 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'j');
  CHECK_INT(d->seeks, 0);
  CHECK_INT(lwt_io_position(c), 10);
  CHECK_RETURNS(lwt_io_set_position(c, 20), 0);
  CHECK_INT(d->seeks, 1);
  CHECK_INT(lwt_io_position(c), 20);
  CHECK_RETURNS(lwt_io_read_char(c), 'u');
  CHECK_RETURNS(lwt_io_length(c), 26);
  CHECK_RETURNS(lwt_io_read_char(c), 'v');
  CHECK_FAILS(lwt_io_set_position(c, -3), LWT_FAILURE);
  device_end(d, c);
}

TEST(files_have_positions_whatever_is_read_ahead) {
  char path[] = "/tmp/lwt-io-XXXXXX";
  int fd = mkstemp(path);
  CHECK(fd >= 0);
  unlink(path);
  CHECK_INT(dup2(fd, 100), 100);
  out = lwt_io_of_unix_fd(fd, LWT_IO_OUTPUT, 0);
  for (int i = 0; i < 20000; i++) CHECK_RUN(lwt_io_fprintf(out, "%09d\n", i), 0);
  CHECK_INT(lwt_io_position(out), 200000);
  CHECK_RUN(lwt_io_length(out), 200000);
  CHECK_RUN(lwt_io_set_position(out, 50), 0);
  CHECK_RUN(lwt_io_write(out, "five", 4), 0);
  CHECK_RUN(lwt_io_close(out), 0);
  CHECK_INT(lseek(100, 0, SEEK_SET), 0);
  in = lwt_io_of_unix_fd(100, LWT_IO_INPUT, 0);
  CHECK_TEXT(lwt_io_read_line(in), "000000000");
  CHECK_INT(lwt_io_position(in), 10);
  CHECK_RUN(lwt_io_set_position(in, 50), 0);
  CHECK_TEXT(lwt_io_read_line(in), "five00005");
  CHECK_RUN(lwt_io_set_position(in, 150000), 0);
  CHECK_TEXT(lwt_io_read_line(in), "000015000");
  CHECK_RUN(lwt_io_length(in), 200000);
  for (int i = 15001; i < 20000; i++) {
    char want[16];
    snprintf(want, sizeof want, "%09d", i);
    CHECK_TEXT(lwt_io_read_line(in), want);
  }
  CHECK_TEXT(lwt_io_read_line_opt(in), "(none)");
  CHECK_INT(lwt_io_position(in), 200000);
  CHECK_RUN(lwt_io_set_position(in, 0), 0);
  CHECK_INT(strlen(text_of(lwt_io_read_count(in, 30000))) > 0, 1);
  CHECK_RUN(lwt_io_close(in), 0);
  close_both();
}

TEST(what_can_t_be_moved_says_so) {
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  lwt_io_channel *c = lwt_io_of_unix_fd(ends[0], LWT_IO_INPUT, 0), *zero = lwt_io_zero();
  lwt_t *p = lwt_io_set_position(c, 5);
  lwt_main_run_until(p);
  CHECK_INT(lwt_exn_errno(lwt_exn_of(p)), ESPIPE);
  lwt_release(p);
  CHECK_RUN_FAILS(lwt_io_set_position(zero, 5), LWT_FAILURE);
  CHECK_INT(lwt_io_position(zero), 0);
  lwt_io_channel_release(c);
  lwt_io_channel_release(zero);
  close(ends[1]);
}
