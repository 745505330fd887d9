/* Module Lwt_react.S. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SIGNAL_H
#define LWT_SIGNAL_H

#include "lwt_event.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* SIGNALS, modules React.S and Lwt_react.S: values that change. A primitive
 * signal is changed by the program; all others are derived from it, or from
 * events.
 *
 *   lwt_signal_setter *set;
 *   lwt_signal *celsius = lwt_signal_create(LWT_INT(20), &set);
 *   lwt_signal *fahrenheit = lwt_signal_map(celsius, convert, NULL, NULL);
 *   lwt_signal *shown = lwt_signal_trace(fahrenheit, NULL, print, NULL, NULL); // prints 68
 *   lwt_signal_set(set, LWT_INT(30));                                    // prints 86
 *
 * What `lwt_event.h` says holds of signals too. In addition:
 *
 * - A signal changes only if its new value is another one. Words are compared; where they
 *   point to something that is to be compared, say so with lwt_signal_with_eq. That is
 *   the `?eq` of React's functions, and what its functor Make is for; of its modules
 *   with a fixed equality, Special.Sb and Special.Si are what there is without, and Sf is
 *   lwt_equal_float.
 * - A signal is made with a value: functions are called when they are given. What a function
 *   raises then fails the call, which returns NULL and raises it again (lwt_raise). What
 *   is made in a step, from what the step has not reached yet, gets its value later in
 *   that step (see lwt_signal_value).
 * - The operators of React.S.Bool, Int, Float, Pair, Option and Compare have functions of
 *   their names at the end of this header: lwt_signal_int_add(a, b). */

/* What gives a primitive signal its values. A handle of the thread that made
 * it. */
typedef struct lwt_signal_setter lwt_signal_setter;

enum {
  /* `not` */
  LWT_OP_BOOL_NOT = 1,
  /* `~-` */
  LWT_OP_INT_NEG = 2,
  /* `succ` */
  LWT_OP_INT_SUCC = 3,
  /* `pred` */
  LWT_OP_INT_PRED = 4,
  /* `abs` */
  LWT_OP_INT_ABS = 5,
  /* `lnot` */
  LWT_OP_INT_LNOT = 6,
  /* `~-.` */
  LWT_OP_FLOAT_NEG = 7,
  /* `sqrt` */
  LWT_OP_FLOAT_SQRT = 8,
  /* `exp` */
  LWT_OP_FLOAT_EXP = 9,
  /* `log` */
  LWT_OP_FLOAT_LOG = 10,
  /* `log10` */
  LWT_OP_FLOAT_LOG10 = 11,
  /* `cos` */
  LWT_OP_FLOAT_COS = 12,
  /* `sin` */
  LWT_OP_FLOAT_SIN = 13,
  /* `tan` */
  LWT_OP_FLOAT_TAN = 14,
  /* `acos` */
  LWT_OP_FLOAT_ACOS = 15,
  /* `asin` */
  LWT_OP_FLOAT_ASIN = 16,
  /* `atan` */
  LWT_OP_FLOAT_ATAN = 17,
  /* `cosh` */
  LWT_OP_FLOAT_COSH = 18,
  /* `sinh` */
  LWT_OP_FLOAT_SINH = 19,
  /* `tanh` */
  LWT_OP_FLOAT_TANH = 20,
  /* `ceil` */
  LWT_OP_FLOAT_CEIL = 21,
  /* `floor` */
  LWT_OP_FLOAT_FLOOR = 22,
  /* `abs_float` */
  LWT_OP_FLOAT_ABS = 23,
  /* `float_of_int`, of a number */
  LWT_OP_FLOAT_OF_INT = 24,
  /* `int_of_float`, `truncate`: a number; the nearest there is */
  LWT_OP_FLOAT_TO_INT = 25,
  /* `classify_float`: LWT_FP_NORMAL and so on */
  LWT_OP_FLOAT_CLASSIFY = 26,
  /* `frexp`: a pair of a float and a number */
  LWT_OP_FLOAT_FREXP = 27,
  /* `modf`: a pair of two floats, the fraction first */
  LWT_OP_FLOAT_MODF = 28,
  /* `fst` */
  LWT_OP_PAIR_FST = 29,
  /* `snd` */
  LWT_OP_PAIR_SND = 30,
  /* `&&` */
  LWT_OP_BOOL_AND = 31,
  /* `||` */
  LWT_OP_BOOL_OR = 32,
  /* `+` */
  LWT_OP_INT_ADD = 33,
  /* `-` */
  LWT_OP_INT_SUB = 34,
  /* `*` */
  LWT_OP_INT_MUL = 35,
  /* `/`; by 0 it fails with LWT_INVALID_ARGUMENT */
  LWT_OP_INT_DIV = 36,
  /* `mod`; by 0 it fails with LWT_INVALID_ARGUMENT */
  LWT_OP_INT_MOD = 37,
  /* `land` */
  LWT_OP_INT_LAND = 38,
  /* `lor` */
  LWT_OP_INT_LOR = 39,
  /* `lxor` */
  LWT_OP_INT_LXOR = 40,
  /* `lsl` */
  LWT_OP_INT_LSL = 41,
  /* `lsr` */
  LWT_OP_INT_LSR = 42,
  /* `asr` */
  LWT_OP_INT_ASR = 43,
  /* `+.` */
  LWT_OP_FLOAT_ADD = 44,
  /* `-.` */
  LWT_OP_FLOAT_SUB = 45,
  /* `*.` */
  LWT_OP_FLOAT_MUL = 46,
  /* `/.` */
  LWT_OP_FLOAT_DIV = 47,
  /* `**` */
  LWT_OP_FLOAT_POW = 48,
  /* `atan2` */
  LWT_OP_FLOAT_ATAN2 = 49,
  /* `mod_float` */
  LWT_OP_FLOAT_MOD = 50,
  /* `ldexp`, of a float and a number */
  LWT_OP_FLOAT_LDEXP = 51,
  /* `pair` */
  LWT_OP_PAIR = 52,
  /* `=` */
  LWT_COMPARE_EQ = 53,
  /* `<>` */
  LWT_COMPARE_NE = 54,
  /* `<` */
  LWT_COMPARE_LT = 55,
  /* `>` */
  LWT_COMPARE_GT = 56,
  /* `<=` */
  LWT_COMPARE_LE = 57,
  /* `>=` */
  LWT_COMPARE_GE = 58,
  /* `compare`: -1, 0 or 1 */
  LWT_COMPARE_COMPARE = 59,
  /* `==`: the same word, whatever the function says */
  LWT_COMPARE_SAME = 60,
  /* `!=`: another word */
  LWT_COMPARE_NOT_SAME = 61,
  /* What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_normal`. */
  LWT_FP_NORMAL = 0,
  /* What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_subnormal`. */
  LWT_FP_SUBNORMAL = 1,
  /* What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_zero`. */
  LWT_FP_ZERO = 2,
  /* What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_infinite`. */
  LWT_FP_INFINITE = 3,
  /* What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_nan`. */
  LWT_FP_NAN = 4
};

