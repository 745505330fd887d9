//! Module Lwt_read_line, Command: what the user can ask of the line editor, and
//! the names of it.

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// One thing to do, as the key table gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Nothing at all.
    Nop,
    /// Inserts a text, of any length: a paste is one command.
    Char(Rc<str>),
    /// Deletes the character before the cursor.
    BackwardDeleteChar,
    /// Deletes the character behind the cursor.
    ForwardDeleteChar,
    /// To the beginning of the line.
    BeginningOfLine,
    /// To the end of the line.
    EndOfLine,
    /// Completes the word before the cursor.
    Complete,
    /// Takes the word that is chosen in the box.
    MetaComplete,
    /// Kills to the end of the line.
    KillLine,
    /// Kills to the beginning of the line.
    BackwardKillLine,
    /// Ends the input: this is the line.
    AcceptLine,
    /// Deletes the word before the cursor.
    BackwardDeleteWord,
    /// Deletes the word behind the cursor.
    ForwardDeleteWord,
    /// One line down in the text, or the next newer line of the history.
    HistoryNext,
    /// One line up in the text, or the next older line of the history.
    HistoryPrevious,
    /// Breaks the input off.
    Break,
    /// Clears the screen.
    ClearScreen,
    /// The key Insert, which is free for a filter to give a meaning.
    Insert,
    /// Draws again.
    Refresh,
    /// One character back.
    BackwardChar,
    /// One character on.
    ForwardChar,
    /// Begins a selection.
    SetMark,
    /// Inserts the clipboard.
    Paste,
    /// Copies the selection to the clipboard.
    Copy,
    /// Moves the selection to the clipboard.
    Cut,
    /// Makes the next word upper case.
    Uppercase,
    /// Makes the next word lower case.
    Lowercase,
    /// Makes the first letter of the next word upper case, the others lower case.
    Capitalize,
    /// To the beginning of the word before the cursor.
    BackwardWord,
    /// To the end of the word behind the cursor.
    ForwardWord,
    /// Searches the history towards older lines.
    BackwardSearch,
    /// In the box, to the left.
    CompleteLeft,
    /// In the box, to the right.
    CompleteRight,
    /// In the box, up.
    CompleteUp,
    /// In the box, down.
    CompleteDown,
    /// In the box, to the first word.
    CompleteFirst,
    /// In the box, to the last word.
    CompleteLast,
    /// Takes back the last change.
    Undo,
    /// Breaks off, completes or deletes, by where the cursor is.
    DeleteCharOrList,
    /// Searches the history towards newer lines.
    ForwardSearch,
    /// A key of vi's normal mode.
    Vi(char),
    /// Leaves vi's insert mode, an unfinished command or a search.
    ViNormal,
}

/// All commands that are nothing but a name, in the order of their numbers in C.
pub const NAMES: [(Command, &str); 40] = [
    (Command::Nop, "nop"),
    (Command::BackwardDeleteChar, "backward-delete-char"),
    (Command::ForwardDeleteChar, "forward-delete-char"),
    (Command::BeginningOfLine, "beginning-of-line"),
    (Command::EndOfLine, "end-of-line"),
    (Command::Complete, "complete"),
    (Command::MetaComplete, "meta-complete"),
    (Command::KillLine, "kill-line"),
    (Command::BackwardKillLine, "backward-kill-line"),
    (Command::AcceptLine, "accept-line"),
    (Command::BackwardDeleteWord, "backward-delete-word"),
    (Command::ForwardDeleteWord, "forward-delete-word"),
    (Command::HistoryNext, "history-next"),
    (Command::HistoryPrevious, "history-previous"),
    (Command::Break, "break"),
    (Command::ClearScreen, "clear-screen"),
    (Command::Insert, "insert"),
    (Command::Refresh, "refresh"),
    (Command::BackwardChar, "backward-char"),
    (Command::ForwardChar, "forward-char"),
    (Command::SetMark, "set-mark"),
    (Command::Paste, "paste"),
    (Command::Copy, "copy"),
    (Command::Cut, "cut"),
    (Command::Uppercase, "uppercase"),
    (Command::Lowercase, "lowercase"),
    (Command::Capitalize, "capitalize"),
    (Command::BackwardWord, "backward-word"),
    (Command::ForwardWord, "forward-word"),
    (Command::BackwardSearch, "backward-search"),
    (Command::CompleteLeft, "complete-left"),
    (Command::CompleteRight, "complete-right"),
    (Command::CompleteUp, "complete-up"),
    (Command::CompleteDown, "complete-down"),
    (Command::CompleteFirst, "complete-first"),
    (Command::CompleteLast, "complete-last"),
    (Command::Undo, "undo"),
    (Command::DeleteCharOrList, "delete-char-or-list"),
    (Command::ForwardSearch, "forward-search"),
    (Command::ViNormal, "vi-normal"),
];

