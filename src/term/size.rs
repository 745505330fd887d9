//! How large the terminal is: `Lwt_term.size`, `columns`, `lines`. Module Lwt_term; calls
//! signals of the system, and React.

use super::mode::OUTPUT;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::react::Signal;
use crate::react::signal::WeakSignal;
use crate::unix::signal::{Handler, on_signal};
use crate::value::Value;
use std::cell::RefCell;
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::rc::Rc;

/// How large a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many columns.
    pub columns: u32,
    /// How many lines.
    pub lines: u32,
}

/// What is taken for the size of what is no terminal, or of one that does not know.
pub const UNKNOWN: Size = Size {
    columns: 80,
    lines: 25,
};

/// The size of the terminal that a descriptor is. None: it is none, or does not know.
pub fn of(fd: c_int) -> Option<Size> {
    let mut size = MaybeUninit::<libc::winsize>::zeroed();
    // SAFETY: room for the structure, of which all zero is a value.
    let size = unsafe {
        if libc::ioctl(fd, libc::TIOCGWINSZ, size.as_mut_ptr()) != 0 {
            return None;
        }
        size.assume_init()
    };
    let size = Size {
        columns: u32::from(size.ws_col),
        lines: u32::from(size.ws_row),
    };
    (size.columns > 0 && size.lines > 0).then_some(size)
}

/// The size of the terminal, as standard output, input or error know it.
pub fn size() -> Size {
    [OUTPUT, libc::STDIN_FILENO, libc::STDERR_FILENO]
        .into_iter()
        .find_map(of)
        .unwrap_or(UNKNOWN)
}

/// A function that is called when the size changes, until this is dropped.
pub struct Resize(Rc<Handler>);

impl Drop for Resize {
    fn drop(&mut self) {
        self.0.disable();
    }
}

/// Has `f` called in this thread's main loop each time that the terminal says that its
/// size has changed. The error: there is no memory.
pub fn on_resize(f: impl Fn(Size) + 'static) -> Result<Resize, Exn> {
    let handler = on_signal(libc::SIGWINCH, Rc::new(move |_| f(size())))?;
    Ok(Resize(handler))
}

impl Size {
    /// As a word that is another one for each size.
    pub fn word(self) -> usize {
        (self.columns as usize) << 16 | self.lines as usize
    }

    /// The size of a word.
    pub fn of_word(word: usize) -> Size {
        Size {
            columns: (word >> 16) as u32,
            lines: word as u32 & 0xFFFF,
        }
    }

    fn shared(self) -> Shared {
        number(self.word())
    }
}

fn number(n: usize) -> Shared {
    Shared::new(Value::plain(std::ptr::without_provenance_mut(n)))
}

thread_local! {
    static SIGNAL: RefCell<Option<WeakSignal>> = const { RefCell::new(None) };
}

/// `Lwt_term.size` as a signal, of words as [`Size::word`] makes them: one for the thread,
/// as long as somebody has it; then nobody listens for changes.
pub fn signal() -> Result<Signal, Exn> {
    let known = SIGNAL.try_with(|known| known.borrow().as_ref().and_then(WeakSignal::upgrade));
    if let Ok(Some(known)) = known {
        return Ok(known);
    }
    let (primitive, setter) = Signal::create(size().shared())?;
    let resize = on_resize(move |size| setter.set(size.shared()))?;
    let signal = primitive.map(move |value| {
        // It listens as long as this function is there, which is as long as the signal.
        let _ = &resize;
        Ok(value.clone())
    })?;
    let _ = SIGNAL.try_with(|known| known.replace(Some(signal.downgrade())));
    Ok(signal)
}

/// `Lwt_term.columns` as a signal.
pub fn columns() -> Result<Signal, Exn> {
    part(|size| size.columns)
}

/// `Lwt_term.lines` as a signal.
pub fn lines() -> Result<Signal, Exn> {
    part(|size| size.lines)
}

fn part(of: impl Fn(Size) -> u32 + 'static) -> Result<Signal, Exn> {
    let word = |value: &Shared| value.word() as usize;
    signal()?.map(move |value| Ok(number(of(Size::of_word(word(value))) as usize)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_terminal_has_no_size() {
        assert_eq!(of(-1), None);
        let (mut control, mut other) = (-1, -1);
        let name = std::ptr::null_mut();
        let mut asked = libc::winsize {
            ws_row: 0,
            ws_col: 0,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let attributes = std::ptr::null();
        // SAFETY: both places and the size live through the call.
        let made =
            unsafe { libc::openpty(&mut control, &mut other, name, attributes, &raw const asked) };
        assert_eq!(made, 0);
        assert_eq!(of(other), None);
        (asked.ws_col, asked.ws_row) = (200, 50);
        // SAFETY: it lives through the call.
        unsafe { libc::ioctl(control, libc::TIOCSWINSZ, &raw const asked) };
        let columns = 200;
        assert_eq!(of(other), Some(Size { columns, lines: 50 }));
        // SAFETY: opened above.
        unsafe { (libc::close(control), libc::close(other)) };
    }
}
