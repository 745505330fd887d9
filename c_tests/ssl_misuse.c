/* What TLS does with bad handles and arguments. */
#include "tls.h"

#include <pthread.h>

TEST(bad_handles_are_errors) {
  char buf[4];
  lwt_ssl_context *context = client_context(), *gone = client_context();
  lwt_ssl_context_release(gone);
  lwt_ssl_socket *bad[] = {NULL, (lwt_ssl_socket *)context, (lwt_ssl_socket *)gone,
                           (lwt_ssl_socket *)(uintptr_t)12345};
  for (int i = 0; i < 4; i++) {
    lwt_ssl_socket *s = bad[i];
    CHECK_FAILS(lwt_ssl_read(s, buf, 4), INVALID);
    CHECK_FAILS(lwt_ssl_write(s, buf, 4), INVALID);
    CHECK_FAILS(lwt_ssl_read_bytes(s, NULL, 0, 4), INVALID);
    CHECK_FAILS(lwt_ssl_write_bytes(s, NULL, 0, 4), INVALID);
    CHECK_FAILS(lwt_ssl_wait_read(s), INVALID);
    CHECK_FAILS(lwt_ssl_wait_write(s), INVALID);
    CHECK_FAILS(lwt_ssl_ssl_shutdown(s), INVALID);
    CHECK_FAILS(lwt_ssl_shutdown(s, SHUT_RDWR), INVALID);
    CHECK_FAILS(lwt_ssl_close(s), INVALID);
    CHECK_FAILS(lwt_ssl_perform_handshake(s), INVALID);
    CHECK_FAILS(lwt_ssl_accept_handshake(s), INVALID);
    CHECK_FAILS(lwt_ssl_getsockname(s), INVALID);
    CHECK_FAILS(lwt_ssl_getpeername(s), INVALID);
    CHECK_INT(lwt_ssl_abort(s, exn(LWT_FAILURE)), INVALID);
    CHECK_INT(lwt_ssl_get_unix_fd(s), -1);
    CHECK_PTR(lwt_ssl_get_fd(s), NULL);
    CHECK_PTR(lwt_ssl_ssl_socket(s), NULL);
    CHECK_PTR(lwt_ssl_in_channel_of(s, 0), NULL);
    CHECK_PTR(lwt_ssl_out_channel_of(s, 0), NULL);
    CHECK_PTR(lwt_ssl_peer_certificate(s), NULL);
    CHECK_PTR(lwt_ssl_socket_retain(s), NULL);
    CHECK_PTR(lwt_ssl_cipher(s), NULL);
    CHECK_PTR(lwt_ssl_alpn(s), NULL);
    CHECK_PTR(lwt_ssl_server_name(s), NULL);
    CHECK_INT(lwt_ssl_protocol(s), LWT_SSL_NO_VERSION);
    CHECK(!lwt_ssl_is_ssl(s) && !lwt_ssl_is_resumed(s));
    lwt_ssl_socket_release(i == 0 ? NULL : (lwt_ssl_socket *)gone);
  }
  lwt_ssl_certificate_release(NULL);
  lwt_ssl_context_release(context);
}

