/* Module Lwt_text. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_TEXT_H
#define LWT_TEXT_H

#include "lwt_io.h"
#include "lwt_stream.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TEXT CHANNELS are channels of bytes with an encoding: what the program has is
 * UTF-8, what the channel has is that encoding.
 *
 *   lwt_release(lwt_text_printlf("My name is %s", "J\303\251r\303\251mie"));   // J?r?mie, in a C locale
 *   lwt_text_channel *in = lwt_text_make(bytes, "ISO-8859-15", LWT_TEXT_LOOSE);
 *   lwt_t *line = lwt_text_read_line(in);                             // in UTF-8
 *
 * - By default the encoding is that of the locale which LC_ALL, LC_CTYPE and LANG name, looked
 *   up once and without setlocale(3): the program's own locale is neither asked nor changed.
 *   Where the system hasn't that locale, what is behind the dot of its name counts; where none
 *   is named it is ASCII.
 * - Encodings are those of the Web (https://encoding.spec.whatwg.org), by the labels that it
 *   gives them and the usual names of systems; ASCII and ISO-8859-1 as they are; UTF-16LE and
 *   UTF-16BE (UTF-16 is the former), UTF-32LE and UTF-32BE, of which a byte order mark is a
 *   character like others. ISO-8859-9 and ISO-8859-11 are what the Web takes them for,
 *   windows-1254 and windows-874.
 * - LWT_TEXT_LOOSE, the default, never fails. What is read and is no character is taken, byte
 *   by byte, as Latin characters (in UTF-16 and UTF-32 as U+FFFD, for a byte by itself would
 *   bring the rest out of step), so that a text that was read is valid UTF-8. What is written
 *   and the encoding has not becomes what looks alike (quotes, dashes, ligatures, "EUR"), or
 *   "?"; letters with accents are "?". LWT_TEXT_RICH has them lose their accents instead
 *   ("Jeremie"). LWT_TEXT_STRICT fails.
 * - Nothing is kept back in between: bytes may be read and written on lwt_text_byte_channel in
 *   turn with text, and the queue of operations is the same. */

/* A text channel, `Lwt_text.channel`. A handle of the thread that made it. */
typedef struct lwt_text_channel lwt_text_channel;

enum {
  /* What can't be written is transliterated, or "?"; what is read that is no
   * character is taken as Latin characters. As Lwt does by default. */
  LWT_TEXT_LOOSE = 0,
  /* What can't be written, and what is read that is no character, is a failure,
   * `~strict:true`. */
  LWT_TEXT_STRICT = 1,
  /* As LWT_TEXT_LOOSE, and letters lose their accents and strokes before they are
   * "?". */
  LWT_TEXT_RICH = 2
};

/* What is done with a text channel that one has for oneself, or over a file.
 * The handle is borrowed until the promise has resolved. */
typedef lwt_t *(*lwt_text_channel_fn)(const lwt_text_channel *channel,
                void *env);

/* Returns a text channel over a channel of bytes, `Lwt_text.make`, owned by the
 * caller: lwt_text_channel_release. `encoding`: its name, in upper or lower
 * case ("UTF-8", "ISO-8859-15", "KOI8-R", "Shift_JIS"...); NULL for that of the
 * locale that the environment names. `conversion`: LWT_TEXT_LOOSE,
 * LWT_TEXT_STRICT or LWT_TEXT_RICH.
 *
 * Borrows `channel`, of which the text channel has a reference of its own.
 * NULL: the handle is bad, nobody knows the encoding, there is no such
 * conversion, or memory ran out. On the channel's thread. Manual: "Text
 * channels". */
lwt_text_channel *lwt_text_make(const lwt_io_channel *channel,
                                const char *encoding, int conversion);

/* One more reference to the same text channel, owned by the caller. NULL: it is
 * none of this thread's. */
lwt_text_channel *lwt_text_channel_retain(const lwt_text_channel *channel);

/* Gives up a reference. With the last one it gives up the channel of bytes, as
 * lwt_io_channel_release does. Does nothing if the handle is bad. */
void lwt_text_channel_release(lwt_text_channel *channel);

/* The channel of bytes below, `Lwt_text.byte_channel`, owned by the caller:
 * lwt_io_channel_release. NULL: a bad handle, or memory ran out. Bytes may be
 * read and written there between operations on the text channel, which keeps
 * none back. */
