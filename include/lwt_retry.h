/* Module Lwt_retry. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_RETRY_H
#define LWT_RETRY_H

#include "lwt_stream.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* RETRYING. What may fail is attempted as often as somebody asks: a function
 * makes one attempt, and says how it ended.
 *
 *     static lwt_t *connected(lwt_value fd, void *env) { return lwt_retry_ok(fd); }
 *     static lwt_t *refused(const lwt_exn *e, void *env) {
 *       lwt_value errnum = LWT_INT(lwt_exn_errno(e));
 *       return errnum == LWT_INT(ECONNREFUSED) ? lwt_retry_again(errnum)
 *                                              : lwt_retry_fatal(errnum);
 *     }
 *     static lwt_t *attempt(void *address) {
 *       return lwt_try_bind(connect_to(address), connected, refused, NULL, NULL);
 *     }
 *     ...
 *     lwt_stream *attempts = lwt_retry_on_error(attempt, address, NULL);
 *     attempts = lwt_retry_with_sleep(attempts, NULL, NULL, NULL);
 *     lwt_t *last = lwt_retry_n_times(5, attempts);   // six attempts at most
 *
 * An error that is expected is a value of the program's own: it does not make a
 * promise fail. A promise of an attempt that does fail is none of these:
 * whoever reads the stream fails so, and reading on makes the next attempt.
 *
 * Not in the manual. */

/* An attempt: how it ended, with a value or an error, and its number. A
 * handle
 *  of the thread that made it. */
typedef struct lwt_retry_attempt lwt_retry_attempt;

/* How an attempt ended. */
typedef enum lwt_retry_kind {
  /* It succeeded, `Ok`. */
  LWT_RETRY_OK,
  /* It failed, and may be made again, `Retry`. */
  LWT_RETRY_AGAIN,
  /* It failed for good, `Fatal`. */
  LWT_RETRY_FATAL,
} lwt_retry_kind;

/* A callback that says how many seconds to sleep after the attempt with this
 * number, from 1. */
typedef double (*lwt_retry_duration_fn)(size_t number, void *env);

/* A callback that prints an error, which it borrows: text that the library then
 * owns. */
typedef lwt_string *(*lwt_retry_print_fn)(lwt_value error, void *env);

/* A callback that compares two errors, which it borrows. */
typedef bool (*lwt_retry_equal_fn)(lwt_value a, lwt_value b, void *env);

/* For the function of lwt_retry_on_error: a promise of an attempt that
 * succeeded, with a plain word, `Ok`. Owned by the caller; failed with
 * `LWT_OUT_OF_MEMORY` when memory runs out. On any thread, whose it then is. */
lwt_t *lwt_retry_ok(lwt_value value);

/* As lwt_retry_ok, with a value that the attempt owns. */
lwt_t *lwt_retry_ok_owned(lwt_value value, lwt_drop_fn drop);

/* As lwt_retry_ok, of an attempt that failed and may be made again, `Retry`;
 * `error` is a plain word. */
lwt_t *lwt_retry_again(lwt_value error);

/* As lwt_retry_again, with an error that the attempt owns. */
lwt_t *lwt_retry_again_owned(lwt_value error, lwt_drop_fn drop);

/* As lwt_retry_ok, of an attempt that failed for good, `Fatal`; `error` is a
 * plain word. */
lwt_t *lwt_retry_fatal(lwt_value error);

/* As lwt_retry_fatal, with an error that the attempt owns. */
lwt_t *lwt_retry_fatal_owned(lwt_value error, lwt_drop_fn drop);

/* How the attempt ended; `LWT_RETRY_FATAL` if the handle is bad. On its
 * thread. */
enum lwt_retry_kind lwt_retry_attempt_kind(const lwt_retry_attempt *attempt);

/* The value of the attempt, or its error, borrowed; `LWT_UNIT` if the handle is
 * bad. On its thread. */
lwt_value lwt_retry_attempt_value(const lwt_retry_attempt *attempt);

/* Which attempt it was, counted from 1; 0 if it is in no stream yet, or the
 * handle is bad. On its thread. */
size_t lwt_retry_attempt_number(const lwt_retry_attempt *attempt);

/* One more reference to the same attempt, owned by the caller. NULL: it is not
 * an attempt of this thread. */
lwt_retry_attempt *lwt_retry_attempt_retain(const lwt_retry_attempt *attempt);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_retry_attempt_release(lwt_retry_attempt *attempt);

