/* Module Lwt_read_line. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_READ_LINE_H
#define LWT_READ_LINE_H

#include "lwt_io.h"
#include "lwt_signal.h"
#include "lwt_term.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MODULE LWT_READ_LINE: reading lines from a terminal, with editing.
 *
 *   lwt_history *history = lwt_history_create(1000, true);
 *   ...
 *   lwt_styled *prompt = LWT_STYLED(LWT_BOLD, LWT_TEXT("foo"), LWT_RESET, LWT_TEXT("> "));
 *   struct lwt_read_line_options options = lwt_read_line_options_default();
 *   options.prompt = prompt;
 *   options.history = history;
 *   lwt_t *line = lwt_read_line_read_line(&options); // a struct lwt_string *
 *   lwt_styled_release(prompt);
 *
 * While the user types the main loop goes on. What the program writes to
 * Lwt_io's standard output and error, and what it logs, appears above the line
 * that is being edited and never breaks it, whole lines or parts of one. (What
 * goes to the terminal by printf or lwt_unix_write does not know of it.)
 *
 *  - Enter ends the line, Meta-Enter is a newline in it, Tab completes, ^C breaks off, ^Z
 *    stops the program. All keys can be had from, and put in, tables: lwt_read_line_bind.
 *    The keys of vi are an option.
 *  - The prompt is a text, a signal of texts, or a function from the signal of the editor's
 *    states to such a signal: a clock goes on while one types, a mode of vi can be shown.
 *  - Words are completed by a function that returns a promise. In the mode
 *    LWT_READ_LINE_REAL_TIME it is called as one types, each further command cancels the
 *    promise, and what it finds is shown in a box below: Meta and the arrows choose there,
 *    Meta-Tab takes what is chosen. If it takes longer than 0.1 s that is shown, with the
 *    time. If it fails the box tells why.
 *  - A running editor can be controlled: hidden and shown, given commands and input,
 *    ended (lwt_read_line_control_create).
 *  - However it ends, by a key, an error, by cancelling or a signal, the terminal is then as
 *    it was before, the text stays on the screen and the cursor stands below it.
 *
 * Where Lwt leaves things open, or has its accidents: the box has several rows
 * and scrolls; a text that is higher than the screen is shown in part; ^C
 * breaks off; a password leaves no trace in the clipboard that others use; who
 * asks for a line while another is read waits in turn. */

/* A state of the editor, `Engine.state`, which never changes. A handle of the
 * thread that made it. */
typedef struct lwt_read_line_state lwt_read_line_state;

/* The lines that were read before, the newest first, `Lwt_read_line.history`. A
 * handle of the thread that made it. */
typedef struct lwt_history lwt_history;

/* A clipboard. A handle of the thread that made it. */
typedef struct lwt_clipboard lwt_clipboard;

/* What is drawn, `Terminal.state`, which never changes. A handle of the thread
 * that made it. */
typedef struct lwt_read_line_render lwt_read_line_render;

/* A running line editor, `Lwt_read_line.Control.t`. A handle of the thread that
 * made it. */
typedef struct lwt_read_line_control lwt_read_line_control;

