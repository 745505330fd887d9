/* Sessions of TLS: the handshake, what is told of it, reading and writing, the end. */
#include "tls.h"

static void both_ways(struct ends e) {
  char buf[64];
  CHECK_INT(run(lwt_ssl_write(e.client, "ping", 4)), 4);
  CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 4);
  CHECK(memcmp(buf, "ping", 4) == 0);
  CHECK_INT(run(lwt_ssl_write(e.server, "answer", 6)), 6);
  CHECK_INT(run(lwt_ssl_read(e.client, buf, 3)), 3);
  CHECK_INT(run(lwt_ssl_read(e.client, buf + 3, sizeof buf - 3)), 3);
  CHECK(memcmp(buf, "answer", 6) == 0);
}

TEST(both_ends_understand_each_other_in_either_version) {
  const int versions[] = {LWT_SSL_TLS_1_2, LWT_SSL_TLS_1_3};
  for (int i = 0; i < 2; i++) {
    struct ends e = ends_of_version(versions[i]);
    CHECK_INT(lwt_ssl_protocol(e.client), versions[i]);
    CHECK_INT(lwt_ssl_protocol(e.server), versions[i]);
    CHECK_STR(lwt_ssl_cipher(e.client), lwt_ssl_cipher(e.server));
    CHECK_HAS(lwt_ssl_cipher(e.client), i == 0 ? "TLS_ECDHE_ECDSA_WITH_AES" : "TLS_AES");
    CHECK_STR(lwt_ssl_server_name(e.server), "localhost");
    CHECK_STR(lwt_ssl_server_name(e.client), NULL);
    CHECK_STR(lwt_ssl_alpn(e.client), NULL);
    CHECK(lwt_ssl_is_ssl(e.client) && !lwt_ssl_is_resumed(e.client));
    both_ways(e);
    ends_release(e);
  }
}

TEST(the_minimum_version_is_kept) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  CHECK_INT(lwt_ssl_context_set_minimum_version(server, LWT_SSL_TLS_1_3), LWT_OK);
  CHECK_INT(lwt_ssl_context_set_maximum_version(client, LWT_SSL_TLS_1_2), LWT_OK);
  struct ends e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.server_wrong, LWT_SSL_NO_COMMON_VERSION, "no version of TLS");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_ALERT, "version");
  CHECK_INT(lwt_ssl_alert_of(e.client_wrong), 70);
  ends_release(e);
  CHECK_INT(lwt_ssl_context_set_minimum_version(client, LWT_SSL_TLS_1_3), LWT_OK);
  e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_NO_COMMON_VERSION, "newer");
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(the_peers_certificate_is_told) {
  struct ends e = some_ends();
  struct lwt_ssl_certificate *c = lwt_ssl_peer_certificate(e.client);
  if (CHECK(c != NULL)) {
    CHECK_STR(c->subject, "O=A firm\\, and sons,CN=localhost");
    CHECK_STR(c->issuer, "O=Tests of liblwt,CN=The middle");
    CHECK_INT(c->name_count, 4);
    CHECK_STR(c->names[0], "localhost");
    CHECK_STR(c->names[1], "*.example.test");
    CHECK_STR(c->names[2], "127.0.0.1");
    CHECK_STR(c->names[3], "::1");
    CHECK_INT(c->not_before, 1577836800);
    CHECK_INT(c->not_after, 4733510400);
    CHECK(c->der_len > 100 && c->der[0] == 0x30 && strlen(c->serial) > 0);
    bool some = false;
    for (int i = 0; i < 32; i++) some = some || c->sha256[i] != 0;
    CHECK(some);
  }
  lwt_ssl_certificate_release(c);
  CHECK_PTR(lwt_ssl_peer_certificate(e.server), NULL);
  ends_release(e);
}

