//! What was done to the terminal, and undoing it: at any moment, from a signal handler
//! too. Module Lwt_term. Calls nothing but the system.
//!
//! The state is the process's, since the terminal is. It is written under the lock in
//! `mode`, and read by signal handlers at any moment; each step leaves it such that
//! undoing what it says is right:
//!
//! | field | written | says |
//! |---|---|---|
//! | `process` | first of all | whose state it is; in the child of a fork nobody's |
//! | `saved` | before `raw` | the attributes to put back |
//! | `raw` | set before, cleared after they are changed | whether to put them back |
//! | `features` | set before, cleared after they are switched | what to switch off |
//! | `shown` | after it is drawn, cleared before it is taken away | what to leave: 1 and the rows below the cursor |

use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// Where keys come from, and whose attributes are changed.
pub const INPUT: c_int = libc::STDIN_FILENO;
/// Where the screen is.
pub const OUTPUT: c_int = libc::STDOUT_FILENO;

/// What can be switched on and off by writing to the screen, in the order in which it
/// is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Feature {
    /// The alternate screen and the keypad in application mode.
    Drawing = 1,
    /// No cursor is to be seen.
    HiddenCursor = 2,
    /// Pastes are told from keys.
    BracketedPaste = 4,
    /// The mouse tells its buttons and wheel;
    MouseButtons = 8,
    /// and moves with a button down;
    MouseDrags = 16,
    /// and all moves.
    MouseMoves = 32,
    /// The window tells when it gets the keyboard, and loses it.
    Focus = 64,
}

use Feature::{BracketedPaste, Drawing, Focus, HiddenCursor, MouseButtons, MouseDrags, MouseMoves};

const ALL: [Feature; 7] = [
    Drawing,
    HiddenCursor,
    BracketedPaste,
    MouseButtons,
    MouseDrags,
    MouseMoves,
    Focus,
];

impl Feature {
    /// What switches it on or off.
    pub const fn sequence(self, on: bool) -> &'static str {
        match (self, on) {
            (Drawing, true) => "\x1b[?1049h\x1b[?1h\x1b=",
            (Drawing, false) => "\x1b[?1l\x1b>\x1b[?1049l",
            (HiddenCursor, true) => "\x1b[?25l",
            (HiddenCursor, false) => "\x1b[?25h",
            (BracketedPaste, true) => "\x1b[?2004h",
            (BracketedPaste, false) => "\x1b[?2004l",
            (MouseButtons, true) => "\x1b[?1000h\x1b[?1006h",
            (MouseButtons, false) => "\x1b[?1000l\x1b[?1006l",
            (MouseDrags, true) => "\x1b[?1002h\x1b[?1006h",
            (MouseDrags, false) => "\x1b[?1002l\x1b[?1006l",
            (MouseMoves, true) => "\x1b[?1003h\x1b[?1006h",
            (MouseMoves, false) => "\x1b[?1003l\x1b[?1006l",
            (Focus, true) => "\x1b[?1004h",
            (Focus, false) => "\x1b[?1004l",
        }
    }
}

/// What was done to the terminal.
pub struct Terminal {
    process: AtomicI32,
    raw: AtomicBool,
    saved: UnsafeCell<MaybeUninit<libc::termios>>,
    features: AtomicU32,
    shown: AtomicU32,
}

// SAFETY: `saved` is written under the lock in `mode` while `raw` is false, and read
// only while it is true.
unsafe impl Sync for Terminal {}

/// The one that the process has.
pub static TERMINAL: Terminal = Terminal {
    process: AtomicI32::new(0),
    raw: AtomicBool::new(false),
    saved: UnsafeCell::new(MaybeUninit::zeroed()),
    features: AtomicU32::new(0),
    shown: AtomicU32::new(0),
};

fn process() -> c_int {
    // SAFETY: no conditions.
    unsafe { libc::getpid() }
}

impl Terminal {
    /// Is the state this process's?
    pub fn is_ours(&self) -> bool {
        self.process.load(Acquire) == process()
    }

