/* lwt_race: the first that resolves, when the others have ended, too. */
#include "loop.h"

static lwt_u *u[3];
static lwt_t *racers[3], *kept[3];
static lwt_t *race(bool cancelable) {
  for (int i = 0; i < 3; i++) {
    racers[i] = cancelable ? lwt_task(&u[i]) : lwt_wait(&u[i]);
    kept[i] = lwt_retain(racers[i]);
  }
  return lwt_race(racers, 3);
}
static void done(void) {
  for (int i = 0; i < 3; i++) {
    lwt_wakener_forget(u[i]);
    lwt_release(kept[i]);
  }
}

TEST(the_first_wins_and_the_others_are_cancelled) {
  lwt_t *r = race(true);
  lwt_wakeup(u[1], LWT_INT(4));
  CHECK_RETURNS(r, 4);
  CHECK_INT(kind_of(kept[0]), LWT_CANCELED);
  CHECK_INT(kind_of(kept[2]), LWT_CANCELED);
  done();
}
TEST(a_failure_wins_too) {
  lwt_t *r = race(true);
  lwt_wakeup_exn(u[2], exn(LWT_FULL));
  CHECK_FAILS(r, LWT_FULL);
  CHECK_INT(kind_of(kept[0]), LWT_CANCELED);
  done();
}
TEST(those_that_ignore_being_cancelled_are_awaited_and_change_nothing) {
  lwt_t *r = race(false);
  lwt_wakeup(u[1], LWT_INT(4));
  CHECK_SLEEPS(r);
  lwt_wakeup(u[2], LWT_INT(5));
  CHECK_SLEEPS(r);
  lwt_wakeup_exn(u[0], exn(LWT_FULL));
  CHECK_RETURNS(r, 4);
  done();
}
TEST(cancelling_it_cancels_all) {
  lwt_t *r = race(true);
  lwt_cancel(r);
  CHECK_FAILS(r, LWT_CANCELED);
  for (int i = 0; i < 3; i++) CHECK_INT(kind_of(kept[i]), LWT_CANCELED);
  done();
  r = race(false);
  lwt_cancel(r);
  CHECK_SLEEPS(r);
  for (int i = 0; i < 3; i++) lwt_wakeup(u[i], LWT_INT(i));
  CHECK_RETURNS(r, 0);
  done();
}
TEST(of_several_that_are_resolved_the_first_in_the_array_counts) {
  lwt_u *w;
  lwt_t *task = lwt_task(&w);
  lwt_t *all[4] = {lwt_retain(task), lwt_return(LWT_INT(1)), lwt_fail(exn(LWT_FULL)),
                   lwt_return(LWT_INT(2))};
  CHECK_RETURNS(lwt_race(all, 4), 1);
  CHECK_FAILS(task, LWT_CANCELED);
  lwt_wakener_forget(w);
  lwt_t *wait = lwt_wait(&w);
  lwt_t *two[2] = {lwt_fail(exn(LWT_FULL)), wait};
  lwt_t *r = lwt_race(two, 2);
  CHECK_SLEEPS(r);
  lwt_wakeup(w, LWT_UNIT);
  CHECK_FAILS(r, LWT_FULL);
}
TEST(an_owned_value_reaches_the_result_and_those_of_the_others_are_dropped) {
  int drops = 0, others = 0;
  lwt_t *r = race(false);
  lwt_wakeup_owned(u[0], &drops, count_drop);
  lwt_wakeup_owned(u[1], &others, count_drop);
  lwt_wakeup_owned(u[2], &others, count_drop);
  CHECK_PTR(lwt_value_of(r), &drops);
  done();
  CHECK_INT(others, 2);
  CHECK_INT(drops, 0);
  lwt_release(r);
  CHECK_INT(drops, 1);
}
static lwt_t *cancel_race(lwt_value v, void *env) {
  lwt_cancel(*(lwt_t **)env);
  lwt_release(*(lwt_t **)env);
  return lwt_return(v);
}
TEST(a_racer_may_cancel_and_release_the_race_that_it_wins) {
  lwt_u *w, *x;
  lwt_t *r;
  lwt_t *two[2] = {lwt_bind(lwt_wait(&w), cancel_race, &r, NULL), lwt_task(&x)};
  lwt_t *other = lwt_retain(two[1]);
  r = lwt_race(two, 2);
  lwt_wakeup(w, LWT_INT(1));
  CHECK_FAILS(other, LWT_CANCELED);
  lwt_wakener_forget(x);
}
TEST(bad_arguments_are_refused_and_the_others_given_up) {
  int drops = 0;
  lwt_t *two[2] = {NULL, lwt_return_owned(&drops, count_drop)};
  CHECK_FAILS(lwt_race(two, 2), INVALID);
  CHECK_INT(drops, 1);
  CHECK_FAILS(lwt_race(two, 0), INVALID);
  CHECK_FAILS(lwt_race(NULL, 3), INVALID);
  CHECK_FAILS(lwt_race(two, SIZE_MAX), INVALID);
  lwt_t *same = lwt_wait(&u[0]);
  lwt_t *both[2] = {same, lwt_retain(same)};
  lwt_t *r = lwt_race(both, 2);
  lwt_wakeup(u[0], LWT_INT(7));
  CHECK_RETURNS(r, 7);
}
