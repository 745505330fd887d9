//! What vi's keys make of texts.

use super::super::clipboard::Clipboard;
use super::super::command::Command;
use super::super::engine::{Mode, State, update};
use super::super::history::History;
use super::ViMode;
use std::rc::Rc;

/// An editor, to which keys are typed: `⎋` is Escape.
struct Vi {
    state: State,
    clipboard: Rc<Clipboard>,
}

impl Vi {
    /// In normal mode, the cursor on the character behind "|".
    fn on(text: &str, lines: &[&str]) -> Vi {
        let history = History::new(0, false);
        for line in lines {
            history.add(line);
        }
        let (before, after) = text.split_once('|').unwrap();
        let clipboard = Clipboard::new();
        let mut state = State::vi(&history).with_text(before, after);
        // Escape goes one back, if there is one.
        let end = after.is_empty()
            || after.starts_with('\n')
            || before.is_empty()
            || before.ends_with('\n');
        if !end {
            state = update(&state, &Command::ForwardChar, &clipboard);
        }
        state = update(&state, &Command::ViNormal, &clipboard);
        Vi { state, clipboard }
    }

    fn types(&mut self, keys: &str) -> &mut Vi {
        for key in keys.chars() {
            let inserts = self.state.vi_mode() != Some(ViMode::Normal);
            let searches = matches!(self.state.mode(), Mode::Search(_));
            let command = match key {
                '⎋' => Command::ViNormal,
                _ if inserts || searches => Command::char(&key.to_string()),
                _ => Command::Vi(key),
            };
            self.state = update(&self.state, &command, &self.clipboard);
        }
        self
    }

    fn shows(&self) -> String {
        let edition = self.state.edition();
        format!("{}|{}", edition.before(), edition.after())
    }
}

fn check(cases: &[(&str, &str, &str)]) {
    for (text, keys, expected) in cases {
        let got = Vi::on(text, &[]).types(keys).shows();
        assert_eq!(got, *expected, "{keys} on {text:?}");
    }
}

#[test]
fn motions_move() {
    check(&[
        ("foo b|ar", "h", "foo |bar"),
        ("|foo", "h", "|foo"),
        ("|foo", "l", "f|oo"),
        ("|foo", "9l", "fo|o"),
        ("|foo", " ", "f|oo"),
        ("|foo.bar baz", "w", "foo|.bar baz"),
        ("|foo.bar baz", "W", "foo.bar |baz"),
        ("|foo.bar baz", "3w", "foo.bar |baz"),
        ("|foo bar", "9w", "foo ba|r"),
        ("|foo.bar baz", "e", "fo|o.bar baz"),
        ("|foo.bar baz", "2E", "foo.bar ba|z"),
        ("foo.bar b|az", "b", "foo.bar |baz"),
        ("foo.bar |baz", "B", "|foo.bar baz"),
        ("foo.bar |baz", "2b", "foo|.bar baz"),
        ("  fo|o", "0", "|  foo"),
        ("  fo|o", "^", "  |foo"),
        ("|foo bar", "$", "foo ba|r"),
        ("|a,b,c", "f,", "a|,b,c"),
        ("|a,b,c", "2f,", "a,b|,c"),
        ("|a,b,c", "3f,", "|a,b,c"),
        ("|a,b,c", "t,", "|a,b,c"),
        ("|aa,b,c", "t,;", "aa,|b,c"),
        ("a,b,|c", "F,", "a,b|,c"),
        ("a,b,|c", "2F,", "a|,b,c"),
        ("a,b,|c", "T,", "a,b,|c"),
        ("|a,b,c", "f,;,", "a|,b,c"),
        ("|a b\nc", "f\n", "|a b\nc"),
        ("|日本 語", "w", "日本 |語"),
        ("|e\u{301}x", "l", "e\u{301}|x"),
        ("ab\nc|d", "k", "a|b\ncd"),
        ("a|b\ncd\nef", "2j", "ab\ncd\ne|f"),
        ("|foo", "z2l", "fo|o"),
    ]);
}

#[test]
fn operators_work_on_the_way_of_a_motion() {
    check(&[
        ("|foo bar baz", "dw", "|bar baz"),
        ("|foo bar baz", "2dw", "|baz"),
        ("|foo bar baz", "d2w", "|baz"),
        ("foo |bar", "dw", "foo| "),
        ("|foo\nbar", "dw", "|\nbar"),
        ("foo |bar", "db", "|bar"),
        ("|foo bar", "de", "| bar"),
        ("|foo bar", "d$", "|"),
        ("foo |bar", "d0", "|bar"),
        ("|a,b,c", "df,", "|b,c"),
        ("|a,b,c", "dt,", "|,b,c"),
        ("|a,b,c", "d9f,", "|a,b,c"),
        ("|foo bar", "cwX⎋", "|X bar"),
        ("|foo bar baz", "c2wX⎋", "|X baz"),
        ("f|oo bar", "cwX⎋", "f|X bar"),
        ("|foo  bar", "wh", "foo | bar"),
        ("|foo", "ccbar⎋", "ba|r"),
        ("foo| bar", "CX⎋", "foo|X"),
        ("foo |bar", "D", "foo| "),
        ("|foo", "sX⎋", "|Xoo"),
        ("|foo", "2sX⎋", "|Xo"),
        ("fo|o", "SX⎋", "|X"),
        ("|foo", "x", "|oo"),
        ("|foo", "9x", "|"),
        ("fo|o", "x", "f|o"),
        ("fo|o", "X", "f|o"),
        ("|foo", "X", "|foo"),
        ("|", "x", "|"),
        ("a|b\ncd\nef", "dd", "|cd\nef"),
        ("a|b\ncd\nef", "2dd", "|ef"),
        ("ab\nc|d", "dd", "|ab"),
        ("ab\nc|d\nef", "dk", "|ef"),
        ("a|b\ncd\nef", "dj", "|ef"),
        ("ab\nc|d", "dj", "ab\nc|d"),
        ("|foo", "dd", "|"),
        ("foo ba|r", "yb", "foo |bar"),
    ]);
}

