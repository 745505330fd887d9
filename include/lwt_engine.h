/* Module Lwt_engine. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_ENGINE_H
#define LWT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ENGINES wait for descriptors on behalf of the main loop. A program that has
 * promises seldom needs them: this header is for the glue to other libraries
 * (plain callbacks on descriptors and timers), for a loop of your own
 * (lwt_engine_new), and for tests. A test in virtual time waits for nothing:
 *
 *     lwt_engine *sim = lwt_engine_sim(7);    // the seed
 *     lwt_engine_set(sim, true, true);
 *     lwt_engine_release(sim);
 *     lwt_main_run(lwt_unix_sleep(3600), NULL); // returns at once
 *     assert(lwt_engine_now() == 3600);
 *
 * Another seed gives another order where Lwt leaves one open; the same seed
 * gives the same run again. */

/* An event: a function that is called when a descriptor is ready or a timer
 * due. A handle of the thread that made it. */
typedef struct lwt_engine_event lwt_engine_event;

/* An engine: a way to wait, with the events that are registered with it. A
 * handle of the thread that made it. */
typedef struct lwt_engine lwt_engine;

struct lwt_engine_ops;
struct lwt_engine_poll_fd;

/* What an event calls. `event` is the handle that the event was made with,
 * so that the function can stop it. */
typedef void (*lwt_engine_event_fn)(lwt_engine_event *event, void *env);

/* What an engine written in C calls, with the argument it was given, to
 * report that a descriptor is ready or a timer due. It returns at once: what
 * waits is called after `iter` has returned. */
typedef void (*lwt_engine_ready_fn)(void *arg);

/* What waits in the manner of poll(2), for lwt_engine_poll_based: changes the
 * `n` entries of `fds`, each of which asks for one descriptor, to what is
 * ready. Waits for `timeout` seconds at most; negative: until something is
 * ready. Returns a number that is not negative, or -1 with errno set. */
typedef int (*lwt_engine_poll_fn)(struct lwt_engine_poll_fd *fds, size_t n,
             double timeout, void *env);

/* What waits in the manner of select(2), for lwt_engine_select_based: changes
 * the two sets to what is ready. Waits for `timeout` seconds at most;
 * negative: until something is ready. Returns a number that is not negative,
 * or -1 with errno set. */
typedef int (*lwt_engine_select_fn)(int nfds, fd_set *readfds, fd_set *writefds,
             double timeout, void *env);

/* An engine written in C: the operations of Lwt's engine class. All are
 * called on the thread of lwt_engine_new, with the `engine` given there.
 *
 * The engine waits for descriptors, level-triggered, and for one timer at a
 * time. Wake-ups from other threads come through a descriptor that the
 * library registers as readable. */
typedef struct lwt_engine_ops {
  /* sizeof(struct lwt_engine_ops), so that it can grow. */
  size_t size;
  /* What lwt_engine_id tells; NULL: "custom". Copied. */
  const char *name;
  /* One turn: reports what is ready. If `block`, waits until something is,
   * or a signal comes. */
  void (*iter)(void *engine, bool block);
  /* Frees the engine, after all has been unregistered. May be NULL. */
  void (*cleanup)(void *engine);
  /* Has `ready(arg)` called each time that reading from `fd` would not
   * block. Returns what `unregister` takes, or NULL if it can't be done. */
  void *(*register_readable)(void *engine,
                             int fd,
                             lwt_engine_ready_fn ready,
                             void *arg);
  /* The same for writing. */
  void *(*register_writable)(void *engine,
                             int fd,
                             lwt_engine_ready_fn ready,
                             void *arg);
  /* Has `ready(arg)` called after `delay` seconds, and every `delay`
   * seconds if `repeat`. Returns what `unregister` takes, or NULL. */
  void *(*register_timer)(void *engine,
                          double delay,
                          bool repeat,
                          lwt_engine_ready_fn ready,
                          void *arg);
  /* Ends a registration; called once for each. `arg` is not used any more. */
  void (*unregister)(void *engine, void *registration);
  /* Does the engine deliver this signal itself? NULL: none. */
  bool (*forwards_signal)(void *engine, int signal);
  /* In the child of a fork, before everything is registered anew. May be
   * NULL. */
  void (*fork)(void *engine);
} lwt_engine_ops;

