//! Control of the screen: `Lwt_term.clear_screen` and the like. Module Lwt_term; calls
//! the modes.

#![forbid(unsafe_code)]

use super::mode::{self, Feature, OUTPUT};
use crate::promise::{Promise, resolved};
use crate::value::Value;

/// Writes to `Lwt_io.stdout` and flushes it; nothing is written if that is no terminal.
fn control(sequence: &str) -> Promise {
    match mode::is_terminal(OUTPUT) {
        true => mode::write(sequence),
        false => resolved(Value::UNIT),
    }
}

/// `Lwt_term.clear_screen`: and the cursor goes to its top left.
pub fn clear_screen() -> Promise {
    control("\x1b[2J\x1b[H")
}

/// `Lwt_term.clear_line`: the cursor stays.
pub fn clear_line() -> Promise {
    control("\x1b[2K")
}

/// What moves the cursor to the beginning of the line that is `up` lines above.
pub fn beginning_of_line(up: u32) -> String {
    match up {
        0 => "\r".into(),
        up => format!("\r\x1b[{up}A"),
    }
}

/// `Lwt_term.goto_beginning_of_line`
pub fn goto_beginning_of_line(up: u32) -> Promise {
    control(&beginning_of_line(up))
}

/// How much of the mouse is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    /// Nothing.
    Off,
    /// Buttons and the wheel.
    Buttons,
    /// And moves while a button is down.
    Drags,
    /// And all moves.
    Moves,
}

/// Has the terminal tell that much of the mouse.
pub fn set_mouse(level: Mouse) -> Promise {
    if !mode::is_terminal(OUTPUT) {
        return resolved(Value::UNIT);
    }
    let all = [
        (Mouse::Buttons, Feature::MouseButtons),
        (Mouse::Drags, Feature::MouseDrags),
        (Mouse::Moves, Feature::MouseMoves),
    ];
    let mut text = String::new();
    // First off: they share what switches their way of telling.
    for (other, feature) in all {
        if other != level && mode::has(feature) {
            text += mode::switch(feature, false);
        }
    }
    for (this, feature) in all {
        if this == level {
            text += mode::switch(feature, true);
        }
    }
    mode::write(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_this_line_is_no_line_up() {
        assert_eq!(beginning_of_line(0), "\r");
        assert_eq!(beginning_of_line(3), "\r\x1b[3A");
    }
}
