/* Cancelling: through everything, in the right order, once. */
#include "promises.h"

static lwt_u *u, *v;
static void end(void) {
  trace_text[0] = '\0';
}

TEST(cancelling_a_resolved_promise_or_a_bad_handle_does_nothing) {
  lwt_t *p = lwt_return(LWT_INT(1));
  lwt_cancel(p);
  CHECK_RETURNS(p, 1);
  p = lwt_fail(exn(LWT_FULL));
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_FULL);
  lwt_cancel(p);
  lwt_cancel(NULL);
}

TEST(a_task_is_cancelable_and_a_wait_is_not) {
  lwt_t *p = lwt_task(&u), *q = lwt_wait(&v);
  lwt_cancel(p);
  lwt_cancel(q);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_SLEEPS(q);
  lwt_wakener_forget(u);
  lwt_wakeup(v, LWT_INT(2));
  CHECK_RETURNS(q, 2);
}

static lwt_t *bind_(lwt_t *p, struct env *e) { return lwt_bind(p, env_bind, e, env_drop); }
static lwt_t *map_(lwt_t *p, struct env *e) { return lwt_map(p, env_map, e, env_drop); }
static lwt_t *catch_(lwt_t *p, struct env *e) { return lwt_catch(p, env_catch, e, env_drop); }
static lwt_t *try_(lwt_t *p, struct env *e) {
  return lwt_try_bind(p, env_bind, env_catch, e, env_drop);
}
static lwt_t *finalize_(lwt_t *p, struct env *e) {
  return lwt_finalize(p, env_thunk, e, env_drop);
}
static lwt_t *(*const through[])(lwt_t *, struct env *) = {bind_, map_, catch_, try_, finalize_};

TEST(cancel_goes_back_through_sequential_composition) {
  for (int i = 0; i < 5; i++) {
    ENV(f);
    lwt_t *p = lwt_task(&u);
    lwt_t *q = through[i](lwt_retain(p), &f);
    lwt_cancel(q);
    CHECK_FAILS(p, LWT_CANCELED);
    /* catch and try_bind may turn it into success, here they do */
    if (i == 2 || i == 3) {
      CHECK_RETURNS(q, 0);
      CHECK_INT(f.kind, LWT_CANCELED);
    } else {
      CHECK_FAILS(q, LWT_CANCELED);
    }
    CHECK_ENV(f, i >= 2, 1);
    lwt_wakener_forget(u);
  }
  end();
}

TEST(cancel_stops_at_a_wait_and_leaves_all_pending) {
  for (int i = 0; i < 5; i++) {
    ENV(f);
    lwt_t *p = lwt_wait(&u);
    lwt_t *q = through[i](lwt_retain(p), &f);
    lwt_cancel(q);
    CHECK_SLEEPS(p);
    CHECK_SLEEPS(q);
    lwt_wakeup(u, LWT_INT(4));
    CHECK_RETURNS(q, 4);
    lwt_release(p);
  }
  end();
}

TEST(cancel_goes_to_the_inner_promise_once_there_is_one) {
  for (int i = 0; i < 5; i++) {
    if (through[i] == map_) continue;
    bool on_exn = through[i] == catch_;
    lwt_t *inner = lwt_task(&v);
    ENV_RETURNING(f, lwt_retain(inner));
    lwt_t *p = lwt_task(&u);
    lwt_t *q = through[i](lwt_retain(p), &f);
    if (on_exn)
      lwt_wakeup_exn(u, exn(LWT_FULL));
    else
      lwt_wakeup(u, LWT_INT(1));
    CHECK_SLEEPS(q);
    lwt_cancel(q);
    CHECK_FAILS(inner, LWT_CANCELED);
    CHECK_FAILS(q, LWT_CANCELED);
    lwt_release(p);
    lwt_wakener_forget(v);
  }
  end();
}

