//! Module Lwt_read_line: the grammar of what is typed in vi's normal mode,
//! `[count] key`, `[count] operator [count] motion`.

#![forbid(unsafe_code)]

/// No count is larger.
const MOST: usize = 9999;

/// A motion, with the character that `f` and its like ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Motion {
    /// Its key.
    pub key: char,
    /// The character that is looked for.
    pub to: Option<char>,
}

/// What an operator works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing: it is only a motion.
    Move(Motion),
    /// The operator, and the motion whose way it works on.
    Over(char, Motion),
    /// The operator, on whole lines: it was typed twice.
    Lines(char),
    /// A key that stands alone.
    Key(char),
    /// `r` and the character that replaces.
    Replace(char),
}

/// A whole command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// How often; None: it was not said.
    pub count: Option<usize>,
    /// What.
    pub what: What,
}

/// What the keys typed so far are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A command that is not yet at its end.
    More,
    /// No command.
    Wrong,
    /// A whole one.
    Whole(Typed),
}

/// Takes a count from the front. A 0 begins none: it is a motion.
fn count(keys: &str) -> (Option<usize>, &str) {
    if !keys.starts_with(|key: char| ('1'..='9').contains(&key)) {
        return (None, keys);
    }
    let end = keys
        .find(|key: char| !key.is_ascii_digit())
        .unwrap_or(keys.len());
    let number = keys[..end].parse().unwrap_or(MOST);
    (Some(number.min(MOST)), &keys[end..])
}

/// The motion that the keys are. Err: none, or not yet.
fn motion(keys: &str) -> Result<Motion, Parsed> {
    let mut chars = keys.chars();
    let key = chars.next().ok_or(Parsed::More)?;
    match key {
        'f' | 'F' | 't' | 'T' => {
            let to = Some(chars.next().ok_or(Parsed::More)?);
            Ok(Motion { key, to })
        }
        'h' | 'l' | ' ' | 'j' | 'k' | '0' | '^' | '$' | 'w' | 'b' | 'e' | 'W' | 'B' | 'E' | ';'
        | ',' => Ok(Motion { key, to: None }),
        _ => Err(Parsed::Wrong),
    }
}

/// What the keys typed so far are.
pub fn parse(keys: &str) -> Parsed {
    let (outer, keys) = count(keys);
    let Some(key) = keys.chars().next() else {
        return Parsed::More;
    };
    let rest = &keys[key.len_utf8()..];
    let mut times = outer;
    let what = match key {
        'd' | 'c' | 'y' => {
            let (inner, rest) = count(rest);
            if outer.is_some() || inner.is_some() {
                let all = outer.unwrap_or(1) * inner.unwrap_or(1);
                times = Some(all.min(MOST));
            }
            match rest.starts_with(key) {
                true => What::Lines(key),
                false => match motion(rest) {
                    Ok(motion) => What::Over(key, motion),
                    Err(parsed) => return parsed,
                },
            }
        }
        'r' => match rest.chars().next() {
            Some(by) => What::Replace(by),
            None => return Parsed::More,
        },
        'x' | 'X' | 's' | 'S' | 'D' | 'C' | 'Y' | 'p' | 'P' | '~' | 'u' | '.' | '/' | '?' | 'n'
        | 'N' | 'i' | 'a' | 'I' | 'A' | 'o' | 'O' | 'R' => What::Key(key),
        _ => match motion(keys) {
            Ok(motion) => What::Move(motion),
            Err(parsed) => return parsed,
        },
    };
    Parsed::Whole(Typed { count: times, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(keys: &str) -> (Option<usize>, What) {
        match parse(keys) {
            Parsed::Whole(typed) => (typed.count, typed.what),
            other => panic!("{keys} is {other:?}"),
        }
    }

    #[test]
    fn counts_before_operator_and_motion_multiply() {
        let word = Motion { key: 'w', to: None };
        assert_eq!(whole("w"), (None, What::Move(word)));
        assert_eq!(whole("dw"), (None, What::Over('d', word)));
        assert_eq!(whole("2d3w"), (Some(6), What::Over('d', word)));
        assert_eq!(whole("d10w"), (Some(10), What::Over('d', word)));
        assert_eq!(whole("99999999999999999999x").0, Some(MOST));
        assert_eq!(whole("9999d9999w").0, Some(MOST));
        assert_eq!(whole("3cc"), (Some(3), What::Lines('c')));
        assert_eq!(whole("0").1, What::Move(Motion { key: '0', to: None }));
    }

    #[test]
    fn what_asks_for_a_character_waits_for_it() {
        for keys in ["", "2", "d", "2d", "d2", "f", "dt", "r", "3r"] {
            assert_eq!(parse(keys), Parsed::More, "{keys}");
        }
        let to = Some('é');
        assert_eq!(whole("fé").1, What::Move(Motion { key: 'f', to }));
        assert_eq!(whole("rd").1, What::Replace('d'));
    }

    #[test]
    fn other_keys_are_no_command() {
        for keys in ["z", "dz", "dx", "dc", "3y2q", "é", "\u{1b}"] {
            assert_eq!(parse(keys), Parsed::Wrong, "{keys}");
        }
    }
}
