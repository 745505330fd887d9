/* Module Lwt, debugging. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_DEBUG_H
#define LWT_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Debugging: where failures came from, what everything is waiting for, and
 * what was left behind. It is on for a thread
 *
 *   - with LWT_DEBUG=1 in the environment, for each thread, without compiling
 *     anything anew: places are found on the stack, and named by the program's
 *     debugging information (`cc -g`);
 *   - in code compiled with -DLWT_DEBUG (or after `#define LWT_DEBUG`), from its
 *     first call on: the functions that return a handle, and lwt_raise,
 *     lwt_await and lwt_wakeup_exn, are then macros that tell `__FILE__`,
 *     `__LINE__` and `__func__`; the address of a function can be taken as
 *     before;
 *   - from lwt_debug_start on.
 *
 * Off, it costs nothing. On, making a handle takes one to two microseconds more
 * (a walk up the stack and a reading of the clock) and 24 bytes, and a failure
 * three or four and what its way takes. The ways of turning it on may be used
 * together: what a macro tells counts.
 *
 * A failure then carries its backtrace, which the default async exception hook
 * prints, and lwt_main_run when it ends the process:
 *
 *   Fatal error: exception no such user
 *   raised at users.c:31 (find)
 *   bind at users.c:58 (greet)
 *   await at main.c:12 (run)
 *
 * What is found on the stack is what the compiler has left there. Optimising
 * (-O2), it makes a jump of the call in `return lwt_fail(e);`. In a callback
 * the library then tells the callback, and where that begins:
 *
 *   raised at users.c:29 (find), its last call
 *
 * and of a function that such a callback has called, the line of that call. The
 * very lines come with -DLWT_DEBUG, and with -fno-optimize-sibling-calls.
 *
 * A dump tells what a thread is waiting for, with debugging or without:
 *
 *   lwt_dump(2, LWT_DUMP_TEXT);
 *   lwt_dump_on_signal(SIGUSR1, 2, LWT_DUMP_JSON);
 *
 * Its JSON is one object: "thread", "debugging", "pending" (how many), and
 * lists of objects: "promises", "descriptors", "timers", "jobs",
 * "notifications", "fibers" and what other modules add. A promise has
 *
 *   handle     as %p prints it, in quotes
 *   made       wait, task, pause, bind, map, catch, try_bind, finalize, join,
 *              all, choose, pick, ..., or what resolves it: sleep, job, fiber,
 *              future, mutex, ...
 *   at, age    with debugging on: file:line (function), and seconds
 *   wakener    the handle of its wakener, if that is not spent
 *   source     of a bind whose callback has returned a promise of a timer, a
 *              job or the like: that
 *   waits      in words, what stands behind it: `a timer, 0.5 s left`
 *   waits_for  the promises that it waits for
 *   waiters    who waits for it: promises by their handles, callbacks by what
 *              attached them (`on_success`)
 *   part_of    it became one with another promise, which is listed
 *
 * A sleep is a promise and listed there; "timers" are the engine's,
 * lwt_engine_on_timer. A fiber that awaits says where, with debugging on.
 *
 * With debugging on, a thread that ends, and the process at its end (the thread
 * that calls exit), tell on standard error what was left behind, by the places
 * where it was made, the most frequent first: promises that were never
 * resolved, wakeners that were given up unused, handles that were never
 * released.
 *
 * Not in the manual. */

enum {
  /* For lwt_dump: text for a person, an item a line. */
  LWT_DUMP_TEXT = 0,
  /* For lwt_dump: one JSON object. */
  LWT_DUMP_JSON = 1
};

/* Turns debugging on for the calling thread, and for those that begin to use
 * the library later. What was made before has no place. Returns false when
 * memory runs out, otherwise true. Any thread. */
bool lwt_debug_start(void);

/* Turns debugging off for the calling thread, and for those that begin later.
 * Any thread. */
void lwt_debug_stop(void);

/* Is debugging on for the calling thread? Any thread. */
bool lwt_debug_is_on(void);

/* Where an exception was made and raised, and what it has passed since: each
 * bind, catch, try_bind, finalize, join and await, one a line, as
 * `bind at file.c:12 (function)`, the first one first. What is made and raised
 * at one place, and what is passed several times in a row, is told once; of a
 * way of more than 64 points the rest is counted.
 *
 * Borrowed: the text lives as long as the exception, and is not changed when
 * that goes further; ask again then. Never NULL: empty if debugging was off,
 * for exceptions that are shared (LWT_OUT_OF_MEMORY), and if `e` is not an
 * exception. Reads the debugging information of the program (`cc -g`), which
 * takes some milliseconds at first. Any thread. */
const char *lwt_exn_backtrace(const lwt_exn *e);

/* For the macros of `-DLWT_DEBUG`: the call that has returned `p` stands at
 * this place. Turns debugging on. Returns `p`. `file` and `function` are
 * copied; NULL is unknown. On the promise's thread; a bad handle is passed
 * on. */
lwt_t *lwt_debug_promise(lwt_t *p, const char *file, int line,
                         const char *function);

/* For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for a handle of
 * whatever kind. Returns it, also if it is NULL. */
void *lwt_debug_handle(void *handle, const char *file, int line,
                       const char *function);

/* For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for an exception. */
lwt_exn *lwt_debug_exn(lwt_exn *e, const char *file, int line,
                       const char *function);

/* For the macros of `-DLWT_DEBUG`: the call that has returned `value`, of
 * lwt_raise or lwt_await, stands at this place. Returns `value`. On any
 * thread. */
lwt_value lwt_debug_value(lwt_value value, const char *file, int line,
                          const char *function);

/* For the macros of `-DLWT_DEBUG`: the call of lwt_wakeup_exn that follows
 * stands at this place. With `file` NULL: the call of lwt_raise or lwt_fail
 * that follows is none of the user's, and only passes on what was raised
 * before. On any thread. */
void lwt_debug_here(const char *file, int line, const char *function);

/* Writes to the descriptor `fd` what the calling thread is waiting for: each
 * pending promise with its handle, how it was made, with debugging on where
 * and how many seconds ago, what it waits for, and who waits for it; then
 * what the modules know: descriptors, timers, jobs, notifications, fibers,
 * scopes. See the top of this header.
 *
 * Runs none of the program's code, changes nothing, and may be called in any
 * callback. `format` is LWT_DUMP_TEXT or LWT_DUMP_JSON. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT for another format, or LWT_UNIX_ERROR if fd can't be
 * written to (errno says why). Waits for a descriptor that does not block.
 * Any thread: each tells about itself. */
int lwt_dump(int fd, int format);

/* As lwt_dump, into a string, owned by the caller: lwt_string_release. NULL
 * for another format, and when memory runs out. Any thread. */
lwt_string *lwt_dump_to_string(int format);

/* Has the calling thread write a dump to `fd` each time that the signal
 * `signal` comes (to whatever thread): in the next turn of its main loop, and
 * at once if that sleeps. Replaces the handler of the signal, and what an
 * earlier call has said about it. The main loop does not wait for it:
 * LWT_STALLED as without.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT for another format or what is no
 * signal that can be handled; LWT_OUT_OF_MEMORY. Any thread; ends with the
 * thread. */
int lwt_dump_on_signal(int signal, int fd, int format);

/* Ends what lwt_dump_on_signal began: the signal does from now on what it
 * does by default. Nothing happens if it writes no dump. On the thread that
 * began it. */
void lwt_dump_stop(int signal);

#ifdef __cplusplus
}
#endif

#endif /* LWT_DEBUG_H */
