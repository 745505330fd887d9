/* Condition: a signal that nobody waits for is lost; the mutex is locked again
 * after a signal, a failure and a cancellation; a broadcast reaches those who
 * wait, and only them. */
#include "promises.h"

static lwt_condition *condition;
static lwt_mutex *mutex;

static void begin(void) {
  condition = lwt_condition_create();
  mutex = lwt_mutex_create();
}
static void end(void) {
  lwt_condition_release(condition);
  lwt_mutex_release(mutex);
}

TEST(a_signal_that_nobody_waits_for_is_lost) {
  begin();
  CHECK_INT(lwt_condition_signal(condition, LWT_INT(1)), LWT_OK);
  lwt_t *p = lwt_condition_wait(condition, NULL);
  CHECK_SLEEPS(p);
  lwt_condition_signal(condition, LWT_INT(2));
  CHECK_RETURNS(p, 2);
  end();
}

/* How the wait ends: 0 a signal, 1 a failure, 2 a cancellation. */
static void finish(int how, lwt_t *p) {
  if (how == 0) lwt_condition_signal(condition, LWT_INT(4));
  if (how == 1) lwt_condition_broadcast_exn(condition, exn(LWT_CLOSED));
  if (how == 2) lwt_cancel(p);
}
static void check_end(int how, lwt_t *p) {
  if (how == 0) CHECK_RETURNS(p, 4);
  if (how == 1) CHECK_FAILS(p, LWT_CLOSED);
  if (how == 2) CHECK_FAILS(p, LWT_CANCELED);
}
TEST(the_mutex_is_locked_again_however_the_wait_ends) {
  for (int how = 0; how < 3; how++) {
    begin();
    lwt_release(lwt_mutex_lock(mutex));
    lwt_t *p = lwt_condition_wait(condition, mutex);
    CHECK(!lwt_mutex_is_locked(mutex));
    finish(how, p);
    CHECK(lwt_mutex_is_locked(mutex));
    check_end(how, p);
    end();
  }
}
TEST(the_promise_resolves_only_when_the_mutex_is_locked_again) {
  for (int how = 0; how < 3; how++) {
    begin();
    lwt_release(lwt_mutex_lock(mutex));
    lwt_t *p = lwt_condition_wait(condition, mutex);
    lwt_release(lwt_mutex_lock(mutex)); /* somebody else has it meanwhile */
    finish(how, p);
    CHECK_SLEEPS(p);
    lwt_cancel(p); /* from now on it only waits for the mutex */
    CHECK_SLEEPS(p);
    CHECK(!lwt_mutex_is_empty(mutex));
    lwt_mutex_unlock(mutex);
    CHECK(lwt_mutex_is_locked(mutex));
    check_end(how, p);
    end();
  }
}

static lwt_t *late;
static lwt_t *wait_again(lwt_value v, void *env) {
  late = lwt_condition_wait(condition, NULL);
  return (void)env, lwt_return(v);
}
TEST(a_broadcast_reaches_those_who_wait_and_only_them) {
  begin();
  ENV(b);
  ENV(c);
  lwt_t *pa = lwt_bind(lwt_condition_wait(condition, NULL), wait_again, NULL, NULL);
  lwt_t *pb = lwt_bind(lwt_condition_wait(condition, NULL), env_bind, &b, env_drop);
  lwt_t *pc = lwt_bind(lwt_condition_wait(condition, NULL), env_bind, &c, env_drop);
  CHECK_INT(lwt_condition_broadcast(condition, LWT_INT(9)), LWT_OK);
  CHECK_TRACE("b c");
  CHECK_RETURNS(pa, 9);
  CHECK_RETURNS(pb, 9);
  CHECK_RETURNS(pc, 9);
  CHECK_SLEEPS(late);
  lwt_condition_signal(condition, LWT_INT(1));
  CHECK_RETURNS(late, 1);
  end();
}
