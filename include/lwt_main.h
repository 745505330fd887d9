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

/* THE MAIN LOOP. Each thread that uses the library has one of its own. A
 * program that is liblwt's from end to end runs it until its last promise has
 * resolved:
 *
 *     lwt_main_run(serve(), NULL);
 *
 * One that has a loop already, of a toolkit or of its own, lets that drive
 * ours, by one descriptor among the others:
 *
 *     struct pollfd fds[2] = {{lwt_main_fd(), POLLIN, 0}, {mine, POLLIN, 0}};
 *     while (poll(fds, 2, -1) >= 0 && fds[1].revents == 0)
 *       lwt_main_iter(false);
 *
 * THREADS have loops that know nothing of each other; what belongs to a thread
 * is used there alone. By a handle of it others have functions called there
 * (lwt_main_post), or get promises of what those return (lwt_main_run_on):
 *
 *     lwt_main_thread *main_thread = lwt_main_self();   // then another is started
 *     ...
 *     lwt_main_post(main_thread, show, progress, free); // on that one, no answer
 *     lwt_t *p = lwt_main_run_on(main_thread, count, NULL, NULL);  // with one
 *     ...
 *     lwt_main_thread_release(main_thread);
 *
 * Lwt_main.abandon_yielded_and_paused, an old name, is lwt_abandon_paused here,
 * as lwt_main_yield is lwt_pause; and Lwt_unix.run, another, is
 * lwt_main_run. */

/* A hook of the main loop. A handle of the thread that added it. */
typedef struct lwt_main_hook lwt_main_hook;

/* A thread that uses the library. Any thread may use it. */
typedef struct lwt_main_thread lwt_main_thread;

/* Runs this thread's scheduler until `p` resolves, and returns its value,
 * which the caller then owns. Consumes `p`.
 *
 * On failure returns LWT_UNIT and sets *exn, which the caller owns; with `exn`
 * NULL the failure is printed, and the process exits with 2, after its exit
 * hooks. Besides what `p` fails with: LWT_STALLED if nothing is left that could
 * resolve it: no timer, descriptor, job, notification, and nobody outside who
 * may still call in (as long as anybody has a handle of this thread, see
 * lwt_main_self, somebody may); LWT_FAILURE if the loop of this thread is
 * running already; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle;
 * LWT_UNIX_ERROR if the engine can't wait. On success *exn is set to NULL.
 *
 * May be called on any thread, each having a scheduler of its own, and again
 * after it has returned. Manual: `Lwt_main.run`, and its old name
 * `Lwt_unix.run`. */
lwt_value lwt_main_run(lwt_t *p, lwt_exn **exn);

/* Runs this thread's scheduler until `p` has resolved, either way. Borrows
 * `p`. Returns LWT_OK once it has; otherwise a kind of error as in
 * lwt_main_run. Manual: `Lwt_main.run`. */
int lwt_main_run_until(const lwt_t *p);

/* Returns a descriptor for a loop of another library, or of the program's own,
 * that is to drive this thread's scheduler: it is readable whenever there is
 * something to do (a descriptor is ready, a timer due, a job done, a
 * notification or a posted function has come, a promise was paused, a fiber can
 * go on). Otherwise it is not, but for a time or two when what was waited for
 * is given up: an iteration with nothing to do does no harm. Wait for it with
 * poll(2), or hand it to that loop as any other descriptor, level-triggered;
 * when it is readable call lwt_main_iter(false). Nothing else is needed: what
 * the program does with promises between two iterations makes it readable too.
 * Never read from it, and never close it: it is the scheduler's, and the same
 * at each call.
 *
 * It works with the engines "epoll", "io_uring", "poll", "select" and "libev"
 * (those of the first two are built for it), and with lwt_engine_poll_based
 * and lwt_engine_select_based. In the child of a fork it keeps its number.
 *
 * Returns the descriptor, or -1 with errno set: ENOTSUP if the current engine
 * can't be embedded: virtual time, an engine written in C, GLib's
 * (lwt_glib_install), or one whose lwt_engine_libev_loop was asked for (and
 * while this is in use none of these can be made current); EMFILE, ENFILE or
 * ENOMEM. Of this thread. */
int lwt_main_fd(void);

/* One turn of the main loop, with its hooks. If `block`, it waits until there
 * is something to do; otherwise it does what there is, and returns. What that
 * has left to do makes lwt_main_fd readable again.
 *
 * Returns LWT_OK; LWT_FAILURE if the main loop of this thread is running, as
 * in a callback; LWT_STALLED if `block` and nothing is left to wait for;
 * LWT_UNIX_ERROR if the engine can't wait. Of this thread. */
int lwt_main_iter(bool block);

/* Returns in how many seconds lwt_main_iter has to be called next, for a loop
 * that has timers of its own: 0 if there is something to do now, negative if
 * there is no timer. It may be called sooner, and has to be whenever
 * lwt_main_fd is readable: that alone is enough. Of this thread. */
