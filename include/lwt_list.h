/* Module Lwt_list. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_LIST_H
#define LWT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lists are arrays with a length. Each function calls f with the elements of
 * one:
 *
 *   _s   one after the other: the next call is made when the promise of the one
 *        before is fulfilled, and none after a failure;
 *   _p   all at once: f is called with each, in their order, and then the
 *        promises are awaited.
 *
 *     static lwt_t *size(lwt_value path, void *env);
 *     lwt_value paths[] = {(void *)"a", (void *)"b", (void *)"c"};
 *     lwt_t *sizes = lwt_list_map_p(paths, 3, size, NULL, NULL);
 *
 * The array is copied at the call. The elements are words that the caller keeps
 * alive until the result has resolved; f borrows them.
 *
 * Of several failures of a _p function it is not the first in time that counts:
 * see lwt_list_iter_p and lwt_list_map_p. That is as in Lwt, where it comes
 * from the reversed lists that these functions work on, and programs rely on
 * it.
 *
 * A list of any length is walked in constant stack, and as long as f returns
 * promises that are fulfilled already, without a promise for each element. */

/* A callback from an element, which it borrows, and its place in the array,
 * from 0, to a promise. */
typedef lwt_t *(*lwt_list_index_fn)(size_t index, lwt_value value, void *env);

/* Calls `f` with one element after the other, `Lwt_list.iter_s`: with the next
 * one when the promise for the one before is fulfilled. At the first failure
 * the result fails so, and `f` is not called any more.
 *
 * Borrows the `n` elements until the result has resolved; the array itself is
 * copied. Consumes `env`; the library owns what `f` returns. Cancelling the
 * result cancels the promise that is being waited for.
 *
 * Returns a promise of `LWT_UNIT`, owned by the caller, that reports every
 * failure: what `f` failed with or raised; `LWT_INVALID_ARGUMENT` if `f` is
 * NULL or returns a bad handle, or if `items` is NULL and `n` is not 0, or
 * there can be no such array; `LWT_OUT_OF_MEMORY`. Of this thread. Manual:
 * "Lists". */
lwt_t *lwt_list_iter_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                       void *env, lwt_drop_fn drop_env);

/* As lwt_list_iter_s; `f` is also given the place of the element,
 * `Lwt_list.iteri_s`. */
lwt_t *lwt_list_iteri_s(const lwt_value *items, size_t n, lwt_list_index_fn f,
                        void *env, lwt_drop_fn drop_env);

/* Calls `f` with all elements, in their order, before anything is waited for,
 * `Lwt_list.iter_p`. The result waits for all promises, also after a failure.
 * It then fails like the first of them that failed; of those that had failed
 * before the last call of `f` returned, like that of the last element.
 *
 * Cancelling the result cancels each promise. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_iter_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                       void *env, lwt_drop_fn drop_env);

/* As lwt_list_iter_p; `f` is also given the place of the element,
 * `Lwt_list.iteri_p`. */
lwt_t *lwt_list_iteri_p(const lwt_value *items, size_t n, lwt_list_index_fn f,
                        void *env, lwt_drop_fn drop_env);

/* The values of the promises that `f` returns, in the order of the elements,
 * `Lwt_list.map_s`. `f` is called with the next element when the promise for
 * the one before is fulfilled.
 *
 * The result is a promise of a `struct lwt_values *`, which it owns; each value
 * keeps its drop function. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_map_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                      void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_s; `f` is also given the place of the element,
 * `Lwt_list.mapi_s`. */
lwt_t *lwt_list_mapi_s(const lwt_value *items, size_t n, lwt_list_index_fn f,
                       void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_s, but `f` is called with all elements before anything is
 * waited for, `Lwt_list.map_p`.
 *
 * The promises are then awaited from that of the last element back to the
 * first. The result fails at the first failure that this comes upon, and waits
 * no more for those before: the failure of an early element is seen only when
 * the later ones have resolved. What is still pending then goes on, unheeded.
 * Cancelling the result cancels the one promise that is being awaited. */
lwt_t *lwt_list_map_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                      void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_p; `f` is also given the place of the element,
 * `Lwt_list.mapi_p`. */
lwt_t *lwt_list_mapi_p(const lwt_value *items, size_t n, lwt_list_index_fn f,
                       void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_s, with the values in the opposite order,
 * `Lwt_list.rev_map_s`. The elements are taken from the first one on all the
 * same. */
lwt_t *lwt_list_rev_map_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                          void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_p, with the values in the opposite order,
 * `Lwt_list.rev_map_p`. The promises are awaited from that of the first element
 * on. */
lwt_t *lwt_list_rev_map_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                          void *env, lwt_drop_fn drop_env);

/* Calls `f` with what was gathered so far, at first `initial`, and one element
 * after the other, `Lwt_list.fold_left_s`; the value of its promise is what is
 * gathered then, and at last the value of the result.
 *
 * Consumes `initial`. `f` owns what was gathered, so that it may return the
 * same again; it borrows the element. Where the promise of `f` is still seen by
 * others the value is moved out of it all the same. Otherwise as
 * lwt_list_iter_s. */
lwt_t *lwt_list_fold_left_s(const lwt_value *items, size_t n, lwt_value initial,
                            lwt_drop_fn drop_initial, lwt_fold_fn f, void *env,
                            lwt_drop_fn drop_env);

/* As lwt_list_fold_left_s, from the last element to the first,
 * `Lwt_list.fold_right_s`. */
lwt_t *lwt_list_fold_right_s(const lwt_value *items, size_t n,
                             lwt_value initial, lwt_drop_fn drop_initial,
                             lwt_fold_fn f, void *env, lwt_drop_fn drop_env);

/* Does `f` tell of all elements that it is so? `Lwt_list.for_all_s`. `f`
 * returns promises of a truth, where 0 is false, and is called with one element
 * after the other up to the first of which it does not tell so.
 *
 * The result is a promise of 0 or 1. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_for_all_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                          void *env, lwt_drop_fn drop_env);

/* As lwt_list_for_all_s, but `f` is called with all elements before anything is
 * waited for, `Lwt_list.for_all_p`, and all promises are awaited, as by
 * lwt_list_map_p. */
lwt_t *lwt_list_for_all_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                          void *env, lwt_drop_fn drop_env);

