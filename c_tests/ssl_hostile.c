/* TLS used by a program, and fed by a peer, that mean no good: handles given up in the
 * middle, ends closed by callbacks, alerts and floods of them, halves of records. */
#include "relay.h"

#define ALERT(level, number) "\x15\x03\x03\x00\x02" level number

/* Whoever shakes hands over a pair of descriptors; i 0 as a client. */
static lwt_t *shaking(int i, const struct pair *p) {
  return i == 0 ? lwt_ssl_connect(p->in, client, "localhost") : lwt_ssl_accept(p->in, server);
}

TEST(alerts_before_anything_was_agreed_on_are_told_by_their_number) {
  contexts(LWT_SSL_TLS_1_3);
  for (int i = 0; i < 2; i++) {
    struct pair p = socket_pair();
    lwt_t *hands = shaking(i, &p);
    CHECK_INT(run(lwt_unix_write(p.out, ALERT("\x02", "\x28"), 7)), 7);
    ended(hands);
    CHECK_INT(lwt_ssl_error_of(lwt_exn_of(hands)), LWT_SSL_ALERT);
    CHECK_INT(lwt_ssl_alert_of(lwt_exn_of(hands)), 40);
    CHECK_HAS(lwt_exn_message(lwt_exn_of(hands)), "nothing that both ends support (alert 40)");
    lwt_release(hands);
    pair_close(p);
  }
  contexts_end();
}

TEST(warnings_and_empty_records_without_end_are_not_listened_to) {
  enum { MANY = 4000 };
  static char flood[MANY * 7];
  const struct {
    const char *record;
    size_t len;
  } all[] = {{ALERT("\x01", "\x5a"), 7}, {"\x16\x03\x01\x00\x00", 5}, {"\x14\x03\x03\x00\x01\x01", 6}};
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    for (int i = 0; i < 6; i++) {
      size_t len = all[i / 2].len;
      for (size_t k = 0; k < MANY; k++) memcpy(flood + k * len, all[i / 2].record, len);
      struct pair p = socket_pair();
      lwt_t *hands = shaking(i % 2, &p);
      lwt_t *writing = lwt_unix_write(p.out, flood, MANY * len);
      turns(20);
      CHECK_STATE(hands, LWT_FAIL);
      CHECK_INT(kind_of(hands), LWT_SSL);
      lwt_cancel(writing);
      lwt_release(writing);
      lwt_release(hands);
      pair_close(p);
    }
    contexts_end();
  }
}

TEST(a_record_that_is_cut_off_at_any_byte_is_truncated_and_never_read) {
  long step = at_full_scale() ? 1 : 9;
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    for (long cut = 0, len = step + 1; cut < len; cut += step) {
      char buf[64];
      struct relay r = relay_start();
      lwt_ssl_socket *c = lwt_ssl_embed_socket(r.client.in, client, "localhost");
      lwt_ssl_socket *s = lwt_ssl_embed_socket(r.server.in, server, NULL);
      lwt_t *hands[] = {lwt_ssl_perform_handshake(c), lwt_ssl_perform_handshake(s)};
      relay_all(&r, 4096, NULL, NULL);
      for (int k = 0; k < 2; k++) {
        CHECK_STATE(hands[k], LWT_RETURN);
        lwt_release(hands[k]);
      }
      CHECK_INT(run(lwt_ssl_write(c, "one record", 10)), 10);
      char record[256];
      len = (long)recv(r.raw[0], record, sizeof record, MSG_DONTWAIT);
      if (!CHECK(len > 10 && len < 100)) break;
      if (cut > 0) CHECK_INT(send(r.raw[1], record, (size_t)cut, MSG_DONTWAIT), cut);
      lwt_t *reading = lwt_ssl_read(s, buf, sizeof buf);
      turns(1);
      CHECK_SLEEPS(reading);
      CHECK_INT(shutdown(r.raw[1], SHUT_WR), 0);
      CHECK_SSL(reading, LWT_SSL_TRUNCATED, "goodbye");
      /* The half that is still open can be used. */
      CHECK_INT(run(lwt_ssl_write(s, "x", 1)), 1);
      lwt_ssl_socket_release(c);
      lwt_ssl_socket_release(s);
      relay_end(r);
    }
    contexts_end();
  }
}

TEST(a_handshake_that_is_cut_off_at_any_byte_fails_at_both_ends) {
  long step = scaled(100) == 100 ? 61 : 509;
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    bool whole = false;
    for (long cut = 0; !whole && CHECK(cut < 20000); cut += step) {
      struct relay r = relay_start();
      lwt_t *p[] = {lwt_ssl_connect(r.client.in, client, "localhost"),
                    lwt_ssl_accept(r.server.in, server)};
      bool any = true;
      while (r.passed < cut && any) {
        turns(1);
        long left = cut - r.passed;
        any = relay_pass(&r, left < 64 ? (size_t)left : 64, NULL, NULL);
      }
      CHECK_INT(shutdown(r.raw[0], SHUT_WR), 0);
      CHECK_INT(shutdown(r.raw[1], SHUT_WR), 0);
      turns(4);
      whole = lwt_state(p[0]) == LWT_RETURN && lwt_state(p[1]) == LWT_RETURN;
      for (int k = 0; k < 2; k++) {
        if (CHECK(lwt_state(p[k]) != LWT_SLEEP) && lwt_state(p[k]) == LWT_FAIL)
          CHECK_INT(lwt_ssl_error_of(lwt_exn_of(p[k])), LWT_SSL_TRUNCATED);
        lwt_release(p[k]);
      }
      relay_end(r);
    }
    contexts_end();
  }
}

