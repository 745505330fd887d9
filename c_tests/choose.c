/* Waiting for the first: choose, pick, nchoose, npick. */
#include "promises.h"

static lwt_u *u, *v, *w;
static int drops;
typedef lwt_t *(*group_fn)(lwt_t *const *, size_t);
static const group_fn firsts[] = {lwt_choose, lwt_pick, lwt_nchoose, lwt_npick};
static const char *const names[] = {"lwt_choose", "lwt_pick", "lwt_nchoose", "lwt_npick"};
static void end(void) { trace_text[0] = '\0'; }

/* What a group shows: nchoose and npick show a list. */
static bool many(int g) { return g >= 2; }
static void check_values(lwt_t *p, size_t n, const intptr_t *want) {
  if (CHECK_STATE(p, LWT_RETURN)) {
    struct lwt_values *values = lwt_value_of(p);
    if (CHECK_INT(values->len, n))
      for (size_t i = 0; i < n; i++) CHECK_INT(LWT_TO_INT(values->data[i]), want[i]);
  }
  lwt_release(p);
}
static void check_one(int g, lwt_t *p, intptr_t want) {
  if (many(g))
    check_values(p, 1, &want);
  else
    CHECK_RETURNS(p, want);
}

TEST(the_first_to_resolve_decides) {
  for (int g = 0; g < 4; g++)
    for (int fails = 0; fails < 2; fails++) {
      lwt_t *members[3] = {lwt_wait(&u), lwt_wait(&v), lwt_wait(&w)};
      lwt_t *p = firsts[g](members, 3);
      CHECK_SLEEPS(p);
      if (fails)
        lwt_wakeup_exn(v, exn(LWT_FULL));
      else
        lwt_wakeup(v, LWT_INT(2));
      lwt_wakeup(u, LWT_INT(1));
      lwt_wakeup(w, LWT_INT(3));
      if (fails)
        CHECK_FAILS(p, LWT_FULL);
      else
        check_one(g, p, 2);
    }
}

TEST(of_nothing_it_fails_for_it_would_never_resolve) {
  for (int g = 0; g < 4; g++) {
    lwt_t *p = firsts[g](NULL, 0);
    CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), names[g]);
    CHECK_FAILS(p, INVALID);
  }
}

TEST(a_null_array_or_a_bad_member_is_invalid_and_the_others_are_consumed) {
  for (int g = 0; g < 4; g++) {
    lwt_t *p = firsts[g](NULL, 3);
    CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), names[g]);
    CHECK_FAILS(p, INVALID);
    CHECK_FAILS(firsts[g](NULL, SIZE_MAX), INVALID);
    drops = 0;
    lwt_t *stale = lwt_return(LWT_UNIT);
    lwt_release(stale);
    lwt_t *members[3] = {lwt_return_owned(&drops, count_drop), stale, lwt_wait(&u)};
    CHECK_FAILS(firsts[g](members, 3), INVALID);
    CHECK_INT(drops, 1);
    CHECK(lwt_state(members[2]) != LWT_RETURN);
    lwt_wakener_forget(u);
  }
}

TEST(choose_and_pick_prefer_the_failed_among_the_resolved) {
  for (int g = 0; g < 2; g++)
    for (int i = 0; i < 100; i++) {
      lwt_t *pending = lwt_task(&u);
      lwt_t *members[4] = {lwt_retain(pending), lwt_return(LWT_INT(1)), lwt_fail(exn(LWT_FULL)),
                           lwt_return(LWT_INT(2))};
      CHECK_FAILS(firsts[g](members, 4), LWT_FULL);
      if (firsts[g] == lwt_pick)
        CHECK_INT(kind_of(pending), LWT_CANCELED);
      else
        CHECK_SLEEPS(pending);
      lwt_release(pending);
      lwt_wakener_forget(u);
    }
}

