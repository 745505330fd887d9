/* Module Lwt_mvar. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_MVAR_H
#define LWT_MVAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MAILBOXES with room for one value: who puts a value into a full one waits
 * until there is room, who takes one out of an empty one until there is a
 * value, each in turn. The simplest way to hand values from one part of a
 * program to another that must not fall behind:
 *
 *     static lwt_t *produce(lwt_value unit, void *box) {
 *       return lwt_bind(lwt_mvar_put(box, LWT_INT(next_number())), produce, box, NULL);
 *     }
 *     static lwt_t *consume(lwt_value number, void *box) {
 *       use(LWT_TO_INT(number));
 *       return lwt_bind(lwt_mvar_take(box), consume, box, NULL);
 *     }
 *
 * A value with a drop function is the mailbox's while it is in it, and then the
 * promise's of who takes it. Cancelling a put that waits withdraws its value,
 * which is dropped. So is what is in a mailbox whose handles are all released;
 * who waits then waits for ever, and callbacks and environments are dropped. */

/* A mailbox, `'a Lwt_mvar.t`. A handle of the thread that made it. */
typedef struct lwt_mvar lwt_mvar;

/* Returns a mailbox with a plain word in it, `Lwt_mvar.create`, owned by the
 * caller: lwt_mvar_release. NULL: out of memory. On any thread, whose it then
 * is. Manual: "Mailbox variables". */
lwt_mvar *lwt_mvar_create(lwt_value value);

/* As lwt_mvar_create, with a value that the mailbox owns. `drop` may be NULL;
 * it runs on the value also if memory runs out. */
lwt_mvar *lwt_mvar_create_owned(lwt_value value, lwt_drop_fn drop);

/* Returns a mailbox with nothing in it, `Lwt_mvar.create_empty`. Otherwise as
 * lwt_mvar_create. */
lwt_mvar *lwt_mvar_create_empty(void);

/* One more reference to the same mailbox, owned by the caller. NULL: it is not
 * a mailbox of this thread. */
lwt_mvar *lwt_mvar_retain(const lwt_mvar *mvar);

/* Gives up a reference. Does nothing if the handle is bad. */
void lwt_mvar_release(lwt_mvar *mvar);

/* Puts a plain word into the mailbox, `Lwt_mvar.put`. If somebody waits for
 * one, it goes straight to the oldest who does, whose callbacks run as after
 * lwt_wakeup_later. Returns a promise of LWT_UNIT, fulfilled at once unless
 * the mailbox is full: then in its turn. Cancelling it withdraws the value.
 *
 * Borrows `mvar`. The promise fails with LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED. On
 * the mailbox's thread. Manual: "Mailbox variables". */
lwt_t *lwt_mvar_put(const lwt_mvar *mvar, lwt_value value);

/* As lwt_mvar_put, with a value that is owned by the mailbox, and then by the
 * promise of who takes it. `drop` runs on it also when it is withdrawn, and
 * when the call fails; it may be NULL. */
lwt_t *lwt_mvar_put_owned(const lwt_mvar *mvar, lwt_value value,
                          lwt_drop_fn drop);

/* Returns a promise of the value in the mailbox, which it takes out,
 * `Lwt_mvar.take`: at once if there is one, else in its turn. The oldest who
 * waits to put one in then does, and is woken as by lwt_wakeup_later.
 * Cancelling a wait leaves the queue.
 *
 * Borrows `mvar`. The promise fails as that of lwt_mvar_put. On the mailbox's
 * thread. Manual: "Mailbox variables". */
lwt_t *lwt_mvar_take(const lwt_mvar *mvar);

/* Takes the value out of the mailbox as lwt_mvar_take does, if there is one
 * now, `Lwt_mvar.take_available`. Returns it, owned by the caller, and sets
 * `*drop` (which may be NULL) to what frees it, NULL for a plain word; or
 * LWT_NONE: it is empty, or the handle is bad.
 *
 * Borrows `mvar`. On the mailbox's thread. Manual: "Mailbox variables". */
lwt_value lwt_mvar_take_available(const lwt_mvar *mvar, lwt_drop_fn *drop);

/* Is the mailbox empty, `Lwt_mvar.is_empty`? False for a bad handle. Manual:
 * "Mailbox variables". */
bool lwt_mvar_is_empty(const lwt_mvar *mvar);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_mvar_create(...) \
  ((struct lwt_mvar *)lwt_debug_handle(lwt_mvar_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_mvar_create_owned(...) \
  ((struct lwt_mvar *)lwt_debug_handle(lwt_mvar_create_owned(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_mvar_create_empty(...) \
  ((struct lwt_mvar *)lwt_debug_handle(lwt_mvar_create_empty(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_mvar_put(...) \
  lwt_debug_promise(lwt_mvar_put(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_mvar_put_owned(...) \
  lwt_debug_promise(lwt_mvar_put_owned(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_mvar_take(...) \
  lwt_debug_promise(lwt_mvar_take(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_MVAR_H */
