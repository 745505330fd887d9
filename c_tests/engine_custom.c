/* An engine written in C, through the table of operations. */
#include "poll_engine.h"

static struct poll_engine in_c;
__attribute__((constructor)) static void use_it(void) {
  struct lwt_engine_ops ops = poll_engine_ops();
  lwt_engine *engine = lwt_engine_new(&ops, &in_c);
  if (engine == NULL || lwt_engine_set(engine, true, true) != 0) abort();
  lwt_engine_release(engine);
}
#include "engine_suite.h"

TEST(it_was_the_engine_in_c_all_the_time) {
  CHECK_STR(lwt_engine_id(), "poll in C");
  CHECK(in_c.iterations > 0);
  CHECK(lwt_engine_forwards_signal(12));
  CHECK(!lwt_engine_forwards_signal(13));
}

static int looked = -1;
static void looking_iter(void *data, bool block) {
  looked = lwt_engine_iter(false);
  poll_engine_iter(data, block);
}
TEST(an_engine_that_waits_cannot_look_for_events_itself) {
  static struct poll_engine another;
  struct lwt_engine_ops ops = poll_engine_ops();
  ops.iter = looking_iter;
  lwt_engine *engine = lwt_engine_new(&ops, &another), *before = lwt_engine_get();
  CHECK_INT(lwt_engine_set(engine, true, false), LWT_OK);
  open_pipe();
  struct watch r = {.name = "r", .drain = 1};
  readable(&r, pipe_ends[0]);
  put("x");
  turns(1);
  CHECK_INT(looked, LWT_FAILURE);
  CHECK_INT(r.ran, 1);
  stop(&r);
  close_pipe();
  CHECK_INT(lwt_engine_set(before, true, true), LWT_OK);
  lwt_engine_release(before);
  lwt_engine_release(engine);
}

TEST(an_incomplete_table_is_refused) {
  struct lwt_engine_ops ops = poll_engine_ops();
  errno = 0;
  CHECK_PTR(lwt_engine_new(NULL, &in_c), NULL);
  CHECK_INT(errno, EINVAL);
  ops.iter = NULL;
  CHECK_PTR(lwt_engine_new(&ops, &in_c), NULL);
  ops = poll_engine_ops();
  ops.register_timer = NULL;
  CHECK_PTR(lwt_engine_new(&ops, &in_c), NULL);
  ops = poll_engine_ops();
  ops.unregister = NULL;
  CHECK_PTR(lwt_engine_new(&ops, &in_c), NULL);
  ops = poll_engine_ops();
  ops.size = 8;
  CHECK_PTR(lwt_engine_new(&ops, &in_c), NULL);
  ops.size = SIZE_MAX;
  CHECK_PTR(lwt_engine_new(&ops, &in_c), NULL);
}

TEST(it_is_cleaned_up_once_when_another_one_takes_over) {
  struct watch r = {.name = "r", .drain = 1};
  open_pipe();
  readable(&r, pipe_ends[0]);
  lwt_engine *epoll = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(epoll, true, true), LWT_OK);
  CHECK_INT(in_c.cleanups, 1);
  CHECK_INT(in_c.registered, 0);
  put("x");
  turns(2);
  CHECK_INT(r.ran, 1);
  stop(&r);
  close_pipe();
  lwt_engine_release(epoll);
}
