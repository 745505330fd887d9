//! Certificates, keys and lists of revoked certificates, as they are given: PEM, or
//! DER of one. Module Lwt_ssl; calls the crates that read them.

#![forbid(unsafe_code)]

use crate::exn::Exn;
use crate::ssl::error::{LWT_SSL_BAD_KEY, failure};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};

type Chain = Vec<CertificateDer<'static>>;

fn bad(what: &str) -> Exn {
    failure(LWT_SSL_BAD_KEY, what)
}

/// Does it begin as DER does? Then it is no PEM, which is text.
fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30)
}

/// All certificates in there, which is one at least.
pub fn certificates(bytes: &[u8]) -> Result<Chain, Exn> {
    if is_der(bytes) {
        return Ok(vec![CertificateDer::from(bytes.to_vec())]);
    }
    let all: Result<Chain, _> = CertificateDer::pem_slice_iter(bytes).collect();
    match all {
        Err(error) => Err(bad(&format!("no certificates can be read: {error}"))),
        Ok(all) if all.is_empty() => Err(bad("there is no certificate in there")),
        Ok(all) => Ok(all),
    }
}

/// Does it say so, in either way of PEM?
fn is_encrypted(pem: &[u8]) -> bool {
    [
        &b"BEGIN ENCRYPTED PRIVATE KEY"[..],
        b"Proc-Type: 4,ENCRYPTED",
    ]
    .iter()
    .any(|words| pem.windows(words.len()).any(|part| part == *words))
}

/// The first key in there.
pub fn key(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, Exn> {
    if is_der(bytes) {
        let key = PrivateKeyDer::try_from(bytes.to_vec());
        return key.map_err(|why| bad(&format!("the key can't be read: {why}")));
    }
    PrivateKeyDer::from_pem_slice(bytes).map_err(|error| match is_encrypted(bytes) {
        true => bad("the key is encrypted: take its password off before"),
        false => bad(&format!("there is no private key in there: {error}")),
    })
}

/// All lists of revoked certificates in there, which is one at least.
pub fn revocations(bytes: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>, Exn> {
    if is_der(bytes) {
        return Ok(vec![CertificateRevocationListDer::from(bytes.to_vec())]);
    }
    let all: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(bytes).collect();
    match all {
        Err(error) => Err(bad(&format!("no list can be read: {error}"))),
        Ok(all) if all.is_empty() => Err(bad("there is no list of revoked certificates in there")),
        Ok(all) => Ok(all),
    }
}

/// The certificates that the system trusts, and why there may be none.
pub struct System {
    pub(super) all: Chain,
    pub(super) why: Option<String>,
}

/// Reads them: those of SSL_CERT_FILE and SSL_CERT_DIR, or of the usual places.
/// Blocks.
pub fn system() -> System {
    let found = rustls_native_certs::load_native_certs();
    System {
        why: found.errors.first().map(ToString::to_string),
        all: found.certs,
    }
}
