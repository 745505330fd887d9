/* Channels over files, files as streams, pipes. */
#include "folder.h"

static lwt_t *opened_file(int mode, const char *path) {
  return ran(lwt_io_open_file(mode, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0));
}
static char *content(const char *path) {
  static char text[4096];
  FILE *file = fopen(path, "r");
  text[0] = '\0';
  if (CHECK(file != NULL)) {
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
  }
  return text;
}

TEST(a_file_is_written_and_read) {
  const char *path = in_folder("file");
  struct stat stat_;
  mode_t before = umask(0);
  lwt_io_channel *out = lwt_take(opened_file(LWT_IO_OUTPUT, path));
  umask(before);
  CHECK_GIVES(lwt_io_write(out, "one\ntwo\n", 8), 0);
  CHECK_GIVES(lwt_io_close(out), 0);
  lwt_io_channel_release(out);
  CHECK_STR(content(path), "one\ntwo\n");
  CHECK(stat(path, &stat_) == 0);
  CHECK_INT(stat_.st_mode & 0777, 0666);
  lwt_io_channel *in = lwt_take(opened_file(LWT_IO_INPUT, path));
  CHECK_TEXT(lwt_io_read_line(in), "one");
  CHECK_TEXT(lwt_io_read_line(in), "two");
  CHECK_REFUSED(lwt_io_read_line(in), LWT_END_OF_FILE);
  CHECK_GIVES(lwt_io_close(in), 0);
  lwt_io_channel_release(in);
}
TEST(opening_for_output_cuts_and_given_flags_are_used_exactly) {
  const char *path = file_with("cut", "old content");
  lwt_io_channel *out = lwt_take(opened_file(LWT_IO_OUTPUT, path));
  CHECK_GIVES(lwt_io_close(out), 0);
  lwt_io_channel_release(out);
  CHECK_STR(content(path), "");
  path = file_with("append", "a");
  out = lwt_take(ran(lwt_io_open_file(LWT_IO_OUTPUT, path, O_WRONLY | O_APPEND, 0, 0)));
  CHECK_GIVES(lwt_io_write(out, "b", 1), 0);
  CHECK_GIVES(lwt_io_close(out), 0);
  lwt_io_channel_release(out);
  CHECK_STR(content(path), "ab");
  const char *none = in_folder("none");
  CHECK_ERRNO(lwt_io_open_file(LWT_IO_OUTPUT, none, O_WRONLY, 0600, 0), ENOENT, "open", none);
}
TEST(what_can_not_be_opened_says_why) {
  const char *none = in_folder("nowhere");
  CHECK_ERRNO(opened_file(LWT_IO_INPUT, none), ENOENT, "open", none);
  CHECK_REFUSED(lwt_io_open_file(LWT_IO_INPUT, NULL, 0, 0, 0), INVALID);
  CHECK_REFUSED(lwt_io_open_file(7, none, 0, 0, 0), INVALID);
  CHECK_REFUSED(lwt_io_open_file(LWT_IO_INPUT, none, 0, 1 << 20, 0), INVALID);
  CHECK_REFUSED(lwt_io_open_file(LWT_IO_INPUT, none, 0, 0, 3), INVALID);
}

/* ------------------------------------------------------------ with_file --- */
static const lwt_io_channel *lent;
static lwt_u *later;
static lwt_t *write_it(const lwt_io_channel *channel, void *env) {
  lent = channel;
  if (env != NULL) ((struct env *)env)->ran++;
  return lwt_io_write(channel, "text", 4);
}
static lwt_t *fail_it(const lwt_io_channel *channel, void *env) {
  (void)env;
  lent = channel;
  lwt_release(lwt_io_write(channel, "half", 4));
  return lwt_fail(exn(LWT_FULL));
}
static lwt_t *close_it(const lwt_io_channel *channel, void *env) {
  (void)env;
  return lwt_io_close(channel);
}
static lwt_t *wait_with_it(const lwt_io_channel *channel, void *env) {
  (void)env;
  lent = channel;
  return lwt_task(&later);
}
static lwt_t *with_out(const char *path, lwt_io_file_fn f, struct env *env) {
  lent = NULL;
  return lwt_io_with_file(LWT_IO_OUTPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0, f, env,
                          env != NULL ? env_drop : NULL);
}
TEST(with_file_closes_whatever_happens) {
  const char *path = in_folder("with");
  ENV(env);
  CHECK_GIVES(with_out(path, write_it, &env), 0);
  CHECK_ENV(env, 1, 1);
  CHECK_STR(content(path), "text");
  CHECK_REFUSED(lwt_io_write(lent, "x", 1), INVALID); /* the handle was lent */
  CHECK_REFUSED(with_out(path, fail_it, NULL), LWT_FULL);
  CHECK_STR(content(path), "half");
  CHECK_GIVES(with_out(path, close_it, NULL), 0);
  lwt_t *p = with_out(path, wait_with_it, NULL);
  WAIT_UNTIL(lent != NULL);
  lwt_cancel(p);
  CHECK_REFUSED(p, LWT_CANCELED);
  lwt_wakener_forget(later);
}
TEST(with_file_of_no_file_or_no_function) {
  ENV(env);
  CHECK_REFUSED(with_out(in_folder("no/such/folder"), write_it, &env), LWT_UNIX_ERROR);
  CHECK_ENV(env, 0, 1);
  CHECK_REFUSED(with_out(in_folder("with"), NULL, &env), INVALID);
  CHECK_ENV(env, 0, 2);
  CHECK_REFUSED(with_out(NULL, write_it, &env), INVALID);
  CHECK_ENV(env, 0, 3);
}