TEST(choose_of_several_fulfilled_takes_one_of_them_and_not_always_the_same) {
  int seen[3] = {0, 0, 0};
  for (int i = 0; i < 300; i++) {
    lwt_t *members[3];
    for (int k = 0; k < 3; k++) members[k] = lwt_return(LWT_INT(k));
    lwt_t *p = lwt_choose(members, 3);
    CHECK_STATE(p, LWT_RETURN);
    intptr_t k = LWT_TO_INT(lwt_take(p));
    if (CHECK(k >= 0 && k < 3)) seen[k]++;
  }
  for (int k = 0; k < 3; k++) CHECK(seen[k] > 0);
}

TEST(choose_of_a_resolved_promise_is_that_promise) {
  for (int g = 0; g < 2; g++) {
    lwt_t *p = lwt_return(LWT_INT(1));
    lwt_t *members[2] = {lwt_wait(&u), p};
    CHECK_PTR(firsts[g](members, 2), p);
    CHECK_RETURNS(p, 1);
    lwt_wakener_forget(u);
  }
}

TEST(choose_leaves_the_losers_alone_and_pick_cancels_them) {
  for (int g = 0; g < 4; g++)
    for (int later = 0; later < 2; later++) {
      lwt_t *winner = later ? lwt_task(&u) : lwt_return(LWT_INT(1));
      lwt_t *task = lwt_task(&v), *wait = lwt_wait(&w);
      lwt_t *members[3] = {lwt_retain(task), winner, lwt_retain(wait)};
      lwt_t *p = firsts[g](members, 3);
      if (later) lwt_wakeup(u, LWT_INT(1));
      check_one(g, p, 1);
      CHECK_SLEEPS(wait);
      if (g % 2 == 1)
        CHECK_INT(kind_of(task), LWT_CANCELED);
      else
        CHECK_SLEEPS(task);
      lwt_release(task);
      lwt_release(wait);
      lwt_wakener_forget(v);
      lwt_wakener_forget(w);
    }
}

TEST(the_losers_see_the_cancel_before_the_winners_value_is_delivered) {
  for (int g = 1; g < 4; g += 2)
    for (int fails = 0; fails < 2; fails++) {
      ENV(loser1);
      ENV(loser2);
      ENV(winner);
      ENV(result);
      lwt_t *a = lwt_task(&u), *b = lwt_task(&v), *c = lwt_task(&w);
      lwt_on_cancel(a, env_unit, &loser1, env_drop);
      lwt_on_failure(c, env_exn, &loser2, env_drop);
      lwt_t *members[3] = {a, b, c};
      lwt_retain(b);
      lwt_t *p = firsts[g](members, 3);
      lwt_on_termination(p, env_unit, &result, env_drop);
      lwt_on_termination(b, env_unit, &winner, env_drop);
      if (fails)
        lwt_wakeup_exn(v, exn(LWT_FULL));
      else
        lwt_wakeup(v, LWT_INT(1));
      CHECK_TRACE("loser1 loser2 result winner");
      lwt_release(b);
      lwt_release(p);
      lwt_wakener_forget(u);
      lwt_wakener_forget(w);
    }
}

