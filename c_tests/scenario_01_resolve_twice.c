/* Scenario 1: a promise is resolved twice, by each wake-up function after each;
 * after a cancel; after a Canceled made by hand. Rules M1, C8. */
#include "wakeups.h"

typedef lwt_t *(*make)(lwt_u **u);
static const make makes[] = {lwt_wait, lwt_task};

TEST(the_second_wake_up_is_an_invalid_argument_and_changes_nothing) {
  for (int m = 0; m < 2; m++)
    for (int i = 0; i < WAKEUPS; i++)
      for (int j = 0; j < WAKEUPS; j++) {
        lwt_u *u;
        ENV(seen);
        lwt_t *p = makes[m](&u);
        lwt_on_termination(p, env_unit, &seen, env_drop);
        CHECK_INT(wakeups[i].wake(u), LWT_OK);
        CHECK_STATE(p, wakeups[i].state);
        CHECK_ENV(seen, 1, 1);
        CHECK_INT(wakeups[j].wake(u), INVALID);
        CHECK_INT(wakeups[j].wake(u), INVALID);
        CHECK_STATE(p, wakeups[i].state);
        CHECK_ENV(seen, 1, 1);
        lwt_release(p);
        CHECK_INT(wakeups[j].wake(u), INVALID);
      }
  trace_text[0] = '\0';
}

TEST(the_first_wake_up_of_a_cancelled_promise_is_silent) {
  for (int i = 0; i < WAKEUPS; i++)
    for (int j = 0; j < WAKEUPS; j++) {
      lwt_u *u;
      lwt_t *p = lwt_task(&u);
      lwt_cancel(p);
      CHECK_INT(wakeups[i].wake(u), LWT_OK);
      CHECK_STATE(p, LWT_FAIL);
      CHECK_INT(kind_of(p), LWT_CANCELED);
      /* It has spent the wakener, as any first wake-up does. */
      CHECK_INT(wakeups[j].wake(u), INVALID);
      CHECK_FAILS(p, LWT_CANCELED);
    }
}

/* In Lwt a wake-up after a Canceled made by hand is silent, too. Here a wakener
 * is good for one wake-up, whatever that said. */
TEST(a_canceled_made_by_hand_spends_the_wakener) {
  for (int m = 0; m < 2; m++)
    for (int later = 0; later < 2; later++)
      for (int j = 0; j < WAKEUPS; j++) {
        lwt_u *u;
        ENV(cancelled);
        lwt_t *p = makes[m](&u);
        lwt_on_cancel(p, env_unit, &cancelled, env_drop);
        CHECK_INT((later ? lwt_wakeup_later_exn : lwt_wakeup_exn)(u, exn(LWT_CANCELED)), LWT_OK);
        CHECK_ENV(cancelled, 1, 1);
        CHECK_INT(wakeups[j].wake(u), INVALID);
        CHECK_FAILS(p, LWT_CANCELED);
      }
  trace_text[0] = '\0';
}