/* What a function in the manner of poll is told of a descriptor, and tells. */
typedef struct lwt_engine_poll_fd {
  /* The descriptor. */
  int fd;
  /* In: is it to be waited for until it is readable? Out: is it? */
  bool read;
  /* The same for writing. */
  bool write;
} lwt_engine_poll_fd;

/* One look for events. If `block`, waits until there is one, or a timer is
 * due; otherwise only looks. May be called with no main loop running, or
 * inside of one.
 *
 * Returns LWT_OK; LWT_STALLED if `block` and there is nothing to wait for;
 * LWT_FAILURE if called by an engine that waits; LWT_UNIX_ERROR if the engine
 * can't wait. Of this thread's scheduler. Manual: `Lwt_engine.iter`. */
int lwt_engine_iter(bool block);

/* Has `f(event, env)` called each time that reading from `fd` would not
 * block, until the event is stopped. If `fd` is closed meanwhile, `f` is
 * called once more, so that it finds the error.
 *
 * Returns the event, or NULL with errno set: EINVAL if `f` is NULL, EBADF if
 * `fd` is no descriptor, ERANGE if it is too great for select, EMFILE or ENFILE
 * if the engine has none left for itself, ENOMEM. `drop_env` is called when the
 * event has been stopped, or could not be made. Of this thread's scheduler.
 * Manual: `Lwt_engine.on_readable`. */
lwt_engine_event *lwt_engine_on_readable(int fd, lwt_engine_event_fn f,
                                         void *env, lwt_drop_fn drop_env);

/* The same for writing to `fd`. Manual: `Lwt_engine.on_writable`. */
lwt_engine_event *lwt_engine_on_writable(int fd, lwt_engine_event_fn f,
                                         void *env, lwt_drop_fn drop_env);

/* Has `f(event, env)` called after `delay` seconds, never earlier, and if
 * `repeat` every `delay` seconds: each time counted from the call before, so
 * that it drifts and never has to catch up. Zero or negative: in the next
 * turn. Infinite: never.
 *
 * Returns the event, which is to be stopped also if it has been called once
 * and for all, or NULL with errno set: EINVAL if `f` is NULL or `delay` is not
 * a number, ENOMEM. `drop_env` is called when the event has been stopped, or
 * could not be made. Of this thread's scheduler. Manual:
 * `Lwt_engine.on_timer`. */
lwt_engine_event *lwt_engine_on_timer(double delay, bool repeat,
                                      lwt_engine_event_fn f, void *env,
                                      lwt_drop_fn drop_env);

/* Stops an event, and consumes its handle: its function is not called any
 * more. May be called by that function itself. A second time it returns
 * LWT_INVALID_ARGUMENT and does nothing.
 *
 * Returns LWT_OK, LWT_INVALID_ARGUMENT, or LWT_WRONG_THREAD. Manual:
 * `Lwt_engine.stop_event`. */
int lwt_engine_stop_event(lwt_engine_event *event);

/* Returns an event that is never called, and does nothing when it is stopped;
 * NULL if memory ran out. Manual: `Lwt_engine.fake_event`. */
lwt_engine_event *lwt_engine_fake_event(void);

/* Calls all that waits for `fd`, first for reading, then for writing, as if it
 * were ready. Of this thread's scheduler. Manual: `Lwt_engine.fake_io`. */
void lwt_engine_fake_io(int fd);

/* Returns how many events wait for reading in the current engine. Of this
 * thread's scheduler. Manual: `Lwt_engine.readable_count`. */
size_t lwt_engine_readable_count(void);

/* Returns how many events wait for writing in the current engine. Of this
 * thread's scheduler. Manual: `Lwt_engine.writable_count`. */
size_t lwt_engine_writable_count(void);

/* Returns how many timers there are: promises that sleep, and events of
 * lwt_engine_on_timer, which count until they are stopped. Of this thread's
 * scheduler. Manual: `Lwt_engine.timer_count`. */
size_t lwt_engine_timer_count(void);

