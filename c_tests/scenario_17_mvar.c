/* Mailbox: cancelling a writer withdraws its value; direct hand-over. */
#include "promises.h"

TEST(cancelling_a_writer_withdraws_its_value) {
  lwt_mvar *box = lwt_mvar_create(LWT_INT(1));
  lwt_t *p2 = lwt_mvar_put(box, LWT_INT(2)), *p3 = lwt_mvar_put(box, LWT_INT(3));
  CHECK_SLEEPS(p2);
  lwt_cancel(p2);
  CHECK_FAILS(p2, LWT_CANCELED);
  CHECK_RETURNS(lwt_mvar_take(box), 1);
  CHECK_RETURNS(p3, 0);
  CHECK_RETURNS(lwt_mvar_take(box), 3);
  CHECK(lwt_mvar_is_empty(box));
  lwt_mvar_release(box);
}

TEST(a_value_goes_straight_to_the_oldest_taker) {
  lwt_mvar *box = lwt_mvar_create_empty();
  ENV(a);
  ENV(b);
  lwt_t *pa = lwt_bind(lwt_mvar_take(box), env_bind, &a, env_drop);
  lwt_t *pb = lwt_bind(lwt_mvar_take(box), env_bind, &b, env_drop);
  CHECK_RETURNS(lwt_mvar_put(box, LWT_INT(1)), 0);
  CHECK(lwt_mvar_is_empty(box));
  CHECK_TRACE("a");
  CHECK_RETURNS(pa, 1);
  CHECK_SLEEPS(pb);
  lwt_cancel(pb);
  CHECK_FAILS(pb, LWT_CANCELED);
  CHECK_RETURNS(lwt_mvar_put(box, LWT_INT(2)), 0);
  CHECK(!lwt_mvar_is_empty(box));
  CHECK_RETURNS(lwt_mvar_take(box), 2);
  lwt_mvar_release(box);
}

TEST(taking_moves_the_oldest_writers_value_into_the_box) {
  lwt_mvar *box = lwt_mvar_create_empty();
  CHECK_RETURNS(lwt_mvar_put(box, LWT_INT(1)), 0);
  ENV(b);
  ENV(c);
  lwt_t *pb = lwt_bind(lwt_mvar_put(box, LWT_INT(2)), env_bind, &b, env_drop);
  lwt_t *pc = lwt_bind(lwt_mvar_put(box, LWT_INT(3)), env_bind, &c, env_drop);
  CHECK_RETURNS(lwt_mvar_take(box), 1);
  CHECK_TRACE("b");
  CHECK_RETURNS(lwt_mvar_take(box), 2);
  CHECK_TRACE("c");
  CHECK(!lwt_mvar_is_empty(box));
  CHECK_RETURNS(lwt_mvar_take(box), 3);
  CHECK_RETURNS(pb, 0);
  CHECK_RETURNS(pc, 0);
  lwt_mvar_release(box);
}