enum {
  /* Nothing at all, `Command.Nop`. */
  LWT_READ_LINE_NOP = 0,
  /* Inserts the text, of any length: a paste is one command. "\r\n" and "\r"
   * become "\n". */
  LWT_READ_LINE_CHAR = 1,
  /* Deletes the character before the cursor. */
  LWT_READ_LINE_BACKWARD_DELETE_CHAR = 2,
  /* Deletes the character behind the cursor. */
  LWT_READ_LINE_FORWARD_DELETE_CHAR = 3,
  /* To the beginning of the line. */
  LWT_READ_LINE_BEGINNING_OF_LINE = 4,
  /* To the end of the line. */
  LWT_READ_LINE_END_OF_LINE = 5,
  /* Completes. */
  LWT_READ_LINE_COMPLETE = 6,
  /* Takes the word that is chosen in the box. */
  LWT_READ_LINE_META_COMPLETE = 7,
  /* Kills to the end of the line, or the newline there. */
  LWT_READ_LINE_KILL_LINE = 8,
  /* Kills to the beginning of the line, or the newline there. */
  LWT_READ_LINE_BACKWARD_KILL_LINE = 9,
  /* Ends the input. */
  LWT_READ_LINE_ACCEPT_LINE = 10,
  /* Deletes the word before the cursor. */
  LWT_READ_LINE_BACKWARD_DELETE_WORD = 11,
  /* Deletes the word behind the cursor. */
  LWT_READ_LINE_FORWARD_DELETE_WORD = 12,
  /* One line down in the text; from the last line on, the next newer one of the
   * history. */
  LWT_READ_LINE_HISTORY_NEXT = 13,
  /* One line up in the text; from the first line on, the next older one of the
   * history. */
  LWT_READ_LINE_HISTORY_PREVIOUS = 14,
  /* Breaks the input off. */
  LWT_READ_LINE_BREAK = 15,
  /* Clears the screen. */
  LWT_READ_LINE_CLEAR_SCREEN = 16,
  /* The key Insert: does nothing, and is free for a filter. */
  LWT_READ_LINE_INSERT = 17,
  /* Draws again. */
  LWT_READ_LINE_REFRESH = 18,
  /* One character back. */
  LWT_READ_LINE_BACKWARD_CHAR = 19,
  /* One character on. */
  LWT_READ_LINE_FORWARD_CHAR = 20,
  /* Begins a selection. */
  LWT_READ_LINE_SET_MARK = 21,
  /* Inserts the clipboard. */
  LWT_READ_LINE_PASTE = 22,
  /* Copies the selection. */
  LWT_READ_LINE_COPY = 23,
  /* Cuts the selection. */
  LWT_READ_LINE_CUT = 24,
  /* Makes the next word upper case. */
  LWT_READ_LINE_UPPERCASE = 25,
  /* Makes the next word lower case. */
  LWT_READ_LINE_LOWERCASE = 26,
  /* Makes the first letter of the next word upper case and the others lower
   * case. */
  LWT_READ_LINE_CAPITALIZE = 27,
  /* To the beginning of the word before the cursor. */
  LWT_READ_LINE_BACKWARD_WORD = 28,
  /* To the end of the word behind the cursor. */
  LWT_READ_LINE_FORWARD_WORD = 29,
  /* Searches the history towards older lines, and further. */
  LWT_READ_LINE_BACKWARD_SEARCH = 30,
  /* In the box of words, to the left. */
  LWT_READ_LINE_COMPLETE_LEFT = 31,
  /* In the box of words, to the right. */
  LWT_READ_LINE_COMPLETE_RIGHT = 32,
  /* In the box of words, up. */
  LWT_READ_LINE_COMPLETE_UP = 33,
  /* In the box of words, down. */
  LWT_READ_LINE_COMPLETE_DOWN = 34,
  /* In the box of words, to the first. */
  LWT_READ_LINE_COMPLETE_FIRST = 35,
  /* In the box of words, to the last. */
  LWT_READ_LINE_COMPLETE_LAST = 36,
  /* Takes back the last change. */
  LWT_READ_LINE_UNDO = 37,
  /* Breaks off where the line is empty, completes at its end, else deletes a
   * character. */
  LWT_READ_LINE_DELETE_CHAR_OR_LIST = 38,
  /* Searches the history towards newer lines, and further. Not in Lwt. */
  LWT_READ_LINE_FORWARD_SEARCH = 39,
  /* Out of vi's insert mode, of an unfinished command or of a search. Not in
   * Lwt. */
  LWT_READ_LINE_VI_NORMAL = 40,
  /* A key of vi's normal mode. Not in Lwt. */
  LWT_READ_LINE_VI = 41,
  /* The text is edited, `Engine.Edition`. */
  LWT_READ_LINE_EDITION = 0,
  /* What is between mark and cursor is selected, `Engine.Selection`. */
  LWT_READ_LINE_SELECTION = 1,
  /* The history is searched, `Engine.Search`. */
  LWT_READ_LINE_SEARCH = 2,
  /* Not as in vi. */
  LWT_READ_LINE_NO_VI = 0,
  /* As in vi, and characters are inserted. */
  LWT_READ_LINE_VI_INSERTS = 1,
  /* As in vi, and keys are commands. */
  LWT_READ_LINE_VI_COMMANDS = 2,
  /* As in vi, and characters replace those that are there. */
  LWT_READ_LINE_VI_REPLACES = 3,
  /* The keys of Emacs, and of all that the other two tables have not. */
  LWT_READ_LINE_EMACS_KEYS = 0,
  /* The keys of vi's insert mode. */
  LWT_READ_LINE_VI_INSERT_KEYS = 1,
  /* The keys of vi's normal mode. A character that is not among them is a key of
   * vi. */
  LWT_READ_LINE_VI_NORMAL_KEYS = 2,
  /* Words are completed as one types, and shown in a box: `real_time`, the
   * default. */
  LWT_READ_LINE_REAL_TIME = 0,
  /* Words are completed when Tab is pressed, and listed: `classic`. */
  LWT_READ_LINE_CLASSIC = 1,
  /* Words are not completed: `none`. */
  LWT_READ_LINE_NO_COMPLETION = 2,
  /* Nothing is shown of a password, `` `empty ``. */
  LWT_READ_LINE_PASSWORD_EMPTY = 0,
  /* The password is shown, `` `clear ``. */
  LWT_READ_LINE_PASSWORD_CLEAR = 1,
  /* A text is shown for each character, `` `text ``: Lwt's default, with "*". */
  LWT_READ_LINE_PASSWORD_TEXT = 2,
  /* Nothing is drawn below the text. */
  LWT_READ_LINE_NO_BOX = 0,
  /* An empty box is. */
  LWT_READ_LINE_EMPTY_BOX = 1,
  /* A box of words, one of which is chosen; it scrolls. */
  LWT_READ_LINE_WORDS = 2,
  /* A box with a message. */
  LWT_READ_LINE_MESSAGE = 3
};

struct lwt_read_line_command;
struct lwt_read_line_completion;
struct lwt_read_line_options;
struct lwt_read_line_view;

/* From the signal of the editor's states, borrowed (its values are
 * `lwt_read_line_state *`), to a signal of prompts (its values are `lwt_styled
 * *`), which the library then owns. */
typedef lwt_signal *(*lwt_read_line_prompt_fn)(const lwt_signal *states,
                     void *env);

/* From what is before and behind the cursor, borrowed until the function
 * returns, to a promise of a `struct lwt_read_line_completion *`, such as
 * lwt_read_line_complete makes. */
typedef lwt_t *(*lwt_read_line_complete_fn)(const char *before,
                const char *after, void *env);

/* From a state and the command that is to act on it, both borrowed until the
 * function returns, to a promise of a `struct lwt_read_line_command *`, such as
 * lwt_read_line_command_copy makes: what is to be done in its place. */
typedef lwt_t *(*lwt_read_line_filter_fn)(const lwt_read_line_state *state,
                struct lwt_read_line_command command, void *env);

/* From `len` bytes of text, which a NUL follows, borrowed, to what is shown of
 * them, which the library then owns: lwt_string_new. NULL: nothing is shown. */
typedef lwt_string *(*lwt_read_line_map_text_fn)(const char *text, size_t len,
                     void *env);

/* From the line, `len` bytes which a NUL follows, borrowed until the function
 * returns, to the promise of the result. */
