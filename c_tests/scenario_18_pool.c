/* Pool: members are used again; a validation that says no, and one that fails
 * while two wait; a check that says yes or no after a use that failed; clear
 * while a member is in use; a member that can't be made. */
#include "pool_kit.h"

TEST(a_member_is_used_again) {
  begin(2);
  for (int i = 0; i < 3; i++) {
    ENV(f);
    lwt_release(use(&f));
    CHECK_INT(LWT_TO_INT(f.value), 1);
  }
  CHECK_TRACE("make1 f validate1 f validate1 f");
  end();
}

TEST(a_member_that_is_not_valid_is_replaced) {
  begin(1);
  ENV(f);
  lwt_release(use(&f));
  kit.valid = false;
  ENV(g);
  CHECK_RETURNS(use(&g), 2);
  CHECK_TRACE("make1 f validate1 dispose1 make2 g");
  end();
}

TEST(a_validation_that_fails_fails_the_use_and_one_who_waits_gets_a_new_member) {
  lwt_u *u;
  begin(1);
  kit.validate_fails = LWT_CLOSED;
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  ENV(c);
  lwt_t *pa = use(&a), *pb = use(&b), *pc = use(&c);
  CHECK_INT(lwt_pool_wait_queue_length(pool), 2);
  CHECK_TRACE("make1 a");
  lwt_wakeup(u, LWT_INT(10));
  CHECK_RETURNS(pa, 10);
  CHECK_FAILS(pb, LWT_CLOSED); /* its validation failed */
  CHECK_RETURNS(pc, 2);        /* a new one is not validated */
  CHECK_ENV(b, 0, 1);
  CHECK_TRACE("validate1 dispose1 make2 c");
  CHECK_INT(lwt_pool_wait_queue_length(pool), 0);
  end();
}
TEST(a_creation_that_fails_then_is_what_the_one_who_waits_is_told) {
  lwt_u *u;
  begin(1);
  kit.validate_fails = LWT_CLOSED;
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  ENV(c);
  ENV(d);
  lwt_t *pa = use(&a), *pb = use(&b), *pc = use(&c), *pd = use(&d);
  kit.make_fails = LWT_FULL;
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(pa, 0);
  CHECK_FAILS(pb, LWT_CLOSED);
  CHECK_FAILS(pc, LWT_FULL);
  CHECK_FAILS(pd, LWT_FULL); /* Lwt would leave this one waiting */
  kit.make_fails = 0;
  ENV(e);
  CHECK_RETURNS(use(&e), 2);
  end();
}

TEST(after_a_use_that_failed_a_check_decides) {
  for (int good = 0; good < 2; good++) {
    begin(1);
    kit.good = good != 0;
    ENV_RAISING(f, LWT_CLOSED);
    CHECK_FAILS(use(&f), LWT_CLOSED);
    CHECK_TRACE(good ? "make1 f check1" : "make1 f check1 dispose1");
    ENV(g);
    CHECK_RETURNS(use(&g), good ? 1 : 2);
    CHECK_TRACE(good ? "validate1 g" : "make2 g");
    end();
  }
}

TEST(clear_disposes_of_free_members_now_and_of_those_in_use_when_they_come_back) {
  lwt_u *u;
  begin(3);
  ENV_RETURNING(f, lwt_wait(&u));
  lwt_t *busy = use(&f);
  lwt_u *v;
  ENV_RETURNING(g, lwt_wait(&v));
  lwt_t *other = use(&g);
  ENV(h);
  lwt_release(use(&h));
  lwt_wakeup(v, LWT_UNIT);
  lwt_release(other);
  CHECK_TRACE("make1 f make2 g make3 h");
  CHECK_RETURNS(lwt_pool_clear(pool), 0);
  CHECK_TRACE("dispose3 dispose2");
  lwt_wakeup(u, LWT_INT(8));
  CHECK_TRACE("dispose1");
  CHECK_RETURNS(busy, 8);
  ENV(fresh);
  CHECK_RETURNS(use(&fresh), 4);
  CHECK_TRACE("make4 fresh");
  end();
}

TEST(a_member_that_can_not_be_made_fails_the_use_and_its_place_is_free) {
  begin(1);
  kit.make_fails = LWT_CLOSED;
  for (int i = 0; i < 3; i++) {
    ENV(f);
    CHECK_FAILS(use(&f), LWT_CLOSED);
    CHECK_ENV(f, 0, 1);
  }
  kit.make_fails = 0;
  ENV(g);
  CHECK_RETURNS(use(&g), 1);
  end();
}
