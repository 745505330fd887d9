/* Module Lwt_react.E. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_EVENT_H
#define LWT_EVENT_H

#include "lwt.h"
#include "lwt_stream.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* EVENTS, modules React.E and Lwt_react.E, and steps: things that occur now and
 * then, each time with a value. A primitive event is made to occur by the
 * program; all others are derived from it.
 *
 *   lwt_event_sender *send;
 *   lwt_event *clicks = lwt_event_create(&send);
 *   lwt_event *far = lwt_event_filter(clicks, is_far, NULL, NULL);
 *   lwt_event *count = lwt_event_fold(add_one, NULL, NULL, LWT_INT(0), NULL, far);
 *   lwt_event *shown = lwt_event_trace(count, NULL, print, NULL, NULL);
 *   lwt_event_send(send, LWT_INT(120)); // prints 1
 *
 * - What is derived is held by whoever has its handle, and by what is derived from it;
 *   it holds what it is derived from, and what it is derived from does not hold it. So
 *   who gives up `shown` has no more printed, at once; and who gives up `clicks`,
 *   `far` and `count` right away loses nothing. Here `trace` keeps count and clicks.
 * - A send is an update step: all that depends on the event is updated before the send
 *   returns, each function at most once, and only after all that it depends on: nobody
 *   ever sees new beside old. What occurs in one step is simultaneous; with a step of
 *   one's own (lwt_react_step_create) several primitives are.
 * - What is made from an event in a callback sees the occurrences of the step that
 *   runs; otherwise only those to come.
 * - Functions borrow their arguments. A value with a drop function lives as long as some
 *   event or signal shows it, and has one owner, as all values: where a promise
 *   of it is taken (lwt_take, lwt_await), the others show LWT_UNIT.
 * - An update of a graph touches only what depends on what has occurred. An event or signal
 *   takes about 150 bytes, and those of its handle, if it has one.
 * - Events and signals belong to the thread that made them, and each thread's are
 *   apart from all others'.
 *
 * Decided where React has a defect, or says nothing:
 * - what is sent inside a step, Lwt's own functions included, is not an error: it occurs in a
 *   step of its own, right after the one that runs, in the order of the sends, and before
 *   the outermost send returns; what a fix feeds back comes before;
 * - where a function fails, what it updates stays as it is (an event does not occur), the
 *   async exception hook is told, and the step goes on;
 * - lwt_event_stop and the release of a handle take effect at once, inside a step too;
 * - a switch to an event that depends on the switch is refused.
 *
 * `E.retain` is lwt_event_retain_value, as retain is the word for handles.
 *
 * Manual: "The Lwt.react library". */

/* An event, `'a React.event`. A handle of the thread that made it. */
typedef struct lwt_event lwt_event;

/* What makes a primitive event occur. A handle of the thread that made it. */
typedef struct lwt_event_sender lwt_event_sender;

/* A step, `React.step`. A handle of the thread that made it. */
typedef struct lwt_react_step lwt_react_step;

/* A signal, `'a React.signal`: see `lwt_signal.h`. A handle of the thread that
 * made it. */
typedef struct lwt_signal lwt_signal;

/* A notifier, `Lwt_event.notifier`, `Lwt_signal.notifier`. A handle of the
 * thread that made it. */
typedef struct lwt_react_notifier lwt_react_notifier;

struct lwt_react_function;
struct lwt_react_promising;

/* A callback from two values, which it borrows, to one. */
typedef lwt_value (*lwt_l2_fn)(lwt_value a, lwt_value b, void *env);

/* A callback that tells whether two values, which it borrows, are the same. */
typedef bool (*lwt_equal_fn)(lwt_value a, lwt_value b, void *env);

/* What `lwt_event_fix` is given: it borrows `delayed`; it returns the event
 * that this is to occur as, and stores the result in `*result`. The library
 * then owns both. */
typedef lwt_event *(*lwt_event_fix_fn)(const lwt_event *delayed,
                    lwt_event **result, void *env);

/* A callback from three values, which it borrows, to one. */
typedef lwt_value (*lwt_l3_fn)(lwt_value a, lwt_value b, lwt_value c,
                   void *env);

/* A callback from four values, which it borrows, to one. */
typedef lwt_value (*lwt_l4_fn)(lwt_value a, lwt_value b, lwt_value c,
                   lwt_value d, void *env);

