/* env: LWT_ENGINE=io_uring */
/* Under the engine io_uring regular files are read by the ring: what a read gives,
 * its errors, what cancelling and changing the engine do to one under way. */
#include "embed.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>

__attribute__((constructor)) static void need_it(void) {
  char c;
  struct iovec one = {&c, 1};
  int fd = open("probe", O_RDWR | O_CREAT, 0600);
  bool prompt = preadv2(fd, &one, 1, 0, RWF_NOWAIT) >= 0;
  close(fd);
  unlink("probe");
  if (strcmp(lwt_engine_id(), "io_uring") != 0) SKIP("no io_uring here");
  if (!prompt) SKIP("files are read by the pool on this file system");
}

enum { SIZE = 100000 };
static char content[SIZE], buffer[SIZE];
static char name[] = "ring-XXXXXX";
static lwt_unix_fd *open_file(void) {
  static bool made;
  if (!made) {
    int fd = mkstemp(name);
    for (int i = 0; i < SIZE; i++) content[i] = (char)(i * 7 + i / 256);
    CHECK_INT(write(fd, content, SIZE), SIZE);
    close(fd);
    made = true;
  }
  memset(buffer, 0, sizeof buffer);
  return lwt_unix_of_fd(open(name, O_RDONLY));
}
static void close_file(lwt_unix_fd *fd) {
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  lwt_unix_fd_release(fd);
}

TEST(a_read_goes_on_from_the_position_and_a_pread_does_not_move_it) {
  lwt_unix_fd *fd = open_file();
  CHECK_INT(run(lwt_unix_read(fd, buffer, 1000)), 1000);
  CHECK(memcmp(buffer, content, 1000) == 0);
  CHECK_INT(run(lwt_unix_pread(fd, buffer, 500, 50000)), 500);
  CHECK(memcmp(buffer, content + 50000, 500) == 0);
  CHECK_INT(run(lwt_unix_read(fd, buffer, SIZE)), SIZE - 1000);
  CHECK(memcmp(buffer, content + 1000, SIZE - 1000) == 0);
  CHECK_INT(run(lwt_unix_read(fd, buffer, SIZE)), 0);
  CHECK_INT(run(lwt_unix_pread(fd, buffer, 10, SIZE + 5)), 0);
  close_file(fd);
}

TEST(many_reads_of_one_turn_are_all_answered) {
  enum { N = 1000 };
  lwt_unix_fd *fd = open_file();
  lwt_t *all[N];
  for (int i = 0; i < N; i++) all[i] = lwt_unix_pread(fd, buffer + i * 100, 100, i * 100);
  for (int i = 0; i < N; i++) CHECK_INT(run(all[i]), 100);
  CHECK(memcmp(buffer, content, SIZE) == 0);
  close_file(fd);
}

TEST(errors_are_those_of_the_call) {
  lwt_unix_fd *fd = lwt_unix_of_fd(open("written", O_WRONLY | O_CREAT, 0600));
  lwt_exn *e = NULL;
  lwt_main_run(lwt_unix_pread(fd, buffer, 10, 0), &e);
  if (CHECK(e != NULL)) {
    CHECK_INT(lwt_exn_kind(e), LWT_UNIX_ERROR);
    CHECK_INT(lwt_exn_errno(e), EBADF);
    CHECK_HAS(lwt_exn_message(e), "pread");
    lwt_exn_release(e);
  }
  close_file(fd);
  unlink("written");
}

TEST(a_cancelled_read_resolves_when_the_kernel_has_let_go_of_the_buffer) {
  lwt_unix_fd *fd = open_file();
  for (int i = 0; i < 20; i++) {
    lwt_t *p = lwt_unix_pread(fd, buffer, SIZE, 0);
    lwt_cancel(p);
    CHECK_STATE(p, LWT_SLEEP);
    intptr_t got = run(p);
    CHECK(got == SIZE || got == -LWT_CANCELED);
  }
  close_file(fd);
}

TEST(a_descriptor_closed_meanwhile_is_read_to_the_end) {
  lwt_unix_fd *fd = open_file();
  lwt_t *p = lwt_unix_pread(fd, buffer, 1000, 0), *closing = lwt_unix_close(fd);
  CHECK_INT(run(p), 1000);
  CHECK(memcmp(buffer, content, 1000) == 0);
  CHECK_INT(run(closing), 0);
  lwt_unix_fd_release(fd);
}

TEST(another_engine_takes_over_after_the_reads_under_way) {
  lwt_unix_fd *fd = open_file();
  lwt_t *p = lwt_unix_pread(fd, buffer, SIZE, 0);
  lwt_engine *ring = lwt_engine_get(), *epoll = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(epoll, true, true), LWT_OK);
  CHECK_RETURNS(p, SIZE);
  CHECK(memcmp(buffer, content, SIZE) == 0);
  CHECK_INT(run(lwt_unix_pread(fd, buffer, SIZE, 0)), SIZE); /* by a job */
  CHECK_INT(lwt_engine_set(ring, true, true), LWT_OK);
  CHECK_INT(run(lwt_unix_pread(fd, buffer, SIZE, 0)), SIZE);
  lwt_engine_release(ring);
  lwt_engine_release(epoll);
  close_file(fd);
}

TEST(in_the_child_of_a_fork_the_parents_read_fails_and_the_childs_own_works) {
  int status, before = check_failures;
  lwt_unix_fd *fd = open_file();
  lwt_t *p = lwt_unix_pread(fd, buffer, 1000, 0);
  pid_t child = fork();
  if (child == 0) {
    CHECK_INT(run(p), -LWT_FORKED);
    CHECK_INT(run(lwt_unix_pread(fd, buffer, 1000, 0)), 1000);
    fflush(stdout);
    _exit(check_failures != before);
  }
  CHECK_INT(run(p), 1000);
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
  close_file(fd);
}

TEST(where_another_loop_drives_this_one_a_read_makes_it_readable) {
  lwt_unix_fd *fd = open_file();
  embed_settle();
  CHECK(!embed_readable(0));
  lwt_t *p = lwt_unix_pread(fd, buffer, 1000, 0);
  embed_until(p, 10);
  CHECK_RETURNS(p, 1000);
  embed_settle();
  CHECK(!embed_readable(0));
  close_file(fd);
  unlink(name);
}
