/* What is verified: each certificate that is wrong is refused, with a number and words. */
#include "tls.h"

/* What a client says to that certificate, and what the server hears of it. */
struct verdict {
  int code;
  const char *words;
  int alert;
};
static void refuses(const lwt_ssl_context *client, const lwt_ssl_context *server, const char *host,
                    struct verdict want) {
  struct ends e = shaken(client, server, host);
  CHECK_PTR(e.client, NULL);
  CHECK_SSL_EXN(e.client_wrong, want.code, want.words);
  CHECK_SSL_EXN(e.server_wrong, LWT_SSL_ALERT, "given up");
  CHECK_INT(lwt_ssl_alert_of(e.server_wrong), want.alert);
  CHECK_INT(lwt_ssl_alert_of(e.client_wrong), -1);
  ends_release(e);
}
#define REFUSES(chain, key, host, ...)                              \
  do {                                                              \
    lwt_ssl_context *client_ = client_context();                    \
    lwt_ssl_context *server_ = SERVER_CONTEXT(chain, key);          \
    refuses(client_, server_, host, (struct verdict){__VA_ARGS__}); \
    lwt_ssl_context_release(client_);                               \
    lwt_ssl_context_release(server_);                               \
  } while (0)

TEST(one_that_has_expired) {
  REFUSES(EXPIRED_PEM, EXPIRED_KEY, "localhost", LWT_SSL_EXPIRED, "until 2021-01-01", 45);
}
TEST(one_that_is_not_valid_yet) {
  REFUSES(EARLY_PEM, EARLY_KEY, "localhost", LWT_SSL_NOT_YET_VALID, "from 2120-01-01", 45);
}
TEST(one_for_another_host) {
  REFUSES(SERVER_CHAIN_PEM, SERVER_KEY, "elsewhere.test", LWT_SSL_WRONG_HOST, "elsewhere.test", 42);
  REFUSES(SERVER_CHAIN_PEM, SERVER_KEY, "a.b.example.test", LWT_SSL_WRONG_HOST, "example.test", 42);
  REFUSES(SERVER_CHAIN_PEM, SERVER_KEY, "127.0.0.2", LWT_SSL_WRONG_HOST, "127.0.0.1", 42);
}
TEST(one_of_an_unknown_issuer) {
  REFUSES(ROGUE_PEM, ROGUE_KEY, "localhost", LWT_SSL_UNKNOWN_ISSUER, "nobody who is trusted", 48);
  REFUSES(SERVER_CHAIN_PEM SERVER_CHAIN_PEM, SERVER_KEY, "elsewhere", LWT_SSL_WRONG_HOST, "", 42);
}
TEST(one_that_is_its_own_issuer) {
  REFUSES(ALONE_PEM, ALONE_KEY, "localhost", LWT_SSL_SELF_SIGNED, "self-signed", 46);
}
TEST(one_that_is_for_clients) {
  REFUSES(CLIENT_PEM, CLIENT_KEY, "localhost", LWT_SSL_WRONG_PURPOSE, "purpose", 43);
}

TEST(names_addresses_and_wildcards_that_fit_are_believed) {
  const char *hosts[] = {"localhost", "LOCALHOST", "a.example.test", "127.0.0.1", "::1"};
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  for (int i = 0; i < 5; i++) {
    struct ends e = shaken(client, server, hosts[i]);
    CHECK(e.client != NULL && e.server != NULL);
    CHECK_STR(lwt_ssl_server_name(e.server), i < 3 ? (i == 1 ? "localhost" : hosts[i]) : NULL);
    ends_release(e);
  }
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(one_that_is_trusted_itself_is_refused_if_a_list_has_it) {
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(REVOKED_PEM)), 0);
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(ALONE_PEM)), 0);
  CHECK_RETURNS(lwt_ssl_context_revoke(client, PEM(REVOKED_CRL)), 0);
  lwt_ssl_context *server = SERVER_CONTEXT(REVOKED_PEM, REVOKED_KEY);
  refuses(client, server, "localhost", (struct verdict){LWT_SSL_REVOKED, "revoked", 44});
  lwt_ssl_context_release(server);
  /* No list covers this one, and none has to. */
  server = SERVER_CONTEXT(ALONE_PEM, ALONE_KEY);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  lwt_ssl_context_release(server);
  lwt_ssl_context_release(client);
}

TEST(one_that_is_trusted_itself_is_believed_for_its_names) {
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(ALONE_PEM)), 0);
  lwt_ssl_context *server = SERVER_CONTEXT(ALONE_PEM, ALONE_KEY);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  refuses(client, server, "elsewhere.test",
          (struct verdict){LWT_SSL_WRONG_HOST, "127.0.0.1", 42});
  lwt_ssl_context_release(server);
  /* It vouches for nobody else. */
  server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  refuses(client, server, "localhost", (struct verdict){LWT_SSL_UNKNOWN_ISSUER, "", 48});
  lwt_ssl_context_release(server);
  lwt_ssl_context_release(client);
}

