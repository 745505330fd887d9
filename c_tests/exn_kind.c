/* The kinds that lwt_exn_new takes. */
#include "promises.h"

static int kind_made(int kind) {
  lwt_exn *e = lwt_exn_new(kind, "x");
  int made = lwt_exn_kind(e);
  lwt_exn_release(e);
  return made;
}

TEST(a_kind_that_nobody_was_given_is_an_invalid_argument) {
  int mine = lwt_exn_register("mine");
  CHECK_INT(kind_made(mine), mine);
  CHECK_INT(kind_made(LWT_STALLED), LWT_STALLED);
  CHECK_INT(kind_made(mine + 1), INVALID);
  CHECK_INT(kind_made(0), INVALID);
  CHECK_INT(kind_made(-7), INVALID);
  CHECK_INT(kind_made(0x7fffffff), INVALID);
  CHECK_INT(kind_made(-0x7fffffff - 1), INVALID);
  CHECK_INT(lwt_exn_register("the next"), mine + 1);
  CHECK_INT(kind_made(mine + 1), mine + 1);
}