typedef lwt_t *(*lwt_read_line_map_result_fn)(const char *line, size_t len,
                void *env);

/* One thing to do. The text is borrowed, as long as the structure is in use. */
typedef struct lwt_read_line_command {
  /* LWT_READ_LINE_NOP, … */
  int action;
  /* How many bytes the text has. */
  size_t len;
  /* The text of LWT_READ_LINE_CHAR, UTF-8, and the one character of
   * LWT_READ_LINE_VI; of others NULL. No NUL byte need follow. */
  const char *text;
} lwt_read_line_command;

/* What a completion makes of the text around the cursor, in one block. */
typedef struct lwt_read_line_completion {
  /* The text before the cursor. */
  const char *before;
  /* The text behind it. */
  const char *after;
  /* How many words fit. */
  size_t n;
  /* The words, sorted, each once. */
  const char *const *words;
} lwt_read_line_completion;

/* What a line editor is made of. lwt_read_line_options_default makes one; only
 * `size` is not zero in there. Handles are borrowed during the call. */
typedef struct lwt_read_line_options {
  /* sizeof(struct lwt_read_line_options), so that it can grow. */
  size_t size;
  /* What stands before the text; NULL: "# ". */
  const lwt_styled *prompt;
  /* Or a signal of what stands there, whose values are `lwt_styled *`; NULL:
   * none. */
  const lwt_signal *prompt_signal;
  /* Or a function to such a signal; NULL: none. It is called once. */
  lwt_read_line_prompt_fn prompt_fn;
  /* What it is called with. */
  void *prompt_env;
  /* What drops that. */
  lwt_drop_fn drop_prompt_env;
  /* Lines that can be had back and searched; NULL: none. The new line is not
   * added. */
  const lwt_history *history;
  /* Where killed text goes; NULL: the clipboard of the thread. */
  const lwt_clipboard *clipboard;
  /* How words are completed; NULL: they are not. */
  lwt_read_line_complete_fn complete;
  /* What it is called with. */
  void *complete_env;
  /* What drops that. */
  lwt_drop_fn drop_complete_env;
  /* LWT_READ_LINE_REAL_TIME, LWT_READ_LINE_CLASSIC or
   * LWT_READ_LINE_NO_COMPLETION. */
  int mode;
  /* Not 0: the keys are those of vi, and not of Emacs. */
  int vi;
  /* What replaces commands; NULL: nothing. */
  lwt_read_line_filter_fn filter;
  /* What it is called with. */
  void *filter_env;
  /* What drops that. */
  lwt_drop_fn drop_filter_env;
  /* What is shown of the text; NULL: the text. Where it fails nothing is, and
   * the failure goes to the async exception hook. */
  lwt_read_line_map_text_fn map_text;
  /* What it is called with. */
  void *map_text_env;
  /* What drops that. */
  lwt_drop_fn drop_map_text_env;
  /* What becomes of the line; NULL: a `struct lwt_string *` with it. Keywords
   * have a result of their own. */
  lwt_read_line_map_result_fn map_result;
  /* What it is called with. */
  void *map_result_env;
  /* What drops that. */
  lwt_drop_fn drop_map_result_env;
} lwt_read_line_options;

/* What is to be drawn. lwt_read_line_view_default makes one. */
typedef struct lwt_read_line_view {
  /* sizeof(struct lwt_read_line_view), so that it can grow. */
  size_t size;
  /* The text, and where the cursor is. */
  const lwt_read_line_state *state;
  /* What stands before it; NULL: nothing. */
  const lwt_styled *prompt;
  /* How wide the terminal is, 1 at least. */
  int columns;
  /* How high it is, 1 at least. */
  int lines;
  /* What is shown for each character, NUL at its end; NULL: the text itself. */
  const char *mask;
  /* LWT_READ_LINE_NO_BOX, … */
  int box_kind;
  /* The words of LWT_READ_LINE_WORDS. */
  const char *const *words;
  /* How many. */
  size_t n;
  /* The place of the chosen one. */
  size_t chosen;
  /* The message of LWT_READ_LINE_MESSAGE. */
  const lwt_styled *message;
} lwt_read_line_view;

/* The command of an action that needs no text: LWT_READ_LINE_UNDO and so on. On
 * any thread. */
struct lwt_read_line_command lwt_read_line_do(int action);

/* The command that inserts a text, LWT_READ_LINE_CHAR, which borrows it. NULL:
 * the empty text. On any thread. */
struct lwt_read_line_command lwt_read_line_char(const char *text);

/* A copy of a command with its text, in one block, owned by the caller:
 * lwt_read_line_command_release. It is what a callback gives whose value is a
 * command. NULL: there is no such command, or memory ran out. On any thread. */
struct lwt_read_line_command *lwt_read_line_command_copy(struct lwt_read_line_command command);

/* Frees a command that was given as owned. Nothing for NULL. On any thread. */
void lwt_read_line_command_release(struct lwt_read_line_command *command);

/* The name of a command, `Command.to_string`, owned by the caller:
 * lwt_string_release. "history-next"; of a text `Char "x"`, quoted. NULL: there
 * is no such command, or memory ran out. On any thread. */
lwt_string *lwt_read_line_command_to_string(struct lwt_read_line_command command);

/* The command of a name, `Command.of_string`, owned by the caller:
 * lwt_read_line_command_release. It knows what lwt_read_line_command_to_string
 * gives. NULL: nothing is called so (Lwt fails there), `name` is NULL, or
 * memory ran out. On any thread. */
struct lwt_read_line_command *lwt_read_line_command_of_string(const char *name);

/* The nth name of a command, `Command.names`, counted from 0, owned by the
 * caller: lwt_string_release. NULL: there are no more, or memory ran out.
 * LWT_READ_LINE_CHAR and LWT_READ_LINE_VI, which carry a text, are not among
 * them. On any thread. */
