/* Module Lwt_term. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_TERM_H
#define LWT_TERM_H

#include "lwt_io.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* STYLED TEXT is text with instructions how it looks from there on:
 *
 *   lwt_release(lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))));
 *   lwt_styled *prompt = LWT_STYLED(LWT_TEXTF("%d", 42), LWT_INVERSE, LWT_TEXT("# "));
 *
 * Colours are numbers: LWT_DEFAULT_COLOR, LWT_BLACK to LWT_LWHITE, others of
 * the palette up to 255, and LWT_RGB(r, g, b). What a terminal hasn't is shown
 * as the nearest that it has. */

/* For the length of a text: it ends with a NUL byte. */
#define LWT_STYLE_NUL SIZE_MAX

/* Styled text, `Lwt_term.styled_text`: it never changes. A handle of the thread
 * that made it. */
typedef struct lwt_styled lwt_styled;

enum {
  /* The colour that the terminal has without being told. */
  LWT_DEFAULT_COLOR = -1,
  /* Black. */
  LWT_BLACK = 0,
  /* Red. */
  LWT_RED = 1,
  /* Green. */
  LWT_GREEN = 2,
  /* Yellow. */
  LWT_YELLOW = 3,
  /* Blue. */
  LWT_BLUE = 4,
  /* Magenta. */
  LWT_MAGENTA = 5,
  /* Cyan. */
  LWT_CYAN = 6,
  /* White. */
  LWT_WHITE = 7,
  /* Light black. */
  LWT_LBLACK = 8,
  /* Light red. */
  LWT_LRED = 9,
  /* Light green. */
  LWT_LGREEN = 10,
  /* Light yellow. */
  LWT_LYELLOW = 11,
  /* Light blue. */
  LWT_LBLUE = 12,
  /* Light magenta. */
  LWT_LMAGENTA = 13,
  /* Light cyan. */
  LWT_LCYAN = 14,
  /* Light white. */
  LWT_LWHITE = 15,
  /* An item of text. */
  LWT_STYLE_TEXT = 0,
  /* An item: nothing special from here on. */
  LWT_STYLE_RESET = 1,
  /* An item: bold from here on. */
  LWT_STYLE_BOLD = 2,
  /* An item: underlined from here on. */
  LWT_STYLE_UNDERLINED = 3,
  /* An item: blinking from here on. */
  LWT_STYLE_BLINK = 4,
  /* An item: foreground and background change places. */
  LWT_STYLE_INVERSE = 5,
  /* An item: not to be seen from here on. */
  LWT_STYLE_HIDDEN = 6,
  /* An item: the foreground's colour. */
  LWT_STYLE_FG = 7,
  /* An item: the background's colour. */
  LWT_STYLE_BG = 8,
  /* An item: the items of another styled text. */
  LWT_STYLE_STYLED = 9
};

/* An element of a styled text, `Lwt_term.styled_text_instruction`; LWT_TEXT,
 * LWT_BOLD and the like make them. */
typedef struct lwt_style_item {
  /* LWT_STYLE_TEXT, ... */
  int kind;
  /* The colour of LWT_STYLE_FG and LWT_STYLE_BG: -1 is the default, 0 to 255
   * the palette, others are made by LWT_RGB. */
  int color;
  /* The text of LWT_STYLE_TEXT, in UTF-8; bytes that are none are taken as
   * Latin characters. */
  const char *text;
  /* How many bytes it has, or LWT_STYLE_NUL. */
  size_t len;
  /* The text of LWT_STYLE_STYLED, which who makes a styled text of this
   * consumes. */
  lwt_styled *styled;
} lwt_style_item;

/* Returns a styled text of `n` items, owned by the caller: lwt_styled_release.
 * LWT_STYLED counts them by itself.
 *
 * The items and their texts are copied; the styled texts of LWT_STYLE_STYLED
 * are consumed, whatever happens. NULL: an item is of no known kind or has no
 * such colour, a text is NULL, a styled text is none of this thread's, or
 * memory ran out. On any thread, whose it then is. Manual: "Terminal
 * utilities". */
lwt_styled *lwt_styled_create(const struct lwt_style_item *items, size_t n);

/* One more reference to the same styled text, owned by the caller. NULL: it is
 * none of this thread's. */
