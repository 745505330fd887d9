//! What is drawn at the bottom of the terminal, and what is written above it. Module
//! Lwt_term; calls `io::above`, and the system.
//!
//! A line editor draws; a channel, a logger, another thread writes to the same
//! terminal. Each who does so takes the drawing away, writes, and draws again, in one
//! call of write(2), so that nobody ever sees a broken line. For that whoever draws
//! leaves here how to erase what is drawn, and how to draw it. What is written need not
//! end with a newline: the end of a line that is not complete stays known, and what
//! is written next continues it.
//!
//! ```text
//!   ...what was written
//!   an incomplete li            <- partial
//!   # the prompt and what_      <- picture
//!   | words | that | fit |
//! ```
//!
//! Bytes that the terminal does not take at once stay in a queue, which whoever draws
//! sends on when there is room; so nobody waits for a terminal but who has written
//! more than [`MOST_QUEUED`] bytes that it has not taken.
//!
//! One board for the whole process, behind a lock. In the child of a fork the board is
//! empty: the terminal is the parent's.

mod board;
mod partial;
mod screen;

use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use board::Board;
use screen::Screen;
use std::os::fd::{OwnedFd, RawFd};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who writes waits for the terminal when so many bytes are queued.
const MOST_QUEUED: usize = 1 << 20;

/// How to erase what is drawn, and how to draw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// From where the cursor is: to the beginning of the drawing, and nothing is left
    /// of it.
    pub erase: Vec<u8>,
    /// From the beginning of an empty line on.
    pub draw: Vec<u8>,
    /// How many rows of it that are to stay are below the cursor, should the process end.
    pub below: usize,
}

/// The board of a process.
struct Home {
    process: libc::pid_t,
    /// Forgotten when nobody draws.
    board: Mutex<Option<Board>>,
}

/// NULL until somebody draws. Boards of the process before a fork are left alone: a
/// thread that is no more may have the lock.
static HOME: AtomicPtr<Home> = AtomicPtr::new(std::ptr::null_mut());

fn process() -> libc::pid_t {
    // SAFETY: no conditions.
    unsafe { libc::getpid() }
}

/// The board of this process, if somebody has drawn.
fn home() -> Option<&'static Home> {
    // SAFETY: NULL or what `make_home` put there for good.
    let home = unsafe { HOME.load(Ordering::Acquire).as_ref() }?;
    (home.process == process()).then_some(home)
}

fn make_home() -> &'static Home {
    if let Some(home) = home() {
        return home;
    }
    let before = HOME.load(Ordering::Acquire);
    let made = Box::leak(Box::new(Home {
        process: process(),
        board: Mutex::new(None),
    }));
    // The loser's board is given up: it is some dozen bytes, once in a process.
    match HOME.compare_exchange(before, made, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => made,
        // SAFETY: as in `home`; whoever was faster is of this process.
        Err(winner) => unsafe { &*winner },
    }
}

fn lock(home: &'static Home) -> MutexGuard<'static, Option<Board>> {
    home.board.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does somebody draw on the terminal that this descriptor is? On any thread.
pub fn is_drawn(fd: RawFd) -> bool {
    home().is_some_and(|home| lock(home).as_ref().is_some_and(|board| board.is_on(fd)))
}

/// Writes above what is drawn on the terminal that this descriptor is. False: nobody
/// draws there, and nothing was written. On any thread.
pub fn write(fd: RawFd, bytes: &[u8]) -> bool {
    let Some(home) = home() else {
        return false;
    };
    match &mut *lock(home) {
        Some(board) if board.is_on(fd) => {
            board.write(bytes);
            true
        }
        _ => false,
    }
}

/// The right to draw. Dropped, what is drawn is taken away.
pub struct Drawer(&'static Home);

impl Drawer {
    /// Takes the terminal that `fd` is, `columns` wide. `wake` is called on any thread,
    /// with a lock held, when bytes are queued that [`Drawer::flush`] is to send on.
    pub fn begin(
        fd: RawFd,
        columns: usize,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Drawer, Exn> {
        let screen = Screen::open(fd)?;
        let home = make_home();
        {
            let mut board = lock(home);
            if board.is_some() {
                return Err(in_use());
            }
            *board = Some(Board::new(screen, columns, Box::new(wake)));
        }
        crate::io::above::install(write);
        Ok(Drawer(home))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Board) -> T) -> Option<T> {
        // In the child of a fork the terminal is the parent's.
        if self.0.process != process() {
            return None;
        }
        lock(self.0).as_mut().map(f)
    }

    /// What is drawn changes: `update` goes from the picture before to this one. If
    /// none is shown, this one is drawn.
    pub fn draw(&self, columns: usize, update: &[u8], picture: Picture) {
        self.with(|board| board.draw(columns, update, picture));
    }

    /// The picture is taken away, until the next `draw`.
    pub fn hide(&self) {
        self.with(Board::hide);
    }

    /// The cursor may be anywhere (the program was stopped, and has gone on): nothing
    /// is known to be shown, and drawing begins on an empty line.
    pub fn restart(&self) {
        self.with(Board::restart);
    }

    /// Writes `last`, which goes from the picture to what is to stay of it; who writes
    /// next does so below. `last` None: the picture is taken away.
    pub fn end(&self, last: Option<&[u8]>) {
        self.with(|board| board.leave(last));
    }

    /// Writes what is no text, such as the switch of a mode.
    pub fn control(&self, bytes: &[u8]) {
        self.with(|board| board.control(bytes));
    }

    /// Clears the screen, and draws at its top.
    pub fn clear(&self) {
        self.with(Board::clear);
    }

    /// Waits until nothing is queued, a second at most.
    pub fn settle(&self) {
        self.with(Board::settle);
    }

    /// Sends what is queued, as far as the terminal takes it. True: nothing is left.
    pub fn flush(&self) -> bool {
        self.with(Board::flush).unwrap_or(true)
    }

    /// A copy of the descriptor, by which it can be waited until there is room. None:
    /// there are no more descriptors.
    pub fn file(&self) -> Option<OwnedFd> {
        self.with(|board| board.file()).flatten()
    }

    /// Is the terminal gone? Then nothing is written any more.
    pub fn is_gone(&self) -> bool {
        self.with(|board| board.is_gone()).unwrap_or(true)
    }
}

impl Drop for Drawer {
    fn drop(&mut self) {
        if self.0.process == process() {
            let board = lock(self.0).take();
            if let Some(mut board) = board {
                board.leave_for_good();
            }
        }
    }
}

fn in_use() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "lwt_read_line: somebody draws on a terminal of this process already",
    )
}

#[cfg(test)]
mod tests;
