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
