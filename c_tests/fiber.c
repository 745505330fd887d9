/* timeout: 120 */
/* env: LWT_ENGINE=sim:1 */
/* Direct style: spawn, await, yield. */
#include "loop.h"

#include <pthread.h>

static lwt_u *u, *v;
static int drops;

TEST(a_fiber_runs_in_the_loop_and_not_inside_the_call) {
  ENV(f);
  f.value = LWT_INT(4);
  lwt_t *p = lwt_spawn(env_compute, &f, env_drop, 0);
  CHECK_ENV(f, 0, 0);
  CHECK_SLEEPS(p);
  CHECK_INT(run(p), 4);
  CHECK_ENV(f, 1, 1);
  trace_text[0] = '\0';
}
TEST(what_a_fiber_raises_fails_its_promise) {
  ENV_RAISING(f, LWT_FULL);
  CHECK_INT(run(lwt_spawn(env_compute, &f, env_drop, 0)), -LWT_FULL);
  CHECK_ENV(f, 1, 1);
  trace_text[0] = '\0';
}
static lwt_value returns_owned(void *env) { return lwt_owned(env, count_drop); }
TEST(a_fiber_may_return_an_owned_value) {
  drops = 0;
  lwt_t *p = lwt_spawn(returns_owned, &drops, NULL, 0);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 1);
}

