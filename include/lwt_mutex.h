/* Module Lwt_mutex. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_MUTEX_H
#define LWT_MUTEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MUTEXES for promises. Who locks one that is locked waits in turn; nothing
 * blocks. They are needed only where an operation that waits in its middle must
 * not be entered by two at once:
 *
 *     static lwt_t *append(void *line) {        // two records never mix
 *       return lwt_bind(write_head(line), write_body, line, NULL);
 *     }
 *     ...
 *     return lwt_mutex_with_lock(file_lock, append, line, NULL);
 *
 * A mutex does not know who has locked it, and is not re-entrant: who locks it
 * twice waits for himself. unlock hands it straight to the oldest who waits: it
 * is not free in between, so nobody overtakes, and from then on cancelling
 * that one's lwt_mutex_lock has no effect. A promise of lwt_mutex_lock that is
 * released is not cancelled: it gets the lock in its turn.
 *
 * A mutex whose handles are all released lives on while lwt_mutex_with_lock or
 * lwt_condition_wait use it; where nothing can unlock it any more, who still
 * waits does so for ever, and callbacks and environments are dropped. */

/* A mutex, `Lwt_mutex.t`. A handle of the thread that made it. */
typedef struct lwt_mutex lwt_mutex;

/* Returns a mutex that is not locked, `Lwt_mutex.create`, owned by the caller:
 * lwt_mutex_release. NULL: out of memory. On any thread, whose it then is.
 *
 * Manual: "Mutexes". */
lwt_mutex *lwt_mutex_create(void);

/* One more reference to the same mutex, owned by the caller. NULL: it is not a
 * mutex of this thread. */
lwt_mutex *lwt_mutex_retain(const lwt_mutex *mutex);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_mutex_release(lwt_mutex *mutex);

/* Returns a promise of LWT_UNIT that is fulfilled when the caller has the
 * mutex, `Lwt_mutex.lock`: at once if it is free, else in its turn. Then the
 * caller has to unlock it. Cancelling the promise before leaves the queue.
 *
 * Borrows `mutex`. The promise fails with LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED. On
 * the mutex's thread. Manual: "Mutexes". */
lwt_t *lwt_mutex_lock(const lwt_mutex *mutex);

/* Hands the mutex to the oldest who waits for it, `Lwt_mutex.unlock`, whose
 * callbacks run as after lwt_wakeup_later; if nobody waits it is free. Does
 * nothing if it is not locked.
 *
 * Borrows `mutex`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On
 * the mutex's thread. Manual: "Mutexes". */
int lwt_mutex_unlock(const lwt_mutex *mutex);

/* Locks the mutex, calls `f(env)`, and unlocks it when the promise that `f`
 * returns resolves, either way, `Lwt_mutex.with_lock`. The result is that
 * promise's. Cancelling the result before `f` has been called leaves the
 * queue; after that it cancels the promise of `f`.
 *
 * Borrows `mutex`; `drop_env` runs once, after `f` has returned, or when it
 * will never be called. The result fails as `f`'s promise does, with what `f`
 * raised, and as that of lwt_mutex_lock; LWT_INVALID_ARGUMENT too if `f` is
 * NULL or returns no promise. On the mutex's thread. Manual: "Mutexes". */
lwt_t *lwt_mutex_with_lock(const lwt_mutex *mutex, lwt_thunk_fn f, void *env,
                           lwt_drop_fn drop_env);

/* Is the mutex locked, `Lwt_mutex.is_locked`? Also true from the moment that
 * it is handed to one who waited. False for a bad handle. Manual: "Mutexes". */
bool lwt_mutex_is_locked(const lwt_mutex *mutex);

/* Does nobody wait for the mutex, `Lwt_mutex.is_empty`? False for a bad
 * handle. Manual: "Mutexes". */
bool lwt_mutex_is_empty(const lwt_mutex *mutex);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_mutex_create(...) \
  ((struct lwt_mutex *)lwt_debug_handle(lwt_mutex_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_mutex_lock(...) \
  lwt_debug_promise(lwt_mutex_lock(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_mutex_with_lock(...) \
  lwt_debug_promise(lwt_mutex_with_lock(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_MUTEX_H */
