/* Scenario 37: temporary files and directories are removed, also when the handle was
 * closed by the user. */
#include "folder.h"

static char seen[1024]; /* the path that the function was given */
static lwt_u *later;
static int how;

enum { WRITES, CLOSES, REMOVES, FAILS, WAITS, RAISES };

static lwt_t *use_file(const char *path, const lwt_io_channel *channel, void *env) {
  (void)env;
  snprintf(seen, sizeof seen, "%s", path);
  CHECK(access(path, F_OK) == 0);
  switch (how) {
  case CLOSES: lwt_release(lwt_io_write(channel, "abc", 3)); return lwt_io_close(channel);
  case REMOVES: CHECK(unlink(path) == 0); return lwt_return(LWT_INT(5));
  case FAILS: return lwt_fail(exn(LWT_FULL));
  case WAITS: return lwt_task(&later);
  case RAISES: lwt_raise(exn(LWT_EMPTY)); return NULL;
  default: return lwt_io_write(channel, "abc", 3);
  }
}
static lwt_t *with_file(int what) {
  how = what;
  seen[0] = '\0';
  return lwt_io_with_temp_file(in_folder(""), "pre", ".suf", LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0,
                               use_file, NULL, NULL);
}
static bool is_gone(void) { return seen[0] != '\0' && access(seen, F_OK) != 0 && errno == ENOENT; }

TEST(a_temporary_file_is_removed_when_its_use_is_over) {
  CHECK_GIVES(with_file(WRITES), 0);
  CHECK(is_gone());
}
TEST(also_when_the_user_closed_the_channel) {
  CHECK_GIVES(with_file(CLOSES), 0);
  CHECK(is_gone());
}
TEST(also_when_the_use_fails_or_raises) {
  CHECK_REFUSED(with_file(FAILS), LWT_FULL);
  CHECK(is_gone());
  CHECK_REFUSED(with_file(RAISES), LWT_EMPTY);
  CHECK(is_gone());
}
TEST(also_when_it_is_cancelled) {
  lwt_t *p = with_file(WAITS);
  WAIT_UNTIL(seen[0] != '\0');
  lwt_cancel(p);
  CHECK_REFUSED(p, LWT_CANCELED);
  CHECK(is_gone());
  lwt_wakener_forget(later);
}
TEST(a_file_that_the_user_removed_is_no_failure) { CHECK_GIVES(with_file(REMOVES), 5); }

/* --------------------------------------------------------- directories --- */
static void make(const char *base, const char *name, bool is_folder) {
  char path[2048];
  snprintf(path, sizeof path, "%s/%s", base, name);
  if (is_folder) {
    CHECK(mkdir(path, 0700) == 0);
  } else {
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    close(fd);
  }
}
static lwt_t *use_dir(const char *path, void *env) {
  (void)env;
  snprintf(seen, sizeof seen, "%s", path);
  make(path, "a", true);
  make(path, "a/b", true);
  make(path, "a/b/file", false);
  make(path, "file", false);
  char link[2048];
  snprintf(link, sizeof link, "%s/link", path);
  CHECK(symlink(in_folder("kept"), link) == 0);
  switch (how) {
  case FAILS: return lwt_fail(exn(LWT_FULL));
  case WAITS: return lwt_task(&later);
  case REMOVES: return lwt_io_delete_recursively(path);
  default: return lwt_return(LWT_INT(7));
  }
}
static lwt_t *with_dir(int what) {
  how = what;
  seen[0] = '\0';
  return lwt_io_with_temp_dir(in_folder(""), NULL, NULL, LWT_IO_DEFAULT, use_dir, NULL, NULL);
}
TEST(a_temporary_directory_is_removed_with_all_that_is_in_it) {
  if (mkdir(in_folder("kept"), 0700) == 0) make(in_folder("kept"), "file", false);
  CHECK_GIVES(with_dir(WRITES), 7);
  CHECK(is_gone());
  CHECK_REFUSED(with_dir(FAILS), LWT_FULL);
  CHECK(is_gone());
  CHECK_GIVES(with_dir(REMOVES), 0);
  CHECK(is_gone());
  lwt_t *p = with_dir(WAITS);
  WAIT_UNTIL(seen[0] != '\0');
  lwt_cancel(p);
  CHECK_REFUSED(p, LWT_CANCELED);
  CHECK(is_gone());
  lwt_wakener_forget(later);
  CHECK(access(in_folder("kept/file"), F_OK) == 0); /* what links lead to stays */
}

