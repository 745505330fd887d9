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
