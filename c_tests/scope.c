/* Scopes: nothing that was started inside outlives them, whatever happens. */
#include "sim.h"
#include "small_stack.h"

#include <math.h>

static lwt_switch *inside; /* a reference of the test's to the scope */
static lwt_t *child;
static lwt_u *child_u, *body_u;

/* ------------------------------------------------------------- bodies --- */
struct plan {
  lwt_t *(*make_child)(void *);
  bool adopts, hook;
  lwt_t *result; /* NULL: 3, at once */
};
static struct env hook_env;
static lwt_t *task_child(void *env) { return (void)env, lwt_task(&child_u); }
static lwt_t *wait_child(void *env) { return (void)env, lwt_wait(&child_u); }
static lwt_t *failed_child(void *env) { return (void)env, lwt_fail(exn(LWT_CLOSED)); }
static lwt_t *start_one(const lwt_switch *scope, void *env) {
  struct plan *plan = env;
  inside = lwt_switch_retain(scope);
  hook_env = (struct env){.name = "hook"};
  if (plan->hook) lwt_switch_add_hook(scope, env_thunk, &hook_env, env_drop);
  child = plan->make_child == NULL ? NULL
          : plan->adopts           ? lwt_switch_adopt(scope, plan->make_child(NULL))
                                   : lwt_switch_start(NULL, plan->make_child, NULL, NULL);
  return plan->result != NULL ? plan->result : lwt_return(LWT_INT(3));
}
static lwt_t *scope_of(struct plan plan) { return lwt_switch_run(start_one, &plan, NULL); }
static int reason(void) {
  const lwt_exn *e = lwt_switch_reason(inside);
  return e != NULL ? lwt_exn_kind(e) : 0;
}
static void done(void) {
  lwt_switch_release(inside);
  if (child != NULL) lwt_release(child);
  trace_text[0] = '\0';
}

/* --------------------------------------------------------------- ends --- */
TEST(a_body_that_starts_nothing_is_the_result_itself) {
  lwt_t *p = lwt_return(LWT_INT(8));
  lwt_t *r = scope_of((struct plan){.result = lwt_retain(p)});
  CHECK_PTR(r, p);
  CHECK(!lwt_switch_is_on(inside));
  CHECK_INT(reason(), LWT_OFF);
  lwt_release(r);
  lwt_release(p);
  done();
}

TEST(when_the_body_ends_its_children_are_cancelled_before_the_result_is_told) {
  for (int adopts = 0; adopts < 2; adopts++) {
    lwt_t *r = scope_of((struct plan){.make_child = task_child, .adopts = adopts, .hook = true});
    CHECK_INT(kind_of(child), LWT_CANCELED);
    CHECK_RETURNS(r, 3);
    CHECK_TRACE("hook");
    CHECK_INT(reason(), LWT_OFF);
    lwt_wakener_forget(child_u);
    done();
  }
}

TEST(a_child_that_ignores_being_cancelled_is_awaited) {
  lwt_t *r = scope_of((struct plan){.make_child = wait_child, .hook = true});
  CHECK_SLEEPS(r);
  CHECK(!lwt_switch_is_on(inside));
  CHECK_TRACE("");
  lwt_wakeup(child_u, LWT_INT(1));
  CHECK_TRACE("hook"); /* when nothing of the scope runs any more */
  CHECK_RETURNS(r, 3);
  done();
}

TEST(a_failing_child_ends_the_scope_and_is_its_result) {
  lwt_t *r = scope_of((struct plan){.make_child = task_child, .result = lwt_task(&body_u)});
  CHECK_SLEEPS(r);
  CHECK(lwt_switch_is_on(inside));
  lwt_wakeup_exn(child_u, exn(LWT_CLOSED));
  CHECK_FAILS(r, LWT_CLOSED);
  CHECK_INT(reason(), LWT_CLOSED);
  lwt_wakener_forget(body_u);
  done();
  r = scope_of((struct plan){.make_child = failed_child, .result = lwt_task(&body_u)});
  CHECK_FAILS(r, LWT_CLOSED); /* it failed before the body had returned */
  lwt_wakener_forget(body_u);
  done();
}

