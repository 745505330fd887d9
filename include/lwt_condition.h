/* Module Lwt_condition. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_CONDITION_H
#define LWT_CONDITION_H

#include "lwt_mutex.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CONDITIONS on which promises wait, each time for the next signal. A signal
 * carries a value; when nobody waits it is lost, and not remembered. So what is
 * waited for is kept elsewhere, and looked at again after each wake-up:
 *
 *     static lwt_t *next_job(lwt_value signalled, void *env) {
 *       if (queue_is_empty())
 *         return lwt_bind(lwt_condition_wait(arrived, NULL), next_job, env, NULL);
 *       return lwt_return(queue_pop());
 *     }
 *
 * A mutex that is given to lwt_condition_wait is unlocked while it waits, and
 * locked again before its promise resolves, whether by a signal, by a failure
 * or by being cancelled. While it waits for the mutex it can't be cancelled
 * (Lwt lets a second cancel through there, and gives up the mutex).
 *
 * A condition whose handles are all released can't be signalled any more: who
 * waits then waits for ever, and callbacks and environments are dropped. */

/* A condition, `Lwt_condition.t`. A handle of the thread that made it. */
typedef struct lwt_condition lwt_condition;

/* Returns a condition on which nobody waits, `Lwt_condition.create`, owned by
 * the caller: lwt_condition_release. NULL: out of memory. On any thread, whose
 * it then is. Manual: "Mutexes". */
lwt_condition *lwt_condition_create(void);

/* One more reference to the same condition, owned by the caller. NULL: it is
 * not a condition of this thread. */
lwt_condition *lwt_condition_retain(const lwt_condition *condition);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_condition_release(lwt_condition *condition);

/* Returns a promise of the value of the next signal, `Lwt_condition.wait`. Who
 * waits longest is woken first. If a `mutex` is given (NULL: none), the caller
 * has locked it; it is unlocked once the promise waits, and locked again
 * before the promise resolves, however that does: so the caller has it then,
 * and unlocks it. Cancelling leaves the queue, and then waits for the mutex.
 *
 * Borrows both. The promise fails with what lwt_condition_broadcast_exn is
 * given, LWT_CANCELED, and, with the mutex untouched, LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle and LWT_OUT_OF_MEMORY. On the condition's
 * thread. Manual: "Mutexes". */
lwt_t *lwt_condition_wait(const lwt_condition *condition,
                          const lwt_mutex *mutex);

/* Wakes the one who waits longest with a plain word, `Lwt_condition.signal`;
 * its callbacks run as after lwt_wakeup_later. Does nothing if nobody waits.
 *
 * Borrows `condition`. Returns LWT_OK, LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD. On the condition's thread. Manual: "Mutexes". */
int lwt_condition_signal(const lwt_condition *condition, lwt_value value);

/* As lwt_condition_signal, with a value that the promise then owns. `drop` runs
 * on it also when nobody waits, and when the call fails; it may be NULL. */
int lwt_condition_signal_owned(const lwt_condition *condition, lwt_value value,
                               lwt_drop_fn drop);

/* Wakes all who wait now, the longest first, with a plain word,
 * `Lwt_condition.broadcast`. Who waits anew meanwhile is not woken. Otherwise
 * as lwt_condition_signal. */
int lwt_condition_broadcast(const lwt_condition *condition, lwt_value value);

/* As lwt_condition_broadcast, with a value that all the promises show and that
 * is dropped once, after the last of them; `drop` runs on it also when nobody
 * waits, and when the call fails; it may be NULL. */
int lwt_condition_broadcast_owned(const lwt_condition *condition,
                                  lwt_value value, lwt_drop_fn drop);

/* All who wait now fail with `e`, the longest first,
 * `Lwt_condition.broadcast_exn`. Consumes `e`; if it is not an exception, they
 * fail with LWT_INVALID_ARGUMENT, and that is returned. Otherwise as
 * lwt_condition_broadcast. */
int lwt_condition_broadcast_exn(const lwt_condition *condition, lwt_exn *e);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_condition_create(...) \
  ((struct lwt_condition *)lwt_debug_handle(lwt_condition_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_condition_wait(...) \
  lwt_debug_promise(lwt_condition_wait(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_CONDITION_H */
