//! Names of hosts, services and protocols.

use super::super::text::{optional, text};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, lwt_t};
use crate::exn::Exn;
use crate::promise::failed;
use crate::unix::net::address::Address;
use crate::unix::net::names::{self, Hints, lwt_unix_name_info};
use crate::unix::net::{database, resolver};
use libc::{addrinfo, hostent, protoent, servent, sockaddr, socklen_t};
use std::ffi::{c_char, c_int, c_void};
use std::net::IpAddr;

/// How many threads may look up names at once: 16 until it is set. They are a
/// pool of their own, so that a name server which does not answer holds up no
/// other jobs; when all are busy further look-ups wait their turn. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_resolver_pool_size() -> c_int {
    resolver::POOL.size() as c_int
}

/// Sets it. Threads that are too many end when they are free. Returns `LWT_OK`,
/// or `LWT_INVALID_ARGUMENT` if `size` is below 1 or above 65536. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_set_resolver_pool_size(size: c_int) -> c_int {
    match usize::try_from(size) {
        Ok(size) if resolver::POOL.set_size(0, size) => LWT_OK,
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// The addresses of a host and a service, `Lwt_unix.getaddrinfo`, as a job of the
/// resolver's pool. See getaddrinfo(3), whose arguments these are: `host` or
/// `service` may be NULL, and so may `hints`. They are borrowed until the call
/// returns.
///
/// Returns a promise of the system's own list, a `struct addrinfo *`, in its
/// order; `LWT_UNIT`, which is NULL, is the empty list: there is no such host or
/// service, or none with such an address. The promise owns the list; if it was
/// moved out, `lwt_unix_addrinfo_release` frees it. The promise fails with
/// `LWT_FAILURE` where the name could not be looked up ("Temporary failure in
/// name resolution": it may work later), with `LWT_INVALID_ARGUMENT` for hints
/// that the system does not take, `LWT_UNIX_ERROR` (function "getaddrinfo",
/// argument `host`), `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: cancelling loses
/// nothing, though a look-up that has begun keeps its thread until the system
/// has done with it. On any thread.
///
/// # Safety
/// The texts are NULL or end with a NUL byte; `hints` is NULL or can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getaddrinfo(
    host: *const c_char,
    service: *const c_char,
    hints: *const addrinfo,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    unsafe {
        let hints = hints.as_ref().map(|hints| Hints {
            flags: hints.ai_flags,
            family: hints.ai_family,
            socktype: hints.ai_socktype,
            protocol: hints.ai_protocol,
        });
        names::getaddrinfo(optional(host), optional(service), hints.unwrap_or_default())
    }
    .into_raw()
}

/// Frees a list that was moved out of a promise of `lwt_unix_getaddrinfo`. Does
/// nothing with NULL. On any thread.
///
/// # Safety
/// `list` is NULL or such a list, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_addrinfo_release(list: *mut addrinfo) {
    // SAFETY: as this function asks for.
    unsafe { names::release(list) }
}

/// The names of an address, `Lwt_unix.getnameinfo`, as a job of the resolver's
/// pool; `flags` are those of getnameinfo(3): `NI_NUMERICHOST` and so on.
/// `address`, of `len` bytes, is borrowed until the call returns.
///
/// Returns a promise of a `struct lwt_unix_name_info *`, which the promise owns.
/// It fails with `LWT_NOT_FOUND` if there is no name, `LWT_FAILURE` where it
/// could not be looked up, `LWT_INVALID_ARGUMENT` if it is no address (NULL, a
/// length that none has, a family that has no names) or for flags that the
/// system does not take, `LWT_UNIX_ERROR`, `LWT_OUT_OF_MEMORY`, and
/// `LWT_CANCELED`, which loses nothing. On any thread.
///
/// # Safety
/// `len` bytes can be read at `address`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getnameinfo(
    address: *const sockaddr,
    len: socklen_t,
    flags: c_int,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    match unsafe { Address::copy(address, len) } {
        Some(address) => names::getnameinfo(address, flags),
        None => failed(Exn::invalid("lwt_unix_getnameinfo: it is no address")),
    }
    .into_raw()
}

/// Frees what was moved out of a promise of `lwt_unix_getnameinfo`. Does nothing
/// with NULL. On any thread.
///
/// # Safety
/// `info` is NULL or such a structure, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_name_info_release(info: *mut lwt_unix_name_info) {
    // SAFETY: made by malloc().
    unsafe { libc::free(info.cast()) }
}

/// The name of this machine, `Lwt_unix.gethostname`, as a job. Returns a promise
/// of a `struct lwt_string *`, which it owns. It fails with `LWT_UNIX_ERROR`,
/// `LWT_OUT_OF_MEMORY` and `LWT_CANCELED`, which loses nothing. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_gethostname() -> *mut lwt_t {
    database::gethostname().into_raw()
}

