/* Module Lwt_direct. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_DIRECT_H
#define LWT_DIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs `f(env)` on a stack of its own: a fiber, which may call lwt_await and
 * lwt_yield. It does not start inside this call, but in the next round of the
 * calling thread's main loop. Fibers that are ready run first in, first out;
 * a round runs at most twice as many as were ready at its start, and never
 * more than 10,000, and there are two rounds in each turn of the main loop.
 *
 * Owns `env` and drops it with `drop_env` (NULL: nothing to drop) once f has
 * returned, or when it never will. `stack_size` is rounded up to a power of
 * two, 64 KiB at least; 0 stands for 256 KiB. A stack is address space, not
 * memory: it takes the pages that were touched, one or two as a rule.
 *
 * Returns a promise of f's value, owned by the caller; inside f, lwt_raise and
 * lwt_owned say how it fails, or what drops the value. Cancelling the promise
 * cancels what f awaits, in the next round: lwt_await then fails with
 * LWT_CANCELED, as a rule, and f goes on from there. If f awaits nothing just
 * then, the next pending promise that it awaits is cancelled, once; and if f
 * has not begun, it never does: the promise fails with LWT_CANCELED in the next
 * round. The promise fails at once with
 * LWT_INVALID_ARGUMENT: f is NULL, stack_size is beyond 1 GiB, or the thread
 * is about to end;
 * LWT_OUT_OF_MEMORY: there is no room for another stack (where the kernel is
 * older than 6.13, vm.max_map_count allows some 32,000).
 *
 * f must leave its stack by returning: no longjmp, pthread_exit or C++
 * exception out of it. A fiber that can't go on is taken away as it is: when
 * its thread ends, or when it awaits what nothing can resolve any more (a
 * wakener was forgotten). Its environment is dropped, its stack is used
 * again, and its promise stays pending for ever; but nothing on the stack
 * runs any more, so that what its local variables own is lost.
 *
 * The scope that is current here is so in f (lwt_switch.h), over every await,
 * and nothing else that is bound is seen there (lwt_direct_storage_set).
 *
 * On any thread. The first call makes a handler for SIGSEGV and SIGBUS, which
 * hands all faults to the handler there was, but for one: a fiber that needs
 * more stack than it has dies by SIGSEGV, with a line on standard error that
 * says so. (A function with more than 64 KiB of local variables may step over
 * the guard: build it with -fstack-clash-protection.) The manual knows no
 * fibers: see Lwt_direct of Lwt 6. */
lwt_t *lwt_spawn(lwt_compute_fn f, void *env, lwt_drop_fn drop_env,
                 size_t stack_size);

/* As lwt_spawn, but without a promise: nobody waits for f. Its value is
 * dropped; what it raises, and each failure of lwt_spawn, goes to the async
 * exception hook. On any thread. */
void lwt_spawn_in_the_background(lwt_compute_fn f, void *env,
                                 lwt_drop_fn drop_env, size_t stack_size);

/* Waits for `p`, which it consumes, and returns its value, which the caller
 * then owns. If p has been resolved, it returns at once; if not, the fiber
 * sleeps, and goes on in a later round.
 *
 * Sets `*exn` to NULL, or on failure to the exception, owned by the caller,
 * and then returns LWT_UNIT. With `exn` NULL a failure goes to the async
 * exception hook. It fails as p does, and with
 * LWT_INVALID_ARGUMENT: p is NULL, stale or no promise; this is not a fiber;
 * or p is pending and this is a callback that runs because a promise is being
 * resolved, which would have to wait too;
 * LWT_WRONG_THREAD: p belongs to another thread (and is not consumed).
 *
 * A value that p shared with other promises is theirs no more. In a fiber. */
lwt_value lwt_await(lwt_t *p, lwt_exn **exn);

/* As lwt_await, for macros, which tell the place that the user wrote: tracing
 * has it (lwt_rte.h), and while debugging is on the backtrace of a failure
 * (lwt_debug.h). `file` and `function` may be NULL, which is unknown, and have
 * to last as long as the program: `__FILE__` and `__func__`. */
lwt_value lwt_await_at(lwt_t *p, lwt_exn **exn, const char *file, int line,
                       const char *function);

/* Lets the other fibers and the main loop run: the fiber goes to the back of
 * the queue. Outside a fiber, and in a callback that runs because a promise is
 * being resolved, it returns at once, and an exception LWT_INVALID_ARGUMENT
 * goes to the async exception hook. Of this thread. */
void lwt_yield(void);

/* Is the calling code running in a fiber? On any thread. */
bool lwt_in_fiber(void);

/* Makes a key, as lwt_new_key does. NULL: there are no more. On any thread;
 * any thread may use the key. */
lwt_key *lwt_direct_storage_new_key(void);

/* Asks what `key` is bound to at present, as lwt_get does: in a fiber, what
 * the fiber has set. Sets `*value`, which is borrowed until the binding is
 * replaced or removed, and returns true; or returns false: not set, or key is
 * no key. `value` may be NULL. */
bool lwt_direct_storage_get(const lwt_key *key, lwt_value *value);

/* Binds `key` to `value` for the rest of the fiber. A fiber begins with no key
 * bound (only the current scope goes on in it), and another fiber does not see
 * what this one binds; callbacks that this one attaches to promises see what
 * was bound at that moment.
 *
 * Owns `value`, and drops it with `drop_value` (NULL: a plain word) when it
 * has been replaced or removed, or the fiber has ended, and no callback can
 * see it any more; at once when the call fails.
 *
 * Returns LWT_OK, or
 * LWT_INVALID_ARGUMENT: key is no key; or this is not a fiber, but a callback
 * that a resolution runs, or what lwt_with_value runs;
 * LWT_OUT_OF_MEMORY. In a fiber. */
int lwt_direct_storage_set(const lwt_key *key, lwt_value value,
                           lwt_drop_fn drop_value);

/* Removes what `key` is bound to, for the rest of the fiber. Returns as
 * lwt_direct_storage_set does. In a fiber. */
int lwt_direct_storage_remove(const lwt_key *key);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_spawn(...) \
  lwt_debug_promise(lwt_spawn(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_await(...) \
  lwt_debug_value(lwt_await(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_direct_storage_new_key(...) \
  ((struct lwt_key *)lwt_debug_handle(lwt_direct_storage_new_key(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_DIRECT_H */
