//! One session: encrypted bytes go in and plain bytes come out, and the other way
//! round. Module Lwt_ssl; calls rustls.

#![forbid(unsafe_code)]

use super::build::Config;
use super::out::Out;
use super::settings::Version;
use super::words;
use crate::exn::Exn;
use crate::ssl::error::{LWT_SSL_PROTOCOL, failure};
use rustls::{ClientConnection, HandshakeKind, ProtocolVersion, ServerConnection};
use rustls_pki_types::{IpAddr, Ipv4Addr, ServerName};
use std::ffi::CStr;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::RawFd;

/// A session.
pub struct Connection {
    tls: rustls::Connection,
    /// So much may still be read.
    plain: usize,
    /// The other end has said goodbye.
    closed: bool,
}

/// What there is to read.
#[derive(Debug, PartialEq, Eq)]
pub enum Got {
    /// So many bytes.
    Bytes(usize),
    /// Nothing yet.
    Nothing,
    /// The other end has said goodbye.
    End,
    /// The connection has ended, and nobody has said goodbye.
    Truncated,
}

impl Connection {
    /// A new one. `host`: of a client, what the server's certificate has to be for.
    /// `alpn`: other protocols than those of the context.
    pub fn new(
        config: &Config,
        host: Option<&str>,
        alpn: Option<Vec<Vec<u8>>>,
    ) -> Result<Connection, Exn> {
        let made = match config {
            Config::Server(config) => {
                let mut config = config.clone();
                if let Some(alpn) = alpn {
                    std::sync::Arc::make_mut(&mut config).alpn_protocols = alpn;
                }
                ServerConnection::new(config).map(rustls::Connection::from)
            }
            Config::Client(config) => {
                let name = match host {
                    // Nothing is verified, then; of an address the server is told nothing.
                    None => ServerName::IpAddress(IpAddr::V4(Ipv4Addr::from([0; 4]))),
                    Some(host) => name(host)?,
                };
                let config = config.clone();
                match alpn {
                    None => ClientConnection::new(config, name),
                    Some(alpn) => ClientConnection::new_with_alpn(config, name, alpn),
                }
                .map(rustls::Connection::from)
            }
        };
        let tls = made.map_err(|error| words::exn(&error))?;
        Ok(Connection {
            tls,
            plain: 0,
            closed: false,
        })
    }

    /// Takes encrypted bytes in, until there is as much to read as it keeps: how many
    /// it has taken, and what was wrong with them.
    pub fn feed(&mut self, bytes: &[u8]) -> (usize, Result<(), Exn>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.tls.read_tls(&mut rest) {
                // The other end has said goodbye: nothing counts after that.
                Ok(0) => return (bytes.len(), Ok(())),
                Ok(_) => {}
                Err(_) if self.has_plain() => break,
                Err(error) => {
                    let words = format!("the peer has broken the rules of TLS: {error}");
                    return (bytes.len(), Err(failure(LWT_SSL_PROTOCOL, &words)));
                }
            }
            if let Err(exn) = self.process() {
                return (bytes.len(), Err(exn));
            }
        }
        (bytes.len() - rest.len(), Ok(()))
    }

    fn process(&mut self) -> Result<(), Exn> {
        let state = self.tls.process_new_packets();
        let state = match state {
            Ok(state) => state,
            Err(error) if self.tls.is_handshaking() => return Err(words::exn(&error)),
            Err(error) => return Err(words::later(&error)),
        };
        self.plain = state.plaintext_bytes_to_read();
        self.closed |= state.peer_has_closed();
        Ok(())
    }

    /// No more bytes will come.
    pub fn end(&mut self) {
        let _ = self.tls.read_tls(&mut io::empty());
        let _ = self.process();
    }

    /// Reads what there is.
    pub fn read(&mut self, room: &mut [u8]) -> Got {
        match self.tls.reader().read(room) {
            Ok(0) => Got::End,
            Ok(n) => {
                self.plain = self.plain.saturating_sub(n);
                Got::Bytes(n)
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Got::Truncated,
            Err(_) => Got::Nothing,
        }
    }

    /// Is there something to read?
    pub fn has_plain(&self) -> bool {
        self.plain > 0
    }

    /// Has the other end said goodbye?
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Encrypts bytes, or as many of them as it keeps.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        self.tls.writer().write(bytes).unwrap_or(0)
    }

    /// Are there encrypted bytes to be sent?
    pub fn wants_write(&self) -> bool {
        self.tls.wants_write()
    }

    /// Sends some of them.
    pub fn send(&mut self, raw: RawFd) -> io::Result<usize> {
        self.tls.write_tls(&mut Out(raw))
    }

    /// What is to be sent, for tests without a descriptor.
    #[cfg(test)]
    pub fn take(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            let sent = self.tls.write_tls(&mut bytes);
            assert!(sent.expect("there is room") > 0);
        }
        bytes
    }

    /// Makes new keys, and asks the other end to.
    #[cfg(test)]
    pub fn change_keys(&mut self) {
        self.tls.refresh_traffic_keys().expect("it is TLS 1.3");
    }

    /// Is the handshake still going on?
    pub fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// There will be no more: the other end is to be told.
    pub fn goodbye(&mut self) {
        self.tls.send_close_notify();
    }

    /// The version that was agreed on.
    pub fn version(&self) -> Option<Version> {
        match self.tls.protocol_version()? {
            ProtocolVersion::TLSv1_3 => Some(Version::Tls13),
            _ => Some(Version::Tls12),
        }
    }

    /// The cipher, by its name in the register of IANA.
    pub fn cipher(&self) -> Option<&'static CStr> {
        use rustls::CipherSuite::*;
        Some(match self.tls.negotiated_cipher_suite()?.suite() {
            TLS13_AES_128_GCM_SHA256 => c"TLS_AES_128_GCM_SHA256",
            TLS13_AES_256_GCM_SHA384 => c"TLS_AES_256_GCM_SHA384",
            TLS13_CHACHA20_POLY1305_SHA256 => c"TLS_CHACHA20_POLY1305_SHA256",
            TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 => c"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 => c"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 => {
                c"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
            }
            TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 => c"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 => c"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 => {
                c"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
            }
            _ => c"unknown",
        })
    }

    /// The protocol of ALPN that was agreed on.
    pub fn alpn(&self) -> Option<&[u8]> {
        self.tls.alpn_protocol()
    }

    /// Of a server: the name that the client has asked for.
    pub fn server_name(&self) -> Option<&str> {
        match &self.tls {
            rustls::Connection::Server(server) => server.server_name(),
            rustls::Connection::Client(_) => None,
        }
    }

    /// Does it go on where an earlier one was?
    pub fn is_resumed(&self) -> bool {
        self.tls.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// The certificate of the other end.
    pub fn peer(&self) -> Option<&[u8]> {
        let chain = self.tls.peer_certificates()?;
        chain.first().map(AsRef::as_ref)
    }
}

/// A host's name or address.
pub fn name(host: &str) -> Result<ServerName<'static>, Exn> {
    ServerName::try_from(host.to_owned())
        .map_err(|_| Exn::invalid(&format!("lwt_ssl: {host:?} is no name of a host")))
}
