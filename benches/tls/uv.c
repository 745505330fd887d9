/* uv CHAIN KEY: the server on libuv, and libssl between two BIOs of memory, as programs on
 * libuv have it. */
#include "common.h"

#include <openssl/ssl.h>
#include <uv.h>

static SSL_CTX *context;

struct conn {
  uv_tcp_t tcp;
  SSL *ssl;
  BIO *in, *out;
  struct talk talk;
  long long to_send;
  bool writing, closed;
  uv_write_t write;
  char room[BLOCK], send[BLOCK + 8192];
};
static void go_on(struct conn *c);

static void on_close(uv_handle_t *handle) {
  struct conn *c = handle->data;
  SSL_free(c->ssl);
  free(c);
}
static void end(struct conn *c) {
  if (!c->closed) uv_close((uv_handle_t *)&c->tcp, on_close);
  c->closed = true;
}
static void on_written(uv_write_t *write, int status) {
  struct conn *c = write->data;
  c->writing = false;
  if (status < 0) end(c);
  else go_on(c);
}
/* Sends what is encrypted; true: something is on its way. */
static bool flush(struct conn *c) {
  if (c->writing || c->closed) return true;
  int n = BIO_read(c->out, c->send, sizeof c->send);
  if (n <= 0) return false;
  uv_buf_t buf = uv_buf_init(c->send, (unsigned)n);
  int put = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
  if (put == n) return flush(c);
  if (put > 0) buf = uv_buf_init(c->send + put, (unsigned)(n - put));
  c->writing = true;
  uv_write(&c->write, (uv_stream_t *)&c->tcp, &buf, 1, on_written);
  return true;
}
static void go_on(struct conn *c) {
  static char buf[BLOCK];
  for (;;) {
    if (flush(c)) return;
    if (c->to_send > 0) {
      int put = SSL_write(c->ssl, block, c->to_send < BLOCK ? (int)c->to_send : BLOCK);
      if (put <= 0) return end(c);
      c->to_send -= put;
      continue;
    }
    int n = SSL_read(c->ssl, buf, BLOCK);
    if (n <= 0) {
      if (SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ) return end(c);
      flush(c);
      return;
    }
    long long answer = talk_heard(&c->talk, buf, (size_t)n);
    if (answer > 0) c->to_send = answer;
  }
}
static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf) {
  struct conn *c = handle->data;
  (void)size;
  *buf = uv_buf_init(c->room, BLOCK);
}
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
  struct conn *c = stream->data;
  if (n < 0) return end(c);
  BIO_write(c->in, buf->base, (int)n);
  go_on(c);
}
static void on_client(uv_stream_t *listener, int status) {
  struct conn *c = calloc(1, sizeof *c);
  (void)status;
  uv_tcp_init(listener->loop, &c->tcp);
  c->tcp.data = c->write.data = c;
  if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) exit(1);
  uv_tcp_nodelay(&c->tcp, 1);
  c->ssl = SSL_new(context);
  c->in = BIO_new(BIO_s_mem()), c->out = BIO_new(BIO_s_mem());
  SSL_set_bio(c->ssl, c->in, c->out);
  SSL_set_accept_state(c->ssl);
  uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}
int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct sockaddr_in a = loopback();
  int len = sizeof a;
  uv_tcp_t listener;
  context = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1)
    return 1;
  uv_tcp_init(uv_default_loop(), &listener);
  uv_tcp_bind(&listener, (struct sockaddr *)&a, 0);
  if (uv_listen((uv_stream_t *)&listener, 128, on_client) != 0) return 1;
  uv_tcp_getsockname(&listener, (struct sockaddr *)&a, &len);
  serving(ntohs(a.sin_port));
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
