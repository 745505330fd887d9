/* What the tests of line editing ask: texts with the cursor as "|". */
#ifndef LINES_H
#define LINES_H
#include "folder.h"

/* An editor: a state that is replaced, and its clipboard. */
static lwt_read_line_state *state;
static lwt_clipboard *clipboard;

static inline void take(lwt_read_line_state *next) {
  CHECK(next != NULL);
  lwt_read_line_state_release(state);
  state = next;
}
/* Over these lines, the oldest first, up to a NULL; with a text typed. */
static inline lwt_history *history_of(const char *const *lines) {
  lwt_history *history = lwt_history_create(0, false);
  for (; *lines != NULL; lines++) CHECK_INT(lwt_read_line_add_entry(*lines, history), LWT_OK);
  return history;
}
#define OVER(...) over((const char *const[]){__VA_ARGS__, NULL})
static inline void over(const char *const *lines) {
  lwt_history *history = history_of(lines);
  if (clipboard == NULL) clipboard = lwt_clipboard_create();
  take(lwt_read_line_engine_init(history));
  lwt_history_release(history);
}
static inline void end(void) {
  lwt_read_line_state_release(state);
  lwt_clipboard_release(clipboard);
  state = NULL;
  clipboard = NULL;
}
static inline void give(int action) {
  take(lwt_read_line_engine_update(state, lwt_read_line_do(action), clipboard));
}
static inline void types(const char *text) {
  take(lwt_read_line_engine_update(state, lwt_read_line_char(text), clipboard));
}
/* A text in which "|" is the cursor. */
static inline void with(const char *text) {
  char before[256];
  const char *cursor = strchr(text, '|');
  snprintf(before, sizeof before, "%.*s", (int)(cursor - text), text);
  OVER(NULL);
  take(lwt_read_line_engine_with_text(state, before, cursor + 1));
}

/* Consumes the text. */
#define CHECK_LINE(line, want) check_line(__FILE__, __LINE__, #line, (line), want)
static inline void check_line(const char *file, int line, const char *what,
                              struct lwt_string *got, const char *want) {
  check_str(file, line, what, got != NULL ? got->data : NULL, want);
  lwt_string_release(got);
}
/* The text around the cursor. */
#define CHECK_SHOWS(want) check_shows(__FILE__, __LINE__, want)
static inline void check_shows(const char *file, int line, const char *want) {
  struct lwt_string *before, *after;
  check_int(file, line, "edition_state", lwt_read_line_engine_edition_state(state, &before, &after),
            LWT_OK);
  char got[1024];
  snprintf(got, sizeof got, "%s|%s", before != NULL ? before->data : "(NULL)",
           after != NULL ? after->data : "(NULL)");
  check_str(file, line, "the text", got, want);
  lwt_string_release(before);
  lwt_string_release(after);
}
#endif
