/* PRIORITY QUEUES that never change: adding to one, uniting two and removing the
 * least element make new queues, which share most of their parts with the old ones,
 * in logarithmic time. Elements that are equal in the order are all kept.
 *
 *     static int by_deadline(lwt_value a, lwt_value b, void *env);
 *
 *     lwt_pqueue *q = lwt_pqueue_create(by_deadline, NULL, NULL);
 *     q = lwt_pqueue_add_owned(q, task, task_free);
 *     for (lwt_value least; lwt_pqueue_find_min(q, &least) == LWT_OK;) {
 *       run(least);
 *       q = lwt_pqueue_remove_min(q);            // drops it
 *     }
 *     lwt_pqueue_release(q);
 *
 * What an order raises ends the call, which raises it again for the callback that
 * is running, and returns NULL.
 *
 * Not in the manual. */
