//! `lwt_term.h`: colours and styled text. Module Lwt_term.

use crate::abi::lwt_t;
use crate::capi::lwt::array;
use crate::capi::lwt_io::channel::lwt_io_channel;
use crate::capi::lwt_io::output;
use crate::capi::lwt_text;
use crate::capi::lwt_text::channel::lwt_text_channel;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::Standard;
use crate::promise::text::{self, lwt_string};
use crate::promise::{Promise, failed};
use crate::term::print;
use crate::term::style::{Color, Instruction, Styled, ability, set_colors};
use crate::text::utf8::repaired;
use std::ffi::{CStr, c_char, c_int};
use std::ptr;
use std::rc::Rc;

/// Styled text, `Lwt_term.styled_text`: it never changes. A handle of the thread that made
/// it.
#[repr(C)]
pub struct lwt_styled {
    _private: [u8; 0],
}

/// The colour that the terminal has without being told.
pub const LWT_DEFAULT_COLOR: c_int = -1;
/// Black.
pub const LWT_BLACK: c_int = 0;
/// Red.
pub const LWT_RED: c_int = 1;
/// Green.
pub const LWT_GREEN: c_int = 2;
/// Yellow.
pub const LWT_YELLOW: c_int = 3;
/// Blue.
pub const LWT_BLUE: c_int = 4;
/// Magenta.
pub const LWT_MAGENTA: c_int = 5;
/// Cyan.
pub const LWT_CYAN: c_int = 6;
/// White.
pub const LWT_WHITE: c_int = 7;
/// Light black.
pub const LWT_LBLACK: c_int = 8;
/// Light red.
pub const LWT_LRED: c_int = 9;
/// Light green.
pub const LWT_LGREEN: c_int = 10;
/// Light yellow.
pub const LWT_LYELLOW: c_int = 11;
/// Light blue.
pub const LWT_LBLUE: c_int = 12;
/// Light magenta.
pub const LWT_LMAGENTA: c_int = 13;
/// Light cyan.
pub const LWT_LCYAN: c_int = 14;
/// Light white.
pub const LWT_LWHITE: c_int = 15;

/// An item of text.
pub const LWT_STYLE_TEXT: c_int = 0;
/// An item: nothing special from here on.
pub const LWT_STYLE_RESET: c_int = 1;
/// An item: bold from here on.
pub const LWT_STYLE_BOLD: c_int = 2;
/// An item: underlined from here on.
pub const LWT_STYLE_UNDERLINED: c_int = 3;
/// An item: blinking from here on.
pub const LWT_STYLE_BLINK: c_int = 4;
/// An item: foreground and background change places.
pub const LWT_STYLE_INVERSE: c_int = 5;
/// An item: not to be seen from here on.
pub const LWT_STYLE_HIDDEN: c_int = 6;
/// An item: the foreground's colour.
pub const LWT_STYLE_FG: c_int = 7;
/// An item: the background's colour.
pub const LWT_STYLE_BG: c_int = 8;
/// An item: the items of another styled text.
pub const LWT_STYLE_STYLED: c_int = 9;

/// `LWT_STYLE_NUL` of the header: the text ends with a NUL byte.
const LWT_STYLE_NUL: usize = usize::MAX;

/// An element of a styled text, `Lwt_term.styled_text_instruction`; LWT_TEXT, LWT_BOLD and
/// the like make them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_style_item {
    /// LWT_STYLE_TEXT, ...
    pub kind: c_int,
    /// The colour of LWT_STYLE_FG and LWT_STYLE_BG: -1 is the default, 0 to 255 the palette,
    /// others are made by LWT_RGB.
    pub color: c_int,
    /// The text of LWT_STYLE_TEXT, in UTF-8; bytes that are none are taken as Latin
    /// characters.
    pub text: *const c_char,
    /// How many bytes it has, or LWT_STYLE_NUL.
    pub len: usize,
    /// The text of LWT_STYLE_STYLED, which who makes a styled text of this consumes.
    pub styled: *mut lwt_styled,
}

/// The styled text that a handle stands for.
pub(in crate::capi) fn borrowed(styled: *const lwt_styled, name: &str) -> Result<Rc<Styled>, Exn> {
    // SAFETY: every handle of this kind is made of a `Styled`, by `given`.
    unsafe { object::get(Kind::Styled, styled.cast(), name) }
}

/// The same, and the handle is given up.
pub(in crate::capi) fn consumed(styled: *mut lwt_styled, name: &str) -> Result<Rc<Styled>, Exn> {
    // SAFETY: as above.
    unsafe { object::release(Kind::Styled, styled.cast(), name) }
}

/// A styled text as a handle. NULL: memory ran out.
pub(in crate::capi) fn given(styled: Styled) -> *mut lwt_styled {
    object::new(Kind::Styled, Rc::new(styled)).cast()
}

