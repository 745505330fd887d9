/* Descriptors: modes, readiness, actions of one's own, cancelling, reentrancy, files, the
 * ends of handles and threads. Scenario 23 has the rest. */
#include "fds.h"

#include <pthread.h>
#include <sys/stat.h>

TEST(sockets_and_pipes_are_found_not_to_block_and_files_to_block) {
  struct pair p = pipe_pair(), s = socket_pair();
  FILE *file = tmpfile();
  lwt_unix_fd *f = lwt_unix_of_fd(dup(fileno(file))), *bad = lwt_unix_of_fd(999999);
  CHECK_RETURNS(lwt_unix_blocking(p.in), 0);
  CHECK_RETURNS(lwt_unix_blocking(s.in), 0);
  CHECK_RETURNS(lwt_unix_blocking(f), 1);
  CHECK_RETURNS(lwt_unix_blocking(bad), 1);
  CHECK(fcntl(lwt_unix_unix_file_descr(p.in), F_GETFL) & O_NONBLOCK);
  CHECK(!(fcntl(lwt_unix_unix_file_descr(f), F_GETFL) & O_NONBLOCK));
  CHECK_ERRNO(lwt_unix_read(p.out, (char[1]){0}, 1), EBADF, "read");
  CHECK_INT(run(lwt_unix_close(f)), 0);
  lwt_t *closed = lwt_unix_close(bad);
  lwt_main_run_until(closed);
  CHECK_ERRNO(closed, EBADF, "close");
  lwt_unix_fd_release(f);
  lwt_unix_fd_release(bad);
  fclose(file);
  pair_close(p);
  pair_close(s);
}

TEST(flags_are_set_when_the_descriptor_is_first_used_and_left_alone_if_so_told) {
  int fds[2];
  CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
  lwt_unix_fd *in = lwt_unix_of_unix_file_descr(fds[0], -1, true);
  lwt_unix_fd *out = lwt_unix_of_unix_file_descr(fds[1], -1, false);
  CHECK(!(fcntl(fds[0], F_GETFL) & O_NONBLOCK));
  CHECK_RETURNS(lwt_unix_blocking(in), 0);
  CHECK_RETURNS(lwt_unix_blocking(out), 0);
  CHECK(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
  CHECK(!(fcntl(fds[1], F_GETFL) & O_NONBLOCK));
  CHECK_RETURNS(lwt_unix_set_blocking(in, true, true), 0);
  CHECK(!(fcntl(fds[0], F_GETFL) & O_NONBLOCK));
  CHECK_RETURNS(lwt_unix_blocking(in), 1);
  CHECK_RETURNS(lwt_unix_set_blocking(out, false, true), 0);
  CHECK(fcntl(fds[1], F_GETFL) & O_NONBLOCK);
  pair_close((struct pair){in, out});
}

TEST(whoever_waits_does_not_block_the_loop_when_it_is_made_a_descriptor_that_blocks) {
  struct pair p = pipe_pair();
  int number = lwt_unix_unix_file_descr(p.in);
  char a[1], b[1];
  lwt_t *first = lwt_unix_read(p.in, a, 1), *second = lwt_unix_read(p.in, b, 1);
  CHECK_RETURNS(lwt_unix_set_blocking(p.in, true, true), 0);
  CHECK_RETURNS(lwt_unix_blocking(p.in), 1);
  CHECK(fcntl(number, F_GETFL) & O_NONBLOCK);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  turns(3);
  CHECK_RETURNS(first, 1);
  CHECK_SLEEPS(second);
  lwt_cancel(second);
  CHECK_FAILS(second, LWT_CANCELED);
  CHECK(!(fcntl(number, F_GETFL) & O_NONBLOCK));
  CHECK_RETURNS(lwt_unix_write(p.out, "y", 1), 1);
  CHECK_INT(run(lwt_unix_read(p.in, a, 1)), 1);
  pair_close(p);
}

TEST(a_socket_does_not_block_the_loop_if_somebody_else_takes_its_flag_away) {
  struct pair s = socket_pair();
  int number = lwt_unix_unix_file_descr(s.in);
  char a[1], b[1];
  lwt_t *first = lwt_unix_read(s.in, a, 1), *second = lwt_unix_read(s.in, b, 1);
  CHECK_INT(fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK), 0);
  CHECK_RETURNS(lwt_unix_write(s.out, "x", 1), 1);
  turns(3);
  CHECK_RETURNS(first, 1);
  CHECK_SLEEPS(second);
  lwt_cancel(second);
  lwt_release(second);
  pair_close(s);
}

