/* Values that carry a drop function: one owner, dropped once. */
#include "promises.h"

static int drops;
static void drop(void *value) {
  CHECK(value == &drops);
  drops++;
}
static lwt_t *owned(void) { return lwt_return_owned(&drops, drop); }
static lwt_u *waker;
static lwt_t *pending(void) { return lwt_wait(&waker); }
#define CHECK_DROPS(n)    \
  do {                    \
    CHECK_INT(drops, n);  \
    drops = 0;            \
  } while (0)

static lwt_t *borrow(lwt_value v, void *env) {
  (void)env;
  CHECK_PTR(v, &drops);
  CHECK_INT(drops, 0); /* it lives at least until the callback returns */
  return lwt_return(LWT_INT(1));
}
static lwt_t *own(lwt_value v, void *env) {
  (void)env;
  CHECK_PTR(v, &drops);
  return lwt_return(LWT_INT(2));
}
static lwt_t *pass_on(lwt_value v, void *env) {
  (void)env;
  return lwt_return_owned(v, drop);
}
static lwt_value map_borrow(lwt_value v, void *env) {
  (void)env;
  CHECK_PTR(v, &drops);
  CHECK_INT(drops, 0);
  return LWT_INT(3);
}
static lwt_value map_owned(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_owned(&drops, drop);
}
static void see(lwt_value v, void *env) {
  (void)env;
  CHECK_PTR(v, &drops);
  CHECK_INT(drops, 0);
}

