/* Sequence-local storage: keys, who sees what, when it is dropped. */
#include "promises.h"

#include <pthread.h>

static lwt_u *u;
static lwt_key *key;
static intptr_t got(void) {
  lwt_value value = LWT_INT(-7);
  return lwt_get(key, &value) ? LWT_TO_INT(value) : -1;
}
static intptr_t seen;
static lwt_t *see_thunk(void *env) {
  (void)env;
  seen = got();
  return lwt_return(LWT_INT(seen));
}
static lwt_t *see_bind(lwt_value v, void *env) { return (void)v, see_thunk(env); }
static lwt_value see_map(lwt_value v, void *env) {
  (void)v, (void)env;
  return LWT_INT(seen = got());
}
static lwt_t *see_catch(const lwt_exn *e, void *env) { return (void)e, see_thunk(env); }
static void see_unit(void *env) { (void)env, seen = got(); }
static void see_value(lwt_value v, void *env) { (void)v, (void)env, seen = got(); }
static void see_exn(const lwt_exn *e, void *env) { (void)e, (void)env, seen = got(); }

/* with_value for a function that takes the environment. */
static lwt_t *with(intptr_t n, lwt_thunk_fn f, void *env) {
  lwt_value value = LWT_INT(n);
  return lwt_with_value(key, &value, NULL, f, env, NULL);
}

TEST(a_new_key_is_unset) {
  key = lwt_new_key();
  lwt_value value = LWT_INT(3);
  CHECK(!lwt_get(key, &value));
  CHECK_INT(got(), -1);
}

TEST(with_value_binds_it_inside_and_restores_it_after) {
  CHECK_RETURNS(with(5, see_thunk, NULL), 5);
  CHECK_INT(got(), -1);
  CHECK_RETURNS(with(0, see_thunk, NULL), 0); /* LWT_UNIT is a value too */
}

static lwt_t *nested(void *env) {
  (void)env;
  CHECK_INT(got(), 1);
  CHECK_RETURNS(with(2, see_thunk, NULL), 2);
  CHECK_INT(got(), 1);
  CHECK_RETURNS(lwt_with_value(key, NULL, NULL, see_thunk, NULL, NULL), -1);
  CHECK_INT(got(), 1);
  return lwt_return(LWT_UNIT);
}
TEST(nested_bindings_shadow_and_null_hides) {
  lwt_release(with(1, nested, NULL));
  CHECK_INT(got(), -1);
}

static lwt_key *second;
static lwt_t *look_at_both(void *env) {
  (void)env;
  lwt_value value;
  CHECK(lwt_get(second, &value));
  CHECK_INT(LWT_TO_INT(value), 20);
  CHECK_INT(got(), 10);
  return lwt_return(LWT_UNIT);
}
static lwt_t *with_second(void *env) {
  lwt_value value = LWT_INT(20);
  return lwt_with_value(second, &value, NULL, look_at_both, env, NULL);
}
TEST(distinct_keys_are_independent) {
  second = lwt_new_key();
  CHECK(second != key);
  CHECK_RETURNS(with(10, with_second, NULL), 0);
}

static lwt_t *fails(void *env) {
  (void)env;
  lwt_raise(exn(LWT_CLOSED));
  return lwt_fail(exn(LWT_FULL));
}
TEST(it_is_restored_after_a_failure_too) {
  hook_install();
  lwt_t *p = with(5, fails, NULL);
  CHECK_STATE(p, LWT_FAIL);
  lwt_release(p);
  CHECK_INT(got(), -1);
}

/* Every kind of callback, attached inside with_value, sees the binding when
 * it runs outside of it; the caller of wakeup keeps its own. */
static lwt_t *target, *made;
static int which;
static lwt_t *attach(void *env) {
  (void)env;
  made = NULL;
  switch (which) {
    case 0: made = lwt_bind(lwt_retain(target), see_bind, NULL, NULL); break;
    case 1: made = lwt_map(lwt_retain(target), see_map, NULL, NULL); break;
    case 2: made = lwt_catch(lwt_retain(target), see_catch, NULL, NULL); break;
    case 3: made = lwt_try_bind(lwt_retain(target), see_bind, see_catch, NULL, NULL); break;
    case 4: made = lwt_finalize(lwt_retain(target), see_thunk, NULL, NULL); break;
    case 5: lwt_on_success(target, see_value, NULL, NULL); break;
    case 6: lwt_on_failure(target, see_exn, NULL, NULL); break;
    case 7: lwt_on_termination(target, see_unit, NULL, NULL); break;
    case 8: lwt_on_any(target, see_value, see_exn, NULL, NULL); break;
    case 9: lwt_on_cancel(target, see_unit, NULL, NULL); break;
    case 10: made = lwt_bind_owned(lwt_retain(target), see_bind, NULL, NULL); break;
  }
  return lwt_return(LWT_UNIT);
}
static lwt_t *wake_target(void *env) {
  (void)env;
  if (which == 9)
    lwt_cancel(target);
  else if (which == 2 || which == 6)
    lwt_wakeup_exn(u, exn(LWT_FULL));
  else
    lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(got(), 200); /* the caller's own, also after callbacks ran */
  return lwt_return(LWT_UNIT);
}
TEST(each_kind_of_callback_sees_what_was_bound_when_it_was_attached) {
  for (which = 0; which <= 10; which++) {
    target = lwt_task(&u);
    lwt_release(with(100, attach, NULL));
    seen = -2;
    lwt_release(with(200, wake_target, NULL));
    CHECK_INT(seen, 100);
    CHECK_INT(got(), -1);
    /* Attached with the key unset, run with it set: unset. */
    lwt_t *first = target;
    if (which == 9) lwt_wakener_forget(u);
    if (made != NULL) lwt_release(made);
    target = lwt_task(&u);
    lwt_release(attach(NULL));
    seen = -2;
    lwt_release(with(200, wake_target, NULL));
    CHECK_INT(seen, -1);
    if (which == 9) lwt_wakener_forget(u);
    if (made != NULL) lwt_release(made);
    lwt_release(target);
    lwt_release(first);
  }
}

