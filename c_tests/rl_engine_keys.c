/* Keys and the commands that they give: every one that Lwt names, and what a program
 * makes of the tables. */
#include "lines.h"

/* A key as a terminal sends it. */
static struct lwt_term_key pressed(const char *bytes) {
  struct lwt_term_key key;
  memset(&key, 0, sizeof key);
  CHECK_INT(lwt_term_decode_key(bytes, strlen(bytes), &key), LWT_OK);
  return key;
}
#define CHECK_KEY(bytes, want) check_key(__FILE__, __LINE__, bytes, want)
static void check_key(const char *file, int line, const char *bytes, const char *want) {
  struct lwt_read_line_command *command = lwt_read_line_command_of_key(pressed(bytes));
  struct lwt_string *name = command != NULL ? lwt_read_line_command_to_string(*command) : NULL;
  check_str(file, line, bytes, name != NULL ? name->data : NULL, want);
  lwt_string_release(name);
  lwt_read_line_command_release(command);
}

TEST(the_keys_of_lwt_give_its_commands) {
  static const char *const keys[][2] = {
      {"\x1b[A", "history-previous"}, {"\x1bOB", "history-next"}, {"\x1b[C", "forward-char"},
      {"\x1b[D", "backward-char"}, {"\x1b[H", "beginning-of-line"}, {"\x1b[F", "end-of-line"},
      {"\x01", "beginning-of-line"}, {"\x05", "end-of-line"}, {"\x1b[2~", "insert"},
      {"\x1b[3~", "forward-delete-char"}, {"\x04", "delete-char-or-list"},
      {"\x08", "backward-delete-word"}, {"\t", "complete"}, {"\n", "accept-line"},
      {"\r", "accept-line"}, {"\x0b", "kill-line"}, {"\x15", "backward-kill-line"},
      {"\x0c", "clear-screen"}, {"\x12", "backward-search"}, {"\x17", "cut"},
      {"\x1bw", "copy"}, {"\x19", "paste"}, {"\x1f", "undo"}, {"\x7f", "backward-delete-char"},
      {"\x1bu", "uppercase"}, {"\x1bl", "lowercase"}, {"\x1b" "c", "capitalize"},
      {"\x1b[1;5C", "forward-word"}, {"\x1bOc", "forward-word"}, {"\x1b[1;5D", "backward-word"},
      {"\x1b[3;5~", "forward-delete-word"}, {"\x1b[1;3A", "complete-up"},
      {"\x1b[1;3B", "complete-down"}, {"\x1b[1;3C", "complete-right"},
      {"\x1b[1;3D", "complete-left"}, {"\x1b[1;3H", "complete-first"},
      {"\x1b[1;3F", "complete-last"}, {"\x1b\t", "meta-complete"}, {"\x1b\n", "Char \"\\n\""},
      {"\x0e", "backward-char"}, {"\x10", "forward-char"},
      /* Ours. */
      {"\x13", "forward-search"}, {"\x03", "break"},
      /* A character is itself, and what is unknown is nothing. */
      {"x", "Char \"x\""}, {"日", "Char \"日\""}, {"\x1bq", "nop"}, {"\x1b[15~", "nop"},
      {"\x1b[9999z", "nop"}, {"\x18", "nop"},
  };
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) CHECK_KEY(keys[i][0], keys[i][1]);
  struct lwt_term_key mark = {.kind = LWT_TERM_CONTROL, .number = '@'};
  struct lwt_read_line_command *command = lwt_read_line_command_of_key(mark);
  CHECK_INT(command->action, LWT_READ_LINE_SET_MARK);
  lwt_read_line_command_release(command);
}

