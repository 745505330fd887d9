/* Hooks of a runtime: around what the main loop waits for, around each call of a function of
 * the program's, and when fibers change. */
#include "threads.h"

static struct seen {
  int before, after, enters, leaves, depth, deepest;
} seen;
static void before_wait(void *env) {
  (void)env;
  seen.before++;
}
static void after_wait(void *env) {
  (void)env;
  seen.after++;
}
static void enter(void *env) {
  CHECK_PTR(env, &seen);
  seen.enters++;
  if (++seen.depth > seen.deepest) seen.deepest = seen.depth;
}
static void leave(void *env) {
  CHECK_PTR(env, &seen);
  seen.leaves++;
  seen.depth--;
}
static struct lwt_binding_hooks hooks = {
    sizeof hooks, &seen, before_wait, after_wait, enter, leave, NULL};
static void install(void) {
  memset(&seen, 0, sizeof seen);
  CHECK_INT(lwt_binding_install(&hooks), LWT_OK);
}
/* Waits for a timer, again where all is so slow that it was due before the loop looked. */
static void wait_for_a_timer(void) {
  for (int i = 0; i < 200 && seen.before == 0; i++) CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
}
static void uninstall(void) { CHECK_INT(lwt_binding_install(NULL), LWT_OK); }

/* ---------------------------------------------------------------- waits --- */
TEST(the_loop_tells_before_it_waits_and_after) {
  install();
  wait_for_a_timer();
  CHECK(seen.before > 0);
  CHECK_INT(seen.after, seen.before);
  uninstall();
}

TEST(a_turn_that_does_not_wait_tells_nothing) {
  install();
  turns(3);
  lwt_main_iter(false);
  CHECK_INT(seen.before, 0);
  uninstall();
}

TEST(in_an_engine_too) {
  int ends[2];
  char byte;
  CHECK_INT(pipe(ends), 0);
  lwt_unix_fd *fd = lwt_unix_of_unix_file_descr(ends[0], 0, 1);
  lwt_t *read = lwt_unix_read(fd, &byte, 1);
  install();
  wait_for_a_timer();
  CHECK(seen.before > 0);
  CHECK_INT(seen.after, seen.before);
  uninstall();
  CHECK_INT(write(ends[1], "x", 1), 1);
  CHECK_INT(run(read), 1);
  lwt_release(lwt_unix_close(fd));
  lwt_unix_fd_release(fd);
  close(ends[1]);
}

/* A global lock, held wherever the program runs: while the loop waits another thread has it. */
static pthread_mutex_t global = PTHREAD_MUTEX_INITIALIZER;
static int guarded;
static void let_go(void *env) {
  (void)env;
  pthread_mutex_unlock(&global);
}
static void take(void *env) {
  (void)env;
  pthread_mutex_lock(&global);
}
static lwt_u *wakener;
static void wake(void *env) {
  guarded++; /* with the lock, as all callbacks */
  lwt_wakeup(wakener, env);
}
static void *other_thread(void *thread) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&global);
    guarded++;
    pthread_mutex_unlock(&global);
    if (i % 100 == 99) lwt_main_post(thread, i == 999 ? wake : lwt_release_anywhere, NULL, NULL);
  }
  return NULL;
}
TEST(a_lock_that_is_let_go_while_the_loop_waits_is_free_for_other_threads) {
  struct lwt_binding_hooks lock = {sizeof lock, NULL, let_go, take, NULL, NULL, NULL};
  lwt_main_thread *me = lwt_main_self();
  pthread_t thread;
  guarded = 0;
  CHECK_INT(lwt_binding_install(&lock), LWT_OK);
  pthread_mutex_lock(&global);
  pthread_create(&thread, NULL, other_thread, me);
  CHECK_INT(run(lwt_wait(&wakener)), 0);
  pthread_mutex_unlock(&global);
  uninstall();
  pthread_join(thread, NULL);
  CHECK_INT(guarded, 1001);
  lwt_main_thread_release(me);
}

/* ------------------------------------------------------------ callbacks --- */
static lwt_t *depth_bind(lwt_value value, void *depth) {
  (void)value;
  *(int *)depth = seen.depth;
  return lwt_return(LWT_UNIT);
}
static void depth_drop(void *depth) { *(int *)depth = seen.depth; }
static lwt_value depth_compute(void *depth) {
  *(int *)depth = seen.depth;
  return LWT_UNIT;
}
static void depth_unit(void *depth) { *(int *)depth = seen.depth; }

