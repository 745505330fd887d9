/* Wakeners: resolved once and once only, used up, given up. */
#include "promises.h"

/* The six ways to wake. Owned values count their drops here. */
static int owned_drops;
static void drop_owned(void *value) {
  (void)value;
  owned_drops++;
}
static int wake_value(lwt_u *u) { return lwt_wakeup(u, LWT_INT(1)); }
static int wake_owned(lwt_u *u) { return lwt_wakeup_owned(u, LWT_INT(2), drop_owned); }
static int wake_exn(lwt_u *u) { return lwt_wakeup_exn(u, exn(LWT_FAILURE)); }
static int later_value(lwt_u *u) { return lwt_wakeup_later(u, LWT_INT(4)); }
static int later_owned(lwt_u *u) { return lwt_wakeup_later_owned(u, LWT_INT(5), drop_owned); }
static int later_exn(lwt_u *u) { return lwt_wakeup_later_exn(u, exn(LWT_CLOSED)); }

static int (*const ways[6])(lwt_u *) = {wake_value,  wake_owned,  wake_exn,
                                        later_value, later_owned, later_exn};
static const intptr_t shows[6] = {1, 2, -LWT_FAILURE, 4, 5, -LWT_CLOSED};
static lwt_t *(*const makes[2])(lwt_u **) = {lwt_wait, lwt_task};

static intptr_t shown(const lwt_t *p) {
  if (lwt_state(p) == LWT_RETURN) return LWT_TO_INT(lwt_value_of(p));
  return lwt_state(p) == LWT_FAIL ? -kind_of(p) : 0;
}

TEST(each_wake_up_resolves_at_once_and_runs_callbacks_before_it_returns) {
  for (int make = 0; make < 2; make++)
    for (int way = 0; way < 6; way++) {
      lwt_u *u;
      ENV(f);
      lwt_t *p = makes[make](&u);
      lwt_on_termination(p, env_unit, &f, env_drop);
      CHECK_INT(ways[way](u), LWT_OK);
      CHECK_ENV(f, 1, 1);
      CHECK_INT(shown(p), shows[way]);
      lwt_release(p);
    }
  trace_text[0] = '\0';
}

TEST(a_second_wake_up_of_any_kind_after_any_other_is_invalid_and_changes_nothing) {
  for (int make = 0; make < 2; make++)
    for (int first = 0; first < 6; first++)
      for (int second = 0; second < 6; second++) {
        lwt_u *u;
        lwt_t *p = makes[make](&u);
        int owned = (first % 3 == 1) + (second % 3 == 1);
        owned_drops = 0;
        CHECK_INT(ways[first](u), LWT_OK);
        CHECK_INT(ways[second](u), INVALID);
        CHECK_INT(ways[second](u), INVALID); /* as does any later use */
        CHECK_INT(shown(p), shows[first]);
        lwt_release(p);
        CHECK_INT(owned_drops, owned + (second % 3 == 1));
      }
}

TEST(waking_a_cancelled_promise_is_silent_once_and_invalid_then) {
  for (int first = 0; first < 6; first++)
    for (int second = 0; second < 6; second++) {
      lwt_u *u;
      lwt_t *p = lwt_task(&u);
      owned_drops = 0;
      lwt_cancel(p);
      CHECK_INT(kind_of(p), LWT_CANCELED);
      CHECK_INT(ways[first](u), LWT_OK);
      CHECK_INT(owned_drops, first % 3 == 1);
      CHECK_INT(ways[second](u), INVALID);
      CHECK_INT(owned_drops, (first % 3 == 1) + (second % 3 == 1));
      CHECK_FAILS(p, LWT_CANCELED);
    }
}

TEST(a_hand_made_canceled_spends_the_wakener_as_any_wake_up_does) {
  /* It is the first wake-up; the contract makes the second one invalid. */
  for (int second = 0; second < 6; second++) {
    lwt_u *u;
    lwt_t *p = lwt_wait(&u);
    CHECK_INT(lwt_wakeup_exn(u, exn(LWT_CANCELED)), LWT_OK);
    CHECK_INT(ways[second](u), INVALID);
    CHECK_FAILS(p, LWT_CANCELED);
  }
}