/// The numbers of the two that carry something, in C: all others have the place in
/// [`NAMES`] that the first of these leaves.
const CHAR: usize = 1;
const VI: usize = NAMES.len() + 1;

impl Command {
    /// Inserts this text.
    pub fn char(text: &str) -> Command {
        Command::Char(text.into())
    }

    /// `Command.to_string`: the name, or `Char "x"` and `Vi "x"` with the text
    /// quoted.
    pub fn name(&self) -> Cow<'static, str> {
        match self {
            Command::Char(text) => Cow::Owned(format!("Char {text:?}")),
            Command::Vi(key) => Cow::Owned(format!("Vi {:?}", key.to_string())),
            _ => Cow::Borrowed(place(self).map_or("nop", |place| NAMES[place].1)),
        }
    }

    /// `Command.of_string`: what has this name, or is what `to_string` makes of a
    /// text. None: nothing is called so.
    pub fn of_name(name: &str) -> Option<Command> {
        if let Some(quoted) = name.strip_prefix("Char ") {
            return Some(Command::Char(unquote(quoted)?.into()));
        }
        if let Some(quoted) = name.strip_prefix("Vi ") {
            let key = unquote(quoted)?;
            let mut chars = key.chars();
            let only = chars.next().filter(|_| chars.next().is_none());
            return only.map(Command::Vi);
        }
        let found = NAMES.iter().find(|(_, its)| *its == name)?;
        Some(found.0.clone())
    }

    /// The number of the command in C.
    pub fn number(&self) -> usize {
        match self {
            Command::Char(_) => CHAR,
            Command::Vi(_) => VI,
            _ => match place(self) {
                Some(place) if place >= CHAR => place + 1,
                _ => 0,
            },
        }
    }

    /// The command of a number, with the text that comes with it. None: there is no
    /// such number, or `Vi` has not one character.
    pub fn of_number(number: usize, text: &str) -> Option<Command> {
        match number {
            0 => Some(Command::Nop),
            CHAR => Some(Command::char(text)),
            VI => {
                let mut chars = text.chars();
                let only = chars.next().filter(|_| chars.next().is_none());
                only.map(Command::Vi)
            }
            _ => NAMES.get(number - 1).map(|(command, _)| command.clone()),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

fn place(command: &Command) -> Option<usize> {
    NAMES.iter().position(|(its, _)| its == command)
}

/// A text in the quotes and with the escapes of `{:?}`.
fn unquote(quoted: &str) -> Option<String> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(next) = chars.next() {
        match next {
            '"' => return None,
            '\\' => text.push(escaped(&mut chars)?),
            _ => text.push(next),
        }
    }
    Some(text)
}

/// What stands behind a backslash.
fn escaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    match chars.next()? {
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        '0' => Some('\0'),
        'u' => {
            let rest = chars.as_str().strip_prefix('{')?;
            let (digits, rest) = rest.split_once('}')?;
            *chars = rest.chars();
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
        itself @ ('"' | '\\' | '\'') => Some(itself),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_name_of_its_own_that_leads_back_to_it() {
        for (command, name) in &NAMES {
            assert_eq!(command.name(), *name);
            assert_eq!(Command::of_name(name).as_ref(), Some(command));
            assert!(name.chars().all(|c| c == '-' || c.is_ascii_lowercase()));
        }
        for unknown in ["", "Nop", "nop ", "char", "fly"] {
            assert_eq!(Command::of_name(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn texts_are_quoted_and_come_back() {
        let texts = ["x", "\n", "\"", "\\", "e\u{301}", "\u{1b}\0\t'", "日本", ""];
        for text in texts {
            let command = Command::char(text);
            assert_eq!(Command::of_name(&command.name()), Some(command));
        }
        assert_eq!(Command::char("x").name(), "Char \"x\"");
        assert_eq!(Command::of_name("Vi \"\\\"\""), Some(Command::Vi('"')));
        let bad = [
            "Char x",
            "Char \"",
            "Char \"\\",
            "Char \"\\q\"",
            "Char \"\"\"",
            "Vi \"ab\"",
            "Vi \"\"",
        ];
        for bad in bad {
            assert_eq!(Command::of_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_number_up_to_the_last_is_a_command_and_leads_back() {
        for number in 0..=VI {
            let command = Command::of_number(number, "x").unwrap();
            assert_eq!(command.number(), number);
        }
        assert_eq!(Command::of_number(VI + 1, "x"), None);
        assert_eq!(Command::of_number(usize::MAX, "x"), None);
        assert_eq!(Command::of_number(VI, "xy"), None);
    }
}
