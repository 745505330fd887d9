/* Servers and clients in a test. */
#ifndef SERVERS_H
#define SERVERS_H
#define text_of address_text_of
#include "load.h"
#undef text_of
#include "io_kit.h"

static inline lwt_io_server *server_of(lwt_io_client_fn f, void *env, lwt_drop_fn drop,
                                       const struct lwt_io_server_options *options) {
  struct lwt_unix_sockaddr any = address_of("127.0.0.1:0");
  return (lwt_io_server *)TAKE(
    lwt_io_establish_server_with_client_address(ADDRESS(any), options, f, env, drop));
}
static inline struct lwt_unix_sockaddr address_of_server(const lwt_io_server *server) {
  struct lwt_unix_sockaddr address;
  CHECK_INT(lwt_io_server_address(server, &address), LWT_OK);
  return address;
}

/* What is open when the loop has all that it needs for itself. */
static inline int calm_count(void) {
  struct pair p = socket_pair();
  char byte;
  lwt_t *reading = lwt_unix_read(p.in, &byte, 1);
  run(lwt_unix_sleep(0.001));
  lwt_cancel(reading);
  lwt_release(reading);
  pair_close(p);
  return open_count();
}

struct client {
  lwt_io_channel *in, *out;
};
/* The channels of a promise of a connection, which is consumed. */
static inline struct client client_from(lwt_t *opening) {
  struct client c = {NULL, NULL};
  struct lwt_values *pair = (struct lwt_values *)TAKE(opening);
  if (pair == NULL) return c;
  c.in = (lwt_io_channel *)lwt_values_take(pair, 0, NULL);
  c.out = (lwt_io_channel *)lwt_values_take(pair, 1, NULL);
  lwt_values_release(pair);
  return c;
}
static inline struct client client_of(const lwt_io_server *server) {
  struct lwt_unix_sockaddr address = address_of_server(server);
  return client_from(lwt_io_open_connection(ADDRESS(address), NULL));
}
/* Closes both that are open still. */
static inline void client_end(struct client c) {
  CHECK_RUN(lwt_io_close(c.out), 0);
  CHECK_RUN(lwt_io_close(c.in), 0);
  lwt_io_channel_release(c.out);
  lwt_io_channel_release(c.in);
}
#endif
