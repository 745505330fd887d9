/* POOLS of things that are dear to make and can be used again, by one at a
 * time: connections, say. A pool makes them when they are needed, at most so
 * many, and lends them:
 *
 *     static lwt_t *connect(void *host) { ... }                 // makes a member
 *     static lwt_t *ask(lwt_value connection, void *question) { ... }
 *     ...
 *     lwt_pool *pool = lwt_pool_create(8, connect, host, NULL, NULL);
 *     lwt_t *answer = lwt_pool_use(pool, ask, question, NULL);
 *
 * When eight are in use, who wants one waits in turn. A member that comes back
 * goes straight to the oldest who waits, else to the free ones, of which the
 * one that is longest free is lent first.
 *
 * Decided here where Lwt errs: a member never counts twice and its place is
 * never lost, so that there are never more than the limit (Lwt can have one
 * more after a failed validation); when a member can't be made, the next who
 * waits has one made (in Lwt nobody tries again); when one who waits is
 * cancelled, the member that was being made for him goes to another; a failing
 * dispose function gives up the place all the same; lwt_pool_clear goes on to
 * the next member when one can't be disposed of.
 *
 * A pool whose handles are all released lives on while its members are in use
 * or waited for. Then its free members are dropped, without the dispose
 * function, which would have to be waited for: lwt_pool_clear comes first.
 *
 * Not in the manual. */
