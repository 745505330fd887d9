/* Module Lwt_stream. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_STREAM_H
#define LWT_STREAM_H

#include "lwt_seq.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* STREAMS: elements that come one after the other, now or later. A stream is a
 * reader; what it has taken is gone for it, and a clone is another reader of
 * the same elements. Elements come from a function that is asked
 * (lwt_stream_from), or are pushed (lwt_stream_create,
 * lwt_stream_create_bounded).
 *
 *   lwt_stream_push *push;
 *   lwt_stream *numbers = lwt_stream_create(&push);
 *   lwt_stream *squares = lwt_stream_map(numbers, square, NULL, NULL);
 *   lwt_t *sum = lwt_stream_fold(squares, LWT_INT(0), NULL, add, NULL, NULL);
 *   lwt_stream_push_value(push, LWT_INT(3));
 *   lwt_stream_push_value(push, LWT_INT(4));
 *   lwt_stream_push_close(push); // sum: 25
 *
 * - Reading and iterating borrow the stream; what makes a stream of a stream
 *   consumes it.
 * - LWT_NONE is never an element. It is what a source says at the end, what
 *   lwt_stream_get finds there, and to push it is to close the stream.
 * - An element with a drop function has one owner, as all values: it is the
 *   stream's until a promise that shows it gives it away (lwt_take, lwt_await,
 *   lwt_main_run). Reads that began while nothing was at hand, a peek and a later
 *   next, and clones, all show the same element; whoever takes it first has it,
 *   and the others find LWT_UNIT. Callbacks borrow elements.
 * - A read that several elements are needed for (nget, fold, iter, ...) sees each
 *   element from its beginning on, whoever else reads the stream meanwhile.
 * - Who waits for what is pushed is resolved by a deferred wake-up
 *   (lwt_wakeup_later); who waits for a function that is asked, when its promise
 *   resolves.
 *
 * Decided where Lwt has a defect, or says nothing:
 * - a bounded stream of size 0, which never delivers anything in Lwt, lets a push
 *   and a read meet;
 * - lwt_stream_return_lwt of a failed promise is an empty stream, as in Lwt;
 * - a source that fails in the middle of lwt_stream_get_available loses nothing:
 *   what was taken goes back;
 * - lwt_stream_choose reads its streams when it is read, not earlier, and asks
 *   one that failed again;
 * - the last release of a writing end closes the stream;
 * - an element that is pushed when nobody can read it any more is dropped; a
 *   bounded push then fails with LWT_CLOSED.
 *
 * Manual: "Data streams". */

/* A stream, `'a Lwt_stream.t`. A handle of the thread that made it. */
typedef struct lwt_stream lwt_stream;

/* The writing end of a stream, the push function of `Lwt_stream.create`. A
 * handle of the thread that made it. */
typedef struct lwt_stream_push lwt_stream_push;

/* The push object of a bounded stream, `'a Lwt_stream.bounded_push`. A handle
 * of the thread that made it. */
typedef struct lwt_stream_bounded_push lwt_stream_bounded_push;

/* A callback from an element, which it borrows, to a list of new ones, which
 * the library then owns. */
typedef lwt_values *(*lwt_stream_list_fn)(lwt_value value, void *env);

/* A parser: reads the stream, which it borrows until its promise has
 * resolved. */
typedef lwt_t *(*lwt_stream_parse_fn)(const lwt_stream *s, void *env);

/* A stream whose elements `f` is asked for, `Lwt_stream.from`: when one is
 * needed and none is at hand, `f(env)` returns a promise of the next one, or of
 * `LWT_NONE` at the end.
 *
 * `f` is called once at a time, however many reads wait, and never again after
 * the end; then `drop_env` runs, or when the last reader is gone. If the
 * promise fails, so do the reads that wait; the stream goes on, and the next
 * read asks again. Cancelling a read does not cancel the promise. An element
 * that the promise owns is shown by the stream as well: it has one owner, as
 * `lwt.h` says of values that several promises show.
 *
 * Returns a stream, owned by the caller (lwt_stream_release); NULL if `f` is
 * NULL, or memory runs out. Consumes `env`. This thread's. */
