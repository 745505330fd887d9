//! Addresses of sockets: from text, and to text.

use super::super::text::text;
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK};
use crate::unix::net::address::{Address, lwt_unix_sockaddr};
use libc::{sockaddr, socklen_t};
use std::ffi::{c_char, c_int};

/// Makes an address of text: `127.0.0.1:80`, `[::1]:80`, `[fe80::1%2]:80` (the
/// interface by its number), `unix:/tmp/socket`, or `unix:@name` for one that is
/// abstract. No name is looked up: for that there is `lwt_unix_getaddrinfo`.
///
/// `text` is borrowed. Returns `LWT_OK`, and `*address` is the address; or
/// `LWT_INVALID_ARGUMENT`, and it has none: one of both is NULL, the text is
/// none of these, or a path is longer than the 107 bytes that an address has
/// room for. On any thread.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte; `address` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_sockaddr_of_text(
    address: *mut lwt_unix_sockaddr,
    text: *const c_char,
) -> c_int {
    // SAFETY: as this function asks for.
    let made = unsafe { self::text(text, "lwt_unix_sockaddr_of_text", "the text") }
        .ok()
        .and_then(|text| Address::of_text(text.to_bytes()).ok());
    if address.is_null() {
        return LWT_INVALID_ARGUMENT;
    }
    let code = if made.is_some() {
        LWT_OK
    } else {
        LWT_INVALID_ARGUMENT
    };
    // SAFETY: as this function asks for.
    unsafe { address.write(made.unwrap_or_else(Address::none)) };
    code
}

/// Writes an address as text, as `lwt_unix_sockaddr_of_text` reads it, with a
/// NUL byte behind it; what does not fit into `size` bytes is cut. A socket of
/// the Unix domain that was never bound is `unix:`; other families are `family
/// 17` and the like.
///
/// `address`, of `len` bytes, is borrowed; so is `text`, which may be NULL if
/// `size` is 0. Returns how long the whole text is, without the NUL, as
/// snprintf() does; 0 if it is no address (NULL, or a length that none has). On
/// any thread.
///
/// # Safety
/// `len` bytes can be read at `address`, and `size` bytes written at `text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_sockaddr_to_text(
    address: *const sockaddr,
    len: socklen_t,
    text: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: as this function asks for.
    let address = unsafe { Address::copy(address, len) };
    let whole = address.map(|address| address.to_text()).unwrap_or_default();
    if size > 0 && !text.is_null() {
        let fits = whole.len().min(size - 1);
        // SAFETY: as this function asks for: less than `size`, and the NUL.
        unsafe {
            std::ptr::copy_nonoverlapping(whole.as_ptr().cast(), text, fits);
            *text.add(fits) = 0;
        }
    }
    whole.len()
}

/// Frees an address that came as the value of a promise and was moved out of it
/// (`lwt_take`). Does nothing with NULL. On any thread.
///
/// # Safety
/// `address` is NULL or such an address, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_sockaddr_release(address: *mut lwt_unix_sockaddr) {
    // SAFETY: made by malloc().
    unsafe { libc::free(address.cast()) }
}
