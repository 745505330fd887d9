#include <sys/select.h>
/* ENGINES wait for descriptors on behalf of the main loop. A program that has
 * promises seldom needs them: this header is for the glue to other libraries
 * (plain callbacks on descriptors and timers), for a loop of your own
 * (lwt_engine_new), and for tests. A test in virtual time waits for nothing:
 *
 *     lwt_engine *sim = lwt_engine_sim(7);    // the seed
 *     lwt_engine_set(sim, true, true);
 *     lwt_engine_release(sim);
 *     lwt_main_run(lwt_unix_sleep(3600), NULL); // returns at once
 *     assert(lwt_engine_now() == 3600);
 *
 * Another seed gives another order where Lwt leaves one open; the same seed
 * gives the same run again. */