/* What lwt_signal_bind calls: it borrows `value`, and the library owns what it
 * returns. */
typedef lwt_signal *(*lwt_signal_bind_fn)(lwt_value value, void *env);

/* What `lwt_signal_fix` is given: it borrows `delayed`; it returns the signal
 * that this is to be, and stores the result in `*result`. The library then owns
 * both. */
typedef lwt_signal *(*lwt_signal_fix_fn)(const lwt_signal *delayed,
                     lwt_signal **result, void *env);

/* Makes a primitive signal, `React.S.create`, with the value `initial`, and
 * stores in `*setter` what changes it. The caller owns both:
 * lwt_signal_release, lwt_signal_setter_release. The setter keeps the signal
 * alive.
 *
 * NULL: `setter` is NULL, or memory ran out. On any thread, whose both then
 * are. */
lwt_signal *lwt_signal_create(lwt_value initial, lwt_signal_setter **setter);

/* The same with a value that `drop` frees, when the signal has another and
 * nobody shows it any more, and also if this fails. Of a text it is
 * lwt_string_drop; of text, compare by lwt_equal_text (lwt_signal_with_eq). */
lwt_signal *lwt_signal_create_owned(lwt_value initial, lwt_drop_fn drop,
                                    lwt_signal_setter **setter);

/* Returns a signal that is always `value`, `React.S.const`, owned by the
 * caller. NULL: memory ran out. On any thread, whose it then is. */
lwt_signal *lwt_signal_const(lwt_value value);

/* The same with a value that `drop` frees. */
lwt_signal *lwt_signal_const_owned(lwt_value value, lwt_drop_fn drop);

/* One more reference to the same signal, owned by the caller. NULL: it is not a
 * signal of this thread. (`React.S.retain` is `lwt_signal_retain_value`.) */
lwt_signal *lwt_signal_retain(const lwt_signal *signal);

/* Gives up a reference. With the last one, to a derived signal from which
 * nothing is derived, its function is not called any more, and its environment
 * and its value are dropped before this returns. Does nothing if the handle is
 * bad. */
void lwt_signal_release(lwt_signal *signal);

/* One more reference to the same setter, owned by the caller. NULL: it is not a
 * setter of this thread. */
lwt_signal_setter *lwt_signal_setter_retain(const lwt_signal_setter *setter);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_signal_setter_release(lwt_signal_setter *setter);

/* Gives the signal a value, the function that `React.S.create` returns: unless
 * it is the same as the one it has, an update step, in which all that depends
 * on the signal is updated before this returns. Inside a step, that is done
 * right after it.
 *
 * Borrows `s`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle. What functions raise in the step goes to the async exception
 * hook. */
int lwt_signal_set(const lwt_signal_setter *s, lwt_value value);

/* The same with a value that `drop` frees: when the signal has another and
 * nobody shows it any more; at once if it is the same as before, or this
 * fails. */
int lwt_signal_set_owned(const lwt_signal_setter *s, lwt_value value,
                         lwt_drop_fn drop);

/* Gives the signal a value when the step is executed, together with all else
 * that is in it, `set ~step`. Borrows both. As lwt_signal_set; it also fails
 * with LWT_INVALID_ARGUMENT if the step was executed, or has the signal in it
 * already. */
int lwt_signal_set_in(const lwt_react_step *step, const lwt_signal_setter *s,
                      lwt_value value);

/* The same with a value that `drop` frees, also if this fails, or the step is
 * never executed. */
int lwt_signal_set_in_owned(const lwt_react_step *step,
                            const lwt_signal_setter *s, lwt_value value,
                            lwt_drop_fn drop);

/* The value of the signal, `React.S.value`, borrowed: it lives until the signal
 * has another one. In a step it may be that of before; in one in which the
 * signal was made, from what the step has not yet reached, it has none:
 * LWT_UNIT then, and the callback that asks is made to fail with LWT_FAILURE,
 * as by lwt_raise. Borrows `s`. LWT_UNIT for a bad handle. */
lwt_value lwt_signal_value(const lwt_signal *s);

/* Are they the same signal, or constants of the same value by `a`'s equality,
 * `React.S.equal`? Borrows both. False for a bad handle, and where the equality
 * raises, which is then raised again. */
bool lwt_signal_equal(const lwt_signal *a, const lwt_signal *b);

/* Are two values the same by the equality of the signal, `React.S.eq_fun`?
 * Borrows `s`. As lwt_signal_equal. */
bool lwt_signal_eq(const lwt_signal *s, lwt_value a, lwt_value b);

/* Gives a signal an equality, the `?eq` of all functions of `React.S`: a new
 * value that is the same as the old one is no change, and updates nothing.
 * Returns the handle that it was given, so that it stands around what makes the
 * signal:
 *
 *   s = lwt_signal_with_eq(lwt_signal_map(t, f, NULL, NULL), lwt_equal_text, NULL, NULL);
 *
 * Without it, or with `equal` NULL, the words of values are compared: numbers,
 * truth values and handles are the same if they are equal, and floats if their
 * bits are. Where `equal` raises, the exception goes to the async exception
 * hook, and the signal keeps its old value. Consumes `env`, also for a bad
 * handle; returns NULL then. */
lwt_signal *lwt_signal_with_eq(lwt_signal *s, lwt_equal_fn equal, void *env,
                               lwt_drop_fn drop_env);

/* Are the words the same? The equality that signals have by themselves.
 * (OCaml's structural equality has no counterpart: C does not know what a word
 * points to.) On any thread. */
bool lwt_equal_word(lwt_value a, lwt_value b, void *_env);

