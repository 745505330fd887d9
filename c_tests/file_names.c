/* Names of files: links, renaming, removing, directories of the process. */
#include "folder.h"

TEST(unlink_removes_a_name_or_says_why_not) {
  const char *path = file_with("a", "text");
  CHECK_GIVES(lwt_unix_unlink(path), 0);
  CHECK(access(path, F_OK) != 0);
  CHECK_ERRNO(lwt_unix_unlink(path), ENOENT, "unlink", path);
  CHECK_REFUSED(lwt_unix_unlink(NULL), INVALID);
}

TEST(the_path_is_copied_by_the_call) {
  char path[1024];
  snprintf(path, sizeof path, "%s", file_with("copied", "text"));
  lwt_t *p = lwt_unix_unlink(path);
  memset(path, 'x', sizeof path);
  CHECK_GIVES(p, 0);
}

TEST(rename_gives_another_name) {
  const char *old = file_with("old", "text"), *new = in_folder("new");
  CHECK_GIVES(lwt_unix_rename(old, new), 0);
  CHECK(access(new, F_OK) == 0);
  CHECK_ERRNO(lwt_unix_rename(old, new), ENOENT, "rename", old);
  CHECK_REFUSED(lwt_unix_rename(NULL, new), INVALID);
  CHECK_REFUSED(lwt_unix_rename(new, NULL), INVALID);
}

TEST(link_gives_one_more_name) {
  const char *old = file_with("one", "text"), *new = in_folder("two");
  struct stat stat_;
  CHECK_GIVES(lwt_unix_link(old, new), 0);
  CHECK(stat(new, &stat_) == 0);
  CHECK_INT(stat_.st_nlink, 2);
  CHECK_ERRNO(lwt_unix_link(old, new), EEXIST, "link", old);
  CHECK_REFUSED(lwt_unix_link(NULL, new), INVALID);
  CHECK_REFUSED(lwt_unix_link(old, NULL), INVALID);
}

TEST(symlink_and_readlink_are_of_one_mind) {
  const char *path = in_folder("symlink");
  CHECK_GIVES(lwt_unix_symlink("to/somewhere", path), 0);
  CHECK_TEXT(lwt_unix_readlink(path), "to/somewhere");
  CHECK_ERRNO(lwt_unix_symlink("again", path), EEXIST, "symlink", "again");
  CHECK_ERRNO(lwt_unix_readlink(in_folder("")), EINVAL, "readlink", in_folder(""));
  CHECK_REFUSED(lwt_unix_symlink(NULL, path), INVALID);
  CHECK_REFUSED(lwt_unix_symlink("x", NULL), INVALID);
  CHECK_REFUSED(lwt_unix_readlink(NULL), INVALID);
}

TEST(a_symbolic_link_of_any_length_is_read) {
  static const size_t lengths[] = {1, 255, 256, 257, 1024, 4095};
  char target[4096];
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    char name[32];
    memset(target, 'a' + (int)i, lengths[i]);
    target[lengths[i]] = '\0';
    snprintf(name, sizeof name, "long-%zu", lengths[i]);
    const char *path = in_folder(name);
    if (symlink(target, path) != 0) continue; /* not every file system has room */
    CHECK_TEXT(lwt_unix_readlink(path), target);
  }
}

TEST(a_folder_is_made_and_removed) {
  const char *path = in_folder("folder"), *inside = in_folder("folder/inside");
  struct stat stat_;
  CHECK_GIVES(lwt_unix_mkdir(path, 0700), 0);
  CHECK(stat(path, &stat_) == 0 && S_ISDIR(stat_.st_mode));
  CHECK_INT(stat_.st_mode & 0777, 0700);
  CHECK_GIVES(lwt_unix_mkdir(inside, 0700), 0);
  CHECK_ERRNO(lwt_unix_rmdir(path), ENOTEMPTY, "rmdir", path);
  CHECK_GIVES(lwt_unix_rmdir(inside), 0);
  CHECK_GIVES(lwt_unix_rmdir(path), 0);
  CHECK_ERRNO(lwt_unix_rmdir(path), ENOENT, "rmdir", path);
  CHECK_REFUSED(lwt_unix_rmdir(NULL), INVALID);
  CHECK_REFUSED(lwt_unix_mkdir(path, 01000000), INVALID);
}