/* The attempts to do something, `Lwt_retry.on_error`: a stream of
 * `lwt_retry_attempt *`. Each is made by `f` when it is asked for; the stream
 * ends after one that succeeded or failed for good, and `f` is not called any
 * more.
 *
 * Consumes `env`; the library owns the promise that `f` returns: of
 * lwt_retry_ok, lwt_retry_again or lwt_retry_fatal. That it fails, or `f`
 * raises, is the failure of who reads, and no attempt of the stream, though it
 * is counted; anything else fails with `LWT_INVALID_ARGUMENT`. Returns the
 * stream, owned by the caller; NULL if `f` is NULL, or memory ran out. On any
 * thread, whose it then is. */
lwt_stream *lwt_retry_on_error(lwt_thunk_fn f, void *env,
                               lwt_drop_fn drop_env);

/* The same attempts, `Lwt_retry.with_sleep`: after one that failed, for good or
 * not, it takes `duration(number, env)` seconds until it is given. NULL:
 * lwt_retry_default_sleep_duration. Not a number fails with
 * `LWT_INVALID_ARGUMENT`.
 *
 * Consumes `attempts` and `env`. Returns the stream, owned by the caller; NULL
 * if `attempts` is bad, or memory ran out. On the stream's thread. */
lwt_stream *lwt_retry_with_sleep(lwt_stream *attempts,
                                 lwt_retry_duration_fn duration, void *env,
                                 lwt_drop_fn drop_env);

/* The seconds to sleep after the attempt with this number,
 * `Lwt_retry.default_sleep_duration`: number * 2 * 2^number, that is 0, 4, 16,
 * 48, 128 and so on. Any thread. */
double lwt_retry_default_sleep_duration(size_t number);

/* Makes attempts until one succeeds or fails for good, `Lwt_retry.n_times`: at
 * most `n` after the first one.
 *
 * Consumes `attempts`. Returns a promise, owned by the caller, of the last
 * attempt, a `lwt_retry_attempt *`, which it owns; however that ended. It fails
 * as the stream does; with `LWT_INVALID_ARGUMENT` if `n` is below 0, if
 * `attempts` is bad, or an element of it no attempt; with `LWT_EMPTY` if there
 * is none; with `LWT_WRONG_THREAD` or `LWT_OUT_OF_MEMORY`. Cancelling it ends
 * the wait; the attempt that is being made, or the sleep, goes on unheeded, as
 * with any read of a stream. On the stream's thread. */
lwt_t *lwt_retry_n_times(intptr_t n, lwt_stream *attempts);

/* Prints an attempt that failed, `Lwt_retry.pp_error`: "Retry " or "Fatal ",
 * and what `retry` or `fatal` prints of its error; `"<opaque>"` if that is
 * NULL, or returns NULL.
 *
 * Borrows `attempt`, consumes `env`. Returns text, owned by the caller:
 * lwt_string_release. NULL if the handle is bad, if the attempt succeeded, or
 * memory ran out; or if a callback raised: that is raised again, as by
 * lwt_raise. On the attempt's thread. */
lwt_string *lwt_retry_pp_error(const lwt_retry_attempt *attempt,
                               lwt_retry_print_fn retry,
                               lwt_retry_print_fn fatal, void *env,
                               lwt_drop_fn drop_env);

/* Did two attempts fail in the same way, `Lwt_retry.equal_error`: both for good
 * or both not, with errors for which `retry` or `fatal` returns true? If that
 * is NULL, with the same word.
 *
 * Borrows both, consumes `env`. False also if one of them succeeded, or a
 * handle is bad; or if a callback raised: that is raised again, as by
 * lwt_raise. On their thread. */
bool lwt_retry_equal_error(const lwt_retry_attempt *a,
                           const lwt_retry_attempt *b, lwt_retry_equal_fn retry,
                           lwt_retry_equal_fn fatal, void *env,
                           lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_retry_ok(...) \
  lwt_debug_promise(lwt_retry_ok(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_ok_owned(...) \
  lwt_debug_promise(lwt_retry_ok_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_again(...) \
  lwt_debug_promise(lwt_retry_again(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_again_owned(...) \
  lwt_debug_promise(lwt_retry_again_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_fatal(...) \
  lwt_debug_promise(lwt_retry_fatal(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_fatal_owned(...) \
  lwt_debug_promise(lwt_retry_fatal_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_on_error(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_retry_on_error(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_retry_with_sleep(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_retry_with_sleep(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_retry_n_times(...) \
  lwt_debug_promise(lwt_retry_n_times(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_retry_pp_error(...) \
  ((struct lwt_string *)lwt_debug_handle(lwt_retry_pp_error(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_RETRY_H */
