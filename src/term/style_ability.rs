//! What the terminal can show: styles at all, and how many colours. Module Lwt_term;
//! calls nothing.
//!
//! In this order: what the program has set; `NO_COLOR` (not empty) and a `TERM` that is
//! "dumb" or missing mean no styles; `COLORTERM`; the name of the terminal; how many
//! colours its entry in the terminfo data base says it has.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::Relaxed;

/// What a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ability {
    /// Bold, underlined and so on.
    pub styles: bool,
    /// So many colours; 0: none.
    pub colors: u32,
}

/// 24 bits of colour.
pub const TRUE_COLOR: u32 = 1 << 24;

const NOTHING: Ability = Ability {
    styles: false,
    colors: 0,
};

/// What the program has set; negative: nothing.
static SET: AtomicI32 = AtomicI32::new(-1);

/// What the terminal of this process can show.
pub fn ability() -> Ability {
    static FOUND: OnceLock<Ability> = OnceLock::new();
    match u32::try_from(SET.load(Relaxed)) {
        Ok(0) => NOTHING,
        Ok(colors) => Ability {
            styles: true,
            colors,
        },
        Err(_) => *FOUND.get_or_init(|| found(&|name| env::var_os(name), &max_colors)),
    }
}

/// Sets how many colours there are, 0 for no styles at all; None: looks for itself again.
pub fn set_colors(colors: Option<u32>) {
    let colors = colors.map_or(-1, |colors| colors.min(TRUE_COLOR) as i32);
    SET.store(colors, Relaxed);
}

/// What the environment says.
fn found(
    var: &dyn Fn(&str) -> Option<OsString>,
    data_base: &dyn Fn(&str) -> Option<u32>,
) -> Ability {
    let var = |name| var(name).filter(|value| !value.is_empty());
    let term = var("TERM").and_then(|term| term.into_string().ok());
    let Some(term) = term.filter(|term| term != "dumb") else {
        return NOTHING;
    };
    if var("NO_COLOR").is_some() {
        return NOTHING;
    }
    let colors = match var("COLORTERM") {
        Some(name) if name == "truecolor" || name == "24bit" => TRUE_COLOR,
        _ => named(&term).or_else(|| data_base(&term)).unwrap_or(0),
    };
    Ability {
        styles: true,
        colors,
    }
}

/// What the name alone tells. Entries of these terminals are often too modest, or missing.
fn named(term: &str) -> Option<u32> {
    const COLORFUL: [&str; 12] = [
        "xterm", "screen", "tmux", "rxvt", "linux", "konsole", "gnome", "putty", "cygwin", "ansi",
        "Eterm", "eterm",
    ];
    if term.ends_with("-direct") {
        return Some(TRUE_COLOR);
    }
    if term.contains("256color") {
        return Some(256);
    }
    if ["alacritty", "xterm-kitty", "foot", "wezterm"].contains(&term) {
        return Some(TRUE_COLOR);
    }
    let family = term.split('-').next().unwrap_or(term);
    (COLORFUL.contains(&family) && !term.ends_with("-mono") && !term.ends_with("-m")).then_some(16)
}

/// How many colours the data base says that a terminal has.
fn max_colors(term: &str) -> Option<u32> {
    if term.starts_with('.') || term.contains('/') {
        return None; // not a name, and no way out of the folders
    }
    let first = term.chars().next()?;
    let below = [
        format!("{first}/{term}"),
        format!("{:x}/{term}", u32::from(first)),
    ];
    let entry = folders().into_iter().find_map(|folder| {
        let read = |name: &String| fs::read(folder.join(name)).ok();
        below.iter().find_map(read)
    })?;
    colors_of(&entry)
}

/// Where entries are looked for.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    folders.extend(env::var_os("TERMINFO").map(PathBuf::from));
    folders.extend(env::home_dir().map(|home| home.join(".terminfo")));
    let more = env::var_os("TERMINFO_DIRS").unwrap_or_default();
    folders.extend(env::split_paths(&more).filter(|path| path.as_os_str() != OsStr::new("")));
    folders.extend(["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"].map(PathBuf::from));
    folders
}

