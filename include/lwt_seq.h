/* Module Lwt_seq. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SEQ_H
#define LWT_SEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* SEQUENCES, pure and lazy. A sequence gives, when it is asked, a promise of
 * nothing or of its first element and the sequence of the rest. It is not used
 * up: it can be gone through any number of times, and what its functions do is
 * done each time. (A stream, lwt_stream.h, is used up, and asks its source
 * once.)
 *
 *     static bool count(lwt_value n, struct lwt_seq_unfolded *next, void *env) {
 *       next->value = n;
 *       next->state = LWT_INT(LWT_TO_INT(n) + 1);
 *       return LWT_TO_INT(n) < 10;
 *     }
 *     static lwt_t *fetch(lwt_value n, void *env);
 *     ...
 *     lwt_seq *numbers = lwt_seq_unfold(LWT_INT(0), NULL, count, NULL, NULL);
 *     lwt_t *p = lwt_seq_iter_n(numbers, 3, fetch, NULL, NULL); // three at a time
 *
 * What makes a sequence of others consumes them (`lwt_seq *`); what goes
 * through one borrows it (`const lwt_seq *`). An element has one owner, however
 * many are given it, and it lives as long as a sequence that could give it
 * again; callbacks borrow it, those that return a promise until that has
 * resolved.
 *
 * LWT_NONE is never an element of lwt_seq_of_seq, lwt_seq_of_seq_lwt and
 * lwt_seq_filter_map.
 *
 * Any failure, also of the first call of a sequence, is the failure of the
 * promise of who asked. Going through a sequence, however long, and dropping it
 * take no stack.
 *
 * Not in the manual. */

/* A sequence, `Lwt_seq.t`. A handle of the thread that made it. */
typedef struct lwt_seq lwt_seq;

/* A node of a sequence, `Cons` of `Lwt_seq.node`: an element and the sequence
 * of the rest. A handle of the thread that made it. */
typedef struct lwt_seq_node lwt_seq_node;

struct lwt_seq_unfolded;

/* A callback that gives the element at a place, from 0, or `LWT_NONE` at the
 * end. */
typedef lwt_value (*lwt_seq_at_fn)(size_t index, void *env);

/* A callback that returns a promise of the element at a place, from 0, or of
 * `LWT_NONE` at the end. */
typedef lwt_t *(*lwt_seq_at_lwt_fn)(size_t index, void *env);

/* A callback that makes a step of unfolding from a state, which it borrows:
 * fills `next`, which is all zero, and returns true; or returns false at the
 * end. */
typedef bool (*lwt_seq_unfold_fn)(lwt_value state,
              struct lwt_seq_unfolded *next, void *env);

/* A callback from an element, which it borrows, to a sequence, which the
 * library then owns. */
typedef lwt_seq *(*lwt_seq_flat_fn)(lwt_value value, void *env);

/* What a step of unfolding gives. The drop functions may be NULL. */
typedef struct lwt_seq_unfolded {
  /* An element. */
  lwt_value value;
  /* Drops it when nobody can be given it any more. */
  lwt_drop_fn drop;
  /* The state for the next step. */
  lwt_value state;
  /* Drops it when there is no next step to be made any more. */
  lwt_drop_fn drop_state;
} lwt_seq_unfolded;

/* One more reference to the same sequence, owned by the caller. NULL: it is not
 * a sequence of this thread. */
lwt_seq *lwt_seq_retain(const lwt_seq *s);

/* Gives up a reference. Elements and environments are dropped with the last
 * sequence that could still use them. Does nothing if the handle is bad. */
void lwt_seq_release(lwt_seq *s);

/* Asks a sequence for its first node: what it is in Lwt to call it.
 *
 * Borrows `s`. Returns a promise, owned by the caller: of a `lwt_seq_node *`,
 * which it owns, or of `LWT_NONE` at the end. It fails as the sequence does, or
 * with `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`. On the
 * sequence's thread. */
lwt_t *lwt_seq_next(const lwt_seq *s);

/* The element of a node, borrowed: it lives as long as the node, or a sequence
 * that it is in. `LWT_UNIT` if the handle is bad. On the node's thread. */
lwt_value lwt_seq_node_value(const lwt_seq_node *node);

/* The sequence of what comes after the element of a node, owned by the caller.
 * NULL if the handle is bad, or out of memory. On the node's thread. */
lwt_seq *lwt_seq_node_rest(const lwt_seq_node *node);

/* One more reference to the same node, owned by the caller. NULL: it is not a
 * node of this thread. */
lwt_seq_node *lwt_seq_node_retain(const lwt_seq_node *node);