TEST(standard_descriptors_block_and_stay_open_when_they_are_released) {
  lwt_unix_fd *all[] = {lwt_unix_stdin(), lwt_unix_stdout(), lwt_unix_stderr()};
  for (int i = 0; i < 3; i++) {
    CHECK_INT(lwt_unix_unix_file_descr(all[i]), i);
    CHECK_RETURNS(lwt_unix_blocking(all[i]), 1);
    lwt_unix_fd_release(all[i]);
    CHECK(fcntl(i, F_GETFD) >= 0);
  }
}

TEST(a_pipe_that_is_used_as_one_that_blocks_is_read_by_a_worker_when_it_is_readable) {
  struct pair p = pipe_pair();
  char buf[8] = {0};
  CHECK_RETURNS(lwt_unix_set_blocking(p.in, true, true), 0);
  lwt_t *read = lwt_unix_read(p.in, buf, sizeof buf);
  turns(2);
  CHECK_INT(lwt_unix_job_count(), 0);
  CHECK_RETURNS(lwt_unix_write(p.out, "abc", 3), 3);
  CHECK_INT(run(read), 3);
  CHECK_STR(buf, "abc");
  /* While it waits it can be cancelled, and loses nothing. */
  read = lwt_unix_read(p.in, buf, sizeof buf);
  lwt_cancel(read);
  CHECK_FAILS(read, LWT_CANCELED);
  CHECK_RETURNS(lwt_unix_write(p.out, "d", 1), 1);
  CHECK_INT(run(lwt_unix_read(p.in, buf, sizeof buf)), 1);
  pair_close(p);
}

TEST(files_are_read_and_written_at_places) {
  FILE *file = tmpfile();
  lwt_unix_fd *f = lwt_unix_of_fd(dup(fileno(file)));
  char buf[8] = {0};
  CHECK_INT(run(lwt_unix_write_string(f, "0123456789")), 10);
  CHECK_INT(run(lwt_unix_pwrite(f, "ab", 2, 4)), 2);
  CHECK_INT(run(lwt_unix_pwrite_string(f, "z", 11)), 1);
  CHECK_INT(run(lwt_unix_pread(f, buf, 4, 3)), 4);
  CHECK_STR(buf, "3ab6");
  CHECK_INT(lseek(fileno(file), 0, SEEK_CUR), 10);
  CHECK_INT(run(lwt_unix_pread(f, buf, 4, 100)), 0);
  CHECK_INT(run(lwt_unix_read(f, buf, 8)), 2);
  lwt_t *p = lwt_unix_pread(f, buf, 1, -1);
  lwt_main_run_until(p);
  CHECK_ERRNO(p, EINVAL, "pread");
  CHECK_INT(run(lwt_unix_close(f)), 0);
  lwt_unix_fd_release(f);
  fclose(file);
  struct pair q = pipe_pair();
  CHECK_ERRNO(lwt_unix_pread(q.in, buf, 1, 0), ESPIPE, "pread");
  pair_close(q);
}

TEST(readable_and_writable_tell_what_is_so_now) {
  struct pair p = pipe_pair();
  CHECK(!lwt_unix_readable(p.in));
  CHECK(lwt_unix_writable(p.out));
  lwt_t *readable = lwt_unix_wait_read(p.in);
  CHECK_SLEEPS(readable);
  CHECK_RETURNS(lwt_unix_wait_write(p.out), 0);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK(lwt_unix_readable(p.in));
  CHECK_INT(run(readable), 0);
  CHECK_RETURNS(lwt_unix_wait_read(p.in), 0);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  char buf[2];
  CHECK_INT(run(lwt_unix_read(p.in, buf, 2)), 1);
  CHECK_INT(run(lwt_unix_read(p.in, buf, 2)), 0);
  CHECK_RETURNS(lwt_unix_read(p.in, buf, 2), 0);
  CHECK_INT(run(lwt_unix_close(p.in)), 0);
  pair_release(p);
}

