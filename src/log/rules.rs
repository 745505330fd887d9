//! Rules, which say the level of the sections whose name matches a pattern: their
//! text, and their patterns. Module Lwt_log; calls levels.
//!
//! `pattern -> level ; pattern -> level ; …`; a level alone is for all sections. `*`
//! stands for any run of bytes, also none. The first rule that matches decides.

use super::complain;
use super::level::Level;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What the name of a section has to look like.
    pub pattern: Vec<u8>,
    /// The level of such sections.
    pub level: Level,
}

/// What stands in a text of rules: patterns and the names of levels, as they are.
pub type Raw<'a> = (&'a [u8], &'a [u8]);

/// `Lwt_log.rules`: takes a text apart. None: it is no text of rules.
pub fn parse(text: &[u8]) -> Option<Vec<Raw<'_>>> {
    let pieces = text.split(|&b| b == b';').map(<[u8]>::trim_ascii);
    let told = pieces.filter(|piece| !piece.is_empty());
    told.map(|piece| {
        let arrow = piece.windows(2).position(|two| two == b"->");
        let (pattern, level) = match arrow {
            Some(at) => (piece[..at].trim_ascii(), piece[at + 2..].trim_ascii()),
            None => (&b"*"[..], piece),
        };
        (is_pattern(pattern) && is_word(level)).then_some((pattern, level))
    })
    .collect()
}

/// May it be a pattern? It has no blanks in it, and nothing that ends one.
pub fn is_pattern(text: &[u8]) -> bool {
    let ends = |&b: &u8| b.is_ascii_whitespace() || b == b';' || b == 0;
    !text.is_empty() && !text.iter().any(ends) && !text.windows(2).any(|two| two == b"->")
}

fn is_word(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric)
}

/// The rules of a text, those left out whose level nobody knows, of which standard
/// error is told; and of a text that is none, for which there is None.
pub fn load(text: &[u8]) -> Option<Vec<Rule>> {
    let Some(raw) = parse(text) else {
        let text = String::from_utf8_lossy(text);
        complain(&format!("Lwt_log: these are no rules: {text:?}"));
        return None;
    };
    let rule = |(pattern, name): Raw| {
        let level = Level::of_name(name);
        if level.is_none() {
            let name = String::from_utf8_lossy(name);
            complain(&format!("Lwt_log: there is no level {name:?}"));
        }
        let pattern = pattern.to_vec();
        level.map(|level| Rule { pattern, level })
    };
    Some(raw.into_iter().filter_map(rule).collect())
}

/// Does a pattern match a name, from its first byte to its last?
pub fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where the last star is, and how much of the name it stands for so far.
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(b) if *b == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, upto)) => {
                    star = Some((at, upto + 1));
                    (p, n) = (at + 1, upto + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&b| b == b'*')
}

/// What the rules say of a section.
pub fn level_of(rules: &[Rule], name: &[u8]) -> Level {
    let first = rules.iter().find(|rule| matches(&rule.pattern, name));
    first.map_or(Level::DEFAULT, |rule| rule.level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_run_and_all_else_for_itself() {
        let yes = [
            ("*", ""),
            ("*", "x"),
            ("**", ""),
            ("a**", "a"),
            ("a*", "a"),
            ("*a", "a"),
            ("a*c", "abc"),
            ("a*c", "ac"),
            ("a*b*c", "a-b-b-c"),
            ("*.db", "x.db.db"),
            ("a.c", "a.c"),
            ("", ""),
        ];
        for (pattern, name) in yes {
            assert!(
                matches(pattern.as_bytes(), name.as_bytes()),
                "{pattern} {name}"
            );
        }
        let no = [
            ("", "a"),
            ("a", ""),
            ("a", "ab"),
            ("b", "ab"),
            ("a*c", "acd"),
            ("*ab", "aab-"),
            ("a.c", "abc"),
            ("A", "a"),
            ("a*b*c", "acb"),
        ];
        for (pattern, name) in no {
            assert!(
                !matches(pattern.as_bytes(), name.as_bytes()),
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn a_pattern_of_many_stars_takes_no_longer_than_it_should() {
        let (pattern, name) = ("*a".repeat(50) + "b", "a".repeat(10_000));
        assert!(!matches(pattern.as_bytes(), name.as_bytes()));
    }

    #[test]
    fn the_text_of_rules_is_taken_apart() {
        let parsed = parse(b" a*b->info;\n c -> FATAL ; debug;").unwrap();
        let all: [Raw; 3] = [(b"a*b", b"info"), (b"c", b"FATAL"), (b"*", b"debug")];
        assert_eq!(parsed, all);
        assert_eq!(parse(b"  "), Some(vec![]));
        for no in [
            "->",
            "a ->",
            "-> info",
            "a b -> info",
            "a -> b -> info",
            "a -> in fo",
        ] {
            assert_eq!(parse(no.as_bytes()), None, "{no}");
        }
    }

    #[test]
    fn the_first_that_matches_decides_and_notice_where_none_does() {
        let rules = load(b"db.* -> debug; nonsense -> nothing; db* -> error").unwrap();
        assert_eq!(rules.len(), 2);
        assert_eq!(level_of(&rules, b"db.index"), Level::Debug);
        assert_eq!(level_of(&rules, b"db"), Level::Error);
        assert_eq!(level_of(&rules, b"net"), Level::Notice);
    }
}
