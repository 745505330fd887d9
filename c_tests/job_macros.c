/* The helper layer of the stubs: macros, threads, mutexes, conditions, and
 * the deprecated form of a job. */
#include "jobs.h"

#include <errno.h>
#include <signal.h>

/* ---------------------------------------------- INIT_JOB and CHECK_JOB --- */
struct job_add {
  struct lwt_unix_job job;
  int a, b, sum, error_code;
};
static void worker_add(struct job_add *job) {
  job->sum = job->a + job->b;
  job->error_code = job->sum < 0 ? EDOM : 0;
}
static lwt_value result_add(struct job_add *job) {
  LWT_UNIX_CHECK_JOB(job, job->error_code != 0, "add");
  intptr_t sum = job->sum;
  lwt_unix_free_job(&job->job);
  return LWT_INT(sum);
}
static lwt_t *add(int a, int b) {
  LWT_UNIX_INIT_JOB(job, add, 0);
  job->a = a;
  job->b = b;
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}
TEST(init_job_allocates_and_names_the_functions) { CHECK_INT(run(add(20, 22)), 42); }
TEST(check_job_frees_the_job_and_fails_with_errno) {
  lwt_exn *e = NULL;
  lwt_main_run(add(-1, 0), &e);
  CHECK_INT(lwt_exn_kind(e), LWT_UNIX_ERROR);
  CHECK_INT(lwt_exn_errno(e), EDOM);
  CHECK_STR(lwt_exn_function(e), "add");
  CHECK_STR(lwt_exn_argument(e), "");
  lwt_exn_release(e);
}

struct job_length {
  struct lwt_unix_job job;
  char *text;
  long length;
  int error_code;
  char data[];
};
static void worker_length(struct job_length *job) {
  job->length = (long)strlen(job->text);
  job->error_code = ENOENT;
}
static lwt_value result_length(struct job_length *job) {
  LWT_UNIX_CHECK_JOB_ARG(job, job->length == 0 || job->text[0] == '!', "length", job->text);
  intptr_t length = job->length;
  lwt_unix_free_job(&job->job);
  return LWT_INT(length);
}
static lwt_t *length(const char *text) {
  LWT_UNIX_INIT_JOB_STRING(job, length, 0, text);
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}
TEST(init_job_string_copies_the_argument) {
  char text[] = "seven!!";
  lwt_t *p = length(text);
  memset(text, 'x', 3);
  text[2] = '\0';
  CHECK_INT(run(p), 7);
  lwt_exn *e = NULL;
  lwt_main_run(length("!bad"), &e);
  CHECK_STR(lwt_exn_argument(e), "!bad");
  CHECK_STR(lwt_exn_message(e), "length: No such file or directory: \"!bad\"");
  lwt_exn_release(e);
}

struct job_join_texts {
  struct lwt_unix_job job;
  char *left, *right;
  long total;
  char data[];
};
static void worker_join_texts(struct job_join_texts *job) {
  job->total = (long)(strlen(job->left) * 1000 + strlen(job->right));
}
static lwt_value result_join_texts(struct job_join_texts *job) {
  intptr_t total = job->total;
  lwt_unix_free_job(&job->job);
  return LWT_INT(total);
}
static lwt_t *join_texts(const char *left, const char *right) {
  LWT_UNIX_INIT_JOB_STRING2(job, join_texts, 16, left, right);
  memset(job->data, 0x55, 16); /* room of our own, before the texts */
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}
TEST(init_job_string2_copies_both) {
  CHECK_INT(run(join_texts("four", "eleven char")), 4011);
  CHECK_INT(run(join_texts("", "")), 0);
}

/* --------------------------------------------------------- not available --- */
LWT_NOT_AVAILABLE1(test_missing1)
LWT_NOT_AVAILABLE6(test_missing6)
static lwt_value call_missing1(lwt_value v, void *env) { return (void)env, lwt_test_missing1(v); }
static lwt_value call_missing6(lwt_value v, void *env) {
  return (void)env, lwt_test_missing6(v, v, v, v, v, v);
}
TEST(what_this_system_lacks_fails_and_names_it) {
  lwt_t *p = lwt_map(lwt_return(LWT_UNIT), call_missing1, NULL, NULL);
  CHECK_STATE(p, LWT_FAIL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "missing1");
  lwt_release(p);
  p = lwt_map(lwt_return(LWT_UNIT), call_missing6, NULL, NULL);
  CHECK_STATE(p, LWT_FAIL);
  lwt_release(p);
}

