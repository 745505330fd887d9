/* Descriptors: three reads on one pipe are served first in, first out; abort and
 * close while reading; double close; bad bounds; operations on closed and aborted
 * descriptors. */
#include "fds.h"

TEST(three_reads_on_one_pipe_are_served_in_the_order_in_which_they_were_issued) {
  struct pair p = pipe_pair();
  char buf[3][4] = {{0}};
  ENV(a);
  ENV(b);
  ENV(c);
  lwt_t *pa = lwt_bind(lwt_unix_read(p.in, buf[0], 2), env_bind, &a, env_drop);
  lwt_t *pb = lwt_bind(lwt_unix_read(p.in, buf[1], 2), env_bind, &b, env_drop);
  lwt_t *pc = lwt_bind(lwt_unix_read(p.in, buf[2], 2), env_bind, &c, env_drop);
  CHECK_RETURNS(lwt_unix_write(p.out, "1", 1), 1);
  CHECK_INT(lwt_main_run_until(pa), 0);
  CHECK_TRACE("a");
  CHECK_SLEEPS(pb);
  CHECK_RETURNS(lwt_unix_write(p.out, "2233", 4), 4);
  CHECK_INT(lwt_main_run_until(pc), 0);
  CHECK_TRACE("b c");
  CHECK_RETURNS(pa, 1);
  CHECK_RETURNS(pb, 2);
  CHECK_RETURNS(pc, 2);
  CHECK_STR(buf[0], "1");
  CHECK_STR(buf[1], "22");
  CHECK_STR(buf[2], "33");
  pair_close(p);
}

TEST(those_who_come_while_others_are_served_stand_behind_them) {
  struct pair p = pipe_pair();
  char buf[6][2] = {{0}};
  lwt_t *reads[6];
  for (int i = 0; i < 3; i++) reads[i] = lwt_unix_read(p.in, buf[i], 1);
  CHECK_RETURNS(lwt_unix_write(p.out, "01234", 5), 5);
  for (int i = 3; i < 6; i++) reads[i] = lwt_unix_read(p.in, buf[i], 1);
  lwt_main_run_until(reads[4]);
  for (int i = 0; i < 5; i++) {
    CHECK_RETURNS(reads[i], 1);
    CHECK_INT(buf[i][0], '0' + i);
  }
  CHECK_SLEEPS(reads[5]);
  lwt_cancel(reads[5]);
  CHECK_FAILS(reads[5], LWT_CANCELED);
  pair_close(p);
}

TEST(close_while_reading_fails_every_operation_that_waits_with_ebadf) {
  struct pair p = pipe_pair();
  char buf[2][1];
  ENV(a);
  ENV(b);
  ENV(c);
  lwt_t *pa = lwt_catch(lwt_unix_read(p.in, buf[0], 1), env_catch, &a, env_drop);
  lwt_t *pb = lwt_catch(lwt_unix_read(p.in, buf[1], 1), env_catch, &b, env_drop);
  lwt_t *pc = lwt_catch(lwt_unix_wait_read(p.in), env_catch, &c, env_drop);
  lwt_t *closed = lwt_unix_close(p.in);
  CHECK_TRACE("a b c");
  CHECK_INT(a.kind, LWT_UNIX_ERROR);
  CHECK_RETURNS(pa, 0);
  CHECK_RETURNS(pb, 0);
  CHECK_RETURNS(pc, 0);
  CHECK_INT(run(closed), 0);
  pair_release(p);
}

TEST(a_read_that_waits_when_its_descriptor_is_closed_says_so) {
  struct pair p = pipe_pair();
  char c;
  lwt_t *read = lwt_unix_read(p.in, &c, 1);
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  CHECK_ERRNO(read, EBADF, "check_descriptor");
  pair_release(p);
}

TEST(abort_while_reading_fails_every_operation_that_waits_with_its_exception) {
  struct pair p = pipe_pair();
  char buf[2][1];
  lwt_t *a = lwt_unix_read(p.in, buf[0], 1), *b = lwt_unix_read(p.in, buf[1], 1);
  CHECK_INT(lwt_unix_abort(p.in, exn(LWT_FULL)), LWT_OK);
  CHECK_FAILS(a, LWT_FULL);
  CHECK_FAILS(b, LWT_FULL);
  lwt_exn *reason;
  CHECK_INT(lwt_unix_state(p.in, &reason), LWT_UNIX_ABORTED);
  CHECK_INT(lwt_exn_kind(reason), LWT_FULL);
  lwt_exn_release(reason);
  /* Once more: the new exception takes the place of the old. */
  CHECK_INT(lwt_unix_abort(p.in, exn(LWT_EMPTY)), LWT_OK);
  CHECK_FAILS(lwt_unix_read(p.in, buf[0], 1), LWT_EMPTY);
  /* Closing an aborted descriptor works. */
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  CHECK_INT(lwt_unix_state(p.in, &reason), LWT_UNIX_CLOSED);
  CHECK(reason == NULL);
  /* On a closed one abort does nothing. */
  CHECK_INT(lwt_unix_abort(p.in, exn(LWT_FULL)), LWT_OK);
  CHECK_INT(lwt_unix_state(p.in, NULL), LWT_UNIX_CLOSED);
  CHECK_ERRNO(lwt_unix_read(p.in, buf[0], 1), EBADF, "check_descriptor");
  pair_release(p);
}

