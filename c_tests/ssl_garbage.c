/* What a peer of bad will may send: bytes that are wrong, one at a time, none at all. */
#include "relay.h"

static uint64_t seed;
static uint32_t chance(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % n;
}

/* One thing in the whole talk is wrong, somewhere. */
struct damage {
  long at, seen;
  bool done;
};
static size_t damage(char *bytes, size_t len, void *env) {
  struct damage *d = (struct damage *)env;
  long here = d->at - d->seen;
  d->seen += (long)len;
  if (d->done || here < 0 || here >= (long)len) return len;
  d->done = true;
  size_t at = (size_t)here, n;
  switch (chance(5)) {
    case 0: /* a bit */
      bytes[at] = (char)(bytes[at] ^ (1 << chance(8)));
      return len;
    case 1: /* what is missing */
      n = 1 + chance(20);
      if (n > len - at) n = len - at;
      memmove(bytes + at, bytes + at + n, len - at - n);
      return len - n;
    case 2: /* what is said twice */
      memmove(bytes + at + (len - at), bytes + at, len - at);
      return len + (len - at);
    case 3: /* any bytes */
      n = 1 + chance(40);
      memmove(bytes + at + n, bytes + at, len - at);
      for (size_t i = 0; i < n; i++) bytes[at + i] = (char)chance(256);
      return len + n;
    default: /* the rest is any bytes */
      for (size_t i = at; i < len; i++) bytes[i] = (char)chance(256);
      return len;
  }
}

static lwt_t *then_read(lwt_value socket, void *buf) {
  return lwt_ssl_read((lwt_ssl_socket *)socket, (char *)buf, 64);
}

TEST(damage_anywhere_is_found_and_nothing_runs_for_ever) {
  static char got[64];
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    for (long round = 0; round < scaled(60); round++) {
      seed = (uint64_t)(round * 2 + v + 1);
      struct damage d = {(long)chance(v == 0 ? 2600 : 2900), 0, false};
      struct relay r = relay_start();
      memset(got, 0, sizeof got);
      lwt_t *reading = lwt_bind(lwt_ssl_accept(r.server.in, server), then_read, got, NULL);
      lwt_ssl_socket *c = lwt_ssl_embed_socket(r.client.in, client, "localhost");
      lwt_t *writing = lwt_ssl_write(c, "the truth and nothing else", 26);
      relay_all(&r, 512, damage, &d);
      /* Whoever still waits for more hears that there is none. */
      CHECK_INT(shutdown(r.raw[0], SHUT_RDWR), 0);
      CHECK_INT(shutdown(r.raw[1], SHUT_RDWR), 0);
      turns(3);
      CHECK(lwt_state(writing) != LWT_SLEEP);
      CHECK(lwt_state(reading) != LWT_SLEEP);
      if (lwt_state(reading) == LWT_RETURN && LWT_TO_INT(lwt_value_of(reading)) != 0) {
        CHECK_STR(got, "the truth and nothing else");
      } else if (lwt_state(reading) == LWT_FAIL) {
        int kind = kind_of(reading);
        CHECK(kind == LWT_SSL || kind == LWT_UNIX_ERROR);
      }
      lwt_release(reading);
      lwt_release(writing);
      lwt_ssl_socket_release(c);
      relay_end(r);
    }
    contexts_end();
  }
}

TEST(a_stream_of_garbage_ends_a_session_at_once) {
  static char bytes[1 << 15];
  seed = 7;
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)chance(256);
  contexts(LWT_SSL_TLS_1_3);
  for (int i = 0; i < 2; i++) {
    struct pair p = socket_pair();
    lwt_t *shaking = i == 0 ? lwt_ssl_accept(p.in, server) : lwt_ssl_connect(p.in, client, "localhost");
    CHECK(run(lwt_unix_write(p.out, bytes, sizeof bytes)) > 0);
    CHECK_SSL(shaking, LWT_SSL_NOT_TLS, "");
    pair_close(p);
  }
  struct ends e = some_ends();
  lwt_unix_fd *fd = lwt_ssl_get_fd(e.client);
  CHECK_INT(run(lwt_ssl_write(e.client, "fine", 4)), 4);
  CHECK(run(lwt_unix_write(fd, bytes, 1000)) > 0);
  char buf[8];
  CHECK_INT(run(lwt_ssl_read(e.server, buf, 8)), 4);
  for (int i = 0; i < 2; i++) CHECK_SSL(lwt_ssl_read(e.server, buf, 8), LWT_SSL_PROTOCOL, "rules");
  CHECK_SSL(lwt_ssl_write(e.server, buf, 8), LWT_SSL_PROTOCOL, "rules");
  /* The other end was told. */
  CHECK_SSL(lwt_ssl_read(e.client, buf, 8), LWT_SSL_ALERT, "(alert ");
  lwt_unix_fd_release(fd);
  ends_release(e);
  contexts_end();
}

TEST(bytes_that_come_one_at_a_time_are_waited_for) {
  char buf[8];
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    struct relay r = relay_start();
    lwt_t *reading = lwt_bind(lwt_ssl_accept(r.server.in, server), then_read, buf, NULL);
    lwt_ssl_socket *c = lwt_ssl_embed_socket(r.client.in, client, "localhost");
    lwt_t *writing = lwt_ssl_write(c, "slow", 4);
    relay_all(&r, at_full_scale() ? 1 : 13, NULL, NULL);
    CHECK_RETURNS(writing, 4);
    CHECK_RETURNS(reading, 4);
    lwt_ssl_socket_release(c);
    relay_end(r);
    contexts_end();
  }
}

static lwt_t *accept_it(void *fd) { return lwt_ssl_accept((lwt_unix_fd *)fd, server); }
TEST(a_peer_that_says_nothing_is_waited_for_until_the_time_is_up) {
  contexts(LWT_SSL_TLS_1_3);
  struct pair p = socket_pair();
  lwt_t *accepting = lwt_with_timeout(0.01, accept_it, p.in, NULL);
  CHECK_INT(run(accepting), -LWT_TIMEOUT);
  CHECK_INT(run(lwt_unix_write(p.out, "\x16\x03\x01", 3)), 3);
  pair_close(p);
  contexts_end();
}
