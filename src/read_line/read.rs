//! Module Lwt_read_line, the high level: passwords, keywords, questions. Calls
//! `control`.

use super::clipboard::Clipboard;
use super::command::Command;
use super::complete::Completion;
use super::control::{Answer, Completing, Options, Otherwise};
use super::history::History;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::{Promise, failed, resolved, text};
use crate::value::Value;
use std::ptr::without_provenance_mut;
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;

/// What is shown of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// Nothing.
    Empty,
    /// The password.
    Clear,
    /// This for each character.
    Text(Rc<str>),
}

/// The line itself, as a value.
pub fn line(line: &str) -> Promise {
    // SAFETY: the bytes are there.
    let copy = unsafe { text::copy(line.as_ptr().cast(), line.len()) };
    match copy.is_null() {
        true => failed(Exn::out_of_memory()),
        false => resolved(text::into_value(copy)),
    }
}

/// `read_password`: neither completed nor looked for in a history. What is killed goes to
/// a clipboard of its own, unless one was given.
pub fn password(mut options: Options, clipboard: bool, shown: Password) -> Options {
    options.completing = Completing::None;
    options.complete = None;
    options.history = History::new(0, false);
    if !clipboard {
        options.clipboard = Clipboard::new();
    }
    options.map_text = match shown {
        Password::Clear => None,
        Password::Empty => Some(Box::new(|_| Ok(String::new()))),
        Password::Text(text) => Some(Box::new(move |password| {
            Ok(text.repeat(password.graphemes(true).count()))
        })),
    };
    let before = options.filter.take();
    options.filter = Some(Box::new(move |state, command| match (command, &before) {
        (Command::BackwardSearch | Command::ForwardSearch, _) => Answer::Now(Ok(Command::Nop)),
        (_, Some(before)) => before(state, command),
        (_, None) => Answer::Now(Ok(command.clone())),
    }));
    options.otherwise =
        Otherwise::Refuse("lwt_read_line: a password can only be read from a terminal");
    options
}

/// The words of a keyword.
struct Keywords {
    words: Vec<String>,
    /// The same as they are compared.
    keys: Vec<String>,
    case_sensitive: bool,
}

impl Keywords {
    fn key(&self, text: &str) -> String {
        match self.case_sensitive {
            true => text.into(),
            false => text.to_lowercase(),
        }
    }

    /// The place of the word that a text is.
    fn find(&self, text: &str) -> Option<usize> {
        let key = self.key(text);
        self.keys.iter().position(|known| *known == key)
    }

    /// The words that begin with a text, and what they have in common.
    fn complete(&self, before: &str, after: &str) -> Completion {
        let key = self.key(before);
        let fits = |place: &usize| {
            self.keys
                .get(*place)
                .is_some_and(|known| known.starts_with(&key))
        };
        let fitting: Vec<usize> = (0..self.words.len()).filter(fits).collect();
        let mut words: Vec<String> = fitting
            .iter()
            .filter_map(|&place| self.words.get(place).cloned())
            .collect();
        words.sort();
        words.dedup();
        let common = words
            .iter()
            .skip(1)
            .fold(words.first().cloned(), |common, word| {
                common.map(|common| self.common(&common, word))
            });
        let before = match common {
            // What is typed stays where the words differ in case.
            Some(common) if common.chars().count() >= before.chars().count() => common,
            _ => before.into(),
        };
        Completion {
            before,
            after: after.into(),
            words,
        }
    }

    fn common(&self, a: &str, b: &str) -> String {
        let pairs = a.chars().zip(b.chars());
        let same = pairs.take_while(|(a, b)| {
            self.key(a.encode_utf8(&mut [0; 4])) == self.key(b.encode_utf8(&mut [0; 4]))
        });
        same.map(|(a, _)| a).collect()
    }
}

/// `read_keyword`: only one of these words is accepted. The result is what `value` makes
/// of its place.
pub fn keyword(
    mut options: Options,
    words: Vec<String>,
    case_sensitive: bool,
    value: fn(usize) -> usize,
) -> Options {
    let mut keywords = Keywords {
        words,
        keys: Vec::new(),
        case_sensitive,
    };
    keywords.keys = keywords
        .words
        .iter()
        .map(|word| keywords.key(word))
        .collect();
    let keywords = Rc::new(keywords);
    let known = keywords.clone();
    options.complete = Some(Box::new(move |before, after| {
        Answer::Now(Ok(known.complete(before, after)))
    }));
    let (known, before) = (keywords.clone(), options.filter.take());
    options.filter = Some(Box::new(move |state, command| match (command, &before) {
        (Command::AcceptLine, _) if known.find(&state.text()).is_none() => {
            Answer::Now(Ok(Command::Nop))
        }
        (_, Some(before)) => before(state, command),
        (_, None) => Answer::Now(Ok(command.clone())),
    }));
    options.map_result = Box::new(move |line| match keywords.find(line) {
        Some(place) => resolved(Value::plain(without_provenance_mut(value(place)))),
        None => failed(Exn::new(
            LWT_FAILURE,
            format!("lwt_read_line: \"{line}\" is none of the words that were asked for"),
        )),
    });
    options
}

/// `read_yes_no`: the result is 1 or 0.
pub fn yes_no(options: Options) -> Options {
    keyword(options, vec!["yes".into(), "no".into()], false, |place| {
        1 - place
    })
}

#[cfg(test)]
mod tests {
    use super::Keywords;

    fn keywords(words: &[&str], case_sensitive: bool) -> Keywords {
        let mut keywords = Keywords {
            words: words.iter().map(|&word| word.into()).collect(),
            keys: Vec::new(),
            case_sensitive,
        };
        keywords.keys = keywords
            .words
            .iter()
            .map(|word| keywords.key(word))
            .collect();
        keywords
    }

    #[test]
    fn a_keyword_is_found_in_any_case_or_only_in_its_own() {
        let any = keywords(&["Yes", "no"], false);
        assert_eq!(
            (any.find("yES"), any.find("NO"), any.find("n")),
            (Some(0), Some(1), None)
        );
        let own = keywords(&["Yes", "no"], true);
        assert_eq!((own.find("yes"), own.find("Yes")), (None, Some(0)));
    }

    #[test]
    fn keywords_are_completed_as_far_as_they_agree() {
        let words = keywords(&["Start", "status", "stop"], false);
        let completed = |text: &str| {
            let found = words.complete(text, "");
            (found.before, found.words.len())
        };
        assert_eq!(completed("ST"), ("St".into(), 3));
        assert_eq!(completed("sta"), ("Sta".into(), 2));
        assert_eq!(completed("stat"), ("status".into(), 1));
        assert_eq!(completed("x"), ("x".into(), 0));
    }
}
