/* Servers: many clients, too many, paths, sockets that are given, threads that end. */
/* timeout: 120 */
#include "servers.h"
#include "threads.h"

/* Says back what it hears, up to the end. */
struct service {
  int running, most, served, dropped;
};
static void service_drop(void *env) { ((struct service *)env)->dropped++; }
static void service_end(void *env) {
  struct service *s = (struct service *)env;
  s->running--;
  s->served++;
}
static lwt_t *echo(const struct sockaddr *address, socklen_t len, const lwt_io_channel *in,
                   const lwt_io_channel *out, void *env) {
  struct service *s = (struct service *)env;
  (void)address, (void)len;
  if (++s->running > s->most) s->most = s->running;
  lwt_t *p = lwt_io_copy(in, out, UINT64_MAX, NULL, NULL, NULL);
  lwt_on_termination(p, service_end, s, NULL);
  return p;
}

static int asks(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  enum { CLIENTS = 300 };
  static int fds[CLIENTS];
  char sent[32] = "", got[32];
  for (int i = 0; i < CLIENTS; i++)
    if ((fds[i] = client_connect(address)) < 0) return 1;
  for (int round = 0; round < 3; round++)
    for (int i = CLIENTS - 1; i >= 0; i--) {
      snprintf(sent, sizeof sent, "client %d, round %d", i, round);
      if (!client_send(fds[i], sent, sizeof sent)) return 2;
    }
  for (int i = 0; i < CLIENTS; i++) {
    for (int round = 0; round < 3; round++) {
      snprintf(sent, sizeof sent, "client %d, round %d", i, round);
      if (!client_hear(fds[i], got, sizeof got) || strcmp(sent, got) != 0) return 3;
    }
    shutdown(fds[i], SHUT_WR);
    if (recv(fds[i], got, 1, 0) != 0) return 4;
    close(fds[i]);
  }
  return clients_say(parent, 'd') ? 0 : 5;
}
TEST(many_clients_are_served_side_by_side) {
  struct service s = {0};
  int before = calm_count();
  if (!room_for(700)) return;
  lwt_io_server *server = server_of(echo, &s, service_drop, NULL);
  char address[64];
  struct lwt_unix_sockaddr a = address_of_server(server);
  lwt_unix_sockaddr_to_text(ADDRESS(a), address, sizeof address);
  struct clients clients = clients_start(asks, address);
  clients_wait_for(&clients, 'd');
  clients_end(clients);
  WAIT_UNTIL(s.served == 300);
  CHECK(s.most > 1);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  turns(2);
  lwt_io_server_release(server);
  CHECK_INT(s.dropped, 1);
  CHECK_INT(open_count(), before);
}

static int too_many(const struct clients *parent, const struct lwt_unix_sockaddr *address) {
  int fds[60];
  char byte;
  for (int i = 0; i < 60; i++)
    if ((fds[i] = client_connect(address)) < 0 || !client_send(fds[i], "x", 1)) return 1;
  if (!clients_say(parent, 'c') || clients_hear(parent) != 'g') return 2;
  for (int i = 0; i < 60; i++) {
    if (!client_hear(fds[i], &byte, 1)) return 3;
    close(fds[i]);
  }
  return clients_say(parent, 'd') ? 0 : 4;
}
TEST(more_clients_than_descriptors_are_all_served_in_the_end) {
  if (!limits_hold()) return;
  struct service s = {0};
  char address[64];
  hook_install();
  lwt_io_server *server = server_of(echo, &s, service_drop, NULL);
  struct lwt_unix_sockaddr a = address_of_server(server);
  lwt_unix_sockaddr_to_text(ADDRESS(a), address, sizeof address);
  struct clients clients = clients_start(too_many, address);
  struct rlimit before = only(12);
  clients_wait_for(&clients, 'c');
  run(lwt_unix_sleep(0.05));
  CHECK(s.most > 1 && s.most <= 12);
  clock_t busy = clock();
  run(lwt_unix_sleep(0.3)); /* it waits, and does not spin */
  CHECK((double)(clock() - busy) / CLOCKS_PER_SEC < 0.2);
  CHECK(clients_say(&clients, 'g'));
  WAIT_UNTIL(s.served == 60);
  unlimited(before);
  clients_wait_for(&clients, 'd');
  clients_end(clients);
  CHECK_HOOK(0, 0);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  turns(2);
  lwt_io_server_release(server);
  CHECK_INT(s.dropped, 1);
}