TEST(a_child_that_is_cancelled_alone_ends_nothing) {
  lwt_t *r = scope_of((struct plan){.make_child = task_child, .result = lwt_task(&body_u)});
  lwt_cancel(child);
  CHECK(lwt_switch_is_on(inside));
  lwt_wakeup(body_u, LWT_INT(6));
  CHECK_RETURNS(r, 6);
  lwt_wakener_forget(child_u);
  done();
}

TEST(the_first_failure_is_the_result_and_a_value_gives_way_to_one) {
  lwt_t *r = scope_of((struct plan){.make_child = wait_child, .result = lwt_wait(&body_u)});
  lwt_wakeup_exn(body_u, exn(LWT_FULL));
  CHECK_SLEEPS(r);
  CHECK_INT(reason(), LWT_FULL);
  lwt_wakeup_exn(child_u, exn(LWT_CLOSED));
  CHECK_FAILS(r, LWT_FULL);
  done();
  r = scope_of((struct plan){.make_child = wait_child});
  lwt_wakeup_exn(child_u, exn(LWT_CLOSED));
  CHECK_FAILS(r, LWT_CLOSED);
  done();
  r = scope_of((struct plan){.hook = true, .result = lwt_wait(&body_u)});
  hook_env.raise = LWT_FULL;
  lwt_wakeup(body_u, LWT_UNIT);
  CHECK_FAILS(r, LWT_FULL);
  done();
}

/* --------------------------------------------------------- cancelling --- */
TEST(cancelling_the_result_ends_the_scope) {
  lwt_t *r = scope_of(
      (struct plan){.make_child = task_child, .hook = true, .result = lwt_task(&body_u)});
  lwt_cancel(r);
  CHECK_TRACE("hook");
  CHECK_FAILS(r, LWT_CANCELED);
  CHECK_INT(kind_of(child), LWT_CANCELED);
  CHECK_INT(reason(), LWT_CANCELED);
  lwt_wakener_forget(body_u);
  lwt_wakener_forget(child_u);
  done();
}

TEST(a_cancelled_scope_awaits_what_can_not_be_cancelled) {
  lwt_t *r = scope_of((struct plan){.make_child = wait_child, .result = lwt_wait(&body_u)});
  lwt_cancel(r);
  CHECK(!lwt_switch_is_on(inside));
  CHECK_SLEEPS(r);
  lwt_cancel(r);
  lwt_wakeup(child_u, LWT_UNIT);
  CHECK_SLEEPS(r);
  lwt_wakeup(body_u, LWT_INT(2)); /* it took no notice */
  CHECK_RETURNS(r, 2);
  done();
}

TEST(a_scope_can_be_ended_with_a_reason) {
  lwt_t *r = scope_of((struct plan){.make_child = task_child, .result = lwt_wait(&body_u)});
  CHECK_INT(lwt_switch_cancel(inside, exn(LWT_FULL)), LWT_OK);
  CHECK_INT(kind_of(child), LWT_CANCELED);
  CHECK_INT(reason(), LWT_FULL);
  CHECK_INT(lwt_switch_cancel(inside, exn(LWT_CLOSED)), LWT_OK);
  CHECK_INT(reason(), LWT_FULL);
  CHECK_SLEEPS(r);
  lwt_wakeup(body_u, LWT_INT(2));
  CHECK_FAILS(r, LWT_FULL);
  lwt_wakener_forget(child_u);
  done();
}

static lwt_t *cancel_within(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  child = NULL;
  CHECK_INT(lwt_switch_cancel(NULL, env != NULL ? exn(LWT_FULL) : NULL), LWT_OK);
  ENV(f);
  CHECK_FAILS(lwt_switch_start(NULL, env_thunk, &f, env_drop), LWT_OFF);
  CHECK_ENV(f, 0, 1);
  lwt_t *late = lwt_task(&child_u);
  CHECK_FAILS(lwt_switch_adopt(scope, lwt_retain(late)), LWT_OFF);
  CHECK_FAILS(late, LWT_CANCELED);
  lwt_wakener_forget(child_u);
  return lwt_task(&body_u);
}
TEST(a_body_may_cancel_its_own_scope_before_it_has_returned) {
  CHECK_FAILS(lwt_switch_run(cancel_within, NULL, NULL), LWT_CANCELED);
  lwt_wakener_forget(body_u);
  done();
  CHECK_FAILS(lwt_switch_run(cancel_within, &body_u, NULL), LWT_FULL);
  lwt_wakener_forget(body_u);
  done();
}

