/* The ways that failures can take. */
#include "backtrace.h"

static int raising, one, two;

static lwt_t *fails(lwt_value v, void *env) {
  (void)v, (void)env;
  return AT(raising), lwt_fail(lwt_exn_new(LWT_FAILURE, "wanted"));
}
static lwt_t *passes(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}

TEST(a_failure_that_was_just_made_knows_where) {
  lwt_t *p = (AT(one), lwt_fail(lwt_exn_new(LWT_FAILURE, "x")));
  CHECK_WAY(lwt_exn_of(p), {"raised", one, __func__});
  lwt_release(p);
}

TEST(making_and_raising_at_different_places_are_two_points) {
  lwt_exn *e = (AT(one), lwt_exn_new(LWT_FAILURE, "x"));
  CHECK_WAY(e, {"made", one, __func__});
  lwt_t *p = (AT(two), lwt_fail(e));
  CHECK_WAY(lwt_exn_of(p), {"made", one, __func__}, {"raised", two, __func__});
  lwt_release(p);
}

TEST(a_bind_on_a_failure_is_passed) {
  lwt_t *p = (AT(one), lwt_fail(lwt_exn_new(LWT_FAILURE, "x")));
  p = (AT(two), lwt_bind(p, passes, NULL, NULL));
  CHECK_WAY(lwt_exn_of(p), {"raised", one, __func__}, {"bind", two, __func__});
  lwt_release(p);
}

TEST(a_bind_whose_callback_fails_is_passed) {
  lwt_t *p = (AT(one), lwt_bind(lwt_return(LWT_UNIT), fails, NULL, NULL));
  CHECK_WAY(lwt_exn_of(p), {"raised", raising, "fails"}, {"bind", one, __func__});
  lwt_release(p);
}

TEST(pending_binds_are_passed_in_their_order) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  p = (AT(one), lwt_bind(p, passes, NULL, NULL));
  p = (AT(two), lwt_bind(p, passes, NULL, NULL));
  int wake;
  AT(wake), lwt_wakeup_exn(u, lwt_exn_new(LWT_FAILURE, "x"));
  CHECK_WAY(lwt_exn_of(p), {"raised", wake, __func__}, {"bind", one, __func__},
            {"bind", two, __func__});
  lwt_release(p);
}

TEST(a_pending_bind_whose_callback_fails_is_passed) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  p = (AT(one), lwt_bind(p, fails, NULL, NULL));
  p = (AT(two), lwt_bind(p, passes, NULL, NULL));
  lwt_wakeup(u, LWT_UNIT);
  CHECK_WAY(lwt_exn_of(p), {"raised", raising, "fails"}, {"bind", one, __func__},
            {"bind", two, __func__});
  lwt_release(p);
}

static lwt_t *waits(lwt_value v, void *u) {
  (void)v;
  lwt_t *p = lwt_wait(u);
  return AT(two), lwt_bind(p, passes, NULL, NULL);
}
TEST(a_bind_that_became_one_with_what_its_callback_returned_is_passed) {
  lwt_u *first, *second;
  lwt_t *p = lwt_wait(&first);
  p = (AT(one), lwt_bind(p, waits, &second, NULL));
  lwt_wakeup(first, LWT_UNIT);
  int wake;
  AT(wake), lwt_wakeup_exn(second, lwt_exn_new(LWT_FAILURE, "x"));
  CHECK_WAY(lwt_exn_of(p), {"raised", wake, __func__}, {"bind", two, "waits"},
            {"bind", one, __func__});
  lwt_release(p);
}

static int again;
static lwt_t *raises_again(const lwt_exn *e, void *seen) {
  *(char *)seen = lwt_exn_backtrace(e)[0];
  return AT(again), lwt_fail(lwt_exn_retain(e));
}
TEST(a_catch_is_passed_before_its_handler_runs_and_when_that_raises_again) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL;
    char seen = 0;
    int wake;
    lwt_t *p = later ? lwt_wait(&u) : (AT(wake), lwt_fail(lwt_exn_new(LWT_FAILURE, "x")));
    p = (AT(one), lwt_catch(p, raises_again, &seen, NULL));
    if (later) AT(wake), lwt_wakeup_exn(u, lwt_exn_new(LWT_FAILURE, "x"));
    CHECK_INT(seen, 'r');
    CHECK_WAY(lwt_exn_of(p), {"raised", wake, __func__}, {"catch", one, __func__},
              {"raised", again, "raises_again"}, {"catch", one, __func__});
    lwt_release(p);
  }
}

