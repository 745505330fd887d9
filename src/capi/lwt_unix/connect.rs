//! Connecting to what has several addresses.

use super::super::text::{optional, text};
use super::socket::promised;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::unix::fd::Fd;
use crate::unix::net::{names, race};
use libc::addrinfo;
use std::ffi::{CStr, c_char};

fn stagger(seconds: f64, function: &str) -> Result<f64, Exn> {
    race::stagger(seconds).ok_or_else(|| Exn::invalid(&format!("{function}: it is no time")))
}

/// Looks up a name (`lwt_unix_getaddrinfo`) and connects to one of its addresses
/// by TCP, as RFC 8305 has it: addresses of IPv6 and IPv4 alternate, beginning
/// with the resolver's first; the next attempt begins `stagger` seconds after
/// the one before, or as soon as one has failed; the first connection wins, and
/// the other sockets are closed. `stagger` 0 stands for 0.25; less than 0.01 is
/// 0.01.
///
/// `host` and `service` are borrowed until the call returns; `host` NULL is this
/// machine, `service` may be a port in digits. Returns a promise of an
/// `lwt_unix_fd *`, which does not block and is closed on exec: who takes it out
/// (`lwt_take`) owns it.
///
/// It fails with `LWT_UNIX_ERROR` (function "connect") if every attempt failed:
/// the errno of the last that says something of the other end, and not of this
/// one (ECONNREFUSED rather than ENETUNREACH), and the argument tells how each of
/// them failed; with `LWT_NOT_FOUND` if the name has no address, as
/// `lwt_unix_getaddrinfo` fails, with `LWT_INVALID_ARGUMENT` if `service` is NULL
/// or `stagger` is negative, and with `LWT_CANCELED`: cancelling closes all
/// sockets. On any thread, whose the descriptor then is.
///
/// # Safety
/// Both texts are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_connect_name(
    host: *const c_char,
    service: *const c_char,
    stagger: f64,
) -> *mut lwt_t {
    const NAME: &str = "lwt_unix_connect_name";
    // SAFETY: as this function asks for.
    let (host, service) = unsafe {
        let host = optional(host).map(CStr::to_owned);
        (host, text(service, NAME, "the service"))
    };
    let connecting = service.and_then(|service| {
        let (service, stagger) = (service.to_owned(), self::stagger(stagger, NAME)?);
        Ok(spawn(async move {
            let connected = race::connect_name(host, service, stagger).await;
            connected.and_then(Fd::into_value)
        }))
    });
    promised(connecting)
}

/// The same with a list of addresses, as of `lwt_unix_getaddrinfo`, whatever
/// their families and kinds of socket. The list is borrowed until the call
/// returns. It fails with `LWT_NOT_FOUND` if the list is empty (NULL). On any
/// thread.
///
/// # Safety
/// `addresses` is NULL or a list whose addresses are as long as they say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_connect_any(
    addresses: *const addrinfo,
    stagger: f64,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let targets = unsafe { names::addresses(addresses) };
    let connecting = self::stagger(stagger, "lwt_unix_connect_any").map(|stagger| {
        spawn(async move {
            let connected = race::connect_any(targets, stagger, c"".into()).await;
            connected.and_then(Fd::into_value)
        })
    });
    promised(connecting)
}
