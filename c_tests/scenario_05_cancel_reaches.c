/* Scenario 5: where a cancel goes: through each composition before and after
 * the inner promise exists, through a chain, through groups with members of both
 * sorts, and once along two paths. Rules C2 to C5, C11. */
#include "promises.h"

typedef lwt_t *(*compose)(lwt_t *p, struct env *f);
static lwt_t *by_bind(lwt_t *p, struct env *f) { return lwt_bind(p, env_bind, f, env_drop); }
static lwt_t *by_owned(lwt_t *p, struct env *f) { return lwt_bind_owned(p, env_bind, f, env_drop); }
static lwt_t *by_map(lwt_t *p, struct env *f) { return lwt_map(p, env_map, f, env_drop); }
static lwt_t *by_catch(lwt_t *p, struct env *f) { return lwt_catch(p, env_catch, f, env_drop); }
static lwt_t *by_try(lwt_t *p, struct env *f) {
  return lwt_try_bind(p, env_bind, env_catch, f, env_drop);
}
static lwt_t *by_finalize(lwt_t *p, struct env *f) {
  return lwt_finalize(p, env_thunk, f, env_drop);
}
static const compose composes[] = {by_bind, by_owned, by_map, by_catch, by_try, by_finalize};
enum { COMPOSES = 6 };

TEST(before_the_inner_promise_exists_it_goes_to_the_outer_one) {
  for (int i = 0; i < COMPOSES; i++) {
    lwt_u *u, *v;
    lwt_t *p = lwt_task(&u), *q = lwt_task(&v);
    ENV_RETURNING(f, lwt_retain(q));
    lwt_t *r = composes[i](lwt_retain(p), &f);
    lwt_cancel(r);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_SLEEPS(q);
    /* Who handles the failure goes on with q, which nobody has cancelled. */
    bool handles = composes[i] == by_catch || composes[i] == by_try || composes[i] == by_finalize;
    CHECK_STATE(r, handles ? LWT_SLEEP : LWT_FAIL);
    CHECK_ENV(f, handles, 1);
    if (!handles) lwt_release(f.result);
    lwt_release(r);
    lwt_release(q);
    lwt_wakener_forget(u);
    lwt_wakener_forget(v);
  }
  trace_text[0] = '\0';
}

TEST(once_there_is_an_inner_promise_it_goes_there) {
  for (int i = 0; i < COMPOSES; i++) {
    if (composes[i] == by_map) continue;
    lwt_u *u, *v;
    lwt_t *q = lwt_task(&v);
    ENV_RETURNING(f, lwt_retain(q));
    lwt_t *p = lwt_task(&u), *r = composes[i](lwt_retain(p), &f);
    if (composes[i] == by_catch)
      lwt_wakeup_exn(u, exn(LWT_FULL));
    else
      lwt_wakeup(u, LWT_UNIT);
    CHECK_SLEEPS(r);
    lwt_cancel(r);
    CHECK_FAILS(q, LWT_CANCELED);
    CHECK_FAILS(r, LWT_CANCELED);
    CHECK_STATE(p, composes[i] == by_catch ? LWT_FAIL : LWT_RETURN);
    lwt_release(p);
    lwt_wakener_forget(v);
  }
  trace_text[0] = '\0';
}

TEST(an_inner_wait_or_an_outer_one_is_not_cancelled) {
  for (int i = 0; i < COMPOSES; i++) {
    lwt_u *u, *v;
    lwt_t *q = lwt_wait(&v);
    ENV_RETURNING(f, q);
    lwt_t *r = composes[i](lwt_wait(&u), &f);
    lwt_cancel(r);
    CHECK_SLEEPS(r);
    if (composes[i] == by_catch)
      lwt_wakeup_exn(u, exn(LWT_FULL));
    else
      lwt_wakeup(u, LWT_INT(1));
    lwt_cancel(r);
    if (composes[i] == by_map) {
      CHECK_RETURNS(r, 1);
      lwt_release(q);
    } else {
      CHECK_SLEEPS(r);
      lwt_release(r);
    }
    lwt_wakener_forget(v);
  }
  trace_text[0] = '\0';
}

TEST(through_a_chain_of_all_kinds_to_its_beginning) {
  for (int length = 1; length < 40; length++) {
    static struct env envs[40];
    lwt_u *u;
    lwt_t *p = lwt_task(&u), *r = lwt_retain(p);
    for (int i = 0; i < length; i++) {
      envs[i] = (struct env){.name = "link", .raise = LWT_CANCELED};
      r = composes[i % COMPOSES](r, &envs[i]);
    }
    lwt_cancel(r);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_FAILS(r, LWT_CANCELED);
    for (int i = 0; i < length; i++) CHECK_INT(envs[i].dropped, 1);
    lwt_wakener_forget(u);
    trace_text[0] = '\0';
  }
}

