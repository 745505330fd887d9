//! The engine beside a naive model, and what its documentation claims.

use super::super::clipboard::Clipboard;
use super::super::command::{Command, NAMES};
use super::super::history::History;
use super::undo::MOST;
use super::{Mode, State, update};
use std::rc::Rc;
use unicode_segmentation::UnicodeSegmentation;

/// An editor whose clipboard and commands are at hand.
struct Editor {
    state: State,
    clipboard: Rc<Clipboard>,
}

impl Editor {
    fn over(lines: &[&str]) -> Editor {
        let history = History::new(0, false);
        for line in lines {
            history.add(line);
        }
        Editor {
            state: State::new(&history),
            clipboard: Clipboard::new(),
        }
    }

    /// With a text, the cursor where "|" is.
    fn with(text: &str) -> Editor {
        let mut editor = Editor::over(&[]);
        let (before, after) = text.split_once('|').unwrap();
        editor.state = editor.state.with_text(before, after);
        editor
    }

    fn give(&mut self, command: Command) -> &mut Editor {
        self.state = update(&self.state, &command, &self.clipboard);
        self
    }

    fn all(&mut self, commands: &[Command]) -> &mut Editor {
        for command in commands {
            self.give(command.clone());
        }
        self
    }

    fn types(&mut self, text: &str) -> &mut Editor {
        for character in text.graphemes(true) {
            self.give(Command::char(character));
        }
        self
    }

    /// The text with "|" where the cursor is.
    fn shows(&self) -> String {
        let edition = self.state.edition();
        format!("{}|{}", edition.before(), edition.after())
    }
}

fn after(text: &str, commands: &[Command]) -> String {
    Editor::with(text).all(commands).shows()
}

use Command::*;

#[test]
fn editing_commands_do_what_their_names_say() {
    let cases: &[(&str, Command, &str)] = &[
        ("ab|c", BackwardDeleteChar, "a|c"),
        ("ab|c", ForwardDeleteChar, "ab|"),
        ("ab|c", DeleteCharOrList, "ab|"),
        ("ab|c", BeginningOfLine, "|abc"),
        ("ab|c", EndOfLine, "abc|"),
        ("ab|c", BackwardChar, "a|bc"),
        ("ab|c", ForwardChar, "abc|"),
        ("ab|c", KillLine, "ab|"),
        ("ab|c", BackwardKillLine, "|c"),
        ("foo ba|r", BackwardDeleteWord, "foo |r"),
        ("fo|o bar", ForwardDeleteWord, "fo| bar"),
        ("foo, bar|", BackwardWord, "foo, |bar"),
        ("foo|, bar.", ForwardWord, "foo, bar|."),
        ("| foo bar", Uppercase, " FOO| bar"),
        ("F|OO BAR", Lowercase, "Foo| BAR"),
        ("| fOO bar", Capitalize, " Foo| bar"),
        ("|straße", Uppercase, "STRASSE|"),
        ("e\u{301}|x", BackwardDeleteChar, "|x"),
        ("|🇩🇪🇫🇷", ForwardDeleteChar, "|🇫🇷"),
        ("日|本", BackwardChar, "|日本"),
        ("a|b", Char("日本".into()), "a日本|b"),
        ("a|b", Char("x\r\ny\rz".into()), "ax\ny\nz|b"),
    ];
    for (text, command, expected) in cases {
        assert_eq!(
            after(text, std::slice::from_ref(command)),
            *expected,
            "{command}"
        );
    }
}

#[test]
fn at_the_ends_of_the_text_nothing_happens() {
    let acting = NAMES.iter().filter(|(_, name)| !name.ends_with("search"));
    for (command, name) in acting {
        for (text, harmless) in [
            ("|", true),
            (
                "|abc",
                name.starts_with("backward") || name.starts_with("beginning"),
            ),
            (
                "abc|",
                name.starts_with("forward") || name.starts_with("end"),
            ),
        ] {
            let mut editor = Editor::with(text);
            editor.clipboard.set("");
            let before = editor.state.undoable();
            editor.give(command.clone()).give(Nop);
            if harmless {
                assert_eq!(
                    editor.state.reset().edition(),
                    Editor::with(text).state.edition()
                );
                assert_eq!(editor.state.undoable(), before, "{name} in {text}");
                assert_eq!(&*editor.clipboard.contents(), "", "{name} in {text}");
            }
        }
    }
}