/* A callback from five values, which it borrows, to one. */
typedef lwt_value (*lwt_l5_fn)(lwt_value a, lwt_value b, lwt_value c,
                   lwt_value d, lwt_value e, void *env);

/* A callback from six values, which it borrows, to one. */
typedef lwt_value (*lwt_l6_fn)(lwt_value a, lwt_value b, lwt_value c,
                   lwt_value d, lwt_value e, lwt_value f, void *env);

/* A callback from two values, which it borrows until its promise has resolved,
 * to a promise. */
typedef lwt_t *(*lwt_l2_promise_fn)(lwt_value a, lwt_value b, void *env);

/* The same from three. */
typedef lwt_t *(*lwt_l3_promise_fn)(lwt_value a, lwt_value b, lwt_value c,
                void *env);

/* The same from four. */
typedef lwt_t *(*lwt_l4_promise_fn)(lwt_value a, lwt_value b, lwt_value c,
                lwt_value d, void *env);

/* The same from five. */
typedef lwt_t *(*lwt_l5_promise_fn)(lwt_value a, lwt_value b, lwt_value c,
                lwt_value d, lwt_value e, void *env);

/* The same from six. */
typedef lwt_t *(*lwt_l6_promise_fn)(lwt_value a, lwt_value b, lwt_value c,
                lwt_value d, lwt_value e, lwt_value f, void *env);

/* A function that is a value: of `lwt_event_app`, `lwt_event_accum`,
 * `lwt_signal_app` and `lwt_signal_accum`. Whoever makes such a value sees to
 * it that it lives as long as the value. */
typedef struct lwt_react_function {
  /* The function, which borrows its argument. */
  lwt_map_fn call;
  /* What it is called with. */
  void *env;
} lwt_react_function;

/* A function that is a value, and returns a promise: of `lwt_event_app_s` and
 * its kin. Whoever makes such a value sees to it that it lives as long as the
 * value. */
typedef struct lwt_react_promising {
  /* The function, which borrows its argument until its promise has resolved. */
  lwt_bind_fn call;
  /* What it is called with. */
  void *env;
} lwt_react_promising;

/* Makes a primitive event, `React.E.create`, and stores in `*sender` what makes
 * it occur. The caller owns both: lwt_event_release, lwt_event_sender_release.
 * The sender keeps the event alive.
 *
 * NULL: `sender` is NULL, or memory ran out. On any thread, whose both then
 * are. */
lwt_event *lwt_event_create(lwt_event_sender **sender);

/* Returns an event that never occurs, `React.E.never`, owned by the caller.
 * NULL: memory ran out. On any thread, whose it then is. */
lwt_event *lwt_event_never(void);

/* One more reference to the same event, owned by the caller. NULL: it is not an
 * event of this thread. (`React.E.retain` is `lwt_event_retain_value`.) */
lwt_event *lwt_event_retain(const lwt_event *event);

/* Gives up a reference. With the last one, to a derived event from which
 * nothing is derived, its function is not called any more, and its environment
 * is dropped before this returns. Does nothing if the handle is bad. */
void lwt_event_release(lwt_event *event);

/* One more reference to the same sender, owned by the caller. NULL: it is not a
 * sender of this thread. */
lwt_event_sender *lwt_event_sender_retain(const lwt_event_sender *sender);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_event_sender_release(lwt_event_sender *sender);

/* Makes the event occur with `value`, the function that `React.E.create`
 * returns: an update step, in which all that depends on the event is updated
 * before this returns. Inside a step, the event occurs in one of its own, right
 * after that one.
 *
 * Borrows `sender`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD
 * for a bad handle. What functions raise in the step goes to the async
 * exception hook. */
int lwt_event_send(const lwt_event_sender *s, lwt_value value);

/* The same with a value that `drop` frees, when the step is over and nobody
 * shows it any more, and also if this fails. */
int lwt_event_send_owned(const lwt_event_sender *s, lwt_value value,
                         lwt_drop_fn drop);

/* Has the event occur with `value` when the step is executed, together with all
 * else that is in it, `send ~step`. Borrows both. As lwt_event_send; it also
 * fails with LWT_INVALID_ARGUMENT if the step was executed, or has the event in
 * it already. */
int lwt_event_send_in(const lwt_react_step *step, const lwt_event_sender *s,
                      lwt_value value);

/* The same with a value that `drop` frees, also if this fails, or the step is
 * never executed. */
int lwt_event_send_in_owned(const lwt_react_step *step,
                            const lwt_event_sender *s, lwt_value value,
                            lwt_drop_fn drop);