/* Returns a built-in engine by its name:
 *
 * - "epoll": the default.
 * - "poll".
 * - "select": descriptors below FD_SETSIZE (1024) only; a greater one is
 *   refused with ERANGE, by lwt_engine_on_readable or by lwt_engine_set.
 * - "io_uring": descriptors are waited for by poll requests in a ring. Never
 *   with a polling thread of the kernel.
 * - "libev", or "libev:epoll", "libev:poll", "libev:select" and so on with the
 *   backend: libev.so.4, which is loaded when it is first asked for.
 * - "sim", or "sim:7" with the seed: that of lwt_engine_sim.
 *
 * The environment variable LWT_ENGINE takes the same names, for the engine
 * that every thread starts with. Where it names what can't be had, that is
 * epoll, and a line on standard error says so, once; lwt_engine_id tells which
 * it is.
 *
 * NULL with errno set: EINVAL for any other name; ENOENT if libev is not
 * installed, ENOSYS if it lacks that backend; ENOSYS or EPERM if the kernel
 * has no io_uring that will do or forbids it, as in many containers; EMFILE or
 * ENFILE if the engine found no descriptor for itself; ENOMEM. The caller owns
 * it. Of this thread. Manual: the engines of `Lwt_engine`. */
lwt_engine *lwt_engine_new_builtin(const char *name);

/* Returns the engine of a deterministic simulation, for tests. It is a
 * simulation while it is the current one: virtual time begins with 0 when
 * lwt_engine_set makes it current, and timers that there are by then keep what
 * is left of theirs. The environment variable LWT_ENGINE=sim, or sim:7 with
 * the seed, starts every thread with it.
 *
 * When there is nothing to do, time jumps to the next timer: no sleep takes
 * real time. Where Lwt leaves an order open, numbers drawn from `seed` choose
 * it: among descriptors that are ready at the same time, and whether all of
 * them are reported in one turn; which of the jobs (lwt_unix_run_job,
 * lwt_preemptive_detach) comes back first, and when; which of several
 * resolved promises lwt_choose takes. What has an order keeps it: timers of
 * equal deadlines, callbacks of one promise, notifications. The same seed
 * gives the same run, as far as nothing outside of the thread interferes.
 *
 * - A turn of the main loop in which there is something to do takes a virtual
 *   microsecond; otherwise the clock (lwt_engine_now) stands at the deadline
 *   of the timer that fired last.
 * - Jobs are run by their workers, and take no virtual time: before each turn
 *   the loop waits until they are done, or wait for it in
 *   lwt_preemptive_run_in_main. One that takes a real second, maybe since it
 *   waits for this loop in a way of its own, is left alone from then on: when
 *   its result comes is not the seed's choice.
 * - Descriptors are looked at, not waited for, before time jumps. Pipes and
 *   sockets of which the program holds both ends behave; what another process
 *   or a network sends may come after any timer. Only when there is no timer
 *   the loop waits in real time, as it does for signals, for the notifications
 *   of other threads, and for what they post.
 * - Blocking calls and clocks of the system are as ever.
 *
 * Returns NULL with errno ENOMEM; otherwise the caller owns it. Of this
 * thread. */
lwt_engine *lwt_engine_sim(uint64_t seed);

/* Is the current engine of this thread that of a simulation? If so, stores
 * its seed in `*seed`, which may be NULL. */
bool lwt_engine_sim_seed(uint64_t *seed);

/* Returns the time by which the timers of this thread go, in seconds: virtual
 * time in a simulation, else CLOCK_MONOTONIC. */
double lwt_engine_now(void);

/* Returns an engine written in C. `ops` is copied; `engine` is handed to its
 * functions, and `cleanup` called when the last handle is gone and the engine
 * is not in use. An engine of this sort may know sources of its own, so the
 * main loop never fails with LWT_STALLED while it is current.
 *
 * NULL with errno set: EINVAL if `ops` is NULL, is of another size, or lacks
 * one of iter, register_readable, register_writable, register_timer and
 * unregister; ENOMEM. Manual: `Lwt_engine.abstract`. */
lwt_engine *lwt_engine_new(const struct lwt_engine_ops *ops, void *engine);

/* Returns an engine that waits by one function in the manner of poll(2).
 * `name` is what lwt_engine_id tells, and is copied. If `poll` fails with
 * EINTR nothing was ready; with EBADF, those that are no descriptors any more
 * are reported as ready, so that what is done with them finds the error; any
 * other error is one of the main loop, LWT_UNIX_ERROR. It must not look for
 * events itself.
 *
 * NULL with errno set: EINVAL if `name` or `poll` is NULL, ENOMEM. `drop_env`
 * is called when the last handle is gone and the engine is not in use, or if
 * it could not be made. Of this thread. Manual: `Lwt_engine.poll_based`. */
lwt_engine *lwt_engine_poll_based(const char *name, lwt_engine_poll_fn poll,
                                  void *env, lwt_drop_fn drop_env);

