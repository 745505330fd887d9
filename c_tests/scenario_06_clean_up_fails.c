/* Scenario 6: a clean-up that fails replaces Canceled, as it does any outcome of
 * the body. Rules C6, C7. */
#include "promises.h"

enum how { FAILS_NOW, RAISES, FAILS_LATER };
static lwt_u *cleaning;
static int cleaned;
static lwt_t *clean(void *env) {
  cleaned++;
  switch (*(enum how *)env) {
    case FAILS_NOW: return lwt_fail(exn(LWT_CLOSED));
    case RAISES: return lwt_raise(exn(LWT_CLOSED)), NULL;
    case FAILS_LATER: break;
  }
  return lwt_wait(&cleaning);
}
static lwt_t *ends(lwt_t *r, enum how how) {
  if (how == FAILS_LATER) {
    CHECK_SLEEPS(r);
    lwt_wakeup_exn(cleaning, exn(LWT_CLOSED));
  }
  CHECK_INT(cleaned, 1);
  cleaned = 0;
  return r;
}

TEST(its_failure_is_the_results_after_a_cancel) {
  for (int how = FAILS_NOW; how <= FAILS_LATER; how++) {
    lwt_u *u;
    lwt_t *p = lwt_task(&u), *r = lwt_finalize(lwt_retain(p), clean, &how, NULL);
    lwt_cancel(r);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_FAILS(ends(r, how), LWT_CLOSED);
    lwt_wakener_forget(u);
  }
}
TEST(its_failure_is_the_results_after_a_value_and_after_a_failure) {
  for (int how = FAILS_NOW; how <= FAILS_LATER; how++)
    for (int later = 0; later < 2; later++)
      for (int failed = 0; failed < 2; failed++) {
        lwt_u *u = NULL;
        lwt_t *p = later ? lwt_wait(&u) : failed ? lwt_fail(exn(LWT_FULL)) : lwt_return_unit();
        lwt_t *r = lwt_finalize(p, clean, &how, NULL);
        if (later && failed) lwt_wakeup_exn(u, exn(LWT_FULL));
        if (later && !failed) lwt_wakeup(u, LWT_UNIT);
        CHECK_FAILS(ends(r, how), LWT_CLOSED);
      }
}
TEST(a_clean_up_that_does_not_fail_leaves_canceled) {
  lwt_u *u;
  ENV(f);
  lwt_t *r = lwt_finalize(lwt_task(&u), env_thunk, &f, env_drop);
  lwt_cancel(r);
  CHECK_ENV(f, 1, 1);
  CHECK_FAILS(r, LWT_CANCELED);
  lwt_wakener_forget(u);
  trace_text[0] = '\0';
}
TEST(a_clean_up_that_waits_can_be_cancelled_and_its_canceled_counts) {
  for (int failed = 0; failed < 2; failed++) {
    lwt_u *u, *v;
    ENV_RETURNING(f, lwt_task(&v));
    lwt_t *r = lwt_finalize(lwt_wait(&u), env_thunk, &f, env_drop);
    if (failed)
      lwt_wakeup_exn(u, exn(LWT_FULL));
    else
      lwt_wakeup(u, LWT_INT(1));
    lwt_cancel(r);
    CHECK_FAILS(r, LWT_CANCELED);
    lwt_wakener_forget(v);
  }
  trace_text[0] = '\0';
}
TEST(watchers_hear_of_a_cancel_as_of_any_failure) {
  lwt_u *u;
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
  CHECK_ENV(success, 0, 1);
  CHECK_INT(failure.kind, LWT_CANCELED);
  CHECK_INT(any.kind, LWT_CANCELED);
  lwt_release(p);
  lwt_wakener_forget(u);
}
