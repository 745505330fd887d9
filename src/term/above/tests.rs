//! What is written above a picture, in a pseudo-terminal read by an emulator.

use super::*;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// There is one board in the process.
static TURN: Mutex<()> = Mutex::new(());

fn emulator(rows: u16, columns: u16) -> vt100::Parser {
    let size = |n| std::num::NonZero::new(n).expect("a size");
    vt100::Parser::new(size(rows), size(columns), 100)
}

/// A pseudo-terminal of six rows, and who looks at it.
struct Pty {
    master: c_int,
    slave: c_int,
    parser: vt100::Parser,
    _turn: MutexGuard<'static, ()>,
}

impl Pty {
    fn new(columns: u16) -> Pty {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let size = libc::winsize {
            ws_row: 6,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let (mut master, mut slave) = (0, 0);
        // SAFETY: all live through the call.
        let made = unsafe {
            libc::openpty(
                &mut master,
                &mut slave,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                &size,
            )
        };
        assert_eq!(made, 0);
        Pty {
            master,
            slave,
            parser: emulator(6, columns),
            _turn: turn,
        }
    }

    fn begin(&self, columns: usize) -> Drawer {
        Drawer::begin(self.slave, columns, || {}).expect("a drawer")
    }

    /// What is to be seen: the rows, without blanks at their ends.
    fn rows(&mut self) -> Vec<String> {
        let mut bytes = [0u8; 4096];
        loop {
            let mut look = libc::pollfd {
                fd: self.master,
                events: libc::POLLIN,
                revents: 0,
            };
            // SAFETY: one entry, which lives through the call.
            if unsafe { libc::poll(&mut look, 1, 0) } <= 0 {
                break;
            }
            // SAFETY: the room is there.
            let got = unsafe { libc::read(self.master, bytes.as_mut_ptr().cast(), bytes.len()) };
            let Ok(got) = usize::try_from(got) else { break };
            self.parser.process(&bytes[..got]);
        }
        let screen = self.parser.screen();
        let rows = screen.rows(0, screen.size().1.get());
        let mut rows: Vec<String> = rows.map(|row| row.trim_end().into()).collect();
        while rows.last().is_some_and(|row| row.is_empty()) {
            rows.pop();
        }
        rows
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // SAFETY: both are open, and nobody else's.
        unsafe { (libc::close(self.master), libc::close(self.slave)) };
    }
}

/// A picture of one line, with the cursor at its end.
fn picture(text: &str) -> Picture {
    Picture {
        erase: b"\r\x1b[J".to_vec(),
        draw: text.as_bytes().to_vec(),
        below: 0,
    }
}

#[test]
fn whole_lines_appear_above_the_picture_and_leave_it_whole() {
    let mut pty = Pty::new(20);
    let drawer = pty.begin(20);
    drawer.draw(20, b"", picture("# hello"));
    assert_eq!(pty.rows(), ["# hello"]);
    assert!(write(pty.slave, b"one\n"));
    assert_eq!(pty.rows(), ["one", "# hello"]);
    assert!(write(pty.slave, b"two\nthree\n"));
    drawer.draw(20, b"!", picture("# hello!"));
    assert_eq!(pty.rows(), ["one", "two", "three", "# hello!"]);
    assert_eq!(pty.parser.screen().cursor_position(), (3, 8));
}

#[test]
fn an_incomplete_line_is_continued_by_what_is_written_next() {
    for columns in [3, 4, 20] {
        let mut pty = Pty::new(columns);
        let drawer = pty.begin(usize::from(columns));
        drawer.draw(usize::from(columns), b"", picture("# "));
        for part in ["ab", "cd", "\x1b[1mef\x1b[m", "g\nh"] {
            assert!(write(pty.slave, part.as_bytes()));
            assert_eq!(pty.rows().last().map(String::as_str), Some("#"));
        }
        assert!(write(pty.slave, b"i\n"));
        let rows = pty.rows();
        let (prompt, text) = rows.split_last().unwrap();
        assert_eq!(
            (prompt.as_str(), text.concat().as_str()),
            ("#", "abcdefghi")
        );
        drop(drawer);
    }
}

#[test]
fn what_is_written_while_the_picture_is_hidden_stands_where_it_was() {
    let mut pty = Pty::new(20);
    let drawer = pty.begin(20);
    drawer.draw(20, b"", picture("# "));
    drawer.hide();
    assert_eq!(pty.rows(), [""; 0]);
    assert!(write(pty.slave, b"shown"));
    assert_eq!(pty.rows(), ["shown"]);
    drawer.draw(20, b"", picture("# "));
    assert_eq!(pty.rows(), ["shown", "#"]);
    assert!(write(pty.slave, b" and more\n"));
    assert_eq!(pty.rows(), ["shown and more", "#"]);
}

#[test]
fn a_picture_begins_on_a_line_of_its_own_whatever_stood_there() {
    let mut pty = Pty::new(20);
    // SAFETY: the bytes are there.
    unsafe { libc::write(pty.slave, b"Name?".as_ptr().cast(), 5) };
    let drawer = pty.begin(20);
    drawer.draw(20, b"", picture("# "));
    assert_eq!(pty.rows(), ["Name?", "#"]);
    drawer.end(Some(b"\r\n"));
    drop(drawer);
    let drawer = pty.begin(20);
    drawer.draw(20, b"", picture("> "));
    assert_eq!(pty.rows(), ["Name?", "#", ">"]);
}

#[test]
fn other_terminals_and_files_are_not_touched_and_nobody_else_may_draw() {
    let pty = Pty::new(20);
    assert!(!is_drawn(pty.slave) && !write(pty.slave, b"x"));
    let drawer = pty.begin(20);
    assert!(is_drawn(pty.slave));
    let (mut ends, other) = ([0; 2], -1);
    // SAFETY: room for two.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    assert!(!is_drawn(ends[1]) && !write(ends[1], b"x") && !is_drawn(other));
    let refused = Drawer::begin(pty.slave, 20, || {}).err().unwrap();
    assert_eq!(refused.kind(), LWT_FAILURE);
    let no_terminal = Drawer::begin(ends[1], 20, || {}).err().unwrap();
    assert_eq!(no_terminal.errno(), libc::ENOTTY);
    drop(drawer);
    assert!(!is_drawn(pty.slave));
    // SAFETY: both are open, and nobody else's.
    unsafe { (libc::close(ends[0]), libc::close(ends[1])) };
}

#[test]
fn lines_of_many_threads_never_break_one_another() {
    let mut pty = Pty::new(20);
    let woken = Arc::new(AtomicUsize::new(0));
    let wakes = woken.clone();
    let drawer = Drawer::begin(pty.slave, 20, move || {
        wakes.fetch_add(1, Ordering::Relaxed);
    })
    .unwrap();
    drawer.draw(20, b"", picture("# hello"));
    let slave = pty.slave;
    let threads: Vec<_> = (0..4)
        .map(|n| {
            std::thread::spawn(move || {
                for i in 0..100 {
                    assert!(write(slave, format!("line {n} {i}\n").as_bytes()));
                }
            })
        })
        .collect();
    // Nobody reads: what the terminal does not take stays in the queue.
    for thread in threads {
        thread.join().unwrap();
    }
    pty.rows();
    while !drawer.flush() {
        pty.rows();
    }
    let rows = pty.rows();
    assert_eq!(rows.last().unwrap(), "# hello");
    assert!(
        rows[..5].iter().all(|row| row.starts_with("line ")),
        "{rows:?}"
    );
    assert!(!drawer.is_gone());
}

#[test]
fn a_terminal_that_is_gone_takes_everything_and_says_so() {
    let mut pty = Pty::new(20);
    let drawer = pty.begin(20);
    drawer.draw(20, b"", picture("# "));
    assert_eq!(pty.rows(), ["#"]);
    // SAFETY: it is open; the place is kept by another file.
    unsafe {
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDONLY);
        libc::dup2(null, pty.master);
        libc::close(null);
    }
    assert!(write(pty.slave, b"lost\n"));
    assert!(drawer.is_gone() && drawer.flush());
}

#[test]
fn rows_of_an_incomplete_line_are_counted_as_a_terminal_does() {
    for (text, columns, rows) in [
        ("", 10, 1),
        ("abc", 3, 1),
        ("abcd", 3, 2),
        ("\x1b[1;31mabc\x1b[0m", 3, 1),
        ("\x1b]0;a title\x07abc", 3, 1),
        ("100%\r 20%", 4, 1),
        ("日本語", 4, 2),
        ("a日本語", 4, 2),
        ("ab日本", 3, 3),
        ("a\tb", 20, 1),
        ("e\u{301}e\u{301}", 2, 1),
    ] {
        let mut partial = partial::Partial::default();
        assert!(!partial.add(text.as_bytes()));
        assert_eq!(partial.rows(columns), rows, "{text:?} in {columns} columns");
    }
    assert!(partial::Partial::default().add(&[b'x'; 5000]));
}