static lwt_t *ends_while_it_starts(void *env) {
  CHECK_INT(lwt_switch_cancel(NULL, exn(LWT_FULL)), LWT_OK);
  return (void)env, lwt_task(&child_u);
}
TEST(a_child_that_ends_the_scope_while_it_is_started_is_cancelled_too) {
  lwt_t *r =
      scope_of((struct plan){.make_child = ends_while_it_starts, .result = lwt_task(&body_u)});
  CHECK_FAILS(r, LWT_FULL);
  CHECK_INT(kind_of(child), LWT_CANCELED);
  lwt_wakener_forget(body_u);
  lwt_wakener_forget(child_u);
  done();
}

static lwt_t *off_within(const lwt_switch *scope, void *env) {
  lwt_release(start_one(scope, env));
  return lwt_switch_turn_off(scope);
}
TEST(a_body_may_turn_its_scope_off_and_wait_for_that) {
  struct plan plan = {.make_child = wait_child, .hook = true};
  lwt_t *r = lwt_switch_run(off_within, &plan, NULL);
  CHECK_SLEEPS(r);
  CHECK_TRACE("");
  lwt_wakeup(child_u, LWT_UNIT);
  CHECK_TRACE("hook");
  CHECK_RETURNS(r, 0);
  done();
}

/* A child that waits for its own scope's end gives up when it is cancelled. */
static lwt_t *turn_off_inside(void *env) { return (void)env, lwt_switch_turn_off(inside); }
TEST(a_child_that_waits_for_the_end_of_its_scope_does_not_keep_it) {
  lwt_t *r = scope_of((struct plan){.make_child = task_child, .result = lwt_task(&body_u)});
  lwt_t *waits = lwt_switch_start(inside, turn_off_inside, NULL, NULL);
  CHECK_INT(kind_of(child), LWT_CANCELED);
  lwt_cancel(r);
  CHECK_FAILS(r, LWT_CANCELED);
  CHECK(lwt_state(waits) != LWT_SLEEP);
  lwt_release(waits);
  lwt_wakener_forget(child_u);
  lwt_wakener_forget(body_u);
  done();
}

/* ------------------------------------------------------------ nesting --- */
static lwt_switch *outer;
static lwt_t *opens_inner(const lwt_switch *scope, void *env) {
  outer = lwt_switch_retain(scope);
  lwt_t **inner = env;
  *inner = scope_of((struct plan){.make_child = task_child, .result = lwt_task(&body_u)});
  lwt_switch *now = lwt_switch_current();
  CHECK_PTR(now, outer);
  lwt_switch_release(now);
  return lwt_return(LWT_INT(1)); /* and nobody waits for the inner one */
}
TEST(a_scope_within_a_scope_ends_with_it) {
  lwt_t *inner;
  CHECK_RETURNS(lwt_switch_run(opens_inner, &inner, NULL), 1);
  CHECK_FAILS(inner, LWT_CANCELED);
  CHECK_INT(kind_of(child), LWT_CANCELED);
  lwt_wakener_forget(child_u);
  lwt_wakener_forget(body_u);
  lwt_switch_release(outer);
  done();
}

static lwt_t *recovers(const lwt_exn *e, void *env) {
  (void)env;
  return lwt_return(LWT_INT(lwt_exn_kind(e)));
}
static lwt_t *catches_inner(const lwt_switch *scope, void *env) {
  (void)scope, (void)env;
  lwt_t *inner = scope_of((struct plan){.make_child = task_child, .result = lwt_task(&body_u)});
  return lwt_catch(inner, recovers, NULL, NULL);
}
TEST(a_failure_within_is_told_to_who_waits_for_it_and_not_to_the_scope_around) {
  lwt_t *r = lwt_switch_run(catches_inner, NULL, NULL);
  lwt_wakeup_exn(child_u, exn(LWT_FULL));
  CHECK_RETURNS(r, LWT_FULL);
  lwt_wakener_forget(body_u);
  done();
}

