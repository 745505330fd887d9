/* Module Lwt. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_H
#define LWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* MODULE LWT: promises.
 *
 * A promise is pending (LWT_SLEEP), fulfilled with a value (LWT_RETURN) or
 * failed with an exception (LWT_FAIL), and once it is resolved it stays as it
 * is. What is to happen next is a function that is given to lwt_bind:
 *
 *   static lwt_t *twice(lwt_value n, void *env) {
 *     return lwt_return(LWT_INT(2 * LWT_TO_INT(n)));
 *   }
 *   ...
 *   lwt_u *wakener;
 *   lwt_t *result = lwt_bind(lwt_wait(&wakener), twice, NULL, NULL);
 *   lwt_wakeup(wakener, LWT_INT(21));
 *   ... lwt_value_of(result) is LWT_INT(42) now ...
 *   lwt_release(result);
 *
 * Functions that return a promise report every failure through it, whatever
 * went wrong: a mistake in the call, an exception that a callback raised. There
 * is no second way in which they fail.
 *
 * Lwt's operators: `p >>= f` is lwt_bind, `p >|= f` lwt_map. `p <&> q` is
 * lwt_join2(p, q), `p <?> q` lwt_choose2(p, q); `let* x = p and* y = q` binds
 * lwt_both(p, q). The functions that Lwt.catch and its kin run first are here
 * the promise that they are given: lwt_apply makes it of a function.
 *
 * Where Lwt has its accidents, or promises nothing:
 *
 *  - Callbacks of one promise run in the order in which they were attached,
 *    cancel callbacks before all others. When two pending promises become one
 *    (the callback of a bind returned a pending promise), those of the bind's
 *    result come first.
 *  - lwt_wakeup inside a callback runs the callbacks of its promise at once,
 *    before it returns; lwt_wakeup_later, when the outermost resolution ends.
 *    Resolving needs no stack: chains may be of any length.
 *  - A callback that fails, on a promise resolved before or after the call,
 *    fails the result, and nothing else. (In Lwt it makes the call itself fail
 *    in the one case.)
 *  - Cancelling several promises: all of them fail first, then their callbacks
 *    run, the first one's first. A wake-up that cancelling made pointless is
 *    ignored, once; it spends the wakener. (In Lwt any number of them is, also
 *    after a promise was made to fail with Canceled by its own wakener; here
 *    that one is spent as by any other wake-up.)
 *  - A hook, or a handler of lwt_dont_wait, that raises disturbs nobody else.
 *  - A promise of lwt_pause that was cancelled counts until the next
 *    lwt_wakeup_paused, as in Lwt. */

/* CONVENTIONS of every header of the library.
 *
 * Ownership stands in the type, for every kind of handle:
 *
 *   lwt_t *        a parameter: the call consumes one reference, also when it
 *                  fails; only a handle of another thread stays as it was.
 *   const lwt_t *  a parameter: the call borrows.
 *   lwt_t *        a result: yours, to pass on or to release.
 *   const char *   a result: borrowed from what it was asked of.
 *
 * Handles are numbers, checked at each call. A NULL, stale or foreign handle,
 * or one of another thread, is an error: a call that returns a promise then
 * returns one that has failed with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD, a
 * call that returns int returns that kind, a call that returns a handle of
 * another sort returns NULL.
 *
 * Callbacks come as (function, env, drop_env). drop_env may be NULL; it runs
 * exactly once, after the callback ran or when it never will, and also when
 * the call fails. (Drop functions that run one within the other run a little
 * later where they are nested deeply, so that a chain of owners needs no
 * stack.) Callbacks may call the library, but they must return to it:
 * no longjmp, no C++ exception, no end of the thread.
 *
 * Threads: a call is for the thread that owns the handles it is given, unless
 * its comment says otherwise; what makes a handle without being given one makes
 * it for the calling thread.
 *
 * Memory: a call that returns a promise may also fail with LWT_OUT_OF_MEMORY,
 * and one that returns a handle of another sort then returns NULL.
 *
 * "Manual" is the user manual of Lwt 2.4, the OCaml library whose modules these
 * headers follow; it comes with that library. Names in comments such as
 * `Lwt.bind` are that library's. */

/* An exception. Any thread may use it. */
typedef struct lwt_exn lwt_exn;

/* A promise, `'a Lwt.t`. A handle: a checked number, never dereferenced. */
typedef struct lwt_t lwt_t;

/* The wakener (resolver) of a promise, `'a Lwt.u`. */
typedef struct lwt_u lwt_u;

/* A key of sequence-local storage, `'a Lwt.key`. Any thread may use it. */
typedef struct lwt_key lwt_key;

/* A storage: what all keys are bound to. A handle. */
typedef struct lwt_storage lwt_storage;

enum {
  /* No error. */
  LWT_OK = 0,
  /* The promise was cancelled, `Lwt.Canceled`. */
  LWT_CANCELED = 1,
  /* A NULL, stale or foreign handle, or an argument out of its bounds. */
  LWT_INVALID_ARGUMENT = 2,
  /* The handle belongs to another thread. */
  LWT_WRONG_THREAD = 3,
  /* `Failure`: a failure that is told in words. */
  LWT_FAILURE = 4,
  /* `Not_found`. */
  LWT_NOT_FOUND = 5,
  /* A system call failed; `lwt_exn_errno` tells how. */
  LWT_UNIX_ERROR = 6,
  /* `End_of_file`. */
  LWT_END_OF_FILE = 7,
  /* `Lwt_unix.Timeout`. */
  LWT_TIMEOUT = 8,
  /* There is none: at the end of a stream, in an empty sequence, after no
   * attempt; `Lwt_stream.Empty`, `Lwt_sequence.Empty`. */
  LWT_EMPTY = 9,
  /* The channel, stream or pool is closed. */
  LWT_CLOSED = 10,
  /* `Lwt_stream.Full`. */
  LWT_FULL = 11,
  /* The wakener was released before it was used. */
  LWT_ABANDONED = 12,
  /* Memory, or room for handles, ran out. */
  LWT_OUT_OF_MEMORY = 13,
  /* The main loop has nothing left that could resolve the promise. */
  LWT_STALLED = 14,
  /* The switch is off, `Lwt_switch.Off`. */
  LWT_OFF = 15,
  /* A condition that LWT_ASSERT of `lwt_syntax.h` names does not hold,
   * `Assert_failure`. */
  LWT_ASSERT_FAILED = 16,
  /* This system has no such call, or an optional part is missing,
   * `Lwt_sys.Not_available`; `lwt_exn_function` tells which. */
  LWT_NOT_AVAILABLE = 17,
  /* In the child of `lwt_unix_fork`: what the promise waits for is done by a
   * thread of the parent. */
  LWT_FORKED = 18,
  /* The logger is closed, `Lwt_log.Logger_closed`. */
  LWT_LOGGER_CLOSED = 19,
  /* The input of a line was broken off, `Lwt_read_line.Interrupt`. */
  LWT_INTERRUPT = 20,
  /* TLS failed; `lwt_ssl_error_of` of `lwt_ssl.h` tells how. */
  LWT_SSL = 21
};

