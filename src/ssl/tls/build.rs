//! A context, ready for sessions: what was set, as rustls wants it. Module Lwt_ssl.

#![forbid(unsafe_code)]

use super::by_name::ByName;
use super::settings::{Settings, Verify, Version};
use super::verify::Given;
use super::{verify, words};
use crate::exn::Exn;
use crate::ssl::error::*;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{Ticketer, default_provider};
use rustls::server::{NoServerSessionStorage, ServerSessionMemoryCache, WebPkiClientVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, KeyLogFile, ServerConfig, SupportedProtocolVersion};
use std::sync::{Arc, OnceLock};

/// How many sessions are remembered, to be resumed: of a client the servers, of a
/// server the clients without tickets.
const REMEMBERED: usize = 256;

static OLD: [&SupportedProtocolVersion; 1] = [&TLS12];
static NEW: [&SupportedProtocolVersion; 1] = [&TLS13];
static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];

/// What sessions are made of.
#[derive(Clone)]
pub enum Config {
    /// Of clients.
    Client(Arc<ClientConfig>),
    /// Of servers.
    Server(Arc<ServerConfig>),
}

/// The ciphers: one for the process.
pub fn provider() -> &'static Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(default_provider()))
}

fn bad_list(error: &impl std::fmt::Display) -> Exn {
    let words = format!("a list of revoked certificates can't be used: {error}");
    failure(LWT_SSL_BAD_KEY, &words)
}

impl Settings {
    /// All that was set.
    pub fn build(&self) -> Result<Config, Exn> {
        match self.server {
            false => self.client().map(Arc::new).map(Config::Client),
            true => self.server().map(Arc::new).map(Config::Server),
        }
    }

    fn no_trust(&self) -> Exn {
        let words = "nobody is trusted: the system has no certificates of authorities, and none \
                     were given";
        let why = self.why_nobody.iter().map(|why| format!(" ({why})"));
        failure(
            LWT_SSL_NO_TRUST,
            &[words.into()].into_iter().chain(why).collect::<String>(),
        )
    }

    fn versions(&self) -> Result<&'static [&'static SupportedProtocolVersion], Exn> {
        match (self.minimum, self.maximum) {
            (Version::Tls12, Version::Tls12) => Ok(&OLD),
            (Version::Tls13, Version::Tls13) => Ok(&NEW),
            (Version::Tls12, Version::Tls13) => Ok(&BOTH),
            (Version::Tls13, Version::Tls12) => Err(failure(
                LWT_SSL_NO_COMMON_VERSION,
                "the oldest version that is allowed is newer than the newest",
            )),
        }
    }

    fn server_verifier(&self) -> Result<Arc<dyn ServerCertVerifier>, Exn> {
        if self.anything {
            return Ok(Arc::new(verify::Anything));
        }
        if self.roots.is_empty() {
            return Err(self.no_trust());
        }
        let roots = Arc::new(self.roots.clone());
        let mut builder = WebPkiServerVerifier::builder_with_provider(roots, provider().clone());
        if !self.revocations.is_empty() {
            builder = builder
                .with_crls(self.revocations.iter().cloned())
                .only_check_end_entity_revocation()
                .enforce_revocation_expiration();
        }
        let issuers = builder.build().map_err(|error| bad_list(&error))?;
        let given = Given::new(&self.given, &self.revocations).map_err(|error| bad_list(&error))?;
        Ok(Arc::new(verify::Server { issuers, given }))
    }

    fn client(&self) -> Result<ClientConfig, Exn> {
        let builder = ClientConfig::builder_with_provider(provider().clone())
            .with_protocol_versions(self.versions()?)
            .map_err(|error| words::exn(&error))?
            .dangerous()
            .with_custom_certificate_verifier(self.server_verifier()?);
        let mut config = match self.certificates.first() {
            None => builder.with_no_client_auth(),
            Some(both) => {
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(both.clone())))
            }
        };
        config.alpn_protocols = self.alpn.clone();
        config.resumption = match self.resumption {
            true => Resumption::in_memory_sessions(REMEMBERED),
            false => Resumption::disabled(),
        };
        if self.key_log {
            config.key_log = Arc::new(KeyLogFile::new());
        }
        Ok(config)
    }

    fn server(&self) -> Result<ServerConfig, Exn> {
        if self.certificates.is_empty() {
            let words = "a server needs a certificate, and none was given";
            return Err(failure(LWT_SSL_BAD_KEY, words));
        }
        let builder = ServerConfig::builder_with_provider(provider().clone())
            .with_protocol_versions(self.versions()?)
            .map_err(|error| words::exn(&error))?;
        let builder = match self.verify {
            Verify::None => builder.with_no_client_auth(),
            wanted => builder.with_client_cert_verifier(self.client_verifier(wanted)?),
        };
        let certificates = self.certificates.clone();
        let mut config = builder.with_cert_resolver(Arc::new(ByName(certificates)));
        config.alpn_protocols = self.alpn.clone();
        if self.resumption {
            config.session_storage = ServerSessionMemoryCache::new(REMEMBERED);
            config.ticketer = Ticketer::new().map_err(|error| words::exn(&error))?;
        } else {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        if self.key_log {
            config.key_log = Arc::new(KeyLogFile::new());
        }
        Ok(config)
    }

    fn client_verifier(&self, wanted: Verify) -> Result<Arc<verify::Client>, Exn> {
        if self.roots.is_empty() {
            return Err(self.no_trust());
        }
        let roots = Arc::new(self.roots.clone());
        let mut builder = WebPkiClientVerifier::builder_with_provider(roots, provider().clone());
        if !self.revocations.is_empty() {
            builder = builder
                .with_crls(self.revocations.iter().cloned())
                .only_check_end_entity_revocation()
                .enforce_revocation_expiration();
        }
        if wanted == Verify::Optional {
            builder = builder.allow_unauthenticated();
        }
        let issuers = builder.build().map_err(|error| bad_list(&error))?;
        let given = Given::new(&self.given, &self.revocations).map_err(|error| bad_list(&error))?;
        Ok(Arc::new(verify::Client { issuers, given }))
    }
}
