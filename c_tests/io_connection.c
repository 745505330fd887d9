/* Connections as two channels: opened, closed, cancelled, refused. */
#include "servers.h"

static struct lwt_unix_sockaddr where(const lwt_unix_fd *fd) { return address_of(name_of(fd)); }
/* A connection to a socket that listens, and the socket at the other end. */
static struct client opened(const lwt_unix_fd *l, lwt_unix_fd **peer,
                            const struct lwt_io_connection_options *options) {
  struct lwt_unix_sockaddr a = where(l);
  lwt_t *p = lwt_io_open_connection(ADDRESS(a), options);
  *peer = accepted_from(l);
  return client_from(p);
}
static intptr_t hears(lwt_unix_fd *peer, char *text, size_t len) {
  return run(lwt_unix_read(peer, text, len));
}

TEST(what_is_written_is_sent_before_the_output_closes_both) {
  char text[16];
  int before = calm_count();
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct client c = opened(l, &peer, NULL);
  CHECK_RETURNS(lwt_io_write(c.out, "to the end", 10), 0);
  CHECK_RUN(lwt_io_close(c.out), 0);
  CHECK_INT(hears(peer, text, sizeof text), 10);
  CHECK_INT(hears(peer, text, sizeof text), 0);
  CHECK_INT(open_count(), before + 2);
  client_end(c); /* the input has nothing left to close */
  shut(peer);
  shut(l);
}

TEST(closing_the_input_closes_the_socket_under_the_output) {
  char text[16];
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct client c = opened(l, &peer, NULL);
  CHECK_RETURNS(lwt_io_write(c.out, "lost", 4), 0);
  CHECK_RUN(lwt_io_close(c.in), 0);
  CHECK_RUN_ERRNO(lwt_io_flush(c.out), EBADF, "check_descriptor");
  CHECK_INT(hears(peer, text, sizeof text), 0);
  client_end(c);
  shut(peer);
  shut(l);
}

static lwt_io_channel *other;
static void close_other(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_release(lwt_io_close(other));
}
static void close_other_failed(const lwt_exn *e, void *env) {
  (void)e;
  close_other(NULL, env);
}
TEST(a_callback_of_the_one_may_close_the_other) {
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct client c = opened(l, &peer, NULL);
  lwt_t *reading = lwt_io_read_char(c.in);
  other = c.in;
  lwt_on_any(reading, close_other, close_other_failed, NULL, NULL);
  CHECK_RUN(lwt_io_close(c.out), 0);
  CHECK(lwt_state(reading) == LWT_FAIL);
  lwt_release(reading);
  CHECK(lwt_io_is_closed(c.in));
  client_end(c);
  shut(peer);
  shut(l);
}