#[test]
fn what_is_killed_cut_or_copied_is_pasted() {
    let mut editor = Editor::with("ab|cd");
    assert_eq!(
        editor.all(&[KillLine, BeginningOfLine, Paste]).shows(),
        "cd|ab"
    );
    assert_eq!(
        editor.all(&[BackwardKillLine, EndOfLine, Paste]).shows(),
        "abcd|"
    );
    editor.all(&[BackwardChar, SetMark, BackwardChar, BackwardChar]);
    assert_eq!(editor.state.selected(), Some(1..3));
    assert_eq!(editor.give(Copy).shows(), "a|bcd");
    assert_eq!(*editor.state.mode(), Mode::Edition);
    assert_eq!(&*editor.clipboard.contents(), "bc");
    editor.all(&[SetMark, EndOfLine, Cut]);
    assert_eq!(
        (editor.shows().as_str(), &*editor.clipboard.contents()),
        ("a|", "bcd")
    );
    // A deleted character or word is gone.
    editor.all(&[BackwardDeleteChar, Paste, BackwardDeleteWord]);
    assert_eq!(&*editor.clipboard.contents(), "bcd");
}

#[test]
fn a_selection_ends_with_another_command_which_then_acts() {
    let mut editor = Editor::with("one| two");
    editor.all(&[SetMark, ForwardWord, BackwardChar, Nop]);
    assert_eq!(editor.state.selected(), Some(3..6));
    assert_eq!(editor.give(Char("!".into())).shows(), "one tw!|o");
    assert_eq!(*editor.state.mode(), Mode::Edition);
    editor.all(&[SetMark, BeginningOfLine, Uppercase]);
    assert_eq!(editor.shows(), "ONE| tw!o");
}

#[test]
fn the_walk_through_the_history_keeps_what_was_edited() {
    let mut editor = Editor::over(&["old", "mid", "new"]);
    editor.types("mine");
    assert_eq!(editor.give(HistoryPrevious).shows(), "new|");
    assert_eq!(editor.types("er").give(HistoryPrevious).shows(), "mid|");
    assert_eq!(
        editor.all(&[HistoryPrevious, HistoryPrevious]).shows(),
        "old|"
    );
    assert_eq!(editor.state.around(), (0, 3));
    assert_eq!(editor.all(&[HistoryNext, HistoryNext]).shows(), "newer|");
    assert_eq!(editor.all(&[HistoryNext, HistoryNext]).shows(), "mine|");
    assert_eq!(editor.state.around(), (3, 0));
}

#[test]
fn up_and_down_go_through_the_lines_of_the_text_first_and_keep_their_column() {
    let mut editor = Editor::over(&["older"]);
    editor.give(Char("long line\nx\n日本語 line|".into()));
    editor
        .give(BackwardDeleteChar)
        .all(&[BackwardChar, BackwardChar]);
    assert_eq!(
        editor.give(HistoryPrevious).shows(),
        "long line\nx|\n日本語 line"
    );
    assert_eq!(
        editor.give(HistoryPrevious).shows(),
        "long line|\nx\n日本語 line"
    );
    assert_eq!(editor.give(HistoryPrevious).shows(), "older|");
    assert_eq!(
        editor.give(HistoryNext).shows(),
        "long line\nx\n日本語 line|"
    );
    assert_eq!(after("ab\nc|d\nef", &[HistoryNext]), "ab\ncd\ne|f");
    assert_eq!(after("ab\nc|d\nef", &[BeginningOfLine]), "ab\n|cd\nef");
    assert_eq!(after("ab\nc|d\nef", &[KillLine, KillLine]), "ab\nc|ef");
    assert_eq!(
        after("ab\nc|d", &[BackwardKillLine, BackwardKillLine]),
        "ab|d"
    );
}

