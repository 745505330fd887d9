/* Module Lwt_sequence. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SEQUENCE_H
#define LWT_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* SEQUENCES: queues with two ends, of which any node can be removed in constant
 * time. What waits for something in turn is kept in one:
 *
 *     lwt_sequence *waiting = lwt_sequence_create();
 *     lwt_t *p = lwt_add_task_r(waiting);        // cancelling it leaves the queue
 *     ...
 *     lwt_value next;
 *     if (lwt_sequence_take_l(waiting, &next, NULL) == LWT_OK)
 *       lwt_wakeup((lwt_u *)next, LWT_UNIT);
 *
 * The handle of a node is not needed for the node to stay in its sequence:
 *
 *     lwt_sequence_node_release(lwt_sequence_add_r(s, value));
 *
 * and it is good also when the node is in none. A node has one handle at a
 * time: the same comparison tells the same node.
 *
 * In a walk (iter, fold, find) the callback may do anything to the sequence. It
 * is called for the nodes that were there when the walk began, wherever they
 * have been moved to since, but not for those that were removed. Decided where
 * Lwt leaves it open, or where it goes wrong: nodes that were added meanwhile
 * are not walked over; a node that was taken out by lwt_sequence_clear is in no
 * sequence, and removing it changes none; lwt_sequence_transfer_l and _r of a
 * sequence to itself do nothing.
 *
 * Not in the manual. */

/* A sequence, `Lwt_sequence.t`. A handle of the thread that made it. */
typedef struct lwt_sequence lwt_sequence;

/* A node of a sequence, `Lwt_sequence.node`. A handle of the thread that made
 * it. */
typedef struct lwt_sequence_node lwt_sequence_node;

/* A callback that takes a node, which it borrows. */
typedef void (*lwt_sequence_node_fn)(const lwt_sequence_node *node, void *env);

/* An empty sequence, `Lwt_sequence.create`, owned by the caller:
 * lwt_sequence_release. NULL: out of memory. On any thread, whose it then
 * is. */
lwt_sequence *lwt_sequence_create(void);

/* One more reference to the same sequence, owned by the caller. NULL: it is not
 * a sequence of this thread. */
lwt_sequence *lwt_sequence_retain(const lwt_sequence *s);

/* Gives up a reference. With the last one the sequence goes, its nodes are in
 * none any more, and the values of those that have no handle are dropped. Does
 * nothing if the handle is bad. */
void lwt_sequence_release(lwt_sequence *s);

/* One more reference to the same node, owned by the caller. NULL: it is not a
 * node of this thread. */
lwt_sequence_node *lwt_sequence_node_retain(const lwt_sequence_node *node);

/* Gives up a reference to a node, which stays in its sequence. The value of a
 * node that is in none is dropped with the last reference. Does nothing if the
 * handle is bad. */
void lwt_sequence_node_release(lwt_sequence_node *node);

/* Is there no node in the sequence? `Lwt_sequence.is_empty`. False also if the
 * handle is bad. On the sequence's thread. */
bool lwt_sequence_is_empty(const lwt_sequence *s);

/* How many nodes are in the sequence, `Lwt_sequence.length`: this goes over all
 * of them. 0 if the handle is bad. On the sequence's thread. */
size_t lwt_sequence_length(const lwt_sequence *s);

/* Takes all nodes out of the sequence, `Lwt_sequence.clear`; those that have no
 * handle go, and their values are dropped. Removing one of the others has no
 * effect then. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD`. */
int lwt_sequence_clear(const lwt_sequence *s);

/* The value of a node, borrowed, `Lwt_sequence.get`: `LWT_UNIT` once it was
 * moved out by a take, or if the handle is bad. It lives until it is replaced,
 * or until the node is in no sequence and has no handle. On the node's
 * thread. */
lwt_value lwt_sequence_get(const lwt_sequence_node *node);

/* Replaces the value of a node by a plain word, `Lwt_sequence.set`; what it had
 * is dropped. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD`. */
int lwt_sequence_set(const lwt_sequence_node *node, lwt_value value);