TEST(what_comes_after_a_goodbye_is_not_looked_at) {
  char buf[8], noise[1000];
  memset(noise, 'n', sizeof noise);
  struct ends e = some_ends();
  lwt_unix_fd *fd = lwt_ssl_get_fd(e.client);
  CHECK_INT(run(lwt_ssl_write(e.client, "last", 4)), 4);
  CHECK_INT(run(lwt_ssl_ssl_shutdown(e.client)), 0);
  CHECK_INT(run(lwt_unix_write(fd, noise, sizeof noise)), (int)sizeof noise);
  CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 4);
  for (int i = 0; i < 3; i++) CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 0);
  CHECK_INT(run(lwt_ssl_write(e.server, "ok", 2)), 2);
  CHECK_INT(run(lwt_ssl_read(e.client, buf, sizeof buf)), 2);
  lwt_unix_fd_release(fd);
  ends_release(e);
}

/* -------------------------------------------------- handles given up early --- */
TEST(contexts_descriptors_and_sockets_may_be_released_while_hands_are_shaken) {
  for (int v = 0; v < 2; v++) {
    contexts(versions[v]);
    struct pair p = connection("127.0.0.1:0");
    lwt_t *accepted = lwt_ssl_accept(p.in, server);
    lwt_ssl_socket *c = lwt_ssl_embed_socket(p.out, client, "localhost");
    lwt_t *connected = lwt_ssl_perform_handshake(c);
    lwt_ssl_socket_release(c);
    pair_release(p);
    contexts_end();
    lwt_ssl_socket *both[] = {(lwt_ssl_socket *)TAKE(ended(connected)),
                              (lwt_ssl_socket *)TAKE(ended(accepted))};
    char buf[4];
    CHECK_INT(run(lwt_ssl_write(both[0], "x", 1)), 1);
    lwt_t *reading = lwt_ssl_read(both[1], buf, 4);
    lwt_ssl_socket_release(both[1]);
    CHECK_INT(run(reading), 1);
    lwt_ssl_socket_release(both[0]);
  }
}

TEST(nobody_waits_for_the_promise_of_a_handshake_that_was_given_up) {
  int before = open_count();
  contexts(LWT_SSL_TLS_1_3);
  struct pair p = socket_pair();
  lwt_t *hands = lwt_ssl_accept(p.in, server);
  turns(2);
  lwt_cancel(hands);
  lwt_release(hands);
  CHECK_FAILS(lwt_ssl_connect(p.in, server, "localhost"), INVALID);
  pair_close(p);
  contexts_end();
  turns(2);
  CHECK_INT(open_count(), before);
}

/* A callback that closes what it was called for, and gives it up. */
static lwt_t *end_it(lwt_value n, void *socket) {
  CHECK(LWT_TO_INT(n) > 0);
  lwt_t *closed = lwt_ssl_close((lwt_ssl_socket *)socket);
  lwt_ssl_socket_release((lwt_ssl_socket *)socket);
  return closed;
}
TEST(a_callback_may_close_and_release_what_it_was_called_for) {
  char buf[3][4];
  struct ends e = some_ends();
  lwt_t *first = lwt_bind(lwt_ssl_read(e.server, buf[0], 4), end_it, e.server, NULL);
  lwt_t *others[] = {lwt_ssl_read(e.server, buf[1], 4), lwt_ssl_wait_read(e.server),
                     lwt_ssl_read(e.server, buf[2], 4)};
  CHECK_INT(run(lwt_ssl_write(e.client, "now", 3)), 3);
  CHECK_INT(run(first), 0);
  for (int i = 0; i < 3; i++) {
    lwt_t *p = ended(others[i]);
    CHECK_FAILS(p, LWT_UNIX_ERROR);
  }
  e.server = NULL;
  ends_release(e);
}

static void abort_it(lwt_value n, void *socket) {
  (void)n;
  CHECK_INT(lwt_ssl_abort((lwt_ssl_socket *)socket, exn(LWT_FAILURE)), LWT_OK);
}
TEST(a_write_that_is_held_up_ends_when_a_callback_aborts) {
  static char data[1 << 16];
  long taken = 0;
  char buf[4];
  struct ends e = some_ends();
  lwt_t *writing = held_up(e.client, data, sizeof data, &taken);
  lwt_t *waiting = lwt_ssl_write(e.client, data, 1);
  lwt_t *goodbye = lwt_ssl_ssl_shutdown(e.client);
  lwt_t *reading = lwt_ssl_read(e.client, buf, 4);
  lwt_on_success(reading, abort_it, e.client, NULL);
  CHECK_INT(run(lwt_ssl_write(e.server, "stop", 4)), 4);
  CHECK_INT(run(reading), 4);
  lwt_t *all[] = {writing, waiting, goodbye};
  for (int i = 0; i < 3; i++) CHECK_FAILS(ended(all[i]), LWT_FAILURE);
  ends_release(e);
}

TEST(one_huge_write_takes_what_fits_and_no_more) {
  enum { HUGE = 64 << 20 };
  char *data = (char *)calloc(1, HUGE);
  struct ends e = some_ends();
  long before = resident();
  intptr_t n = run(lwt_ssl_write(e.client, data, HUGE));
  CHECK(n > 0 && n <= 65536);
  CHECK_FLAT(before, 16);
  free(data);
  ends_release(e);
}
