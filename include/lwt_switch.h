/* Module Lwt_switch. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SWITCH_H
#define LWT_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* SWITCHES and SCOPES: clean-up, and work that does not outlive its owner.
 *
 * A switch is on until it is turned off, and then runs its hooks, which give up
 * what was acquired under it. Functions that acquire something take a switch,
 * or NULL for none, and add a hook to it (`Lwt_switch`).
 *
 * A scope is a switch that belongs to a function, its body. What is started in
 * it by lwt_switch_start can't outlive it:
 *
 *     static lwt_t *serve(const lwt_switch *scope, void *env) {
 *       lwt_release(lwt_switch_start(scope, heartbeat, env, NULL));
 *       return answer_requests(env);
 *     }
 *     ...
 *     return lwt_switch_run(serve, env, NULL);
 *
 * A scope ends when its body has ended, when something started in it fails,
 * when it is cancelled (lwt_switch_cancel, or lwt_cancel of its promise), or
 * when its time is over. Then all that was started in it, scopes within it
 * included, is cancelled and awaited, the body too, and then its hooks run and
 * are awaited; only then does its promise resolve. What ignores being cancelled
 * is awaited all the same. Why a scope ended is told by lwt_switch_reason.
 *
 * The result of a scope is its first failure in time that is not LWT_CANCELED:
 * of the body, of what was started inside, of a hook, the reason given to
 * lwt_switch_cancel, LWT_TIMEOUT at the deadline. If there is none, the result
 * is that of the body. So one child can be cancelled without ending the scope,
 * and a body that intercepts its being cancelled decides what is told.
 *
 * The scope in which code runs is current for it and for the callbacks that it
 * attaches (it is kept in sequence-local storage): NULL stands for it in
 * lwt_switch_start, and a scope that is opened there is inside of it: it is
 * cancelled and awaited with it, while its failures are told to whoever has its
 * promise. In a scope that is ending nothing can be started, but scopes can be
 * opened: cleaning up may need a deadline of its own.
 *
 * A scope is current for its hooks, too, though it is ending then.
 *
 * A fiber (lwt_spawn) is in the scope in which it was spawned, for as long as
 * it runs: that is all of the storage that it begins with. The scope cancels
 * and awaits it only as a child, though, that is, if it is spawned in
 * lwt_switch_start, or awaited by the body. One that outlives its scope finds
 * that one ended: lwt_switch_start fails with LWT_OFF there.
 *
 * A promise that nothing can resolve any more, as its wakener was forgotten, is
 * not waited for. A switch whose handles are all released lives on while
 * something that was started in it is pending; hooks that never ran are then
 * dropped.
 *
 * Not in the manual. */

/* A switch, `Lwt_switch.t`, or a scope. A handle of the thread that made it. */
typedef struct lwt_switch lwt_switch;

/* The body of a scope, which borrows its scope. */
typedef lwt_t *(*lwt_switch_fn)(const lwt_switch *scope, void *env);

/* Returns a switch that is on, `Lwt_switch.create`, owned by the caller:
 * lwt_switch_release. NULL: out of memory. On any thread, whose it then is. */
lwt_switch *lwt_switch_create(void);

/* One more reference to the same switch, owned by the caller. NULL: it is not
 * a switch of this thread. */
lwt_switch *lwt_switch_retain(const lwt_switch *sw);

/* Gives up a reference; that turns nothing off. Does nothing if the handle is
 * bad. */
void lwt_switch_release(lwt_switch *sw);

/* Is the switch on, `Lwt_switch.is_on`? False for a bad handle. */
bool lwt_switch_is_on(const lwt_switch *sw);

/* Returns LWT_OK if the switch is on, or `sw` is NULL, and else LWT_OFF,
 * `Lwt_switch.check`; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad
 * handle. */
int lwt_switch_check(const lwt_switch *sw);

/* Has `hook(env)` called when the switch is turned off, `Lwt_switch.add_hook`.
 * The promise that it returns is awaited then. Does nothing, and drops the
 * environment, if `sw` is NULL.
 *
 * Borrows `sw`, consumes `env`: `drop_env` runs after the call, or when it will
 * never come. Returns LWT_OK; LWT_OFF if it is off; LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_INVALID_ARGUMENT if `hook` is NULL. On
 * the switch's thread. */
