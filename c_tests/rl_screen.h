/* What a terminal shows: enough of one to read what the line editor draws. The bytes come
 * from a pty (pty.h); what the editor does not send is a failure. */
#ifndef RL_SCREEN_H
#define RL_SCREEN_H
#include "pty.h"

#include <wchar.h>

#define SCREEN_COLUMNS 200
#define SCREEN_LINES 40

struct screen {
  struct pty pty;
  size_t fed;
  int columns, lines, row, column;
  bool full; /* the cursor is behind the last column */
  char cells[SCREEN_LINES][SCREEN_COLUMNS][32];
  char text[SCREEN_COLUMNS * 32]; /* of the row that was asked for last */
};

static inline void screen_clear(struct screen *s, int row, int from) {
  for (int column = from; column < SCREEN_COLUMNS; column++) strcpy(s->cells[row][column], " ");
}
static inline void screen_down(struct screen *s) {
  if (s->row + 1 < s->lines) {
    s->row++;
    return;
  }
  memmove(s->cells[0], s->cells[1], sizeof s->cells[0] * (size_t)(s->lines - 1));
  screen_clear(s, s->lines - 1, 0);
}
static inline int screen_width(unsigned c) {
  if (c == 0x200d || (c >= 0x300 && c < 0x370) || (c >= 0xfe00 && c < 0xfe10)) return 0;
  bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2e80 && c < 0xa4d0) ||
              (c >= 0xac00 && c < 0xd7a4) || (c >= 0xff00 && c < 0xff61) ||
              (c >= 0x1f300 && c < 0x1fb00);
  return wide ? 2 : 1;
}
static inline void screen_put(struct screen *s, const char *bytes, size_t len, unsigned c) {
  int width = screen_width(c);
  if (width == 0) {
    int column = s->full ? s->columns - 1 : s->column - 1;
    while (column > 0 && s->cells[s->row][column][0] == '\0') column--;
    if (column >= 0) strncat(s->cells[s->row][column], bytes, len);
    return;
  }
  if (s->full || s->column + width > s->columns) {
    s->column = 0;
    s->full = false;
    screen_down(s);
  }
  char *cell = s->cells[s->row][s->column];
  memcpy(cell, bytes, len);
  cell[len] = '\0';
  if (width == 2) s->cells[s->row][s->column + 1][0] = '\0';
  s->column += width;
  if (s->column >= s->columns) {
    s->full = true;
    s->column = s->columns - 1;
  }
}
static inline void screen_sequence(struct screen *s, int number, char last) {
  int n = number < 1 ? 1 : number;
  if (last != 'm') s->full = false;
  switch (last) {
    case 'A': s->row = s->row < n ? 0 : s->row - n; break;
    case 'B': s->row = s->row + n >= s->lines ? s->lines - 1 : s->row + n; break;
    case 'G': s->column = n > s->columns ? s->columns - 1 : n - 1; break;
    case 'H': s->row = s->column = 0; break;
    case 'K': screen_clear(s, s->row, s->column); break;
    case 'J':
      for (int row = number == 2 ? 0 : s->row + 1; row < s->lines; row++) screen_clear(s, row, 0);
      if (number != 2) screen_clear(s, s->row, s->column);
      break;
    case 'm':
    case 'h':
    case 'l': break;
    default: CHECK(!"the sequence is known");
  }
}
/* Takes what the terminal was sent. */
static inline void screen_feed(struct screen *s) {
  const char *bytes = s->pty.seen;
  while (s->fed < s->pty.len) {
    const unsigned char c = (unsigned char)bytes[s->fed];
    size_t rest = s->pty.len - s->fed;
    if (c == '\x1b') {
      size_t end = 2;
      while (end < rest && (unsigned char)bytes[s->fed + end] < '@') end++;
      if (end >= rest) return;
      int number = atoi(bytes + s->fed + 2);
      screen_sequence(s, number, bytes[s->fed + end]);
      s->fed += end + 1;
    } else if (c < ' ') {
      s->full = false;
      if (c == '\r') s->column = 0;
      if (c == '\n') screen_down(s);
      s->fed++;
    } else {
      size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
      if (len > rest) return;
      unsigned code = len == 1 ? c : c & (0x7fU >> len);
      for (size_t i = 1; i < len; i++) code = code << 6 | ((unsigned char)bytes[s->fed + i] & 0x3f);
      screen_put(s, bytes + s->fed, len, code);
      s->fed += len;
    }
  }
}
/* A row, without the blanks at its end. */
static inline const char *screen_row(struct screen *s, int row) {
  size_t len = 0, end = 0;
  for (int column = 0; column < s->columns; column++) {
    const char *cell = s->cells[row][column];
    memcpy(s->text + len, cell, strlen(cell));
    len += strlen(cell);
    if (strcmp(cell, " ") != 0 && cell[0] != '\0') end = len;
  }
  s->text[end] = '\0';
  return s->text;
}
static inline void screen_run(struct screen *s, int columns, int lines, int (*run)(void)) {
  memset(s, 0, sizeof *s);
  s->columns = columns;
  s->lines = lines;
  for (int row = 0; row < SCREEN_LINES; row++) screen_clear(s, row, 0);
  pty_run(&s->pty, columns, lines, run);
}
static inline bool screen_is(struct screen *s, int row, const char *text) {
  pty_look(&s->pty, 0);
  screen_feed(s);
  return strcmp(screen_row(s, row), text) == 0;
}
/* Waits until a row is as it is to be; what a child wrote that is over may be on its way. */
static inline bool screen_shows(const char *file, int line, struct screen *s, int row,
                                const char *text) {
  PTY_UNTIL(&s->pty, screen_is(s, row, text));
  if (screen_is(s, row, text)) return true;
  check_fail(file, line);
  fprintf(stderr, "row %d is \"%s\", not \"%s\"; the screen:\n", row, screen_row(s, row), text);
  for (int i = 0; i < s->lines; i++) fprintf(stderr, "  |%s\n", screen_row(s, i));
  return false;
}
#define SHOWS(s, row, text) screen_shows(__FILE__, __LINE__, (s), (row), (text))
/* Waits until the cursor is there. */
#define CURSOR(s, at_row, at_column)                                                       \
  do {                                                                                     \
    PTY_UNTIL(&(s)->pty,                                                                   \
              (screen_feed(s), (s)->row == (at_row) && (s)->column == (at_column)));       \
    CHECK_INT((s)->row, (at_row));                                                         \
    CHECK_INT((s)->column, (at_column));                                                   \
  } while (0)
static inline void screen_type(struct screen *s, const char *text) { pty_type(&s->pty, text); }
/* The exit code of the program, whose terminal is as it was before. */
static inline int screen_over(struct screen *s) {
  pty_wait(&s->pty);
  while (pty_look(&s->pty, 0), s->fed < s->pty.len) screen_feed(s);
  CHECK(pty_is_as_before(&s->pty));
  return pty_over(&s->pty);
}
#endif
