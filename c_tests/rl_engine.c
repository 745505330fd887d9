/* The engine of line editing: handles, bad arguments, undo, several lines, vi. */
#include "lines.h"

#include <pthread.h>

TEST(a_state_never_changes_and_lives_as_long_as_its_references) {
  with("ab|");
  lwt_read_line_state *old = lwt_read_line_state_retain(state);
  CHECK_PTR(old, state);
  types("c");
  CHECK_SHOWS("abc|");
  CHECK_LINE(lwt_read_line_engine_all_input(old), "ab");
  lwt_read_line_state_release(old);
  CHECK_PTR(lwt_read_line_engine_all_input(old), NULL);
  end();
}

TEST(bad_handles_and_bad_arguments_are_told) {
  with("ab|");
  lwt_history *history = lwt_history_create(0, false);
  lwt_read_line_state *foreign = (lwt_read_line_state *)history;
  lwt_read_line_state *bad[] = {NULL, foreign, (lwt_read_line_state *)clipboard};
  for (size_t i = 0; i < 3; i++) {
    struct lwt_string *before, *after;
    CHECK_PTR(lwt_read_line_engine_update(bad[i], lwt_read_line_char("x"), NULL), NULL);
    CHECK_PTR(lwt_read_line_engine_reset(bad[i]), NULL);
    CHECK_PTR(lwt_read_line_engine_with_text(bad[i], "", ""), NULL);
    CHECK_PTR(lwt_read_line_engine_all_input(bad[i]), NULL);
    CHECK_INT(lwt_read_line_engine_edition_state(bad[i], &before, &after), LWT_INVALID_ARGUMENT);
    CHECK_PTR(before, NULL);
    CHECK_INT(lwt_read_line_engine_mode(bad[i]), -1);
    CHECK_INT(lwt_read_line_engine_vi_mode(bad[i]), -1);
    CHECK_INT(lwt_read_line_engine_cursor(bad[i]) + lwt_read_line_engine_mark(bad[i]), 0);
    CHECK_INT(lwt_read_line_engine_older(bad[i]) + lwt_read_line_engine_newer(bad[i]), 0);
    CHECK_INT(lwt_read_line_engine_undoable(bad[i]), 0);
    CHECK_PTR(lwt_read_line_engine_line(bad[i], 0), NULL);
    CHECK_PTR(lwt_read_line_engine_search_word(bad[i]), NULL);
    CHECK(!lwt_read_line_engine_hit(bad[i], NULL));
    CHECK_PTR(lwt_read_line_state_retain(bad[i]), NULL);
    lwt_read_line_state_release(bad[i]);
  }
  CHECK_PTR(lwt_read_line_engine_init((lwt_history *)clipboard), NULL);
  CHECK_PTR(lwt_read_line_engine_update(state, lwt_read_line_do(99), NULL), NULL);
  CHECK_PTR(lwt_read_line_engine_update(state, lwt_read_line_do(0), (lwt_clipboard *)history), NULL);
  CHECK_PTR(lwt_read_line_engine_with_text(state, NULL, ""), NULL);
  CHECK_INT(lwt_read_line_engine_edition_state(state, NULL, NULL), LWT_INVALID_ARGUMENT);
  CHECK_SHOWS("ab|");
  lwt_history_release(history);
  end();
}

static void *elsewhere(void *it) {
  struct lwt_string *before, *after;
  CHECK_PTR(lwt_read_line_engine_all_input(it), NULL);
  CHECK_INT(lwt_read_line_engine_edition_state(it, &before, &after), LWT_WRONG_THREAD);
  CHECK_INT(lwt_clipboard_set(clipboard, "x"), LWT_WRONG_THREAD);
  CHECK_LINE(lwt_clipboard_get(NULL), ""); /* each thread has one of its own */
  return NULL;
}
TEST(states_and_clipboards_belong_to_their_thread) {
  with("ab|");
  lwt_clipboard_set(NULL, "here");
  pthread_t thread;
  pthread_create(&thread, NULL, elsewhere, state);
  pthread_join(thread, NULL);
  CHECK_LINE(lwt_clipboard_get(NULL), "here");
  end();
}

TEST(without_a_clipboard_that_of_the_thread_is_used) {
  with("ab|cd");
  take(lwt_read_line_engine_update(state, lwt_read_line_do(LWT_READ_LINE_KILL_LINE), NULL));
  lwt_clipboard *global = lwt_read_line_clipboard(), *again = lwt_clipboard_retain(global);
  CHECK_LINE(lwt_clipboard_get(global), "cd");
  CHECK_LINE(lwt_clipboard_get(NULL), "cd");
  CHECK_LINE(lwt_clipboard_get(clipboard), "");
  CHECK_INT(lwt_clipboard_set(global, NULL), LWT_INVALID_ARGUMENT);
  lwt_clipboard_release(global);
  CHECK_LINE(lwt_clipboard_get(again), "cd");
  lwt_clipboard_release(again);
  end();
}