TEST(bad_contexts_and_descriptors_are_errors) {
  lwt_ssl_context *client = client_context();
  struct pair p = socket_pair();
  lwt_ssl_context *bad = (lwt_ssl_context *)p.in;
  CHECK_FAILS(lwt_ssl_connect(p.in, bad, "localhost"), INVALID);
  CHECK_FAILS(lwt_ssl_connect(NULL, client, "localhost"), INVALID);
  CHECK_FAILS(lwt_ssl_accept(p.in, NULL), INVALID);
  CHECK_FAILS(lwt_ssl_accept(NULL, client), INVALID);
  CHECK_PTR(lwt_ssl_plain(NULL), NULL);
  CHECK_PTR(lwt_ssl_embed_socket(p.in, bad, NULL), NULL);
  CHECK_PTR(lwt_ssl_embed_socket(p.in, client, "\xff\xfe"), NULL);
  CHECK_PTR(lwt_ssl_embed_uninitialized_socket(NULL, client), NULL);
  CHECK_FAILS(lwt_ssl_context_use_certificate(bad, "", 0, "", 0), INVALID);
  CHECK_FAILS(lwt_ssl_context_use_certificate(client, NULL, 1, "", 0), INVALID);
  CHECK_FAILS(lwt_ssl_context_use_certificate(client, "", SIZE_MAX, "", 0), INVALID);
  CHECK_FAILS(lwt_ssl_context_use_certificate_file(client, NULL, "x"), INVALID);
  CHECK_FAILS(lwt_ssl_context_use_certificate_file(client, "x", NULL), INVALID);
  CHECK_FAILS(lwt_ssl_context_trust(bad, "", 0), INVALID);
  CHECK_FAILS(lwt_ssl_context_trust(client, NULL, 4), INVALID);
  CHECK_FAILS(lwt_ssl_context_trust_file(client, NULL), INVALID);
  CHECK_FAILS(lwt_ssl_context_trust_system(bad), INVALID);
  CHECK_FAILS(lwt_ssl_context_revoke(client, NULL, 4), INVALID);
  CHECK_FAILS(lwt_ssl_context_revoke_file(client, NULL), INVALID);
  const char *none[] = {NULL}, *empty[] = {""};
  char text[257];
  memset(text, 'x', 256), text[256] = '\0';
  const char *large[] = {text};
  CHECK_INT(lwt_ssl_context_set_alpn(client, none, 1), INVALID);
  CHECK_INT(lwt_ssl_context_set_alpn(client, empty, 1), INVALID);
  CHECK_INT(lwt_ssl_context_set_alpn(client, large, 1), INVALID);
  CHECK_INT(lwt_ssl_context_set_alpn(client, NULL, 1), INVALID);
  CHECK_INT(lwt_ssl_context_set_alpn(client, NULL, 0), LWT_OK);
  CHECK_INT(lwt_ssl_context_set_alpn(bad, NULL, 0), INVALID);
  CHECK_INT(lwt_ssl_context_set_minimum_version(client, 11), INVALID);
  CHECK_INT(lwt_ssl_context_set_maximum_version(client, 0), INVALID);
  CHECK_INT(lwt_ssl_context_set_minimum_version(bad, LWT_SSL_TLS_1_3), INVALID);
  CHECK_INT(lwt_ssl_context_set_client_verification(client, LWT_SSL_VERIFY_REQUIRED), INVALID);
  CHECK_INT(lwt_ssl_context_set_client_verification(client, 3), INVALID);
  CHECK_INT(lwt_ssl_context_set_resumption(bad, true), INVALID);
  CHECK_INT(lwt_ssl_context_set_key_log(NULL, true), INVALID);
  CHECK_INT(lwt_ssl_context_danger_accept_any_certificate(bad), INVALID);
  lwt_ssl_context *server = lwt_ssl_context_create_server();
  CHECK_INT(lwt_ssl_context_danger_accept_any_certificate(server), INVALID);
  CHECK_FAILS(lwt_ssl_connect(p.in, server, "localhost"), INVALID);
  CHECK_FAILS(lwt_ssl_accept(p.in, client), INVALID);
  CHECK_PTR(lwt_ssl_context_retain(bad), NULL);
  CHECK_PTR(lwt_ssl_context_retain(server), server);
  lwt_ssl_context_release(server);
  lwt_ssl_context_release(server);
  pair_release(p);
  lwt_ssl_context_release(client);
}