/* The three states of a promise, `Lwt.state`. */
typedef enum lwt_promise_state {
  /* Pending: not yet resolved. */
  LWT_SLEEP,
  /* Resolved with a value. */
  LWT_RETURN,
  /* Failed with an exception. */
  LWT_FAIL,
} lwt_promise_state;

struct lwt_values;
struct lwt_string;
struct lwt_result;

/* Frees a value or an environment. */
typedef void (*lwt_drop_fn)(void *);

/* A value is one machine word. */
typedef void *lwt_value;

/* A callback from a value to a promise. */
typedef lwt_t *(*lwt_bind_fn)(lwt_value value, void *env);

/* A callback from a value to a value. */
typedef lwt_value (*lwt_map_fn)(lwt_value value, void *env);

/* A callback from an exception, which it borrows, to a promise. */
typedef lwt_t *(*lwt_exn_fn)(const lwt_exn *exn, void *env);

/* A callback that returns a promise, which the library then owns. */
typedef lwt_t *(*lwt_thunk_fn)(void *env);

/* A callback that returns a plain value. */
typedef lwt_value (*lwt_compute_fn)(void *env);

/* A callback from an exception, which it owns, to an exception, which the
 * library then owns. */
typedef lwt_exn *(*lwt_exn_map_fn)(lwt_exn *exn, void *env);

/* A callback that takes and returns nothing. */
typedef void (*lwt_unit_fn)(void *env);

/* A callback that takes an exception, which it borrows. */
typedef void (*lwt_exn_hook_fn)(const lwt_exn *exn, void *env);

/* A callback that tells something of an exception, which it borrows. */
typedef bool (*lwt_exn_test_fn)(const lwt_exn *exn, void *env);

/* A callback that takes a value, which it borrows. */
typedef void (*lwt_value_fn)(lwt_value value, void *env);

/* A callback that tells something of a value, which it borrows. */
typedef bool (*lwt_test_fn)(lwt_value value, void *env);

/* A callback from what was gathered so far and one more value to a promise of
 * what is gathered then. It owns `gathered`, and borrows `value`. */
typedef lwt_t *(*lwt_fold_fn)(lwt_value gathered, lwt_value value, void *env);

/* The same, but it returns what is gathered then. */
typedef lwt_value (*lwt_gather_fn)(lwt_value gathered, lwt_value value,
                   void *env);

/* A callback that orders two values: negative, 0 or positive as `a` comes
 * before, with or after `b`. */
typedef int (*lwt_compare_fn)(lwt_value a, lwt_value b, void *env);

/* The values of several promises. */
typedef struct lwt_values {
  /* How many. */
  size_t len;
  /* The words, borrowed. */
  void **data;
} lwt_values;

/* Text: `len` bytes at `data`, and a NUL byte behind them. */
typedef struct lwt_string {
  /* How many bytes, without the NUL. */
  size_t len;
  /* The bytes, which may be changed. */
  char *data;
} lwt_string;

/* Success or an error. */
typedef struct lwt_result {
  /* Is it a success? */
  bool is_ok;
  /* The value, or the error: an exception's handle if it came from
   * lwt_make_error. Borrowed. */
  lwt_value value;
} lwt_result;

/* Makes an exception.
 *
 * `kind` is one of the `LWT_` kinds or one that `lwt_exn_register` gave; 0,
 * negative numbers, and numbers from 1000 on that nobody was given, are no
 * kinds and give an exception of kind `LWT_INVALID_ARGUMENT`. `message`, for a
 * person to read, is copied; NULL stands for the kind's name.
 *
 * Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
 * Any thread. Manual: "Primitives for thread creation". */
lwt_exn *lwt_exn_new(int kind, const char *message);

/* Makes the exception of a failed system call: kind `LWT_UNIX_ERROR`, with a
 * message such as `mkdir: File exists: "/tmp/a"`.
 *
 * `errnum` is the value of errno; `function` and `argument` are copied, NULL
 * stands for the empty string.
 *
 * Returns one reference, owned by the caller: lwt_exn_release. Never NULL.
 * Any thread. */
lwt_exn *lwt_exn_unix(int errnum, const char *function, const char *argument);

/* Makes an exception that carries a payload.
 *
 * As lwt_exn_new. `payload` may be NULL; `drop` (NULL: nothing to free) runs
 * on it once, with the last reference, on the thread that gives it up. */
lwt_exn *lwt_exn_new_owned(int kind, const char *message, void *payload,
                           lwt_drop_fn drop);

/* The payload of an exception, borrowed: it lives as long as the exception.
 * NULL if it has none, or if `e` is not an exception. Any thread. */
void *lwt_exn_payload(const lwt_exn *e);

/* Adds a kind of exception to the process's, for lwt_exn_new. `name` is copied
 * and is the message of an exception of that kind that is given none; NULL
 * stands for "exception". Kinds are never removed. Returns the kind, above
 * all those of `lwt.h`. Any thread. */
int lwt_exn_register(const char *name);

/* The kind of an exception: `LWT_CANCELED` and so on, or one of
 * lwt_exn_register's. `LWT_INVALID_ARGUMENT` if `e` is not an exception. Any
 * thread. */
int lwt_exn_kind(const lwt_exn *e);

/* The message of an exception, for a person to read; borrowed: it lives as
 * long as the exception. Never NULL: if `e` is not an exception, it says so.
 * Any thread. */
const char *lwt_exn_message(const lwt_exn *e);

/* The value of errno of a `LWT_UNIX_ERROR`; 0 for other kinds, and if `e` is
 * not an exception. Any thread. */
int lwt_exn_errno(const lwt_exn *e);

/* The system call that a `LWT_UNIX_ERROR` or `LWT_NOT_AVAILABLE` is about,
 * borrowed. Empty for other kinds, and if `e` is not an exception; never NULL.
 * Any thread. */
const char *lwt_exn_function(const lwt_exn *e);

/* What the system call of a `LWT_UNIX_ERROR` was given, borrowed. Empty for
 * other kinds, and if `e` is not an exception; never NULL. Any thread. */
const char *lwt_exn_argument(const lwt_exn *e);

/* One more reference to an exception, the same handle, owned by the caller.
 * If `e` is not an exception: a new one that says so. Any thread. */
lwt_exn *lwt_exn_retain(const lwt_exn *e);

/* Gives up a reference to an exception; the last one frees it, and drops its
 * payload. Does nothing if `e` is not an exception. Any thread. */
void lwt_exn_release(lwt_exn *e);

/* A promise that is already fulfilled with a plain word, `Lwt.return`.
 *
 * Owned by the caller. This thread's. When memory runs out: a promise that
 * failed with `LWT_OUT_OF_MEMORY`, or NULL if not even that can be had.
 * Manual: "Primitives for thread creation". */
lwt_t *lwt_return(lwt_value value);

/* A promise that is already fulfilled with a value that it owns: `drop` runs
 * on it once, after the promise's last reference is gone, unless the value is
 * moved out before. As lwt_return otherwise; `drop` may be NULL. */