/// A host by its name, `Lwt_unix.gethostbyname`, as a job of the resolver's pool.
/// The name is borrowed until the call returns. The system's call knows IPv4
/// alone; `lwt_unix_getaddrinfo` knows all.
///
/// Returns a promise of a `struct hostent *`, as gethostbyname(3) describes it,
/// which the promise owns with all that it points to; if it was moved out,
/// `lwt_unix_hostent_release` frees it. It fails with `LWT_NOT_FOUND` if there is
/// no such host, `LWT_FAILURE` where it could not be looked up,
/// `LWT_INVALID_ARGUMENT` if `name` is NULL, `LWT_UNIX_ERROR`,
/// `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`, which loses nothing. On any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_gethostbyname(name: *const c_char) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    unsafe { text(name, "lwt_unix_gethostbyname", "the name") }
        .map(database::gethostbyname)
        .unwrap_or_else(failed)
        .into_raw()
}

/// A host by its address, `Lwt_unix.gethostbyaddr`, as a job of the resolver's
/// pool. As gethostbyaddr(3) has it, `address` points to a `struct in_addr` and
/// `len` is 4, or to a `struct in6_addr` and it is 16; it is borrowed until the
/// call returns.
///
/// The promise is as that of `lwt_unix_gethostbyname`; it fails with
/// `LWT_INVALID_ARGUMENT` if `address` is NULL, or `len` and `family` do not fit.
/// On any thread.
///
/// # Safety
/// `len` bytes can be read at `address`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_gethostbyaddr(
    address: *const c_void,
    len: socklen_t,
    family: c_int,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let ip = unsafe {
        match (family, len) {
            _ if address.is_null() => None,
            (libc::AF_INET, 4) => Some(IpAddr::from(address.cast::<[u8; 4]>().read())),
            (libc::AF_INET6, 16) => Some(IpAddr::from(address.cast::<[u8; 16]>().read())),
            _ => None,
        }
    };
    match ip {
        Some(ip) => database::gethostbyaddr(ip),
        None => failed(Exn::invalid("lwt_unix_gethostbyaddr: it is no address")),
    }
    .into_raw()
}

/// Frees a host that was moved out of a promise. Does nothing with NULL. On any
/// thread.
///
/// # Safety
/// `host` is NULL or such a structure, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_hostent_release(host: *mut hostent) {
    // SAFETY: made by malloc().
    unsafe { libc::free(host.cast()) }
}

/// A service by its name, `Lwt_unix.getservbyname`, as a job of the resolver's
/// pool; `protocol` is "tcp" and the like, or NULL for any. Both texts are
/// borrowed until the call returns.
///
/// Returns a promise of a `struct servent *`, as getservbyname(3) describes it
/// (its port is in the order of the network: ntohs()), which the promise owns
/// with all that it points to; if it was moved out, `lwt_unix_servent_release`
/// frees it. It fails with `LWT_NOT_FOUND` if there is no such service,
/// `LWT_INVALID_ARGUMENT` if `name` is NULL, `LWT_UNIX_ERROR`,
/// `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`, which loses nothing. On any thread.
///
/// # Safety
/// Both are NULL or end with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getservbyname(
    name: *const c_char,
    protocol: *const c_char,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let (name, protocol) = unsafe {
        let name = text(name, "lwt_unix_getservbyname", "the name");
        (name, optional(protocol))
    };
    name.map(|name| database::getservbyname(name, protocol))
        .unwrap_or_else(failed)
        .into_raw()
}

/// A service by its port, `Lwt_unix.getservbyport`, which is a plain number: 80.
/// Otherwise as `lwt_unix_getservbyname`; `LWT_INVALID_ARGUMENT` if it is no
/// port. On any thread.
///
/// # Safety
/// `protocol` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getservbyport(
    port: c_int,
    protocol: *const c_char,
) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    let protocol = unsafe { optional(protocol) };
    match u16::try_from(port) {
        Ok(port) => database::getservbyport(port, protocol),
        Err(_) => failed(Exn::invalid("lwt_unix_getservbyport: it is no port")),
    }
    .into_raw()
}

/// Frees a service that was moved out of a promise. Does nothing with NULL. On
/// any thread.
///
/// # Safety
/// `service` is NULL or such a structure, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_servent_release(service: *mut servent) {
    // SAFETY: made by malloc().
    unsafe { libc::free(service.cast()) }
}

/// A protocol by its name, `Lwt_unix.getprotobyname`, as a job of the resolver's
/// pool. The name is borrowed until the call returns.
///
/// Returns a promise of a `struct protoent *`, as getprotobyname(3) describes it,
/// which the promise owns with all that it points to; if it was moved out,
/// `lwt_unix_protoent_release` frees it. It fails as that of
/// `lwt_unix_getservbyname` does. On any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_getprotobyname(name: *const c_char) -> *mut lwt_t {
    // SAFETY: as this function asks for.
    unsafe { text(name, "lwt_unix_getprotobyname", "the name") }
        .map(database::getprotobyname)
        .unwrap_or_else(failed)
        .into_raw()
}

/// A protocol by its number, `Lwt_unix.getprotobynumber`. Otherwise as
/// `lwt_unix_getprotobyname`. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_getprotobynumber(number: c_int) -> *mut lwt_t {
    database::getprotobynumber(number).into_raw()
}

/// Frees a protocol that was moved out of a promise. Does nothing with NULL. On
/// any thread.
///
/// # Safety
/// `protocol` is NULL or such a structure, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_protoent_release(protocol: *mut protoent) {
    // SAFETY: made by malloc().
    unsafe { libc::free(protocol.cast()) }
}
