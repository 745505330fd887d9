//! What a certificate says, as a structure of C's in one block. Module Lwt_ssl; calls
//! the protocol, which reads it.

use super::tls;
use std::ffi::{CString, c_char};
use std::ptr;

/// A certificate of X.509. All texts end with a NUL byte, and live as long as the
/// structure does.
#[repr(C)]
pub struct lwt_ssl_certificate {
    /// Whose it is, as RFC 4514 writes it: `CN=localhost,O=A firm`.
    pub subject: *const c_char,
    /// Who has issued it, written so too.
    pub issuer: *const c_char,
    /// The names that it is good for, `name_count` of them: of hosts (`*.example.org`),
    /// addresses in digits, mailboxes, resources.
    pub names: *const *const c_char,
    /// How many names there are.
    pub name_count: usize,
    /// From when on it is valid, in seconds from 1970.
    pub not_before: i64,
    /// Until when it is.
    pub not_after: i64,
    /// Its number in hexadecimal digits.
    pub serial: *const c_char,
    /// The certificate itself, DER of `der_len` bytes.
    pub der: *const u8,
    /// How long that is.
    pub der_len: usize,
    /// The SHA-256 of that.
    pub sha256: [u8; 32],
}

/// What a certificate says.
#[derive(Default)]
pub struct Certificate {
    /// Whose it is, as RFC 4514 writes it.
    pub subject: String,
    /// Who has issued it.
    pub issuer: String,
    /// Are they the same?
    pub issued_by_itself: bool,
    /// Its number in hexadecimal digits.
    pub serial: String,
    /// From when on it is valid, in seconds from 1970.
    pub not_before: i64,
    /// Until when it is.
    pub not_after: i64,
    /// The names that it is good for.
    pub names: Vec<String>,
}

/// A certificate for C, in one block. NULL: memory ran out. What can't be read has no
/// names and no times.
pub fn for_c(der: &[u8]) -> *mut lwt_ssl_certificate {
    let read = tls::read_certificate(der).unwrap_or_default();
    let text = |text: String| CString::new(text).unwrap_or_default().into_bytes_with_nul();
    let count = read.names.len();
    let texts = [read.subject, read.issuer, read.serial].into_iter();
    let texts: Vec<_> = texts.chain(read.names).map(text).collect();
    let head = size_of::<lwt_ssl_certificate>();
    let list = count * size_of::<*const c_char>();
    let size = head + list + der.len() + texts.iter().map(Vec::len).sum::<usize>();
    // SAFETY: the block has room for the head, the list, all texts and the bytes, in
    // that order; the list is aligned as the head is.
    unsafe {
        let block = libc::malloc(size).cast::<u8>();
        if block.is_null() {
            return ptr::null_mut();
        }
        let names = block.add(head).cast::<*const c_char>();
        let mut at = block.add(head + list);
        let mut put = |bytes: &[u8]| {
            let place = at;
            ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len());
            at = at.add(bytes.len());
            place.cast_const()
        };
        let mut places = texts.iter().map(|text| put(text).cast::<c_char>());
        let mut next = || places.next().unwrap_or(ptr::null());
        let (subject, issuer, serial) = (next(), next(), next());
        for index in 0..count {
            names.add(index).write(next());
        }
        let certificate = block.cast::<lwt_ssl_certificate>();
        certificate.write(lwt_ssl_certificate {
            subject,
            issuer,
            names,
            name_count: count,
            not_before: read.not_before,
            not_after: read.not_after,
            serial,
            der: put(der),
            der_len: der.len(),
            sha256: tls::sha256(der),
        });
        certificate
    }
}

/// Frees it; nothing for NULL.
///
/// # Safety
/// It came from [`for_c`], and was not freed since.
pub unsafe fn release(certificate: *mut lwt_ssl_certificate) {
    // SAFETY: the caller's promise: made by malloc().
    unsafe { libc::free(certificate.cast()) }
}
