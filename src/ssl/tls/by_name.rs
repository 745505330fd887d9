//! The certificate that a server shows: the first that is good for the name that the
//! client asks for, else the first. Module Lwt_ssl.

#![forbid(unsafe_code)]

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::ServerName;
use std::sync::Arc;
use webpki::EndEntityCert;

/// All that a server has.
#[derive(Debug)]
pub struct ByName(pub Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let first = self.0.first()?;
        if self.0.len() == 1 {
            return Some(first.clone());
        }
        let schemes = hello.signature_schemes();
        let usable = |one: &&Arc<CertifiedKey>| one.key.choose_scheme(schemes).is_some();
        let name = hello
            .server_name()
            .and_then(|name| ServerName::try_from(name).ok());
        let good = |one: &&Arc<CertifiedKey>| {
            let leaf = one
                .cert
                .first()
                .and_then(|leaf| EndEntityCert::try_from(leaf).ok());
            match (&name, leaf) {
                (Some(name), Some(leaf)) => leaf.verify_is_valid_for_subject_name(name).is_ok(),
                _ => false,
            }
        };
        // There may be one of each sort of key for a name.
        let named = self.0.iter().filter(good);
        let chosen = named.clone().find(usable).or_else(|| named.clone().next());
        let any = || self.0.iter().find(usable);
        chosen.or_else(any).or(Some(first)).cloned()
    }
}
