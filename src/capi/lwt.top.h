/* MODULE LWT: promises.
 *
 * A promise is pending (LWT_SLEEP), fulfilled with a value (LWT_RETURN) or failed
 * with an exception (LWT_FAIL), and once it is resolved it stays as it is. What
 * is to happen next is a function that is given to lwt_bind:
 *
 *   static lwt_t *twice(lwt_value n, void *env) {
 *     return lwt_return(LWT_INT(2 * LWT_TO_INT(n)));
 *   }
 *   ...
 *   lwt_u *wakener;
 *   lwt_t *result = lwt_bind(lwt_wait(&wakener), twice, NULL, NULL);
 *   lwt_wakeup(wakener, LWT_INT(21));
 *   ... lwt_value_of(result) is LWT_INT(42) now ...
 *   lwt_release(result);
 *
 * Functions that return a promise report every failure through it, whatever
 * went wrong: a mistake in the call, an exception that a callback raised. There
 * is no second way in which they fail.
 *
 * Lwt's operators: `p >>= f` is lwt_bind, `p >|= f` lwt_map. `p <&> q` is
 * lwt_join2(p, q), `p <?> q` lwt_choose2(p, q); `let* x = p and* y = q` binds
 * lwt_both(p, q). The functions that Lwt.catch and its kin run first
 * are here the promise that they are given: lwt_apply makes it of a function.
 *
 * Where Lwt has its accidents, or promises nothing:
 *
 *  - Callbacks of one promise run in the order in which they were attached,
 *    cancel callbacks before all others. When two pending promises become one
 *    (the callback of a bind returned a pending promise), those of the bind's
 *    result come first.
 *  - lwt_wakeup inside a callback runs the callbacks of its promise at once,
 *    before it returns; lwt_wakeup_later, when the outermost resolution ends.
 *    Resolving needs no stack: chains may be of any length.
 *  - A callback that fails, on a promise resolved before or after the call,
 *    fails the result, and nothing else. (In Lwt it makes the call itself fail
 *    in the one case.)
 *  - Cancelling several promises: all of them fail first, then their callbacks
 *    run, the first one's first. A wake-up that cancelling made pointless is
 *    ignored, once; it spends the wakener. (In Lwt any number of them is, also
 *    after a promise was made to fail with Canceled by its own wakener; here
 *    that one is spent as by any other wake-up.)
 *  - A hook, or a handler of lwt_dont_wait, that raises disturbs nobody else.
 *  - A promise of lwt_pause that was cancelled counts until the next
 *    lwt_wakeup_paused, as in Lwt. */

/* CONVENTIONS of every header of the library.
 *
 * Ownership stands in the type, for every kind of handle:
 *
 *   lwt_t *        a parameter: the call consumes one reference, also when it
 *                  fails; only a handle of another thread stays as it was.
 *   const lwt_t *  a parameter: the call borrows.
 *   lwt_t *        a result: yours, to pass on or to release.
 *   const char *   a result: borrowed from what it was asked of.
 *
 * Handles are numbers, checked at each call. A NULL, stale or foreign handle,
 * or one of another thread, is an error: a call that returns a promise then
 * returns one that has failed with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD, a
 * call that returns int returns that kind, a call that returns a handle of
 * another sort returns NULL.
 *
 * Callbacks come as (function, env, drop_env). drop_env may be NULL; it runs
 * exactly once, after the callback ran or when it never will, and also when
 * the call fails. (Drop functions that run one within the other run a little
 * later where they are nested deeply, so that a chain of owners needs no
 * stack.) Callbacks may call the library, but they must return to it:
 * no longjmp, no C++ exception, no end of the thread.
 *
 * Threads: a call is for the thread that owns the handles it is given, unless
 * its comment says otherwise; what makes a handle without being given one makes
 * it for the calling thread.
 *
 * Memory: a call that returns a promise may also fail with LWT_OUT_OF_MEMORY, and
 * one that returns a handle of another sort then returns NULL.
 *
 * "Manual" is the user manual of Lwt 2.4, the OCaml library whose modules these
 * headers follow; it comes with that library. Names in comments such as
 * `Lwt.bind` are that library's. */
