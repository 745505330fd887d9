/* valgrind: no (it does not know what the kernel does for a ring, and waits for ever) */
/* env: LWT_ENGINE=io_uring */
/* The engine on io_uring, where the kernel lets us have it. */
#include "check.h"

#include <lwt_all.h>
__attribute__((constructor)) static void need_it(void) {
  if (strcmp(lwt_engine_id(), "io_uring") != 0) SKIP("no io_uring here");
}
#include "engine_suite.h"

TEST(closing_what_was_watched_closes_the_file) {
  struct watch r = {.name = "r"}, w = {.name = "w"};
  char c;
  int ends[2];
  for (int i = 0; i < 3; i++) {
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    readable(&r, ends[0]);
    turns(i); /* not yet in the ring, just now, and for a while */
    stop(&r);
    close(ends[0]);
    /* Would wait for ever if the ring held the file. */
    CHECK_INT(read(ends[1], &c, 1), 0);
    close(ends[1]);
  }
  CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  readable(&r, ends[0]);
  writable(&w, ends[0]);
  turns(2);
  stop(&r);
  stop(&w);
  close(ends[0]);
  CHECK_INT(read(ends[1], &c, 1), 0);
  close(ends[1]);
  trace_text[0] = '\0';
}

TEST(the_engine_that_is_left_lets_go_of_what_it_watched) {
  struct watch r = {.name = "r"};
  char c;
  open_pipe();
  readable(&r, pipe_ends[0]);
  turns(2);
  lwt_engine *epoll = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(epoll, false, true), LWT_OK);
  CHECK_INT(r.dropped, 1);
  close(pipe_ends[1]);
  CHECK_INT(read(pipe_ends[0], &c, 1), 0);
  close(pipe_ends[0]);
  lwt_engine_stop_event(r.event);
  lwt_engine *ring = lwt_engine_new_builtin("io_uring");
  CHECK_INT(lwt_engine_set(ring, true, true), LWT_OK);
  lwt_engine_release(epoll);
  lwt_engine_release(ring);
}

enum { MANY = 3000 }; /* more than the queue of requests holds at once */
TEST(more_descriptors_than_the_ring_has_room_for) {
  static struct watch watches[MANY];
  memset(watches, 0, sizeof watches);
  int ends[2], n = 0;
  CHECK_INT(pipe(ends), 0);
  for (; n < scaled(MANY); n++) {
    int fd = dup(ends[0]);
    if (fd < 0) break;
    watches[n].name = "";
    readable(&watches[n], fd);
  }
  turns(1);
  CHECK_INT(write(ends[1], "x", 1), 1);
  turns(3);
  for (int i = 0; i < n; i++) {
    CHECK(watches[i].ran >= 1);
    CHECK(watches[i].ran <= 3);
    stop(&watches[i]);
    close(watches[i].fd);
  }
  close(ends[0]);
  close(ends[1]);
  trace_text[0] = '\0';
}