TEST(each_callback_runs_between_enter_and_leave) {
  int now = 0, later = 0, drop = 0, unit = 0, fiber = 0;
  lwt_u *u;
  lwt_t *before = lwt_bind(lwt_wait(&u), depth_bind, &later, NULL);
  install(); /* for those, too, that were bound before */
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), depth_bind, &now, NULL));
  CHECK_INT(now, 1);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(later, 1);
  lwt_release(before);
  lwt_release(lwt_return_owned(&drop, depth_drop));
  CHECK_INT(drop, 1);
  lwt_on_termination(lwt_return(LWT_UNIT), depth_unit, &unit, NULL);
  CHECK_INT(unit, 1);
  CHECK_INT(run(lwt_spawn(depth_compute, &fiber, NULL, 0)), 0);
  CHECK_INT(fiber, 1);
  CHECK_INT(seen.depth, 0);
  CHECK_INT(seen.enters, seen.leaves);
  uninstall();
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), depth_bind, &now, NULL));
  CHECK_INT(now, 0);
}

static lwt_t *nested_bind(lwt_value value, void *env) {
  (void)value;
  int depth;
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), depth_bind, &depth, NULL));
  CHECK_INT(depth, 2);
  return env_bind(value, env);
}
TEST(callbacks_in_callbacks_are_nested) {
  ENV(inner);
  install();
  CHECK_RETURNS(lwt_bind(lwt_return(LWT_INT(1)), nested_bind, &inner, env_drop), 1);
  CHECK_ENV(inner, 1, 1);
  CHECK_INT(seen.deepest, 2);
  CHECK_INT(seen.depth, 0);
  uninstall();
  CHECK_TRACE("inner");
}

TEST(a_chain_is_entered_and_left_link_by_link) {
  enum { LINKS = 1000 };
  int depths[LINKS];
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  install();
  for (int i = 0; i < LINKS; i++) p = lwt_bind(p, depth_bind, &depths[i], NULL);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(lwt_state(p), LWT_RETURN);
  lwt_release(p);
  for (int i = 0; i < LINKS; i++)
    if (!CHECK_INT(depths[i], 1)) break;
  CHECK(seen.enters >= LINKS);
  CHECK_INT(seen.deepest, 1);
  CHECK_INT(seen.depth, 0);
  uninstall();
}

static lwt_t *raising(lwt_value value, void *env) {
  (void)value, (void)env;
  lwt_raise(exn(LWT_NOT_FOUND));
  return NULL;
}
TEST(what_a_callback_raises_is_not_lost_between_the_hooks) {
  install();
  CHECK_FAILS(lwt_bind(lwt_return(LWT_UNIT), raising, NULL, NULL), LWT_NOT_FOUND);
  CHECK_INT(seen.depth, 0);
  uninstall();
}

static void raise_hook(void *env) {
  (void)env;
  lwt_raise(exn(LWT_FULL));
}
TEST(what_a_hook_raises_goes_to_the_async_exception_hook) {
  struct lwt_binding_hooks bad = {sizeof bad, NULL, NULL, NULL, raise_hook, NULL, NULL};
  ENV(callback);
  hook_install();
  CHECK_INT(lwt_binding_install(&bad), LWT_OK);
  lwt_t *p = lwt_bind(lwt_return(LWT_INT(4)), env_bind, &callback, NULL);
  uninstall();
  CHECK_RETURNS(p, 4);
  CHECK(hook_calls > 0);
  CHECK_INT(hook_kind, LWT_FULL);
  lwt_set_async_exception_hook(NULL, NULL, NULL);
  CHECK_TRACE("callback");
}

static lwt_t *install_in_callback(lwt_value value, void *env) {
  (void)value, (void)env;
  install();
  return lwt_return(LWT_UNIT);
}
static lwt_t *uninstall_in_callback(lwt_value value, void *env) {
  (void)value, (void)env;
  uninstall();
  return lwt_return(LWT_UNIT);
}
TEST(what_was_not_entered_is_not_left) {
  install();
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), uninstall_in_callback, NULL, NULL));
  CHECK_INT(seen.enters, 1);
  CHECK_INT(seen.leaves, 0);
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), install_in_callback, NULL, NULL));
  CHECK_INT(seen.enters, 0);
  CHECK_INT(seen.leaves, 0);
  /* Those of now are not those that have seen it enter. */
  lwt_release(lwt_bind(lwt_return(LWT_UNIT), install_in_callback, NULL, NULL));
  CHECK_INT(seen.leaves, 0);
  uninstall();
}

