/* Module Lwt_bytes. */
#include "fds.h"

#include <sys/mman.h>

static char text[64];
static const char *text_of(const lwt_bytes *b) {
  size_t len = lwt_bytes_length(b);
  CHECK(len < sizeof text);
  memset(text, 0, sizeof text);
  CHECK_INT(lwt_bytes_blit_to(b, 0, text, len), LWT_OK);
  return text;
}
static lwt_bytes *bytes_of(const char *s) { return lwt_bytes_of_string(s, strlen(s)); }

TEST(new_ones_are_zero_and_each_byte_can_be_had_and_set) {
  lwt_bytes *b = lwt_bytes_create(3);
  CHECK_INT(lwt_bytes_length(b), 3);
  CHECK_INT(lwt_bytes_get(b, 2), 0);
  CHECK_INT(lwt_bytes_set(b, 2, 255), LWT_OK);
  CHECK_INT(lwt_bytes_get(b, 2), 255);
  CHECK_INT(((unsigned char *)lwt_bytes_data(b))[2], 255);
  CHECK_INT(lwt_bytes_get(b, 3), -LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_get(b, SIZE_MAX), -LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_set(b, 3, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT((uintptr_t)lwt_bytes_data(b) % 16, 0);
  lwt_bytes_release(b);
  CHECK_INT(lwt_bytes_get(b, 0), -LWT_INVALID_ARGUMENT);
}

TEST(a_view_shares_the_memory_and_keeps_it) {
  lwt_bytes *b = bytes_of("hello, world");
  lwt_bytes *view = lwt_bytes_proxy(b, 7, 5), *inner = lwt_bytes_proxy(view, 1, 2);
  lwt_bytes *copy = lwt_bytes_extract(b, 7, 5), *all = lwt_bytes_copy(b);
  CHECK_INT(lwt_bytes_fill(b, 8, 1, '0'), LWT_OK);
  lwt_bytes_release(b);
  CHECK_STR(text_of(view), "w0rld");
  CHECK_STR(text_of(inner), "0r");
  CHECK_STR(text_of(copy), "world");
  CHECK_STR(text_of(all), "hello, world");
  CHECK(lwt_bytes_proxy(view, 1, 5) == NULL);
  CHECK(lwt_bytes_proxy(view, SIZE_MAX, 2) == NULL);
  CHECK(lwt_bytes_extract(view, 6, 0) == NULL);
  lwt_bytes *none = lwt_bytes_proxy(view, 5, 0);
  CHECK_INT(lwt_bytes_length(none), 0);
  CHECK(lwt_bytes_data(none) != NULL);
  lwt_bytes *each[] = {view, inner, copy, all, none};
  for (int i = 0; i < 5; i++) lwt_bytes_release(each[i]);
}

TEST(copies_may_overlap_and_bad_bounds_copy_nothing) {
  lwt_bytes *b = bytes_of("abcdef");
  CHECK_INT(lwt_bytes_blit(b, 0, b, 2, 4), LWT_OK);
  CHECK_STR(text_of(b), "ababcd");
  CHECK_INT(lwt_bytes_blit(b, 3, b, 0, 4), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_blit(b, 0, b, 3, 4), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_blit(b, 0, NULL, 0, 0), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_blit_from("XYZ", b, 4, 3), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_blit_from("XY", b, 4, 2), LWT_OK);
  CHECK_INT(lwt_bytes_blit_from(NULL, b, 0, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_blit_to(b, 0, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_fill(b, 6, 1, 'x'), LWT_INVALID_ARGUMENT);
  CHECK_STR(text_of(b), "ababXY");
  lwt_string *s = lwt_bytes_to_string(b);
  CHECK_STR(s->data, "ababXY");
  lwt_string_release(s);
  lwt_bytes_release(b);
}

TEST(empty_ones_and_absurd_sizes) {
  lwt_bytes *none = lwt_bytes_create(0);
  CHECK_INT(lwt_bytes_length(none), 0);
  CHECK_INT(lwt_bytes_get(none, 0), -LWT_INVALID_ARGUMENT);
  lwt_bytes_release(none);
  CHECK(lwt_bytes_create(SIZE_MAX) == NULL);
  CHECK(lwt_bytes_create(SIZE_MAX / 2) == NULL);
  CHECK(lwt_bytes_of_string(NULL, 1) == NULL);
  none = lwt_bytes_of_string(NULL, 0);
  CHECK(none != NULL);
  lwt_bytes_release(none);
  CHECK_INT(lwt_bytes_length(NULL), 0);
  CHECK(lwt_bytes_data(NULL) == NULL);
  lwt_bytes_release(NULL);
}

TEST(what_is_released_while_it_is_read_to_stays_until_then) {
  struct pair fds = pipe_pair();
  lwt_unix_fd *in = fds.in;
  lwt_bytes *b = lwt_bytes_create(16), *view = lwt_bytes_proxy(b, 4, 5);
  lwt_t *p = lwt_bytes_read(in, b, 4, 5);
  CHECK_SLEEPS(p);
  lwt_bytes_release(b);
  lwt_bytes *hello = bytes_of("hello");
  CHECK_INT(run(lwt_bytes_write(fds.out, hello, 1, 3)), 3);
  CHECK_INT(run(p), 3);
  CHECK_STR(text_of(view), "ell");
  CHECK_FAILS(lwt_bytes_read(in, view, 3, 3), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_bytes_write(fds.out, view, 6, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_bytes_read(in, NULL, 0, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_bytes_read(NULL, view, 0, 0), LWT_INVALID_ARGUMENT);
  p = lwt_bytes_read(in, view, 0, 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_bytes_release(view);
  lwt_bytes_release(hello);
  pair_close(fds);
}

TEST(sockets_take_bytes_as_pipes_do) {
  struct pair s = socket_pair();
  lwt_bytes *b = bytes_of("over a socket"), *got = lwt_bytes_create(14); /* and a NUL */
  CHECK_INT(run(lwt_bytes_send(s.in, b, 7, 6, 0)), 6);
  CHECK_INT(run(lwt_bytes_recv(s.out, got, 1, 3, MSG_PEEK)), 3);
  CHECK_INT(run(lwt_bytes_recvfrom(s.out, got, 7, 6, 0, NULL)), 6);
  CHECK_STR((const char *)lwt_bytes_data(got) + 7, "socket");
  lwt_t *p = lwt_bytes_recv(s.out, got, 0, 1, 0);
  CHECK_SLEEPS(p);
  lwt_bytes_release(got);
  CHECK_INT(run(lwt_bytes_send(s.in, b, 0, 1, 0)), 1);
  CHECK_INT(run(p), 1);
  CHECK_FAILS(lwt_bytes_send(s.in, b, 13, 1, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_bytes_recv(s.in, b, 0, 14, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_bytes_sendto(s.in, b, 0, 1, 0, NULL, 1), LWT_INVALID_ARGUMENT);
  lwt_bytes_release(b);
  pair_close(s);
}

/* A file of that size, each page beginning with a digit. */
static int file_of(size_t size) {
  char path[] = "/tmp/lwt_bytes_XXXXXX";
  int fd = mkstemp(path);
  CHECK(fd >= 0);
  unlink(path);
  CHECK_INT(ftruncate(fd, (off_t)size), 0);
  for (size_t at = 0; at < size; at += lwt_bytes_page_size()) {
    char digit = (char)('0' + at / lwt_bytes_page_size() % 10);
    CHECK_INT(pwrite(fd, &digit, 1, (off_t)at), 1);
  }
  return fd;
}
static lwt_bytes *map(lwt_unix_fd *fd, uint64_t pos, bool shared, size_t size) {
  lwt_t *p = lwt_bytes_map_file(fd, pos, shared, size);
  lwt_bytes *b = lwt_bytes_retain((const lwt_bytes *)lwt_value_of(p));
  lwt_release(p);
  return b;
}

TEST(a_mapped_file_is_seen_and_written_as_it_was_asked_for) {
  size_t page = lwt_bytes_page_size();
  int raw = file_of(3 * page + 10);
  lwt_unix_fd *fd = lwt_unix_of_fd(raw);
  lwt_bytes *whole = map(fd, 0, true, SIZE_MAX), *mine = map(fd, 0, false, SIZE_MAX);
  lwt_bytes *part = map(fd, page + 1, true, 7);
  CHECK_INT(lwt_bytes_length(whole), 3 * page + 10);
  CHECK(lwt_bytes_mapped(whole) && lwt_bytes_mapped(part));
  CHECK_INT(lwt_bytes_length(part), 7);
  CHECK_INT(lwt_bytes_get(whole, 2 * page), '2');
  CHECK_INT(lwt_bytes_set(mine, 0, 'm'), LWT_OK);
  CHECK_INT(lwt_bytes_get(whole, 0), '0');
  CHECK_INT(lwt_bytes_set(part, 0, 'p'), LWT_OK);
  CHECK_INT(lwt_bytes_get(whole, page + 1), 'p');
  run(lwt_unix_close(fd));
  lwt_unix_fd_release(fd);
  CHECK_INT(lwt_bytes_get(whole, 3 * page), '3'); /* the mapping stays */
  lwt_bytes_release(whole);
  lwt_bytes_release(mine);
  lwt_bytes_release(part);
  lwt_bytes *plain = lwt_bytes_create(1);
  CHECK(!lwt_bytes_mapped(plain));
  lwt_bytes_release(plain);
}

TEST(what_can_not_be_mapped_is_told) {
  struct pair fds = pipe_pair();
  lwt_unix_fd *in = fds.in;
  CHECK_ERRNO(lwt_bytes_map_file(in, 0, true, 10), ENODEV, "map_file");
  lwt_bytes *none = map(in, 0, true, SIZE_MAX);
  CHECK_INT(lwt_bytes_length(none), 0);
  lwt_bytes_release(none);
  run(lwt_unix_close(in));
  CHECK_ERRNO(lwt_bytes_map_file(in, 0, true, 10), EBADF, "check_descriptor");
  pair_release(fds);
  CHECK_FAILS(lwt_bytes_map_file(NULL, 0, true, 10), LWT_INVALID_ARGUMENT);
}

TEST(which_pages_are_in_memory_and_waiting_for_one) {
  size_t page = lwt_bytes_page_size();
  lwt_unix_fd *fd = lwt_unix_of_fd(file_of(2 * page + 1));
  lwt_bytes *b = map(fd, 0, true, SIZE_MAX);
  bool states[4] = {false, false, false, true};
  CHECK_INT(run(lwt_bytes_wait_mincore(b, 2 * page)), 0);
  CHECK_INT(lwt_bytes_mincore(b, 0, states, 3), LWT_OK);
  CHECK(states[2]);
  CHECK_INT(lwt_bytes_mincore(b, 2 * page, states, 1), LWT_OK);
  CHECK_INT(lwt_bytes_mincore(b, 0, states, 4), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_mincore(b, 1, states, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_mincore(b, 4 * page, states, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_mincore(b, 0, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_mincore(b, 0, states, SIZE_MAX), LWT_INVALID_ARGUMENT);
  CHECK(states[3]);
  CHECK_FAILS(lwt_bytes_wait_mincore(b, 2 * page + 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_madvise(b, 0, 2 * page, MADV_WILLNEED), LWT_OK);
  CHECK_INT(lwt_bytes_madvise(b, 5, 10, MADV_SEQUENTIAL), LWT_OK);
  CHECK_INT(lwt_bytes_madvise(b, 0, page, 12345), LWT_UNIX_ERROR);
  CHECK_INT(lwt_bytes_madvise(b, 3 * page, 1, MADV_NORMAL), LWT_INVALID_ARGUMENT);
  lwt_bytes_release(b);
  lwt_unix_fd_release(fd);
}

TEST(memory_that_others_share_does_not_lose_what_is_in_it) {
  lwt_bytes *b = bytes_of("kept");
  CHECK_INT(lwt_bytes_madvise(b, 0, 4, MADV_DONTNEED), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_bytes_madvise(b, 0, 4, MADV_NORMAL), LWT_OK);
  CHECK_STR(text_of(b), "kept");
  lwt_bytes_release(b);
}
