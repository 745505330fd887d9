/* Async methods: none, detach, switch. */
#include "jobs.h"

static lwt_t *run_with(lwt_unix_async_method method, intptr_t number) {
  return lwt_unix_run_job_with(&work_new(number)->job, method);
}

TEST(none_runs_it_on_this_thread_at_once) {
  works_start();
  lwt_t *p = run_with(LWT_UNIX_ASYNC_METHOD_NONE, 1);
  CHECK_RETURNS(p, 2);
  CHECK_INT(shared(&works_on_main), 1);
  works_end(1);
}
TEST(detach_and_switch_run_it_elsewhere) {
  works_start();
  CHECK_INT(run(run_with(LWT_UNIX_ASYNC_METHOD_DETACH, 1)), 2);
  CHECK_INT(run(run_with(LWT_UNIX_ASYNC_METHOD_SWITCH, 2)), 3);
  CHECK_INT(shared(&works_on_main), 0);
  works_end(2);
}
TEST(a_failure_of_a_job_run_at_once_fails_its_promise) {
  works_start();
  struct work *work = work_new(1);
  work->error = 5;
  CHECK_FAILS(lwt_unix_run_job_with(&work->job, LWT_UNIX_ASYNC_METHOD_NONE), LWT_UNIX_ERROR);
  works_end(1);
}
TEST(a_number_that_is_no_method_is_refused) {
  works_start();
  const int absurd[] = {3, -1, 1000, INT32_MAX, INT32_MIN};
  for (int i = 0; i < 5; i++)
    CHECK_FAILS(run_with((lwt_unix_async_method)absurd[i], 1), INVALID);
  works_end(5);
  CHECK_INT(shared(&works_cancelled), 5);
}

TEST(the_default_can_be_set) {
  works_start();
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_DETACH);
  lwt_unix_set_default_async_method(LWT_UNIX_ASYNC_METHOD_NONE);
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_NONE);
  CHECK_RETURNS(work_run(1), 2);
  CHECK_INT(shared(&works_on_main), 1);
  lwt_unix_set_default_async_method(LWT_UNIX_ASYNC_METHOD_SWITCH);
  CHECK_INT(run(work_run(1)), 2);
  lwt_unix_set_default_async_method((lwt_unix_async_method)77);
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_SWITCH);
  lwt_unix_set_default_async_method(LWT_UNIX_ASYNC_METHOD_DETACH);
  CHECK_INT(shared(&works_on_main), 1);
  works_end(2);
}

static lwt_t *run_one(void *env) { return work_run(*(intptr_t *)env); }
TEST(a_method_can_be_bound_around_a_function) {
  works_start();
  intptr_t one = 1;
  lwt_t *p = lwt_unix_with_async_none(run_one, &one, NULL);
  CHECK_RETURNS(p, 2);
  CHECK_INT(shared(&works_on_main), 1);
  CHECK_INT(run(lwt_unix_with_async_detach(run_one, &one, NULL)), 2);
  CHECK_INT(run(lwt_unix_with_async_switch(run_one, &one, NULL)), 2);
  CHECK_INT(shared(&works_on_main), 1);
  CHECK_INT(lwt_unix_current_async_method(), LWT_UNIX_ASYNC_METHOD_DETACH);
  works_end(3);
  ENV(f);
  CHECK_FAILS(lwt_unix_with_async_none(NULL, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 1);
}

static lwt_t *look_at_the_key(void *env) {
  lwt_value value = LWT_UNIT;
  (void)env;
  CHECK(lwt_get(lwt_unix_async_method_key(), &value));
  return lwt_return(value);
}
TEST(the_method_is_bound_to_a_key) {
  CHECK(lwt_unix_async_method_key() != NULL);
  CHECK_RETURNS(lwt_unix_with_async_none(look_at_the_key, NULL, NULL), LWT_UNIX_ASYNC_METHOD_NONE);
  CHECK_RETURNS(lwt_unix_with_async_switch(look_at_the_key, NULL, NULL),
                LWT_UNIX_ASYNC_METHOD_SWITCH);
}
