#include "lwt_io.h"
#include "lwt_signal.h"
#include "lwt_term.h"

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
 * While the user types the main loop goes on. What the program writes to Lwt_io's standard
 * output and error, and what it logs, appears above the line that is being edited and
 * never breaks it, whole lines or parts of one. (What goes to the terminal by printf or
 * lwt_unix_write does not know of it.)
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
 * Where Lwt leaves things open, or has its accidents: the box has several rows and scrolls;
 * a text that is higher than the screen is shown in part; ^C breaks off; a password leaves
 * no trace in the clipboard that others use; who asks for a line while another is read
 * waits in turn. */
