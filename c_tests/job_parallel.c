/* Short jobs that compute, more of them than one processor has time for. */
/* valgrind: no (it runs one thread at a time) */
#define _GNU_SOURCE
#include "jobs.h"

#include <sched.h>

enum { JOBS = 400 };

static int running, most;

/* 400 us: several looks of the pool's watch, far less than a long run. */
static void compute(struct lwt_unix_job *job) {
  (void)job;
  int here = __atomic_add_fetch(&running, 1, __ATOMIC_SEQ_CST);
  if (here > __atomic_load_n(&most, __ATOMIC_SEQ_CST))
    __atomic_store_n(&most, here, __ATOMIC_SEQ_CST);
  for (int64_t end = now_ns() + 400000; now_ns() < end;) continue;
  __atomic_sub_fetch(&running, 1, __ATOMIC_SEQ_CST);
}
static lwt_value done(struct lwt_unix_job *job) {
  lwt_unix_free_job(job);
  return LWT_UNIT;
}

TEST(jobs_that_compute_for_some_looks_use_a_second_processor) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) < 2) exit(77);
  lwt_t *all[JOBS];
  for (int i = 0; i < JOBS; i++) {
    struct lwt_unix_job *job = lwt_unix_new(struct lwt_unix_job);
    job->worker = compute;
    job->result = done;
    all[i] = lwt_unix_run_job(lwt_unix_alloc_job(job));
  }
  lwt_t *joined = lwt_join(all, JOBS);
  lwt_exn *exn = NULL;
  lwt_main_run(joined, &exn);
  CHECK(exn == NULL);
  CHECK(most >= 2);
}
