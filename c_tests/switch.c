/* Switches: hooks that use their switch, bad arguments, ends of handles and
 * threads. */
#include "small_stack.h"

static lwt_switch *sw;

static lwt_t *add_another(void *env) {
  trace("first");
  CHECK(!lwt_switch_is_on(sw));
  CHECK_INT(lwt_switch_add_hook(sw, env_thunk, env, env_drop), LWT_OFF);
  CHECK_RETURNS(lwt_switch_turn_off(sw), 0);
  lwt_switch_release(sw);
  return lwt_switch_add_hook_or_exec(NULL, NULL, NULL, NULL);
}
TEST(a_hook_may_use_and_release_its_switch) {
  ENV(late);
  sw = lwt_switch_create();
  CHECK_INT(lwt_switch_add_hook(sw, add_another, &late, NULL), LWT_OK);
  CHECK_FAILS(lwt_switch_turn_off(sw), INVALID); /* what the hook returned */
  CHECK_ENV(late, 0, 1);
  CHECK_TRACE("first");
}

TEST(cancelling_a_turn_off_cancels_the_hooks) {
  lwt_u *u;
  sw = lwt_switch_create();
  ENV_RETURNING(a, lwt_task(&u));
  lwt_switch_add_hook(sw, env_thunk, &a, env_drop);
  lwt_t *off = lwt_switch_turn_off(sw);
  lwt_cancel(off);
  CHECK_FAILS(off, LWT_CANCELED);
  lwt_wakener_forget(u);
  lwt_switch_release(sw);
  trace_text[0] = '\0';
}

TEST(a_switch_that_is_released_drops_its_hooks) {
  ENV(a);
  sw = lwt_switch_create();
  lwt_switch_add_hook(sw, env_thunk, &a, env_drop);
  CHECK_PTR(lwt_switch_retain(sw), sw);
  lwt_switch_release(sw);
  CHECK(lwt_switch_is_on(sw));
  lwt_switch_release(sw);
  CHECK_ENV(a, 0, 1);
  CHECK(!lwt_switch_is_on(sw));
}

TEST(bad_arguments_are_refused) {
  lwt_mutex *other = lwt_mutex_create();
  lwt_switch *stale = lwt_switch_create();
  lwt_switch_release(stale);
  const lwt_switch *bad[] = {stale, (const lwt_switch *)other, (const lwt_switch *)8};
  for (int i = 0; i < 3; i++) {
    ENV(f);
    CHECK_INT(lwt_switch_check(bad[i]), INVALID);
    CHECK_INT(lwt_switch_add_hook(bad[i], env_thunk, &f, env_drop), INVALID);
    CHECK_FAILS(lwt_switch_add_hook_or_exec(bad[i], env_thunk, &f, env_drop), INVALID);
    CHECK_FAILS(lwt_switch_turn_off(bad[i]), INVALID);
    CHECK_FAILS(lwt_switch_start(bad[i], env_thunk, &f, env_drop), INVALID);
    CHECK_ENV(f, 0, 3);
    CHECK_FAILS(lwt_switch_adopt(bad[i], lwt_return(LWT_UNIT)), INVALID);
    CHECK_INT(lwt_switch_cancel(bad[i], NULL), INVALID);
    CHECK_INT(lwt_switch_cancel(bad[i], exn(LWT_FULL)), INVALID);
    CHECK_PTR(lwt_switch_reason(bad[i]), NULL);
    CHECK_INT(lwt_switch_set_deadline(bad[i], 1), INVALID);
    CHECK_PTR(lwt_switch_retain(bad[i]), NULL);
    lwt_switch_release((lwt_switch *)bad[i]);
  }
  CHECK_FAILS(lwt_switch_turn_off(NULL), INVALID);
  CHECK_FAILS(lwt_switch_start(NULL, env_thunk, NULL, NULL), INVALID); /* no current scope */
  CHECK_PTR(lwt_switch_current(), NULL);
  int drops = 0;
  sw = lwt_switch_create();
  CHECK_INT(lwt_switch_add_hook(sw, NULL, &drops, count_drop), INVALID);
  CHECK_INT(lwt_switch_add_hook(NULL, NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_switch_add_hook_or_exec(sw, NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_switch_start(sw, NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_switch_with_switch(NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_switch_run(NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_switch_run_for(1, NULL, &drops, count_drop), INVALID);
  CHECK_FAILS(lwt_with_timeout(1, NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 8);
  CHECK_FAILS(lwt_switch_adopt(sw, NULL), INVALID);
  CHECK_INT(lwt_switch_cancel(sw, (lwt_exn *)other), INVALID);
  CHECK(lwt_switch_is_on(sw));
  lwt_switch_release(sw);
  lwt_mutex_release(other);
}

static lwt_t *never_thunk(void *env) {
  CHECK(false);
  return (void)env, lwt_return(LWT_UNIT);
}
static void *elsewhere(void *drops) {
  CHECK_INT(lwt_switch_check(sw), LWT_WRONG_THREAD);
  CHECK_INT(lwt_switch_add_hook(sw, never_thunk, drops, count_drop), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_switch_turn_off(sw), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_switch_start(sw, never_thunk, drops, count_drop), LWT_WRONG_THREAD);
  lwt_switch *own = lwt_switch_create();
  lwt_switch_add_hook(own, never_thunk, drops, count_drop);
  return NULL;
}
TEST(another_thread_can_do_nothing_to_it_and_its_own_end_runs_no_hook) {
  int drops = 0;
  pthread_t thread;
  sw = lwt_switch_create();
  pthread_create(&thread, NULL, elsewhere, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 3);
  CHECK(lwt_switch_is_on(sw));
  lwt_switch_release(sw);
}

static long ran;
static lwt_t *count(void *env) {
  ran++;
  return (void)env, lwt_return(LWT_UNIT);
}
static void crowd(void) {
  long n = scaled(100000);
  ran = 0;
  sw = lwt_switch_create();
  for (long i = 0; i < n; i++) lwt_switch_add_hook(sw, count, NULL, NULL);
  CHECK_RETURNS(lwt_switch_turn_off(sw), 0);
  CHECK_INT(ran, n);
  lwt_switch_release(sw);
}
TEST(a_hundred_thousand_hooks_need_no_stack) { on_small_stack(SMALL_STACK, crowd); }
