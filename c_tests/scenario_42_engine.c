/* Scenario 42, the engine: commands in all three modes at both ends of the text; the walk
 * through the history keeps the edited line; search forward, back, shrink; completion with
 * no word, one, many. */
#include "lines.h"

/* What a command makes of a text; in a selection that begins at the cursor; in a search
 * whose word is "b" over the history "abc", and none in which nothing is found. */
struct row {
  const char *name;
  const char *start, *end, *empty;    /* of "|abc", "abc|" and "|" */
  const char *selection_start, *selection_end;
};
/* Of the others nothing becomes something else. */
static const struct row rows[] = {
    {"backward-delete-char", "|abc", "ab|", "|", "|abc", "ab|"},
    {"forward-delete-char", "|bc", "abc|", "|", "|bc", "abc|"},
    {"beginning-of-line", "|abc", "|abc", "|", "|abc", "|abc"},
    {"end-of-line", "abc|", "abc|", "|", "abc|", "abc|"},
    {"kill-line", "|", "abc|", "|", "|", "abc|"},
    {"backward-kill-line", "|abc", "|", "|", "|abc", "|"},
    {"backward-delete-word", "|abc", "|", "|", "|abc", "|"},
    {"forward-delete-word", "|", "abc|", "|", "|", "abc|"},
    {"backward-char", "|abc", "ab|c", "|", "|abc", "ab|c"},
    {"forward-char", "a|bc", "abc|", "|", "a|bc", "abc|"},
    {"paste", "P|abc", "abcP|", "P|", "P|abc", "abcP|"},
    {"uppercase", "ABC|", "abc|", "|", "ABC|", "abc|"},
    {"lowercase", "abc|", "abc|", "|", "abc|", "abc|"},
    {"capitalize", "Abc|", "abc|", "|", "Abc|", "abc|"},
    {"backward-word", "|abc", "|abc", "|", "|abc", "|abc"},
    {"forward-word", "abc|", "abc|", "|", "abc|", "abc|"},
    {"delete-char-or-list", "|bc", "abc|", "|", "|bc", "abc|"},
    /* These leave no text, but a mode; the walk finds no history. */
    {"undo", "|", "|", "|", "|", "|"},
};

static void becomes(const char *text, bool select, const char *name, const char *want) {
  with(text);
  lwt_clipboard_set(clipboard, "P");
  if (select) give(LWT_READ_LINE_SET_MARK);
  struct lwt_read_line_command *command = lwt_read_line_command_of_string(name);
  CHECK(command != NULL);
  take(lwt_read_line_engine_update(state, *command, clipboard));
  lwt_read_line_command_release(command);
  int mode = lwt_read_line_engine_mode(state);
  bool searches = strstr(name, "-search") != NULL;
  bool stays = strstr(name, "backward-char") || strstr(name, "forward-char") ||
               strstr(name, "-line") || strstr(name, "-word") || strcmp(name, "nop") == 0;
  if (searches) CHECK_INT(mode, LWT_READ_LINE_SEARCH);
  if (strcmp(name, "set-mark") == 0) CHECK_INT(mode, LWT_READ_LINE_SELECTION);
  if (!searches && !stays && strcmp(name, "set-mark") != 0) CHECK_INT(mode, LWT_READ_LINE_EDITION);
  take(lwt_read_line_engine_reset(state));
  CHECK_INT(lwt_read_line_engine_mode(state), LWT_READ_LINE_EDITION);
  /* A search that ends with the line itself leaves the cursor behind it. */
  if (searches && *want != '\0') want = strcmp(text, "|") == 0 ? "|" : "abc|";
  CHECK_SHOWS(want);
}

