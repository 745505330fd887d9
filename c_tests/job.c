/* Jobs: the worker off the main thread, the result function on it. */
#include "jobs.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

TEST(a_job_runs_elsewhere_and_its_result_is_read_here) {
  works_start();
  CHECK_INT(run(work_run(41)), 42);
  CHECK_INT(shared(&works_ran), 1);
  CHECK_INT(shared(&works_on_main), 0);
  works_end(1);
  CHECK_INT(shared(&works_read), 1);
}

TEST(run_job_does_not_wait) {
  works_start();
  lwt_t *p = work_gated(1);
  CHECK_SLEEPS(p);
  turns(3);
  CHECK_SLEEPS(p);
  works_open_gate();
  CHECK_INT(run(p), 2);
  works_end(1);
}

TEST(a_system_error_becomes_a_failure) {
  works_start();
  struct work *work = work_new(1);
  work->error = ENOENT;
  lwt_exn *e = NULL;
  lwt_main_run(lwt_unix_run_job(&work->job), &e);
  CHECK_INT(lwt_exn_kind(e), LWT_UNIX_ERROR);
  CHECK_INT(lwt_exn_errno(e), ENOENT);
  CHECK_STR(lwt_exn_message(e), "work: No such file or directory: \"argument\"");
  lwt_exn_release(e);
  works_end(1);
}

TEST(thousands_of_jobs_in_flight) {
  long n = scaled(20000);
  works_start();
  lwt_t **all = malloc((size_t)n * sizeof *all);
  for (long i = 0; i < n; i++) all[i] = work_run(i);
  struct lwt_values *values = lwt_main_run(lwt_all(all, (size_t)n), NULL);
  CHECK_INT(values->len, n);
  for (long i = 0; i < n; i++)
    if (LWT_TO_INT(values->data[i]) != i + 1) CHECK(false);
  lwt_values_release(values);
  free(all);
  works_end((int)n);
  CHECK_INT(shared(&works_on_main), 0);
}

TEST(blocking_jobs_run_at_the_same_time) {
  enum { N = 50 };
  works_start();
  lwt_t *all[N];
  for (int i = 0; i < N; i++) all[i] = work_gated(i);
  WAIT_UNTIL(shared(&works_running) == N); /* none waits for another */
  works_open_gate();
  CHECK_INT(run(lwt_join(all, N)), 0);
  works_end(N);
}

TEST(a_job_whose_promise_is_released_runs_all_the_same) {
  works_start();
  lwt_release(work_run(1));
  works_end(1);
  CHECK_INT(shared(&works_ran), 1);
  CHECK_INT(shared(&works_read), 1);
}

static int owned_drops;
static lwt_value owned_result(struct lwt_unix_job *job) {
  lwt_unix_free_job(job);
  return lwt_owned(&owned_drops, count_drop);
}
TEST(a_result_function_may_give_its_value_a_drop_function) {
  struct work *work = work_new(1);
  work->job.result = owned_result;
  lwt_t *p = lwt_unix_run_job(&work->job);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_PTR(lwt_value_of(p), &owned_drops);
  CHECK_INT(owned_drops, 0);
  lwt_release(p);
  CHECK_INT(owned_drops, 1);
}

/* A callback may start the next job. */
static lwt_t *next_job(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(v);
  (void)env;
  return n < 200 ? lwt_bind(work_run(n), next_job, NULL, NULL) : lwt_return(v);
}
TEST(jobs_in_a_chain) {
  works_start();
  CHECK_INT(run(lwt_bind(work_run(0), next_job, NULL, NULL)), 200);
  works_end(200);
}

TEST(jobs_are_not_stalled) {
  works_start();
  lwt_u *u;
  lwt_t *p = work_sleep(1, 50);
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  CHECK_RETURNS(p, 2); /* the job ended before the loop gave up */
  lwt_wakener_forget(u);
  works_end(1);
}

