/* Handles on a thread that does not own them: an error for every function,
 * and the handle stays as it was. */
#include "promises.h"

#include <pthread.h>

static lwt_t *foreign;      /* pending, of the main thread */
static lwt_t *foreign_done; /* resolved */
static lwt_u *foreign_u;
static int drops;

static void on_another_thread(void *(*body)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, NULL);
  pthread_join(thread, NULL);
}
#define CHECK_WRONG(call) check_wrong(__FILE__, __LINE__, #call, (call))
static void check_wrong(const char *file, int line, const char *what, lwt_t *p) {
  check_fails(file, line, what, p, LWT_WRONG_THREAD);
}
/* One of each lives on the main thread; `body` uses them on another. */
static void with_foreign(void *(*body)(void *)) {
  drops = 0;
  foreign = lwt_task(&foreign_u);
  foreign_done = lwt_return_owned(&drops, count_drop);
  on_another_thread(body);
  CHECK_SLEEPS(foreign);
  CHECK_PTR(lwt_value_of(foreign_done), &drops);
  CHECK_INT(drops, 0);
  CHECK_INT(lwt_wakeup(foreign_u, LWT_INT(1)), LWT_OK);
  CHECK_RETURNS(foreign, 1);
  lwt_release(foreign_done);
  CHECK_INT(drops, 1);
}

static void *compose(void *env) {
  lwt_t *const each[2] = {foreign, foreign_done};
  for (int i = 0; i < 2; i++) {
    lwt_t *p = each[i];
    struct env f = {.name = "f"};
    CHECK_WRONG(lwt_bind(p, env_bind, &f, env_drop));
    CHECK_ENV(f, 0, 1);
    CHECK_WRONG(lwt_bind_owned(p, env_bind, &f, env_drop));
    CHECK_ENV(f, 0, 2);
    CHECK_WRONG(lwt_map(p, env_map, &f, env_drop));
    CHECK_ENV(f, 0, 3);
    CHECK_WRONG(lwt_catch(p, env_catch, &f, env_drop));
    CHECK_ENV(f, 0, 4);
    CHECK_WRONG(lwt_try_bind(p, env_bind, env_catch, &f, env_drop));
    CHECK_ENV(f, 0, 5);
    CHECK_WRONG(lwt_finalize(p, env_thunk, &f, env_drop));
    CHECK_ENV(f, 0, 6);
    CHECK_WRONG(lwt_protected(p));
    CHECK_WRONG(lwt_no_cancel(p));
    CHECK_WRONG(lwt_wrap_in_cancelable(p));
    CHECK_WRONG(lwt_retain(p));
  }
  return env;
}
TEST(composing_a_foreign_promise) { with_foreign(compose); }