lwt_styled *lwt_styled_retain(const lwt_styled *styled);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_styled_release(lwt_styled *styled);

/* How many items a styled text has, those of other styled texts by themselves.
 * 0 for a bad handle. */
size_t lwt_styled_count(const lwt_styled *styled);

/* Stores an item of a styled text, counted from 0, in `*item`. Its text is
 * borrowed as long as the styled text lives, and no NUL byte is behind it.
 * False, and nothing is stored: there is no such item, `item` is NULL, or the
 * handle is bad. */
bool lwt_styled_item(const lwt_styled *styled, size_t index,
                     struct lwt_style_item *item);

/* The text alone, `Lwt_term.strip_styles`, owned by the caller:
 * lwt_string_release. NULL: a bad handle, or memory ran out. */
lwt_string *lwt_term_strip_styles(const lwt_styled *styled);

/* How many characters the text has, `Lwt_term.styled_length`. 0 for a bad
 * handle. */
size_t lwt_term_styled_length(const lwt_styled *styled);

/* How many columns of a terminal the text takes on one line: characters of East
 * Asia take two, combining and control characters none. 0 for a bad handle. */
size_t lwt_term_styled_width(const lwt_styled *styled);

/* How many colours the terminal can show: 16777216, 256, 16, or another number
 * that its entry in the terminfo data base says; 0 for none. What is asked:
 * NO_COLOR, TERM, COLORTERM and that data base, once; or what
 * lwt_term_set_colors has set. A colour that the terminal hasn't is shown as
 * the nearest that it has. On any thread. */
int lwt_term_colors(void);

/* Sets how many colours the terminal can show, for the process; 0 for no styles
 * at all, -1 to find out again. On any thread. */
void lwt_term_set_colors(int colors);

/* Writes a styled text to a channel, `Lwt_term.write_styled`, as a terminal
 * shows it, whatever the channel is: codes that follow each other become one
 * escape sequence before the next text, or at the end. Colours are those that
 * lwt_term_colors counts; with NO_COLOR and on a dumb terminal only the text is
 * written.
 *
 * Borrows both. Returns a promise of LWT_UNIT, owned by the caller; it fails as
 * lwt_io_write does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle. Cancelling it before the bytes were taken writes none of them. On
 * the channel's thread. */
lwt_t *lwt_term_write_styled(const lwt_io_channel *channel,
                             const lwt_styled *styled);

/* Writes a styled text to standard output, `Lwt_term.printc`. If that is no
 * terminal, and with NO_COLOR, styles are dropped. Nothing comes between its
 * parts. (Lwt wants a list; here it is consumed, so that
 * lwt_term_printc(LWT_STYLED(...)) leaks nothing.)
 *
 * Consumes `styled`. Returns a promise of LWT_UNIT, owned by the caller; it
 * fails as lwt_io_write does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD
 * for a bad handle, NULL too. Cancelling it before the bytes were taken writes
 * none of them. On the thread of the handle. Manual: "Terminal utilities". */
lwt_t *lwt_term_printc(lwt_styled *styled);

/* The same to standard error, `Lwt_term.eprintc`. */
lwt_t *lwt_term_eprintc(lwt_styled *styled);

/* As lwt_term_printc, with a reset of styles and a newline behind it,
 * `Lwt_term.printlc`. */
lwt_t *lwt_term_printlc(lwt_styled *styled);

/* The same to standard error, `Lwt_term.eprintlc`. */
lwt_t *lwt_term_eprintlc(lwt_styled *styled);

/* Says what colour one of the palette is from now on, `Lwt_term.set_color`,
 * each part from 0 to 255: `color` of the terminal that standard output is,
 * until that is reset. Where it is none, and with NO_COLOR, nothing is written;
 * nor for a colour above 15 on the console of Linux, which has no more.
 *
 * Returns a promise of LWT_UNIT, owned by the caller; it fails with
 * LWT_INVALID_ARGUMENT if a number is out of its bounds, and as lwt_io_write
 * does. On any thread. */
lwt_t *lwt_term_set_color(int color, int red, int green, int blue);

/* ---- Styled text: lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))) ---- */

/* A colour of 24 bits; each part from 0 to 255. */
#define LWT_RGB(red, green, blue) \
  ((int)(0x1000000u | ((unsigned)(red) & 255) << 16 | ((unsigned)(green) & 255) << 8 | ((unsigned)(blue) & 255)))

