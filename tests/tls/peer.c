/* One end of TLS for tests/tls/main.rs, made of liblwt.
 *
 *   peer connect PORT OPTION...     as a client, to 127.0.0.1
 *   peer accept COUNT OPTION...     as a server: prints its port, serves so many clients
 *
 * It prints a line of what was agreed on, one for each line that it reads, and how the
 * connection ended: "end", or "error CODE WORDS". A client says --say TEXT; a server says
 * back what it hears, and goodbye after the first line with --once.
 */
#include <arpa/inet.h>
#include <lwt_all.h>
#include <lwt_direct.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lwt_ssl_context *context;
static const char *host = "localhost", *text;
static bool server, once, hangs_up;

static bool told(lwt_exn *exn, const char *where)
{
  if (exn == NULL)
    return false;
  printf("error %s %d %s\n", where, (int)lwt_ssl_error_of(exn), lwt_exn_message(exn));
  lwt_exn_release(exn);
  return true;
}

static void describe(const lwt_ssl_socket *socket)
{
  struct lwt_ssl_certificate *peer = lwt_ssl_peer_certificate(socket);
  const char *cipher = lwt_ssl_cipher(socket), *alpn = lwt_ssl_alpn(socket),
             *name = lwt_ssl_server_name(socket);

  printf("agreed %d %s alpn=%s name=%s resumed=%d peer=%s\n", (int)lwt_ssl_protocol(socket), cipher,
         alpn != NULL ? alpn : "-", name != NULL ? name : "-", lwt_ssl_is_resumed(socket),
         peer != NULL ? peer->subject : "-");
  lwt_ssl_certificate_release(peer);
}

/* Reads lines until the end. */
static void talk(lwt_ssl_socket *socket)
{
  lwt_io_channel *in = lwt_ssl_in_channel_of(socket, 0), *out = lwt_ssl_out_channel_of(socket, 0);
  lwt_exn *exn = NULL;

  if (text != NULL)
    lwt_await(lwt_io_write_line(out, text, strlen(text)), &exn);
  if (exn == NULL)
    lwt_await(lwt_io_flush(out), &exn);
  while (exn == NULL) {
    struct lwt_string *line = lwt_await(lwt_io_read_line_opt(in), &exn);

    if (exn != NULL || (lwt_value)line == LWT_NONE) {
      if (exn == NULL)
        puts("end");
      break;
    }
    printf("read %s\n", line->data);
    fflush(stdout);
    if (server)
      lwt_await(lwt_io_write_line(out, line->data, line->len), &exn);
    lwt_string_release(line);
    if (once)
      break;
  }
  told(exn, "talk");
  if (hangs_up)
    lwt_release(lwt_ssl_close(socket));
  exn = NULL;
  lwt_await(lwt_io_close(out), &exn);
  if (exn != NULL)
    lwt_exn_release(exn);
  lwt_io_channel_release(in);
  lwt_io_channel_release(out);
}

static lwt_value session(void *fd)
{
  lwt_exn *exn = NULL;
  lwt_ssl_socket *socket =
    lwt_await(server ? lwt_ssl_accept(fd, context) : lwt_ssl_connect(fd, context, host), &exn);

  if (!told(exn, "handshake")) {
    describe(socket);
    talk(socket);
  } else {
    lwt_release(lwt_unix_close(fd));
  }
  lwt_ssl_socket_release(socket);
  lwt_unix_fd_release(fd);
  fflush(stdout);
  return LWT_UNIT;
}

static lwt_value finish(lwt_t *promise)
{
  lwt_exn *exn = NULL;
  lwt_value value = lwt_main_run(promise, &exn);

  if (told(exn, "setup"))
    exit(1);
  return value;
}

static void check(int result, const char *what)
{
  if (result != LWT_OK) {
    fprintf(stderr, "peer: %s: %d\n", what, result);
    exit(2);
  }
}

int main(int argc, char **argv)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  lwt_unix_fd *fd;
  int count;

  if (argc < 3)
    return 2;
  server = strcmp(argv[1], "accept") == 0;
  context = server ? lwt_ssl_context_create_server() : lwt_ssl_context_create_client();
  count = atoi(argv[2]);
  for (int i = 3; i < argc; i++) {
    const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";

    if (strcmp(option, "--once") == 0 || strcmp(option, "--hang-up") == 0) {
      once = once || option[2] == 'o';
      hangs_up = hangs_up || option[2] == 'h';
      continue;
    }
    i++;
    if (strcmp(option, "--ca") == 0)
      finish(lwt_ssl_context_trust_file(context, value));
    else if (strcmp(option, "--crl") == 0)
      finish(lwt_ssl_context_revoke_file(context, value));
    else if (strcmp(option, "--cert") == 0)
      finish(lwt_ssl_context_use_certificate_file(context, value, argv[++i]));
    else if (strcmp(option, "--name") == 0)
      host = value;
    else if (strcmp(option, "--say") == 0)
      text = value;
    else if (strcmp(option, "--alpn") == 0)
      check(lwt_ssl_context_set_alpn(context, &value, 1), option);
    else if (strcmp(option, "--max") == 0)
      check(lwt_ssl_context_set_maximum_version(context, atoi(value)), option);
    else if (strcmp(option, "--min") == 0)
      check(lwt_ssl_context_set_minimum_version(context, atoi(value)), option);
    else if (strcmp(option, "--verify") == 0)
      check(lwt_ssl_context_set_client_verification(context, atoi(value)), option);
    else
      return 2;
  }
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (server) {
    struct lwt_unix_sockaddr *here;
    lwt_unix_fd *listener = finish(lwt_unix_socket(AF_INET, SOCK_STREAM, 0));

    finish(lwt_unix_bind(listener, (struct sockaddr *)&address, sizeof address));
    finish(lwt_unix_listen(listener, 16));
    here = finish(lwt_unix_getsockname(listener));
    printf("port %d\n", ntohs(((struct sockaddr_in *)(void *)&here->address)->sin_port));
    fflush(stdout);
    lwt_unix_sockaddr_release(here);
    for (int i = 0; i < count; i++)
      finish(lwt_spawn(session, finish(lwt_unix_accept(listener, NULL, SOCK_CLOEXEC)), NULL, 0));
    lwt_unix_fd_release(listener);
  } else {
    /* Twice, where a session is to be resumed. */
    address.sin_port = htons((uint16_t)count);
    for (int i = 0; i < (getenv("TWICE") != NULL ? 2 : 1); i++) {
      fd = finish(lwt_unix_socket(AF_INET, SOCK_STREAM, 0));
      finish(lwt_unix_connect(fd, (struct sockaddr *)&address, sizeof address));
      finish(lwt_spawn(session, fd, NULL, 0));
    }
  }
  lwt_ssl_context_release(context);
  return 0;
}
