//! Whether a server's certificate is believed. Module Lwt_ssl; calls rustls.
//!
//! It is rustls that decides, with two differences. A certificate that was itself
//! given as one to be trusted is believed for its names while it is valid: that is
//! how a certificate which is its own issuer is used, and rustls knows issuers alone.
//! And of one that is its own issuer, and is not trusted, that is said.

#![forbid(unsafe_code)]

use super::build::provider;
use super::x509;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use std::fmt;
use std::sync::Arc;
use webpki::{CertRevocationList, EndEntityCert, OwnedCertRevocationList};

/// It is its own issuer.
#[derive(Debug)]
pub struct SelfSigned;

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed certificate")
    }
}

impl std::error::Error for SelfSigned {}

/// The sorts of signatures that can be checked.
fn known() -> &'static WebPkiSupportedAlgorithms {
    &provider().signature_verification_algorithms
}

/// Is there nobody known who has issued it? Certificates of issuers, which those that
/// are their own issuer often are, are refused before that is asked.
fn is_unknown(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(OtherError(error))) => matches!(
            error.downcast_ref::<webpki::Error>(),
            Some(webpki::Error::CaUsedAsEndEntity)
        ),
        _ => false,
    }
}

/// The error, which may be that it is its own issuer.
fn told(leaf: &CertificateDer<'_>, error: Error) -> Error {
    match x509::read(leaf) {
        Some(read) if is_unknown(&error) && read.issued_by_itself => {
            let why = OtherError(Arc::new(SelfSigned));
            Error::InvalidCertificate(CertificateError::Other(why))
        }
        _ => error,
    }
}

/// Certificates that are trusted themselves, and the lists of those that were revoked.
#[derive(Debug)]
pub struct Given {
    certificates: Vec<CertificateDer<'static>>,
    lists: Vec<CertRevocationList<'static>>,
}

impl Given {
    pub fn new(
        certificates: &[CertificateDer<'static>],
        lists: &[CertificateRevocationListDer<'static>],
    ) -> Result<Given, webpki::Error> {
        let read = |list: &CertificateRevocationListDer<'static>| {
            OwnedCertRevocationList::from_der(list).map(CertRevocationList::from)
        };
        Ok(Given {
            certificates: certificates.to_vec(),
            lists: lists.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    fn has(&self, leaf: &CertificateDer<'_>) -> bool {
        self.certificates.iter().any(|one| one == leaf)
    }

    /// Has no list one of these? That none covers it is no reason to refuse it: its issuer is
    /// not asked. Its times were looked at before the issuer was looked for.
    fn verify(&self, leaf: &CertificateDer<'_>) -> Result<(), Error> {
        let wrong = |error| Error::InvalidCertificate(error);
        let read =
            EndEntityCert::try_from(leaf).map_err(|_| wrong(CertificateError::BadEncoding))?;
        let lists = |list: &CertRevocationList<'_>| {
            list.issuer() == read.issuer() && !matches!(list.find_serial(read.serial()), Ok(None))
        };
        match self.lists.iter().any(lists) {
            true => Err(wrong(CertificateError::Revoked)),
            false => Ok(()),
        }
    }
}

/// The rest of a verifier: whether the other end has the key of its certificate, which is
/// asked whatever is believed of that.
macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls12_signature(message, certificate, signed, known())
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls13_signature(message, certificate, signed, known())
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            known().supported_schemes()
        }
    };
}

/// What a client asks about a server.
#[derive(Debug)]
pub struct Server {
    pub issuers: Arc<WebPkiServerVerifier>,
    pub given: Given,
}

impl ServerCertVerifier for Server {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let told_so = self
            .issuers
            .verify_server_cert(leaf, chain, name, ocsp, now);
        match told_so {
            Err(error) if is_unknown(&error) && self.given.has(leaf) => {
                self.given.verify(leaf)?;
                let named = EndEntityCert::try_from(leaf)
                    .and_then(|read| read.verify_is_valid_for_subject_name(name));
                named.map_err(|_| {
                    Error::InvalidCertificate(CertificateError::NotValidForNameContext {
                        expected: name.to_owned(),
                        presented: x509::read(leaf).unwrap_or_default().names,
                    })
                })?;
                Ok(ServerCertVerified::assertion())
            }
            other => other.map_err(|error| told(leaf, error)),
        }
    }

    signatures!();
}

/// What a server asks about a client: the same, without names.
#[derive(Debug)]
pub struct Client {
    pub issuers: Arc<dyn ClientCertVerifier>,
    pub given: Given,
}

impl ClientCertVerifier for Client {
    fn offer_client_auth(&self) -> bool {
        self.issuers.offer_client_auth()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.issuers.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.issuers.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.issuers.verify_client_cert(leaf, chain, now) {
            Err(error) if is_unknown(&error) && self.given.has(leaf) => {
                let verified = self.given.verify(leaf);
                verified.map(|()| ClientCertVerified::assertion())
            }
            other => other.map_err(|error| told(leaf, error)),
        }
    }

    signatures!();
}

/// Believes whatever is shown; that the other end has the key to it is still checked.
#[derive(Debug)]
pub struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    signatures!();
}