TEST(a_second_close_fails_with_ebadf) {
  struct pair p = pipe_pair();
  lwt_t *first = lwt_unix_close(p.in);
  CHECK_ERRNO(lwt_unix_close(p.in), EBADF, "check_descriptor");
  CHECK_INT(run(first), 0);
  CHECK_ERRNO(lwt_unix_close(p.in), EBADF, "check_descriptor");
  pair_release(p);
}

TEST(bad_bounds_are_refused_before_anything_else) {
  struct pair p = pipe_pair();
  char c;
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_FAILS(lwt_unix_read(p.in, NULL, 1), INVALID);
  CHECK_FAILS(lwt_unix_read(p.in, &c, SIZE_MAX), INVALID);
  CHECK_FAILS(lwt_unix_write(p.out, NULL, 1), INVALID);
  CHECK_FAILS(lwt_unix_write(p.out, &c, SIZE_MAX / 2 + 1), INVALID);
  CHECK_FAILS(lwt_unix_write_string(p.out, NULL), INVALID);
  CHECK_FAILS(lwt_unix_pread(p.in, NULL, 1, 0), INVALID);
  CHECK_FAILS(lwt_unix_pwrite(p.out, NULL, 1, 0), INVALID);
  /* Also on a descriptor that is closed, and with a bad handle. */
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  CHECK_FAILS(lwt_unix_write(p.out, NULL, 1), INVALID);
  lwt_t *refused = lwt_unix_read(NULL, NULL, 1);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(refused)), "lwt_unix_read");
  CHECK_FAILS(refused, INVALID);
  /* What was there is still there; nothing asked for is no error. */
  CHECK_RETURNS(lwt_unix_read(p.in, NULL, 0), 0);
  CHECK_INT(run(lwt_unix_read(p.in, &c, 1)), 1);
  CHECK_INT(c, 'x');
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  pair_release(p);
}

static int never(int fd, lwt_value *value, void *env) {
  (void)fd;
  (void)value;
  env_enter(env);
  return LWT_UNIX_DONE;
}
/* Each operation that takes a descriptor. */
static void check_all(const lwt_unix_fd *fd, int kind) {
  static char c;
  ENV(a);
  CHECK_FAILS(lwt_unix_read(fd, &c, 1), kind);
  CHECK_FAILS(lwt_unix_write(fd, &c, 1), kind);
  CHECK_FAILS(lwt_unix_write_string(fd, "x"), kind);
  CHECK_FAILS(lwt_unix_pread(fd, &c, 1, 0), kind);
  CHECK_FAILS(lwt_unix_pwrite(fd, &c, 1, 0), kind);
  CHECK_FAILS(lwt_unix_pwrite_string(fd, "x", 0), kind);
  CHECK_FAILS(lwt_unix_wait_read(fd), kind);
  CHECK_FAILS(lwt_unix_wait_write(fd), kind);
  CHECK_FAILS(lwt_unix_check_descriptor(fd), kind);
  CHECK_FAILS(lwt_unix_blocking(fd), kind);
  CHECK_FAILS(lwt_unix_set_blocking(fd, true, true), kind);
  CHECK_FAILS(lwt_unix_wrap_syscall(LWT_UNIX_READ, fd, never, &a, env_drop), kind);
  CHECK_ENV(a, 0, 1);
  CHECK_FAILS(lwt_unix_register_action(LWT_UNIX_WRITE, fd, never, &a, env_drop), kind);
  CHECK_ENV(a, 0, 2);
  CHECK(!lwt_unix_readable(fd));
  CHECK(!lwt_unix_writable(fd));
}
TEST(operations_on_a_closed_descriptor_fail_with_ebadf) {
  struct pair p = pipe_pair();
  int number = lwt_unix_unix_file_descr(p.in);
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  check_all(p.in, LWT_UNIX_ERROR);
  CHECK_ERRNO(lwt_unix_check_descriptor(p.in), EBADF, "check_descriptor");
  CHECK_INT(lwt_unix_state(p.in, NULL), LWT_UNIX_CLOSED);
  CHECK_INT(lwt_unix_unix_file_descr(p.in), number);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  pair_release(p);
}
TEST(operations_on_an_aborted_descriptor_fail_with_its_exception) {
  struct pair p = pipe_pair();
  CHECK_INT(lwt_unix_abort(p.in, exn(LWT_FULL)), LWT_OK);
  check_all(p.in, LWT_FULL);
  pair_close(p);
}
TEST(operations_with_a_bad_handle_are_refused) {
  check_all(NULL, INVALID);
  struct pair p = pipe_pair();
  pair_close(p);
  check_all(p.in, INVALID);
  CHECK_FAILS(lwt_unix_close(p.in), INVALID);
  CHECK_INT(lwt_unix_abort(p.in, exn(LWT_FULL)), INVALID);
  CHECK_INT(lwt_unix_unix_file_descr(p.in), -1);
  CHECK(lwt_unix_fd_retain(p.in) == NULL);
}
