//! `lwt_ssl.h`: contexts.

use super::{bytes, context, promised, protocols};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, lwt_t};
use crate::capi::lwt::kind;
use crate::capi::text::text;
use crate::handle::object::{self, Kind};
use crate::ssl::context::Context;
use crate::ssl::{Verify, Version};
use std::ffi::{CStr, c_char, c_int};

/// What the sessions of a client, or of a server, have in common, `Ssl.context`:
/// certificates, who is trusted, versions. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_ssl_context {
    _private: [u8; 0],
}

/// A version of TLS. Older ones are not spoken: they are broken.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lwt_ssl_version {
    /// There is no session, or none yet.
    LWT_SSL_NO_VERSION = 0,
    /// TLS 1.2
    LWT_SSL_TLS_1_2 = 12,
    /// TLS 1.3
    LWT_SSL_TLS_1_3 = 13,
}

/// Whether a server wants certificates of its clients.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lwt_ssl_verification {
    /// They are not asked for any.
    LWT_SSL_VERIFY_NONE = 0,
    /// A client that shows none is welcome; one that shows a bad one is not.
    LWT_SSL_VERIFY_OPTIONAL = 1,
    /// Without a good one nobody gets in.
    LWT_SSL_VERIFY_REQUIRED = 2,
}

/// Returns a context for clients, `Ssl.create_context Client_context`, owned by the
/// caller: lwt_ssl_context_release. It trusts those whom the system trusts, unless it is
/// told whom to trust, and **verifies every server**: the chain, the dates, and that the
/// certificate is for the host that is named to lwt_ssl_connect. NULL: out of memory. On
/// any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_create_client() -> *mut lwt_ssl_context {
    object::new(Kind::SslContext, Context::new(false)).cast()
}

/// Returns a context for servers, `Ssl.create_context Server_context`, which needs a
/// certificate: lwt_ssl_context_use_certificate. Otherwise as
/// lwt_ssl_context_create_client.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_create_server() -> *mut lwt_ssl_context {
    object::new(Kind::SslContext, Context::new(true)).cast()
}

/// One more reference to the same context, owned by the caller. NULL: it is not a context
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_retain(context: *const lwt_ssl_context) -> *mut lwt_ssl_context {
    object::retain(Kind::SslContext, context.cast()).cast()
}

/// Gives up a reference. Sessions made of it live on. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_release(context: *mut lwt_ssl_context) {
    // SAFETY: every handle of this kind is made of a `Context`.
    drop(unsafe { object::release::<Context>(Kind::SslContext, context.cast(), "") });
}

/// Gives it a certificate, `Ssl.use_certificate_from_string`: `chain` is the certificate
/// itself and those of its issuers but the last, in PEM (or the certificate alone in DER),
/// `key` its private key in PEM or DER: PKCS#8, PKCS#1 or SEC1, not encrypted, of RSA (2048
/// bits or more), ECDSA (P-256, P-384) or Ed25519. Of a server it is what it shows; called
/// several times, a server shows the first certificate that is good for the name which the
/// client asks for (SNI), and the first of all where there is none. Of a client it is what
/// it shows a server that asks: the first that was given.
///
/// Borrows all until the call returns. Returns a promise of LWT_UNIT, resolved at once. It
/// fails with LWT_SSL (LWT_SSL_BAD_KEY: what can't be read or used, a key of another
/// certificate), LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD, and LWT_NOT_AVAILABLE where the
/// library was built without TLS. On the context's thread.
///
/// # Safety
/// Both are NULL or the start of as many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_use_certificate(
    context: *const lwt_ssl_context,
    chain: *const c_char,
    chain_len: usize,
    key: *const c_char,
    key_len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_use_certificate";
    // SAFETY: as this function asks for.
    let both = unsafe {
        bytes(NAME, chain, chain_len).and_then(|chain| Ok((chain, bytes(NAME, key, key_len)?)))
    };
    promised(self::context(context, NAME).and_then(|context| {
        let (chain, key) = both?;
        Ok(context.changed(|settings| settings.add_certificate(chain, key)))
    }))
}

/// The same from two files, which may be one, `Ssl.use_certificate`. Workers read them.
///
/// Borrows both paths until the call returns. Returns a promise of LWT_UNIT. It fails as
/// lwt_ssl_context_use_certificate does, with LWT_UNIX_ERROR (function "open", argument the
/// path), and LWT_CANCELED, after which nothing has changed. On the context's thread.
///
/// # Safety
/// Both paths are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_use_certificate_file(
    context: *const lwt_ssl_context,
    chain_path: *const c_char,
    key_path: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_use_certificate_file";
    // SAFETY: as this function asks for.
    let paths = unsafe {
        text(chain_path, NAME, "the chain's path").and_then(|chain| {
            Ok(vec![
                chain.to_owned(),
                text(key_path, NAME, "the key's path")?.to_owned(),
            ])
        })
    };
    promised(self::context(context, NAME).and_then(|context| {
        Ok(
            context.changed_by_files(paths?, |settings, files| match files {
                [chain, key, ..] => settings.add_certificate(chain, key),
                _ => Ok(()),
            }),
        )
    }))
}

