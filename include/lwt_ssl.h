/* Module Lwt_ssl. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SSL_H
#define LWT_SSL_H

#include "lwt_bytes.h"
#include "lwt_io.h"
#include "lwt_unix.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TLS, 1.2 and 1.3, on descriptors and channels. It is built in (rustls):
 * nothing of the system is needed but, for clients, the certificates of those
 * whom it trusts.
 *
 * A client connects, and begins a session, saying whom it expects there:
 *
 *     static lwt_t *greet(lwt_value socket, void *env) {
 *       lwt_io_channel *out = lwt_ssl_out_channel_of((lwt_ssl_socket *)socket, 0);
 *       ...
 *     }
 *     ...
 *     lwt_ssl_context *context = lwt_ssl_context_create_client();
 *     ... fd is connected ...
 *     return lwt_bind(lwt_ssl_connect(fd, context, "example.org"), greet, NULL, NULL);
 *
 * A server has a certificate, and does lwt_ssl_accept with each descriptor that
 * it accepts:
 *
 *     lwt_ssl_context *context = lwt_ssl_context_create_server();
 *     lwt_t *ready = lwt_ssl_context_use_certificate_file(context, "chain.pem", "key.pem");
 *
 * WHAT IS VERIFIED. A client verifies the server's certificate: its issuer, its
 * dates, that it is for the host, and, if lists were given, that it was not
 * revoked. There is one call that switches this off, and its name says so.
 * Renegotiation, compression, TLS 1.1 and what is older are refused, always.
 *
 * THE END. Who has said all says so (lwt_ssl_ssl_shutdown, or closing a
 * channel), and the other end reads 0. A connection that ends otherwise fails
 * with LWT_SSL_TRUNCATED: what was read may not be all of it. Where the text
 * itself tells its length, as mostly in HTTP, that may be overlooked; nowhere
 * else.
 *
 * WAITING. A call that can go on at once does so; else it waits until the
 * descriptor is readable, or writable, whichever the session needs. A peer that
 * says nothing is waited for for ever: limit a handshake, above all a server's,
 * with lwt_with_timeout. Cancelling a handshake at whatever point leaves a
 * socket that can be closed.
 *
 * MEMORY. What is encrypted is read to 64 KiB that all sessions of a thread
 * share. A session that waits for its peer keeps about 12 KiB: the state of the
 * protocol, and 4 KiB for the beginning of a record. One that writes has at
 * most 64 KiB on their way.
 *
 * A context may be changed at any time, for sessions that begin later. Build it
 * once, not for each session: sessions are resumed through it.
 *
 * Where the library was built without TLS all functions are there, and those
 * that need it fail with LWT_NOT_AVAILABLE.
 *
 * Manual: "SSL support". */

/* What the sessions of a client, or of a server, have in common, `Ssl.context`:
 * certificates, who is trusted, versions. A handle of the thread that made
 * it. */
typedef struct lwt_ssl_context lwt_ssl_context;

/* A descriptor, plain or with a session of TLS, `Lwt_ssl.socket`. A handle of
 * the thread that made it. */
typedef struct lwt_ssl_socket lwt_ssl_socket;

/* The session of a socket, `Ssl.socket`: what can be set before the handshake.
 * A handle of the thread that made it. */
typedef struct lwt_ssl_session lwt_ssl_session;

/* What an exception of kind LWT_SSL tells, `Ssl.ssl_error` and
 * `Ssl.verify_error`. */