TEST(cancelling_a_read_loses_its_place_and_no_byte) {
  struct pair p = pipe_pair();
  char buf[3][4] = {{0}};
  lwt_t *a = lwt_unix_read(p.in, buf[0], 1), *b = lwt_unix_read(p.in, buf[1], 1),
        *c = lwt_unix_read(p.in, buf[2], 1);
  lwt_cancel(a);
  lwt_cancel(b);
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_FAILS(b, LWT_CANCELED);
  CHECK_INT(lwt_engine_readable_count(), 1);
  CHECK_RETURNS(lwt_unix_write(p.out, "12", 2), 2);
  CHECK_INT(run(c), 1);
  CHECK_INT(buf[2][0], '1');
  CHECK_INT(buf[0][0] + buf[1][0], 0);
  CHECK_INT(lwt_engine_readable_count(), 0);
  CHECK_RETURNS(lwt_unix_read(p.in, buf[0], 1), 1);
  pair_close(p);
}

TEST(a_read_that_waits_for_nothing_that_could_come_stalls_no_more_than_it_has_to) {
  struct pair p = pipe_pair();
  char c;
  /* The engine goes on watching, and nobody waits: that is nothing to wait for. */
  lwt_t *read = lwt_unix_read(p.in, &c, 1);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_INT(run(read), 1);
  lwt_u *u;
  lwt_t *never = lwt_wait(&u);
  lwt_exn *e = NULL;
  lwt_main_run(lwt_retain(never), &e);
  CHECK_INT(lwt_exn_kind(e), LWT_STALLED);
  lwt_exn_release(e);
  lwt_wakener_forget(u);
  lwt_release(never);
  pair_close(p);
}

/* ---------------------------------------------------- actions of one's own --- */
struct act {
  int calls, dropped, codes[4];
  lwt_unix_fd *fd;
  lwt_t *promise;
};
static int act(int fd, lwt_value *value, void *env) {
  struct act *a = env;
  (void)fd;
  int code = a->codes[a->calls++];
  if (code == -2) return lwt_raise(exn(LWT_FULL)), LWT_UNIX_DONE;
  if (code < 0) errno = -code;
  if (code == LWT_UNIX_DONE) *value = LWT_INT(a->calls);
  return code;
}
static void act_drop(void *env) { ((struct act *)env)->dropped++; }

TEST(an_action_is_called_at_once_and_again_when_the_descriptor_is_ready) {
  struct pair p = pipe_pair();
  struct act now = {.codes = {LWT_UNIX_DONE}};
  CHECK_RETURNS(lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &now, act_drop), 1);
  CHECK_INT(now.dropped, 1);
  struct act again = {.codes = {LWT_UNIX_RETRY, -EAGAIN, LWT_UNIX_RETRY_READ, LWT_UNIX_DONE}};
  lwt_t *r = lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &again, act_drop);
  turns(2);
  CHECK_INT(again.calls, 1);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_INT(run(r), 4);
  CHECK_INT(again.dropped, 1);
  /* Registered, it is first called when the descriptor is ready. */
  struct act later = {.codes = {LWT_UNIX_DONE}};
  r = lwt_unix_register_action(LWT_UNIX_READ, p.in, act, &later, act_drop);
  CHECK_SLEEPS(r);
  CHECK_INT(later.calls, 0);
  CHECK_INT(run(r), 1);
  CHECK_INT(later.dropped, 1);
  pair_close(p);
}

TEST(an_action_may_change_what_it_waits_for) {
  struct pair s = socket_pair();
  struct act a = {.codes = {LWT_UNIX_RETRY_WRITE, LWT_UNIX_RETRY_READ, LWT_UNIX_DONE}};
  lwt_t *r = lwt_unix_wrap_syscall(LWT_UNIX_READ, s.in, act, &a, act_drop);
  turns(3);
  CHECK_INT(a.calls, 2);
  CHECK_RETURNS(lwt_unix_write(s.out, "x", 1), 1);
  CHECK_INT(run(r), 3);
  CHECK_INT(a.dropped, 1);
  pair_close(s);
}

