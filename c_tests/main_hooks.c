/* env: LWT_ENGINE=sim:1 */
/* Enter and leave hooks of the main loop, and exit hooks at the end of a
 * thread. */
#include "loop.h"

#include <pthread.h>

TEST(hooks_run_in_each_turn_and_not_without_a_turn) {
  ENV(enter);
  ENV(leave);
  lwt_main_hook *a = lwt_main_enter_iter_hooks_add_first(env_unit, &enter, env_drop);
  lwt_main_hook *b = lwt_main_leave_iter_hooks_add_first(env_unit, &leave, env_drop);
  CHECK(a != NULL);
  CHECK_INT(run(lwt_return(LWT_UNIT)), 0); /* resolved already: no turn */
  CHECK_TRACE("");
  turns(1);
  CHECK_TRACE("enter leave");
  turns(2);
  CHECK_TRACE("enter leave enter leave");
  CHECK_INT(lwt_main_hook_remove(a), LWT_OK);
  CHECK_INT(enter.dropped, 1);
  turns(1);
  CHECK_TRACE("leave");
  CHECK_INT(lwt_main_hook_remove(b), LWT_OK);
  CHECK_INT(leave.dropped, 1);
  turns(1);
  CHECK_TRACE("");
}

TEST(first_comes_before_and_last_behind_the_others) {
  ENV(a);
  ENV(b);
  ENV(c);
  ENV(x);
  ENV(y);
  lwt_main_enter_iter_hooks_add_first(env_unit, &b, env_drop);
  lwt_main_enter_iter_hooks_add_first(env_unit, &a, env_drop);
  lwt_main_enter_iter_hooks_add_last(env_unit, &c, env_drop);
  lwt_main_leave_iter_hooks_add_last(env_unit, &x, env_drop);
  lwt_main_leave_iter_hooks_add_last(env_unit, &y, env_drop);
  turns(1);
  CHECK_TRACE("a b c x y");
  lwt_main_enter_iter_hooks_remove_all();
  CHECK_INT(a.dropped + b.dropped + c.dropped, 3);
  turns(1);
  CHECK_TRACE("x y");
  lwt_main_leave_iter_hooks_remove_all();
  CHECK_INT(x.dropped + y.dropped, 2);
}

static lwt_main_hook *self;
static void remove_self(void *env) {
  env_unit(env);
  CHECK_INT(lwt_main_hook_remove(self), LWT_OK);
}
TEST(a_hook_may_remove_itself) {
  ENV(f);
  self = lwt_main_enter_iter_hooks_add_first(remove_self, &f, env_drop);
  turns(3);
  CHECK_ENV(f, 1, 1);
  CHECK_TRACE("f");
}
static struct env added = {"added", 0, 0, NULL, 0, NULL, 0};
static void add_another(void *env) {
  env_unit(env);
  lwt_main_enter_iter_hooks_add_last(env_unit, &added, env_drop);
}
TEST(a_hook_may_add_another) {
  ENV(f);
  lwt_main_hook *hook = lwt_main_enter_iter_hooks_add_first(add_another, &f, env_drop);
  turns(1);
  lwt_main_hook_remove(hook);
  turns(1);
  CHECK(added.ran >= 1);
  lwt_main_enter_iter_hooks_remove_all();
  CHECK_INT(added.dropped, 1);
  trace_text[0] = '\0';
}

TEST(what_a_hook_raises_goes_to_the_async_hook) {
  hook_install();
  ENV_RAISING(f, LWT_FULL);
  lwt_main_hook *hook = lwt_main_leave_iter_hooks_add_first(env_unit, &f, env_drop);
  turns(1);
  CHECK_HOOK(1, LWT_FULL);
  lwt_main_hook_remove(hook);
  trace_text[0] = '\0';
}

