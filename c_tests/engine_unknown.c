/* env: LWT_ENGINE=libev:port */
/* expect: exit 0, stderr "liblwt: LWT_ENGINE=libev:port:" */
/* An engine that can't be had: the default one instead, and a line that says so. */
#include "loop.h"

TEST(the_engine_is_epoll_then_and_says_so) {
  CHECK_STR(lwt_engine_id(), "epoll");
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
}