static void *message(void *env) {
  lwt_t *p = lwt_map(foreign, env_map, NULL, NULL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_map");
  lwt_release(p);
  return env;
}
TEST(the_message_says_which_call_it_was) { with_foreign(message); }

static void *watch(void *env) {
  lwt_t *const each[2] = {foreign, foreign_done};
  for (int i = 0; i < 2; i++) {
    lwt_t *p = each[i];
    struct env f = {.name = "f"};
    CHECK_INT(lwt_on_success(p, env_value, &f, env_drop), LWT_WRONG_THREAD);
    CHECK_INT(lwt_on_failure(p, env_exn, &f, env_drop), LWT_WRONG_THREAD);
    CHECK_INT(lwt_on_termination(p, env_unit, &f, env_drop), LWT_WRONG_THREAD);
    CHECK_INT(lwt_on_any(p, env_value, env_exn, &f, env_drop), LWT_WRONG_THREAD);
    CHECK_INT(lwt_on_cancel(p, env_unit, &f, env_drop), LWT_WRONG_THREAD);
    CHECK_ENV(f, 0, 5);
  }
  return env;
}
TEST(watching_a_foreign_promise) { with_foreign(watch); }

static void *look(void *env) {
  lwt_t *const each[2] = {foreign, foreign_done};
  for (int i = 0; i < 2; i++) {
    CHECK(lwt_state(each[i]) != LWT_RETURN);
    CHECK_PTR(lwt_value_of(each[i]), LWT_UNIT);
    CHECK_PTR(lwt_exn_of(each[i]), NULL);
    lwt_drop_fn drop = count_drop;
    CHECK_PTR(lwt_take(each[i]), LWT_UNIT);
    CHECK_PTR(lwt_take_with(each[i], &drop), LWT_UNIT);
    CHECK(drop == NULL);
    lwt_cancel(each[i]);
    lwt_release(each[i]);
    lwt_release(each[i]);
  }
  return env;
}
TEST(looking_at_and_releasing_a_foreign_promise) { with_foreign(look); }

static void *wake(void *env) {
  int dropped = 0;
  CHECK_INT(lwt_wakeup(foreign_u, LWT_UNIT), LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_owned(foreign_u, &dropped, count_drop), LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_exn(foreign_u, exn(LWT_FULL)), LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_later(foreign_u, LWT_UNIT), LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_later_owned(foreign_u, &dropped, count_drop), LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_later_exn(foreign_u, exn(LWT_FULL)), LWT_WRONG_THREAD);
  CHECK_INT(dropped, 2); /* what else the call took, it consumed */
  lwt_wakener_release(foreign_u);
  lwt_wakener_forget(foreign_u);
  return env;
}
TEST(waking_through_a_foreign_wakener) { with_foreign(wake); }

static void *group(void *env) {
  static lwt_t *(*const groups[])(lwt_t *const *, size_t) = {lwt_join,   lwt_all,     lwt_choose,
                                                             lwt_pick,   lwt_nchoose, lwt_npick};
  for (int g = 0; g < 6; g++)
    for (int place = 0; place < 2; place++) {
      int own_drops = 0;
      lwt_t *own = lwt_return_owned(&own_drops, count_drop);
      lwt_t *members[2] = {place ? own : foreign, place ? foreign_done : own};
      CHECK_WRONG(groups[g](members, 2));
      CHECK_INT(own_drops, 1);
    }
  CHECK_WRONG(lwt_both(foreign, lwt_return(LWT_UNIT)));
  CHECK_WRONG(lwt_both(lwt_return(LWT_UNIT), foreign_done));
  return env;
}
TEST(grouping_foreign_promises) { with_foreign(group); }

static lwt_t *bind_foreign(lwt_value v, void *env) { return (void)v, (void)env, foreign_done; }
static void *from_a_callback(void *env) {
  CHECK_WRONG(lwt_bind(lwt_return(LWT_UNIT), bind_foreign, NULL, NULL));
  return env;
}
TEST(returning_a_foreign_promise_from_a_callback) { with_foreign(from_a_callback); }

static void *run(void *env) {
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_main_run(foreign_done, &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_WRONG_THREAD);
  lwt_exn_release(e);
  CHECK_INT(lwt_main_run_until(foreign), LWT_WRONG_THREAD);
  CHECK_INT(lwt_main_run_until(foreign_done), LWT_WRONG_THREAD);
  e = NULL;
  CHECK_PTR(lwt_await(foreign, &e), LWT_UNIT);
  CHECK(e != NULL);
  lwt_exn_release(e);
  return env;
}
TEST(running_until_a_foreign_promise) { with_foreign(run); }

static lwt_exn *same(lwt_exn *e, void *env) { return (void)env, e; }
static lwt_storage *foreign_storage;
static void *the_rest(void *env) {
  lwt_t *const each[2] = {foreign, foreign_done};
  int dropped = 0;
  for (int i = 0; i < 2; i++) {
    lwt_t *p = each[i];
    lwt_value v;
    struct env f = {.name = "f"};
    CHECK_WRONG(lwt_backtrace_bind(same, p, env_bind, &f, env_drop));
    CHECK_WRONG(lwt_backtrace_catch(same, p, env_catch, &f, env_drop));
    CHECK_WRONG(lwt_backtrace_finalize(same, p, env_thunk, &f, env_drop));
    CHECK_WRONG(lwt_backtrace_try_bind(same, p, env_bind, env_catch, &f, env_drop));
    CHECK_ENV(f, 0, 4);
    CHECK_WRONG(lwt_nchoose_split(&p, 1));
    CHECK_WRONG(lwt_any(&p, 1));
    CHECK_WRONG(lwt_debug_state_is(LWT_SLEEP, LWT_UNIT, p));
    CHECK_INT(lwt_poll(p, &v), LWT_WRONG_THREAD);
    CHECK_INT(lwt_ignore_result(p), LWT_WRONG_THREAD);
    CHECK(!lwt_is_sleeping(p));
  }
  CHECK_WRONG(lwt_waiter_of_wakener(foreign_u));
  CHECK_INT(lwt_wakeup_result(foreign_u, lwt_make_value_owned(&dropped, count_drop)),
            LWT_WRONG_THREAD);
  CHECK_INT(lwt_wakeup_later_result(foreign_u, lwt_make_value_owned(&dropped, count_drop)),
            LWT_WRONG_THREAD);
  CHECK_INT(dropped, 2);
  lwt_value v = &dropped;
  CHECK_WRONG(lwt_with_storage(foreign_storage, env_thunk, NULL, NULL));
  CHECK(lwt_modify_storage(lwt_new_key(), &v, count_drop, foreign_storage) == NULL);
  CHECK_INT(dropped, 3);
  CHECK(lwt_storage_retain(foreign_storage) == NULL);
  lwt_storage_release(foreign_storage);
  return env;
}
TEST(the_rest_of_the_functions_of_module_lwt) {
  foreign_storage = lwt_empty_storage();
  with_foreign(the_rest);
  lwt_storage *same_one = lwt_storage_retain(foreign_storage);
  CHECK_PTR(same_one, foreign_storage);
  lwt_storage_release(same_one);
  lwt_storage_release(foreign_storage);
}

/* A thread whose handles carry the same numbers. */
static void *same_numbers(void *env) {
  lwt_u *u;
  for (int i = 0; i < 1000; i++) {
    lwt_t *mine = lwt_task(&u);
    CHECK(mine != foreign);
    CHECK(u != foreign_u);
    CHECK_INT(lwt_wakeup(foreign_u, LWT_UNIT), LWT_WRONG_THREAD);
    lwt_wakeup(u, LWT_UNIT);
    lwt_release(mine);
  }
  return env;
}
TEST(handles_of_two_threads_are_never_equal) { with_foreign(same_numbers); }

/* The owner has ended: its handles are stale everywhere. */
static void *leave_handles(void *env) {
  foreign = lwt_task(&foreign_u);
  foreign_done = lwt_return(LWT_INT(1));
  return env;
}
TEST(handles_of_a_thread_that_has_ended) {
  on_another_thread(leave_handles);
  lwt_t *q = lwt_retain(foreign);
  CHECK_STATE(q, LWT_FAIL);
  lwt_release(q);
  CHECK(lwt_state(foreign_done) != LWT_RETURN);
  CHECK(lwt_wakeup(foreign_u, LWT_UNIT) != LWT_OK);
  lwt_t *p = lwt_map(foreign_done, env_map, NULL, NULL);
  CHECK(kind_of(p) == INVALID || kind_of(p) == LWT_WRONG_THREAD);
  lwt_release(p);
  lwt_release(foreign);
  lwt_release(foreign_done);
  lwt_wakener_forget(foreign_u);
}