static lwt_value raises(lwt_value v, void *env) {
  (void)v, (void)env;
  return AT(raising), lwt_raise(lwt_exn_new(LWT_FAILURE, "x"));
}
TEST(what_a_map_raises_passes_it) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL;
    lwt_t *p = later ? lwt_wait(&u) : lwt_return(LWT_UNIT);
    p = (AT(one), lwt_map(p, raises, NULL, NULL));
    if (later) lwt_wakeup(u, LWT_UNIT);
    CHECK_WAY(lwt_exn_of(p), {"raised", raising, "raises"}, {"map", one, __func__});
    lwt_release(p);
  }
}

TEST(a_join_and_a_pick_are_passed) {
  for (int later = 0; later < 2; later++) {
    lwt_u *u = NULL;
    int wake;
    lwt_t *p = later ? lwt_wait(&u) : (AT(wake), lwt_fail(lwt_exn_new(LWT_FAILURE, "x")));
    lwt_t *joined[] = {p, lwt_return(LWT_UNIT)};
    p = (AT(one), lwt_join(joined, 2));
    lwt_t *picked[] = {p, lwt_task(&(lwt_u *){NULL})};
    p = (AT(two), lwt_pick(picked, 2));
    if (later) AT(wake), lwt_wakeup_exn(u, lwt_exn_new(LWT_FAILURE, "x"));
    CHECK_WAY(lwt_exn_of(p), {"raised", wake, __func__}, {"join", one, __func__},
              {"pick", two, __func__});
    lwt_release(p);
  }
}

static lwt_value waits_for(void *p) {
  lwt_exn *e;
  AT(two), lwt_await(p, &e);
  return e != NULL ? (AT(again), lwt_raise(e)) : LWT_UNIT;
}
TEST(an_await_is_passed) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_t *fiber = (AT(one), lwt_spawn(waits_for, p, NULL, 0));
  lwt_main_run(lwt_pause(), NULL);
  int wake;
  AT(wake), lwt_wakeup_exn(u, lwt_exn_new(LWT_FAILURE, "x"));
  lwt_exn *e;
  lwt_main_run(fiber, &e);
  CHECK_WAY(e, {"raised", wake, __func__}, {"await", two, "waits_for"},
            {"raised", again, "waits_for"}, {"fiber", one, __func__});
  lwt_exn_release(e);
}

TEST(a_cancellation_knows_where) {
  lwt_u *u;
  lwt_t *task = lwt_task(&u);
  lwt_t *p = (AT(one), lwt_bind(task, passes, NULL, NULL));
  int cancel;
  AT(cancel), lwt_cancel(p);
  CHECK_INT(kind_of(p), LWT_CANCELED);
#ifndef LWT_DEBUG /* what returns nothing has no macro */
  CHECK_WAY(lwt_exn_of(p), {"raised", cancel, __func__}, {"bind", one, __func__});
#endif
  lwt_release(p);
  lwt_wakener_forget(u);
}

TEST(a_mistake_knows_where) {
  lwt_t *p = (AT(one), lwt_bind(lwt_return(LWT_UNIT), NULL, NULL, NULL));
  CHECK_INT(kind_of(p), INVALID);
  CHECK_WAY(lwt_exn_of(p), {"raised", one, __func__});
  lwt_release(p);
}

TEST(a_very_long_way_is_counted) {
  lwt_t *p = lwt_fail(lwt_exn_new(LWT_FAILURE, "x"));
  for (int i = 0; i < 100; i++)
    p = i % 2 == 0 ? lwt_bind(p, passes, NULL, NULL)
                   : lwt_map(p, raises, NULL, NULL);
  const char *way = lwt_exn_backtrace(lwt_exn_of(p));
  CHECK_HAS(way, "\nand ");
  CHECK_HAS(way, " more\n");
  /* It was given out, and stays. */
  p = lwt_bind(p, passes, NULL, NULL);
  CHECK_HAS(way, " more\n");
  CHECK(lwt_exn_backtrace(lwt_exn_of(p)) != way);
  lwt_release(p);
}

TEST(what_is_no_exception_has_no_way) {
  CHECK_STR(lwt_exn_backtrace(NULL), "");
  CHECK_STR(lwt_exn_backtrace((const lwt_exn *)&raising), "");
}

static lwt_t *(*address)(lwt_value) = lwt_return;
TEST(the_address_of_a_function_can_be_taken) {
  CHECK_RETURNS(address(LWT_INT(3)), 3);
}
