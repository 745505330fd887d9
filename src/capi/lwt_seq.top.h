/* SEQUENCES, pure and lazy. A sequence gives, when it is asked, a promise of nothing
 * or of its first element and the sequence of the rest. It is not used up: it can be
 * gone through any number of times, and what its functions do is done each time.
 * (A stream, lwt_stream.h, is used up, and asks its source once.)
 *
 *     static bool count(lwt_value n, struct lwt_seq_unfolded *next, void *env) {
 *       next->value = n;
 *       next->state = LWT_INT(LWT_TO_INT(n) + 1);
 *       return LWT_TO_INT(n) < 10;
 *     }
 *     static lwt_t *fetch(lwt_value n, void *env);
 *     ...
 *     lwt_seq *numbers = lwt_seq_unfold(LWT_INT(0), NULL, count, NULL, NULL);
 *     lwt_t *p = lwt_seq_iter_n(numbers, 3, fetch, NULL, NULL); // three at a time
 *
 * What makes a sequence of others consumes them (`lwt_seq *`); what goes through one
 * borrows it (`const lwt_seq *`). An element has one owner, however many are given
 * it, and it lives as long as a sequence that could give it again; callbacks borrow
 * it, those that return a promise until that has resolved.
 *
 * LWT_NONE is never an element of lwt_seq_of_seq, lwt_seq_of_seq_lwt and
 * lwt_seq_filter_map.
 *
 * Any failure, also of the first call of a sequence, is the failure of the promise
 * of who asked. Going through a sequence, however long, and dropping it take no
 * stack.
 *
 * Not in the manual. */
