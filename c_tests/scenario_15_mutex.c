/* Mutex: first come, first served; cancelling one who waits; cancelling one
 * who has been handed the lock already has no effect. */
#include "promises.h"

static lwt_mutex *mutex;
static lwt_t *lock(struct env *then) {
  return lwt_bind(lwt_mutex_lock(mutex), env_bind, then, env_drop);
}

TEST(who_locks_first_is_served_first) {
  mutex = lwt_mutex_create();
  CHECK(!lwt_mutex_is_locked(mutex));
  CHECK(lwt_mutex_is_empty(mutex));
  ENV(a);
  ENV(b);
  ENV(c);
  lwt_t *pa = lock(&a), *pb = lock(&b), *pc = lock(&c);
  CHECK_TRACE("a");
  CHECK(lwt_mutex_is_locked(mutex));
  CHECK(!lwt_mutex_is_empty(mutex));
  CHECK_SLEEPS(pb);
  CHECK_INT(lwt_mutex_unlock(mutex), LWT_OK);
  CHECK_TRACE("b");
  CHECK_SLEEPS(pc);
  lwt_mutex_unlock(mutex);
  CHECK_TRACE("c");
  CHECK(lwt_mutex_is_locked(mutex));
  CHECK(lwt_mutex_is_empty(mutex));
  lwt_mutex_unlock(mutex);
  CHECK(!lwt_mutex_is_locked(mutex));
  CHECK_RETURNS(pa, 0);
  CHECK_RETURNS(pb, 0);
  CHECK_RETURNS(pc, 0);
  lwt_mutex_release(mutex);
}

TEST(who_is_cancelled_while_waiting_leaves_the_queue) {
  mutex = lwt_mutex_create();
  ENV(b);
  ENV(c);
  lwt_release(lwt_mutex_lock(mutex));
  lwt_t *pb = lock(&b), *pc = lock(&c);
  lwt_cancel(pb);
  CHECK_FAILS(pb, LWT_CANCELED);
  CHECK_ENV(b, 0, 1);
  lwt_mutex_unlock(mutex);
  CHECK_TRACE("c");
  CHECK_RETURNS(pc, 0);
  lwt_mutex_unlock(mutex);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_mutex_release(mutex);
}

/* Inside a resolution the callbacks of the one who is handed the lock are
 * deferred: it has the lock, and does not know it yet. */
static lwt_t *second;
static lwt_t *unlock_and_cancel(lwt_value v, void *env) {
  lwt_mutex_unlock(mutex);
  CHECK_TRACE("");
  CHECK(lwt_mutex_is_locked(mutex));
  CHECK(lwt_mutex_is_empty(mutex));
  lwt_cancel(second);
  CHECK_SLEEPS(second);
  CHECK_TRACE("");
  return (void)env, lwt_return(v);
}
TEST(cancelling_one_who_was_handed_the_lock_has_no_effect) {
  lwt_u *u;
  mutex = lwt_mutex_create();
  ENV(b);
  lwt_release(lwt_mutex_lock(mutex));
  second = lock(&b);
  lwt_t *p = lwt_bind(lwt_wait(&u), unlock_and_cancel, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("b");
  CHECK_RETURNS(second, 0);
  CHECK(lwt_mutex_is_locked(mutex));
  lwt_mutex_unlock(mutex);
  CHECK(!lwt_mutex_is_locked(mutex));
  lwt_release(p);
  lwt_mutex_release(mutex);
}