TEST(bad_handles_and_missing_functions) {
  ENV(f);
  CHECK_PTR(lwt_main_enter_iter_hooks_add_first(NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_main_enter_iter_hooks_add_last(NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_main_leave_iter_hooks_add_first(NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_main_leave_iter_hooks_add_last(NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_main_exit_hooks_add_first(NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_main_exit_hooks_add_last(NULL, &f, env_drop), NULL);
  CHECK_INT(lwt_main_at_exit(NULL, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 7);
  CHECK_INT(lwt_main_hook_remove(NULL), INVALID);
  CHECK_INT(lwt_main_hook_remove((lwt_main_hook *)&f), INVALID);
  lwt_main_hook *hook = lwt_main_enter_iter_hooks_add_first(env_unit, &f, NULL);
  CHECK_INT(lwt_main_hook_remove(hook), LWT_OK);
  CHECK_INT(lwt_main_hook_remove(hook), INVALID);
}

TEST(is_running_says_whether_it_runs) { CHECK(!lwt_main_is_running()); }

/* ---------------------------------------------------------- exit hooks --- */
static struct env slept = {"slept", 0, 0, NULL, 0, NULL, 0};
static lwt_t *slow_exit(void *env) {
  env_unit(env);
  return lwt_map(lwt_unix_sleep(0.01), env_map, &slept, NULL);
}
static struct env late = {"late", 0, 0, NULL, 0, NULL, 0};
static lwt_t *adds_late(void *env) {
  env_unit(env);
  lwt_main_at_exit(env_thunk, &late, env_drop);
  return lwt_return(LWT_UNIT);
}
static struct env a = {"a", 0, 0, NULL, 0, NULL, 0}, b = {"b", 0, 0, NULL, LWT_FULL, NULL, 0},
                  c = {"c", 0, 0, NULL, 0, NULL, 0}, d = {"d", 0, 0, NULL, 0, NULL, 0},
                  removed = {"removed", 0, 0, NULL, 0, NULL, 0};
static void *end_with_hooks(void *env) {
  CHECK_INT(lwt_main_at_exit(env_thunk, &a, env_drop), LWT_OK);
  lwt_main_at_exit(slow_exit, &d, env_drop);
  lwt_main_at_exit(env_thunk, &b, env_drop); /* fails: ignored */
  lwt_main_hook *hook = lwt_main_exit_hooks_add_first(env_thunk, &removed, env_drop);
  lwt_main_exit_hooks_add_last(adds_late, &c, env_drop);
  CHECK_INT(lwt_main_hook_remove(hook), LWT_OK);
  trace("end");
  return env;
}
TEST(exit_hooks_run_when_their_thread_ends_last_in_first_out_each_once) {
  pthread_t thread;
  pthread_create(&thread, NULL, end_with_hooks, NULL);
  pthread_join(thread, NULL);
  CHECK_TRACE("end b d slept a c late");
  CHECK_ENV(a, 1, 1);
  CHECK_ENV(b, 1, 1);
  CHECK_ENV(c, 1, 1);
  CHECK_ENV(d, 1, 1);
  CHECK_ENV(late, 1, 1);
  CHECK_ENV(removed, 0, 1);
}

static void *remove_all_exit_hooks(void *env) {
  lwt_main_at_exit(env_thunk, env, env_drop);
  lwt_main_at_exit(env_thunk, env, env_drop);
  lwt_main_exit_hooks_remove_all();
  return NULL;
}
TEST(removed_exit_hooks_are_not_run) {
  ENV(f);
  pthread_t thread;
  pthread_create(&thread, NULL, remove_all_exit_hooks, &f);
  pthread_join(thread, NULL);
  CHECK_ENV(f, 0, 2);
}
static lwt_t *is_it_running(lwt_value v, void *env) {
  (void)env;
  CHECK(lwt_main_is_running());
  return lwt_return(v);
}
TEST(yield_waits_for_a_turn) {
  CHECK_INT(run(lwt_bind(lwt_main_yield(), is_it_running, NULL, NULL)), 0);
}