/* Returns an empty step, `React.Step.create`, owned by the caller:
 * lwt_react_step_release. NULL: memory ran out. On any thread, whose it then
 * is. */
lwt_react_step *lwt_react_step_create(void);

/* One more reference to the same step, owned by the caller. NULL: it is not a
 * step of this thread. */
lwt_react_step *lwt_react_step_retain(const lwt_react_step *step);

/* Gives up a reference; the values in a step that was not executed are dropped
 * with the last one. Does nothing if the handle is bad. */
void lwt_react_step_release(lwt_react_step *step);

/* Executes the step, `React.Step.execute`: all that is in it is simultaneous,
 * and what depends on it is updated before this returns; inside a step, right
 * after that one.
 *
 * Borrows `step`. Returns LWT_OK; LWT_INVALID_ARGUMENT if it was executed
 * already, and that or LWT_WRONG_THREAD for a bad handle. */
int lwt_react_step_execute(const lwt_react_step *step);

/* Are they the same event, `React.E.equal`? All those of `lwt_event_never` are.
 * Borrows both. False for a bad handle. */
bool lwt_event_equal(const lwt_event *a, const lwt_event *b);

/* Has the event never occur again, `React.E.stop`: it gives up what it is
 * derived from, its function is not called any more, and to send it is to do
 * nothing. In the step that runs, what it has occurred with already stays.
 *
 * Borrows `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle. */
int lwt_event_stop(const lwt_event *e);

/* The same, and so with what it is derived from and nothing else is, and so on,
 * also if there are handles to that, `React.E.stop ~strong:true`. */
int lwt_event_stop_strongly(const lwt_event *e);

/* Ties `value` to the event, which then owns it and drops it when it is freed,
 * `React.E.retain`. What was tied to it before is the caller's: `*previous`,
 * LWT_UNIT if there was nothing, and `*drop_previous`; with `previous` NULL it
 * is dropped.
 *
 * Borrows `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT if `e` is
 * `lwt_event_never`'s, and that or LWT_WRONG_THREAD for a bad handle; then
 * `value` is dropped. */
int lwt_event_retain_value(const lwt_event *e, lwt_value value,
                           lwt_drop_fn drop, lwt_value *previous,
                           lwt_drop_fn *drop_previous);

/* An event with the same occurrences, each of which `f` is called with first,
 * `React.E.trace`; with `iff`, while that signal is true, i.e. not LWT_UNIT.
 * What `f` raises goes to the async exception hook; the event occurs all the
 * same.
 *
 * Borrows `iff`, which may be NULL. As lwt_event_map otherwise. */
lwt_event *lwt_event_trace(const lwt_event *e, const lwt_signal *iff,
                           lwt_value_fn f, void *env, lwt_drop_fn drop_env);

/* The next occurrence of `e` alone, `React.E.once`. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_once(const lwt_event *e);

/* All occurrences of `e` but the next, `React.E.drop_once`. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_drop_once(const lwt_event *e);

/* An event that occurs when both do, `React.E.app`: with what an occurrence of
 * `functions`, a `struct lwt_react_function *`, makes of one of `e`. As
 * lwt_event_map otherwise. */
lwt_event *lwt_event_app(const lwt_event *functions, const lwt_event *e);

/* An event that occurs whenever `e` does, with what `f` returns for its value,
 * `React.E.map`.
 *
 * Borrows `e`, of which the result keeps what it needs, and consumes `env`. `f`
 * borrows its argument; it may return that very word, and the two events then
 * share the value; it gives a new one a drop function with `lwt_owned`. Where
 * it raises (`lwt_raise`), the exception goes to the async exception hook, and
 * the event does not occur. Returns the event, owned by the caller
 * (lwt_event_release): `f` is called only as long as somebody has it, or
 * something that is derived from it. NULL: a handle is bad, `f` is NULL, or
 * memory ran out. On the thread of the event. */
lwt_event *lwt_event_map(const lwt_event *e, lwt_map_fn f, void *env,
                         lwt_drop_fn drop_env);

/* An event that occurs whenever `e` does, with `value`, which it owns, and
 * `drop` frees, `React.E.stamp`. As lwt_event_map otherwise. */
lwt_event *lwt_event_stamp(const lwt_event *e, lwt_value value,
                           lwt_drop_fn drop);

/* The occurrences of `e` of which `f` says true, `React.E.filter`. As
 * lwt_event_map otherwise. */
