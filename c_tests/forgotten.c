/* What will never run is dropped when that is known, not when the last handle
 * goes. */
#include "promises.h"

TEST(a_join_with_a_forgotten_member_gives_up_its_callbacks_when_the_others_are_done) {
  ENV(mapped);
  ENV(watched);
  lwt_u *forgotten, *u;
  lwt_t *members[2] = {lwt_wait(&forgotten), lwt_wait(&u)};
  lwt_t *join = lwt_join(members, 2);
  lwt_t *p = lwt_map(lwt_retain(join), env_map, &mapped, env_drop);
  lwt_on_termination(p, env_unit, &watched, env_drop);
  lwt_wakener_forget(forgotten);
  CHECK_ENV(mapped, 0, 0);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_ENV(mapped, 0, 1);
  CHECK_ENV(watched, 0, 1);
  CHECK_SLEEPS(join);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_SLEEPS(p);
  lwt_release(join);
  lwt_release(p);
}

TEST(an_all_gives_up_what_it_has_gathered_too) {
  int drops = 0;
  lwt_u *forgotten, *u, *failing;
  lwt_t *members[3] = {lwt_wait(&forgotten), lwt_wait(&u), lwt_wait(&failing)};
  lwt_t *all = lwt_all(members, 3);
  lwt_wakeup_owned(u, &drops, count_drop);
  lwt_wakener_forget(forgotten);
  CHECK_INT(drops, 0);
  lwt_wakeup_exn(failing, lwt_exn_new_owned(LWT_FAILURE, "no", &drops, count_drop));
  CHECK_INT(drops, 2);
  CHECK_SLEEPS(all);
  lwt_release(all);
}
