#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lwt_stream.h"
#include "lwt_unix.h"

/* CHANNELS: buffered reading and writing, over a descriptor, over memory, or over
 * functions. A channel is for reading or for writing (LWT_IO_INPUT, LWT_IO_OUTPUT), and what
 * needs the other one fails with LWT_INVALID_ARGUMENT.
 *
 *   static lwt_t *greet(lwt_value line, void *out) {
 *     const struct lwt_string *name = (const struct lwt_string *)line;
 *     return lwt_io_printf("hello %s\n", name->data);
 *   }
 *   lwt_t *p = lwt_bind(lwt_io_read_line(lwt_io_stdin()), greet, NULL, NULL);
 *
 * - Operations on a channel are performed in the order of the calls, and none comes
 *   between the bytes of another: two reads of a line that wait get consecutive lines.
 * - What is written is copied at once, and sent at the next pause of the main loop: all that
 *   was written in a turn by one system call. There is no need to wait for each write:
 *   lwt_release(lwt_io_printf("...")), for the promise is the caller's all the same, and one
 *   that is dropped tells nobody that it failed (lwt_dont_wait does). But who waits is held up when a slow reader lets more than the high water mark pile up
 *   (lwt_io_set_water_marks), and so needs no more memory than that.
 * - Closing: lwt_io_close; a channel that is only released is not closed, though its
 *   descriptor is if nobody else has it. At the end of the process (exit, or the end of main)
 *   what is unsent is sent.
 * - A channel that has no bytes has no buffer either: buffers are lent by the thread. That
 *   is why a buffer of the user's can't be given, only its size.
 * - A write to a pipe or socket that nobody reads any more raises SIGPIPE, which ends the
 *   process unless it is ignored: signal(SIGPIPE, SIG_IGN). */

/* A channel that is for reading, and one that is for writing, for the reader of C. */
typedef struct lwt_io_channel lwt_input_channel;
typedef struct lwt_io_channel lwt_output_channel;
