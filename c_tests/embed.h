/* A loop of the program's own that drives ours: poll(2) on lwt_main_fd. */
#ifndef EMBED_H
#define EMBED_H
#include "loop.h"

#include <errno.h>
#include <poll.h>

static inline bool embed_readable(int ms) {
  struct pollfd fd = {lwt_main_fd(), POLLIN, 0};
  CHECK(fd.fd >= 0);
  int got;
  while ((got = poll(&fd, 1, ms)) < 0 && errno == EINTR) {
  }
  return got > 0;
}
/* Iterations while there is something to do: how many. */
static inline int embed_settle(void) {
  int n = 0;
  while (embed_readable(0) && n < 1000) {
    CHECK_INT(lwt_main_iter(false), LWT_OK);
    n++;
  }
  CHECK(n < 1000); /* it would be a loop that never rests */
  return n;
}
/* Iterations until the promise has resolved; at most n. */
static inline void embed_until(lwt_t *p, int n) {
  int i = 0;
  for (; lwt_state(p) == LWT_SLEEP && i < n; i++) {
    if (!CHECK(embed_readable(30000))) break;
    CHECK_INT(lwt_main_iter(false), LWT_OK);
  }
  CHECK(lwt_state(p) != LWT_SLEEP);
}
#endif