/* Gives up a reference to a node. Does nothing if the handle is bad. */
void lwt_seq_node_release(lwt_seq_node *node);

/* For functions that give nodes (lwt_seq_from, lwt_seq_unfold_lwt): a promise
 * of the end, `Nil`. Owned by the caller. When memory runs out it has failed
 * with `LWT_OUT_OF_MEMORY`. */
lwt_t *lwt_seq_node_nil(void);

/* For the function of a lwt_seq_from: a promise of a node, `Cons`, of a plain
 * word and the rest.
 *
 * Consumes `rest`. Returns a promise, owned by the caller; failed with
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `rest` is bad, or
 * `LWT_OUT_OF_MEMORY`. */
lwt_t *lwt_seq_node_cons(lwt_value value, lwt_seq *rest);

/* As lwt_seq_node_cons, with a value that is owned: it is dropped, once, when
 * nobody can be given it any more, also when the call fails. */
lwt_t *lwt_seq_node_cons_owned(lwt_value first, lwt_drop_fn drop,
                               lwt_seq *rest);

/* For the function of a lwt_seq_unfold_lwt: a promise of an element and the
 * next state, each with its drop function or NULL, which run as those of
 * lwt_seq_node_cons_owned. Owned by the caller; failed with `LWT_OUT_OF_MEMORY`
 * when memory runs out. */
lwt_t *lwt_seq_node_unfold(lwt_value first, lwt_drop_fn drop, lwt_value state,
                           lwt_drop_fn drop_state);

/* The sequence without elements, `Lwt_seq.empty`, owned by the caller:
 * lwt_seq_release. NULL: out of memory. On any thread, whose it then is. */
lwt_seq *lwt_seq_empty(void);

/* A sequence of one element, a plain word, `Lwt_seq.return`. Otherwise as
 * lwt_seq_empty. */
lwt_seq *lwt_seq_return(lwt_value value);

/* As lwt_seq_return, with an element that is owned: it is dropped, once, when
 * nobody can be given it any more. */
lwt_seq *lwt_seq_return_owned(lwt_value value, lwt_drop_fn drop);

/* A sequence of one element, the value of `p`, `Lwt_seq.return_lwt`, which is
 * waited for each time; if `p` fails so does the sequence. Consumes `p`. NULL
 * if `p` is bad, or memory ran out. On the promise's thread. */
lwt_seq *lwt_seq_return_lwt(lwt_t *p);

/* A plain word before the elements of `s`, `Lwt_seq.cons`.
 *
 * Consumes `s`. Returns the sequence, owned by the caller; NULL if `s` is bad,
 * or memory ran out. On the sequence's thread. */
lwt_seq *lwt_seq_cons(lwt_value value, lwt_seq *s);

/* As lwt_seq_cons, with an element that is owned, as by lwt_seq_return_owned;
 * it is dropped also when the call fails. */
lwt_seq *lwt_seq_cons_owned(lwt_value value, lwt_drop_fn drop, lwt_seq *s);

/* The value of `p` before the elements of `s`, `Lwt_seq.cons_lwt`. Consumes
 * both. Otherwise as lwt_seq_return_lwt. */
lwt_seq *lwt_seq_cons_lwt(lwt_t *p, lwt_seq *s);

/* The `n` elements of an array, `Lwt_seq.of_list`: plain words, which stay the
 * caller's for as long as the sequence may be asked for them. The array is
 * copied. NULL if it is NULL and `n` is not 0, or there can be no such array,
 * or memory ran out. */
lwt_seq *lwt_seq_of_list(const lwt_value *items, size_t n);

/* The elements that `f` gives, `Lwt_seq.of_seq`: it is called for the one at a
 * place whenever that is asked for, and gives `LWT_NONE` at the end. It fails
 * with lwt_raise, and gives an element a drop function with lwt_owned.
 *
 * Consumes `env`, which is dropped with the last sequence of these elements.
 * Returns the sequence, owned by the caller; NULL if `f` is NULL, or memory ran
 * out. On any thread, whose it then is. */
lwt_seq *lwt_seq_of_seq(lwt_seq_at_fn f, void *env, lwt_drop_fn drop_env);

/* As lwt_seq_of_seq, with a function that returns promises,
 * `Lwt_seq.of_seq_lwt`. */
lwt_seq *lwt_seq_of_seq_lwt(lwt_seq_at_lwt_fn f, void *env,
                            lwt_drop_fn drop_env);

/* A sequence whose first node is what `f` gives, each time that it is asked
 * for: a promise made by lwt_seq_node_cons or lwt_seq_node_nil. What it fails
 * with or raises is the failure of who asks; anything else fails with
 * `LWT_INVALID_ARGUMENT`. Otherwise as lwt_seq_of_seq. */