typedef enum lwt_ssl_error {
  /* It is no exception of kind LWT_SSL. */
  LWT_SSL_NO_ERROR = 0,
  /* The certificate has expired. */
  LWT_SSL_EXPIRED = 1,
  /* The certificate is not valid yet. */
  LWT_SSL_NOT_YET_VALID = 2,
  /* The certificate is for other names than the one that was asked for. */
  LWT_SSL_WRONG_HOST = 3,
  /* Nobody who is trusted has issued the certificate. */
  LWT_SSL_UNKNOWN_ISSUER = 4,
  /* The certificate is its own issuer, and is not trusted itself. */
  LWT_SSL_SELF_SIGNED = 5,
  /* The certificate was revoked. */
  LWT_SSL_REVOKED = 6,
  /* Lists of revoked certificates were given, and none that is in force covers
   * the certificate. */
  LWT_SSL_REVOCATION_UNKNOWN = 7,
  /* The certificate is not for this purpose: that of a client shown by a
   * server, say. */
  LWT_SSL_WRONG_PURPOSE = 8,
  /* The certificate can't be understood, or its signature is wrong. */
  LWT_SSL_BAD_CERTIFICATE = 9,
  /* A certificate is required, and the peer has shown none. */
  LWT_SSL_NO_CERTIFICATE = 10,
  /* There is no version of the protocol that both ends speak. */
  LWT_SSL_NO_COMMON_VERSION = 11,
  /* There is no cipher, group or sort of signature that both ends know. */
  LWT_SSL_NO_COMMON_CIPHER = 12,
  /* There is no protocol of ALPN that both ends speak. */
  LWT_SSL_NO_COMMON_PROTOCOL = 13,
  /* The peer has given up, with an alert; lwt_ssl_alert_of tells which. */
  LWT_SSL_ALERT = 14,
  /* What the peer says is not TLS at all. */
  LWT_SSL_NOT_TLS = 15,
  /* The connection ended without a goodbye (close_notify): there may have been
   * more to come. */
  LWT_SSL_TRUNCATED = 16,
  /* The peer has broken the rules of the protocol. */
  LWT_SSL_PROTOCOL = 17,
  /* A certificate or a key that was given can't be used, or they are no
   * pair. */
  LWT_SSL_BAD_KEY = 18,
  /* There is nobody to be trusted: the system has no certificates, none were
   * given. */
  LWT_SSL_NO_TRUST = 19,
  /* Something went wrong at this end: no randomness, no clock. */
  LWT_SSL_INTERNAL = 20,
} lwt_ssl_error;

/* A version of TLS. Older ones are not spoken: they are broken. */
typedef enum lwt_ssl_version {
  /* There is no session, or none yet. */
  LWT_SSL_NO_VERSION = 0,
  /* TLS 1.2 */
  LWT_SSL_TLS_1_2 = 12,
  /* TLS 1.3 */
  LWT_SSL_TLS_1_3 = 13,
} lwt_ssl_version;

/* Whether a server wants certificates of its clients. */
typedef enum lwt_ssl_verification {
  /* They are not asked for any. */
  LWT_SSL_VERIFY_NONE = 0,
  /* A client that shows none is welcome; one that shows a bad one is not. */
  LWT_SSL_VERIFY_OPTIONAL = 1,
  /* Without a good one nobody gets in. */
  LWT_SSL_VERIFY_REQUIRED = 2,
} lwt_ssl_verification;

/* A certificate of X.509. All texts end with a NUL byte, and live as long as
 * the structure does. */
typedef struct lwt_ssl_certificate {
  /* Whose it is, as RFC 4514 writes it: `CN=localhost,O=A firm`. */
  const char *subject;
  /* Who has issued it, written so too. */
  const char *issuer;
  /* The names that it is good for, `name_count` of them: of hosts
   * (`*.example.org`), addresses in digits, mailboxes, resources. */
  const char *const *names;
  /* How many names there are. */
  size_t name_count;
  /* From when on it is valid, in seconds from 1970. */
  int64_t not_before;
  /* Until when it is. */
  int64_t not_after;
  /* Its number in hexadecimal digits. */
  const char *serial;
  /* The certificate itself, DER of `der_len` bytes. */
  const uint8_t *der;
  /* How long that is. */
  size_t der_len;
  /* The SHA-256 of that. */
  uint8_t sha256[32];
} lwt_ssl_certificate;

/* Returns what an exception of kind LWT_SSL tells; LWT_SSL_NO_ERROR for any
 * other, and for a bad handle. Borrows `e`. On any thread. */
enum lwt_ssl_error lwt_ssl_error_of(const lwt_exn *e);

/* Returns the number of the alert that the peer sent (RFC 8446, 6), if that is
 * what an exception tells (LWT_SSL_ALERT); -1 otherwise. Borrows `e`. On any
 * thread. */
int lwt_ssl_alert_of(const lwt_exn *e);

/* Returns a context for clients, `Ssl.create_context Client_context`, owned by
 * the caller: lwt_ssl_context_release. It trusts those whom the system trusts,
 * unless it is told whom to trust, and **verifies every server**: the chain,
 * the dates, and that the certificate is for the host that is named to
 * lwt_ssl_connect. NULL: out of memory. On any thread, whose it then is. */
lwt_ssl_context *lwt_ssl_context_create_client(void);

/* Returns a context for servers, `Ssl.create_context Server_context`, which
 * needs a certificate: lwt_ssl_context_use_certificate. Otherwise as
 * lwt_ssl_context_create_client. */
lwt_ssl_context *lwt_ssl_context_create_server(void);

/* One more reference to the same context, owned by the caller. NULL: it is not
 * a context of this thread. */
