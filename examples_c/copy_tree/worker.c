/* The one job of copy_tree: run a function on a worker thread.
 *
 * What the function needs and what it finds is in `env`; the job itself
 * carries nothing, so the result function has only to free it. See
 * ../mkdir.c for a job that carries its arguments and its error.
 */
#include "copy.h"

static int stopping; /* set once, read by all */

void stop_all(void)
{
  __atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
}

bool should_stop(void)
{
  return __atomic_load_n(&stopping, __ATOMIC_RELAXED) != 0;
}

struct job_work {
  struct lwt_unix_job job;
  void (*work)(void *env);
  void *env;
};

static void worker_work(struct lwt_unix_job *base)
{
  struct job_work *job = (struct job_work *)base;

  job->work(job->env);
}

static lwt_value result_work(struct lwt_unix_job *base)
{
  lwt_unix_free_job(base);
  return LWT_UNIT;
}

lwt_t *on_worker(void (*work)(void *env), void *env)
{
  struct job_work *job = lwt_unix_new(struct job_work);

  job->job.worker = worker_work;
  job->job.result = result_work;
  job->work = work;
  job->env = env;
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}