#[test]
fn searching_finds_further_hits_shrinks_and_ends_with_the_line() {
    let mut editor = Editor::over(&["make test", "ls", "make all", "cat"]);
    editor.types("draft").give(BackwardSearch);
    assert_eq!(&*editor.state.text(), "draft");
    editor.types("ma");
    assert_eq!(editor.state.hit(), Some(("make all".into(), 0..2)));
    assert_eq!(&*editor.give(BackwardSearch).state.text(), "make test");
    assert_eq!(&*editor.give(BackwardSearch).state.text(), "make test");
    assert_eq!(&*editor.give(ForwardSearch).state.text(), "make all");
    assert_eq!(&*editor.types("ke t").state.text(), "");
    assert_eq!(editor.state.hit(), None);
    editor.all(&[BackwardDeleteChar, BackwardSearch, BackwardSearch, Nop]);
    assert_eq!(&*editor.state.text(), "make test");
    // The command that ends it does not act.
    assert_eq!(editor.give(BackwardChar).shows(), "make test|");
    assert_eq!(*editor.state.mode(), Mode::Edition);
    assert_eq!(editor.give(Undo).shows(), "draft|");
}

#[test]
fn a_search_without_a_hit_gives_the_line_back() {
    let mut editor = Editor::over(&["a", "b"]);
    editor.types("draft").give(BackwardSearch).types("zz");
    assert_eq!(editor.state.hit(), None);
    assert_eq!(editor.shows(), "|");
    assert_eq!(editor.give(EndOfLine).shows(), "draft|");
    assert_eq!(editor.state.undoable(), 5);
}

#[test]
fn a_forward_search_goes_from_the_current_line_to_newer_ones() {
    let mut editor = Editor::over(&["x1", "y", "x2", "x3"]);
    editor.all(&[
        HistoryPrevious,
        HistoryPrevious,
        HistoryPrevious,
        HistoryPrevious,
    ]);
    editor.give(ForwardSearch).types("x");
    let mut found = vec![editor.state.text()];
    for _ in 0..3 {
        found.push(editor.give(ForwardSearch).state.text());
    }
    assert_eq!(
        found.iter().map(|line| &**line).collect::<Vec<_>>(),
        ["x1", "x2", "x3", "x3"]
    );
    assert_eq!(editor.give(Complete).shows(), "x3|");
}

#[test]
fn undo_goes_back_a_thousand_texts_and_no_further() {
    let mut editor = Editor::over(&[]);
    for n in 0..MOST + 10 {
        editor.types(if n % 2 == 0 { "a" } else { "b" });
    }
    assert_eq!(editor.state.undoable(), MOST);
    for _ in 0..MOST + 10 {
        editor.give(Undo);
    }
    assert_eq!(editor.state.text().len(), 10);
}

#[test]
fn undo_is_bounded_in_bytes_as_well() {
    let mut editor = Editor::over(&[]);
    editor.give(Char("x".repeat(3 << 20).into()));
    for _ in 0..20 {
        editor.types("y");
    }
    assert_eq!(editor.state.undoable(), 5);
    assert_eq!(editor.give(Undo).state.text().len(), (3 << 20) + 19);
}

#[test]
fn undo_takes_back_a_walk_with_its_text() {
    let mut editor = Editor::over(&["old"]);
    editor.types("ab").all(&[HistoryPrevious, Undo]);
    assert_eq!(
        (editor.shows().as_str(), editor.state.around()),
        ("ab|", (1, 0))
    );
    assert_eq!(editor.give(HistoryPrevious).shows(), "old|");
}

/// The model: characters and a place among them, everything copied all the time.
struct Model {
    characters: Vec<String>,
    cursor: usize,
    clipboard: String,
}

impl Model {
    fn text(&self) -> String {
        self.characters.concat()
    }