lwt_ssl_context *lwt_ssl_context_retain(const lwt_ssl_context *context);

/* Gives up a reference. Sessions made of it live on. Does nothing if the handle
 * is bad. */
void lwt_ssl_context_release(lwt_ssl_context *context);

/* Gives it a certificate, `Ssl.use_certificate_from_string`: `chain` is the
 * certificate itself and those of its issuers but the last, in PEM (or the
 * certificate alone in DER), `key` its private key in PEM or DER: PKCS#8,
 * PKCS#1 or SEC1, not encrypted, of RSA (2048 bits or more), ECDSA (P-256,
 * P-384) or Ed25519. Of a server it is what it shows; called several times, a
 * server shows the first certificate that is good for the name which the client
 * asks for (SNI), and the first of all where there is none. Of a client it is
 * what it shows a server that asks: the first that was given.
 *
 * Borrows all until the call returns. Returns a promise of LWT_UNIT, resolved
 * at once. It fails with LWT_SSL (LWT_SSL_BAD_KEY: what can't be read or used,
 * a key of another certificate), LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD, and
 * LWT_NOT_AVAILABLE where the library was built without TLS. On the context's
 * thread. */
lwt_t *lwt_ssl_context_use_certificate(const lwt_ssl_context *context,
                                       const char *chain, size_t chain_len,
                                       const char *key, size_t key_len);

/* The same from two files, which may be one, `Ssl.use_certificate`. Workers
 * read them.
 *
 * Borrows both paths until the call returns. Returns a promise of LWT_UNIT. It
 * fails as lwt_ssl_context_use_certificate does, with LWT_UNIX_ERROR (function
 * "open", argument the path), and LWT_CANCELED, after which nothing has
 * changed. On the context's thread. */
lwt_t *lwt_ssl_context_use_certificate_file(const lwt_ssl_context *context,
                                            const char *chain_path,
                                            const char *key_path);

/* Trusts those authorities, in PEM (any number of certificates) or DER (one),
 * `Ssl.load_verify_locations`. Of a client: instead of those of the system,
 * unless lwt_ssl_context_trust_system is called, too. A certificate that is
 * trusted so is also believed where the other end itself shows it, self-signed
 * or not, for the names in it and while it is valid.
 *
 * Borrows the bytes until the call returns. Returns and fails as
 * lwt_ssl_context_use_certificate. */
lwt_t *lwt_ssl_context_trust(const lwt_ssl_context *context, const char *pem,
                             size_t len);

/* The same from a file, which a worker reads. Borrows `path` until the call
 * returns. Returns and fails as lwt_ssl_context_use_certificate_file. */
lwt_t *lwt_ssl_context_trust_file(const lwt_ssl_context *context,
                                  const char *path);

/* Trusts those whom the system trusts, `Ssl.set_default_verify_paths`: the
 * certificates of SSL_CERT_FILE and SSL_CERT_DIR, or of the usual places, read
 * by a worker. For a client that trusts others, too; and for servers, which
 * trust nobody unless they are told to.
 *
 * Returns a promise of LWT_UNIT, which fails with LWT_INVALID_ARGUMENT,
 * LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY and LWT_CANCELED, after which nothing has
 * changed. That the system has no certificates, or that they can't be read, is
 * told when a session begins (LWT_SSL_NO_TRUST), and they are looked for again
 * by the next. On the context's thread. */
lwt_t *lwt_ssl_context_trust_system(const lwt_ssl_context *context);

/* Certificates in these lists (CRLs, in PEM, or one in DER) are not believed.
 * From when one list was given the certificate of the other end must be covered
 * by one, which must be in force: otherwise it is refused
 * (LWT_SSL_REVOCATION_UNKNOWN). Those of its issuers are not looked up. One
 * that is trusted itself (lwt_ssl_context_trust) is refused if a list has it,
 * and need not be covered.
 *
 * Borrows the bytes until the call returns. Returns and fails as
 * lwt_ssl_context_use_certificate; that a list can't be used may be told when a
 * session begins. */
lwt_t *lwt_ssl_context_revoke(const lwt_ssl_context *context, const char *lists,
                              size_t len);

/* The same from a file, which a worker reads. Borrows `path` until the call
 * returns. Returns and fails as lwt_ssl_context_use_certificate_file. */
lwt_t *lwt_ssl_context_revoke_file(const lwt_ssl_context *context,
                                   const char *path);