lwt_string *lwt_read_line_command_name(size_t n);

/* An empty text over what the history has now, `Engine.init`; NULL: over none.
 * Borrows `history`.
 *
 * Owned by the caller: lwt_read_line_state_release. NULL: the handle is bad, or
 * memory ran out. On any thread, whose it then is. */
lwt_read_line_state *lwt_read_line_engine_init(const lwt_history *history);

/* The same, edited as in vi, beginning in insert mode. Not in Lwt. */
lwt_read_line_state *lwt_read_line_engine_init_vi(const lwt_history *history);

/* One more reference to the same state, owned by the caller. NULL: it is no
 * state of this thread. */
lwt_read_line_state *lwt_read_line_state_retain(const lwt_read_line_state *state);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_read_line_state_release(lwt_read_line_state *state);

/* The state that a command makes of another, `Engine.update`. It borrows all
 * three; the old state stays as it is. What is killed, cut or copied goes to
 * `clipboard`; NULL: the one of the thread.
 *
 * Characters are what a reader takes for one (grapheme clusters), words are
 * runs of letters and digits, and in a text of several lines "line" is the one
 * of the cursor. A selection ends with any command that is not a motion, copy
 * or cut, and then that acts; a search ends with any that is not a character, a
 * deletion or a search, with the line that was found, and that command does not
 * act. LWT_READ_LINE_NOP does nothing at all. Commands that have nothing to act
 * on change nothing; those that are not the engine's (to accept, to complete,
 * to draw) end a selection or a search, and no more.
 *
 * Owned by the caller: lwt_read_line_state_release. NULL: a handle is bad,
 * there is no such command, or memory ran out. On the thread of the state. */
lwt_read_line_state *lwt_read_line_engine_update(const lwt_read_line_state *state,
                                                 struct lwt_read_line_command command,
                                                 const lwt_clipboard *clipboard);

/* The state out of a selection or a search, keeping the text, `Engine.reset`.
 * Borrows `state`.
 *
 * Owned by the caller. NULL: the handle is bad, or memory ran out. On the
 * state's thread. */
lwt_read_line_state *lwt_read_line_engine_reset(const lwt_read_line_state *state);

/* The state with this text around the cursor, in edition, which Undo can take
 * back: what a completion makes. Borrows `state`. Not in Lwt, where a state is
 * a record.
 *
 * Owned by the caller. NULL: the handle is bad, a text is NULL, or memory ran
 * out. On the state's thread. */
lwt_read_line_state *lwt_read_line_engine_with_text(const lwt_read_line_state *state,
                                                    const char *before,
                                                    const char *after);

/* The whole text, `Engine.all_input`; while searching, the line that was found,
 * or "". Borrows `state`.
 *
 * Owned by the caller: lwt_string_release. NULL: the handle is bad, or memory
 * ran out. On the state's thread. */
lwt_string *lwt_read_line_engine_all_input(const lwt_read_line_state *state);

/* The text before the cursor and behind it, `Engine.edition_state`, both owned
 * by the caller: lwt_string_release. Borrows `state`.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT, also if a place is NULL;
 * LWT_WRONG_THREAD; LWT_OUT_OF_MEMORY. Both are NULL unless LWT_OK is returned.
 * On the state's thread. */
int lwt_read_line_engine_edition_state(const lwt_read_line_state *state,
                                       lwt_string **before,
                                       lwt_string **after);

/* LWT_READ_LINE_EDITION, LWT_READ_LINE_SELECTION or LWT_READ_LINE_SEARCH; -1
 * for a bad handle. Borrows `state`. On its thread. */
int lwt_read_line_engine_mode(const lwt_read_line_state *state);

/* Where in the text the cursor is, in bytes; 0 for a bad handle. Borrows
 * `state`. On its thread. */
size_t lwt_read_line_engine_cursor(const lwt_read_line_state *state);

/* Where in the text the mark of the selection is, in bytes: what is selected
 * lies between it and the cursor. 0 where nothing is selected, and for a bad
 * handle. Borrows `state`. On its thread. */
size_t lwt_read_line_engine_mark(const lwt_read_line_state *state);

/* The word that is searched for, owned by the caller: lwt_string_release. NULL:
 * there is no search, the handle is bad, or memory ran out. Borrows `state`. On
 * its thread. */
lwt_string *lwt_read_line_engine_search_word(const lwt_read_line_state *state);

/* Has the search found a line? It is what lwt_read_line_engine_all_input gives,
 * and `*start` becomes the place in it where the word begins, in bytes. False
 * for a bad handle. Borrows `state`. On its thread. */
bool lwt_read_line_engine_hit(const lwt_read_line_state *state, size_t *start);

/* How many lines of the history are older than the one where the input is. 0
 * for a bad handle. Borrows `state`. On its thread. */
size_t lwt_read_line_engine_older(const lwt_read_line_state *state);

/* How many are newer, the line that was being edited among them. 0 for a bad
 * handle. Borrows `state`. On its thread. */
size_t lwt_read_line_engine_newer(const lwt_read_line_state *state);

/* The line so many places older (negative: newer) than the one where the input
 * is, as it was left, owned by the caller: lwt_string_release. NULL: there is
 * none, the handle is bad, or memory ran out. Borrows `state`. On its
 * thread. */
lwt_string *lwt_read_line_engine_line(const lwt_read_line_state *state,
                                      intptr_t older);

/* How many changes Undo can take back, at most 1000. 0 for a bad handle.
 * Borrows `state`. On its thread. */
size_t lwt_read_line_engine_undoable(const lwt_read_line_state *state);

