/* Module Lwt_pool. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_POOL_H
#define LWT_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* POOLS of things that are dear to make and can be used again, by one at a
 * time: connections, say. A pool makes them when they are needed, at most so
 * many, and lends them:
 *
 *     static lwt_t *connect(void *host) { ... }                 // makes a member
 *     static lwt_t *ask(lwt_value connection, void *question) { ... }
 *     ...
 *     lwt_pool *pool = lwt_pool_create(8, connect, host, NULL, NULL);
 *     lwt_t *answer = lwt_pool_use(pool, ask, question, NULL);
 *
 * When eight are in use, who wants one waits in turn. A member that comes back
 * goes straight to the oldest who waits, else to the free ones, of which the
 * one that is longest free is lent first.
 *
 * Decided here where Lwt errs: a member never counts twice and its place is
 * never lost, so that there are never more than the limit (Lwt can have one
 * more after a failed validation); when a member can't be made, the next who
 * waits has one made (in Lwt nobody tries again); when one who waits is
 * cancelled, the member that was being made for him goes to another; a failing
 * dispose function gives up the place all the same; lwt_pool_clear goes on to
 * the next member when one can't be disposed of.
 *
 * A pool whose handles are all released lives on while its members are in use
 * or waited for. Then its free members are dropped, without the dispose
 * function, which would have to be waited for: lwt_pool_clear comes first.
 *
 * Not in the manual. */

/* A pool, `'a Lwt_pool.t`. A handle of the thread that made it. */
typedef struct lwt_pool lwt_pool;

struct lwt_pool_options;

/* Is a member, which it borrows, still good after a use that failed? It owns
 * `answer`, and wakes it once, now or later: `lwt_wakeup(answer,
 * LWT_INT(true))`. */
typedef void (*lwt_pool_check_fn)(lwt_value member, lwt_u *answer, void *env);

/* What a pool does with its members besides making them; all have the
 * environment of `make`. What is NULL is left out. */
typedef struct lwt_pool_options {
  /* sizeof(struct lwt_pool_options), so that it can grow. */
  size_t size;
  /* Is a member, which it borrows, still good? A promise of a bool. Asked
   * each time that one that was used before is to be used. False: it is
   * disposed of and another is made. If the promise fails, the member is
   * disposed of, too, and that is the failure of lwt_pool_use. */
  lwt_bind_fn validate;
  /* Asked after a use that failed. False, a failure, or an answer that is
   * forgotten: the member is disposed of. What the use failed with is told in
   * any case, when that is done. */
  lwt_pool_check_fn check;
  /* Ends a member, which it borrows; the member's drop function runs after
   * its promise has resolved. It is not cancelled. */
  lwt_bind_fn dispose;
} lwt_pool_options;

/* Returns a pool of at most `max` members, `Lwt_pool.create`, none of which is
 * made yet; owned by the caller: lwt_pool_release. `make(env)` returns the
 * promise of a member, whose value the pool then owns with its drop function.
 * `options`, copied, may be NULL.
 *
 * Consumes `env`, which all the functions get: `drop_env` runs when the pool
 * is gone. NULL: `max` is 0, `make` is NULL, `options` is of another size, or
 * memory ran out; `drop_env` has run then. On any thread, whose it then is. */
lwt_pool *lwt_pool_create(size_t max, lwt_thunk_fn make, void *env,
                          lwt_drop_fn drop_env,
                          const struct lwt_pool_options *options);

/* One more reference to the same pool, owned by the caller. NULL: it is not a
 * pool of this thread. */
lwt_pool *lwt_pool_retain(const lwt_pool *pool);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_pool_release(lwt_pool *pool);

/* Calls `f(member, env)` with a member of the pool, which `f` borrows and has
 * for itself until the promise that it returns has resolved, `Lwt_pool.use`.
 * The result is that promise's. If no member is free and there is no room for
 * another, it waits in turn; cancelling it then leaves the queue, and later
 * cancels what is going on: the making of the member, or the promise of `f`.
 *
 * Borrows `pool`; `drop_env` runs once, after `f` has returned, or when it will
 * never be called. The result fails as `f`'s promise does, with what `f`
 * raised, with what making or validating the member, or disposing of it after
 * the use, failed with, with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
 * handle, LWT_INVALID_ARGUMENT if `f` is NULL, LWT_CANCELED and
 * LWT_OUT_OF_MEMORY. On the pool's thread. */
lwt_t *lwt_pool_use(const lwt_pool *pool, lwt_bind_fn f, void *env,
                    lwt_drop_fn drop_env);

/* Disposes of the free members, one after another, and of those in use when
 * they come back, `Lwt_pool.clear`. The pool can be used as before: it makes
 * new ones. Returns a promise of LWT_UNIT, which resolves when the free ones
 * are gone.
 *
 * Borrows `pool`. The promise fails as the first disposal that does, or with
 * LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD or LWT_OUT_OF_MEMORY. On the pool's
 * thread. */
lwt_t *lwt_pool_clear(const lwt_pool *pool);

/* How many uses wait for a member, `Lwt_pool.wait_queue_length`; 0 for a bad
 * handle. */
size_t lwt_pool_wait_queue_length(const lwt_pool *pool);

/* The functions of a pool that are not given do nothing:
 * struct lwt_pool_options options = LWT_POOL_OPTIONS; options.dispose = close; */
#define LWT_POOL_OPTIONS {sizeof(struct lwt_pool_options), NULL, NULL, NULL}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_pool_create(...) \
  ((struct lwt_pool *)lwt_debug_handle(lwt_pool_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_pool_use(...) \
  lwt_debug_promise(lwt_pool_use(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_pool_clear(...) \
  lwt_debug_promise(lwt_pool_clear(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_POOL_H */