/// What an item of C says, behind the others. None: nothing sensible.
///
/// # Safety
/// The text of an item is NULL or has its length.
unsafe fn put(item: &lwt_style_item, to: &mut Vec<Instruction>) -> Option<()> {
    to.push(match item.kind {
        LWT_STYLE_TEXT if item.len == 0 => return Some(()),
        LWT_STYLE_TEXT if item.text.is_null() => return None,
        LWT_STYLE_TEXT => {
            let bytes = match item.len {
                // SAFETY: the caller's promise.
                LWT_STYLE_NUL => unsafe { CStr::from_ptr(item.text) }.to_bytes(),
                // SAFETY: as above; `array` looks whether there can be so many.
                len => unsafe { array("", item.text.cast::<u8>(), len) }.ok()?,
            };
            Instruction::text(repaired(bytes))
        }
        LWT_STYLE_RESET => Instruction::Reset,
        LWT_STYLE_BOLD => Instruction::Bold,
        LWT_STYLE_UNDERLINED => Instruction::Underlined,
        LWT_STYLE_BLINK => Instruction::Blink,
        LWT_STYLE_INVERSE => Instruction::Inverse,
        LWT_STYLE_HIDDEN => Instruction::Hidden,
        LWT_STYLE_FG => Instruction::Fg(Color::of_number(item.color)?),
        LWT_STYLE_BG => Instruction::Bg(Color::of_number(item.color)?),
        _ => return None,
    });
    Some(())
}

/// Returns a styled text of `n` items, owned by the caller: lwt_styled_release. LWT_STYLED
/// counts them by itself.
///
/// The items and their texts are copied; the styled texts of LWT_STYLE_STYLED are consumed,
/// whatever happens. NULL: an item is of no known kind or has no such colour, a text is NULL,
/// a styled text is none of this thread's, or memory ran out. On any thread, whose it then
/// is. Manual: "Terminal utilities".
///
/// # Safety
/// `items` is NULL or the start of `n` of them; the text of each has its length, or ends with
/// a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_styled_create(
    items: *const lwt_style_item,
    n: usize,
) -> *mut lwt_styled {
    const NAME: &str = "lwt_styled_create";
    // SAFETY: the caller's promise.
    let Ok(items) = (unsafe { array(NAME, items, n) }) else {
        return ptr::null_mut();
    };
    let mut instructions = Vec::new();
    let mut good = instructions.try_reserve(n).is_ok();
    for item in items {
        if item.kind == LWT_STYLE_STYLED {
            match consumed(item.styled, NAME) {
                Ok(styled) if good => instructions.extend_from_slice(styled.instructions()),
                Ok(_) => {}
                Err(_) => good = false,
            }
        } else if good {
            // SAFETY: the caller's promise.
            good = unsafe { put(item, &mut instructions) }.is_some();
        }
    }
    match good {
        true => given(Styled::new(instructions)),
        false => ptr::null_mut(),
    }
}

/// One more reference to the same styled text, owned by the caller. NULL: it is none of this
/// thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_styled_retain(styled: *const lwt_styled) -> *mut lwt_styled {
    object::retain(Kind::Styled, styled.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_styled_release(styled: *mut lwt_styled) {
    drop(consumed(styled, ""));
}

/// How many items a styled text has, those of other styled texts by themselves. 0 for a bad
/// handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_styled_count(styled: *const lwt_styled) -> usize {
    borrowed(styled, "lwt_styled_count").map_or(0, |styled| styled.instructions().len())
}

/// Stores an item of a styled text, counted from 0, in `*item`. Its text is borrowed as long
/// as the styled text lives, and no NUL byte is behind it. False, and nothing is stored: there
/// is no such item, `item` is NULL, or the handle is bad.
///
/// # Safety
/// `item` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_styled_item(
    styled: *const lwt_styled,
    index: usize,
    item: *mut lwt_style_item,
) -> bool {
    let Ok(styled) = borrowed(styled, "lwt_styled_item") else {
        return false;
    };
    let Some(instruction) = styled.instructions().get(index) else {
        return false;
    };
    if item.is_null() {
        return false;
    }
    let of = |kind, color| lwt_style_item {
        kind,
        color,
        text: ptr::null(),
        len: 0,
        styled: ptr::null_mut(),
    };
    let shown = match instruction {
        Instruction::Text(text) => lwt_style_item {
            text: text.as_ptr().cast(),
            len: text.len(),
            ..of(LWT_STYLE_TEXT, 0)
        },
        Instruction::Reset => of(LWT_STYLE_RESET, 0),
        Instruction::Bold => of(LWT_STYLE_BOLD, 0),
        Instruction::Underlined => of(LWT_STYLE_UNDERLINED, 0),
        Instruction::Blink => of(LWT_STYLE_BLINK, 0),
        Instruction::Inverse => of(LWT_STYLE_INVERSE, 0),
        Instruction::Hidden => of(LWT_STYLE_HIDDEN, 0),
        Instruction::Fg(color) => of(LWT_STYLE_FG, color.number()),
        Instruction::Bg(color) => of(LWT_STYLE_BG, color.number()),
    };
    // SAFETY: the caller's promise.
    unsafe { item.write(shown) };
    true
}