lwt_io_channel *lwt_text_byte_channel(const lwt_text_channel *channel);

/* The name of the encoding, `Lwt_text.encoding`, borrowed as long as the
 * channel lives. NULL for a bad handle. */
const char *lwt_text_encoding(const lwt_text_channel *channel);

/* Sends what was written, `Lwt_text.flush`: lwt_io_flush of the channel of
 * bytes, and fails as that does. */
lwt_t *lwt_text_flush(const lwt_text_channel *channel);

/* Closes the channel of bytes, `Lwt_text.close`: lwt_io_close, and fails as
 * that does. */
lwt_t *lwt_text_close(const lwt_text_channel *channel);

/* Calls `f(handle, env)` when nobody else uses the channel, `Lwt_text.atomic`:
 * lwt_io_atomic of the channel of bytes, and as that otherwise.
 *
 * Borrows `channel`; `drop_env` runs once, after `f` has returned, or when it
 * will never be called. Returns a promise that resolves as that of `f`, owned
 * by the caller. On the channel's thread. */
lwt_t *lwt_text_atomic(const lwt_text_channel *channel, lwt_text_channel_fn f,
                       void *env, lwt_drop_fn drop_env);

/* Standard input as a text channel in the encoding of the locale, not strict,
 * `Lwt_text.stdin`: always the same one of this thread, which need not be
 * released. NULL: memory ran out. */
const lwt_text_channel *lwt_text_stdin(void);

/* Standard output, `Lwt_text.stdout`; as lwt_text_stdin. It is over
 * lwt_io_stdout. */
const lwt_text_channel *lwt_text_stdout(void);

/* Standard error, `Lwt_text.stderr`; as lwt_text_stdin. It is over
 * lwt_io_stderr. */
const lwt_text_channel *lwt_text_stderr(void);

/* A new text channel for reading that never ends and has zero characters only,
 * `Lwt_text.zero`. What reads to the end, or to a newline, therefore never
 * returns. Owned by the caller. NULL: memory ran out. */
lwt_text_channel *lwt_text_zero(void);

/* A new text channel for writing that takes everything, `Lwt_text.null`. Owned
 * by the caller. NULL: memory ran out. */
lwt_text_channel *lwt_text_null(void);

/* The next character, `Lwt_text.read_char`: a text in UTF-8 of one code point
 * (a few pairs of bytes in Big5 stand for two).
 *
 * Borrows `channel`. Returns a promise of a `struct lwt_string *`, owned by the
 * promise. It fails with LWT_END_OF_FILE at the end; LWT_FAILURE if the channel
 * is strict and what comes is no character, or is cut off by the end: nothing
 * is taken then, and the next call finds the same (the channel of bytes can be
 * read past it); otherwise as lwt_io_read_line. Cancelling it loses its place
 * in the queue and nothing else, nor does a character that has come in part. On
 * the channel's thread. Manual: "Text channels". */
lwt_t *lwt_text_read_char(const lwt_text_channel *channel);

/* The same, `Lwt_text.read_char_opt`: `LWT_NONE` at the end. */
lwt_t *lwt_text_read_char_opt(const lwt_text_channel *channel);

/* The next line, `Lwt_text.read_line`, in UTF-8: up to a newline, which is
 * taken, and without it or "\r\n". The last line may lack its newline. As
 * lwt_text_read_char otherwise: of a strict channel, a line in which something
 * is no character fails as a whole, and is not taken. */
lwt_t *lwt_text_read_line(const lwt_text_channel *channel);

/* The same, `Lwt_text.read_line_opt`: `LWT_NONE` where there is no byte any
 * more. */
lwt_t *lwt_text_read_line_opt(const lwt_text_channel *channel);

/* Everything up to the end, `Lwt_text.read` without a count; an empty text at
 * the end. As lwt_text_read_line. */
lwt_t *lwt_text_read(const lwt_text_channel *channel);

/* At most `count` characters, and at least one unless at the end,
 * `Lwt_text.read` with a count. Of a strict channel, what comes before
 * something that is no character is read, and the next call fails. As
 * lwt_text_read_char otherwise. */
lwt_t *lwt_text_read_count(const lwt_text_channel *channel, size_t count);