TEST(cancel_before_the_inner_promise_exists_never_touches_it) {
  lwt_t *inner = lwt_task(&v);
  ENV_RETURNING(f, inner);
  lwt_t *q = lwt_bind(lwt_task(&u), env_bind, &f, env_drop);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_ENV(f, 0, 1);
  CHECK_SLEEPS(inner);
  lwt_release(inner);
  lwt_wakener_forget(u);
  lwt_wakener_forget(v);
}

TEST(cancel_goes_back_through_a_chain_from_any_link) {
  enum { N = 30 };
  for (int from = 0; from < N; from++) {
    lwt_t *chain[N];
    ENV(f);
    lwt_t *p = lwt_task(&u);
    for (int i = 0; i < N; i++) {
      chain[i] = p = lwt_bind(p, env_bind, &f, env_drop);
      lwt_retain(p);
    }
    lwt_release(p);
    lwt_cancel(chain[from]);
    for (int i = 0; i < N; i++) CHECK_FAILS(chain[i], LWT_CANCELED);
    CHECK_ENV(f, 0, N);
    lwt_wakener_forget(u);
  }
}

TEST(the_other_branches_see_the_cancel_too) {
  ENV(f);
  lwt_t *p = lwt_task(&u);
  lwt_t *a = lwt_map(lwt_retain(p), env_map, &f, env_drop);
  lwt_t *b = lwt_map(p, env_map, &f, env_drop);
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  CHECK_FAILS(b, LWT_CANCELED);
  lwt_wakener_forget(u);
}

TEST(a_clean_up_that_fails_replaces_canceled) {
  ENV_RAISING(f, LWT_FULL);
  lwt_t *q = lwt_finalize(lwt_task(&u), env_thunk, &f, env_drop);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_FULL);
  lwt_wakener_forget(u);
  end();
}

TEST(a_handler_may_go_on_after_the_cancel) {
  lwt_t *inner = lwt_wait(&v);
  ENV_RETURNING(g, inner);
  lwt_t *q = lwt_catch(lwt_task(&u), env_catch, &g, env_drop);
  lwt_cancel(q);
  CHECK_SLEEPS(q);
  lwt_wakeup(v, LWT_INT(9));
  CHECK_RETURNS(q, 9);
  lwt_wakener_forget(u);
  end();
}

/* ------------------------------------------------------------ members --- */
typedef lwt_t *(*group_fn)(lwt_t *const *, size_t);
static const group_fn groups[] = {lwt_join, lwt_all, lwt_choose, lwt_pick, lwt_nchoose, lwt_npick};
enum { GROUPS = sizeof groups / sizeof *groups };

TEST(cancelling_a_group_cancels_each_task_and_leaves_each_wait) {
  for (int g = 0; g < GROUPS; g++)
    for (int first = 0; first < 2; first++) {
      lwt_t *task = lwt_task(&u), *wait = lwt_wait(&v);
      lwt_t *members[2] = {first ? task : wait, first ? wait : task};
      lwt_retain(task);
      lwt_retain(wait);
      lwt_t *q = groups[g](members, 2);
      CHECK_SLEEPS(q);
      lwt_cancel(q);
      CHECK_FAILS(task, LWT_CANCELED);
      CHECK_SLEEPS(wait);
      if (g < 2) { /* join and all wait for every member */
        CHECK_SLEEPS(q);
        lwt_wakeup(v, LWT_UNIT);
      } else {
        lwt_wakener_forget(v);
      }
      CHECK_FAILS(q, LWT_CANCELED);
      lwt_release(wait);
      lwt_wakener_forget(u);
    }
}

TEST(cancelling_a_group_of_waits_has_no_effect) {
  for (int g = 0; g < GROUPS; g++) {
    lwt_t *members[2] = {lwt_wait(&u), lwt_wait(&v)};
    lwt_t *q = groups[g](members, 2);
    lwt_cancel(q);
    CHECK_SLEEPS(q);
    lwt_wakeup(u, LWT_INT(1));
    lwt_wakeup(v, LWT_INT(1));
    CHECK_STATE(q, LWT_RETURN);
    lwt_release(q);
  }
}

