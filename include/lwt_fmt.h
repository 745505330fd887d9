/* Module Lwt_fmt. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_FMT_H
#define LWT_FMT_H

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

/* FORMATTERS put text together at once, and write it in promises:
 *
 *     lwt_fmt *out = lwt_fmt_stdout();
 *     lwt_fmt_put(out, "[", 1);                       // queued
 *     p = lwt_fmt_fprintf(out, "%d of %d]\n", i, n);   // queued, and all of it written
 *
 * What is printed becomes orders (text, or flush), which are performed in the
 * order in which they were queued, on a channel, by a function, or as elements
 * of a stream.
 *
 * Of Lwt's module what makes sense in C is here. Boxes, break hints and the
 * widths of lines are OCaml's Format, for which C has no counterpart: so
 * get_formatter is left out, and flush has no boxes to close. */

/* A formatter, `Lwt_fmt.formatter`. A handle of the thread that made it. */
typedef struct lwt_fmt lwt_fmt;

struct lwt_fmt_order;

/* Performs an order, which is borrowed for the call, and returns a promise. */
typedef lwt_t *(*lwt_fmt_commit_fn)(const struct lwt_fmt_order *order,
                void *env);

/* What is to be done with the output, `Lwt_fmt.order`. */
typedef struct lwt_fmt_order {
  /* Flush; else write the bytes. */
  bool flush;
  /* How many bytes. */
  size_t len;
  /* The bytes, and a NUL behind them. */
  const char *data;
} lwt_fmt_order;

/* Returns a formatter that writes to a channel, `Lwt_fmt.of_channel`, owned by
 * the caller: lwt_fmt_release. Borrows `channel`, which the formatter keeps.
 * NULL: it is no channel for writing of this thread's, or memory ran out. */
lwt_fmt *lwt_fmt_of_channel(const lwt_io_channel *channel);

/* Returns a formatter whose orders `commit(order, env)` performs, one after the
 * other, `Lwt_fmt.make_formatter`, owned by the caller. `drop_env` runs once,
 * with the last handle of the formatter and not before what is under way has
 * ended. NULL, and `drop_env` has run: `commit` is NULL, or memory ran out. On
 * any thread, whose it then is. */
lwt_fmt *lwt_fmt_make_formatter(lwt_fmt_commit_fn commit, void *env,
                                lwt_drop_fn drop_env);

/* Returns a formatter and, in `*orders`, the stream of its orders,
 * `Lwt_fmt.make_stream`; the caller owns both. Each element is a struct
 * lwt_fmt_order *, one block of memory that the stream owns (free() when it was
 * moved out). The stream ends with the last handle of the formatter. NULL, as
 * is `*orders`: memory ran out, or `orders` is NULL. On any thread, whose they
 * then are. */
lwt_fmt *lwt_fmt_make_stream(lwt_stream **orders);

/* A formatter for standard output, `Lwt_fmt.stdout`, owned by the caller. What
 * is printed through several of them is written in the order of the calls.
 * NULL: memory ran out. */
lwt_fmt *lwt_fmt_stdout(void);

/* A formatter for standard error, `Lwt_fmt.stderr`; as lwt_fmt_stdout. */
lwt_fmt *lwt_fmt_stderr(void);

/* One more reference to the same formatter, owned by the caller. NULL: it is
 * not a formatter of this thread. */
lwt_fmt *lwt_fmt_retain(const lwt_fmt *formatter);

/* Gives up a reference. What is queued and was not performed is lost with the
 * last one. Does nothing if the handle is bad. */
void lwt_fmt_release(lwt_fmt *formatter);

/* Queues `len` bytes, which are copied, and performs nothing. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT (also: `data` is NULL and `len` is not 0),
 * LWT_WRONG_THREAD or LWT_OUT_OF_MEMORY. */
int lwt_fmt_put(const lwt_fmt *formatter, const char *data, size_t len);

/* Performs what is queued, `Lwt_fmt.write_pending`: returns a promise of
 * LWT_UNIT that is fulfilled when all of it is. What other calls have begun
 * comes first. If an order fails, so does the promise, and the orders after it
 * are lost; as when it is cancelled. LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD
 * for a bad handle. */
lwt_t *lwt_fmt_write_pending(const lwt_fmt *formatter);

/* The same, and then a flush, `Lwt_fmt.flush`. */
lwt_t *lwt_fmt_flush(const lwt_fmt *formatter);

