/* Jobs get on while the thread that submitted them is not in its main loop. */
#include "jobs.h"

#include <semaphore.h>

enum { TOGETHER = 20 };

static sem_t begun, go;

static void wait_for_all(struct lwt_unix_job *job) {
  (void)job;
  sem_post(&begun);
  while (sem_wait(&go) != 0) continue;
}
static lwt_value nothing(struct lwt_unix_job *job) {
  lwt_unix_free_job(job);
  return LWT_UNIT;
}
static lwt_t *blocked_job(void) {
  struct lwt_unix_job *job = lwt_unix_new(struct lwt_unix_job);
  job->worker = wait_for_all;
  job->result = nothing;
  return lwt_unix_run_job(lwt_unix_alloc_job(job));
}

/* A test's natural wait: not in the main loop. */
static lwt_t *all_begin(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_t *all[TOGETHER];
  for (int i = 0; i < TOGETHER; i++) all[i] = blocked_job();
  for (int i = 0; i < TOGETHER; i++)
    while (sem_wait(&begun) != 0) continue;
  CHECK(lwt_unix_thread_count() >= TOGETHER);
  for (int i = 0; i < TOGETHER; i++) sem_post(&go);
  return lwt_join(all, TOGETHER);
}

TEST(blocking_jobs_all_begin_while_the_submitter_waits_outside_its_loop) {
  sem_init(&begun, 0, 0);
  sem_init(&go, 0, 0);
  CHECK_INT(run(all_begin(LWT_UNIT, NULL)), 0);
}
TEST(and_while_it_waits_in_a_callback) {
  CHECK_INT(run(lwt_bind(lwt_pause(), all_begin, NULL, NULL)), 0);
}
TEST(and_in_the_callback_of_a_job) {
  sem_post(&go);
  lwt_t *first = lwt_bind(blocked_job(), all_begin, NULL, NULL);
  while (sem_wait(&begun) != 0) continue;
  CHECK_INT(run(first), 0);
}
