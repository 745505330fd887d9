/* Module Lwt_result. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_RESULT_H
#define LWT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* PROMISES OF SUCCESS OR AN ERROR. Their value is a `struct lwt_result *`
 * (lwt.h), which the promise owns: an error that is expected is a value like
 * others, and does not make the promise fail. That a promise fails is a third
 * outcome, which passes through all of these functions untouched.
 *
 *     static lwt_t *load(lwt_value number, void *env);    // a promise of a result
 *     static lwt_t *parse(lwt_value text, void *env) {
 *       if (*(char *)text == '\0') return lwt_result_fail("no number");
 *       return lwt_result_return(LWT_INT(atoi(text)));
 *     }
 *     ...
 *     lwt_t *p = lwt_result_bind(lwt_result_bind(read_text(), parse, NULL, NULL),
 *                                load, NULL, NULL);
 *
 * An error is a word of the program's own, or an exception
 * (lwt_result_fail_exn, lwt_result_catch), whose handle is then the word.
 *
 * Such a promise owns its value, as all do that are made here, by
 * lwt_owned_result, or with lwt_result_release as the drop function. A promise
 * of a plain word or of a handle is found out and fails with
 * LWT_INVALID_ARGUMENT; an owned pointer to something else must not be
 * given.
 *
 * A result that a function does not act on is handed on as it is: it is the
 * same structure. A value with a drop function that is moved out of a result
 * which others can see leaves them LWT_UNIT, as with promises.
 *
 * Not in the manual. */

/* A callback from a value, which it borrows, to a result, which the library
 * then owns. */
typedef lwt_result *(*lwt_result_fn)(lwt_value value, void *env);

/* A promise of success, `Lwt_result.return`; `value` is a plain word.
 *
 * Returns a promise of a `struct lwt_result *`, owned by the caller; failed
 * with `LWT_OUT_OF_MEMORY` when memory runs out. On any thread, whose it then
 * is. */
lwt_t *lwt_result_return(lwt_value value);

/* As lwt_result_return, with a value that the result owns. */
lwt_t *lwt_result_return_owned(lwt_value value, lwt_drop_fn drop);

/* A promise of an error, `Lwt_result.fail`; `error` is a plain word. The
 * promise is fulfilled. Otherwise as lwt_result_return. */
lwt_t *lwt_result_fail(lwt_value error);

/* As lwt_result_fail, with an error that the result owns. */
lwt_t *lwt_result_fail_owned(lwt_value error, lwt_drop_fn drop);

/* As lwt_result_fail, with an exception as the error. Consumes `e`; if that is
 * not an exception, the error is one of kind `LWT_INVALID_ARGUMENT`. */
lwt_t *lwt_result_fail_exn(lwt_exn *e);

/* A promise of a result, `Lwt_result.lift`. Consumes `r`; if that is NULL or no
 * result, the promise fails with `LWT_INVALID_ARGUMENT`. Otherwise as
 * lwt_result_return. */
lwt_t *lwt_result_lift(lwt_result *r);

/* When `p` is fulfilled its value becomes a success, `Lwt_result.ok`: it is
 * moved out of `p`.
 *
 * Consumes `p`. Returns a promise of a `struct lwt_result *`, owned by the
 * caller, that fails as `p` does, or with `LWT_INVALID_ARGUMENT`,
 * `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`. Cancelling it cancels `p`. On the
 * promise's thread. */
lwt_t *lwt_result_ok(lwt_t *p);

/* As lwt_result_ok, but the value becomes an error, `Lwt_result.error`. */
lwt_t *lwt_result_error(lwt_t *p);

/* Calls `f`; the value of its promise becomes a success, and what it failed
 * with or raised an error that is an exception, `Lwt_result.catch`: also a
 * cancellation.
 *
 * Consumes `env`; the library owns what `f` returns. Returns a promise of a
 * `struct lwt_result *`, owned by the caller, which fails only with
 * `LWT_INVALID_ARGUMENT` if `f` is NULL, or `LWT_OUT_OF_MEMORY`. Cancelling it
 * cancels what `f` returned. Of this thread. */