lwt_t *lwt_return_owned(lwt_value value, lwt_drop_fn drop);

/* A promise that has already failed, `Lwt.fail`. Consumes `e`. If `e` is not
 * an exception, the promise failed with `LWT_INVALID_ARGUMENT`. As lwt_return
 * otherwise. */
lwt_t *lwt_fail(lwt_exn *e);

/* A pending promise and its wakener, `Lwt.wait`. It can't be cancelled.
 *
 * `*wakener` is owned by the caller, and is given up by the first wake-up,
 * lwt_wakener_release or lwt_wakener_forget. It keeps the promise alive.
 * Returns the promise, owned by the caller; this thread's. If `wakener` is
 * NULL: a promise that failed with `LWT_INVALID_ARGUMENT`; when memory runs
 * out as lwt_return, and `*wakener` is NULL. Manual: "Primitives for thread
 * creation". */
lwt_t *lwt_wait(lwt_u **wakener);

/* A pending promise and its wakener, `Lwt.task`. As lwt_wait, but lwt_cancel
 * makes it fail with `LWT_CANCELED`. Manual: "Cancelable threads". */
lwt_t *lwt_task(lwt_u **wakener);

/* Fulfils a promise with a plain word, `Lwt.wakeup`. Its callbacks run, in
 * the order in which they were attached, before this returns.
 *
 * Spends the wakener. Returns `LWT_OK`, also when the promise was cancelled
 * meanwhile (then nothing happens); `LWT_INVALID_ARGUMENT` if the wakener is
 * spent or none; `LWT_WRONG_THREAD` on a thread that is not the promise's.
 * Manual: "Primitives for thread creation". */
int lwt_wakeup(lwt_u *wakener, lwt_value value);

/* As lwt_wakeup, with a value that the promise then owns; see
 * lwt_return_owned. `drop` runs on the value also when it can't be used. */
int lwt_wakeup_owned(lwt_u *wakener, lwt_value value, lwt_drop_fn drop);

/* Makes a promise fail, `Lwt.wakeup_exn`. Consumes `e` in any case. If `e` is
 * not an exception, returns `LWT_INVALID_ARGUMENT`, and the promise fails with
 * that kind. As lwt_wakeup otherwise. */
int lwt_wakeup_exn(lwt_u *wakener, lwt_exn *e);

/* As lwt_wakeup, `Lwt.wakeup_later`: the promise is fulfilled at once, but
 * when this is called from a callback that a resolution runs, the promise's
 * callbacks run later, when the outermost resolution is about to finish, those
 * of several such promises in the order of the calls. */
int lwt_wakeup_later(lwt_u *wakener, lwt_value value);

/* lwt_wakeup_later with a value that the promise then owns; see
 * lwt_wakeup_owned. */
int lwt_wakeup_later_owned(lwt_u *wakener, lwt_value value, lwt_drop_fn drop);

/* lwt_wakeup_later with a failure, `Lwt.wakeup_later_exn`. Consumes `e` in any
 * case. */
int lwt_wakeup_later_exn(lwt_u *wakener, lwt_exn *e);

/* The promise of a wakener, `Lwt.waiter_of_wakener`: one more reference, owned
 * by the caller, also when all others were given up. Borrows the wakener. If
 * that is spent or none: a promise that failed with `LWT_INVALID_ARGUMENT`, or
 * `LWT_WRONG_THREAD`. */
lwt_t *lwt_waiter_of_wakener(const lwt_u *wakener);

/* Gives up an unused wakener: its promise fails with `LWT_ABANDONED`, and its
 * callbacks run. Does nothing to a spent or a bad one. On the promise's
 * thread. */
void lwt_wakener_release(lwt_u *wakener);

/* Gives up an unused wakener: its promise stays pending for ever, no callback
 * runs, and what only the wakener kept alive is freed, environments dropped.
 * Does nothing to a spent or a bad one. On the promise's thread. */
void lwt_wakener_forget(lwt_u *wakener);

/* A promise that is fulfilled with `LWT_UNIT`, `Lwt.return_unit`. As
 * lwt_return: a promise of its own, to be released. */
lwt_t *lwt_return_unit(void);

/* A promise that is fulfilled with `LWT_NONE`, `Lwt.return_none`. As
 * lwt_return. */
lwt_t *lwt_return_none(void);

/* A promise that is fulfilled with some value, `Lwt.return_some`: in C that is
 * the value itself. As lwt_return_owned. */
lwt_t *lwt_return_some(lwt_value value, lwt_drop_fn drop);

/* A promise that is fulfilled with the empty list, `Lwt.return_nil`: a
 * `struct lwt_values *` of none, which it owns. As lwt_return. */
lwt_t *lwt_return_nil(void);

/* A promise that is fulfilled with `LWT_INT(1)`, `Lwt.return_true`. As
 * lwt_return. */
lwt_t *lwt_return_true(void);

/* A promise that is fulfilled with `LWT_INT(0)`, `Lwt.return_false`. As
 * lwt_return. */
lwt_t *lwt_return_false(void);

/* A promise that failed with `LWT_FAILURE`, `Lwt.fail_with`. `message` is
 * copied; NULL stands for the kind's name. As lwt_fail otherwise. */
lwt_t *lwt_fail_with(const char *message);

/* A promise that failed with `LWT_INVALID_ARGUMENT`, `Lwt.fail_invalid_arg`.
 * As lwt_fail_with. */
lwt_t *lwt_fail_invalid_arg(const char *message);

/* The state of a promise, `Lwt.state`. `LWT_SLEEP` for a bad handle. On the
 * promise's thread. */
enum lwt_promise_state lwt_state(const lwt_t *p);

/* Is a promise pending? `Lwt.is_sleeping`. False for a bad handle. On the
 * promise's thread. */
bool lwt_is_sleeping(const lwt_t *p);

/* Looks at a promise, `Lwt.poll`: stores in `*value`, which may be NULL, the
 * value of a fulfilled one, borrowed, and `LWT_NONE` if it is pending, and
 * returns `LWT_OK`. For a promise that failed returns the kind of its failure
 * (lwt_exn_of has the exception), and for a bad handle `LWT_INVALID_ARGUMENT`
 * or `LWT_WRONG_THREAD`; `LWT_NONE` is stored then. On the promise's thread. */
int lwt_poll(const lwt_t *p, lwt_value *value);

/* A promise of whether `p` is in a state, `Lwt.debug_state_is`, for tests:
 * `LWT_INT(1)` if it is. `state` is a `lwt_promise_state`; for `LWT_RETURN`
 * `what` is the value's word, and for `LWT_FAIL` the failure's kind, as
 * `LWT_INT`. Borrows `p`; failed, as lwt_bind, if that is a bad handle. Owned
 * by the caller. On the promise's thread. */
lwt_t *lwt_debug_state_is(int state, lwt_value what, const lwt_t *p);