TEST(one_that_is_trusted_itself_has_to_be_in_time) {
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(EXPIRED_PEM)), 0);
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(EARLY_PEM)), 0);
  lwt_ssl_context *expired = SERVER_CONTEXT(EXPIRED_PEM, EXPIRED_KEY);
  lwt_ssl_context *early = SERVER_CONTEXT(EARLY_PEM, EARLY_KEY);
  refuses(client, expired, "localhost", (struct verdict){LWT_SSL_EXPIRED, "until 2021-01-01", 45});
  refuses(client, early, "localhost",
          (struct verdict){LWT_SSL_NOT_YET_VALID, "from 2120-01-01", 45});
  lwt_ssl_context_release(expired);
  lwt_ssl_context_release(early);
  lwt_ssl_context_release(client);
}

TEST(one_that_was_revoked_and_one_that_no_list_covers) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *revoked = SERVER_CONTEXT(REVOKED_PEM, REVOKED_KEY);
  lwt_ssl_context *rsa = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  lwt_ssl_context *below = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  struct ends e = shaken(client, revoked, "localhost");
  CHECK(e.client != NULL); /* nobody has told it */
  ends_release(e);
  CHECK_RETURNS(lwt_ssl_context_revoke(client, PEM(REVOKED_CRL)), 0);
  refuses(client, revoked, "localhost", (struct verdict){LWT_SSL_REVOKED, "revoked", 44});
  e = shaken(client, rsa, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  /* Its issuer has no list. */
  refuses(client, below, "localhost",
          (struct verdict){LWT_SSL_REVOCATION_UNKNOWN, "no list", 48});
  lwt_ssl_context_release(client);
  client = client_context();
  CHECK_RETURNS(lwt_ssl_context_revoke(client, PEM(LATE_CRL)), 0);
  e = shaken(client, rsa, "localhost");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_REVOCATION_UNKNOWN, "2021-01-01");
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(revoked);
  lwt_ssl_context_release(rsa);
  lwt_ssl_context_release(below);
}

TEST(only_the_call_that_says_so_switches_it_off) {
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  CHECK_INT(lwt_ssl_context_danger_accept_any_certificate(client), LWT_OK);
  lwt_ssl_context *server = SERVER_CONTEXT(EXPIRED_PEM, EXPIRED_KEY);
  const char *hosts[] = {"elsewhere.test", NULL};
  for (int i = 0; i < 2; i++) {
    struct ends e = shaken(client, server, hosts[i]);
    if (CHECK(e.client != NULL)) {
      struct lwt_ssl_certificate *c = lwt_ssl_peer_certificate(e.client);
      CHECK(c != NULL && c->not_after < 1700000000);
      lwt_ssl_certificate_release(c);
    }
    CHECK_STR(lwt_ssl_server_name(e.server), hosts[i]);
    ends_release(e);
  }
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(without_anybody_to_trust_nothing_is_believed) {
  setenv("SSL_CERT_FILE", "/dev/null", 1);
  setenv("SSL_CERT_DIR", "/dev/null", 1);
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  struct ends e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_NO_TRUST, "nobody is trusted");
  ends_release(e);
  lwt_ssl_context_release(client);
  /* The system's are read from where the environment says. */
  char name[] = "/tmp/lwt-ssl-XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0 && write(fd, AUTHORITY_PEM, sizeof AUTHORITY_PEM - 1) > 0);
  close(fd);
  setenv("SSL_CERT_FILE", name, 1);
  client = lwt_ssl_context_create_client();
  e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  lwt_ssl_context_release(client);
  client = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(client, PEM(ALONE_PEM)), 0);
  e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.client_wrong, LWT_SSL_UNKNOWN_ISSUER, "");
  ends_release(e);
  CHECK_INT(run(lwt_ssl_context_trust_system(client)), 0);
  e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
  unlink(name);
}

