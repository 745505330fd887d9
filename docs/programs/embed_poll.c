#include <lwt_all.h>
#include <poll.h>
#include <stdio.h>

static int ticks;

static lwt_value tick(void *env) {
  (void)env;
  for (; ticks < 3; ticks++) {
    lwt_await(lwt_unix_sleep(0.02), NULL);
    printf("tick\n");
  }
  return LWT_UNIT;
}

/* A program that has a loop of its own, and keeps it. */
int main(void) {
  lwt_release(lwt_spawn(tick, NULL, NULL, 0)); /* it goes on */

  struct pollfd fds[] = {{lwt_main_fd(), POLLIN, 0}, {-1 /* ... and your own */, POLLIN, 0}};
  while (ticks < 3) {
    poll(fds, 2, -1);
    if (fds[0].revents != 0) lwt_main_iter(false);
  }
  printf("the program's own loop ends\n");
  return 0;
}
