#include <lwt_all.h>
#include <signal.h>
#include <stdio.h>

struct client {
  lwt_io_channel *in, *out;
};

/* Talks to one client, on a fiber of its own: says each line back in capitals. */
static lwt_value talk(void *env) {
  struct client *client = env;
  lwt_exn *exn = NULL;
  for (;;) {
    struct lwt_string *line = lwt_await(lwt_io_read_line_opt(client->in), &exn);
    if (exn != NULL) return lwt_raise(exn);
    if (line == LWT_NONE) return LWT_UNIT; /* it has hung up */
    for (size_t i = 0; i < line->len; i++)
      if (line->data[i] >= 'a' && line->data[i] <= 'z') line->data[i] -= 'a' - 'A';
    lwt_await(lwt_io_write_line(client->out, line->data, line->len), &exn);
    lwt_string_release(line);
    if (exn != NULL) return lwt_raise(exn);
  }
}

static void hang_up(void *env) {
  struct client *client = env;
  lwt_io_channel_release(client->in);
  lwt_io_channel_release(client->out);
  free(client);
}

/* Called for each client. Its channels are closed when the promise has resolved. */
static lwt_t *serve(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  struct client *client = lwt_unix_new(struct client);
  (void)env;
  client->in = lwt_io_channel_retain(in);
  client->out = lwt_io_channel_retain(out);
  return lwt_spawn(talk, client, hang_up, 0);
}

/* A client, to try it. */
static lwt_t *print_line(lwt_value value, void *env) {
  const struct lwt_string *line = value;
  (void)env;
  printf("%s\n", line->data);
  return lwt_return(LWT_UNIT);
}
static lwt_t *ask(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  lwt_release(lwt_io_fprintl(out, "is anybody there?"));
  return lwt_bind(lwt_io_read_line(in), print_line, env, NULL);
}

int main(void) {
  struct lwt_unix_sockaddr address;
  signal(SIGPIPE, SIG_IGN); /* a client that is gone is a failure, not the end */
  lwt_unix_sockaddr_of_text(&address, "127.0.0.1:0");
  lwt_io_server *server = lwt_main_run(
    lwt_io_establish_server((struct sockaddr *)&address.address, address.len, NULL, serve, NULL,
                            NULL), NULL);
  lwt_io_server_address(server, &address); /* which port it has got */
  lwt_main_run(
    lwt_io_with_connection((struct sockaddr *)&address.address, address.len, NULL, ask, NULL,
                           NULL), NULL);
  lwt_main_run(lwt_io_shutdown_server(server), NULL);
  lwt_io_server_release(server);
  return 0;
}