/* ---------------------------------------------------- clients' certificates --- */
static void asked(int version) {
  char buf[8];
  lwt_ssl_context *client = client_context(), *stranger = client_context();
  CHECK_INT(lwt_ssl_context_set_maximum_version(client, version), LWT_OK);
  CHECK_INT(lwt_ssl_context_set_maximum_version(stranger, version), LWT_OK);
  CHECK_RETURNS(lwt_ssl_context_use_certificate(stranger, PEM(STRANGER_PEM), PEM(STRANGER_KEY)), 0);
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  CHECK_RETURNS(lwt_ssl_context_trust(server, PEM(AUTHORITY_PEM)), 0);
  CHECK_INT(lwt_ssl_context_set_client_verification(server, LWT_SSL_VERIFY_OPTIONAL), LWT_OK);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.server != NULL);
  CHECK_PTR(lwt_ssl_peer_certificate(e.server), NULL);
  ends_release(e);
  for (int i = LWT_SSL_VERIFY_OPTIONAL; i <= LWT_SSL_VERIFY_REQUIRED; i++) {
    CHECK_INT(lwt_ssl_context_set_client_verification(server, i), LWT_OK);
    e = shaken(stranger, server, "localhost");
    CHECK_SSL_EXN(e.server_wrong, LWT_SSL_UNKNOWN_ISSUER, "");
    if (e.client != NULL) CHECK_SSL(lwt_ssl_read(e.client, buf, 8), LWT_SSL_ALERT, "issuer");
    ends_release(e);
  }
  e = shaken(client, server, "localhost");
  CHECK_SSL_EXN(e.server_wrong, LWT_SSL_NO_CERTIFICATE, "shown none");
  /* With TLS 1.3 a client hears it when it reads. */
  CHECK_INT(e.client != NULL, version == LWT_SSL_TLS_1_3);
  if (e.client != NULL) {
    CHECK_SSL(lwt_ssl_read(e.client, buf, 8), LWT_SSL_ALERT, "requires a certificate");
    CHECK_SSL(lwt_ssl_write(e.client, buf, 8), LWT_SSL_ALERT, "requires a certificate");
  }
  ends_release(e);
  CHECK_RETURNS(lwt_ssl_context_use_certificate(client, PEM(CLIENT_PEM), PEM(CLIENT_KEY)), 0);
  e = shaken(client, server, "localhost");
  struct lwt_ssl_certificate *c = lwt_ssl_peer_certificate(e.server);
  if (CHECK(c != NULL)) CHECK_STR(c->subject, "CN=A client");
  lwt_ssl_certificate_release(c);
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(stranger);
  lwt_ssl_context_release(server);
}
TEST(a_server_may_ask_its_clients_for_certificates) {
  asked(LWT_SSL_TLS_1_2);
  asked(LWT_SSL_TLS_1_3);
}

/* What a server that trusts `trusted`, and knows a list of revoked ones, says to a client
 * with that certificate: 0 if it believes it. */
