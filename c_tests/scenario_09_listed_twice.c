/* Scenario 9: nchoose and nchoose_split with one promise listed twice; and the
 * other compositions so. */
#include "promises.h"

static void check_list(const struct lwt_values *list, size_t n, const intptr_t *want) {
  if (!CHECK_INT(list->len, n)) return;
  for (size_t i = 0; i < n; i++) CHECK_INT(LWT_TO_INT(list->data[i]), want[i]);
}
static lwt_t *p, *q;
static lwt_u *u, *v;
/* [p, q, p], q being pending. */
static lwt_t *twice(lwt_t *(*group)(lwt_t *const *, size_t), bool now) {
  p = now ? lwt_return(LWT_INT(4)) : lwt_wait(&u);
  q = lwt_task(&v);
  lwt_t *members[3] = {lwt_retain(p), lwt_retain(q), lwt_retain(p)};
  lwt_t *r = group(members, 3);
  if (!now) {
    CHECK_SLEEPS(r);
    lwt_wakeup(u, LWT_INT(4));
  }
  return r;
}
static void end(lwt_t *r, bool q_cancelled) {
  lwt_release(r);
  CHECK_STATE(q, q_cancelled ? LWT_FAIL : LWT_SLEEP);
  CHECK_RETURNS(p, 4);
  lwt_release(q);
  lwt_wakener_forget(v);
}

TEST(nchoose_gives_its_value_twice) {
  for (int now = 0; now < 2; now++) {
    lwt_t *r = twice(lwt_nchoose, now);
    check_list(lwt_value_of(r), 2, (const intptr_t[]){4, 4});
    end(r, false);
    r = twice(lwt_npick, now);
    check_list(lwt_value_of(r), 2, (const intptr_t[]){4, 4});
    end(r, true);
  }
}
TEST(nchoose_split_gives_its_value_twice) {
  for (int now = 0; now < 2; now++) {
    lwt_t *r = twice(lwt_nchoose_split, now);
    struct lwt_values *pair = lwt_value_of(r), *pending = pair->data[1];
    check_list(pair->data[0], 2, (const intptr_t[]){4, 4});
    CHECK_INT(pending->len, 1);
    CHECK_PTR(pending->data[0], q);
    end(r, false);
  }
}
TEST(nchoose_split_lists_a_pending_promise_twice) {
  for (int now = 0; now < 2; now++) {
    q = lwt_wait(&v);
    p = now ? lwt_return(LWT_INT(4)) : lwt_wait(&u);
    lwt_t *members[3] = {lwt_retain(q), lwt_retain(p), lwt_retain(q)};
    lwt_t *r = lwt_nchoose_split(members, 3);
    if (!now) lwt_wakeup(u, LWT_INT(4));
    struct lwt_values *pair = lwt_value_of(r), *pending = pair->data[1];
    check_list(pair->data[0], 1, (const intptr_t[]){4});
    CHECK_INT(pending->len, 2);
    CHECK_PTR(pending->data[0], q);
    CHECK_PTR(pending->data[1], q);
    end(r, false);
  }
}
TEST(the_other_compositions_take_it_as_well) {
  for (int now = 0; now < 2; now++) {
    lwt_t *r = twice(lwt_choose, now);
    CHECK_INT(LWT_TO_INT(lwt_value_of(r)), 4);
    end(r, false);
    r = twice(lwt_pick, now);
    end(r, true);
    r = twice(lwt_any, now);
    CHECK_INT(LWT_TO_INT(lwt_value_of(r)), 4);
    end(r, false);
    r = twice(lwt_all, now);
    CHECK_SLEEPS(r);
    lwt_wakeup(v, LWT_INT(5));
    check_list(lwt_value_of(r), 3, (const intptr_t[]){4, 5, 4});
    lwt_release(r);
    lwt_release(p);
    lwt_release(q);
  }
}
TEST(an_owned_value_listed_twice_is_dropped_once) {
  int dropped = 0;
  for (int i = 0; i < 2; i++) {
    p = lwt_return_owned(&dropped, count_drop);
    lwt_t *members[2] = {lwt_retain(p), p};
    lwt_release((i ? lwt_nchoose_split : lwt_nchoose)(members, 2));
    CHECK_INT(dropped, i + 1);
  }
}