/* The characters of a channel as a stream of `struct lwt_string *`, which the
 * stream owns, `Lwt_text.read_chars`; see lwt_text_read_char. A character is
 * read when it is asked for. Where that fails so does the read of the stream,
 * and the next one tries again. The channel is not closed at the end.
 *
 * Borrows `channel`, of which the stream has a reference of its own. Returns a
 * stream, owned by the caller (lwt_stream_release). NULL for a bad handle or
 * one for writing, or if memory runs out. On the channel's thread. */
lwt_stream *lwt_text_read_chars(const lwt_text_channel *channel);

/* The lines of a channel as a stream, `Lwt_text.read_lines`; see
 * lwt_text_read_line. As lwt_text_read_chars otherwise. */
lwt_stream *lwt_text_read_lines(const lwt_text_channel *channel);

/* Writes the `len` bytes at `text`, which are UTF-8, in the channel's encoding,
 * `Lwt_text.write`: all of it, and no other write comes between. It is copied
 * by the call.
 *
 * What the encoding has not is written as the channel's conversion says, and
 * bytes that are no UTF-8 are taken as Latin characters; of a strict channel
 * either is LWT_FAILURE, and nothing is written.
 *
 * Borrows `channel`. Returns a promise of LWT_UNIT, owned by the caller; it
 * fails as lwt_io_write does otherwise. Cancelling it before the text was taken
 * writes nothing of it. On the channel's thread. Manual: "Text channels". */
lwt_t *lwt_text_write(const lwt_text_channel *channel, const char *text,
                      size_t len);

/* The same, and a newline behind it, `Lwt_text.write_line`. As
 * lwt_text_write. */
lwt_t *lwt_text_write_line(const lwt_text_channel *channel, const char *text,
                           size_t len);

/* Writes the one character that the `len` bytes at `text` are,
 * `Lwt_text.write_char`. As lwt_text_write, and LWT_INVALID_ARGUMENT if it is
 * none or more than one. */
lwt_t *lwt_text_write_char(const lwt_text_channel *channel, const char *text,
                           size_t len);

/* Writes each element of a stream of `struct lwt_string *` as one character,
 * `Lwt_text.write_chars`; the next is asked for when there is room again.
 *
 * Borrows `channel`, consumes `chars`. Returns a promise of LWT_UNIT, owned by
 * the caller; it fails as the stream does, or lwt_text_write_char. Cancelling
 * it loses the character that waits. On the channel's thread. */
lwt_t *lwt_text_write_chars(const lwt_text_channel *channel,
                            lwt_stream *chars);

/* Writes each element of a stream of `struct lwt_string *` and a newline,
 * `Lwt_text.write_lines`. As lwt_text_write_chars, and other writes may come
 * between the lines: use lwt_text_atomic against that. */
lwt_t *lwt_text_write_lines(const lwt_text_channel *channel,
                            lwt_stream *lines);

/* Writes what a stream of bytes (integers) has as numbers and as text,
 * `Lwt_text.hexdump_stream`; lwt_io_hexdump_stream in the channel's
 * encoding.
 *
 * Borrows `channel`, consumes `bytes`. Returns a promise of LWT_UNIT, owned by
 * the caller; it fails as the stream does, or lwt_text_write. On the channel's
 * thread. */
lwt_t *lwt_text_hexdump_stream(const lwt_text_channel *channel,
                               lwt_stream *bytes);

/* Writes the `len` bytes at `data` as numbers and as text, `Lwt_text.hexdump`,
 * in one piece. As lwt_text_write. */
lwt_t *lwt_text_hexdump(const lwt_text_channel *channel, const char *data,
                        size_t len);

/* Writes `text`, which is UTF-8, up to its NUL byte, `Lwt_text.fprint`. As
 * lwt_text_write; LWT_INVALID_ARGUMENT if `text` is NULL. */
lwt_t *lwt_text_fprint(const lwt_text_channel *channel, const char *text);

/* The same, and a newline, `Lwt_text.fprintl`. */
lwt_t *lwt_text_fprintl(const lwt_text_channel *channel, const char *text);

/* Writes `text` to standard output, in the encoding of the locale,
 * `Lwt_text.print`. As lwt_text_fprint. */
lwt_t *lwt_text_print(const char *text);