/* As lwt_sequence_set, with a value that is owned: the node owns it, and it is
 * dropped with `drop`, also when the call fails. */
int lwt_sequence_set_owned(const lwt_sequence_node *node, lwt_value value,
                           lwt_drop_fn drop);

/* Removes a node from the sequence that it is in, `Lwt_sequence.remove`, in
 * constant time; its handles stay good. Nothing happens if it is in none.
 * Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. */
int lwt_sequence_remove(const lwt_sequence_node *node);

/* Adds a plain word at the left end of a sequence, `Lwt_sequence.add_l`.
 *
 * Borrows `s`. Returns the node, owned by the caller, who may release it at
 * once: it stays in the sequence. NULL if `s` is bad, or memory ran out. On the
 * sequence's thread. */
lwt_sequence_node *lwt_sequence_add_l(const lwt_sequence *s, lwt_value value);

/* As lwt_sequence_add_l, with a value that is owned: the node owns it, and it
 * is dropped with `drop`, also when the call fails. */
lwt_sequence_node *lwt_sequence_add_l_owned(const lwt_sequence *s,
                                            lwt_value value, lwt_drop_fn drop);

/* Adds a plain word at the right end of a sequence, `Lwt_sequence.add_r`.
 *
 * Borrows `s`. Returns the node, owned by the caller, who may release it at
 * once: it stays in the sequence. NULL if `s` is bad, or memory ran out. On the
 * sequence's thread. */
lwt_sequence_node *lwt_sequence_add_r(const lwt_sequence *s, lwt_value value);

/* As lwt_sequence_add_r, with a value that is owned: the node owns it, and it
 * is dropped with `drop`, also when the call fails. */
lwt_sequence_node *lwt_sequence_add_r_owned(const lwt_sequence *s,
                                            lwt_value value, lwt_drop_fn drop);

/* Removes the node at the left end of a sequence and moves its value to the
 * caller, who owns it then, `Lwt_sequence.take_l`. Stores it in `*value`, and
 * its drop function in `*drop`, NULL for a plain word; `drop` may be NULL.
 *
 * Borrows `s`. Returns `LWT_OK`; `LWT_EMPTY` if there is no node;
 * `LWT_INVALID_ARGUMENT` if `s` is bad or `value` is NULL, or
 * `LWT_WRONG_THREAD`. Then nothing is stored, and nothing removed. */
int lwt_sequence_take_l(const lwt_sequence *s, lwt_value *value,
                        lwt_drop_fn *drop);

/* As lwt_sequence_take_l, but returns the value, or `LWT_NONE` if there is no
 * node or `s` is bad, `Lwt_sequence.take_opt_l`. */
lwt_value lwt_sequence_take_opt_l(const lwt_sequence *s, lwt_drop_fn *drop);

/* Removes the node at the right end of a sequence and moves its value to the
 * caller, who owns it then, `Lwt_sequence.take_r`. Stores it in `*value`, and
 * its drop function in `*drop`, NULL for a plain word; `drop` may be NULL.
 *
 * Borrows `s`. Returns `LWT_OK`; `LWT_EMPTY` if there is no node;
 * `LWT_INVALID_ARGUMENT` if `s` is bad or `value` is NULL, or
 * `LWT_WRONG_THREAD`. Then nothing is stored, and nothing removed. */
int lwt_sequence_take_r(const lwt_sequence *s, lwt_value *value,
                        lwt_drop_fn *drop);

/* As lwt_sequence_take_r, but returns the value, or `LWT_NONE` if there is no
 * node or `s` is bad, `Lwt_sequence.take_opt_r`. */
lwt_value lwt_sequence_take_opt_r(const lwt_sequence *s, lwt_drop_fn *drop);

/* Moves all nodes of `from`, in their order, to the left end of `to`,
 * `Lwt_sequence.transfer_l`, in constant time. Nothing happens if the two are
 * the same. Borrows both. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD`. */
int lwt_sequence_transfer_l(const lwt_sequence *from, const lwt_sequence *to);

/* Moves all nodes of `from`, in their order, to the right end of `to`,
 * `Lwt_sequence.transfer_r`, in constant time. Nothing happens if the two are
 * the same. Borrows both. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD`. */