/* The mode of vi: LWT_READ_LINE_NO_VI, LWT_READ_LINE_VI_INSERTS,
 * LWT_READ_LINE_VI_COMMANDS or LWT_READ_LINE_VI_REPLACES; -1 for a bad handle.
 * Borrows `state`. On its thread. */
int lwt_read_line_engine_vi_mode(const lwt_read_line_state *state);

/* The command of a key, `Command.of_key`, owned by the caller:
 * lwt_read_line_command_release: what lwt_read_line_bind has made it, or its
 * command by default; a character that is bound to nothing inserts itself, and
 * any other key is LWT_READ_LINE_NOP. NULL: there is no such key, or memory ran
 * out. On any thread, whose table it is. */
struct lwt_read_line_command *lwt_read_line_command_of_key(lwt_term_key key);

/* The command of a key in a state: it depends on whether the text is edited as
 * in vi, and on the mode there. Borrows `state`. Owned by the caller:
 * lwt_read_line_command_release. NULL: the handle is bad, there is no such key,
 * or memory ran out. On the state's thread. Not in Lwt.
 *
 * In a search ^G leaves it, with the line that was found, unless it is
 * bound. */
struct lwt_read_line_command *lwt_read_line_engine_command(const lwt_read_line_state *state,
                                                           lwt_term_key key);

/* Binds a key to a command, in one of the tables of this thread,
 * LWT_READ_LINE_EMACS_KEYS and so on. Editors that are running use it with the
 * next key. The text of the command is copied. LWT_READ_LINE_NOP makes the key
 * do nothing. Not in Lwt, whose table is fixed.
 *
 * ```c
 * struct lwt_term_key key = {.kind = LWT_TERM_CONTROL, .number = 'n'};
 * lwt_read_line_bind(LWT_READ_LINE_EMACS_KEYS, key,
 *                    lwt_read_line_do(LWT_READ_LINE_HISTORY_NEXT));
 * ```
 *
 * Returns LWT_OK, or LWT_INVALID_ARGUMENT: there is no such table, key or
 * command. On any thread. */
int lwt_read_line_bind(int keys, lwt_term_key key,
                       struct lwt_read_line_command command);

/* Takes a key out of a table of this thread, whatever it was bound to, Lwt's
 * own binding too: a character then inserts itself, and in the tables of vi the
 * other keys are those of Emacs.
 *
 * Returns LWT_OK, also if it was not in it, or LWT_INVALID_ARGUMENT: there is
 * no such table or key. On any thread. */
int lwt_read_line_unbind(int keys, lwt_term_key key);

/* Makes all tables of this thread what they were at first. */
void lwt_read_line_reset_keys(void);

/* The nth binding of a table of this thread, counted from 0, in an order that
 * changes only with the table: the key goes to `*key`, and its command is
 * returned, owned by the caller: lwt_read_line_command_release. NULL: there are
 * no more, there is no such table, or memory ran out. On any thread. */
struct lwt_read_line_command *lwt_read_line_binding(int keys, size_t n,
                                                    lwt_term_key *key);

/* An empty history, owned by the caller: lwt_history_release. It keeps the
 * `max` newest lines, 0: all; `unique`: of equal lines only the newest (Lwt
 * drops a line only where it repeats the newest). NULL: memory ran out. On any
 * thread, whose it then is. */
lwt_history *lwt_history_create(size_t max, bool unique);

/* One more reference to the same history, owned by the caller. NULL: it is no
 * history of this thread. */
lwt_history *lwt_history_retain(const lwt_history *history);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_history_release(lwt_history *history);

/* How many lines there are; 0 for a bad handle. Borrows `history`. On its
 * thread. */
size_t lwt_history_length(const lwt_history *history);

/* The nth line, 0 the newest, owned by the caller: lwt_string_release. NULL:
 * there is none, the handle is bad, or memory ran out. Borrows `history`. On
 * its thread. */
lwt_string *lwt_history_entry(const lwt_history *history, size_t n);

/* Makes `line` the newest of the history, `Lwt_read_line.add_entry`, unless it
 * is blank or is the newest already. It is copied; what is not UTF-8 in it
 * becomes U+FFFD. Borrows `history`. An editor that is running goes on with the
 * lines of before.
 *
 * Returns LWT_OK, also if it was dropped; LWT_INVALID_ARGUMENT, also if `line`
 * is NULL; LWT_WRONG_THREAD. On the history's thread. */
int lwt_read_line_add_entry(const char *line, const lwt_history *history);

/* Merges the lines with those that the file has now, and replaces it,
 * `Lwt_read_line.save_history`. The oldest part that both have in common is
 * kept once, and behind the file's own lines come those that it has not; what
 * was loaded or saved before is not added again, wherever other programs have
 * put their lines. The bound of the history, and whether it has duplicates,
 * hold for the file, too. The lines are those of the moment of the call.
 *
 * A file has one line each, the oldest first, with newlines written as "\n" and
 * backslashes as "\\". It is replaced as a whole, under a lock that another
 * process waits for, and only its owner can read it (mode 0600). A symbolic
 * link stays, and the file that it leads to is replaced. What is no regular
 * file, as /dev/null, is only written to.
 *
 * Borrows `history`, copies `file`. Returns a promise of LWT_UNIT, owned by the
 * caller. It is a job, and fails with LWT_UNIX_ERROR (function "open", "flock"
 * with EWOULDBLOCK after five seconds, "fstat", "read" with EFBIG above 64 MiB,
 * "write", "fsync" or "rename"), and then the file is as it was;
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_INVALID_ARGUMENT if `file` is NULL; LWT_CANCELED, if it was cancelled
 * before it began: later that does nothing. On the history's thread. */
lwt_t *lwt_read_line_save_history(const char *file,
                                  const lwt_history *history);