    /// It is from now on; what the parent of a fork did is nothing to its child. True:
    /// it was not before.
    pub fn claim(&self) -> bool {
        if self.is_ours() {
            return false;
        }
        self.raw.store(false, Relaxed);
        self.features.store(0, Relaxed);
        self.shown.store(0, Relaxed);
        self.process.store(process(), Release);
        true
    }

    /// Are the attributes changed?
    pub fn is_raw(&self) -> bool {
        self.is_ours() && self.raw.load(Acquire)
    }

    /// Changes the attributes. The error is errno. Under the lock.
    pub fn make_raw(&self) -> Result<(), c_int> {
        let before = attributes()?;
        // SAFETY: nobody reads it while `raw` is false.
        unsafe { (*self.saved.get()).write(before) };
        self.raw.store(true, Release);
        if !is_foreground() {
            // What the shell has set for somebody else is left alone. Who reads in the
            // background is stopped, and it is done when the process goes on.
            return Ok(());
        }
        set_attributes(&raw_of(before)).inspect_err(|_| self.raw.store(false, Release))
    }

    /// Puts the attributes back. Under the lock.
    pub fn make_cooked(&self) {
        self.put_attributes_back();
        self.raw.store(false, Release);
    }

    fn put_attributes_back(&self) {
        if self.raw.load(Acquire) && is_foreground() {
            // SAFETY: written before `raw` was set.
            let saved = unsafe { (*self.saved.get()).assume_init() };
            // A terminal that went away can't be put back.
            let _ = set_attributes(&saved);
        }
    }

    /// What is switched on now.
    pub fn has(&self, feature: Feature) -> bool {
        self.is_ours() && self.features.load(Acquire) & feature as u32 != 0
    }

    /// Notes that a feature is being switched on, or has been switched off.
    pub fn note(&self, feature: Feature, on: bool) {
        match on {
            true => self.features.fetch_or(feature as u32, Release),
            false => self.features.fetch_and(!(feature as u32), Release),
        };
    }

    /// Notes how many rows of what is drawn are below the cursor. None: nothing is.
    pub fn note_shown(&self, below: Option<usize>) {
        // More rows no screen has.
        let number = below.map_or(0, |below| below.min(9998) as u32 + 1);
        self.shown.store(number, Release);
    }

    /// The text that is drawn stays, nothing is below it but the cursor.
    fn leave_shown(&self) {
        let below = match self.shown.swap(0, Relaxed) {
            0 => return,
            number => number - 1,
        };
        write("\x1b[m");
        if below > 0 {
            // No memory is to be had here.
            let digit = |unit: u32| b'0' + (below / unit % 10) as u8;
            let down = [
                0x1b,
                b'[',
                digit(1000),
                digit(100),
                digit(10),
                digit(1),
                b'B',
            ];
            write(std::str::from_utf8(&down).unwrap_or(""));
        }
        write("\r\n\x1b[J");
    }

    /// Undoes all, for now. Async-signal-safe.
    pub fn undo(&self) {
        if !self.is_ours() {
            return;
        }
        let features = self.features.load(Acquire);
        if is_foreground() {
            self.leave_shown();
            for feature in ALL.into_iter().rev() {
                if features & feature as u32 != 0 {
                    write(feature.sequence(false));
                }
            }
        }
        self.put_attributes_back();
    }

    /// Does again what was undone. Async-signal-safe.
    pub fn redo(&self) {
        if !self.is_ours() || !is_foreground() {
            return;
        }
        if self.raw.load(Acquire) {
            // SAFETY: written before `raw` was set.
            let saved = unsafe { (*self.saved.get()).assume_init() };
            let _ = set_attributes(&raw_of(saved));
        }
        let features = self.features.load(Acquire);
        for feature in ALL {
            if features & feature as u32 != 0 {
                write(feature.sequence(true));
            }
        }
    }

    /// Has somebody else put the attributes back meanwhile?
    pub fn was_undone(&self) -> bool {
        if !self.is_raw() {
            return self.is_ours() && self.features.load(Acquire) != 0;
        }
        let is_raw = |now: libc::termios| now.c_lflag & (libc::ICANON | libc::ECHO) == 0;
        !attributes().is_ok_and(is_raw)
    }