TEST(a_promise_reached_by_two_paths_is_cancelled_once) {
  for (int g = 0; g < GROUPS; g++) {
    ENV(c);
    ENV(f);
    lwt_t *p = lwt_task(&u);
    lwt_on_cancel(p, env_unit, &c, env_drop);
    lwt_t *members[3] = {lwt_bind(lwt_retain(p), env_bind, &f, env_drop),
                         lwt_map(lwt_retain(p), env_map, &f, env_drop), p};
    lwt_t *q = groups[g](members, 3);
    lwt_cancel(q);
    CHECK_ENV(c, 1, 1);
    CHECK_FAILS(q, LWT_CANCELED);
    CHECK_ENV(f, 0, 2);
    lwt_wakener_forget(u);
  }
  end();
}

struct pair {
  lwt_t *other;
  bool saw_canceled;
};
static void look_at_the_other(void *data) {
  struct pair *pair = data;
  pair->saw_canceled = kind_of(pair->other) == LWT_CANCELED;
}
TEST(a_cancel_callback_of_one_sees_the_others_cancelled_already) {
  lwt_t *p = lwt_task(&u), *q = lwt_task(&v);
  struct pair a = {q, false}, b = {p, false};
  lwt_on_cancel(p, look_at_the_other, &a, NULL);
  lwt_on_cancel(q, look_at_the_other, &b, NULL);
  lwt_t *members[2] = {lwt_retain(p), lwt_retain(q)};
  lwt_t *r = lwt_join(members, 2);
  lwt_cancel(r);
  CHECK(a.saw_canceled);
  CHECK(b.saw_canceled);
  CHECK_FAILS(r, LWT_CANCELED);
  lwt_release(p);
  lwt_release(q);
  lwt_wakener_forget(u);
  lwt_wakener_forget(v);
}

TEST(cancel_callbacks_of_a_derived_promise_run_too) {
  ENV(c);
  ENV(f);
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_bind(lwt_retain(p), env_bind, &f, env_drop);
  lwt_on_cancel(q, env_unit, &c, env_drop);
  lwt_cancel(p);
  CHECK_ENV(c, 1, 1);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_FAILS(q, LWT_CANCELED);
  lwt_wakener_forget(u);
  end();
}

TEST(success_handlers_do_not_run_and_the_others_do) {
  ENV(success);
  ENV(failure);
  ENV(termination);
  ENV(any);
  lwt_t *p = lwt_task(&u);
  lwt_on_success(p, env_value, &success, env_drop);
  lwt_on_failure(p, env_exn, &failure, env_drop);
  lwt_on_termination(p, env_unit, &termination, env_drop);
  lwt_on_any(p, env_value, env_exn, &any, env_drop);
  lwt_cancel(p);
  CHECK_TRACE("failure termination any");
  CHECK_INT(failure.kind, LWT_CANCELED);
  CHECK_INT(any.kind, LWT_CANCELED);
  CHECK_ENV(success, 0, 1);
  lwt_release(p);
  lwt_wakener_forget(u);
}

