/* History: what is added, and its file. */
#include "lines.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/file.h>

static lwt_history *of(const char *a, const char *b, const char *c) {
  const char *lines[4] = {a, b, c, NULL};
  return history_of(lines);
}
/* The lines, the newest first, with spaces between. */
#define CHECK_HISTORY(history, want) check_history(__FILE__, __LINE__, history, want)
static void check_history(const char *file, int line, const lwt_history *history, const char *want) {
  char all[1024] = "";
  for (size_t n = 0; n < lwt_history_length(history); n++) {
    struct lwt_string *entry = lwt_history_entry(history, n);
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", n ? " " : "", entry->data);
    lwt_string_release(entry);
  }
  check_str(file, line, "the history", all, want);
}
static lwt_history *loaded(const char *path, size_t max, bool unique) {
  lwt_t *p = ran(lwt_read_line_load_history(path, max, unique));
  CHECK_STATE(p, LWT_RETURN);
  return (lwt_history *)lwt_take(p);
}
#define CHECK_FILE(path, want) check_file(__FILE__, __LINE__, path, want)
static void check_file(const char *file, int line, const char *path, const char *want) {
  char text[1024] = "";
  FILE *stream = fopen(path, "r");
  if (stream != NULL) {
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    fclose(stream);
  }
  check_str(file, line, path, text, want);
}
static void save(const char *path, const lwt_history *history) {
  CHECK_GIVES(lwt_read_line_save_history(path, history), 0);
}

TEST(the_newest_comes_first_and_blank_lines_and_repeats_are_dropped) {
  lwt_history *history = of("a", "a", "b");
  CHECK_INT(lwt_read_line_add_entry(" \t\n", history), LWT_OK);
  CHECK_INT(lwt_read_line_add_entry("", history), LWT_OK);
  CHECK_INT(lwt_read_line_add_entry("a", history), LWT_OK);
  CHECK_HISTORY(history, "a b a");
  CHECK_PTR(lwt_history_entry(history, 3), NULL);
  CHECK_PTR(lwt_history_entry(history, SIZE_MAX), NULL);
  CHECK_INT(lwt_read_line_add_entry(NULL, history), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_add_entry("x", NULL), LWT_INVALID_ARGUMENT);
  lwt_history_release(history);
  CHECK_INT(lwt_read_line_add_entry("x", history), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_history_length(history), 0);
}

TEST(a_history_can_be_bounded_and_without_duplicates) {
  lwt_history *history = lwt_history_create(2, true);
  for (const char *line = "abcbb"; *line != '\0'; line++) {
    char text[2] = {*line, '\0'};
    lwt_read_line_add_entry(text, history);
  }
  CHECK_HISTORY(history, "b c");
  lwt_history_release(history);
}

TEST(a_file_that_is_missing_is_an_empty_history) {
  lwt_history *history = loaded(in_folder("missing"), 0, false);
  CHECK_INT(lwt_history_length(history), 0);
  lwt_history_release(history);
}

TEST(lines_come_back_from_the_file_with_newlines_and_backslashes) {
  const char *path = in_folder("escaped");
  lwt_history *history = of("two\nlines", "back\\slash\\n", "日本");
  save(path, history);
  CHECK_FILE(path, "two\\nlines\nback\\\\slash\\\\n\n日本\n");
  lwt_history *again = loaded(path, 0, false);
  CHECK_HISTORY(again, "日本 back\\slash\\n two\nlines");
  struct stat stat_;
  CHECK_INT(stat(path, &stat_), 0);
  CHECK_INT(stat_.st_mode & 07777, 0600);
  lwt_history_release(history);
  lwt_history_release(again);
}

TEST(saving_merges_with_the_lines_that_the_file_has_now) {
  const char *path = file_with("merged", "a\nb\n");
  lwt_history *history = loaded(path, 0, false);
  lwt_read_line_add_entry("mine", history);
  file_with("merged", "a\nb\nother\n"); /* meanwhile, somebody else */
  save(path, history);
  CHECK_FILE(path, "a\nb\nother\nmine\n");
  save(path, history); /* what was saved is not added again */
  CHECK_FILE(path, "a\nb\nother\nmine\n");
  lwt_read_line_add_entry("more", history);
  save(path, history);
  CHECK_FILE(path, "a\nb\nother\nmine\nmore\n");
  CHECK_HISTORY(history, "more mine b a");
  lwt_history_release(history);
}

TEST(the_bound_and_the_lack_of_duplicates_hold_for_the_file) {
  const char *path = file_with("bounded", "a\nb\na\nc\n");
  lwt_history *history = loaded(path, 3, true);
  CHECK_HISTORY(history, "c a b");
  lwt_read_line_add_entry("d", history);
  save(path, history);
  CHECK_FILE(path, "a\nc\nd\n");
  lwt_history_release(history);
}

TEST(what_is_not_utf8_is_read_all_the_same) {
  lwt_history *history = loaded(file_with("latin", "caf\xe9\nlast, no newline"), 0, false);
  CHECK_HISTORY(history, "last, no newline caf\xef\xbf\xbd");
  lwt_history_release(history);
}

