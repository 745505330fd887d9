/* Module Lwt, for bindings of other languages. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_BINDING_H
#define LWT_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BINDINGS. What a binding of another runtime needs, besides the functions that
 * it binds. Not in the manual.
 *
 * THE LOOP of the runtime drives ours: it polls lwt_main_fd, and calls
 * lwt_main_iter(false) when that is readable (lwt_main.h). No thread is
 * needed.
 *
 * PROMISES become those of the runtime without a callback. Each is watched,
 * with a token by which the binding knows its own, and after each iteration
 * those that have resolved are taken, many at a time:
 *
 *     static char key;   // its address is a key that nobody else has
 *     ...
 *     lwt_binding_watch(lwt_unix_sleep(0.1), &key, token);
 *     ...
 *     lwt_main_iter(false);
 *     struct lwt_binding_completion done[64];
 *     size_t n;
 *     do {
 *       n = lwt_binding_drain(&key, done, 64);
 *       for (size_t i = 0; i < n; i++) settle(done[i].token, &done[i]);
 *     } while (n == 64);
 *
 * The other way round, a promise that the runtime resolves is one of lwt_wait
 * or, if it can be cancelled, lwt_task: its wakener is the runtime's.
 *
 * CALLBACKS need no code made at run time: one function for all, which finds
 * what to call by its environment, a number in a table of the binding's, and
 * one drop function, which takes it out of that table.
 *
 * FINALISERS run anywhere, at any time: they call lwt_release_anywhere (lwt.h),
 * which takes any handle, on any thread; the handle is given up in the next
 * turn of its owner's main loop. A handle that is stale, or whose thread has
 * ended, is nothing to give up.
 *
 * A LOCK of the runtime's (a global interpreter lock) is let go while the main
 * loop waits, by hooks of the thread:
 *
 *     static void let_go(void *env) { runtime_unlock(env); }
 *     static void take(void *env) { runtime_lock(env); }
 *     ...
 *     struct lwt_binding_hooks hooks = {sizeof hooks, runtime, let_go, take, NULL, NULL, NULL};
 *     lwt_binding_install(&hooks);
 *
 * In the same table are functions that are called around each call of a
 * function of the program's (callbacks, drop functions, bodies of fibers, and
 * also a few of the library's own), for a runtime that has a frame or a scope
 * for each call from C, and when a fiber begins to run, is suspended, or ends.
 * While a hook is installed, callbacks take a longer way. Functions of jobs run
 * on worker threads, and know nothing of hooks.
 *
 * A COLLECTOR that scans stacks learns where those of fibers are from
 * lwt_binding_stacks. */

/* Events of a fiber. */
typedef enum lwt_binding_fiber_event {
  /* It is about to run, for the first time or again. */
  LWT_BINDING_RESUME = 0,
  /* It has stopped running, and is suspended. */
  LWT_BINDING_SUSPEND = 1,
  /* It is gone, with its stack: it has come to its end, was cancelled before it
   * began, or never will be resumed. Its number may come again. */
  LWT_BINDING_END = 2,
} lwt_binding_fiber_event;

/* What has become of a promise that was watched. */
typedef struct lwt_binding_completion {
  /* What lwt_binding_watch was given. */
  void *token;
  /* The value, yours, as lwt_take moves it out; `LWT_UNIT` if the promise has
   * failed. */
  lwt_value value;
  /* The value's drop function; NULL for a plain word. */
  lwt_drop_fn drop;
  /* What it has failed with, yours (lwt_exn_release); NULL if it has not. */
  lwt_exn *exn;
} lwt_binding_completion;

/* Functions of a runtime, each of which may be NULL, and their environment. */
typedef struct lwt_binding_hooks {
  /* sizeof(struct lwt_binding_hooks), so that later versions can have more. */
  size_t size;
  /* For all functions. */
  void *env;
  /* The main loop is about to wait: the place to let go of a lock of the
   * runtime's. It must not call the library. */
  void (*before_wait)(void *env);
  /* It has waited: the place to take that lock again. It must not call the
   * library. */
  void (*after_wait)(void *env);
  /* A function of the program's is about to be called. */
  void (*enter)(void *env);
  /* It has returned. Within one enter and its leave there may be others. */
  void (*leave)(void *env);
  /* One of lwt_binding_fiber_event has come about; `fiber` is the number of the
   * fiber (lwt_binding_stack), never 0. It is called on the stack of the main
   * loop. */
  void (*fiber)(int event, uint64_t fiber, void *env);
} lwt_binding_hooks;