/* The same, and a newline, `Lwt_text.printl`. */
lwt_t *lwt_text_printl(const char *text);

/* Writes `text` to standard error, `Lwt_text.eprint`. As lwt_text_fprint. */
lwt_t *lwt_text_eprint(const char *text);

/* The same, and a newline, `Lwt_text.eprintl`. */
lwt_t *lwt_text_eprintl(const char *text);

/* Opens a file and makes a text channel over it, `Lwt_text.open_file`. `mode`,
 * `flags`, `permissions` and `buffer_size` as lwt_io_open_file has them,
 * `encoding` and `conversion` as lwt_text_make.
 *
 * Borrows `path` and `encoding` until the call returns. Returns a promise of a
 * `lwt_text_channel *`, which it owns: lwt_take it, lwt_text_close and
 * lwt_text_channel_release it. It fails as lwt_io_open_file does, and with
 * LWT_INVALID_ARGUMENT if nobody knows the encoding or there is no such
 * conversion; what a cancelled call opens is closed again. This thread's. */
lwt_t *lwt_text_open_file(int mode, const char *path, int flags,
                          int permissions, size_t buffer_size,
                          const char *encoding, int conversion);

/* Opens a file as lwt_text_open_file does, calls `f(channel, env)`, and closes
 * the channel when the promise of `f` resolves, either way,
 * `Lwt_text.with_file`. The result is that promise's; or the failure to close,
 * which flushes the channel.
 *
 * Borrows `path` and `encoding` until the call returns; `drop_env` runs once,
 * after `f` has returned, or when it will never be called. It fails as
 * lwt_text_open_file and lwt_io_with_file do. Cancelling it cancels the promise
 * of `f`; the channel is closed then. This thread's. */
lwt_t *lwt_text_with_file(int mode, const char *path, int flags,
                          int permissions, size_t buffer_size,
                          const char *encoding, int conversion,
                          lwt_text_channel_fn f, void *env,
                          lwt_drop_fn drop_env);

/* The lines of a file as a stream of `struct lwt_string *`, which the stream
 * owns, `Lwt_text.lines_of_file`; see lwt_text_read_line. The file is opened by
 * the first read, which fails as lwt_text_open_file does (the next one tries
 * again), and closed at the end, after a failure, and when the last reader is
 * gone.
 *
 * Borrows `path` and `encoding` until the call returns. Returns a stream, owned
 * by the caller (lwt_stream_release). NULL if `path` is NULL, nobody knows the
 * encoding, there is no such conversion, or memory runs out. This thread's. */
lwt_stream *lwt_text_lines_of_file(const char *path, const char *encoding,
                                   int conversion);

/* The characters of a file as a stream, `Lwt_text.chars_of_file`; see
 * lwt_text_read_char. As lwt_text_lines_of_file otherwise. */
lwt_stream *lwt_text_chars_of_file(const char *path, const char *encoding,
                                   int conversion);

/* Writes each element of a stream of `struct lwt_string *` and a newline to a
 * file, which is made or emptied before, `Lwt_text.lines_to_file`.
 *
 * Borrows `path` and `encoding` until the call returns, consumes `lines`.
 * Returns a promise of LWT_UNIT, fulfilled when the file is closed. It fails as
 * lwt_text_open_file and lwt_text_write_lines do. Cancelled, some of the lines
 * may be in the file. This thread's. */
lwt_t *lwt_text_lines_to_file(const char *path, const char *encoding,
                              int conversion, lwt_stream *lines);

/* Writes each element of a stream of `struct lwt_string *` as one character to
 * a file, `Lwt_text.chars_to_file`; see lwt_text_write_chars. As
 * lwt_text_lines_to_file otherwise. */
lwt_t *lwt_text_chars_to_file(const char *path, const char *encoding,
                              int conversion, lwt_stream *chars);

/* ---- Writing with a format, as printf(3) has it, in UTF-8. As lwt_text_write otherwise; a
 * format that can't be printed is LWT_FAILURE. Each returns a promise, which who does not wait
 * for it releases: lwt_release(lwt_text_printf("...")). ---- */