int lwt_switch_add_hook(const lwt_switch *sw, lwt_thunk_fn hook, void *env,
                        lwt_drop_fn drop_env);

/* As lwt_switch_add_hook, but if the switch is off, `hook` is called now and
 * its promise returned, `Lwt_switch.add_hook_or_exec`. Else the result is a
 * promise of LWT_UNIT that is fulfilled. It fails as the hook's does, and with
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. */
lwt_t *lwt_switch_add_hook_or_exec(const lwt_switch *sw, lwt_thunk_fn hook,
                                   void *env, lwt_drop_fn drop_env);

/* Turns the switch off, `Lwt_switch.turn_off`: what was started in it is
 * cancelled and awaited, then all hooks are called, the one added last first,
 * and awaited. If nothing was started in it they are called before this
 * returns. The body of a scope goes on; it is likely to be the caller.
 *
 * Borrows `sw`. Returns a promise of LWT_UNIT, which fails as the first hook
 * that does, else as the first that was started in it and failed other than by
 * being cancelled, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. Of a
 * switch that is off already it is fulfilled at once, even if hooks are still
 * running. On the switch's thread. */
lwt_t *lwt_switch_turn_off(const lwt_switch *sw);

/* Calls `f(switch, env)` with a new switch, and turns that off when the promise
 * of `f` resolves, either way, `Lwt_switch.with_switch`. The result is the
 * promise's of `f`, unless turning it off fails: then it is that failure.
 *
 * `f` borrows the switch; `drop_env` runs once, after `f` has returned. Fails
 * also with LWT_INVALID_ARGUMENT if `f` is NULL, and LWT_OUT_OF_MEMORY. On any
 * thread. */