/* Performs one order on a channel, `Lwt_fmt.write_order`: writes, or flushes.
 * Borrows both. Fails as lwt_io_write and lwt_io_flush do; LWT_INVALID_ARGUMENT
 * if `order` is NULL. */
lwt_t *lwt_fmt_write_order(const lwt_io_channel *channel,
                           const struct lwt_fmt_order *order);

/* ---- Printing with a format, as printf(3) has it. A format that can't be printed is
 * LWT_FAILURE, and nothing is queued. Each returns a promise, owned by the caller, that
 * is fulfilled and fails as that of lwt_fmt_write_pending. ---- */

/* Queues the text and performs what is queued, `Lwt_fmt.fprintf`. As
 * lwt_fmt_write_pending. */
LWT_IO_FORMAT(2, 0)
static inline lwt_t *lwt_fmt_vfprintf(const lwt_fmt *formatter, const char *format,
                                      va_list arguments) {
  char *text = NULL;
  int len, kind = LWT_FAILURE;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(NULL, 0, format, arguments);
  if (len >= 0) text = (char *)malloc((size_t)len + 1);
  if (text != NULL) {
    vsnprintf(text, (size_t)len + 1, format, again);
    kind = lwt_fmt_put(formatter, text, (size_t)len);
  }
  va_end(again);
  free(text);
  if (kind != LWT_OK) return lwt_fail(lwt_exn_new(kind, "lwt_fmt_fprintf: nothing is printed"));
  return lwt_fmt_write_pending(formatter);
}
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_fmt_fprintf(const lwt_fmt *formatter, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(formatter, format, arguments);
  va_end(arguments);
  return written;
}

/* To standard output, `Lwt_fmt.printf`. */
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_fmt_printf(const char *format, ...) {
  lwt_t *written;
  lwt_fmt *out = lwt_fmt_stdout();
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(out, format, arguments);
  va_end(arguments);
  lwt_fmt_release(out);
  return written;
}

/* To standard error, `Lwt_fmt.eprintf`. */
LWT_IO_FORMAT(1, 2)
static inline lwt_t *lwt_fmt_eprintf(const char *format, ...) {
  lwt_t *written;
  lwt_fmt *err = lwt_fmt_stderr();
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(err, format, arguments);
  va_end(arguments);
  lwt_fmt_release(err);
  return written;
}

/* The same, and what `f(value, env)` returns after it, `Lwt_fmt.kfprintf`: lwt_bind. */
LWT_IO_FORMAT(5, 6)
static inline lwt_t *lwt_fmt_kfprintf(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                                      const lwt_fmt *formatter, const char *format, ...) {
  lwt_t *written;
  va_list arguments;
  va_start(arguments, format);
  written = lwt_fmt_vfprintf(formatter, format, arguments);
  va_end(arguments);
  return lwt_bind(written, f, env, drop_env);
}

/* Prints nothing, but has the compiler look at the format, `Lwt_fmt.ifprintf`. Its
 * promise is fulfilled with LWT_UNIT. */
LWT_IO_FORMAT(2, 3)
static inline lwt_t *lwt_fmt_ifprintf(const lwt_fmt *formatter, const char *format, ...) {
  (void)formatter, (void)format;
  return lwt_return(LWT_UNIT);
}

/* The same, and `f` after it, `Lwt_fmt.ikfprintf`. */
LWT_IO_FORMAT(5, 6)
static inline lwt_t *lwt_fmt_ikfprintf(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                                       const lwt_fmt *formatter, const char *format, ...) {
  (void)formatter, (void)format;
  return lwt_bind(lwt_return(LWT_UNIT), f, env, drop_env);
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_fmt_of_channel(...) \
  ((struct lwt_fmt *)lwt_debug_handle(lwt_fmt_of_channel(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_fmt_make_formatter(...) \
  ((struct lwt_fmt *)lwt_debug_handle(lwt_fmt_make_formatter(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_fmt_make_stream(...) \
  ((struct lwt_fmt *)lwt_debug_handle(lwt_fmt_make_stream(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_fmt_stdout(...) \
  ((struct lwt_fmt *)lwt_debug_handle(lwt_fmt_stdout(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_fmt_stderr(...) \
  ((struct lwt_fmt *)lwt_debug_handle(lwt_fmt_stderr(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_fmt_write_pending(...) \
  lwt_debug_promise(lwt_fmt_write_pending(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_fmt_flush(...) \
  lwt_debug_promise(lwt_fmt_flush(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_fmt_write_order(...) \
  lwt_debug_promise(lwt_fmt_write_order(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_FMT_H */
