/* Sessions of TLS in a test: contexts with the certificates of the tests, two ends of
 * a connection that have shaken hands, what a failure says. */
#ifndef TLS_H
#define TLS_H
#include "sockets.h"

#include "certificates/texts.h"

#define PEM(text) (text), sizeof(text) - 1

/* A context that believes the authority of the tests. */
static inline lwt_ssl_context *client_context(void) {
  lwt_ssl_context *c = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(c, PEM(AUTHORITY_PEM)), 0);
  return c;
}
/* One of a server with that certificate. */
#define SERVER_CONTEXT(chain, key) server_context(PEM(chain), PEM(key))
static inline lwt_ssl_context *server_context(const char *chain, size_t chain_len, const char *key,
                                              size_t key_len) {
  lwt_ssl_context *c = lwt_ssl_context_create_server();
  CHECK_RETURNS(lwt_ssl_context_use_certificate(c, chain, chain_len, key, key_len), 0);
  return c;
}

/* What a handshake has come to: consumes the promise, which has resolved. NULL, and
 * what is wrong, if it failed. */
static inline lwt_ssl_socket *socket_from(lwt_t *p, lwt_exn **wrong) {
  *wrong = NULL;
  if (lwt_state(p) == LWT_RETURN) return (lwt_ssl_socket *)lwt_take(p);
  if (lwt_state(p) == LWT_FAIL) *wrong = lwt_exn_retain(lwt_exn_of(p));
  CHECK(*wrong != NULL);
  lwt_release(p);
  return NULL;
}

/* Two ends; the error of who has failed. */
struct ends {
  lwt_ssl_socket *client, *server;
  lwt_exn *client_wrong, *server_wrong;
};

/* Both shake hands, over a connection of its own. Borrows the contexts. */
static inline struct ends shaken(const lwt_ssl_context *client, const lwt_ssl_context *server,
                                 const char *host) {
  struct ends e;
  struct pair p = connection("127.0.0.1:0");
  lwt_t *accepted = lwt_ssl_accept(p.in, server);
  lwt_t *connected = lwt_ssl_connect(p.out, client, host);
  lwt_main_run_until(connected);
  /* Who has failed hangs up. */
  if (lwt_state(connected) == LWT_FAIL) lwt_release(lwt_unix_close(p.out));
  lwt_main_run_until(accepted);
  e.client = socket_from(connected, &e.client_wrong);
  e.server = socket_from(accepted, &e.server_wrong);
  pair_release(p);
  return e;
}
/* Releases all there is, without a goodbye. */
static inline void ends_release(struct ends e) {
  lwt_ssl_socket_release(e.client);
  lwt_ssl_socket_release(e.server);
  lwt_exn_release(e.client_wrong);
  lwt_exn_release(e.server_wrong);
}
/* Two ends that understand each other: "localhost", whatever version is the newest. */
static inline struct ends ends_of_version(int version) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  CHECK_INT(lwt_ssl_context_set_maximum_version(client, version), LWT_OK);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.client != NULL && e.server != NULL);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
  return e;
}
static inline struct ends some_ends(void) { return ends_of_version(LWT_SSL_TLS_1_3); }

/* The failure of a promise, which is run to its end and consumed. */
#define CHECK_SSL(p, code, words) check_ssl(__FILE__, __LINE__, #p, ended(p), (code), (words))
static inline void check_ssl_exn(const char *file, int line, const char *what, const lwt_exn *e,
                                 int code, const char *words) {
  if (!check_true(file, line, what, e != NULL)) return;
  bool ok = check_int(file, line, what, lwt_exn_kind(e), LWT_SSL);
  ok = check_int(file, line, what, lwt_ssl_error_of(e), code) && ok;
  if (!check_has(file, line, what, lwt_exn_message(e), words) || !ok)
    fprintf(stderr, "  it says: %s\n", lwt_exn_message(e));
}
static inline void check_ssl(const char *file, int line, const char *what, lwt_t *p, int code,
                             const char *words) {
  check_ssl_exn(file, line, what, lwt_exn_of(p), code, words);
  lwt_release(p);
}
#define CHECK_SSL_EXN(e, code, words) check_ssl_exn(__FILE__, __LINE__, #e, (e), (code), (words))

/* Writes to an end until the other would have to read: the write that waits for that, and
 * how many bytes were taken before it. NULL: it never does. */
static inline lwt_t *held_up(const lwt_ssl_socket *s, const char *data, size_t len, long *taken) {
  for (int i = 0; i < 1000; i++) {
    lwt_t *writing = lwt_ssl_write(s, data, len);
    turns(1);
    if (lwt_state(writing) == LWT_SLEEP) return writing;
    *taken += (long)run(writing);
  }
  CHECK(!"a write is held up");
  return NULL;
}

/* Writes all of it; true if that worked. */
static inline lwt_t *write_all(const lwt_ssl_socket *s, const char *data, size_t len);
struct rest {
  lwt_ssl_socket *socket;
  const char *data;
  size_t len;
};
static inline void rest_drop(void *data) {
  struct rest *rest = (struct rest *)data;
  lwt_ssl_socket_release(rest->socket);
  free(rest);
}
static inline lwt_t *write_rest(lwt_value n, void *data) {
  struct rest *rest = (struct rest *)data;
  size_t put = (size_t)LWT_TO_INT(n);
  if (put >= rest->len) return lwt_return(LWT_UNIT);
  return write_all(rest->socket, rest->data + put, rest->len - put);
}
static inline lwt_t *write_all(const lwt_ssl_socket *s, const char *data, size_t len) {
  struct rest *rest = (struct rest *)malloc(sizeof *rest);
  rest->socket = lwt_ssl_socket_retain(s), rest->data = data, rest->len = len;
  return lwt_bind(lwt_ssl_write(s, data, len), write_rest, rest, rest_drop);
}
#endif
