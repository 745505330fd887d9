/* Open directories, their names as a stream, and whole directories: misuse,
 * cancelling, closing while others wait. What scenario 26 says is there. */
#include "folder.h"

#include <dirent.h>

/* Names file-0 ... in a folder of their own. */
static const char *folder_of(const char *name, int files) {
  char path[1100];
  const char *base = in_folder(name);
  if (mkdir(base, 0700) != 0 && errno != EEXIST) SKIP("no folder can be made");
  for (int i = 0; i < files; i++) {
    snprintf(path, sizeof path, "%s/file-%d", base, i);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) SKIP("no file can be made");
    close(fd);
  }
  return base;
}
static lwt_unix_dir *opened(const char *path) {
  lwt_t *p = ran(lwt_unix_opendir(path));
  CHECK_INT(kind_of(p), LWT_OK);
  return lwt_take(p);
}
static int open_descriptors(void) {
  int count = 0;
  DIR *dir = opendir("/proc/self/fd");
  while (dir != NULL && readdir(dir) != NULL) count++;
  if (dir != NULL) closedir(dir);
  return count;
}

TEST(what_can_not_be_opened_says_why) {
  CHECK_ERRNO(lwt_unix_opendir(in_folder("nowhere")), ENOENT, "opendir", in_folder("nowhere"));
  const char *file = file_with("file", "");
  CHECK_ERRNO(lwt_unix_opendir(file), ENOTDIR, "opendir", file);
  CHECK_REFUSED(lwt_unix_opendir(NULL), INVALID);
}

TEST(a_bad_handle_is_told) {
  lwt_unix_dir *dir = opened(folder_of("bad", 1));
  CHECK_PTR(lwt_unix_dir_retain(dir), dir);
  lwt_unix_dir_release(dir);
  CHECK_GIVES(lwt_unix_rewinddir(dir), 0);
  lwt_unix_dir_release(dir);
  CHECK_REFUSED(lwt_unix_readdir(dir), INVALID);
  CHECK_REFUSED(lwt_unix_readdir_n(dir, 3), INVALID);
  CHECK_REFUSED(lwt_unix_rewinddir(dir), INVALID);
  CHECK_REFUSED(lwt_unix_closedir(dir), INVALID);
  CHECK_REFUSED(lwt_unix_readdir(NULL), INVALID);
  CHECK_PTR(lwt_unix_dir_retain(dir), NULL);
  lwt_unix_dir_release(dir);
  lwt_unix_dir_release(NULL);
}

TEST(a_directory_that_nobody_closes_is_closed_with_its_last_reference) {
  int before = open_descriptors();
  lwt_unix_dir *dir = opened(folder_of("dropped", 1));
  CHECK_INT(open_descriptors(), before + 1);
  lwt_unix_dir_release(dir);
  CHECK_INT(open_descriptors(), before);
  lwt_release(ran(lwt_unix_opendir(folder_of("dropped", 1)))); /* the promise owned it */
  CHECK_INT(open_descriptors(), before);
}

TEST(an_opening_that_is_cancelled_leaves_nothing_open) {
  int before = open_descriptors();
  const char *path = folder_of("cancelled", 1);
  for (int i = 0; i < 50; i++) {
    lwt_t *p = lwt_unix_opendir(path);
    if (i % 2) sleep_ms(1);
    lwt_cancel(p);
    lwt_release(p);
  }
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
  turns(2);
  CHECK_INT(open_descriptors(), before);
}

static int count_names(lwt_t *p) {
  int count = -1;
  if (CHECK_INT(kind_of(ran(p)), LWT_OK)) count = (int)((struct lwt_values *)lwt_value_of(p))->len;
  lwt_release(p);
  return count;
}

