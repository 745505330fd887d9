/* Peers that misbehave, one by one and all together: that reset, half-close,
 * trickle, or are more than there are descriptors. */
/* timeout: 120 */
#include "load.h"

static lwt_unix_fd *server;
static lwt_t *serving;

static struct clients begin(clients_fn f) {
  echo_start();
  server = listener("127.0.0.1:0", lwt_unix_somaxconn());
  struct clients clients = clients_start(f, name_of(server));
  serving = echo_serve(server);
  return clients;
}
static void end(struct clients clients) {
  clients_wait_for(&clients, 'd');
  clients_end(clients);
  WAIT_UNTIL(echo_now == 0);
  CHECK_INT(run(lwt_unix_close(server)), 0);
  CHECK_INT(run(serving), 0);
  lwt_unix_fd_release(server);
}

static int trickles(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  enum { LENGTH = 2000 };
  char sent[LENGTH], got[LENGTH];
  int fd = client_connect(address);
  for (int i = 0; i < LENGTH; i++) {
    sent[i] = (char)(i * 7);
    if (!client_send(fd, sent + i, 1)) return 1;
    if (i % 3 == 0) usleep(50);
  }
  if (!client_hear(fd, got, LENGTH) || memcmp(sent, got, LENGTH) != 0) return 2;
  return clients_say(parent, 'd') ? 0 : 3;
}
TEST(a_peer_that_trickles_one_byte_at_a_time_is_answered_whole) {
  end(begin(trickles));
  CHECK_INT(echo_failed, 0);
}

static int half_closes(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  enum { LENGTH = 300000 };
  static char bytes[LENGTH];
  int fd = client_connect(address);
  /* A reader beside, so that neither waits for the other. */
  pid_t reader = fork();
  if (reader == 0) {
    size_t total = 0;
    ssize_t n;
    while ((n = recv(fd, bytes, LENGTH, 0)) > 0)
      for (ssize_t i = 0; i < n; i++)
        if (bytes[i] != (char)(total++ % 253)) _exit(1);
    _exit(n == 0 && total == LENGTH ? 0 : 2);
  }
  for (int i = 0; i < LENGTH; i++) bytes[i] = (char)(i % 253);
  for (size_t at = 0; at < LENGTH;) {
    ssize_t n = send(fd, bytes + at, LENGTH - at, MSG_NOSIGNAL);
    if (n < 0) return 3;
    at += (size_t)n;
  }
  shutdown(fd, SHUT_WR);
  int status;
  if (waitpid(reader, &status, 0) != reader || status != 0) return 4;
  return clients_say(parent, 'd') ? 0 : 5;
}
TEST(a_peer_that_half_closes_is_answered_to_the_last_byte) {
  end(begin(half_closes));
  CHECK_INT(echo_failed, 0);
}

static int resets(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  struct linger now = {1, 0};
  int steady = client_connect(address);
  char byte;
  for (int i = 0; i < 200; i++) {
    int fd = client_connect(address);
    if (fd < 0) return 1;
    if (i % 2 && !client_send(fd, "some bytes", 10)) return 2;
    if (i % 4 == 3 && !client_hear(fd, &byte, 1)) return 3;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
    /* Nobody else is disturbed. */
    if (!client_send(steady, "x", 1) || !client_hear(steady, &byte, 1)) return 4;
  }
  return clients_say(parent, 'd') ? 0 : 5;
}
TEST(peers_that_reset_disturb_nobody_else) {
  end(begin(resets));
  CHECK_INT(echo_total, 201);
  CHECK(echo_failed > 0 && echo_failed <= 200);
}

static int too_many(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  int fds[100];
  char byte;
  for (int i = 0; i < 100; i++)
    if ((fds[i] = client_connect(address)) < 0 || !client_send(fds[i], "x", 1)) return 1;
  if (!clients_say(parent, 'c') || clients_hear(parent) != 'g') return 2;
  for (int i = 0; i < 100; i++) {
    /* Those behind are accepted as those before go. */
    if (!client_hear(fds[i], &byte, 1)) return 3;
    close(fds[i]);
  }
  return clients_say(parent, 'd') ? 0 : 4;
}
TEST(more_peers_than_descriptors_are_all_served_in_the_end) {
  if (!limits_hold()) return;
  echo_start();
  server = listener("127.0.0.1:0", lwt_unix_somaxconn());
  struct clients clients = clients_start(too_many, name_of(server));
  struct rlimit before = only(20);
  serving = echo_serve(server);
  clients_wait_for(&clients, 'c');
  WAIT_UNTIL(echo_refused > 0);
  CHECK(echo_total < 100);
  CHECK(clients_say(&clients, 'g'));
  end(clients);
  CHECK_INT(echo_total, 100);
  CHECK(echo_most <= 20);
  CHECK_INT(echo_failed, 0);
  unlimited(before);
}