/* Sets the protocols of ALPN, the best first, `Ssl.set_context_alpn_protos`: a
 * client offers them, a server takes the first of its own that the client
 * offers, and refuses a client that offers others only. lwt_ssl_alpn tells
 * which it was. None (`n` 0), as at the beginning: nothing is said about it.
 * lwt_ssl_session_set_alpn does so for one session.
 *
 * Borrows the texts until the call returns. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT (a bad handle, a NULL, an empty text, one of more than
 * 255 bytes) or LWT_WRONG_THREAD. On the context's thread. */
int lwt_ssl_context_set_alpn(const lwt_ssl_context *context,
                             const char *const *protocols, size_t n);

/* Sets the oldest version that is spoken, `Ssl.set_min_protocol_version`:
 * LWT_SSL_TLS_1_2, as at the beginning, or LWT_SSL_TLS_1_3. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On the context's thread. */
int lwt_ssl_context_set_minimum_version(const lwt_ssl_context *context,
                                        int version);

/* Sets the newest version that is spoken, `Ssl.set_max_protocol_version`: at
 * the beginning LWT_SSL_TLS_1_3. Returns as
 * lwt_ssl_context_set_minimum_version. If it is below the oldest, sessions fail
 * with LWT_SSL_NO_COMMON_VERSION. */
int lwt_ssl_context_set_maximum_version(const lwt_ssl_context *context,
                                        int version);

/* Sets whether a server wants certificates of its clients, `Ssl.set_verify`:
 * one of lwt_ssl_verification, at the beginning LWT_SSL_VERIFY_NONE. They must
 * have been issued by whom the context trusts (lwt_ssl_context_trust), for the
 * use of a client. With TLS 1.3 a client hears only when it reads that its
 * certificate was refused.
 *
 * Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad handle, the context of a client,
 * another number) or LWT_WRONG_THREAD. On the context's thread. */
int lwt_ssl_context_set_client_verification(const lwt_ssl_context *context,
                                            int verification);

/* Sets whether a session may go on where an earlier one of the same two ends
 * was, which saves the costly half of a handshake,
 * `Ssl.set_session_cache_mode`. At the beginning it may: a client remembers the
 * sessions with 256 servers, a server gives out tickets, whose keys change
 * every six hours. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On
 * the context's thread. */
int lwt_ssl_context_set_resumption(const lwt_ssl_context *context, bool yes);

/* Sets whether the keys of sessions are appended to the file that the
 * environment variable SSLKEYLOGFILE names, so that tools such as Wireshark can
 * read along: whoever has that file can, too. At the beginning they are not,
 * whatever the variable says. The file is written at once, which may block; if
 * it can't be, that stops nobody. Returns LWT_OK, LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD. On the context's thread. */
int lwt_ssl_context_set_key_log(const lwt_ssl_context *context, bool yes);

/* **Switches verification off**: a client of this context believes whatever
 * certificate it is shown, whoever shows it, so that anybody on the way can
 * read and change everything. For tests, and for programs that compare
 * lwt_ssl_peer_certificate with one they know before they say anything. A host
 * need not be named then; it can't be switched on again.
 *
 * Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad handle, or the context of a
 * server) or LWT_WRONG_THREAD. On the context's thread. */
int lwt_ssl_context_danger_accept_any_certificate(const lwt_ssl_context *context);

/* Returns a socket without TLS, `Lwt_ssl.plain`: all is as with the descriptor
 * itself. Owned by the caller: lwt_ssl_socket_release. NULL: a bad handle, or
 * out of memory. Borrows `fd`, which the socket keeps. On the descriptor's
 * thread. */
lwt_ssl_socket *lwt_ssl_plain(const lwt_unix_fd *fd);

/* Returns a socket with a session of that context, `Lwt_ssl.embed_socket`. The
 * handshake is made when it is first needed: by lwt_ssl_perform_handshake, or
 * by whoever reads, writes or waits, whose promise then fails with what is
 * wrong. `host` is, of a client, whom it expects, as in lwt_ssl_connect; it may
 * be NULL, and told later (lwt_ssl_session_set_server_name). Of a server it
 * says nothing.
 *
 * Borrows `fd` and `context`, which the socket keeps, and `host` until the call
 * returns. Owned by the caller: lwt_ssl_socket_release. NULL: a bad handle, a
 * host that is no text of UTF-8, or out of memory. On the descriptor's
 * thread. */
lwt_ssl_socket *lwt_ssl_embed_socket(const lwt_unix_fd *fd,
                                     const lwt_ssl_context *context,
                                     const char *host);

/* Returns a socket whose session is to be set up before the handshake,
 * `Lwt_ssl.embed_uninitialized_socket`: lwt_ssl_embed_socket with no host. What
 * upstream has a type of its own for is here a socket like others, which shakes
 * hands when it is first used. */
