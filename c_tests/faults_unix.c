/* tsan: no (its own clone() knows no child that shares the memory until it has a program) */
/* Descriptors, files, directories, names of users, children and signals, while a
 * call of the library fails: each answer is a value or a clear error. */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

/* A descriptor that a promise owns, with one more reference. */
static lwt_unix_fd *opened(lwt_t *p) {
  lwt_value value = NULL;
  lwt_unix_fd *fd = NULL;
  if (SETTLES(p, &value)) fd = lwt_unix_fd_retain((lwt_unix_fd *)value);
  lwt_release(p);
  return fd;
}
static void closed(lwt_unix_fd *fd) {
  SETTLED(lwt_unix_close(fd));
  lwt_unix_fd_release(fd);
}

TEST(files_settle) {
  char buf[16];
  lwt_unix_fd *fd = opened(lwt_unix_openfile("a", O_RDWR | O_CREAT | O_TRUNC, 0600));
  if (fd != NULL) {
    SETTLED(lwt_unix_write(fd, "hello", 5));
    SETTLED(lwt_unix_pwrite(fd, "j", 1, 0));
    SETTLED(lwt_unix_lseek(fd, 0, SEEK_SET));
    SETTLED(lwt_unix_read(fd, buf, sizeof buf));
    SETTLED(lwt_unix_pread(fd, buf, sizeof buf, 1));
    SETTLED(lwt_unix_fstat(fd));
    SETTLED(lwt_unix_ftruncate(fd, 3));
    SETTLED(lwt_unix_fsync(fd));
    SETTLED(lwt_unix_fchmod(fd, 0644));
    SETTLED(lwt_unix_lockf(fd, F_TLOCK, 0));
    SETTLED(lwt_unix_isatty(fd));
    lwt_unix_fd *copy = opened(lwt_unix_dup(fd, true));
    if (copy != NULL) closed(copy);
    closed(fd);
  }
  SETTLED(lwt_unix_file_exists("a"));
  unlink("a");
}

