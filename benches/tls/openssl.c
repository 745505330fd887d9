/* openssl CHAIN KEY: the server on libssl alone, with blocking sockets, one client after
 * the other: nothing is in its way but the library. */
#include "common.h"

#include <netinet/tcp.h>
#include <openssl/ssl.h>

static void serve(SSL *ssl) {
  struct talk talk = {.what = 0};
  static char buf[BLOCK];
  for (;;) {
    int n = SSL_read(ssl, buf, BLOCK);
    if (n <= 0) return;
    long long answer = talk_heard(&talk, buf, (size_t)n);
    while (answer > 0) {
      int put = SSL_write(ssl, block, answer < BLOCK ? (int)answer : BLOCK);
      if (put <= 0) return;
      answer -= put;
    }
  }
}
int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct sockaddr_in a = loopback();
  socklen_t len = sizeof a;
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1)
    return 1;
  if (bind(listener, (struct sockaddr *)&a, len) != 0 || listen(listener, 128) != 0) return 1;
  getsockname(listener, (struct sockaddr *)&a, &len);
  serving(ntohs(a.sin_port));
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) serve(ssl);
    SSL_free(ssl);
    close(fd);
  }
}