TEST(each_command_in_edition_and_in_a_selection_at_both_ends_of_the_text) {
  for (size_t n = 0;; n++) {
    struct lwt_string *name = lwt_read_line_command_name(n);
    if (name == NULL) {
      CHECK_INT(n, 40);
      break;
    }
    struct row row = {name->data, "|abc", "abc|", "|", "|abc", "abc|"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
      if (strcmp(rows[i].name, name->data) == 0) row = rows[i];
    becomes("|abc", false, row.name, row.start);
    becomes("abc|", false, row.name, row.end);
    becomes("|", false, row.name, row.empty);
    becomes("|abc", true, row.name, row.selection_start);
    becomes("abc|", true, row.name, row.selection_end);
    lwt_string_release(name);
  }
  end();
}

TEST(each_command_in_a_search) {
  for (size_t n = 0;; n++) {
    struct lwt_string *name = lwt_read_line_command_name(n);
    if (name == NULL) break;
    struct lwt_read_line_command *command = lwt_read_line_command_of_string(name->data);
    for (int found = 0; found < 2; found++) {
      OVER("abc");
      types("xyz");
      give(LWT_READ_LINE_BACKWARD_SEARCH);
      types(found ? "bc" : "bq");
      CHECK_INT(lwt_read_line_engine_hit(state, NULL), found);
      take(lwt_read_line_engine_update(state, *command, clipboard));
      if (command->action == LWT_READ_LINE_BACKWARD_SEARCH ||
          command->action == LWT_READ_LINE_FORWARD_SEARCH || command->action == LWT_READ_LINE_NOP) {
        CHECK_INT(lwt_read_line_engine_mode(state), LWT_READ_LINE_SEARCH);
        CHECK_LINE(lwt_read_line_engine_all_input(state), found ? "abc" : "");
      } else if (command->action == LWT_READ_LINE_BACKWARD_DELETE_CHAR) {
        CHECK_LINE(lwt_read_line_engine_search_word(state), "b");
        CHECK_LINE(lwt_read_line_engine_all_input(state), "abc");
      } else { /* ends with the line that was found, and does not act */
        CHECK_INT(lwt_read_line_engine_mode(state), LWT_READ_LINE_EDITION);
        CHECK_SHOWS(found ? "abc|" : "xyz|");
      }
    }
    lwt_read_line_command_release(command);
    lwt_string_release(name);
  }
  end();
}

TEST(a_selection_is_copied_and_cut_in_both_directions) {
  with("ab|cd");
  give(LWT_READ_LINE_SET_MARK);
  give(LWT_READ_LINE_END_OF_LINE);
  CHECK_INT(lwt_read_line_engine_mark(state), 2);
  CHECK_INT(lwt_read_line_engine_cursor(state), 4);
  give(LWT_READ_LINE_COPY);
  CHECK_LINE(lwt_clipboard_get(clipboard), "cd");
  CHECK_SHOWS("abcd|");
  give(LWT_READ_LINE_SET_MARK);
  give(LWT_READ_LINE_BEGINNING_OF_LINE);
  give(LWT_READ_LINE_CUT);
  CHECK_LINE(lwt_clipboard_get(clipboard), "abcd");
  CHECK_SHOWS("|");
  end();
}

TEST(the_walk_through_the_history_keeps_the_line_being_edited) {
  OVER("old", "mid", "new");
  types("mine");
  CHECK_INT(lwt_read_line_engine_older(state), 3);
  give(LWT_READ_LINE_HISTORY_PREVIOUS);
  CHECK_SHOWS("new|");
  types("er");
  for (int i = 0; i < 4; i++) give(LWT_READ_LINE_HISTORY_PREVIOUS);
  CHECK_SHOWS("old|"); /* and no further */
  CHECK_INT(lwt_read_line_engine_older(state), 0);
  CHECK_INT(lwt_read_line_engine_newer(state), 3);
  CHECK_LINE(lwt_read_line_engine_line(state, -2), "newer");
  CHECK_LINE(lwt_read_line_engine_line(state, -3), "mine");
  CHECK_LINE(lwt_read_line_engine_line(state, -4), NULL);
  CHECK_LINE(lwt_read_line_engine_line(state, 1), NULL);
  for (int i = 0; i < 5; i++) give(LWT_READ_LINE_HISTORY_NEXT);
  CHECK_SHOWS("mine|");
  end();
}

TEST(a_search_goes_back_forward_and_restarts_when_its_word_shrinks) {
  OVER("make test", "ls", "make all", "cat");
  types("draft");
  give(LWT_READ_LINE_BACKWARD_SEARCH);
  types("ma");
  size_t start = 9;
  CHECK(lwt_read_line_engine_hit(state, &start));
  CHECK_INT(start, 0);
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make all");
  give(LWT_READ_LINE_BACKWARD_SEARCH);
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make test");
  give(LWT_READ_LINE_BACKWARD_SEARCH); /* there is no further one */
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make test");
  give(LWT_READ_LINE_FORWARD_SEARCH);
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make all");
  give(LWT_READ_LINE_BACKWARD_SEARCH);
  types("k");
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make test");
  give(LWT_READ_LINE_BACKWARD_DELETE_CHAR); /* begins with the newest again */
  CHECK_LINE(lwt_read_line_engine_search_word(state), "ma");
  CHECK_LINE(lwt_read_line_engine_all_input(state), "make all");
  give(LWT_READ_LINE_FORWARD_CHAR);
  CHECK_SHOWS("make all|");
  CHECK_LINE(lwt_read_line_engine_search_word(state), NULL);
  give(LWT_READ_LINE_UNDO);
  CHECK_SHOWS("draft|");
  end();
}

#define N(words) (sizeof words / sizeof words[0])
TEST(completion_with_no_word_one_and_many) {
  static const char *const words[] = {"food", "foot", "bar", "foot"};
  struct lwt_read_line_completion *it = lwt_read_line_complete("a ", "x", " z", words, N(words), NULL);
  CHECK_STR(it->before, "a x");
  CHECK_STR(it->after, " z");
  CHECK_INT(it->n, 0);
  lwt_read_line_completion_release(it);
  it = lwt_read_line_complete("a ", "b", " z", words, N(words), NULL);
  CHECK_STR(it->before, "a bar ");
  CHECK_INT(it->n, 1);
  lwt_read_line_completion_release(it);
  it = lwt_read_line_complete("a ", "b", "", words, N(words), "=");
  CHECK_STR(it->before, "a bar=");
  lwt_read_line_completion_release(it);
  it = lwt_read_line_complete("a ", "f", " z", words, N(words), NULL);
  CHECK_STR(it->before, "a foo");
  CHECK_STR(it->after, " z");
  CHECK_INT(it->n, 2);
  CHECK_STR(it->words[0], "food");
  CHECK_STR(it->words[1], "foot");
  lwt_read_line_completion_release(it);
}