TEST(a_symbolic_link_stays_and_a_device_is_not_replaced) {
  const char *path = file_with("target", "a\n"), *link = in_folder("link");
  CHECK_INT(symlink(path, link), 0);
  lwt_history *history = loaded(link, 0, false);
  lwt_read_line_add_entry("b", history);
  save(link, history);
  struct stat is;
  CHECK(lstat(link, &is) == 0 && S_ISLNK(is.st_mode));
  CHECK_FILE(path, "a\nb\n");
  save("/dev/null", history);
  CHECK(stat("/dev/null", &is) == 0 && S_ISCHR(is.st_mode));
  lwt_history_release(history);
}

TEST(a_symbolic_link_to_no_file_stays_and_the_file_is_made) {
  const char *target = in_folder("made"), *link = in_folder("dangling");
  CHECK_INT(symlink("made", link), 0);
  lwt_history *history = of("a", "b", NULL);
  save(link, history);
  struct stat is;
  CHECK(lstat(link, &is) == 0 && S_ISLNK(is.st_mode));
  CHECK(lstat(target, &is) == 0 && S_ISREG(is.st_mode));
  CHECK_FILE(target, "a\nb\n");
  lwt_history_release(history);
}

TEST(failures_name_the_file_and_leave_it) {
  const char *path = in_folder("no/such");
  lwt_history *history = of("a", NULL, NULL);
  CHECK_ERRNO(lwt_read_line_save_history(path, history), ENOENT, "open", path);
  CHECK_ERRNO(lwt_read_line_save_history(folder, history), EISDIR, "open", folder);
  CHECK_ERRNO(lwt_read_line_load_history(folder, 0, false), EISDIR, "read", folder);
  CHECK_REFUSED(lwt_read_line_save_history(NULL, history), LWT_INVALID_ARGUMENT);
  CHECK_REFUSED(lwt_read_line_save_history(path, NULL), LWT_INVALID_ARGUMENT);
  CHECK_REFUSED(lwt_read_line_load_history(NULL, 0, false), LWT_INVALID_ARGUMENT);
  const char *pipe = in_folder("pipe");
  CHECK_INT(mkfifo(pipe, 0600), 0);
  CHECK_ERRNO(lwt_read_line_save_history(pipe, history), ENXIO, "open", pipe);
  lwt_history_release(history);
}

TEST(a_second_process_that_saves_waits_for_the_lock_and_loses_nothing) {
  const char *path = file_with("locked", "a\n");
  int fd = open(path, O_RDWR | O_CLOEXEC);
  CHECK_INT(flock(fd, LOCK_EX), 0);
  lwt_history *history = of("a", "b", NULL);
  lwt_t *p = lwt_read_line_save_history(path, history);
  struct stat before, after;
  CHECK_INT(stat(path, &before), 0);
  lwt_release(ran(lwt_unix_sleep(0.02)));
  CHECK_SLEEPS(p);
  CHECK_INT(write(fd, "a\nthe other's\n", 14), 14);
  close(fd);
  CHECK_GIVES(p, 0);
  CHECK_FILE(path, "a\nthe other's\nb\n");
  CHECK_INT(stat(path, &after), 0);
  CHECK(before.st_ino != after.st_ino); /* replaced, not written to */
  lwt_history_release(history);
}

enum { WRITERS = 4, LINES_EACH = 8 };
static void writer(const char *path, int number) {
  lwt_history *history = lwt_history_create(0, false);
  for (int i = 0; i < LINES_EACH; i++) {
    char line[32];
    snprintf(line, sizeof line, "%d-%d", number, i);
    lwt_read_line_add_entry(line, history);
    CHECK_GIVES(lwt_read_line_save_history(path, history), 0);
  }
  lwt_history_release(history);
}
struct job {
  const char *path;
  int number;
};
static void *writes(void *job) {
  writer(((struct job *)job)->path, ((struct job *)job)->number);
  return NULL;
}
TEST(many_who_save_at_once_lose_no_line) {
  const char *path = in_folder("crowded");
  pthread_t threads[WRITERS];
  struct job jobs[WRITERS];
  for (int i = 0; i < WRITERS; i++) {
    jobs[i] = (struct job){path, i};
    pthread_create(&threads[i], NULL, writes, &jobs[i]);
  }
  for (int i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
  lwt_history *history = loaded(path, 0, false);
  CHECK_INT(lwt_history_length(history), WRITERS * LINES_EACH);
  lwt_history_release(history);
  DIR *files = opendir(folder); /* and no file is left beside */
  for (struct dirent *file; (file = readdir(files)) != NULL;)
    CHECK(strncmp(file->d_name, "crowded.", 8) != 0);
  closedir(files);
}

TEST(a_save_that_was_cancelled_before_it_began_writes_nothing) {
  const char *path = in_folder("cancelled");
  lwt_history *history = of("a", "b", NULL);
  lwt_t *p = lwt_read_line_save_history(path, history);
  lwt_cancel(p);
  ran(p); /* LWT_CANCELED, or done if a worker was faster */
  if (lwt_state(p) == LWT_FAIL) CHECK_INT(kind_of(p), LWT_CANCELED);
  lwt_release(p);
  save(path, history);
  CHECK_FILE(path, "a\nb\n");
  lwt_history_release(history);
}