lwt_stream *lwt_stream_from(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* The same with a function that returns the element itself, or `LWT_NONE` at
 * the end, `Lwt_stream.from_direct`. It fails by `lwt_raise`, and gives an
 * element a drop function by `lwt_owned`. As lwt_stream_from otherwise. This is
 * also `Lwt_stream.of_seq`: a plain lazy sequence is such a function in C. */
lwt_stream *lwt_stream_from_direct(lwt_compute_fn f, void *env,
                                   lwt_drop_fn drop_env);

/* A stream that elements are pushed into, `Lwt_stream.create`. `*push` is set
 * to its writing end, owned by the caller (lwt_stream_push_release).
 *
 * Returns the stream, owned by the caller; NULL, and `*push` too, if memory
 * runs out; NULL if `push` is NULL. This thread's. */
lwt_stream *lwt_stream_create(lwt_stream_push **push);

/* The same; `lwt_stream_push_set_reference` then gives the stream a value that
 * is kept as long as the stream is, `Lwt_stream.create_with_reference`. (It may
 * be used with any stream.) */
lwt_stream *lwt_stream_create_with_reference(lwt_stream_push **push);

/* A stream of one element, `Lwt_stream.return`. NULL if it is `LWT_NONE`, or
 * memory runs out. Owned by the caller. This thread's. */
lwt_stream *lwt_stream_return(lwt_value value);

/* The same with an element that the stream owns: `drop` runs on it once, unless
 * it is moved out of a promise that shows it. */
lwt_stream *lwt_stream_return_owned(lwt_value value, lwt_drop_fn drop);

/* A stream of what `p` is fulfilled with, `Lwt_stream.return_lwt`. If `p` fails
 * the stream is empty, and the failure is lost (defect 18 of Lwt's, kept).
 * Consumes `p`.
 *
 * Returns a stream, owned by the caller; NULL if `p` is not a promise of this
 * thread, or memory runs out. */
lwt_stream *lwt_stream_return_lwt(lwt_t *p);

/* A stream of the `n` words at `items`, `Lwt_stream.of_list`; it is closed at
 * once. The array is copied, what the words lead to is borrowed.
 *
 * Returns a stream, owned by the caller; NULL if `items` is NULL and `n` is not
 * 0, if one of the words is `LWT_NONE`, or memory runs out. This thread's. */
lwt_stream *lwt_stream_of_list(const lwt_value *items, size_t n);

/* The same, `Lwt_stream.of_array`. */
lwt_stream *lwt_stream_of_array(const lwt_value *items, size_t n);

/* The same of an array whose values are moved into the stream, which then owns
 * them. Consumes `values`. NULL if `values` is NULL, if one of them is
 * `LWT_NONE`, or memory runs out. */
lwt_stream *lwt_stream_of_values(lwt_values *values);

/* A stream of the `len` bytes at `data`, each a word, `Lwt_stream.of_string`;
 * it is closed at once. The bytes are copied.
 *
 * Returns a stream, owned by the caller; NULL if `data` is NULL and `len` is
 * not 0, or memory runs out. This thread's. */
lwt_stream *lwt_stream_of_string(const char *data, size_t len);

/* A stream of the elements of a sequence, `Lwt_stream.of_lwt_seq`: lazy, a node
 * is asked for when an element is needed. What that fails with the read fails
 * with, and the next one asks for the same node again. Consumes `seq`.
 *
 * Returns a stream, owned by the caller; NULL if `seq` is not a sequence of
 * this thread, or memory runs out. */
lwt_stream *lwt_stream_of_lwt_seq(lwt_seq *seq);

/* A second reader at the same place, `Lwt_stream.clone`: it finds the very same
 * elements, and the source is asked once for each. Borrows `s`.
 *
 * An element with a drop function has one owner, however many readers it has:
 * it lives until the last has passed it, and once somebody has moved it out of
 * a promise (lwt_take, lwt_await, lwt_main_run) the others find `LWT_UNIT`.
 *
 * Returns the clone, owned by the caller; NULL if `s` is not a stream of this
 * thread, is bounded, or memory runs out. */
lwt_stream *lwt_stream_clone(const lwt_stream *s);

/* One more reference to the same handle, owned by the caller: the same reader,
 * unlike a clone. NULL if `s` is not a stream of this thread. */
lwt_stream *lwt_stream_retain(const lwt_stream *s);

/* Gives up a stream. Reads that wait go on; when they are done, and with the
 * last clone, the elements that nobody can read any more are dropped, and those
 * that are pushed later are dropped at once. Does nothing to a bad handle. */
void lwt_stream_release(lwt_stream *s);

/* Pushes an element: a plain word. Who waits for it is resolved by a deferred
 * wake-up, as by lwt_wakeup_later. `LWT_NONE` closes the stream, as
 * lwt_stream_push_close. Borrows `push`.
 *
 * Returns `LWT_OK`, also when nobody can read the stream any more (the element
 * is dropped then); `LWT_CLOSED` if the stream is closed;
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
 * `LWT_OUT_OF_MEMORY`. */
int lwt_stream_push_value(const lwt_stream_push *push, lwt_value value);

/* The same with an element that the stream owns: `drop` runs on it once, unless
 * it is moved out of a promise that shows it; also when the call fails. */
int lwt_stream_push_owned(const lwt_stream_push *push, lwt_value value,
                          lwt_drop_fn drop);

/* Closes the stream: readers find the end after what was pushed. Borrows
 * `push`.
 *
 * Returns `LWT_OK`; `LWT_CLOSED` if it is closed already;
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle. */
int lwt_stream_push_close(const lwt_stream_push *push);

/* Has a value kept as long as the stream, the third result of
 * `Lwt_stream.create_with_reference`: `drop` runs on it when the last reader is
 * gone, or when another takes its place; also when the call fails. Borrows
 * `push`. Returns `LWT_OK`, `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. */
int lwt_stream_push_set_reference(const lwt_stream_push *push, lwt_value value,
                                  lwt_drop_fn drop);

/* One more reference to the same handle, owned by the caller. NULL if `push` is
 * not a writing end of this thread. */
lwt_stream_push *lwt_stream_push_retain(const lwt_stream_push *push);

/* Gives up a writing end. The last reference closes the stream, if it is not
 * closed yet: nobody could push any more. Does nothing to a bad handle. */
void lwt_stream_push_release(lwt_stream_push *push);

/* A stream that stores `n` elements at most, `Lwt_stream.create_bounded`.
 * `*push` is set to its push object, owned by the caller
 * (lwt_stream_bounded_push_release).
 *
 * With `n` 0 a push and a read meet: the push is done when a read takes its
 * element, or looks at it.
 *
 * Returns the stream, owned by the caller; NULL, and `*push` too, if `n` is
 * negative or memory runs out; NULL if `push` is NULL. This thread's. */
lwt_stream *lwt_stream_create_bounded(intptr_t n,
                                      lwt_stream_bounded_push **push);

/* How many elements the stream stores at most, the method `size`. 0 for a bad
 * handle. Borrows `push`. */
size_t lwt_stream_bounded_push_size(const lwt_stream_bounded_push *push);

/* Changes that, the method `resize`. If there is room now, the push that is
 * blocked is done. What is stored stays, even if it is more than `n`. Borrows
 * `push`.
 *
 * Returns `LWT_OK`; `LWT_INVALID_ARGUMENT` if `n` is negative;
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle. */
int lwt_stream_bounded_push_resize(const lwt_stream_bounded_push *push,
                                   intptr_t n);

/* Pushes an element, a plain word, the method `push`. If there is room it is
 * stored, and the promise is fulfilled; otherwise the push blocks until there
 * is, and cancelling the promise withdraws the element. One push may be
 * blocked. Readers are resolved by a deferred wake-up, and so is a push that
 * was blocked. Borrows `push`.
 *
 * Returns a promise of `LWT_UNIT`, owned by the caller. It fails with
 * `LWT_FULL` while another push is blocked; with `LWT_CLOSED` if the stream is
 * closed, before or while the push is blocked, or if nobody can read it any
 * more; with `LWT_INVALID_ARGUMENT` if `value` is `LWT_NONE`;
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
 * `LWT_OUT_OF_MEMORY`. */
lwt_t *lwt_stream_bounded_push_push(const lwt_stream_bounded_push *push,
                                    lwt_value value);

/* The same with an element that the stream owns: `drop` runs on it once, unless
 * it is moved out of a promise that shows it; also when the push fails. */
lwt_t *lwt_stream_bounded_push_push_owned(const lwt_stream_bounded_push *push,
                                          lwt_value value, lwt_drop_fn drop);

/* Closes the stream, the method `close`: a push that is blocked fails with
 * `LWT_CLOSED` and its element is dropped; readers find the end after what is
 * stored. A second time it does nothing. Borrows `push`. Returns `LWT_OK`,
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. */
int lwt_stream_bounded_push_close(const lwt_stream_bounded_push *push);

/* How many elements are stored, the blocked one not counted, the method
 * `count`. 0 for a bad handle. Borrows `push`. */
size_t lwt_stream_bounded_push_count(const lwt_stream_bounded_push *push);

/* Is a push blocked, the method `blocked`? False for a bad handle. Borrows
 * `push`. */
bool lwt_stream_bounded_push_blocked(const lwt_stream_bounded_push *push);

/* Is the stream closed, the method `closed`? False for a bad handle. Borrows
 * `push`. */
bool lwt_stream_bounded_push_closed(const lwt_stream_bounded_push *push);

/* Has a value kept as long as the stream, the method `set_reference`. As
 * lwt_stream_push_set_reference. */
int lwt_stream_bounded_push_set_reference(const lwt_stream_bounded_push *push,
                                          lwt_value value, lwt_drop_fn drop);

/* One more reference to the same handle, owned by the caller. NULL if `push` is
 * not a push object of this thread. */
lwt_stream_bounded_push *lwt_stream_bounded_push_retain(const lwt_stream_bounded_push *push);

/* Gives up a push object. The last reference closes the stream, if it is not
 * closed yet; a push that is blocked is done first. Does nothing to a bad
 * handle. */
void lwt_stream_bounded_push_release(lwt_stream_bounded_push *push);

/* Takes the next element, `Lwt_stream.next`. Borrows `s`, as all that reads.
 *
 * Returns a promise of it, owned by the caller. Reads that start while nothing
 * is at hand all get the same element. Cancelling the promise takes nothing
 * from the stream. Fails with `LWT_EMPTY` at the end; with what the source
 * fails with; `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
 * `LWT_OUT_OF_MEMORY`. On the stream's thread. */
lwt_t *lwt_stream_next(const lwt_stream *s);

/* As lwt_stream_next, but at the end the promise is fulfilled with `LWT_NONE`,
 * `Lwt_stream.get`. */
lwt_t *lwt_stream_get(const lwt_stream *s);

/* As lwt_stream_get, but the element stays in the stream, `Lwt_stream.peek`. It
 * still has one owner: if it has a drop function and is moved out of this
 * promise (lwt_take, lwt_await, lwt_main_run), the stream is left with
 * `LWT_UNIT` in its place. */
lwt_t *lwt_stream_peek(const lwt_stream *s);

/* A promise of the next `n` elements, which stay in the stream, as a
 * `struct lwt_values *`, `Lwt_stream.npeek`: fewer only at the end, none if `n`
 * is 0 or less. Failures as lwt_stream_get; ownership as lwt_stream_peek. */
lwt_t *lwt_stream_npeek(const lwt_stream *s, intptr_t n);

/* Takes the next `n` elements, `Lwt_stream.nget`. As lwt_stream_npeek. What was
 * taken before the source fails, or the promise is cancelled, is lost. */
lwt_t *lwt_stream_nget(const lwt_stream *s, intptr_t n);

/* Takes elements as long as `f` says so, `Lwt_stream.get_while`; the first for
 * which it does not stays in the stream. A promise of them as a
 * `struct lwt_values *`. Consumes `env`.
 *
 * Failures as lwt_stream_get; what `f` raises (the element that it was called
 * for stays); `LWT_INVALID_ARGUMENT` if `f` is NULL. */
lwt_t *lwt_stream_get_while(const lwt_stream *s, lwt_test_fn f, void *env,
                            lwt_drop_fn drop_env);

/* The same with a function that returns a promise, of `LWT_UNIT` for no and of
 * any other value for yes, `Lwt_stream.get_while_s`. Fails also with what that
 * promise fails with. */
lwt_t *lwt_stream_get_while_s(const lwt_stream *s, lwt_bind_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Takes all elements that are to be had without waiting, and promises the last
 * of them; if there is none, waits for one and promises that,
 * `Lwt_stream.last_new`. Fails with `LWT_EMPTY` at the end; otherwise as
 * lwt_stream_get. */
lwt_t *lwt_stream_last_new(const lwt_stream *s);

/* Drops the next element, `Lwt_stream.junk`. A promise of `LWT_UNIT`, at the
 * end too. Failures as lwt_stream_get. */
lwt_t *lwt_stream_junk(const lwt_stream *s);

/* Drops the next `n` elements, or as many as there are, `Lwt_stream.njunk`. As
 * lwt_stream_junk. */
lwt_t *lwt_stream_njunk(const lwt_stream *s, intptr_t n);

/* Drops elements as long as `f` says so, `Lwt_stream.junk_while`. A promise of
 * `LWT_UNIT`. As lwt_stream_get_while otherwise. */
lwt_t *lwt_stream_junk_while(const lwt_stream *s, lwt_test_fn f, void *env,
                             lwt_drop_fn drop_env);

/* The same with a function that returns a promise, `Lwt_stream.junk_while_s`.
 * As lwt_stream_get_while_s otherwise. */
lwt_t *lwt_stream_junk_while_s(const lwt_stream *s, lwt_bind_fn f, void *env,
                               lwt_drop_fn drop_env);

/* Drops the elements that are to be had without waiting,
 * `Lwt_stream.junk_available`. Returns `LWT_OK`; the kind of what the source
 * fails with; `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle. */
int lwt_stream_junk_available(const lwt_stream *s);

/* The same as a promise of `LWT_UNIT`, `Lwt_stream.junk_old`. Failures as
 * lwt_stream_get. */
lwt_t *lwt_stream_junk_old(const lwt_stream *s);

/* Takes the elements that are to be had without waiting,
 * `Lwt_stream.get_available`: no promise. A source that is asked is asked until
 * it would have to be waited for.
 *
 * Returns an array, owned by the caller (lwt_values_release), perhaps an empty
 * one. On failure NULL, and `*exn` is set, owned by the caller; with `exn` NULL
 * the failure goes to the async exception hook. It fails with what the source
 * fails with (then no element is taken), with `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD` for a bad handle, with `LWT_OUT_OF_MEMORY`. */
lwt_values *lwt_stream_get_available(const lwt_stream *s, lwt_exn **exn);

/* The same, but `n` elements at most, `Lwt_stream.get_available_up_to`. */
lwt_values *lwt_stream_get_available_up_to(const lwt_stream *s, intptr_t n,
                                           lwt_exn **exn);

/* A promise of whether the stream is at its end, `Lwt_stream.is_empty`: it
 * waits until that is known. `LWT_UNIT` is no, `LWT_INT(1)` yes. Failures as
 * lwt_stream_get. */
lwt_t *lwt_stream_is_empty(const lwt_stream *s);

/* Is the end known, `Lwt_stream.is_closed`? There may be elements before it,
 * but no read will have to wait. False for a bad handle. */
bool lwt_stream_is_closed(const lwt_stream *s);

/* A promise of `LWT_UNIT` that is fulfilled when the end is known,
 * `Lwt_stream.closed`. Cancelling it leaves the stream alone. Fails with
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle, with
 * `LWT_OUT_OF_MEMORY`. */
lwt_t *lwt_stream_closed(const lwt_stream *s);

/* Has `f(env)` called when the end is known, inside this call if it is already,
 * `Lwt_stream.on_terminate`. What it raises goes to the async exception hook.
 * Consumes `env`: `drop_env` runs after the call, or when the end can't come
 * any more.
 *
 * Returns `LWT_OK`; `LWT_INVALID_ARGUMENT` if `f` is NULL;
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad handle;
 * `LWT_OUT_OF_MEMORY`. */
int lwt_stream_on_terminate(const lwt_stream *s, lwt_unit_fn f, void *env,
                            lwt_drop_fn drop_env);

/* A promise of all elements to the end as a `struct lwt_values *`,
 * `Lwt_stream.to_list`. Failures as lwt_stream_nget. */
lwt_t *lwt_stream_to_list(const lwt_stream *s);

/* A promise of all elements to the end as a `struct lwt_string *`, of which the
 * lowest eight bits of each are a byte, `Lwt_stream.to_string`. Failures as
 * lwt_stream_nget. */
lwt_t *lwt_stream_to_string(const lwt_stream *s);

/* A stream of what `f` returns for each element of `s`, `Lwt_stream.map`. `f`
 * borrows the element; it fails by lwt_raise, and gives the new element a drop
 * function by lwt_owned.
 *
 * Consumes `s` and `env`, as all that make a stream of another. Lazy: an
 * element of `s` is taken when one of the new stream is needed. What `s` fails
 * with, or `f`, the read fails with that needs the element, and the next read
 * goes on; `LWT_NONE` as the new element is such a failure,
 * `LWT_INVALID_ARGUMENT`.
 *
 * Returns the new stream, owned by the caller; NULL if `s` is not a stream of
 * this thread, if `f` is NULL, or memory runs out. */
lwt_stream *lwt_stream_map(lwt_stream *s, lwt_map_fn f, void *env,
                           lwt_drop_fn drop_env);

/* The same with a function that returns a promise, `Lwt_stream.map_s`: one at a
 * time. The element is borrowed until that has resolved. */
lwt_stream *lwt_stream_map_s(lwt_stream *s, lwt_bind_fn f, void *env,
                             lwt_drop_fn drop_env);

/* A stream of the elements for which `f` says yes, `Lwt_stream.filter`. As
 * lwt_stream_map otherwise; the element for which `f` fails is left out. */
lwt_stream *lwt_stream_filter(lwt_stream *s, lwt_test_fn f, void *env,
                              lwt_drop_fn drop_env);

/* The same with a function that returns a promise, of `LWT_UNIT` for no and of
 * any other value for yes, `Lwt_stream.filter_s`. */
lwt_stream *lwt_stream_filter_s(lwt_stream *s, lwt_bind_fn f, void *env,
                                lwt_drop_fn drop_env);

/* As lwt_stream_map, but an element for which `f` returns `LWT_NONE` is left
 * out, `Lwt_stream.filter_map`. */
lwt_stream *lwt_stream_filter_map(lwt_stream *s, lwt_map_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* The same with a function that returns a promise,
 * `Lwt_stream.filter_map_s`. */
lwt_stream *lwt_stream_filter_map_s(lwt_stream *s, lwt_bind_fn f, void *env,
                                    lwt_drop_fn drop_env);

/* A stream of the elements of the lists that `f` returns,
 * `Lwt_stream.map_list`. The library owns the list; NULL is a failure,
 * `LWT_INVALID_ARGUMENT`. As lwt_stream_map otherwise. */
lwt_stream *lwt_stream_map_list(lwt_stream *s, lwt_stream_list_fn f, void *env,
                                lwt_drop_fn drop_env);

/* The same with a function that returns a promise of a `struct lwt_values *`,
 * `Lwt_stream.map_list_s`. Its elements are moved out of it; the array goes
 * with the promise, if that owns it. */
lwt_stream *lwt_stream_map_list_s(lwt_stream *s, lwt_bind_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* A stream of the elements of the lists that are the elements of `s`,
 * `Lwt_stream.flatten`: each is a `struct lwt_values *`, and its values are
 * moved out of it. Consumes `s`. Returns as lwt_stream_map. */
lwt_stream *lwt_stream_flatten(lwt_stream *s);

/* A stream of a `struct lwt_result *` for each element of `s`, a success, and
 * for each failure of its source, an error, `Lwt_stream.wrap_exn` (`map_exn` in
 * Lwt 2). Without end if the source goes on failing. An element with a drop
 * function is moved into the result. Consumes `s`. Returns as
 * lwt_stream_map. */
lwt_stream *lwt_stream_wrap_exn(lwt_stream *s);

/* A stream of lines, each a `struct lwt_string *` that says where it is in the
 * stream of bytes `s`, and shows sixteen of them, `Lwt_stream.hexdump`: the
 * offset in eight hexadecimal digits, a bar, the bytes in hexadecimal, and
 * between bars the text, a point for what can't be printed. Consumes `s`.
 * Returns as lwt_stream_map. */
lwt_stream *lwt_stream_hexdump(lwt_stream *s);

/* A stream of the elements of `a`, and then those of `b`, `Lwt_stream.append`.
 * Consumes both.
 *
 * Returns the new stream, owned by the caller; NULL if one of the two is not a
 * stream of this thread (the other is consumed), or memory runs out. */
lwt_stream *lwt_stream_append(lwt_stream *a, lwt_stream *b);

/* A stream of the elements of the streams that are the elements of `s`, one
 * after the other, `Lwt_stream.concat`: each is an `lwt_stream *`, pushed with
 * its release function (`lwt_stream_push_owned(push, t, release)`) or kept by
 * whoever pushed it. An element that is none is a failure of the read,
 * `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. Consumes `s`.
 *
 * Returns the new stream, owned by the caller; NULL if `s` is not a stream of
 * this thread, or memory runs out. */
lwt_stream *lwt_stream_concat(lwt_stream *s);

/* A stream of pairs, of an element of `a` and one of `b`, each a
 * `struct lwt_values *` of two, `Lwt_stream.combine`. It ends with the shorter
 * one; an element of the longer one may have been taken by then. Consumes both.
 * Returns as lwt_stream_append. */
lwt_stream *lwt_stream_combine(lwt_stream *a, lwt_stream *b);

/* A stream of the elements of `n` streams as they come, `Lwt_stream.choose`; it
 * ends when all have ended. Lazy: when an element is needed each stream is
 * read, once at most, and what the others give is kept for later. Where several
 * have an element they take turns. What one of them fails with, the read fails
 * with; the next one goes on. Consumes the streams, not the array.
 *
 * Returns the new stream, owned by the caller, an empty one if `n` is 0; NULL
 * if `streams` is NULL and `n` is not 0, if one of them is not a stream of this
 * thread (all others are consumed), or memory runs out. */
lwt_stream *lwt_stream_choose(lwt_stream *const *streams, size_t n);

/* Calls `f` for each element to the end, `Lwt_stream.iter`. `f` borrows the
 * element; what it raises is a failure. Borrows `s`, consumes `env`, as all
 * that follow.
 *
 * Returns a promise of `LWT_UNIT`, owned by the caller. It fails with what `f`
 * raises or the source fails with, and then the iteration is over;
 * with `LWT_INVALID_ARGUMENT` if `f` is NULL; `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD` for a bad handle; `LWT_OUT_OF_MEMORY`. Cancelling it takes
 * effect where it waits. On the stream's thread. */
lwt_t *lwt_stream_iter(const lwt_stream *s, lwt_value_fn f, void *env,
                       lwt_drop_fn drop_env);

/* The same with a function that returns a promise: the next call waits for it,
 * `Lwt_stream.iter_s`. The element is borrowed until that has resolved. */
lwt_t *lwt_stream_iter_s(const lwt_stream *s, lwt_bind_fn f, void *env,
                         lwt_drop_fn drop_env);

/* The same, but the next call does not wait, `Lwt_stream.iter_p`. The result
 * waits for what was promised in the order of the elements; if one fails so
 * does the result, and the iteration goes on. Cancelling the result ends it:
 * the reading and all that was promised are cancelled; and so does a promise of
 * `f` that failed with `LWT_CANCELED`, when it is its turn. (In Lwt the
 * iteration goes on, unheeded.) What can't be cancelled keeps its element. */
lwt_t *lwt_stream_iter_p(const lwt_stream *s, lwt_bind_fn f, void *env,
                         lwt_drop_fn drop_env);

/* The same with `max_concurrency` unresolved promises at most,
 * `Lwt_stream.iter_n` (whose default is 1); the next element is taken when
 * there is room. All are awaited at the end. If one fails so does the result,
 * and no further element is taken. Cancelling the result cancels them all.
 * Fails with `LWT_INVALID_ARGUMENT` if `max_concurrency` is below 1. */
lwt_t *lwt_stream_iter_n(const lwt_stream *s, intptr_t max_concurrency,
                         lwt_bind_fn f, void *env, lwt_drop_fn drop_env);

/* Gathers all elements, `Lwt_stream.fold`: `f` turns what was gathered so far,
 * at first `initial`, and an element into what is gathered then; with lwt_owned
 * that has a drop function. `f` owns what it is handed. `drop_initial` runs on
 * `initial` if `f` is never called and nobody takes it from the result.
 *
 * Returns a promise of what was gathered. Failures as lwt_stream_iter. */
lwt_t *lwt_stream_fold(const lwt_stream *s, lwt_value initial,
                       lwt_drop_fn drop_initial, lwt_gather_fn f, void *env,
                       lwt_drop_fn drop_env);

/* The same with a function that returns a promise, of which the value is moved
 * out, `Lwt_stream.fold_s`. The element is borrowed until that has resolved. */
lwt_t *lwt_stream_fold_s(const lwt_stream *s, lwt_value initial,
                         lwt_drop_fn drop_initial, lwt_fold_fn f, void *env,
                         lwt_drop_fn drop_env);

/* Takes elements up to the first for which `f` says yes, `Lwt_stream.find`.
 * Returns a promise of that, of `LWT_NONE` if there is none. Failures as
 * lwt_stream_iter. */
lwt_t *lwt_stream_find(const lwt_stream *s, lwt_test_fn f, void *env,
                       lwt_drop_fn drop_env);

/* The same with a function that returns a promise, of `LWT_UNIT` for no and of
 * any other value for yes, `Lwt_stream.find_s`. */
lwt_t *lwt_stream_find_s(const lwt_stream *s, lwt_bind_fn f, void *env,
                         lwt_drop_fn drop_env);

/* Takes elements up to the first for which `f` does not return `LWT_NONE`, and
 * promises what it returned, `Lwt_stream.find_map`. As lwt_stream_find
 * otherwise. */
lwt_t *lwt_stream_find_map(const lwt_stream *s, lwt_map_fn f, void *env,
                           lwt_drop_fn drop_env);

/* The same with a function that returns a promise, `Lwt_stream.find_map_s`. */
lwt_t *lwt_stream_find_map_s(const lwt_stream *s, lwt_bind_fn f, void *env,
                             lwt_drop_fn drop_env);

/* Runs a parser on the stream, `Lwt_stream.parse`: if its promise fails the
 * stream goes back to where it was, no element is lost, and the result fails
 * with the same. (An element with a drop function that the parser has moved out
 * of a promise is gone all the same.)
 *
 * Returns a promise of what the parser promises, owned by the caller. Fails
 * with what that fails with; with `LWT_INVALID_ARGUMENT` if the stream is
 * bounded, or `f` NULL; `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD` for a bad
 * handle. */
lwt_t *lwt_stream_parse(const lwt_stream *s, lwt_stream_parse_fn f, void *env,
                        lwt_drop_fn drop_env);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_stream_from(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_from_direct(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_from_direct(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_create(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_create_with_reference(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_create_with_reference(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_return(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_return(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_return_owned(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_return_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_return_lwt(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_return_lwt(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_of_list(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_of_list(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_of_array(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_of_array(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_of_values(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_of_values(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_of_string(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_of_string(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_of_lwt_seq(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_of_lwt_seq(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_clone(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_clone(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_create_bounded(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_create_bounded(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_bounded_push_push(...) \
  lwt_debug_promise(lwt_stream_bounded_push_push(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_bounded_push_push_owned(...) \
  lwt_debug_promise(lwt_stream_bounded_push_push_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_next(...) \
  lwt_debug_promise(lwt_stream_next(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_get(...) \
  lwt_debug_promise(lwt_stream_get(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_peek(...) \
  lwt_debug_promise(lwt_stream_peek(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_npeek(...) \
  lwt_debug_promise(lwt_stream_npeek(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_nget(...) \
  lwt_debug_promise(lwt_stream_nget(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_get_while(...) \
  lwt_debug_promise(lwt_stream_get_while(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_get_while_s(...) \
  lwt_debug_promise(lwt_stream_get_while_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_last_new(...) \
  lwt_debug_promise(lwt_stream_last_new(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_junk(...) \
  lwt_debug_promise(lwt_stream_junk(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_njunk(...) \
  lwt_debug_promise(lwt_stream_njunk(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_junk_while(...) \
  lwt_debug_promise(lwt_stream_junk_while(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_junk_while_s(...) \
  lwt_debug_promise(lwt_stream_junk_while_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_junk_old(...) \
  lwt_debug_promise(lwt_stream_junk_old(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_get_available(...) \
  ((struct lwt_values *)lwt_debug_handle(lwt_stream_get_available(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_get_available_up_to(...) \
  ((struct lwt_values *)lwt_debug_handle(lwt_stream_get_available_up_to(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_is_empty(...) \
  lwt_debug_promise(lwt_stream_is_empty(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_closed(...) \
  lwt_debug_promise(lwt_stream_closed(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_to_list(...) \
  lwt_debug_promise(lwt_stream_to_list(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_to_string(...) \
  lwt_debug_promise(lwt_stream_to_string(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_map(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_map_s(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_filter(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_filter(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_filter_s(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_filter_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_filter_map(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_filter_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_filter_map_s(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_filter_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_map_list(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_map_list(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_map_list_s(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_map_list_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_flatten(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_flatten(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_wrap_exn(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_wrap_exn(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_hexdump(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_hexdump(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_append(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_append(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_concat(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_concat(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_combine(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_combine(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_choose(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_stream_choose(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_stream_iter(...) \
  lwt_debug_promise(lwt_stream_iter(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_iter_s(...) \
  lwt_debug_promise(lwt_stream_iter_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_iter_p(...) \
  lwt_debug_promise(lwt_stream_iter_p(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_iter_n(...) \
  lwt_debug_promise(lwt_stream_iter_n(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_fold(...) \
  lwt_debug_promise(lwt_stream_fold(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_fold_s(...) \
  lwt_debug_promise(lwt_stream_fold_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_find(...) \
  lwt_debug_promise(lwt_stream_find(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_find_s(...) \
  lwt_debug_promise(lwt_stream_find_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_find_map(...) \
  lwt_debug_promise(lwt_stream_find_map(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_find_map_s(...) \
  lwt_debug_promise(lwt_stream_find_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_stream_parse(...) \
  lwt_debug_promise(lwt_stream_parse(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_STREAM_H */
