/* load PORT CASE N [CA]: the client of all servers of this comparison, on libssl with
 * blocking sockets, so that only the servers differ.
 *
 *   full N      N connections, each with a whole handshake of TLS 1.3
 *   resumed N   the same, each goes on where the one before was
 *   read N      N megabytes from the server, after "r" and the number
 *   write N     N megabytes to it, after "w" and the number; it answers with a byte
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 1 << 16 };
static char block[BLOCK];
static SSL_CTX *context;
static SSL_SESSION *kept;

static void die(const char *what) {
  fprintf(stderr, "load: %s failed\n", what);
  exit(1);
}
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static int keep(SSL *ssl, SSL_SESSION *session) {
  (void)ssl;
  SSL_SESSION_free(kept);
  kept = session;
  return 1;
}
static SSL *dial(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  SSL *ssl = SSL_new(context);
  SSL_set_fd(ssl, fd);
  if (kept != NULL) SSL_set_session(ssl, kept);
  if (SSL_connect(ssl) != 1) die("SSL_connect");
  return ssl;
}
static void hang_up(SSL *ssl) {
  int fd = SSL_get_fd(ssl);
  SSL_shutdown(ssl);
  SSL_free(ssl);
  close(fd);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int port = atoi(argv[1]);
  const char *cas = argv[2];
  long n = atol(argv[3]), resumed = 0;
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  if (strcmp(cas, "resumed") == 0) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
    SSL *ssl = dial(port);
    if (SSL_write(ssl, "p", 1) != 1 || SSL_read(ssl, block, 1) != 1) die("the first");
    hang_up(ssl);
  }
  double begin = now();
  if (strcmp(cas, "full") == 0 || strcmp(cas, "resumed") == 0) {
    for (long i = 0; i < n; i++) {
      SSL *ssl = dial(port);
      /* A byte there and back: the tickets have come with it. */
      if (SSL_write(ssl, "p", 1) != 1 || SSL_read(ssl, block, 1) != 1) die("a byte");
      resumed += SSL_session_reused(ssl);
      hang_up(ssl);
    }
    if (resumed != (cas[0] == 'r' ? n : 0)) die("resuming");
  } else {
    SSL *ssl = dial(port);
    char head[32];
    long long left = n << 20;
    snprintf(head, sizeof head, "%c%020lld", cas[0], left);
    if (SSL_write(ssl, head, 21) != 21) die("the request");
    while (left > 0) {
      int did = cas[0] == 'r' ? SSL_read(ssl, block, BLOCK)
                              : SSL_write(ssl, block, left < 16384 ? (int)left : 16384);
      if (did <= 0) die("a transfer");
      left -= did;
    }
    if (cas[0] == 'w' && SSL_read(ssl, block, 1) != 1) die("the answer");
    hang_up(ssl);
  }
  printf("%.6f\n", now() - begin);
  return 0;
}
