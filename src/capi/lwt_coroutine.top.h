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
