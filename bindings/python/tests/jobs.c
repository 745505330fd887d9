/* Jobs for test_jobs.py: a library of blocking calls that knows nothing of Python. */
#include <errno.h>
#include <lwt_all.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

struct job_wait {
  struct lwt_unix_job job;
  int fd;
  char byte;
};

static void worker_wait(struct lwt_unix_job *base) {
  struct job_wait *job = (struct job_wait *)base;
  if (read(job->fd, &job->byte, 1) != 1) job->byte = '?';
}

static lwt_value result_wait(struct lwt_unix_job *base) {
  struct lwt_string *text = lwt_string_new(&((struct job_wait *)base)->byte, 1);
  lwt_unix_free_job(base);
  return lwt_owned_string(text);
}

/* Blocks a worker until there is a byte in a pipe. */
lwt_t *wait_for_byte(int fd) {
  struct job_wait *job = lwt_unix_new(struct job_wait);
  lwt_unix_alloc_job(&job->job);
  job->job.worker = worker_wait;
  job->job.result = result_wait;
  job->fd = fd;
  return lwt_unix_run_job(&job->job);
}