TEST(what_an_action_returns_or_raises_is_the_failure) {
  struct pair p = pipe_pair();
  struct act raises = {.codes = {-2}}, fails = {.codes = {-EIO}}, wrong = {.codes = {77}};
  CHECK_FAILS(lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &raises, act_drop), LWT_FULL);
  CHECK_ERRNO(lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &fails, act_drop), EIO, "wrap_syscall");
  CHECK_FAILS(lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &wrong, act_drop), INVALID);
  CHECK_FAILS(lwt_unix_wrap_syscall(7, p.in, act, &wrong, act_drop), INVALID);
  CHECK_FAILS(lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, NULL, &wrong, act_drop), INVALID);
  CHECK_INT(raises.dropped, 1);
  CHECK_INT(fails.dropped, 1);
  CHECK_INT(wrong.dropped, 3);
  struct act waits = {.codes = {LWT_UNIX_RETRY}};
  lwt_t *r = lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &waits, act_drop);
  lwt_cancel(r);
  CHECK_FAILS(r, LWT_CANCELED);
  CHECK_INT(waits.dropped, 1);
  pair_close(p);
}

TEST(an_action_that_is_not_content_does_not_keep_others_from_their_turn) {
  struct pair p = pipe_pair();
  char c;
  struct act picky = {.codes = {LWT_UNIX_RETRY, LWT_UNIX_RETRY, LWT_UNIX_RETRY, LWT_UNIX_DONE}};
  lwt_t *r = lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, act, &picky, act_drop);
  lwt_t *read = lwt_unix_read(p.in, &c, 1);
  CHECK_RETURNS(lwt_unix_write(p.out, "xy", 2), 2);
  CHECK_INT(run(read), 1);
  CHECK_INT(run(r), 4);
  pair_close(p);
}

static int named(int fd, lwt_value *value, void *env) {
  struct env *a = env;
  (void)fd;
  (void)value;
  trace(a->name);
  return a->ran++ < 2 ? LWT_UNIX_RETRY : LWT_UNIX_DONE;
}
TEST(actions_that_are_to_be_called_again_keep_their_order) {
  struct pair p = pipe_pair();
  ENV(a);
  ENV(b);
  ENV(c);
  lwt_t *all[] = {lwt_unix_register_action(LWT_UNIX_READ, p.in, named, &a, env_drop),
                  lwt_unix_register_action(LWT_UNIX_READ, p.in, named, &b, env_drop),
                  lwt_unix_register_action(LWT_UNIX_READ, p.in, named, &c, env_drop)};
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_INT(run(lwt_join(all, 3)), 0);
  CHECK_TRACE("a b c a b c a b c");
  CHECK_INT(a.dropped + b.dropped + c.dropped, 3);
  pair_close(p);
}

/* ---------------------------------------------------------- reentrancy --- */
static int closes(int fd, lwt_value *value, void *env) {
  struct act *a = env;
  (void)fd;
  (void)value;
  if (a->calls++ == 0) return LWT_UNIX_RETRY;
  lwt_release(lwt_unix_close(a->fd));
  return LWT_UNIX_RETRY;
}
static int cancels(int fd, lwt_value *value, void *env) {
  struct act *a = env;
  (void)fd;
  (void)value;
  if (a->calls++ == 0) return LWT_UNIX_RETRY;
  lwt_cancel(a->promise);
  return LWT_UNIX_RETRY;
}
TEST(an_action_may_close_the_descriptor_or_cancel_its_own_promise) {
  struct pair p = pipe_pair();
  struct act a = {.fd = p.in};
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  a.promise = lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, cancels, &a, act_drop);
  turns(2);
  CHECK_INT(a.dropped, 1);
  CHECK_INT(a.calls, 2);
  CHECK_FAILS(a.promise, LWT_CANCELED);
  struct act b = {.fd = p.in};
  lwt_t *r = lwt_unix_wrap_syscall(LWT_UNIX_READ, p.in, closes, &b, act_drop);
  lwt_main_run_until(r);
  CHECK_INT(b.dropped, 1);
  CHECK_ERRNO(r, EBADF, "check_descriptor");
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  pair_release(p);
}

