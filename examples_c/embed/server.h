/* What embed_poll.c and embed_uv.c have another loop drive: an echo server, and
 * a clock that ticks. And a client, on a thread of its own, by which the examples
 * check themselves. All of it would be the same with lwt_main_run. */
#ifndef EMBED_SERVER_H
#define EMBED_SERVER_H
#include <arpa/inet.h>
#include <fcntl.h>
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connections, ticks;
static int port;

/* A connection, as a fiber: what comes is sent back. */
static lwt_value serve(void *env)
{
  lwt_unix_fd *client = env;
  lwt_exn *failed = NULL;
  char buffer[4096];

  connections++;
  while (failed == NULL) {
    intptr_t got =
        LWT_TO_INT(lwt_await(lwt_unix_read(client, buffer, sizeof buffer), &failed));
    if (got <= 0)
      break;
    for (intptr_t sent = 0; sent < got && failed == NULL;)
      sent += LWT_TO_INT(lwt_await(
          lwt_unix_write(client, buffer + sent, (size_t)(got - sent)), &failed));
  }
  lwt_exn_release(failed);
  lwt_release(lwt_unix_close(client));
  lwt_unix_fd_release(client);
  return LWT_UNIT;
}

static lwt_value accept_all(void *env)
{
  lwt_unix_fd *listener = env;
  int number = lwt_unix_unix_file_descr(listener);
  lwt_exn *failed = NULL;

  for (;;) {
    lwt_await(lwt_unix_wait_read(listener), &failed);
    if (failed != NULL)
      break;
    int client;
    while ((client = accept(number, NULL, NULL)) >= 0)
      lwt_spawn_in_the_background(serve, lwt_unix_of_fd(client), NULL, 0);
  }
  lwt_exn_release(failed);
  lwt_unix_fd_release(listener);
  return LWT_UNIT;
}

static lwt_value tick(void *unused)
{
  (void)unused;
  for (;;) {
    lwt_await(lwt_unix_sleep(0.005), NULL);
    ticks++;
  }
  return LWT_UNIT;
}

/* Starts both, at a port of the loopback interface; 0: any. The other loop need
 * not be told: the descriptor of lwt_main_fd is readable from now on. */
static bool start_server(int wanted)
{
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_port = htons((unsigned short)wanted);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
      bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 100) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
    perror("no server");
    return false;
  }
  port = ntohs(at.sin_port);
  lwt_spawn_in_the_background(accept_all, lwt_unix_of_fd(fd), NULL, 0);
  lwt_spawn_in_the_background(tick, NULL, NULL, 0);
  return true;
}

/* --------------------------------------- the client, on its own thread --- */

enum { ROUNDS = 200 };
static int echoed;

/* Sends messages of all lengths and waits for each; then a while for nothing,
 * in which the clock ticks. */
static void talk(void)
{
  struct sockaddr_in to;
  char sent[1000], got[sizeof sent];
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short)port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
    perror("no connection");
    return;
  }
  for (int i = 1; i <= ROUNDS; i++) {
    size_t length = (size_t)(i * 5), have = 0;
    memset(sent, 'a' + i % 26, length);
    if (send(fd, sent, length, 0) != (ssize_t)length)
      break;
    while (have < length) {
      ssize_t n = recv(fd, got + have, length - have, 0);
      if (n <= 0)
        break;
      have += (size_t)n;
    }
    echoed += have == length && memcmp(sent, got, length) == 0;
  }
  close(fd);
  usleep(50000);
}

/* What has to be true after that. */
static int verdict(void)
{
  printf("%d of %d messages came back, over %d connection; the clock ticked %d times\n", echoed,
         ROUNDS, connections, ticks);
  return echoed == ROUNDS && connections == 1 && ticks >= 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}
#endif