TEST(a_protocol_of_alpn_is_agreed_on) {
  const char *mine[] = {"h2", "http/1.1"}, *theirs[] = {"http/1.1"}, *others[] = {"gopher"};
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  CHECK_INT(lwt_ssl_context_set_alpn(client, mine, 2), LWT_OK);
  CHECK_INT(lwt_ssl_context_set_alpn(server, theirs, 1), LWT_OK);
  struct ends e = shaken(client, server, "localhost");
  CHECK_STR(lwt_ssl_alpn(e.client), "http/1.1");
  CHECK_STR(lwt_ssl_alpn(e.server), "http/1.1");
  ends_release(e);
  CHECK_INT(lwt_ssl_context_set_alpn(client, others, 1), LWT_OK);
  e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.server_wrong, LWT_SSL_NO_COMMON_PROTOCOL, "ALPN");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_ALERT, "ALPN");
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(one_session_may_have_its_own_alpn_and_host) {
  const char *mine[] = {"mine"};
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  struct pair p = connection("127.0.0.1:0");
  lwt_ssl_socket *s[2] = {lwt_ssl_embed_uninitialized_socket(p.out, client),
                          lwt_ssl_embed_uninitialized_socket(p.in, server)};
  for (int i = 0; i < 2; i++) {
    lwt_ssl_session *session = lwt_ssl_ssl_socket(s[i]);
    CHECK_INT(lwt_ssl_session_set_alpn(session, mine, 1), LWT_OK);
    if (i == 0) CHECK_INT(lwt_ssl_session_set_server_name(session, "a.example.test"), LWT_OK);
    lwt_ssl_session_release(session);
  }
  lwt_t *accepted = lwt_ssl_accept_handshake(s[1]);
  lwt_ssl_socket *same = (lwt_ssl_socket *)TAKE(lwt_ssl_perform_handshake(s[0]));
  lwt_ssl_socket_release(same);
  lwt_ssl_socket_release((lwt_ssl_socket *)TAKE(accepted));
  CHECK_STR(lwt_ssl_alpn(s[0]), "mine");
  CHECK_STR(lwt_ssl_server_name(s[1]), "a.example.test");
  lwt_ssl_session *session = lwt_ssl_ssl_socket(s[0]);
  CHECK_INT(lwt_ssl_session_set_server_name(session, "late"), INVALID);
  lwt_ssl_session_release(session);
  both_ways((struct ends){s[0], s[1], NULL, NULL});
  lwt_ssl_socket_release(s[0]);
  lwt_ssl_socket_release(s[1]);
  pair_release(p);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(a_server_shows_the_certificate_of_the_name_that_is_asked_for) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  CHECK_RETURNS(lwt_ssl_context_use_certificate(server, PEM(OTHER_PEM), PEM(OTHER_KEY)), 0);
  const char *hosts[] = {"localhost", "other.test", "x.example.test"};
  for (int i = 0; i < 3; i++) {
    struct ends e = shaken(client, server, hosts[i]);
    struct lwt_ssl_certificate *c = lwt_ssl_peer_certificate(e.client);
    if (CHECK(c != NULL)) CHECK_STR(c->names[0], i == 1 ? "other.test" : "localhost");
    lwt_ssl_certificate_release(c);
    ends_release(e);
  }
  struct ends e = shaken(client, server, "nobody.test");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_WRONG_HOST, "localhost");
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(a_session_is_resumed_unless_that_is_switched_off) {
  const int versions[] = {LWT_SSL_TLS_1_2, LWT_SSL_TLS_1_3};
  for (int i = 0; i < 4; i++) {
    bool off = i >= 2;
    lwt_ssl_context *client = client_context();
    lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
    CHECK_INT(lwt_ssl_context_set_maximum_version(server, versions[i % 2]), LWT_OK);
    CHECK_INT(lwt_ssl_context_set_resumption(server, !off), LWT_OK);
    for (int round = 0; round < 3; round++) {
      struct ends e = shaken(client, server, "localhost");
      CHECK_INT(lwt_ssl_is_resumed(e.client), round > 0 && !off);
      CHECK_INT(lwt_ssl_is_resumed(e.server), round > 0 && !off);
      both_ways(e); /* the tickets have come with it */
      struct lwt_ssl_certificate *c = lwt_ssl_peer_certificate(e.client);
      CHECK(c != NULL);
      lwt_ssl_certificate_release(c);
      ends_release(e);
    }
    /* What was verified before a context was changed does not count after that. */
    CHECK_RETURNS(lwt_ssl_context_revoke(client, PEM(LATE_CRL)), 0);
    struct ends e = shaken(client, server, "localhost");
    CHECK(e.client == NULL);
    ends_release(e);
    lwt_ssl_context_release(client);
    lwt_ssl_context_release(server);
  }
}