/* ------------------------------------------------------- the old form --- */
static int old_read, old_freed;
static lwt_value old_result(struct lwt_unix_job *job) {
  intptr_t number = ((struct work *)job)->number;
  CHECK_INT(old_freed, 0);
  old_read++;
  return number < 0 ? lwt_unix_error(EIO, "old", "") : LWT_INT(number);
}
static void old_free(struct lwt_unix_job *job) {
  old_freed++;
  lwt_unix_free_job(job);
}
static lwt_t *old_run(intptr_t number) {
  struct work *work = work_new(number);
  old_read = old_freed = 0;
  return lwt_unix_execute_job(&work->job, old_result, old_free);
}
TEST(the_old_form_reads_and_then_frees) {
  works_start();
  CHECK_INT(run(old_run(5)), 6);
  CHECK_INT(old_read, 1);
  CHECK_INT(old_freed, 1);
  CHECK_INT(run(old_run(-5)), -LWT_UNIX_ERROR);
  CHECK_INT(old_read, 1);
  CHECK_INT(old_freed, 1);
}
TEST(the_old_form_frees_a_job_that_never_ran) {
  works_start();
  lwt_t *p = old_run(5);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  WAIT_UNTIL(old_freed == 1);
  CHECK(old_read <= 1);
  old_freed = 0;
  CHECK_FAILS(lwt_unix_execute_job(NULL, old_result, old_free), INVALID);
  CHECK_FAILS(lwt_unix_execute_job(&work_new(1)->job, NULL, old_free), INVALID);
  CHECK_INT(old_freed, 1);
}

/* ------------------------------------------- threads, mutex, condition --- */
struct shared_state {
  lwt_unix_mutex mutex;
  lwt_unix_condition condition;
  lwt_unix_thread thread;
  int turn;
};
static void *other_side(void *data) {
  struct shared_state *shared = data;
  lwt_unix_mutex_lock(&shared->mutex);
  shared->thread = lwt_unix_thread_self();
  shared->turn = 1;
  lwt_unix_condition_signal(&shared->condition);
  while (shared->turn != 2) lwt_unix_condition_wait(&shared->condition, &shared->mutex);
  shared->turn = 3;
  lwt_unix_condition_broadcast(&shared->condition);
  lwt_unix_mutex_unlock(&shared->mutex);
  return NULL;
}
TEST(launch_thread_mutex_and_condition) {
  struct shared_state shared;
  memset(&shared, 0, sizeof shared);
  lwt_unix_mutex_init(&shared.mutex);
  lwt_unix_condition_init(&shared.condition);
  CHECK_INT(lwt_unix_launch_thread(other_side, &shared), 0);
  lwt_unix_mutex_lock(&shared.mutex);
  while (shared.turn != 1) lwt_unix_condition_wait(&shared.condition, &shared.mutex);
  CHECK(!lwt_unix_thread_equal(shared.thread, lwt_unix_thread_self()));
  CHECK(lwt_unix_thread_equal(lwt_unix_thread_self(), lwt_unix_thread_self()));
  shared.turn = 2;
  lwt_unix_condition_broadcast(&shared.condition);
  while (shared.turn != 3) lwt_unix_condition_wait(&shared.condition, &shared.mutex);
  lwt_unix_mutex_unlock(&shared.mutex);
  sleep_ms(20); /* it lets go of the mutex */
  lwt_unix_mutex_lock(&shared.mutex);
  lwt_unix_mutex_unlock(&shared.mutex);
  lwt_unix_condition_destroy(&shared.condition);
  lwt_unix_mutex_destroy(&shared.mutex);
  CHECK_INT(lwt_unix_launch_thread(NULL, NULL), EINVAL);
}
