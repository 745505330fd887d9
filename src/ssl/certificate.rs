//! What a certificate says, as a structure of C's in one block. Module Lwt_ssl; calls
//! the reader of DER.

use super::der::{BOOLEAN, OCTETS, OID, Reader, SEQUENCE};
use super::{date, name, tls};
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
pub struct Certificate<'a> {
    /// Whose it is, as it stands there.
    pub subject: &'a [u8],
    /// Who has issued it.
    pub issuer: &'a [u8],
    /// Its number.
    pub serial: &'a [u8],
    /// From when on it is valid, in seconds from 1970.
    pub not_before: i64,
    /// Until when it is.
    pub not_after: i64,
    /// The names that it is good for.
    pub names: Vec<String>,
}

/// subjectAltName.
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 0x11];
/// The version, and the extensions, where they stand.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const INTEGER: u8 = 0x02;

impl<'a> Certificate<'a> {
    /// Reads it. None: it is none.
    pub fn read(der: &'a [u8]) -> Option<Certificate<'a>> {
        let mut whole = Reader(Reader(der).expect(SEQUENCE)?);
        let mut signed = Reader(whole.expect(SEQUENCE)?);
        let _version = signed.optional(VERSION);
        let serial = signed.expect(INTEGER)?;
        let _algorithm = signed.expect(SEQUENCE)?;
        let issuer = signed.expect(SEQUENCE)?;
        let mut validity = Reader(signed.expect(SEQUENCE)?);
        let mut time = || {
            let time = validity.next()?;
            date::read(time.tag, time.content)
        };
        let (not_before, not_after) = (time()?, time()?);
        let subject = signed.expect(SEQUENCE)?;
        let extensions = signed.find(|part| part.tag == EXTENSIONS);
        let names = extensions.and_then(|part| alternative_names(part.content));
        Some(Certificate {
            subject,
            issuer,
            serial,
            not_before,
            not_after,
            names: names.unwrap_or_default(),
        })
    }
}

fn alternative_names(extensions: &[u8]) -> Option<Vec<String>> {
    for extension in Reader(Reader(extensions).expect(SEQUENCE)?) {
        let mut parts = Reader(extension.content);
        if parts.expect(OID) != Some(&ALTERNATIVE_NAMES) {
            continue;
        }
        let _critical = parts.optional(BOOLEAN);
        let names = Reader(Reader(parts.expect(OCTETS)?).expect(SEQUENCE)?);
        let names = names.filter_map(|part| name::alternative(part.tag, part.content));
        return Some(names.collect());
    }
    None
}

/// A certificate for C, in one block. NULL: memory ran out. What can't be read has no
/// names and no times.
pub fn for_c(der: &[u8]) -> *mut lwt_ssl_certificate {
    let read = Certificate::read(der).unwrap_or_default();
    let text = |text: String| CString::new(text).unwrap_or_default().into_bytes_with_nul();
    let mut texts = vec![
        text(name::distinguished(read.subject)),
        text(name::distinguished(read.issuer)),
        text(
            read.serial
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect(),
        ),
    ];
    texts.extend(read.names.iter().cloned().map(text));
    let count = read.names.len();
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, content.len() as u8], content].concat()
    }

    /// A certificate of two names, signed by nobody.
    fn certificate() -> Vec<u8> {
        let name = element(0x31, &element(0x30, b"\x06\x03\x55\x04\x03\x0c\x01x"));
        let validity = [
            element(0x17, b"200101000000Z"),
            element(0x17, b"210101000000Z"),
        ];
        let names = [element(0x82, b"a.test"), element(0x87, &[127, 0, 0, 1])].concat();
        let names = element(0x04, &element(0x30, &names));
        let extension = element(0x30, &[&b"\x06\x03\x55\x1d\x11"[..], &names].concat());
        let signed = [
            element(0xa0, &[2, 1, 2]),
            element(0x02, &[0x12, 0xab]),
            element(0x30, &[]),
            element(0x30, &name),
            element(0x30, &validity.concat()),
            element(0x30, &name),
            element(0x30, &[]),
            element(0xa3, &element(0x30, &extension)),
        ];
        element(0x30, &element(0x30, &signed.concat()))
    }

    #[test]
    fn a_certificate_is_read() {
        let der = certificate();
        let it = for_c(&der);
        // SAFETY: made above, and freed below.
        unsafe {
            assert_eq!(CStr::from_ptr((*it).subject), c"CN=x");
            assert_eq!(CStr::from_ptr((*it).serial), c"12AB");
            assert_eq!((*it).name_count, 2);
            assert_eq!(CStr::from_ptr(*(*it).names.add(1)), c"127.0.0.1");
            assert_eq!((*it).not_after - (*it).not_before, 366 * 24 * 60 * 60);
            assert_eq!(std::slice::from_raw_parts((*it).der, (*it).der_len), der);
            release(it);
        }
    }

    #[test]
    fn whatever_the_bytes_are_reading_them_is_safe() {
        let whole = certificate();
        let mut seed = 1u64;
        for round in 0..20_000 {
            let mut der = whole.clone();
            for _ in 0..1 + round % 3 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % der.len();
                match seed >> 62 {
                    0 => der.truncate(at.max(1)),
                    _ => der[at] = (seed >> 20) as u8,
                }
            }
            let it = for_c(&der);
            assert!(!it.is_null());
            // SAFETY: made above, and not freed yet.
            unsafe { release(it) };
        }
    }
}
