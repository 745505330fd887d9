/* Module Lwt_timeout. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_TIMEOUT_H
#define LWT_TIMEOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TIMEOUTS that are started again and again, one for each peer, say, started at
 * each sign of life and stopped with the connection:
 *
 *     peer->silence = lwt_timeout_create(30, hang_up, peer, NULL);
 *     lwt_timeout_start(peer->silence);          // and again for each message
 *
 * Starting one that runs costs a look at the clock. For a single wait
 * lwt_unix_sleep or lwt_unix_with_timeout is the simpler thing.
 *
 * Times are whole seconds. None fires early; Lwt's own may fire a second late,
 * these fire when the time is over. A timeout that runs keeps the main loop
 * from being told that nothing is left to wait for. */

/* A timeout, `Lwt_timeout.t`. A handle of the thread that made it. */
typedef struct lwt_timeout lwt_timeout;

/* Returns a timeout that is not started, `Lwt_timeout.create`, owned by the
 * caller: lwt_timeout_release. `f(env)` will be called `n` seconds after it is
 * started, once for each start that is not stopped or repeated before.
 *
 * `drop_env` runs once, with the last handle of the timeout and not before `f`
 * has returned. NULL, and `drop_env` has run: `n` is less than 1, `f` is NULL,
 * or memory ran out. On any thread, whose it then is. */
lwt_timeout *lwt_timeout_create(int n, lwt_unit_fn f, void *env,
                                lwt_drop_fn drop_env);

/* One more reference to the same timeout, owned by the caller. NULL: it is not
 * a timeout of this thread. */
lwt_timeout *lwt_timeout_retain(const lwt_timeout *timeout);

/* Gives up a reference. One that runs goes on. Does nothing if the handle is
 * bad. */
void lwt_timeout_release(lwt_timeout *timeout);

/* Starts the timeout, `Lwt_timeout.start`; if it runs, its time begins anew.
 *
 * Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
 * On the timeout's thread. */
int lwt_timeout_start(const lwt_timeout *timeout);

/* Stops the timeout, `Lwt_timeout.stop`, if it runs. It can be started
 * again.
 *
 * Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
 * On the timeout's thread. */
int lwt_timeout_stop(const lwt_timeout *timeout);

/* Sets how many seconds the timeout takes, `Lwt_timeout.change`. If it runs,
 * its time begins anew; if not, it is not started.
 *
 * Borrows `timeout`. Returns LWT_OK, LWT_INVALID_ARGUMENT (also: `n` is less
 * than 1, and nothing has changed) or LWT_WRONG_THREAD. On the timeout's
 * thread. */
int lwt_timeout_change(const lwt_timeout *timeout, int n);

/* Has `f(exn, env)` called with what functions of this thread's timeouts raise
 * (`lwt_raise`), in place of the hook for exceptions that nobody handled,
 * `Lwt_timeout.set_exn_handler`. `exn` is borrowed for the call.
 *
 * `drop_env` runs once, when another handler is set or the thread ends. Returns
 * LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL: then the hook is told again.
 * On any thread, for itself. */
int lwt_timeout_set_exn_handler(lwt_exn_hook_fn f, void *env,
                                lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_timeout_create(...) \
  ((struct lwt_timeout *)lwt_debug_handle(lwt_timeout_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_TIMEOUT_H */
