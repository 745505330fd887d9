/* A fiber is in the scope that it was spawned in: what stands for the current
 * scope finds it there, before and after each wait. */
#include "sim.h"

#include <lwt_syntax.h>

#include <math.h>
#include <pthread.h>

static lwt_switch *inside; /* a reference of the test's to the scope */
static lwt_key *key;

/* Is the scope that is current the one of the test? */
static bool is_inside(void) {
  lwt_switch *current = lwt_switch_current();
  bool it_is = current != NULL && current == inside;
  lwt_switch_release(current);
  return it_is;
}
static int reason_kind(void) {
  const lwt_exn *why = lwt_switch_reason(NULL);
  return why != NULL ? lwt_exn_kind(why) : 0;
}
/* A scope whose body does no more than to wait for a fiber, started or only
 * spawned there. */
struct plan {
  lwt_compute_fn fiber;
  void *env;
  bool starts;
};
static lwt_t *spawn_it(void *env) {
  struct plan *plan = env;
  return lwt_spawn(plan->fiber, plan->env, NULL, 0);
}
static lwt_t *wait_for_it(const lwt_switch *scope, void *env) {
  struct plan *plan = env;
  inside = lwt_switch_retain(scope);
  return plan->starts ? lwt_switch_start(scope, spawn_it, plan, NULL) : spawn_it(plan);
}
static lwt_t *scope_of(struct plan plan) { return lwt_switch_run(wait_for_it, &plan, NULL); }
static void scope_done(void) { lwt_switch_release(inside), inside = NULL; }

/* -------------------------------------------------------------- which --- */
static lwt_value looks(void *env) {
  (void)env;
  CHECK(is_inside());
  lwt_await(lwt_pause(), NULL);
  CHECK(is_inside());
  lwt_yield();
  CHECK(is_inside());
  lwt_await(lwt_unix_sleep(1), NULL);
  CHECK(is_inside());
  CHECK_INT(reason_kind(), 0);
  return LWT_INT(7);
}
TEST(the_scope_is_current_in_a_fiber_before_and_after_each_wait) {
  for (int starts = 0; starts < 2; starts++) {
    CHECK_INT(run(scope_of((struct plan){.fiber = looks, .starts = starts})), 7);
    scope_done();
  }
}

static lwt_value spawns_another(void *env) {
  (void)env;
  lwt_await(lwt_pause(), NULL);
  return lwt_await(lwt_spawn(looks, NULL, NULL, 0), NULL);
}
TEST(a_fiber_spawned_by_a_fiber_is_in_its_scope) {
  CHECK_INT(run(scope_of((struct plan){.fiber = spawns_another})), 7);
  scope_done();
}

static int background_done;
static lwt_value looks_in_the_background(void *env) {
  looks(env);
  background_done = 1;
  return LWT_UNIT;
}
static lwt_t *spawn_in_the_background(const lwt_switch *scope, void *env) {
  (void)env;
  inside = lwt_switch_retain(scope);
  lwt_spawn_in_the_background(looks_in_the_background, NULL, NULL, 0);
  return lwt_unix_sleep(2);
}
TEST(so_is_one_in_the_background) {
  CHECK_INT(run(lwt_switch_run(spawn_in_the_background, NULL, NULL)), 0);
  CHECK_INT(background_done, 1);
  scope_done();
}

static lwt_value sees_none(void *env) {
  (void)env;
  CHECK_PTR(lwt_switch_current(), NULL);
  lwt_await(lwt_pause(), NULL);
  CHECK_PTR(lwt_switch_current(), NULL);
  CHECK_PTR(lwt_switch_reason(NULL), NULL);
  CHECK(isinf(lwt_switch_time_left(NULL)));
  return LWT_UNIT;
}
TEST(a_fiber_spawned_outside_of_scopes_is_in_none) {
  CHECK_INT(run(lwt_spawn(sees_none, NULL, NULL, 0)), 0);
}

