/* Completion and lists in columns; commands and their names. */
#include "lines.h"

#define N(words) (sizeof words / sizeof words[0])

TEST(lookup_gives_the_longest_common_prefix_in_whole_characters) {
  static const char *const words[] = {"日本語", "日本人", "x"};
  struct lwt_read_line_completion *it = lwt_read_line_lookup("日", words, N(words));
  CHECK_STR(it->before, "日本");
  CHECK_STR(it->after, "");
  CHECK_INT(it->n, 2);
  CHECK_STR(it->words[0], "日本人");
  lwt_read_line_completion_release(it);
  it = lwt_read_line_lookup("nothing", words, N(words));
  CHECK_STR(it->before, "");
  CHECK_INT(it->n, 0);
  lwt_read_line_completion_release(it);
  it = lwt_read_line_lookup("", NULL, 0);
  CHECK_INT(it->n, 0);
  lwt_read_line_completion_release(it);
}

TEST(a_completion_can_be_put_together_by_hand) {
  static const char *const words[] = {"b", "a"};
  struct lwt_read_line_completion *it = lwt_read_line_completion_create("x", "y", words, 2);
  CHECK_STR(it->before, "x");
  CHECK_STR(it->after, "y");
  CHECK_STR(it->words[0], "b");
  CHECK_STR(it->words[1], "a");
  lwt_read_line_completion_release(it);
  lwt_read_line_completion_release(NULL);
}

TEST(what_is_null_gives_null) {
  static const char *const bad[] = {"a", NULL};
  CHECK_PTR(lwt_read_line_lookup(NULL, bad, 1), NULL);
  CHECK_PTR(lwt_read_line_lookup("a", bad, 2), NULL);
  CHECK_PTR(lwt_read_line_lookup("a", NULL, 2), NULL);
  CHECK_PTR(lwt_read_line_lookup("a", bad, SIZE_MAX), NULL);
  CHECK_PTR(lwt_read_line_complete(NULL, "", "", NULL, 0, NULL), NULL);
  CHECK_PTR(lwt_read_line_complete("", NULL, "", NULL, 0, NULL), NULL);
  CHECK_PTR(lwt_read_line_complete("", "", NULL, NULL, 0, NULL), NULL);
  CHECK_PTR(lwt_read_line_completion_create(NULL, "", NULL, 0), NULL);
  CHECK_PTR(lwt_read_line_completion_create("", NULL, NULL, 0), NULL);
  CHECK_PTR(lwt_read_line_format_words(80, bad, 2), NULL);
  CHECK_PTR(lwt_read_line_command_of_string(NULL), NULL);
  CHECK_PTR(lwt_read_line_command_copy(lwt_read_line_do(42)), NULL);
  CHECK_PTR(lwt_read_line_command_copy(lwt_read_line_do(-1)), NULL);
  CHECK_PTR(lwt_read_line_command_to_string(lwt_read_line_do(42)), NULL);
  /* A text that should be there, and is not. */
  struct lwt_read_line_command command = {LWT_READ_LINE_CHAR, 5, NULL};
  CHECK_PTR(lwt_read_line_command_copy(command), NULL);
  command.action = LWT_READ_LINE_VI;
  command.text = "xy";
  command.len = 2;
  CHECK_PTR(lwt_read_line_command_copy(command), NULL);
  lwt_read_line_command_release(NULL);
}

TEST(words_are_printed_in_columns_filled_downwards) {
  static const char *const words[] = {"a", "b", "", "c", "d", "日本"};
  CHECK_LINE(lwt_read_line_format_words(12, words, N(words)), "a     d\nb     日本\nc\n");
  CHECK_LINE(lwt_read_line_format_words(0, words, 2), "a\nb\n");
  CHECK_LINE(lwt_read_line_format_words(80, words, 0), "");
  char memory[64] = "";
  lwt_io_channel *out = lwt_io_of_bytes(LWT_IO_OUTPUT, memory, sizeof memory, NULL);
  CHECK_GIVES(lwt_read_line_print_words(out, 4, words, 2), 0);
  CHECK_GIVES(lwt_io_flush(out), 0);
  CHECK_STR(memory, "a b\n");
  static const char *const bad[] = {NULL};
  CHECK_REFUSED(lwt_read_line_print_words(out, 4, bad, 1), LWT_INVALID_ARGUMENT);
  CHECK_REFUSED(lwt_read_line_print_words(NULL, 4, words, 1), LWT_INVALID_ARGUMENT);
  CHECK_GIVES(lwt_io_close(out), 0);
  lwt_io_channel_release(out);
}

TEST(every_command_has_a_name_which_leads_back_to_it) {
  int n = 0;
  for (struct lwt_string *name; (name = lwt_read_line_command_name((size_t)n)) != NULL; n++) {
    struct lwt_read_line_command *command = lwt_read_line_command_of_string(name->data);
    CHECK_LINE(lwt_read_line_command_to_string(*command), name->data);
    CHECK_INT(command->len, 0);
    lwt_read_line_command_release(command);
    lwt_string_release(name);
  }
  CHECK_INT(n, 40);
  CHECK_PTR(lwt_read_line_command_of_string("fly"), NULL);
  CHECK_LINE(lwt_read_line_command_to_string(lwt_read_line_do(LWT_READ_LINE_HISTORY_NEXT)),
             "history-next");
  CHECK_LINE(lwt_read_line_command_to_string(lwt_read_line_char("\"x")), "Char \"\\\"x\"");
  struct lwt_read_line_command *command = lwt_read_line_command_of_string("Char \"\\n\"");
  CHECK_INT(command->action, LWT_READ_LINE_CHAR);
  CHECK_STR(command->text, "\n");
  struct lwt_read_line_command *copy = lwt_read_line_command_copy(*command);
  lwt_read_line_command_release(command);
  CHECK_STR(copy->text, "\n");
  CHECK_INT(copy->len, 1);
  lwt_read_line_command_release(copy);
}