int lwt_sequence_transfer_r(const lwt_sequence *from, const lwt_sequence *to);

/* A task, as lwt_task makes, whose wakener is added at the left end of a
 * sequence, `Lwt.add_task_l`. Who takes it from there owns the wakener, a
 * `lwt_u *`, and wakes it up. Cancelling the promise removes it, in constant
 * time; a wakener that goes with the sequence is forgotten
 * (lwt_wakener_forget).
 *
 * Borrows `s`. Returns a promise, owned by the caller; failed with
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or with
 * `LWT_OUT_OF_MEMORY`. On the sequence's thread. */
lwt_t *lwt_add_task_l(const lwt_sequence *s);

/* A task, as lwt_task makes, whose wakener is added at the right end of a
 * sequence, `Lwt.add_task_r`. Who takes it from there owns the wakener, a
 * `lwt_u *`, and wakes it up. Cancelling the promise removes it, in constant
 * time; a wakener that goes with the sequence is forgotten
 * (lwt_wakener_forget).
 *
 * Borrows `s`. Returns a promise, owned by the caller; failed with
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or with
 * `LWT_OUT_OF_MEMORY`. On the sequence's thread. */
lwt_t *lwt_add_task_r(const lwt_sequence *s);

/* Calls `f` with the value of each node, from the left end on,
 * `Lwt_sequence.iter_l`. `f` may add and remove nodes: it is called for those
 * that were in the sequence at the call and have not been removed since.
 *
 * Borrows `s`, consumes `env`. Returns `LWT_OK`; the kind of what `f` raised
 * with lwt_raise, which ends the walk; `LWT_INVALID_ARGUMENT` if `s` is bad or
 * `f` is NULL, `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`: then `f` was not
 * called. */
int lwt_sequence_iter_l(const lwt_sequence *s, lwt_value_fn f, void *env,
                        lwt_drop_fn drop_env);

/* Calls `f` with the value of each node, from the right end on,
 * `Lwt_sequence.iter_r`. `f` may add and remove nodes: it is called for those
 * that were in the sequence at the call and have not been removed since.
 *
 * Borrows `s`, consumes `env`. Returns `LWT_OK`; the kind of what `f` raised
 * with lwt_raise, which ends the walk; `LWT_INVALID_ARGUMENT` if `s` is bad or
 * `f` is NULL, `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`: then `f` was not
 * called. */
int lwt_sequence_iter_r(const lwt_sequence *s, lwt_value_fn f, void *env,
                        lwt_drop_fn drop_env);

/* As lwt_sequence_iter_l, with the nodes instead of their values,
 * `Lwt_sequence.iter_node_l`. `f` borrows the node; lwt_sequence_node_retain
 * keeps it. */
int lwt_sequence_iter_node_l(const lwt_sequence *s, lwt_sequence_node_fn f,
                             void *env, lwt_drop_fn drop_env);

/* As lwt_sequence_iter_r, with the nodes instead of their values,
 * `Lwt_sequence.iter_node_r`. `f` borrows the node; lwt_sequence_node_retain
 * keeps it. */
int lwt_sequence_iter_node_r(const lwt_sequence *s, lwt_sequence_node_fn f,
                             void *env, lwt_drop_fn drop_env);

/* Calls `f` with what was gathered so far, at first `initial`, and the value of
 * each node, from the left end on, `Lwt_sequence.fold_l`; what it returns is
 * gathered then. `f` may add and remove nodes, as in lwt_sequence_iter_l.
 *
 * Borrows `s`, consumes `initial` and `env`. `f` owns what was gathered.
 * Returns what was gathered at last, owned by the caller; `LWT_UNIT` if `s` is
 * bad or `f` is NULL. What `f` raises ends the walk and is raised again, as by
 * lwt_raise, as is LWT_OUT_OF_MEMORY; `LWT_UNIT` is returned then. */
lwt_value lwt_sequence_fold_l(const lwt_sequence *s, lwt_value initial,
                              lwt_drop_fn drop_initial, lwt_gather_fn f,
                              void *env, lwt_drop_fn drop_env);