/// Trusts those authorities, in PEM (any number of certificates) or DER (one),
/// `Ssl.load_verify_locations`. Of a client: instead of those of the system, unless
/// lwt_ssl_context_trust_system is called, too. A certificate that is trusted so is also
/// believed where the other end itself shows it, self-signed or not, for the names in it
/// and while it is valid.
///
/// Borrows the bytes until the call returns. Returns and fails as
/// lwt_ssl_context_use_certificate.
///
/// # Safety
/// `pem` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_trust(
    context: *const lwt_ssl_context,
    pem: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_trust";
    // SAFETY: as this function asks for.
    let pem = unsafe { bytes(NAME, pem, len) };
    promised(self::context(context, NAME).and_then(|context| {
        let pem = pem?;
        Ok(context.changed(|settings| settings.trust(pem)))
    }))
}

/// The same from a file, which a worker reads. Borrows `path` until the call returns.
/// Returns and fails as lwt_ssl_context_use_certificate_file.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_trust_file(
    context: *const lwt_ssl_context,
    path: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_trust_file";
    // SAFETY: as this function asks for.
    let path = unsafe { text(path, NAME, "the path") }.map(CStr::to_owned);
    promised(self::context(context, NAME).and_then(|context| {
        Ok(context.changed_by_files(vec![path?], |settings, files| {
            files.iter().try_for_each(|file| settings.trust(file))
        }))
    }))
}

/// Trusts those whom the system trusts, `Ssl.set_default_verify_paths`: the certificates of
/// SSL_CERT_FILE and SSL_CERT_DIR, or of the usual places, read by a worker. For a client
/// that trusts others, too; and for servers, which trust nobody unless they are told to.
///
/// Returns a promise of LWT_UNIT, which fails with LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD,
/// LWT_OUT_OF_MEMORY and LWT_CANCELED, after which nothing has changed. That the system has
/// no certificates, or that they can't be read, is told when a session begins
/// (LWT_SSL_NO_TRUST), and they are looked for again by the next. On the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_trust_system(context: *const lwt_ssl_context) -> *mut lwt_t {
    let context = self::context(context, "lwt_ssl_context_trust_system");
    promised(context.map(|context| context.trust_system()))
}

/// Certificates in these lists (CRLs, in PEM, or one in DER) are not believed. From when one
/// list was given the certificate of the other end must be covered by one, which must be in
/// force: otherwise it is refused (LWT_SSL_REVOCATION_UNKNOWN). Those of its issuers are not
/// looked up. One that is trusted itself (lwt_ssl_context_trust) is refused if a list has it,
/// and need not be covered.
///
/// Borrows the bytes until the call returns. Returns and fails as
/// lwt_ssl_context_use_certificate; that a list can't be used may be told when a session
/// begins.
///
/// # Safety
/// `lists` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_revoke(
    context: *const lwt_ssl_context,
    lists: *const c_char,
    len: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_revoke";
    // SAFETY: as this function asks for.
    let lists = unsafe { bytes(NAME, lists, len) };
    promised(self::context(context, NAME).and_then(|context| {
        let lists = lists?;
        Ok(context.changed(|settings| settings.revoke(lists)))
    }))
}

/// The same from a file, which a worker reads. Borrows `path` until the call returns.
/// Returns and fails as lwt_ssl_context_use_certificate_file.
///
/// # Safety
/// `path` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_revoke_file(
    context: *const lwt_ssl_context,
    path: *const c_char,
) -> *mut lwt_t {
    const NAME: &str = "lwt_ssl_context_revoke_file";
    // SAFETY: as this function asks for.
    let path = unsafe { text(path, NAME, "the path") }.map(CStr::to_owned);
    promised(self::context(context, NAME).and_then(|context| {
        Ok(context.changed_by_files(vec![path?], |settings, files| {
            files.iter().try_for_each(|file| settings.revoke(file))
        }))
    }))
}

/// Sets the protocols of ALPN, the best first, `Ssl.set_context_alpn_protos`: a client
/// offers them, a server takes the first of its own that the client offers, and refuses a
/// client that offers others only. lwt_ssl_alpn tells which it was. None (`n` 0), as at the
/// beginning: nothing is said about it. lwt_ssl_session_set_alpn does so for one session.
///
/// Borrows the texts until the call returns. Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad
/// handle, a NULL, an empty text, one of more than 255 bytes) or LWT_WRONG_THREAD. On the
/// context's thread.
///
/// # Safety
/// `protocols` is NULL or the start of `n` texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_ssl_context_set_alpn(
    context: *const lwt_ssl_context,
    protocols: *const *const c_char,
    n: usize,
) -> c_int {
    const NAME: &str = "lwt_ssl_context_set_alpn";
    // SAFETY: as this function asks for.
    let protocols = unsafe { self::protocols(NAME, protocols, n) };
    kind(self::context(context, NAME).and_then(|context| {
        let protocols = protocols?;
        context.change(|settings| {
            settings.set_alpn(protocols);
            Ok(())
        })
    }))
}

