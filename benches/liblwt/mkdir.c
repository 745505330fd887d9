/* mkdir: N folders made and removed on tmpfs, 64 jobs in flight. The stubs are
 * the manual's: a record with a copy of the path, a worker, a result. Variants:
 * p4 a pool of 4 threads, sync without any thread. */
#include "bench.h"

#define WINDOW 64

struct job_mkdir {
  struct lwt_unix_job job;
  int result;
  int error_code;
  char *path;
};
static void worker_mkdir(struct job_mkdir *job) {
  job->result = mkdir(job->path, 0755);
  job->error_code = errno;
}
static lwt_value result_mkdir(struct job_mkdir *job) {
  LWT_UNIX_CHECK_JOB_ARG(job, job->result < 0, "mkdir", job->path);
  lwt_unix_free_job(&job->job);
  return LWT_UNIT;
}
static struct lwt_unix_job *mkdir_job(const char *path) {
  LWT_UNIX_INIT_JOB_STRING(job, mkdir, 0, path);
  return lwt_unix_alloc_job(&job->job);
}

struct job_rmdir {
  struct lwt_unix_job job;
  int result;
  int error_code;
  char *path;
};
static void worker_rmdir(struct job_rmdir *job) {
  job->result = rmdir(job->path);
  job->error_code = errno;
}
static lwt_value result_rmdir(struct job_rmdir *job) {
  LWT_UNIX_CHECK_JOB_ARG(job, job->result < 0, "rmdir", job->path);
  lwt_unix_free_job(&job->job);
  return LWT_UNIT;
}
static struct lwt_unix_job *rmdir_job(const char *path) {
  LWT_UNIX_INIT_JOB_STRING(job, rmdir, 0, path);
  return lwt_unix_alloc_job(&job->job);
}

static const char *folder;
static uint64_t submitted, done;
static lwt_unix_async_method method = LWT_UNIX_ASYNC_METHOD_DETACH;
typedef struct lwt_unix_job *(*make_job_fn)(const char *path);

static lwt_t *next_call(make_job_fn *make);
static lwt_t *came_back(lwt_value value, void *env) {
  (void)value;
  done++;
  return next_call(env);
}
static lwt_t *next_call(make_job_fn *make) {
  char path[600];
  if (submitted == n_ops) return lwt_return(LWT_UNIT);
  snprintf(path, sizeof path, "%s/d%llu", folder, (unsigned long long)submitted++);
  return lwt_bind(lwt_unix_run_job_with((*make)(path), method), came_back, make, NULL);
}
static void phase(make_job_fn make) {
  lwt_t *loops[WINDOW];
  submitted = done = 0;
  for (int i = 0; i < WINDOW; i++) loops[i] = next_call(&make);
  run(lwt_join(loops, WINDOW));
  CHECK_EQ(done, n_ops);
}

void mkdir_case(void) {
  if (VARIANT("p4")) CHECK_EQ(lwt_unix_set_pool_size(4), LWT_OK);
  if (VARIANT("sync")) method = LWT_UNIX_ASYNC_METHOD_NONE;
  folder = scratch_dir();
  bench_t b = bench_begin();
  phase(mkdir_job);
  CHECK_EQ(subdirs(folder), n_ops);
  phase(rmdir_job);
  b = bench_end(b);
  CHECK_EQ(subdirs(folder), 0);
  rmdir(folder);
  report(PEER, variant, cas, n_ops, 2 * n_ops, b.wall, b.cpu, "threads=%d", lwt_unix_thread_count());
}
