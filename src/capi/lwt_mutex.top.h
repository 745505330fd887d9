/* MUTEXES for promises. Who locks one that is locked waits in turn; nothing
 * blocks. They are needed only where an operation that waits in its middle must
 * not be entered by two at once:
 *
 *     static lwt_t *append(void *line) {        // two records never mix
 *       return lwt_bind(write_head(line), write_body, line, NULL);
 *     }
 *     ...
 *     return lwt_mutex_with_lock(file_lock, append, line, NULL);
 *
 * A mutex does not know who has locked it, and is not re-entrant: who locks it
 * twice waits for himself. unlock hands it straight to the oldest who waits: it
 * is not free in between, so nobody overtakes, and from then on cancelling
 * that one's lwt_mutex_lock has no effect. A promise of lwt_mutex_lock that is
 * released is not cancelled: it gets the lock in its turn.
 *
 * A mutex whose handles are all released lives on while lwt_mutex_with_lock or
 * lwt_condition_wait use it; where nothing can unlock it any more, who still
 * waits does so for ever, and callbacks and environments are dropped. */