TEST(a_named_pipe_is_made) {
  const char *path = in_folder("fifo");
  struct stat stat_;
  CHECK_GIVES(lwt_unix_mkfifo(path, 0600), 0);
  CHECK(stat(path, &stat_) == 0 && S_ISFIFO(stat_.st_mode));
  CHECK_ERRNO(lwt_unix_mkfifo(path, 0600), EEXIST, "mkfifo", path);
  CHECK_REFUSED(lwt_unix_mkfifo(path, -1), INVALID);
  CHECK_REFUSED(lwt_unix_mkfifo(NULL, 0600), INVALID);
}

TEST(the_process_moves_and_knows_where_it_stands) {
  char before[4096], *there = realpath(in_folder(""), NULL);
  CHECK(getcwd(before, sizeof before) != NULL && there != NULL);
  CHECK_TEXT(lwt_unix_getcwd(), before);
  CHECK_GIVES(lwt_unix_chdir(there), 0);
  CHECK_TEXT(lwt_unix_getcwd(), there);
  CHECK_GIVES(lwt_unix_chdir(before), 0);
  CHECK_ERRNO(lwt_unix_chdir(in_folder("nowhere")), ENOENT, "chdir", in_folder("nowhere"));
  CHECK_REFUSED(lwt_unix_chdir(NULL), INVALID);
  free(there);
}

TEST(who_stands_in_a_folder_that_was_removed_is_told) {
  char before[4096];
  const char *path = in_folder("gone");
  CHECK(getcwd(before, sizeof before) != NULL);
  CHECK(mkdir(path, 0700) == 0 && chdir(path) == 0 && rmdir(path) == 0);
  CHECK_ERRNO(lwt_unix_getcwd(), ENOENT, "getcwd", "");
  CHECK(chdir(before) == 0);
}

TEST(chroot_is_for_the_few) {
  const char *path = in_folder("nowhere");
  lwt_t *p = ran(lwt_unix_chroot(path));
  const lwt_exn *e = lwt_exn_of(p);
  CHECK_INT(kind_of(p), LWT_UNIX_ERROR);
  CHECK(e != NULL && (lwt_exn_errno(e) == EPERM || lwt_exn_errno(e) == ENOENT));
  CHECK_STR(lwt_exn_function(e), "chroot");
  lwt_release(p);
  CHECK_REFUSED(lwt_unix_chroot(NULL), INVALID);
}

TEST(a_call_that_is_cancelled_before_it_began_never_happens) {
  int size = lwt_unix_pool_size();
  const char *fifo = in_folder("block"), *path = file_with("kept", "text");
  CHECK(mkfifo(fifo, 0600) == 0);
  CHECK_INT(lwt_unix_set_pool_size(1), LWT_OK);
  lwt_t *busy = lwt_unix_entries_of_directory(in_folder(""));
  lwt_t *calls[64];
  for (int i = 0; i < 64; i++) calls[i] = lwt_unix_unlink(path);
  for (int i = 0; i < 64; i++) lwt_cancel(calls[i]);
  for (int i = 0; i < 64; i++) CHECK_FAILS(calls[i], LWT_CANCELED);
  lwt_release(ran(busy));
  CHECK_INT(lwt_unix_set_pool_size(size), LWT_OK);
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
}

TEST(with_the_method_none_a_call_is_over_when_it_returns) {
  lwt_unix_async_method before = lwt_unix_default_async_method();
  lwt_unix_set_default_async_method(LWT_UNIX_ASYNC_METHOD_NONE);
  const char *path = in_folder("at-once");
  CHECK_RETURNS(lwt_unix_mkdir(path, 0700), 0);
  lwt_t *p = lwt_unix_mkdir(path, 0700);
  CHECK_STATE(p, LWT_FAIL);
  CHECK_ERRNO(p, EEXIST, "mkdir", path);
  lwt_t *stat_ = lwt_unix_stat(path);
  CHECK_STATE(stat_, LWT_RETURN);
  lwt_release(stat_);
  lwt_unix_set_default_async_method(before);
}