/* Returns an engine that waits by one function in the manner of select(2), and
 * so only for descriptors below FD_SETSIZE. All else is as with
 * lwt_engine_poll_based. Manual: `Lwt_engine.select_based`. */
lwt_engine *lwt_engine_select_based(const char *name,
                                    lwt_engine_select_fn select, void *env,
                                    lwt_drop_fn drop_env);

/* Returns the `struct ev_loop *` of an engine on libev, for watchers of the
 * program's own; from then on the engine takes part in every turn, and the
 * main loop never fails with LWT_STALLED while it is current. The loop is the
 * engine's, and must not be run or destroyed. Borrows `engine`.
 *
 * Returns NULL if it is another sort of engine, or a bad handle. Manual: the
 * method `loop` of `Lwt_engine.libev`. */
void *lwt_engine_libev_loop(const lwt_engine *engine);

/* Returns which backend an engine on libev uses, one of libev's EVBACKEND_
 * bits; 0 if it is another sort of engine, or a bad handle. Borrows `engine`.
 * Manual: the method `backend` of `Lwt_engine.libev`. */
unsigned int lwt_engine_libev_backend(const lwt_engine *engine);

/* Returns the current engine of this thread, owned by the caller; NULL with
 * errno set if memory ran out. Manual: `Lwt_engine.get`. */
lwt_engine *lwt_engine_get(void);

/* Makes `engine` the current one of this thread, also while the main loop
 * runs: it then takes effect in the next turn. Borrows `engine`.
 *
 * If `transfer`, all events move over, and their handles stay good. Timers
 * are the scheduler's and not the engine's, and keep their deadlines (where
 * Lwt starts them anew). If `destroy`, the old engine is destroyed: the events
 * that are still registered with it are stopped.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle;
 * LWT_UNIX_ERROR if the engine can't take the events, or finds no descriptor
 * for itself: then the old engine stays, with its events; LWT_FAILURE while
 * GLib is installed (lwt_glib_install). Manual: `Lwt_engine.set`. */
int lwt_engine_set(const lwt_engine *engine, bool transfer, bool destroy);

/* Moves all events of one engine to another; their handles stay good. Borrows
 * both. Returns what lwt_engine_set does. Manual: the method `transfer`. */
int lwt_engine_transfer(const lwt_engine *from, const lwt_engine *to);

/* Stops every event of the engine, and gives up the handle. The current
 * engine goes on without events. Consumes `engine`. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. Manual: the method `destroy`. */
int lwt_engine_destroy(lwt_engine *engine);

/* Gives up a handle; the engine stays while it is current. Consumes `engine`.
 * Returns what lwt_engine_destroy does. */
int lwt_engine_release(lwt_engine *engine);

/* Returns the name of the current engine: "epoll", "poll", "select",
 * "io_uring", "libev" (with its backend if that was chosen: "libev:poll"),
 * "sim", or that of one written in C. Valid while that engine is. Never NULL.
 * Of this thread's scheduler. Manual: `Lwt_engine.id`. */
const char *lwt_engine_id(void);

/* Does the current engine deliver this signal itself? Of this thread's
 * scheduler. Manual: `Lwt_engine.forwards_signal`. */
bool lwt_engine_forwards_signal(int signal);

/* In the child of a fork, on the thread that forked: the scheduler gets
 * descriptors of its own, timers go on, events are watched anew, and the jobs
 * of the parent are never resolved. The library notices a fork() by itself;
 * this is for a child that was made by a bare system call, and tells at once
 * whether it worked.
 *
 * Returns LWT_OK, or LWT_UNIX_ERROR if there are no descriptors left. Of this
 * thread's scheduler. Manual: `Lwt_engine.fork`. */
int lwt_engine_fork(void);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_engine_on_readable(...) \
  ((struct lwt_engine_event *)lwt_debug_handle(lwt_engine_on_readable(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_on_writable(...) \
  ((struct lwt_engine_event *)lwt_debug_handle(lwt_engine_on_writable(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_on_timer(...) \
  ((struct lwt_engine_event *)lwt_debug_handle(lwt_engine_on_timer(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_fake_event(...) \
  ((struct lwt_engine_event *)lwt_debug_handle(lwt_engine_fake_event(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_new_builtin(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_new_builtin(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_sim(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_sim(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_new(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_new(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_poll_based(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_poll_based(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_select_based(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_select_based(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_engine_get(...) \
  ((struct lwt_engine *)lwt_debug_handle(lwt_engine_get(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_ENGINE_H */