static lwt_t *bind_sees(lwt_value v, void *env) {
  lwt_switch *now = lwt_switch_current();
  CHECK_PTR(now, inside);
  lwt_switch_release(now);
  return (void)env, lwt_return(v);
}
static lwt_t *binds(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  return (void)env, lwt_bind(lwt_wait(&body_u), bind_sees, NULL, NULL);
}
TEST(callbacks_see_the_scope_in_which_they_were_attached) {
  child = NULL;
  lwt_t *r = lwt_switch_run(binds, NULL, NULL);
  CHECK_PTR(lwt_switch_current(), NULL);
  lwt_wakeup(body_u, LWT_INT(4));
  CHECK_RETURNS(r, 4);
  done();
}

/* Cleaning up in a scope that has been cancelled may open another one. */
static lwt_t *cleans_up(void *env) {
  (void)env;
  CHECK(lwt_switch_reason(NULL) != NULL);
  return lwt_switch_run(binds, NULL, NULL);
}
static lwt_t *to_be_cleaned(const lwt_switch *scope, void *env) {
  lwt_u **u = env;
  (void)scope;
  return lwt_finalize(lwt_task(u), cleans_up, NULL, NULL);
}
TEST(a_scope_that_is_ending_can_have_another_to_clean_up_in) {
  lwt_u *u;
  child = NULL;
  lwt_t *r = lwt_switch_run(to_be_cleaned, &u, NULL);
  lwt_cancel(r);
  CHECK_SLEEPS(r);
  lwt_wakeup(body_u, LWT_UNIT);
  CHECK_FAILS(r, LWT_CANCELED);
  lwt_wakener_forget(u);
  done();
}

/* --------------------------------------------------- without a body ----- */
TEST(what_is_started_under_a_switch_is_awaited_when_it_is_turned_off) {
  lwt_switch *sw = lwt_switch_create();
  struct env hook = {.name = "hook"};
  lwt_switch_add_hook(sw, env_thunk, &hook, env_drop);
  lwt_t *a = lwt_switch_start(sw, task_child, NULL, NULL);
  lwt_u *au = child_u;
  lwt_t *b = lwt_switch_start(sw, wait_child, NULL, NULL);
  lwt_t *off = lwt_switch_turn_off(sw);
  lwt_switch_release(sw);
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_SLEEPS(off);
  CHECK_TRACE("");
  lwt_wakeup_exn(child_u, exn(LWT_CLOSED));
  CHECK_TRACE("hook");
  CHECK_FAILS(off, LWT_CLOSED);
  CHECK_FAILS(b, LWT_CLOSED);
  lwt_wakener_forget(au);
}

TEST(a_failing_child_turns_its_switch_off_and_a_hook_that_fails_then_is_not_lost) {
  hook_install();
  lwt_switch *sw = lwt_switch_create();
  ENV_RAISING(hook, LWT_FULL);
  lwt_switch_add_hook(sw, env_thunk, &hook, env_drop);
  lwt_t *a = lwt_switch_start(sw, wait_child, NULL, NULL);
  lwt_wakeup_exn(child_u, exn(LWT_CLOSED));
  CHECK(!lwt_switch_is_on(sw));
  CHECK_HOOK(1, LWT_FULL);
  CHECK_INT(lwt_exn_kind(lwt_switch_reason(sw)), LWT_CLOSED);
  CHECK_FAILS(a, LWT_CLOSED);
  lwt_switch_release(sw);
  trace_text[0] = '\0';
}

/* ------------------------------------------------------------ forever --- */
TEST(what_nothing_can_resolve_any_more_is_not_waited_for) {
  lwt_t *r = scope_of((struct plan){.make_child = wait_child, .result = lwt_wait(&body_u)});
  lwt_wakener_forget(child_u);
  lwt_wakeup(body_u, LWT_INT(5));
  CHECK_RETURNS(r, 5);
  done();
  ENV(after);
  r = scope_of((struct plan){.result = lwt_wait(&body_u)});
  r = lwt_bind(r, env_bind, &after, env_drop);
  lwt_switch_release(inside);
  lwt_wakener_forget(body_u);
  CHECK_ENV(after, 0, 1); /* the result is like its body */
  lwt_release(r);
}
TEST(a_scope_whose_body_can_not_resolve_can_still_be_ended) {
  lwt_t *r = scope_of((struct plan){.hook = true, .result = lwt_wait(&body_u)});
  lwt_wakener_forget(body_u);
  lwt_cancel(r);
  CHECK_TRACE("hook");
  CHECK_FAILS(r, LWT_CANCELED);
  done();
  r = scope_of((struct plan){.result = lwt_wait(&body_u)});
  lwt_wakener_forget(body_u);
  CHECK_INT(lwt_switch_cancel(inside, exn(LWT_FULL)), LWT_OK);
  CHECK_FAILS(r, LWT_FULL);
  done();
}