/* The value of a fulfilled promise, borrowed: it lives as long as the promise
 * has references and nobody moves it out. `LWT_UNIT` unless lwt_state is
 * `LWT_RETURN`. On the promise's thread. */
lwt_value lwt_value_of(const lwt_t *p);

/* The exception of a promise that failed, borrowed: it lives as long as the
 * promise has references. NULL unless lwt_state is `LWT_FAIL`. On the
 * promise's thread. */
const lwt_exn *lwt_exn_of(const lwt_t *p);

/* Moves the value out of a fulfilled promise: the caller owns it, and frees it
 * as its drop function would have; whoever else looks at it sees `LWT_UNIT`.
 * A plain word is copied. Consumes `p`. `LWT_UNIT` unless lwt_state is
 * `LWT_RETURN`. On the promise's thread. */
lwt_value lwt_take(lwt_t *p);

/* As lwt_take, and stores the value's drop function in `*drop`: NULL for a
 * plain word. `drop` may be NULL. */
lwt_value lwt_take_with(lwt_t *p, lwt_drop_fn *drop);

/* One more reference to a promise: the same handle, owned by the caller. A
 * bad handle gives a promise that failed with `LWT_INVALID_ARGUMENT`, or
 * `LWT_WRONG_THREAD` on a thread that is not the promise's. */
lwt_t *lwt_retain(const lwt_t *p);

/* Gives up a reference to a promise. A pending promise goes on: its callbacks
 * run when it resolves. Does nothing to a bad handle. On the promise's thread;
 * elsewhere lwt_release_anywhere. */
void lwt_release(lwt_t *p);

/* Gives up a handle of any kind, from any thread: a reference to a promise, an
 * exception or an object; a wakener is forgotten. For the finalisers of other
 * runtimes.
 *
 * It takes effect, and drop functions run, in the next turn of the owner's main
 * loop, or when the owner's thread ends: what one thread gives up in that
 * order, and after what it has posted there before (lwt_main_post). For handles
 * that any thread may use (lwt_exn, lwt_main_thread, lwt_logger) it does so at
 * once. Of handles that are a thread's it takes no lock, whatever threads are
 * stopped meanwhile; but it allocates: not for signal handlers. Does nothing to
 * a bad handle. */
void lwt_release_anywhere(void *handle);

/* When `p` is fulfilled, the result becomes the promise that `f` returns,
 * `Lwt.bind`; if `p` fails, so does the result, and `f` does not run.
 *
 * If `p` is fulfilled already, `f` runs inside the call and its promise is the
 * result. Consumes `p` and `env`; `f` borrows the value, and the library owns
 * what it returns. Cancelling the result cancels `p`, or, once that is
 * fulfilled, what `f` returned.
 *
 * Returns a promise, owned by the caller, that reports every failure: a bad
 * `p`, `f` being NULL or returning a bad handle as `LWT_INVALID_ARGUMENT`. On
 * the promise's thread: elsewhere the result failed with `LWT_WRONG_THREAD`,
 * and `p` stays as it was. Manual: "Primitives for thread composition". */
lwt_t *lwt_bind(lwt_t *p, lwt_bind_fn f, void *env, lwt_drop_fn drop_env);

/* As lwt_bind, but the value is moved: `f` owns it. */
lwt_t *lwt_bind_owned(lwt_t *p, lwt_bind_fn f, void *env,
                      lwt_drop_fn drop_env);

/* As lwt_bind, with a function that returns a plain value, `Lwt.map`. It fails
 * with lwt_raise, and gives the value a drop function with lwt_owned. */
lwt_t *lwt_map(lwt_t *p, lwt_map_fn f, void *env, lwt_drop_fn drop_env);

/* When `p` fails, the result becomes the promise that `g` returns,
 * `Lwt.catch`; if `p` is fulfilled, so is the result. Otherwise as lwt_bind;
 * if `p` is fulfilled already, the result is `p` itself. Manual: "Primitives
 * for thread composition". */
lwt_t *lwt_catch(lwt_t *p, lwt_exn_fn g, void *env, lwt_drop_fn drop_env);

/* When `p` resolves, the result becomes what `f` returns if it is fulfilled,
 * and what `g` returns if it failed, `Lwt.try_bind`. A failure of `f` is not
 * given to `g`. Otherwise as lwt_bind; both share `env`. */
lwt_t *lwt_try_bind(lwt_t *p, lwt_bind_fn f, lwt_exn_fn g, void *env,
                    lwt_drop_fn drop_env);

/* When `p` resolves, either way, `f` runs, and when the promise that it
 * returns is fulfilled, the result is `p`'s; if that fails, its failure is the
 * result, `Lwt.finalize`. Otherwise as lwt_bind. */
