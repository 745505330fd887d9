/* Module Lwt_pqueue. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_PQUEUE_H
#define LWT_PQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* PRIORITY QUEUES that never change: adding to one, uniting two and removing
 * the least element make new queues, which share most of their parts with the
 * old ones, in logarithmic time. Elements that are equal in the order are all
 * kept.
 *
 *     static int by_deadline(lwt_value a, lwt_value b, void *env);
 *
 *     lwt_pqueue *q = lwt_pqueue_create(by_deadline, NULL, NULL);
 *     q = lwt_pqueue_add_owned(q, task, task_free);
 *     for (lwt_value least; lwt_pqueue_find_min(q, &least) == LWT_OK;) {
 *       run(least);
 *       q = lwt_pqueue_remove_min(q);            // drops it
 *     }
 *     lwt_pqueue_release(q);
 *
 * What an order raises ends the call, which raises it again for the callback
 * that is running, and returns NULL.
 *
 * Not in the manual. */

/* A priority queue, `Lwt_pqueue.t`. A handle of the thread that made it. */
typedef struct lwt_pqueue lwt_pqueue;

/* A queue without elements, `Lwt_pqueue.empty`, ordered by `compare`.
 *
 * Consumes `env`, which is dropped after the last queue that is made from this
 * one. Returns the queue, owned by the caller: lwt_pqueue_release. NULL if
 * `compare` is NULL, or memory ran out. On any thread, whose it then is. */
lwt_pqueue *lwt_pqueue_create(lwt_compare_fn compare, void *env,
                              lwt_drop_fn drop_env);

/* One more reference to the same queue, owned by the caller. NULL: it is not a
 * queue of this thread. */
lwt_pqueue *lwt_pqueue_retain(const lwt_pqueue *q);

/* Gives up a reference. An element is dropped when it is in no queue any more.
 * Does nothing if the handle is bad. */
void lwt_pqueue_release(lwt_pqueue *q);

/* Are there no elements? `Lwt_pqueue.is_empty`. False also if the handle is
 * bad. On the queue's thread. */
bool lwt_pqueue_is_empty(const lwt_pqueue *q);

/* How many elements there are, `Lwt_pqueue.size`, in constant time. 0 if the
 * handle is bad. On the queue's thread. */
size_t lwt_pqueue_size(const lwt_pqueue *q);

/* A queue with one element more, a plain word, `Lwt_pqueue.add`.
 *
 * Consumes `q`: `q = lwt_pqueue_add(q, value);`, or with lwt_pqueue_retain(q)
 * to keep what was. Returns the queue, owned by the caller. NULL if `q` is bad,
 * or memory ran out; or if the order raised: that is raised again, as by
 * lwt_raise. On the queue's thread: elsewhere `q` stays as it was. */
lwt_pqueue *lwt_pqueue_add(lwt_pqueue *q, lwt_value value);

/* As lwt_pqueue_add, with a value that is owned: it is dropped, once, when it
 * is in no queue any more, also when the call fails. */
lwt_pqueue *lwt_pqueue_add_owned(lwt_pqueue *q, lwt_value value,
                                 lwt_drop_fn drop);

/* A queue with the elements of two, `Lwt_pqueue.union`. Both must be of the
 * same order: the same function with the same environment.
 *
 * Consumes both. Returns the queue, owned by the caller, or NULL as
 * lwt_pqueue_add, and also if the orders differ. */
lwt_pqueue *lwt_pqueue_union(lwt_pqueue *a, lwt_pqueue *b);

/* Stores the least element in `*value`, `Lwt_pqueue.find_min`: borrowed, it
 * lives as long as a queue that it is in.
 *
 * Borrows `q`. Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none;
 * `LWT_INVALID_ARGUMENT` if `q` is bad or `value` is NULL, or
 * `LWT_WRONG_THREAD`. */
int lwt_pqueue_find_min(const lwt_pqueue *q, lwt_value *value);

/* The least element, `Lwt_pqueue.lookup_min`, borrowed as by
 * lwt_pqueue_find_min; `LWT_NONE` if there is none, or `q` is bad. On the
 * queue's thread. */
lwt_value lwt_pqueue_lookup_min(const lwt_pqueue *q);

/* A queue without the least element, or one of them,
 * `Lwt_pqueue.remove_min`.
 *
 * Consumes `q`. Returns the queue, owned by the caller; NULL if `q` was empty,
 * or as lwt_pqueue_add. */
lwt_pqueue *lwt_pqueue_remove_min(lwt_pqueue *q);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_pqueue_create(...) \
  ((struct lwt_pqueue *)lwt_debug_handle(lwt_pqueue_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_pqueue_add(...) \
  ((struct lwt_pqueue *)lwt_debug_handle(lwt_pqueue_add(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_pqueue_add_owned(...) \
  ((struct lwt_pqueue *)lwt_debug_handle(lwt_pqueue_add_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_pqueue_union(...) \
  ((struct lwt_pqueue *)lwt_debug_handle(lwt_pqueue_union(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_pqueue_remove_min(...) \
  ((struct lwt_pqueue *)lwt_debug_handle(lwt_pqueue_remove_min(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_PQUEUE_H */
