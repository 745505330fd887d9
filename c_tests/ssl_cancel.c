/* Cancelling in TLS: a handshake at every point of it, reads, writes. */
#include "relay.h"

TEST(a_handshake_cancelled_at_any_point_leaves_what_can_be_closed) {
  long step = scaled(100) == 100 ? 97 : 397;
  for (int i = 0; i < 2; i++) {
    contexts(versions[i]);
    for (long point = 0, over = 0; !over; point += step) {
      struct relay r = relay_start();
      lwt_t *p[] = {lwt_ssl_connect(r.client.in, client, "localhost"),
                    lwt_ssl_accept(r.server.in, server)};
      bool any = true;
      while (r.passed < point && any) {
        turns(1);
        long left = point - r.passed;
        any = relay_pass(&r, left < 64 ? (size_t)left : 64, NULL, NULL);
      }
      over = lwt_state(p[0]) == LWT_RETURN && lwt_state(p[1]) == LWT_RETURN;
      for (int k = 0; k < 2; k++) {
        lwt_cancel(p[k]);
        CHECK(lwt_state(p[k]) != LWT_SLEEP);
        if (lwt_state(p[k]) == LWT_FAIL) CHECK_INT(kind_of(p[k]), LWT_CANCELED);
        lwt_release(p[k]);
      }
      relay_end(r);
      if (point > 20000) {
        CHECK(!"the handshake comes to an end");
        break;
      }
    }
    contexts_end();
  }
}

TEST(one_that_was_cancelled_is_gone_on_with) {
  for (int i = 0; i < 2; i++) {
    contexts(versions[i]);
    struct relay r = relay_start();
    lwt_ssl_socket *s[] = {lwt_ssl_embed_socket(r.client.in, client, "localhost"),
                           lwt_ssl_embed_socket(r.server.in, server, NULL)};
    bool done[2] = {false, false};
    int cancelled = 0;
    for (int round = 0; round < 2000 && !(done[0] && done[1]); round++) {
      for (int k = 0; k < 2; k++) {
        lwt_t *p = lwt_ssl_perform_handshake(s[k]);
        turns(1);
        lwt_cancel(p);
        done[k] = lwt_state(p) == LWT_RETURN;
        if (!done[k]) CHECK_INT(kind_of(p), LWT_CANCELED);
        cancelled += !done[k];
        lwt_release(p);
      }
      relay_pass(&r, 100, NULL, NULL);
    }
    CHECK(done[0] && done[1] && cancelled > 4);
    char buf[8];
    CHECK_INT(run(lwt_ssl_write(s[0], "still", 5)), 5);
    lwt_t *reading = lwt_ssl_read(s[1], buf, 8);
    relay_all(&r, 1000, NULL, NULL);
    CHECK_RETURNS(reading, 5);
    for (int k = 0; k < 2; k++) lwt_ssl_socket_release(s[k]);
    relay_end(r);
    contexts_end();
  }
}

TEST(who_waits_for_the_handshake_of_another_may_be_cancelled_alone) {
  contexts(LWT_SSL_TLS_1_3);
  struct relay r = relay_start();
  char buf[8];
  lwt_ssl_socket *c = lwt_ssl_embed_socket(r.client.in, client, "localhost");
  lwt_ssl_socket *s = lwt_ssl_embed_socket(r.server.in, server, NULL);
  lwt_t *first = lwt_ssl_read(c, buf, 4), *second = lwt_ssl_read(c, buf, 4);
  lwt_t *accepting = lwt_ssl_perform_handshake(s);
  turns(2);
  lwt_cancel(first); /* it was shaking hands */
  CHECK_FAILS(first, LWT_CANCELED);
  relay_all(&r, 1000, NULL, NULL);
  CHECK_STATE(accepting, LWT_RETURN);
  lwt_release(accepting);
  CHECK_SLEEPS(second);
  CHECK_INT(run(lwt_ssl_write(s, "four", 4)), 4);
  relay_all(&r, 1000, NULL, NULL);
  CHECK_RETURNS(second, 4);
  lwt_ssl_socket_release(c);
  lwt_ssl_socket_release(s);
  relay_end(r);
  contexts_end();
}