TEST(a_key_is_bound_to_another_command_and_back) {
  struct lwt_term_key n = pressed("\x0e"), q = pressed("q");
  CHECK_INT(lwt_read_line_bind(LWT_READ_LINE_EMACS_KEYS, n,
                               lwt_read_line_do(LWT_READ_LINE_HISTORY_NEXT)), LWT_OK);
  CHECK_INT(lwt_read_line_bind(LWT_READ_LINE_EMACS_KEYS, q, lwt_read_line_char("quit")), LWT_OK);
  CHECK_KEY("\x0e", "history-next");
  CHECK_KEY("q", "Char \"quit\"");
  CHECK_INT(lwt_read_line_unbind(LWT_READ_LINE_EMACS_KEYS, n), LWT_OK);
  CHECK_INT(lwt_read_line_unbind(LWT_READ_LINE_EMACS_KEYS, n), LWT_OK);
  CHECK_KEY("\x0e", "nop");
  CHECK_INT(lwt_read_line_unbind(LWT_READ_LINE_EMACS_KEYS, q), LWT_OK);
  CHECK_KEY("q", "Char \"q\"");
  lwt_read_line_reset_keys();
  CHECK_KEY("\x0e", "backward-char");
}

TEST(the_tables_can_be_read) {
  size_t n = 0;
  bool found = false;
  struct lwt_term_key key;
  for (struct lwt_read_line_command *command;
       (command = lwt_read_line_binding(LWT_READ_LINE_EMACS_KEYS, n, &key)) != NULL; n++) {
    struct lwt_read_line_command *same = lwt_read_line_command_of_key(key);
    CHECK_INT(same->action, command->action);
    if (key.kind == LWT_TERM_CONTROL && key.number == 'k' && key.modifiers == 0)
      found = command->action == LWT_READ_LINE_KILL_LINE;
    lwt_read_line_command_release(same);
    lwt_read_line_command_release(command);
  }
  CHECK(n > 40);
  CHECK(found);
  lwt_read_line_command_release(lwt_read_line_binding(LWT_READ_LINE_VI_NORMAL_KEYS, 0, NULL));
  CHECK_PTR(lwt_read_line_binding(3, 0, &key), NULL);
  CHECK_PTR(lwt_read_line_binding(0, SIZE_MAX, &key), NULL);
}

TEST(bad_tables_keys_and_commands_are_told) {
  struct lwt_term_key q = pressed("q"), bad = {.kind = 99};
  struct lwt_read_line_command nop = lwt_read_line_do(LWT_READ_LINE_NOP);
  CHECK_INT(lwt_read_line_bind(3, q, nop), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_bind(-1, q, nop), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_bind(0, bad, nop), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_bind(0, q, lwt_read_line_do(99)), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_unbind(3, q), LWT_INVALID_ARGUMENT);
  CHECK_PTR(lwt_read_line_command_of_key(bad), NULL);
  CHECK_PTR(lwt_read_line_engine_command(NULL, q), NULL);
}

static void press(const char *bytes) {
  struct lwt_read_line_command *command = lwt_read_line_engine_command(state, pressed(bytes));
  take(lwt_read_line_engine_update(state, *command, clipboard));
  lwt_read_line_command_release(command);
}
TEST(control_g_leaves_a_search_and_is_nothing_else) {
  OVER("abc");
  press("\x07");
  CHECK_SHOWS("|");
  press("\x12");
  press("b");
  press("\x07");
  press("!");
  CHECK_SHOWS("abc!|");
  end();
}

TEST(in_vi_a_key_depends_on_the_mode) {
  OVER("old text");
  const char *const lines[] = {"old text", NULL};
  lwt_history *history = history_of(lines);
  take(lwt_read_line_engine_init_vi(history));
  lwt_history_release(history);
  press("x");
  press("y");
  CHECK_SHOWS("xy|");
  press("\x1b");
  press("x");
  CHECK_SHOWS("|x");
  press("/");
  press("o");
  press("\n"); /* ends the search, and accepts nothing */
  CHECK_SHOWS("old tex|t");
  struct lwt_read_line_command *command = lwt_read_line_engine_command(state, pressed("\n"));
  CHECK_INT(command->action, LWT_READ_LINE_ACCEPT_LINE);
  lwt_read_line_command_release(command);
  end();
}