static lwt_t *hello(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  (void)in;
  env_enter(env);
  return lwt_io_write(out, "hello", 5);
}
TEST(a_path_is_removed_when_its_server_is_shut_down) {
  char text[160];
  ENV(e);
  ENV(refused);
  struct stat stat_;
  snprintf(text, sizeof text, "unix:%s", scratch_path("socket"));
  struct lwt_unix_sockaddr a = address_of(text);
  lwt_io_server *server =
    (lwt_io_server *)TAKE(lwt_io_establish_server(ADDRESS(a), NULL, hello, &e, env_drop));
  CHECK_RUN_ERRNO(lwt_io_establish_server(ADDRESS(a), NULL, hello, &refused, env_drop), EADDRINUSE,
                  "bind");
  CHECK_ENV(refused, 0, 1);
  struct client c = client_of(server);
  CHECK_TEXT(lwt_io_read(c.in), "hello");
  client_end(c);
  CHECK_INT(stat(scratch_path("socket"), &stat_), 0);
  lwt_t *first = lwt_io_shutdown_server(server), *second = lwt_io_shutdown_server(server);
  CHECK_RUN(first, 0);
  CHECK_RUN(second, 0);
  CHECK_INT(stat(scratch_path("socket"), &stat_), -1);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  lwt_io_server_release(server);
  turns(2);
  CHECK_ENV(e, 1, 1);
  CHECK_INT(rmdir(scratch_path("")), 0);
  CHECK_TRACE("e");
}

TEST(a_socket_that_is_bound_already_may_be_given) {
  ENV(e);
  struct lwt_io_server_options options = lwt_io_server_options_default();
  lwt_unix_fd *fd = listener("127.0.0.1:0", 1);
  lwt_t *early;
  lwt_unix_fd *client = connecting(fd, &early); /* it waits to be accepted already */
  options.fd = fd;
  options.backlog = 16;
  options.no_close = 1;
  lwt_io_server *server =
    (lwt_io_server *)TAKE(lwt_io_establish_server(NULL, 0, &options, hello, &e, env_drop));
  CHECK_INT(e.ran, 0);
  char text[8];
  CHECK_INT(run(early), 0);
  CHECK_INT(run(lwt_unix_read(client, text, sizeof text)), 5);
  /* Nobody has kept the channels, and so nothing kept the socket open. */
  CHECK_INT(run(lwt_unix_read(client, text, sizeof text)), 0);
  shut(client);
  hook_install();
  CHECK_INT(run(lwt_unix_close(fd)), 0);
  turns(2);
  CHECK_HOOK(0, 0);
  CHECK_ENV(e, 1, 1);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  lwt_io_server_release(server);
  lwt_unix_fd_release(fd);
  CHECK_TRACE("e");
}

static lwt_unix_fd *kept;
static lwt_t *socket_hello(const struct sockaddr *address, socklen_t len, const lwt_unix_fd *fd,
                           void *env) {
  CHECK(address->sa_family == AF_INET && len == sizeof(struct sockaddr_in));
  CHECK((fcntl(raw_of(fd), F_GETFD) & FD_CLOEXEC) != 0);
  kept = lwt_unix_fd_retain(fd);
  return env_promise(env_enter(env));
}
TEST(a_client_may_be_served_by_its_socket) {
  for (int no_close = 0; no_close < 2; no_close++) {
    ENV(e);
    struct lwt_io_server_options options = lwt_io_server_options_default();
    struct lwt_unix_sockaddr any = address_of("127.0.0.1:0");
    options.no_close = no_close;
    lwt_io_server *server = (lwt_io_server *)TAKE(lwt_io_establish_server_with_client_socket(
      ADDRESS(any), &options, socket_hello, &e, env_drop));
    struct client c = client_of(server);
    WAIT_UNTIL(e.ran == 1);
    turns(1);
    CHECK_INT(lwt_unix_state(kept, NULL), no_close ? LWT_UNIX_OPENED : LWT_UNIX_CLOSED);
    if (no_close) CHECK_INT(run(lwt_unix_write(kept, "late", 4)), 4);
    if (no_close) CHECK_INT(run(lwt_unix_close(kept)), 0);
    CHECK_TEXT(lwt_io_read(c.in), no_close ? "late" : "");
    lwt_unix_fd_release(kept);
    client_end(c);
    CHECK_RUN(lwt_io_shutdown_server(server), 0);
    turns(2);
    CHECK_ENV(e, 1, 1);
    lwt_io_server_release(server);
  }
  CHECK_TRACE("e e");
}