TEST(a_read_that_is_cancelled_loses_nothing) {
  for (int i = 0; i < 2; i++) {
    contexts(versions[i]);
    struct relay r = relay_start();
    lwt_ssl_socket *c = lwt_ssl_embed_socket(r.client.in, client, "localhost");
    lwt_ssl_socket *s = lwt_ssl_embed_socket(r.server.in, server, NULL);
    lwt_t *accepting = lwt_ssl_perform_handshake(s);
    lwt_t *writing = lwt_ssl_write(c, "0123456789", 10);
    char all[32] = "";
    size_t len = 0;
    for (int round = 0; round < 3000 && len < 10; round++) {
      char buf[2][4];
      lwt_t *p[] = {lwt_ssl_read(s, buf[0], 3), lwt_ssl_read(s, buf[1], 3)};
      relay_pass(&r, 7, NULL, NULL); /* some bytes of a record */
      turns(1);
      for (int k = 1; k >= 0; k--) lwt_cancel(p[k]);
      for (int k = 0; k < 2; k++) {
        if (lwt_state(p[k]) == LWT_RETURN) {
          size_t n = (size_t)LWT_TO_INT(lwt_value_of(p[k]));
          memcpy(all + len, buf[k], n);
          len += n;
          lwt_release(p[k]);
        } else {
          CHECK_FAILS(p[k], LWT_CANCELED);
        }
      }
    }
    CHECK_STR(all, "0123456789");
    CHECK_RETURNS(writing, 10);
    lwt_release(accepting);
    lwt_ssl_socket_release(c);
    lwt_ssl_socket_release(s);
    relay_end(r);
    contexts_end();
  }
}

TEST(a_write_that_is_cancelled_tells_what_was_taken) {
  static char data[1 << 16], room[1 << 16];
  struct ends e = some_ends();
  long taken = 0;
  memset(data, 'a', sizeof data);
  lwt_t *writing = held_up(e.client, data, sizeof data, &taken);
  if (writing == NULL) return;
  lwt_t *waiting = lwt_ssl_write(e.client, "never", 5);
  lwt_t *goodbye = lwt_ssl_ssl_shutdown(e.client);
  lwt_cancel(goodbye);
  CHECK_FAILS(goodbye, LWT_CANCELED);
  lwt_cancel(waiting);
  CHECK_FAILS(waiting, LWT_CANCELED);
  lwt_cancel(writing); /* it is encrypted, and partly sent */
  memset(data, 'b', sizeof data);
  CHECK_RETURNS(writing, sizeof data);
  taken += sizeof data;
  lwt_t *last = lwt_ssl_write(e.client, "z", 1);
  long got = 0;
  bool right = true;
  while (got < taken + 1 && right) {
    intptr_t n = run(lwt_ssl_read(e.server, room, sizeof room));
    if (!CHECK(n > 0)) break;
    for (intptr_t i = 0; i < n; i++) right = right && room[i] == (got + i < taken ? 'a' : 'z');
    got += n;
  }
  CHECK(right);
  CHECK_INT(got, taken + 1);
  CHECK_INT(run(last), 1);
  ends_release(e);
}

TEST(what_a_cancelled_write_has_taken_is_sent_though_nobody_asks) {
  static char data[1 << 16], room[1 << 16];
  struct ends e = some_ends();
  long taken = 0, got = 0;
  lwt_t *writing = held_up(e.client, data, sizeof data, &taken);
  if (writing == NULL) return;
  lwt_cancel(writing);
  taken += run(writing);
  while (got < taken) {
    intptr_t n = run(lwt_ssl_read(e.server, room, sizeof room));
    if (!CHECK(n > 0)) break;
    got += n;
  }
  CHECK_INT(got, taken);
  /* And if that can't be done, its end is not waited for. */
  writing = held_up(e.client, data, sizeof data, &taken);
  lwt_cancel(writing);
  lwt_release(writing);
  ends_release(e);
}
