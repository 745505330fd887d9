//! Module Lwt_ssl: TLS on descriptors and channels. May call floors 0 to 3.
//!
//! | file | what |
//! |---|---|
//! | `context` | what the sessions of a client or of a server have in common |
//! | `session` | one session: its handshake, and whose turn it is to read and to write |
//! | `transfer` | reading and writing through a session |
//! | `wire` | encrypted bytes from the descriptor |
//! | `turn` | the turn of who reads, writes, or shakes hands |
//! | `socket` | a descriptor, plain or with a session |
//! | `channel` | channels over such a socket |
//! | `certificate` | what a certificate says |
//! | `error` | what went wrong, as a number and in words |
//! | `tls` | the protocol, by rustls; the only folder that knows that crate |
//! | `without` | what stands there where the library was built without it |
//!
//! The protocol turns bytes into bytes and knows of no descriptor; a session brings
//! them to the descriptor and from it. What a session has to wait for, it waits for
//! as an operation of the descriptor: whoever closes or aborts that ends it, and who
//! is cancelled leaves everything as it was.

pub mod certificate;
pub mod channel;
pub mod context;
pub mod error;
pub mod session;
pub mod socket;
#[cfg(feature = "ssl")]
mod tls;
#[cfg(not(feature = "ssl"))]
#[path = "without.rs"]
mod tls;
mod transfer;
mod turn;
mod wire;

pub use tls::{Verify, Version};
