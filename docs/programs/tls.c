#include <lwt_all.h>
#include <signal.h>
#include <stdio.h>

struct contexts {
  lwt_ssl_context *server, *client;
};

/* The server's side of a connection: a greeting, and goodbye. */
static lwt_value greet(void *env) {
  lwt_ssl_socket *socket = env;
  lwt_io_channel *out = lwt_ssl_out_channel_of(socket, 0);
  lwt_await(lwt_io_fprintl(out, "hello, in private"), NULL);
  lwt_await(lwt_io_close(out), NULL);
  lwt_io_channel_release(out);
  lwt_ssl_socket_release(socket);
  return LWT_UNIT;
}

static lwt_t *accepted(lwt_value socket, void *env) {
  (void)env;
  return lwt_spawn(greet, lwt_ssl_socket_retain(socket), NULL, 0);
}

/* The client's. It says whom it expects, and that is verified. */
static lwt_value talk(lwt_unix_fd *fd, const lwt_ssl_context *context, const char *host) {
  lwt_exn *exn = NULL;
  lwt_ssl_socket *socket = lwt_await(lwt_ssl_connect(fd, context, host), &exn);
  if (exn != NULL) {
    printf("%s: %s\n", host, lwt_exn_message(exn));
    lwt_exn_release(exn);
    lwt_await(lwt_unix_close(fd), NULL);
    return LWT_UNIT;
  }
  lwt_io_channel *in = lwt_ssl_in_channel_of(socket, 0);
  struct lwt_string *line = lwt_await(lwt_io_read_line(in), NULL);
  printf("%s: %s\n", host, line->data);
  lwt_string_release(line);
  lwt_await(lwt_io_close(in), NULL);
  lwt_io_channel_release(in);
  lwt_ssl_socket_release(socket);
  return LWT_UNIT;
}

static lwt_value program(void *env) {
  struct contexts *contexts = env;
  const char *hosts[] = {"localhost", "example.org"};
  lwt_await(lwt_ssl_context_use_certificate_file(contexts->server, "localhost.pem",
                                                 "localhost.key"), NULL);
  lwt_await(lwt_ssl_context_trust_file(contexts->client, "localhost.pem"), NULL);
  for (int i = 0; i < 2; i++) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) return LWT_UNIT;
    lwt_unix_fd *server = lwt_unix_of_fd(fds[0]), *client = lwt_unix_of_fd(fds[1]);
    lwt_t *serving = lwt_bind(lwt_ssl_accept(server, contexts->server), accepted, NULL, NULL);
    talk(client, contexts->client, hosts[i]);
    lwt_exn *exn = NULL;
    lwt_await(serving, &exn);
    if (exn != NULL) printf("the server: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    lwt_unix_fd_release(server);
    lwt_unix_fd_release(client);
  }
  return LWT_UNIT;
}

int main(void) {
  struct contexts contexts = {lwt_ssl_context_create_server(), lwt_ssl_context_create_client()};
  signal(SIGPIPE, SIG_IGN);
  lwt_main_run(lwt_spawn(program, &contexts, NULL, 0), NULL);
  lwt_ssl_context_release(contexts.server);
  lwt_ssl_context_release(contexts.client);
  return 0;
}