TEST(a_handshake_is_made_by_whoever_reads_or_writes_first) {
  char buf[8];
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  struct pair p = connection("127.0.0.1:0");
  lwt_ssl_socket *c = lwt_ssl_embed_socket(p.out, client, "localhost");
  lwt_ssl_socket *s = lwt_ssl_embed_socket(p.in, server, NULL);
  CHECK_INT(lwt_ssl_protocol(c), LWT_SSL_NO_VERSION);
  lwt_t *reading = lwt_ssl_read(s, buf, 4);
  lwt_t *other = lwt_ssl_read(s, buf + 4, 4);
  lwt_t *answering = lwt_ssl_write(s, "abc", 3);
  CHECK_INT(run(lwt_ssl_write(c, "wxyz", 4)), 4);
  CHECK_INT(run(lwt_ssl_write(c, "12", 2)), 2);
  CHECK_INT(run(reading), 4);
  CHECK_INT(run(other), 2);
  CHECK(memcmp(buf, "wxyz12", 6) == 0);
  CHECK_INT(run(answering), 3);
  CHECK_INT(run(lwt_ssl_read(c, buf, sizeof buf)), 3);
  lwt_ssl_socket_release(c);
  lwt_ssl_socket_release(s);
  pair_release(p);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

/* ------------------------------------------------------------- the end --- */
TEST(a_goodbye_reads_as_the_end_and_the_other_direction_goes_on) {
  char buf[8];
  const int versions[] = {LWT_SSL_TLS_1_2, LWT_SSL_TLS_1_3};
  for (int i = 0; i < 2; i++) {
    struct ends e = ends_of_version(versions[i]);
    CHECK_INT(run(lwt_ssl_write(e.client, "last", 4)), 4);
    CHECK_INT(run(lwt_ssl_ssl_shutdown(e.client)), 0);
    CHECK_INT(run(lwt_ssl_ssl_shutdown(e.client)), 0);
    CHECK_RUN_ERRNO(lwt_ssl_write(e.client, "more", 4), EPIPE, "ssl_write");
    CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 4);
    CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 0);
    CHECK_INT(run(lwt_ssl_wait_read(e.server)), 0);
    CHECK_INT(run(lwt_ssl_read(e.server, buf, sizeof buf)), 0);
    CHECK_INT(run(lwt_ssl_write(e.server, "yes", 3)), 3);
    CHECK_INT(run(lwt_ssl_read(e.client, buf, sizeof buf)), 3);
    CHECK_INT(run(lwt_ssl_close(e.server)), 0);
    CHECK_SSL(lwt_ssl_read(e.client, buf, sizeof buf), LWT_SSL_TRUNCATED, "goodbye");
    ends_release(e);
  }
}

TEST(a_connection_that_just_ends_is_truncated_after_what_came) {
  char buf[8];
  for (int how = 0; how < 2; how++) {
    struct ends e = some_ends();
    CHECK_INT(run(lwt_ssl_write(e.server, "part", 4)), 4);
    if (how == 0) {
      CHECK_INT(run(lwt_ssl_close(e.server)), 0);
    } else {
      CHECK_INT(run(lwt_ssl_shutdown(e.server, SHUT_WR)), 0);
    }
    CHECK_INT(run(lwt_ssl_read(e.client, buf, sizeof buf)), 4);
    for (int i = 0; i < 2; i++)
      CHECK_SSL(lwt_ssl_read(e.client, buf, sizeof buf), LWT_SSL_TRUNCATED, "not be all");
    CHECK_INT(run(lwt_ssl_wait_read(e.client)), 0);
    ends_release(e);
  }
}

