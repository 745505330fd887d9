//! Bytes that are to be UTF-8. Module Lwt_text; calls nothing.
#![forbid(unsafe_code)]

use std::borrow::Cow;

/// Bytes as text: where they are no UTF-8, each such byte is the Latin character of that
/// number.
pub fn repaired(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|&byte| char::from(byte)));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_bytes_are_borrowed_and_bad_ones_are_latin() {
        assert!(matches!(
            repaired("Jérémie".as_bytes()),
            Cow::Borrowed("Jérémie")
        ));
        assert_eq!(repaired(b"J\xe9r\xe9mie"), "Jérémie");
        assert_eq!(repaired(b"\xc3"), "Ã");
        assert_eq!(repaired(b"\xf0\x9f\x98x"), "ð\u{9f}\u{98}x");
        assert_eq!(repaired(b"\xed\xa0\x80"), "í\u{a0}\u{80}");
        assert_eq!(repaired(b"a\xffb\xc0\x80\xc3\xa9"), "aÿbÀ\u{80}é");
    }
}