/* A stack of the calling thread. */
typedef struct lwt_binding_stack {
  /* The number of the fiber, as long as that lives; 0: the thread's own
   * stack. */
  uint64_t fiber;
  /* The lowest address of what is in use: all that the compiler keeps in
   * registers over a switch is above it, too. Of the stack that runs, the
   * place of this call. */
  const void *low;
  /* The end of what is in use. NULL: it is not known, for the thread's own
   * stack is not the one that the system gave it. */
  const void *high;
  /* Is it the one that runs, on which the caller is? */
  bool runs;
} lwt_binding_stack;

/* Watches a promise, which is consumed: once it has resolved, `token` comes out
 * of lwt_binding_drain, with what became of it, and until then the promise is
 * kept. The token is yours: an address, or a number. `key` is an address of
 * yours, of a static variable for instance: several bindings on one thread
 * drain what is theirs. The order is that of callbacks; a promise that has
 * resolved already is there at once. One that nothing can resolve any more
 * comes as failed with LWT_ABANDONED.
 *
 * To cancel it keep a reference of your own (lwt_retain, before), and release
 * that when the token has come: the value has been moved out of the promise
 * then.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_OUT_OF_MEMORY: no token comes then. On the promise's thread. What is
 * still watched when the thread ends is forgotten, with its token. */
int lwt_binding_watch(lwt_t *p, const void *key, void *token);

/* Takes what has become of up to `max` promises that were watched under this
 * key and have resolved since, the first first, into the array at
 * `completions`.
 *
 * Returns how many: where it is `max` there may be more. All that is stored is
 * yours: values (by their drop functions, or as you know them) and exceptions
 * (lwt_exn_release). Calls none of your functions. 0 if `completions` is
 * NULL.
 *
 * When something has come since, lwt_main_iter does not wait, and what comes
 * outside of it makes lwt_main_fd readable. So whoever drives the main loop
 * drains, until nothing is left, after each lwt_main_iter, and needs nothing
 * else; within lwt_main_run it is done in a hook
 * (lwt_main_leave_iter_hooks_add_last).
 *
 * Where several bindings share a thread, each drains in every turn, whoever
 * drives it: in such a hook. What came for a binding is told to the loop once
 * more when another one has drained its own; that may not be the loop of the
 * binding that it came for, and the descriptor does not stay readable for one
 * that never drains. Of this thread. */
size_t lwt_binding_drain(const void *key,
                         struct lwt_binding_completion *completions,
                         size_t max);

/* Has these functions called on this thread from now on, instead of those
 * before; NULL: none. The table is copied; what it points to has to last. Its
 * size may be that of an older or a newer version: functions that this one does
 * not know are not called.
 *
 * Callbacks that run when it is called are not left by functions that have not
 * seen them enter. What a hook itself calls is told to none; what it raises
 * (lwt_raise) goes to the async exception hook.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if the table's size is too small, or
 * LWT_OUT_OF_MEMORY, and those before stay. On any thread, for that thread. */
int lwt_binding_install(const struct lwt_binding_hooks *hooks);

/* Tells where the stacks of the calling thread are: into the array at `stacks`,
 * for up to `max` of them, the thread's own first, then those of its fibers
 * that have not ended. For collectors that look for their references on stacks:
 * those between `low` and `high`, `low` included. A fiber's stack holds the
 * environment of its function, too.
 *
 * Returns how many there are; call it with 0 to know how much room to make. It
 * allocates nothing, but for the first call of a thread. On any thread, for
 * that thread. Registers of the caller are the caller's to look at. */
size_t lwt_binding_stacks(struct lwt_binding_stack *stacks, size_t max);

/* Tells the stack of the fiber that runs, in `*stack`. False, and nothing is
 * written: the caller is not on a fiber. On any thread. */
bool lwt_binding_current_stack(struct lwt_binding_stack *stack);

/* Keeps `data` with this thread under a key, which is an address of yours, of a
 * static variable for instance. What was there is dropped by its `drop_data`;
 * NULL without `drop_data` is nothing. When the thread ends, after its exit
 * hooks and while its handles are still good, all `drop_data` are called on it,
 * the last key first.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if `key` is NULL, or LWT_OUT_OF_MEMORY,
 * and `data` is dropped. On any thread, for that thread. */
int lwt_binding_set_data(const void *key, void *data, lwt_drop_fn drop_data);

/* What lwt_binding_set_data has put under this key on this thread, borrowed;
 * NULL if there is nothing. On any thread, for that thread. */
lwt_value lwt_binding_data(const void *key);

#ifdef __cplusplus
}
#endif

#endif /* LWT_BINDING_H */