/* Does `f` tell of any element that it is so? `Lwt_list.exists_s`. `f` returns
 * promises of a truth, where 0 is false, and is called with one element after
 * the other up to the first of which it tells so.
 *
 * The result is a promise of 0 or 1. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_exists_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                         void *env, lwt_drop_fn drop_env);

/* As lwt_list_exists_s, but `f` is called with all elements before anything is
 * waited for, `Lwt_list.exists_p`, and all promises are awaited, as by
 * lwt_list_map_p. */
lwt_t *lwt_list_exists_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                         void *env, lwt_drop_fn drop_env);

/* The first element of which `f` tells that it is so, `Lwt_list.find_s`. `f`
 * returns promises of a truth, where 0 is false, and is called with one element
 * after the other up to the first of which it tells so.
 *
 * The result is a promise of that element, a plain word that is still the
 * caller's, or it fails with `LWT_NOT_FOUND`. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_find_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                       void *env, lwt_drop_fn drop_env);

/* The elements of which `f` tells that it is so, in their order,
 * `Lwt_list.filter_s`. `f` returns promises of a truth, where 0 is false, and
 * is called with one element after the other.
 *
 * The result is a promise of a `struct lwt_values *`, which it owns, of plain
 * words that are still the caller's. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_filter_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                         void *env, lwt_drop_fn drop_env);

/* As lwt_list_filter_s, but `f` is called with all elements before anything is
 * waited for, `Lwt_list.filter_p`; the promises are awaited as by
 * lwt_list_map_p. */
lwt_t *lwt_list_filter_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                         void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_s, without the results that are `LWT_NONE`,
 * `Lwt_list.filter_map_s`. */
lwt_t *lwt_list_filter_map_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                             void *env, lwt_drop_fn drop_env);

/* As lwt_list_map_p, without the results that are `LWT_NONE`,
 * `Lwt_list.filter_map_p`. */
lwt_t *lwt_list_filter_map_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                             void *env, lwt_drop_fn drop_env);

/* The elements of which `f` tells that it is so, and the others, both in their
 * order, `Lwt_list.partition_s`. `f` is called as by lwt_list_filter_s.
 *
 * The result is a promise of a `struct lwt_values *` of two, which it owns:
 * each is again a `struct lwt_values *`, of plain words that are still the
 * caller's. Otherwise as lwt_list_iter_s. */
lwt_t *lwt_list_partition_s(const lwt_value *items, size_t n, lwt_bind_fn f,
                            void *env, lwt_drop_fn drop_env);

/* As lwt_list_partition_s, but `f` is called with all elements before anything
 * is waited for, `Lwt_list.partition_p`; the promises are awaited as by
 * lwt_list_map_p. */
lwt_t *lwt_list_partition_p(const lwt_value *items, size_t n, lwt_bind_fn f,
                            void *env, lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_list_iter_s(...) \
  lwt_debug_promise(lwt_list_iter_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_iteri_s(...) \
  lwt_debug_promise(lwt_list_iteri_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_iter_p(...) \
  lwt_debug_promise(lwt_list_iter_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_iteri_p(...) \
  lwt_debug_promise(lwt_list_iteri_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_map_s(...) \
  lwt_debug_promise(lwt_list_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_mapi_s(...) \
  lwt_debug_promise(lwt_list_mapi_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_map_p(...) \
  lwt_debug_promise(lwt_list_map_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_mapi_p(...) \
  lwt_debug_promise(lwt_list_mapi_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_rev_map_s(...) \
  lwt_debug_promise(lwt_list_rev_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_rev_map_p(...) \
  lwt_debug_promise(lwt_list_rev_map_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_fold_left_s(...) \
  lwt_debug_promise(lwt_list_fold_left_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_fold_right_s(...) \
  lwt_debug_promise(lwt_list_fold_right_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_for_all_s(...) \
  lwt_debug_promise(lwt_list_for_all_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_for_all_p(...) \
  lwt_debug_promise(lwt_list_for_all_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_exists_s(...) \
  lwt_debug_promise(lwt_list_exists_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_exists_p(...) \
  lwt_debug_promise(lwt_list_exists_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_find_s(...) \
  lwt_debug_promise(lwt_list_find_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_filter_s(...) \
  lwt_debug_promise(lwt_list_filter_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_filter_p(...) \
  lwt_debug_promise(lwt_list_filter_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_filter_map_s(...) \
  lwt_debug_promise(lwt_list_filter_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_filter_map_p(...) \
  lwt_debug_promise(lwt_list_filter_map_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_partition_s(...) \
  lwt_debug_promise(lwt_list_partition_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_list_partition_p(...) \
  lwt_debug_promise(lwt_list_partition_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_LIST_H */