static lwt_io_server *mine;
static lwt_t *stops(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  (void)in;
  env_enter(env);
  lwt_release(lwt_io_shutdown_server(mine));
  return lwt_io_write(out, "last", 4);
}
TEST(a_client_may_stop_the_server) {
  ENV(e);
  struct lwt_unix_sockaddr any = address_of("127.0.0.1:0");
  mine = (lwt_io_server *)TAKE(lwt_io_establish_server(ADDRESS(any), NULL, stops, &e, env_drop));
  struct client c = client_of(mine);
  CHECK_TEXT(lwt_io_read(c.in), "last");
  client_end(c);
  CHECK_RUN(lwt_io_shutdown_server(mine), 0);
  turns(2);
  CHECK_ENV(e, 1, 1);
  lwt_io_server_release(mine);
  CHECK_TRACE("e");
}

static void *ends_with_a_server(void *env) {
  lwt_io_server *server = server_of(echo, env, service_drop, NULL);
  struct client c = client_of(server);
  CHECK_RETURNS(lwt_io_write(c.out, "x", 1), 0);
  CHECK_INT(run(lwt_io_read_char(c.in)), 'x');
  return NULL; /* all is left as it is */
}
TEST(a_thread_that_ends_closes_its_servers_and_their_clients) {
  struct service s = {0};
  pthread_t thread;
  int before = calm_count();
  CHECK_INT(pthread_create(&thread, NULL, ends_with_a_server, &s), 0);
  pthread_join(thread, NULL);
  CHECK_INT(s.most, 1);
  CHECK_INT(s.dropped, 1);
  CHECK_INT(open_count(), before);
}

static void *elsewhere(void *server) {
  struct lwt_unix_sockaddr a;
  CHECK_FAILS(lwt_io_shutdown_server((lwt_io_server *)server), LWT_WRONG_THREAD);
  CHECK_INT(lwt_io_server_address((lwt_io_server *)server, &a), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_io_server_retain((lwt_io_server *)server), NULL);
  return NULL;
}
TEST(misuse_is_refused) {
  ENV(e);
  struct service s = {0};
  pthread_t thread;
  struct lwt_unix_sockaddr any = address_of("127.0.0.1:0"), b;
  struct lwt_io_server_options options = lwt_io_server_options_default();
  CHECK_FAILS(lwt_io_establish_server(NULL, 0, NULL, hello, &e, env_drop), INVALID);
  CHECK_FAILS(lwt_io_establish_server(ADDRESS(any), NULL, NULL, &e, env_drop), INVALID);
  options.size = 0;
  CHECK_FAILS(lwt_io_establish_server(ADDRESS(any), &options, hello, &e, env_drop), INVALID);
  options = lwt_io_server_options_default();
  options.backlog = -1;
  CHECK_FAILS(lwt_io_establish_server(ADDRESS(any), &options, hello, &e, env_drop), INVALID);
  options.backlog = 0;
  options.buffer_size = 5;
  CHECK_FAILS(lwt_io_establish_server(ADDRESS(any), &options, hello, &e, env_drop), INVALID);
  CHECK_ENV(e, 0, 5);
  lwt_io_server *server = server_of(echo, &s, service_drop, NULL);
  CHECK_INT(lwt_io_server_address(server, NULL), INVALID);
  CHECK_INT(pthread_create(&thread, NULL, elsewhere, server), 0);
  pthread_join(thread, NULL);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  CHECK_PTR(lwt_io_server_retain(server), server);
  lwt_io_server_release(server);
  lwt_io_server_release(server);
  CHECK_FAILS(lwt_io_shutdown_server(server), INVALID);
  CHECK_FAILS(lwt_io_shutdown_server(NULL), INVALID);
  CHECK_INT(lwt_io_server_address(server, &b), INVALID);
  lwt_io_server_release(server);
}