lwt_ssl_socket *lwt_ssl_embed_uninitialized_socket(const lwt_unix_fd *fd,
                                                   const lwt_ssl_context *context);

/* Returns the session of a socket, `Lwt_ssl.ssl_socket` and
 * `ssl_socket_of_uninitialized_socket`, owned by the caller:
 * lwt_ssl_session_release. NULL: the socket is plain, the handle is bad, or
 * memory ran out. Borrows `socket`. On the socket's thread. */
lwt_ssl_session *lwt_ssl_ssl_socket(const lwt_ssl_socket *socket);

/* Tells whether it has a session, `Lwt_ssl.is_ssl`; false for a bad handle,
 * too. Borrows `socket`. On the socket's thread. */
bool lwt_ssl_is_ssl(const lwt_ssl_socket *socket);

/* One more reference to the same socket, owned by the caller. NULL: it is not a
 * socket of this thread. */
lwt_ssl_socket *lwt_ssl_socket_retain(const lwt_ssl_socket *socket);

/* Gives up a reference. With the last one, and the last of its descriptor,
 * channels and operations, the descriptor is closed, and nobody says goodbye.
 * Does nothing if the handle is bad. */
void lwt_ssl_socket_release(lwt_ssl_socket *socket);

/* Begins a session as a client on a connected descriptor,
 * `Lwt_ssl.ssl_connect`: the handshake. `host` is whom it expects there, by
 * name or by address in digits: the server is told the name (SNI), and its
 * certificate must be for it. NULL is allowed only if the context believes
 * anything (lwt_ssl_context_danger_accept_any_certificate).
 *
 * Borrows `fd` and `context`, which the socket keeps, and `host` until the call
 * returns. Returns a promise of a `lwt_ssl_socket *`, which it owns (take it
 * out, or retain it). It fails with LWT_SSL: lwt_ssl_error_of tells what is
 * wrong, lwt_exn_message in words, and the other end was told; with
 * LWT_UNIX_ERROR (function "ssl_connect": ECONNRESET, EPIPE; EBADF when the
 * descriptor is closed meanwhile), with what it is aborted with,
 * LWT_INVALID_ARGUMENT (bad handles, the context of a server, no host or one
 * that is no name), LWT_WRONG_THREAD, LWT_NOT_AVAILABLE, LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED.
 *
 * Whatever it fails with, the descriptor stays open: close it, for a session
 * can't be begun a second time on one. A peer that says nothing is waited for:
 * see lwt_with_timeout. On the descriptor's thread. */
lwt_t *lwt_ssl_connect(const lwt_unix_fd *fd, const lwt_ssl_context *context,
                       const char *host);

/* Begins a session as a server on a descriptor that was accepted,
 * `Lwt_ssl.ssl_accept`. Otherwise as lwt_ssl_connect; function "ssl_accept",
 * and a context of servers is asked for. */
lwt_t *lwt_ssl_accept(const lwt_unix_fd *fd, const lwt_ssl_context *context);

/* Makes the handshake of a socket, or what is left of it,
 * `Lwt_ssl.ssl_perform_handshake`: as a client or a server, as its context
 * says. One that was cancelled may be gone on with by calling this again. A
 * plain socket, and one whose handshake is over, has nothing to do.
 *
 * Borrows `socket`. Returns a promise of a handle of the same socket, which it
 * owns. It fails as lwt_ssl_connect does, function "ssl_perform_handshake".
 * Cancelling loses nothing. On the socket's thread. */
lwt_t *lwt_ssl_perform_handshake(const lwt_ssl_socket *socket);

/* The same by the name that servers know it by, `Lwt_ssl.ssl_accept_handshake`:
 * function "ssl_accept_handshake". */
lwt_t *lwt_ssl_accept_handshake(const lwt_ssl_socket *socket);

/* Says goodbye (close_notify), `Lwt_ssl.ssl_shutdown`: the other end then knows
 * that it has heard all, and reads the end. It may still send: reading goes on.
 * Writing fails with EPIPE from now on. A plain socket, and one whose handshake
 * is not over, has nothing to say.
 *
 * Borrows `socket`. Returns a promise of LWT_UNIT, when it is sent, in its turn
 * after the writes before it. It fails with LWT_UNIX_ERROR (function
 * "ssl_shutdown"; EPIPE, ECONNRESET: the other end has gone; EBADF), with what
 * the descriptor was aborted with, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD,
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: before its turn has come nothing is
 * said, after that it is said nevertheless. On the socket's thread. */
lwt_t *lwt_ssl_ssl_shutdown(const lwt_ssl_socket *socket);

