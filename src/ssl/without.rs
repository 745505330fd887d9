//! What stands in place of the protocol where the library was built without the
//! feature `ssl`: contexts and plain sockets are there, and everything that needs TLS
//! fails with LWT_NOT_AVAILABLE. Module Lwt_ssl.

#![forbid(unsafe_code)]
#![allow(unused_variables, missing_docs)]

use crate::exn::Exn;
use crate::ssl::certificate::Certificate;
use std::ffi::CStr;
use std::io;
use std::os::fd::RawFd;

fn missing() -> Exn {
    Exn::not_available(c"lwt_ssl")
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    Tls12,
    Tls13,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verify {
    None,
    Optional,
    Required,
}

pub struct Settings;

impl Settings {
    pub fn new(server: bool) -> Settings {
        Settings
    }
    pub fn add_certificate(&mut self, chain: &[u8], key: &[u8]) -> Result<(), Exn> {
        Err(missing())
    }
    pub fn trust(&mut self, pem: &[u8]) -> Result<(), Exn> {
        Err(missing())
    }
    pub fn add_trusted(&mut self, system: System) {}
    pub fn wants_system(&self) -> bool {
        false
    }
    pub fn revoke(&mut self, lists: &[u8]) -> Result<(), Exn> {
        Err(missing())
    }
    pub fn set_alpn(&mut self, protocols: Vec<Vec<u8>>) {}
    pub fn set_minimum(&mut self, version: Version) {}
    pub fn set_maximum(&mut self, version: Version) {}
    pub fn set_verify(&mut self, verify: Verify) {}
    pub fn set_resumption(&mut self, yes: bool) {}
    pub fn set_key_log(&mut self, yes: bool) {}
    pub fn believes_anything(&self) -> bool {
        false
    }
    pub fn accept_anything(&mut self) {}
    pub fn build(&self) -> Result<Config, Exn> {
        Err(missing())
    }
}

pub enum System {}

pub fn system() -> System {
    unreachable!("nobody asks for it")
}

#[derive(Clone)]
pub enum Config {}

pub enum Connection {}

pub enum Got {
    Bytes(usize),
    Nothing,
    End,
    Truncated,
}

impl Connection {
    pub fn new(
        config: &Config,
        host: Option<&str>,
        alpn: Option<Vec<Vec<u8>>>,
    ) -> Result<Connection, Exn> {
        match *config {}
    }
    pub fn feed(&mut self, bytes: &[u8]) -> (usize, Result<(), Exn>) {
        match *self {}
    }
    pub fn end(&mut self) {
        match *self {}
    }
    pub fn read(&mut self, room: &mut [u8]) -> Got {
        match *self {}
    }
    pub fn has_plain(&self) -> bool {
        match *self {}
    }
    pub fn is_closed(&self) -> bool {
        match *self {}
    }
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        match *self {}
    }
    pub fn wants_write(&self) -> bool {
        match *self {}
    }
    pub fn send(&mut self, raw: RawFd) -> io::Result<usize> {
        match *self {}
    }
    pub fn is_handshaking(&self) -> bool {
        match *self {}
    }
    pub fn goodbye(&mut self) {
        match *self {}
    }
    pub fn version(&self) -> Option<Version> {
        match *self {}
    }
    pub fn cipher(&self) -> Option<&'static CStr> {
        match *self {}
    }
    pub fn alpn(&self) -> Option<&[u8]> {
        match *self {}
    }
    pub fn server_name(&self) -> Option<&str> {
        match *self {}
    }
    pub fn is_resumed(&self) -> bool {
        match *self {}
    }
    pub fn peer(&self) -> Option<&[u8]> {
        match *self {}
    }
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    [0; 32]
}

pub fn read_certificate(der: &[u8]) -> Option<Certificate> {
    None
}
