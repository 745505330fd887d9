/* mvar_*, mutex_*, with_timeout: what promises wait for in turn, on one thread,
 * without a turn of the main loop. */
#include "bench.h"

#include <lwt_mutex.h>
#include <lwt_mvar.h>
#include <lwt_switch.h>

static uint64_t count;
static lwt_mvar *box;
static lwt_mutex *mutex;

static lwt_t *add(lwt_value value, void *env) {
  (void)env;
  count += (uint64_t)LWT_TO_INT(value);
  return lwt_return(LWT_UNIT);
}
static lwt_t *one(void *env) {
  (void)env;
  return lwt_return(LWT_INT(1));
}
static void must_be_resolved(lwt_t *p) {
  if (lwt_state(p) != LWT_RETURN) die("not resolved");
  lwt_release(p);
}

/* Somebody waits for a value, and is handed it. */
static void handover(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *taker = lwt_bind(lwt_mvar_take(box), add, NULL, NULL);
    if (lwt_state(taker) != LWT_SLEEP) die("there is a value");
    must_be_resolved(lwt_mvar_put(box, LWT_INT(1)));
    must_be_resolved(taker);
  }
}
/* A value is put in and taken out: nobody waits. */
static void stored(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    must_be_resolved(lwt_mvar_put(box, LWT_INT(1)));
    must_be_resolved(lwt_bind(lwt_mvar_take(box), add, NULL, NULL));
  }
}

static void uncontended(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    must_be_resolved(lwt_mutex_lock(mutex));
    count += lwt_mutex_is_locked(mutex);
    lwt_mutex_unlock(mutex);
  }
}
static void with_lock(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *p = lwt_mutex_with_lock(mutex, one, NULL, NULL);
    count += (uint64_t)LWT_TO_INT(lwt_value_of(p));
    must_be_resolved(p);
  }
}
/* One has it, one waits, by turns. */
static lwt_t *locked(lwt_value value, void *env) {
  (void)env;
  count++;
  return lwt_return(value);
}
static void contended(void) {
  must_be_resolved(lwt_mutex_lock(mutex));
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *p = lwt_bind(lwt_mutex_lock(mutex), locked, NULL, NULL);
    if (lwt_state(p) != LWT_SLEEP) die("the mutex is free");
    lwt_mutex_unlock(mutex); /* and p has it */
    must_be_resolved(p);
  }
  lwt_mutex_unlock(mutex);
}

/* A request that is answered before its time is over. Variant now: at once;
 * unix: lwt_unix_with_timeout, which cancels and does not await. */
static lwt_u *request;
static lwt_t *ask(void *env) {
  (void)env;
  return lwt_task(&request);
}
static void timeout(void) {
  bool old = VARIANT("unix");
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *p = old ? lwt_unix_with_timeout(3600, ask, NULL, NULL)
                   : lwt_with_timeout(3600, ask, NULL, NULL);
    lwt_wakeup(request, LWT_INT(1));
    count += (uint64_t)LWT_TO_INT(lwt_value_of(p));
    must_be_resolved(p);
  }
}
static void timeout_now(void) {
  for (uint64_t i = 0; i < n_ops; i++) {
    lwt_t *p = lwt_with_timeout(3600, one, NULL, NULL);
    count += (uint64_t)LWT_TO_INT(lwt_value_of(p));
    must_be_resolved(p);
  }
}

void sync_cases(void) {
  void (*body)(void) = IS("mvar_handover")       ? handover
                       : IS("mvar_stored")       ? stored
                       : IS("mutex_uncontended") ? (VARIANT("with_lock") ? with_lock : uncontended)
                       : IS("mutex_contended")   ? contended
                       : IS("with_timeout")      ? (VARIANT("now") ? timeout_now : timeout)
                                                 : NULL;
  if (!body) die("unknown case %s", cas);
  box = lwt_mvar_create_empty();
  mutex = lwt_mutex_create();
  bench_t b = bench_begin();
  body();
  b = bench_end(b);
  CHECK_EQ(count, n_ops);
  if (!lwt_mvar_is_empty(box) || lwt_mutex_is_locked(mutex)) die("something was left");
  lwt_mvar_release(box);
  lwt_mutex_release(mutex);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