    /// Puts a text in the place of the characters from `start` to `end`.
    fn replace(&mut self, start: usize, end: usize, by: &str) {
        let before = self.characters[..start].concat() + by;
        let text = before.clone() + &self.characters[end..].concat();
        self.characters = text.graphemes(true).map(String::from).collect();
        let mut bytes = 0;
        self.cursor = 0;
        while bytes < before.len() {
            bytes += self.characters[self.cursor].len();
            self.cursor += 1;
        }
    }

    fn in_word(&self, at: usize) -> bool {
        self.characters[at].starts_with(char::is_alphanumeric)
    }

    /// The word behind the cursor.
    fn behind(&self) -> Option<(usize, usize)> {
        let start = (self.cursor..self.characters.len()).find(|at| self.in_word(*at))?;
        let end = (start..self.characters.len()).find(|at| !self.in_word(*at));
        Some((start, end.unwrap_or(self.characters.len())))
    }

    /// The word before the cursor.
    fn before(&self) -> Option<(usize, usize)> {
        let last = (0..self.cursor).rev().find(|at| self.in_word(*at))?;
        let start = (0..=last).rev().find(|at| !self.in_word(*at));
        Some((start.map_or(0, |at| at + 1), last + 1))
    }

    fn line(&self) -> (usize, usize) {
        let ends = |at: &usize| self.characters[*at] == "\n";
        let start = (0..self.cursor).rev().find(ends).map_or(0, |at| at + 1);
        let end = (self.cursor..self.characters.len()).find(ends);
        (start, end.unwrap_or(self.characters.len()))
    }

    fn kill(&mut self, start: usize, end: usize) {
        if start < end {
            self.clipboard = self.characters[start..end].concat();
            self.replace(start, end, "");
        }
    }

    fn give(&mut self, command: &Command) {
        let (cursor, len, line) = (self.cursor, self.characters.len(), self.line());
        let cased = |model: &mut Model, case: &dyn Fn(&str) -> String| match model.behind() {
            Some((start, end)) => {
                let word = case(&model.characters[start..end].concat());
                model.replace(start, end, &word);
            }
            None => model.cursor = len,
        };
        match command {
            Char(text) => self.replace(cursor, cursor, text),
            Paste => self.replace(cursor, cursor, &self.clipboard.clone()),
            BackwardDeleteChar if cursor > 0 => self.replace(cursor - 1, cursor, ""),
            ForwardDeleteChar if cursor < len => self.replace(cursor, cursor + 1, ""),
            BackwardChar => self.cursor = cursor.saturating_sub(1),
            ForwardChar => self.cursor = (cursor + 1).min(len),
            BeginningOfLine => self.cursor = line.0,
            EndOfLine => self.cursor = line.1,
            BackwardWord => self.cursor = self.before().map_or(0, |word| word.0),
            ForwardWord => self.cursor = self.behind().map_or(len, |word| word.1),
            BackwardDeleteWord => {
                if let Some((start, end)) = self.before() {
                    // The blanks behind the word stay, and stay behind the cursor.
                    self.replace(start, end, "");
                }
            }
            ForwardDeleteWord => {
                if let Some((start, end)) = self.behind() {
                    self.replace(start, end, "");
                }
            }
            KillLine if cursor < line.1 => self.kill(cursor, line.1),
            KillLine if cursor < len => self.kill(cursor, cursor + 1),
            BackwardKillLine if cursor > line.0 => self.kill(line.0, cursor),
            BackwardKillLine if cursor > 0 => self.kill(cursor - 1, cursor),
            Uppercase => cased(self, &|word| word.to_uppercase()),
            Lowercase => cased(self, &|word| word.to_lowercase()),
            Capitalize => cased(self, &|word| {
                let first = word.chars().next().unwrap();
                let rest = &word[first.len_utf8()..];
                first.to_uppercase().collect::<String>() + &rest.to_lowercase()
            }),
            _ => (),
        }
    }
}

/// A small generator of numbers, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }
}

/// Texts that join, split and widen.
const PIECES: [&str; 16] = [
    "a", "Z", "9", " ", "\n", "_", "é", "e\u{301}", "\u{301}", "日", "🇩🇪", "🇩", "\u{200d}", "👩",
    "ß", "-x ",
];