TEST(a_borrowing_callback_leaves_the_value_to_the_promise) {
  CHECK_RETURNS(lwt_bind(owned(), borrow, NULL, NULL), 1);
  CHECK_DROPS(1);
  CHECK_RETURNS(lwt_map(owned(), map_borrow, NULL, NULL), 3);
  CHECK_DROPS(1);
  lwt_t *p = lwt_bind(pending(), borrow, NULL, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_DROPS(1);
  CHECK_RETURNS(p, 1);
  CHECK_DROPS(0);
}

TEST(bind_owned_moves_the_value_into_its_callback) {
  CHECK_RETURNS(lwt_bind_owned(owned(), own, NULL, NULL), 2);
  CHECK_DROPS(0);
  lwt_t *p = owned();
  CHECK_RETURNS(lwt_bind_owned(lwt_retain(p), own, NULL, NULL), 2);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_DROPS(0);
  p = lwt_bind_owned(pending(), own, NULL, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_RETURNS(p, 2);
  CHECK_DROPS(0);
}

TEST(bind_owned_takes_a_plain_word_without_using_it_up) {
  lwt_t *p = lwt_return(&drops);
  CHECK_RETURNS(lwt_bind_owned(lwt_retain(p), own, NULL, NULL), 2);
  CHECK_RETURNS(lwt_bind_owned(p, own, NULL, NULL), 2);
}

TEST(a_promise_bound_twice_is_moved_out_once_and_then_shows_unit) {
  lwt_t *p = pending();
  ENV(second);
  lwt_t *a = lwt_bind_owned(lwt_retain(p), own, NULL, NULL);
  lwt_t *b = lwt_bind_owned(lwt_retain(p), env_bind, &second, env_drop);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_RETURNS(a, 2);
  CHECK_RETURNS(b, 0);
  CHECK_PTR(second.value, LWT_UNIT);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_DROPS(0);
}

TEST(an_owned_value_travels_through_a_chain_and_is_dropped_once) {
  lwt_t *p = pending();
  lwt_t *q = lwt_bind_owned(lwt_bind_owned(p, pass_on, NULL, NULL), pass_on, NULL, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_PTR(lwt_value_of(q), &drops);
  CHECK_INT(drops, 0);
  lwt_release(q);
  CHECK_DROPS(1);
}

TEST(owned_in_a_map_gives_the_result_its_drop_function) {
  lwt_t *p = lwt_map(lwt_return(LWT_UNIT), map_owned, NULL, NULL);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_drop_fn how = NULL;
  CHECK_PTR(lwt_take_with(lwt_retain(p), &how), &drops);
  CHECK(how == drop);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_DROPS(0);
  p = lwt_map(pending(), map_owned, NULL, NULL);
  lwt_wakeup(waker, LWT_UNIT);
  lwt_release(p);
  CHECK_DROPS(1);
}

TEST(catch_passes_an_owned_value_by) {
  ENV(g);
  lwt_t *p = lwt_catch(owned(), env_catch, &g, env_drop);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_DROPS(1);
  p = lwt_catch(pending(), env_catch, &g, env_drop);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_INT(drops, 0);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_DROPS(1);
}

TEST(finalize_keeps_an_owned_value_or_drops_it_when_the_clean_up_fails) {
  for (int later = 0; later < 2; later++) {
    ENV(f);
    lwt_t *p = lwt_finalize(later ? pending() : owned(), env_thunk, &f, env_drop);
    if (later) lwt_wakeup_owned(waker, &drops, drop);
    CHECK_INT(drops, 0);
    CHECK_PTR(lwt_value_of(p), &drops);
    CHECK_PTR(lwt_take(p), &drops);
    CHECK_DROPS(0);
    ENV_RAISING(g, LWT_FULL);
    p = lwt_finalize(later ? pending() : owned(), env_thunk, &g, env_drop);
    if (later) lwt_wakeup_owned(waker, &drops, drop);
    CHECK_FAILS(p, LWT_FULL);
    CHECK_DROPS(1);
    lwt_u *u;
    ENV_RETURNING(h, lwt_wait(&u));
    p = lwt_finalize(later ? pending() : owned(), env_thunk, &h, env_drop);
    if (later) lwt_wakeup_owned(waker, &drops, drop);
    CHECK_INT(drops, 0);
    lwt_wakeup(u, LWT_UNIT);
    CHECK_PTR(lwt_value_of(p), &drops);
    lwt_release(p);
    CHECK_DROPS(1);
  }
}

TEST(a_finalize_given_up_while_its_clean_up_is_pending_drops_the_value) {
  lwt_u *u;
  ENV_RETURNING(h, lwt_wait(&u));
  lwt_t *p = lwt_finalize(owned(), env_thunk, &h, env_drop);
  lwt_release(p);
  lwt_wakener_forget(u);
  CHECK_DROPS(1);
}

TEST(choose_and_protected_show_one_owner) {
  /* Each of these shows p's value beside p. */
  for (int which = 0; which < 5; which++)
    for (int from = 0; from < 2; from++) {
      lwt_t *p = pending(), *q = NULL;
      lwt_retain(p);
      switch (which) {
        case 0: q = lwt_choose(&p, 1); break;
        case 1: q = lwt_protected(p); break;
        case 2: q = lwt_no_cancel(p); break;
        case 3: q = lwt_wrap_in_cancelable(p); break;
        case 4: q = lwt_pick(&p, 1); break;
      }
      lwt_wakeup_owned(waker, &drops, drop);
      CHECK_PTR(lwt_value_of(p), &drops);
      CHECK_PTR(lwt_value_of(q), &drops);
      CHECK_PTR(lwt_take(lwt_retain(from ? q : p)), &drops);
      CHECK_PTR(lwt_value_of(p), LWT_UNIT);
      CHECK_PTR(lwt_value_of(q), LWT_UNIT);
      lwt_release(p);
      lwt_release(q);
      CHECK_DROPS(0);
    }
}

TEST(a_shared_owned_value_is_dropped_after_the_last_promise_that_shows_it) {
  for (int order = 0; order < 2; order++) {
    lwt_t *p = pending();
    lwt_t *q = lwt_protected(lwt_retain(p)), *r = lwt_protected(lwt_retain(q));
    lwt_wakeup_owned(waker, &drops, drop);
    lwt_release(order ? p : r);
    lwt_release(q);
    CHECK_INT(drops, 0);
    CHECK_PTR(lwt_value_of(order ? r : p), &drops);
    lwt_release(order ? r : p);
    CHECK_DROPS(1);
  }
}

TEST(unified_promises_share_the_owned_value) {
  lwt_u *u;
  lwt_t *inner = lwt_wait(&u);
  ENV_RETURNING(f, lwt_retain(inner));
  lwt_t *outer = lwt_bind(lwt_return(LWT_UNIT), env_bind, &f, env_drop);
  lwt_wakeup_owned(u, &drops, drop);
  CHECK_PTR(lwt_take(inner), &drops);
  CHECK_PTR(lwt_value_of(outer), LWT_UNIT);
  lwt_release(outer);
  CHECK_DROPS(0);
}

TEST(a_resolved_promise_that_a_callback_returns_shares_its_value) {
  for (int later = 0; later < 2; later++)
    for (int from = 0; from < 3; from++) {
      lwt_u *u;
      lwt_t *shown = owned();
      ENV_RETURNING(f, lwt_retain(shown));
      lwt_t *q = lwt_bind(later ? lwt_wait(&u) : lwt_return(LWT_UNIT), env_bind, &f, env_drop);
      if (later) lwt_wakeup(u, LWT_UNIT);
      CHECK_PTR(lwt_value_of(q), &drops);
      CHECK_PTR(lwt_value_of(shown), &drops);
      if (from < 2) {
        CHECK_PTR(lwt_take(lwt_retain(from ? q : shown)), &drops);
        CHECK_PTR(lwt_value_of(from ? shown : q), LWT_UNIT);
      }
      lwt_release(shown);
      lwt_release(q);
      CHECK_DROPS(from == 2);
    }
}

TEST(callbacks_that_watch_borrow) {
  lwt_t *p = pending();
  lwt_on_success(p, see, NULL, NULL);
  lwt_on_any(p, see, env_exn, NULL, NULL);
  lwt_on_success(p, see, NULL, NULL);
  lwt_release(p);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_DROPS(1);
}

static void release_it(void *promise) { lwt_release(promise); }
static lwt_t *release_and_look(lwt_value v, void *promise) {
  CHECK_PTR(v, &drops);
  lwt_release(promise);
  CHECK_INT(drops, 0); /* the callback still borrows it */
  return lwt_return(LWT_UNIT);
}
TEST(a_callback_may_release_the_promise_it_runs_for) {
  lwt_t *p = pending();
  lwt_on_termination(p, release_it, p, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_DROPS(1);
  p = pending();
  lwt_t *q = lwt_bind(lwt_retain(p), release_and_look, p, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_DROPS(1);
  CHECK_RETURNS(q, 0);
  p = owned();
  q = lwt_bind(lwt_retain(p), release_and_look, p, NULL);
  CHECK_DROPS(1);
  CHECK_RETURNS(q, 0);
}

static lwt_t *take_inside(lwt_value v, void *promise) {
  CHECK_PTR(v, &drops);
  CHECK_PTR(lwt_take(promise), &drops);
  return lwt_return(LWT_UNIT);
}
TEST(a_callback_may_take_the_value_it_borrows) {
  lwt_t *p = pending();
  lwt_t *q = lwt_bind(lwt_retain(p), take_inside, p, NULL);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_RETURNS(q, 0);
  CHECK_DROPS(0);
}

/* Drop functions may call the library. */
static void drop_wakes(void *wakener) {
  drops++;
  CHECK_INT(lwt_wakeup(wakener, LWT_INT(11)), LWT_OK);
}
static void drop_drops(void *promise) {
  drops++;
  lwt_release(promise);
}
TEST(a_drop_function_may_wake_another_promise) {
  lwt_u *u;
  lwt_t *p = lwt_map(lwt_wait(&u), map_owned, NULL, NULL);
  lwt_release(lwt_return_owned(u, drop_wakes));
  CHECK_DROPS(1);
  CHECK_PTR(lwt_take(p), &drops);
}
TEST(a_long_chain_of_drops_inside_drops_needs_no_stack) {
  long n = scaled(200000);
  lwt_t *p = lwt_return(LWT_UNIT);
  for (long i = 0; i < n; i++) p = lwt_return_owned(p, drop_drops);
  lwt_release(p);
  CHECK_DROPS(n);
}

TEST(a_value_that_reaches_nobody_is_dropped) {
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  lwt_cancel(p);
  lwt_wakeup_owned(u, &drops, drop);
  CHECK_DROPS(1);
  lwt_release(p);
  p = lwt_protected(pending());
  lwt_cancel(p);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_DROPS(1);
  CHECK_FAILS(p, LWT_CANCELED);
}

TEST(join_drops_the_values_of_its_members) {
  lwt_t *members[3] = {owned(), owned(), pending()};
  lwt_t *p = lwt_join(members, 3);
  lwt_wakeup_owned(waker, &drops, drop);
  CHECK_RETURNS(p, 0);
  CHECK_DROPS(3);
}
