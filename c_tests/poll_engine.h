/* An engine written in C, by poll(2): what lwt_engine_new takes. */
#ifndef POLL_ENGINE_H
#define POLL_ENGINE_H
#include "check.h"

#include <lwt_all.h>
#include <poll.h>

enum { REGISTRATIONS = 512 };
struct registration {
  bool used, timer, repeat;
  int fd;
  short events;
  int64_t due, every;
  lwt_engine_ready_fn ready;
  void *arg;
};
struct poll_engine {
  struct registration all[REGISTRATIONS];
  int iterations, registered, cleanups, forks;
};

static inline struct registration *poll_engine_new(struct poll_engine *engine) {
  for (int i = 0; i < REGISTRATIONS; i++)
    if (!engine->all[i].used) {
      memset(&engine->all[i], 0, sizeof engine->all[i]);
      engine->all[i].used = true;
      engine->registered++;
      return &engine->all[i];
    }
  return NULL;
}
static inline void *poll_engine_fd(void *data, int fd, lwt_engine_ready_fn ready, void *arg,
                                   short events) {
  struct registration *r = poll_engine_new(data);
  if (r == NULL) return NULL;
  r->fd = fd;
  r->events = events;
  r->ready = ready;
  r->arg = arg;
  return r;
}
static inline void *poll_engine_readable(void *data, int fd, lwt_engine_ready_fn ready, void *arg) {
  return poll_engine_fd(data, fd, ready, arg, POLLIN);
}
static inline void *poll_engine_writable(void *data, int fd, lwt_engine_ready_fn ready, void *arg) {
  return poll_engine_fd(data, fd, ready, arg, POLLOUT);
}
static inline void *poll_engine_timer(void *data, double delay, bool repeat,
                                      lwt_engine_ready_fn ready, void *arg) {
  struct registration *r = poll_engine_new(data);
  if (r == NULL) return NULL;
  r->timer = true;
  r->repeat = repeat;
  r->every = delay < 1e9 ? (int64_t)(delay * 1e9) : (int64_t)1 << 60;
  r->due = now_ns() + r->every;
  r->ready = ready;
  r->arg = arg;
  return r;
}
static inline void poll_engine_unregister(void *data, void *registration) {
  struct poll_engine *engine = data;
  struct registration *r = registration;
  CHECK(r->used);
  r->used = false;
  engine->registered--;
}
static inline void poll_engine_iter(void *data, bool block) {
  struct poll_engine *engine = data;
  struct pollfd fds[REGISTRATIONS];
  struct registration *of[REGISTRATIONS];
  nfds_t n = 0;
  int timeout = block ? -1 : 0;
  engine->iterations++;
  for (int i = 0; i < REGISTRATIONS; i++) {
    struct registration *r = &engine->all[i];
    if (!r->used) continue;
    if (r->timer) {
      int64_t wait = (r->due - now_ns() + 999999) / 1000000;
      if (wait < 0) wait = 0;
      if (wait > 1000000) wait = 1000000;
      if (block && (timeout < 0 || wait < timeout)) timeout = (int)wait;
    } else {
      fds[n] = (struct pollfd){r->fd, r->events, 0};
      of[n++] = r;
    }
  }
  if (poll(fds, n, timeout) < 0) return;
  for (int i = 0; i < REGISTRATIONS; i++) {
    struct registration *r = &engine->all[i];
    if (!r->used || !r->timer || r->due > now_ns()) continue;
    r->due = r->repeat ? now_ns() + r->every : INT64_MAX;
    r->ready(r->arg);
  }
  for (nfds_t i = 0; i < n; i++)
    if (fds[i].revents != 0 && of[i]->used) of[i]->ready(of[i]->arg);
}
static inline void poll_engine_cleanup(void *data) {
  struct poll_engine *engine = data;
  CHECK_INT(engine->registered, 0);
  engine->cleanups++;
}
static inline bool poll_engine_forwards(void *data, int signal) {
  (void)data;
  return signal == 12;
}
static inline struct lwt_engine_ops poll_engine_ops(void) {
  struct lwt_engine_ops ops;
  memset(&ops, 0, sizeof ops);
  ops.size = sizeof ops;
  ops.name = "poll in C";
  ops.iter = poll_engine_iter;
  ops.cleanup = poll_engine_cleanup;
  ops.register_readable = poll_engine_readable;
  ops.register_writable = poll_engine_writable;
  ops.register_timer = poll_engine_timer;
  ops.unregister = poll_engine_unregister;
  ops.forwards_signal = poll_engine_forwards;
  return ops;
}
#endif