TEST(waking_a_promise_that_nobody_holds_runs_no_one_and_drops_the_value) {
  for (int way = 0; way < 6; way++) {
    lwt_u *u;
    owned_drops = 0;
    lwt_release(lwt_wait(&u));
    CHECK_INT(ways[way](u), LWT_OK);
    CHECK_INT(owned_drops, way % 3 == 1);
    CHECK_INT(ways[way](u), INVALID);
  }
}

TEST(waking_with_no_exception_is_invalid_and_consumes_the_wakener) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_wakeup_exn(u, NULL), INVALID);
  CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
  lwt_release(p);
  p = lwt_wait(&u);
  CHECK_INT(lwt_wakeup_later_exn(u, NULL), INVALID);
  CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
  lwt_release(p);
}

TEST(a_bad_wakener_drops_the_value_and_consumes_the_exception) {
  int dropped = 0;
  CHECK_INT(lwt_wakeup_owned(NULL, &dropped, count_drop), INVALID);
  CHECK_INT(lwt_wakeup_later_owned(NULL, &dropped, count_drop), INVALID);
  CHECK_INT(dropped, 2);
  lwt_exn *e = lwt_exn_new_owned(LWT_FAILURE, "payload", &dropped, count_drop);
  CHECK_INT(lwt_wakeup_exn(NULL, lwt_exn_retain(e)), INVALID);
  CHECK_INT(lwt_wakeup_later_exn(NULL, e), INVALID);
  CHECK_INT(dropped, 3);
}

TEST(a_promise_is_not_a_wakener_and_a_wakener_is_not_a_promise) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(lwt_wakeup((lwt_u *)p, LWT_INT(1)), INVALID);
  CHECK_SLEEPS(p);
  CHECK(lwt_state((lwt_t *)u) != LWT_RETURN);
  CHECK_FAILS(lwt_retain((lwt_t *)u), INVALID);
  lwt_release((lwt_t *)u);
  lwt_wakener_forget((lwt_u *)p);
  lwt_wakener_release((lwt_u *)p);
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_wakeup(u, LWT_INT(2)), LWT_OK);
  CHECK_RETURNS(p, 2);
}