/* Reads the history that was saved to a file, `Lwt_read_line.load_history`: an
 * empty one if there is no such file. `max` and `unique` are as in
 * lwt_history_create.
 *
 * Returns a promise of an `lwt_history *`, which the promise owns: lwt_take it,
 * or lwt_history_retain it. What is not UTF-8 in the file becomes U+FFFD. It is
 * a job, and fails with LWT_UNIX_ERROR (function "open", or "read"; EFBIG above
 * 64 MiB); LWT_INVALID_ARGUMENT if `file` is NULL; LWT_CANCELED, as
 * lwt_read_line_save_history; LWT_OUT_OF_MEMORY. On any thread, whose the
 * history then is. */
lwt_t *lwt_read_line_load_history(const char *file, size_t max, bool unique);

/* An empty clipboard, `new Lwt_read_line.clipboard`, owned by the caller:
 * lwt_clipboard_release. NULL: memory ran out. On any thread, whose it then
 * is. */
lwt_clipboard *lwt_clipboard_create(void);

/* The clipboard of this thread, `Lwt_read_line.clipboard`, which editors use
 * that were given none: a reference, owned by the caller:
 * lwt_clipboard_release. NULL: memory ran out. */
lwt_clipboard *lwt_read_line_clipboard(void);

/* One more reference to the same clipboard, owned by the caller. NULL: it is no
 * clipboard of this thread. */
lwt_clipboard *lwt_clipboard_retain(const lwt_clipboard *clipboard);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_clipboard_release(lwt_clipboard *clipboard);

/* Puts a text into the clipboard, the method `set`. NULL as `clipboard`: the
 * one of the thread. The text is copied; what is not UTF-8 in it becomes
 * U+FFFD. Borrows `clipboard`.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT, also if `text` is NULL;
 * LWT_WRONG_THREAD. On the clipboard's thread. */
int lwt_clipboard_set(const lwt_clipboard *clipboard, const char *text);

/* The text in the clipboard, the value of the method `contents`, owned by the
 * caller: lwt_string_release. NULL as `clipboard`: the one of the thread. NULL:
 * the handle is bad, or memory ran out. Borrows `clipboard`. On its thread. */
lwt_string *lwt_clipboard_get(const lwt_clipboard *clipboard);

/* The contents of the clipboard as a signal, the method `contents`, owned by
 * the caller: lwt_signal_release. Its value is a `struct lwt_string *`, which
 * belongs to the signal, and changes when another text is put there. NULL as
 * `clipboard`: the one of the thread.
 *
 * NULL: the handle is bad, or memory ran out. Borrows `clipboard`. On its
 * thread. Manual: "The Lwt.react library". */
lwt_signal *lwt_clipboard_contents(const lwt_clipboard *clipboard);

/* What the words that begin with `word` have in common, and these,
 * `Lwt_read_line.lookup`: `before` of the result is their longest common
 * prefix, in whole characters, and `after` is empty. No word fits: "" and
 * none.
 *
 * Owned by the caller: lwt_read_line_completion_release. NULL: a text is NULL,
 * or memory ran out. On any thread. */
struct lwt_read_line_completion *lwt_read_line_lookup(const char *word,
                                                      const char *const *words,
                                                      size_t n);

/* Completes `word`, which stands between `before` and the cursor,
 * `Lwt_read_line.complete`: nothing changes if none of the words begins with
 * it; one that does is put there, with `suffix` behind it (NULL: " "); of
 * several, what they have in common.
 *
 * Owned by the caller: lwt_read_line_completion_release. NULL: a text other
 * than `suffix` is NULL, or memory ran out. On any thread. */
struct lwt_read_line_completion *lwt_read_line_complete(const char *before,
                                                        const char *word,
                                                        const char *after,
                                                        const char *const *words,
                                                        size_t n,
                                                        const char *suffix);

/* A completion put together by hand: what is to be around the cursor, and the
 * words to choose from, which are taken as they are.
 *
 * Owned by the caller: lwt_read_line_completion_release. NULL: a text is NULL,
 * or memory ran out. On any thread. */
struct lwt_read_line_completion *lwt_read_line_completion_create(const char *before,
                                                                 const char *after,
                                                                 const char *const *words,
                                                                 size_t n);

/* Frees a completion. Nothing for NULL. On any thread. */
void lwt_read_line_completion_release(struct lwt_read_line_completion *completion);

/* The words in columns, filled downwards, on lines of at most `width` columns
 * of a terminal (a wider word has a line to itself), each with a newline. Empty
 * words are left out. What lwt_read_line_print_words prints.
 *
 * Owned by the caller: lwt_string_release. NULL: a word is NULL, or memory ran
 * out. On any thread. */
lwt_string *lwt_read_line_format_words(size_t width, const char *const *words,
                                       size_t n);

/* Writes the words in columns, `Lwt_read_line.print_words`: the text that
 * lwt_read_line_format_words gives, as one write.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller. It
 * fails as lwt_io_write, with LWT_INVALID_ARGUMENT if a word is NULL.
 * Cancelling it: as lwt_io_write. On the channel's thread. */
lwt_t *lwt_read_line_print_words(const lwt_io_channel *channel, size_t width,
                                 const char *const *words, size_t n);

/* Options of which only the size is set. On any thread. */
struct lwt_read_line_options lwt_read_line_options_default(void);