/* -------------------------- protected, no_cancel, wrap_in_cancelable --- */
TEST(protected_is_cancelled_alone) {
  ENV(c);
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_protected(lwt_retain(p));
  lwt_on_cancel(q, env_unit, &c, env_drop);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_ENV(c, 1, 1);
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_RETURNS(p, 1);
  end();
}
TEST(protected_follows_its_promise) {
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_protected(p);
  lwt_wakeup(u, LWT_INT(3));
  CHECK_RETURNS(q, 3);
  q = lwt_protected(lwt_wait(&u));
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_FAILS(q, LWT_FULL);
  p = lwt_task(&u);
  q = lwt_protected(lwt_retain(p));
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_FAILS(q, LWT_CANCELED);
  lwt_wakener_forget(u);
}
TEST(protected_of_a_wait_can_be_cancelled) {
  lwt_t *q = lwt_protected(lwt_wait(&u));
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_INT(lwt_wakeup(u, LWT_INT(1)), LWT_OK);
}
TEST(protected_resolves_though_it_was_unified_meanwhile) {
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_protected(p);
  ENV_RETURNING(f, lwt_retain(q));
  lwt_t *r = lwt_bind(lwt_return(LWT_UNIT), env_bind, &f, env_drop);
  lwt_t *s = lwt_bind(lwt_wait(&v), env_bind, &f, NULL);
  f.dropped = 0;
  f.result = lwt_retain(q);
  lwt_wakeup(v, LWT_UNIT);
  lwt_wakeup(u, LWT_INT(6));
  CHECK_RETURNS(q, 6);
  CHECK_RETURNS(r, 6);
  CHECK_RETURNS(s, 6);
  end();
}
TEST(no_cancel_is_not_cancelled_but_follows_its_promise) {
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_no_cancel(lwt_retain(p));
  lwt_cancel(q);
  CHECK_SLEEPS(q);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_FAILS(q, LWT_CANCELED);
  lwt_wakener_forget(u);
  q = lwt_no_cancel(lwt_task(&u));
  lwt_wakeup(u, LWT_INT(2));
  CHECK_RETURNS(q, 2);
}
TEST(wrap_in_cancelable_is_cancelled_at_once_and_hands_it_on) {
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_wrap_in_cancelable(lwt_retain(p));
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_wakener_forget(u);
  p = lwt_wait(&u);
  q = lwt_wrap_in_cancelable(lwt_retain(p));
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_RETURNS(p, 1);
  q = lwt_wrap_in_cancelable(lwt_wait(&u));
  lwt_wakeup(u, LWT_INT(5));
  CHECK_RETURNS(q, 5);
}
TEST(cancel_stops_at_protected_inside_a_chain) {
  ENV(f);
  lwt_t *p = lwt_task(&u);
  lwt_t *q = lwt_bind(lwt_protected(lwt_retain(p)), env_bind, &f, env_drop);
  lwt_cancel(q);
  CHECK_FAILS(q, LWT_CANCELED);
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
  CHECK_ENV(f, 0, 1);
  q = lwt_bind(lwt_no_cancel(lwt_task(&u)), env_bind, &f, NULL);
  f.dropped = 0;
  lwt_cancel(q);
  CHECK_SLEEPS(q);
  lwt_wakeup(u, LWT_INT(8));
  CHECK_RETURNS(q, 8);
  end();
}
TEST(a_cancelled_protected_leaves_nothing_behind_on_its_promise) {
  lwt_t *p = lwt_task(&u);
  long before = 0;
  for (long i = 0; i < scaled(1000000); i++) {
    if (i == scaled(200000)) before = resident();
    lwt_t *q = lwt_protected(lwt_retain(p));
    lwt_cancel(q);
    lwt_release(q);
  }
  CHECK_FLAT(before, 2);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
}
TEST(these_three_refuse_a_bad_handle) {
  CHECK_FAILS(lwt_protected(NULL), INVALID);
  CHECK_FAILS(lwt_no_cancel(NULL), INVALID);
  CHECK_FAILS(lwt_wrap_in_cancelable(NULL), INVALID);
}

static void cancel_it(void *promise) { lwt_cancel(promise); }
TEST(cancelling_oneself_again_inside_a_cancel_callback_does_nothing) {
  lwt_t *p = lwt_task(&u);
  lwt_on_cancel(p, cancel_it, p, NULL);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_wakener_forget(u);
}
TEST(a_promise_woken_inside_a_cancel_callback_stays_cancelled) {
  lwt_t *p = lwt_task(&u);
  struct env f = {.name = "f"};
  lwt_on_cancel(p, env_unit, &f, env_drop);
  lwt_cancel(p);
  CHECK_INT(lwt_wakeup(u, LWT_INT(1)), LWT_OK);
  CHECK_FAILS(p, LWT_CANCELED);
  end();
}
