//! What a certificate says. Module Lwt_ssl; calls the crate der.
//!
//! That crate takes the bytes apart; here is only where in them things stand (RFC 5280).
//! The crates that know X.509 as well are no help to who shows a certificate: x509-cert
//! gives up a list of names for one that it does not know, and a certificate for a long
//! number, and x509-parser writes names without escaping anything. What is believed of a
//! certificate is rustls's business, and not decided by what is read here.

#![deny(unsafe_code)]

use super::name;
use crate::ssl::certificate::Certificate;
use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, Reader, Result, SliceReader, Tag};
use rustls_pki_types::UnixTime;

const ALTERNATIVE_NAMES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
/// The version, and the extensions, by the numbers of their tags.
const VERSION: u32 = 0;
const EXTENSIONS: u32 = 3;

/// Reads it. None: it is none.
pub fn read(der: &[u8]) -> Option<Certificate> {
    certificate(der).ok()
}

/// What stands in the next element, which must be of that sort.
fn inside<'a>(reader: &mut SliceReader<'a>, tag: Tag) -> Result<SliceReader<'a>> {
    let element: AnyRef<'a> = reader.decode()?;
    element.header().tag().assert_eq(tag)?;
    SliceReader::new(element.value())
}

/// Has the next element that number?
fn is_numbered(tag: Tag, number: u32) -> bool {
    tag.is_context_specific() && tag.number().value() == number
}

fn certificate(der: &[u8]) -> Result<Certificate> {
    let mut whole = inside(&mut SliceReader::new(der)?, Tag::Sequence)?;
    let mut signed = inside(&mut whole, Tag::Sequence)?;
    if is_numbered(Tag::peek(&signed)?, VERSION) {
        let _version: AnyRef<'_> = signed.decode()?;
    }
    let serial: AnyRef<'_> = signed.decode()?;
    serial.header().tag().assert_eq(Tag::Integer)?;
    let _algorithm: AnyRef<'_> = signed.decode()?;
    let issuer: AnyRef<'_> = signed.decode()?;
    let mut validity = inside(&mut signed, Tag::Sequence)?;
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    let subject: AnyRef<'_> = signed.decode()?;
    let mut names = Vec::new();
    while !signed.is_finished() {
        let part: AnyRef<'_> = signed.decode()?;
        if is_numbered(part.header().tag(), EXTENSIONS) {
            // Those that can be read count.
            let _ = alternative_names(part.value(), &mut names);
        }
    }
    let digits = serial.value().iter().map(|byte| format!("{byte:02X}"));
    Ok(Certificate {
        subject: name::distinguished(subject.value()),
        issuer: name::distinguished(issuer.value()),
        issued_by_itself: subject == issuer,
        serial: digits.collect(),
        not_before,
        not_after,
        names,
    })
}

