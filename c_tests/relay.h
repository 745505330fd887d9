/* A client and a server of TLS that hear of each other only what the test lets through. */
#ifndef RELAY_H
#define RELAY_H
#include "tls.h"

/* The contexts of both ends, with a newest version; and the versions that there are. */
static lwt_ssl_context *client, *server;
static inline void contexts(int version) {
  client = client_context();
  server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  CHECK_INT(lwt_ssl_context_set_maximum_version(client, version), LWT_OK);
}
static inline void contexts_end(void) {
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}
static const int versions[] = {LWT_SSL_TLS_1_2, LWT_SSL_TLS_1_3};

struct relay {
  struct pair client, server; /* in: that of the session; out: the test's */
  int raw[2];                 /* the test's ends, that of the client first */
  long passed;
};
static inline struct relay relay_start(void) {
  struct relay r;
  r.client = socket_pair(), r.server = socket_pair();
  r.raw[0] = raw_of(r.client.out), r.raw[1] = raw_of(r.server.out);
  r.passed = 0;
  return r;
}
/* What is done with the bytes on their way; returns how many there are then. */
typedef size_t (*relay_fn)(char *bytes, size_t len, void *env);

/* Passes on at most that many bytes in each direction; true if there were any. */
static inline bool relay_pass(struct relay *r, size_t most, relay_fn f, void *env) {
  static char bytes[1 << 16];
  bool any = false;
  for (int i = 0; i < 2; i++) {
    if (most > sizeof bytes / 2) most = sizeof bytes / 2;
    ssize_t n = recv(r->raw[i], bytes, most, MSG_DONTWAIT);
    if (n <= 0) continue;
    any = true;
    r->passed += n;
    size_t len = f != NULL ? f(bytes, (size_t)n, env) : (size_t)n;
    if (len > 0) {
      ssize_t put = send(r->raw[1 - i], bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
      (void)put; /* who has hung up hears nothing */
    }
  }
  return any;
}
/* Until nothing is on its way. */
static inline void relay_all(struct relay *r, size_t most, relay_fn f, void *env) {
  for (int idle = 0; idle < 4;) {
    turns(1);
    idle = relay_pass(r, most, f, env) ? 0 : idle + 1;
  }
}
/* Both ends hang up, and the sessions' are closed: each of them can be. */
static inline void relay_end(struct relay r) {
  pair_close(r.client);
  pair_close(r.server);
}
#endif
