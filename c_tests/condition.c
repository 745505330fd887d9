/* Conditions: order, values with a drop function, reentrancy, bad arguments,
 * ends of handles and threads. */
#include "small_stack.h"

static lwt_condition *condition;
static lwt_mutex *mutex;

TEST(who_waits_longest_is_woken_first) {
  condition = lwt_condition_create();
  lwt_t *a = lwt_condition_wait(condition, NULL), *b = lwt_condition_wait(condition, NULL);
  lwt_t *c = lwt_condition_wait(condition, NULL);
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  lwt_condition_signal(condition, LWT_INT(1));
  CHECK_SLEEPS(c);
  CHECK_RETURNS(b, 1);
  lwt_condition_signal(condition, LWT_INT(2));
  CHECK_RETURNS(c, 2);
  lwt_condition_release(condition);
}

TEST(an_owned_value_is_dropped_once_however_many_see_it) {
  condition = lwt_condition_create();
  for (int n = 0; n < 4; n++) {
    int drops = 0;
    lwt_t *p[4];
    for (int i = 0; i < n; i++) p[i] = lwt_condition_wait(condition, NULL);
    CHECK_INT(lwt_condition_broadcast_owned(condition, &drops, count_drop), LWT_OK);
    CHECK_INT(drops, n == 0);
    for (int i = 0; i < n; i++) CHECK_PTR(lwt_value_of(p[i]), &drops);
    for (int i = 0; i < n; i++) lwt_release(p[i]);
    CHECK_INT(drops, 1);
  }
  int drops = 0;
  lwt_condition_signal_owned(condition, &drops, count_drop);
  CHECK_INT(drops, 1);
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  lwt_t *p = lwt_condition_wait(condition, mutex);
  lwt_condition_signal_owned(condition, &drops, count_drop);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 2);
  lwt_mutex_release(mutex);
  lwt_condition_release(condition);
}

static lwt_t *others[3];
static lwt_t *cancel_others(lwt_value v, void *env) {
  for (int i = 1; i < 3; i++) lwt_cancel(others[i]);
  lwt_condition_broadcast(condition, LWT_INT(66)); /* nobody waits any more */
  lwt_condition_release(condition);
  return (void)env, lwt_return(v);
}
TEST(a_callback_may_cancel_the_others_and_release_the_condition) {
  condition = lwt_condition_create();
  for (int i = 0; i < 3; i++) others[i] = lwt_condition_wait(condition, NULL);
  lwt_t *p = lwt_bind(lwt_retain(others[0]), cancel_others, NULL, NULL);
  lwt_condition_broadcast(condition, LWT_INT(5));
  CHECK_RETURNS(p, 5);
  CHECK_RETURNS(others[0], 5);
  CHECK_FAILS(others[1], LWT_CANCELED);
  CHECK_FAILS(others[2], LWT_CANCELED);
}

TEST(the_mutex_goes_to_another_between_unlock_and_relock) {
  condition = lwt_condition_create();
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  ENV(b);
  lwt_t *pb = lwt_bind(lwt_mutex_lock(mutex), env_bind, &b, env_drop);
  lwt_t *pa = lwt_condition_wait(condition, mutex);
  CHECK_ENV(b, 1, 1);
  lwt_condition_signal(condition, LWT_INT(1));
  lwt_mutex_release(mutex); /* it lives on for the one who waits for it */
  CHECK_SLEEPS(pa);
  CHECK_RETURNS(pb, 0);
  lwt_release(pa);
  lwt_condition_release(condition);
  trace_text[0] = '\0';
}

TEST(who_waits_for_a_condition_that_is_gone_waits_for_ever) {
  ENV(f);
  condition = lwt_condition_create();
  mutex = lwt_mutex_create();
  lwt_t *p = lwt_bind(lwt_condition_wait(condition, mutex), env_bind, &f, env_drop);
  lwt_condition_release(condition);
  CHECK_ENV(f, 0, 1);
  CHECK_SLEEPS(p);
  lwt_release(p);
  lwt_mutex_release(mutex);
}

TEST(bad_arguments_are_refused) {
  mutex = lwt_mutex_create();
  lwt_condition *stale = lwt_condition_create();
  lwt_condition_release(stale);
  const lwt_condition *bad[] = {NULL, stale, (const lwt_condition *)mutex};
  lwt_release(lwt_mutex_lock(mutex));
  for (int i = 0; i < 3; i++) {
    int drops = 0;
    CHECK_FAILS(lwt_condition_wait(bad[i], NULL), INVALID);
    CHECK_FAILS(lwt_condition_wait(bad[i], mutex), INVALID);
    CHECK(lwt_mutex_is_locked(mutex));
    CHECK_INT(lwt_condition_signal_owned(bad[i], &drops, count_drop), INVALID);
    CHECK_INT(lwt_condition_broadcast_owned(bad[i], &drops, count_drop), INVALID);
    CHECK_INT(drops, 2);
    CHECK_INT(lwt_condition_broadcast_exn(bad[i], exn(LWT_CLOSED)), INVALID);
    CHECK_PTR(lwt_condition_retain(bad[i]), NULL);
    lwt_condition_release((lwt_condition *)bad[i]);
  }
  condition = lwt_condition_create();
  CHECK_FAILS(lwt_condition_wait(condition, (const lwt_mutex *)condition), INVALID);
  lwt_t *p = lwt_condition_wait(condition, NULL);
  CHECK_INT(lwt_condition_broadcast_exn(condition, NULL), INVALID);
  CHECK_FAILS(p, INVALID);
  lwt_condition_release(condition);
  lwt_mutex_release(mutex);
}

static lwt_t *never(lwt_value v, void *env) {
  CHECK(false);
  return (void)env, lwt_return(v);
}
static void *leaves_waiters(void *drops) {
  CHECK_FAILS(lwt_condition_wait(condition, NULL), LWT_WRONG_THREAD);
  CHECK_INT(lwt_condition_signal(condition, LWT_UNIT), LWT_WRONG_THREAD);
  lwt_condition *c = lwt_condition_create();
  lwt_mutex *m = lwt_mutex_create();
  for (int i = 0; i < 100; i++)
    lwt_release(lwt_bind(lwt_condition_wait(c, i % 2 ? m : NULL), never, drops, count_drop));
  return NULL;
}
TEST(a_thread_may_end_while_others_wait) {
  int drops = 0;
  pthread_t thread;
  condition = lwt_condition_create();
  pthread_create(&thread, NULL, leaves_waiters, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 100);
  lwt_condition_release(condition);
}

static long woken;
static lwt_t *count(lwt_value v, void *env) {
  woken++;
  return (void)env, lwt_return(v);
}
static lwt_t *signal_next(lwt_value v, void *env) {
  lwt_condition_signal(condition, LWT_UNIT);
  return count(v, env);
}
static void crowd(void) {
  long n = scaled(100000);
  condition = lwt_condition_create();
  woken = 0;
  for (long i = 0; i < n; i++)
    lwt_release(lwt_bind(lwt_condition_wait(condition, NULL), signal_next, NULL, NULL));
  lwt_condition_signal(condition, LWT_UNIT);
  CHECK_INT(woken, n);
  for (long i = 0; i < n; i++)
    lwt_release(lwt_bind(lwt_condition_wait(condition, NULL), count, NULL, NULL));
  lwt_condition_broadcast(condition, LWT_UNIT);
  CHECK_INT(woken, 2 * n);
  lwt_condition_release(condition);
}
TEST(a_hundred_thousand_wait_and_each_wakes_the_next_without_stack) {
  on_small_stack(SMALL_STACK, crowd);
}
