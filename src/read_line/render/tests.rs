//! Drawings, in an emulator of a terminal.

use super::super::clipboard::Clipboard;
use super::super::command::Command;
use super::super::engine::update;
use super::super::history::History;
use super::*;
use crate::term::style::Instruction;
use std::num::NonZero;
use std::rc::Rc;

const ABILITY: Ability = Ability {
    styles: true,
    colors: 16,
};

/// Rows of the emulated screen.
const LINES: u16 = 12;

fn size(columns: u16) -> Size {
    Size {
        columns: usize::from(columns),
        lines: usize::from(LINES),
        ability: ABILITY,
    }
}

fn screen(columns: u16) -> vt100::Parser {
    let size = |n| NonZero::new(n).expect("a size");
    vt100::Parser::new(size(LINES), size(columns), 0)
}

/// What is to be seen in each cell, from that row on, and where the cursor is.
#[derive(Debug, PartialEq)]
struct Seen(Vec<String>, (u16, u16));

fn seen(parser: &vt100::Parser, from: u16) -> Seen {
    let screen = parser.screen();
    let (rows, columns) = screen.size();
    let row = |row| {
        let cell = |column| match screen.cell(row, column) {
            Some(cell) if cell.is_wide_continuation() => String::new(),
            Some(cell) => {
                let text = if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                };
                let style = match (cell.inverse(), cell.underline(), cell.bold()) {
                    (false, false, false) => "",
                    (true, ..) => "\u{1}",
                    (_, true, _) => "\u{2}",
                    (.., true) => "\u{3}",
                };
                format!("{style}{text}")
            }
            None => String::new(),
        };
        let cells: String = (0..columns.get()).map(cell).collect();
        cells.trim_end().to_string()
    };
    let mut seen: Vec<String> = (from..rows.get()).map(row).collect();
    while seen.last().is_some_and(String::is_empty) {
        seen.pop();
    }
    let (row, column) = screen.cursor_position();
    Seen(seen, (row - from, column))
}

/// An editor on an emulated screen, which looks after each step whether it shows what
/// one that draws everything anew would show.
struct Editor {
    parser: vt100::Parser,
    columns: u16,
    drawing: Drawing,
    state: State,
    prompt: Styled,
    bottom: Bottom,
    mask: bool,
    clipboard: Rc<Clipboard>,
}

impl Editor {
    fn new(columns: u16, prompt: &str) -> Editor {
        Editor {
            parser: screen(columns),
            columns,
            drawing: Drawing::new(),
            state: State::new(&History::new(100, false)),
            prompt: Styled::from(prompt),
            bottom: Bottom::None,
            mask: false,
            clipboard: Clipboard::new(),
        }
    }

    fn draw(&mut self) {
        let stars = |text: &str| "*".repeat(text.chars().count());
        let input = Input {
            prompt: &self.prompt,
            state: &self.state,
            map_text: self.mask.then_some(&stars),
            bottom: &self.bottom,
        };
        let next = self.drawing.next(&input, size(self.columns));
        let bytes = self.drawing.update(&next, ABILITY);
        self.parser.process(&bytes);
        self.drawing = next;
        let mut naive = screen(self.columns);
        naive.process(&self.drawing.picture(ABILITY).draw);
        // The drawing began at the top, or has scrolled to where all of it fits.
        let begin = self.parser.screen().cursor_position().0 - self.drawing.cursor.0 as u16;
        assert_eq!(
            seen(&self.parser, begin),
            seen(&naive, 0),
            "{} columns, {:?}",
            self.columns,
            self.state.text()
        );
        let place = (self.drawing.cursor.0 as u16, self.drawing.cursor.1 as u16);
        assert_eq!(seen(&naive, 0).1, place);
    }

    fn act(&mut self, command: Command) {
        self.state = update(&self.state, &command, &self.clipboard);
        self.draw();
    }

    fn type_in(&mut self, text: &str) {
        for c in text.chars() {
            self.act(Command::char(c.encode_utf8(&mut [0; 4])));
        }
    }

    /// The rows of the screen.
    fn rows(&self) -> Vec<String> {
        seen(&self.parser, 0).0
    }

    fn cursor(&self) -> (u16, u16) {
        self.parser.screen().cursor_position()
    }
}

#[test]
fn a_text_stands_behind_its_prompt_and_is_broken_at_the_edge() {
    let mut editor = Editor::new(10, "# ");
    editor.draw();
    assert_eq!((editor.rows(), editor.cursor()), (vec!["#".into()], (0, 2)));
    editor.type_in("abcdefg");
    assert_eq!(editor.cursor(), (0, 9));
    editor.type_in("h");
    assert_eq!(
        (editor.rows()[0].as_str(), editor.cursor()),
        ("# abcdefgh", (1, 0))
    );
    editor.type_in("ij");
    assert_eq!(
        (editor.rows(), editor.cursor()),
        (vec!["# abcdefgh".into(), "ij".into()], (1, 2))
    );
    editor.act(Command::BeginningOfLine);
    assert_eq!(editor.cursor(), (0, 2));
    editor.act(Command::KillLine);
    assert_eq!(editor.rows(), ["#"]);
}

