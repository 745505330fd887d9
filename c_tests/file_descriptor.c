/* Open files: opening, calls on descriptors, copies of them, pipes, locks. */
#include "folder.h"

#include <sys/wait.h>

static lwt_unix_fd *opened(const char *path, int flags) {
  lwt_t *p = ran(lwt_unix_openfile(path, flags | O_CLOEXEC, 0600));
  CHECK_INT(kind_of(p), LWT_OK);
  return lwt_take(p);
}
static void closed(lwt_unix_fd *fd) {
  CHECK_GIVES(lwt_unix_close(fd), 0);
  lwt_unix_fd_release(fd);
}
static int raw(const lwt_unix_fd *fd) { return lwt_unix_unix_file_descr(fd); }
static bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }
#define CHECK_BLOCKING(fd, want) CHECK_GIVES(lwt_unix_blocking(fd), want)

TEST(a_file_is_made_and_opened) {
  const char *path = in_folder("made");
  struct stat stat_;
  lwt_unix_fd *fd = opened(path, O_WRONLY | O_CREAT | O_EXCL);
  CHECK(stat(path, &stat_) == 0);
  CHECK_INT(stat_.st_mode & 0177, 0);
  CHECK_BLOCKING(fd, 1);
  closed(fd);
  CHECK_ERRNO(lwt_unix_openfile(path, O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST, "open", path);
  CHECK_ERRNO(lwt_unix_openfile(in_folder("none"), O_RDONLY, 0), ENOENT, "open", in_folder("none"));
  CHECK_REFUSED(lwt_unix_openfile(NULL, O_RDONLY, 0), INVALID);
  CHECK_REFUSED(lwt_unix_openfile(path, O_RDONLY, 1 << 20), INVALID);
}

TEST(a_file_is_blocking_and_a_pipe_is_not) {
  const char *fifo = in_folder("fifo"), *file = file_with("file", "");
  CHECK(mkfifo(fifo, 0600) == 0);
  lwt_unix_fd *a = opened(fifo, O_RDWR), *b = opened(fifo, O_RDONLY | O_NONBLOCK);
  lwt_unix_fd *c = opened(file, O_RDONLY | O_NONBLOCK);
  CHECK_BLOCKING(a, 0);
  CHECK_BLOCKING(b, 0);
  CHECK_BLOCKING(c, 1);
  CHECK(fcntl(raw(a), F_GETFL) & O_NONBLOCK);
  CHECK(!(fcntl(raw(c), F_GETFL) & O_NONBLOCK));
  closed(a);
  closed(b);
  closed(c);
}

TEST(what_nobody_takes_from_an_opening_is_closed) {
  lwt_t *p = ran(lwt_unix_openfile("/dev/null", O_RDONLY | O_CLOEXEC, 0));
  int fd = raw(lwt_value_of(p));
  CHECK(is_open(fd));
  lwt_release(p);
  CHECK(!is_open(fd));
}

TEST(an_opening_that_is_cancelled_leaves_nothing_open) {
  int first = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(first);
  for (int i = 0; i < 50; i++) {
    lwt_t *p = lwt_unix_openfile("/dev/null", O_RDONLY | O_CLOEXEC, 0);
    if (i % 2) sleep_ms(1);
    lwt_cancel(p);
    lwt_release(p);
  }
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
  turns(2);
  int after = open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK_INT(after, first);
  close(after);
}

TEST(a_place_in_a_file_is_set_and_told) {
  lwt_unix_fd *fd = opened(file_with("lseek", "0123456789"), O_RDWR);
  CHECK_GIVES(lwt_unix_lseek(fd, 4, SEEK_SET), 4);
  CHECK_GIVES(lwt_unix_lseek(fd, 2, SEEK_CUR), 6);
  CHECK_GIVES(lwt_unix_lseek(fd, -1, SEEK_END), 9);
  CHECK_GIVES(lwt_unix_lseek(fd, (int64_t)7 << 32, SEEK_SET), (intptr_t)7 << 32);
  CHECK_ERRNO(lwt_unix_lseek(fd, -1, SEEK_SET), EINVAL, "lseek", "");
  CHECK_ERRNO(lwt_unix_lseek(fd, 0, 99), EINVAL, "lseek", "");
  closed(fd);
}

TEST(an_open_file_is_cut_and_told_of) {
  lwt_unix_fd *fd = opened(file_with("ftruncate", "0123456789"), O_RDWR);
  CHECK_GIVES(lwt_unix_ftruncate(fd, 3), 0);
  lwt_t *p = ran(lwt_unix_fstat(fd));
  CHECK_INT(((const struct stat *)lwt_value_of(p))->st_size, 3);
  lwt_release(p);
  CHECK_ERRNO(lwt_unix_ftruncate(fd, -1), EINVAL, "ftruncate", "");
  closed(fd);
}

TEST(a_file_is_synced_and_a_pipe_is_not) {
  lwt_unix_fd *fd = opened(file_with("fsync", "x"), O_RDWR);
  CHECK_GIVES(lwt_unix_fsync(fd), 0);
  CHECK_GIVES(lwt_unix_fdatasync(fd), 0);
  closed(fd);
  lwt_t *p = ran(lwt_unix_pipe(true));
  struct lwt_values *ends = lwt_value_of(p);
  CHECK_ERRNO(lwt_unix_fsync(ends->data[0]), EINVAL, "fsync", "");
  CHECK_ERRNO(lwt_unix_fdatasync(ends->data[0]), EINVAL, "fdatasync", "");
  CHECK_ERRNO(lwt_unix_lseek(ends->data[0], 0, SEEK_CUR), ESPIPE, "lseek", "");
  lwt_release(p);
}

TEST(permissions_and_owner_of_an_open_file) {
  lwt_unix_fd *fd = opened(file_with("fchmod", ""), O_RDWR);
  struct stat stat_;
  CHECK_GIVES(lwt_unix_fchmod(fd, 0640), 0);
  CHECK(fstat(raw(fd), &stat_) == 0);
  CHECK_INT(stat_.st_mode & 07777, 0640);
  CHECK_GIVES(lwt_unix_fchown(fd, stat_.st_uid, (gid_t)-1), 0);
  CHECK_REFUSED(lwt_unix_fchmod(fd, 0200000), INVALID);
  closed(fd);
  lwt_unix_fd *path = opened(in_folder("fchmod"), O_PATH);
  CHECK_ERRNO(lwt_unix_fchmod(path, 0600), EBADF, "fchmod", "");
  CHECK_ERRNO(lwt_unix_fchown(path, 1, 1), EBADF, "fchown", "");
  closed(path);
}

TEST(only_a_terminal_is_one) {
  lwt_unix_fd *fd = opened("/dev/null", O_RDONLY);
  CHECK_GIVES(lwt_unix_isatty(fd), 0);
  closed(fd);
}

static void closed_calls(const lwt_unix_fd *fd, int number) {
  const char *check = "check_descriptor";
  CHECK_ERRNO(lwt_unix_lseek(fd, 0, SEEK_SET), number, check, "");
  CHECK_ERRNO(lwt_unix_ftruncate(fd, 0), number, check, "");
  CHECK_ERRNO(lwt_unix_fsync(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_fdatasync(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_fstat(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_isatty(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_fchmod(fd, 0600), number, check, "");
  CHECK_ERRNO(lwt_unix_fchown(fd, 0, 0), number, check, "");
  CHECK_ERRNO(lwt_unix_dup(fd, true), number, check, "");
  CHECK_ERRNO(lwt_unix_dup2(fd, fd, true), number, check, "");
  CHECK_ERRNO(lwt_unix_set_close_on_exec(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_clear_close_on_exec(fd), number, check, "");
  CHECK_ERRNO(lwt_unix_lockf(fd, LWT_UNIX_F_TEST, 0), number, check, "");
  CHECK_ERRNO(lwt_unix_tcdrain(fd), number, check, "");
}
TEST(on_a_closed_descriptor_each_call_fails) {
  lwt_unix_fd *fd = opened(file_with("closed", ""), O_RDWR);
  CHECK_GIVES(lwt_unix_close(fd), 0);
  closed_calls(fd, EBADF);
  lwt_unix_fd_release(fd);
}
TEST(on_an_aborted_descriptor_each_call_fails_with_its_error) {
  lwt_unix_fd *fd = opened(file_with("aborted", ""), O_RDWR);
  CHECK_INT(lwt_unix_abort(fd, lwt_exn_unix(ECONNRESET, "check_descriptor", "")), LWT_OK);
  closed_calls(fd, ECONNRESET);
  closed(fd);
}
TEST(a_bad_handle_is_told) {
  lwt_unix_fd *fd = opened(file_with("stale", ""), O_RDWR);
  closed(fd);
  CHECK_REFUSED(lwt_unix_fstat(fd), INVALID);
  CHECK_REFUSED(lwt_unix_fstat(NULL), INVALID);
  CHECK_REFUSED(lwt_unix_dup(NULL, true), INVALID);
  CHECK_REFUSED(lwt_unix_dup2(NULL, NULL, true), INVALID);
  CHECK_REFUSED(lwt_unix_fchmod(NULL, 0), INVALID);
  CHECK_REFUSED(lwt_unix_lockf(NULL, 0, 0), INVALID);
}

/* -------------------------------------------------------------- copies --- */
TEST(a_copy_is_of_the_same_file_and_inherits) {
  lwt_unix_fd *fd = opened(file_with("dup", "0123456789"), O_RDWR);
  for (int cloexec = 0; cloexec < 2; cloexec++) {
    lwt_t *p = lwt_unix_dup(fd, cloexec);
    CHECK_STATE(p, LWT_RETURN);
    lwt_unix_fd *copy = lwt_take(p);
    CHECK(raw(copy) != raw(fd));
    CHECK_INT(fcntl(raw(copy), F_GETFD), cloexec ? FD_CLOEXEC : 0);
    CHECK_GIVES(lwt_unix_lseek(fd, 3 + cloexec, SEEK_SET), 3 + cloexec);
    CHECK_GIVES(lwt_unix_lseek(copy, 0, SEEK_CUR), 3 + cloexec);
    CHECK_BLOCKING(copy, 1);
    closed(copy);
  }
  CHECK_GIVES(lwt_unix_set_blocking(fd, false, false), 0);
  lwt_unix_fd *copy = lwt_take(lwt_unix_dup(fd, true));
  CHECK_BLOCKING(copy, 0);
  closed(copy);
  closed(fd);
}

TEST(dup2_gives_a_number_another_file) {
  lwt_unix_fd *from = opened(file_with("from", "from"), O_RDWR);
  lwt_unix_fd *to = opened(file_with("to", "to"), O_RDWR);
  int number = raw(to);
  CHECK_RETURNS(lwt_unix_dup2(from, to, true), 0);
  CHECK_INT(raw(to), number);
  CHECK_GIVES(lwt_unix_lseek(to, 0, SEEK_END), 4);
  CHECK_INT(fcntl(number, F_GETFD), FD_CLOEXEC);
  CHECK_RETURNS(lwt_unix_dup2(from, to, false), 0);
  CHECK_INT(fcntl(number, F_GETFD), 0);
  CHECK_RETURNS(lwt_unix_dup2(to, to, true), 0); /* itself */
  CHECK_INT(fcntl(number, F_GETFD), FD_CLOEXEC);
  closed(from);
  closed(to);
}

static struct lwt_values *pipe_ends(lwt_t **p) {
  *p = lwt_unix_pipe(true);
  CHECK_STATE(*p, LWT_RETURN);
  return lwt_value_of(*p);
}
TEST(who_waits_for_a_descriptor_waits_for_what_dup2_makes_of_it) {
  lwt_t *p, *q;
  struct lwt_values *first = pipe_ends(&p), *second = pipe_ends(&q);
  char byte = 0;
  lwt_t *read_ = lwt_unix_read(first->data[0], &byte, 1);
  turns(2);
  CHECK_SLEEPS(read_);
  CHECK_RETURNS(lwt_unix_dup2(second->data[0], first->data[0], true), 0);
  turns(2);
  CHECK_SLEEPS(read_);
  CHECK_INT(write(raw(second->data[1]), "x", 1), 1);
  CHECK_GIVES(read_, 1);
  CHECK_INT(byte, 'x');
  lwt_release(p);
  lwt_release(q);
}

/* --------------------------------------------------------------- pipes --- */
TEST(both_ends_of_a_pipe_do_not_block) {
  lwt_t *p;
  struct lwt_values *ends = pipe_ends(&p);
  char text[8] = "";
  CHECK_INT(ends->len, 2);
  CHECK_BLOCKING(ends->data[0], 0);
  CHECK_BLOCKING(ends->data[1], 0);
  CHECK_INT(fcntl(raw(ends->data[0]), F_GETFD), FD_CLOEXEC);
  lwt_t *read_ = lwt_unix_read(ends->data[0], text, sizeof text);
  CHECK_SLEEPS(read_);
  CHECK_GIVES(lwt_unix_write(ends->data[1], "hello", 5), 5);
  CHECK_GIVES(read_, 5);
  CHECK_STR(text, "hello");
  lwt_release(p);
}
TEST(an_end_that_nobody_uses_is_left_as_the_system_made_it) {
  lwt_t *p = lwt_unix_pipe(false);
  struct lwt_values *ends = lwt_value_of(p);
  CHECK(!(fcntl(raw(ends->data[0]), F_GETFL) & O_NONBLOCK));
  CHECK_INT(fcntl(raw(ends->data[0]), F_GETFD), 0);
  lwt_release(p);
}
TEST(pipe_in_and_pipe_out_give_one_end_away_as_a_number) {
  char text[8] = "";
  lwt_t *p = lwt_unix_pipe_in(true), *q = lwt_unix_pipe_out(false);
  struct lwt_values *in = lwt_value_of(p), *out = lwt_value_of(q);
  int to = (int)LWT_TO_INT(in->data[1]), from = (int)LWT_TO_INT(out->data[0]);
  CHECK_INT(fcntl(to, F_GETFD), FD_CLOEXEC);
  CHECK_INT(fcntl(from, F_GETFD), 0);
  CHECK(!(fcntl(to, F_GETFL) & O_NONBLOCK));
  CHECK_INT(write(to, "in", 2), 2);
  CHECK_GIVES(lwt_unix_read(in->data[0], text, sizeof text), 2);
  CHECK_GIVES(lwt_unix_write(out->data[1], "out", 3), 3);
  CHECK_INT(read(from, text, sizeof text), 3);
  CHECK_INT(LWT_TO_INT(lwt_values_take(in, 1, NULL)), to);
  lwt_release(p);
  lwt_release(q);
  CHECK(is_open(to)); /* it was taken, the other was not */
  CHECK(!is_open(from));
  close(to);
}

/* --------------------------------------------------------------- locks --- */
/* Another process takes the whole file, and keeps it until it is told. */
static pid_t other_process(const char *path, int *go) {
  int ready[2], wait[2];
  char byte;
  if (pipe(ready) != 0 || pipe(wait) != 0) SKIP("no pipe");
  pid_t pid = fork();
  if (pid == 0) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR);
    close(wait[1]);
    if (fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "x", 1) != 1) _exit(1);
    _exit(read(wait[0], &byte, 1) == 0 ? 0 : 1);
  }
  close(wait[0]);
  if (read(ready[0], &byte, 1) != 1) SKIP("no lock");
  close(ready[0]);
  close(ready[1]);
  *go = wait[1];
  return pid;
}
TEST(a_region_that_another_process_has_is_waited_for_or_refused) {
  const char *path = file_with("lockf", "0123456789");
  int go, status;
  lwt_unix_fd *fd = opened(path, O_RDWR);
  pid_t pid = other_process(path, &go);
  lwt_t *p = ran(lwt_unix_lockf(fd, LWT_UNIX_F_TLOCK, 0));
  CHECK_INT(kind_of(p), LWT_UNIX_ERROR);
  CHECK(lwt_exn_errno(lwt_exn_of(p)) == EAGAIN || lwt_exn_errno(lwt_exn_of(p)) == EACCES);
  lwt_release(p);
  CHECK_REFUSED(lwt_unix_lockf(fd, LWT_UNIX_F_TRLOCK, 0), LWT_UNIX_ERROR);
  CHECK_ERRNO(lwt_unix_lockf(fd, LWT_UNIX_F_TEST, 0), EACCES, "lockf", "");
  lwt_t *waits = lwt_unix_lockf(fd, LWT_UNIX_F_LOCK, 0);
  turns(5);
  CHECK_SLEEPS(waits);
  close(go); /* the other process ends */
  CHECK_GIVES(waits, 0);
  CHECK_INT(waitpid(pid, &status, 0), pid);
  CHECK_GIVES(lwt_unix_lockf(fd, LWT_UNIX_F_TEST, 0), 0);
  CHECK_GIVES(lwt_unix_lockf(fd, LWT_UNIX_F_ULOCK, 0), 0);
  CHECK_GIVES(lwt_unix_lockf(fd, LWT_UNIX_F_RLOCK, 5), 0);
  CHECK_GIVES(lwt_unix_lockf(fd, LWT_UNIX_F_ULOCK, 5), 0);
  closed(fd);
}
TEST(a_command_that_there_is_not_is_refused) {
  lwt_unix_fd *fd = opened(file_with("command", ""), O_RDWR);
  CHECK_REFUSED(lwt_unix_lockf(fd, 6, 0), INVALID);
  CHECK_REFUSED(lwt_unix_lockf(fd, -1, 0), INVALID);
  CHECK_REFUSED(lwt_unix_lockf(fd, LWT_UNIX_F_LOCK, INT64_MIN), INVALID);
  CHECK_ERRNO(lwt_unix_lockf(fd, LWT_UNIX_F_LOCK, -5), EINVAL, "lockf", ""); /* before the file */
  closed(fd);
}

/* -------------------------------------------------------- closing meanwhile --- */
TEST(a_call_on_a_worker_keeps_the_file_until_it_is_over) {
  const char *path = file_with("held", "0123456789"), *other = file_with("other", "x");
  for (int i = 0; i < 100; i++) {
    lwt_unix_fd *fd = opened(path, O_RDWR);
    lwt_t *told = lwt_unix_fstat(fd), *end = lwt_unix_close(fd);
    int reused = open(other, O_RDONLY | O_CLOEXEC);
    lwt_release(ran(end));
    if (lwt_state(ran(told)) == LWT_RETURN)
      CHECK_INT(((const struct stat *)lwt_value_of(told))->st_size, 10);
    lwt_release(told);
    lwt_unix_fd_release(fd);
    close(reused);
  }
}