/* Never: with it each new value of a signal is a change. On any thread. */
bool lwt_equal_never(lwt_value _a, lwt_value _b, void *_env);

/* Are two `struct lwt_string *` the same text? LWT_UNIT and LWT_NONE are none,
 * and the same as themselves. On any thread. */
bool lwt_equal_text(lwt_value a, lwt_value b, void *_env);

/* Are two LWT_FLOAT equal as numbers? 0 and -0 are, and NaN is not. On any
 * thread. */
bool lwt_equal_float(lwt_value a, lwt_value b, void *_env);

/* Has the signal stay as it is, `React.S.stop`: it gives up what it is derived
 * from, its function is not called any more, and to set it is to do nothing.
 *
 * Borrows `s`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle. */
int lwt_signal_stop(const lwt_signal *s);

/* The same, and so with what it is derived from and nothing else is, and so on,
 * also if there are handles to that, `React.S.stop ~strong:true`. */
int lwt_signal_stop_strongly(const lwt_signal *s);

/* Ties `value` to the signal, which then owns it and drops it when it is freed,
 * `React.S.retain`. As lwt_event_retain_value; it fails for a constant. */
int lwt_signal_retain_value(const lwt_signal *s, lwt_value value,
                            lwt_drop_fn drop, lwt_value *previous,
                            lwt_drop_fn *drop_previous);

/* A signal that is always what `f` returns for the value of `s`,
 * `React.S.map`.
 *
 * Borrows `s`, of which the result keeps what it needs, and consumes `env`. `f`
 * is called now, and each time that `s` changes. It borrows its argument; it
 * may return that very word, and the two signals then share the value; it gives
 * a new one a drop function with `lwt_owned`. Where it raises (`lwt_raise`)
 * later, the exception goes to the async exception hook, and the signal stays
 * as it was.
 *
 * Returns the signal, owned by the caller (lwt_signal_release): it changes only
 * as long as somebody has it, or something that is derived from it. NULL: a
 * handle is bad, `f` is NULL, or memory ran out; or `f` has raised now, which
 * is raised again, by lwt_raise: the callback that calls this fails, or,
 * outside of one, the async exception hook is told. On the thread of the
 * signal. */
lwt_signal *lwt_signal_map(const lwt_signal *s, lwt_map_fn f, void *env,
                           lwt_drop_fn drop_env);

/* The same signal, with `f` called for its value, now and when it changes,
 * `React.S.trace`; with `iff`, while that signal is true, i.e. not LWT_UNIT.
 * What `f` raises goes to the async exception hook. It has the equality of
 * `s`.
 *
 * Borrows `iff`, which may be NULL. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_trace(const lwt_signal *s, const lwt_signal *iff,
                             lwt_value_fn f, void *env, lwt_drop_fn drop_env);

/* The last occurrence of `e`, and `initial`, which `drop` frees, before,
 * `React.S.hold`. Borrows `e`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_hold(lwt_value initial, lwt_drop_fn drop,
                            const lwt_event *e);

/* A signal that is always what the value of `functions`, a `struct
 * lwt_react_function *`, makes of that of `s`, `React.S.app`. Borrows both. As
 * lwt_signal_map otherwise. */
lwt_signal *lwt_signal_app(const lwt_signal *functions, const lwt_signal *s);

/* The last value of `s` of which `f` says true, and `initial`, which `drop`
 * frees, before there is one, `React.S.filter`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_filter(const lwt_signal *s, lwt_test_fn f, void *env,
                              lwt_drop_fn drop_env, lwt_value initial,
                              lwt_drop_fn drop);

/* What `f` makes of the last value of `s` of which it does not make LWT_NONE,
 * and `initial`, which `drop` frees, before there is one, `React.S.fmap`. As
 * lwt_signal_map otherwise. */
lwt_signal *lwt_signal_fmap(const lwt_signal *s, lwt_map_fn f, void *env,
                            lwt_drop_fn drop_env, lwt_value initial,
                            lwt_drop_fn drop);

/* An event with what `f(new value, old value)` makes, when `s` changes,
 * `React.S.diff`. Borrows `s`. As lwt_event_map otherwise. */
lwt_event *lwt_signal_diff(const lwt_signal *s, lwt_l2_fn f, void *env,
                           lwt_drop_fn drop_env);

/* An event with the new value, when `s` changes, `React.S.changes`. Borrows
 * `s`. As lwt_event_map otherwise. */
lwt_event *lwt_signal_changes(const lwt_signal *s);

/* An event with what `f(occurrence, value of s)` makes, when `e` occurs,
 * `React.S.sample`. Borrows both. As lwt_event_map otherwise. */
lwt_event *lwt_signal_sample(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                             const lwt_event *e, const lwt_signal *s);

/* The value that `s` had when the signal `condition` was true (not LWT_UNIT)
 * last, and `initial`, which `drop` frees, before it ever was, `React.S.on`,
 * once `S.when_`. Borrows both. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_on(const lwt_signal *condition, lwt_value initial,
                          lwt_drop_fn drop, const lwt_signal *s);

/* `s` without those of its changes at which `e` occurs, `React.S.dismiss`; at
 * first it is the value of `s`, or, where `e` occurs in the step in which this
 * is called, `initial`, which `drop` frees. Borrows both. As lwt_signal_map
 * otherwise. */
lwt_signal *lwt_signal_dismiss(const lwt_event *e, lwt_value initial,
                               lwt_drop_fn drop, const lwt_signal *s);

/* A running value, `React.S.accum`: `initial`, which `drop` frees, and at each
 * occurrence of `functions`, a `struct lwt_react_function *`, what that makes
 * of the value so far. Borrows `functions`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_accum(const lwt_event *functions, lwt_value initial,
                             lwt_drop_fn drop);

/* A running value, `React.S.fold`: `initial`, which `drop` frees, and at each
 * occurrence of `e`, `f(the value so far, the occurrence)`. `f` borrows both.
 * Borrows `e`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_fold(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                            lwt_value initial, lwt_drop_fn drop,
                            const lwt_event *e);

/* The value of that signal which is the value of `signals`, `React.S.switch`:
 * its values are `lwt_signal *`. Such a handle may be given up when the step is
 * over; signals of them are usually made with lwt_signal_drop as the drop
 * function.
 *
 * Where a value is no signal of this thread, or one that depends on the result
 * itself, an exception of kind LWT_INVALID_ARGUMENT goes to the async exception
 * hook, and the signal goes on following the one before. Borrows `signals`. As
 * lwt_signal_map otherwise. */
