/* Bad arguments, reentrancy, functions of the user's that misbehave, threads. */
#include "io_kit.h"

#include <pthread.h>

static lwt_io_channel *in, *out;

#define BAD_INPUT(c, kind)                                                \
  do {                                                                    \
    char b[4];                                                            \
    CHECK_FAILS(lwt_io_read_line(c), kind);                               \
    CHECK_FAILS(lwt_io_read_line_opt(c), kind);                           \
    CHECK_FAILS(lwt_io_read_char(c), kind);                               \
    CHECK_FAILS(lwt_io_read_char_opt(c), kind);                           \
    CHECK_FAILS(lwt_io_read(c), kind);                                    \
    CHECK_FAILS(lwt_io_read_count(c, 1), kind);                           \
    CHECK_FAILS(lwt_io_read_into(c, b, 4), kind);                         \
    CHECK_FAILS(lwt_io_read_into_exactly(c, b, 4), kind);                 \
    CHECK_FAILS(lwt_io_read_value(c, 9), kind);                           \
    CHECK_FAILS(lwt_io_read_int16(c), kind);                              \
    CHECK_PTR(lwt_io_read_lines(c), NULL);                                \
    CHECK_PTR(lwt_io_read_chars(c), NULL);                                \
  } while (0)
#define BAD_OUTPUT(c, kind)                                               \
  do {                                                                    \
    CHECK_FAILS(lwt_io_write(c, "x", 1), kind);                           \
    CHECK_FAILS(lwt_io_write_line(c, "x", 1), kind);                      \
    CHECK_FAILS(lwt_io_write_char(c, 'x'), kind);                         \
    CHECK_FAILS(lwt_io_write_from(c, "x", 1), kind);                      \
    CHECK_FAILS(lwt_io_write_from_exactly(c, "x", 1), kind);              \
    CHECK_FAILS(lwt_io_write_value(c, "x", 1), kind);                     \
    CHECK_FAILS(lwt_io_write_int16(c, 1), kind);                          \
    CHECK_FAILS(lwt_io_write_lines(c, lwt_stream_of_list(NULL, 0)), kind); \
    CHECK_FAILS(lwt_io_write_chars(c, lwt_stream_of_list(NULL, 0)), kind); \
    CHECK_FAILS(lwt_io_hexdump(c, "x", 1), kind);                         \
    CHECK_FAILS(lwt_io_hexdump_stream(c, lwt_stream_of_list(NULL, 0)), kind); \
    CHECK_FAILS(lwt_io_fprint(c, "x"), kind);                             \
    CHECK_FAILS(lwt_io_fprintl(c, "x"), kind);                            \
    CHECK_FAILS(lwt_io_fprintf(c, "x"), kind);                            \
    CHECK_FAILS(lwt_io_flush(c), kind);                                   \
    CHECK_INT(lwt_io_set_water_marks(c, 2, 1), kind);                     \
    CHECK_INT(lwt_io_water_marks(c, NULL, NULL), kind);                   \
  } while (0)

static lwt_t *never(const lwt_io_channel *c, void *env) {
  CHECK(false);
  return (void)c, (void)env, lwt_return(LWT_UNIT);
}
static lwt_t *never_block(char *data, size_t size, void *env) {
  CHECK(false);
  return (void)data, (void)size, (void)env, lwt_return(LWT_UNIT);
}
static lwt_t *never_direct(const lwt_io_channel *c, struct lwt_io_direct *a, void *env) {
  CHECK(false);
  return (void)c, (void)a, (void)env, lwt_return(LWT_UNIT);
}

