/* A thousand connections, each of which sends as soon as it was answered. */
/* timeout: 120 */
#include "load.h"

static long count, rounds;

static int speakers(const struct clients *parent, const struct lwt_unix_sockaddr *server) {
  /* So that a checker of leaks finds them when the process ends. */
  static struct pollfd *polls;
  static long *said;
  long left = count;
  polls = (struct pollfd *)calloc((size_t)count, sizeof *polls);
  said = (long *)calloc((size_t)count, sizeof *said);
  for (long i = 0; i < count; i++) {
    polls[i].fd = client_connect(server);
    polls[i].events = POLLIN;
    if (polls[i].fd < 0) return 1;
  }
  /* All of them at once, from the beginning to the end. */
  for (long i = 0; i < count; i++) {
    char message[64] = "";
    snprintf(message, sizeof message, "%ld:%ld", i, said[i]);
    if (!client_send(polls[i].fd, message, sizeof message)) return 2;
  }
  while (left > 0) {
    if (poll(polls, (nfds_t)count, 30000) <= 0) return 3;
    for (long i = 0; i < count; i++) {
      char message[64], want[64] = "";
      if (polls[i].revents == 0) continue;
      snprintf(want, sizeof want, "%ld:%ld", i, said[i]);
      if (!client_hear(polls[i].fd, message, sizeof message)) return 4;
      if (memcmp(message, want, sizeof want) != 0) return 5;
      if (++said[i] == rounds) {
        close(polls[i].fd);
        polls[i].fd = -1;
        polls[i].revents = 0;
        left--;
        continue;
      }
      memset(message, 0, sizeof message);
      snprintf(message, sizeof message, "%ld:%ld", i, said[i]);
      if (!client_send(polls[i].fd, message, sizeof message)) return 6;
    }
  }
  return clients_say(parent, 'd') ? 0 : 7;
}

TEST(a_thousand_busy_connections_are_all_answered) {
  const char *engine = getenv("LWT_ENGINE");
  count = scaled(1000);
  /* It knows no more descriptors than 1024. */
  if (engine != NULL && strcmp(engine, "select") == 0 && count > 900) count = 900;
  rounds = 100;
  if (!room_for(count + 100)) SKIP("so many descriptors are not allowed here");
  echo_start();
  lwt_unix_fd *server = listener("127.0.0.1:0", lwt_unix_somaxconn());
  struct clients clients = clients_start(speakers, name_of(server));
  lwt_t *serving = echo_serve(server);
  clients_wait_for(&clients, 'd');
  clients_end(clients);
  WAIT_UNTIL(echo_now == 0);
  CHECK_INT(echo_total, count);
  CHECK_INT(echo_most, count);
  CHECK_INT(echo_failed, 0);
  CHECK_INT(run(lwt_unix_close(server)), 0);
  CHECK_INT(run(serving), 0);
  lwt_unix_fd_release(server);
}