/* ------------------------------------------------------- wakeup_later --- */
struct inner {
  lwt_t *p, *q;
  lwt_u *u, *v;
  bool later;
};
static void wake_inside(void *data) {
  struct inner *inner = data;
  trace("[");
  int (*wake)(lwt_u *, lwt_value) = inner->later ? lwt_wakeup_later : lwt_wakeup;
  CHECK_INT(wake(inner->u, LWT_INT(1)), LWT_OK);
  CHECK_STATE(inner->p, LWT_RETURN); /* at once in either case */
  trace("|");
  CHECK_INT(wake(inner->v, LWT_INT(2)), LWT_OK);
  CHECK_STATE(inner->q, LWT_RETURN);
  trace("]");
}
static void wake_two_inside(bool later) {
  struct inner inner = {NULL, NULL, NULL, NULL, later};
  lwt_u *u;
  lwt_t *outer = lwt_wait(&u);
  ENV(p1);
  ENV(p2);
  ENV(q);
  ENV(sibling);
  inner.p = lwt_wait(&inner.u);
  inner.q = lwt_wait(&inner.v);
  lwt_on_termination(inner.p, env_unit, &p1, env_drop);
  lwt_on_termination(inner.p, env_unit, &p2, env_drop);
  lwt_on_termination(inner.q, env_unit, &q, env_drop);
  lwt_on_termination(outer, wake_inside, &inner, NULL);
  lwt_on_termination(outer, env_unit, &sibling, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(outer);
  lwt_release(inner.p);
  lwt_release(inner.q);
  CHECK_ENV(p2, 1, 1);
  CHECK_ENV(q, 1, 1);
}

TEST(wakeup_inside_a_callback_nests) {
  wake_two_inside(false);
  CHECK_TRACE("[ p1 p2 | q ] sibling");
}
TEST(wakeup_later_inside_a_callback_waits_for_the_outermost_and_keeps_its_order) {
  wake_two_inside(true);
  CHECK_TRACE("[ | ] sibling p1 p2 q");
}
TEST(wakeup_later_outside_of_callbacks_is_wakeup) {
  lwt_u *u;
  ENV(f);
  lwt_t *p = lwt_wait(&u);
  lwt_on_success(p, env_value, &f, env_drop);
  lwt_wakeup_later(u, LWT_INT(1));
  CHECK_ENV(f, 1, 1);
  lwt_release(p);
  CHECK_TRACE("f");
}

static lwt_t *wake_later_in_bind(lwt_value value, void *data) {
  (void)value;
  wake_inside(data);
  return lwt_return(LWT_UNIT);
}
TEST(inside_an_immediate_bind_wakeup_later_runs_before_the_outermost_call_returns) {
  struct inner inner = {NULL, NULL, NULL, NULL, true};
  ENV(p);
  inner.p = lwt_wait(&inner.u);
  inner.q = lwt_wait(&inner.v);
  lwt_on_termination(inner.p, env_unit, &p, env_drop);
  lwt_t *r = lwt_bind(lwt_return(LWT_UNIT), wake_later_in_bind, &inner, NULL);
  CHECK_RETURNS(r, 0);
  CHECK_ENV(p, 1, 1);
  lwt_release(inner.p);
  lwt_release(inner.q);
  trace_text[0] = '\0';
}

/* ------------------------------------------------- giving a wakener up --- */
TEST(releasing_a_wakener_abandons_the_promise_and_runs_its_callbacks) {
  for (int make = 0; make < 2; make++) {
    lwt_u *u;
    ENV(g);
    lwt_t *p = makes[make](&u);
    lwt_on_failure(p, env_exn, &g, env_drop);
    lwt_wakener_release(u);
    CHECK_ENV(g, 1, 1);
    CHECK_INT(g.kind, LWT_ABANDONED);
    CHECK_FAILS(p, LWT_ABANDONED);
    CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
    lwt_wakener_release(u); /* spent: nothing */
    lwt_wakener_forget(u);
  }
  trace_text[0] = '\0';
}

TEST(a_forgotten_wakener_leaves_the_promise_pending_for_ever) {
  for (int make = 0; make < 2; make++) {
    lwt_u *u;
    ENV(f);
    lwt_t *p = makes[make](&u);
    lwt_on_termination(p, env_unit, &f, env_drop);
    lwt_wakener_forget(u);
    CHECK_SLEEPS(p);
    CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
    CHECK_SLEEPS(p);
    CHECK_INT(f.ran, 0);
    lwt_release(p);
    CHECK_ENV(f, 0, 1);
  }
}

TEST(what_only_the_wakener_kept_alive_is_freed_and_its_environments_dropped) {
  lwt_u *u;
  ENV(f);
  ENV(g);
  ENV(h);
  lwt_t *p = lwt_task(&u);
  lwt_on_success(p, env_value, &f, env_drop);
  lwt_on_cancel(p, env_unit, &g, env_drop);
  lwt_release(lwt_bind(lwt_bind(p, env_bind, &h, env_drop), env_bind, &h, env_drop));
  lwt_wakener_forget(u);
  CHECK_ENV(f, 0, 1);
  CHECK_ENV(g, 0, 1);
  CHECK_ENV(h, 0, 2);
}

TEST(for_ever_means_even_when_it_is_cancelled) {
  lwt_u *u;
  ENV(g);
  lwt_t *p = lwt_task(&u);
  CHECK_INT(lwt_on_cancel(p, env_unit, &g, env_drop), LWT_OK);
  lwt_wakener_forget(u);
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  lwt_release(p);
  CHECK_ENV(g, 0, 1);
}

TEST(neither_release_nor_forget_does_anything_to_a_spent_wakener) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_wakeup(u, LWT_INT(5));
  lwt_wakener_release(u);
  lwt_wakener_forget(u);
  CHECK_RETURNS(p, 5);
  lwt_wakener_release(NULL);
  lwt_wakener_forget(NULL);
}

TEST(giving_up_the_wakener_of_a_cancelled_promise_changes_nothing) {
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_cancel(p);
  lwt_wakener_release(u);
  CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
  CHECK_FAILS(p, LWT_CANCELED);
}
