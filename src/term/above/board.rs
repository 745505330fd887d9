//! What is on the terminal: the picture, the incomplete line above it. Module
//! Lwt_term; calls `screen`, and tells `mode` what is to
//! be left at the end of the process.

#![forbid(unsafe_code)]

use super::super::mode::{not_shown, shown};
use super::partial::Partial;
use super::screen::Screen;
use super::{MOST_QUEUED, Picture};
use std::os::fd::{OwnedFd, RawFd};
use std::time::Duration;

/// What is left when nobody draws any more is sent, if the terminal takes it in that
/// time.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is on the terminal.
pub struct Board {
    screen: Screen,
    columns: usize,
    picture: Picture,
    /// Is the picture to be seen?
    shown: bool,
    /// Where the cursor is must be found out: the next picture begins on an empty
    /// line.
    lost: bool,
    partial: Partial,
    wake: Box<dyn Fn() + Send>,
}

impl Board {
    pub fn new(screen: Screen, columns: usize, wake: Box<dyn Fn() + Send>) -> Board {
        Board {
            screen,
            columns: columns.max(1),
            picture: Picture::default(),
            shown: false,
            lost: true,
            partial: Partial::default(),
            wake,
        }
    }

    /// Is it the terminal that this descriptor is?
    pub fn is_on(&self, fd: RawFd) -> bool {
        self.screen.is(fd)
    }

    pub fn file(&self) -> Option<OwnedFd> {
        self.screen.file()
    }

    pub fn is_gone(&self) -> bool {
        self.screen.is_gone()
    }

    /// Sends what was queued; who draws is told if something is left.
    fn send(&mut self) {
        if self.screen.flush() {
            return;
        }
        self.screen.wait(MOST_QUEUED, None);
        if self.screen.queued() != 0 {
            (self.wake)();
        }
    }

    pub fn flush(&mut self) -> bool {
        self.screen.flush()
    }

    /// Takes the picture away: the cursor is where the next byte is to be written.
    fn lift(&mut self) {
        if !std::mem::take(&mut self.shown) {
            return;
        }
        not_shown();
        self.screen.put(&self.picture.erase);
        if self.partial.bytes().is_empty() {
            return;
        }
        let up = format!("\x1b[{}A\r\x1b[J", self.partial.rows(self.columns));
        self.screen.put(up.as_bytes());
        self.screen.put(self.partial.bytes());
    }

    /// Draws the picture, from the beginning of a line on.
    fn lay(&mut self) {
        if std::mem::take(&mut self.lost) {
            self.screen.put(&fresh_line(self.columns));
        } else if !self.partial.bytes().is_empty() {
            self.screen.put(b"\r\n");
        }
        self.screen.put(&self.picture.draw);
        self.shown = true;
        shown(self.picture.below);
    }

    pub fn write(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let shown = self.shown;
        self.lift();
        self.screen.put(bytes);
        // What the line began with is not known while the cursor is lost.
        if !self.lost && self.partial.add(bytes) {
            self.screen.put(b"\r\n");
        }
        if shown {
            self.lay();
        }
        self.send();
    }

    pub fn draw(&mut self, columns: usize, update: &[u8], picture: Picture) {
        self.columns = columns.max(1);
        self.picture = picture;
        match self.shown {
            true => {
                self.screen.put(update);
                shown(self.picture.below);
            }
            false => self.lay(),
        }
        self.send();
    }

    pub fn hide(&mut self) {
        self.lift();
        self.send();
    }

    pub fn restart(&mut self) {
        not_shown();
        self.shown = false;
        self.lost = true;
        self.partial = Partial::default();
    }

    pub fn control(&mut self, bytes: &[u8]) {
        self.screen.put(bytes);
        self.send();
    }

    pub fn clear(&mut self) {
        let shown = std::mem::take(&mut self.shown);
        self.partial = Partial::default();
        self.lost = false;
        self.screen.put(b"\x1b[H\x1b[2J");
        if shown {
            self.lay();
        }
        self.send();
    }

    /// Nothing is drawn from now on.
    pub fn leave(&mut self, last: Option<&[u8]>) {
        match last {
            Some(last) if self.shown => {
                not_shown();
                self.screen.put(last);
                self.shown = false;
            }
            _ => self.lift(),
        }
        self.partial = Partial::default();
        self.send();
    }

    /// The drawer is gone.
    pub fn leave_for_good(&mut self) {
        self.leave(None);
        self.settle();
    }

    pub fn settle(&mut self) {
        self.screen.wait(0, Some(PATIENCE));
    }
}

/// Goes to the beginning of the line if the cursor is there, else of the next one: as
/// many blanks as the line has columns end within it, or spill over.
fn fresh_line(columns: usize) -> Vec<u8> {
    let mut bytes = b"\x1b[m".to_vec();
    bytes.resize(bytes.len() + columns, b' ');
    bytes.extend_from_slice(b"\r\x1b[K");
    bytes
}