TEST(bad_handles_are_refused) {
  lwt_io_channel *stale = lwt_io_null();
  lwt_mutex *other = lwt_mutex_create();
  lwt_io_channel_release(stale);
  lwt_io_channel *bad[] = {NULL, stale, (lwt_io_channel *)other, (lwt_io_channel *)16};
  for (int i = 0; i < 4; i++) {
    lwt_io_channel *c = bad[i];
    ENV(env);
    BAD_INPUT(c, INVALID);
    BAD_OUTPUT(c, INVALID);
    CHECK_FAILS(lwt_io_close(c), INVALID);
    CHECK_FAILS(lwt_io_abort(c), INVALID);
    CHECK_FAILS(lwt_io_resize_buffer(c, 100), INVALID);
    CHECK_FAILS(lwt_io_set_position(c, 1), INVALID);
    CHECK_FAILS(lwt_io_length(c), INVALID);
    CHECK_FAILS(lwt_io_direct_perform(c), INVALID);
    CHECK_FAILS(lwt_io_atomic(c, never, &env, env_drop), INVALID);
    CHECK_FAILS(lwt_io_block(c, 1, never_block, &env, env_drop), INVALID);
    CHECK_FAILS(lwt_io_direct_access(c, never_direct, &env, env_drop), INVALID);
    CHECK_ENV(env, 0, 3);
    CHECK_INT(lwt_io_mode(c), -1);
    CHECK(!lwt_io_is_closed(c) && !lwt_io_is_busy(c));
    CHECK_INT(lwt_io_buffered(c) + lwt_io_buffer_size(c), 0);
    CHECK_INT(lwt_io_position(c), 0);
    CHECK_PTR(lwt_io_channel_retain(c), NULL);
    lwt_io_channel_release(c);
  }
  lwt_mutex_release(other);
}

TEST(what_can_t_be_a_channel_is_none) {
  struct device *d = device_reading("x");
  int ends[2];
  CHECK_PTR(lwt_io_make(7, 0, device_transfer, NULL, NULL, d, device_drop), NULL);
  CHECK_PTR(lwt_io_make(LWT_IO_INPUT, 15, device_transfer, NULL, NULL, d, device_drop), NULL);
  CHECK_PTR(lwt_io_make(LWT_IO_INPUT, SIZE_MAX, device_transfer, NULL, NULL, d, device_drop), NULL);
  CHECK_PTR(lwt_io_make(LWT_IO_INPUT, 0, NULL, NULL, NULL, d, device_drop), NULL);
  CHECK_INT(d->drops, 4);
  free(d);
  CHECK_PTR(lwt_io_of_fd(NULL, LWT_IO_INPUT, 0), NULL);
  CHECK_PTR(lwt_io_of_fd_with(NULL, LWT_IO_INPUT, 0, NULL, NULL, NULL), NULL);
  CHECK_PTR(lwt_io_of_unix_fd(-1, LWT_IO_INPUT, 0), NULL);
  CHECK_INT(pipe(ends), 0);
  CHECK_PTR(lwt_io_of_unix_fd(ends[0], 3, 0), NULL);
  CHECK_PTR(lwt_io_of_unix_fd(ends[0], LWT_IO_INPUT, 3), NULL);
  CHECK_INT(close(ends[0]) + close(ends[1]), 0); /* they are still the caller's */
  CHECK_PTR(lwt_io_of_bytes(LWT_IO_INPUT, NULL, 1, NULL), NULL);
  CHECK_PTR(lwt_io_of_bytes(5, NULL, 0, NULL), NULL);
  CHECK_INT(lwt_io_set_default_buffer_size(15), INVALID);
  CHECK_INT(lwt_io_set_default_buffer_size(SIZE_MAX), INVALID);
  CHECK_INT(lwt_io_default_buffer_size(), 4096);
}