/* Workers mask all signals. */
static void mask_worker(struct lwt_unix_job *job) {
  sigset_t set;
  pthread_sigmask(SIG_SETMASK, NULL, &set);
  ((struct work *)job)->number = sigismember(&set, SIGINT) == 1 && sigismember(&set, SIGALRM) == 1 &&
                                 sigismember(&set, SIGCHLD) == 1;
}
TEST(workers_mask_signals) {
  works_start();
  struct work *work = work_new(0);
  work->job.worker = mask_worker;
  CHECK_INT(run(lwt_unix_run_job(&work->job)), 1);
  sigset_t set;
  pthread_sigmask(SIG_SETMASK, NULL, &set);
  CHECK_INT(sigismember(&set, SIGINT), 0); /* and the caller's are as before */
}

/* A worker may send a notification. */
static intptr_t told;
static int tellings;
static void tell(void *env) { (void)env, tellings++; }
static void telling_worker(struct lwt_unix_job *job) {
  (void)job;
  for (int i = 0; i < 100; i++) lwt_unix_send_notification(told);
}
TEST(a_worker_may_send_notifications) {
  told = lwt_unix_make_notification(tell, NULL, NULL, false);
  struct work *work = work_new(0);
  work->job.worker = telling_worker;
  CHECK_INT(run(lwt_unix_run_job(&work->job)), 0);
  turns(1);
  CHECK_INT(tellings, 100);
  lwt_unix_stop_notification(told);
}

/* -------------------------------------------------------------- misuse --- */
TEST(no_job_or_half_a_job_is_invalid) {
  lwt_t *p = lwt_unix_run_job(NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_unix_run_job");
  CHECK_FAILS(p, INVALID);
  CHECK_FAILS(lwt_unix_run_job_with(NULL, LWT_UNIX_ASYNC_METHOD_DETACH), INVALID);
  works_start();
  struct work *work = work_new(1);
  work->job.worker = NULL;
  CHECK_FAILS(lwt_unix_run_job(&work->job), INVALID);
  work = work_new(1);
  work->job.result = NULL;
  CHECK_FAILS(lwt_unix_run_job(&work->job), INVALID);
  CHECK_INT(shared(&works_ran), 0);
  works_end(2);
  CHECK_INT(shared(&works_cancelled), 2);
  CHECK_PTR(lwt_unix_alloc_job(NULL), NULL);
  lwt_unix_free_job(NULL);
}
TEST(a_job_submitted_twice_is_refused_and_the_first_goes_on) {
  works_start();
  struct work *work = work_new(1);
  work->gated = true;
  lwt_t *p = lwt_unix_run_job(&work->job);
  CHECK_FAILS(lwt_unix_run_job(&work->job), INVALID);
  works_open_gate();
  CHECK_INT(run(p), 2);
  works_end(1);
}

/* -------------------------------------------------------------- mkdir --- */
TEST(mkdir_makes_a_directory_or_says_why_not) {
  char path[64];
  snprintf(path, sizeof path, "made-%d", (int)getpid());
  CHECK_INT(run(lwt_unix_mkdir(path, 0700)), 0);
  struct stat st;
  CHECK_INT(stat(path, &st), 0);
  CHECK(S_ISDIR(st.st_mode));
  CHECK_INT(st.st_mode & 0777, 0700);
  lwt_exn *e = NULL;
  char want[128];
  snprintf(want, sizeof want, "mkdir: File exists: \"%s\"", path);
  lwt_main_run(lwt_unix_mkdir(path, 0700), &e);
  CHECK_INT(lwt_exn_errno(e), EEXIST);
  CHECK_STR(lwt_exn_message(e), want);
  CHECK_STR(lwt_exn_function(e), "mkdir");
  CHECK_STR(lwt_exn_argument(e), path);
  lwt_exn_release(e);
  CHECK_INT(rmdir(path), 0);
  CHECK_FAILS(lwt_unix_mkdir(NULL, 0700), INVALID);
}