fn time(reader: &mut SliceReader<'_>) -> Result<i64> {
    let time = match Tag::peek(reader)? {
        Tag::UtcTime => UtcTime::decode(reader)?.to_unix_duration(),
        _ => GeneralizedTime::decode(reader)?.to_unix_duration(),
    };
    Ok(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

fn alternative_names(extensions: &[u8], names: &mut Vec<String>) -> Result<()> {
    let mut extensions = inside(&mut SliceReader::new(extensions)?, Tag::Sequence)?;
    while !extensions.is_finished() {
        let mut extension = inside(&mut extensions, Tag::Sequence)?;
        if ObjectIdentifier::decode(&mut extension) != Ok(ALTERNATIVE_NAMES) {
            continue;
        }
        if Tag::peek(&extension)? == Tag::Boolean {
            let _critical: AnyRef<'_> = extension.decode()?;
        }
        let mut inner = inside(&mut extension, Tag::OctetString)?;
        let mut all = inside(&mut inner, Tag::Sequence)?;
        while !all.is_finished() {
            let one: AnyRef<'_> = all.decode()?;
            let tag = one.header().tag();
            if tag.is_context_specific() {
                names.extend(name::alternative(tag.number().value(), one.value()));
            }
        }
    }
    Ok(())
}

/// The day, for a person: `2026-11-21`.
pub fn day(time: &UnixTime) -> String {
    let since = std::time::Duration::from_secs(time.as_secs());
    match der::DateTime::from_unix_duration(since) {
        Ok(day) => format!("{}-{:02}-{:02}", day.year(), day.month(), day.day()),
        Err(_) => "a day after the year 9999".into(),
    }
}

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::*;
    use crate::ssl::certificate::{for_c, release};
    use std::ffi::CStr;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        match u8::try_from(content.len()).expect("short") {
            len @ 0..0x80 => [&[tag, len], content].concat(),
            len => [&[tag, 0x81, len], content].concat(),
        }
    }

    /// A certificate of two names, valid then, signed by nobody.
    fn certificate(validity: &[Vec<u8>]) -> Vec<u8> {
        let name = element(0x31, &element(0x30, b"\x06\x03\x55\x04\x03\x0c\x01x"));
        // Of one of them nobody knows what it is.
        let names = [
            element(0x82, b"a.test"),
            element(0xa3, b"\x02\x01\x01"),
            element(0x87, &[127, 0, 0, 1]),
        ];
        let names = element(0x04, &element(0x30, &names.concat()));
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

    fn valid(from: &[u8], until: &[u8]) -> [Vec<u8>; 2] {
        [element(0x17, from), element(0x18, until)]
    }

    #[test]
    fn a_certificate_is_read() {
        let der = certificate(&valid(b"200101000000Z", b"20210101000000Z"));
        let it = for_c(&der);
        // SAFETY: made above, and freed below.
        unsafe {
            assert_eq!(CStr::from_ptr((*it).subject), c"CN=x");
            assert_eq!(CStr::from_ptr((*it).issuer), c"CN=x");
            assert_eq!(CStr::from_ptr((*it).serial), c"12AB");
            assert_eq!((*it).name_count, 2);
            assert_eq!(CStr::from_ptr(*(*it).names), c"a.test");
            assert_eq!(CStr::from_ptr(*(*it).names.add(1)), c"127.0.0.1");
            assert_eq!((*it).not_before, 1_577_836_800);
            assert_eq!((*it).not_after - (*it).not_before, 366 * 24 * 60 * 60);
            assert_eq!(std::slice::from_raw_parts((*it).der, (*it).der_len), der);
            release(it);
        }
        assert!(read(&der).expect("it is one").issued_by_itself);
    }

    #[test]
    fn times_are_those_of_the_calendar_and_others_are_none() {
        let until = |text: &[u8]| {
            read(&certificate(&valid(b"700101000000Z", text))).map(|read| read.not_after)
        };
        assert_eq!(until(b"20240229120000Z"), Some(1_709_208_000));
        assert_eq!(until(b"99991231235959Z"), Some(253_402_300_799));
        for bad in [
            &b"20240229120000"[..],
            b"20230229120000Z",
            b"202402291200Z",
            b"20241301120000Z",
            b"20240100120000Z",
            b"2024010x120000Z",
            b"Z",
        ] {
            assert_eq!(until(bad), None, "{bad:?}");
        }
        assert!(read(&certificate(&[])).is_none());
    }

    #[test]
    fn a_day_is_shown_as_it_was_read() {
        for (seconds, shown) in [
            (0, "1970-01-01"),
            (951_868_799, "2000-02-29"),
            (4_107_542_400, "2100-03-01"),
            (u64::MAX, "a day after the year 9999"),
        ] {
            let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
            assert_eq!(day(&time), shown);
        }
    }

    #[test]
    fn whatever_the_bytes_are_reading_them_is_safe() {
        let whole = certificate(&valid(b"200101000000Z", b"20210101000000Z"));
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