lwt_event *lwt_event_filter(const lwt_event *e, lwt_test_fn f, void *env,
                            lwt_drop_fn drop_env);

/* What `f` makes of the occurrences of `e`, without those of which it makes
 * `LWT_NONE`, `React.E.fmap`. As lwt_event_map otherwise. */
lwt_event *lwt_event_fmap(const lwt_event *e, lwt_map_fn f, void *env,
                          lwt_drop_fn drop_env);

/* What `f(occurrence, the one before)` makes, from the second occurrence of `e`
 * on, `React.E.diff`. As lwt_event_map otherwise. */
lwt_event *lwt_event_diff(const lwt_event *e, lwt_l2_fn f, void *env,
                          lwt_drop_fn drop_env);

/* The occurrences of `e` without those that are the same as the one before,
 * `React.E.changes`. `equal` tells which are; NULL: those whose words are (such
 * as `lwt_equal_text` of `lwt_signal.h`). As lwt_event_map otherwise. */
lwt_event *lwt_event_changes(const lwt_event *e, lwt_equal_fn equal, void *env,
                             lwt_drop_fn drop_env);

/* The occurrences of `e` while the signal `condition` is true, i.e. not
 * LWT_UNIT, `React.E.on`, once `E.when_`. Borrows both. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_on(const lwt_signal *condition, const lwt_event *e);

/* The occurrences of `e` at which `c` does not occur, `React.E.dismiss`.
 * Borrows both. As lwt_event_map otherwise. */
lwt_event *lwt_event_dismiss(const lwt_event *c, const lwt_event *e);

/* The occurrences of `e` before `c` occurs for the first time, `React.E.until`:
 * one at that very time is none of them. Borrows both. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_until(const lwt_event *c, const lwt_event *e);

/* A running value, `React.E.accum`: each occurrence of `functions`, a `struct
 * lwt_react_function *`, is called with what the one before returned, the first
 * with `initial`, which `drop` frees. As lwt_event_map otherwise. */
lwt_event *lwt_event_accum(const lwt_event *functions, lwt_value initial,
                           lwt_drop_fn drop);

/* A running value, `React.E.fold`: at each occurrence of `e`, `f(the value so
 * far, the occurrence)`, from `initial`, which `drop` frees, on. `f` borrows
 * both. Where it raises, the value stays as it was. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_fold(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                          lwt_value initial, lwt_drop_fn drop,
                          const lwt_event *e);

/* An event that occurs as `e`, and from an occurrence of `events` on, that very
 * moment too, as that, `React.E.switch`: the occurrences of `events` are
 * `lwt_event *`. Such a handle may be given up when the step is over, and it is
 * usual to send it with its drop function:
 * `lwt_event_send_owned(s, e, lwt_event_drop)`.
 *
 * Where an occurrence is no event of this thread, or one that depends on the
 * result itself, an exception of kind LWT_INVALID_ARGUMENT goes to the async
 * exception hook, and the event occurs as before. Borrows both. As
 * lwt_event_map otherwise. */
lwt_event *lwt_event_switch(const lwt_event *e, const lwt_event *events);

/* An event that depends on itself, `React.E.fix`. `f` is called once, now, with
 * an event that occurs as the one that `f` returns does, each time in a step
 * right after. Without a filter on the way there is no end of steps.
 *
 * Returns what `f` stored in `*result`, owned by the caller: as long as
 * somebody has it, the delayed event occurs. Consumes `env`. NULL: `f` is NULL,
 * stored or returned no event of this thread, or raised; then the exception is
 * raised again. That is also done with LWT_INVALID_ARGUMENT where `f` returned
 * the delayed event itself. */
lwt_event *lwt_event_fix(lwt_event_fix_fn f, void *env, lwt_drop_fn drop_env);

/* The occurrences of `e`, as options, `React.E.Option.some`: every value but
 * LWT_NONE is one already. As lwt_event_map otherwise. */
lwt_event *lwt_event_option_some(const lwt_event *e);

/* The occurrences of `e` that are not LWT_NONE, `React.E.Option.value`. In the
 * place of those that are, it occurs with the value of the signal `fallback`,
 * or not at all if that is NULL. Borrows both. As lwt_event_map otherwise. */
lwt_event *lwt_event_option_value(const lwt_signal *fallback,
                                  const lwt_event *e);

/* Of the `n` events those that occur, and of two at the same time the one that
 * comes first, `React.E.select`. Borrows the array and the events in it. As
 * lwt_event_map otherwise; of no event it is one that never occurs. */