/// The text alone, `Lwt_term.strip_styles`, owned by the caller: lwt_string_release. NULL: a
/// bad handle, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_strip_styles(styled: *const lwt_styled) -> *mut lwt_string {
    let Ok(styled) = borrowed(styled, "lwt_term_strip_styles") else {
        return ptr::null_mut();
    };
    let plain = styled.plain();
    // SAFETY: the bytes are there.
    unsafe { text::copy(plain.as_ptr().cast(), plain.len()) }
}

/// How many characters the text has, `Lwt_term.styled_length`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_styled_length(styled: *const lwt_styled) -> usize {
    borrowed(styled, "lwt_term_styled_length").map_or(0, |styled| styled.length())
}

/// How many columns of a terminal the text takes on one line: characters of East Asia take
/// two, combining and control characters none. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_styled_width(styled: *const lwt_styled) -> usize {
    borrowed(styled, "lwt_term_styled_width").map_or(0, |styled| styled.width())
}

/// How many colours the terminal can show: 16777216, 256, 16, or another number that its
/// entry in the terminfo data base says; 0 for none. What is asked: NO_COLOR, TERM, COLORTERM
/// and that data base, once; or what lwt_term_set_colors has set. A colour that the terminal
/// hasn't is shown as the nearest that it has. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_colors() -> c_int {
    ability().colors as c_int
}

/// Sets how many colours the terminal can show, for the process; 0 for no styles at all, -1
/// to find out again. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_colors(colors: c_int) {
    set_colors(u32::try_from(colors).ok());
}

/// Writes a styled text to a channel, `Lwt_term.write_styled`, as a terminal shows it,
/// whatever the channel is: codes that follow each other become one escape sequence before the
/// next text, or at the end. Colours are those that lwt_term_colors counts; with NO_COLOR and
/// on a dumb terminal only the text is written.
///
/// Borrows both. Returns a promise of LWT_UNIT, owned by the caller; it fails as lwt_io_write
/// does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. Cancelling it
/// before the bytes were taken writes none of them. On the channel's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_write_styled(
    channel: *const lwt_io_channel,
    styled: *const lwt_styled,
) -> *mut lwt_t {
    const NAME: &str = "lwt_term_write_styled";
    let written = output(channel, NAME)
        .and_then(|channel| Ok(print::write(&channel, &*borrowed(styled, NAME)?)));
    written.unwrap_or_else(failed).into_raw()
}

/// The same to a text channel, in its encoding. Fails as lwt_text_write does.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_write_styled_text(
    channel: *const lwt_text_channel,
    styled: *const lwt_styled,
) -> *mut lwt_t {
    const NAME: &str = "lwt_term_write_styled_text";
    let written = lwt_text::output(channel, NAME)
        .and_then(|channel| Ok(print::write_text(&channel, &*borrowed(styled, NAME)?)));
    written.unwrap_or_else(failed).into_raw()
}

/// What the four below do.
fn printed(styled: *mut lwt_styled, name: &str, which: Standard, line: bool) -> *mut lwt_t {
    let printed: Result<Promise, Exn> =
        consumed(styled, name).map(|styled| print::print(which, &styled, line));
    printed.unwrap_or_else(failed).into_raw()
}

/// Writes a styled text to standard output in the encoding of the locale, `Lwt_term.printc`: see
/// lwt_text_print. If that is no terminal, and with NO_COLOR, styles are dropped. Nothing comes
/// between its parts. (Lwt wants a list; here
/// it is consumed, so that lwt_term_printc(LWT_STYLED(...)) leaks nothing.)
///
/// Consumes `styled`. Returns a promise of LWT_UNIT, owned by the caller; it fails as
/// lwt_io_write does, and with LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, NULL
/// too. Cancelling it before the bytes were taken writes none of them. On the thread of the
/// handle. Manual: "Terminal utilities".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_printc(styled: *mut lwt_styled) -> *mut lwt_t {
    printed(styled, "lwt_term_printc", Standard::Output, false)
}

/// The same to standard error, `Lwt_term.eprintc`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_eprintc(styled: *mut lwt_styled) -> *mut lwt_t {
    printed(styled, "lwt_term_eprintc", Standard::Error, false)
}

/// As lwt_term_printc, with a reset of styles and a newline behind it, `Lwt_term.printlc`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_printlc(styled: *mut lwt_styled) -> *mut lwt_t {
    printed(styled, "lwt_term_printlc", Standard::Output, true)
}

/// The same to standard error, `Lwt_term.eprintlc`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_eprintlc(styled: *mut lwt_styled) -> *mut lwt_t {
    printed(styled, "lwt_term_eprintlc", Standard::Error, true)
}

/// Says what colour one of the palette is from now on, `Lwt_term.set_color`, each part from 0
/// to 255: `color` of the terminal that standard output is, until that is reset. Where it is
/// none, and with NO_COLOR, nothing is written; nor for a colour above 15 on the console of
/// Linux, which has no more.
///
/// Returns a promise of LWT_UNIT, owned by the caller; it fails with LWT_INVALID_ARGUMENT if a
/// number is out of its bounds, and as lwt_io_write does. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_color(
    color: c_int,
    red: c_int,
    green: c_int,
    blue: c_int,
) -> *mut lwt_t {
    print::set_color(color, [red, green, blue]).into_raw()
}
