/* What contexts are given: absurd texts, files that can't be read or written, no descriptors. */
#include "tls.h"

#define BEGIN(what) "-----BEGIN " what "-----\n"
#define END(what) "-----END " what "-----\n"

/* None of the functions that read texts takes this one. */
static void refused(const char *text, size_t len) {
  lwt_ssl_context *c = lwt_ssl_context_create_server();
  CHECK_SSL(lwt_ssl_context_use_certificate(c, text, len, PEM(RSA_KEY)), LWT_SSL_BAD_KEY, "");
  CHECK_SSL(lwt_ssl_context_use_certificate(c, PEM(RSA_PEM), text, len), LWT_SSL_BAD_KEY, "");
  CHECK_SSL(lwt_ssl_context_trust(c, text, len), LWT_SSL_BAD_KEY, "");
  CHECK_SSL(lwt_ssl_context_revoke(c, text, len), LWT_SSL_BAD_KEY, "");
  lwt_ssl_context_release(c);
}

TEST(absurd_texts_are_refused) {
  static char many[1 << 20];
  const char *all[] = {
    "",
    "-----",
    BEGIN("CERTIFICATE"),
    BEGIN("CERTIFICATE") "AAAA\n",
    BEGIN("CERTIFICATE") "not base64 at all!\n" END("CERTIFICATE"),
    BEGIN("CERTIFICATE") "A\n" END("CERTIFICATE"),
    BEGIN("CERTIFICATE") "MIIB\n" END("PRIVATE KEY"),
    END("CERTIFICATE") BEGIN("CERTIFICATE"),
    BEGIN("PRIVATE KEY") END("PRIVATE KEY"),
    BEGIN("X509 CRL") "====\n" END("X509 CRL"),
    "\xff\xfe\xfd",
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) refused(all[i], strlen(all[i]));
  const char fill[] = {'-', '\n', '\0', 'A'};
  for (int i = 0; i < 4; i++) {
    memset(many, fill[i], sizeof many);
    refused(many, sizeof many);
  }
}

TEST(any_number_of_certificates_is_taken_and_what_stands_around_them_passed_over) {
  enum { MANY = 300 };
  size_t one = strlen(AUTHORITY_PEM), noise = 6, len = MANY * (one + noise);
  char *text = (char *)malloc(len);
  for (size_t i = 0; i < MANY; i++) {
    memcpy(text + i * (one + noise), "noise\n", noise);
    memcpy(text + i * (one + noise) + noise, AUTHORITY_PEM, one);
  }
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  CHECK_RETURNS(lwt_ssl_context_trust(client, text, len), 0);
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  struct ends e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
  free(text);
}

TEST(an_encrypted_key_is_told_as_such) {
  const char *keys[] = {
    BEGIN("ENCRYPTED PRIVATE KEY") "MIIB\n" END("ENCRYPTED PRIVATE KEY"),
    BEGIN("RSA PRIVATE KEY") "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIB\n" END("RSA PRIVATE KEY"),
  };
  lwt_ssl_context *c = lwt_ssl_context_create_server();
  for (int i = 0; i < 2; i++)
    CHECK_SSL(lwt_ssl_context_use_certificate(c, PEM(RSA_PEM), keys[i], strlen(keys[i])),
              LWT_SSL_BAD_KEY, "the key is encrypted");
  lwt_ssl_context_release(c);
}

TEST(names_of_hosts_that_are_none_are_refused_and_odd_ones_are_not) {
  char large[300];
  memset(large, 'a', sizeof large - 1), large[sizeof large - 1] = '\0';
  const char *bad[] = {large, "localhost:443", "[::1]", "fe80::1%lo", "l\xc3\xb6" "calhost",
                       "https://localhost/", "localhost\r\nX: y", ".", "-localhost", "1.2.3.4.5.", "*"};
  lwt_ssl_context *client = client_context();
  lwt_ssl_context *server = SERVER_CONTEXT(SERVER_CHAIN_PEM, SERVER_KEY);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    struct pair p = socket_pair();
    lwt_t *hands = ended(lwt_ssl_connect(p.in, client, bad[i]));
    if (lwt_state(hands) != LWT_FAIL || kind_of(hands) != INVALID) fprintf(stderr, "%s:\n", bad[i]);
    CHECK_FAILS(hands, INVALID);
    pair_release(p);
  }
  /* The root may be named. */
  struct ends e = shaken(client, server, "localhost.");
  CHECK(e.client != NULL);
  CHECK_STR(lwt_ssl_server_name(e.server), "localhost");
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(server);
}

TEST(a_file_of_keys_that_cant_be_written_to_stops_nobody) {
  const char *names[] = {"/nonexistent/keys", "/", "", "/dev/full"};
  for (int i = 0; i < 4; i++) {
    setenv("SSLKEYLOGFILE", names[i], 1);
    lwt_ssl_context *client = client_context();
    lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
    CHECK_INT(lwt_ssl_context_set_key_log(client, true), LWT_OK);
    CHECK_INT(lwt_ssl_context_set_key_log(server, true), LWT_OK);
    struct ends e = shaken(client, server, "localhost");
    CHECK(e.client != NULL && e.server != NULL);
    ends_release(e);
    lwt_ssl_context_release(client);
    lwt_ssl_context_release(server);
  }
  unsetenv("SSLKEYLOGFILE");
}

TEST(what_fails_for_want_of_descriptors_works_when_there_are_some) {
  if (!limits_hold()) return;
  char name[] = "/tmp/lwt-ssl-XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0 && write(fd, AUTHORITY_PEM, sizeof AUTHORITY_PEM - 1) > 0);
  close(fd);
  setenv("SSL_CERT_FILE", name, 1);
  lwt_ssl_context *client = lwt_ssl_context_create_client();
  lwt_ssl_context *other = lwt_ssl_context_create_client();
  lwt_ssl_context *server = SERVER_CONTEXT(RSA_PEM, RSA_KEY);
  CHECK_INT(run(lwt_pause()), 0);
  struct ends e = some_ends(); /* what the loop needs is there */
  ends_release(e);
  struct pair p = connection("127.0.0.1:0"), q = connection("127.0.0.1:0");
  struct rlimit before = only(0);
  CHECK_RUN_ERRNO(lwt_ssl_context_trust_file(other, name), EMFILE, "open");
  CHECK_SSL(lwt_ssl_connect(p.out, client, "localhost"), LWT_SSL_NO_TRUST, "Too many open files");
  CHECK_RETURNS(lwt_ssl_context_trust(other, PEM(AUTHORITY_PEM)), 0);
  lwt_t *accepted = lwt_ssl_accept(q.in, server);
  lwt_ssl_socket_release((lwt_ssl_socket *)TAKE(lwt_ssl_connect(q.out, other, "localhost")));
  lwt_ssl_socket_release((lwt_ssl_socket *)TAKE(accepted));
  unlimited(before);
  pair_close(p);
  pair_close(q);
  e = shaken(client, server, "localhost");
  CHECK(e.client != NULL);
  ends_release(e);
  lwt_ssl_context_release(client);
  lwt_ssl_context_release(other);
  lwt_ssl_context_release(server);
  unlink(name);
}