TEST(an_end_in_the_middle_of_a_handshake_is_told_at_once) {
  lwt_ssl_context *client = client_context();
  struct pair p = connection("127.0.0.1:0");
  lwt_t *connecting = lwt_ssl_connect(p.out, client, "localhost");
  CHECK_INT(run(lwt_unix_shutdown(p.in, SHUT_WR)), 0);
  CHECK_SSL(connecting, LWT_SSL_TRUNCATED, "middle of the handshake");
  CHECK_INT(lwt_unix_state(p.out, NULL), LWT_UNIX_OPENED);
  pair_close(p);
  lwt_ssl_context_release(client);
}

TEST(what_is_not_tls_is_told_as_such) {
  const char *said[] = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"};
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  for (int i = 0; i < 4; i++) {
    struct pair p = connection("127.0.0.1:0");
    lwt_t *shaking = i < 2 ? lwt_ssl_connect(p.out, client, "localhost") : lwt_ssl_accept(p.out, server);
    CHECK_INT(run(lwt_unix_write(p.in, said[i % 2], strlen(said[i % 2]))), (int)strlen(said[i % 2]));
    CHECK_SSL(shaking, LWT_SSL_NOT_TLS, "not TLS");
    pair_close(p);
  }
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

/* ------------------------------------------------------------- transfer --- */
static bool right(const char *data, size_t len, size_t from) {
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)data[i] != (unsigned char)((from + i) * 7 % 251)) return false;
  return true;
}
TEST(much_goes_through_in_pieces_of_any_size) {
  enum { ALL = 1 << 20 };
  static char data[ALL], got[1 << 17];
  for (size_t i = 0; i < ALL; i++) data[i] = (char)(i * 7 % 251);
  const size_t rooms[] = {1000, 16384, 16385, sizeof got};
  for (int i = 0; i < 4; i++) {
    struct ends e = some_ends();
    lwt_t *writing = write_all(e.client, data, ALL);
    size_t at = 0;
    while (at < ALL) {
      intptr_t n = run(lwt_ssl_read(e.server, got, rooms[i]));
      if (!CHECK(n > 0 && right(got, (size_t)n, at))) break;
      at += (size_t)n;
    }
    CHECK_INT(at, ALL);
    CHECK_INT(run(writing), 0);
    ends_release(e);
  }
}

TEST(reading_and_writing_go_on_at_the_same_time) {
  enum { ALL = 1 << 19 };
  static char data[ALL], got[2][1 << 15];
  for (size_t i = 0; i < ALL; i++) data[i] = (char)(i * 7 % 251);
  struct ends e = some_ends();
  const lwt_ssl_socket *side[2] = {e.client, e.server};
  lwt_t *writing[2];
  size_t at[2] = {0, 0};
  for (int i = 0; i < 2; i++) writing[i] = write_all(side[i], data, ALL);
  while (at[0] < ALL || at[1] < ALL) {
    for (int i = 0; i < 2; i++) {
      if (at[i] == ALL) continue;
      intptr_t n = run(lwt_ssl_read(side[i], got[i], sizeof got[i]));
      if (!CHECK(n > 0 && right(got[i], (size_t)n, at[i]))) return;
      at[i] += (size_t)n;
    }
  }
  for (int i = 0; i < 2; i++) CHECK_INT(run(writing[i]), 0);
  ends_release(e);
}

