//! The protocol, by the crate rustls, with ring's ciphers: bytes into bytes. Module
//! Lwt_ssl; calls nothing of the library but exceptions.
//!
//! | file | what |
//! |---|---|
//! | `settings` | what was set in a context |
//! | `build` | a context, ready for sessions |
//! | `pem` | certificates and keys that were given |
//! | `by_name` | the certificate that a server shows, by the name that is asked for |
//! | `verify` | whether the other end's certificate is believed |
//! | `connection` | one session |
//! | `out` | what it sends, to a descriptor |
//! | `x509`, `name` | what a certificate says, by the crate der |
//! | `words` | what rustls calls an error, as a number and in words |

mod build;
mod by_name;
mod connection;
mod name;
mod out;
mod pem;
mod settings;
#[cfg(test)]
mod tests;
mod verify;
mod words;
mod x509;

pub use build::Config;
pub use connection::{Connection, Got};
pub use pem::system;
pub use settings::{Settings, Verify, Version};
pub use x509::read as read_certificate;

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().try_into().unwrap_or_default()
}
