/* Module Lwt_term. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_TERM_H
#define LWT_TERM_H

#include "lwt_io.h"
#include "lwt_signal.h"
#include "lwt_stream.h"
#include "lwt_text.h"
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

/* A TERMINAL: its modes, its keys, its size.
 *
 *     static lwt_t *next(lwt_value value, void *events);
 *     static lwt_t *play(void *events) {
 *       return lwt_bind(lwt_stream_next(events), next, events, NULL);
 *     }
 *     static lwt_t *next(lwt_value value, void *events) {
 *       const struct lwt_term_event *event = value;
 *       if (event->kind == LWT_TERM_EVENT_KEY && event->key.kind == LWT_TERM_UP) jump();
 *       if (event->kind == LWT_TERM_EVENT_KEY && lwt_term_key_is_escape(&event->key))
 *         return lwt_return(LWT_UNIT);
 *       return play(events);
 *     }
 *     ...
 *     lwt_stream *events = lwt_term_events(NULL);
 *     lwt_main_run(lwt_term_with_raw_mode(play, events, NULL), NULL);
 *
 * However the process ends, the terminal is as it was: at exit(3) and at the
 * end of main, and by each signal whose default is the end, faults included
 * (where the program has a handler of its own, it is the program's to leave the
 * modes; and _exit(2) and SIGKILL leave no chance). When SIGTSTP stops the
 * process the terminal is as it was too, and when it goes on the modes are in
 * force again. The child of a fork leaves the terminal to its parent.
 *
 * KEYS are values: a kind, modifiers, and the text of what is a character. What
 * the terminals send for them is in two tables, that of control codes and that
 * of sequences. Lwt has no modifiers, and keys such as Control-Right are there
 * the text of their sequence; here they are LWT_TERM_RIGHT with LWT_TERM_CTRL,
 * and Meta-w is the text "w" with LWT_TERM_META. Only what no table and no rule
 * knows is LWT_TERM_TEXT with the text of the sequence, ESC first.
 *
 * Escape is a key, and the beginning of others: after it the rest is waited for
 * a little (lwt_term_set_escape_timeout). With lwt_term_parse_key_raw, as in
 * Lwt, only what is there counts. */

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

/* A rectangle of a matrix of points, `Lwt_term.zone`. A handle of the thread
 * that made it. */
typedef struct lwt_term_zone lwt_term_zone;