/* Calls `f` with what was gathered so far, at first `initial`, and the value of
 * each node, from the right end on, `Lwt_sequence.fold_r`; what it returns is
 * gathered then. `f` may add and remove nodes, as in lwt_sequence_iter_r.
 *
 * Borrows `s`, consumes `initial` and `env`. `f` owns what was gathered.
 * Returns what was gathered at last, owned by the caller; `LWT_UNIT` if `s` is
 * bad or `f` is NULL. What `f` raises ends the walk and is raised again, as by
 * lwt_raise, as is LWT_OUT_OF_MEMORY; `LWT_UNIT` is returned then. */
lwt_value lwt_sequence_fold_r(const lwt_sequence *s, lwt_value initial,
                              lwt_drop_fn drop_initial, lwt_gather_fn f,
                              void *env, lwt_drop_fn drop_env);

/* The first node, from the left end on, for whose value `f` returns true,
 * `Lwt_sequence.find_node_opt_l`. `f` may add and remove nodes, as in
 * lwt_sequence_iter_l.
 *
 * Borrows `s`, consumes `env`. Returns the node, owned by the caller, or NULL
 * if there is none, `s` is bad or `f` is NULL. What `f` raises ends the search
 * and is raised again, as by lwt_raise, as is LWT_OUT_OF_MEMORY; NULL is
 * returned then. */
lwt_sequence_node *lwt_sequence_find_node_opt_l(const lwt_sequence *s,
                                                lwt_test_fn f, void *env,
                                                lwt_drop_fn drop_env);

/* As lwt_sequence_find_node_opt_l, but stores the node in `*node`,
 * `Lwt_sequence.find_node_l`.
 *
 * Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none; the kind of what `f`
 * raised; `LWT_INVALID_ARGUMENT` if `s` is bad, or `f` or `node` is NULL,
 * `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`. NULL is stored then. */
int lwt_sequence_find_node_l(const lwt_sequence *s, lwt_test_fn f, void *env,
                             lwt_drop_fn drop_env, lwt_sequence_node **node);

/* The first node, from the right end on, for whose value `f` returns true,
 * `Lwt_sequence.find_node_opt_r`. `f` may add and remove nodes, as in
 * lwt_sequence_iter_r.
 *
 * Borrows `s`, consumes `env`. Returns the node, owned by the caller, or NULL
 * if there is none, `s` is bad or `f` is NULL. What `f` raises ends the search
 * and is raised again, as by lwt_raise, as is LWT_OUT_OF_MEMORY; NULL is
 * returned then. */
lwt_sequence_node *lwt_sequence_find_node_opt_r(const lwt_sequence *s,
                                                lwt_test_fn f, void *env,
                                                lwt_drop_fn drop_env);

/* As lwt_sequence_find_node_opt_r, but stores the node in `*node`,
 * `Lwt_sequence.find_node_r`.
 *
 * Returns `LWT_OK`; `LWT_NOT_FOUND` if there is none; the kind of what `f`
 * raised; `LWT_INVALID_ARGUMENT` if `s` is bad, or `f` or `node` is NULL,
 * `LWT_WRONG_THREAD`, or `LWT_OUT_OF_MEMORY`. NULL is stored then. */
int lwt_sequence_find_node_r(const lwt_sequence *s, lwt_test_fn f, void *env,
                             lwt_drop_fn drop_env, lwt_sequence_node **node);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_sequence_create(...) \
  ((struct lwt_sequence *)lwt_debug_handle(lwt_sequence_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_sequence_add_l(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_add_l(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_sequence_add_l_owned(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_add_l_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_sequence_add_r(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_add_r(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_sequence_add_r_owned(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_add_r_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_add_task_l(...) \
  lwt_debug_promise(lwt_add_task_l(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_add_task_r(...) \
  lwt_debug_promise(lwt_add_task_r(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_sequence_find_node_opt_l(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_find_node_opt_l(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_sequence_find_node_opt_r(...) \
  ((struct lwt_sequence_node *)lwt_debug_handle(lwt_sequence_find_node_opt_r(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_SEQUENCE_H */
