//! Programs in terminals: one of the kernel's with vt100 as its screen (`Terminal`), and
//! tmux (`Tmux`). The programs are `tests/terminal/*.c`, made by `program`.

mod house;
#[path = "terminal/pty.rs"]
mod pty;
#[path = "terminal/tmux.rs"]
mod tmux;

use std::path::{Path, PathBuf};

use house::library::{Library, Variant};
use house::{c, root, scratch, tool};
use pty::Terminal;
use tmux::Tmux;

/// The widths at which things are looked at.
const WIDTHS: [u16; 3] = [20, 80, 200];
const LINES: u16 = 10;

/// A program of `tests/terminal/`, built.
fn program(folder: &Path, name: &str) -> PathBuf {
    let library = Library::build(Variant::Shipped).expect("the library");
    let source = root().join(format!("tests/terminal/{name}.c"));
    let program = folder.join(name);
    c::build(&library, &source, None, &[], &program).expect_success(name);
    program
}

/// The lines that `modes.c` shows.
fn drawing(columns: u16, lines: u16) -> String {
    let width = usize::from(columns);
    format!(
        "{columns} x {lines}\nwide 漢字|\ncombining e\u{301}|\n{:>width$}",
        "end"
    )
}

#[test]
fn modes_are_in_force_while_the_program_runs_and_undone_when_it_ends() {
    let folder = scratch("terminal_modes");
    let program = program(&folder, "modes");
    for columns in WIDTHS {
        // q: the end of main. x: a signal.
        for (key, code) in [("q", 0), ("x", -libc::SIGTERM)] {
            let mut terminal = Terminal::start(columns, LINES, &program, &[]);
            terminal.shows(&drawing(columns, LINES));
            let screen = terminal.screen();
            assert!(screen.alternate_screen() && screen.application_keypad());
            assert!(screen.hide_cursor() && screen.bracketed_paste());
            assert_ne!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
            // The wide ones take two cells each, the accent none.
            assert_eq!(screen.cell(1, 5).map(|cell| cell.is_wide()), Some(true));
            assert_eq!(screen.cell(1, 9).map(|cell| cell.contents()), Some("|"));
            assert_eq!(screen.cell(2, 11).map(|cell| cell.contents()), Some("|"));
            terminal.types(key);
            assert_eq!(terminal.over(), code);
            let screen = terminal.screen();
            assert!(!screen.alternate_screen() && !screen.application_keypad());
            assert!(!screen.hide_cursor() && !screen.bracketed_paste());
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
            // What was there before is there again, and echo is on.
            assert_eq!(screen.contents().trim_end(), "before");
        }
    }
}

#[test]
fn a_new_size_is_drawn() {
    let folder = scratch("terminal_size");
    let program = program(&folder, "modes");
    let mut terminal = Terminal::start(80, LINES, &program, &[]);
    terminal.shows(&drawing(80, LINES));
    for columns in WIDTHS {
        terminal.resize(columns, 7);
        terminal.shows(&drawing(columns, 7));
    }
    terminal.types("q");
    assert_eq!(terminal.over(), 0);
}

#[test]
fn keys_are_what_tmux_says_they_are() {
    if !tool::is_there_by("tmux", "-V") {
        return tool::skip("the terminal of tmux", "tmux is not installed");
    }
    let folder = scratch("terminal_tmux_keys");
    let program = program(&folder, "keys");
    let program = program.display().to_string();
    let keys = [
        ("Up", "Key_up"),
        ("Down", "Key_down"),
        ("Left", "Key_left"),
        ("Right", "Key_right"),
        ("Home", "Key_home"),
        ("End", "Key_end"),
        ("IC", "Key_insert"),
        ("DC", "Key_delete"),
        ("PPage", "Key_previous_page"),
        ("NPage", "Key_next_page"),
        ("F1", "Key_f 1"),
        ("F5", "Key_f 5"),
        ("F12", "Key_f 12"),
        ("C-Right", "Control-Key_right"),
        ("S-Up", "Shift-Key_up"),
        ("M-Left", "Meta-Key_left"),
        ("BTab", "Shift-Key_control 'i'"),
        ("Escape", "Key_control '['"),
        ("Enter", "Key_control 'j'"),
        ("Tab", "Key_control 'i'"),
        ("BSpace", "Key_control '?'"),
        ("C-a", "Key_control 'a'"),
        ("M-w", "Meta-Key \"w\""),
        ("漢", "Key \"漢\""),
    ];
    let tmux = Tmux::start(&folder, 80, 40, &program);
    tmux.shows("ready");
    for (key, name) in keys {
        tmux.presses(&[key]);
        tmux.shows(&format!("[{name}]"));
    }
    tmux.presses(&["q"]);
    tmux.shows("over 0");
}