/* An item that is no text. */
static inline struct lwt_style_item lwt_style_item_of(int kind, int color) {
  struct lwt_style_item item;
  memset(&item, 0, sizeof item);
  item.kind = kind;
  item.color = color;
  return item;
}
/* An item of text, which has `len` bytes or ends with a NUL byte. */
static inline struct lwt_style_item lwt_style_text(const char *text, size_t len) {
  struct lwt_style_item item = lwt_style_item_of(LWT_STYLE_TEXT, 0);
  item.text = text;
  item.len = len;
  return item;
}
/* The items of another styled text, which is consumed with this item. */
static inline struct lwt_style_item lwt_style_styled(lwt_styled *styled) {
  struct lwt_style_item item = lwt_style_item_of(LWT_STYLE_STYLED, 0);
  item.styled = styled;
  return item;
}

/* The items: `Lwt_term.text`, `textf`, `reset`, `bold`, `underlined`, `blink`, `inverse`,
 * `hidden`, `fg`, `bg`. */
#define LWT_TEXT(text) lwt_style_text((text), LWT_STYLE_NUL)
#define LWT_TEXTF(...) lwt_style_styled(lwt_styled_textf(__VA_ARGS__))
#define LWT_RESET lwt_style_item_of(LWT_STYLE_RESET, 0)
#define LWT_BOLD lwt_style_item_of(LWT_STYLE_BOLD, 0)
#define LWT_UNDERLINED lwt_style_item_of(LWT_STYLE_UNDERLINED, 0)
#define LWT_BLINK lwt_style_item_of(LWT_STYLE_BLINK, 0)
#define LWT_INVERSE lwt_style_item_of(LWT_STYLE_INVERSE, 0)
#define LWT_HIDDEN lwt_style_item_of(LWT_STYLE_HIDDEN, 0)
#define LWT_FG(color) lwt_style_item_of(LWT_STYLE_FG, (color))
#define LWT_BG(color) lwt_style_item_of(LWT_STYLE_BG, (color))

/* A styled text of at least one item, as lwt_styled_create returns it. */
#ifdef __cplusplus
extern "C++" {
template <size_t n>
static inline lwt_styled *lwt_styled_of(const struct lwt_style_item (&items)[n]) {
  return lwt_styled_create(items, n);
}
}
#define LWT_STYLED(...) lwt_styled_of({__VA_ARGS__})
#else
#define LWT_STYLED(...)                                             \
  lwt_styled_create((const struct lwt_style_item[]){__VA_ARGS__},   \
                    sizeof((const struct lwt_style_item[]){__VA_ARGS__}) / \
                      sizeof(struct lwt_style_item))
#endif

/* A styled text without styles, by a format as printf(3) has it, `Lwt_term.textf`. Owned by the
 * caller. NULL: the format can't be printed, or memory ran out. */
LWT_IO_FORMAT(1, 0)
static inline lwt_styled *lwt_styled_vtextf(const char *format, va_list arguments) {
  lwt_styled *styled = NULL;
  char here[256], *text = here, *more = NULL;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  if (text != NULL && len >= 0) {
    struct lwt_style_item item = lwt_style_text(text, (size_t)len);
    styled = lwt_styled_create(&item, 1);
  }
  va_end(again);
  free(more);
  return styled;
}
LWT_IO_FORMAT(1, 2)
static inline lwt_styled *lwt_styled_textf(const char *format, ...) {
  lwt_styled *styled;
  va_list arguments;
  va_start(arguments, format);
  styled = lwt_styled_vtextf(format, arguments);
  va_end(arguments);
  return styled;
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_styled_create(...) \
  ((struct lwt_styled *)lwt_debug_handle(lwt_styled_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_strip_styles(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_term_strip_styles(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_write_styled(...) \
  lwt_debug_promise(lwt_term_write_styled(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_printc(...) \
  lwt_debug_promise(lwt_term_printc(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_eprintc(...) \
  lwt_debug_promise(lwt_term_eprintc(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_printlc(...) \
  lwt_debug_promise(lwt_term_printlc(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_eprintlc(...) \
  lwt_debug_promise(lwt_term_eprintlc(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_set_color(...) \
  lwt_debug_promise(lwt_term_set_color(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_TERM_H */
