/* liblwt's program of the comparison: what its files share.
 * The interface of the program and the definition of each case are in
 * ../peers/README.md; the clock, the report and the other half of the notify
 * cases come from ../peers/common.h, so that they are the same for all. */
#ifndef LIBLWT_BENCH_H
#define LIBLWT_BENCH_H
#include "../peers/common.h"

#include <lwt.h>
#include <lwt_direct.h>
#include <lwt_engine.h>
#include <lwt_main.h>
#include <lwt_preemptive.h>
#include <lwt_unix.h>

#define PEER "liblwt"

extern const char *cas;     /* the case, argv[1]                        */
extern const char *variant; /* argv[3], or ""                           */
extern uint64_t n_ops;      /* argv[2]                                  */

#define VARIANT(s) (!strcmp(variant, s))

/* Runs the main loop until p has resolved; a failure ends the program. */
void run(lwt_t *p);

/* Did p fail with LWT_CANCELED? */
static inline bool is_canceled(const lwt_t *p) {
  return lwt_exn_kind(lwt_exn_of(p)) == LWT_CANCELED;
}

/* One file per group of cases. Each measures, checks and reports. */
void promise_cases(void);
void coroutine_cases(void); /* in C++ */
void job_cases(int window);
void echo_case(uint64_t bytes);
void idle_connections_case(void);
void idle_case(void);
void mkdir_case(void);
void stat_case(void);
void file_cases(int size, int window);
void notify_cases(void);
void stream_cases(void);
void react_cases(void);
void redraw_cases(void);
void sync_cases(void);
void line_cases(void);
void log_cases(void);
void list_cases(void);
void timer_cases(void);
void yield_cases(int loops);
void spawn_cases(int window);
#endif