static int said_to(const char *trusted, const char *certificate, const char *key) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  CHECK_RETURNS(lwt_ssl_context_use_certificate(client, certificate, strlen(certificate), key,
                                                strlen(key)),
                0);
  CHECK_RETURNS(lwt_ssl_context_trust(server, trusted, strlen(trusted)), 0);
  CHECK_RETURNS(lwt_ssl_context_revoke(server, PEM(REVOKED_CRL)), 0);
  CHECK_INT(lwt_ssl_context_set_client_verification(server, LWT_SSL_VERIFY_REQUIRED), LWT_OK);
  struct ends e = shaken(client, server, "localhost");
  int code = e.server != NULL ? 0 : lwt_ssl_error_of(e.server_wrong);
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
  return code;
}
TEST(a_clients_certificate_may_be_trusted_itself_and_be_revoked) {
  CHECK_INT(said_to(AUTHORITY_PEM, CLIENT_PEM, CLIENT_KEY), 0);
  CHECK_INT(said_to(CLIENT_PEM, CLIENT_PEM, CLIENT_KEY), 0);
  CHECK_INT(said_to(CLIENT_PEM, STRANGER_PEM, STRANGER_KEY), LWT_SSL_UNKNOWN_ISSUER);
  CHECK_INT(said_to(EXPIRED_PEM, EXPIRED_PEM, EXPIRED_KEY), LWT_SSL_EXPIRED);
  CHECK_INT(said_to(EARLY_PEM, EARLY_PEM, EARLY_KEY), LWT_SSL_NOT_YET_VALID);
  CHECK_INT(said_to(REVOKED_PEM, REVOKED_PEM, REVOKED_KEY), LWT_SSL_REVOKED);
  CHECK_INT(said_to(AUTHORITY_PEM, REVOKED_PEM, REVOKED_KEY), LWT_SSL_REVOKED);
  CHECK_INT(said_to(AUTHORITY_PEM, RSA_PEM, RSA_KEY), LWT_SSL_WRONG_PURPOSE);
}
TEST(a_server_that_asks_and_trusts_nobody_is_told_so) {
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  CHECK_INT(lwt_ssl_context_set_client_verification(server, LWT_SSL_VERIFY_REQUIRED), LWT_OK);
  struct pair p = connection("127.0.0.1:0");
  CHECK_SSL(lwt_ssl_accept(p.in, server), LWT_SSL_NO_TRUST, "nobody is trusted");
  pair_close(p);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

/* ------------------------------------------------------------- contexts --- */
TEST(what_is_no_certificate_or_no_key_of_it_is_refused) {
  lwt_ssl_context *c = lwt_ssl_context_create_server();
  CHECK_SSL(lwt_ssl_context_use_certificate(c, PEM("nonsense"), PEM(RSA_KEY)), LWT_SSL_BAD_KEY,
            "no certificate");
  CHECK_SSL(lwt_ssl_context_use_certificate(c, PEM(RSA_PEM), PEM(RSA_PEM)), LWT_SSL_BAD_KEY,
            "private key");
  CHECK_SSL(lwt_ssl_context_use_certificate(c, PEM(RSA_PEM), PEM(OTHER_KEY)), LWT_SSL_BAD_KEY,
            "not that of the certificate");
  CHECK_SSL(lwt_ssl_context_use_certificate(c, "\x30\x03\x02\x01\x05", 5, PEM(OTHER_KEY)),
            LWT_SSL_BAD_KEY, "");
  CHECK_SSL(lwt_ssl_context_use_certificate(c, "", 0, "", 0), LWT_SSL_BAD_KEY, "");
  CHECK_SSL(lwt_ssl_context_trust(c, PEM("nonsense")), LWT_SSL_BAD_KEY, "no certificate");
  CHECK_SSL(lwt_ssl_context_trust(c, "\x30\x03\x02\x01\x05", 5), LWT_SSL_BAD_KEY, "understood");
  CHECK_SSL(lwt_ssl_context_revoke(c, PEM(RSA_PEM)), LWT_SSL_BAD_KEY, "no list");
  struct pair p = connection("127.0.0.1:0");
  CHECK_SSL(lwt_ssl_accept(p.in, c), LWT_SSL_BAD_KEY, "needs a certificate");
  pair_close(p);
  lwt_ssl_context_release(c);
}

TEST(certificates_are_read_from_files) {
  char dir[] = "/tmp/lwt-ssl-XXXXXX", chain[64], key[64], authority[64], missing[64];
  CHECK(mkdtemp(dir) != NULL);
  snprintf(chain, sizeof chain, "%s/chain", dir);
  snprintf(key, sizeof key, "%s/key", dir);
  snprintf(authority, sizeof authority, "%s/authority", dir);
  snprintf(missing, sizeof missing, "%s/missing", dir);
  const char *paths[] = {chain, key, authority};
  const char *texts[] = {SERVER_CHAIN_PEM, SERVER_KEY, AUTHORITY_PEM};
  for (int i = 0; i < 3; i++) {
    FILE *file = fopen(paths[i], "w");
    CHECK(file != NULL && fputs(texts[i], file) >= 0);
    fclose(file);
  }
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  lwt_ssl_context *server = lwt_ssl_context_create_server();
  CHECK_INT(run(lwt_ssl_context_use_certificate_file(server, chain, key)), 0);
  CHECK_INT(run(lwt_ssl_context_trust_file(client, authority)), 0);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  CHECK_RUN_ERRNO(lwt_ssl_context_trust_file(client, missing), ENOENT, "open");
  CHECK_RUN_ERRNO(lwt_ssl_context_revoke_file(client, missing), ENOENT, "open");
  CHECK_RUN_ERRNO(lwt_ssl_context_use_certificate_file(server, chain, missing), ENOENT, "open");
  CHECK_RUN_ERRNO(lwt_ssl_context_trust_file(client, dir), EISDIR, "open");
  lwt_t *cancelled = lwt_ssl_context_trust_file(client, authority);
  lwt_cancel(cancelled);
  lwt_main_run_until(cancelled);
  lwt_release(cancelled);
  for (int i = 0; i < 3; i++) unlink(paths[i]);
  rmdir(dir);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(keys_are_logged_only_when_that_is_asked_for) {
  char name[] = "/tmp/lwt-ssl-XXXXXX", line[256] = "";
  int fd = mkstemp(name);
  setenv("SSLKEYLOGFILE", name, 1);
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  for (int i = 0; i < 2; i++) {
    CHECK_INT(lwt_ssl_context_set_key_log(client, i == 1), LWT_OK);
    struct ends e = shaken(client, server, "localhost");
    ends_release(e);
    CHECK_INT(lseek(fd, 0, SEEK_END) > 0, i == 1);
  }
  lseek(fd, 0, SEEK_SET);
  CHECK(read(fd, line, sizeof line - 1) > 0);
  CHECK_HAS(line, "_TRAFFIC_SECRET ");
  close(fd);
  unlink(name);
  unsetenv("SSLKEYLOGFILE");
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}