/* ----------------------------------------------------------- deadline --- */
static lwt_t *sleeps(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  child = NULL;
  return lwt_unix_sleep(*(double *)env);
}
TEST(at_the_deadline_a_scope_ends_with_a_timeout) {
  simulate(1);
  double long_time = 100, short_time = 0.5;
  long before = now_ms();
  CHECK_INT(run(lwt_switch_run_for(2, sleeps, &long_time, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms() - before, 2000);
  CHECK_INT(reason(), LWT_TIMEOUT);
  done();
  before = now_ms();
  CHECK_INT(run(lwt_switch_run_for(2, sleeps, &short_time, NULL)), 0);
  CHECK_INT(now_ms() - before, 500);
  done();
}

static lwt_t *sets_deadline(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  child = NULL;
  CHECK(isinf(lwt_switch_time_left(NULL)));
  CHECK_INT(lwt_switch_set_deadline(NULL, 50), LWT_OK);
  CHECK_INT(lwt_switch_set_deadline(scope, 3), LWT_OK);
  CHECK_INT(lwt_switch_set_deadline(scope, NAN), INVALID);
  CHECK_INT((long)(lwt_switch_time_left(scope) * 1000 + 0.5), 3000);
  return (void)env, lwt_unix_sleep(100);
}
TEST(a_deadline_may_be_set_again_and_is_known_inside) {
  simulate(1);
  long before = now_ms();
  CHECK_INT(run(lwt_switch_run(sets_deadline, NULL, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms() - before, 3000);
  CHECK(isinf(lwt_switch_time_left(inside)));
  done();
  CHECK_FAILS(lwt_switch_run_for(NAN, sets_deadline, NULL, NULL), INVALID);
}
static lwt_t *has_deadline(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  child = NULL;
  CHECK_INT((long)(lwt_switch_time_left(NULL) * 1000 + 0.5), 20000);
  if (env != NULL) CHECK_INT(lwt_switch_set_deadline(NULL, *(double *)env), LWT_OK);
  return lwt_unix_sleep(100);
}
TEST(a_body_knows_its_deadline_from_the_beginning_and_may_set_another) {
  double never = INFINITY, sooner = 4;
  simulate(1);
  CHECK_INT(run(lwt_switch_run_for(20, has_deadline, NULL, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms(), 20000);
  done();
  CHECK_INT(run(lwt_switch_run_for(20, has_deadline, &sooner, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms(), 24000);
  done();
  CHECK_INT(run(lwt_switch_run_for(20, has_deadline, &never, NULL)), 0);
  CHECK_INT(now_ms(), 124000);
  done();
}
static lwt_t *looks_why(void *env) {
  const lwt_exn *why = lwt_switch_reason(NULL);
  *(int *)env = why != NULL ? lwt_exn_kind(why) : 0;
  lwt_switch *current = lwt_switch_current();
  CHECK_PTR(current, inside);
  lwt_switch_release(current);
  return lwt_return(LWT_UNIT);
}
static lwt_t *fails_with_hook(const lwt_switch *scope, void *env) {
  inside = lwt_switch_retain(scope);
  child = NULL;
  lwt_switch_add_hook(scope, looks_why, env, NULL);
  return lwt_fail(exn(LWT_FULL));
}
TEST(a_hook_runs_in_its_scope_and_can_tell_why_that_ended) {
  int why = 0;
  CHECK_FAILS(lwt_switch_run(fails_with_hook, &why, NULL), LWT_FULL);
  CHECK_INT(why, LWT_FULL);
  CHECK_PTR(lwt_switch_current(), NULL);
  done();
}

static lwt_t *nested_deadlines(const lwt_switch *scope, void *env) {
  (void)scope;
  lwt_switch_set_deadline(NULL, 1);
  return lwt_switch_run_for(10, sleeps, env, NULL);
}
TEST(the_nearest_deadline_counts) {
  simulate(1);
  double long_time = 100;
  long before = now_ms();
  CHECK_INT(run(lwt_switch_run(nested_deadlines, &long_time, NULL)), -LWT_TIMEOUT);
  CHECK_INT(now_ms() - before, 1000);
  CHECK_INT(reason(), LWT_CANCELED); /* the inner one was cancelled from without */
  done();
}

TEST(a_switch_that_has_a_deadline_is_turned_off_by_it) {
  simulate(1);
  lwt_switch *sw = lwt_switch_create();
  ENV(hook);
  lwt_switch_add_hook(sw, env_thunk, &hook, env_drop);
  lwt_t *a = lwt_switch_start(sw, task_child, NULL, NULL);
  CHECK_INT(lwt_switch_set_deadline(sw, 1), LWT_OK);
  run(lwt_unix_sleep(2));
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_TRACE("hook");
  CHECK_INT(lwt_exn_kind(lwt_switch_reason(sw)), LWT_TIMEOUT);
  lwt_wakener_forget(child_u);
  lwt_switch_release(sw);
}

/* -------------------------------------------------------------- ends ---- */
static void *leaves_scopes(void *drops) {
  struct plan plan = {.make_child = wait_child, .result = NULL};
  for (int i = 0; i < 10; i++) {
    plan.result = i % 2 ? lwt_wait(&body_u) : lwt_unix_sleep(100);
    plan.make_child = i % 3 ? wait_child : task_child;
    lwt_t *r = i % 2 ? lwt_switch_run_for(50, start_one, &plan, NULL) : scope_of(plan);
    lwt_switch_add_hook(inside, env_thunk, drops, count_drop);
    if (i == 5) lwt_cancel(r); /* body and child take no notice */
    if (i % 2) lwt_switch_release(inside);
  }
  CHECK_INT(run(lwt_unix_sleep(0)), 0);
  return NULL;
}
TEST(a_thread_may_end_with_open_scopes) {
  int drops = 0;
  pthread_t thread;
  trace_text[0] = '\0';
  pthread_create(&thread, NULL, leaves_scopes, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 10);
  CHECK_TRACE("");
}

/* A scope in a scope in a scope…: cancelled from without, and ended from within. */
static long depth_left;
static lwt_t *go_deeper(const lwt_switch *scope, void *env) {
  (void)scope;
  if (depth_left-- == 0) return lwt_task(&body_u);
  return lwt_switch_run(go_deeper, env, NULL);
}
static void deep(void) {
  for (int how = 0; how < 3; how++) {
    depth_left = scaled(20000);
    lwt_t *r = lwt_switch_run(go_deeper, NULL, NULL);
    CHECK_SLEEPS(r);
    if (how == 0) lwt_cancel(r);
    if (how == 1) lwt_wakeup(body_u, LWT_INT(9));
    if (how == 2) lwt_wakeup_exn(body_u, exn(LWT_FULL));
    if (how == 0) lwt_wakener_forget(body_u);
    if (how == 0) CHECK_FAILS(r, LWT_CANCELED);
    if (how == 1) CHECK_RETURNS(r, 9);
    if (how == 2) CHECK_FAILS(r, LWT_FULL);
  }
}
TEST(scopes_nested_deeply_need_no_stack) { on_small_stack(NESTED_STACK, deep); }

static lwt_t *starts_many(const lwt_switch *scope, void *env) {
  long n = *(long *)env;
  for (long i = 0; i < n; i++) lwt_release(lwt_switch_adopt(scope, lwt_unix_sleep(1000)));
  return lwt_return(LWT_INT(1));
}
static void crowd(void) {
  long n = scaled(100000);
  CHECK_RETURNS(lwt_switch_run(starts_many, &n, NULL), 1);
}
TEST(a_hundred_thousand_children_need_no_stack) { on_small_stack(SMALL_STACK, crowd); }
