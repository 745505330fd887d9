/* Stubs as users write them, for lib/library.js: functions of C that return
 * promises of jobs. */
#include <errno.h>
#include <lwt_unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct job_mkdir {
  struct lwt_unix_job job;
  int result;
  int error_code;
  char path[];
};

static void worker_mkdir(struct lwt_unix_job *base) {
  struct job_mkdir *job = (struct job_mkdir *)base;
  job->result = mkdir(job->path, 0700);
  job->error_code = errno;
}

static lwt_value result_mkdir(struct lwt_unix_job *base) {
  struct job_mkdir *job = (struct job_mkdir *)base;
  lwt_value value = LWT_UNIT;
  if (job->result < 0) value = lwt_unix_error(job->error_code, "mkdir", job->path);
  lwt_unix_free_job(base);
  return value;
}

lwt_t *make_directory(const char *path) {
  struct job_mkdir *job = lwt_unix_new_plus(struct job_mkdir, strlen(path) + 1);
  lwt_unix_alloc_job(&job->job);
  job->job.worker = worker_mkdir;
  job->job.result = result_mkdir;
  strcpy(job->path, path);
  return lwt_unix_run_job(&job->job);
}

/* A job whose value is text: the bytes turned round. */
struct job_reverse {
  struct lwt_unix_job job;
  size_t length;
  char bytes[];
};

static void worker_reverse(struct lwt_unix_job *base) {
  struct job_reverse *job = (struct job_reverse *)base;
  for (size_t i = 0; i < job->length / 2; i++) {
    char byte = job->bytes[i];
    job->bytes[i] = job->bytes[job->length - 1 - i];
    job->bytes[job->length - 1 - i] = byte;
  }
}

static lwt_value result_reverse(struct lwt_unix_job *base) {
  struct job_reverse *job = (struct job_reverse *)base;
  lwt_value value = lwt_owned_string(lwt_string_new(job->bytes, job->length));
  lwt_unix_free_job(base);
  return value;
}

lwt_t *reverse(const char *bytes, size_t length) {
  struct job_reverse *job = lwt_unix_new_plus(struct job_reverse, length);
  lwt_unix_alloc_job(&job->job);
  job->job.worker = worker_reverse;
  job->job.result = result_reverse;
  job->length = length;
  memcpy(job->bytes, bytes, length);
  return lwt_unix_run_job(&job->job);
}

/* Arguments and results of each kind, in an order that mixes registers. */
double weigh(int a, double b, unsigned c, int64_t d, bool e, const char *text, float f) {
  return a + b + c + (double)d + (e ? 1000 : 0) + (double)strlen(text) + f;
}

lwt_t *raise_failure(const char *message) {
  return lwt_fail_with(message);
}

static void call_and_raise(void *env) {
  (void)env;
  lwt_raise(lwt_exn_new(LWT_FAILURE, "nobody handles this"));
}

/* A failure that no promise tells. */
void fail_unhandled(void) {
  lwt_t *now = lwt_return(LWT_UNIT);
  lwt_on_termination(now, call_and_raise, NULL, NULL);
  lwt_release(now);
}

/* What a task that returned a promise was fulfilled with. */
lwt_t *run_task(lwt_thunk_fn task, void *env, lwt_drop_fn drop) {
  lwt_t *p = task(env);
  drop(env);
  return p;
}
