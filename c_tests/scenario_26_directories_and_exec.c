/* Scenario 26: close-on-exec flags of openfile; readdir/rewinddir/readdir_n counts;
 * closed handle errors. */
#include "folder.h"

#include <fcntl.h>

/* -------------------------------------------- close-on-exec of openfile --- */
static lwt_unix_fd *opened(const char *path, int flags) {
  lwt_t *p = ran(lwt_unix_openfile(path, flags, 0600));
  CHECK_INT(kind_of(p), LWT_OK);
  return lwt_take(p);
}
static void closed(lwt_unix_fd *fd) {
  CHECK_GIVES(lwt_unix_close(fd), 0);
  lwt_unix_fd_release(fd);
}
static bool closes_on_exec(const lwt_unix_fd *fd) {
  return fcntl(lwt_unix_unix_file_descr(fd), F_GETFD) & FD_CLOEXEC;
}
/* What a program sees that the process becomes. */
static bool is_inherited(const lwt_unix_fd *fd) {
  char command[64];
  snprintf(command, sizeof command, "test -e /proc/self/fd/%d", lwt_unix_unix_file_descr(fd));
  return system(command) == 0;
}

TEST(with_cloexec_the_descriptor_is_not_inherited) {
  lwt_unix_fd *fd = opened(file_with("a", ""), O_RDONLY | O_CLOEXEC);
  CHECK(closes_on_exec(fd));
  CHECK(!is_inherited(fd));
  closed(fd);
}
TEST(with_keepexec_the_descriptor_is_inherited) {
  lwt_unix_fd *fd = opened(file_with("a", ""), O_RDONLY | LWT_UNIX_O_KEEPEXEC);
  CHECK(!closes_on_exec(fd));
  CHECK(is_inherited(fd));
  closed(fd);
}
TEST(with_both_cloexec_wins) {
  lwt_unix_fd *fd = opened(file_with("a", ""), O_RDONLY | O_CLOEXEC | LWT_UNIX_O_KEEPEXEC);
  CHECK(closes_on_exec(fd));
  CHECK(!is_inherited(fd));
  closed(fd);
}
TEST(with_neither_the_descriptor_is_inherited) {
  lwt_unix_fd *fd = opened(file_with("a", ""), O_RDONLY);
  CHECK(!closes_on_exec(fd));
  CHECK(is_inherited(fd));
  CHECK_GIVES(lwt_unix_set_close_on_exec(fd), 0);
  CHECK(closes_on_exec(fd));
  CHECK_GIVES(lwt_unix_clear_close_on_exec(fd), 0);
  CHECK(!closes_on_exec(fd));
  closed(fd);
}

/* ------------------------------------------------------------- counts --- */
enum { FILES = 7, ALL = FILES + 2 /* "." and ".." */ };
static const char *seven_files(void) {
  const char *path = in_folder("seven");
  if (mkdir(path, 0700) == 0)
    for (int i = 0; i < FILES; i++) {
      char name[32];
      snprintf(name, sizeof name, "seven/%d", i);
      file_with(name, "");
    }
  return path;
}
static lwt_unix_dir *dir_of(const char *path) {
  lwt_t *p = ran(lwt_unix_opendir(path));
  CHECK_INT(kind_of(p), LWT_OK);
  return lwt_take(p);
}
static int names_until_the_end(lwt_unix_dir *dir) {
  for (int count = 0;; count++) {
    lwt_t *p = ran(lwt_unix_readdir(dir));
    int kind = kind_of(p);
    lwt_release(p);
    if (kind != LWT_OK) {
      CHECK_INT(kind, LWT_END_OF_FILE);
      return count;
    }
  }
}
static int names_of(lwt_t *p) {
  int count = kind_of(ran(p)) == LWT_OK ? (int)((struct lwt_values *)lwt_value_of(p))->len : -1;
  lwt_release(p);
  return count;
}

TEST(readdir_gives_each_name_once_then_the_end_again_and_again) {
  lwt_unix_dir *dir = dir_of(seven_files());
  CHECK_INT(names_until_the_end(dir), ALL);
  CHECK_INT(names_until_the_end(dir), 0);
  CHECK_GIVES(lwt_unix_closedir(dir), 0);
  lwt_unix_dir_release(dir);
}
TEST(rewinddir_begins_again_from_anywhere) {
  lwt_unix_dir *dir = dir_of(seven_files());
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  CHECK_INT(names_until_the_end(dir), ALL);
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  lwt_release(ran(lwt_unix_readdir(dir)));
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  CHECK_INT(names_until_the_end(dir), ALL);
  CHECK_GIVES(lwt_unix_closedir(dir), 0);
  lwt_unix_dir_release(dir);
}
TEST(readdir_n_gives_as_many_as_asked_for_and_fewer_at_the_end) {
  lwt_unix_dir *dir = dir_of(seven_files());
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 0)), 0);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 4)), 4);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 4)), 4);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 4)), ALL - 8);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 4)), 0);
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, ALL)), ALL);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 1)), 0);
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  CHECK_INT(names_of(lwt_unix_readdir_n(dir, 1 << 30)), ALL);
  CHECK_REFUSED(lwt_unix_readdir_n(dir, -1), INVALID);
  CHECK_GIVES(lwt_unix_closedir(dir), 0);
  lwt_unix_dir_release(dir);
}
TEST(dot_and_dot_dot_are_among_the_names) {
  lwt_unix_dir *dir = dir_of(seven_files());
  lwt_t *p = ran(lwt_unix_readdir_n(dir, 100));
  struct lwt_values *names = lwt_value_of(p);
  int dots = 0;
  for (size_t i = 0; i < names->len; i++) {
    const char *name = ((struct lwt_string *)names->data[i])->data;
    dots += strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
  }
  CHECK_INT(dots, 2);
  lwt_release(p);
  lwt_unix_dir_release(dir);
}

/* ------------------------------------------------------------- closed --- */
TEST(on_a_closed_handle_all_four_fail_and_name_themselves) {
  lwt_unix_dir *dir = dir_of(seven_files());
  CHECK_GIVES(lwt_unix_closedir(dir), 0);
  CHECK_ERRNO(lwt_unix_readdir(dir), EBADF, "readdir", "");
  CHECK_ERRNO(lwt_unix_readdir_n(dir, 3), EBADF, "readdir_n", "");
  CHECK_ERRNO(lwt_unix_rewinddir(dir), EBADF, "rewinddir", "");
  CHECK_ERRNO(lwt_unix_closedir(dir), EBADF, "closedir", "");
  lwt_unix_dir_release(dir);
}
