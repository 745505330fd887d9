#include "lwt_bytes.h"
#include "lwt_io.h"
#include "lwt_unix.h"

/* TLS, 1.2 and 1.3, on descriptors and channels. It is built in (rustls): nothing of the
 * system is needed but, for clients, the certificates of those whom it trusts.
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
 * A server has a certificate, and does lwt_ssl_accept with each descriptor that it accepts:
 *
 *     lwt_ssl_context *context = lwt_ssl_context_create_server();
 *     lwt_t *ready = lwt_ssl_context_use_certificate_file(context, "chain.pem", "key.pem");
 *
 * WHAT IS VERIFIED. A client verifies the server's certificate: its issuer, its dates, that it
 * is for the host, and, if lists were given, that it was not revoked. There is one call that
 * switches this off, and its name says so. Renegotiation, compression, TLS 1.1 and what is
 * older are refused, always.
 *
 * THE END. Who has said all says so (lwt_ssl_ssl_shutdown, or closing a channel), and the
 * other end reads 0. A connection that ends otherwise fails with LWT_SSL_TRUNCATED: what was
 * read may not be all of it. Where the text itself tells its length, as mostly in HTTP, that
 * may be overlooked; nowhere else.
 *
 * WAITING. A call that can go on at once does so; else it waits until the descriptor is
 * readable, or writable, whichever the session needs. A peer that says nothing is waited for
 * for ever: limit a handshake, above all a server's, with lwt_with_timeout. Cancelling a
 * handshake at whatever point leaves a socket that can be closed.
 *
 * MEMORY. What is encrypted is read to 64 KiB that all sessions of a thread share. A session
 * that waits for its peer keeps about 12 KiB: the state of the protocol, and 4 KiB for the
 * beginning of a record. One that writes has at most 64 KiB on their way.
 *
 * A context may be changed at any time, for sessions that begin later. Build it once, not for
 * each session: sessions are resumed through it.
 *
 * Where the library was built without TLS all functions are there, and those that need it
 * fail with LWT_NOT_AVAILABLE.
 *
 * Manual: "SSL support". */