#[test]
fn what_was_deleted_or_yanked_is_put() {
    check(&[
        ("|abc", "xp", "b|ac"),
        ("|abc", "xP", "|abc"),
        ("|abc", "x3p", "baa|ac"),
        ("|foo bar", "ywP", "foo| foo bar"),
        ("|foo", "yyp", "ffo|ooo"),
        ("a|b\ncd", "yyp", "ab\n|ab\ncd"),
        ("a|b\ncd", "ddp", "cd\n|ab"),
        ("ab\nc|d", "YP", "ab\n|cd\ncd"),
        ("a|b\ncd", "yy2p", "ab\n|ab\nab\ncd"),
        ("|", "p", "|"),
    ]);
}

#[test]
fn characters_are_replaced_and_turned() {
    check(&[
        ("|abc", "rx", "|xbc"),
        ("|abc", "2rx", "x|xc"),
        ("|abc", "4rx", "|abc"),
        ("|aBc", "~", "A|Bc"),
        ("|aBc", "9~", "Ab|C"),
        ("|abc", "Rxy⎋", "x|yc"),
        ("ab|c", "Rxyz⎋", "abxy|z"),
        ("|é日x", "rö", "|ö日x"),
    ]);
}

#[test]
fn insertion_begins_where_the_key_says() {
    check(&[
        ("a|b", "iX⎋", "a|Xb"),
        ("a|b", "aX⎋", "ab|X"),
        ("  a|b", "IX⎋", "  |Xab"),
        ("|ab", "AX⎋", "ab|X"),
        ("a|b", "oX⎋", "ab\n|X"),
        ("a|b", "OX⎋", "|X\nab"),
        ("ab\nc|d", "OX⎋", "ab\n|X\ncd"),
        ("a|b", "3iX⎋", "aXX|Xb"),
        ("|", "aX⎋", "|X"),
    ]);
}

#[test]
fn a_dot_repeats_the_last_change() {
    check(&[
        ("|a b c d", "dw.", "|c d"),
        ("|a b c d", "dw2.", "|d"),
        ("|abcdef", "2x.", "|ef"),
        ("|one two", "cwX⎋w.", "X |X"),
        ("|ab", "iX⎋.", "|XXab"),
        ("|ab", "AX⎋.", "abX|X"),
        ("|abc", "rxl.", "x|xc"),
        ("|ab", ".", "|ab"),
        // To yank is no change.
        ("|ab cd", "xyw.", "| cd"),
    ]);
}

#[test]
fn undo_takes_back_a_whole_insertion_or_repetition() {
    let mut vi = Vi::on("|ab", &[]);
    assert_eq!(vi.types("ixyz⎋u").shows(), "|ab");
    assert_eq!(vi.types("cwlong⎋").shows(), "lon|g");
    assert_eq!(vi.types("0.").shows(), "lon|g");
    assert_eq!(vi.types("A and more⎋u").shows(), "lon|g");
    assert_eq!(vi.types("u").shows(), "|ab");
}

#[test]
fn a_search_goes_to_a_line_of_the_history_and_n_goes_on() {
    let mut vi = Vi::on("draf|t", &["make a", "ls", "make b", "make c"]);
    assert_eq!(vi.types("/make⎋").shows(), "make |c");
    assert_eq!(vi.types("n").shows(), "make |b");
    assert_eq!(vi.types("n").shows(), "make |a");
    assert_eq!(vi.types("n").shows(), "make |a");
    assert_eq!(vi.types("N").shows(), "make |b");
    assert_eq!(vi.types("?make⎋").shows(), "make |b");
    assert_eq!(vi.types("n").shows(), "make |c");
    assert_eq!(vi.types("5j").shows(), "draf|t");
    assert_eq!(vi.types("2k").shows(), "make |b");
}

#[test]
fn an_unfinished_command_is_shown_and_given_up() {
    let mut vi = Vi::on("|foo bar", &[]);
    assert_eq!(vi.types("2d").state.vi_pending(), "2d");
    assert_eq!(vi.types("⎋").state.vi_pending(), "");
    assert_eq!(vi.types("w").shows(), "foo |bar");
    assert_eq!(vi.types("2d").types("q").state.vi_pending(), "");
    assert_eq!(vi.shows(), "foo |bar");
    vi.types(&"9".repeat(100));
    assert!(vi.state.vi_pending().len() < 64);
}
