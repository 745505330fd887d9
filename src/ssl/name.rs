//! Names in certificates, as text: of persons and firms (RFC 4514), and those that a
//! certificate is good for. Module Lwt_ssl.

#![forbid(unsafe_code)]

use super::der::{OID, Reader, SEQUENCE, SET, oid};
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

/// A distinguished name: `CN=localhost,O=A firm`, the last part first.
pub fn distinguished(name: &[u8]) -> String {
    let mut parts = Vec::new();
    for set in Reader(name).filter(|part| part.tag == SET) {
        let attributes = Reader(set.content).filter(|part| part.tag == SEQUENCE);
        let attributes = attributes.filter_map(|part| attribute(part.content));
        parts.push(attributes.collect::<Vec<_>>().join("+"));
    }
    parts.reverse();
    parts.join(",")
}

fn attribute(content: &[u8]) -> Option<String> {
    let mut reader = Reader(content);
    let kind = oid(reader.expect(OID)?);
    let value = reader.next()?;
    let known = KNOWN.iter().find(|(oid, _)| *oid == kind);
    let kind = known.map_or(kind.as_str(), |(_, name)| name);
    Some(format!(
        "{kind}={}",
        escaped(&text(value.tag, value.content))
    ))
}

/// Text of whatever sort.
fn text(tag: u8, bytes: &[u8]) -> String {
    match tag {
        // BMPString, UniversalString: two and four bytes a character.
        0x1e => {
            let units = bytes
                .chunks_exact(2)
                .map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units)
                .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        0x1c => bytes
            .chunks_exact(4)
            .map(|unit| u32::from_be_bytes([unit[0], unit[1], unit[2], unit[3]]))
            .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
        // T61String, taken for Latin 1 as everybody does.
        0x14 => bytes.iter().copied().map(char::from).collect(),
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
            '\0'..' ' | '\x7f' => escaped.push_str(&format!("\\{:02X}", char as u32)),
            _ => escaped.push(char),
        }
    }
    escaped
}

/// A name that the certificate is good for: of a host, an address, a mailbox, a
/// resource. None: of another sort.
pub fn alternative(tag: u8, bytes: &[u8]) -> Option<String> {
    match tag {
        0x81 | 0x82 | 0x86 => Some(escaped(&text(0x16, bytes))),
        0x87 => address(bytes),
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
        let mut inner = vec![OID, 3, 0x55, 4, last, tag, value.len() as u8];
        inner.extend(value);
        let mut outer = vec![SET, inner.len() as u8 + 2, SEQUENCE, inner.len() as u8];
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
        let strange = [part(99, 0x1e, &[0, 0xe9]), part(3, 12, b"a\0b")].concat();
        assert_eq!(distinguished(&strange), "CN=a\\00b,2.5.4.99=é");
        assert_eq!(distinguished(&[1, 2, 3]), "");
    }

    #[test]
    fn names_of_hosts_and_addresses_are_told() {
        let of = |tag, bytes: &[u8]| alternative(tag, bytes).unwrap_or_default();
        assert_eq!(of(0x82, b"*.example.org"), "*.example.org");
        assert_eq!(of(0x82, b"good\0.bad"), "good\\00.bad");
        assert_eq!(of(0x87, &[127, 0, 0, 1]), "127.0.0.1");
        assert_eq!(of(0x87, &[0; 16]), "::");
        assert_eq!(of(0x87, &[1, 2]), "");
    }
}
