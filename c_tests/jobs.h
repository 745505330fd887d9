/* A job for the tests: it may sleep, counts what became of it, and says on
 * which thread. */
#ifndef JOBS_H
#define JOBS_H
#include "loop.h"

#include <pthread.h>

struct work {
  struct lwt_unix_job job;
  intptr_t number; /* the result is number + 1 */
  long ms;
  int error; /* an errno: the result function fails so */
  bool gated;
  pthread_t submitter;
};
/* The worker's count is shared between threads. */
static int works_ran, works_running, works_most;
static int works_read, works_cancelled, works_on_main, works_read_elsewhere;
static int works_gate; /* gated workers wait until it is set */

static inline int shared(const int *counter) { return __atomic_load_n(counter, __ATOMIC_ACQUIRE); }

static inline void work_worker(struct lwt_unix_job *job) {
  struct work *work = (struct work *)job;
  int running = __atomic_add_fetch(&works_running, 1, __ATOMIC_ACQ_REL), most = shared(&works_most);
  while (running > most && !__atomic_compare_exchange_n(&works_most, &most, running, false,
                                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
  }
  if (pthread_equal(pthread_self(), work->submitter))
    __atomic_add_fetch(&works_on_main, 1, __ATOMIC_ACQ_REL);
  __atomic_add_fetch(&works_ran, 1, __ATOMIC_ACQ_REL);
  if (work->ms > 0) sleep_ms(work->ms);
  while (work->gated && !shared(&works_gate)) sleep_ms(1);
  work->number++;
  __atomic_sub_fetch(&works_running, 1, __ATOMIC_ACQ_REL);
}
static inline lwt_value work_result(struct lwt_unix_job *job) {
  struct work *work = (struct work *)job;
  intptr_t number = work->number;
  int error = work->error;
  if (!pthread_equal(pthread_self(), work->submitter))
    __atomic_add_fetch(&works_read_elsewhere, 1, __ATOMIC_ACQ_REL);
  __atomic_add_fetch(&works_read, 1, __ATOMIC_ACQ_REL);
  lwt_unix_free_job(job);
  if (error != 0) return lwt_unix_error(error, "work", "argument");
  return LWT_INT(number);
}
static inline void work_cancel(struct lwt_unix_job *job) {
  __atomic_add_fetch(&works_cancelled, 1, __ATOMIC_ACQ_REL);
  lwt_unix_free_job(job);
}
static inline struct work *work_new(intptr_t number) {
  struct work *work = lwt_unix_new(struct work);
  memset(work, 0, sizeof *work);
  work->job.worker = work_worker;
  work->job.result = work_result;
  work->number = number;
  work->submitter = pthread_self();
  lwt_unix_alloc_job(&work->job);
  lwt_unix_job_set_cancel(&work->job, work_cancel);
  return work;
}
static inline lwt_t *work_run(intptr_t number) { return lwt_unix_run_job(&work_new(number)->job); }
static inline lwt_t *work_sleep(intptr_t number, long ms) {
  struct work *work = work_new(number);
  work->ms = ms;
  return lwt_unix_run_job(&work->job);
}
static inline lwt_t *work_gated(intptr_t number) {
  struct work *work = work_new(number);
  work->gated = true;
  return lwt_unix_run_job(&work->job);
}
static inline void works_start(void) {
  works_ran = works_running = works_most = works_read = works_cancelled = 0;
  works_on_main = works_read_elsewhere = 0;
  __atomic_store_n(&works_gate, 0, __ATOMIC_RELEASE);
}
static inline void works_open_gate(void) { __atomic_store_n(&works_gate, 1, __ATOMIC_RELEASE); }
/* Exactly one of result function and cancel hook for each of n. */
static inline void works_end(int n) {
  WAIT_UNTIL(shared(&works_read) + shared(&works_cancelled) >= n);
  turns(3);
  CHECK_INT(shared(&works_read) + shared(&works_cancelled), n);
  CHECK_INT(shared(&works_read_elsewhere), 0);
}
#endif
