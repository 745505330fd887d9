/* Mutexes: with_lock, bad arguments, reentrancy, ends of handles and threads. */
#include "small_stack.h"

static lwt_mutex *mutex;

TEST(with_lock_holds_the_lock_as_long_as_its_body) {
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV_RETURNING(a, lwt_wait(&u));
  struct env b = {.name = "b", .value = LWT_INT(7)};
  lwt_t *pa = lwt_mutex_with_lock(mutex, env_thunk, &a, env_drop);
  lwt_t *pb = lwt_mutex_with_lock(mutex, env_thunk, &b, env_drop);
  CHECK_ENV(a, 1, 1);
  CHECK_ENV(b, 0, 0);
  CHECK(lwt_mutex_is_locked(mutex));
  lwt_wakeup(u, LWT_INT(3));
  CHECK_TRACE("a b");
  CHECK_RETURNS(pa, 3);
  CHECK_RETURNS(pb, 7);
  CHECK_ENV(b, 1, 1);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
}

static lwt_t *raises(void *env) {
  (void)env;
  lwt_raise(exn(LWT_FULL));
  return NULL;
}
TEST(with_lock_unlocks_when_its_body_fails) {
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV_RAISING(now, LWT_CLOSED);
  CHECK_FAILS(lwt_mutex_with_lock(mutex, env_thunk, &now, env_drop), LWT_CLOSED);
  CHECK(!lwt_mutex_is_locked(mutex));
  CHECK_FAILS(lwt_mutex_with_lock(mutex, raises, NULL, NULL), LWT_FULL);
  CHECK(!lwt_mutex_is_locked(mutex));
  ENV_RETURNING(later, lwt_wait(&u));
  lwt_t *p = lwt_mutex_with_lock(mutex, env_thunk, &later, env_drop);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_FAILS(p, LWT_CLOSED);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
  trace_text[0] = '\0';
}

TEST(cancelling_with_lock_cancels_the_body_and_unlocks) {
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV_RETURNING(body, lwt_task(&u));
  lwt_t *p = lwt_mutex_with_lock(mutex, env_thunk, &body, env_drop);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_wakener_forget(u);
  lwt_mutex_release(mutex);
  trace_text[0] = '\0';
}

TEST(an_owned_value_passes_through_with_lock) {
  int drops = 0;
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV_RETURNING(body, lwt_wait(&u));
  lwt_t *p = lwt_mutex_with_lock(mutex, env_thunk, &body, env_drop);
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_PTR(lwt_value_of(p), &drops);
  CHECK_INT(drops, 0);
  lwt_release(p);
  CHECK_INT(drops, 1);
  lwt_mutex_release(mutex);
  trace_text[0] = '\0';
}

static lwt_t *relock(void *env) {
  lwt_t **inner = env;
  *inner = lwt_mutex_lock(mutex);
  CHECK_SLEEPS(*inner);
  lwt_mutex_release(mutex); /* the handle goes while the body runs */
  return lwt_return(LWT_UNIT);
}
TEST(a_body_may_use_and_release_its_mutex) {
  lwt_t *inner = NULL;
  mutex = lwt_mutex_create();
  CHECK_RETURNS(lwt_mutex_with_lock(mutex, relock, &inner, NULL), 0);
  CHECK_INT(lwt_mutex_unlock(mutex), INVALID);
  CHECK_RETURNS(inner, 0); /* it was handed over */
}

