/* Scenario 8: of [pending, value, error, value] choose and pick take the error,
 * each time; pick cancels the pending one. Of values alone each gets its turn. */
#include "promises.h"

typedef lwt_t *(*group)(lwt_t *const *, size_t);
static const group groups[] = {lwt_choose, lwt_pick};

TEST(always_the_error_a_hundred_times) {
  for (int g = 0; g < 2; g++)
    for (int i = 0; i < 100; i++) {
      lwt_u *u;
      lwt_t *pending = lwt_task(&u);
      lwt_t *error = lwt_fail(exn(LWT_FULL));
      lwt_t *p[4] = {lwt_retain(pending), lwt_return(LWT_INT(1)), error, lwt_return(LWT_INT(2))};
      lwt_t *r = groups[g](p, 4);
      CHECK_PTR(r, error); /* that promise itself */
      CHECK_FAILS(r, LWT_FULL);
      if (groups[g] == lwt_pick)
        CHECK_FAILS(pending, LWT_CANCELED);
      else
        CHECK_SLEEPS(pending), lwt_release(pending);
      lwt_wakener_forget(u);
    }
}
TEST(of_two_errors_each_gets_its_turn) {
  for (int g = 0; g < 2; g++) {
    int counts[2] = {0, 0};
    for (int i = 0; i < 100; i++) {
      lwt_t *p[3] = {lwt_fail(exn(LWT_FULL)), lwt_return_unit(), lwt_fail(exn(LWT_EMPTY))};
      lwt_t *r = groups[g](p, 3);
      int kind = kind_of(r);
      CHECK(kind == LWT_FULL || kind == LWT_EMPTY);
      counts[kind == LWT_FULL]++;
      lwt_release(r);
    }
    CHECK(counts[0] > 0 && counts[1] > 0);
  }
}
TEST(of_values_alone_each_gets_its_turn) {
  for (int g = 0; g < 2; g++) {
    int counts[3] = {0, 0, 0};
    for (int i = 0; i < 100; i++) {
      lwt_u *u;
      lwt_t *p[4] = {lwt_return(LWT_INT(0)), lwt_return(LWT_INT(1)), lwt_task(&u),
                     lwt_return(LWT_INT(2))};
      lwt_t *r = groups[g](p, 4);
      intptr_t n = LWT_TO_INT(lwt_value_of(r));
      if (CHECK(n >= 0 && n < 3)) counts[n]++;
      lwt_release(r);
      lwt_wakener_forget(u);
    }
    CHECK(counts[0] > 0 && counts[1] > 0 && counts[2] > 0);
  }
}
TEST(of_nothing_it_fails) {
  for (int g = 0; g < 2; g++) CHECK_FAILS(groups[g](NULL, 0), INVALID);
}