TEST(nchoose_gives_all_that_are_fulfilled_in_list_order) {
  for (int g = 2; g < 4; g++) {
    lwt_t *members[4] = {lwt_return(LWT_INT(1)), lwt_task(&u), lwt_return(LWT_INT(3)),
                         lwt_return(LWT_INT(4))};
    const intptr_t want[] = {1, 3, 4};
    check_values(firsts[g](members, 4), 3, want);
    lwt_wakener_forget(u);
  }
}
TEST(nchoose_of_a_failed_and_a_fulfilled_fails) {
  for (int g = 2; g < 4; g++) {
    lwt_t *members[3] = {lwt_return(LWT_INT(1)), lwt_fail(exn(LWT_FULL)),
                         lwt_fail(exn(LWT_CLOSED))};
    CHECK_FAILS(firsts[g](members, 3), LWT_FULL);
  }
}
TEST(nchoose_may_list_a_promise_twice) {
  for (int g = 2; g < 4; g++)
    for (int later = 0; later < 2; later++) {
      lwt_t *p = later ? lwt_wait(&u) : lwt_return(LWT_INT(7));
      lwt_t *members[2] = {lwt_retain(p), p};
      lwt_t *q = firsts[g](members, 2);
      if (later) lwt_wakeup(u, LWT_INT(7));
      const intptr_t want[] = {7, 7};
      check_values(q, 2, want);
    }
}
TEST(choose_may_list_a_promise_twice) {
  for (int g = 0; g < 2; g++) {
    lwt_t *p = lwt_wait(&u);
    lwt_t *members[3] = {lwt_retain(p), lwt_retain(p), p};
    lwt_t *q = firsts[g](members, 3);
    lwt_wakeup(u, LWT_INT(7));
    CHECK_RETURNS(q, 7);
  }
}

/* The list is collected when the callback runs: with wakeup_later, several
 * members are resolved by then. */