enum {
  /* Nothing of the mouse is told. */
  LWT_TERM_MOUSE_OFF = 0,
  /* Its buttons and its wheel are. */
  LWT_TERM_MOUSE_BUTTONS = 1,
  /* And moves while a button is down. */
  LWT_TERM_MOUSE_DRAGS = 2,
  /* And all moves. */
  LWT_TERM_MOUSE_MOVES = 3,
  /* A character, or a sequence that is not known, in `text`: `Key`. */
  LWT_TERM_TEXT = 0,
  /* `Key_up` */
  LWT_TERM_UP = 1,
  /* `Key_down` */
  LWT_TERM_DOWN = 2,
  /* `Key_left` */
  LWT_TERM_LEFT = 3,
  /* `Key_right` */
  LWT_TERM_RIGHT = 4,
  /* `Key_f`, of which `number` is told. */
  LWT_TERM_F = 5,
  /* `Key_next_page` */
  LWT_TERM_NEXT_PAGE = 6,
  /* `Key_previous_page` */
  LWT_TERM_PREVIOUS_PAGE = 7,
  /* `Key_home` */
  LWT_TERM_HOME = 8,
  /* `Key_end` */
  LWT_TERM_END = 9,
  /* `Key_insert` */
  LWT_TERM_INSERT = 10,
  /* `Key_delete` */
  LWT_TERM_DELETE = 11,
  /* `Key_control`, with the character `number`: 'a' for ^A. */
  LWT_TERM_CONTROL = 12,
  /* Shift was held down, where the character does not show it. */
  LWT_TERM_SHIFT = 1,
  /* Meta (Alt) was held down, or ESC came before the key. */
  LWT_TERM_META = 2,
  /* Control was held down, where the key is not LWT_TERM_CONTROL. */
  LWT_TERM_CTRL = 4,
  /* How large `text` of a key is, with its NUL byte. */
  LWT_TERM_KEY_TEXT = 32,
  /* A button of the mouse went down. */
  LWT_TERM_MOUSE_PRESS = 0,
  /* It came up. */
  LWT_TERM_MOUSE_RELEASE = 1,
  /* The mouse moved. */
  LWT_TERM_MOUSE_MOVE = 2,
  /* The wheel was turned. */
  LWT_TERM_MOUSE_WHEEL = 3,
  /* A key was pressed: `key`. */
  LWT_TERM_EVENT_KEY = 0,
  /* A text was pasted: `text` and `length`. */
  LWT_TERM_EVENT_PASTE = 1,
  /* Something was done with the mouse: `mouse`. */
  LWT_TERM_EVENT_MOUSE = 2,
  /* The terminal's window got the keyboard (`flag`), or lost it. */
  LWT_TERM_EVENT_FOCUS = 3,
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

struct lwt_term_control;
struct lwt_term_key;
struct lwt_term_sequence;
struct lwt_style_item;
struct lwt_term_style;
struct lwt_term_point;
struct lwt_term_mouse;
struct lwt_term_event;

/* Changes a point. */
typedef void (*lwt_term_point_fn)(struct lwt_term_point *point, void *env);

/* One entry of the table of control codes. */
typedef struct lwt_term_control {
  /* What is sent: 0 to 31, or 127. */
  char code;
  /* What it is Control with. */
  char letter;
} lwt_term_control;

/* A key, `Lwt_term.key`: a value that is copied. */
typedef struct lwt_term_key {
  /* Which: LWT_TERM_UP and so on. */
  int kind;
  /* With what: LWT_TERM_SHIFT, LWT_TERM_META and LWT_TERM_CTRL, or'ed. */
  int modifiers;
  /* Of LWT_TERM_F from 1 to 24; of LWT_TERM_CONTROL the character; of
   * LWT_TERM_TEXT that is one character its code point; else 0. */
  int number;
  /* Of LWT_TERM_TEXT: UTF-8 and a NUL byte. Empty otherwise. */
  char text[32];
} lwt_term_key;

/* One entry of the table of sequences. */
typedef struct lwt_term_sequence {
  /* What is sent, with the ESC at its beginning. */
  const char *sequence;
  /* The key. */
  struct lwt_term_key key;
} lwt_term_sequence;

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

/* How a point looks, `Lwt_term.style`. */
typedef struct lwt_term_style {
  /* Bold. */
  bool bold;
  /* Underlined. */
  bool underlined;
  /* Blinking. */
  bool blink;
  /* Foreground and background change places. */
  bool inverse;
  /* Not to be seen. */
  bool hidden;
  /* The colour of the foreground: LWT_BLUE, LWT_RGB(...), -1 for the
   * default. */
  int foreground;
  /* The colour of the background. */
  int background;
} lwt_term_style;

/* A point: a character and how it looks, `Lwt_term.point`. */
typedef struct lwt_term_point {
  /* In UTF-8, with its combining characters, and a NUL byte behind it. Empty:
   * what is before it takes this column too. */
  char character[40];
  /* How it looks. */
  struct lwt_term_style style;
} lwt_term_point;

/* What was done with the mouse. */
typedef struct lwt_term_mouse {
  /* LWT_TERM_MOUSE_PRESS and so on. */
  int action;
  /* Left 1, middle 2, right 3, others from 8 on; of the wheel up 4, down 5,
   * left 6, right 7. 0: none, or it is not told. */
  int button;
  /* From 0 on the left. */
  int column;
  /* From 0 at the top. */
  int row;
  /* As those of a key. */
  int modifiers;
} lwt_term_mouse;

/* What a terminal has sent. One block, freed by `free`. */
typedef struct lwt_term_event {
  /* LWT_TERM_EVENT_KEY and so on. */
  int kind;
  /* Of a paste: another piece of it follows. Of the focus: it is here. */
  bool flag;
  /* Of LWT_TERM_EVENT_KEY. */
  struct lwt_term_key key;
  /* Of LWT_TERM_EVENT_MOUSE. */
  struct lwt_term_mouse mouse;
  /* Of LWT_TERM_EVENT_PASTE: UTF-8, and a NUL byte behind it. Empty
   * otherwise. */
  const char *text;
  /* How many bytes the text has. */
  size_t length;
} lwt_term_event;

/* Calls `f(env)` with the terminal in raw mode, and leaves that when its
 * promise has resolved, `Lwt_term.with_raw_mode`: keys are read as they are
 * pressed, and are not shown; ^C, ^Z, ^S and ^Q are keys as others. Enter sends
 * a newline as ever, and what is written is shown as ever.
 *
 * Nested calls count, on whatever threads: the outermost puts the terminal
 * back. So do the end of the process, by exit(3) or a signal whose default it
 * is, and SIGTSTP, which stops it: see at the head of this file. A process in
 * the background leaves the terminal alone until it is in the foreground and
 * goes on (SIGCONT). In the child of a fork it is the parent who is in raw
 * mode.
 *
 * Returns the promise of what `f` promises. Besides, it fails with LWT_FAILURE
 * if standard input is no terminal, LWT_UNIX_ERROR ("tcsetattr"; EIO) if it has
 * gone away, LWT_INVALID_ARGUMENT if `f` is NULL, LWT_OUT_OF_MEMORY; then `f`
 * is not called. Cancelling cancels the promise of `f`. Consumes `env`:
 * `drop_env` runs once. On any thread. Manual: "The lwt.text library". */
lwt_t *lwt_term_with_raw_mode(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* Is the terminal in raw mode, `Lwt_term.raw_mode`? On any thread. */
bool lwt_term_raw_mode(void);

/* Shows the other screen, which is empty and has no history, and has the keypad
 * send sequences of its own, `Lwt_term.enter_drawing_mode`.
 *
 * This function and those below write to lwt_io_stdout(), after what was
 * written there before, and flush it. If that is no terminal they do nothing.
 * What they switch on is switched off at the end of the process.
 *
 * Returns a promise of LWT_UNIT, which fails as writing to that channel does.
 * Cancelling it loses nothing. On any thread whose main loop runs. */
lwt_t *lwt_term_enter_drawing_mode(void);

/* Goes back to the screen of before, `Lwt_term.leave_drawing_mode`. As
 * lwt_term_enter_drawing_mode otherwise. */
lwt_t *lwt_term_leave_drawing_mode(void);

/* Shows the cursor, `Lwt_term.show_cursor`. As lwt_term_enter_drawing_mode
 * otherwise. */
lwt_t *lwt_term_show_cursor(void);

/* Hides the cursor, `Lwt_term.hide_cursor`. As lwt_term_enter_drawing_mode
 * otherwise. */
lwt_t *lwt_term_hide_cursor(void);

/* Clears the screen, `Lwt_term.clear_screen`, and moves the cursor to its top
 * left. As lwt_term_enter_drawing_mode otherwise. */
lwt_t *lwt_term_clear_screen(void);

/* Clears the line of the cursor, which stays, `Lwt_term.clear_line`. As
 * lwt_term_enter_drawing_mode otherwise. */
lwt_t *lwt_term_clear_line(void);

/* Moves the cursor to the beginning of the line that is `up` lines above,
 * `Lwt_term.goto_beginning_of_line`; 0 is its own. As
 * lwt_term_enter_drawing_mode otherwise; LWT_INVALID_ARGUMENT if `up` is
 * negative. */
lwt_t *lwt_term_goto_beginning_of_line(int up);

/* Has the terminal tell pastes from keys, or not any more: with this
 * lwt_term_events gives each as one event. As lwt_term_enter_drawing_mode
 * otherwise. */
lwt_t *lwt_term_set_bracketed_paste(bool on);

/* Has the terminal tell when its window gets the keyboard and loses it, or not
 * any more. As lwt_term_enter_drawing_mode otherwise. */
lwt_t *lwt_term_set_focus_events(bool on);

/* Has the terminal tell what is done with the mouse: LWT_TERM_MOUSE_OFF,
 * LWT_TERM_MOUSE_BUTTONS, LWT_TERM_MOUSE_DRAGS or LWT_TERM_MOUSE_MOVES. As
 * lwt_term_enter_drawing_mode otherwise; LWT_INVALID_ARGUMENT if it is none of
 * them. */
lwt_t *lwt_term_set_mouse(int level);

/* Stops the process and those of its group, as ^Z does outside of raw mode
 * (where it is a key). The terminal is as it was meanwhile, and when the
 * process goes on the modes are in force again. Returns once it goes on,
 * LWT_OK; or LWT_UNIX_ERROR. Where no shell could have it go on (its group is
 * orphaned), it does not stop. On any thread. */
int lwt_term_suspend(void);

/* How many columns the terminal has now, `Lwt_term.columns`; 80 if that is not
 * known. On any thread. */
int lwt_term_columns(void);

/* How many lines the terminal has now, `Lwt_term.lines`; 25 if that is not
 * known. On any thread. */
int lwt_term_lines(void);

/* Both at once, `Lwt_term.size`: sets `*columns` and `*lines`, unless they are
 * NULL. It asks standard output, then standard input, then standard error. On
 * any thread. */
void lwt_term_size(int *columns, int *lines);

/* The terminal's size as a signal, `Lwt_term.size`, which changes when the
 * terminal says so: LWT_TERM_SIZE_COLUMNS and LWT_TERM_SIZE_LINES take its
 * values apart.
 *
 * While somebody has it, or a signal that is made of it, this thread listens
 * for SIGWINCH (the main loop then always has something that may come, and does
 * not fail with LWT_STALLED). Returns a signal, owned by the caller:
 * lwt_signal_release. NULL: memory ran out. This thread's, whose main loop has
 * to run for it to change. */
lwt_signal *lwt_term_size_signal(void);

/* How many columns the terminal has as a signal, `Lwt_term.columns`. As
 * lwt_term_size_signal otherwise. */
lwt_signal *lwt_term_columns_signal(void);

/* How many lines the terminal has as a signal, `Lwt_term.lines`. As
 * lwt_term_size_signal otherwise. */
lwt_signal *lwt_term_lines_signal(void);

/* The table of control codes, `Lwt_term.control_mapping`: the codes 0 to 31 and
 * 127. `*count` is set to how many entries there are, unless `count` is
 * NULL.
 *
 * It is the library's, and never changes. On any thread. Never NULL. */
const struct lwt_term_control *lwt_term_control_mapping(size_t *count);

/* The table of sequences, `Lwt_term.sequence_mapping`: what the terminals
 * xterm, vt100, vt220, rxvt, linux, screen, tmux and PuTTY send for keys.
 * Besides these sequences, those are known that say modifiers as xterm does
 * (`ESC [ 1 ; 5 C`), and ESC before any key is Meta. `*count` is set to how
 * many entries there are, unless `count` is NULL.
 *
 * It is the library's, and never changes. On any thread. Never NULL. */
const struct lwt_term_sequence *lwt_term_sequence_mapping(size_t *count);

/* Which key a text is, `Lwt_term.decode_key`: a control code, a sequence that
 * is known, or the text itself (LWT_TERM_TEXT), such as a character.
 *
 * Sets `*key` and returns LWT_OK. LWT_INVALID_ARGUMENT, and `*key` stays as it
 * was: the text is empty, has more than LWT_TERM_KEY_TEXT - 1 bytes or a NUL
 * byte among others, is not UTF-8, or a pointer is NULL. On any thread. */
int lwt_term_decode_key(const char *text, size_t len,
                        struct lwt_term_key *key);

/* Takes one key from the beginning of the `len` bytes at `bytes`, whatever they
 * are: sets `*key` and returns how many bytes it is. 0, and `*key` stays as it
 * was: they are the beginning of something, and more have to come; not if `all`
 * is true, which says that no more will come soon: then a lone ESC is the
 * escape key. 0 too if there are no bytes, or a pointer is NULL.
 *
 * What is no key (a report of the mouse, the beginning of a paste) is the text
 * of its sequence. A byte that is in no character is taken for one of Latin-1.
 * For those who have the bytes of a terminal from somewhere else; see
 * lwt_term_events. On any thread. */
size_t lwt_term_parse(const char *bytes, size_t len, bool all,
                      struct lwt_term_key *key);

/* Reads one key from a stream of characters, `Lwt_term.parse_key_raw`: waits
 * for a character, and takes those that the sequence which it begins needs, if
 * they are to be had without waiting. A lone ESC is the escape key. What was
 * read and is not part of the key stays in the stream.
 *
 * The elements are `struct lwt_string *`, each a character, as those of
 * lwt_term_standard_input and lwt_text_read_chars. Borrows `st`. Returns a
 * promise of a `struct lwt_string *`, for lwt_term_decode_key, which it owns.
 * It fails with LWT_END_OF_FILE at the end, with what the stream fails with,
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses nothing. On the stream's thread. */
lwt_t *lwt_term_parse_key_raw(const lwt_stream *st);

/* The characters of standard input, `Lwt_term.standard_input`: a stream of
 * `struct lwt_string *`, which it owns, each one character of UTF-8. A byte
 * that is in no character is taken for one of Latin-1.
 *
 * It reads lwt_io_stdin() and takes from there no more than is asked for, so
 * that any number of such streams, and other readers of that channel, may take
 * turns. Returns a stream, owned by the caller: lwt_stream_release. NULL:
 * memory ran out. This thread's. */
lwt_stream *lwt_term_standard_input(void);

/* What a terminal sends, as a stream of `struct lwt_term_event *`, which it
 * owns: keys, pastes, reports of the mouse and of the focus. `channel` is one
 * for reading; NULL is lwt_io_stdin(). The stream ends with the channel, and
 * fails as it does.
 *
 * Bytes stay in the channel until they are an event: streams, lwt_term_read_key
 * and other readers of the channel may take turns, and releasing the stream
 * loses nothing. Raw mode is not entered: see lwt_term_with_raw_mode. What
 * follows an escape is waited for as lwt_term_set_escape_timeout says. A paste
 * of more than a megabyte comes in pieces. A sequence that is longer than any
 * is one unknown key.
 *
 * Borrows `channel`, of which the stream has a reference of its own. Returns a
 * stream, owned by the caller: lwt_stream_release. NULL: `channel` is no
 * channel for reading of this thread, or memory ran out. On the channel's
 * thread. */
lwt_stream *lwt_term_events(const lwt_io_channel *channel);

/* Reads one key from lwt_io_stdin(), in raw mode for that time,
 * `Lwt_term.read_key`. Keys alone: reports of the mouse and of the focus are
 * passed over, and a paste is one key after the other.
 *
 * Returns a promise of a `struct lwt_term_key *`, which it owns; moved out by
 * lwt_take it is the caller's to `free`. It fails with LWT_FAILURE if standard
 * input is no terminal, LWT_END_OF_FILE at its end, LWT_UNIX_ERROR when it has
 * gone away ("tcsetattr", "read"), as reads of the channel do,
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On any thread whose
 * main loop runs. */
lwt_t *lwt_term_read_key(void);

/* How long a key that begins as a longer one does (ESC) waits for its rest, in
 * seconds: 0.05 at first. With 0 only what is already there counts. This
 * thread's.
 *
 * LWT_INVALID_ARGUMENT: it is negative or not a number. */
int lwt_term_set_escape_timeout(double seconds);

/* What lwt_term_set_escape_timeout has set. This thread's. */
double lwt_term_escape_timeout(void);

/* A key for a person to read, `Lwt_term.string_of_key`: `Key "a"`, `Key_f 5`,
 * `Control-Key_right`, `Meta-Key_control 'j'`.
 *
 * Returns text, owned by the caller: lwt_string_release. NULL: `key` is NULL or
 * no key, or memory ran out. On any thread. */
lwt_string *lwt_term_string_of_key(const struct lwt_term_key *key);

/* Are these the same key? False if one is NULL or no key. On any thread. */
bool lwt_term_key_equal(const struct lwt_term_key *a,
                        const struct lwt_term_key *b);

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

/* The same to a text channel, in its encoding. Fails as lwt_text_write does. */
lwt_t *lwt_term_write_styled_text(const lwt_text_channel *channel,
                                  const lwt_styled *styled);

/* Writes a styled text to standard output in the encoding of the locale,
 * `Lwt_term.printc`: see lwt_text_print. If that is no terminal, and with
 * NO_COLOR, styles are dropped. Nothing comes between its parts. (Lwt wants a
 * list; here it is consumed, so that lwt_term_printc(LWT_STYLED(...)) leaks
 * nothing.)
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

/* A space that looks like nothing special, `Lwt_term.blank`. On any thread. */
struct lwt_term_point lwt_term_blank(void);

/* Returns a zone that is all of a new matrix of blank points, `Zone.make`,
 * owned by the caller: lwt_term_zone_release. NULL: a size is negative, there
 * are more than 67108864 points, or memory ran out. On any thread, whose it
 * then is. */
lwt_term_zone *lwt_term_zone_make(int width, int height);

/* One more reference to the same zone, owned by the caller. NULL: it is none of
 * this thread's. */
lwt_term_zone *lwt_term_zone_retain(const lwt_term_zone *zone);

/* Gives up a reference. The matrix lives as long as a zone of it does. Does
 * nothing if the handle is bad. */
void lwt_term_zone_release(lwt_term_zone *zone);

/* Returns a part of a zone, `Zone.sub`, owned by the caller; `x` and `y` are
 * the zone's own coordinates, and the matrix is the same. Borrows `zone`. NULL:
 * it is not inside the zone, the handle is bad, or memory ran out. */
lwt_term_zone *lwt_term_zone_sub(const lwt_term_zone *zone, int x, int y,
                                 int width, int height);

/* Returns the zone without the border of one point around it, `Zone.inner`,
 * owned by the caller; of one that is smaller nothing is left, and that is a
 * zone too. NULL: the handle is bad, or memory ran out. */
lwt_term_zone *lwt_term_zone_inner(const lwt_term_zone *zone);

/* The matrix that a zone is a part of, `Zone.points`: line by line, borrowed as
 * long as a zone of it lives. Its size is stored in `*columns` and `*lines`,
 * each of which may be NULL. It may be read and written; what is no character
 * is shown as a space. NULL for a bad handle. */
struct lwt_term_point *lwt_term_zone_points(const lwt_term_zone *zone,
                                            int *columns, int *lines);

/* Where the zone begins in its matrix, `Zone.x`. 0 for a bad handle. */
int lwt_term_zone_x(const lwt_term_zone *zone);

/* Where the zone begins in its matrix, `Zone.y`. 0 for a bad handle. */
int lwt_term_zone_y(const lwt_term_zone *zone);

/* How many columns it has, `Zone.width`. 0 for a bad handle. */
int lwt_term_zone_width(const lwt_term_zone *zone);

/* How many lines it has, `Zone.height`. 0 for a bad handle. */
int lwt_term_zone_height(const lwt_term_zone *zone);

/* Stores the point at `x` and `y` of a zone in `*point`, `Draw.get`. Returns
 * LWT_OK; LWT_INVALID_ARGUMENT if that is outside of the zone, or `point` is
 * NULL; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. */
int lwt_term_draw_get(const lwt_term_zone *zone, int x, int y,
                      struct lwt_term_point *point);

/* Makes `*point` the one at `x` and `y` of a zone, `Draw.set`; outside of the
 * zone nothing happens. A character that takes two columns takes the point
 * behind it too, and is a space where there is none; where it overwrites a half
 * of another, the other half becomes a space. Returns LWT_OK;
 * LWT_INVALID_ARGUMENT if `point` is NULL; LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle. */
int lwt_term_draw_set(const lwt_term_zone *zone, int x, int y,
                      const struct lwt_term_point *point);

/* Calls `f(point, env)` with the point at `x` and `y` of a zone, which becomes
 * what `f` makes of it, `Draw.map`; outside of the zone `f` is not called.
 * `drop_env` runs once, before the call returns. Returns LWT_OK; the kind of
 * what `f` raises, and then nothing changes; LWT_INVALID_ARGUMENT if `f` is
 * NULL; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. */
int lwt_term_draw_map(const lwt_term_zone *zone, int x, int y,
                      lwt_term_point_fn f, void *env, lwt_drop_fn drop_env);

/* Draws the `len` bytes at `text`, which are UTF-8, from `x` and `y` of a zone
 * to the right, `Draw.text`, as nothing special; what is outside of the zone is
 * ignored. A character that takes two columns takes two points, and one that
 * takes none joins the one before it; control characters are left out. Returns
 * LWT_OK; LWT_INVALID_ARGUMENT if `text` is NULL and `len` is not 0;
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. */
int lwt_term_draw_text(const lwt_term_zone *zone, int x, int y,
                       const char *text, size_t len);

/* Draws a styled text in the same way, `Draw.textc`. Borrows both. Returns
 * LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. */
int lwt_term_draw_textc(const lwt_term_zone *zone, int x, int y,
                        const lwt_styled *styled);

/* Shows the matrix of a zone on the terminal that standard output is, from its
 * top left corner, `Lwt_term.render`; what does not fit is left out. The cursor
 * stays behind what was drawn last.
 *
 * Borrows `zone`. Returns a promise of LWT_UNIT, owned by the caller; it fails
 * as lwt_text_write does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for
 * a bad handle. Cancelling it before the bytes were taken draws nothing. On the
 * thread of the handle. */
lwt_t *lwt_term_render(const lwt_term_zone *zone);

/* The same, where the terminal shows the matrix of `old`: only lines that are
 * not the same are drawn, `Lwt_term.render_update`; of a matrix that is not as
 * wide all are. As lwt_term_render. */
lwt_t *lwt_term_render_update(const lwt_term_zone *old,
                              const lwt_term_zone *zone);

/* The parts of a value of lwt_term_size_signal. */
#define LWT_TERM_SIZE_COLUMNS(value) ((int)(LWT_TO_INT(value) >> 16))
#define LWT_TERM_SIZE_LINES(value) ((int)(LWT_TO_INT(value) & 0xFFFF))

/* The key Control with a character, such as 'a'; and is a key that one? On any thread. */
static inline struct lwt_term_key lwt_term_key_control(char c) {
  struct lwt_term_key key = {LWT_TERM_CONTROL, 0, 0, ""};
  key.number = (unsigned char)c;
  return key;
}
static inline bool lwt_term_key_is_control(const struct lwt_term_key *key, char c) {
  return key->kind == LWT_TERM_CONTROL && key->modifiers == 0 && key->number == (unsigned char)c;
}
/* Is it `Lwt_term.key_enter`, ^J? On any thread. */
static inline bool lwt_term_key_is_enter(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, 'j');
}
/* Is it `Lwt_term.key_escape`, ^[? On any thread. */
static inline bool lwt_term_key_is_escape(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, '[');
}
/* Is it `Lwt_term.key_tab`, ^I? On any thread. */
static inline bool lwt_term_key_is_tab(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, 'i');
}
/* Is it `Lwt_term.key_backspace`, Control with '?'? On any thread. */
static inline bool lwt_term_key_is_backspace(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, '?');
}

