#include <errno.h>
#include <lwt_all.h>
#include <stdio.h>
#include <sys/stat.h>

struct job_mkdir {
  struct lwt_unix_job job;
  int result;
  int error_code;
  const char *path;
};

static void worker_mkdir(struct job_mkdir *job) {
  job->result = mkdir(job->path, 0700);
  job->error_code = errno;
}

static lwt_value result_mkdir(struct job_mkdir *job) {
  LWT_UNIX_CHECK_JOB_ARG(job, job->result < 0, "mkdir", job->path);
  lwt_unix_free_job(&job->job);
  return LWT_UNIT;
}

static lwt_t *make_directory(const char *path) {
  LWT_UNIX_INIT_JOB_STRING(job, mkdir, 0, path);
  return lwt_unix_run_job(&job->job);
}

int main(void) {
  lwt_t *twenty[20];
  lwt_exn *exn = NULL;
  for (int i = 0; i < 20; i++) {
    char path[20];
    snprintf(path, sizeof path, "directory_%d", i);
    twenty[i] = make_directory(path);
  }
  lwt_main_run(lwt_join(twenty, 20), NULL);
  printf("twenty directories\n");

  lwt_main_run(make_directory("directory_7"), &exn);
  printf("%s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
  return 0;
}