typedef lwt_t *(*group)(lwt_t *const *, size_t);
static const group groups[] = {lwt_join,   lwt_all,   lwt_choose,        lwt_pick,
                               lwt_nchoose, lwt_npick, lwt_nchoose_split, lwt_any};
enum { GROUPS = 8 };
/* Whether one member that failed is enough. */
static bool waits_for_all(group g) { return g == lwt_join || g == lwt_all || g == lwt_any; }

TEST(each_task_of_a_group_is_cancelled_and_each_wait_is_left) {
  for (int g = 0; g < GROUPS; g++)
    for (unsigned mask = 0; mask < 8; mask++) { /* bit i: a task */
      lwt_t *p[3];
      lwt_u *u[3];
      for (int i = 0; i < 3; i++) {
        p[i] = mask >> i & 1 ? lwt_task(&u[i]) : lwt_wait(&u[i]);
        lwt_retain(p[i]);
      }
      lwt_t *r = groups[g](p, 3);
      lwt_cancel(r);
      for (int i = 0; i < 3; i++) CHECK_STATE(p[i], mask >> i & 1 ? LWT_FAIL : LWT_SLEEP);
      bool done = waits_for_all(groups[g]) ? mask == 7 : mask != 0;
      CHECK_STATE(r, done ? LWT_FAIL : LWT_SLEEP);
      for (int i = 0; i < 3; i++) {
        if ((mask >> i & 1) == 0) lwt_wakeup(u[i], LWT_INT(1));
        else lwt_wakener_forget(u[i]);
        lwt_release(p[i]);
      }
      /* join [wait; task]: what was left pending is waited for. */
      if (groups[g] == lwt_any && mask != 7)
        CHECK_STATE(r, LWT_RETURN);
      else
        CHECK_STATE(r, mask != 0 ? LWT_FAIL : LWT_RETURN);
      lwt_release(r);
    }
}

TEST(all_are_failed_before_any_callback_runs_and_the_first_member_comes_first) {
  for (int g = 0; g < GROUPS; g++) {
    lwt_t *p[3];
    lwt_u *u[3];
    struct env envs[3] = {{.name = "1"}, {.name = "2"}, {.name = "3"}};
    for (int i = 0; i < 3; i++) {
      p[i] = lwt_task(&u[i]);
      lwt_retain(p[i]);
      lwt_on_cancel(p[i], env_unit, &envs[i], env_drop);
    }
    lwt_t *r = groups[g](p, 3);
    lwt_cancel(r);
    CHECK_TRACE("1 2 3");
    CHECK_FAILS(r, LWT_CANCELED);
    for (int i = 0; i < 3; i++) {
      CHECK_FAILS(p[i], LWT_CANCELED);
      lwt_wakener_forget(u[i]);
    }
  }
}
static lwt_t *others[3];
static void all_failed(void *env) {
  for (int i = 0; i < 3; i++) CHECK_STATE(others[i], LWT_FAIL);
  ++*(int *)env;
}
TEST(a_cancel_callback_of_one_sees_the_others_cancelled) {
  for (int g = 0; g < GROUPS; g++) {
    lwt_u *u[3];
    int calls = 0;
    for (int i = 0; i < 3; i++) {
      others[i] = lwt_task(&u[i]);
      lwt_on_cancel(others[i], all_failed, &calls, NULL);
      lwt_retain(others[i]);
    }
    lwt_t *r = groups[g](others, 3);
    lwt_cancel(r);
    CHECK_INT(calls, 3);
    lwt_release(r);
    for (int i = 0; i < 3; i++) {
      lwt_release(others[i]);
      lwt_wakener_forget(u[i]);
    }
  }
}

TEST(a_promise_that_two_paths_lead_to_is_cancelled_once) {
  for (int g = 0; g < GROUPS; g++)
    for (int i = 0; i < COMPOSES; i++)
      for (int j = 0; j < COMPOSES; j++) {
        lwt_u *u;
        ENV(cancelled);
        struct env left = {.name = "l", .raise = LWT_CANCELED};
        struct env right = {.name = "r", .raise = LWT_CANCELED};
        lwt_t *p = lwt_task(&u);
        lwt_on_cancel(p, env_unit, &cancelled, env_drop);
        lwt_t *both[2] = {composes[i](lwt_retain(p), &left), composes[j](lwt_retain(p), &right)};
        lwt_t *r = groups[g](both, 2);
        lwt_cancel(r);
        CHECK_ENV(cancelled, 1, 1);
        CHECK_FAILS(p, LWT_CANCELED);
        CHECK_FAILS(r, LWT_CANCELED);
        lwt_wakener_forget(u);
      }
  trace_text[0] = '\0';
}
