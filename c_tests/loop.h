/* Running the main loop in a test. */
#ifndef LOOP_H
#define LOOP_H
#include "promises.h"

/* The value, or minus the kind of the failure. */
static inline intptr_t run(lwt_t *p) {
  lwt_exn *e = NULL;
  lwt_value v = lwt_main_run(p, &e);
  if (e == NULL) return LWT_TO_INT(v);
  int kind = lwt_exn_kind(e);
  lwt_exn_release(e);
  return -kind;
}
static inline void turns(int n) {
  for (int i = 0; i < n; i++) CHECK_INT(run(lwt_pause()), 0);
}
/* Turns until something has happened, thirty seconds at most: a checker slows all down. */
#define WAIT_UNTIL(condition)                                              \
  do {                                                                     \
    int64_t give_up = now_ns() + (int64_t)30000000000;                     \
    while (!(condition) && now_ns() < give_up) run(lwt_unix_sleep(0.001)); \
    CHECK(condition);                                                      \
  } while (0)
#endif