TEST(a_client_has_to_say_whom_it_expects) {
  lwt_ssl_context *client = client_context();
  const char *hosts[] = {NULL, "", "no name", "a..b", "-", "x\ny"};
  for (int i = 0; i < 6; i++) {
    struct pair p = socket_pair();
    CHECK_INT(run(lwt_ssl_connect(p.in, client, hosts[i])), -INVALID);
    pair_release(p);
  }
  /* It may be said later. */
  struct pair p = socket_pair();
  lwt_ssl_socket *s = lwt_ssl_embed_socket(p.in, client, NULL);
  CHECK_INT(run(lwt_ssl_perform_handshake(s)), -INVALID);
  lwt_ssl_session *session = lwt_ssl_ssl_socket(s);
  CHECK_INT(lwt_ssl_session_set_server_name(session, NULL), INVALID);
  CHECK_INT(lwt_ssl_session_set_server_name(session, "localhost"), LWT_OK);
  CHECK_PTR(lwt_ssl_session_retain(session), session);
  lwt_ssl_session_release(session);
  CHECK_INT(lwt_ssl_session_set_server_name((lwt_ssl_session *)s, "x"), INVALID);
  CHECK_INT(lwt_ssl_session_set_alpn(NULL, NULL, 0), INVALID);
  lwt_t *shaking = lwt_ssl_perform_handshake(s);
  CHECK_INT(run(lwt_unix_wait_read(p.out)), 0);
  CHECK_SLEEPS(shaking);
  CHECK_INT(run(lwt_unix_close(p.out)), 0);
  CHECK_INT(run(shaking) < 0, true);
  lwt_ssl_session_release(session);
  lwt_ssl_socket_release(s);
  pair_release(p);
  lwt_ssl_context_release(client);
}

TEST(bad_buffers_are_errors) {
  struct ends e = some_ends();
  char buf[4];
  CHECK_FAILS(lwt_ssl_read(e.client, NULL, 4), INVALID);
  CHECK_FAILS(lwt_ssl_write(e.client, NULL, 4), INVALID);
  CHECK_FAILS(lwt_ssl_read(e.client, buf, SIZE_MAX), INVALID);
  CHECK_FAILS(lwt_ssl_write(e.client, buf, SIZE_MAX), INVALID);
  CHECK_INT(lwt_ssl_abort(e.client, NULL), INVALID);
  CHECK_PTR(lwt_ssl_in_channel_of(e.client, 3), NULL);
  ends_release(e);
}

TEST(other_exceptions_tell_nothing_of_tls) {
  lwt_exn *other = exn(LWT_FAILURE);
  CHECK_INT(lwt_ssl_error_of(other), LWT_SSL_NO_ERROR);
  CHECK_INT(lwt_ssl_error_of(NULL), LWT_SSL_NO_ERROR);
  CHECK_INT(lwt_ssl_alert_of(other), -1);
  CHECK_INT(lwt_ssl_alert_of(NULL), -1);
  lwt_exn_release(other);
  other = lwt_exn_new(LWT_SSL, NULL);
  CHECK_STR(lwt_exn_message(other), "TLS failed");
  CHECK_INT(lwt_ssl_error_of(other), LWT_SSL_NO_ERROR);
  lwt_exn_release(other);
}

static struct ends shared;
static lwt_ssl_context *shared_context;
static void *elsewhere(void *unused) {
  (void)unused;
  char buf[4];
  CHECK_FAILS(lwt_ssl_read(shared.client, buf, 4), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_ssl_write(shared.client, buf, 4), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_ssl_close(shared.client), LWT_WRONG_THREAD);
  CHECK_INT(lwt_ssl_context_set_resumption(shared_context, false), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_ssl_context_trust(shared_context, PEM(RSA_PEM)), LWT_WRONG_THREAD);
  lwt_ssl_socket_release(shared.client);
  lwt_ssl_context_release(shared_context);
  return NULL;
}
TEST(what_is_another_threads_is_left_alone) {
  shared = some_ends();
  shared_context = client_context();
  pthread_t thread;
  CHECK_INT(pthread_create(&thread, NULL, elsewhere, NULL), 0);
  pthread_join(thread, NULL);
  CHECK_INT(run(lwt_ssl_write(shared.client, "x", 1)), 1);
  lwt_ssl_context_release(shared_context);
  ends_release(shared);
}
