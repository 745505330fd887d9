/* Scenario 36. Servers: implicit close, explicit close, close after handler error,
 * shutdown while connected, client closes first. */
#include "servers.h"

/* What the function of a client does, and what became of it. */
struct handler {
  const char *says;
  bool closes, fails, waits;
  int ran, dropped;
  lwt_io_channel *in, *out; /* retained */
};
static lwt_t *went_on(lwt_value line, void *env) {
  struct handler *h = (struct handler *)env;
  (void)line;
  lwt_release(lwt_io_write(h->out, "later", 5));
  return lwt_return(LWT_UNIT);
}
static lwt_t *serve(const struct sockaddr *address, socklen_t len, const lwt_io_channel *in,
                    const lwt_io_channel *out, void *env) {
  struct handler *h = (struct handler *)env;
  char text[64];
  h->ran++;
  CHECK(lwt_unix_sockaddr_to_text(address, len, text, sizeof text) > 0);
  CHECK_HAS(text, "127.0.0.1:");
  h->in = lwt_io_channel_retain(in);
  h->out = lwt_io_channel_retain(out);
  if (h->says != NULL) lwt_release(lwt_io_write(out, h->says, strlen(h->says)));
  if (h->fails) return lwt_fail(exn(LWT_FAILURE));
  if (h->waits) return lwt_bind(lwt_io_read_line(in), went_on, h, NULL);
  return h->closes ? lwt_io_close(out) : lwt_return(LWT_UNIT);
}
static void serve_drop(void *env) { ((struct handler *)env)->dropped++; }

static lwt_io_server *start(struct handler *h) { return server_of(serve, h, serve_drop, NULL); }
/* Both channels of the client are closed, and nothing is left open. */
static void closed(struct handler *h, int descriptors) {
  WAIT_UNTIL(lwt_io_is_closed(h->in) && lwt_io_is_closed(h->out));
  lwt_io_channel_release(h->in);
  lwt_io_channel_release(h->out);
  CHECK_INT(open_count(), descriptors);
}
static void stop(lwt_io_server *server, struct handler *h) {
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  turns(1);
  lwt_io_server_release(server);
  CHECK_INT(h->dropped, 1);
}

TEST(a_connection_is_closed_when_the_promise_of_its_function_has_resolved) {
  struct handler h = {.says = "hello"};
  int before = calm_count();
  lwt_io_server *server = start(&h);
  struct client c = client_of(server);
  CHECK_TEXT(lwt_io_read(c.in), "hello");
  client_end(c);
  closed(&h, before + 1);
  CHECK_INT(h.ran, 1);
  stop(server, &h);
  CHECK_INT(open_count(), before);
}

TEST(a_connection_that_its_function_has_closed_is_not_closed_again) {
  struct handler h = {.says = "bye", .closes = true};
  int before = calm_count();
  hook_install();
  lwt_io_server *server = start(&h);
  struct client c = client_of(server);
  CHECK_TEXT(lwt_io_read(c.in), "bye");
  client_end(c);
  closed(&h, before + 1);
  CHECK_HOOK(0, 0);
  stop(server, &h);
}

TEST(a_connection_whose_function_fails_is_closed_and_the_hook_is_told) {
  struct handler h = {.says = "oops", .fails = true};
  int before = calm_count();
  hook_install();
  lwt_io_server *server = start(&h);
  struct client c = client_of(server);
  CHECK_TEXT(lwt_io_read(c.in), "oops");
  client_end(c);
  closed(&h, before + 1);
  CHECK_HOOK(1, LWT_FAILURE);
  /* It goes on serving. */
  struct client d = client_of(server);
  CHECK_TEXT(lwt_io_read(d.in), "oops");
  client_end(d);
  closed(&h, before + 1);
  CHECK_HOOK(1, LWT_FAILURE);
  stop(server, &h);
}

TEST(a_connection_goes_on_when_the_server_is_shut_down) {
  struct handler h = {.says = "first\n", .waits = true};
  int before = calm_count();
  lwt_io_server *server = start(&h);
  struct client c = client_of(server);
  CHECK_TEXT(lwt_io_read_line(c.in), "first");
  struct lwt_unix_sockaddr address = address_of_server(server);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  CHECK_RUN(lwt_io_shutdown_server(server), 0);
  CHECK_RUN_ERRNO(lwt_io_open_connection(ADDRESS(address), NULL), ECONNREFUSED, "connect");
  CHECK_INT(open_count(), before + 2);
  CHECK_INT(h.dropped, 0);
  CHECK_RETURNS(lwt_io_write(c.out, "go on\n", 6), 0);
  CHECK_TEXT(lwt_io_read(c.in), "later");
  client_end(c);
  closed(&h, before);
  stop(server, &h);
}

TEST(a_client_may_close_first) {
  struct handler h = {.waits = true};
  int before = calm_count();
  hook_install();
  lwt_io_server *server = start(&h);
  struct client c = client_of(server);
  WAIT_UNTIL(h.ran == 1);
  client_end(c);
  closed(&h, before + 1);
  CHECK_HOOK(1, LWT_END_OF_FILE); /* the read that waited */
  stop(server, &h);
}
