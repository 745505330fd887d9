/* Module Lwt_main. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_MAIN_H
#define LWT_MAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A hook of the main loop. A handle of the thread that added it. */
typedef struct lwt_main_hook lwt_main_hook;

/* Runs this thread's scheduler until `p` resolves, and returns its value,
 * which the caller then owns. Consumes `p`.
 *
 * On failure returns LWT_UNIT and sets *exn, which the caller owns; with
 * `exn` NULL the failure is printed, and the process exits with 2, after its
 * exit hooks. Besides what `p` fails with: LWT_STALLED if nothing is left
 * that could resolve it: no timer, descriptor, job, notification, and nobody
 * outside who may still call in; LWT_FAILURE if the loop of this thread is
 * running already; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle;
 * LWT_UNIX_ERROR if the engine can't wait. On success *exn is set to NULL.
 *
 * May be called on any thread, each having a scheduler of its own, and again
 * after it has returned. Manual: `Lwt_main.run`. */
lwt_value lwt_main_run(lwt_t *p, lwt_exn **exn);

/* Runs this thread's scheduler until `p` has resolved, either way. Borrows
 * `p`. Returns LWT_OK once it has; otherwise a kind of error as in
 * lwt_main_run. Manual: `Lwt_main.run`. */
int lwt_main_run_until(const lwt_t *p);

/* Returns a promise that resolves in this turn of the main loop, after what
 * else there is to do. The same as lwt_pause. Manual: `Lwt_main.yield`. */
lwt_t *lwt_main_yield(void);

/* Is the main loop of this thread running? Then lwt_main_run would fail. */
bool lwt_main_is_running(void);

/* Adds an exit hook that is run before those there are: `f(env)` is called,
 * and the promise it returns waited for in a main loop, when the process
 * exits (by exit(3) or the return of main, on the thread that added it) or
 * when the thread ends. Each hook is run once; failures are ignored; hooks
 * that are added meanwhile are run too. `drop_env` is called after it.
 *
 * Returns LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL (`drop_env` is
 * called then). Manual: `Lwt_main.at_exit`. */
int lwt_main_at_exit(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* Adds a hook: `f(env)` is called at the beginning of each turn of the main
 * loop, before events are looked for, before those there are.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
 * thread's scheduler. Manual: `Lwt_main.Enter_iter_hooks.add_first`. */
lwt_main_hook *lwt_main_enter_iter_hooks_add_first(lwt_unit_fn f, void *env,
                                                   lwt_drop_fn drop_env);

/* Adds a hook: `f(env)` is called at the beginning of each turn of the main
 * loop, before events are looked for, after those there are.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
 * thread's scheduler. Manual: `Lwt_main.Enter_iter_hooks.add_last`. */
lwt_main_hook *lwt_main_enter_iter_hooks_add_last(lwt_unit_fn f, void *env,
                                                  lwt_drop_fn drop_env);

/* Removes all those hooks. Their handles stay good for lwt_main_hook_remove.
 * Manual: `Lwt_main.Enter_iter_hooks.remove_all`. */
void lwt_main_enter_iter_hooks_remove_all(void);

/* Adds a hook: `f(env)` is called at the end of each turn of the main loop,
 * before those there are.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
 * thread's scheduler. Manual: `Lwt_main.Leave_iter_hooks.add_first`. */
lwt_main_hook *lwt_main_leave_iter_hooks_add_first(lwt_unit_fn f, void *env,
                                                   lwt_drop_fn drop_env);

/* Adds a hook: `f(env)` is called at the end of each turn of the main loop,
 * after those there are.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Of this
 * thread's scheduler. Manual: `Lwt_main.Leave_iter_hooks.add_last`. */
lwt_main_hook *lwt_main_leave_iter_hooks_add_last(lwt_unit_fn f, void *env,
                                                  lwt_drop_fn drop_env);

/* Removes all those hooks. Their handles stay good for lwt_main_hook_remove.
 * Manual: `Lwt_main.Leave_iter_hooks.remove_all`. */
void lwt_main_leave_iter_hooks_remove_all(void);

/* Adds an exit hook, to be run before those there are: what lwt_main_at_exit
 * does. When and how it is run: see lwt_main_at_exit.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Manual:
 * `Lwt_main.Exit_hooks.add_first`. */
lwt_main_hook *lwt_main_exit_hooks_add_first(lwt_thunk_fn f, void *env,
                                             lwt_drop_fn drop_env);

/* Adds an exit hook, to be run after those there are. When and how it
 * is run: see lwt_main_at_exit.
 *
 * Returns a handle for lwt_main_hook_remove, which the caller may ignore; or
 * NULL if `f` is NULL (`drop_env` is called then) or memory ran out. Manual:
 * `Lwt_main.Exit_hooks.add_last`. */
lwt_main_hook *lwt_main_exit_hooks_add_last(lwt_thunk_fn f, void *env,
                                            lwt_drop_fn drop_env);

/* Removes all exit hooks: none of those that were added is run. Manual:
 * `Lwt_main.Exit_hooks.remove_all`. */
void lwt_main_exit_hooks_remove_all(void);

/* Removes a hook of any of the three lists, and consumes its handle. One
 * that has been run or removed meanwhile is no error.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if the handle is none, or was used
 * before; LWT_WRONG_THREAD. Manual: `Lwt_main.Enter_iter_hooks.remove`. */
int lwt_main_hook_remove(lwt_main_hook *hook);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_main_yield(...) \
  lwt_debug_promise(lwt_main_yield(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_main_enter_iter_hooks_add_first(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_enter_iter_hooks_add_first(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_enter_iter_hooks_add_last(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_enter_iter_hooks_add_last(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_leave_iter_hooks_add_first(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_leave_iter_hooks_add_first(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_leave_iter_hooks_add_last(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_leave_iter_hooks_add_last(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_exit_hooks_add_first(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_exit_hooks_add_first(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_exit_hooks_add_last(...) \
  ((struct lwt_main_hook *)lwt_debug_handle(lwt_main_exit_hooks_add_last(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_MAIN_H */