lwt_event *lwt_event_select(const lwt_event *const *events, size_t n);

/* An event that occurs when one of the `n` events does, `React.E.merge`: with
 * `f(what there is so far, an occurrence)`, from `initial`, which `drop` frees,
 * and the first event that occurs to the last. `f` borrows both. Borrows the
 * array and the events in it. As lwt_event_map otherwise. */
lwt_event *lwt_event_merge(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                           lwt_value initial, lwt_drop_fn drop,
                           const lwt_event *const *events, size_t n);

/* `React.E.l1`: lwt_event_map, with the arguments in the order of its kin. */
lwt_event *lwt_event_l1(lwt_map_fn f, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a);

/* An event that occurs when all of them do, with what `f` returns for their
 * values, `React.E.l2`. Borrows them. As lwt_event_map otherwise. */
lwt_event *lwt_event_l2(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a, const lwt_event *b);

/* The same of three, `React.E.l3`. */
lwt_event *lwt_event_l3(lwt_l3_fn f, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a, const lwt_event *b,
                        const lwt_event *c);

/* The same of four, `React.E.l4`. */
lwt_event *lwt_event_l4(lwt_l4_fn f, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a, const lwt_event *b,
                        const lwt_event *c, const lwt_event *d);

/* The same of five, `React.E.l5`. */
lwt_event *lwt_event_l5(lwt_l5_fn f, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a, const lwt_event *b,
                        const lwt_event *c, const lwt_event *d,
                        const lwt_event *e);

/* The same of six, `React.E.l6`. */
lwt_event *lwt_event_l6(lwt_l6_fn with, void *env, lwt_drop_fn drop_env,
                        const lwt_event *a, const lwt_event *b,
                        const lwt_event *c, const lwt_event *d,
                        const lwt_event *e, const lwt_event *f);

/* A copy of `e`; `f` is called once, when the copy is gone: nobody has a handle
 * to it any more, nothing is derived from it, and no promise of lwt_event_next
 * waits for it, `Lwt_react.E.with_finaliser`. As lwt_event_map otherwise. */
lwt_event *lwt_event_with_finaliser(const lwt_event *e, lwt_unit_fn f,
                                    void *env, lwt_drop_fn drop_env);

/* Waits for the next occurrence of `e`, `Lwt_react.E.next`: a promise of its
 * value, which others may show too. Made in a step in which `e` occurs, it is
 * that occurrence: so in the promise's own callback, which runs inside the
 * step, the next is the same one. And who waits a turn of the loop between two
 * may miss some; lwt_event_to_stream misses none.
 *
 * Borrows `e`, which is kept until the promise has resolved, also if nobody has
 * the promise any more. Cancelling it stops listening, and loses nothing. Fails
 * with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_CANCELED,
 * and if memory ran out. On the thread of the event. */
lwt_t *lwt_event_next(const lwt_event *e);

/* The occurrences of `e`, not more often than `f` allows, `Lwt_react.E.limit`:
 * one occurs, and `f` is called; while the promise that it returns is pending,
 * the latest other one is remembered, and when that is over, it occurs, in a
 * step of its own, and `f` is called again. One that comes just when the
 * promise resolves is neither lost nor doubled.
 *
 * A promise of `f` that fails is over as well; the failure goes to
 * lwt_react_on_error. When the result is gone, the promise is cancelled. As
 * lwt_event_map otherwise. */
lwt_event *lwt_event_limit(const lwt_event *e, lwt_thunk_fn f, void *env,
                           lwt_drop_fn drop_env);

/* An event that occurs with the value of each promise that `f` returns, which
 * is called again and again, each time when the one before has resolved,
 * `Lwt_react.E.from`. It begins at the next pause of the main loop. A failure
 * ends it; it goes to lwt_react_on_error.
 *
 * Consumes `env`. Where a promise was resolved already, `f` is called again
 * only after a pause (Lwt's would never let the loop run). Returns the event,
 * owned by the caller: when it is gone, the promise that it waits for is
 * cancelled, and `f` is not called any more. NULL: `f` is NULL, or memory ran
 * out. On any thread, whose it then is. */
