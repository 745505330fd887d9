//! Styled text on channels, and the palette. Module Lwt_term; calls channels, text channels
//! and styles.

use super::draw::render;
use super::size;
use super::style::{Ability, Instruction, Styled, ability};
use super::zone::Matrix;
use crate::exn::Exn;
use crate::io::{Channel, Standard, standard};
use crate::promise::{Promise, failed, resolved};
use crate::text;
use crate::unix::fd;
use crate::value::Value;
use std::ffi::c_int;
use std::rc::Rc;

const PLAIN: Ability = Ability {
    styles: false,
    colors: 0,
};

/// What is shown by what is written there.
fn ability_of(which: Standard) -> Ability {
    match is_terminal(which) {
        true => ability(),
        false => PLAIN,
    }
}

fn is_terminal(which: Standard) -> bool {
    let fd = match which {
        Standard::Input => fd::stdin(),
        Standard::Output => fd::stdout(),
        Standard::Error => fd::stderr(),
    };
    // SAFETY: it asks of a number.
    unsafe { libc::isatty(fd.raw()) == 1 }
}

/// `Lwt_term.write_styled`
pub fn write(channel: &Rc<Channel>, styled: &Styled) -> Promise {
    channel.write([styled.render(ability()).as_bytes(), &[]])
}

/// The same to a text channel.
pub fn write_text(channel: &text::Channel, styled: &Styled) -> Promise {
    channel.write(styled.render(ability()).as_bytes(), false)
}

/// `Lwt_term.printc`, `eprintc`, `printlc`, `eprintlc`: in one piece; `line`: a reset and a
/// newline behind it.
pub fn print(which: Standard, styled: &Styled, line: bool) -> Promise {
    let ability = ability_of(which);
    let mut text = styled.render(ability);
    if line {
        let end = vec![Instruction::Reset, Instruction::text("\n")];
        Styled::new(end).render_to(ability, &mut text);
    }
    text::Channel::standard(which).write(text.as_bytes(), false)
}

/// `Lwt_term.render` and `render_update`: shows a matrix from the top left of the terminal,
/// those lines of it that are not the same in `old`.
pub fn show(new: &Matrix, old: Option<&Matrix>) -> Promise {
    let room = size::of(libc::STDOUT_FILENO).map_or((usize::MAX, usize::MAX), |size| {
        (size.columns as usize, size.lines as usize)
    });
    let text = render(new, old, room, ability());
    text::Channel::standard(Standard::Output).write(text.as_bytes(), false)
}

/// `Lwt_term.set_color`: what one of the palette looks like from now on.
pub fn set_color(color: c_int, rgb: [c_int; 3]) -> Promise {
    let byte = |value: c_int| u8::try_from(value).ok();
    let (Some(color), [Some(red), Some(green), Some(blue)]) = (byte(color), rgb.map(byte)) else {
        return failed(Exn::invalid(
            "lwt_term_set_color: the colour and its parts are from 0 to 255",
        ));
    };
    if !ability_of(Standard::Output).styles {
        return resolved(Value::UNIT);
    }
    let linux = std::env::var_os("TERM").is_some_and(|term| term == "linux");
    let sequence = match (linux, color) {
        // The console of Linux takes any other sequence for the start of a text.
        (true, 0..=15) => format!("\x1b]P{color:x}{red:02x}{green:02x}{blue:02x}"),
        (true, _) => return resolved(Value::UNIT),
        _ => format!("\x1b]4;{color};rgb:{red:02x}/{green:02x}/{blue:02x}\x1b\\"),
    };
    standard(Standard::Output).write([sequence.as_bytes(), &[]])
}