/* Ends one direction of the connection, or both, `Lwt_ssl.shutdown`: on the
 * descriptor, as lwt_unix_shutdown, and nobody says goodbye. */
lwt_t *lwt_ssl_shutdown(const lwt_ssl_socket *socket, int how);

/* Closes the descriptor, `Lwt_ssl.close`, as lwt_unix_close: whoever reads,
 * writes or shakes hands fails with EBADF, and nobody says goodbye
 * (lwt_ssl_ssl_shutdown, before). */
lwt_t *lwt_ssl_close(const lwt_ssl_socket *socket);

/* Aborts the descriptor, `Lwt_ssl.abort`, as lwt_unix_abort: all operations
 * fail with `e`, of which the call consumes one reference. Borrows `socket`.
 * Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On the socket's
 * thread. */
int lwt_ssl_abort(const lwt_ssl_socket *socket, lwt_exn *e);

/* Returns the descriptor of a socket, `Lwt_ssl.get_fd`: a handle of its own,
 * owned by the caller: lwt_unix_fd_release. Whoever reads or writes by it goes
 * past the session. NULL: a bad handle, or out of memory. Borrows `socket`. On
 * the socket's thread. */
lwt_unix_fd *lwt_ssl_get_fd(const lwt_ssl_socket *socket);

/* Returns the operating system's descriptor, `Lwt_ssl.get_unix_fd`, also when
 * it is closed;
 * -1 for a bad handle. Borrows `socket`. On the socket's thread. */
int lwt_ssl_get_unix_fd(const lwt_ssl_socket *socket);

/* The address of this end, `Lwt_ssl.getsockname`: as lwt_unix_getsockname. */
lwt_t *lwt_ssl_getsockname(const lwt_ssl_socket *socket);

/* The address of the other end, `Lwt_ssl.getpeername`: as
 * lwt_unix_getpeername. */
lwt_t *lwt_ssl_getpeername(const lwt_ssl_socket *socket);

/* One more reference to the same session, owned by the caller. NULL: it is not
 * a session of this thread. */
lwt_ssl_session *lwt_ssl_session_retain(const lwt_ssl_session *session);

/* Gives up a reference; the socket keeps its session. Does nothing if the
 * handle is bad. */
void lwt_ssl_session_release(lwt_ssl_session *session);

/* Says which host a client expects at the other end,
 * `Ssl.set_client_SNI_hostname` and `Ssl.set_host` in one: the server is told,
 * and its certificate has to be for that name. An address in digits will do, of
 * which the server is not told.
 *
 * Borrows `host`, the name, until the call returns. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT (a bad handle, NULL, or the handshake has begun) or
 * LWT_WRONG_THREAD. That it is no name of a host is told by the handshake. On
 * the session's thread. */
int lwt_ssl_session_set_server_name(const lwt_ssl_session *session,
                                    const char *host);

/* Sets the protocols of ALPN in place of the context's, `Ssl.set_alpn_protos`:
 * see lwt_ssl_context_set_alpn.
 *
 *
 * Borrows the texts until the call returns. Returns LWT_OK,
 * LWT_INVALID_ARGUMENT (a bad handle, a NULL, an empty text, one of more than
 * 255 bytes, or the handshake has begun) or LWT_WRONG_THREAD. On the session's
 * thread. */
int lwt_ssl_session_set_alpn(const lwt_ssl_session *session,
                             const char *const *protocols, size_t n);

/* Reads at most `len` bytes, `Lwt_ssl.read`, making the handshake first if it
 * is not over. Several reads are served in the order of the calls. One read and
 * one write may go on at the same time.
 *
 * Borrows `socket`, and `buf` until the promise has resolved. Returns a promise
 * of how many bytes were read; 0: the other end has said goodbye, or `len` is
 * 0. It fails with LWT_SSL (LWT_SSL_TRUNCATED: the connection has ended, and
 * **nobody has said goodbye**, so that something may be missing; LWT_SSL_ALERT,
 * LWT_SSL_PROTOCOL, what a handshake fails with; what came before is read
 * before), LWT_UNIX_ERROR (function "ssl_read"; EBADF when it is closed), with
 * what it is aborted with, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD,
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On the socket's
 * thread. */
lwt_t *lwt_ssl_read(const lwt_ssl_socket *socket, char *buf, size_t len);