lwt_signal *lwt_signal_switch(const lwt_signal *signals);

/* The value of that signal which `f` makes of the value of `s`, anew each time
 * that this changes, `React.S.bind`; `Lwt_react.S.bind`. NULL, or what is no
 * signal, fails it as if `f` raised LWT_INVALID_ARGUMENT. As lwt_signal_map
 * otherwise. */
lwt_signal *lwt_signal_bind(const lwt_signal *s, lwt_signal_bind_fn f,
                            void *env, lwt_drop_fn drop_env);

/* A signal that depends on itself, `React.S.fix`. `f` is called once, now, with
 * a signal that is `initial`, which `drop` frees, and takes the values of the
 * one that `f` returns, each time in a step right after, until they are the
 * same.
 *
 * Returns what `f` stored in `*result`, owned by the caller: as long as
 * somebody has it, the delayed signal changes. Consumes `env`. NULL: `f` is
 * NULL, stored or returned no signal of this thread, or raised; then the
 * exception is raised again. That is also done with LWT_INVALID_ARGUMENT where
 * `f` returned the delayed signal itself. */
lwt_signal *lwt_signal_fix(lwt_value initial, lwt_drop_fn drop,
                           lwt_signal_fix_fn f, void *env,
                           lwt_drop_fn drop_env);

/* A signal that is always `f(what there is so far, a value)`, from `initial`,
 * which `drop` frees, and the first of the `n` signals to the last,
 * `React.S.merge`. `f` borrows both. Borrows the array and the signals in it.
 * As lwt_signal_map otherwise; of no signal it is `initial`. */
lwt_signal *lwt_signal_merge(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                             lwt_value initial, lwt_drop_fn drop,
                             const lwt_signal *const *signals, size_t n);

/* `React.S.l1`: lwt_signal_map, with the arguments in the order of its kin. */
lwt_signal *lwt_signal_l1(lwt_map_fn f, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a);

/* A signal that is always what `f` returns for the values of all of them,
 * `React.S.l2`. Borrows them. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_l2(lwt_l2_fn f, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a, const lwt_signal *b);

/* The same of three, `React.S.l3`. */
lwt_signal *lwt_signal_l3(lwt_l3_fn f, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a, const lwt_signal *b,
                          const lwt_signal *c);

/* The same of four, `React.S.l4`. */
lwt_signal *lwt_signal_l4(lwt_l4_fn f, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a, const lwt_signal *b,
                          const lwt_signal *c, const lwt_signal *d);

/* The same of five, `React.S.l5`. */
lwt_signal *lwt_signal_l5(lwt_l5_fn f, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a, const lwt_signal *b,
                          const lwt_signal *c, const lwt_signal *d,
                          const lwt_signal *e);

/* The same of six, `React.S.l6`. */
lwt_signal *lwt_signal_l6(lwt_l6_fn with, void *env, lwt_drop_fn drop_env,
                          const lwt_signal *a, const lwt_signal *b,
                          const lwt_signal *c, const lwt_signal *d,
                          const lwt_signal *e, const lwt_signal *f);

/* A copy of `s`; `f` is called once, when the copy is gone,
 * `Lwt_react.S.with_finaliser`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_with_finaliser(const lwt_signal *s, lwt_unit_fn f,
                                      void *env, lwt_drop_fn drop_env);

/* A signal with the value of `s`, which changes not more often than `f` allows,
 * `Lwt_react.S.limit`: as lwt_event_limit, but `f` is called now already, so
 * that the first change is limited too. The last value always gets through. It
 * has the equality of `s`. As lwt_signal_map otherwise. */
lwt_signal *lwt_signal_limit(const lwt_signal *s, lwt_thunk_fn f, void *env,
                             lwt_drop_fn drop_env);

/* Keeps the signal for as long as the thread lives, `Lwt_react.S.keep`. Borrows
 * `s`. Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
 * handle. */
int lwt_signal_keep(const lwt_signal *s);

/* An event that occurs, once `p` is fulfilled, with the value of the signal
 * that is its value, an `lwt_signal *`, and then with each that this changes
 * to, `Lwt_signal.delay`; where `p` is fulfilled already, it begins at the next
 * pause. If it fails, it never occurs; the failure goes to
 * lwt_react_on_error.
 *
 * Consumes `p`, and does not cancel it. Returns the event, owned by the caller.
 * NULL: `p` is no promise of this thread, or memory ran out. A value that is no
 * signal is told to the async exception hook. */
lwt_event *lwt_signal_delay(lwt_t *p);

/* A promise of a signal that is what the promises show that `f` returns for the
 * values of `s`, `Lwt_react.S.map_s`: it is fulfilled when the first of them
 * is, whose failure it fails with. Later ones are made one after the other,
 * when `s` changes; where one fails, the signal stays as it is, and the failure
 * goes to lwt_react_on_error.
 *
 * Borrows `s`, consumes `env`. `f` borrows its argument until its promise has
 * resolved, which may show that very word. The signal is an `lwt_signal *` that
 * the promise owns: to be had by lwt_take, or borrowed and retained. When it is
 * gone, what waits is forgotten, and the promise that runs is cancelled; so it
 * is if the result is cancelled. Values are compared as words;
 * lwt_signal_with_eq changes that.
 *
 * Fails also with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_INVALID_ARGUMENT if `f` is NULL, LWT_FAILURE if `s` has no value yet in
 * the step that runs, and if memory ran out. On the thread of the signal. */
lwt_t *lwt_signal_map_s(const lwt_signal *s, lwt_bind_fn f, void *env,
                        lwt_drop_fn drop_env);

/* The last value of `s` for which the promise of `f` showed anything but
 * LWT_UNIT, and `initial`, which `drop` frees, if the first does not,
 * `Lwt_react.S.filter_s`. As lwt_signal_map_s. */
lwt_t *lwt_signal_filter_s(const lwt_signal *s, lwt_bind_fn f, void *env,
                           lwt_drop_fn drop_env, lwt_value initial,
                           lwt_drop_fn drop);