TEST(a_released_mutex_lives_on_while_with_lock_uses_it) {
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  lwt_t *pa = lwt_mutex_with_lock(mutex, env_thunk, &a, env_drop);
  lwt_t *pb = lwt_mutex_with_lock(mutex, env_thunk, &b, env_drop);
  CHECK_PTR(lwt_mutex_retain(mutex), mutex);
  lwt_mutex_release(mutex);
  CHECK(lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
  CHECK(!lwt_mutex_is_locked(mutex)); /* stale */
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(pa, 0);
  CHECK_RETURNS(pb, 0);
  CHECK_ENV(b, 1, 1);
  trace_text[0] = '\0';
}

TEST(who_waits_for_a_mutex_that_nobody_can_unlock_waits_for_ever) {
  ENV(after);
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  lwt_t *p = lwt_bind(lwt_mutex_lock(mutex), env_bind, &after, env_drop);
  lwt_mutex_release(mutex);
  CHECK_ENV(after, 0, 1);
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  lwt_release(p);
}

static lwt_t *waiters[3];
static void cancel_another(void *env) {
  ++*(int *)env;
  lwt_cancel(waiters[1]);
  lwt_cancel(waiters[2]);
}
TEST(a_drop_function_may_cancel_others_who_wait_for_a_mutex_that_goes) {
  int drops = 0;
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  for (int i = 0; i < 3; i++) waiters[i] = lwt_mutex_lock(mutex);
  lwt_t *p = lwt_bind(lwt_retain(waiters[0]), env_bind, &drops, cancel_another);
  lwt_mutex_release(mutex);
  CHECK_INT(drops, 1);
  lwt_release(p);
  for (int i = 0; i < 3; i++) lwt_release(waiters[i]);
}

TEST(bad_arguments_are_refused) {
  lwt_mutex *stale = lwt_mutex_create();
  lwt_mutex_release(stale);
  lwt_condition *other = lwt_condition_create();
  const lwt_mutex *bad[] = {NULL, stale, (const lwt_mutex *)other, (const lwt_mutex *)16};
  for (int i = 0; i < 4; i++) {
    ENV(f);
    CHECK_FAILS(lwt_mutex_lock(bad[i]), INVALID);
    CHECK_FAILS(lwt_mutex_with_lock(bad[i], env_thunk, &f, env_drop), INVALID);
    CHECK_ENV(f, 0, 1);
    CHECK_INT(lwt_mutex_unlock(bad[i]), INVALID);
    CHECK(!lwt_mutex_is_locked(bad[i]));
    CHECK(!lwt_mutex_is_empty(bad[i]));
    CHECK_PTR(lwt_mutex_retain(bad[i]), NULL);
    lwt_mutex_release((lwt_mutex *)bad[i]);
  }
  ENV(f);
  mutex = lwt_mutex_create();
  CHECK_FAILS(lwt_mutex_with_lock(mutex, NULL, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 1);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
  lwt_condition_release(other);
}

static void *elsewhere(void *env) {
  ENV(f);
  CHECK_FAILS(lwt_mutex_lock(mutex), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_mutex_with_lock(mutex, env_thunk, &f, env_drop), LWT_WRONG_THREAD);
  CHECK_ENV(f, 0, 1);
  CHECK_INT(lwt_mutex_unlock(mutex), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_mutex_retain(mutex), NULL);
  lwt_mutex_release(mutex);
  return env;
}
TEST(another_thread_can_do_nothing_to_it) {
  pthread_t thread;
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  pthread_create(&thread, NULL, elsewhere, NULL);
  pthread_join(thread, NULL);
  CHECK(lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
}

static lwt_t *never(lwt_value v, void *env) {
  CHECK(false);
  return (void)env, lwt_return(v);
}
static lwt_t *never_thunk(void *env) { return never(LWT_UNIT, env); }
static void *leaves_waiters(void *drops) {
  lwt_mutex *m = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(m));
  for (int i = 0; i < 100; i++) {
    lwt_bind(lwt_mutex_lock(m), never, drops, count_drop);
    lwt_release(lwt_mutex_with_lock(m, never_thunk, drops, count_drop));
    if (i % 3 == 0) lwt_release(lwt_bind(lwt_mutex_lock(m), never, drops, count_drop));
  }
  return NULL;
}
TEST(a_thread_may_end_while_others_wait) {
  int drops = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, leaves_waiters, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 234);
}

static long taken;
static lwt_t *unlock_next(lwt_value v, void *env) {
  taken++;
  lwt_mutex_unlock(mutex);
  return (void)env, lwt_return(v);
}
static void crowd(void) {
  long n = scaled(100000);
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  taken = 0;
  for (long i = 0; i < n; i++) lwt_release(lwt_bind(lwt_mutex_lock(mutex), unlock_next, NULL, NULL));
  lwt_mutex_unlock(mutex);
  CHECK_INT(taken, n);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
}
TEST(a_hundred_thousand_wait_and_each_wakes_the_next_without_stack) {
  on_small_stack(SMALL_STACK, crowd);
}

static void crowd_cancelled(void) {
  long n = scaled(100000);
  lwt_t **all = malloc((size_t)n * sizeof *all);
  mutex = lwt_mutex_create();
  lwt_release(lwt_mutex_lock(mutex));
  for (long i = 0; i < n; i++) all[i] = lwt_mutex_lock(mutex);
  for (long i = n / 2; i < n; i++) lwt_cancel(all[i]);
  for (long i = 0; i < n / 2; i++) lwt_cancel(all[i]);
  CHECK(lwt_mutex_is_empty(mutex));
  for (long i = 0; i < n; i++) CHECK_FAILS(all[i], LWT_CANCELED);
  lwt_mutex_release(mutex);
  free(all);
}
TEST(a_hundred_thousand_are_cancelled_in_the_middle_of_the_queue) {
  on_small_stack(SMALL_STACK, crowd_cancelled);
}

static long depth_left;
static lwt_t *deeper(void *env) {
  if (depth_left-- == 0) return lwt_return(LWT_INT(5));
  lwt_mutex *m = lwt_mutex_create();
  lwt_t *p = lwt_mutex_with_lock(m, deeper, env, NULL);
  lwt_mutex_release(m);
  return p;
}
static void nested(void) {
  depth_left = scaled(100000);
  CHECK_RETURNS(deeper(NULL), 5);
}
TEST(with_lock_within_with_lock_needs_no_stack) { on_small_stack(NESTED_STACK, nested); }
