/* A thread ends with live promises: what it held is dropped there, once. */
#include "promises.h"

#include <pthread.h>

static pthread_t self;
static int drops, elsewhere;
static void drop_here(void *value) {
  (void)value;
  if (!pthread_equal(pthread_self(), self)) elsewhere++;
  drops++;
}
static void ends_after(void *(*body)(void *), int want) {
  pthread_t thread;
  drops = elsewhere = 0;
  pthread_create(&thread, NULL, body, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(drops, want);
  CHECK_INT(elsewhere, 0);
}
static lwt_t *never(lwt_value v, void *env) {
  CHECK(false);
  return (void)v, (void)env, lwt_return(LWT_UNIT);
}
static void never_unit(void *env) {
  (void)env;
  CHECK(false);
}

static void *resolved(void *env) {
  self = pthread_self();
  lwt_return_owned(&drops, drop_here);
  lwt_t *p = lwt_return_owned(&drops, drop_here);
  lwt_retain(p);
  return env;
}
TEST(values_nobody_released_are_dropped) { ends_after(resolved, 2); }

static void *pending(void *env) {
  lwt_u *u;
  self = pthread_self();
  lwt_t *p = lwt_task(&u);
  lwt_on_success(p, env_value, &drops, drop_here);
  lwt_on_cancel(p, never_unit, &drops, drop_here);
  lwt_on_termination(p, never_unit, &drops, drop_here);
  lwt_bind(p, never, &drops, drop_here);
  return env;
}
TEST(environments_of_pending_promises_are_dropped_unrun) { ends_after(pending, 4); }

static lwt_storage *bound(lwt_storage *in) {
  lwt_value v = &drops;
  return lwt_modify_storage(lwt_new_key(), &v, drop_here, in);
}
static void *maps(void *env) {
  self = pthread_self();
  lwt_storage *first = bound(lwt_empty_storage()); /* its handle comes after its binding */
  for (int i = 0; i < 20; i++) lwt_return(LWT_UNIT);
  lwt_storage *second = bound(lwt_storage_retain(first));
  bound(bound(lwt_empty_storage()));
  lwt_storage_release(first);
  (void)second;
  return env;
}
TEST(storage_that_is_still_held_is_dropped_once) { ends_after(maps, 4); }

/* A value that is dropped looks at the map that bound it. */
static lwt_storage *held;
static lwt_key *key;
static int seen;
static void looks(void *value) {
  lwt_value v;
  drops++;
  (void)value;
  if (lwt_get_from_storage(key, held, &v)) seen++;
}
static void *looked_at(void *env) {
  self = pthread_self();
  lwt_value v = &drops;
  key = lwt_new_key();
  held = lwt_modify_storage(key, &v, looks, lwt_empty_storage());
  return env;
}
TEST(a_binding_that_was_dropped_binds_nothing) {
  ends_after(looked_at, 1);
  CHECK_INT(seen, 0);
}

static void *groups(void *env) {
  lwt_u *u, *v;
  self = pthread_self();
  lwt_t *one[2] = {lwt_task(&u), lwt_return_owned(&drops, drop_here)};
  lwt_all(one, 2);
  lwt_t *two[2] = {lwt_task(&u), lwt_task(&v)};
  lwt_bind(lwt_pick(two, 2), never, &drops, drop_here);
  return env;
}
TEST(groups_are_freed_with_what_they_have) { ends_after(groups, 2); }

static void *paused(void *env) {
  self = pthread_self();
  lwt_bind(lwt_pause(), never, &drops, drop_here);
  lwt_bind(lwt_unix_sleep(1000), never, &drops, drop_here);
  return env;
}
TEST(paused_and_sleeping_promises_too) { ends_after(paused, 2); }

static void *exceptions(void *env) {
  self = pthread_self();
  lwt_fail(lwt_exn_new_owned(LWT_FAILURE, "left", &drops, drop_here));
  return env;
}
TEST(failed_promises_let_their_exception_go) { ends_after(exceptions, 1); }

static lwt_key *key;
static lwt_t *sleep_inside(void *env) {
  return lwt_bind(lwt_pause(), never, env, drop_here);
}
static void *storage(void *env) {
  lwt_value value = &drops;
  self = pthread_self();
  lwt_with_value(key, &value, drop_here, sleep_inside, &drops, NULL);
  return env;
}
TEST(bound_values_are_dropped) {
  key = lwt_new_key();
  ends_after(storage, 2);
}

/* Drop functions that call the library while the thread ends. */
static void drop_makes_more(void *value) {
  drop_here(value);
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_release(lwt_map(p, env_map, NULL, NULL));
  lwt_wakener_forget(u);
  lwt_release(lwt_return_owned(value, drop_here));
}
static void *makes_more(void *env) {
  self = pthread_self();
  lwt_return_owned(&drops, drop_makes_more);
  return env;
}
TEST(drop_functions_may_call_the_library_while_the_thread_ends) { ends_after(makes_more, 2); }

static lwt_t *owned_result(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_t *p = lwt_return_owned(&drops, drop_here);
  lwt_retain(p);
  *(lwt_t **)env = p;
  return p;
}
static lwt_value owned_map(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_owned(&drops, drop_here);
}
/* In every order, and some slots of each sort used again. */
static void *all_released(void *env) {
  self = pthread_self();
  for (int i = 0; i < 200; i++) {
    lwt_u *u;
    lwt_t *inner = NULL, *p = lwt_task(&u);
    lwt_t *q = lwt_bind(lwt_retain(p), owned_result, &inner, NULL);
    lwt_t *r = lwt_map(lwt_retain(p), owned_map, NULL, NULL), *s = lwt_protected(lwt_retain(r));
    lwt_t *all = lwt_all(&p, 1);
    lwt_wakeup_owned(u, &drops, drop_here);
    lwt_t *const each[] = {q, r, s, all, inner};
    for (int k = 0; k < 5; k++) lwt_release(each[(i + k) % 5]);
    lwt_release(lwt_return_owned(&drops, drop_here));
  }
  CHECK_INT(drops, 800);
  return env;
}
TEST(what_was_dropped_before_is_not_dropped_again) { ends_after(all_released, 800); }
static lwt_t *sole_result(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_return_owned(&drops, drop_here);
}
static void *released_last(void *env) {
  lwt_u *u;
  self = pthread_self();
  lwt_t *q = lwt_bind(lwt_wait(&u), sole_result, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(q);
  CHECK_INT(drops, 1);
  return env;
}
TEST(nor_what_moved_from_one_promise_to_another) { ends_after(released_last, 1); }

enum { WAKENERS = 40 };
static lwt_u *left[WAKENERS];
static void *leaves_wakeners(void *env) {
  for (int i = 0; i < WAKENERS; i++) lwt_wait(&left[i]);
  return env;
}
static void *uses_what_is_left(void *env) {
  lwt_u *others[2 * WAKENERS];
  lwt_t *promises[2 * WAKENERS];
  lwt_release(lwt_pause());
  for (int i = 0; i < WAKENERS; i++) {
    CHECK_FAILS(lwt_waiter_of_wakener(left[i]), LWT_INVALID_ARGUMENT);
    CHECK_INT(lwt_wakeup(left[i], LWT_UNIT), LWT_INVALID_ARGUMENT);
    lwt_wakener_forget(left[i]);
    lwt_wakener_release(left[i]);
  }
  for (int i = 0; i < 2 * WAKENERS; i++) promises[i] = lwt_wait(&others[i]);
  for (int i = 0; i < 2 * WAKENERS; i++) CHECK_INT(lwt_wakeup(others[i], LWT_INT(i)), LWT_OK);
  for (int i = 0; i < 2 * WAKENERS; i++) CHECK_RETURNS(promises[i], i);
  return env;
}
TEST(its_wakeners_are_stale_for_the_thread_that_has_its_slots_next) {
  ends_after(leaves_wakeners, 0);
  ends_after(uses_what_is_left, 0);
}

static void *nothing(void *env) { return env; }
TEST(a_thread_that_never_used_the_library_ends_as_ever) { ends_after(nothing, 0); }

TEST(ten_thousand_threads_leave_memory_flat) {
  long before = 0, n = scaled(10000);
  for (long i = 0; i < n; i++) {
    pthread_t thread;
    if (i == n / 5) before = resident();
    pthread_create(&thread, NULL, i % 2 ? pending : paused, NULL);
    pthread_join(thread, NULL);
  }
  CHECK_FLAT(before, 4);
}

enum { AT_ONCE = 300 };
static void *live_for_a_while(void *barrier) {
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  pthread_barrier_wait(barrier);
  CHECK_INT(lwt_wakeup(u, LWT_INT(4)), LWT_OK);
  CHECK_RETURNS(p, 4);
  return NULL;
}
TEST(hundreds_of_threads_at_once_have_promises) {
  pthread_barrier_t barrier;
  static pthread_t threads[AT_ONCE];
  pthread_barrier_init(&barrier, NULL, AT_ONCE + 1);
  for (int i = 0; i < AT_ONCE; i++) pthread_create(&threads[i], NULL, live_for_a_while, &barrier);
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < AT_ONCE; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&barrier);
}
