//! Names in certificates, as text: of persons and firms (RFC 4514), and those that a
//! certificate is good for. Module Lwt_ssl; calls the crate der.

#![forbid(unsafe_code)]

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Reader, Result, SliceReader, Tag};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Names of attributes, by their object identifiers.
const KNOWN: [(&str, &str); 12] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// A distinguished name, of what stands in its sequence: `CN=localhost,O=A firm`, the last
/// part first. It ends where it can't be read.
pub fn distinguished(name: &[u8]) -> String {
    let mut parts = Vec::new();
    let _ = SliceReader::new(name).and_then(|name| all(name, |set| parts.push(several(set))));
    parts.reverse();
    parts.join(",")
}

fn all<'a>(mut reader: SliceReader<'a>, mut f: impl FnMut(AnyRef<'a>)) -> Result<()> {
    while !reader.is_finished() {
        f(reader.decode()?);
    }
    Ok(())
}

fn several(set: AnyRef<'_>) -> String {
    let mut parts = Vec::new();
    let _ = SliceReader::new(set.value())
        .and_then(|set| all(set, |part| parts.extend(attribute(part))));
    parts.join("+")
}

fn attribute(element: AnyRef<'_>) -> Result<String> {
    let mut reader = SliceReader::new(element.value())?;
    let kind: ObjectIdentifier = reader.decode()?;
    let kind = kind.to_string();
    let value: AnyRef<'_> = reader.decode()?;
    let known = KNOWN.iter().find(|(oid, _)| *oid == kind);
    let kind = known.map_or(kind.as_str(), |(_, name)| name);
    let text = text(value.header().tag(), value.value());
    Ok(format!("{kind}={}", escaped(&text)))
}

/// Text of whatever sort.
fn text(tag: Tag, bytes: &[u8]) -> String {
    match tag {
        // Two bytes a character.
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units)
                .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        // Taken for Latin 1, as everybody does.
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// So that it can be told where a part ends, and no byte hides what follows.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let last = text.chars().count().wrapping_sub(1);
    for (at, char) in text.chars().enumerate() {
        match char {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => escaped.extend(['\\', char]),
            '#' if at == 0 => escaped.push_str("\\#"),
            ' ' if at == 0 || at == last => escaped.push_str("\\ "),
            _ if char.is_control() => {
                let mut bytes = [0; 4];
                let bytes = char.encode_utf8(&mut bytes).bytes();
                escaped.extend(bytes.map(|byte| format!("\\{byte:02X}")));
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

/// A name that the certificate is good for, by the number of its tag: of a host, an
/// address, a mailbox, a resource. None: of another sort.
pub fn alternative(number: u32, bytes: &[u8]) -> Option<String> {
    match number {
        1 | 2 | 6 => Some(escaped(&String::from_utf8_lossy(bytes))),
        7 => address(bytes),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(sixteen).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One part of a name: an attribute `2.5.4.x` of that text.
    fn part(last: u8, tag: u8, value: &[u8]) -> Vec<u8> {
        let mut inner = vec![6, 3, 0x55, 4, last, tag, value.len() as u8];
        inner.extend(value);
        let mut outer = vec![0x31, inner.len() as u8 + 2, 0x30, inner.len() as u8];
        outer.extend(inner);
        outer
    }

    #[test]
    fn a_name_is_written_from_its_last_part_on() {
        let name = [
            part(6, 0x13, b"FR"),
            part(10, 12, b"A, B"),
            part(3, 12, b"#x "),
        ]
        .concat();
        assert_eq!(distinguished(&name), "CN=\\#x\\ ,O=A\\, B,C=FR");
        let strange = [part(99, 0x1e, &[0, 0xe9]), part(3, 12, b"a\0b\xc2\x85")].concat();
        assert_eq!(distinguished(&strange), "CN=a\\00b\\C2\\85,2.5.4.99=é");
        assert_eq!(distinguished(&[1, 2, 3]), "");
    }

    #[test]
    fn names_of_hosts_and_addresses_are_told() {
        let of = |number, bytes: &[u8]| alternative(number, bytes).unwrap_or_default();
        assert_eq!(of(2, b"*.example.org"), "*.example.org");
        assert_eq!(of(2, b"good\0.bad"), "good\\00.bad");
        assert_eq!(of(7, &[127, 0, 0, 1]), "127.0.0.1");
        assert_eq!(of(7, &[0; 16]), "::");
        assert_eq!(of(7, &[1, 2]), "");
        assert_eq!(of(4, b"x"), "");
    }
}
