/* Module Lwt_throttle, in virtual time. */
#include "sim.h"

static lwt_throttle *throttle;
static lwt_t *ask(const char *key) { return lwt_throttle_wait(throttle, key, strlen(key)); }

TEST(so_many_a_second_pass_and_the_oldest_of_the_others_first) {
  simulate(1);
  throttle = lwt_throttle_create(2, 10);
  CHECK_RETURNS(ask("a"), 1);
  CHECK_RETURNS(ask("a"), 1);
  lwt_t *third = ask("a"), *fourth = ask("a"), *fifth = ask("a");
  CHECK_SLEEPS(third);
  run(lwt_unix_sleep(0.5));
  CHECK_SLEEPS(third);
  run(lwt_unix_sleep(0.6));
  CHECK_RETURNS(third, 1);
  CHECK_RETURNS(fourth, 1);
  CHECK_SLEEPS(fifth);
  lwt_t *sixth = ask("a");
  CHECK_SLEEPS(sixth); /* this second's two were for those who waited */
  run(lwt_unix_sleep(1));
  CHECK_RETURNS(fifth, 1);
  CHECK_RETURNS(sixth, 1);
  lwt_throttle_release(throttle);
}

TEST(keys_do_not_wait_for_each_other) {
  simulate(2);
  throttle = lwt_throttle_create(1, 10);
  CHECK_RETURNS(ask("a"), 1);
  CHECK_RETURNS(ask("b"), 1);
  CHECK_RETURNS(ask(""), 1);
  lwt_t *empty = lwt_throttle_wait(throttle, NULL, 0); /* the same key */
  CHECK_SLEEPS(empty);
  lwt_release(empty);
  lwt_throttle_release(throttle);
}

TEST(too_many_in_waiting_are_refused_at_once_over_all_keys) {
  simulate(3);
  throttle = lwt_throttle_create(1, 2);
  CHECK_RETURNS(ask("a"), 1);
  CHECK_RETURNS(ask("b"), 1);
  lwt_t *a = ask("a"), *b = ask("b");
  CHECK_RETURNS(ask("a"), 0);
  CHECK_RETURNS(ask("c"), 1); /* need not wait */
  lwt_cancel(a);
  CHECK_FAILS(a, LWT_CANCELED);
  lwt_t *again = ask("a");
  CHECK_SLEEPS(again); /* in the place of the one that was cancelled */
  run(lwt_unix_sleep(1.1));
  CHECK_RETURNS(again, 1);
  CHECK_RETURNS(b, 1);
  lwt_throttle_release(throttle);
}

TEST(an_idle_throttle_has_no_timer) {
  simulate(4);
  throttle = lwt_throttle_create(1, 2);
  CHECK_INT(lwt_engine_timer_count(), 0);
  CHECK_RETURNS(ask("a"), 1);
  CHECK_INT(lwt_engine_timer_count(), 1);
  run(lwt_unix_sleep(3));
  CHECK_INT(lwt_engine_timer_count(), 0);
  CHECK_RETURNS(ask("a"), 1);
  lwt_throttle_release(throttle);
  CHECK_INT(lwt_engine_timer_count(), 0);
}

static lwt_t *asks_again(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_t *p = ask("a");
  lwt_throttle_release(throttle);
  return p;
}
TEST(who_is_served_may_ask_again_and_release_it) {
  simulate(5);
  throttle = lwt_throttle_create(1, 2);
  CHECK_RETURNS(ask("a"), 1);
  lwt_t *p = lwt_bind(ask("a"), asks_again, NULL, NULL);
  run(lwt_unix_sleep(1.1));
  CHECK_SLEEPS(p); /* for ever: nobody has the throttle any more */
  lwt_release(p);
}

TEST(bad_arguments_are_told) {
  CHECK(lwt_throttle_create(0, 1) == NULL);
  CHECK(lwt_throttle_create(1, 0) == NULL);
  CHECK(lwt_throttle_create(-1, -1) == NULL);
  CHECK_FAILS(lwt_throttle_wait(NULL, "a", 1), LWT_INVALID_ARGUMENT);
  throttle = lwt_throttle_create(1, 1);
  CHECK_FAILS(lwt_throttle_wait(throttle, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_throttle_wait(throttle, "a", SIZE_MAX), LWT_INVALID_ARGUMENT);
  lwt_throttle_release(throttle);
  CHECK_FAILS(ask("a"), LWT_INVALID_ARGUMENT);
}
