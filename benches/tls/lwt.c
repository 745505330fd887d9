/* lwt CHAIN KEY: the server on liblwt, callbacks on promises. */
#include "common.h"

#include <lwt_main.h>
#include <lwt_ssl.h>
#include <lwt_unix.h>
#include <netinet/tcp.h>

static lwt_ssl_context *context;

struct conn {
  lwt_unix_fd *fd;
  lwt_ssl_socket *socket;
  struct talk talk;
  long long to_send;
  char buf[BLOCK];
};

static void conn_end(void *env) {
  struct conn *c = env;
  lwt_release(lwt_unix_close(c->fd));
  lwt_unix_fd_release(c->fd);
  lwt_ssl_socket_release(c->socket);
  free(c);
}
static lwt_t *go_on(struct conn *c);
static lwt_t *heard(lwt_value n, void *env) {
  struct conn *c = env;
  if (LWT_TO_INT(n) == 0) return lwt_return(LWT_UNIT);
  long long answer = talk_heard(&c->talk, c->buf, (size_t)LWT_TO_INT(n));
  if (answer > 0) c->to_send = answer;
  return go_on(c);
}
static lwt_t *sent(lwt_value n, void *env) {
  struct conn *c = env;
  c->to_send -= LWT_TO_INT(n);
  return go_on(c);
}
static lwt_t *go_on(struct conn *c) {
  if (c->to_send == 0)
    return lwt_bind(lwt_ssl_read(c->socket, c->buf, sizeof c->buf), heard, c, NULL);
  size_t n = c->to_send < BLOCK ? (size_t)c->to_send : BLOCK;
  return lwt_bind(lwt_ssl_write(c->socket, block, n), sent, c, NULL);
}
static lwt_t *shaken(lwt_value socket, void *env) {
  struct conn *c = env;
  c->socket = lwt_ssl_socket_retain(socket);
  c->talk.have = 0, c->talk.what = 0;
  return go_on(c);
}
static lwt_t *nothing(void *env) {
  (void)env;
  return lwt_return(LWT_UNIT);
}
static lwt_t *accept_more(lwt_value fd, void *listener) {
  if (fd != NULL) {
    struct conn *c = malloc(sizeof *c);
    c->fd = lwt_unix_fd_retain(fd);
    c->socket = NULL;
    c->to_send = 0;
    lwt_release(lwt_unix_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, true));
    lwt_release(lwt_finalize(lwt_bind(lwt_ssl_accept(c->fd, context), shaken, c, NULL), nothing, c, conn_end));
  }
  return lwt_bind(lwt_unix_accept(listener, NULL, 0), accept_more, listener, NULL);
}
static lwt_value run(lwt_t *p) {
  lwt_exn *e = NULL;
  lwt_value v = lwt_main_run(p, &e);
  if (e != NULL) {
    fprintf(stderr, "lwt: %s\n", lwt_exn_message(e));
    exit(1);
  }
  return v;
}
int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct sockaddr_in a = loopback();
  context = lwt_ssl_context_create_server();
  run(lwt_ssl_context_use_certificate_file(context, argv[1], argv[2]));
  lwt_unix_fd *listener = run(lwt_unix_socket(AF_INET, SOCK_STREAM, 0));
  run(lwt_unix_bind(listener, (struct sockaddr *)&a, sizeof a));
  run(lwt_unix_listen(listener, 128));
  struct lwt_unix_sockaddr *here = run(lwt_unix_getsockname(listener));
  serving(ntohs(((struct sockaddr_in *)(void *)&here->address)->sin_port));
  run(accept_more(NULL, listener));
  return 0;
}