/* The last that a promise of `f` showed other than LWT_NONE, and `initial`,
 * which `drop` frees, if the first shows that, `Lwt_react.S.fmap_s`. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_fmap_s(const lwt_signal *s, lwt_bind_fn f, void *env,
                         lwt_drop_fn drop_env, lwt_value initial,
                         lwt_drop_fn drop);

/* What the promise of the value of `functions`, a `struct lwt_react_promising
 * *`, called with that of `s`, shows, `Lwt_react.S.app_s`. Borrows both. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_app_s(const lwt_signal *functions, const lwt_signal *s);

/* What the value of `s`, a promise, shows, `Lwt_react.S.run_s`: the signal's
 * values are `lwt_t *`, each borrowed when its turn comes. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_run_s(const lwt_signal *s);

/* The value of that signal which the promise of `f` shows for the value of `s`,
 * an `lwt_signal *`, anew each time that this changes, `Lwt_react.S.bind_s`.
 * Such a handle is usually owned by the promise, with lwt_signal_drop. A value
 * that is no signal fails the result with LWT_INVALID_ARGUMENT if it is the
 * first, and goes to the async exception hook later on. As lwt_signal_map_s. */
lwt_t *lwt_signal_bind_s(const lwt_signal *s, lwt_bind_fn f, void *env,
                         lwt_drop_fn drop_env);

/* The promises of `f(value so far, value)` over the `n` signals, from
 * `initial`, which `drop` frees, and the first to the last,
 * `Lwt_react.S.merge_s`. Borrows the array and the signals in it. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_merge_s(lwt_l2_promise_fn f, void *env, lwt_drop_fn drop_env,
                          lwt_value initial, lwt_drop_fn drop,
                          const lwt_signal *const *signals, size_t n);

/* `Lwt_react.S.l1_s`: lwt_signal_map_s, with the arguments in the order of its
 * kin. */
lwt_t *lwt_signal_l1_s(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                       const lwt_signal *a);

/* The same of two signals, `Lwt_react.S.l2_s`. Borrows them. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_l2_s(lwt_l2_promise_fn f, void *env, lwt_drop_fn drop_env,
                       const lwt_signal *a, const lwt_signal *b);

/* The same of three signals, `Lwt_react.S.l3_s`. Borrows them. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_l3_s(lwt_l3_promise_fn f, void *env, lwt_drop_fn drop_env,
                       const lwt_signal *a, const lwt_signal *b,
                       const lwt_signal *c);

/* The same of four signals, `Lwt_react.S.l4_s`. Borrows them. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_l4_s(lwt_l4_promise_fn f, void *env, lwt_drop_fn drop_env,
                       const lwt_signal *a, const lwt_signal *b,
                       const lwt_signal *c, const lwt_signal *d);

/* The same of five signals, `Lwt_react.S.l5_s`. Borrows them. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_l5_s(lwt_l5_promise_fn f, void *env, lwt_drop_fn drop_env,
                       const lwt_signal *a, const lwt_signal *b,
                       const lwt_signal *c, const lwt_signal *d,
                       const lwt_signal *e);

/* The same of six signals, `Lwt_react.S.l6_s`. Borrows them. As
 * lwt_signal_map_s. */
lwt_t *lwt_signal_l6_s(lwt_l6_promise_fn function, void *env,
                       lwt_drop_fn drop_env, const lwt_signal *a,
                       const lwt_signal *b, const lwt_signal *c,
                       const lwt_signal *d, const lwt_signal *e,
                       const lwt_signal *f);

/* An event with what the promises of `f(new value, old value)` show, when `s`
 * changes, `Lwt_react.S.diff_s`. Borrows `s`. As lwt_event_map_s. */
lwt_event *lwt_signal_diff_s(const lwt_signal *s, lwt_l2_promise_fn f,
                             void *env, lwt_drop_fn drop_env);

/* An event with what the promises of `f(occurrence, value of s)` show, when `e`
 * occurs, `Lwt_react.S.sample_s`. Borrows both. As lwt_event_map_s. */
lwt_event *lwt_signal_sample_s(lwt_l2_promise_fn f, void *env,
                               lwt_drop_fn drop_env, const lwt_event *e,
                               const lwt_signal *s);

/* The last occurrence of lwt_event_accum_s, and `initial`, which `drop` frees,
 * before, `Lwt_react.S.accum_s`. Borrows `functions`. As lwt_signal_hold
 * otherwise. */
lwt_signal *lwt_signal_accum_s(const lwt_event *functions, lwt_value initial,
                               lwt_drop_fn drop);

/* The last occurrence of lwt_event_fold_s, and `initial`, which `drop` frees,
 * before, `Lwt_react.S.fold_s`. Borrows `e`, consumes `env`. As lwt_signal_hold
 * otherwise. */
lwt_signal *lwt_signal_fold_s(lwt_l2_promise_fn f, void *env,
                              lwt_drop_fn drop_env, lwt_value initial,
                              lwt_drop_fn drop, const lwt_event *e);

/* A signal that is `initial`, which `drop` frees, until it is what the promises
 * show that `f` returns for the values of `s`, the present one first,
 * `Lwt_signal.map_s`. They are made one after the other; where one fails, the
 * signal stays as it is, and the failure goes to lwt_react_on_error.
 *
 * Borrows `s`, consumes `env`. `f` borrows its argument until its promise has
 * resolved. Returns the signal, owned by the caller: when it is gone, what
 * waits is forgotten, and the promise that runs is cancelled. NULL: a handle is
 * bad, `f` is NULL, or memory ran out; or `s` has no value yet in the step that
 * runs, which is raised as LWT_FAILURE. On the thread of the signal. */
lwt_signal *lwt_signal_map_s_from(const lwt_signal *s, lwt_bind_fn f, void *env,
                                  lwt_drop_fn drop_env, lwt_value initial,
                                  lwt_drop_fn drop);

/* The same, but `f` is called at once for each value, `Lwt_signal.map_p`: the
 * signal is what has resolved last. */
lwt_signal *lwt_signal_map_p_from(const lwt_signal *s, lwt_bind_fn f, void *env,
                                  lwt_drop_fn drop_env, lwt_value initial,
                                  lwt_drop_fn drop);

/* The same, but the signal is the last value of `s` for which the promise
 * showed anything but LWT_UNIT, `Lwt_signal.filter_s`. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_filter_s_from(const lwt_signal *s, lwt_bind_fn f,
                                     void *env, lwt_drop_fn drop_env,
                                     lwt_value initial, lwt_drop_fn drop);

/* The same, but `f` is called at once for each value, `Lwt_signal.filter_p`:
 * the signal is what has resolved last. */
