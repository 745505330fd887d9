/* Manual: "Primitives for multi-thread composition".
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/join_choose_pick.c -o join_choose_pick -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.h"

int main(void)
{
  lwt_u *wakener1, *wakener2;
  lwt_t *waiter1 = lwt_wait(&wakener1), *waiter2 = lwt_wait(&wakener2);
  lwt_t *members[] = {waiter1, lwt_retain(waiter2)};
  lwt_t *t = lwt_choose(members, 2);
  show("choose", t);
  lwt_wakeup(wakener2, LWT_INT(42));
  show("choose", t);
  lwt_release(t);
  lwt_wakener_release(wakener1);

  /* join waits for all, and fails like the first that failed. */
  lwt_t *fails = lwt_wait(&wakener1), *returns = lwt_wait(&wakener2);
  lwt_t *both[] = {returns, fails};
  t = lwt_join(both, 2);
  lwt_wakeup_exn(wakener1, lwt_exn_new(LWT_FAILURE, "Exit"));
  show("join", t);
  lwt_wakeup(wakener2, LWT_UNIT);
  show("join", t);
  lwt_release(t);

  /* pick cancels the others. */
  lwt_t *loser = lwt_task(&wakener1), *winner = lwt_task(&wakener2);
  lwt_t *race[] = {lwt_retain(loser), winner};
  t = lwt_pick(race, 2);
  lwt_wakeup(wakener2, LWT_INT(1));
  show("pick", t);
  show("loser", loser);
  lwt_release(t);
  lwt_release(loser);
  lwt_wakener_release(wakener1);
  lwt_release(waiter2);
  return 0;
}