static struct pair reused;
static char reused_byte;
/* The number is free when this returns, and another file gets it. */
static void close_and_open(lwt_value v, void *env) {
  (void)v;
  int *seen = env;
  int number = lwt_unix_unix_file_descr(reused.in);
  CHECK_INT(run_now(lwt_unix_close(reused.in)), LWT_RETURN);
  int fds[2];
  CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
  int other = fds[0] == number ? fds[0] : dup2(fds[0], number);
  if (other != fds[0]) close(fds[0]);
  lwt_unix_fd_release(reused.in);
  reused.in = lwt_unix_of_fd(other);
  lwt_unix_fd_release(reused.out);
  reused.out = lwt_unix_of_fd(fds[1]);
  *seen = 1;
}
TEST(a_report_about_a_closed_file_is_not_taken_for_one_about_the_next_of_its_number) {
  struct pair first = socket_pair();
  reused = socket_pair();
  int out = dup(lwt_unix_unix_file_descr(reused.out)), seen = 0;
  char c;
  lwt_t *a = lwt_unix_read(first.in, &c, 1), *b = lwt_unix_read(reused.in, &reused_byte, 1);
  lwt_on_success(a, close_and_open, &seen, NULL);
  CHECK_RETURNS(lwt_unix_write(first.out, "x", 1), 1);
  CHECK_INT(write(out, "y", 1), 1);
  while (!seen) turns(1);
  lwt_t *next = lwt_unix_read(reused.in, &reused_byte, 1);
  turns(3);
  CHECK_SLEEPS(next);
  CHECK_RETURNS(lwt_unix_write(reused.out, "z", 1), 1);
  CHECK_INT(run(next), 1);
  CHECK_INT(reused_byte, 'z');
  lwt_release(a);
  lwt_release(b);
  close(out);
  pair_close(first);
  pair_close(reused);
}

static void close_it(lwt_value v, void *env) {
  (void)v;
  lwt_release(lwt_unix_close(env));
}
TEST(the_callback_of_a_read_may_close_the_descriptor_while_others_wait) {
  struct pair p = pipe_pair();
  char buf[2];
  lwt_t *a = lwt_unix_read(p.in, buf, 1), *b = lwt_unix_read(p.in, buf + 1, 1);
  lwt_on_success(a, close_it, p.in, NULL);
  CHECK_RETURNS(lwt_unix_write(p.out, "xy", 2), 2);
  CHECK_INT(run(a), 1);
  CHECK_ERRNO(b, EBADF, "check_descriptor");
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  pair_release(p);
}

static void release_it(lwt_value v, void *env) {
  (void)v;
  lwt_unix_fd_release(env);
}
TEST(the_callback_of_a_read_may_release_the_descriptor) {
  struct pair p = pipe_pair();
  char c;
  int number = lwt_unix_unix_file_descr(p.in);
  lwt_t *a = lwt_unix_read(p.in, &c, 1);
  lwt_on_success(a, release_it, p.in, NULL);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_INT(run(a), 1);
  CHECK_INT(fcntl(number, F_GETFD), -1);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  lwt_unix_fd_release(p.out);
}

/* ---------------------------------------------------- ends of handles --- */
TEST(a_descriptor_that_is_released_is_closed_when_nobody_waits_for_it_any_more) {
  struct pair p = pipe_pair();
  char c = 0;
  int number = lwt_unix_unix_file_descr(p.in);
  lwt_unix_fd *same = lwt_unix_fd_retain(p.in);
  CHECK_PTR(same, p.in);
  lwt_unix_fd_release(same);
  lwt_t *read = lwt_unix_read(p.in, &c, 1);
  lwt_unix_fd_release(p.in);
  CHECK(fcntl(number, F_GETFD) >= 0);
  CHECK_RETURNS(lwt_unix_write(p.out, "x", 1), 1);
  CHECK_INT(run(read), 1);
  CHECK_INT(c, 'x');
  CHECK_INT(fcntl(number, F_GETFD), -1);
  /* So is one whose last read is cancelled. */
  struct pair q = pipe_pair();
  number = lwt_unix_unix_file_descr(q.in);
  read = lwt_unix_read(q.in, &c, 1);
  lwt_unix_fd_release(q.in);
  lwt_cancel(read);
  CHECK_FAILS(read, LWT_CANCELED);
  CHECK_INT(fcntl(number, F_GETFD), -1);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  CHECK_INT(run(lwt_unix_close(q.out)), 0);
  lwt_unix_fd_release(p.out);
  lwt_unix_fd_release(q.out);
}