static lwt_u *later_u, *later_v;
static void wake_two_later(void *env) {
  (void)env;
  lwt_wakeup_later(later_u, LWT_INT(1));
  lwt_wakeup_later(later_v, LWT_INT(2));
}
TEST(nchoose_counts_what_deferred_wake_ups_resolved_in_between) {
  lwt_t *members[2] = {lwt_wait(&later_u), lwt_wait(&later_v)};
  lwt_t *q = lwt_nchoose(members, 2);
  lwt_t *outer = lwt_wait(&u);
  lwt_on_termination(outer, wake_two_later, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(outer);
  const intptr_t want[] = {1, 2};
  check_values(q, 2, want);
}

/* ------------------------------------------------------------- owned --- */
TEST(an_owned_value_has_one_owner_through_choose) {
  for (int g = 0; g < 4; g++)
    for (int later = 0; later < 2; later++)
      for (int keep = 0; keep < 2; keep++) {
        drops = 0;
        lwt_t *p = later ? lwt_wait(&u) : lwt_return_owned(&drops, count_drop);
        if (keep) lwt_retain(p);
        lwt_t *members[2] = {p, lwt_task(&v)};
        lwt_t *q = firsts[g](members, 2);
        if (later) lwt_wakeup_owned(u, &drops, count_drop);
        CHECK_STATE(q, LWT_RETURN);
        CHECK_INT(drops, 0);
        lwt_release(q);
        if (keep) lwt_release(p);
        CHECK_INT(drops, 1);
        lwt_wakener_forget(v);
      }
}
TEST(the_losers_owned_value_is_dropped_by_the_loser) {
  for (int g = 0; g < 4; g++) {
    drops = 0;
    lwt_t *members[2] = {lwt_wait(&u), lwt_wait(&v)};
    lwt_t *q = firsts[g](members, 2);
    lwt_wakeup(u, LWT_INT(1));
    CHECK_INT(drops, 0);
    lwt_wakeup_owned(v, &drops, count_drop);
    CHECK_INT(drops, 1);
    lwt_release(q);
  }
}

/* ----------------------------------------- one long-lived promise --- */
TEST(survivors_stay_intact_through_rounds_of_choose_on_one_promise) {
  lwt_t *old = lwt_task(&u);
  enum { KEPT = 20 };
  lwt_t *kept[KEPT];
  lwt_u *kept_u[KEPT];
  ENV(before);
  ENV(after);
  lwt_on_success(old, env_value, &before, env_drop);
  for (int i = 0; i < KEPT; i++) {
    lwt_t *members[2] = {lwt_retain(old), lwt_task(&kept_u[i])};
    kept[i] = lwt_choose(members, 2);
    for (int round = 0; round < 43; round++) {
      lwt_t *pair[2] = {lwt_retain(old), lwt_task(&v)};
      lwt_t *p = lwt_choose(pair, 2);
      lwt_wakeup(v, LWT_INT(round));
      CHECK_RETURNS(p, round);
    }
  }
  lwt_on_success(old, env_value, &after, env_drop);
  lwt_wakeup(u, LWT_INT(5));
  lwt_release(old);
  for (int i = 0; i < KEPT; i++) {
    CHECK_RETURNS(kept[i], 5);
    lwt_wakener_forget(kept_u[i]);
  }
  CHECK_ENV(before, 1, 1);
  CHECK_ENV(after, 1, 1);
  CHECK_TRACE("before after");
}

TEST(survivors_stay_intact_across_a_unification) {
  lwt_t *inner = lwt_task(&v);
  ENV_RETURNING(f, lwt_retain(inner));
  lwt_t *outer = lwt_bind(lwt_task(&u), env_bind, &f, env_drop);
  lwt_t *kept[2];
  for (int side = 0; side < 2; side++) {
    lwt_t *old = side ? inner : outer;
    lwt_t *members[2] = {lwt_retain(old), lwt_task(&w)};
    kept[side] = lwt_choose(members, 2);
    lwt_wakener_forget(w);
    for (int round = 0; round < 50; round++) {
      lwt_t *pair[2] = {lwt_retain(old), lwt_task(&w)};
      lwt_t *p = lwt_choose(pair, 2);
      lwt_wakeup(w, LWT_INT(round));
      CHECK_RETURNS(p, round);
    }
  }
  lwt_wakeup(u, LWT_UNIT);
  for (int round = 0; round < 50; round++) {
    lwt_t *pair[2] = {lwt_retain(outer), lwt_task(&w)};
    lwt_t *p = lwt_choose(pair, 2);
    lwt_wakeup(w, LWT_INT(round));
    CHECK_RETURNS(p, round);
  }
  lwt_wakeup(v, LWT_INT(9));
  CHECK_RETURNS(kept[0], 9);
  CHECK_RETURNS(kept[1], 9);
  CHECK_RETURNS(inner, 9);
  CHECK_RETURNS(outer, 9);
  end();
}

/* A callback of a loser that resolves another member while pick decides. */
static void wake_w(void *env) {
  (void)env;
  lwt_wakeup(w, LWT_INT(3));
}
TEST(a_member_woken_while_the_losers_are_cancelled_changes_nothing) {
  for (int g = 1; g < 4; g += 2) {
    lwt_t *members[3] = {lwt_task(&u), lwt_task(&v), lwt_task(&w)};
    lwt_on_cancel(members[0], wake_w, NULL, NULL);
    lwt_t *p = firsts[g](members, 3);
    lwt_wakeup(v, LWT_INT(2));
    CHECK_STATE(p, LWT_RETURN);
    if (g == 1)
      CHECK_RETURNS(p, 2);
    else
      lwt_release(p);
    lwt_wakener_forget(u);
  }
}
static lwt_t *the_pick;
static void cancel_the_pick(void *env) {
  (void)env;
  lwt_cancel(the_pick);
}
TEST(cancelling_the_pick_while_it_decides_changes_nothing) {
  lwt_t *members[2] = {lwt_task(&u), lwt_task(&v)};
  lwt_on_cancel(members[0], cancel_the_pick, NULL, NULL);
  the_pick = lwt_pick(members, 2);
  lwt_wakeup(v, LWT_INT(2));
  CHECK_RETURNS(the_pick, 2);
  lwt_wakener_forget(u);
}
static void release_the_pick(void *env) {
  (void)env;
  lwt_release(the_pick);
}
TEST(releasing_the_pick_while_it_decides_is_harmless) {
  drops = 0;
  lwt_t *members[2] = {lwt_task(&u), lwt_task(&v)};
  lwt_on_cancel(members[0], release_the_pick, NULL, NULL);
  the_pick = lwt_pick(members, 2);
  lwt_wakeup_owned(v, &drops, count_drop);
  CHECK_INT(drops, 1);
  lwt_wakener_forget(u);
}