lwt_t *lwt_switch_with_switch(lwt_switch_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Opens a scope inside of the current one, calls `f(scope, env)`, and ends it
 * when the promise of `f` resolves, or earlier, as is told above. Cancelling
 * the result ends the scope. If `f` returns a promise that is resolved, and has
 * neither started anything nor added a hook, that is the result.
 *
 * `f` borrows the scope, whose handle is good until it has ended; `drop_env`
 * runs once, after `f` has returned. Fails as is told above, and with
 * LWT_INVALID_ARGUMENT if `f` is NULL, and LWT_OUT_OF_MEMORY. On any thread. */
lwt_t *lwt_switch_run(lwt_switch_fn f, void *env, lwt_drop_fn drop_env);

/* As lwt_switch_run, with a deadline so many seconds after this call, at which
 * the scope ends with LWT_TIMEOUT; `f` may set another. Zero or less: in the
 * next turn of the main loop; infinity: none. Fails also with
 * LWT_INVALID_ARGUMENT if `seconds` is not a number; `f` is not called then. */
lwt_t *lwt_switch_run_for(double seconds, lwt_switch_fn f, void *env,
                          lwt_drop_fn drop_env);

/* Calls `f(env)` inside of a scope or switch, which from then on has the
 * promise that `f` returns as a child: it is cancelled and awaited when the
 * scope ends, and ends it if it fails other than by being cancelled. Returns
 * that promise, for the caller to use or to release.
 *
 * Borrows `sw`; NULL: the current scope. `drop_env` runs once, after `f` has
 * returned, or when it is not called. The result fails as `f`'s, with LWT_OFF
 * if it is off, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_INVALID_ARGUMENT if there is no current scope or `f` is NULL. On the
 * switch's thread. */
lwt_t *lwt_switch_start(const lwt_switch *sw, lwt_thunk_fn f, void *env,
                        lwt_drop_fn drop_env);

/* As lwt_switch_start, for a promise that there is already. Consumes `p`, and
 * returns it. If the switch is off, `p` is cancelled, and the result failed
 * with LWT_OFF. A scope that is given its own promise, or one that waits for
 * that, waits for itself, and never ends. */
lwt_t *lwt_switch_adopt(const lwt_switch *sw, lwt_t *p);

/* Ends a scope or switch: all that was started in it is cancelled, a scope's
 * body too. `reason`, consumed, is the scope's failure unless it has one
 * already or is of kind LWT_CANCELED, and what lwt_switch_reason tells. NULL
 * stands for a cancellation. A second time it cancels what is left, and the
 * first reason counts.
 *
 * Borrows `sw`; NULL: the current scope. Returns LWT_OK, LWT_INVALID_ARGUMENT
 * (a bad handle, or no current scope, or `reason` is no exception) or
 * LWT_WRONG_THREAD. On the switch's thread. */
int lwt_switch_cancel(const lwt_switch *sw, lwt_exn *reason);

/* Why a scope or switch has ended, borrowed from it: what lwt_switch_cancel was
 * given, LWT_TIMEOUT, the failure of its body or of what was started in it,
 * LWT_CANCELED; LWT_OFF if it was turned off or its body just ended. NULL while
 * it is on, and for a bad handle. What is cancelled can so tell why. `sw` NULL:
 * the current scope. On the switch's thread. */
const lwt_exn *lwt_switch_reason(const lwt_switch *sw);

/* The scope that is current, owned by the caller: lwt_switch_release. NULL:
 * there is none, or memory ran out. */
lwt_switch *lwt_switch_current(void);

/* The scope or switch ends with LWT_TIMEOUT so many seconds from now, instead
 * of at another time that was set before. Zero or less: in the next turn of the
 * main loop; infinity: never. Does nothing if it is ending.
 *
 * Borrows `sw`; NULL: the current scope. Returns LWT_OK, LWT_INVALID_ARGUMENT
 * (also if `seconds` is not a number) or LWT_WRONG_THREAD. On the switch's
 * thread. */
int lwt_switch_set_deadline(const lwt_switch *sw, double seconds);

/* How many seconds are left until the deadline of the scope, or of one around
 * it if that is earlier. Infinity: there is none, or the handle is bad. `sw`
 * NULL: the current scope. On the switch's thread. */
double lwt_switch_time_left(const lwt_switch *sw);

/* Calls `f(env)` in a scope with a deadline. The result is that of the promise
 * that `f` returns, or a failure with LWT_TIMEOUT: when `seconds` seconds have
 * passed the promise, and what was started in the scope, is cancelled, and the
 * result told when it has ended. That is the difference to
 * lwt_unix_with_timeout, which waits for nothing. If the promise of `f` is
 * resolved, it is the result, and no timer is made.
 *
 * For the rest as lwt_switch_run_for. */
lwt_t *lwt_with_timeout(double seconds, lwt_thunk_fn f, void *env,
                        lwt_drop_fn drop_env);

/* The outcome, value or failure, of the first of some promises that resolves,
 * told when the others, which are then cancelled, have resolved too. If several
 * are resolved at the call, the first of them in the array counts. What the
 * others fail with, or return in spite of being cancelled, is dropped.
 *
 * Consumes the `n` promises, not the array. Cancelling the result cancels all.
 * Fails also with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_INVALID_ARGUMENT if `n` is 0, and LWT_OUT_OF_MEMORY. On the promises'
 * thread. */
lwt_t *lwt_race(lwt_t *const *promises, size_t n);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_switch_create(...) \
  ((struct lwt_switch *)lwt_debug_handle(lwt_switch_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_switch_add_hook_or_exec(...) \
  lwt_debug_promise(lwt_switch_add_hook_or_exec(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_turn_off(...) \
  lwt_debug_promise(lwt_switch_turn_off(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_with_switch(...) \
  lwt_debug_promise(lwt_switch_with_switch(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_run(...) \
  lwt_debug_promise(lwt_switch_run(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_run_for(...) \
  lwt_debug_promise(lwt_switch_run_for(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_start(...) \
  lwt_debug_promise(lwt_switch_start(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_adopt(...) \
  lwt_debug_promise(lwt_switch_adopt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_switch_current(...) \
  ((struct lwt_switch *)lwt_debug_handle(lwt_switch_current(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_with_timeout(...) \
  lwt_debug_promise(lwt_with_timeout(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_race(...) \
  lwt_debug_promise(lwt_race(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_SWITCH_H */