#[test]
fn wide_characters_are_never_cut_in_two() {
    let mut editor = Editor::new(7, "# ");
    editor.type_in("日本語");
    assert_eq!(editor.rows(), ["# 日本", "語"]);
    editor.act(Command::BackwardChar);
    assert_eq!(editor.cursor(), (1, 0));
    editor.act(Command::BackwardChar);
    assert_eq!(editor.cursor(), (0, 4));
    editor.type_in("e\u{301}");
    assert_eq!(editor.rows(), ["# 日e\u{301}本", "語"]);
    let mut narrow = Editor::new(1, "");
    narrow.type_in("日a");
    assert_eq!(narrow.rows(), ["?", "a"]);
}

#[test]
fn control_characters_and_lone_marks_are_shown_as_something_harmless() {
    let mut editor = Editor::new(20, "\x1b[31m> ");
    editor.act(Command::char("a\x1bb\u{9b}c\u{7f}\u{301}"));
    assert_eq!(editor.rows(), ["^[[31m> a^[b?c^? \u{301}"]);
    let mut tabs = Editor::new(20, "");
    tabs.act(Command::char("a\tb"));
    assert_eq!(
        (tabs.rows(), tabs.cursor()),
        (vec!["a       b".into()], (0, 9))
    );
}

#[test]
fn a_selection_is_inverse_and_a_hit_underlined() {
    let mut editor = Editor::new(40, "# ");
    editor.type_in("one two");
    editor.act(Command::SetMark);
    editor.act(Command::BackwardWord);
    assert_eq!(editor.rows(), ["# one \u{1}t\u{1}w\u{1}o"]);
    assert_eq!(editor.cursor(), (0, 6));
    let history = History::new(10, false);
    history.add("first line");
    history.add("second");
    editor.state = State::new(&history);
    editor.act(Command::BackwardSearch);
    editor.type_in("st");
    assert_eq!(
        editor.rows(),
        ["(reverse-i-search)'st': fir\u{2}s\u{2}t line"]
    );
    editor.type_in("x");
    assert_eq!(editor.rows(), ["(reverse-i-search)'stx':"]);
}

#[test]
fn a_masked_text_shows_nothing_of_itself() {
    let mut editor = Editor::new(20, "Password: ");
    editor.mask = true;
    editor.type_in("s3cret");
    assert_eq!(editor.rows(), ["Password: ******"]);
    editor.act(Command::BackwardChar);
    assert_eq!(editor.cursor(), (0, 15));
}

#[test]
fn a_box_scrolls_to_the_chosen_word() {
    let mut editor = Editor::new(20, "# ");
    let words: Vec<Rc<str>> = (0..40).map(|n| format!("word{n:02}").into()).collect();
    let words: Rc<[Rc<str>]> = words.into();
    for chosen in [0, 1, 2, 20, 39, 5] {
        editor.bottom = Bottom::Words(words.clone(), chosen);
        editor.draw();
        let rows = editor.rows();
        assert_eq!(rows.len(), 8);
        let marked: String = format!("word{chosen:02}")
            .chars()
            .map(|c| format!("\u{1}{c}"))
            .collect();
        assert!(rows.iter().any(|row| row.contains(&marked)), "{rows:?}");
        assert_eq!(
            (rows[1].as_str(), editor.cursor()),
            ("┌──────────────────┐", (0, 2))
        );
    }
    editor.bottom = Bottom::Message(Styled::from("working"));
    editor.draw();
    assert_eq!(editor.rows()[2], "│working           │");
    editor.bottom = Bottom::Empty;
    editor.draw();
    assert_eq!(editor.rows()[2], "│                  │");
    editor.bottom = Bottom::None;
    editor.draw();
    assert_eq!(editor.rows(), ["#"]);
}

#[test]
fn a_text_higher_than_the_screen_shows_the_part_around_the_cursor() {
    let mut editor = Editor::new(10, "# ");
    for n in 0..30 {
        editor.act(Command::char(&format!("line {n}\n")));
    }
    assert_eq!(editor.rows().len(), 11);
    assert_eq!(editor.cursor(), (11, 0));
    for _ in 0..40 {
        editor.act(Command::HistoryPrevious);
    }
    assert_eq!(
        (editor.rows()[0].as_str(), editor.cursor().0),
        ("# line 0", 0)
    );
}

#[test]
fn the_last_drawing_leaves_the_text_and_the_cursor_below_it() {
    for (columns, rows) in [
        (20, vec!["# abcdef"]),
        (8, vec!["# abcdef"]),
        (5, vec!["# abc", "def"]),
    ] {
        let mut editor = Editor::new(columns, "# ");
        editor.type_in("abcdef");
        editor.act(Command::BeginningOfLine);
        editor.bottom = Bottom::Words(["abcdef".into()].into(), 0);
        editor.draw();
        let input = Input {
            prompt: &editor.prompt,
            state: &editor.state,
            map_text: None,
            bottom: &editor.bottom,
        };
        let last = editor.drawing.last(&input, size(columns));
        editor.parser.process(&last);
        assert_eq!(editor.rows(), rows);
        assert_eq!(editor.cursor(), (rows.len() as u16, 0));
    }
}