#[test]
fn random_commands_do_what_they_do_in_the_model() {
    let moves = [
        BackwardDeleteChar,
        ForwardDeleteChar,
        BackwardChar,
        ForwardChar,
        BeginningOfLine,
        EndOfLine,
        BackwardWord,
        ForwardWord,
        BackwardDeleteWord,
        ForwardDeleteWord,
        KillLine,
        BackwardKillLine,
        Uppercase,
        Lowercase,
        Capitalize,
        Paste,
    ];
    for seed in 1..80 {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15u64.wrapping_mul(seed));
        let mut editor = Editor::over(&[]);
        let mut model = Model {
            characters: Vec::new(),
            cursor: 0,
            clipboard: String::new(),
        };
        for _ in 0..60 {
            let command = match dice.below(3) {
                0 => moves[dice.below(moves.len())].clone(),
                _ => Command::char(PIECES[dice.below(PIECES.len())]),
            };
            if editor.state.text().len() > 4000 {
                break;
            }
            editor.give(command.clone());
            model.give(&command);
            let bytes: usize = model.characters[..model.cursor]
                .iter()
                .map(String::len)
                .sum();
            assert_eq!(*editor.state.text(), model.text(), "{command}, seed {seed}");
            assert_eq!(editor.state.cursor(), bytes, "{command}, seed {seed}");
            assert_eq!(*editor.clipboard.contents(), model.clipboard, "{command}");
        }
    }
}

/// What is true of every state.
fn check(state: &State) {
    let (text, cursor) = (state.text(), state.cursor());
    let mut boundaries = text.grapheme_indices(true).map(|(at, _)| at);
    assert!(cursor == text.len() || boundaries.any(|at| at == cursor));
    assert!(!text.contains('\r'));
    assert!(state.undoable() <= MOST);
    let edition = state.edition();
    assert_eq!((&edition.text, edition.cursor), (&text, cursor));
    if let Some((line, word)) = state.hit() {
        assert!(line.is_char_boundary(word.start) && line.is_char_boundary(word.end));
    }
    if let Some(part) = state.selected() {
        assert!(text.is_char_boundary(part.start) && text.is_char_boundary(part.end));
    }
}

#[test]
fn random_commands_of_all_modes_keep_the_state_whole_and_undo_restores() {
    const KEYS: &str = "hljkwbeWBE0^$fFtT;,dcyxXsSDCYpPrR~u.iaIAoO/?nN123 ax\"é";
    let keys: Vec<char> = KEYS.chars().collect();
    for seed in 1..120u64 {
        let mut dice = Dice(seed.wrapping_mul(0xd134_2543_de82_ef95));
        let history = History::new(0, false);
        for _ in 0..dice.below(6) {
            let line: String = (0..4).map(|_| PIECES[dice.below(PIECES.len())]).collect();
            history.add(&line);
        }
        let clipboard = Clipboard::new();
        let mut state = match seed % 2 {
            0 => State::new(&history),
            _ => State::vi(&history),
        };
        for _ in 0..120 {
            let normal = state.vi_mode() == Some(super::super::vi::ViMode::Normal);
            let command = match dice.below(8) {
                0 => NAMES[dice.below(NAMES.len())].0.clone(),
                1 => ViNormal,
                _ if normal => Vi(keys[dice.below(keys.len())]),
                _ => Command::char(PIECES[dice.below(PIECES.len())]),
            };
            let next = update(&state, &command, &clipboard);
            check(&next);
            check(&next.reset());
            let edited = |state: &State| *state.mode() == Mode::Edition;
            if edited(&state) && edited(&next) && next.undoable() == state.undoable() + 1 {
                let back = update(&next, &Undo, &clipboard);
                assert_eq!(back.text(), state.text(), "{command}, seed {seed}");
                assert_eq!(back.around(), state.around(), "{command}, seed {seed}");
            }
            state = next;
            if state.text().len() > 4000 {
                break;
            }
        }
    }
}