TEST(names_of_files_settle) {
  int fd = open("b", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  close(fd);
  SETTLED(lwt_unix_stat("b"));
  SETTLED(lwt_unix_lstat("b"));
  SETTLED(lwt_unix_chmod("b", 0640));
  SETTLED(lwt_unix_truncate("b", 10));
  SETTLED(lwt_unix_access("b", R_OK));
  SETTLED(lwt_unix_utimes("b", 1.0, 2.0));
  if (SETTLED(lwt_unix_symlink("b", "link"))) SETTLED(lwt_unix_readlink("link"));
  if (SETTLED(lwt_unix_link("b", "hard"))) SETTLED(lwt_unix_rename("hard", "soft"));
  if (SETTLED(lwt_unix_mkdir("folder", 0700))) SETTLED(lwt_unix_rmdir("folder"));
  if (SETTLED(lwt_unix_mkfifo("fifo", 0600))) SETTLED(lwt_unix_unlink("fifo"));
  SETTLED(lwt_unix_getcwd());
  const char *const all[] = {"b", "link", "hard", "soft", "fifo"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) unlink(all[i]);
  rmdir("folder");
}

TEST(directories_settle) {
  SETTLED(lwt_unix_entries_of_directory("."));
  lwt_value value = NULL;
  lwt_t *p = lwt_unix_opendir(".");
  if (SETTLES(p, &value)) {
    lwt_unix_dir *dir = lwt_unix_dir_retain((lwt_unix_dir *)value);
    if (GIVEN(dir)) {
      SETTLED(lwt_unix_readdir(dir));
      SETTLED(lwt_unix_rewinddir(dir));
      SETTLED(lwt_unix_readdir_n(dir, 2));
      SETTLED(lwt_unix_closedir(dir));
      lwt_unix_dir_release(dir);
    }
  }
  lwt_release(p);
  lwt_stream *stream = lwt_unix_files_of_directory(".");
  if (GIVEN(stream)) {
    for (int i = 0; i < 2; i++) SETTLED(lwt_stream_next(stream));
    lwt_stream_release(stream);
  }
}

static void talk(lwt_unix_fd *in, lwt_unix_fd *out) {
  char buf[8] = {0};
  lwt_t *p = lwt_unix_read(in, buf, sizeof buf);
  bool wrote = SETTLED(lwt_unix_write(out, "abc", 3));
  if (wrote) {
    lwt_value value = NULL;
    if (SETTLES(p, &value)) {
      CHECK_INT(LWT_TO_INT(value), 3);
      CHECK_STR(buf, "abc");
    }
  }
  lwt_cancel(p);
  lwt_release(p);
  /* One that is never answered, but for the close. */
  p = lwt_unix_wait_read(in);
  lwt_t *end = lwt_unix_close(in);
  if (lwt_state(p) == LWT_FAIL) CHECK(kind_of(p) == LWT_UNIX_ERROR || faulty());
  else CHECK(faulty());
  lwt_release(p);
  SETTLED(end);
}
TEST(pipes_and_sockets_settle) {
  int fds[2];
  for (int kind = 0; kind < 2; kind++) {
    CHECK_INT(kind == 0 ? pipe2(fds, O_CLOEXEC) : socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    lwt_unix_fd *in = lwt_unix_of_fd(fds[0]), *out = lwt_unix_of_fd(fds[1]);
    if (GIVEN(in) && GIVEN(out)) talk(in, out);
    lwt_unix_fd_release(in);
    lwt_unix_fd_release(out);
  }
  lwt_t *made = lwt_unix_pipe(true);
  SETTLED(made);
}

TEST(a_full_pipe_settles_when_it_is_aborted) {
  static char many[1 << 20];
  int fds[2];
  CHECK_INT(pipe2(fds, O_CLOEXEC), 0);
  lwt_unix_fd *in = lwt_unix_of_fd(fds[0]), *out = lwt_unix_of_fd(fds[1]);
  if (GIVEN(in) && GIVEN(out)) {
    lwt_t *p = lwt_unix_write(out, many, sizeof many), *q = lwt_unix_write(out, many, sizeof many);
    lwt_exn *e = lwt_exn_new(LWT_FAILURE, "aborted by the test");
    lwt_unix_abort(out, e);
    /* A worker that blocks in a write keeps its buffer. */
    CHECK(lwt_state(p) != LWT_SLEEP || faulty());
    CHECK(lwt_state(q) != LWT_SLEEP || faulty());
    lwt_release(p);
    lwt_release(q);
  }
  lwt_unix_fd_release(in);
  lwt_unix_fd_release(out);
}

TEST(users_and_names_settle) {
  SETTLED(lwt_unix_getpwuid(0));
  SETTLED(lwt_unix_getpwnam("root"));
  SETTLED(lwt_unix_getgrgid(0));
  SETTLED(lwt_unix_gethostname());
  SETTLED(lwt_unix_getaddrinfo("127.0.0.1", "80", NULL));
  SETTLED(lwt_unix_getprotobyname("tcp"));
}

TEST(children_settle) {
  SETTLED(lwt_unix_system("exit 3"));
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  if (!SETTLED(lwt_unix_waitpid(0, pid))) kill(pid, SIGKILL);
}

static void caught(int signum, void *env) {
  (void)signum;
  lwt_wakeup((lwt_u *)env, LWT_UNIT);
}
TEST(signals_settle) {
  lwt_u *u = NULL;
  lwt_t *p = lwt_wait(&u);
  lwt_unix_signal_handler *handler = NULL;
  if (OKAY(lwt_unix_on_signal(SIGUSR1, caught, u, NULL, &handler))) {
    raise(SIGUSR1);
    SETTLED(p);
    OKAY(lwt_unix_disable_signal_handler(handler));
    lwt_unix_signal_handler_release(handler);
  } else {
    lwt_release(p);
    lwt_wakener_release(u);
  }
}
