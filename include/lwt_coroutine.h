/* Module Lwt, for coroutines of other languages. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_COROUTINE_H
#define LWT_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For the authors of bindings whose language has coroutines that are resumed
 * and destroyed through a frame (C++20, and lwt.hpp is written with this
 * header; generators; state machines by hand). A coroutine costs its frame,
 * which holds a struct lwt_coroutine, and one promise: nothing is allocated.
 *
 * This one waits for a promise and returns its value:
 *
 *   struct frame { struct lwt_coroutine self; lwt_t *awaited; };
 *
 *   static void resume(struct lwt_coroutine *self) {
 *     struct frame *frame = (struct frame *)self;
 *     struct lwt_outcome outcome;
 *     if (!lwt_coroutine_take(frame->awaited, &outcome)) {
 *       int step = lwt_coroutine_await(self, frame->awaited);
 *       if (step == LWT_COROUTINE_ENDS) destroy(self);
 *       if (step != LWT_COROUTINE_GOES) return;
 *       if (!lwt_coroutine_take(frame->awaited, &outcome)) abort();
 *     }
 *     if (outcome.exn)
 *       lwt_coroutine_fail(self, outcome.exn);
 *     else
 *       lwt_coroutine_return(self, outcome.value, outcome.drop);
 *     free(frame);
 *   }
 *
 *   lwt_t *promise;
 *   int step = lwt_coroutine_begin(&frame->self, &ops, &promise);
 *   if (step == LWT_COROUTINE_GOES) resume(&frame->self);
 *   if (step == LWT_COROUTINE_ENDS) free(frame);
 *   return promise;
 *
 * where destroy releases what the frame owns and frees it.
 *
 * Not in the manual. */

struct lwt_coroutine;

enum {
  /* It goes on. */
  LWT_COROUTINE_GOES = 0,
  /* It is suspended, and the library resumes it or destroys it later, or has
   * done so already: the frame is not to be touched any more. */
  LWT_COROUTINE_WAITS = 1,
  /* The caller destroys it: the library does not know it any longer. */
  LWT_COROUTINE_ENDS = 2
};

/* What a language does with a frame of its coroutines. One static object a
 * kind. All but `name` run on the coroutine's thread; none may throw. */
typedef struct lwt_coroutine_ops {
  /* What a dump calls it; NULL: "coroutine". */
  const char *name;
  /* What it awaited is resolved: it goes on, until it has called
   * `lwt_coroutine_await`, `lwt_coroutine_return` or `lwt_coroutine_fail`
   * once more. */
  void (*resume)(struct lwt_coroutine *coroutine);
  /* It will never go on: frees the frame, the record with it. */
  void (*destroy)(struct lwt_coroutine *coroutine);
} lwt_coroutine_ops;

/* What the library knows of a coroutine: a record in its frame, which need not
 * be initialised. All fields belong to the library. */
typedef struct lwt_coroutine {
  /* What is done with the frame. */
  const struct lwt_coroutine_ops *ops;
  /* Its thread. */
  const void *home;
  /* How far it is. */
  uint32_t state;
  /* Its promise. */
  uint32_t promise;
  /* Its place among the waiters of what it awaits. */
  uint32_t node;
  /* The storage at its beginning. */
  uint32_t map;
  /* Where its outcome is put. */
  void *landing;
  /* The coroutine of this thread that began later. */
  struct lwt_coroutine *previous;
  /* The coroutine of this thread that began earlier. */
  struct lwt_coroutine *next;
} lwt_coroutine;

/* How a promise came out, moved out of it. */
typedef struct lwt_outcome {
  /* The value; `LWT_UNIT` on failure. */
  lwt_value value;
  /* What frees the value; NULL for a plain word. */
  lwt_drop_fn drop;
  /* The exception; NULL if there is a value. */
  lwt_exn *exn;
} lwt_outcome;

/* Begins a coroutine of this thread, whose frame holds the record `coroutine`,
 * and stores its promise, which the caller owns, in `*promise`. Both
 * `coroutine` and `ops`, which are borrowed, must stay where they are until the
 * coroutine has ended or was destroyed.
 *
 * Returns `LWT_COROUTINE_GOES`: its code runs now, and calls
 * lwt_coroutine_await or lwt_coroutine_return or lwt_coroutine_fail on this
 * stack. Calls nested too deeply: `LWT_COROUTINE_WAITS`, and it is resumed, for
 * the first time, before the outermost of them returns. Otherwise
 * `LWT_COROUTINE_ENDS`, and the promise failed with `LWT_INVALID_ARGUMENT` (an
 * argument or a function of `ops` is NULL, or the thread is about to end) or
 * `LWT_OUT_OF_MEMORY`.
 *
 * Cancelling the promise cancels what the coroutine awaits. If that is nothing,
 * the promise fails at once with `LWT_CANCELED`, and the coroutine is
 * destroyed where it would next wait. A thread that ends destroys its
 * coroutines. Releasing the promise does nothing to the coroutine. */
int lwt_coroutine_begin(struct lwt_coroutine *coroutine,
                        const struct lwt_coroutine_ops *ops, lwt_t **promise);

/* The coroutine, whose code runs, waits for `p`, which is borrowed and must
 * stay owned by the frame while it waits.
 *
 * Returns `LWT_COROUTINE_WAITS` if `p` is pending: the code returns to whoever
 * called it, and `resume` is called inside the resolution of `p`, at its place
 * among the callbacks of `p`. `LWT_COROUTINE_ENDS` if its own promise was
 * cancelled meanwhile, or nothing can resolve `p` any more (then its own stays
 * pending for ever). Otherwise `LWT_COROUTINE_GOES`, to call
 * lwt_coroutine_take: `p` is resolved, or a bad handle, or memory ran out (only
 * then is `p` still pending), or this is no coroutine that runs. */
int lwt_coroutine_await(struct lwt_coroutine *coroutine, const lwt_t *p);

/* Moves the outcome out of a promise that is resolved: stores it in `*outcome`,
 * whose value and exception the caller then owns, consumes `p` and returns
 * true. A value that others showed is theirs no more.
 *
 * Returns false if `p` is pending, and leaves it the caller's. A bad handle
 * gives an outcome of `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`. With
 * `outcome` NULL it returns false. Not only for coroutines. */
bool lwt_coroutine_take(lwt_t *p, struct lwt_outcome *outcome);

/* The coroutine, whose code runs, has come to its end with a value; `drop`,
 * which may be NULL, frees it. The code returns to whoever called it, and
 * frees the frame before; it may do so in the same breath.
 *
 * Its promise resolves when `resume` has returned, or inside this call if the
 * coroutine has never waited. If that was cancelled meanwhile, the value is
 * dropped; so it is if this is no coroutine that runs. On its thread. */
void lwt_coroutine_return(struct lwt_coroutine *coroutine, lwt_value value,
                          lwt_drop_fn drop);

/* As lwt_coroutine_return, with a failure: `e` is consumed. */
void lwt_coroutine_fail(struct lwt_coroutine *coroutine, lwt_exn *e);

#ifdef __cplusplus
}
#endif

#endif /* LWT_COROUTINE_H */