static lwt_t *chain_inside(void *env) {
  (void)env;
  return lwt_bind(lwt_bind(lwt_wait(&u), see_bind, NULL, NULL), see_bind, NULL, NULL);
}
TEST(it_is_carried_through_a_chain) {
  lwt_t *p = with(7, chain_inside, NULL);
  CHECK_INT(got(), -1);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(p, 7);
  CHECK_INT(got(), -1);
}

/* ---------------------------------------------------------------- drops --- */
static int drops;
static lwt_t *look(void *env) {
  (void)env;
  CHECK_INT(drops, 0);
  return lwt_return(LWT_UNIT);
}
static lwt_t *look_later(lwt_value v, void *env) { return (void)v, look(env); }
static lwt_t *attach_look(void *env) {
  (void)env;
  return lwt_bind(lwt_wait(&u), look_later, NULL, NULL);
}
TEST(a_bound_value_is_dropped_after_with_value_when_nobody_can_see_it) {
  lwt_value value = &drops;
  drops = 0;
  lwt_release(lwt_with_value(key, &value, count_drop, look, NULL, NULL));
  CHECK_INT(drops, 1);
}
TEST(a_bound_value_lives_until_the_last_callback_that_could_see_it) {
  lwt_value value = &drops;
  drops = 0;
  lwt_t *p = lwt_with_value(key, &value, count_drop, attach_look, NULL, NULL);
  CHECK_INT(drops, 0);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(drops, 1);
  CHECK_RETURNS(p, 0);
  CHECK_INT(drops, 1);
}
TEST(a_bound_value_is_dropped_when_its_last_callback_never_runs) {
  lwt_value value = &drops;
  drops = 0;
  lwt_release(lwt_with_value(key, &value, count_drop, attach_look, NULL, NULL));
  CHECK_INT(drops, 0);
  lwt_wakener_forget(u);
  CHECK_INT(drops, 1);
}
static lwt_t *shadow(void *env) {
  (void)env;
  return with(9, attach_look, NULL);
}
TEST(a_shadowed_value_is_dropped_once) {
  lwt_value value = &drops;
  drops = 0;
  lwt_t *p = lwt_with_value(key, &value, count_drop, shadow, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
  CHECK_INT(drops, 1);
}

static void *use_elsewhere(void *env) {
  (void)env;
  CHECK_INT(got(), -1); /* what it is bound to is another thread's */
  CHECK_RETURNS(with(6, see_thunk, NULL), 6);
  return lwt_new_key();
}
static lwt_t *on_another_thread(void *env) {
  pthread_t thread;
  void *made_there;
  (void)env;
  pthread_create(&thread, NULL, use_elsewhere, NULL);
  pthread_join(thread, &made_there);
  CHECK_INT(got(), 5);
  lwt_key *before = key;
  key = made_there; /* and lives on though its thread has ended */
  CHECK_INT(got(), -1);
  CHECK_RETURNS(with(8, see_thunk, NULL), 8);
  key = before;
  return lwt_return(LWT_UNIT);
}
TEST(a_key_is_the_processs_and_its_binding_the_threads) {
  lwt_release(with(5, on_another_thread, NULL));
}

TEST(a_bad_key_is_invalid) {
  lwt_value value = LWT_INT(5);
  CHECK(!lwt_get(NULL, &value));
  CHECK(!lwt_get((lwt_key *)&drops, &value));
  CHECK(!lwt_get(key, NULL));
  ENV(f);
  lwt_t *p = lwt_with_value(NULL, &value, NULL, env_thunk, &f, env_drop);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "lwt_with_value");
  CHECK_FAILS(p, INVALID);
  CHECK_ENV(f, 0, 1);
}

TEST(binding_leaves_memory_flat) {
  long before = 0;
  for (long i = 0; i < scaled(600000); i++) {
    if (i == scaled(200000)) before = resident();
    lwt_t *p = with(i, attach_look, NULL);
    drops = 0;
    lwt_wakeup(u, LWT_UNIT);
    lwt_release(p);
  }
  CHECK_FLAT(before, 2);
}
