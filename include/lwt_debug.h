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

/* Turns debugging on for the calling thread, and for those that begin to use
 * the library later. What was made before has no place. Returns false when
 * memory runs out, otherwise true. Any thread. Manual: none. */
bool lwt_debug_start(void);

/* Turns debugging off for the calling thread, and for those that begin later.
 * Any thread. Manual: none. */
void lwt_debug_stop(void);

/* Is debugging on for the calling thread? Any thread. Manual: none. */
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
 * takes some milliseconds at first. Any thread. Manual: none. */
const char *lwt_exn_backtrace(const lwt_exn *e);

/* For the macros of `-DLWT_DEBUG`: the call that has returned `p` stands at
 * this place. Turns debugging on. Returns `p`. `file` and `function` are
 * copied; NULL is unknown. On the promise's thread; a bad handle is passed on. */
lwt_t *lwt_debug_promise(lwt_t *p, const char *file, int line, const char *function);

/* For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for a handle of
 * whatever kind. */
void *lwt_debug_handle(void *handle, const char *file, int line, const char *function);

/* For the macros of `-DLWT_DEBUG`: as lwt_debug_promise, for an exception. */
lwt_exn *lwt_debug_exn(lwt_exn *e, const char *file, int line, const char *function);

/* For the macros of `-DLWT_DEBUG`: the call that has returned `value`, of
 * lwt_raise or lwt_await, stands at this place. Returns `value`. */
lwt_value lwt_debug_value(lwt_value value, const char *file, int line,
                          const char *function);

/* For the macros of `-DLWT_DEBUG`: the call of lwt_wakeup_exn that follows
 * stands at this place. */
void lwt_debug_here(const char *file, int line, const char *function);

#ifdef __cplusplus
}
#endif

#endif /* LWT_DEBUG_H */
