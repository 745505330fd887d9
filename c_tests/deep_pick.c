/* timeout: 240 */
/* Ten million picks against one long-lived promise leave memory flat. */
#include "promises.h"

typedef lwt_t *(*group_fn)(lwt_t *const *, size_t);

static void against_one_promise(group_fn group, long n, bool first) {
  lwt_u *old_u, *u;
  lwt_t *old = lwt_wait(&old_u);
  long before = 0, wrong = 0;
  for (long i = 0; i < n; i++) {
    if (i == n / 10) before = resident();
    lwt_t *young = lwt_task(&u);
    lwt_t *members[2] = {first ? lwt_retain(old) : young, first ? young : lwt_retain(old)};
    lwt_t *p = group(members, 2);
    lwt_wakeup(u, LWT_INT(i));
    wrong += lwt_state(p) != LWT_RETURN;
    lwt_release(p);
  }
  CHECK_INT(wrong, 0);
  CHECK_FLAT(before, 2);
  CHECK_INT(lwt_wakeup(old_u, LWT_INT(1)), LWT_OK);
  CHECK_RETURNS(old, 1);
}

TEST(ten_million_picks) { against_one_promise(lwt_pick, scaled(10000000), true); }
TEST(a_million_picks_the_other_way_round) { against_one_promise(lwt_pick, scaled(1000000), false); }
TEST(a_million_chooses) { against_one_promise(lwt_choose, scaled(1000000), true); }
TEST(a_million_nchooses) { against_one_promise(lwt_nchoose, scaled(1000000), true); }
TEST(a_million_npicks) { against_one_promise(lwt_npick, scaled(1000000), true); }

TEST(a_million_cancelled_picks) {
  lwt_u *old_u, *u;
  lwt_t *old = lwt_wait(&old_u);
  long before = 0, n = scaled(1000000);
  for (long i = 0; i < n; i++) {
    if (i == n / 10) before = resident();
    lwt_t *members[2] = {lwt_retain(old), lwt_task(&u)};
    lwt_t *p = lwt_pick(members, 2);
    lwt_cancel(p);
    if (kind_of(p) != LWT_CANCELED) CHECK(false);
    lwt_release(p);
    lwt_wakener_forget(u);
  }
  CHECK_FLAT(before, 2);
  lwt_release(old);
  lwt_wakener_forget(old_u);
}

TEST(a_million_timeouts_that_are_given_up) {
  /* The result is released while the pick is pending, then its member ends. */
  lwt_u *old_u, *u;
  lwt_t *old = lwt_wait(&old_u);
  long before = 0, n = scaled(1000000);
  for (long i = 0; i < n; i++) {
    if (i == n / 10) before = resident();
    lwt_t *members[2] = {lwt_retain(old), lwt_task(&u)};
    lwt_release(lwt_pick(members, 2));
    lwt_wakeup(u, LWT_UNIT);
  }
  CHECK_FLAT(before, 2);
  lwt_wakeup(old_u, LWT_UNIT);
  lwt_release(old);
}
