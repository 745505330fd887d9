/* Channels over files, pipes and memory, while a call of the library fails: each
 * answer is a value or a clear error, and no byte comes twice or out of turn. */
#include "faults.h"

#include <fcntl.h>

static lwt_io_channel *channel(int fd, int mode) {
  lwt_io_channel *made = lwt_io_of_unix_fd(fd, mode, 0);
  if (!GIVEN(made)) close(fd);
  return made;
}

TEST(channels_settle) {
  int fds[2];
  CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
  lwt_io_channel *in = channel(fds[0], LWT_IO_INPUT), *out = channel(fds[1], LWT_IO_OUTPUT);
  if (in != NULL && out != NULL) {
    bool wrote = SETTLED(lwt_io_write_line(out, "first", 5));
    wrote = SETTLED(lwt_io_write(out, "second\nth", 9)) && wrote;
    wrote = SETTLED(lwt_io_fprintf(out, "%s\n", "ird")) && wrote;
    wrote = SETTLED(lwt_io_flush(out)) && wrote;
    const char *const want[] = {"first", "second", "third"};
    for (int i = 0; i < 3 && wrote; i++) {
      lwt_value value = NULL;
      lwt_t *line = lwt_io_read_line(in);
      bool read = SETTLES(line, &value);
      if (read) CHECK_STR(((struct lwt_string *)value)->data, want[i]);
      lwt_release(line);
      if (!read) break;
    }
  }
  if (out != NULL) SETTLED(lwt_io_close(out));
  if (in != NULL) {
    SETTLED(lwt_io_read_line_opt(in));
    SETTLED(lwt_io_close(in));
  }
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

TEST(positions_settle) {
  int fd = open("c", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  lwt_io_channel *out = channel(fd, LWT_IO_OUTPUT);
  if (out != NULL) {
    SETTLED(lwt_io_write(out, "0123456789", 10));
    SETTLED(lwt_io_set_position(out, 2));
    SETTLED(lwt_io_write_int(out, 7));
    SETTLED(lwt_io_length(out));
    SETTLED(lwt_io_close(out));
    lwt_io_channel_release(out);
  }
  unlink("c");
}

static lwt_t *whole(const lwt_io_channel *channel, void *env) {
  (void)env;
  return lwt_io_read(channel);
}
TEST(memory_settles) {
  static char text[] = "one\ntwo\nthree";
  lwt_io_channel *in = lwt_io_of_bytes(LWT_IO_INPUT, text, sizeof text - 1, NULL);
  if (!GIVEN(in)) return;
  SETTLED(lwt_io_read_char(in));
  SETTLED(lwt_io_read_count(in, 2));
  lwt_stream *lines = lwt_io_read_lines(in);
  if (GIVEN(lines)) {
    SETTLED(lwt_stream_next(lines));
    lwt_stream_release(lines);
  }
  SETTLED(lwt_io_atomic(in, whole, NULL, NULL));
  SETTLED(lwt_io_close(in));
  lwt_io_channel_release(in);
}

TEST(standard_channels_settle) {
  SETTLED(lwt_io_printl("said"));
  SETTLED(lwt_io_flush_all());
}