TEST(reads_at_once_take_turns_and_get_each_name_once) {
  enum { FILES = 100, READS = 60 };
  lwt_unix_dir *dir = opened(folder_of("turns", FILES));
  lwt_t *reads[READS];
  int seen[FILES + 2] = {0}, ends = 0;
  for (int i = 0; i < READS; i++) reads[i] = lwt_unix_readdir_n(dir, 2);
  for (int i = 0; i < READS; i++) {
    struct lwt_values *names = lwt_value_of(ran(reads[i]));
    for (size_t k = 0; names != NULL && k < names->len; k++) {
      int number = FILES;
      sscanf(((struct lwt_string *)names->data[k])->data, "file-%d", &number);
      seen[number]++;
    }
    ends += names != NULL && names->len < 2;
    lwt_release(reads[i]);
  }
  for (int i = 0; i < FILES; i++) CHECK_INT(seen[i], 1);
  CHECK_INT(seen[FILES], 2); /* "." and ".." */
  CHECK_INT(ends, READS - (FILES + 2) / 2);
  lwt_unix_dir_release(dir);
}

TEST(cancelling_a_read_loses_no_name) {
  lwt_unix_dir *dir = opened(folder_of("no-loss", 50));
  int seen = 0;
  for (int i = 0; i < 40; i++) {
    lwt_t *p = i % 2 ? lwt_unix_readdir(dir) : lwt_unix_readdir_n(dir, 60);
    if (i % 3) sleep_ms(1);
    lwt_cancel(p);
    CHECK(lwt_state(p) != LWT_SLEEP);
    seen += lwt_state(p) == LWT_RETURN; /* one that was at hand */
    lwt_release(p);
  }
  CHECK_INT(seen + count_names(lwt_unix_readdir_n(dir, 1000)), 52);
  lwt_unix_dir_release(dir);
}

TEST(cancelling_one_who_waits_leaves_the_turn_to_the_next) {
  lwt_unix_dir *dir = opened(folder_of("queue", 5));
  lwt_t *a = lwt_unix_rewinddir(dir), *b = lwt_unix_readdir_n(dir, 3), *c = lwt_unix_readdir_n(dir, 3);
  lwt_cancel(b);
  CHECK_FAILS(b, LWT_CANCELED);
  CHECK_GIVES(a, 0);
  CHECK_INT(count_names(c), 3);
  lwt_unix_dir_release(dir);
}

static lwt_unix_dir *reentered;
static lwt_t *close_it(lwt_value value, void *env) {
  (void)value, (void)env;
  return lwt_unix_closedir(reentered);
}
TEST(closing_in_the_callback_of_a_read_fails_those_who_wait) {
  reentered = opened(folder_of("reentered", 5));
  lwt_t *first = lwt_unix_readdir(reentered);
  lwt_t *closed = lwt_bind(first, close_it, NULL, NULL), *second = lwt_unix_readdir_n(reentered, 10);
  CHECK_GIVES(closed, 0);
  CHECK_ERRNO(second, EBADF, "readdir_n", "");
  lwt_unix_dir_release(reentered);
}

TEST(closing_while_a_read_is_under_way) {
  lwt_unix_dir *dir = opened(folder_of("under-way", 5));
  lwt_t *read = lwt_unix_readdir(dir), *rewind = lwt_unix_rewinddir(dir);
  lwt_t *close = lwt_unix_closedir(dir);
  CHECK_ERRNO(read, EBADF, "readdir", "");
  CHECK_ERRNO(rewind, EBADF, "rewinddir", "");
  CHECK_GIVES(close, 0);
  lwt_unix_dir_release(dir);
}

TEST(releasing_the_handle_while_a_read_waits_does_not_take_it_away) {
  lwt_unix_dir *dir = opened(folder_of("held", 5));
  lwt_t *read = lwt_unix_readdir_n(dir, 100);
  lwt_unix_dir_release(dir);
  CHECK_INT(count_names(read), 7);
}

TEST(a_closing_that_is_cancelled_closes) {
  int before = open_descriptors();
  lwt_unix_dir *dir = opened(folder_of("closing", 1));
  lwt_t *p = lwt_unix_closedir(dir);
  lwt_cancel(p);
  CHECK_REFUSED(p, LWT_CANCELED);
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
  CHECK_ERRNO(lwt_unix_readdir(dir), EBADF, "readdir", "");
  CHECK_INT(open_descriptors(), before);
  lwt_unix_dir_release(dir);
}