lwt_signal *lwt_signal_filter_p_from(const lwt_signal *s, lwt_bind_fn f,
                                     void *env, lwt_drop_fn drop_env,
                                     lwt_value initial, lwt_drop_fn drop);

/* The same as lwt_signal_map_s_from, but LWT_NONE does not change it,
 * `Lwt_signal.fmap_s`. */
lwt_signal *lwt_signal_fmap_s_from(const lwt_signal *s, lwt_bind_fn f,
                                   void *env, lwt_drop_fn drop_env,
                                   lwt_value initial, lwt_drop_fn drop);

/* The same, but `f` is called at once for each value, `Lwt_signal.fmap_p`: the
 * signal is what has resolved last. */
lwt_signal *lwt_signal_fmap_p_from(const lwt_signal *s, lwt_bind_fn f,
                                   void *env, lwt_drop_fn drop_env,
                                   lwt_value initial, lwt_drop_fn drop);

/* `initial`, which `drop` frees, and then what the promises of the value of
 * `functions`, a `struct lwt_react_promising *`, called with that of `s`, show,
 * `Lwt_signal.app_s`. Borrows both. As lwt_signal_map_s_from. */
lwt_signal *lwt_signal_app_s_from(const lwt_signal *functions,
                                  lwt_value initial, lwt_drop_fn drop,
                                  const lwt_signal *s);

/* The same at the same time, `Lwt_signal.app_p`. As lwt_signal_map_p_from. */
lwt_signal *lwt_signal_app_p_from(const lwt_signal *functions,
                                  lwt_value initial, lwt_drop_fn drop,
                                  const lwt_signal *s);

/* `initial`, which `drop` frees, and then what the values of `s`, which are
 * promises, show, `Lwt_signal.run_s`. As lwt_signal_map_s_from. */
lwt_signal *lwt_signal_run_s_from(lwt_value initial, lwt_drop_fn drop,
                                  const lwt_signal *s);

/* The same in the order in which they resolve, `Lwt_signal.run_p`. */
lwt_signal *lwt_signal_run_p_from(lwt_value initial, lwt_drop_fn drop,
                                  const lwt_signal *s);

/* `before`, which `drop_before` frees, and then what the promises of `f(value
 * so far, value)` over the `n` signals come to, from `initial`, which `drop`
 * frees, `Lwt_signal.merge_s`. Borrows the array and the signals in it. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_merge_s_from(lwt_l2_promise_fn f, void *env,
                                    lwt_drop_fn drop_env, lwt_value initial,
                                    lwt_drop_fn drop, lwt_value before,
                                    lwt_drop_fn drop_before,
                                    const lwt_signal *const *signals,
                                    size_t n);

/* `Lwt_signal.l1_s`: lwt_signal_map_s_from, with the arguments in the order of
 * its kin. */
lwt_signal *lwt_signal_l1_s_from(lwt_bind_fn f, void *env, lwt_drop_fn drop_env,
                                 lwt_value initial, lwt_drop_fn drop,
                                 const lwt_signal *a);

/* The same of two signals, `Lwt_signal.l2_s`. Borrows them. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_l2_s_from(lwt_l2_promise_fn f, void *env,
                                 lwt_drop_fn drop_env, lwt_value initial,
                                 lwt_drop_fn drop, const lwt_signal *a,
                                 const lwt_signal *b);

/* The same of three signals, `Lwt_signal.l3_s`. Borrows them. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_l3_s_from(lwt_l3_promise_fn f, void *env,
                                 lwt_drop_fn drop_env, lwt_value initial,
                                 lwt_drop_fn drop, const lwt_signal *a,
                                 const lwt_signal *b, const lwt_signal *c);

/* The same of four signals, `Lwt_signal.l4_s`. Borrows them. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_l4_s_from(lwt_l4_promise_fn f, void *env,
                                 lwt_drop_fn drop_env, lwt_value initial,
                                 lwt_drop_fn drop, const lwt_signal *a,
                                 const lwt_signal *b, const lwt_signal *c,
                                 const lwt_signal *d);

/* The same of five signals, `Lwt_signal.l5_s`. Borrows them. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_l5_s_from(lwt_l5_promise_fn f, void *env,
                                 lwt_drop_fn drop_env, lwt_value initial,
                                 lwt_drop_fn drop, const lwt_signal *a,
                                 const lwt_signal *b, const lwt_signal *c,
                                 const lwt_signal *d, const lwt_signal *e);

/* The same of six signals, `Lwt_signal.l6_s`. Borrows them. As
 * lwt_signal_map_s_from. */
lwt_signal *lwt_signal_l6_s_from(lwt_l6_promise_fn function, void *env,
                                 lwt_drop_fn drop_env, lwt_value initial,
                                 lwt_drop_fn drop, const lwt_signal *a,
                                 const lwt_signal *b, const lwt_signal *c,
                                 const lwt_signal *d, const lwt_signal *e,
                                 const lwt_signal *f);

/* A signal that is always what an operator, one of LWT_OP_…, makes of the value
 * of `a`. The inline functions below, such as lwt_signal_bool_not, call it. As
 * lwt_signal_map; NULL also if there is no such operator of one value.
 *
 * Truth values are LWT_INT(1) and LWT_INT(0), numbers LWT_INT, which wrap
 * around, and floats LWT_FLOAT. Pairs are `struct lwt_values *` of two values,
 * which are shared with the signals that they come from. */
lwt_signal *lwt_signal_op1(int op, const lwt_signal *a);

/* The same of two, such as lwt_signal_int_add; for a pair of them too. As
 * lwt_signal_map; NULL also if there is no such operator of two values. */
lwt_signal *lwt_signal_op2(int op, const lwt_signal *a, const lwt_signal *b);

/* A signal that is always what a comparison, one of LWT_COMPARE_…, says of the
 * values of both, `React.S.Compare`: by the order that `compare` tells, which
 * borrows them; if it is NULL, by that of the words as numbers. As
 * lwt_signal_map; NULL also if there is no such comparison. */
lwt_signal *lwt_signal_compare(int op, const lwt_signal *a, const lwt_signal *b,
                               lwt_compare_fn compare, void *env,
                               lwt_drop_fn drop_env);

