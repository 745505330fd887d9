/* env: LWT_ENGINE=sim:1 */
/* Fibers: the storage of each, spawning in the background, cancelling. */
#include "loop.h"

static lwt_key *key;
static int drops;
static intptr_t got(void) {
  lwt_value value = LWT_UNIT;
  return lwt_direct_storage_get(key, &value) ? LWT_TO_INT(value) : -1;
}

TEST(in_fiber_says_where_we_are) { CHECK(!lwt_in_fiber()); }
static lwt_value says_in_fiber(void *env) { return (void)env, LWT_INT(lwt_in_fiber()); }
TEST(in_fiber_says_so_in_a_fiber) {
  CHECK_INT(run(lwt_spawn(says_in_fiber, NULL, NULL, 0)), 1);
}

static lwt_value binds(void *env) {
  intptr_t mine = *(int *)env;
  CHECK_INT(got(), -1); /* a fiber begins with nothing bound */
  CHECK_INT(lwt_direct_storage_set(key, LWT_INT(mine), NULL), LWT_OK);
  for (int i = 0; i < 5; i++) {
    lwt_yield();
    CHECK_INT(got(), mine);
    lwt_await(lwt_unix_sleep(0.001), NULL);
    CHECK_INT(got(), mine);
  }
  CHECK_INT(lwt_direct_storage_remove(key), LWT_OK);
  CHECK_INT(got(), -1);
  return LWT_UNIT;
}
static lwt_t *spawn_three(void *env) {
  static int numbers[3] = {1, 2, 3};
  lwt_t *all[3];
  (void)env;
  for (int i = 0; i < 3; i++) all[i] = lwt_spawn(binds, &numbers[i], NULL, 0);
  return lwt_join(all, 3);
}
TEST(each_fiber_has_its_own_storage_and_begins_with_none) {
  key = lwt_direct_storage_new_key();
  lwt_value value = LWT_INT(77);
  CHECK_INT(run(lwt_with_value(key, &value, NULL, spawn_three, NULL, NULL)), 0);
  CHECK_INT(got(), -1);
}

static lwt_value look(lwt_value v, void *env) {
  *(intptr_t *)env = got();
  return v;
}
static lwt_value attaches(void *env) {
  CHECK_INT(lwt_direct_storage_set(key, LWT_INT(9), NULL), LWT_OK);
  lwt_t *p = lwt_map(lwt_unix_sleep(0.002), look, env, NULL);
  CHECK_INT(lwt_direct_storage_set(key, LWT_INT(10), NULL), LWT_OK);
  lwt_await(p, NULL);
  CHECK_INT(got(), 10);
  return LWT_UNIT;
}
TEST(callbacks_see_what_was_bound_when_they_were_attached) {
  intptr_t seen = 0;
  CHECK_INT(run(lwt_spawn(attaches, &seen, NULL, 0)), 0);
  CHECK_INT(seen, 9);
}

static lwt_value owns(void *env) {
  (void)env;
  CHECK_INT(lwt_direct_storage_set(key, &drops, count_drop), LWT_OK);
  CHECK_INT(drops, 0);
  CHECK_INT(lwt_direct_storage_set(key, &drops, count_drop), LWT_OK);
  CHECK_INT(drops, 1); /* replaced */
  lwt_yield();
  CHECK_INT(drops, 1);
  CHECK_INT(lwt_direct_storage_set(NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 2); /* at once when the call fails */
  return LWT_UNIT;
}
TEST(bound_values_are_dropped_when_replaced_and_when_the_fiber_ends) {
  drops = 0;
  CHECK_INT(run(lwt_spawn(owns, NULL, NULL, 0)), 0);
  turns(1);
  CHECK_INT(drops, 3);
}
TEST(outside_of_a_fiber_nothing_can_be_bound) {
  drops = 0;
  CHECK_INT(lwt_direct_storage_set(key, &drops, count_drop), INVALID);
  CHECK_INT(drops, 1);
  CHECK_INT(lwt_direct_storage_remove(key), INVALID);
  CHECK(!lwt_direct_storage_get(NULL, NULL));
}

TEST(in_the_background_nobody_waits_and_failures_go_to_the_hook) {
  hook_install();
  ENV(f);
  ENV_RAISING(g, LWT_FULL);
  lwt_spawn_in_the_background(env_compute, &f, env_drop, 0);
  lwt_spawn_in_the_background(env_compute, &g, env_drop, 0);
  turns(3);
  CHECK_ENV(f, 1, 1);
  CHECK_ENV(g, 1, 1);
  CHECK_HOOK(1, LWT_FULL);
  lwt_spawn_in_the_background(NULL, &f, env_drop, 0);
  CHECK_HOOK(1, INVALID);
  CHECK_INT(f.dropped, 2);
  trace_text[0] = '\0';
}

/* Cancelling a fiber's promise cancels what it awaits. */
static int steps;
static lwt_value awaits_twice(void *env) {
  lwt_exn *e = NULL;
  (void)env;
  steps = 1;
  lwt_await(lwt_unix_sleep(3600), &e);
  CHECK_INT(lwt_exn_kind(e), LWT_CANCELED);
  lwt_exn_release(e);
  steps = 2;
  e = NULL;
  lwt_await(lwt_unix_sleep(0.002), &e); /* it goes on from there */
  CHECK_PTR(e, NULL);
  return LWT_INT(5);
}
TEST(cancelling_a_fiber_cancels_what_it_awaits_and_it_goes_on) {
  lwt_t *p = lwt_spawn(awaits_twice, NULL, NULL, 0);
  turns(2);
  CHECK_INT(steps, 1);
  lwt_cancel(p);
  CHECK_INT(run(p), 5);
  CHECK_INT(steps, 2);
}
static lwt_value raises_on(void *env) {
  lwt_exn *e = NULL;
  (void)env;
  lwt_await(lwt_unix_sleep(3600), &e);
  return e != NULL ? lwt_raise(e) : LWT_UNIT;
}
TEST(a_timeout_on_a_fiber_by_pick) {
  lwt_t *fiber = lwt_spawn(raises_on, NULL, NULL, 0);
  lwt_t *members[2] = {lwt_retain(fiber), lwt_unix_timeout(0.01)};
  CHECK_INT(run(lwt_pick(members, 2)), -LWT_TIMEOUT);
  CHECK_INT(run(fiber), -LWT_CANCELED);
}
TEST(a_fiber_that_is_cancelled_before_it_begins_never_does) {
  ENV(f);
  lwt_t *p = lwt_spawn(env_compute, &f, env_drop, 0);
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  CHECK_ENV(f, 0, 1);
}
static lwt_value yields_first(void *env) {
  lwt_yield();
  return raises_on(env);
}
TEST(cancelling_one_that_awaits_nothing_cancels_what_it_awaits_next) {
  lwt_t *p = lwt_spawn(yields_first, NULL, NULL, 0);
  lwt_t *other = lwt_spawn(yields_first, NULL, NULL, 0);
  turns(1); /* they have slept at least once */
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  lwt_cancel(other);
  CHECK_INT(run(other), -LWT_CANCELED);
}
