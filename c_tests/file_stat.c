/* What is known of files, and what of it can be set by a path. */
#include "folder.h"

#include <limits.h>

TEST(stat_tells_what_the_system_tells) {
  const char *path = file_with("stat", "twelve bytes");
  struct stat want;
  CHECK(stat(path, &want) == 0);
  lwt_t *p = ran(lwt_unix_stat(path));
  const struct stat *got = lwt_value_of(p);
  CHECK_INT(kind_of(p), LWT_OK);
  CHECK_INT(got->st_size, 12);
  CHECK(got->st_ino == want.st_ino && got->st_dev == want.st_dev && got->st_mode == want.st_mode);
  CHECK(got->st_mtim.tv_sec == want.st_mtim.tv_sec && got->st_mtim.tv_nsec == want.st_mtim.tv_nsec);
  lwt_release(p);
}

TEST(a_stat_that_was_moved_out_is_the_callers_to_free) {
  lwt_t *p = ran(lwt_unix_stat(file_with("moved", "abc")));
  struct stat *stat_ = lwt_take(p);
  CHECK_INT(stat_->st_size, 3);
  free(stat_);
}

TEST(lstat_is_of_the_link_and_stat_of_what_it_leads_to) {
  const char *file = file_with("target", "abc"), *path = in_folder("link");
  CHECK(symlink(file, path) == 0);
  lwt_t *a = ran(lwt_unix_stat(path)), *b = ran(lwt_unix_lstat(path));
  CHECK(S_ISREG(((const struct stat *)lwt_value_of(a))->st_mode));
  CHECK(S_ISLNK(((const struct stat *)lwt_value_of(b))->st_mode));
  lwt_release(a);
  lwt_release(b);
}

TEST(a_file_that_is_not_there_is_named) {
  const char *path = in_folder("nowhere");
  CHECK_ERRNO(lwt_unix_stat(path), ENOENT, "stat", path);
  CHECK_ERRNO(lwt_unix_lstat(path), ENOENT, "lstat", path);
  CHECK_REFUSED(lwt_unix_stat(NULL), INVALID);
  CHECK_REFUSED(lwt_unix_lstat(NULL), INVALID);
}

TEST(a_path_may_be_empty_or_too_long) {
  static char path[PATH_MAX + 100];
  memset(path, 'a', sizeof path - 1);
  CHECK_ERRNO(lwt_unix_stat(""), ENOENT, "stat", "");
  CHECK_ERRNO(lwt_unix_stat(path), ENAMETOOLONG, "stat", path);
}

TEST(a_file_exists_or_not_whatever_the_reason) {
  const char *file = file_with("there", ""), *dangling = in_folder("dangling");
  char below[1100];
  CHECK(symlink("nowhere", dangling) == 0);
  snprintf(below, sizeof below, "%s/below", file);
  CHECK_GIVES(lwt_unix_file_exists(file), 1);
  CHECK_GIVES(lwt_unix_file_exists(in_folder("nowhere")), 0);
  CHECK_GIVES(lwt_unix_file_exists(dangling), 0);
  CHECK_GIVES(lwt_unix_file_exists(below), 0); /* ENOTDIR */
  CHECK_GIVES(lwt_unix_file_exists(""), 0);
  CHECK_REFUSED(lwt_unix_file_exists(NULL), INVALID);
}

TEST(access_says_what_the_process_may) {
  const char *path = file_with("access", "");
  CHECK(chmod(path, 0600) == 0);
  CHECK_GIVES(lwt_unix_access(path, F_OK), 0);
  CHECK_GIVES(lwt_unix_access(path, R_OK | W_OK), 0);
  CHECK_ERRNO(lwt_unix_access(path, X_OK), EACCES, "access", path);
  CHECK_ERRNO(lwt_unix_access(path, 1000), EINVAL, "access", path);
  CHECK_REFUSED(lwt_unix_access(NULL, F_OK), INVALID);
}

static struct stat now_of(const char *path) {
  struct stat stat_ = {0};
  CHECK(stat(path, &stat_) == 0);
  return stat_;
}

TEST(permissions_are_set) {
  const char *path = file_with("chmod", ""), *none = in_folder("nowhere");
  CHECK_GIVES(lwt_unix_chmod(path, 0640), 0);
  CHECK_INT(now_of(path).st_mode & 07777, 0640);
  CHECK_ERRNO(lwt_unix_chmod(none, 0600), ENOENT, "chmod", none);
  CHECK_REFUSED(lwt_unix_chmod(path, 0100000), INVALID);
  CHECK_REFUSED(lwt_unix_chmod(NULL, 0600), INVALID);
}

