/* The one job of copy_tree: run a function on a worker thread.
 *
 * What the function needs and what it finds is in `env`; the job itself
 * carries nothing, so the result function has little more to do than to free
 * it. See ../mkdir.c for a job that carries its arguments and its error.
 *
 * Why not lwt_unix_openfile, lwt_unix_fchmod and so on, each a job: to copy a
 * file takes some eight calls, most of which need less time than to hand a job
 * over and back (stat of `benches/`: 0.6 us of processor time above the call);
 * here a job makes those of up to sixteen files. And all of them start from an
 * open directory (openat), so that nothing that is renamed meanwhile leads them
 * astray and no path is too long, which Lwt's calls on paths can't.
 */
#include "copy.h"

#include <unistd.h>

enum { MOST_LANES = 16 };

/* A pool takes one more worker when those it has are held up: right for calls
 * that wait. Copying from memory to memory keeps a processor busy instead, and
 * is done faster by several. So there is a pool for each processor, and as a
 * disk may be slow, each may have more than one worker. */
static struct lane {
  lwt_unix_pool *pool;
  size_t queued; /* jobs submitted and not yet read */
} lanes[MOST_LANES];
static size_t lane_count;

static int stopping; /* read by all */

void stop_all(void)
{
  __atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
}

void start_over(void)
{
  __atomic_store_n(&stopping, 0, __ATOMIC_RELAXED);
}

bool should_stop(void)
{
  return __atomic_load_n(&stopping, __ATOMIC_RELAXED) != 0;
}

bool open_lanes(size_t most_jobs)
{
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t wanted = processors < 2 ? 2 : processors > MOST_LANES ? MOST_LANES : (size_t)processors;

  if (wanted > most_jobs)
    wanted = most_jobs;
  for (; lane_count < wanted; lane_count++) {
    lanes[lane_count].pool = lwt_unix_new_pool("copy", (int)((most_jobs + wanted - 1) / wanted));
    if (lanes[lane_count].pool == NULL)
      return false;
  }
  return true;
}

void close_lanes(void)
{
  while (lane_count > 0)
    lwt_unix_pool_release(lanes[--lane_count].pool);
}

static struct lane *shortest_lane(void)
{
  struct lane *shortest = &lanes[0];

  for (size_t i = 1; i < lane_count; i++)
    if (lanes[i].queued < shortest->queued)
      shortest = &lanes[i];
  return shortest;
}

struct job_work {
  struct lwt_unix_job job;
  struct lane *lane;
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
  struct job_work *job = (struct job_work *)base;

  if (job->lane != NULL)
    job->lane->queued--;
  lwt_unix_free_job(base);
  return LWT_UNIT;
}

static struct job_work *new_job(void (*work)(void *env), void *env, struct lane *lane)
{
  struct job_work *job = lwt_unix_new(struct job_work);

  job->job.worker = worker_work;
  job->job.result = result_work;
  job->lane = lane;
  job->work = work;
  job->env = env;
  lwt_unix_alloc_job(&job->job);
  return job;
}

lwt_t *on_worker(void (*work)(void *env), void *env)
{
  struct lane *lane = shortest_lane();

  lane->queued++;
  return lwt_unix_run_job_in(lane->pool, &new_job(work, env, lane)->job);
}

lwt_t *on_worker_beside(void (*work)(void *env), void *env)
{
  return lwt_unix_run_job(&new_job(work, env, NULL)->job);
}