/* ------------------------------------------------------- only the scope --- */
static intptr_t got(void) {
  lwt_value value = LWT_UNIT;
  return lwt_get(key, &value) ? LWT_TO_INT(value) : -1;
}
static lwt_value binds(void *env) {
  (void)env;
  CHECK_INT(got(), -1);
  CHECK_INT(lwt_direct_storage_set(key, LWT_INT(5), NULL), LWT_OK);
  CHECK(is_inside());
  CHECK_INT(got(), 5);
  lwt_await(lwt_pause(), NULL);
  CHECK(is_inside());
  CHECK_INT(lwt_direct_storage_remove(key), LWT_OK);
  CHECK_INT(got(), -1);
  CHECK(is_inside());
  return LWT_INT(1);
}
static lwt_t *bound_around(void *env) {
  (void)env;
  return lwt_join((lwt_t *[]){lwt_spawn(binds, NULL, NULL, 0), lwt_spawn(binds, NULL, NULL, 0)}, 2);
}
static lwt_t *bind_inside(const lwt_switch *scope, void *env) {
  (void)env;
  inside = lwt_switch_retain(scope);
  lwt_t *here = lwt_spawn(binds, NULL, NULL, 0);
  lwt_value value = LWT_INT(9);
  lwt_t *bound = lwt_with_value(key, &value, NULL, bound_around, NULL, NULL);
  return lwt_join((lwt_t *[]){here, bound}, 2);
}
static lwt_t *bind_outside(void *env) { return lwt_switch_run(bind_inside, env, NULL); }
TEST(nothing_else_that_was_bound_is_seen_in_a_fiber) {
  key = lwt_new_key();
  lwt_value value = LWT_INT(8);
  CHECK_INT(run(lwt_with_value(key, &value, NULL, bind_outside, NULL, NULL)), 0);
  CHECK_INT(got(), -1);
  CHECK_PTR(lwt_switch_current(), NULL);
  scope_done();
}

/* -------------------------------------------------------------- its end --- */
static lwt_value tells_why(void *env) {
  LWT_BEGIN;
  int *why = env;
  LWT_TRY { LWT_AWAIT(lwt_unix_sleep(3600)); }
  LWT_FINALLY { *why = reason_kind(); }
  LWT_END
  return LWT_UNIT;
}
TEST(what_cleans_up_in_a_fiber_can_tell_why_its_scope_ended) {
  for (int starts = 0; starts < 2; starts++) {
    int why = 0;
    lwt_t *r = scope_of((struct plan){tells_why, &why, starts});
    turns(2);
    CHECK_INT(lwt_switch_cancel(inside, exn(LWT_CLOSED)), LWT_OK);
    CHECK_INT(run(r), -LWT_CLOSED);
    CHECK_INT(why, LWT_CLOSED);
    scope_done();
  }
}
TEST(a_deadline_too) {
  int why = 0;
  simulate(1);
  struct plan plan = {tells_why, &why, true};
  CHECK_INT(run(lwt_switch_run_for(2, wait_for_it, &plan, NULL)), -LWT_TIMEOUT);
  CHECK_INT(why, LWT_TIMEOUT);
  CHECK_INT(now_ms(), 2000);
  scope_done();
}

static lwt_t *started;
static lwt_t *sleep_long(void *env) { return (void)env, lwt_unix_sleep(3600); }
static lwt_value starts_one(void *env) {
  (void)env;
  lwt_await(lwt_pause(), NULL);
  started = lwt_switch_start(NULL, sleep_long, NULL, NULL);
  return LWT_INT(4);
}
TEST(what_a_fiber_starts_in_the_current_scope_ends_with_it) {
  CHECK_INT(run(scope_of((struct plan){.fiber = starts_one})), 4);
  CHECK_INT(kind_of(started), LWT_CANCELED);
  lwt_release(started);
  scope_done();
}

static lwt_t *waits_for_good(void *env) {
  lwt_t *p = lwt_wait((lwt_u **)env);
  CHECK(lwt_switch_time_left(NULL) <= 10);
  return p;
}
static lwt_u *stubborn;
static lwt_value has_a_timeout(void *env) {
  (void)env;
  /* Nobody waits for it, but for the scope that it is inside of. */
  lwt_release(lwt_with_timeout(20, waits_for_good, &stubborn, NULL));
  CHECK(lwt_switch_time_left(NULL) <= 10);
  return LWT_INT(2);
}
TEST(a_scope_opened_in_a_fiber_is_inside_of_the_one_of_the_fiber) {
  simulate(2);
  struct plan plan = {.fiber = has_a_timeout};
  lwt_t *r = lwt_switch_run_for(10, wait_for_it, &plan, NULL);
  turns(4);
  CHECK_SLEEPS(r); /* the body has ended, and what it opened is awaited */
  lwt_wakeup(stubborn, LWT_UNIT);
  CHECK_INT(run(r), 2);
  scope_done();
}

static lwt_value outlives(void *env) {
  (void)env;
  lwt_await(lwt_unix_sleep(1), NULL);
  CHECK_INT(reason_kind(), LWT_OFF);
  lwt_t *p = lwt_switch_start(NULL, sleep_long, NULL, NULL);
  CHECK_INT(kind_of(p), LWT_OFF);
  lwt_release(p);
  return LWT_INT(6);
}
static lwt_t *leave_behind(const lwt_switch *scope, void *env) {
  (void)scope;
  *(lwt_t **)env = lwt_spawn(outlives, NULL, NULL, 0);
  return lwt_return(LWT_UNIT);
}
TEST(in_a_fiber_that_outlives_its_scope_nothing_can_be_started_there) {
  lwt_t *fiber = NULL;
  CHECK_INT(run(lwt_switch_run(leave_behind, &fiber, NULL)), 0);
  CHECK_INT(run(fiber), 6);
}