/* Reads a line from the terminal, `Lwt_read_line.read_line`. Returns a promise
 * of the line without its end, a `struct lwt_string *`, in UTF-8; a line of
 * several lines has "\n" between them.
 *
 * `options` may be NULL. Where standard input and output are not both
 * terminals, or TERM is "dumb" or not set, the prompt is written without its
 * styles, and a line read as lwt_io_read_line does.
 *
 * One line is read at a time: who asks meanwhile waits for it. The terminal is
 * as it was before when the promise resolves, and the cursor below the line.
 *
 * Fails with LWT_INTERRUPT if the user breaks off (^C; ^D on an empty line),
 * LWT_END_OF_FILE at the end of input, LWT_UNIX_ERROR if the terminal can't be
 * read from (EIO once it is gone), LWT_FAILURE while another thread reads a
 * line, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for bad options,
 * LWT_OUT_OF_MEMORY, and with what `filter` and `map_result` fail with.
 * Cancelling restores the terminal and fails with LWT_CANCELED; what was typed
 * for the line is lost, what has not been looked at is not. Manual:
 * "Read-line". */
lwt_t *lwt_read_line_read_line(const struct lwt_read_line_options *options);

/* Reads a password, `Lwt_read_line.read_password`. As lwt_read_line_read_line,
 * but it is not completed, there is no history, and what is shown is what
 * `style` says: LWT_READ_LINE_PASSWORD_EMPTY, LWT_READ_LINE_PASSWORD_CLEAR, or
 * LWT_READ_LINE_PASSWORD_TEXT, then `text` (NULL: "*") for each character;
 * `map_text` of the options is not used. Killed text goes to the clipboard of
 * the options, or to one that is forgotten (in Lwt to the global one).
 *
 * Where there is no terminal it fails with LWT_FAILURE. It fails else as
 * lwt_read_line_read_line, and with LWT_INVALID_ARGUMENT for another style. */
lwt_t *lwt_read_line_read_password(const struct lwt_read_line_options *options,
                                   int style, const char *text);

/* Reads one of `n` words, `Lwt_read_line.read_keyword`. Returns a promise of
 * its place, `LWT_INT(0)` for the first. Enter does nothing before one is
 * typed; they are completed. Case is ignored unless `case_sensitive`. The words
 * are copied.
 *
 * As lwt_read_line_read_line; but `complete` and `map_result` of the options
 * are not used, and where there is no terminal a line that is none of the words
 * fails with LWT_FAILURE. LWT_INVALID_ARGUMENT also for a NULL among the
 * words. */
lwt_t *lwt_read_line_read_keyword(const struct lwt_read_line_options *options,
                                  bool case_sensitive,
                                  const char *const *values, size_t n);

/* Reads "yes" or "no", `Lwt_read_line.read_yes_no`: as
 * lwt_read_line_read_keyword with the two. Returns a promise of 1 or 0. */
lwt_t *lwt_read_line_read_yes_no(const struct lwt_read_line_options *options);

/* A view of nothing yet, 80 columns by 25 lines. On any thread. */
struct lwt_read_line_view lwt_read_line_view_default(void);

/* Nothing drawn yet, `Terminal.init`. Owned by the caller:
 * lwt_read_line_render_release. NULL: memory ran out. On any thread, whose it
 * then is. */
lwt_read_line_render *lwt_read_line_render_create(void);

/* One more reference to the same drawing, owned by the caller. NULL: it is none
 * of this thread. */
lwt_read_line_render *lwt_read_line_render_retain(const lwt_read_line_render *render);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_read_line_render_release(lwt_read_line_render *render);

/* What is drawn next, `Terminal.draw`: another drawing, owned by the caller
 * (lwt_read_line_render_release), and in `*bytes` what is to be sent to the
 * terminal, which shows `render` and has the same width (lwt_string_release;
 * NULL for `bytes`: it is not wanted). The cursor is moved relative to where it
 * is: a drawing begins at the left edge. Borrows all.
 *
 * NULL, and `*bytes` is NULL: a bad handle, a view that is none, or memory ran
 * out. On the thread of `render`. */
lwt_read_line_render *lwt_read_line_draw(const lwt_read_line_render *render,
                                         const struct lwt_read_line_view *view,
                                         lwt_string **bytes);

/* What is to be sent at the end, `Terminal.last_draw`: the whole text and
 * nothing below it, with the cursor on the row behind it. Owned by the caller:
 * lwt_string_release. NULL: as lwt_read_line_draw. */
lwt_string *lwt_read_line_last_draw(const lwt_read_line_render *render,
                                    const struct lwt_read_line_view *view);

/* What is to be sent to take the drawing away, `Terminal.erase`; the cursor is
 * then where it began. Owned by the caller: lwt_string_release. NULL: a bad
 * handle, or memory ran out. */
lwt_string *lwt_read_line_erase(const lwt_read_line_render *render);

/* Begins to read a line, `Control.make` and `Control.read_line` in one: the
 * result is what `map_result` of the options makes of the line. As
 * lwt_read_line_read_line else, whose failures are those of the result.
 *
 * Owned by the caller: lwt_read_line_control_release. NULL: memory ran out.
 * Without a terminal the instance can't be controlled: commands do nothing. */
lwt_read_line_control *lwt_read_line_control_create(const struct lwt_read_line_options *options);

/* `Control.read_password`: as lwt_read_line_read_password, with control. NULL:
 * memory ran out. */
lwt_read_line_control *lwt_read_line_control_read_password(const struct lwt_read_line_options *options,
                                                           int style,
                                                           const char *text);

/* `Control.read_keyword`: as lwt_read_line_read_keyword, with control. NULL:
 * memory ran out. */
lwt_read_line_control *lwt_read_line_control_read_keyword(const struct lwt_read_line_options *options,
                                                          bool case_sensitive,
                                                          const char *const *values,
                                                          size_t n);

/* `Control.read_yes_no`: as lwt_read_line_read_yes_no, with control. NULL:
 * memory ran out. */
lwt_read_line_control *lwt_read_line_control_read_yes_no(const struct lwt_read_line_options *options);

/* One more reference to the same instance, owned by the caller. NULL: it is
 * none of this thread. */
lwt_read_line_control *lwt_read_line_control_retain(const lwt_read_line_control *control);