TEST(who_writes_faster_than_the_other_end_reads_is_held_up) {
  static char data[1 << 16];
  struct ends e = some_ends();
  long taken = 0;
  lwt_t *writing = held_up(e.client, data, sizeof data, &taken);
  if (writing == NULL) return;
  lwt_t *waiting = lwt_ssl_wait_write(e.client);
  CHECK_SLEEPS(waiting);
  long got = 0;
  static char room[1 << 16];
  while (got < taken + (long)sizeof data) {
    intptr_t n = run(lwt_ssl_read(e.server, room, sizeof room));
    if (!CHECK(n > 0)) break;
    got += n;
  }
  CHECK_INT(run(writing), (int)sizeof data);
  CHECK_INT(run(waiting), 0);
  ends_release(e);
}

TEST(waiting_to_read_knows_what_is_decrypted_already) {
  char buf[8];
  struct ends e = some_ends();
  lwt_t *waiting = lwt_ssl_wait_read(e.server);
  turns(3);
  CHECK_SLEEPS(waiting);
  CHECK_INT(run(lwt_ssl_write(e.client, "abcd", 4)), 4);
  CHECK_INT(run(waiting), 0);
  CHECK_INT(run(lwt_ssl_read(e.server, buf, 2)), 2);
  CHECK_RETURNS(lwt_ssl_wait_read(e.server), 0);
  CHECK_INT(run(lwt_ssl_read(e.server, buf + 2, 2)), 2);
  CHECK(memcmp(buf, "abcd", 4) == 0);
  waiting = lwt_ssl_wait_read(e.server);
  CHECK_SLEEPS(waiting);
  lwt_cancel(waiting);
  CHECK_FAILS(waiting, LWT_CANCELED);
  CHECK_INT(run(lwt_ssl_wait_write(e.client)), 0);
  ends_release(e);
}

TEST(reads_are_served_in_the_order_of_the_calls) {
  char buf[3];
  struct ends e = some_ends();
  lwt_t *reads[3];
  for (int i = 0; i < 3; i++) reads[i] = lwt_ssl_read(e.server, buf + i, 1);
  CHECK_INT(run(lwt_ssl_write(e.client, "xyz", 3)), 3);
  for (int i = 0; i < 3; i++) CHECK_INT(run(reads[i]), 1);
  CHECK(memcmp(buf, "xyz", 3) == 0);
  ends_release(e);
}

TEST(nothing_is_read_and_written_at_once) {
  struct ends e = some_ends();
  CHECK_RETURNS(lwt_ssl_read(e.client, NULL, 0), 0);
  CHECK_RETURNS(lwt_ssl_write(e.client, NULL, 0), 0);
  ends_release(e);
}

TEST(memory_of_the_librarys_is_read_to_and_written_from) {
  struct ends e = some_ends();
  lwt_bytes *out = lwt_bytes_create(16), *in = lwt_bytes_create(16);
  memcpy(lwt_bytes_data(out), "0123456789abcdef", 16);
  CHECK_INT(run(lwt_ssl_write_bytes(e.client, out, 4, 8)), 8);
  lwt_t *reading = lwt_ssl_read_bytes(e.server, in, 1, 15);
  CHECK_INT(run(reading), 8);
  CHECK(memcmp((char *)lwt_bytes_data(in) + 1, "456789ab", 8) == 0);
  CHECK_FAILS(lwt_ssl_read_bytes(e.server, in, 1, 16), INVALID);
  CHECK_FAILS(lwt_ssl_write_bytes(e.server, in, 17, 0), INVALID);
  lwt_bytes_release(out);
  lwt_bytes_release(in);
  ends_release(e);
}