/* --------------------------------------------------------------- fibers --- */
static char events[256];
static uint64_t first_fiber;
static void fiber_event(int event, uint64_t fiber, void *env) {
  size_t len = strlen(events);
  (void)env;
  if (first_fiber == 0) first_fiber = fiber;
  snprintf(events + len, sizeof events - len, "%c%d ", "RSE"[event], fiber == first_fiber ? 1 : 2);
}
static struct lwt_binding_hooks fiber_hooks = {
    sizeof fiber_hooks, NULL, NULL, NULL, NULL, NULL, fiber_event};
static lwt_value yield_once(void *env) {
  struct lwt_binding_stack stack;
  CHECK(lwt_binding_current_stack(&stack));
  if (env == NULL) CHECK_INT(stack.fiber, first_fiber);
  lwt_yield();
  return LWT_UNIT;
}
TEST(fibers_are_told_when_they_run_are_suspended_and_end) {
  events[0] = '\0', first_fiber = 0;
  CHECK_INT(lwt_binding_install(&fiber_hooks), LWT_OK);
  lwt_t *p = lwt_spawn(yield_once, NULL, NULL, 0);
  lwt_t *q = lwt_spawn(yield_once, events, NULL, 0);
  CHECK_INT(run(lwt_join2(p, q)), 0);
  uninstall();
  CHECK_STR(events, "R1 S1 R2 S2 R1 E1 R2 E2 ");
}

/* A collector that looks at the stacks whenever a fiber begins or stops. */
static int looks;
static void look_at_stacks(int event, uint64_t fiber, void *env) {
  struct lwt_binding_stack stacks[4];
  size_t n = lwt_binding_stacks(stacks, 4);
  (void)event, (void)fiber, (void)env;
  looks++;
  CHECK(n >= 1);
  CHECK(stacks[0].runs); /* hooks run on the thread's own */
  CHECK(!lwt_binding_current_stack(&stacks[3]));
  for (size_t i = 0; i < n && i < 3; i++) {
    CHECK((uintptr_t)stacks[i].low < (uintptr_t)stacks[i].high);
    CHECK((uintptr_t)stacks[i].high - (uintptr_t)stacks[i].low < (uintptr_t)1 << 20);
    CHECK_INT(stacks[i].runs, i == 0);
  }
}
TEST(in_the_hook_the_stack_that_runs_is_the_threads_own) {
  struct lwt_binding_hooks look = {sizeof look, NULL, NULL, NULL, NULL, NULL, look_at_stacks};
  CHECK_INT(lwt_binding_install(&look), LWT_OK);
  CHECK_INT(run(lwt_spawn(yield_once, events, NULL, 0)), 0);
  uninstall();
  CHECK_INT(looks, 4);
}

TEST(one_that_is_cancelled_before_it_begins_only_ends) {
  events[0] = '\0', first_fiber = 0;
  CHECK_INT(lwt_binding_install(&fiber_hooks), LWT_OK);
  lwt_t *p = lwt_spawn(yield_once, NULL, NULL, 0);
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  uninstall();
  CHECK_STR(events, "E1 ");
}

/* ---------------------------------------------------------------- table --- */
TEST(a_table_of_another_version_is_taken_as_far_as_it_is_known) {
  struct {
    struct lwt_binding_hooks known;
    void (*newer)(void *env);
  } table = {hooks, NULL};
  table.known.size = sizeof table;
  memset(&seen, 0, sizeof seen);
  CHECK_INT(lwt_binding_install(&table.known), LWT_OK);
  lwt_release(lwt_return_owned(&seen.before, depth_drop));
  CHECK_INT(seen.enters, 1);
  table.known.size = offsetof(struct lwt_binding_hooks, enter); /* an older one */
  CHECK_INT(lwt_binding_install(&table.known), LWT_OK);
  lwt_release(lwt_return_owned(&seen.before, depth_drop));
  CHECK_INT(seen.enters, 1);
  table.known.size = 3;
  CHECK_INT(lwt_binding_install(&table.known), INVALID);
  uninstall();
}

static void *callback_elsewhere(void *env) {
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.001), env_bind, env, env_drop)), 0);
  return NULL;
}
TEST(hooks_are_those_of_the_thread_that_installs_them) {
  ENV(there);
  pthread_t thread;
  install();
  pthread_create(&thread, NULL, callback_elsewhere, &there);
  pthread_join(thread, NULL);
  CHECK_ENV(there, 1, 1);
  CHECK_INT(seen.enters + seen.before, 0);
  uninstall();
  CHECK_TRACE("there");
}
