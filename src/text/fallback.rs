//! What is written for characters that an encoding has not. Module Lwt_text; calls nothing.
//!
//! Signs become what looks alike in ASCII, as the C library's iconv(3) has it in every
//! locale: quotes, dashes, ligatures. Letters with accents lose them only where that is asked
//! for; else they are "?", as the manual shows.
#![forbid(unsafe_code)]

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// What stands for `character`, of what `can` be written: "?" if nothing fits.
pub fn fallback(character: char, rich: bool, can: impl Fn(char) -> bool) -> String {
    let fits = |text: &str| text.chars().all(&can);
    if let Some(sign) = sign(character)
        && fits(sign)
    {
        return sign.to_owned();
    }
    let mut parts = String::new();
    decompose_compatible(character, |part| {
        if is_combining_mark(part)
            && let Some(whole) = parts
                .chars()
                .next_back()
                .and_then(|last| compose(last, part))
            && can(whole)
        {
            parts.pop();
            parts.push(whole);
        } else if can(part) {
            parts.push(part);
        } else if !(rich && is_combining_mark(part)) {
            match sign(part).or_else(|| letter(part).filter(|_| rich)) {
                Some(text) => parts.push_str(text),
                None => parts.push(part),
            }
        }
    });
    match !parts.is_empty() && fits(&parts) {
        true => parts,
        false => "?".to_owned(),
    }
}

/// Signs, and letters that are two.
fn sign(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => " ",
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => "",
        '‐' | '‑' | '‒' | '–' | '―' | '−' | '─' => "-",
        '—' => "--",
        '‘' | '’' | '‛' | 'ʼ' | '′' => "'",
        '‚' => ",",
        '“' | '”' | '‟' | '″' => "\"",
        '„' => ",,",
        '‹' => "<",
        '›' => ">",
        '«' => "<<",
        '»' => ">>",
        '…' => "...",
        '•' | '◦' => "o",
        '†' => "+",
        '⁄' | '∕' => "/",
        '∣' | '│' => "|",
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => "+",
        '∗' => "*",
        '∼' | '˜' => "~",
        '≤' => "<=",
        '≥' => ">=",
        '←' => "<-",
        '→' => "->",
        '↔' => "<->",
        '⇐' => "<=",
        '⇒' => "=>",
        '⇔' => "<=>",
        '×' => "x",
        '€' => "EUR",
        '©' => "(C)",
        '®' => "(R)",
        '™' => "(TM)",
        'µ' => "u",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'ß' => "ss",
        'ẞ' => "SS",
        _ => return None,
    })
}

/// Letters whose strokes are no accents to Unicode, and signs that are spelt out.
fn letter(character: char) -> Option<&'static str> {
    Some(match character {
        'Ø' => "O",
        'ø' => "o",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Þ' => "TH",
        'þ' => "th",
        'Ħ' => "H",
        'ħ' => "h",
        'Ł' => "L",
        'ł' => "l",
        'Ŧ' => "T",
        'ŧ' => "t",
        'Ŋ' => "N",
        'ŋ' => "n",
        'ı' => "i",
        'ȷ' => "j",
        'ĸ' => "q",
        'ƒ' => "f",
        '¡' => "!",
        '¿' => "?",
        '¢' => "c",
        '£' => "GBP",
        '¥' => "JPY",
        '¦' => "|",
        '±' => "+-",
        '÷' => "/",
        '·' => ".",
        '≠' => "!=",
        '≈' => "~",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(text: &str, rich: bool) -> String {
        let one = |character: char| match character.is_ascii() {
            true => character.to_string(),
            false => fallback(character, rich, |c| c.is_ascii()),
        };
        text.chars().map(one).collect()
    }

    #[test]
    fn accents_are_lost_only_where_that_is_asked_for() {
        assert_eq!(ascii("Jérémie", false), "J?r?mie");
        assert_eq!(ascii("Jérémie", true), "Jeremie");
        assert_eq!(ascii("e\u{301}", false), "e?");
        assert_eq!(
            ascii("Łódź, Ærøskøbing, Đà Nẵng", true),
            "Lodz, AEroskobing, Da Nang"
        );
    }

    #[test]
    fn signs_are_what_looks_alike() {
        for rich in [false, true] {
            assert_eq!(ascii("“a” ‘b’ «c» – — …", rich), "\"a\" 'b' <<c>> - -- ...");
            assert_eq!(
                ascii("5 € ﬁn ½ ① Ａ Straße", rich),
                "5 EUR fin 1/2 1 A Strasse"
            );
            assert_eq!(ascii("日本 😀", rich), "?? ?");
        }
    }

    #[test]
    fn what_the_encoding_has_is_preferred_to_ascii() {
        let latin = |character| u32::from(character) < 256;
        assert_eq!(fallback('ǻ', true, latin), "å");
        assert_eq!(fallback('→', false, latin), "->");
        assert_eq!(fallback('￡', false, latin), "£");
    }
}
