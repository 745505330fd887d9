/* Scenario 7: the losers of a pick or npick are cancelled, and their callbacks
 * have run, before the result gets the winner's value. Rule C12. */
#include "promises.h"

typedef lwt_t *(*group)(lwt_t *const *, size_t);
static const group groups[] = {lwt_pick, lwt_npick};
static lwt_t *p[4], *result;
static lwt_u *u[4];

static void loser_is_cancelled(void *env) {
  struct env *e = env;
  trace(e->name);
  e->ran++;
  CHECK_SLEEPS(result);
  for (int i = 0; i < 4; i++) CHECK(lwt_state(p[i]) != LWT_SLEEP); /* all are set first */
}
static void make(group g) {
  for (int i = 0; i < 4; i++) {
    p[i] = lwt_task(&u[i]);
    lwt_retain(p[i]);
  }
  result = g(p, 4);
}
static void end(int winner) {
  for (int i = 0; i < 4; i++) {
    CHECK_STATE(p[i], i == winner ? LWT_RETURN : LWT_FAIL);
    lwt_release(p[i]);
    lwt_wakener_forget(u[i]);
  }
  CHECK_STATE(result, LWT_RETURN);
  lwt_release(result);
}

TEST(whoever_wins_and_however_he_is_woken) {
  for (int g = 0; g < 2; g++)
    for (int winner = 0; winner < 4; winner++)
      for (int later = 0; later < 2; later++) {
        static const char *const names[] = {"0", "1", "2", "3"};
        struct env envs[4] = {{.ran = 0}};
        char want[32] = "";
        make(groups[g]);
        for (int i = 0; i < 4; i++) {
          envs[i].name = names[i];
          if (i == winner) continue;
          lwt_on_cancel(p[i], loser_is_cancelled, &envs[i], env_drop);
          snprintf(want + strlen(want), sizeof want - strlen(want), "%d ", i);
        }
        strcat(want, "delivered");
        ENV(delivered);
        lwt_on_success(result, env_value, &delivered, env_drop);
        (later ? lwt_wakeup_later : lwt_wakeup)(u[winner], LWT_INT(5));
        CHECK_TRACE(want);
        CHECK_ENV(delivered, 1, 1);
        end(winner);
      }
}

/* A loser's callback is what resolves another member: too late. */
static void wakes(void *wakener) { lwt_wakeup(wakener, LWT_INT(9)); }
TEST(a_loser_woken_while_losers_are_cancelled_changes_nothing) {
  for (int g = 0; g < 2; g++) {
    make(groups[g]);
    lwt_on_cancel(p[1], wakes, u[2], NULL);
    lwt_wakeup(u[0], LWT_INT(5));
    if (g == 0) CHECK_INT(LWT_TO_INT(lwt_value_of(result)), 5);
    else CHECK_INT(((struct lwt_values *)lwt_value_of(result))->len, 1);
    end(0);
  }
}

TEST(the_losers_of_a_failure_are_cancelled_as_well) {
  for (int g = 0; g < 2; g++) {
    make(groups[g]);
    lwt_wakeup_exn(u[3], exn(LWT_FULL));
    for (int i = 0; i < 4; i++) {
      CHECK_INT(kind_of(p[i]), i == 3 ? LWT_FULL : LWT_CANCELED);
      lwt_release(p[i]);
      lwt_wakener_forget(u[i]);
    }
    CHECK_FAILS(result, LWT_FULL);
  }
}