lwt_t *lwt_result_catch(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* The opposite of lwt_result_catch, `Lwt_result.get_exn`: a promise of the
 * value of a success, which is moved out of the result; or one that fails with
 * the exception of an error. An error that is no exception becomes the payload
 * of one of kind `LWT_FAILURE`. Otherwise as lwt_result_map. */
lwt_t *lwt_result_get_exn(lwt_t *p);

/* Waits for two promises of results, `Lwt_result.both`: a success with a
 * `struct lwt_values *` of both values, which are moved into it; or, if one or
 * both are errors, the error that occurred first.
 *
 * Consumes both. The result waits for both and fails as lwt_both does.
 * Otherwise as lwt_result_map. */
lwt_t *lwt_result_both(lwt_t *p, lwt_t *q);

/* Replaces the value of a success by what `f` makes of it, `Lwt_result.map`. An
 * error stays as it is, and `f` does not run.
 *
 * Consumes `p`, a promise of a `struct lwt_result *`, and `env`; `f` borrows
 * the value. Returns a promise of such a result, owned by the caller, which
 * fails as `p` does or `f` raises, or with `LWT_INVALID_ARGUMENT` if `p` is bad
 * or not of a result or if `f` is NULL, `LWT_WRONG_THREAD`,
 * `LWT_OUT_OF_MEMORY`. Cancelling it cancels `p`. On the promise's thread. */
lwt_t *lwt_result_map(lwt_t *p, lwt_map_fn f, void *env, lwt_drop_fn drop_env);

/* Replaces an error by what `f` makes of it, `Lwt_result.map_error`, and leaves
 * a success as it is; an error that is an exception is given to `f` as its
 * handle, borrowed. Otherwise as lwt_result_map. */
lwt_t *lwt_result_map_error(lwt_t *p, lwt_map_fn f, void *env,
                            lwt_drop_fn drop_env);

/* Goes on with the value of a success, `Lwt_result.bind`: the result becomes
 * the promise that `f` returns, also of a `struct lwt_result *`. An error stays
 * as it is, and `f` does not run. Otherwise as lwt_result_map. */
lwt_t *lwt_result_bind(lwt_t *p, lwt_bind_fn f, void *env,
                       lwt_drop_fn drop_env);

/* Goes on with an error, `Lwt_result.bind_error`: the result becomes the
 * promise that `f` returns, also of a `struct lwt_result *`. A success stays as
 * it is. Otherwise as lwt_result_map_error. */
lwt_t *lwt_result_bind_error(lwt_t *p, lwt_bind_fn f, void *env,
                             lwt_drop_fn drop_env);

/* As lwt_result_bind, but the promise that `f` returns is of a plain value,
 * which becomes a success, `Lwt_result.bind_lwt`. */
lwt_t *lwt_result_bind_lwt(lwt_t *p, lwt_bind_fn f, void *env,
                           lwt_drop_fn drop_env);

/* As lwt_result_bind_error, but the promise that `f` returns is of a plain
 * value, which becomes the error, `Lwt_result.bind_lwt_error`. */
lwt_t *lwt_result_bind_lwt_error(lwt_t *p, lwt_bind_fn f, void *env,
                                 lwt_drop_fn drop_env);

/* As lwt_result_bind, but `f` returns a result, not a promise,
 * `Lwt_result.bind_result`; NULL or what is no result fails with
 * `LWT_INVALID_ARGUMENT`. */
lwt_t *lwt_result_bind_result(lwt_t *p, lwt_result_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Calls `f` with the value of a success, `Lwt_result.iter`: the result becomes
 * the promise that `f` returns. Of an error: a promise of LWT_UNIT. Otherwise
 * as lwt_result_map. */
lwt_t *lwt_result_iter(lwt_t *p, lwt_bind_fn f, void *env,
                       lwt_drop_fn drop_env);

/* As lwt_result_iter, but `f` is called with an error,
 * `Lwt_result.iter_error`. */
lwt_t *lwt_result_iter_error(lwt_t *p, lwt_bind_fn f, void *env,
                             lwt_drop_fn drop_env);

/* The old names of two functions. */
#define lwt_result_map_err lwt_result_map_error
#define lwt_result_bind_lwt_err lwt_result_bind_lwt_error

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_result_return(...) \
  lwt_debug_promise(lwt_result_return(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_return_owned(...) \
  lwt_debug_promise(lwt_result_return_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_fail(...) \
  lwt_debug_promise(lwt_result_fail(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_fail_owned(...) \
  lwt_debug_promise(lwt_result_fail_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_fail_exn(...) \
  lwt_debug_promise(lwt_result_fail_exn(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_lift(...) \
  lwt_debug_promise(lwt_result_lift(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_ok(...) \
  lwt_debug_promise(lwt_result_ok(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_error(...) \
  lwt_debug_promise(lwt_result_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_catch(...) \
  lwt_debug_promise(lwt_result_catch(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_get_exn(...) \
  lwt_debug_promise(lwt_result_get_exn(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_both(...) \
  lwt_debug_promise(lwt_result_both(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_map(...) \
  lwt_debug_promise(lwt_result_map(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_map_error(...) \
  lwt_debug_promise(lwt_result_map_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_bind(...) \
  lwt_debug_promise(lwt_result_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_bind_error(...) \
  lwt_debug_promise(lwt_result_bind_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_bind_lwt(...) \
  lwt_debug_promise(lwt_result_bind_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_bind_lwt_error(...) \
  lwt_debug_promise(lwt_result_bind_lwt_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_bind_result(...) \
  lwt_debug_promise(lwt_result_bind_result(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_iter(...) \
  lwt_debug_promise(lwt_result_iter(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_result_iter_error(...) \
  lwt_debug_promise(lwt_result_iter_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_RESULT_H */
