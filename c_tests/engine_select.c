/* env: LWT_ENGINE=select */
/* The engine on select(2), and its limit. */
#include "engine_suite.h"

#include <sys/resource.h>

TEST(the_environment_chooses_select) { CHECK_STR(lwt_engine_id(), "select"); }

TEST(a_descriptor_beyond_the_limit_of_select_is_refused_and_nothing_is_lost) {
  struct rlimit limit;
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur < FD_SETSIZE + 10) {
    limit.rlim_cur = FD_SETSIZE + 10;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  }
  struct watch r = {.name = "r", .drain = 1}, big = {.name = "big", .drain = 1};
  open_pipe();
  readable(&r, pipe_ends[0]);
  int other[2];
  CHECK_INT(pipe(other), 0);
  int high = fcntl(other[0], F_DUPFD, FD_SETSIZE);
  CHECK(high >= FD_SETSIZE);
  errno = 0;
  CHECK_PTR(lwt_engine_on_readable(high, watch_called, &big, watch_dropped), NULL);
  CHECK_INT(errno, ERANGE);
  CHECK_INT(big.dropped, 1);
  CHECK_INT(lwt_engine_readable_count(), 1);
  put("x");
  turns(1);
  CHECK_INT(r.ran, 1);

  /* Another engine takes it; to move it here is refused, and it stays there. */
  lwt_engine *select = lwt_engine_get(), *epoll = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(epoll, true, false), LWT_OK);
  readable(&big, high);
  CHECK_INT(lwt_engine_set(select, true, true), LWT_UNIX_ERROR);
  CHECK_STR(lwt_engine_id(), "epoll");
  CHECK_INT(lwt_engine_readable_count(), 2);
  put("x");
  CHECK_INT(write(other[1], "x", 1), 1);
  turns(1);
  CHECK_INT(r.ran, 2);
  CHECK_INT(big.ran, 1);
  stop(&big);
  CHECK_INT(lwt_engine_set(select, true, true), LWT_OK);
  CHECK_STR(lwt_engine_id(), "select");
  put("x");
  turns(1);
  CHECK_INT(r.ran, 3);
  stop(&r);
  lwt_engine_release(select);
  lwt_engine_release(epoll);
  close(high);
  close(other[0]);
  close(other[1]);
  close_pipe();
  trace_text[0] = '\0';
}
