/* BINDINGS. What a binding of another runtime needs, besides the functions that
 * it binds. Not in the manual.
 *
 * THE LOOP of the runtime drives ours: it polls lwt_main_fd, and calls
 * lwt_main_iter(false) when that is readable (lwt_main.h). No thread is needed.
 *
 * PROMISES become those of the runtime without a callback. Each is watched, with
 * a token by which the binding knows its own, and after each iteration those that
 * have resolved are taken, many at a time:
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
 * The other way round, a promise that the runtime resolves is one of lwt_wait or,
 * if it can be cancelled, lwt_task: its wakener is the runtime's.
 *
 * CALLBACKS need no code made at run time: one function for all, which finds what
 * to call by its environment, a number in a table of the binding's, and one drop
 * function, which takes it out of that table.
 *
 * FINALISERS run anywhere, at any time: they call lwt_release_anywhere (lwt.h),
 * which takes any handle, on any thread; the handle is given up in the next turn
 * of its owner's main loop. A handle that is stale, or whose thread has ended, is
 * nothing to give up.
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
 * In the same table are functions that are called around each call of a function
 * of the program's (callbacks, drop functions, bodies of fibers, and also a few of
 * the library's own), for a runtime that has a frame or a scope for each call from
 * C, and when a fiber begins to run, is suspended, or ends. While a hook is
 * installed, callbacks take a longer way. Functions of jobs run on worker threads,
 * and know nothing of hooks.
 *
 * A COLLECTOR that scans stacks learns where those of fibers are from
 * lwt_binding_stacks. */