static int no_delay(const lwt_unix_fd *fd) {
  int on = 0;
  socklen_t len = sizeof on;
  CHECK_INT(getsockopt(raw_of(fd), IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
  return on;
}
static int prepared;
static void prepare(const lwt_unix_fd *fd, void *env) {
  CHECK_INT(no_delay(fd), 0);
  prepared++;
  if (env != NULL) lwt_raise(exn(LWT_FAILURE));
}
TEST(a_socket_may_be_given_and_prepared) {
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct lwt_io_connection_options options = lwt_io_connection_options_default();
  for (int delay = 0; delay < 2; delay++) {
    options.fd = stream_socket("127.0.0.1:0");
    options.prepare = prepare;
    options.in_buffer_size = 4096;
    options.out_buffer_size = 100;
    options.delay = delay;
    prepared = 0;
    struct client c = opened(l, &peer, &options);
    CHECK_INT(prepared, 1);
    CHECK_INT(no_delay(options.fd), !delay);
    CHECK_INT(lwt_io_buffer_size(c.in), 4096);
    CHECK_INT(lwt_io_buffer_size(c.out), 100);
    client_end(c);
    CHECK_INT(lwt_unix_state(options.fd, NULL), LWT_UNIX_CLOSED);
    lwt_unix_fd_release((lwt_unix_fd *)options.fd);
    shut(peer);
  }
  shut(l);
}

TEST(whatever_fails_closes_the_socket) {
  int before = calm_count();
  lwt_unix_fd *l = listener("127.0.0.1:0", 8);
  struct lwt_unix_sockaddr a = where(l);
  struct lwt_io_connection_options options = lwt_io_connection_options_default();
  options.prepare = prepare;
  options.prepare_env = &options;
  CHECK_RUN_FAILS(lwt_io_open_connection(ADDRESS(a), &options), LWT_FAILURE);
  shut(l);
  CHECK_INT(open_count(), before);
  options.prepare = NULL;
  options.fd = stream_socket("127.0.0.1:0");
  CHECK_RUN_ERRNO(lwt_io_open_connection(ADDRESS(a), &options), ECONNREFUSED, "connect");
  CHECK_INT(lwt_unix_state(options.fd, NULL), LWT_UNIX_CLOSED);
  CHECK_RUN_ERRNO(lwt_io_open_connection(ADDRESS(a), &options), EBADF, "check_descriptor");
  lwt_unix_fd_release((lwt_unix_fd *)options.fd);
  CHECK_INT(open_count(), before);
}

TEST(cancelling_closes_the_socket) {
  lwt_unix_fd *l = listener("127.0.0.1:0", 0), *full[2];
  lwt_t *connecting_[2];
  struct lwt_unix_sockaddr a = where(l);
  for (int i = 0; i < 2; i++) full[i] = connecting(l, &connecting_[i]);
  int before = calm_count();
  lwt_t *p = lwt_io_open_connection(ADDRESS(a), NULL); /* the queue is full */
  CHECK_SLEEPS(p);
  CHECK_INT(open_count(), before + 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(open_count(), before);
  for (int i = 0; i < 2; i++) {
    lwt_cancel(connecting_[i]);
    lwt_release(connecting_[i]);
    shut(full[i]);
  }
  shut(l);
}

TEST(a_name_is_looked_up) {
  char port[8];
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct lwt_io_connection_options options = lwt_io_connection_options_default();
  snprintf(port, sizeof port, "%s", strrchr(name_of(l), ':') + 1);
  struct client c = client_from(lwt_io_open_connection_name("127.0.0.1", port, NULL));
  peer = accepted_from(l);
  client_end(c);
  shut(peer);
  options.prepare = prepare;
  CHECK_FAILS(lwt_io_open_connection_name("127.0.0.1", port, &options), INVALID);
  CHECK_FAILS(lwt_io_open_connection_name("127.0.0.1", NULL, NULL), INVALID);
  shut(l);
}

static lwt_t *greets(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  struct env *e = env_enter(env);
  (void)in;
  lwt_release(lwt_io_write(out, "greetings", 9));
  return env_promise(e);
}
TEST(both_channels_are_closed_after_use) {
  char text[16];
  int before = calm_count();
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct lwt_unix_sockaddr a = where(l);
  ENV(good);
  ENV_RAISING(bad, LWT_FAILURE);
  ENV(refused);
  good.value = LWT_INT(7);
  lwt_t *p = lwt_io_with_connection(ADDRESS(a), NULL, greets, &good, env_drop);
  peer = accepted_from(l);
  CHECK_INT(hears(peer, text, sizeof text), 9);
  CHECK_INT(hears(peer, text, sizeof text), 0);
  CHECK_RUN(p, 7);
  shut(peer);
  p = lwt_io_with_connection(ADDRESS(a), NULL, greets, &bad, env_drop);
  peer = accepted_from(l);
  CHECK_RUN_FAILS(p, LWT_FAILURE);
  CHECK_INT(hears(peer, text, sizeof text), 9);
  shut(peer);
  shut(l);
  CHECK_ENV(good, 1, 1);
  CHECK_ENV(bad, 1, 1);
  CHECK_RUN_ERRNO(lwt_io_with_connection(ADDRESS(a), NULL, greets, &refused, env_drop),
                  ECONNREFUSED, "connect");
  CHECK_ENV(refused, 0, 1);
  CHECK_INT(open_count(), before);
  CHECK_TRACE("good bad");
}
TEST(cancelling_the_use_of_a_connection_closes_it_at_once) {
  lwt_unix_fd *l = listener("127.0.0.1:0", 8), *peer;
  struct lwt_unix_sockaddr a = where(l);
  lwt_u *u;
  ENV_RETURNING(never, lwt_task(&u));
  lwt_t *p = lwt_io_with_connection(ADDRESS(a), NULL, greets, &never, env_drop);
  peer = accepted_from(l);
  WAIT_UNTIL(never.ran == 1);
  lwt_cancel(p);
  CHECK_RUN_FAILS(p, LWT_CANCELED);
  CHECK_ENV(never, 1, 1);
  lwt_wakener_release(u);
  shut(peer);
  shut(l);
  CHECK_TRACE("never");
}

/* A channel whose close fails, and the function that closes it. */
static lwt_t *close_fails(void *env) {
  ++*(int *)env;
  return lwt_fail(exn(LWT_FAILURE));
}
static lwt_t *in_transfer(char *buf, size_t len, void *env) {
  (void)buf, (void)len, (void)env;
  return lwt_return(LWT_INT(0));
}
static lwt_t *closes_both(const lwt_io_channel *in, const lwt_io_channel *out, void *env) {
  if (*(bool *)env) CHECK_FAILS(lwt_io_close(in), LWT_FAILURE);
  if (*(bool *)env) CHECK_FAILS(lwt_io_close(out), LWT_FAILURE);
  return lwt_return(LWT_INT(3));
}
TEST(an_error_that_a_close_has_told_is_not_told_again) {
  for (int explicitly = 0; explicitly < 2; explicitly++) {
    int closes = 0;
    bool close_there = explicitly != 0;
    lwt_io_channel *in = lwt_io_make(LWT_IO_INPUT, 0, in_transfer, close_fails, NULL, &closes, NULL);
    lwt_io_channel *out =
      lwt_io_make(LWT_IO_OUTPUT, 0, in_transfer, close_fails, NULL, &closes, NULL);
    lwt_t *p = lwt_io_with_close_connection(in, out, closes_both, &close_there, NULL);
    CHECK_RUN(p, close_there ? 3 : -LWT_FAILURE);
    CHECK_INT(closes, 2);
    lwt_io_channel_release(in);
    lwt_io_channel_release(out);
  }
}

TEST(misuse_is_refused) {
  ENV(e);
  struct lwt_unix_sockaddr a = address_of("127.0.0.1:1");
  struct lwt_io_connection_options options = lwt_io_connection_options_default();
  CHECK_FAILS(lwt_io_open_connection(NULL, 0, NULL), INVALID);
  CHECK_FAILS(lwt_io_open_connection((struct sockaddr *)&a.address, 100000, NULL), INVALID);
  options.size--;
  CHECK_FAILS(lwt_io_open_connection(ADDRESS(a), &options), INVALID);
  options.size++;
  options.in_buffer_size = 3;
  CHECK_FAILS(lwt_io_open_connection(ADDRESS(a), &options), INVALID);
  options.in_buffer_size = 0;
  options.fd = (const lwt_unix_fd *)lwt_io_stdout();
  CHECK_FAILS(lwt_io_open_connection(ADDRESS(a), &options), INVALID);
  CHECK_FAILS(lwt_io_with_connection(ADDRESS(a), &options, greets, &e, env_drop), INVALID);
  CHECK_FAILS(lwt_io_with_connection(ADDRESS(a), NULL, NULL, &e, env_drop), INVALID);
  CHECK_FAILS(lwt_io_with_close_connection(lwt_io_stdin(), lwt_io_stdin(), greets, &e, env_drop),
              INVALID);
  CHECK_FAILS(lwt_io_with_close_connection(NULL, lwt_io_stdout(), greets, &e, env_drop), INVALID);
  CHECK_FAILS(lwt_io_with_close_connection(lwt_io_stdin(), lwt_io_stdout(), NULL, &e, env_drop),
              INVALID);
  CHECK_ENV(e, 0, 5);
}
