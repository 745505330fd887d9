/* job_latency, job_throughput_*: a job that only counts goes to a worker and
 * comes back. `window` jobs are in flight; whenever one has come back the next
 * is submitted, by its completion callback as with libuv. idle: what a process costs
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
static lwt_t *detach_job(void) { return lwt_preemptive_detach(detached, NULL, NULL); }

static lwt_u *all_done;
static lwt_t *(*make_job)(void) = count_job;

/* The completion callback of a job submits the next one. */
static void submit(void);
static void came_back(lwt_value value, void *env) {
  (void)value, (void)env;
  if (++done == n_ops) lwt_wakeup(all_done, LWT_UNIT);
  else if (submitted < n_ops) submit();
}
static void submit(void) {
  submitted++;
  lwt_t *p = make_job();
  if (lwt_on_success(p, came_back, NULL, NULL) != LWT_OK) die("on_success");
  lwt_release(p);
}
static void run_callbacks(int window) {
  lwt_t *all = lwt_wait(&all_done);
  for (int i = 0; i < window && submitted < n_ops; i++) submit();
  run(all);
}

/* The same as loops of promises, which the main loop joins (variant bind). */
static lwt_t *next_job(void);
static lwt_t *bind_came_back(lwt_value value, void *env) {
  (void)value, (void)env;
  done++;
  return next_job();
}
static lwt_t *next_job(void) {
  if (submitted == n_ops) return lwt_return(LWT_UNIT);
  submitted++;
  return lwt_bind(make_job(), bind_came_back, NULL, NULL);
}
static void run_loops(int window) {
  lwt_t *loops[1024];
  CHECK(window <= 1024);
  for (int i = 0; i < window; i++) loops[i] = next_job();
  run(lwt_join(loops, (size_t)window));
}

void job_cases(int window) {
  main_thread = pthread_self();
  if (VARIANT("detach")) make_job = detach_job;
  bench_t b = bench_begin();
  if (VARIANT("bind")) run_loops(window);
  else run_callbacks(window);
  b = bench_end(b);
  CHECK_EQ(done, n_ops);
  CHECK_EQ(counted, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, "on_main=%llu threads=%d",
         (unsigned long long)on_main, lwt_unix_thread_count());
}

/* Runs N jobs, says so, and then waits for a notification that nobody sends.
 * compare/extras.py looks at the process from outside, and ends it. */
static void nothing(void *env) { (void)env; }
void idle_case(void) {
  lwt_u *u;
  lwt_t *forever = lwt_wait(&u);
  run_callbacks(64);
  CHECK_EQ(counted, n_ops);
  lwt_unix_make_notification(nothing, NULL, NULL, false);
  printf("READY %d\n", lwt_unix_thread_count());
  fflush(stdout);
  run(forever);
}
