#include "lwt_mutex.h"
/* CONDITIONS on which promises wait, each time for the next signal. A signal
 * carries a value; when nobody waits it is lost, and not remembered. So what is
 * waited for is kept elsewhere, and looked at again after each wake-up:
 *
 *     static lwt_t *next_job(lwt_value signalled, void *env) {
 *       if (queue_is_empty())
 *         return lwt_bind(lwt_condition_wait(arrived, NULL), next_job, env, NULL);
 *       return lwt_return(queue_pop());
 *     }
 *
 * A mutex that is given to lwt_condition_wait is unlocked while it waits, and
 * locked again before its promise resolves, whether by a signal, by a failure
 * or by being cancelled. While it waits for the mutex it can't be cancelled
 * (Lwt lets a second cancel through there, and gives up the mutex).
 *
 * A condition whose handles are all released can't be signalled any more: who
 * waits then waits for ever, and callbacks and environments are dropped. */
