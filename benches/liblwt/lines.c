/* read_lines: the text file of BENCH_LINES line by line, each an owned string. A
 * callback reads the next line; variants: stream a stream of lines iterated, loop a
 * plain loop that binds only where a line has to be waited for, fiber lwt_await. */
#include "bench.h"

#include <fcntl.h>
#include <lwt_io.h>

static uint64_t lines, bytes;
static lwt_io_channel *channel;

static void take(const struct lwt_string *line) {
  lines++;
  bytes += line->len;
}

/* ---- a callback for each line ---- */
static lwt_t *next_line(lwt_value line, void *env) {
  (void)env;
  if (line == LWT_NONE) return lwt_return(LWT_UNIT);
  take((const struct lwt_string *)line);
  return lwt_bind(lwt_io_read_line_opt(channel), next_line, NULL, NULL);
}

/* ---- a loop, and a callback where it has to wait ---- */
static lwt_t *loop(void);
static lwt_t *came(lwt_value line, void *env) {
  (void)env;
  if (line == LWT_NONE) return lwt_return(LWT_UNIT);
  take((const struct lwt_string *)line);
  return loop();
}
static lwt_t *loop(void) {
  for (;;) {
    lwt_t *p = lwt_io_read_line_opt(channel);
    if (lwt_state(p) != LWT_RETURN) return lwt_bind(p, came, NULL, NULL);
    lwt_value line = lwt_value_of(p);
    if (line == LWT_NONE) return p;
    take((const struct lwt_string *)line);
    lwt_release(p);
  }
}

/* ---- a stream ---- */
static void each(lwt_value line, void *env) {
  (void)env;
  take((const struct lwt_string *)line);
}
static lwt_t *iterate(void) {
  lwt_stream *stream = lwt_io_read_lines(channel);
  lwt_t *p = lwt_stream_iter(stream, each, NULL, NULL);
  lwt_stream_release(stream);
  return p;
}

/* ---- a fiber ---- */
static lwt_value fiber(void *env) {
  (void)env;
  for (;;) {
    lwt_t *p = lwt_io_read_line_opt(channel);
    lwt_exn *e = NULL;
    lwt_value line = lwt_await(p, &e);
    if (e != NULL) return lwt_raise(e);
    if (line == LWT_NONE) return LWT_UNIT;
    take((const struct lwt_string *)line);
    lwt_string_release((struct lwt_string *)line);
  }
}

void line_cases(void) {
  bench_t b = bench_begin();
  int fd = open(lines_file(), O_RDONLY | O_CLOEXEC);
  CHECK(fd >= 0);
  channel = lwt_io_of_unix_fd(fd, LWT_IO_INPUT, 0);
  if (VARIANT("stream")) run(iterate());
  else if (VARIANT("loop")) run(loop());
  else if (VARIANT("fiber")) run(lwt_spawn(fiber, NULL, NULL, 0));
  else run(lwt_bind(lwt_io_read_line_opt(channel), next_line, NULL, NULL));
  run(lwt_io_close(channel));
  lwt_io_channel_release(channel);
  lines_report(PEER, variant, n_ops, lines, bytes, bench_end(b));
}