    /// Forgets what is to be undone. The process ends.
    pub fn forget(&self) {
        self.raw.store(false, Release);
        self.features.store(0, Release);
        self.shown.store(0, Release);
    }
}

/// What `Lwt_term.with_raw_mode` changes. Newline stays what Enter sends, and output
/// is processed as before.
fn raw_of(mut it: libc::termios) -> libc::termios {
    it.c_iflag &= !(libc::BRKINT | libc::INPCK | libc::ISTRIP | libc::IXON);
    it.c_cflag = it.c_cflag & !(libc::CSIZE | libc::PARENB) | libc::CS8;
    it.c_lflag &= !(libc::ECHO | libc::ICANON | libc::IEXTEN | libc::ISIG);
    it.c_cc[libc::VMIN] = 1;
    it.c_cc[libc::VTIME] = 0;
    it
}

fn errno() -> c_int {
    std::io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or(libc::EIO)
}

/// How the terminal is set.
fn attributes() -> Result<libc::termios, c_int> {
    let mut now = MaybeUninit::zeroed();
    // SAFETY: room for the structure, of which all zero is a value.
    match unsafe { libc::tcgetattr(INPUT, now.as_mut_ptr()) } {
        // SAFETY: as above.
        0 => Ok(unsafe { now.assume_init() }),
        _ => Err(errno()),
    }
}

/// Sets it, without being stopped for it in the background, and without waiting for
/// what is still to be written.
fn set_attributes(to: &libc::termios) -> Result<(), c_int> {
    without_stop(|| {
        loop {
            // SAFETY: it lives through the call.
            if unsafe { libc::tcsetattr(INPUT, libc::TCSANOW, to) } == 0 {
                return Ok(());
            }
            match errno() {
                libc::EINTR => {}
                error => return Err(error),
            }
        }
    })
}

/// Is the process one of those that the terminal is for now? True too where there is no
/// job control.
pub fn is_foreground() -> bool {
    // SAFETY: no conditions.
    unsafe {
        let group = libc::tcgetpgrp(INPUT);
        group <= 0 || group == libc::getpgrp()
    }
}

/// Runs `f` while SIGTTOU, which stops the process, is blocked.
fn without_stop<R>(f: impl FnOnce() -> R) -> R {
    let mut stop = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sets that are made before they are used.
    unsafe {
        libc::sigemptyset(stop.as_mut_ptr());
        libc::sigaddset(stop.as_mut_ptr(), libc::SIGTTOU);
        libc::pthread_sigmask(libc::SIG_BLOCK, stop.as_ptr(), before.as_mut_ptr());
    }
    let result = f();
    // SAFETY: as above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut()) };
    result
}

/// Writes to the screen as much as goes. A terminal whose output is held up (^S) must
/// not hold up the end of the process.
fn write(text: &str) {
    let mut look = libc::pollfd {
        fd: OUTPUT,
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one entry; and the bytes live through the call.
    without_stop(|| unsafe {
        if libc::poll(&mut look, 1, 0) == 1 && look.revents & libc::POLLOUT != 0 {
            libc::write(OUTPUT, text.as_ptr().cast(), text.len());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_switched_on_has_something_that_switches_it_off() {
        for feature in ALL {
            let (on, off) = (feature.sequence(true), feature.sequence(false));
            let modes = |text: &str, last: char| {
                let parts = text.split("\x1b[?").skip(1);
                let mut all: Vec<String> = parts
                    .filter_map(|part| part.split_once(last).map(|(number, _)| number.into()))
                    .collect();
                all.sort();
                all
            };
            let hides = feature == HiddenCursor;
            let (set, reset) = if hides { ('l', 'h') } else { ('h', 'l') };
            assert_eq!(modes(on, set), modes(off, reset), "{feature:?}");
            assert!(!modes(on, set).is_empty());
        }
    }
}
