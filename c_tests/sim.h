/* Tests in virtual time: simulate(seed), and then what sleeps takes no time. */
#ifndef SIM_H
#define SIM_H
#include "loop.h"

/* From here on time is virtual, begins with 0, and the seed orders what has no
 * order. Again: another run. */
static inline void simulate(uint64_t seed) {
  lwt_engine *engine = lwt_engine_sim(seed);
  CHECK(engine != NULL);
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  lwt_engine_release(engine);
}
/* Virtual now, in milliseconds; a turn with something to do takes a microsecond. */
static inline long now_ms(void) { return (long)(lwt_engine_now() * 1e3 + 1e-6); }
#endif
