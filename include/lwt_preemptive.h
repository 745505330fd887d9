/* Module Lwt_preemptive. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_PREEMPTIVE_H
#define LWT_PREEMPTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A callback that takes a message, which it borrows. */
typedef void (*lwt_preemptive_log_fn)(const char *message, void *env);

/* Runs `f(env)` on a thread of its own, `Lwt_preemptive.detach`, for long
 * computations and for libraries that block.
 *
 * Returns a promise of the value of `f`, which moves to the calling thread; in
 * `f`, `lwt_raise` and `lwt_owned` do what they do in any callback. `f` must
 * not use handles of the calling thread, exceptions excepted;
 * `lwt_preemptive_run_in_main` is the way to do so. If as many threads as there
 * may be are busy, `f` waits its turn, first come, first served; while it waits
 * it may be cancelled, later `lwt_cancel` does nothing. `drop_env` runs on the
 * calling thread; if that has ended meanwhile, on the other.
 *
 * The promise fails with what `f` raises; with `LWT_CANCELED`; with `LWT_FULL`
 * if all threads are busy and as many functions wait as may
 * (`lwt_preemptive_set_max_number_of_threads_queued`); with
 * `LWT_INVALID_ARGUMENT` if `f` is NULL; with `LWT_FORKED` in the child of
 * `lwt_unix_fork`. What `Lwt_unix` does to its jobs (`lwt_unix_abort_jobs`)
 * does not concern it. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
lwt_t *lwt_preemptive_detach(lwt_compute_fn f, void *env,
                             lwt_drop_fn drop_env);

/* From a detached function: runs `f(env)` on the thread that detached it, in a
 * turn of its main loop, and blocks until the promise that `f` returns has
 * resolved, `Lwt_preemptive.run_in_main`. On a thread of the program's own,
 * which nobody detached: on the thread that ran a main loop first.
 *
 * Returns the value, which moves to the caller. On failure `*exn` is set, owned
 * by the caller, and `LWT_UNIT` returned; with `exn` NULL the failure goes to
 * the async exception hook. It fails with what the promise fails with; with
 * `LWT_INVALID_ARGUMENT` if `f` is NULL, on the main thread itself (which would
 * wait for itself), and where no main loop ever ran; with `LWT_ABANDONED` if
 * the main thread ends first.
 *
 * Manual: "Detaching computation to preemptive threads". */
lwt_value lwt_preemptive_run_in_main(lwt_thunk_fn f, void *env, lwt_exn **exn);

/* The same without waiting, `Lwt_preemptive.run_in_main_dont_wait`. If the
 * promise of `f` fails, `on_exn` is called with the exception, which it
 * borrows, and with `env`, on the main thread; with `on_exn` NULL the failure
 * goes to the async exception hook. `drop_env` runs on the main thread when the
 * promise has resolved, or here if the call fails.
 *
 * Returns 0; `LWT_INVALID_ARGUMENT` if `f` is NULL or no main loop ever ran;
 * `LWT_ABANDONED` if the main thread has ended. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_run_in_main_dont_wait(lwt_thunk_fn f, lwt_exn_hook_fn on_exn,
                                         void *env, lwt_drop_fn drop_env);

/* Sets how few threads are kept and how many there may be, starts the missing
 * ones, and says what is to be called with a message where no thread could be
 * started, `Lwt_preemptive.init`. May be called again. `log` NULL: nobody is
 * told (computations then run all the same, on the calling thread when its main
 * loop has nothing else to do). `log` is called on whichever thread detaches a
 * computation or sets bounds; `drop_env` when another one takes its place, or
 * at once if the call fails.
 *
 * Returns 0, or `LWT_INVALID_ARGUMENT` as `lwt_preemptive_set_bounds`: then all
 * stays as it was. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_init(int least, int most, lwt_preemptive_log_fn log,
                        void *env, lwt_drop_fn drop_env);

/* Does nothing, `Lwt_preemptive.simple_init`: the bounds are 0 and 4 until they
 * are set. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
void lwt_preemptive_simple_init(void);

/* How few threads are kept and how many there may be,
 * `Lwt_preemptive.get_bounds`. Either pointer may be NULL. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
void lwt_preemptive_get_bounds(int *least, int *most);

/* Sets them, `Lwt_preemptive.set_bounds`: the missing threads are started at
 * once, those too many end when they are free. Returns 0, or
 * `LWT_INVALID_ARGUMENT` if `least` is below 0, or `most` below `least`, below
 * 1 or above 65536. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_set_bounds(int least, int most);

/* Sets how many computations may wait for a thread, 1000 until it is set,
 * `Lwt_preemptive.set_max_number_of_threads_queued`. (Lwt has the number, and
 * never looks at it. Here whoever detaches one more is told, with `LWT_FULL`.
 * With 0 nobody waits.) Those that wait already go on waiting. Returns 0, or
 * `LWT_INVALID_ARGUMENT` if `n` is below 0. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_set_max_number_of_threads_queued(int n);

/* What was set, or 1000. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_get_max_number_of_threads_queued(void);

/* How many threads there are, `Lwt_preemptive.nbthreads`. On any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_nbthreads(void);

/* How many of them run a function, `Lwt_preemptive.nbthreadsbusy`. On any
 * thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_nbthreadsbusy(void);

/* How many functions wait for a thread, `Lwt_preemptive.nbthreadsqueued`. On
 * any thread.
 *
 * Manual: "Detaching computation to preemptive threads". */
int lwt_preemptive_nbthreadsqueued(void);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_preemptive_detach(...) \
  lwt_debug_promise(lwt_preemptive_detach(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_PREEMPTIVE_H */