/* ---- Styled text: lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))) ---- */

/* A colour of 24 bits; each part from 0 to 255. */
#define LWT_RGB(red, green, blue) \
  ((int)(0x1000000u | ((unsigned)(red) & 255) << 16 | ((unsigned)(green) & 255) << 8 | ((unsigned)(blue) & 255)))

/* An item that is no text. On any thread. */
static inline struct lwt_style_item lwt_style_item_of(int kind, int color) {
  struct lwt_style_item item;
  memset(&item, 0, sizeof item);
  item.kind = kind;
  item.color = color;
  return item;
}
/* An item of text, which has `len` bytes or ends with a NUL byte. On any thread. */
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

/* Draws a text by a format as printf(3) has it, `Draw.textf`. As lwt_term_draw_text, and
 * LWT_FAILURE if the format can't be printed. */
LWT_IO_FORMAT(4, 0)
static inline int lwt_term_draw_vtextf(const lwt_term_zone *zone, int x, int y, const char *format,
                                       va_list arguments) {
  lwt_styled *styled = lwt_styled_vtextf(format, arguments);
  int drawn = styled == NULL ? LWT_FAILURE : lwt_term_draw_textc(zone, x, y, styled);
  lwt_styled_release(styled);
  return drawn;
}
LWT_IO_FORMAT(4, 5)
static inline int lwt_term_draw_textf(const lwt_term_zone *zone, int x, int y, const char *format, ...) {
  int drawn;
  va_list arguments;
  va_start(arguments, format);
  drawn = lwt_term_draw_vtextf(zone, x, y, format, arguments);
  va_end(arguments);
  return drawn;
}

