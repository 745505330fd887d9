/* Files of text: channels over them, and streams of their lines and characters. */
#include "folder.h"
#undef CHECK_TEXT /* io_kit.h has another */
#include "text_kit.h"

static const char *content(const char *path) {
  static char text[256];
  FILE *file = fopen(path, "r");
  size_t n = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
  text[n] = 0;
  if (file != NULL) fclose(file);
  return text;
}

TEST(lines_and_characters_go_to_files_and_come_from_them_in_an_encoding) {
  static const char *const lines[] = {"\303\251t\303\251", "x"}, *const chars[] = {"\303\251", "\n"};
  const char *path = in_folder("lines");
  CHECK_RUN(lwt_text_lines_to_file(path, "latin1", LWT_TEXT_STRICT, texts(lines, 2)), 0);
  CHECK_STR(content(path), "\351t\351\nx\n");
  lwt_stream *s = lwt_text_lines_of_file(path, "ISO-8859-1", LWT_TEXT_STRICT);
  CHECK_TEXT(lwt_stream_next(s), "\303\251t\303\251");
  CHECK_TEXT(lwt_stream_next(s), "x");
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_EMPTY);
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
  CHECK_RUN(lwt_text_chars_to_file(path, "latin1", LWT_TEXT_LOOSE, texts(chars, 2)), 0);
  CHECK_STR(content(path), "\351\n");
  s = lwt_text_chars_of_file(path, "latin1", LWT_TEXT_LOOSE);
  CHECK_TEXT(lwt_stream_next(s), "\303\251");
  CHECK_TEXT(lwt_stream_next(s), "\n");
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_EMPTY);
  lwt_stream_release(s);
}

static int dropped;
static void drop(void *env) { (void)env, dropped++; }
static lwt_t *write_word(const lwt_text_channel *c, void *env) {
  return lwt_text_write_line(c, (const char *)env, strlen((const char *)env));
}
static lwt_t *read_word(const lwt_text_channel *c, void *env) {
  return (void)env, lwt_text_read_line(c);
}

TEST(a_file_is_open_while_a_function_has_its_channel) {
  const char *path = in_folder("with");
  static char word[] = "J\303\251r";
  dropped = 0;
  CHECK_RUN(lwt_text_with_file(LWT_IO_OUTPUT, path, LWT_IO_DEFAULT, 0600, 0, "ISO-8859-1",
                               LWT_TEXT_STRICT, write_word, word, drop), 0);
  CHECK_STR(content(path), "J\351r\n");
  CHECK_TEXT(lwt_text_with_file(LWT_IO_INPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0, "ISO-8859-1",
                                LWT_TEXT_STRICT, read_word, NULL, drop), "J\303\251r");
  CHECK_INT(dropped, 2);
}

TEST(an_opened_channel_is_the_callers) {
  const char *path = file_with("open", "\303\251\n");
  lwt_t *p = lwt_text_open_file(LWT_IO_INPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 64, "UTF-8",
                                LWT_TEXT_LOOSE);
  lwt_main_run_until(p);
  lwt_text_channel *c = (lwt_text_channel *)lwt_take(p);
  CHECK_TEXT(lwt_text_read_line(c), "\303\251");
  CHECK_RUN(lwt_text_close(c), 0);
  CHECK_RUN_FAILS(lwt_text_read_line(c), LWT_CLOSED);
  lwt_text_channel_release(c);
}

TEST(what_can_not_be_opened_and_bad_arguments_fail) {
  const char *none = in_folder("none");
  dropped = 0;
  CHECK_RUN_FAILS(lwt_text_open_file(LWT_IO_INPUT, none, LWT_IO_DEFAULT, 0, 0, NULL, 0), LWT_UNIX_ERROR);
  CHECK_FAILS(lwt_text_open_file(LWT_IO_INPUT, NULL, LWT_IO_DEFAULT, 0, 0, NULL, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_open_file(7, none, LWT_IO_DEFAULT, 0, 0, NULL, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_open_file(LWT_IO_INPUT, none, LWT_IO_DEFAULT, 0, 0, "no such", 0),
              LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_open_file(LWT_IO_INPUT, none, LWT_IO_DEFAULT, 0, 0, NULL, 3),
              LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_with_file(LWT_IO_INPUT, none, LWT_IO_DEFAULT, 0, 0, "no such", 0, read_word,
                                 NULL, drop), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_with_file(LWT_IO_INPUT, none, LWT_IO_DEFAULT, 0, 0, NULL, 0, NULL, NULL, drop),
              LWT_INVALID_ARGUMENT);
  CHECK_INT(dropped, 2);
  CHECK_PTR(lwt_text_lines_of_file(NULL, NULL, 0), NULL);
  CHECK_PTR(lwt_text_lines_of_file(none, "no such", 0), NULL);
  CHECK_PTR(lwt_text_chars_of_file(none, NULL, -1), NULL);
  CHECK_FAILS(lwt_text_lines_to_file(NULL, NULL, 0, texts(NULL, 0)), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_text_chars_to_file(none, NULL, 0, NULL), LWT_INVALID_ARGUMENT);
  lwt_stream *s = lwt_text_lines_of_file(none, NULL, 0);
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_UNIX_ERROR);
  CHECK_RUN_FAILS(lwt_stream_next(s), LWT_UNIX_ERROR);
  lwt_stream_release(s);
}
