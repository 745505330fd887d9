//! What rustls calls an error, as a number for the program and in words for a person.
//! Module Lwt_ssl.

#![forbid(unsafe_code)]

use super::verify::SelfSigned;
use super::x509::day;
use crate::exn::Exn;
use crate::ssl::error::*;
use rustls::{
    AlertDescription, CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible,
};

/// The exception.
pub fn exn(error: &Error) -> Exn {
    let (code, alert, words) = of(error);
    alerted(code, alert, &words)
}

/// The same of one that comes after the handshake: the peer has spoken TLS before.
pub fn later(error: &Error) -> Exn {
    match of(error) {
        (LWT_SSL_NOT_TLS, ..) => failure(
            LWT_SSL_PROTOCOL,
            &format!("the peer has broken the rules of TLS: {error}"),
        ),
        (code, alert, words) => alerted(code, alert, &words),
    }
}

/// Its number, that of the peer's alert, and words.
pub fn of(error: &Error) -> (lwt_ssl_error, u8, String) {
    let (code, words) = match error {
        Error::InvalidCertificate(wrong) => certificate(wrong),
        Error::AlertReceived(alert) => {
            let words = format!("the peer has given up: {}", meaning(*alert));
            return (LWT_SSL_ALERT, u8::from(*alert), words);
        }
        Error::NoCertificatesPresented => (
            LWT_SSL_NO_CERTIFICATE,
            "a certificate is required, and the peer has shown none".into(),
        ),
        Error::PeerIncompatible(why) => incompatible(why),
        Error::NoApplicationProtocol => (
            LWT_SSL_NO_COMMON_PROTOCOL,
            "no application protocol (ALPN) that both ends speak".into(),
        ),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => (LWT_SSL_NOT_TLS, "what the peer says is not TLS".into()),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_)
        | Error::PeerSentOversizedRecord
        | Error::DecryptError => (
            LWT_SSL_PROTOCOL,
            format!("the peer has broken the rules of TLS: {error}"),
        ),
        Error::InvalidCertRevocationList(_) | Error::InconsistentKeys(_) => {
            (LWT_SSL_BAD_KEY, error.to_string())
        }
        _ => (LWT_SSL_INTERNAL, error.to_string()),
    };
    (code, 0, words)
}

fn certificate(wrong: &CertificateError) -> (lwt_ssl_error, String) {
    use CertificateError::*;
    let (code, words) = match wrong {
        Expired => (LWT_SSL_EXPIRED, "the certificate has expired"),
        ExpiredContext { not_after, .. } => {
            let words = format!(
                "the certificate has expired: it was valid until {}",
                day(not_after)
            );
            return (LWT_SSL_EXPIRED, words);
        }
        NotValidYet => (LWT_SSL_NOT_YET_VALID, "the certificate is not valid yet"),
        NotValidYetContext { not_before, .. } => {
            let from = day(not_before);
            let words = format!("the certificate is not valid yet: it will be from {from} on");
            return (LWT_SSL_NOT_YET_VALID, words);
        }
        Revoked => (LWT_SSL_REVOKED, "the certificate was revoked"),
        UnknownRevocationStatus => (
            LWT_SSL_REVOCATION_UNKNOWN,
            "no list of revoked certificates that was given covers the certificate",
        ),
        ExpiredRevocationList => (
            LWT_SSL_REVOCATION_UNKNOWN,
            "the list of revoked certificates is out of date",
        ),
        ExpiredRevocationListContext { next_update, .. } => {
            let until = day(next_update);
            let words = format!("the list of revoked certificates was good until {until}");
            return (LWT_SSL_REVOCATION_UNKNOWN, words);
        }
        UnknownIssuer => (
            LWT_SSL_UNKNOWN_ISSUER,
            "nobody who is trusted has issued the certificate",
        ),
        NotValidForName => (LWT_SSL_WRONG_HOST, "the certificate is for another host"),
        NotValidForNameContext {
            expected,
            presented,
        } => {
            let asked = expected.to_str();
            let words = match presented.is_empty() {
                true => format!("the certificate is not for {asked:?}: it names no host"),
                false => format!(
                    "the certificate is not for {asked:?}, but for {}",
                    presented.join(", ")
                ),
            };
            return (LWT_SSL_WRONG_HOST, words);
        }
        InvalidPurpose | InvalidPurposeContext { .. } => (
            LWT_SSL_WRONG_PURPOSE,
            "the certificate is not for this purpose",
        ),
        Other(OtherError(why)) if why.is::<SelfSigned>() => (
            LWT_SSL_SELF_SIGNED,
            "the certificate is self-signed, and not among those that are trusted",
        ),
        Other(OtherError(why)) if is_issuers(why.as_ref()) => (
            LWT_SSL_WRONG_PURPOSE,
            "the certificate is that of an issuer, and not for a host or a client",
        ),
        wrong => {
            let words = format!("the certificate is bad: {wrong}");
            return (LWT_SSL_BAD_CERTIFICATE, words);
        }
    };
    (code, words.into())
}