#[test]
fn drawing_looks_the_same_in_tmux_and_is_gone_at_the_end() {
    if !tool::is_there_by("tmux", "-V") {
        return tool::skip("the terminal of tmux", "tmux is not installed");
    }
    let folder = scratch("terminal_tmux_modes");
    let program = program(&folder, "modes");
    let program = program.display().to_string();
    for columns in WIDTHS {
        let tmux = Tmux::start(&folder, columns, LINES, &program);
        tmux.shows(&drawing(columns, LINES));
        assert_eq!(tmux.knows("alternate_on"), "1");
        assert_eq!(tmux.knows("cursor_flag"), "0");
        tmux.resize(40, 8);
        tmux.shows(&drawing(40, 8));
        tmux.presses(&["x"]);
        tmux.shows("over 143");
        assert_eq!(tmux.knows("alternate_on"), "0");
        assert_eq!(tmux.knows("cursor_flag"), "1");
        assert_eq!(tmux.knows("keypad_flag"), "0");
        assert_eq!(tmux.knows("mouse_any_flag"), "0");
    }
}

#[test]
fn a_line_is_edited_in_tmux_with_wide_and_combining_characters() {
    if !tool::is_there_by("tmux", "-V") {
        return tool::skip("the line editor in tmux", "tmux is not installed");
    }
    let folder = scratch("terminal_tmux_line");
    let program = program(&folder, "line");
    let program = program.display().to_string();
    for columns in WIDTHS {
        let tmux = Tmux::start(&folder, columns, LINES, &program);
        tmux.shows("#");
        tmux.cursor_is(2, 0);
        tmux.types("日本語e\u{301}");
        tmux.shows("# 日本語e\u{301}");
        tmux.cursor_is(9, 0);
        tmux.presses(&["Left", "Left", "BSpace"]);
        tmux.shows("# 日語e\u{301}");
        tmux.cursor_is(4, 0);
        tmux.types("a");
        tmux.presses(&["C-e"]);
        tmux.cursor_is(8, 0);
        // The accent goes with its letter.
        tmux.presses(&["BSpace", "Enter"]);
        tmux.shows("got <日a語>");
        tmux.cursor_is(2, 2);

        // One column is left in the row: the wide one stands in the next.
        let width = usize::from(columns);
        let row = format!("# {}", "x".repeat(width - 3));
        tmux.types(&row[2..]);
        tmux.cursor_is(columns - 1, 2);
        tmux.types("漢z");
        tmux.shows(&format!("{row}\n漢z"));
        tmux.cursor_is(3, 3);
        tmux.presses(&["Left", "Left"]);
        tmux.cursor_is(0, 3);
        // Where it fits it moves up.
        tmux.presses(&["BSpace"]);
        tmux.shows(&format!("{}漢\nz", &row[..row.len() - 1]));
        // All of it goes, and comes back.
        tmux.presses(&["C-e", "C-u"]);
        tmux.cursor_is(2, 2);
        tmux.presses(&["C-y"]);
        tmux.shows(&format!("{}漢\nz", &row[..row.len() - 1]));
        tmux.presses(&["C-u"]);
        tmux.types("q");
        tmux.presses(&["Enter"]);
        tmux.shows("got <q>");
        tmux.shows("over 0");
    }
}
