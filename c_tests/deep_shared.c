/* Many promises that end up waiting for the same one. */
#include "promises.h"

static lwt_t *shared;
static long ran;

static lwt_t *wait_for_it(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_retain(shared);
}
static lwt_value count(lwt_value v, void *env) {
  (void)env;
  CHECK_INT(LWT_TO_INT(v), 7);
  /* Those that began first are told first. */
  if (env != NULL) CHECK_INT((intptr_t)env, ran + 1);
  ran++;
  return v;
}

/* Each costs the same, however many wait already: else this takes minutes. */
TEST(two_hundred_thousand_binds_return_one_promise) {
  long n = scaled(200000);
  lwt_u *u;
  shared = lwt_wait(&u);
  for (long i = 0; i < n; i++) {
    lwt_u *start;
    lwt_t *p = lwt_bind(lwt_wait(&start), wait_for_it, NULL, NULL);
    lwt_release(lwt_map(p, count, NULL, NULL));
    lwt_wakeup(start, LWT_UNIT);
  }
  ran = 0;
  lwt_wakeup(u, LWT_INT(7));
  CHECK_INT(ran, n);
  CHECK_RETURNS(shared, 7);
}
TEST(a_bind_that_returns_what_many_wait_for_comes_before_them) {
  long n = scaled(100000) + 10;
  lwt_u *u, *start;
  shared = lwt_wait(&u);
  for (long i = 0; i < n; i++)
    lwt_release(lwt_map(lwt_retain(shared), count, (void *)(intptr_t)(i + 2), NULL));
  lwt_t *p = lwt_bind(lwt_wait(&start), wait_for_it, NULL, NULL);
  lwt_t *q = lwt_map(lwt_retain(p), count, (void *)(intptr_t)1, NULL);
  lwt_wakeup(start, LWT_UNIT);
  CHECK_SLEEPS(p);
  ran = 0;
  lwt_wakeup(u, LWT_INT(7));
  CHECK_INT(ran, n + 1);
  CHECK_RETURNS(p, 7);
  CHECK_RETURNS(q, 7);
  CHECK_RETURNS(shared, 7);
}
TEST(cancelling_either_of_two_that_became_one_cancels_both) {
  for (int which = 0; which < 2; which++) {
    lwt_u *u, *start;
    shared = lwt_task(&u);
    lwt_t *others[5];
    for (int i = 0; i < 5; i++) others[i] = lwt_map(lwt_retain(shared), count, NULL, NULL);
    lwt_t *p = lwt_bind(lwt_wait(&start), wait_for_it, NULL, NULL);
    lwt_wakeup(start, LWT_UNIT);
    lwt_cancel(which ? p : others[3]);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_FAILS(shared, LWT_CANCELED);
    for (int i = 0; i < 5; i++) CHECK_FAILS(others[i], LWT_CANCELED);
    CHECK_INT(lwt_wakeup(u, LWT_UNIT), LWT_OK);
  }
}
