/* engine: epoll */
/* The default engine. */
#include "engine_suite.h"

TEST(the_default_is_epoll) { CHECK_STR(lwt_engine_id(), "epoll"); }

TEST(a_watched_descriptor_keeps_the_loop_from_stalling_until_it_is_stopped) {
  struct watch r = {.name = "r"};
  open_pipe();
  readable(&r, pipe_ends[0]);
  stop(&r);
  lwt_u *u;
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
  CHECK_INT(lwt_engine_iter(true), LWT_STALLED);
  CHECK_INT(lwt_engine_iter(false), LWT_OK);
  close_pipe();
}