/* Gives up a styled text that is a value: the drop function of `lwt_styled *`. On
 * the thread of the text. */
static inline void lwt_styled_drop(void *styled) { lwt_styled_release((lwt_styled *)styled); }

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_term_with_raw_mode(...) \
  lwt_debug_promise(lwt_term_with_raw_mode(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_enter_drawing_mode(...) \
  lwt_debug_promise(lwt_term_enter_drawing_mode(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_leave_drawing_mode(...) \
  lwt_debug_promise(lwt_term_leave_drawing_mode(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_show_cursor(...) \
  lwt_debug_promise(lwt_term_show_cursor(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_hide_cursor(...) \
  lwt_debug_promise(lwt_term_hide_cursor(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_clear_screen(...) \
  lwt_debug_promise(lwt_term_clear_screen(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_clear_line(...) \
  lwt_debug_promise(lwt_term_clear_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_goto_beginning_of_line(...) \
  lwt_debug_promise(lwt_term_goto_beginning_of_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_set_bracketed_paste(...) \
  lwt_debug_promise(lwt_term_set_bracketed_paste(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_set_focus_events(...) \
  lwt_debug_promise(lwt_term_set_focus_events(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_set_mouse(...) \
  lwt_debug_promise(lwt_term_set_mouse(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_size_signal(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_term_size_signal(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_columns_signal(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_term_columns_signal(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_lines_signal(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_term_lines_signal(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_parse_key_raw(...) \
  lwt_debug_promise(lwt_term_parse_key_raw(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_standard_input(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_term_standard_input(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_events(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_term_events(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_read_key(...) \
  lwt_debug_promise(lwt_term_read_key(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_string_of_key(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_term_string_of_key(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_styled_create(...) \
  ((struct lwt_styled *)lwt_debug_handle(lwt_styled_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_strip_styles(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_term_strip_styles(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_write_styled(...) \
  lwt_debug_promise(lwt_term_write_styled(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_write_styled_text(...) \
  lwt_debug_promise(lwt_term_write_styled_text(__VA_ARGS__), __FILE__, __LINE__, __func__)
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
#define lwt_term_zone_make(...) \
  ((struct lwt_term_zone *)lwt_debug_handle(lwt_term_zone_make(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_zone_sub(...) \
  ((struct lwt_term_zone *)lwt_debug_handle(lwt_term_zone_sub(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_zone_inner(...) \
  ((struct lwt_term_zone *)lwt_debug_handle(lwt_term_zone_inner(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_term_render(...) \
  lwt_debug_promise(lwt_term_render(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_term_render_update(...) \
  lwt_debug_promise(lwt_term_render_update(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_TERM_H */