TEST(owner_and_group_stay_where_minus_one_says_so) {
  const char *path = file_with("chown", ""), *none = in_folder("nowhere");
  struct stat before = now_of(path);
  CHECK_GIVES(lwt_unix_chown(path, (uid_t)-1, (gid_t)-1), 0);
  CHECK_GIVES(lwt_unix_chown(path, before.st_uid, before.st_gid), 0);
  CHECK_INT(now_of(path).st_uid, before.st_uid);
  CHECK_ERRNO(lwt_unix_chown(none, (uid_t)-1, (gid_t)-1), ENOENT, "chown", none);
  if (geteuid() == 0) {
    CHECK_GIVES(lwt_unix_chown(path, 12345, 23456), 0);
    CHECK_INT(now_of(path).st_uid, 12345);
    CHECK_INT(now_of(path).st_gid, 23456);
  }
  CHECK_REFUSED(lwt_unix_chown(NULL, 0, 0), INVALID);
}

TEST(a_file_is_cut_and_filled_up) {
  const char *path = file_with("truncate", "0123456789"), *none = in_folder("nowhere");
  CHECK_GIVES(lwt_unix_truncate(path, 4), 0);
  CHECK_INT(now_of(path).st_size, 4);
  CHECK_GIVES(lwt_unix_truncate(path, (int64_t)5 << 30), 0); /* more than 32 bits */
  CHECK(now_of(path).st_size == (int64_t)5 << 30);
  CHECK_ERRNO(lwt_unix_truncate(path, -1), EINVAL, "truncate", path);
  CHECK_ERRNO(lwt_unix_truncate(none, 0), ENOENT, "truncate", none);
  CHECK_REFUSED(lwt_unix_truncate(NULL, 0), INVALID);
}

TEST(times_are_set_and_both_zero_is_now) {
  const char *path = file_with("utimes", ""), *none = in_folder("nowhere");
  CHECK_GIVES(lwt_unix_utimes(path, 1000.5, 2000000000.25), 0);
  struct stat set = now_of(path);
  CHECK(set.st_atim.tv_sec == 1000 && set.st_atim.tv_nsec == 500000000);
  CHECK(set.st_mtim.tv_sec == 2000000000 && set.st_mtim.tv_nsec == 250000000);
  time_t before = time(NULL) - 1;
  CHECK_GIVES(lwt_unix_utimes(path, 0, 0), 0);
  set = now_of(path);
  CHECK(set.st_atim.tv_sec >= before && set.st_mtim.tv_sec >= before);
  CHECK(set.st_mtim.tv_sec < 2000000000);
  CHECK_GIVES(lwt_unix_utimes(path, 0, 7), 0); /* one of them 0 is 1970 */
  CHECK_INT(now_of(path).st_atim.tv_sec, 0);
  CHECK_ERRNO(lwt_unix_utimes(none, 0, 0), ENOENT, "utimes", none);
  CHECK_REFUSED(lwt_unix_utimes(path, 0.0 / 0.0, 0), INVALID);
  CHECK_REFUSED(lwt_unix_utimes(path, 0, 1e300), INVALID);
  CHECK_REFUSED(lwt_unix_utimes(NULL, 0, 0), INVALID);
}

TEST(thousands_at_once_each_have_their_own_answer) {
  enum { MANY = 2000 };
  static lwt_t *calls[MANY];
  const char *there = file_with("many", "1234567"), *none = in_folder("nowhere");
  for (int i = 0; i < MANY; i++) calls[i] = lwt_unix_stat(i % 3 == 0 ? none : there);
  for (int i = 0; i < MANY; i++) {
    lwt_t *p = ran(calls[i]);
    if (i % 3 == 0)
      CHECK_INT(kind_of(p), LWT_UNIX_ERROR);
    else
      CHECK_INT(((const struct stat *)lwt_value_of(p))->st_size, 7);
    lwt_release(p);
  }
}

TEST(what_nobody_waits_for_is_dropped) {
  for (int i = 0; i < 200; i++) lwt_release(lwt_unix_stat(in_folder("")));
  for (int i = 0; i < 200; i++) {
    lwt_t *p = lwt_unix_stat(in_folder(""));
    if (i % 2) turns(1);
    lwt_cancel(p);
    lwt_release(p);
  }
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
}

static void *end_with_calls(void *path) {
  for (int i = 0; i < 200; i++) lwt_release(lwt_unix_stat(path));
  lwt_release(lwt_unix_opendir(path));
  return NULL;
}
TEST(a_thread_may_end_while_its_calls_are_on_their_way) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, end_with_calls, (void *)(intptr_t)in_folder("")) == 0);
  pthread_join(thread, NULL);
}
