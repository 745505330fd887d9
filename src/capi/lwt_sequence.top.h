/* SEQUENCES: queues with two ends, of which any node can be removed in constant
 * time. What waits for something in turn is kept in one:
 *
 *     lwt_sequence *waiting = lwt_sequence_create();
 *     lwt_t *p = lwt_add_task_r(waiting);        // cancelling it leaves the queue
 *     ...
 *     lwt_value next;
 *     if (lwt_sequence_take_l(waiting, &next, NULL) == LWT_OK)
 *       lwt_wakeup((lwt_u *)next, LWT_UNIT);
 *
 * The handle of a node is not needed for the node to stay in its sequence:
 *
 *     lwt_sequence_node_release(lwt_sequence_add_r(s, value));
 *
 * and it is good also when the node is in none. A node has one handle at a time:
 * the same comparison tells the same node.
 *
 * In a walk (iter, fold, find) the callback may do anything to the sequence. It
 * is called for the nodes that were there when the walk began, wherever they have
 * been moved to since, but not for those that were removed. Decided where Lwt
 * leaves it open, or where it goes wrong: nodes that were added meanwhile are not
 * walked over; a node that was taken out by lwt_sequence_clear is in no sequence,
 * and removing it changes none; lwt_sequence_transfer_l and _r of a sequence to
 * itself do nothing.
 *
 * Not in the manual. */
