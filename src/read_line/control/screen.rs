//! The terminal of a running instance: its modes, and what is drawn on it. Module
//! Lwt_read_line, Control; calls `render`, `term::above` and the modes.

#![forbid(unsafe_code)]

use super::super::render::{Drawing, Input, Size};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::scheduler::notification;
use crate::term::above::Drawer;
use crate::term::mode::{Feature, OUTPUT, Raw, switch};
use crate::term::{size, style};
use crate::unix::fd::{Fd, Mode, Side};
use crate::value::Value;
use std::cell::OnceCell;
use std::os::fd::IntoRawFd;
use std::rc::{Rc, Weak};

/// The terminal, as long as this has it. Dropped, it is as it was before, and what is
/// drawn is taken away.
pub struct Screen {
    drawer: Rc<Drawer>,
    drawing: Drawing,
    hidden: bool,
    wakes: isize,
    /// Last: the modes are left when nothing is drawn any more.
    _raw: Raw,
}

/// How large the terminal is, and what it can do.
pub fn present_size() -> Size {
    let size = size::size();
    Size {
        columns: size.columns as usize,
        lines: size.lines as usize,
        ability: style::ability(),
    }
}

/// Does the terminal break rows that have become too long for it, when it gets
/// narrower? The consoles of the system and xterm itself cut them off.
fn reflows() -> bool {
    let term = std::env::var_os("TERM").unwrap_or_default();
    let old = ["linux", "vt100", "vt102", "vt220", "cons25"];
    !old.iter().any(|old| term == *old) && std::env::var_os("XTERM_VERSION").is_none()
}

impl Screen {
    /// Takes the terminal: raw mode, and the right to draw.
    pub fn enter() -> Result<Screen, Exn> {
        let raw = Raw::enter()?;
        let place: Rc<OnceCell<Weak<Drawer>>> = Rc::default();
        let later = place.clone();
        let flush = move || {
            if let Some(drawer) = later.get().and_then(Weak::upgrade) {
                send_on(&drawer);
            }
        };
        let wakes = notification::make(flush, false).map_err(|_| Exn::out_of_memory())?;
        let begun = Drawer::begin(OUTPUT, present_size().columns, move || {
            notification::send(wakes);
        });
        let drawer = match begun {
            Ok(drawer) => Rc::new(drawer),
            Err(exn) => {
                notification::stop(wakes);
                return Err(exn);
            }
        };
        let _ = place.set(Rc::downgrade(&drawer));
        drawer.control(switch(Feature::BracketedPaste, true).as_bytes());
        Ok(Screen {
            drawer,
            drawing: Drawing::new(),
            hidden: false,
            wakes,
            _raw: raw,
        })
    }

    /// What is drawn.
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// Is it hidden?
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Draws.
    pub fn draw(&mut self, input: &Input<'_>) {
        if self.hidden {
            return;
        }
        let size = present_size();
        let before = self.drawing.columns();
        let next = self.drawing.next(input, size);
        let picture = next.picture(size.ability);
        let update = if before == 0 || before == size.columns {
            self.drawing.update(&next, size.ability)
        } else {
            let mut all = self.drawing.erase_resized(size, reflows());
            all.extend_from_slice(&picture.draw);
            all
        };
        self.drawer.draw(size.columns, &update, picture);
        self.drawing = next;
    }

    /// Takes away what is drawn, until `show`.
    pub fn hide(&mut self) {
        self.drawer.hide();
        self.drawing = Drawing::new();
        self.hidden = true;
    }

    /// From now on it is drawn.
    pub fn show(&mut self) {
        self.hidden = false;
    }

    /// Draws everything anew, where it is.
    pub fn refresh(&mut self, input: &Input<'_>) {
        if !self.hidden {
            self.drawer.hide();
            self.drawing = Drawing::new();
            self.draw(input);
        }
    }

    /// Draws it at the top of an empty screen.
    pub fn clear(&mut self) {
        self.drawer.clear();
    }

    /// Writes lines above what is drawn.
    pub fn print(&self, text: &str) {
        crate::term::above::write(OUTPUT, text.as_bytes());
    }

    /// The whole text and nothing below it; what is written next stands below.
    pub fn leave(&mut self, input: &Input<'_>) {
        if self.drawing.columns() == 0 {
            self.draw(input);
        }
        let last = self.drawing.last(input, present_size());
        self.drawer.end((!self.hidden).then_some(&last));
        self.drawing = Drawing::new();
    }

    /// The program is about to be stopped.
    pub fn pause(&mut self, input: &Input<'_>) {
        self.leave(input);
        self.drawer.settle();
    }

    /// It has gone on; others may have written anything.
    pub fn resume(&mut self) {
        self.drawer.restart();
        self.drawing = Drawing::new();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        notification::stop(self.wakes);
        let off = switch(Feature::BracketedPaste, false);
        self.drawer.control(off.as_bytes());
    }
}

/// Sends what is queued, as the terminal takes it.
fn send_on(drawer: &Rc<Drawer>) {
    if drawer.flush() {
        return;
    }
    let Some(file) = drawer.file() else { return };
    let fd = Fd::new(file.into_raw_fd(), Mode::Ready, false);
    let drawer = Rc::downgrade(drawer);
    drop(spawn(async move {
        loop {
            fd.wait(Side::Write).await?;
            if drawer.upgrade().is_none_or(|drawer| drawer.flush()) {
                return Ok(Value::UNIT);
            }
        }
    }));
}