#[test]
fn what_does_not_change_is_not_sent() {
    let mut editor = Editor::new(80, "# ");
    editor.type_in("hello wrld");
    let sent = |editor: &Editor, state: &State| {
        let input = Input {
            prompt: &editor.prompt,
            state,
            map_text: None,
            bottom: &editor.bottom,
        };
        let next = editor.drawing.next(&input, size(80));
        String::from_utf8(editor.drawing.update(&next, ABILITY)).unwrap()
    };
    assert_eq!(sent(&editor, &editor.state), "");
    let typed = update(&editor.state, &Command::char("!"), &editor.clipboard);
    assert_eq!(sent(&editor, &typed), "!");
    let erased = update(
        &editor.state,
        &Command::BackwardDeleteChar,
        &editor.clipboard,
    );
    assert_eq!(sent(&editor, &erased), "\x1b[12G\x1b[K");
}

/// Random numbers that are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

const PIECES: [&str; 14] = [
    "a",
    "b c",
    " ",
    "日",
    "本語",
    "e\u{301}",
    "\u{301}",
    "\n",
    "x\ny",
    "\t",
    "👩\u{200d}👩\u{200d}👧",
    "❤\u{fe0f}",
    "\x07",
    "한글 각",
];
const COMMANDS: [Command; 14] = [
    Command::BackwardDeleteChar,
    Command::ForwardDeleteChar,
    Command::BeginningOfLine,
    Command::EndOfLine,
    Command::KillLine,
    Command::BackwardKillLine,
    Command::HistoryPrevious,
    Command::HistoryNext,
    Command::BackwardChar,
    Command::ForwardChar,
    Command::SetMark,
    Command::Cut,
    Command::Paste,
    Command::Undo,
];

#[test]
fn after_any_sequence_of_draws_the_screen_is_as_one_that_is_drawn_anew() {
    let mut random = Random(42);
    for columns in [1, 2, 3, 7, 20, 80, 200] {
        for prompt in ["# ", "", "two\nlines 日> ", "wide 日本語日本語日本語> "] {
            let mut editor = Editor::new(columns, prompt);
            let steps = if columns > 20 { 20 } else { 100 };
            for _ in 0..steps {
                match random.below(8) {
                    0..4 => {
                        let piece = PIECES[random.below(PIECES.len())];
                        editor.act(Command::char(piece));
                    }
                    4..6 => editor.act(COMMANDS[random.below(COMMANDS.len())].clone()),
                    6 => {
                        let words: Vec<Rc<str>> = (0..random.below(30))
                            .map(|n| format!("w{n}").into())
                            .collect();
                        let chosen = random.below(30);
                        editor.bottom = match random.below(4) {
                            0 => Bottom::None,
                            1 => Bottom::Empty,
                            2 => Bottom::Words(words.into(), chosen),
                            _ => Bottom::Message(Styled::from("日本 message\n\tof any length")),
                        };
                        editor.draw();
                    }
                    _ => {
                        editor.prompt = Styled::new(vec![
                            Instruction::Bold,
                            Instruction::text("p".repeat(random.below(5))),
                            Instruction::Reset,
                            Instruction::text("> "),
                        ]);
                        editor.draw();
                    }
                }
            }
        }
    }
}

#[test]
fn a_drawing_that_is_taken_away_leaves_nothing_and_the_cursor_where_it_began() {
    for columns in [3, 20] {
        let mut editor = Editor::new(columns, "# ");
        editor.parser.process(b"up\r\n");
        editor.drawing = Drawing::new();
        let input = editor.state.with_text("some text\nof two lines", "");
        editor.state = input;
        let input = Input {
            prompt: &editor.prompt,
            state: &editor.state,
            map_text: None,
            bottom: &editor.bottom,
        };
        let next = editor.drawing.next(&input, size(columns));
        editor
            .parser
            .process(&editor.drawing.update(&next, ABILITY));
        editor.parser.process(&next.erase(ABILITY));
        let rows = editor.rows();
        match columns {
            20 => assert_eq!((rows, editor.cursor()), (vec!["up".into()], (1, 0))),
            // It was as high as the screen: what was above has scrolled away.
            _ => assert_eq!((rows, editor.cursor()), (vec!["up".into()], (1, 0))),
        }
    }
}

#[test]
fn a_terminal_that_breaks_long_rows_is_counted_on_or_not() {
    let mut editor = Editor::new(20, "# ");
    editor.type_in("0123456789abcdefghij");
    let up = |reflows| {
        let bytes = editor.drawing.erase_resized(size(10), reflows);
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(up(true), "\x1b[2A\r\x1b[J");
    assert_eq!(up(false), "\x1b[A\r\x1b[J");
}
