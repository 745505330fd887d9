#include "lwt_stream.h"
/* RETRYING. What may fail is attempted as often as somebody asks: a function makes one
 * attempt, and says how it ended.
 *
 *     static lwt_t *connected(lwt_value fd, void *env) { return lwt_retry_ok(fd); }
 *     static lwt_t *refused(const lwt_exn *e, void *env) {
 *       lwt_value errnum = LWT_INT(lwt_exn_errno(e));
 *       return errnum == LWT_INT(ECONNREFUSED) ? lwt_retry_again(errnum)
 *                                              : lwt_retry_fatal(errnum);
 *     }
 *     static lwt_t *attempt(void *address) {
 *       return lwt_try_bind(connect_to(address), connected, refused, NULL, NULL);
 *     }
 *     ...
 *     lwt_stream *attempts = lwt_retry_on_error(attempt, address, NULL);
 *     attempts = lwt_retry_with_sleep(attempts, NULL, NULL, NULL);
 *     lwt_t *last = lwt_retry_n_times(5, attempts);   // six attempts at most
 *
 * An error that is expected is a value of the program's own: it does not make a promise
 * fail. A promise of an attempt that does fail is none of these: whoever reads the
 * stream fails so, and reading on makes the next attempt.
 *
 * Not in the manual. */
