/* job_latency, job_throughput_*: a job that only counts goes to a worker and
 * comes back. As with the peers, `window` loops run side by side, each of which
 * submits its next job when the last has come back. idle: what a process costs
 * whose pool has nothing to do. */
#include "bench.h"

static uint64_t counted, on_main, submitted, done;
static pthread_t main_thread;

/* The job, written as the manual teaches: a record of its own for each. */
struct job_count {
  struct lwt_unix_job job;
};
static void worker_count(struct job_count *job) {
  (void)job;
  __atomic_fetch_add(&counted, 1, __ATOMIC_RELAXED);
  if (pthread_equal(pthread_self(), main_thread)) on_main++;
}
static lwt_value result_count(struct job_count *job) {
  lwt_unix_free_job(&job->job);
  return LWT_UNIT;
}
static lwt_t *count_job(void) {
  LWT_UNIX_INIT_JOB(job, count, 0);
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}

/* The same as a detached computation (variant detach). */
static lwt_value detached(void *env) {
  (void)env;
  worker_count(NULL);
  return LWT_UNIT;
}

static lwt_t *next_job(void *env);
static lwt_t *came_back(lwt_value value, void *env) {
  (void)value;
  done++;
  return next_job(env);
}
static lwt_t *next_job(void *env) {
  if (submitted == n_ops) return lwt_return(LWT_UNIT);
  submitted++;
  lwt_t *p = env ? lwt_preemptive_detach(detached, NULL, NULL) : count_job();
  return lwt_bind(p, came_back, env, NULL);
}

static void run_loops(int window) {
  lwt_t *loops[1024];
  void *detach = VARIANT("detach") ? &detached : NULL;
  CHECK(window <= 1024);
  for (int i = 0; i < window; i++) loops[i] = next_job(detach);
  run(lwt_join(loops, (size_t)window));
}

void job_cases(int window) {
  main_thread = pthread_self();
  bench_t b = bench_begin();
  run_loops(window);
  b = bench_end(b);
  CHECK_EQ(done, n_ops);
  CHECK_EQ(counted, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "on_main=%llu threads=%d",
         (unsigned long long)on_main, lwt_unix_thread_count());
}

/* Runs N jobs, says so, and then waits for a notification that nobody sends.
 * ../idle looks at the process from outside, and ends it. */
static void nothing(void *env) { (void)env; }
void idle_case(void) {
  lwt_u *u;
  lwt_t *forever = lwt_wait(&u);
  run_loops(64);
  CHECK_EQ(counted, n_ops);
  lwt_unix_make_notification(nothing, NULL, NULL, false);
  printf("READY %d\n", lwt_unix_thread_count());
  fflush(stdout);
  run(forever);
}
