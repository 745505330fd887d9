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
 * its comment says otherwise.
 *
 * "Manual" is the user manual of Lwt 2.4, the OCaml library whose modules these
 * headers follow; it comes with that library. Names in comments such as
 * `Lwt.bind` are that library's. */