lwt_event *lwt_event_from(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* A stream of every occurrence from now on, however late it is read,
 * `Lwt_react.E.to_stream`. It keeps the event as long as it has a reader, and
 * has no end. An occurrence with LWT_NONE, which is no element, is left out,
 * and the async exception hook is told.
 *
 * Borrows `e`. Returns the stream, owned by the caller: lwt_stream_release.
 * NULL: the handle is bad, or memory ran out. On the thread of the event. */
lwt_stream *lwt_event_to_stream(const lwt_event *e);

/* An event that occurs with the elements of `s`, `Lwt_react.E.of_stream`: it
 * reads them as they come, from the next pause of the main loop on. A failure
 * ends it; it goes to lwt_react_on_error.
 *
 * Consumes `s`. Returns the event, owned by the caller: when it is gone,
 * nothing is read any more, and the stream given up. NULL: the handle is bad,
 * or memory ran out. On the thread of the stream. */
lwt_event *lwt_event_of_stream(lwt_stream *s);

/* An event that never occurs until `p` is fulfilled, and then is the event that
 * is its value, an `lwt_event *`, `Lwt_react.E.delay`; if it is fulfilled
 * already, that very event. If it fails, it is never; the failure goes to
 * lwt_react_on_error.
 *
 * Consumes `p`, and does not cancel it. Returns the event, owned by the caller.
 * NULL: `p` is no promise of this thread, its value no event, or memory ran
 * out. A value that is no event later on is told to the async exception
 * hook. */
lwt_event *lwt_event_delay(lwt_t *p);

/* Keeps the event for as long as the thread lives, `Lwt_react.E.keep`. Borrows
 * `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
 * handle. */
int lwt_event_keep(const lwt_event *e);

/* Has `f` told of the failures of this thread that come to nothing: of promises
 * that were to become occurrences (the functions in `_s` and `_p`,
 * lwt_event_from, lwt_event_of_stream, lwt_event_limit, lwt_event_delay and
 * those of signals). Lwt loses them, and so does this without a hook. With `f`
 * NULL there is none.
 *
 * Consumes `env`. `f` borrows the exception. What it raises is lost. */
void lwt_react_on_error(lwt_exn_hook_fn f, void *env, lwt_drop_fn drop_env);

/* An event that occurs with what the promises show that `f` returns for the
 * occurrences of `e`, `Lwt_react.E.map_s`: one after the other, and so in their
 * order. `f` is called for an occurrence when the promise before has resolved
 * and its value has occurred. Results occur in steps of their own.
 *
 * Where a promise fails, or `f` raises, the event does not occur; the failure
 * goes to lwt_react_on_error. `f` borrows its argument until its promise has
 * resolved, which may show that very word. When the event is gone, what waits
 * is forgotten, and the promise that runs is cancelled. As lwt_event_map
 * otherwise. */
lwt_event *lwt_event_map_s(const lwt_event *e, lwt_bind_fn f, void *env,
                           lwt_drop_fn drop_env);

/* The same, but `f` is called at once for each occurrence, `Lwt_react.E.map_p`:
 * the results occur in the order in which the promises resolve. */
lwt_event *lwt_event_map_p(const lwt_event *e, lwt_bind_fn f, void *env,
                           lwt_drop_fn drop_env);

/* An event that occurs with those occurrences of `e` for which the promise of
 * `f` shows anything but LWT_UNIT, `Lwt_react.E.filter_s`. As
 * lwt_event_map_s. */
lwt_event *lwt_event_filter_s(const lwt_event *e, lwt_bind_fn f, void *env,
                              lwt_drop_fn drop_env);

/* The same, but `f` is called at once for each occurrence,
 * `Lwt_react.E.filter_p`: the results occur in the order in which the promises
 * resolve. */
lwt_event *lwt_event_filter_p(const lwt_event *e, lwt_bind_fn f, void *env,
                              lwt_drop_fn drop_env);

/* The same as lwt_event_map_s, but it does not occur where the promise shows
 * LWT_NONE, `Lwt_react.E.fmap_s`. */
lwt_event *lwt_event_fmap_s(const lwt_event *e, lwt_bind_fn f, void *env,
                            lwt_drop_fn drop_env);

/* The same, but `f` is called at once for each occurrence,
 * `Lwt_react.E.fmap_p`: the results occur in the order in which the promises
 * resolve. */
lwt_event *lwt_event_fmap_p(const lwt_event *e, lwt_bind_fn f, void *env,
                            lwt_drop_fn drop_env);

/* When both occur, what the promise of an occurrence of `functions`, a `struct
 * lwt_react_promising *`, called with one of `e`, shows, `Lwt_react.E.app_s`.
 * Borrows both. As lwt_event_map_s. */
lwt_event *lwt_event_app_s(const lwt_event *functions, const lwt_event *e);

/* The same at the same time, `Lwt_react.E.app_p`. As lwt_event_map_p. */
lwt_event *lwt_event_app_p(const lwt_event *functions, const lwt_event *e);

/* An event that occurs with what the occurrences of `e`, which are promises,
 * show, `Lwt_react.E.run_s`: in the order of the occurrences. It borrows each
 * `lwt_t *` in the step, and cancels the one that it waits for when it is gone.
 * As lwt_event_map_s. */
lwt_event *lwt_event_run_s(const lwt_event *e);

/* The same in the order in which they resolve, `Lwt_react.E.run_p`. */
lwt_event *lwt_event_run_p(const lwt_event *e);

/* An event with what the promises of `f(occurrence, the one before)` show, from
 * the second occurrence of `e` on, `Lwt_react.E.diff_s`. As lwt_event_map_s. */
lwt_event *lwt_event_diff_s(const lwt_event *e, lwt_l2_promise_fn f, void *env,
                            lwt_drop_fn drop_env);

/* A running result, `Lwt_react.E.accum_s`: at each occurrence of `functions`, a
 * `struct lwt_react_promising *`, what its promise makes of the result so far,
 * from `initial` on, which `drop` frees. Where that fails, the result stays. As
 * lwt_event_map_s. */
lwt_event *lwt_event_accum_s(const lwt_event *functions, lwt_value initial,
                             lwt_drop_fn drop);

/* A running result, `Lwt_react.E.fold_s`: what the promises of `f(result so
 * far, occurrence of e)` show, from `initial` on, which `drop` frees. Where one
 * fails, the result stays. As lwt_event_map_s. */
lwt_event *lwt_event_fold_s(lwt_l2_promise_fn f, void *env,
                            lwt_drop_fn drop_env, lwt_value initial,
                            lwt_drop_fn drop, const lwt_event *e);

/* An event that occurs when one of the `n` events does, `Lwt_react.E.merge_s`:
 * with what the promises of `f(what there is so far, an occurrence)` come to,
 * from `initial`, which `drop` frees, and the first event that occurs to the
 * last. Borrows the array and the events in it. As lwt_event_map_s. */
lwt_event *lwt_event_merge_s(lwt_l2_promise_fn f, void *env,
                             lwt_drop_fn drop_env, lwt_value initial,
                             lwt_drop_fn drop, const lwt_event *const *events,
                             size_t n);

/* One more reference to the same notifier, owned by the caller. NULL: it is
 * none of this thread. */
lwt_react_notifier *lwt_react_notifier_retain(const lwt_react_notifier *notifier);

/* Gives up a reference. The notifier goes on, and can't be disabled any more
 * once the last one is gone. Does nothing if the handle is bad. */
void lwt_react_notifier_release(lwt_react_notifier *notifier);

/* Has the notifier's function called no more, `disable`, and its environment
 * dropped, at once. Calls that wait for their turn are not made; the promise of
 * one that runs is not cancelled. Borrows the notifier. False: it was disabled
 * already, or the handle is bad. */
bool lwt_react_disable(const lwt_react_notifier *notifier);

/* Has `f` called with each occurrence of `e`, `Lwt_event.notify`, until
 * lwt_react_disable; the notifier keeps the event. What `f` raises goes to the
 * async exception hook.
 *
 * Borrows `e`, consumes `env`. `f` borrows the value. Returns the notifier,
 * owned by the caller: lwt_react_notifier_release, which does not disable it.
 * NULL: a handle is bad, `f` is NULL, or memory ran out. On the thread of the
 * event. */
lwt_react_notifier *lwt_event_notify(const lwt_event *e, lwt_value_fn f,
                                     void *env, lwt_drop_fn drop_env);

/* The same with a function that returns a promise, and borrows the value until
 * that has resolved, `Lwt_event.notify_p`: it is called in the step, also while
 * others run. What fails goes to the async exception hook. */
lwt_react_notifier *lwt_event_notify_p(const lwt_event *e, lwt_bind_fn f,
                                       void *env, lwt_drop_fn drop_env);

/* The same one after the other, `Lwt_event.notify_s`: the function is called
 * when the promise of the call before has resolved. */
lwt_react_notifier *lwt_event_notify_s(const lwt_event *e, lwt_bind_fn f,
                                       void *env, lwt_drop_fn drop_env);

/* As lwt_event_notify, for as long as the thread lives,
 * `Lwt_event.always_notify`. False where that returns NULL. */
bool lwt_event_always_notify(const lwt_event *e, lwt_value_fn f, void *env,
                             lwt_drop_fn drop_env);

/* As lwt_event_notify_p, for as long as the thread lives,
 * `Lwt_event.always_notify_p`. False where that returns NULL. */
bool lwt_event_always_notify_p(const lwt_event *e, lwt_bind_fn f, void *env,
                               lwt_drop_fn drop_env);

/* As lwt_event_notify_s, for as long as the thread lives,
 * `Lwt_event.always_notify_s`. False where that returns NULL. */
bool lwt_event_always_notify_s(const lwt_event *e, lwt_bind_fn f, void *env,
                               lwt_drop_fn drop_env);

/* Has `f` called with the value of `s`, now and each time that it changes,
 * `Lwt_signal.notify`. As lwt_event_notify. */
lwt_react_notifier *lwt_signal_notify(const lwt_signal *s, lwt_value_fn f,
                                      void *env, lwt_drop_fn drop_env);

/* The same with a function that returns a promise, `Lwt_signal.notify_p`. As
 * lwt_event_notify_p. */
lwt_react_notifier *lwt_signal_notify_p(const lwt_signal *s, lwt_bind_fn f,
                                        void *env, lwt_drop_fn drop_env);

/* The same one after the other, `Lwt_signal.notify_s`. As
 * lwt_event_notify_s. */
lwt_react_notifier *lwt_signal_notify_s(const lwt_signal *s, lwt_bind_fn f,
                                        void *env, lwt_drop_fn drop_env);

/* As lwt_signal_notify, for as long as the thread lives,
 * `Lwt_signal.always_notify`. False where that returns NULL. */
bool lwt_signal_always_notify(const lwt_signal *s, lwt_value_fn f, void *env,
                              lwt_drop_fn drop_env);

/* As lwt_signal_notify_p, for as long as the thread lives,
 * `Lwt_signal.always_notify_p`. False where that returns NULL. */
bool lwt_signal_always_notify_p(const lwt_signal *s, lwt_bind_fn f, void *env,
                                lwt_drop_fn drop_env);

/* As lwt_signal_notify_s, for as long as the thread lives,
 * `Lwt_signal.always_notify_s`. False where that returns NULL. */
bool lwt_signal_always_notify_s(const lwt_signal *s, lwt_bind_fn f, void *env,
                                lwt_drop_fn drop_env);

/* Gives up an event that is a value: the drop function of `lwt_event *`. On the
 * event's thread. */
static inline void lwt_event_drop(void *event) { lwt_event_release((lwt_event *)event); }

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_event_create(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_never(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_never(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_react_step_create(...) \
  ((struct lwt_react_step *)lwt_debug_handle(lwt_react_step_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_trace(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_trace(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_once(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_once(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_drop_once(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_drop_once(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_app(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_app(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_map(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_stamp(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_stamp(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_filter(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_filter(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fmap(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fmap(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_diff(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_diff(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_changes(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_changes(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_on(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_on(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_dismiss(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_dismiss(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_until(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_until(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_accum(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_accum(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fold(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fold(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_switch(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_switch(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fix(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fix(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_option_some(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_option_some(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_option_value(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_option_value(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_select(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_select(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_merge(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_merge(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l1(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l1(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l2(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l2(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l3(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l3(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l4(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l4(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l5(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l5(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_l6(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_l6(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_with_finaliser(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_with_finaliser(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_next(...) \
  lwt_debug_promise(lwt_event_next(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_event_limit(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_limit(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_from(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_to_stream(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_event_to_stream(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_of_stream(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_of_stream(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_delay(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_delay(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_map_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_map_p(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_map_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_filter_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_filter_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_filter_p(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_filter_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fmap_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fmap_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fmap_p(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fmap_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_app_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_app_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_app_p(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_app_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_run_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_run_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_run_p(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_run_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_diff_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_diff_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_accum_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_accum_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_fold_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_fold_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_merge_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_event_merge_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_notify(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_event_notify(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_notify_p(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_event_notify_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_event_notify_s(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_event_notify_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_notify(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_signal_notify(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_notify_p(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_signal_notify_p(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_notify_s(...) \
  ((struct lwt_react_notifier *)lwt_debug_handle(lwt_signal_notify_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_EVENT_H */
