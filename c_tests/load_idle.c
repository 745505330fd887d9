/* Ten thousand connections that are idle, and then all of them speak. */
/* timeout: 120 */
#include "load.h"

static long count; /* the connections */

static int idlers(const struct clients *parent, const struct lwt_unix_sockaddr *server) {
  static int *fds; /* so that a checker of leaks finds it when the process ends */
  fds = (int *)malloc((size_t)count * sizeof *fds);
  for (long i = 0; i < count; i++)
    if ((fds[i] = client_connect(server)) < 0) return 1;
  if (!clients_say(parent, 'c') || clients_hear(parent) != 'g') return 2;
  for (long i = 0; i < count; i++)
    if (!client_send(fds[i], &i, sizeof i)) return 3;
  for (long i = 0; i < count; i++) {
    long back = -1;
    if (!client_hear(fds[i], &back, sizeof back) || back != i) return 4;
  }
  if (!clients_say(parent, 'd') || clients_hear(parent) != 'e') return 5;
  return 0; /* which closes all */
}

TEST(ten_thousand_idle_connections_are_held_and_answer) {
  const char *engine = getenv("LWT_ENGINE");
  count = scaled(10000);
  /* It knows no more descriptors than 1024. */
  if (engine != NULL && strcmp(engine, "select") == 0 && count > 900) count = 900;
  if (!room_for(count + 100)) SKIP("so many descriptors are not allowed here");
  echo_start();
  lwt_unix_fd *server = listener("127.0.0.1:0", lwt_unix_somaxconn());
  struct clients clients = clients_start(idlers, name_of(server));
  lwt_t *serving = echo_serve(server);
  clients_wait_for(&clients, 'c');
  WAIT_UNTIL(echo_now == count);
  CHECK_INT(echo_total, count);
  CHECK_INT(lwt_engine_readable_count() >= (size_t)count, true);
  CHECK(clients_say(&clients, 'g'));
  clients_wait_for(&clients, 'd');
  CHECK_INT(echo_now, count);
  CHECK(clients_say(&clients, 'e'));
  WAIT_UNTIL(echo_now == 0);
  CHECK_INT(echo_failed, 0);
  clients_end(clients);
  CHECK_INT(run(lwt_unix_close(server)), 0);
  CHECK_INT(run(serving), 0);
  lwt_unix_fd_release(server);
}