static lwt_value told(lwt_value text, void *count) {
  ++*(int *)count;
  return LWT_INT(((struct lwt_string *)text)->len);
}
TEST(the_contents_of_a_clipboard_are_a_signal) {
  with("ab|cd");
  int count = 0;
  lwt_signal *contents = lwt_clipboard_contents(clipboard);
  lwt_signal *len = lwt_signal_map(contents, told, &count, NULL);
  CHECK_INT(LWT_TO_INT(lwt_signal_value(len)), 0);
  give(LWT_READ_LINE_KILL_LINE);
  CHECK_STR(((struct lwt_string *)lwt_signal_value(contents))->data, "cd");
  CHECK_INT(LWT_TO_INT(lwt_signal_value(len)), 2);
  lwt_clipboard_set(clipboard, "cd"); /* the same */
  CHECK_INT(count, 2);
  lwt_signal_release(len);
  lwt_clipboard_set(clipboard, "x");
  CHECK_INT(count, 2);
  CHECK_STR(((struct lwt_string *)lwt_signal_value(contents))->data, "x");
  lwt_signal_release(contents);
  CHECK_PTR(lwt_clipboard_contents((lwt_clipboard *)state), NULL);
  end();
}

TEST(characters_are_what_a_reader_takes_for_one) {
  with("e\xcc\x81👨‍👩‍👧|🇩🇪");
  give(LWT_READ_LINE_FORWARD_DELETE_CHAR);
  CHECK_SHOWS("e\xcc\x81👨‍👩‍👧|");
  give(LWT_READ_LINE_BACKWARD_DELETE_CHAR);
  CHECK_SHOWS("e\xcc\x81|");
  give(LWT_READ_LINE_BACKWARD_CHAR);
  CHECK_SHOWS("|e\xcc\x81");
  types("\xff"); /* what is not UTF-8 */
  CHECK_SHOWS("\xef\xbf\xbd|e\xcc\x81");
  end();
}

TEST(up_and_down_go_through_a_text_of_several_lines_first) {
  OVER("older");
  types("ab\r\ncd");
  give(LWT_READ_LINE_HISTORY_PREVIOUS);
  CHECK_SHOWS("ab|\ncd");
  give(LWT_READ_LINE_HISTORY_PREVIOUS);
  CHECK_SHOWS("older|");
  give(LWT_READ_LINE_HISTORY_NEXT);
  CHECK_SHOWS("ab\ncd|");
  end();
}

TEST(undo_takes_back_a_thousand_changes_at_most) {
  with("|");
  for (int i = 0; i < 1010; i++) types("x");
  CHECK_INT(lwt_read_line_engine_undoable(state), 1000);
  for (int i = 0; i < 1010; i++) give(LWT_READ_LINE_UNDO);
  CHECK_SHOWS("xxxxxxxxxx|");
  CHECK_INT(lwt_read_line_engine_undoable(state), 0);
  end();
}

static void vi(const char *keys) {
  for (; *keys != '\0'; keys++) {
    struct lwt_read_line_command command = {LWT_READ_LINE_VI, 1, keys};
    if (*keys == '\x1b') command = lwt_read_line_do(LWT_READ_LINE_VI_NORMAL);
    bool inserts = lwt_read_line_engine_vi_mode(state) != LWT_READ_LINE_VI_COMMANDS;
    if (inserts && *keys != '\x1b') command.action = LWT_READ_LINE_CHAR;
    take(lwt_read_line_engine_update(state, command, clipboard));
  }
}
TEST(the_same_engine_edits_as_vi) {
  with("|");
  take(lwt_read_line_engine_init_vi(NULL));
  CHECK_INT(lwt_read_line_engine_vi_mode(state), LWT_READ_LINE_VI_INSERTS);
  vi("one two three\x1b");
  CHECK_INT(lwt_read_line_engine_vi_mode(state), LWT_READ_LINE_VI_COMMANDS);
  CHECK_SHOWS("one two thre|e");
  vi("2bcwTWO\x1b");
  CHECK_SHOWS("one TW|O three");
  vi("u");
  CHECK_LINE(lwt_read_line_engine_all_input(state), "one two three");
  vi("0R");
  CHECK_INT(lwt_read_line_engine_vi_mode(state), LWT_READ_LINE_VI_REPLACES);
  end();
}

TEST(vi_keys_do_nothing_where_the_text_is_not_edited_as_in_vi) {
  with("ab|");
  CHECK_INT(lwt_read_line_engine_vi_mode(state), LWT_READ_LINE_NO_VI);
  struct lwt_read_line_command x = {LWT_READ_LINE_VI, 1, "x"};
  take(lwt_read_line_engine_update(state, x, clipboard));
  give(LWT_READ_LINE_VI_NORMAL);
  CHECK_SHOWS("ab|");
  end();
}