/* An event with the new value, when the truth value `s` changes,
 * `React.S.Bool.edge`. As lwt_signal_changes. */
lwt_event *lwt_signal_bool_edge(const lwt_signal *s);

/* An event with LWT_UNIT, when `s` becomes true, `React.S.Bool.rise`. As
 * lwt_signal_changes. */
lwt_event *lwt_signal_bool_rise(const lwt_signal *s);

/* An event with LWT_UNIT, when `s` becomes false, `React.S.Bool.fall`. As
 * lwt_signal_changes. */
lwt_event *lwt_signal_bool_fall(const lwt_signal *s);

/* A truth value that begins as `initial`, and that each occurrence of `e` turns
 * over, `React.S.Bool.flip`. Borrows `e`. As lwt_signal_hold. */
lwt_signal *lwt_signal_bool_flip(bool initial, const lwt_event *e);

/* The values of `s`, as options, `React.S.Option.some`: every value but
 * LWT_NONE is one already. As lwt_signal_map. */
lwt_signal *lwt_signal_option_some(const lwt_signal *s);

/* The value of `s`, `React.S.Option.value`. Where that is LWT_NONE: with
 * `always` (OCaml's `` `Always ``) the value of `fallback`; without (`` `Init
 * ``) the last that was none such, and, before there is one, the value that
 * `fallback` has now. Borrows both. As lwt_signal_map. */
lwt_signal *lwt_signal_option_value(const lwt_signal *fallback, bool always,
                                    const lwt_signal *s);

/* ---- Floats as values ---- */

/* A double as a value, which is its bits, and back. Numbers of lwt_io_read_float64 are
 * the same. LWT_FLOAT(1.5), LWT_TO_FLOAT(value). On any thread. */
static inline lwt_value lwt_value_of_float(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return (lwt_value)(uintptr_t)bits;
}
static inline double lwt_float_of_value(lwt_value value) {
  uint64_t bits = (uint64_t)(uintptr_t)value;
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
#define LWT_FLOAT(number) lwt_value_of_float(number)
#define LWT_TO_FLOAT(value) lwt_float_of_value(value)

/* Gives up a signal that is a value: the drop function of `lwt_signal *`. On
 * the signal's thread. */
static inline void lwt_signal_drop(void *signal) {
  lwt_signal_release((lwt_signal *)signal);
}

/* `Lwt_react.S.return`: lwt_signal_const. */
static inline lwt_signal *lwt_signal_return(lwt_value value) {
  return lwt_signal_const(value);
}

/* ---- Operators by their names in React.S. Each returns a signal, owned by the
 * caller, as lwt_signal_op1, lwt_signal_op2, lwt_signal_compare and lwt_signal_const
 * do, which it calls. NULL if these return that. ---- */

/* Bool */
static inline lwt_signal *lwt_signal_bool_zero(void) {
  return lwt_signal_const(LWT_INT(0));
}
static inline lwt_signal *lwt_signal_bool_one(void) {
  return lwt_signal_const(LWT_INT(1));
}
static inline lwt_signal *lwt_signal_bool_not(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_BOOL_NOT, a);
}
static inline lwt_signal *lwt_signal_bool_and(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_BOOL_AND, a, b);
}
static inline lwt_signal *lwt_signal_bool_or(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_BOOL_OR, a, b);
}

/* Int. They wrap around at 64 bits. */
static inline lwt_signal *lwt_signal_int_zero(void) {
  return lwt_signal_const(LWT_INT(0));
}
static inline lwt_signal *lwt_signal_int_one(void) {
  return lwt_signal_const(LWT_INT(1));
}
static inline lwt_signal *lwt_signal_int_minus_one(void) {
  return lwt_signal_const(LWT_INT(-1));
}
static inline lwt_signal *lwt_signal_int_max_int(void) {
  return lwt_signal_const(LWT_INT(INTPTR_MAX));
}
static inline lwt_signal *lwt_signal_int_min_int(void) {
  return lwt_signal_const(LWT_INT(INTPTR_MIN));
}
static inline lwt_signal *lwt_signal_int_neg(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_NEG, a);
}
static inline lwt_signal *lwt_signal_int_succ(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_SUCC, a);
}
static inline lwt_signal *lwt_signal_int_pred(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_PRED, a);
}
static inline lwt_signal *lwt_signal_int_abs(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_ABS, a);
}
static inline lwt_signal *lwt_signal_int_lnot(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_LNOT, a);
}
static inline lwt_signal *lwt_signal_int_add(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_ADD, a, b);
}
static inline lwt_signal *lwt_signal_int_sub(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_SUB, a, b);
}
static inline lwt_signal *lwt_signal_int_mul(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_MUL, a, b);
}
static inline lwt_signal *lwt_signal_int_div(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_DIV, a, b);
}
static inline lwt_signal *lwt_signal_int_mod(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_MOD, a, b);
}
static inline lwt_signal *lwt_signal_int_land(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LAND, a, b);
}
static inline lwt_signal *lwt_signal_int_lor(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LOR, a, b);
}
static inline lwt_signal *lwt_signal_int_lxor(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LXOR, a, b);
}
static inline lwt_signal *lwt_signal_int_lsl(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LSL, a, b);
}
static inline lwt_signal *lwt_signal_int_lsr(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LSR, a, b);
}
static inline lwt_signal *lwt_signal_int_asr(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_ASR, a, b);
}