/* ------------------------------------------- what is made for the caller --- */
TEST(a_temporary_file_is_new_named_as_asked_and_the_callers) {
  struct stat stat_;
  char names[2][1024];
  for (int i = 0; i < 2; i++) {
    lwt_t *p = ran(lwt_io_open_temp_file(in_folder(""), "x-", ".txt", LWT_IO_DEFAULT,
                                         LWT_IO_DEFAULT, 0));
    CHECK_INT(kind_of(p), LWT_OK);
    struct lwt_values *both = lwt_value_of(p);
    const char *path = ((struct lwt_string *)both->data[0])->data, *name = strrchr(path, '/') + 1;
    CHECK_INT(strlen(name), 2 + 6 + 4);
    CHECK(strncmp(name, "x-", 2) == 0 && strcmp(name + 8, ".txt") == 0);
    CHECK_INT(strspn(name + 2, "0123456789abcdef"), 6);
    CHECK(stat(path, &stat_) == 0);
    CHECK_INT(stat_.st_mode & 0777, 0600);
    snprintf(names[i], sizeof names[i], "%s", path);
    CHECK_GIVES(lwt_io_write(both->data[1], "abc", 3), 0);
    CHECK_GIVES(lwt_io_close(both->data[1]), 0);
    lwt_release(p);
    CHECK(stat(names[i], &stat_) == 0);
    CHECK_INT(stat_.st_size, 3);
  }
  CHECK(strcmp(names[0], names[1]) != 0);
}
TEST(a_temporary_directory_is_new_and_the_callers) {
  struct stat stat_;
  mode_t before = umask(0);
  lwt_t *p = ran(lwt_io_create_temp_dir(in_folder(""), "d-", NULL, LWT_IO_DEFAULT));
  umask(before);
  CHECK_INT(kind_of(p), LWT_OK);
  const char *path = ((struct lwt_string *)lwt_value_of(p))->data;
  CHECK(stat(path, &stat_) == 0 && S_ISDIR(stat_.st_mode));
  CHECK_INT(stat_.st_mode & 0777, 0755);
  lwt_release(p);
}
TEST(without_a_place_it_is_the_platforms) {
  const char *base = in_folder("");
  setenv("TMPDIR", base, 1);
  lwt_t *p = ran(lwt_io_create_temp_dir(NULL, NULL, NULL, 0700));
  CHECK_INT(kind_of(p), LWT_OK);
  const char *path = ((struct lwt_string *)lwt_value_of(p))->data;
  CHECK(strncmp(path, base, strlen(base)) == 0);
  CHECK_HAS(path, "lwt_io_temp_dir_");
  lwt_release(p);
}
TEST(where_nothing_can_be_made_it_says_so_at_once) {
  const char *none = in_folder("nowhere");
  CHECK_REFUSED(lwt_io_open_temp_file(none, NULL, NULL, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0),
                LWT_UNIX_ERROR);
  CHECK_REFUSED(lwt_io_create_temp_dir(none, NULL, NULL, LWT_IO_DEFAULT), LWT_UNIX_ERROR);
  CHECK_REFUSED(lwt_io_create_temp_dir(none, NULL, NULL, 1 << 20), INVALID);
  ENV(env);
  CHECK_REFUSED(lwt_io_with_temp_dir(none, NULL, NULL, LWT_IO_DEFAULT, NULL, &env, env_drop),
                INVALID);
  CHECK_REFUSED(lwt_io_with_temp_file(none, NULL, NULL, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0, NULL,
                                      &env, env_drop),
                INVALID);
  CHECK_ENV(env, 0, 2);
}
