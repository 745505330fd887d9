/* A program that has a loop of its own, of poll(2), and no intention to give it
 * up: the loop drives liblwt, by one descriptor among its own.
 *
 *   cc -std=c99 -D_GNU_SOURCE -O2 -Iinclude examples_c/embed_poll.c -o embed_poll -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 *
 * embed_poll PORT echoes what comes to that port of the loopback interface, until
 * a line is typed. Without a port it checks itself, with a client on a thread.
 */
#include "embed/server.h"

#include <poll.h>
#include <pthread.h>

static int done[2]; /* the loop's own: it ends when this pipe is readable */

static void *client(void *unused)
{
  (void)unused;
  talk();
  if (write(done[1], "x", 1) != 1)
    abort();
  return NULL;
}

int main(int argc, char **argv)
{
  bool serving = argc > 1;
  pthread_t thread;

  if (pipe(done) != 0 || !start_server(serving ? atoi(argv[1]) : 0))
    return EXIT_FAILURE;
  if (!serving && pthread_create(&thread, NULL, client, NULL) != 0)
    return EXIT_FAILURE;

  struct pollfd fds[] = {
    { .fd = lwt_main_fd(), .events = POLLIN },
    { .fd = serving ? STDIN_FILENO : done[0], .events = POLLIN },
  };
  if (fds[0].fd < 0) {
    perror("lwt_main_fd");
    return EXIT_FAILURE;
  }
  for (;;) {
    if (poll(fds, 2, -1) < 0)
      continue; /* a signal */
    if (fds[1].revents != 0)
      break;
    if (fds[0].revents != 0)
      lwt_main_iter(false);
  }
  if (serving)
    return EXIT_SUCCESS;
  pthread_join(thread, NULL);
  return verdict();
}