fn is_issuers(why: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let why = why.downcast_ref::<webpki::Error>();
    matches!(why, Some(webpki::Error::CaUsedAsEndEntity))
}

fn incompatible(why: &PeerIncompatible) -> (lwt_ssl_error, String) {
    use PeerIncompatible::*;
    match why {
        ServerDoesNotSupportTls12Or13
        | ServerTlsVersionIsDisabledByOurConfig
        // What TLS 1.1 and older had no need of.
        | SignatureAlgorithmsExtensionRequired
        | SupportedVersionsExtensionRequired
        | Tls12NotOffered
        | Tls12NotOfferedOrEnabled => (
            LWT_SSL_NO_COMMON_VERSION,
            "no version of TLS that both ends speak".into(),
        ),
        _ => (
            LWT_SSL_NO_COMMON_CIPHER,
            format!("no cipher or signature that both ends know: {why:?}"),
        ),
    }
}

/// The alerts of RFC 8446 and their kin, in words.
fn meaning(alert: AlertDescription) -> String {
    use AlertDescription::*;
    let words = match alert {
        UnexpectedMessage => "it did not expect that message",
        BadRecordMac | DecryptError | DecryptionFailed => "it can't decrypt what it was sent",
        RecordOverflow => "a record was too long for it",
        HandshakeFailure => "it finds nothing that both ends support",
        NoCertificate => "it has no certificate",
        BadCertificate => "it finds the certificate bad",
        UnsupportedCertificate => "it does not support certificates of that sort",
        CertificateRevoked => "the certificate was revoked, it says",
        CertificateExpired => "the certificate has expired, it says",
        CertificateUnknown => "it does not accept the certificate",
        IllegalParameter => "it was given an illegal parameter",
        UnknownCA => "it does not know the issuer of the certificate",
        AccessDenied => "it denies access",
        DecodeError => "it can't understand what it was sent",
        ProtocolVersion => "it does not speak that version of TLS",
        InsufficientSecurity => "it demands more security",
        InternalError => "something went wrong there",
        InappropriateFallback => "it takes this for an attack on the version",
        UserCanceled => "its user has cancelled",
        NoRenegotiation => "it does not renegotiate",
        MissingExtension => "an extension is missing",
        UnsupportedExtension => "it does not support an extension",
        UnrecognisedName => "it has no such host",
        BadCertificateStatusResponse => "the status of the certificate is wrong",
        UnknownPSKIdentity => "it does not know the shared key",
        CertificateRequired => "it requires a certificate",
        NoApplicationProtocol => "it speaks none of the application protocols (ALPN)",
        other => return format!("alert {}", u8::from(other)),
    };
    format!("{words} (alert {})", u8::from(alert))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_told_with_its_number() {
        let (code, alert, words) = of(&Error::AlertReceived(AlertDescription::UnknownCA));
        assert_eq!((code, alert), (LWT_SSL_ALERT, 48));
        assert!(words.contains("issuer"), "{words}");
    }

    #[test]
    fn what_is_wrong_with_a_certificate_has_a_number_each() {
        let of = |wrong| of(&Error::InvalidCertificate(wrong)).0;
        assert_eq!(of(CertificateError::Expired), LWT_SSL_EXPIRED);
        assert_eq!(of(CertificateError::UnknownIssuer), LWT_SSL_UNKNOWN_ISSUER);
        assert_eq!(of(CertificateError::BadSignature), LWT_SSL_BAD_CERTIFICATE);
        assert_eq!(of(CertificateError::Revoked), LWT_SSL_REVOKED);
    }
}