lwt_seq *lwt_seq_from(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* The elements that `f` makes from one state after the other, the first one
 * being `state`, `Lwt_seq.unfold`.
 *
 * Consumes `state` and `env`. Otherwise as lwt_seq_of_seq; what `f` has filled
 * in is dropped if it raises or returns false. */
lwt_seq *lwt_seq_unfold(lwt_value state, lwt_drop_fn drop_state,
                        lwt_seq_unfold_fn f, void *env, lwt_drop_fn drop_env);

/* As lwt_seq_unfold, with a function that returns promises,
 * `Lwt_seq.unfold_lwt`: of an element and the next state (lwt_seq_node_unfold),
 * or of the end (lwt_seq_node_nil). It borrows the state until then. Anything
 * else fails with `LWT_INVALID_ARGUMENT`. */
lwt_seq *lwt_seq_unfold_lwt(lwt_value state, lwt_drop_fn drop_state,
                            lwt_bind_fn f, void *env, lwt_drop_fn drop_env);

/* The elements of `s`, then those of `t`, `Lwt_seq.append`.
 *
 * Consumes both. Returns the sequence, owned by the caller; NULL if one of them
 * is bad, or memory ran out. On the sequences' thread. */
lwt_seq *lwt_seq_append(lwt_seq *s, lwt_seq *t);

/* The elements of `s`, each replaced by what `f` makes of it, `Lwt_seq.map`.
 * `f` is called when the element is asked for, each time; it fails with
 * lwt_raise, and gives its value a drop function with lwt_owned.
 *
 * Consumes `s` and `env`, which is dropped with the last sequence that could
 * still call `f`. `f` borrows the element. Returns the sequence, owned by the
 * caller; NULL if `s` is bad, or `f` NULL, or memory ran out. On the sequence's
 * thread. */
lwt_seq *lwt_seq_map(lwt_seq *s, lwt_map_fn f, void *env,
                     lwt_drop_fn drop_env);

/* As lwt_seq_map, with a function that returns promises, `Lwt_seq.map_s`. It
 * borrows the element until its promise has resolved. */
lwt_seq *lwt_seq_map_s(lwt_seq *s, lwt_bind_fn f, void *env,
                       lwt_drop_fn drop_env);

/* The elements of `s` for which `f` returns true, `Lwt_seq.filter`. Otherwise
 * as lwt_seq_map. */
lwt_seq *lwt_seq_filter(lwt_seq *s, lwt_test_fn f, void *env,
                        lwt_drop_fn drop_env);

/* As lwt_seq_filter, with a function that returns promises of a truth, where 0
 * is false, `Lwt_seq.filter_s`. */
lwt_seq *lwt_seq_filter_s(lwt_seq *s, lwt_bind_fn f, void *env,
                          lwt_drop_fn drop_env);

/* As lwt_seq_map, without the elements for which `f` returns `LWT_NONE`,
 * `Lwt_seq.filter_map`. */
lwt_seq *lwt_seq_filter_map(lwt_seq *s, lwt_map_fn f, void *env,
                            lwt_drop_fn drop_env);

/* As lwt_seq_map_s, without the elements for which the value is `LWT_NONE`,
 * `Lwt_seq.filter_map_s`. */
lwt_seq *lwt_seq_filter_map_s(lwt_seq *s, lwt_bind_fn f, void *env,
                              lwt_drop_fn drop_env);

/* The elements of all the sequences that `f` makes of the elements of `s`,
 * `Lwt_seq.flat_map`, one sequence after the other. A bad handle fails with
 * `LWT_INVALID_ARGUMENT`. Otherwise as lwt_seq_map. */
lwt_seq *lwt_seq_flat_map(lwt_seq *s, lwt_seq_flat_fn f, void *env,
                          lwt_drop_fn drop_env);

/* All elements of a sequence, in their order, `Lwt_seq.to_list`. Of one that
 * does not end: never.
 *
 * Borrows `s`, which may be gone through any number of times. Returns a promise
 * of a `struct lwt_values *`, owned by the caller: an element that is owned is
 * shown in it, and is still the sequence's, too. It fails as the sequence does,
 * or with `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` if `s` is bad, or
 * `LWT_OUT_OF_MEMORY`. Cancelling it cancels what is being waited for. On the
 * sequence's thread. */
lwt_t *lwt_seq_to_list(const lwt_seq *s);

/* Calls `f` with what was gathered so far, at first `initial`, and one element
 * after the other, `Lwt_seq.fold_left`; what it returns is gathered then, and
 * at last the value of the result. It fails with lwt_raise, and gives its value
 * a drop function with lwt_owned.
 *
 * Consumes `initial` and `env`. `f` owns what was gathered, and borrows the
 * element. Fails also with what `f` raised, and with `LWT_INVALID_ARGUMENT` if
 * it is NULL. Otherwise as lwt_seq_to_list. */
lwt_t *lwt_seq_fold_left(const lwt_seq *s, lwt_value initial,
                         lwt_drop_fn drop_initial, lwt_gather_fn f, void *env,
                         lwt_drop_fn drop_env);

/* As lwt_seq_fold_left, with a function that returns promises,
 * `Lwt_seq.fold_left_s`: their value, moved out of them, is what is gathered.
 * `f` borrows the element until then. */
lwt_t *lwt_seq_fold_left_s(const lwt_seq *s, lwt_value initial,
                           lwt_drop_fn drop_initial, lwt_fold_fn f, void *env,
                           lwt_drop_fn drop_env);

/* Calls `f` with one element after the other, `Lwt_seq.iter`. What it raises
 * with lwt_raise ends that, and is the failure of the result.
 *
 * Consumes `env`. Returns a promise of LWT_UNIT. Otherwise as
 * lwt_seq_fold_left. */
lwt_t *lwt_seq_iter(const lwt_seq *s, lwt_value_fn f, void *env,
                    lwt_drop_fn drop_env);

/* Calls `f` with one element after the other, `Lwt_seq.iter_s`: the next one is
 * asked for when the promise for the one before is fulfilled. `f` borrows the
 * element until its promise has resolved. A failure ends that, and is the
 * result's.
 *
 * Consumes `env`. Returns a promise of LWT_UNIT. Otherwise as
 * lwt_seq_fold_left. */
lwt_t *lwt_seq_iter_s(const lwt_seq *s, lwt_bind_fn f, void *env,
                      lwt_drop_fn drop_env);

/* As lwt_seq_iter_s, but asks for the next element without waiting for the
 * promise for the one before, `Lwt_seq.iter_p`. The result waits for all, also
 * after a failure, and fails as by lwt_list_iter_p; if the sequence itself
 * fails, at once. Cancelling the result cancels all that `f` promised. An
 * element lives until its promise has resolved. */
lwt_t *lwt_seq_iter_p(const lwt_seq *s, lwt_bind_fn f, void *env,
                      lwt_drop_fn drop_env);

/* As lwt_seq_iter_p, but with `max_concurrency` promises at most that are not
 * resolved, `Lwt_seq.iter_n` (whose default is 1); the next element is asked
 * for when there is room. The result fails with `LWT_INVALID_ARGUMENT` if
 * `max_concurrency` is below 1; and if a promise has failed when there was no
 * room, at once. */
lwt_t *lwt_seq_iter_n(const lwt_seq *s, intptr_t max_concurrency, lwt_bind_fn f,
                      void *env, lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_seq_next(...) \
  lwt_debug_promise(lwt_seq_next(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_node_rest(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_node_rest(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_node_nil(...) \
  lwt_debug_promise(lwt_seq_node_nil(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_node_cons(...) \
  lwt_debug_promise(lwt_seq_node_cons(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_node_cons_owned(...) \
  lwt_debug_promise(lwt_seq_node_cons_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_node_unfold(...) \
  lwt_debug_promise(lwt_seq_node_unfold(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_empty(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_empty(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_return(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_return(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_return_owned(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_return_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_return_lwt(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_return_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_cons(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_cons(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_cons_owned(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_cons_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_cons_lwt(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_cons_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_of_list(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_of_list(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_of_seq(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_of_seq(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_of_seq_lwt(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_of_seq_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_from(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_unfold(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_unfold(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_unfold_lwt(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_unfold_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_append(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_append(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_map(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_map_s(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_filter(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_filter(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_filter_s(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_filter_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_filter_map(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_filter_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_filter_map_s(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_filter_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_flat_map(...) \
  ((struct lwt_seq *)lwt_debug_handle(lwt_seq_flat_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_seq_to_list(...) \
  lwt_debug_promise(lwt_seq_to_list(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_fold_left(...) \
  lwt_debug_promise(lwt_seq_fold_left(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_fold_left_s(...) \
  lwt_debug_promise(lwt_seq_fold_left_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_iter(...) \
  lwt_debug_promise(lwt_seq_iter(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_iter_s(...) \
  lwt_debug_promise(lwt_seq_iter_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_iter_p(...) \
  lwt_debug_promise(lwt_seq_iter_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_seq_iter_n(...) \
  lwt_debug_promise(lwt_seq_iter_n(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_SEQ_H */
