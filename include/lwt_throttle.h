/* Module Lwt_throttle. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_THROTTLE_H
#define LWT_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A THROTTLE lets so many a second pass for each key, and has the others wait:
 * three attempts to log in for each address, and at most a hundred in
 * waiting:
 *
 *     lwt_throttle *attempts = lwt_throttle_create(3, 100);
 *     ...
 *     return lwt_bind(lwt_throttle_wait(attempts, &address, sizeof address),
 *                     log_in_or_refuse, session, NULL);   // value 0: refuse
 *
 * A key is bytes, of any sort and length, and is copied. */

/* A throttle, `Lwt_throttle.t`. A handle of the thread that made it. */
typedef struct lwt_throttle lwt_throttle;

/* Returns a throttle, `Lwt_throttle.create`, owned by the caller:
 * lwt_throttle_release. It grants `rate` calls a second to each key, and lets
 * `max` calls wait, over all keys.
 *
 * NULL: `rate` or `max` is less than 1, or memory ran out. (Lwt's `~n`, how
 * large its table is at first, has no counterpart: the table grows with the
 * keys that are in use and shrinks with them.) On any thread, whose it then
 * is. */
lwt_throttle *lwt_throttle_create(int rate, int max);

/* One more reference to the same throttle, owned by the caller. NULL: it is not
 * a throttle of this thread. */
lwt_throttle *lwt_throttle_retain(const lwt_throttle *throttle);

/* Gives up a reference. With the last one, those who wait are forgotten: their
 * promises stay pending. Does nothing if the handle is bad. */
void lwt_throttle_release(lwt_throttle *throttle);

/* Asks for one call with the key that the `len` bytes at `key` are,
 * `Lwt_throttle.wait`. Returns a promise of a truth value: 1 at once, while
 * fewer than `rate` were granted to that key in the current second; else 1 in a
 * later second, the oldest first; 0 at once if `max` calls wait already.
 *
 * The seconds of a throttle begin with its first call. The bytes are copied,
 * and `len` may be 0. Borrows `throttle`. Cancelling the promise gives up its
 * place in the queue. Fails with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle, LWT_INVALID_ARGUMENT if `key` is NULL and `len` is not 0, and
 * LWT_CANCELED. On the throttle's thread. */
lwt_t *lwt_throttle_wait(const lwt_throttle *throttle, const void *key,
                         size_t len);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_throttle_create(...) \
  ((struct lwt_throttle *)lwt_debug_handle(lwt_throttle_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_throttle_wait(...) \
  lwt_debug_promise(lwt_throttle_wait(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_THROTTLE_H */