fn version_of(version: c_int) -> Option<Version> {
    match version {
        12 => Some(Version::Tls12),
        13 => Some(Version::Tls13),
        _ => None,
    }
}

/// Sets the oldest version that is spoken, `Ssl.set_min_protocol_version`: LWT_SSL_TLS_1_2,
/// as at the beginning, or LWT_SSL_TLS_1_3. Returns LWT_OK, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD. On the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_set_minimum_version(
    context: *const lwt_ssl_context,
    version: c_int,
) -> c_int {
    let Some(version) = version_of(version) else {
        return LWT_INVALID_ARGUMENT;
    };
    set(context, "lwt_ssl_context_set_minimum_version", |context| {
        context.change(|settings| {
            settings.set_minimum(version);
            Ok(())
        })
    })
}

/// Sets the newest version that is spoken, `Ssl.set_max_protocol_version`: at the beginning
/// LWT_SSL_TLS_1_3. Returns as lwt_ssl_context_set_minimum_version. If it is below the
/// oldest, sessions fail with LWT_SSL_NO_COMMON_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_set_maximum_version(
    context: *const lwt_ssl_context,
    version: c_int,
) -> c_int {
    let Some(version) = version_of(version) else {
        return LWT_INVALID_ARGUMENT;
    };
    set(context, "lwt_ssl_context_set_maximum_version", |context| {
        context.change(|settings| {
            settings.set_maximum(version);
            Ok(())
        })
    })
}

fn set(
    context: *const lwt_ssl_context,
    name: &str,
    f: impl FnOnce(&Context) -> Result<(), crate::exn::Exn>,
) -> c_int {
    match self::context(context, name).and_then(|context| f(&context)) {
        Ok(()) => LWT_OK,
        Err(exn) => exn.kind(),
    }
}

/// Sets whether a server wants certificates of its clients, `Ssl.set_verify`: one of
/// lwt_ssl_verification, at the beginning LWT_SSL_VERIFY_NONE. They must have been issued
/// by whom the context trusts (lwt_ssl_context_trust), for the use of a client. With TLS 1.3
/// a client hears only when it reads that its certificate was refused.
///
/// Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad handle, the context of a client, another
/// number) or LWT_WRONG_THREAD. On the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_set_client_verification(
    context: *const lwt_ssl_context,
    verification: c_int,
) -> c_int {
    let verify = match verification {
        0 => Verify::None,
        1 => Verify::Optional,
        2 => Verify::Required,
        _ => return LWT_INVALID_ARGUMENT,
    };
    set(
        context,
        "lwt_ssl_context_set_client_verification",
        |context| {
            if !context.is_server() {
                return Err(crate::exn::Exn::invalid("the context is one of a client"));
            }
            context.change(|settings| {
                settings.set_verify(verify);
                Ok(())
            })
        },
    )
}

/// Sets whether a session may go on where an earlier one of the same two ends was, which
/// saves the costly half of a handshake, `Ssl.set_session_cache_mode`. At the beginning it
/// may: a client remembers the sessions with 256 servers, a server gives out tickets, whose
/// keys change every six hours. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD. On
/// the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_set_resumption(
    context: *const lwt_ssl_context,
    yes: bool,
) -> c_int {
    set(context, "lwt_ssl_context_set_resumption", |context| {
        context.change(|settings| {
            settings.set_resumption(yes);
            Ok(())
        })
    })
}

/// Sets whether the keys of sessions are appended to the file that the environment variable
/// SSLKEYLOGFILE names, so that tools such as Wireshark can read along: whoever has that
/// file can, too. At the beginning they are not, whatever the variable says. The file is
/// written at once, which may block; if it can't be, that stops nobody. Returns LWT_OK, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD. On the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_set_key_log(context: *const lwt_ssl_context, yes: bool) -> c_int {
    set(context, "lwt_ssl_context_set_key_log", |context| {
        context.change(|settings| {
            settings.set_key_log(yes);
            Ok(())
        })
    })
}

/// **Switches verification off**: a client of this context believes whatever certificate it
/// is shown, whoever shows it, so that anybody on the way can read and change everything.
/// For tests, and for programs that compare lwt_ssl_peer_certificate with one they know
/// before they say anything. A host need not be named then; it can't be switched on again.
///
/// Returns LWT_OK, LWT_INVALID_ARGUMENT (a bad handle, or the context of a server) or
/// LWT_WRONG_THREAD. On the context's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_ssl_context_danger_accept_any_certificate(
    context: *const lwt_ssl_context,
) -> c_int {
    set(
        context,
        "lwt_ssl_context_danger_accept_any_certificate",
        |context| {
            if context.is_server() {
                return Err(crate::exn::Exn::invalid("the context is one of a server"));
            }
            context.change(|settings| {
                settings.accept_anything();
                Ok(())
            })
        },
    )
}