/* Writes at most `len` bytes, or the first 65536 of them, `Lwt_ssl.write`,
 * making the handshake first if it is not over. It waits until all that was
 * written before is with the system, and then until these are: who writes
 * faster than the other end reads is held up.
 *
 * Borrows `socket`, and `buf` until the promise has resolved. Returns a promise
 * of how many bytes were written, 0 only if `len` is 0. It fails with LWT_SSL
 * (what the session or the handshake has failed with), LWT_UNIX_ERROR (function
 * "ssl_write"; EPIPE, ECONNRESET: the other end has gone, or
 * lwt_ssl_ssl_shutdown was called; EBADF when it is closed), with what it is
 * aborted with, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED: nothing was written. What is encrypted can't be taken back:
 * cancelled later than that, the promise is fulfilled at once with how many
 * bytes were taken, and they are sent as soon as there is room. On the socket's
 * thread. */
lwt_t *lwt_ssl_write(const lwt_ssl_socket *socket, const char *buf,
                     size_t len);

/* Reads at most `len` bytes to `pos`, `Lwt_ssl.read_bytes`: as lwt_ssl_read,
 * but the memory is kept until the promise has resolved, also when `bytes` is
 * released before. LWT_INVALID_ARGUMENT too if there are not so many bytes. */
lwt_t *lwt_ssl_read_bytes(const lwt_ssl_socket *socket, const lwt_bytes *bytes,
                          size_t pos, size_t len);

/* Writes at most `len` bytes from `pos` on, `Lwt_ssl.write_bytes`: as
 * lwt_ssl_write, but the memory is kept until the promise has resolved.
 * LWT_INVALID_ARGUMENT too if there are not so many bytes. */
lwt_t *lwt_ssl_write_bytes(const lwt_ssl_socket *socket, const lwt_bytes *bytes,
                           size_t pos, size_t len);

/* Waits until a read need not wait, `Lwt_ssl.wait_read`: until there is
 * something to read, or the end, or an error to be told. (In Lwt it is only a
 * yield.) It makes the handshake first if that is not over.
 *
 * Borrows `socket`. Returns a promise of LWT_UNIT. It fails as lwt_ssl_read
 * does when the handshake fails or the descriptor is closed or aborted
 * (function "ssl_wait_read"), and with LWT_CANCELED, which loses nothing. On
 * the socket's thread. */
lwt_t *lwt_ssl_wait_read(const lwt_ssl_socket *socket);

/* Waits until a write need not wait, `Lwt_ssl.wait_write`: all that was written
 * is with the system, and there is room. (In Lwt it is only a yield.) Otherwise
 * as lwt_ssl_wait_read; function "ssl_wait_write". */
lwt_t *lwt_ssl_wait_write(const lwt_ssl_socket *socket);

/* Returns a channel that reads from a socket, `Lwt_ssl.in_channel_of_descr`,
 * owned by the caller: lwt_io_release. `buffer_size` 0 is the default.
 * **Closing any channel of a socket closes the socket**: it says goodbye, ends
 * both directions, and closes the descriptor. The channels that are closed
 * after that have nothing to do and succeed. So close the output first, which
 * sends what was written and waits until the goodbye is sent; whoever closes
 * the input first, or aborts the output, loses what is not sent yet, and the
 * goodbye if there is no room for it. A peer that reads nothing holds up who
 * closes the output, which can't be cancelled: lwt_ssl_close hangs up on it.
 *
 * Borrows `socket`, which the channel keeps. NULL: a bad handle, a size that no
 * buffer has, or out of memory. A read fails as lwt_ssl_read does. On the
 * socket's thread. */
lwt_io_channel *lwt_ssl_in_channel_of(const lwt_ssl_socket *socket,
                                      size_t buffer_size);

/* Returns a channel that writes to a socket, `Lwt_ssl.out_channel_of_descr`.
 * Otherwise as lwt_ssl_in_channel_of, and it fails as lwt_ssl_write does. */
lwt_io_channel *lwt_ssl_out_channel_of(const lwt_ssl_socket *socket,
                                       size_t buffer_size);

/* Returns the certificate that the other end has shown, `Ssl.get_certificate`,
 * owned by the caller: lwt_ssl_certificate_release. NULL: there is none, or the
 * handshake is not over, or the socket is plain, or the handle is bad, or
 * memory ran out. Borrows `socket`. On the socket's thread. */
struct lwt_ssl_certificate *lwt_ssl_peer_certificate(const lwt_ssl_socket *socket);

/* Frees a certificate, with all its texts. Does nothing with NULL. On any
 * thread. */
void lwt_ssl_certificate_release(struct lwt_ssl_certificate *certificate);

/* Returns the version of TLS that both ends agreed on, `Ssl.version`;
 * LWT_SSL_NO_VERSION: the handshake is not over, the socket is plain, or the
 * handle is bad. Borrows `socket`. On the socket's thread. */
