#include "lwt_seq.h"

/* STREAMS: elements that come one after the other, now or later. A stream is a
 * reader; what it has taken is gone for it, and a clone is another reader of the
 * same elements. Elements come from a function that is asked (lwt_stream_from),
 * or are pushed (lwt_stream_create, lwt_stream_create_bounded).
 *
 *   lwt_stream_push *push;
 *   lwt_stream *numbers = lwt_stream_create(&push);
 *   lwt_stream *squares = lwt_stream_map(numbers, square, NULL, NULL);
 *   lwt_t *sum = lwt_stream_fold(squares, LWT_INT(0), NULL, add, NULL, NULL);
 *   lwt_stream_push_value(push, LWT_INT(3));
 *   lwt_stream_push_value(push, LWT_INT(4));
 *   lwt_stream_push_close(push); // sum: 25
 *
 * - Reading and iterating borrow the stream; what makes a stream of a stream
 *   consumes it.
 * - LWT_NONE is never an element. It is what a source says at the end, what
 *   lwt_stream_get finds there, and to push it is to close the stream.
 * - An element with a drop function has one owner, as all values: it is the
 *   stream's until a promise that shows it gives it away (lwt_take, lwt_await,
 *   lwt_main_run). Reads that began while nothing was at hand, a peek and a later
 *   next, and clones, all show the same element; whoever takes it first has it,
 *   and the others find LWT_UNIT. Callbacks borrow elements.
 * - A read that several elements are needed for (nget, fold, iter, ...) sees each
 *   element from its beginning on, whoever else reads the stream meanwhile.
 * - Who waits for what is pushed is resolved by a deferred wake-up
 *   (lwt_wakeup_later); who waits for a function that is asked, when its promise
 *   resolves.
 *
 * Decided where Lwt has a defect, or says nothing:
 * - a bounded stream of size 0, which never delivers anything in Lwt, lets a push
 *   and a read meet;
 * - lwt_stream_return_lwt of a failed promise is an empty stream, as in Lwt;
 * - a source that fails in the middle of lwt_stream_get_available loses nothing:
 *   what was taken goes back;
 * - lwt_stream_choose reads its streams when it is read, not earlier, and asks
 *   one that failed again;
 * - the last release of a writing end closes the stream;
 * - an element that is pushed when nobody can read it any more is dropped; a
 *   bounded push then fails with LWT_CLOSED.
 *
 * Manual: "Data streams". */