/* What all of them do. */
LWT_IO_FORMAT(3, 0)
static inline lwt_t *lwt_text_print_format(const lwt_text_channel *channel, bool line,
                                           const char *format, va_list arguments) {
  char here[512], *text = here, *more = NULL;
  lwt_t *written;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  va_end(again);
  if (text == NULL || len < 0) {
    written = lwt_fail(lwt_exn_new(LWT_FAILURE, "lwt_text_printf: the text can't be made"));
  } else if (line) {
    written = lwt_text_write_line(channel, text, (size_t)len);
  } else {
    written = lwt_text_write(channel, text, (size_t)len);
  }
  free(more);
  return written;
}

/* To a text channel, `Lwt_text.fprintf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_text_vfprintf(const lwt_text_channel *channel, const char *format,
                                      va_list arguments) {
  return lwt_text_print_format(channel, false, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_text_fprintf(const lwt_text_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(channel, false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.fprintlf`. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_text_vfprintlf(const lwt_text_channel *channel, const char *format,
                                      va_list arguments) {
  return lwt_text_print_format(channel, true, format, arguments);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_text_fprintlf(const lwt_text_channel *channel, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(channel, true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_text.printf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_vprintf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stdout(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_printf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stdout(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.printlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_vprintlf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stdout(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_printlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stdout(), true, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard error, `Lwt_text.eprintf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_veprintf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stderr(), false, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_eprintf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stderr(), false, format, arguments);
  va_end(arguments);
  return written;
}

/* The same, and a newline, `Lwt_text.eprintlf`. */
LWT_IO_FORMAT(1, 0)
static inline lwt_t *lwt_text_veprintlf(const char *format, va_list arguments) {
  return lwt_text_print_format(lwt_text_stderr(), true, format, arguments);
}
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_text_eprintlf(const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_text_print_format(lwt_text_stderr(), true, format, arguments);
  va_end(arguments);
  return written;
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_text_make(...) \
  ((struct lwt_text_channel *)lwt_debug_handle(lwt_text_make(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_byte_channel(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_text_byte_channel(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_flush(...) \
  lwt_debug_promise(lwt_text_flush(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_close(...) \
  lwt_debug_promise(lwt_text_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_atomic(...) \
  lwt_debug_promise(lwt_text_atomic(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_zero(...) \
  ((struct lwt_text_channel *)lwt_debug_handle(lwt_text_zero(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_null(...) \
  ((struct lwt_text_channel *)lwt_debug_handle(lwt_text_null(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_read_char(...) \
  lwt_debug_promise(lwt_text_read_char(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read_char_opt(...) \
  lwt_debug_promise(lwt_text_read_char_opt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read_line(...) \
  lwt_debug_promise(lwt_text_read_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read_line_opt(...) \
  lwt_debug_promise(lwt_text_read_line_opt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read(...) \
  lwt_debug_promise(lwt_text_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read_count(...) \
  lwt_debug_promise(lwt_text_read_count(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_read_chars(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_text_read_chars(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_read_lines(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_text_read_lines(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_write(...) \
  lwt_debug_promise(lwt_text_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_write_line(...) \
  lwt_debug_promise(lwt_text_write_line(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_write_char(...) \
  lwt_debug_promise(lwt_text_write_char(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_write_chars(...) \
  lwt_debug_promise(lwt_text_write_chars(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_write_lines(...) \
  lwt_debug_promise(lwt_text_write_lines(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_hexdump_stream(...) \
  lwt_debug_promise(lwt_text_hexdump_stream(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_hexdump(...) \
  lwt_debug_promise(lwt_text_hexdump(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_fprint(...) \
  lwt_debug_promise(lwt_text_fprint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_fprintl(...) \
  lwt_debug_promise(lwt_text_fprintl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_print(...) \
  lwt_debug_promise(lwt_text_print(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_printl(...) \
  lwt_debug_promise(lwt_text_printl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_eprint(...) \
  lwt_debug_promise(lwt_text_eprint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_eprintl(...) \
  lwt_debug_promise(lwt_text_eprintl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_open_file(...) \
  lwt_debug_promise(lwt_text_open_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_with_file(...) \
  lwt_debug_promise(lwt_text_with_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_lines_of_file(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_text_lines_of_file(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_chars_of_file(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_text_chars_of_file(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_text_lines_to_file(...) \
  lwt_debug_promise(lwt_text_lines_to_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_text_chars_to_file(...) \
  lwt_debug_promise(lwt_text_chars_to_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_TEXT_H */