/* Gives up a reference. The line is read on: cancelling the result ends that.
 * Does nothing if the handle is bad. */
void lwt_read_line_control_release(lwt_read_line_control *control);

/* The result, `Control.result`: always the same promise, of which the caller
 * owns one more reference. Fails as lwt_read_line_read_line, and with
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. Cancelling it ends
 * the instance. */
lwt_t *lwt_read_line_control_result(const lwt_read_line_control *control);

/* Has a command done as if a key had given it, `Control.send_command`: after
 * those that were sent before, and through the filter. The text is copied.
 *
 * Returns LWT_OK, also if the instance is over or not on a terminal, when
 * nothing happens; LWT_INVALID_ARGUMENT for a bad handle or a command that is
 * none; LWT_WRONG_THREAD. Borrows `control`. On its thread. */
int lwt_read_line_control_send_command(const lwt_read_line_control *control,
                                       struct lwt_read_line_command command);

/* Has `len` bytes taken as if they had been typed: characters, and what a
 * terminal sends for other keys. A lone escape at the end is the key. Returns
 * as lwt_read_line_control_send_command, and LWT_INVALID_ARGUMENT if `bytes` is
 * NULL and `len` is not 0. */
int lwt_read_line_control_fake_input(const lwt_read_line_control *control,
                                     const void *bytes, size_t len);

/* Ends the input: the line is what has been typed so far, `Control.accept`. The
 * filter is not asked. Returns as lwt_read_line_control_send_command. */
int lwt_read_line_control_accept(const lwt_read_line_control *control);

/* Breaks the input off: the result fails with LWT_INTERRUPT,
 * `Control.interrupt`. Returns as lwt_read_line_control_send_command. */
int lwt_read_line_control_interrupt(const lwt_read_line_control *control);

/* Takes the line away from the screen, until lwt_read_line_control_show,
 * `Control.hide`. Returns a promise of LWT_UNIT, fulfilled when it is gone, or
 * when the instance is over. What is typed meanwhile counts. Cancelling the
 * promise changes nothing else.
 *
 * Fails with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and
 * LWT_OUT_OF_MEMORY. */
lwt_t *lwt_read_line_control_hide(const lwt_read_line_control *control);

/* Draws the line again, `Control.show`. Returns a promise of LWT_UNIT,
 * fulfilled when it is drawn; as lwt_read_line_control_hide. */
lwt_t *lwt_read_line_control_show(const lwt_read_line_control *control);

/* The state of the text now, `Control.engine_state`, or at the end. Owned by
 * the caller: lwt_read_line_state_release. NULL: a bad handle, or memory ran
 * out. */
lwt_read_line_state *lwt_read_line_control_engine_state(const lwt_read_line_control *control);

/* What was drawn last, `Control.render_state`. Owned by the caller:
 * lwt_read_line_render_release. NULL: a bad handle, or memory ran out. */
lwt_read_line_render *lwt_read_line_control_render_state(const lwt_read_line_control *control);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_read_line_command_to_string(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_command_to_string(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_command_name(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_command_name(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_init(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_engine_init(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_init_vi(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_engine_init_vi(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_update(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_engine_update(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_reset(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_engine_reset(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_with_text(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_engine_with_text(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_all_input(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_engine_all_input(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_search_word(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_engine_search_word(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_engine_line(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_engine_line(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_history_create(...) \
  ((struct lwt_history *)lwt_debug_handle(lwt_history_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_history_entry(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_history_entry(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_save_history(...) \
  lwt_debug_promise(lwt_read_line_save_history(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_load_history(...) \
  lwt_debug_promise(lwt_read_line_load_history(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_clipboard_create(...) \
  ((struct lwt_clipboard *)lwt_debug_handle(lwt_clipboard_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_clipboard(...) \
  ((struct lwt_clipboard *)lwt_debug_handle(lwt_read_line_clipboard(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_clipboard_get(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_clipboard_get(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_clipboard_contents(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_clipboard_contents(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_format_words(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_format_words(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_print_words(...) \
  lwt_debug_promise(lwt_read_line_print_words(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_read_line(...) \
  lwt_debug_promise(lwt_read_line_read_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_read_password(...) \
  lwt_debug_promise(lwt_read_line_read_password(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_read_keyword(...) \
  lwt_debug_promise(lwt_read_line_read_keyword(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_read_yes_no(...) \
  lwt_debug_promise(lwt_read_line_read_yes_no(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_render_create(...) \
  ((struct lwt_read_line_render *)lwt_debug_handle(lwt_read_line_render_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_draw(...) \
  ((struct lwt_read_line_render *)lwt_debug_handle(lwt_read_line_draw(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_last_draw(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_last_draw(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_erase(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_read_line_erase(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_create(...) \
  ((struct lwt_read_line_control *)lwt_debug_handle(lwt_read_line_control_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_read_password(...) \
  ((struct lwt_read_line_control *)lwt_debug_handle(lwt_read_line_control_read_password(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_read_keyword(...) \
  ((struct lwt_read_line_control *)lwt_debug_handle(lwt_read_line_control_read_keyword(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_read_yes_no(...) \
  ((struct lwt_read_line_control *)lwt_debug_handle(lwt_read_line_control_read_yes_no(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_result(...) \
  lwt_debug_promise(lwt_read_line_control_result(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_control_hide(...) \
  lwt_debug_promise(lwt_read_line_control_hide(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_control_show(...) \
  lwt_debug_promise(lwt_read_line_control_show(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_read_line_control_engine_state(...) \
  ((struct lwt_read_line_state *)lwt_debug_handle(lwt_read_line_control_engine_state(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_read_line_control_render_state(...) \
  ((struct lwt_read_line_render *)lwt_debug_handle(lwt_read_line_control_render_state(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_READ_LINE_H */