double lwt_main_timeout(void);

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
 * Returns LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL (`drop_env` is called
 * then). Of this thread. Manual: `Lwt_main.at_exit`. */
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
 * Of this thread. Manual: `Lwt_main.Enter_iter_hooks.remove_all`. */
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
 * Of this thread. Manual: `Lwt_main.Leave_iter_hooks.remove_all`. */
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

/* Removes all exit hooks: none of those that were added is run. Of this
 * thread. Manual: `Lwt_main.Exit_hooks.remove_all`. */
void lwt_main_exit_hooks_remove_all(void);

/* Removes a hook of any of the three lists, and consumes its handle. One
 * that has been run or removed meanwhile is no error.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if the handle is none, or was used
 * before; LWT_WRONG_THREAD. Manual: `Lwt_main.Enter_iter_hooks.remove`. */
int lwt_main_hook_remove(lwt_main_hook *hook);

/* Returns a handle of the calling thread, for other threads to post to; the
 * caller owns it (lwt_main_thread_release). NULL if memory ran out. The handles
 * of one thread are equal.
 *
 * As long as anybody holds a handle of a thread somebody may still post to it:
 * its main loop waits for that, and does not fail with LWT_STALLED. So whoever
 * needs no answers any more should release it. (In the child of a fork, handles
 * that other threads of the parent held count on.) */
lwt_main_thread *lwt_main_self(void);

/* One more reference to a handle: returns the same handle, to be released once
 * more; NULL if it is none. On any thread. */
lwt_main_thread *lwt_main_thread_retain(const lwt_main_thread *thread);

/* Gives up a reference to a handle. Does nothing with what is none. On any
 * thread. */
void lwt_main_thread_release(lwt_main_thread *thread);

/* Has the thread ended? In the child of a fork all threads have but the one
 * that forked. True for what is no handle. On any thread. */
bool lwt_main_thread_has_ended(const lwt_main_thread *thread);

/* Calls `f(env)` on that thread, which is borrowed, in a turn of its main loop,
 * and wakes that if it sleeps. What one thread posts to another is called in
 * that order. What `f` raises goes to the async exception hook. Posting to the
 * calling thread itself is no different.
 *
 * Returns LWT_OK. The thread may still end before its loop gets to it: then `f`
 * is not called. Otherwise LWT_INVALID_ARGUMENT if `thread` is no handle or `f`
 * NULL, LWT_CLOSED if the thread has ended. `drop_env` is called once: on that
 * thread, after `f` or when it will not be called; on the calling thread,
 * before this returns, if it fails.
 *
 * On any thread. It takes a lock and allocates: a signal handler uses
 * lwt_unix_send_notification. */
int lwt_main_post(const lwt_main_thread *thread, lwt_unit_fn f, void *env,
                  lwt_drop_fn drop_env);

/* Calls `f(env)` on that thread, which is borrowed, in a turn of its main loop,
 * and returns a promise here, the caller's, that resolves as the one that `f`
 * returns there: a promise of one scheduler, awaited on another.
 *
 * The value's word is copied. An owned value moves here (as lwt_take moves it),
 * so its drop function must be one that any thread may call, and nothing there
 * may use it any more. Values that are handles of that thread are of no use
 * here, but for promises: see lwt_main_import.
 *
 * Cancelling the promise loses nothing: `f` is not called if it was not yet,
 * and otherwise the promise of `f` is cancelled there; the promise here
 * resolves when that one has. While it is pending the main loop here does not
 * fail with LWT_STALLED.
 *
 * It fails with what `f` raises or its promise fails with; with
 * LWT_INVALID_ARGUMENT if `thread` is no handle or `f` NULL; with LWT_CLOSED if
 * the thread has ended, or ends before that promise has resolved; with
 * LWT_FORKED in the child of lwt_unix_fork, unless it is the thread that
 * forked. `drop_env` is called once: on that thread, after `f` or when it will
 * not be called; or here, if the call fails. On any thread. */
lwt_t *lwt_main_run_on(const lwt_main_thread *thread, lwt_thunk_fn f, void *env,
                       lwt_drop_fn drop_env);

/* A promise here, the caller's, that resolves as `p` does, which may be of any
 * thread: `p`, of which the caller has a reference, is consumed (on its own
 * thread, when the request gets there). Of a promise of the calling thread it
 * is that one. For values, cancelling, and the end of that thread see
 * lwt_main_run_on: there `p` would be what `f` returns.
 *
 * Fails with what `p` fails with; with LWT_INVALID_ARGUMENT if `p` is no
 * promise, or was released before the request got there; with LWT_CLOSED and
 * LWT_FORKED as lwt_main_run_on. On any thread. */
lwt_t *lwt_main_import(lwt_t *p);

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
#define lwt_main_self(...) \
  ((struct lwt_main_thread *)lwt_debug_handle(lwt_main_self(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_main_run_on(...) \
  lwt_debug_promise(lwt_main_run_on(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_main_import(...) \
  lwt_debug_promise(lwt_main_import(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_MAIN_H */