TEST(close_waits_for_the_job_that_uses_the_descriptor) {
  FILE *file = tmpfile();
  CHECK(file != NULL && fputs("text", file) >= 0 && fflush(file) == 0);
  lwt_unix_fd *f = lwt_unix_of_fd(dup(fileno(file)));
  char buf[8] = {0};
  lwt_t *read = lwt_unix_pread(f, buf, 8, 0), *closed = lwt_unix_close(f);
  CHECK_INT(run(closed), 0);
  CHECK_INT(run(read), 4);
  CHECK_STR(buf, "text");
  CHECK_INT(fcntl(lwt_unix_unix_file_descr(f), F_GETFD), -1);
  lwt_unix_fd_release(f);
  fclose(file);
}

static void *elsewhere(void *env) {
  lwt_unix_fd *fd = env;
  char c;
  CHECK_FAILS(lwt_unix_read(fd, &c, 1), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_unix_close(fd), LWT_WRONG_THREAD);
  CHECK_INT(lwt_unix_abort(fd, exn(LWT_FULL)), LWT_WRONG_THREAD);
  lwt_unix_fd_release(fd);
  /* Left behind: closed when the thread ends. */
  struct pair p = pipe_pair();
  lwt_t *read = lwt_unix_read(p.in, &c, 1);
  lwt_release(read);
  turns(1);
  int *numbers = malloc(2 * sizeof *numbers);
  numbers[0] = lwt_unix_unix_file_descr(p.in);
  numbers[1] = lwt_unix_unix_file_descr(p.out);
  return numbers;
}
TEST(a_descriptor_is_its_threads_and_is_closed_when_that_ends) {
  struct pair p = pipe_pair();
  pthread_t thread;
  void *numbers;
  CHECK_INT(pthread_create(&thread, NULL, elsewhere, p.in), 0);
  CHECK_INT(pthread_join(thread, &numbers), 0);
  CHECK_INT(fcntl(((int *)numbers)[0], F_GETFD), -1);
  CHECK_INT(fcntl(((int *)numbers)[1], F_GETFD), -1);
  free(numbers);
  CHECK_INT(lwt_unix_state(p.in, NULL), LWT_UNIX_OPENED);
  pair_close(p);
}

TEST(there_is_no_descriptor_of_a_negative_number) {
  CHECK(lwt_unix_of_fd(-1) == NULL);
  CHECK(lwt_unix_of_unix_file_descr(-5, 0, false) == NULL);
  lwt_unix_fd *far = lwt_unix_of_unix_file_descr(INT32_MAX, 0, false);
  CHECK_ERRNO(lwt_unix_read(far, (char[1]){0}, 1), EBADF, "read");
  CHECK_ERRNO(lwt_unix_register_action(0, far, act, NULL, NULL), EBADF, "register_action");
  lwt_unix_fd_release(far);
}

TEST(of_very_many_who_wait_each_can_be_cancelled_and_the_others_keep_their_order) {
  enum { MANY = 100000 };
  struct pair fds = pipe_pair();
  lwt_t **reads = malloc(MANY * sizeof *reads);
  static char bytes[MANY];
  for (int i = 0; i < MANY; i++) reads[i] = lwt_unix_read(fds.in, &bytes[i], 1);
  for (int i = 0; i < MANY; i += 2) {
    lwt_cancel(reads[i]);
    lwt_release(reads[i]);
  }
  CHECK_INT(run(lwt_unix_write_string(fds.out, "abc")), 3);
  run(lwt_retain(reads[5]));
  for (int i = 0; i < 3; i++) CHECK_INT(bytes[1 + 2 * i], "abc"[i]);
  CHECK_SLEEPS(reads[7]);
  run(lwt_unix_close(fds.in));
  for (int i = 1; i < MANY; i += 2) lwt_release(reads[i]);
  free(reads);
  run(lwt_unix_close(fds.out));
  pair_release(fds);
}