enum lwt_ssl_version lwt_ssl_protocol(const lwt_ssl_socket *socket);

/* Returns the cipher by its name in the register of IANA,
 * `TLS_AES_256_GCM_SHA384`, `Ssl.get_cipher_name`: a text that lasts for ever.
 * NULL as lwt_ssl_protocol has LWT_SSL_NO_VERSION. Borrows `socket`. On the
 * socket's thread. */
const char *lwt_ssl_cipher(const lwt_ssl_socket *socket);

/* Returns the protocol of ALPN that both ends agreed on,
 * `Ssl.get_negotiated_alpn_protocol`, borrowed from the socket. NULL: there is
 * none, or as lwt_ssl_cipher. Borrows `socket`. On the socket's thread. */
const char *lwt_ssl_alpn(const lwt_ssl_socket *socket);

/* Returns, at a server, the name that the client has asked for (SNI), borrowed
 * from the socket. NULL: it has not, or this is the client, or as
 * lwt_ssl_cipher. Borrows `socket`. On the socket's thread. */
const char *lwt_ssl_server_name(const lwt_ssl_socket *socket);

/* Tells whether the session goes on where an earlier one was,
 * `Ssl.session_reused`. False as lwt_ssl_cipher has NULL. Borrows `socket`. On
 * the socket's thread. */
bool lwt_ssl_is_resumed(const lwt_ssl_socket *socket);

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_ssl_context_create_client(...) \
  ((struct lwt_ssl_context *)lwt_debug_handle(lwt_ssl_context_create_client(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_context_create_server(...) \
  ((struct lwt_ssl_context *)lwt_debug_handle(lwt_ssl_context_create_server(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_context_use_certificate(...) \
  lwt_debug_promise(lwt_ssl_context_use_certificate(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_use_certificate_file(...) \
  lwt_debug_promise(lwt_ssl_context_use_certificate_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_trust(...) \
  lwt_debug_promise(lwt_ssl_context_trust(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_trust_file(...) \
  lwt_debug_promise(lwt_ssl_context_trust_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_trust_system(...) \
  lwt_debug_promise(lwt_ssl_context_trust_system(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_revoke(...) \
  lwt_debug_promise(lwt_ssl_context_revoke(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_context_revoke_file(...) \
  lwt_debug_promise(lwt_ssl_context_revoke_file(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_plain(...) \
  ((struct lwt_ssl_socket *)lwt_debug_handle(lwt_ssl_plain(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_embed_socket(...) \
  ((struct lwt_ssl_socket *)lwt_debug_handle(lwt_ssl_embed_socket(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_embed_uninitialized_socket(...) \
  ((struct lwt_ssl_socket *)lwt_debug_handle(lwt_ssl_embed_uninitialized_socket(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_ssl_socket(...) \
  ((struct lwt_ssl_session *)lwt_debug_handle(lwt_ssl_ssl_socket(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_connect(...) \
  lwt_debug_promise(lwt_ssl_connect(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_accept(...) \
  lwt_debug_promise(lwt_ssl_accept(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_perform_handshake(...) \
  lwt_debug_promise(lwt_ssl_perform_handshake(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_accept_handshake(...) \
  lwt_debug_promise(lwt_ssl_accept_handshake(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_ssl_shutdown(...) \
  lwt_debug_promise(lwt_ssl_ssl_shutdown(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_shutdown(...) \
  lwt_debug_promise(lwt_ssl_shutdown(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_close(...) \
  lwt_debug_promise(lwt_ssl_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_get_fd(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_ssl_get_fd(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_getsockname(...) \
  lwt_debug_promise(lwt_ssl_getsockname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_getpeername(...) \
  lwt_debug_promise(lwt_ssl_getpeername(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_read(...) \
  lwt_debug_promise(lwt_ssl_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_write(...) \
  lwt_debug_promise(lwt_ssl_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_read_bytes(...) \
  lwt_debug_promise(lwt_ssl_read_bytes(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_write_bytes(...) \
  lwt_debug_promise(lwt_ssl_write_bytes(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_wait_read(...) \
  lwt_debug_promise(lwt_ssl_wait_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_wait_write(...) \
  lwt_debug_promise(lwt_ssl_wait_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_ssl_in_channel_of(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_ssl_in_channel_of(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_ssl_out_channel_of(...) \
  ((struct lwt_io_channel *)lwt_debug_handle(lwt_ssl_out_channel_of(__VA_ARGS__), __FILE__, __LINE__, __func__))
#endif

#endif /* LWT_SSL_H */