static void *other_thread(void *dir) {
  CHECK_INT(kind_of(ran(lwt_unix_readdir(dir))), LWT_WRONG_THREAD);
  return NULL;
}
TEST(another_thread_is_told_that_it_is_the_wrong_one) {
  pthread_t thread;
  lwt_unix_dir *dir = opened(folder_of("thread", 1));
  CHECK(pthread_create(&thread, NULL, other_thread, dir) == 0);
  pthread_join(thread, NULL);
  lwt_unix_dir_release(dir);
}

/* ------------------------------------------------------------- stream --- */
static int count_stream(lwt_stream *stream) {
  lwt_t *p = ran(lwt_stream_to_list(stream));
  int count = kind_of(p) == LWT_OK ? (int)((struct lwt_values *)lwt_value_of(p))->len : -kind_of(p);
  lwt_release(p);
  return count;
}

TEST(the_files_of_a_directory_are_a_stream_of_all_names) {
  int before = open_descriptors();
  long files = scaled(2500) < 30 ? 30 : scaled(2500);
  lwt_stream *stream = lwt_unix_files_of_directory(folder_of("stream", (int)files));
  CHECK_INT(count_stream(stream), files + 2);
  CHECK_INT(open_descriptors(), before); /* closed at the end */
  lwt_stream_release(stream);
}

TEST(a_stream_that_is_dropped_closes_its_directory) {
  int before = open_descriptors();
  lwt_stream *stream = lwt_unix_files_of_directory(folder_of("half", 10));
  lwt_t *p = ran(lwt_stream_next(stream));
  CHECK_INT(kind_of(p), LWT_OK);
  lwt_release(p);
  CHECK_INT(open_descriptors(), before + 1);
  lwt_stream_release(stream);
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
  turns(2);
  CHECK_INT(open_descriptors(), before);
}

TEST(the_stream_of_a_directory_that_is_not_there_fails_and_may_be_asked_again) {
  const char *path = in_folder("comes-later");
  lwt_stream *stream = lwt_unix_files_of_directory(path);
  CHECK_ERRNO(lwt_stream_next(stream), ENOENT, "opendir", path);
  folder_of("comes-later", 3);
  CHECK_INT(count_stream(stream), 5);
  lwt_stream_release(stream);
  CHECK_PTR(lwt_unix_files_of_directory(NULL), NULL);
}

/* ------------------------------------------------------------ entries --- */
TEST(a_whole_directory_is_one_value) {
  const char *path = folder_of("whole", 20);
  CHECK(symlink("nowhere", in_folder("whole/link")) == 0);
  CHECK(mkdir(in_folder("whole/folder"), 0700) == 0);
  lwt_t *p = ran(lwt_unix_entries_of_directory(path));
  struct lwt_unix_entries *all = lwt_take(p);
  CHECK_INT(all->len, 22);
  int files = 0;
  for (size_t i = 0; i < all->len; i++) {
    struct stat stat_;
    char one[1100];
    snprintf(one, sizeof one, "%s/%s", path, all->data[i].name);
    CHECK(lstat(one, &stat_) == 0);
    CHECK_INT(all->data[i].ino, stat_.st_ino);
    CHECK(all->data[i].kind == DT_UNKNOWN || all->data[i].kind == IFTODT(stat_.st_mode));
    files += strncmp(all->data[i].name, "file-", 5) == 0;
  }
  CHECK_INT(files, 20);
  free(all);
  CHECK_ERRNO(lwt_unix_entries_of_directory(in_folder("nowhere")), ENOENT, "opendir",
              in_folder("nowhere"));
  CHECK_REFUSED(lwt_unix_entries_of_directory(NULL), INVALID);
}

TEST(an_empty_directory_has_no_entries) {
  lwt_t *p = ran(lwt_unix_entries_of_directory(folder_of("empty", 0)));
  CHECK_INT(((struct lwt_unix_entries *)lwt_value_of(p))->len, 0);
  lwt_release(p);
}