lwt_t *lwt_finalize(lwt_t *p, lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* Calls `f` with `value`, which it borrows, and returns the promise that it
 * returns; what it raises is the failure of the result, `Lwt.apply`. With it
 * the body of a lwt_catch, lwt_try_bind or lwt_finalize may raise:
 * `lwt_catch(lwt_apply(body, value, env, NULL), handler, env, NULL)`.
 *
 * Consumes `env`. Returns a promise, owned by the caller; failed with
 * `LWT_INVALID_ARGUMENT` if `f` is NULL or returns a bad handle. This
 * thread's. */
lwt_t *lwt_apply(lwt_bind_fn f, lwt_value value, void *env,
                 lwt_drop_fn drop_env);

/* Calls a function that returns a plain value: the result is fulfilled with it,
 * or failed with what `f` raised, `Lwt.wrap`. `f` may return lwt_owned.
 * Consumes `env`; failed with `LWT_INVALID_ARGUMENT` if `f` is NULL. This
 * thread's. */
lwt_t *lwt_wrap(lwt_compute_fn f, void *env, lwt_drop_fn drop_env);

/* As lwt_wrap, with a function of one argument, `Lwt.wrap1`. What has more
 * (`Lwt.wrap2` to `Lwt.wrap7`) finds them in its environment. */
lwt_t *lwt_wrap1(lwt_map_fn f, lwt_value value, void *env,
                 lwt_drop_fn drop_env);

/* `return lwt_raise(e);` makes the callback that is running fail. Consumes
 * `e`.
 *
 * For callbacks that return a value, and good in those that return a promise
 * (what they return is then given up). In a callback that returns nothing, and
 * outside any callback, `e` goes to the async exception hook. Called twice in
 * one callback, the last one counts. Returns `LWT_UNIT`. On the thread where
 * the callback runs, a worker's included. */
lwt_value lwt_raise(lwt_exn *e);

/* `return lwt_reraise(e);` makes the callback that is running fail with an
 * exception that it was given, `Lwt.reraise`: borrows `e`, whose backtrace
 * goes on. As lwt_raise otherwise. */
lwt_value lwt_reraise(const lwt_exn *e);

/* `return lwt_owned(value, free);` gives the value that the running callback
 * returns a drop function. If the callback then fails, or returns something
 * else, `value` is dropped. `drop` may be NULL. Returns `value`; outside any
 * callback nobody could own it: it is dropped, and `LWT_UNIT` returned. On the
 * thread where the callback runs, a worker's included. */
lwt_value lwt_owned(lwt_value value, lwt_drop_fn drop);

/* As lwt_bind, and each failure that passes through goes through `add_loc`,
 * `Lwt.backtrace_bind`: that of `p`, what `f` raises, and that of a promise
 * which has failed already when `f` returns it.
 *
 * `add_loc` owns the exception that it is given, and gives back one in its
 * place, which the library then owns: the same, or another that tells more. It
 * shares `env`. What it returns being no exception is a failure with
 * `LWT_INVALID_ARGUMENT`, as is its being NULL. With debugging on, failures
 * carry their backtrace without this; see `lwt_debug.h`. */
lwt_t *lwt_backtrace_bind(lwt_exn_map_fn add_loc, lwt_t *p, lwt_bind_fn f,
                          void *env, lwt_drop_fn drop_env);

/* As lwt_catch, and `g` is given the failure of `p` as `add_loc` returned it,
 * `Lwt.backtrace_catch`; so is the result, if `g` fails. As lwt_backtrace_bind
 * otherwise. */
lwt_t *lwt_backtrace_catch(lwt_exn_map_fn add_loc, lwt_t *p, lwt_exn_fn g,
                           void *env, lwt_drop_fn drop_env);

/* As lwt_finalize, and the failure of `p` or of the clean-up goes through
 * `add_loc`, `Lwt.backtrace_finalize`. As lwt_backtrace_bind otherwise. */
lwt_t *lwt_backtrace_finalize(lwt_exn_map_fn add_loc, lwt_t *p, lwt_thunk_fn f,
                              void *env, lwt_drop_fn drop_env);

/* As lwt_try_bind, and `g` is given the failure of `p` as `add_loc` returned
 * it, `Lwt.backtrace_try_bind`; so is the result, if `f` or `g` fails. As
 * lwt_backtrace_bind otherwise. */
lwt_t *lwt_backtrace_try_bind(lwt_exn_map_fn add_loc, lwt_t *p, lwt_bind_fn f,
                              lwt_exn_fn g, void *env, lwt_drop_fn drop_env);

/* Cancels what a promise waits on, `Lwt.cancel`: the promises of lwt_task and
 * of cancelable operations that are found going back from `p` fail with
 * `LWT_CANCELED`, all of them first; then their callbacks run, cancel callbacks
 * before the others, before this returns. Does nothing if there is none, if
 * `p` is resolved, or if the handle is bad. On the promise's thread. Manual:
 * "Cancelable threads". */
void lwt_cancel(const lwt_t *p);

/* Calls `f` if `p` is cancelled, `Lwt.on_cancel`: before all callbacks of
 * other kinds; now if it was cancelled already; never if it is resolved
 * otherwise. What `f` raises goes to the async exception hook.
 *
 * Borrows `p`, consumes `env`. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` (bad
 * handle, or `f` is NULL), `LWT_WRONG_THREAD` or `LWT_OUT_OF_MEMORY`. */
int lwt_on_cancel(const lwt_t *p, lwt_unit_fn f, void *env,
                  lwt_drop_fn drop_env);

/* A promise that follows `p`, and that can be cancelled without cancelling
 * `p`, `Lwt.protected`. Consumes `p`; if it is resolved, it is the result
 * itself. A bad handle gives a promise that failed, as in lwt_bind. */
lwt_t *lwt_protected(lwt_t *p);

/* A promise that follows `p`, and that lwt_cancel does nothing to,
 * `Lwt.no_cancel`. As lwt_protected otherwise. */
lwt_t *lwt_no_cancel(lwt_t *p);

/* A promise that follows `p`; cancelling it makes it fail at once, and cancels
 * `p` too, `Lwt.wrap_in_cancelable`. As lwt_protected otherwise. */
lwt_t *lwt_wrap_in_cancelable(lwt_t *p);

/* Waits for all promises, `Lwt.join`: fulfilled with `LWT_UNIT` if all are;
 * otherwise failed, once all have resolved, like the first that failed (of
 * those that had failed before the call: the first in the array). Of none:
 * fulfilled.
 *
 * Consumes the `n` promises, not the array. Cancelling the result cancels each.
 * Returns a promise, owned by the caller; failed with `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD` if a handle is bad (the good ones are consumed all the
 * same), or if the array is NULL and `n` is not 0. Manual: "Primitives for
 * multi-thread composition". */
lwt_t *lwt_join(lwt_t *const *promises, size_t n);

/* Resolves like the first of the promises to resolve, `Lwt.choose`. Of several
 * that are resolved already, one that failed if there is any, by chance among
 * equals; that promise itself is the result. Of none: failed with
 * `LWT_INVALID_ARGUMENT`, as nothing could ever resolve it. Otherwise as
 * lwt_join. */
lwt_t *lwt_choose(lwt_t *const *promises, size_t n);

/* As lwt_choose, and cancels the other promises, `Lwt.pick`: they are
 * cancelled, and their callbacks run, before the result resolves. */
lwt_t *lwt_pick(lwt_t *const *promises, size_t n);

/* Waits for all promises, `Lwt.all`: fulfilled with a `struct lwt_values *` of
 * their values, in the order of the array; failures as lwt_join. The result
 * owns the array. */
lwt_t *lwt_all(lwt_t *const *promises, size_t n);

/* Waits for two promises, `Lwt.both`: lwt_all of `p` and `q`. */
lwt_t *lwt_both(lwt_t *p, lwt_t *q);

/* Waits until at least one of the promises has resolved, `Lwt.nchoose`:
 * fulfilled with a `struct lwt_values *` of the values of all that are
 * fulfilled then, in the order of the array; failed like the first of the
 * array that has failed then. Of none: as lwt_choose. Otherwise as lwt_all. */
lwt_t *lwt_nchoose(lwt_t *const *promises, size_t n);

/* As lwt_nchoose, and cancels the promises that are still pending,
 * `Lwt.npick`, before the result resolves. */
lwt_t *lwt_npick(lwt_t *const *promises, size_t n);

/* Waits as lwt_nchoose, `Lwt.nchoose_split`: fulfilled with a `struct
 * lwt_values *` of two `struct lwt_values *`, the values of the promises that
 * are fulfilled then and the promises that are still pending, each in the order
 * of the array. (Lwt has the pending ones in reverse in one case; here never.)
 * The pair owns both, and the second one owns the promises: move one out with
 * lwt_values_take, and release it as any other. A promise still pending comes
 * back under the handle that it was given by, if that has other references.
 * Otherwise as lwt_nchoose. */
lwt_t *lwt_nchoose_split(lwt_t *const *promises, size_t n);

/* Resolves like the first of the promises to be fulfilled; when all have
 * failed, like the first that failed. (Lwt has no such function: its `choose`
 * takes a failure, too.) Of several that are fulfilled already, the first of
 * the array is the result. The others go on; cancelling the result cancels
 * each. Of none: as lwt_choose. Otherwise as lwt_join. */
lwt_t *lwt_any(lwt_t *const *promises, size_t n);

/* Moves the `i`th value out of an array: the caller owns it, and `LWT_UNIT` is
 * left. Stores its drop function in `*drop`, NULL for a plain word; `drop` may
 * be NULL. `LWT_UNIT` if there is no `i`th value or `values` is NULL. On the
 * thread where the array was made. */
lwt_value lwt_values_take(struct lwt_values *values, size_t i,
                          lwt_drop_fn *drop);

/* An array of `n` values, all `LWT_UNIT`, to be filled by lwt_values_set and
 * handed on: `return lwt_owned_values(values);`. Owned by the caller. NULL when
 * memory runs out. To be used on this thread. */
struct lwt_values *lwt_values_new(size_t n);

/* Puts a value at the `i`th place of an array, which then owns it; `drop` may
 * be NULL. What was there is dropped. Returns `LWT_OK`, or
 * `LWT_INVALID_ARGUMENT` if there is no such place or `values` is NULL; the
 * value is dropped then. On the thread where the array was made. */
int lwt_values_set(struct lwt_values *values, size_t i, lwt_value value,
                   lwt_drop_fn drop);

/* Frees an array that was moved out of a promise, and drops the values that
 * are left in it. Does nothing to NULL. On the thread where it was made. */
void lwt_values_release(struct lwt_values *values);

/* A copy of `len` bytes as text, for the value of a promise: `return
 * lwt_owned_string(lwt_string_new(data, len));`. Owned by the caller. NULL when
 * memory runs out, or if `data` is NULL and `len` is not 0. Any thread. */
struct lwt_string *lwt_string_new(const char *data, size_t len);

/* Frees text that was moved out of a promise, or made by lwt_string_new. Does
 * nothing to NULL. Any thread. */
void lwt_string_release(struct lwt_string *string);

/* `return lwt_owned_values(values);` returns an array from a callback, as
 * lwt_owned does, with the right drop function. Consumes `values`; NULL is
 * `LWT_UNIT`. */
lwt_value lwt_owned_values(struct lwt_values *values);

/* `return lwt_owned_string(string);` returns text from a callback, as lwt_owned
 * does, with the right drop function. Consumes `string`; NULL is `LWT_UNIT`. */
lwt_value lwt_owned_string(struct lwt_string *string);

/* A success as a result, `Lwt.make_value`; `value` is a plain word. Owned by
 * the caller: for lwt_of_result, lwt_wakeup_result and `lwt_result.h`. NULL
 * when memory runs out. On any thread, but the result is for one only. */
struct lwt_result *lwt_make_value(lwt_value value);

/* As lwt_make_value, with a value that the result owns: `drop`, which may be
 * NULL, runs on it when the result is released, or when there is no memory for
 * one. */
struct lwt_result *lwt_make_value_owned(lwt_value value, lwt_drop_fn drop);

/* An exception as a result, `Lwt.make_error`: its `value` is the handle,
 * borrowed. Consumes `e`; if that is not an exception, the result is one of
 * kind `LWT_INVALID_ARGUMENT`. As lwt_make_value otherwise. */
struct lwt_result *lwt_make_error(lwt_exn *e);

/* An error that is a value, `Error e`, as a result. As lwt_make_value_owned
 * otherwise. */
struct lwt_result *lwt_make_typed_error(lwt_value value, lwt_drop_fn drop);

/* Moves the value, or the error, out of a result: the caller owns it, and
 * `LWT_UNIT` is left. Stores its drop function in `*drop`, NULL for a plain
 * word; `drop` may be NULL. That of an exception releases it. `LWT_UNIT` if
 * `result` is NULL. On the thread of the result. */
lwt_value lwt_result_take(struct lwt_result *result, lwt_drop_fn *drop);

/* Frees a result, and what is left in it. Does nothing to NULL. On the thread
 * of the result. */
void lwt_result_release(struct lwt_result *result);

/* `return lwt_owned_result(result);` returns a result from a callback, as
 * lwt_owned does, with the right drop function. Consumes `result`; NULL is
 * `LWT_UNIT`. */
lwt_value lwt_owned_result(struct lwt_result *result);

/* A promise that resolved as a result says, `Lwt.of_result`: fulfilled with
 * its value or failed with its exception. A typed error becomes the payload of
 * an exception of kind `LWT_FAILURE`. Consumes `result`; if it is NULL, the
 * promise failed with `LWT_INVALID_ARGUMENT`. As lwt_return otherwise. */
lwt_t *lwt_of_result(struct lwt_result *result);

/* Resolves a promise as a result says, `Lwt.wakeup_result`; see lwt_of_result.
 * Consumes `result` in any case. If that is NULL, returns
 * `LWT_INVALID_ARGUMENT`, and the promise fails with that kind. As lwt_wakeup
 * otherwise. */
int lwt_wakeup_result(lwt_u *wakener, struct lwt_result *result);

/* lwt_wakeup_result as lwt_wakeup_later does it, `Lwt.wakeup_later_result`. */
int lwt_wakeup_later_result(lwt_u *wakener, struct lwt_result *result);

/* A promise that is already fulfilled with a success,
 * `Lwt.return_ok`: its value is a `struct lwt_result *`, which it owns and
 * which owns `value`; `drop` may be NULL. When memory runs out as lwt_return.
 * Owned by the caller; this thread's. */
lwt_t *lwt_return_ok(lwt_value value, lwt_drop_fn drop);

/* A promise that is already fulfilled with a typed error, `Lwt.return_error`:
 * it has not failed. As lwt_return_ok. */
lwt_t *lwt_return_error(lwt_value value, lwt_drop_fn drop);

/* A new key of sequence-local storage, `Lwt.new_key`. It is the process's, any
 * thread may use it, and it lives as long as the process. NULL when all four
 * thousand million are in use. Manual: "Threads local storage". */
lwt_key *lwt_new_key(void);

/* What a key is bound to at present on this thread, `Lwt.get`. Stores the
 * value, borrowed, in `*value`, which may be NULL. Returns false, and
 * `LWT_UNIT`, if the key is not bound or none. */
bool lwt_get(const lwt_key *key, lwt_value *value);

/* Runs `f` with a key bound, `Lwt.with_value`, and returns the promise that it
 * returns. Callbacks that are attached to pending promises meanwhile see the
 * binding when they run.
 *
 * `*value` is copied; NULL hides the key. `drop_value` (may be NULL) runs on
 * the value once, after the last callback that could still see it. Consumes
 * `env`. Returns a promise that failed with `LWT_INVALID_ARGUMENT` if `key` is
 * no key or `f` is NULL; the value is dropped then. This thread's. */
lwt_t *lwt_with_value(const lwt_key *key, const lwt_value *value,
                      lwt_drop_fn drop_value, lwt_thunk_fn f, void *env,
                      lwt_drop_fn drop_env);

/* The storage without any binding, `empty_storage` of
 * `Lwt.Private.Sequence_associated_storage`. For bindings, whose own tasks
 * have to carry the storage with them. Owned by the caller:
 * lwt_storage_release. NULL when memory runs out. This thread's. */
lwt_storage *lwt_empty_storage(void);

/* What all keys are bound to at present on this thread, `current_storage`. As
 * lwt_empty_storage; it keeps the values that are bound alive. */
lwt_storage *lwt_current_storage(void);

/* What `storage` binds a key to, `get_from_storage`. Stores the value,
 * borrowed, in `*value`, which may be NULL. Returns false, and `LWT_UNIT`, if
 * the key is not bound or none, or if a handle is bad. On the thread of the
 * storage. */
bool lwt_get_from_storage(const lwt_key *key, const lwt_storage *storage,
                          lwt_value *value);

/* The storage in which a key is bound to `*value` (NULL hides it) and all
 * others as in `storage`, `modify_storage`. Consumes `storage`: other
 * references to it see no change. `drop_value` as in lwt_with_value. NULL if a
 * handle is bad or memory runs out; the value is dropped then. On the thread of
 * the storage. */
lwt_storage *lwt_modify_storage(const lwt_key *key, const lwt_value *value,
                                lwt_drop_fn drop_value, lwt_storage *storage);

/* Runs `f` with all keys bound as `storage` says, and returns the promise that
 * it returns: the assignment of `current_storage`, for the time of a call. As
 * lwt_with_value otherwise; borrows `storage`. Failed with
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if that is a bad handle. */
lwt_t *lwt_with_storage(const lwt_storage *storage, lwt_thunk_fn f, void *env,
                        lwt_drop_fn drop_env);

/* One more reference to a storage, the same handle. NULL for a bad one. On its
 * thread. */
lwt_storage *lwt_storage_retain(const lwt_storage *storage);

/* Gives up a reference to a storage. Does nothing to a bad handle. On its
 * thread; elsewhere lwt_release_anywhere. */
void lwt_storage_release(lwt_storage *storage);

/* Runs `f` with a name for the tracing spans of what it starts,
 * `Lwt.with_tracing_context`, and returns the promise that it returns; see
 * `lwt_rte.h`. `name` is copied; NULL is the empty name. As lwt_with_value
 * otherwise. */
lwt_t *lwt_with_tracing_context(const char *name, lwt_thunk_fn f, void *env,
                                lwt_drop_fn drop_env);

/* The name that lwt_with_tracing_context has given to what runs at present,
 * borrowed until the caller returns to the library; NULL: none. This
 * thread's. */
const char *lwt_tracing_context(void);

/* A cancelable promise that the next turn of the main loop fulfils,
 * `Lwt.pause`. Owned by the caller; this thread's. When memory runs out as
 * lwt_return. */
lwt_t *lwt_pause(void);

/* Fulfils the promises of lwt_pause that this thread has made so far, in that
 * order, `Lwt.wakeup_paused`; those paused meanwhile wait for the next call.
 * The main loop calls it in each turn. */
void lwt_wakeup_paused(void);

/* How many promises were paused on this thread since the last
 * lwt_wakeup_paused, cancelled ones included, `Lwt.paused_count`. */
size_t lwt_paused_count(void);

/* Leaves the promises of this thread that are paused pending for ever,
 * `Lwt.abandon_paused`: for the child after a fork. */
void lwt_abandon_paused(void);

/* Runs the callbacks that lwt_wakeup_later has deferred on this thread, now,
 * `Lwt.abandon_wakeups`. The library runs them when the outermost resolution
 * ends, whatever callbacks did before, so that nothing needs this; it is for
 * who has to know that none is left, in a callback before the process ends. */
void lwt_abandon_wakeups(void);

/* Has `f` called with the count each time a promise is paused on this thread,
 * `Lwt.register_pause_notifier`, for a foreign loop that must then call
 * lwt_wakeup_paused. There is one notifier a thread: the one before is
 * replaced, its environment dropped. NULL: no notifier. Consumes `env`. */
void lwt_register_pause_notifier(void (*f)(size_t count, void *env), void *env,
                                 lwt_drop_fn drop_env);

/* Runs `f`, `Lwt.async`. A failure of the promise that it returns, now or
 * later, goes to the async exception hook; its value is dropped. Consumes
 * `env`. Of this thread. */
void lwt_async(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* Replaces the async exception hook, `Lwt.async_exception_hook`: what becomes
 * of a failure that nobody handles. One for the process, called on the thread
 * where the failure was; it borrows the exception. The default one, which NULL
 * puts back, prints "Fatal error: exception ..." to the standard error and
 * exits with code 2. Any thread. The library owns `env` until the next call,
 * whose thread drops it. */
void lwt_set_async_exception_hook(lwt_exn_hook_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* Stores the async exception hook and its environment, borrowed, in `*f` and
 * `*env`, each of which may be NULL: NULL for the default one. Any thread. */
void lwt_get_async_exception_hook(lwt_exn_hook_fn *f, void **env);

/* Runs `f`, `Lwt.dont_wait`. A failure of the promise that it returns, now or
 * later, goes to `on_exn`, which borrows the exception and shares `env`.
 * Consumes `env`. Of this thread. */
void lwt_dont_wait(lwt_thunk_fn f, lwt_exn_hook_fn on_exn, void *env,
                   lwt_drop_fn drop_env);

/* Gives up a promise whose value nobody wants, `Lwt.ignore_result`. Consumes
 * `p`. If it has failed already, its exception is raised, as by lwt_raise, and
 * its kind returned; if it fails later, the failure goes to the async exception
 * hook. Otherwise returns `LWT_OK`; `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`
 * or `LWT_OUT_OF_MEMORY` without raising anything. */
int lwt_ignore_result(lwt_t *p);

/* Sets the exception filter of the process, `Lwt.Exception_filter.set`; to be
 * called once, at the beginning. `f` is asked about each exception that
 * lwt_raise and lwt_reraise are given, on the thread where that is, and borrows
 * it. If it says no, the exception goes to the async exception hook at once,
 * which by default prints it and ends the process; if the hook returns, the
 * exception becomes the failure of the callback all the same.
 *
 * NULL, and what holds without this: lwt_exception_filter_handle_all. (What the
 * library itself fails with never goes through the filter.) What `f` itself
 * raises goes to the hook. The library owns `env` until the next call, whose
 * thread drops it. Any thread. */
void lwt_exception_filter_set(lwt_exn_test_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Asks the filter: does `e` become a failure? `Lwt.Exception_filter.run`.
 * Borrows `e`. False if that is not an exception. Any thread. */
bool lwt_exception_filter_run(const lwt_exn *e);

/* A filter: each exception becomes a failure,
 * `Lwt.Exception_filter.handle_all`. Any thread. */
bool lwt_exception_filter_handle_all(const lwt_exn *e, void *env);

/* A filter: each exception becomes a failure, but for those of kind
 * `LWT_OUT_OF_MEMORY`, `Lwt.Exception_filter.handle_all_except_runtime`.
 * (A stack that overflows is no exception in C.) Any thread. */
bool lwt_exception_filter_handle_all_except_runtime(const lwt_exn *e,
                                                    void *env);

/* Calls `f` with the value when `p` is fulfilled, `Lwt.on_success`: now if it
 * is already. Otherwise as lwt_on_cancel. */
int lwt_on_success(const lwt_t *p, lwt_value_fn f, void *env,
                   lwt_drop_fn drop_env);

/* Calls `f` with the exception when `p` fails, `Lwt.on_failure`: now if it has
 * already. Otherwise as lwt_on_cancel. */
int lwt_on_failure(const lwt_t *p, lwt_exn_hook_fn f, void *env,
                   lwt_drop_fn drop_env);

/* Calls `f` when `p` resolves, either way, `Lwt.on_termination`: now if it has
 * already. Otherwise as lwt_on_cancel. */
int lwt_on_termination(const lwt_t *p, lwt_unit_fn f, void *env,
                       lwt_drop_fn drop_env);

/* Calls `f` with the value, or `g` with the exception, when `p` resolves,
 * `Lwt.on_any`: now if it has already. Both share `env`. Otherwise as
 * lwt_on_cancel. */
int lwt_on_any(const lwt_t *p, lwt_value_fn f, lwt_exn_hook_fn g, void *env,
               lwt_drop_fn drop_env);

/* The value that says nothing, `()`. */
#define LWT_UNIT ((lwt_value)0)

/* A number as a value, and back. */
#define LWT_INT(n) ((lwt_value)(intptr_t)(n))
#define LWT_TO_INT(v) ((intptr_t)(v))

/* The value that stands for no value, `None`, where there may be one or none:
 * the end of a stream, an element that a filter leaves out. It is no address,
 * and no number that a program would count to. */
#define LWT_NONE ((lwt_value)(uintptr_t)0x4c57544e4f4e45)

/* `p <&> q`: waits for both. As lwt_join. */
static inline lwt_t *lwt_join2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_join(both, 2);
}

/* `p <?> q`: resolves as the first of the two. As lwt_choose. */
static inline lwt_t *lwt_choose2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_choose(both, 2);
}

/* The same, and cancels the other. As lwt_pick. */
static inline lwt_t *lwt_pick2(lwt_t *p, lwt_t *q) {
  lwt_t *const both[2] = {p, q};
  return lwt_pick(both, 2);
}

/* Frees text that is a value: the drop function of `struct lwt_string *`, as in
 * `lwt_return_owned(lwt_string_new(data, len), lwt_string_drop)`. Any thread. */
static inline void lwt_string_drop(void *string) {
  lwt_string_release((struct lwt_string *)string);
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_exn_new(...) \
  lwt_debug_exn(lwt_exn_new(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_exn_unix(...) \
  lwt_debug_exn(lwt_exn_unix(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_exn_new_owned(...) \
  lwt_debug_exn(lwt_exn_new_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return(...) \
  lwt_debug_promise(lwt_return(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_owned(...) \
  lwt_debug_promise(lwt_return_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_fail(...) \
  lwt_debug_promise(lwt_fail(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_wait(...) \
  lwt_debug_promise(lwt_wait(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_task(...) \
  lwt_debug_promise(lwt_task(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_wakeup_exn(...) \
  (lwt_debug_here(__FILE__, __LINE__, __func__), lwt_wakeup_exn(__VA_ARGS__))
#define lwt_wakeup_later_exn(...) \
  (lwt_debug_here(__FILE__, __LINE__, __func__), lwt_wakeup_later_exn(__VA_ARGS__))
#define lwt_waiter_of_wakener(...) \
  lwt_debug_promise(lwt_waiter_of_wakener(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_unit(...) \
  lwt_debug_promise(lwt_return_unit(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_none(...) \
  lwt_debug_promise(lwt_return_none(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_some(...) \
  lwt_debug_promise(lwt_return_some(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_nil(...) \
  lwt_debug_promise(lwt_return_nil(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_true(...) \
  lwt_debug_promise(lwt_return_true(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_false(...) \
  lwt_debug_promise(lwt_return_false(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_fail_with(...) \
  lwt_debug_promise(lwt_fail_with(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_fail_invalid_arg(...) \
  lwt_debug_promise(lwt_fail_invalid_arg(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_debug_state_is(...) \
  lwt_debug_promise(lwt_debug_state_is(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bind(...) \
  lwt_debug_promise(lwt_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_bind_owned(...) \
  lwt_debug_promise(lwt_bind_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_map(...) \
  lwt_debug_promise(lwt_map(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_catch(...) \
  lwt_debug_promise(lwt_catch(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_try_bind(...) \
  lwt_debug_promise(lwt_try_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_finalize(...) \
  lwt_debug_promise(lwt_finalize(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_apply(...) \
  lwt_debug_promise(lwt_apply(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_wrap(...) \
  lwt_debug_promise(lwt_wrap(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_wrap1(...) \
  lwt_debug_promise(lwt_wrap1(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_raise(...) \
  lwt_debug_value(lwt_raise(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_backtrace_bind(...) \
  lwt_debug_promise(lwt_backtrace_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_backtrace_catch(...) \
  lwt_debug_promise(lwt_backtrace_catch(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_backtrace_finalize(...) \
  lwt_debug_promise(lwt_backtrace_finalize(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_backtrace_try_bind(...) \
  lwt_debug_promise(lwt_backtrace_try_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_protected(...) \
  lwt_debug_promise(lwt_protected(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_no_cancel(...) \
  lwt_debug_promise(lwt_no_cancel(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_wrap_in_cancelable(...) \
  lwt_debug_promise(lwt_wrap_in_cancelable(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_join(...) \
  lwt_debug_promise(lwt_join(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_choose(...) \
  lwt_debug_promise(lwt_choose(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_pick(...) \
  lwt_debug_promise(lwt_pick(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_all(...) \
  lwt_debug_promise(lwt_all(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_both(...) \
  lwt_debug_promise(lwt_both(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_nchoose(...) \
  lwt_debug_promise(lwt_nchoose(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_npick(...) \
  lwt_debug_promise(lwt_npick(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_nchoose_split(...) \
  lwt_debug_promise(lwt_nchoose_split(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_any(...) \
  lwt_debug_promise(lwt_any(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_of_result(...) \
  lwt_debug_promise(lwt_of_result(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_ok(...) \
  lwt_debug_promise(lwt_return_ok(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_return_error(...) \
  lwt_debug_promise(lwt_return_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_new_key(...) \
  ((struct lwt_key *)lwt_debug_handle(lwt_new_key(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_with_value(...) \
  lwt_debug_promise(lwt_with_value(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_empty_storage(...) \
  ((struct lwt_storage *)lwt_debug_handle(lwt_empty_storage(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_current_storage(...) \
  ((struct lwt_storage *)lwt_debug_handle(lwt_current_storage(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_modify_storage(...) \
  ((struct lwt_storage *)lwt_debug_handle(lwt_modify_storage(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_with_storage(...) \
  lwt_debug_promise(lwt_with_storage(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_with_tracing_context(...) \
  lwt_debug_promise(lwt_with_tracing_context(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_pause(...) \
  lwt_debug_promise(lwt_pause(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_H */
