/* The bytes of a channel's buffer in the hands of a function. */
#include "io_kit.h"

static lwt_t *sum(char *data, size_t size, void *env) {
  intptr_t n = 0;
  for (size_t i = 0; i < size; i++) n += data[i];
  return (void)env, lwt_return(LWT_INT(n));
}
static lwt_t *fill(char *data, size_t size, void *env) {
  CHECK_INT(data[0], 0);
  memset(data, *(char *)env, size);
  return lwt_return(LWT_UNIT);
}
static lwt_t *fails(char *data, size_t size, void *env) {
  return (void)data, (void)size, (void)env, lwt_fail(exn(LWT_FULL));
}
TEST(a_block_is_taken_from_the_input_in_one_piece) {
  struct device *d = device_reading("\1\2\3\4\5\6");
  d->most = 1;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_block(c, 4, sum, NULL, NULL), 10);
  CHECK_FAILS(lwt_io_block(c, 3, sum, NULL, NULL), LWT_END_OF_FILE);
  CHECK_FAILS(lwt_io_block(c, 1, fails, NULL, NULL), LWT_FULL);
  CHECK_RETURNS(lwt_io_read_char(c), 6);
  CHECK_RETURNS(lwt_io_block(c, 0, sum, NULL, NULL), 0);
  CHECK_FAILS(lwt_io_block(c, 17, sum, NULL, NULL), INVALID);
  device_end(d, c);
}
TEST(a_block_is_written_when_its_function_is_done) {
  struct device *d = device_writing();
  char x = 'x';
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_block(c, 16, fill, &x, NULL), 0);
  CHECK_FAILS(lwt_io_block(c, 16, fails, NULL, NULL), LWT_FULL);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  CHECK_STR(wrote(d), "xxxxxxxxxxxxxxxx");
  device_end(d, c);
}

static struct lwt_io_direct *view;
static lwt_io_channel *handle;
static lwt_t *bytes_came(lwt_value n, void *env) {
  CHECK_INT(LWT_TO_INT(n), 4);
  CHECK_INT(view->max - view->ptr, 5);
  CHECK(memcmp(view->data + view->ptr, "bcdef", 5) == 0);
  view->ptr += 4;
  return (void)env, lwt_return(LWT_INT(9));
}
static lwt_t *look(const lwt_io_channel *c, struct lwt_io_direct *access, void *env) {
  view = access;
  handle = lwt_io_channel_retain(c);
  CHECK_INT(access->max - access->ptr, 2);
  CHECK(memcmp(access->data + access->ptr, "ab", 2) == 0);
  access->ptr++;
  CHECK_INT(access->max - access->ptr, 1);
  lwt_t *more = lwt_io_direct_perform(c);
  return (void)env, lwt_bind(more, bytes_came, NULL, NULL);
}
TEST(a_function_reads_from_the_buffer_and_has_it_refilled) {
  struct device *d = device_reading("_abcdefghi");
  d->most = 3;
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_read_char(c), '_');
  d->waits = true;
  d->most = 4;
  lwt_t *p = lwt_io_direct_access(c, look, NULL, NULL), *after = lwt_io_read_char(c);
  CHECK_SLEEPS(p);
  device_answer(d);
  CHECK_RETURNS(p, 9);
  CHECK_RETURNS(after, 'f');
  CHECK_FAILS(lwt_io_direct_perform(handle), LWT_FAILURE);
  CHECK_FAILS(lwt_io_direct_perform(c), LWT_FAILURE);
  lwt_io_channel_release(handle);
  device_end(d, c);
}

static lwt_t *sent(lwt_value n, void *env) {
  CHECK_INT(LWT_TO_INT(n), 3);
  CHECK_INT(view->ptr, 0);
  memcpy(view->data, "de", 2);
  view->ptr = 2;
  return (void)env, lwt_return(LWT_UNIT);
}
static lwt_t *put(const lwt_io_channel *c, struct lwt_io_direct *access, void *env) {
  view = access;
  CHECK_INT(access->ptr, 0);
  CHECK_INT(access->max, 64);
  memcpy(access->data, "abc", 3);
  access->ptr = 3;
  return (void)env, lwt_bind(lwt_io_direct_perform(c), sent, NULL, NULL);
}
static lwt_t *out_of_range(const lwt_io_channel *c, struct lwt_io_direct *access, void *env) {
  access->ptr = access->max + 1;
  return (void)c, (void)env, lwt_return(LWT_UNIT);
}
TEST(a_function_writes_into_the_buffer_and_has_it_sent) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 64);
  CHECK_RETURNS(lwt_io_direct_access(c, put, NULL, NULL), 0);
  CHECK_STR(wrote(d), "abc");
  CHECK_FAILS(lwt_io_direct_access(c, out_of_range, NULL, NULL), LWT_FAILURE);
  turns(1);
  CHECK_STR(wrote(d), "abcde");
  device_end(d, c);
}

static lwt_t *skip_two(const lwt_io_channel *c, struct lwt_io_direct *access, void *env) {
  access->ptr += 2;
  CHECK_RETURNS(lwt_io_direct_perform(c), 0);
  return (void)env, lwt_return(LWT_UNIT);
}
TEST(memory_is_accessed_where_it_is) {
  char room[4] = "abcd";
  lwt_io_channel *c = lwt_io_of_bytes(LWT_IO_INPUT, room, 4, NULL);
  CHECK_RETURNS(lwt_io_direct_access(c, skip_two, NULL, NULL), 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'c');
  CHECK_FAILS(lwt_io_direct_access(c, out_of_range, NULL, NULL), LWT_FAILURE);
  CHECK_RETURNS(lwt_io_read_char(c), 'd');
  lwt_io_channel_release(c);
}

static lwt_u *holds;
static lwt_t *hold(const lwt_io_channel *c, struct lwt_io_direct *access, void *env) {
  view = access;
  return (void)c, (void)env, lwt_wait(&holds);
}
TEST(the_buffer_stays_until_the_function_is_done_whatever_becomes_of_the_channel) {
  struct device *d = device_reading("abc");
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_io_read_char(c), 'a');
  lwt_t *p = lwt_io_direct_access(c, hold, NULL, NULL);
  CHECK_RETURNS(lwt_io_abort(c), 0);
  view->data[view->ptr] = 'x'; /* still its own */
  lwt_wakeup(holds, LWT_UNIT);
  CHECK_RETURNS(p, 0);
  device_end(d, c);
}
