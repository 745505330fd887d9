//! What went wrong with TLS: a number for the program and words for a person. Module
//! Lwt_ssl; calls exceptions.

#![forbid(unsafe_code)]
#![allow(non_camel_case_types)]

use crate::abi::LWT_SSL;
use crate::exn::Exn;
use crate::value::Value;
use std::ptr::without_provenance_mut;

/// What an exception of kind LWT_SSL tells, `Ssl.ssl_error` and `Ssl.verify_error`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lwt_ssl_error {
    /// It is no exception of kind LWT_SSL.
    LWT_SSL_NO_ERROR = 0,
    /// The certificate has expired.
    LWT_SSL_EXPIRED = 1,
    /// The certificate is not valid yet.
    LWT_SSL_NOT_YET_VALID = 2,
    /// The certificate is for other names than the one that was asked for.
    LWT_SSL_WRONG_HOST = 3,
    /// Nobody who is trusted has issued the certificate.
    LWT_SSL_UNKNOWN_ISSUER = 4,
    /// The certificate is its own issuer, and is not trusted itself.
    LWT_SSL_SELF_SIGNED = 5,
    /// The certificate was revoked.
    LWT_SSL_REVOKED = 6,
    /// Lists of revoked certificates were given, and none that is in force covers the
    /// certificate.
    LWT_SSL_REVOCATION_UNKNOWN = 7,
    /// The certificate is not for this purpose: that of a client shown by a server, say.
    LWT_SSL_WRONG_PURPOSE = 8,
    /// The certificate can't be understood, or its signature is wrong.
    LWT_SSL_BAD_CERTIFICATE = 9,
    /// A certificate is required, and the peer has shown none.
    LWT_SSL_NO_CERTIFICATE = 10,
    /// There is no version of the protocol that both ends speak.
    LWT_SSL_NO_COMMON_VERSION = 11,
    /// There is no cipher, group or sort of signature that both ends know.
    LWT_SSL_NO_COMMON_CIPHER = 12,
    /// There is no protocol of ALPN that both ends speak.
    LWT_SSL_NO_COMMON_PROTOCOL = 13,
    /// The peer has given up, with an alert; lwt_ssl_alert_of tells which.
    LWT_SSL_ALERT = 14,
    /// What the peer says is not TLS at all.
    LWT_SSL_NOT_TLS = 15,
    /// The connection ended without a goodbye (close_notify): there may have been more to
    /// come.
    LWT_SSL_TRUNCATED = 16,
    /// The peer has broken the rules of the protocol.
    LWT_SSL_PROTOCOL = 17,
    /// A certificate or a key that was given can't be used, or they are no pair.
    LWT_SSL_BAD_KEY = 18,
    /// There is nobody to be trusted: the system has no certificates, none were given.
    LWT_SSL_NO_TRUST = 19,
    /// Something went wrong at this end: no randomness, no clock.
    LWT_SSL_INTERNAL = 20,
}

pub use lwt_ssl_error::*;

const ALERT: usize = 16;

/// A failure.
#[cold]
pub fn failure(code: lwt_ssl_error, words: &str) -> Exn {
    alerted(code, 0, words)
}

/// A failure of which an alert of the peer's told, by its number.
#[cold]
pub fn alerted(code: lwt_ssl_error, alert: u8, words: &str) -> Exn {
    let word = code as usize | usize::from(alert) << ALERT;
    let payload = Value::plain(without_provenance_mut(word));
    Exn::with_payload(LWT_SSL, format!("lwt_ssl: {words}"), payload)
}

/// Which one it is.
pub fn code(exn: &Exn) -> lwt_ssl_error {
    const ALL: [lwt_ssl_error; 21] = [
        LWT_SSL_NO_ERROR,
        LWT_SSL_EXPIRED,
        LWT_SSL_NOT_YET_VALID,
        LWT_SSL_WRONG_HOST,
        LWT_SSL_UNKNOWN_ISSUER,
        LWT_SSL_SELF_SIGNED,
        LWT_SSL_REVOKED,
        LWT_SSL_REVOCATION_UNKNOWN,
        LWT_SSL_WRONG_PURPOSE,
        LWT_SSL_BAD_CERTIFICATE,
        LWT_SSL_NO_CERTIFICATE,
        LWT_SSL_NO_COMMON_VERSION,
        LWT_SSL_NO_COMMON_CIPHER,
        LWT_SSL_NO_COMMON_PROTOCOL,
        LWT_SSL_ALERT,
        LWT_SSL_NOT_TLS,
        LWT_SSL_TRUNCATED,
        LWT_SSL_PROTOCOL,
        LWT_SSL_BAD_KEY,
        LWT_SSL_NO_TRUST,
        LWT_SSL_INTERNAL,
    ];
    if exn.kind() != LWT_SSL {
        return LWT_SSL_NO_ERROR;
    }
    // One of the user's own of this kind may have any payload.
    let code = exn.payload().addr() & ((1 << ALERT) - 1);
    *ALL.get(code).unwrap_or(&LWT_SSL_INTERNAL)
}

/// The number of the alert that the peer sent.
pub fn alert(exn: &Exn) -> Option<u8> {
    (code(exn) == LWT_SSL_ALERT).then(|| (exn.payload().addr() >> ALERT) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_keeps_its_number_and_its_words() {
        let exn = failure(LWT_SSL_EXPIRED, "the certificate has expired");
        assert_eq!((code(&exn), alert(&exn)), (LWT_SSL_EXPIRED, None));
        assert_eq!(exn.message(), c"lwt_ssl: the certificate has expired");
        let exn = alerted(LWT_SSL_ALERT, 112, "unrecognised name");
        assert_eq!((code(&exn), alert(&exn)), (LWT_SSL_ALERT, Some(112)));
        assert_eq!(code(&Exn::canceled()), LWT_SSL_NO_ERROR);
    }

    #[test]
    fn every_number_is_the_one_of_its_place() {
        for number in 0..21usize {
            let exn = Exn::with_payload(LWT_SSL, "x", Value::plain(without_provenance_mut(number)));
            assert_eq!(code(&exn) as usize, number);
        }
        let exn = Exn::with_payload(LWT_SSL, "x", Value::plain(without_provenance_mut(999)));
        assert_eq!(code(&exn), LWT_SSL_INTERNAL);
    }
}
