#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lwt_io.h"
#include "lwt_signal.h"
#include "lwt_stream.h"
#include "lwt_text.h"

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
 * However the process ends, the terminal is as it was: at exit(3) and at the end of main,
 * and by each signal whose default is the end, faults included (where the program has a
 * handler of its own, it is the program's to leave the modes; and _exit(2) and SIGKILL
 * leave no chance). When SIGTSTP stops the process the terminal is as it was too, and when
 * it goes on the modes are in force again. The child of a fork leaves the terminal to its
 * parent.
 *
 * KEYS are values: a kind, modifiers, and the text of what is a character. What the
 * terminals send for them is in two tables, that of control codes and that of sequences.
 * Lwt has no modifiers, and keys such as Control-Right are there the text of their
 * sequence; here they are LWT_TERM_RIGHT with LWT_TERM_CTRL, and Meta-w is the text "w" with
 * LWT_TERM_META. Only what no table and no rule knows is LWT_TERM_TEXT with the text of the
 * sequence, ESC first.
 *
 * Escape is a key, and the beginning of others: after it the rest is waited for a little
 * (lwt_term_set_escape_timeout). With lwt_term_parse_key_raw, as in Lwt, only what is there
 * counts. */

/* STYLED TEXT is text with instructions how it looks from there on:
 *
 *   lwt_release(lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))));
 *   lwt_styled *prompt = LWT_STYLED(LWT_TEXTF("%d", 42), LWT_INVERSE, LWT_TEXT("# "));
 *
 * Colours are numbers: LWT_DEFAULT_COLOR, LWT_BLACK to LWT_LWHITE, others of the palette up to
 * 255, and LWT_RGB(r, g, b). What a terminal hasn't is shown as the nearest that it has. */

/* For the length of a text: it ends with a NUL byte. */
#define LWT_STYLE_NUL SIZE_MAX
