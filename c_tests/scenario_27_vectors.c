/* readv and writev: slices, partial drops, empty slices, bad slices, more slices than
 * the limit. */
#include "fds.h"

static lwt_unix_io_vectors *list(size_t n, char *const *slices) {
  lwt_unix_io_vectors *v = lwt_unix_io_vectors_create();
  for (size_t i = 0; i < n; i++)
    CHECK_INT(lwt_unix_io_vectors_append_bytes(v, slices[i], strlen(slices[i])), LWT_OK);
  return v;
}
#define LIST(...)                                                              \
  list(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *), (char *[]){__VA_ARGS__})

/* What the other end of a pair reads. */
static void check_comes(struct pair p, const char *want) {
  char got[64] = {0};
  CHECK_INT(run(lwt_unix_read(p.in, got, sizeof got - 1)), strlen(want));
  CHECK_STR(got, want);
}

TEST(writev_writes_the_slices_one_after_the_other) {
  struct pair p = pipe_pair();
  lwt_unix_io_vectors *v = LIST("foo", "ba", "r");
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 6);
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 6);
  check_comes(p, "foobar");
  /* The list stays as it is. */
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 6);
  lwt_unix_io_vectors_release(v);
  pair_close(p);
}

TEST(readv_fills_the_slices_one_after_the_other) {
  struct pair p = pipe_pair();
  char a[4] = "...", b[4] = "...", c[4] = "...";
  lwt_unix_io_vectors *v = LIST(a, b, c);
  lwt_t *waits = lwt_unix_readv(p.in, v);
  CHECK_SLEEPS(waits);
  /* The list is the caller's again, once the call has returned. */
  lwt_unix_io_vectors_drop(v, 9);
  lwt_unix_io_vectors_release(v);
  CHECK_RETURNS(lwt_unix_write_string(p.out, "12345"), 5);
  CHECK_INT(run(waits), 5);
  CHECK_STR(a, "123");
  CHECK_STR(b, "45.");
  CHECK_STR(c, "...");
  pair_close(p);
}

TEST(drop_takes_bytes_from_the_front_and_splits_a_slice) {
  struct pair p = pipe_pair();
  lwt_unix_io_vectors *v = LIST("foo", "bar", "baz");
  lwt_unix_io_vectors_drop(v, 4);
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 5);
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 5);
  check_comes(p, "arbaz");
  lwt_unix_io_vectors_drop(v, 2);
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 3);
  check_comes(p, "baz");
  /* Negative, and too many: harmless. */
  CHECK_INT(lwt_unix_io_vectors_drop(v, -7), LWT_OK);
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 3);
  CHECK(!lwt_unix_io_vectors_is_empty(v));
  CHECK_INT(lwt_unix_io_vectors_drop(v, 100), LWT_OK);
  CHECK(lwt_unix_io_vectors_is_empty(v));
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 0);
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 0);
  lwt_unix_io_vectors_release(v);
  pair_close(p);
}

TEST(slices_of_no_byte_count_as_none) {
  struct pair p = pipe_pair();
  lwt_unix_io_vectors *v = LIST("", "");
  CHECK(lwt_unix_io_vectors_is_empty(v));
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, NULL, 0), LWT_OK);
  CHECK(lwt_unix_io_vectors_is_empty(v));
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, (char[]){'x'}, 1), LWT_OK);
  CHECK(!lwt_unix_io_vectors_is_empty(v));
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 1);
  check_comes(p, "x");
  lwt_unix_io_vectors_drop(v, 1);
  CHECK(lwt_unix_io_vectors_is_empty(v));
  lwt_unix_io_vectors_release(v);
  pair_close(p);
}

TEST(bad_slices_are_refused_when_they_are_added) {
  lwt_unix_io_vectors *v = lwt_unix_io_vectors_create();
  char c;
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, NULL, 1), INVALID);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, &c, SIZE_MAX), INVALID);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, &c, SIZE_MAX / 2), LWT_OK);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, &c, 1), INVALID);
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), (intmax_t)(SIZE_MAX / 2));
  lwt_unix_io_vectors_release(v);
  CHECK_INT(lwt_unix_io_vectors_append_bytes(v, &c, 1), INVALID);
  CHECK_INT(lwt_unix_io_vectors_drop(v, 1), INVALID);
  CHECK(lwt_unix_io_vectors_is_empty(v));
  CHECK_INT(lwt_unix_io_vectors_byte_count(v), 0);
  CHECK(lwt_unix_io_vectors_retain(v) == NULL);
  struct pair p = pipe_pair();
  CHECK_FAILS(lwt_unix_readv(p.in, v), INVALID);
  CHECK_FAILS(lwt_unix_writev(p.out, NULL), INVALID);
  pair_close(p);
}

TEST(more_slices_than_the_limit_are_no_error_and_the_rest_is_left_alone) {
  struct pair p = pipe_pair();
  size_t limit = lwt_unix_io_vectors_system_limit(), n = limit + 10;
  CHECK(limit >= 16);
  lwt_unix_io_vectors *v = lwt_unix_io_vectors_create();
  char *bytes = malloc(n), *got = calloc(n, 1);
  for (size_t i = 0; i < n; i++) {
    bytes[i] = (char)('a' + i % 23);
    lwt_unix_io_vectors_append_bytes(v, bytes + i, 1);
  }
  CHECK_RETURNS(lwt_unix_writev(p.out, v), (intptr_t)limit);
  lwt_unix_io_vectors_drop(v, (ptrdiff_t)limit);
  CHECK_RETURNS(lwt_unix_writev(p.out, v), 10);
  CHECK_INT(run(lwt_unix_read(p.in, got, n)), n);
  CHECK(memcmp(got, bytes, n) == 0);
  lwt_unix_io_vectors_release(v);
  free(got);
  free(bytes);
  pair_close(p);
}

TEST(a_file_is_read_and_written_by_a_worker) {
  FILE *file = tmpfile();
  lwt_unix_fd *fd = lwt_unix_of_fd(dup(fileno(file)));
  lwt_unix_io_vectors *v = LIST("12", "345");
  lwt_t *written = lwt_unix_writev(fd, v);
  CHECK_SLEEPS(written);
  CHECK_INT(run(written), 5);
  rewind(file);
  char a[3] = "..", b[9] = "........";
  lwt_unix_io_vectors *w = LIST(a, b);
  CHECK_INT(run(lwt_unix_readv(fd, w)), 5);
  CHECK_STR(a, "12");
  CHECK_STR(b, "345.....");
  CHECK_INT(run(lwt_unix_readv(fd, w)), 0);
  lwt_unix_io_vectors_release(v);
  lwt_unix_io_vectors_release(w);
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  lwt_unix_fd_release(fd);
  fclose(file);
}

TEST(a_full_pipe_takes_what_fits_and_the_rest_when_there_is_room) {
  struct pair p = pipe_pair();
  size_t n = 1 << 20;
  char *bytes = calloc(n, 1), *got = malloc(n);
  lwt_unix_io_vectors *v = lwt_unix_io_vectors_create();
  lwt_unix_io_vectors_append_bytes(v, bytes, n);
  intptr_t first = run(lwt_unix_writev(p.out, v));
  CHECK(first > 0 && first < (intptr_t)n);
  lwt_unix_io_vectors_drop(v, first);
  lwt_t *waits = lwt_unix_writev(p.out, v);
  CHECK_SLEEPS(waits);
  CHECK_INT(run(lwt_unix_read(p.in, got, n)), first);
  CHECK(run(waits) > 0);
  lwt_unix_io_vectors_release(v);
  free(bytes);
  free(got);
  pair_close(p);
}
