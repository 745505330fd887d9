/* Bad handles, bad arguments, other threads, reentrancy. */
#include "text_kit.h"

#include <pthread.h>

static int dropped;
static void drop(void *env) { (void)env, dropped++; }
static lwt_t *never(const lwt_text_channel *c, void *env) {
  CHECK(false);
  return (void)c, (void)env, lwt_return(LWT_UNIT);
}

static void refused(const lwt_text_channel *c, int kind) {
  dropped = 0;
  CHECK_FAILS(lwt_text_read_char(c), kind);
  CHECK_FAILS(lwt_text_read_char_opt(c), kind);
  CHECK_FAILS(lwt_text_read_line(c), kind);
  CHECK_FAILS(lwt_text_read_line_opt(c), kind);
  CHECK_FAILS(lwt_text_read(c), kind);
  CHECK_FAILS(lwt_text_read_count(c, 1), kind);
  CHECK_PTR(lwt_text_read_chars(c), NULL);
  CHECK_PTR(lwt_text_read_lines(c), NULL);
}
static void refused_for_writing(const lwt_text_channel *c, int kind) {
  CHECK_FAILS(lwt_text_write(c, "x", 1), kind);
  CHECK_FAILS(lwt_text_write_line(c, "x", 1), kind);
  CHECK_FAILS(lwt_text_write_char(c, "x", 1), kind);
  CHECK_FAILS(lwt_text_fprint(c, "x"), kind);
  CHECK_FAILS(lwt_text_fprintl(c, "x"), kind);
  CHECK_FAILS(lwt_text_fprintf(c, "x"), kind);
  CHECK_FAILS(lwt_text_fprintlf(c, "x"), kind);
  CHECK_FAILS(lwt_text_hexdump(c, "x", 1), kind);
  CHECK_FAILS(lwt_text_hexdump_stream(c, texts(NULL, 0)), kind);
  CHECK_FAILS(lwt_text_write_chars(c, texts(NULL, 0)), kind);
  CHECK_FAILS(lwt_text_write_lines(c, texts(NULL, 0)), kind);
  CHECK_FAILS(lwt_text_flush(c), kind);
}
static void refused_altogether(lwt_text_channel *c, int kind) {
  refused(c, kind);
  refused_for_writing(c, kind);
  CHECK_PTR(lwt_text_byte_channel(c), NULL);
  CHECK_PTR(lwt_text_encoding(c), NULL);
  CHECK_PTR(lwt_text_channel_retain(c), NULL);
  CHECK_FAILS(lwt_text_close(c), kind);
  dropped = 0;
  CHECK_FAILS(lwt_text_atomic(c, never, NULL, drop), kind);
  CHECK_INT(dropped, 1);
  lwt_text_channel_release(c);
}

static void *elsewhere(void *c) {
  refused_altogether((lwt_text_channel *)c, LWT_WRONG_THREAD);
  return NULL;
}

TEST(bad_handles_are_refused_and_streams_consumed) {
  lwt_text_channel *stale = lwt_text_null(), *in = lwt_text_zero(), *out = lwt_text_null();
  lwt_text_channel_release(stale);
  refused_altogether(stale, LWT_INVALID_ARGUMENT);
  refused_altogether(NULL, LWT_INVALID_ARGUMENT);
  refused_altogether((lwt_text_channel *)lwt_io_stdout(), LWT_INVALID_ARGUMENT);
  refused(out, LWT_INVALID_ARGUMENT);
  refused_for_writing(in, LWT_INVALID_ARGUMENT);
  pthread_t thread;
  CHECK_INT(pthread_create(&thread, NULL, elsewhere, in), 0);
  pthread_join(thread, NULL);
  CHECK_STR(lwt_text_encoding(in), "UTF-8");
  lwt_text_channel_release(in);
  lwt_text_channel_release(out);
}

TEST(bad_arguments_are_refused) {
  lwt_text_channel *c = lwt_text_null();
  CHECK_PTR(lwt_text_make(NULL, NULL, LWT_TEXT_LOOSE), NULL);
  CHECK_PTR(lwt_text_make(lwt_io_stdout(), "no such encoding", LWT_TEXT_LOOSE), NULL);
  CHECK_PTR(lwt_text_make(lwt_io_stdout(), "", LWT_TEXT_LOOSE), NULL);
  CHECK_PTR(lwt_text_make(lwt_io_stdout(), "replacement", LWT_TEXT_LOOSE), NULL);
  CHECK_PTR(lwt_text_make(lwt_io_stdout(), "UTF-8", 3), NULL);
  CHECK_PTR(lwt_text_make(lwt_io_stdout(), "UTF-8", -1), NULL);
  CHECK_FAILS(lwt_text_write(c, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_write(c, "x", SIZE_MAX), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_fprint(c, NULL), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_print(NULL), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_eprintl(NULL), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_hexdump(c, NULL, 3), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_write_lines(c, NULL), LWT_INVALID_ARGUMENT);
  dropped = 0;
  CHECK_FAILS(lwt_text_atomic(c, NULL, NULL, drop), LWT_INVALID_ARGUMENT);
  CHECK_INT(dropped, 1);
  lwt_text_channel_release(c);
}

/* The device's function releases the channel that it is read for. */
static lwt_text_channel *own;
static lwt_t *releases(char *buf, size_t len, void *env) {
  (void)env;
  lwt_text_channel_release(own);
  own = NULL;
  memcpy(buf, "\303\251\n", len < 3 ? len : 3);
  return lwt_return(LWT_INT(3));
}
TEST(a_channel_may_be_released_while_it_is_read) {
  lwt_io_channel *bytes = lwt_io_make(LWT_IO_INPUT, 0, releases, NULL, NULL, NULL, NULL);
  own = lwt_text_make(bytes, "UTF-8", LWT_TEXT_STRICT);
  lwt_io_channel_release(bytes);
  CHECK_TEXT(lwt_text_read_line(own), "\303\251");
  CHECK_PTR(own, NULL);
}

static lwt_t *closes(char *buf, size_t len, void *env) {
  (void)buf, (void)len, (void)env;
  lwt_release(lwt_text_close(own));
  return lwt_return(LWT_INT(1));
}
TEST(a_channel_may_be_closed_while_it_is_read) {
  lwt_io_channel *bytes = lwt_io_make(LWT_IO_INPUT, 0, closes, NULL, NULL, NULL, NULL);
  own = lwt_text_make(bytes, "UTF-8", LWT_TEXT_STRICT);
  lwt_io_channel_release(bytes);
  CHECK_RUN_FAILS(lwt_text_read_line(own), LWT_CLOSED);
  lwt_text_channel_release(own);
}