/* A fiber that does not wait when its scope ends: it has not begun, or what it
 * awaited has just resolved. */
static int beats;
static lwt_value beats_on(void *env) {
  LWT_BEGIN;
  (void)env;
  for (beats = 0; beats < 50; beats++) LWT_AWAIT(lwt_unix_sleep(1));
  return LWT_UNIT;
}
static lwt_t *start_beating(void *env) { return lwt_spawn(beats_on, env, NULL, 0); }
static lwt_t *start_and_end(const lwt_switch *scope, void *env) {
  lwt_release(lwt_switch_start(scope, start_beating, env, NULL));
  return lwt_return(LWT_INT(3));
}
TEST(a_fiber_that_has_not_begun_when_its_scope_ends_never_does) {
  simulate(3);
  beats = -1;
  CHECK_INT(run(lwt_switch_run(start_and_end, NULL, NULL)), 3);
  CHECK_INT(now_ms(), 0);
  CHECK_INT(beats, -1);
}
static lwt_t *start_and_wait(const lwt_switch *scope, void *env) {
  lwt_release(lwt_switch_start(scope, start_beating, env, NULL));
  return sleep_long(env);
}
TEST(a_fiber_that_is_woken_as_its_scope_ends_is_cancelled_where_it_waits_next) {
  for (uint64_t seed = 1; seed < 20; seed++) {
    simulate(seed);
    CHECK_INT(run(lwt_switch_run_for(5, start_and_wait, NULL, NULL)), -LWT_TIMEOUT);
    CHECK_INT(now_ms(), 5000);
    simulate(seed);
    CHECK_INT(run(lwt_with_timeout(5, start_beating, NULL, NULL)), -LWT_TIMEOUT);
    CHECK_INT(now_ms(), 5000);
    CHECK(beats == 4 || beats == 5);
  }
}
static lwt_value ends_its_scope(void *env) {
  LWT_BEGIN;
  (void)env;
  CHECK_INT(lwt_switch_cancel(NULL, exn(LWT_CLOSED)), LWT_OK);
  LWT_AWAIT(lwt_unix_sleep(3600));
  return LWT_UNIT;
}
TEST(a_fiber_that_ends_its_own_scope_is_cancelled_where_it_waits_next) {
  simulate(4);
  for (int starts = 0; starts < 2; starts++) {
    CHECK_INT(run(scope_of((struct plan){.fiber = ends_its_scope, .starts = starts})), -LWT_CLOSED);
    CHECK_INT(now_ms(), 0);
    scope_done();
  }
}
static int clean_ups;
static lwt_value cleans_up(void *env) {
  LWT_BEGIN;
  lwt_t *child = lwt_switch_start(NULL, sleep_long, env, NULL);
  LWT_TRY { LWT_AWAIT(child); }
  LWT_FINALLY {
    LWT_AWAIT(lwt_unix_sleep(1)); /* which nobody cancels */
    clean_ups++;
  }
  LWT_END
  return LWT_UNIT;
}
TEST(a_fiber_and_what_it_awaits_are_cancelled_by_their_scope_as_one) {
  for (int starts = 0; starts < 2; starts++) {
    simulate(5);
    clean_ups = 0;
    struct plan plan = {.fiber = cleans_up, .starts = starts};
    CHECK_INT(run(lwt_switch_run_for(2, wait_for_it, &plan, NULL)), -LWT_TIMEOUT);
    CHECK_INT(clean_ups, 1);
    CHECK_INT(now_ms(), 3000);
    scope_done();
  }
}

/* Valgrind and the sanitizers tell whether something is left, or used late. */
static lwt_value never_ends(void *env) {
  (void)env;
  lwt_await(lwt_wait(&stubborn), NULL);
  return LWT_UNIT;
}
static void *leaves_a_fiber(void *env) {
  struct plan plan = {.fiber = never_ends};
  (void)env;
  lwt_release(lwt_switch_run_for(3600, wait_for_it, &plan, NULL));
  turns(2);
  CHECK(inside != NULL);
  return NULL;
}
TEST(a_thread_may_end_with_fibers_in_scopes) {
  pthread_t thread;
  pthread_create(&thread, NULL, leaves_a_fiber, NULL);
  pthread_join(thread, NULL);
}