/* ------------------------------------------------------- the descriptor --- */
TEST(a_plain_socket_is_its_descriptor) {
  char buf[8];
  struct pair p = socket_pair();
  lwt_ssl_socket *a = lwt_ssl_plain(p.in), *b = lwt_ssl_plain(p.out);
  CHECK(!lwt_ssl_is_ssl(a));
  CHECK_PTR(lwt_ssl_ssl_socket(a), NULL);
  CHECK_INT(lwt_ssl_get_unix_fd(a), raw_of(p.in));
  lwt_ssl_socket *same = (lwt_ssl_socket *)TAKE(lwt_ssl_perform_handshake(a));
  CHECK_INT(lwt_ssl_get_unix_fd(same), raw_of(p.in));
  lwt_ssl_socket_release(same);
  CHECK_INT(run(lwt_ssl_wait_write(a)), 0);
  CHECK_INT(run(lwt_ssl_write(a, "plain", 5)), 5);
  CHECK_INT(run(lwt_ssl_wait_read(b)), 0);
  CHECK_INT(run(lwt_ssl_read(b, buf, 8)), 5);
  CHECK(memcmp(buf, "plain", 5) == 0);
  CHECK_RETURNS(lwt_ssl_ssl_shutdown(a), 0);
  CHECK_INT(run(lwt_ssl_write(a, "x", 1)), 1);
  CHECK_INT(lwt_ssl_protocol(a), LWT_SSL_NO_VERSION);
  CHECK_PTR(lwt_ssl_cipher(a), NULL);
  CHECK_PTR(lwt_ssl_peer_certificate(a), NULL);
  CHECK_INT(run(lwt_ssl_close(a)), 0);
  CHECK_INT(lwt_unix_state(p.in, NULL), LWT_UNIX_CLOSED);
  CHECK_INT(run(lwt_ssl_read(b, buf, 8)), 1);
  CHECK_INT(run(lwt_ssl_read(b, buf, 8)), 0);
  lwt_ssl_socket_release(a);
  lwt_ssl_socket_release(b);
  pair_release(p);
}

TEST(the_descriptor_and_both_addresses_are_told) {
  struct ends e = some_ends();
  lwt_unix_fd *fd = lwt_ssl_get_fd(e.client);
  CHECK_INT(lwt_ssl_get_unix_fd(e.client), raw_of(fd));
  CHECK_STR(text_of(lwt_ssl_getsockname(e.client)), text_of(lwt_ssl_getpeername(e.server)));
  CHECK_STR(text_of(lwt_ssl_getpeername(e.client)), text_of(lwt_ssl_getsockname(e.server)));
  lwt_unix_fd_release(fd);
  ends_release(e);
}

TEST(closing_and_aborting_end_all_that_waits) {
  char buf[8];
  for (int how = 0; how < 2; how++) {
    struct ends e = some_ends();
    lwt_t *waits[] = {lwt_ssl_read(e.client, buf, 4), lwt_ssl_read(e.client, buf + 4, 4),
                      lwt_ssl_wait_read(e.client)};
    if (how == 0) {
      CHECK_INT(run(lwt_ssl_close(e.client)), 0);
    } else {
      CHECK_INT(lwt_ssl_abort(e.client, exn(LWT_FAILURE)), LWT_OK);
    }
    for (int i = 0; i < 3; i++) CHECK_INT(-run(waits[i]), how == 0 ? LWT_UNIX_ERROR : LWT_FAILURE);
    lwt_t *after[] = {lwt_ssl_read(e.client, buf, 4), lwt_ssl_write(e.client, buf, 4),
                      lwt_ssl_wait_write(e.client), lwt_ssl_ssl_shutdown(e.client),
                      lwt_ssl_perform_handshake(e.client)};
    for (int i = 0; i < 5; i++) CHECK_INT(-run(after[i]), how == 0 ? LWT_UNIX_ERROR : LWT_FAILURE);
    if (how == 1) CHECK_INT(run(lwt_ssl_close(e.client)), 0);
    CHECK_INT(-run(lwt_ssl_close(e.client)), LWT_UNIX_ERROR);
    ends_release(e);
  }
}

TEST(a_peer_that_has_gone_is_an_error_and_no_signal) {
  static char data[1 << 16];
  struct ends e = some_ends();
  CHECK_INT(run(lwt_ssl_close(e.server)), 0);
  intptr_t n = 0;
  for (int i = 0; i < 1000 && n >= 0; i++) n = run(lwt_ssl_write(e.client, data, sizeof data));
  CHECK_INT(n, -LWT_UNIX_ERROR);
  ends_release(e);
}