/* Float */
static inline lwt_signal *lwt_signal_float_zero(void) {
  return lwt_signal_const(LWT_FLOAT(0.0));
}
static inline lwt_signal *lwt_signal_float_one(void) {
  return lwt_signal_const(LWT_FLOAT(1.0));
}
static inline lwt_signal *lwt_signal_float_minus_one(void) {
  return lwt_signal_const(LWT_FLOAT(-1.0));
}
static inline lwt_signal *lwt_signal_float_infinity(void) {
  return lwt_signal_const(LWT_FLOAT(HUGE_VAL));
}
static inline lwt_signal *lwt_signal_float_neg_infinity(void) {
  return lwt_signal_const(LWT_FLOAT(-HUGE_VAL));
}
static inline lwt_signal *lwt_signal_float_max_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_MAX));
}
static inline lwt_signal *lwt_signal_float_min_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_MIN));
}
static inline lwt_signal *lwt_signal_float_epsilon_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_EPSILON));
}
static inline lwt_signal *lwt_signal_float_nan(void) {
  return lwt_signal_const((lwt_value)(uintptr_t)UINT64_C(0x7ff8000000000000));
}
static inline lwt_signal *lwt_signal_float_neg(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_NEG, a);
}
static inline lwt_signal *lwt_signal_float_sqrt(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SQRT, a);
}
static inline lwt_signal *lwt_signal_float_exp(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_EXP, a);
}
static inline lwt_signal *lwt_signal_float_log(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_LOG, a);
}
static inline lwt_signal *lwt_signal_float_log10(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_LOG10, a);
}
static inline lwt_signal *lwt_signal_float_cos(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_COS, a);
}
static inline lwt_signal *lwt_signal_float_sin(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SIN, a);
}
static inline lwt_signal *lwt_signal_float_tan(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TAN, a);
}
static inline lwt_signal *lwt_signal_float_acos(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ACOS, a);
}
static inline lwt_signal *lwt_signal_float_asin(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ASIN, a);
}
static inline lwt_signal *lwt_signal_float_atan(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ATAN, a);
}
static inline lwt_signal *lwt_signal_float_cosh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_COSH, a);
}
static inline lwt_signal *lwt_signal_float_sinh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SINH, a);
}
static inline lwt_signal *lwt_signal_float_tanh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TANH, a);
}
static inline lwt_signal *lwt_signal_float_ceil(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_CEIL, a);
}
static inline lwt_signal *lwt_signal_float_floor(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_FLOOR, a);
}
static inline lwt_signal *lwt_signal_float_abs(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ABS, a);
}
static inline lwt_signal *lwt_signal_float_of_int(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_OF_INT, a);
}
static inline lwt_signal *lwt_signal_float_to_int(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TO_INT, a);
}
static inline lwt_signal *lwt_signal_float_classify(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_CLASSIFY, a);
}
static inline lwt_signal *lwt_signal_float_frexp(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_FREXP, a);
}
static inline lwt_signal *lwt_signal_float_modf(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_MODF, a);
}
static inline lwt_signal *lwt_signal_float_add(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_ADD, a, b);
}
static inline lwt_signal *lwt_signal_float_sub(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_SUB, a, b);
}
static inline lwt_signal *lwt_signal_float_mul(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_MUL, a, b);
}
static inline lwt_signal *lwt_signal_float_div(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_DIV, a, b);
}
static inline lwt_signal *lwt_signal_float_pow(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_POW, a, b);
}
static inline lwt_signal *lwt_signal_float_atan2(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_ATAN2, a, b);
}
static inline lwt_signal *lwt_signal_float_mod(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_MOD, a, b);
}
static inline lwt_signal *lwt_signal_float_ldexp(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_LDEXP, a, b);
}

/* Pair */
static inline lwt_signal *lwt_signal_pair(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_PAIR, a, b);
}
static inline lwt_signal *lwt_signal_pair_fst(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_PAIR_FST, a);
}
static inline lwt_signal *lwt_signal_pair_snd(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_PAIR_SND, a);
}

/* Option */
static inline lwt_signal *lwt_signal_option_none(void) {
  return lwt_signal_const(LWT_NONE);
}

/* Compare, of words as numbers; lwt_signal_compare takes a function. */
static inline lwt_signal *lwt_signal_compare_eq(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_EQ, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_ne(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_NE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_lt(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_LT, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_gt(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_GT, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_le(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_LE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_ge(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_GE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_order(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_COMPARE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_same(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_SAME, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_not_same(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_NOT_SAME, a, b, NULL, NULL, NULL);
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_signal_create(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_create_owned(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_create_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_const(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_const(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_const_owned(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_const_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_with_eq(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_with_eq(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_map(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_map(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_trace(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_trace(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_hold(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_hold(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_app(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_app(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_filter(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_filter(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fmap(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fmap(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_diff(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_diff(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_changes(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_changes(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_sample(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_sample(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_on(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_on(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_dismiss(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_dismiss(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_accum(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_accum(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fold(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fold(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_switch(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_switch(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_bind(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_bind(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fix(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fix(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_merge(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_merge(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l1(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l1(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l2(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l2(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l3(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l3(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l4(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l4(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l5(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l5(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l6(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l6(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_with_finaliser(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_with_finaliser(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_limit(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_limit(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_delay(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_delay(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_map_s(...) \
  lwt_debug_promise(lwt_signal_map_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_filter_s(...) \
  lwt_debug_promise(lwt_signal_filter_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_fmap_s(...) \
  lwt_debug_promise(lwt_signal_fmap_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_app_s(...) \
  lwt_debug_promise(lwt_signal_app_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_run_s(...) \
  lwt_debug_promise(lwt_signal_run_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_bind_s(...) \
  lwt_debug_promise(lwt_signal_bind_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_merge_s(...) \
  lwt_debug_promise(lwt_signal_merge_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l1_s(...) \
  lwt_debug_promise(lwt_signal_l1_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l2_s(...) \
  lwt_debug_promise(lwt_signal_l2_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l3_s(...) \
  lwt_debug_promise(lwt_signal_l3_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l4_s(...) \
  lwt_debug_promise(lwt_signal_l4_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l5_s(...) \
  lwt_debug_promise(lwt_signal_l5_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_l6_s(...) \
  lwt_debug_promise(lwt_signal_l6_s(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_signal_diff_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_diff_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_sample_s(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_sample_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_accum_s(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_accum_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fold_s(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fold_s(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_map_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_map_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_map_p_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_map_p_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_filter_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_filter_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_filter_p_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_filter_p_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fmap_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fmap_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_fmap_p_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_fmap_p_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_app_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_app_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_app_p_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_app_p_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_run_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_run_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_run_p_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_run_p_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_merge_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_merge_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l1_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l1_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l2_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l2_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l3_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l3_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l4_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l4_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l5_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l5_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_l6_s_from(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_l6_s_from(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_op1(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_op1(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_op2(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_op2(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_compare(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_compare(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_bool_edge(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_bool_edge(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_bool_rise(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_bool_rise(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_bool_fall(...) \
  ((struct lwt_event *)lwt_debug_handle(lwt_signal_bool_fall(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_bool_flip(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_bool_flip(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_option_some(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_option_some(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_signal_option_value(...) \
  ((struct lwt_signal *)lwt_debug_handle(lwt_signal_option_value(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_SIGNAL_H */