/* -------------------------------------------------------------- streams --- */
static int open_descriptors(void) {
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(fd);
  return fd; /* the lowest that is free */
}
TEST(the_lines_of_a_file_are_a_stream) {
  const char *path = file_with("lines", "one\r\ntwo\nthree");
  int before = open_descriptors();
  lwt_stream *lines = lwt_io_lines_of_file(path);
  CHECK_TEXT(lwt_stream_next(lines), "one");
  CHECK_TEXT(lwt_stream_next(lines), "two");
  CHECK_TEXT(lwt_stream_next(lines), "three");
  CHECK_REFUSED(lwt_stream_next(lines), LWT_EMPTY);
  CHECK_INT(open_descriptors(), before); /* closed at the end */
  CHECK_REFUSED(lwt_stream_next(lines), LWT_EMPTY);
  lwt_stream_release(lines);
  lines = lwt_io_lines_of_file(path);
  CHECK_TEXT(lwt_stream_next(lines), "one");
  lwt_stream_release(lines); /* dropped in the midst of it */
  CHECK_GIVES(lwt_unix_wait_for_jobs(), 0);
  turns(3);
  CHECK_INT(open_descriptors(), before);
}
TEST(a_file_that_comes_later_is_read_later) {
  const char *path = in_folder("later");
  lwt_stream *lines = lwt_io_lines_of_file(path);
  CHECK_ERRNO(lwt_stream_next(lines), ENOENT, "open", path);
  file_with("later", "here\n");
  CHECK_TEXT(lwt_stream_next(lines), "here");
  lwt_stream_release(lines);
  CHECK_PTR(lwt_io_lines_of_file(NULL), NULL);
  CHECK_PTR(lwt_io_chars_of_file(NULL), NULL);
}
TEST(many_lines_go_from_file_to_file) {
  const char *from = in_folder("many"), *to = in_folder("copy");
  FILE *file = fopen(from, "w");
  for (int i = 0; i < 3000; i++) fprintf(file, "line %d of many\n", i);
  fclose(file);
  CHECK_GIVES(lwt_io_lines_to_file(to, lwt_io_lines_of_file(from)), 0);
  char command[2100];
  snprintf(command, sizeof command, "cmp %s %s", from, to);
  CHECK_INT(system(command), 0);
  to = in_folder("chars");
  from = file_with("few", "a\0b is \xff");
  CHECK_GIVES(lwt_io_chars_to_file(to, lwt_io_chars_of_file(from)), 0);
  CHECK_STR(content(to), "a");
}
TEST(what_can_not_be_written_says_so) {
  const char *none = in_folder("no/such/folder");
  CHECK_ERRNO(lwt_io_lines_to_file(none, lwt_io_lines_of_file(none)), ENOENT, "open", none);
  CHECK_REFUSED(lwt_io_lines_to_file(in_folder("x"), NULL), INVALID);
  CHECK_REFUSED(lwt_io_lines_to_file(NULL, lwt_io_lines_of_file(none)), INVALID);
  CHECK_REFUSED(lwt_io_chars_to_file(in_folder("x"), NULL), INVALID);
  CHECK_ERRNO(lwt_io_lines_to_file(in_folder("x"), lwt_io_lines_of_file(none)), ENOENT, "open",
              none);
}

/* --------------------------------------------------------------- others --- */
TEST(the_length_of_a_file_and_of_what_has_none) {
  const char *folder_ = in_folder(""), *none = in_folder("nowhere");
  CHECK_GIVES(lwt_io_file_length(file_with("length", "1234567")), 7);
  CHECK_ERRNO(lwt_io_file_length(folder_), EISDIR, "file_length", folder_);
  CHECK_ERRNO(lwt_io_file_length(none), ENOENT, "file_length", none);
  CHECK_REFUSED(lwt_io_file_length(NULL), INVALID);
}
TEST(what_goes_into_a_pipe_comes_out) {
  lwt_t *p = lwt_io_pipe(true, 0, 64);
  CHECK_STATE(p, LWT_RETURN);
  struct lwt_values *ends = lwt_value_of(p);
  lwt_t *line = lwt_io_read_line(ends->data[0]);
  CHECK_GIVES(lwt_io_write_line(ends->data[1], "hello", 5), 0);
  CHECK_TEXT(line, "hello");
  CHECK_GIVES(lwt_io_close(ends->data[1]), 0);
  CHECK_REFUSED(lwt_io_read_line(ends->data[0]), LWT_END_OF_FILE);
  CHECK_GIVES(lwt_io_close(ends->data[0]), 0);
  lwt_release(p);
  CHECK_REFUSED(lwt_io_pipe(true, 3, 0), INVALID);
}
TEST(deleting_what_is_no_directory) {
  const char *file = file_with("plain", ""), *none = in_folder("nowhere");
  const char *link = in_folder("link"), *name = "delete_recursively";
  CHECK(mkdir(in_folder("target"), 0700) == 0 && symlink("target", link) == 0);
  CHECK_ERRNO(lwt_io_delete_recursively(file), ENOTDIR, name, file);
  CHECK_ERRNO(lwt_io_delete_recursively(none), ENOENT, name, none);
  CHECK_ERRNO(lwt_io_delete_recursively(link), ENOTDIR, name, link);
  CHECK(access(in_folder("target"), F_OK) == 0);
  CHECK_REFUSED(lwt_io_delete_recursively(NULL), INVALID);
}