static lwt_value await_twice(void *env) {
  lwt_exn *e = NULL;
  intptr_t a = LWT_TO_INT(lwt_await(lwt_return(LWT_INT(1)), &e));
  CHECK_PTR(e, NULL);
  lwt_await(lwt_unix_sleep(0.005), &e);
  CHECK_PTR(e, NULL);
  intptr_t b = LWT_TO_INT(lwt_await(lwt_map(lwt_pause(), env_map, env, NULL), &e));
  CHECK_PTR(e, NULL);
  return LWT_INT(a + b);
}
TEST(await_returns_the_value_at_once_or_later) {
  ENV(f);
  CHECK_INT(run(lwt_spawn(await_twice, &f, NULL, 0)), 1);
  trace_text[0] = '\0';
}
static lwt_value await_failures(void *env) {
  (void)env;
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_await(lwt_fail(exn(LWT_CLOSED)), &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_CLOSED);
  lwt_exn_release(e);
  e = NULL;
  CHECK_PTR(lwt_await(lwt_wait(&u), &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  return lwt_raise(e);
}
static lwt_t *wake_with_full(lwt_value x, void *env) {
  (void)env;
  lwt_wakeup_exn(u, exn(LWT_FULL));
  return lwt_return(x);
}
TEST(await_hands_over_the_exception_to_its_caller) {
  lwt_t *p = lwt_spawn(await_failures, NULL, NULL, 0);
  lwt_release(lwt_bind(lwt_unix_sleep(0.01), wake_with_full, NULL, NULL));
  CHECK_INT(run(p), -LWT_FULL);
}
static lwt_value await_unheard(void *env) {
  (void)env;
  CHECK_PTR(lwt_await(lwt_fail(exn(LWT_CLOSED)), NULL), LWT_UNIT);
  return LWT_INT(3);
}
TEST(with_no_place_for_it_the_failure_goes_to_the_hook) {
  hook_install();
  CHECK_INT(run(lwt_spawn(await_unheard, NULL, NULL, 0)), 3);
  CHECK_HOOK(1, LWT_CLOSED);
}
static lwt_value await_owned(void *env) {
  lwt_exn *e = NULL;
  lwt_t *p = lwt_wait(&u);
  lwt_retain(p);
  CHECK_PTR(lwt_await(p, &e), env);
  CHECK_INT(drops, 0);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT); /* moved out */
  lwt_release(p);
  count_drop(env); /* it is ours */
  return LWT_UNIT;
}
static lwt_t *wake_owned(lwt_value x, void *env) {
  lwt_wakeup_owned(u, env, count_drop);
  return lwt_return(x);
}
TEST(await_moves_an_owned_value_to_its_caller) {
  drops = 0;
  lwt_t *p = lwt_spawn(await_owned, &drops, NULL, 0);
  lwt_release(lwt_bind(lwt_unix_sleep(0.005), wake_owned, &drops, NULL));
  CHECK_INT(run(p), 0);
  CHECK_INT(drops, 1);
}

static lwt_value await_bad(void *env) {
  (void)env;
  lwt_exn *e = NULL;
  CHECK_PTR(lwt_await(NULL, &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  CHECK_HAS(lwt_exn_message(e), "lwt_await");
  lwt_exn_release(e);
  e = NULL;
  lwt_await((lwt_t *)0x999, &e);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  lwt_exn_release(e);
  return LWT_UNIT;
}
TEST(awaiting_a_bad_handle_fails) { CHECK_INT(run(lwt_spawn(await_bad, NULL, NULL, 0)), 0); }

TEST(outside_of_a_fiber_a_pending_promise_cannot_be_awaited) {
  lwt_exn *e = NULL;
  lwt_t *p = lwt_task(&u);
  CHECK_PTR(lwt_await(lwt_retain(p), &e), LWT_UNIT);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  CHECK_HAS(lwt_exn_message(e), "lwt_await");
  lwt_exn_release(e);
  lwt_release(p);
  lwt_wakener_forget(u);
  hook_install();
  lwt_await(NULL, NULL);
  CHECK_HOOK(1, INVALID);
  lwt_yield(); /* nothing to yield to */
}

/* In a callback that a wake-up runs, the resolution must not be left. */
static lwt_t *await_in_a_callback(lwt_value x, void *env) {
  lwt_exn *e = NULL;
  (void)env;
  lwt_await(lwt_unix_sleep(0.001), &e);
  CHECK_INT(lwt_exn_kind(e), INVALID);
  lwt_exn_release(e);
  return lwt_return(x);
}
static lwt_value wakes_inside(void *env) {
  lwt_u *mine;
  lwt_t *p = lwt_bind(lwt_wait(&mine), await_in_a_callback, env, NULL);
  lwt_wakeup(mine, LWT_INT(5));
  return lwt_await(p, NULL);
}
TEST(awaiting_inside_a_resolution_is_refused) {
  CHECK_INT(run(lwt_spawn(wakes_inside, NULL, NULL, 0)), 5);
}

/* ----------------------------------------------------------------- order --- */
static lwt_value yields(void *data) {
  struct env *env = data;
  for (int i = 0; i < 3; i++) {
    trace(env->name);
    lwt_yield();
  }
  return LWT_UNIT;
}
TEST(fibers_take_turns_first_in_first_out) {
  ENV(a);
  ENV(b);
  ENV(c);
  lwt_t *all[3] = {lwt_spawn(yields, &a, NULL, 0), lwt_spawn(yields, &b, NULL, 0),
                   lwt_spawn(yields, &c, NULL, 0)};
  CHECK_INT(run(lwt_join(all, 3)), 0);
  CHECK_TRACE("a b c a b c a b c");
}

static lwt_value wakes_callbacks(void *data) {
  trace("before");
  lwt_wakeup(data, LWT_UNIT);
  trace("after");
  return LWT_UNIT;
}
TEST(a_fiber_may_wake_promises_and_their_callbacks_run_on_it) {
  ENV(f);
  lwt_t *p = lwt_wait(&v);
  lwt_on_termination(p, env_unit, &f, env_drop);
  CHECK_INT(run(lwt_spawn(wakes_callbacks, v, NULL, 0)), 0);
  CHECK_TRACE("before f after");
  lwt_release(p);
}

static lwt_value inner_fiber(void *env) {
  lwt_yield();
  return LWT_INT(*(int *)env + 1);
}
static lwt_value outer_fiber(void *env) {
  lwt_exn *e = NULL;
  int mine = 10;
  (void)env;
  lwt_t *both[2] = {lwt_spawn(inner_fiber, &mine, NULL, 0), lwt_spawn(inner_fiber, &mine, NULL, 0)};
  struct lwt_values *values = lwt_await(lwt_all(both, 2), &e);
  intptr_t sum = LWT_TO_INT(values->data[0]) + LWT_TO_INT(values->data[1]);
  lwt_values_release(values);
  return LWT_INT(sum);
}
TEST(a_fiber_may_spawn_and_await_others) {
  CHECK_INT(run(lwt_spawn(outer_fiber, NULL, NULL, 0)), 22);
}

/* raise and owned of a fiber survive what others do while it sleeps. */
static lwt_value raise_then_sleep(void *env) {
  lwt_raise(exn(*(int *)env));
  lwt_yield();
  lwt_await(lwt_unix_sleep(0.002), NULL);
  return LWT_UNIT;
}
static lwt_value quiet(void *env) {
  (void)env;
  lwt_yield();
  return LWT_INT(1);
}
TEST(what_a_fiber_raised_is_its_own_while_others_run) {
  int closed = LWT_CLOSED, full = LWT_FULL;
  lwt_t *a = lwt_spawn(raise_then_sleep, &closed, NULL, 0);
  lwt_t *b = lwt_spawn(quiet, NULL, NULL, 0);
  lwt_t *c = lwt_spawn(raise_then_sleep, &full, NULL, 0);
  CHECK_INT(run(b), 1);
  CHECK_INT(run(a), -LWT_CLOSED);
  CHECK_INT(run(c), -LWT_FULL);
}

/* ------------------------------------------------------------ misuse --- */
TEST(a_missing_function_or_an_absurd_stack_fails_and_drops_the_environment) {
  ENV(f);
  CHECK_FAILS(lwt_spawn(NULL, &f, env_drop, 0), INVALID);
  CHECK_ENV(f, 0, 1);
  const size_t absurd[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 60, SIZE_MAX - 4095};
  for (int i = 0; i < 4; i++) {
    lwt_t *p = lwt_spawn(env_compute, &f, env_drop, absurd[i]);
    CHECK_STATE(p, LWT_FAIL);
    CHECK(kind_of(p) == INVALID || kind_of(p) == LWT_OUT_OF_MEMORY);
    lwt_release(p);
    CHECK_ENV(f, 0, 2 + i);
  }
}
static lwt_value uses_stack(void *env) {
  size_t n = *(size_t *)env;
  volatile char *room = __builtin_alloca(n);
  for (size_t i = 0; i < n; i += 512) room[i] = (char)i;
  lwt_yield();
  for (size_t i = 0; i < n; i += 512)
    if (room[i] != (char)i) return LWT_INT(0);
  return LWT_INT(1);
}
TEST(a_stack_is_as_large_as_was_asked_for) {
  const size_t sizes[] = {1, 4096, 100000, (size_t)1 << 20, (size_t)64 << 20};
  for (int i = 0; i < 5; i++) {
    size_t use = sizes[i] / 2;
    if (sizes[i] < 65536) use = 512;
    lwt_t *p = lwt_spawn(uses_stack, &use, NULL, sizes[i]);
    CHECK_INT(run(p), 1);
  }
}

/* ---------------------------------------------------- ends and threads --- */
static lwt_value sleeps_for_ever(void *env) {
  lwt_exn *e = NULL;
  lwt_await(lwt_wait(env), &e);
  CHECK(false);
  return LWT_UNIT;
}
static void *leave_a_fiber(void *env) {
  lwt_u *never;
  lwt_t *p = lwt_spawn(sleeps_for_ever, &never, NULL, 0);
  CHECK_INT(run(lwt_unix_sleep(0.002)), 0);
  lwt_release(p);
  struct env *started_never = env;
  lwt_release(lwt_spawn(env_compute, started_never, env_drop, 0));
  return NULL;
}
TEST(a_thread_may_end_with_fibers_asleep) {
  ENV(f);
  pthread_t thread;
  pthread_create(&thread, NULL, leave_a_fiber, &f);
  pthread_join(thread, NULL);
  CHECK_ENV(f, 0, 1);
}
TEST(a_fiber_that_waits_for_ever_stalls_the_loop) {
  lwt_u *never;
  CHECK_INT(run(lwt_spawn(sleeps_for_ever, &never, NULL, 0)), -LWT_STALLED);
}

static void *fibers_elsewhere(void *env) {
  int ten = 10;
  lwt_t *all[50];
  for (int i = 0; i < 50; i++) all[i] = lwt_spawn(inner_fiber, &ten, NULL, 0);
  CHECK_INT(run(lwt_join(all, 50)), 0);
  return env;
}
TEST(every_thread_has_its_own_fibers) {
  pthread_t threads[6];
  for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, fibers_elsewhere, NULL);
  fibers_elsewhere(NULL);
  for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
}

static lwt_value nothing(void *env) { return env; }
TEST(spawning_leaves_memory_flat) {
  long before = 0, n = scaled(200000);
  for (long i = 0; i < n; i++) {
    if (i == n / 5) before = resident();
    lwt_release(lwt_spawn(nothing, NULL, NULL, 0));
    if (i % 10 == 0) turns(1);
  }
  turns(1);
  CHECK_FLAT(before, 4);
}