/// The number "max_colors" of a compiled entry, as term(5) has it. None: it says none, or
/// is no such entry.
fn colors_of(entry: &[u8]) -> Option<u32> {
    /// Which of the numbers it is.
    const PLACE: usize = 13;
    let short = |at: usize| {
        let bytes = entry.get(at..at + 2)?;
        Some(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    };
    let width = match short(0)? {
        0o432 => 2,
        0o1036 => 4,
        _ => return None,
    };
    let (names, truths, numbers) = (short(2)?, short(4)?, short(6)?);
    if PLACE >= numbers {
        return None;
    }
    // Numbers begin at an even place.
    let start = (12 + names + truths).next_multiple_of(2);
    let bytes = entry.get(start + PLACE * width..start + (PLACE + 1) * width)?;
    let number = match *bytes {
        [a, b] => i32::from(i16::from_le_bytes([a, b])),
        [a, b, c, d] => i32::from_le_bytes([a, b, c, d]),
        _ => return None,
    };
    u32::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(vars: &[(&str, &str)]) -> Ability {
        let var = |name: &str| {
            let found = vars.iter().find(|(known, _)| *known == name)?;
            Some(OsString::from(found.1))
        };
        found(&var, &|term| (term == "known").then_some(8))
    }

    fn colors(vars: &[(&str, &str)]) -> u32 {
        let ability = with(vars);
        assert!(ability.styles);
        ability.colors
    }

    #[test]
    fn no_terminal_a_dumb_one_and_no_color_show_no_styles() {
        assert_eq!(with(&[]), NOTHING);
        assert_eq!(with(&[("TERM", "")]), NOTHING);
        assert_eq!(
            with(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]),
            NOTHING
        );
        assert_eq!(with(&[("TERM", "xterm"), ("NO_COLOR", "1")]), NOTHING);
        assert_eq!(colors(&[("TERM", "xterm"), ("NO_COLOR", "")]), 16);
    }

    #[test]
    fn the_environment_the_name_and_the_data_base_tell_the_colours() {
        assert_eq!(
            colors(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]),
            TRUE_COLOR
        );
        assert_eq!(colors(&[("TERM", "xterm-direct")]), TRUE_COLOR);
        assert_eq!(colors(&[("TERM", "screen-256color")]), 256);
        assert_eq!(colors(&[("TERM", "linux")]), 16);
        assert_eq!(colors(&[("TERM", "xterm-mono")]), 0);
        assert_eq!(colors(&[("TERM", "known")]), 8);
        assert_eq!(colors(&[("TERM", "vt100")]), 0);
    }

    /// An entry with these numbers.
    fn entry(magic: u16, numbers: &[i32]) -> Vec<u8> {
        let wide = magic == 0o1036;
        let (names, truths) = (b"odd|an odd name\0", [1u8, 0, 1]);
        let mut entry = Vec::new();
        let head = [magic, names.len() as u16, 3, numbers.len() as u16, 0, 0];
        head.iter()
            .for_each(|word| entry.extend(word.to_le_bytes()));
        entry.extend(names);
        entry.extend(truths);
        entry.resize(entry.len().next_multiple_of(2), 0);
        for number in numbers {
            match wide {
                true => entry.extend(number.to_le_bytes()),
                false => entry.extend((*number as i16).to_le_bytes()),
            }
        }
        entry
    }

    #[test]
    fn compiled_entries_of_both_forms_are_read() {
        let mut numbers = [-1; 20];
        numbers[13] = 256;
        assert_eq!(colors_of(&entry(0o432, &numbers)), Some(256));
        numbers[13] = 1 << 24;
        assert_eq!(colors_of(&entry(0o1036, &numbers)), Some(1 << 24));
        numbers[13] = -1;
        assert_eq!(colors_of(&entry(0o432, &numbers)), None);
        assert_eq!(colors_of(&entry(0o432, &numbers[..13])), None);
    }

    #[test]
    fn what_is_no_entry_tells_nothing() {
        let good = entry(0o432, &[8; 14]);
        assert_eq!(colors_of(&good), Some(8));
        for len in 0..good.len() {
            assert_eq!(colors_of(&good[..len]), None);
        }
        assert_eq!(colors_of(b"no entry at all, but long enough for one"), None);
        assert_eq!(max_colors("../../etc/passwd"), None);
        assert_eq!(max_colors("."), None);
        assert_eq!(max_colors(""), None);
    }
}
