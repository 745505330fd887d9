/* Module Lwt_gc. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_GC_H
#define LWT_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* FINALISERS that take their time: a drop function returns at once, but to say
 * goodbye to a peer, or to write a file's last lines, takes a promise. Lwt
 * attaches such a function to a value, for when the garbage collector finds it;
 * here it is attached to a handle, for when its last reference is released:
 *
 *     static lwt_t *sign_off(lwt_value log, void *env) {   // log: a channel
 *       (void)env;
 *       return lwt_io_fprintl((lwt_io_channel *)log, "that was all");
 *     }
 *     ...
 *     lwt_gc_finalise_or_exit(log, sign_off, NULL, NULL);
 *
 * Exit waits for what has begun. */

/* Has `f(handle, env)` called in the main loop when the last reference to the
 * handle has been released, `Lwt_gc.finalise`.
 *
 * `handle` is any handle that has a retain function of its own but a promise's:
 * a lwt_unix_fd, a lwt_io_channel, a lwt_stream, a lwt_mutex and so on. It is
 * lent to `f`, as good as before, until the promise that `f` returns has
 * resolved; the library releases it then. `f` may retain it, and so keep it. Of
 * several finalisers of one handle all run, in the order in which they were
 * added.
 *
 * At exit, and when the thread ends, those that have begun are waited for;
 * handles that were not released by then are not finalised. A failure of the
 * promise goes to the hook for exceptions that nobody handled. `drop_env` runs
 * once, after `f` has, or when it will never run.
 *
 * Returns LWT_OK, LWT_INVALID_ARGUMENT (the handle is bad or a promise, or `f`
 * is NULL) or LWT_WRONG_THREAD. On the handle's thread. */
int lwt_gc_finalise(const void *handle, lwt_bind_fn f, void *env,
                    lwt_drop_fn drop_env);

/* The same, but that `f` runs at exit, too, or when the thread ends, if the
 * handle has not been released by then: exactly once,
 * `Lwt_gc.finalise_or_exit`. */
int lwt_gc_finalise_or_exit(const void *handle, lwt_bind_fn f, void *env,
                            lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

#endif /* LWT_GC_H */
