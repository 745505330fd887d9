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

/* A state of the editor, `Engine.state`, which never changes. A handle of the
 * thread that made it. */
typedef struct lwt_read_line_state lwt_read_line_state;

/* The lines that were read before, the newest first, `Lwt_read_line.history`. A
 * handle of the thread that made it. */
typedef struct lwt_history lwt_history;

/* A clipboard. A handle of the thread that made it. */
typedef struct lwt_clipboard lwt_clipboard;

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
  LWT_READ_LINE_VI_NORMAL_KEYS = 2
};

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
 * or memory ran out. On the state's thread. Not in Lwt. */
struct lwt_read_line_command *lwt_read_line_engine_command(const lwt_read_line_state *state,
                                                           lwt_term_key key);

/* Binds a key to a command, in one of the tables of this thread,
 * LWT_READ_LINE_EMACS_KEYS and so on. Editors that are running use it with the
 * next key. The text of the command is copied. LWT_READ_LINE_NOP makes the key
 * do nothing. Not in Lwt, whose table is fixed.
 *
 *     struct lwt_term_key key = …;   // ^N, which moves the cursor back in Lwt
 *     lwt_read_line_bind(LWT_READ_LINE_EMACS_KEYS, key,
 *                        lwt_read_line_do(LWT_READ_LINE_HISTORY_NEXT));
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
#endif

#endif /* LWT_READ_LINE_H */
