/* Engines that are one function, in the manner of poll(2) and of select(2). */
#include "check.h"

#include <errno.h>
#include <lwt_all.h>
#include <poll.h>

static int calls, fail_with;
static int by_poll(struct lwt_engine_poll_fd *fds, size_t n, double timeout, void *env) {
  struct pollfd all[1000];
  CHECK_PTR(env, &calls);
  calls++;
  if (fail_with != 0) {
    errno = fail_with;
    fail_with = 0;
    return -1;
  }
  if (n > 1000) return errno = ENOMEM, -1;
  for (size_t i = 0; i < n; i++)
    all[i] = (struct pollfd){fds[i].fd, (short)((fds[i].read ? POLLIN : 0) |
                                                (fds[i].write ? POLLOUT : 0)), 0};
  int got = poll(all, n, timeout < 0 ? -1 : timeout > 1e6 ? 1000000000 : (int)(timeout * 1e3 + 1));
  for (size_t i = 0; i < n && got >= 0; i++) {
    if (all[i].revents & POLLNVAL) return errno = EBADF, -1;
    bool broken = all[i].revents & (POLLHUP | POLLERR);
    fds[i].read = broken || all[i].revents & POLLIN;
    fds[i].write = broken || all[i].revents & POLLOUT;
  }
  return got;
}
static int by_select(int n, fd_set *reading, fd_set *writing, double timeout, void *env) {
  struct timeval t = {(time_t)timeout, (suseconds_t)((timeout - (double)(time_t)timeout) * 1e6) + 1};
  CHECK_PTR(env, &calls);
  calls++;
  if (fail_with != 0) {
    errno = fail_with;
    fail_with = 0;
    return -1;
  }
  return select(n, reading, writing, NULL, timeout < 0 ? NULL : &t);
}
static int dropped;
static void count_env(void *env) {
  CHECK_PTR(env, &calls);
  dropped++;
}
static void use(lwt_engine *engine) {
  if (engine == NULL || lwt_engine_set(engine, true, true) != 0) abort();
  lwt_engine_release(engine);
}
__attribute__((constructor)) static void use_it(void) {
  use(lwt_engine_poll_based("poll of ours", by_poll, &calls, count_env));
}
#include "engine_suite.h"

TEST(it_was_that_engine_all_the_time) {
  CHECK_STR(lwt_engine_id(), "poll of ours");
  CHECK(calls > 0);
}

static void all_kinds(void) {
  struct watch r = {.name = "r", .drain = 1}, closed = {.name = "closed"};
  open_pipe();
  int other = dup(pipe_ends[1]), bad = dup(pipe_ends[0]);
  readable(&r, pipe_ends[0]);
  readable(&closed, bad);
  turns(2);
  CHECK_INT(r.ran, 0);
  CHECK_INT(run(lwt_unix_sleep(0.02)), 0);
  close(bad);
  turns(2);
  CHECK(closed.ran >= 1);
  stop(&closed);
  put("x");
  turns(1);
  CHECK_INT(r.ran, 1);
  fail_with = EINTR;
  CHECK_INT(lwt_engine_iter(false), LWT_OK);
  fail_with = EIO;
  CHECK_INT(lwt_engine_iter(false), LWT_UNIX_ERROR);
  fail_with = EBADF; /* where all are good: an error like any other */
  CHECK_INT(lwt_engine_iter(false), LWT_UNIX_ERROR);
  put("x");
  turns(1);
  CHECK_INT(r.ran, 2);
  stop(&r);
  close(other);
  close_pipe();
  trace_text[0] = '\0';
}
TEST(what_poll_reports_arrives_and_its_errors_too) { all_kinds(); }

TEST(select_takes_over_and_does_the_same) {
  struct watch r = {.name = "r", .drain = 1};
  open_pipe();
  readable(&r, pipe_ends[0]);
  use(lwt_engine_select_based("select of ours", by_select, &calls, count_env));
  CHECK_INT(dropped, 1);
  CHECK_STR(lwt_engine_id(), "select of ours");
  put("x");
  turns(1);
  CHECK_INT(r.ran, 1);
  stop(&r);
  close_pipe();
  all_kinds();
  use(lwt_engine_new_builtin("epoll"));
  CHECK_INT(dropped, 2);
}

TEST(what_is_missing_is_refused) {
  dropped = 0;
  errno = 0;
  CHECK_PTR(lwt_engine_poll_based("name", NULL, &calls, count_env), NULL);
  CHECK_INT(errno, EINVAL);
  errno = 0;
  CHECK_PTR(lwt_engine_poll_based(NULL, by_poll, &calls, count_env), NULL);
  CHECK_INT(errno, EINVAL);
  CHECK_PTR(lwt_engine_select_based("name", NULL, &calls, count_env), NULL);
  CHECK_PTR(lwt_engine_select_based(NULL, by_select, &calls, count_env), NULL);
  CHECK_INT(dropped, 4);
}
