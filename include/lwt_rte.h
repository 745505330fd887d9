/* Module Lwt_rte. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_RTE_H
#define LWT_RTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TRACING: what the main loops do and what waits, told to functions of yours as
 * it happens; modules Lwt_rte and Lwt_runtime_events of Lwt 6, with their names
 * of events. Without functions nothing is told, and nothing measurable
 * spent.
 *
 *   static void lap(void *count) { ++*(int *)count; }
 *   ...
 *   int count = 0;
 *   struct lwt_rte_events events = {sizeof events, &count, NULL, NULL, NULL, lap, NULL};
 *   lwt_rte_install(&events);
 *
 * The span "lwt-trace" is that of something that had to wait for a promise: a
 * bind, map, catch, try_bind or finalize on a promise that was pending, from
 * that call to the moment before its callback runs; or lwt_await in a fiber, to
 * the moment when the fiber is queued again. File and line are told of
 * LWT_AWAIT (lwt_syntax.h), and of the others while debugging is on
 * (lwt_debug.h). A span also ends when its promise never will resolve.
 *
 * The functions are called on the thread of the event; several threads may call
 * at once. They may call the library, which then tells nothing; they must
 * return. What one raises with lwt_raise goes to the async exception hook.
 *
 * Not in the manual. */

/* What waits, of the span "lwt-trace". */
typedef struct lwt_rte_span {
  /* The span's number: its beginning and its end have the same, and no other
   * span of the process. */
  uint64_t id;
  /* What waits, "bind" or "await"; or what lwt_rte_emit_trace was given.
   * Never NULL. */
  const char *name;
  /* Where it was called; NULL if that is not known. */
  const char *file;
  /* The line in that file, or 0. */
  int line;
} lwt_rte_span;

/* Functions that are told of events, each of which may be NULL, and their
 * environment. */
typedef struct lwt_rte_events {
  /* sizeof(struct lwt_rte_events), so that later versions can have more. */
  size_t size;
  /* For all functions. */
  void *env;
  /* The counter "lwt-paused-count": how many promises of this thread are
   * paused. */
  void (*paused_count)(size_t count, void *env);
  /* The counter "lwt-unix-job-count": how many jobs of this thread are on
   * their way. */
  void (*unix_job_count)(size_t count, void *env);
  /* The span "lwt-sch-call" begins (true) or ends: this thread's main loop
   * runs. */
  void (*sch_call)(bool begins, void *env);
  /* The mark "lwt-sch-lap": the main loop begins a turn. */
  void (*sch_lap)(void *env);
  /* The span "lwt-trace" begins (true) or ends: something waits. */
  void (*trace)(bool begins, const struct lwt_rte_span *span, void *env);
} lwt_rte_events;

/* Has the events of all threads told to these functions from now on, instead
 * of those before; NULL: to nobody. The table is copied; what it points to has
 * to last. Its size may be that of an older or a newer version: functions that
 * this one does not know are not called.
 *
 * Returns LWT_OK, or LWT_INVALID_ARGUMENT if the table's size is too small; it
 * is not installed then. Any thread. An event that another thread is telling
 * just now may still reach the functions that were there before, and the binds
 * of other threads are told from the next turn of their main loops on. */
int lwt_rte_install(const struct lwt_rte_events *events);

/* Are functions installed? Any thread. */
bool lwt_rte_is_installed(void);

/* Installs functions that write each event to a descriptor, as JSON that
 * chrome://tracing and Perfetto read: times are those of CLOCK_MONOTONIC. The
 * descriptor stays yours, and is written to with write(2), which blocks; when
 * it can't be written to, events are lost.
 *
 * Returns LWT_OK, or LWT_UNIX_ERROR if the beginning can't be written: errno
 * tells why; nothing is installed then. Any thread. */
int lwt_rte_write_chrome_trace(int fd);

/* Installs nobody, and writes the end of what lwt_rte_write_chrome_trace has
 * begun on this descriptor. Returns LWT_OK or LWT_UNIX_ERROR, with errno. Any
 * thread; events that other threads are writing just now would come too
 * late. */
int lwt_rte_end_chrome_trace(int fd);

/* Tells the counter "lwt-paused-count", `Lwt_rte.emit_paused_count`. Does
 * nothing, as all emit functions, if no functions are installed, or within one
 * of these functions. The main loop does it in each turn. Any thread. */
void lwt_rte_emit_paused_count(size_t count);

/* Tells the counter "lwt-unix-job-count", `Lwt_rte.emit_job_count`. The main
 * loop does it in each turn. Any thread. */
void lwt_rte_emit_job_count(size_t count);

/* Begins the span "lwt-sch-call", `Lwt_rte.emit_sch_call_begin`. lwt_main_run
 * and lwt_main_run_until do it. Any thread. */
void lwt_rte_emit_sch_call_begin(void);

/* Ends the span "lwt-sch-call", `Lwt_rte.emit_sch_call_end`. Any thread. */
void lwt_rte_emit_sch_call_end(void);

/* Makes the mark "lwt-sch-lap", `Lwt_rte.emit_sch_lap`. The main loop does it
 * at the beginning of each turn. Any thread. */
void lwt_rte_emit_sch_lap(void);

/* Begins or ends a span "lwt-trace", `Lwt_rte.emit_trace`. `name` may be NULL,
 * which is "", and so may `file`, which is unknown; both are borrowed. `id` is
 * what lwt_rte_span_id gave, the same at both ends. Any thread. */
void lwt_rte_emit_trace(bool begins, uint64_t id, const char *name,
                        const char *file, int line);

/* A number for a span of lwt_rte_emit_trace, which no other span has. Any
 * thread. */
uint64_t lwt_rte_span_id(void);

#ifdef __cplusplus
}
#endif

#endif /* LWT_RTE_H */
