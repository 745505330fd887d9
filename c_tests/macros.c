/* The macros and inline functions of the headers, in a file that is C and C++
 * alike: no cast is missing that C++ wants, and nothing is used that it has not. */
#include <errno.h>
#include <lwt_all.h>
#include <string.h>

struct job_join {
  struct lwt_unix_job job;
  const char *left;
  const char *right;
  size_t length;
  int error_code;
};

static void worker_join(struct job_join *job) {
  job->length = strlen(job->left) + strlen(job->right);
  job->error_code = job->length == 0 ? ENOENT : 0;
}

static lwt_value result_join(struct job_join *job) {
  size_t length = job->length;
  LWT_UNIX_CHECK_JOB(job, job->length > 100, "join");
  LWT_UNIX_CHECK_JOB_ARG(job, job->error_code != 0, "join", job->left);
  lwt_unix_free_job(&job->job);
  return LWT_INT(length);
}

static lwt_t *join_job(const char *left, const char *right) {
  LWT_UNIX_INIT_JOB_STRING2(job, join, 4, left, right);
  return lwt_unix_run_job(&job->job);
}

static lwt_t *left_job(const char *left) {
  LWT_UNIX_INIT_JOB_STRING(job, join, 0, left);
  job->right = "";
  return lwt_unix_run_job(&job->job);
}

static lwt_t *bare_job(void) {
  LWT_UNIX_INIT_JOB(job, join, 0);
  job->left = "bare";
  job->right = "";
  return lwt_unix_run_job(&job->job);
}

LWT_NOT_AVAILABLE1(one)
LWT_NOT_AVAILABLE2(two)
LWT_NOT_AVAILABLE3(three)
LWT_NOT_AVAILABLE4(four)
LWT_NOT_AVAILABLE5(five)
LWT_NOT_AVAILABLE6(six)
LWT_UNIX_JOB_NOT_IMPLEMENTED(seven)

static int is(lwt_t *p, intptr_t wanted) {
  lwt_exn *exn = NULL;
  lwt_value value = lwt_main_run(p, &exn);
  return exn == NULL && LWT_TO_INT(value) == wanted;
}

static int fails(lwt_t *p, int errnum) {
  lwt_exn *exn = NULL;
  int right;
  lwt_main_run(p, &exn);
  right = lwt_exn_errno(exn) == errnum && strcmp(lwt_exn_function(exn), "join") == 0;
  lwt_exn_release(exn);
  return right;
}

int main(void) {
  lwt_unix_mutex mutex;
  lwt_unix_condition condition;
  if (!is(join_job("two", "words"), 8)) return 1;
  if (!is(left_job("word"), 4)) return 2;
  if (!is(bare_job(), 4)) return 3;
  if (!fails(join_job("", NULL), ENOENT)) return 4;
  if (LWT_UNIT != NULL || LWT_TO_INT(LWT_INT(-1)) != -1) return 5;

  lwt_unix_mutex_init(&mutex);
  lwt_unix_condition_init(&condition);
  lwt_unix_mutex_lock(&mutex);
  lwt_unix_condition_signal(&condition);
  lwt_unix_condition_broadcast(&condition);
  lwt_unix_mutex_unlock(&mutex);
  lwt_unix_condition_destroy(&condition);
  lwt_unix_mutex_destroy(&mutex);
  return lwt_unix_thread_equal(lwt_unix_thread_self(), lwt_unix_thread_self()) ? 0 : 6;
}
