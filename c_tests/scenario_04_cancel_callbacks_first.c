/* Scenario 4: cancel callbacks run before ordinary ones, whatever the order of
 * attachment, with several of each. Rules R1, R2 (here: order of attachment),
 * R3, C9, C10. */
#include "promises.h"

enum { N = 6 };
/* Bit i of `mask`: the ith callback is a cancel callback. */
static void attach(lwt_t *p, unsigned mask, struct env *envs) {
  static const char *const names[2][N] = {{"a", "b", "c", "d", "e", "f"},
                                          {"A", "B", "C", "D", "E", "F"}};
  for (int i = 0; i < N; i++) {
    bool cancel = mask >> i & 1;
    envs[i] = (struct env){.name = names[cancel][i]};
    if (cancel)
      lwt_on_cancel(p, env_unit, &envs[i], env_drop);
    else if (i % 3 == 0)
      lwt_on_termination(p, env_unit, &envs[i], env_drop);
    else if (i % 3 == 1)
      lwt_on_failure(p, env_exn, &envs[i], env_drop);
    else
      lwt_on_any(p, env_value, env_exn, &envs[i], env_drop);
  }
}
static void expect(unsigned mask, char *want) {
  want[0] = '\0';
  for (int cancel = 1; cancel >= 0; cancel--)
    for (int i = 0; i < N; i++)
      if ((int)(mask >> i & 1) == cancel) {
        char word[3] = {cancel ? (char)('A' + i) : (char)('a' + i), ' ', '\0'};
        strcat(want, word);
      }
  want[strlen(want) - 1] = '\0';
}

TEST(in_each_of_the_orders_of_six) {
  for (int how = 0; how < 3; how++)
    for (unsigned mask = 0; mask < 1 << N; mask++) {
      struct env envs[N];
      char want[N * 2 + 1];
      lwt_u *u;
      lwt_t *p = lwt_task(&u);
      attach(p, mask, envs);
      expect(mask, want);
      if (how == 0)
        lwt_cancel(p);
      else if (how == 1)
        lwt_wakeup_exn(u, exn(LWT_CANCELED)); /* by hand */
      else
        lwt_wakeup_later_exn(u, exn(LWT_CANCELED));
      CHECK_TRACE(want);
      for (int i = 0; i < N; i++) CHECK_ENV(envs[i], 1, 1);
      CHECK_FAILS(p, LWT_CANCELED);
      if (how == 0) lwt_wakener_forget(u);
    }
}

TEST(the_same_on_a_promise_that_cancelling_reaches_by_propagation) {
  for (unsigned mask = 0; mask < 1 << N; mask++) {
    struct env envs[N];
    char want[N * 2 + 1];
    lwt_u *u;
    ENV(f);
    lwt_t *p = lwt_bind(lwt_task(&u), env_bind, &f, env_drop);
    attach(p, mask, envs);
    expect(mask, want);
    lwt_cancel(p);
    CHECK_TRACE(want);
    CHECK_ENV(f, 0, 1);
    lwt_release(p);
    lwt_wakener_forget(u);
  }
}

TEST(the_same_on_two_promises_that_became_one) {
  for (unsigned mask = 0; mask < 1 << N; mask += 5)
    for (unsigned more = 0; more < 1 << N; more += 7) {
      struct env outer[N], inner[N];
      lwt_u *u, *v;
      lwt_t *q = lwt_task(&v);
      ENV_RETURNING(f, lwt_retain(q));
      lwt_t *p = lwt_bind(lwt_wait(&u), env_bind, &f, env_drop);
      attach(p, mask, outer);
      attach(q, more, inner);
      lwt_wakeup(u, LWT_UNIT);
      trace_text[0] = '\0';
      lwt_cancel(p);
      /* Cancel callbacks of both, the outer's first; then the others so. */
      char want[64] = "";
      for (int cancel = 1; cancel >= 0; cancel--)
        for (int which = 0; which < 2; which++)
          for (int i = 0; i < N; i++)
            if ((int)((which ? more : mask) >> i & 1) == cancel) {
              char word[3] = {cancel ? (char)('A' + i) : (char)('a' + i), ' ', '\0'};
              strcat(want, word);
            }
      want[strlen(want) - 1] = '\0';
      CHECK_TRACE(want);
      lwt_release(p);
      CHECK_FAILS(q, LWT_CANCELED);
      lwt_wakener_forget(v);
    }
}

TEST(another_failure_drops_the_cancel_callbacks_unrun) {
  struct env envs[N];
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  attach(p, 0x2a, envs);
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_TRACE("a c e");
  for (int i = 0; i < N; i++) CHECK_ENV(envs[i], i % 2 == 0, 1);
  lwt_release(p);
}

TEST(on_cancel_of_what_is_cancelled_runs_now_and_of_what_is_resolved_never) {
  for (int i = 0; i < 4; i++) {
    ENV(f);
    lwt_u *u = NULL;
    lwt_t *p = i == 0   ? lwt_fail(exn(LWT_CANCELED))
               : i == 1 ? lwt_fail(exn(LWT_FULL))
               : i == 2 ? lwt_return_unit()
                        : lwt_task(&u);
    if (i == 3) lwt_cancel(p), lwt_wakener_forget(u);
    CHECK_INT(lwt_on_cancel(p, env_unit, &f, env_drop), LWT_OK);
    CHECK_ENV(f, i == 0 || i == 3, 1);
    lwt_release(p);
  }
  trace_text[0] = '\0';
}
