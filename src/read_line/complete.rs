//! Module Lwt_read_line: completion of a word from a list, and lists in columns.

#![forbid(unsafe_code)]

use super::words;
use std::collections::BTreeSet;

/// What a completion makes of the text around the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is before the cursor then.
    pub before: String,
    /// What is behind it.
    pub after: String,
    /// The words that fit, sorted, each once.
    pub words: Vec<String>,
}

/// `lookup`: the longest common prefix of the words that begin with `word`, and these,
/// sorted, each once. None: "" and no words.
pub fn lookup<'a>(word: &str, words: &[&'a str]) -> (&'a str, Vec<&'a str>) {
    let fitting = words.iter().copied().filter(|fits| fits.starts_with(word));
    let fitting: Vec<&str> = fitting.collect::<BTreeSet<_>>().into_iter().collect();
    // Of sorted words, the first and the last differ first.
    let prefix = match (fitting.first(), fitting.last()) {
        (Some(first), Some(last)) => {
            let whole = common_prefix(first, last).len();
            &first[..whole.max(word.len())]
        }
        _ => "",
    };
    (prefix, fitting)
}

/// What two texts begin with, in whole characters.
fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let ends = |text: &str, at: &usize| *at == words::snap(text, *at);
    let whole = (0..=same).rev().find(|at| ends(a, at) && ends(b, at));
    &a[..whole.unwrap_or(0)]
}

/// `complete`: with one word that fits, that and the suffix; with several, what they
/// have in common; with none, the text as it is.
pub fn complete(before: &str, word: &str, after: &str, words: &[&str], suffix: &str) -> Completion {
    let (prefix, fitting) = lookup(word, words);
    let completed = match fitting.len() {
        0 => format!("{before}{word}"),
        1 => format!("{before}{prefix}{suffix}"),
        _ => format!("{before}{prefix}"),
    };
    Completion {
        before: completed,
        after: after.to_owned(),
        words: fitting.into_iter().map(String::from).collect(),
    }
}

/// `print_words`: the words in columns, filled downwards, on lines no wider than `width`
/// unless a word is. Empty words are left out.
pub fn columns(width: usize, words: &[&str]) -> String {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    let Some(widest) = words.iter().map(|word| words::width(word)).max() else {
        return String::new();
    };
    let columns = (width / (widest + 1)).clamp(1, words.len());
    let lines = words.len().div_ceil(columns);
    let column = width / columns;
    let mut text = String::new();
    for line in 0..lines {
        let row = words.iter().skip(line).step_by(lines);
        let mut blanks = 0;
        for word in row {
            text.extend(std::iter::repeat_n(' ', blanks));
            text.push_str(word);
            blanks = column.saturating_sub(words::width(word));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_one_word_and_many_words() {
        let words = ["food", "foot", "bar", "foot"];
        assert_eq!(lookup("x", &words), ("", vec![]));
        assert_eq!(lookup("b", &words), ("bar", vec!["bar"]));
        assert_eq!(lookup("f", &words), ("foo", vec!["food", "foot"]));
        assert_eq!(lookup("", &words), ("", vec!["bar", "food", "foot"]));
        let none = complete("a ", "x", " z", &words, " ");
        assert_eq!((none.before.as_str(), none.after.as_str()), ("a x", " z"));
        assert_eq!(complete("a ", "b", " z", &words, " ").before, "a bar ");
        assert_eq!(complete("a ", "b", " z", &words, "").before, "a bar");
        let many = complete("a ", "f", " z", &words, " ");
        assert_eq!((many.before.as_str(), many.words.len()), ("a foo", 2));
    }

    #[test]
    fn a_common_prefix_ends_between_characters() {
        assert_eq!(lookup("", &["é", "è"]).0, "");
        assert_eq!(lookup("", &["e\u{301}x", "e\u{300}x"]).0, "");
        // But what is typed stays.
        assert_eq!(lookup("e", &["ea", "e\u{301}"]).0, "e");
        assert_eq!(lookup("", &["日本語", "日本人"]).0, "日本");
    }

    #[test]
    fn columns_are_filled_downwards() {
        assert_eq!(columns(80, &[]), "");
        assert_eq!(columns(80, &["", "a"]), "a\n");
        assert_eq!(columns(9, &["a", "b", "c", "d", "e"]), "a c e\nb d\n");
        assert_eq!(columns(9, &["abc", "b", "c", "d"]), "abc c\nb   d\n");
    }

    #[test]
    fn wide_characters_take_two_columns_and_a_long_word_a_line() {
        assert_eq!(columns(10, &["日本", "ab", "c"]), "日本 c\nab\n");
        assert_eq!(columns(3, &["long", "x"]), "long\nx\n");
        assert_eq!(columns(0, &["a", "b"]), "a\nb\n");
    }
}
