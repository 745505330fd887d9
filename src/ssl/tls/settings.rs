//! What was set in a context. Module Lwt_ssl.

#![forbid(unsafe_code)]

use super::pem::{self, System};
use super::words;
use crate::exn::Exn;
use crate::ssl::error::{LWT_SSL_BAD_KEY, failure};
use rustls::RootCertStore;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use std::sync::Arc;

/// A version of the protocol.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
pub enum Version {
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

/// Whether a certificate of the other end is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verify {
    /// It is not asked for one.
    None,
    /// It may show one, which then has to be good.
    Optional,
    /// It has to show one.
    Required,
}

/// All of it.
pub struct Settings {
    pub(super) server: bool,
    pub(super) certificates: Vec<Arc<CertifiedKey>>,
    pub(super) roots: RootCertStore,
    /// Those that were given, which are trusted also where they are nobody's issuer.
    pub(super) given: Vec<CertificateDer<'static>>,
    /// It was said who is trusted.
    trust_is_set: bool,
    /// Why the system trusts nobody.
    pub(super) why_nobody: Option<String>,
    pub(super) revocations: Vec<CertificateRevocationListDer<'static>>,
    pub(super) alpn: Vec<Vec<u8>>,
    pub(super) minimum: Version,
    pub(super) maximum: Version,
    pub(super) verify: Verify,
    pub(super) resumption: bool,
    pub(super) key_log: bool,
    pub(super) anything: bool,
}

impl Settings {
    /// What a context begins with.
    pub fn new(server: bool) -> Settings {
        Settings {
            server,
            certificates: Vec::new(),
            roots: RootCertStore::empty(),
            given: Vec::new(),
            trust_is_set: false,
            why_nobody: None,
            revocations: Vec::new(),
            alpn: Vec::new(),
            minimum: Version::Tls12,
            maximum: Version::Tls13,
            verify: match server {
                true => Verify::None,
                false => Verify::Required,
            },
            resumption: true,
            key_log: false,
            anything: false,
        }
    }

    /// A chain and its key. A server shows the first of several that is good for the
    /// name that it is asked for.
    pub fn add_certificate(&mut self, chain: &[u8], key: &[u8]) -> Result<(), Exn> {
        let chain = pem::certificates(chain)?;
        let key = any_supported_type(&pem::key(key)?)
            .map_err(|_| failure(LWT_SSL_BAD_KEY, "the key is of a sort that can't be used"))?;
        let both = CertifiedKey::new(chain, key);
        match both.keys_match() {
            // Of some keys it can't be told.
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {}
            Err(rustls::Error::InconsistentKeys(_)) => {
                let words = "the key is not that of the certificate";
                return Err(failure(LWT_SSL_BAD_KEY, words));
            }
            Err(error) => {
                let words = format!("the certificate can't be used: {}", words::of(&error).2);
                return Err(failure(LWT_SSL_BAD_KEY, &words));
            }
        }
        self.certificates.push(Arc::new(both));
        Ok(())
    }

    /// Those that issued these are trusted, and these themselves.
    pub fn trust(&mut self, bytes: &[u8]) -> Result<(), Exn> {
        let all = pem::certificates(bytes)?;
        let (added, _) = self.roots.add_parsable_certificates(all.clone());
        if added == 0 {
            let words = "none of the certificates that are to be trusted can be understood";
            return Err(failure(LWT_SSL_BAD_KEY, words));
        }
        self.given.extend(all);
        self.trust_is_set = true;
        Ok(())
    }

    /// Those whom the system trusts.
    pub fn add_trusted(&mut self, system: System) {
        let (added, _) = self.roots.add_parsable_certificates(system.all);
        // Where there were none it is looked again: descriptors may have run out.
        self.trust_is_set |= added > 0;
        self.why_nobody = system.why;
    }

    /// Are those of the system still to be read? A client believes them, unless it
    /// was told whom to trust.
    pub fn wants_system(&self) -> bool {
        !self.trust_is_set && !self.server && !self.anything
    }

    /// Certificates in these lists are not believed.
    pub fn revoke(&mut self, lists: &[u8]) -> Result<(), Exn> {
        self.revocations.extend(pem::revocations(lists)?);
        Ok(())
    }

    /// The protocols of ALPN, the best first.
    pub fn set_alpn(&mut self, protocols: Vec<Vec<u8>>) {
        self.alpn = protocols;
    }

    /// The oldest version.
    pub fn set_minimum(&mut self, version: Version) {
        self.minimum = version;
    }

    /// The newest version.
    pub fn set_maximum(&mut self, version: Version) {
        self.maximum = version;
    }

    /// Of a server: whether clients are to show certificates.
    pub fn set_verify(&mut self, verify: Verify) {
        self.verify = verify;
    }

    /// Whether a session may go on where an earlier one was.
    pub fn set_resumption(&mut self, yes: bool) {
        self.resumption = yes;
    }

    /// Whether the keys are written to the file that SSLKEYLOGFILE names.
    pub fn set_key_log(&mut self, yes: bool) {
        self.key_log = yes;
    }

    /// Is it?
    pub fn believes_anything(&self) -> bool {
        self.anything
    }

    /// Whatever the other end shows is believed.
    pub fn accept_anything(&mut self) {
        self.anything = true;
    }
}