TEST(the_wrong_direction_is_refused) {
  in = lwt_io_zero();
  out = lwt_io_null();
  BAD_INPUT(out, INVALID);
  BAD_OUTPUT(in, INVALID);
  lwt_t *p = lwt_io_read_line(out);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_io_read_line: needs an input channel");
  lwt_release(p);
  CHECK_FAILS(lwt_io_read_into(in, NULL, 4), INVALID);
  CHECK_FAILS(lwt_io_write(out, NULL, 4), INVALID);
  CHECK_FAILS(lwt_io_fprint(out, NULL), INVALID);
  CHECK_FAILS(lwt_io_write_lines(out, NULL), INVALID);
  CHECK_FAILS(lwt_io_resize_buffer(out, 15), INVALID);
  CHECK_INT(lwt_io_set_water_marks(out, 5, 5), INVALID);
  CHECK_FAILS(lwt_io_atomic(out, NULL, NULL, NULL), INVALID);
  CHECK_FAILS(lwt_io_block(out, 17, never_block, NULL, NULL), INVALID);
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

static void *elsewhere(void *env) {
  BAD_INPUT(in, LWT_WRONG_THREAD);
  BAD_OUTPUT(out, LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_io_close(in), LWT_WRONG_THREAD);
  return env;
}
TEST(another_thread_can_do_nothing_to_it) {
  pthread_t thread;
  in = lwt_io_zero();
  out = lwt_io_null();
  pthread_create(&thread, NULL, elsewhere, NULL);
  pthread_join(thread, NULL);
  CHECK_RETURNS(lwt_io_read_char(in), 0);
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

static lwt_t *close_in_callback(lwt_value line, void *env) {
  CHECK_RETURNS(lwt_io_close(in), 0);
  return (void)line, (void)env, lwt_return(LWT_INT(1));
}
TEST(the_callback_of_a_read_may_close_and_release_its_channel) {
  struct device *d = device_reading("one\ntwo\n");
  d->waits = true;
  in = channel_of(d, 0);
  lwt_t *a = lwt_bind(lwt_io_read_line(in), close_in_callback, NULL, NULL);
  lwt_t *b = lwt_io_read_line(in);
  device_answer(d);
  CHECK_RETURNS(a, 1);
  CHECK_FAILS(b, LWT_CLOSED);
  CHECK_INT(d->closes, 1);
  device_end(d, in);
}

static lwt_t *reads_itself(char *buf, size_t len, void *env) {
  lwt_t **inner = (lwt_t **)env;
  if (*inner == NULL) *inner = lwt_io_read_char(in);
  memset(buf, 'z', len);
  return lwt_return(LWT_INT(2));
}
TEST(a_function_may_call_its_own_channel) {
  lwt_t *inner = NULL;
  in = lwt_io_make(LWT_IO_INPUT, 0, reads_itself, NULL, NULL, &inner, NULL);
  CHECK_RETURNS(lwt_io_read_char(in), 'z');
  CHECK_RETURNS(inner, 'z');
  lwt_io_channel_release(in);
}
static lwt_t *aborts_itself(char *buf, size_t len, void *env) {
  (void)buf, (void)len;
  *(lwt_t **)env = lwt_io_abort(in);
  return lwt_return(LWT_INT(1));
}
TEST(a_function_may_abort_its_own_channel) {
  lwt_t *aborted = NULL;
  in = lwt_io_make(LWT_IO_INPUT, 0, aborts_itself, NULL, NULL, &aborted, NULL);
  CHECK_FAILS(lwt_io_read_char(in), LWT_CLOSED);
  CHECK_RETURNS(aborted, 0);
  lwt_io_channel_release(in);
  in = lwt_io_make(LWT_IO_OUTPUT, 0, aborts_itself, NULL, NULL, &aborted, NULL);
  lwt_release(lwt_io_write(in, "x", 1));
  CHECK_FAILS(lwt_io_flush(in), LWT_CLOSED);
  CHECK_RETURNS(aborted, 0);
  lwt_io_channel_release(in);
}
static lwt_t *returns_nothing(char *buf, size_t len, void *env) {
  return (void)buf, (void)len, (void)env, NULL;
}
TEST(a_function_that_returns_no_promise_fails_the_read) {
  in = lwt_io_make(LWT_IO_INPUT, 0, returns_nothing, NULL, NULL, NULL, NULL);
  CHECK_FAILS(lwt_io_read_char(in), INVALID);
  lwt_io_channel_release(in);
}
TEST(a_promise_that_is_never_resolved_leaves_nothing_behind) {
  struct device *d = device_reading("x");
  d->waits = true;
  in = channel_of(d, 0);
  lwt_t *a = lwt_io_read_line(in), *b = lwt_io_read_line(in);
  lwt_wakener_forget(d->wakener);
  CHECK_SLEEPS(a);
  lwt_release(a);
  lwt_release(b);
  device_end(d, in);
}

TEST(a_channel_whose_write_is_never_answered_sends_nothing_more_and_says_so) {
  struct device *d = device_writing();
  d->waits = true;
  out = channel_of(d, 16);
  lwt_release(lwt_io_write(out, "0123456789", 10));
  CHECK_RUN(lwt_pause(), 0);
  CHECK_INT(d->calls, 1);
  lwt_release(lwt_io_write(out, "abc", 3));
  lwt_wakener_forget(d->wakener);
  CHECK_RUN_FAILS(lwt_io_flush(out), LWT_FAILURE);
  CHECK_RUN(lwt_io_write(out, "0123456789", 10), 0);
  CHECK_RUN_FAILS(lwt_io_write(out, "0123456789", 10), LWT_FAILURE);
  CHECK_RUN(lwt_pause(), 0);
  CHECK_INT(d->calls, 1);
  CHECK_RUN(lwt_io_close(out), 0);
  CHECK_INT(d->closes, 1);
  device_end(d, out);
}
TEST(a_write_that_waits_for_what_is_never_answered_leaves_nothing_behind) {
  struct device *d = device_writing();
  d->waits = true;
  out = channel_of(d, 16);
  lwt_release(lwt_io_write(out, "0123456789", 10));
  lwt_t *a = lwt_io_flush(out), *b = lwt_io_write(out, "abc", 3);
  lwt_wakener_forget(d->wakener);
  CHECK_SLEEPS(a);
  CHECK_SLEEPS(b);
  lwt_release(a);
  lwt_release(b);
  device_end(d, out);
}

static lwt_t *abort_in_block(const lwt_io_channel *c, void *env) {
  CHECK_RETURNS(lwt_io_abort(c), 0);
  CHECK_FAILS(lwt_io_write(c, "x", 1), LWT_CLOSED);
  return (void)env, lwt_return(LWT_INT(3));
}
TEST(an_atomic_block_may_abort_its_channel) {
  struct device *d = device_writing();
  out = channel_of(d, 0);
  lwt_release(lwt_io_write(out, "x", 1));
  CHECK_RETURNS(lwt_io_atomic(out, abort_in_block, NULL, NULL), 3);
  CHECK(lwt_io_is_closed(out));
  CHECK_FAILS(lwt_io_write(out, "x", 1), LWT_CLOSED);
  CHECK_INT(d->wrote, 0);
  device_end(d, out);
}

static lwt_t *lazy;
static lwt_t *leaves_a_read(const lwt_io_channel *c, void *env) {
  lazy = lwt_io_read_line(c);
  return (void)env, lwt_return(LWT_UNIT);
}
TEST(what_an_atomic_block_leaves_undone_fails_and_others_go_on) {
  struct device *d = device_reading("one\n");
  d->waits = true;
  in = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_atomic(in, leaves_a_read, NULL, NULL), 0);
  CHECK_FAILS(lazy, LWT_FAILURE);
  lwt_t *a = lwt_io_read_line(in);
  device_answer(d);
  CHECK_TEXT(a, "one");
  device_end(d, in);
}

static struct device *d, *w;
static void *leaves_all(void *drops) {
  d->waits = w->waits = true;
  lwt_io_channel *c = channel_of(d, 0), *o = channel_of(w, 16);
  lwt_io_read_line(c);
  lwt_io_read_line(c);
  lwt_io_write(o, "0123456789abcdef", 16);
  lwt_io_write(o, "0123456789abcdef", 16);
  lwt_release(lwt_bind(lwt_io_flush(o), env_bind, drops, count_drop));
  return NULL;
}
TEST(a_thread_may_end_with_all_of_it_waiting) {
  int drops = 0;
  pthread_t thread;
  d = device_reading("x");
  w = device_writing();
  pthread_create(&thread, NULL, leaves_all, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  CHECK_INT(d->drops, 1);
  CHECK_INT(w->drops, 1);
  free(d);
  free(w);
}

static lwt_t *same_promise(char *buf, size_t len, void *env) {
  return (void)buf, (void)len, lwt_retain(*(lwt_t **)env);
}
TEST(closing_a_channel_cancels_the_promise_of_its_function) {
  lwt_u *u;
  lwt_t *transfer = lwt_task(&u);
  in = lwt_io_make(LWT_IO_INPUT, 0, same_promise, NULL, NULL, &transfer, NULL);
  lwt_t *line = lwt_io_read_line(in);
  CHECK_SLEEPS(transfer);
  CHECK_INT(run(lwt_io_close(in)), 0);
  CHECK_FAILS(line, LWT_CLOSED);
  CHECK_FAILS(transfer, LWT_CANCELED);
  lwt_wakener_forget(u);
  lwt_io_channel_release(in);
}
