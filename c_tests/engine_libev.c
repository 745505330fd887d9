/* env: LWT_ENGINE=libev */
/* The engine on libev, where that is installed. */
#include "check.h"

#include <lwt_all.h>
__attribute__((constructor)) static void need_it(void) {
  if (strcmp(lwt_engine_id(), "libev") != 0) SKIP("libev is not installed");
}
#include "engine_suite.h"

enum { EV_SELECT = 1, EV_POLL = 2, EV_EPOLL = 4 };
TEST(a_backend_may_be_chosen_and_is_told) {
  struct {
    const char *name;
    unsigned bit;
  } each[] = {{"libev:select", EV_SELECT}, {"libev:poll", EV_POLL}, {"libev:epoll", EV_EPOLL}};
  lwt_engine *before = lwt_engine_get();
  CHECK(lwt_engine_libev_backend(before) != 0);
  for (int i = 0; i < 3; i++) {
    struct watch r = {.name = "r", .drain = 1};
    lwt_engine *engine = lwt_engine_new_builtin(each[i].name);
    CHECK(engine != NULL);
    CHECK_INT(lwt_engine_libev_backend(engine), each[i].bit);
    open_pipe();
    readable(&r, pipe_ends[0]);
    CHECK_INT(lwt_engine_set(engine, true, false), LWT_OK);
    CHECK_STR(lwt_engine_id(), each[i].name);
    put("x");
    turns(1);
    CHECK_INT(r.ran, 1);
    stop(&r);
    close_pipe();
    CHECK_INT(lwt_engine_set(before, true, true), LWT_OK);
    lwt_engine_release(engine);
  }
  lwt_engine_release(before);
  errno = 0;
  CHECK_PTR(lwt_engine_new_builtin("libev:port"), NULL);
  CHECK_INT(errno, ENOSYS);
  CHECK_PTR(lwt_engine_new_builtin("libev:no such backend"), NULL);
  CHECK_INT(errno, EINVAL);
  trace_text[0] = '\0';
}

TEST(the_loop_can_be_had_and_then_nothing_stalls) {
  lwt_engine *engine = lwt_engine_get(), *epoll = lwt_engine_new_builtin("epoll");
  CHECK(lwt_engine_libev_loop(engine) != NULL);
  CHECK_PTR(lwt_engine_libev_loop(epoll), NULL);
  CHECK_INT(lwt_engine_libev_backend(epoll), 0);
  CHECK_PTR(lwt_engine_libev_loop(NULL), NULL);
  CHECK_INT(lwt_engine_libev_backend(NULL), 0);
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  lwt_engine_release(engine);
  lwt_engine_release(epoll);
}
