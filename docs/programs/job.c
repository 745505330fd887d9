#include <errno.h>
#include <lwt_all.h>
#include <stdio.h>
#include <sys/stat.h>

/* What the worker needs and what it finds out, in one record. */
struct job_mkdir {
  struct lwt_unix_job job; /* always the first field */
  int result;
  int error_code;
  char path[]; /* a copy: the caller's may be gone when the worker runs */
};

/* Runs on a worker thread, and may block. It touches nothing but the record. */
static void worker_mkdir(struct lwt_unix_job *base) {
  struct job_mkdir *job = (struct job_mkdir *)base;
  job->result = mkdir(job->path, 0700);
  job->error_code = errno;
}

/* Runs on the main loop's thread. Frees the record; what it returns is the
 * promise's value. */
static lwt_value result_mkdir(struct lwt_unix_job *base) {
  struct job_mkdir *job = (struct job_mkdir *)base;
  lwt_value value = LWT_UNIT;
  if (job->result < 0) value = lwt_unix_error(job->error_code, "mkdir", job->path);
  lwt_unix_free_job(base);
  return value;
}

/* What everybody calls. */
static lwt_t *make_directory(const char *path) {
  struct job_mkdir *job = lwt_unix_new_plus(struct job_mkdir, strlen(path) + 1);
  strcpy(job->path, path);
  job->job.worker = worker_mkdir;
  job->job.result = result_mkdir;
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}

int main(void) {
  for (int i = 0; i < 2; i++) {
    lwt_exn *exn = NULL;
    lwt_main_run(make_directory("a_directory"), &exn);
    printf("%s\n", exn == NULL ? "made" : lwt_exn_message(exn));
    lwt_exn_release(exn);
  }
  return 0;
}
