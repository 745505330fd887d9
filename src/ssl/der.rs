//! Reading DER, as far as certificates need it: elements, one after the other. What
//! is no DER ends the reading, and is never more than that. Module Lwt_ssl.

#![forbid(unsafe_code)]

pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const OID: u8 = 0x06;
pub const OCTETS: u8 = 0x04;
pub const BOOLEAN: u8 = 0x01;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;

/// An element.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
}

/// What is still to be read.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next one, which must be of that sort: its content.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        match self.peek() {
            Some(next) if next.tag == tag => {
                self.next();
                Some(next.content)
            }
            _ => None,
        }
    }

    /// The next one, if it is of that sort.
    pub fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.expect(tag)
    }

    /// The next one, which stays.
    pub fn peek(&self) -> Option<Element<'a>> {
        Reader(self.0).next()
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let len = match first {
            0..=0x7f => usize::from(first),
            // Four gigabytes are enough.
            0x81..=0x84 => {
                let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
                rest = after;
                digits.iter().fold(0, |len, &d| len << 8 | usize::from(d))
            }
            _ => return None,
        };
        let (content, after) = rest.split_at_checked(len)?;
        self.0 = after;
        Some(Element { tag, content })
    }
}

/// An object identifier in digits: `2.5.4.3`.
pub fn oid(content: &[u8]) -> String {
    let mut text = String::new();
    let mut number: u64 = 0;
    for &byte in content {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let first = (number / 40).min(2);
            text = format!("{first}.{}", number - first * 40);
        } else {
            text.push_str(&format!(".{number}"));
        }
        number = 0;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_one_after_the_other() {
        let mut reader = Reader(&[0x30, 3, 2, 1, 5, 4, 0x81, 1, 9]);
        assert_eq!(reader.expect(SEQUENCE), Some(&[2, 1, 5][..]));
        assert_eq!(reader.optional(OID), None);
        assert_eq!(reader.expect(OCTETS), Some(&[9][..]));
        assert!(reader.next().is_none());
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_no_element() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 4, 0],
            &[0x30, 0x80],
            &[0x30, 0x85, 0, 0, 0, 0, 1],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x82, 1],
        ] {
            assert!(Reader(bad).next().is_none(), "{bad:?}");
        }
    }

    #[test]
    fn object_identifiers_are_written_in_digits() {
        assert_eq!(oid(&[0x55, 4, 3]), "2.5.4.3");
        assert_eq!(
            oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1]),
            "1.2.840.113549.1.9.1"
        );
        assert_eq!(oid(&[]), "");
    }
}
