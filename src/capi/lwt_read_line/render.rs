//! `lwt_read_line.h`: what the editor looks like. Module Lwt_read_line, Terminal.

use super::command::string;
use super::complete::words;
use super::engine::{self, lwt_read_line_state};
use crate::capi::lwt_term::style::{self, lwt_styled};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::options;
use crate::promise::text::{self, lwt_string};
use crate::read_line::render::{Bottom, Drawing, Input, Size};
use crate::term::style::{Styled, ability};
use std::ffi::{c_char, c_int};
use std::rc::Rc;

/// Nothing is drawn below the text.
pub const LWT_READ_LINE_NO_BOX: c_int = 0;
/// An empty box is.
pub const LWT_READ_LINE_EMPTY_BOX: c_int = 1;
/// A box of words, one of which is chosen; it scrolls.
pub const LWT_READ_LINE_WORDS: c_int = 2;
/// A box with a message.
pub const LWT_READ_LINE_MESSAGE: c_int = 3;

/// What is drawn, `Terminal.state`, which never changes. A handle of the thread that made
/// it.
#[repr(C)]
pub struct lwt_read_line_render {
    _private: [u8; 0],
}

/// What is to be drawn. lwt_read_line_view_default makes one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_read_line_view {
    /// sizeof(struct lwt_read_line_view), so that it can grow.
    pub size: usize,
    /// The text, and where the cursor is.
    pub state: *const lwt_read_line_state,
    /// What stands before it; NULL: nothing.
    pub prompt: *const lwt_styled,
    /// How wide the terminal is, 1 at least.
    pub columns: c_int,
    /// How high it is, 1 at least.
    pub lines: c_int,
    /// What is shown for each character, NUL at its end; NULL: the text itself.
    pub mask: *const c_char,
    /// LWT_READ_LINE_NO_BOX, …
    pub box_kind: c_int,
    /// The words of LWT_READ_LINE_WORDS.
    pub words: *const *const c_char,
    /// How many.
    pub n: usize,
    /// The place of the chosen one.
    pub chosen: usize,
    /// The message of LWT_READ_LINE_MESSAGE.
    pub message: *const lwt_styled,
}

/// A view of nothing yet, 80 columns by 25 lines. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_view_default() -> lwt_read_line_view {
    lwt_read_line_view {
        size: size_of::<lwt_read_line_view>(),
        state: std::ptr::null(),
        prompt: std::ptr::null(),
        columns: 80,
        lines: 25,
        mask: std::ptr::null(),
        box_kind: LWT_READ_LINE_NO_BOX,
        words: std::ptr::null(),
        n: 0,
        chosen: 0,
        message: std::ptr::null(),
    }
}

fn borrowed(render: *const lwt_read_line_render, name: &str) -> Result<Rc<Drawing>, Exn> {
    // SAFETY: every handle of this kind is made of a `Drawing`.
    unsafe { object::get(Kind::RenderState, render.cast(), name) }
}

/// Gives what is to be seen to `f`.
///
/// # Safety
/// The view is NULL or as large as it says, with as many words as it says.
unsafe fn look<T>(
    view: *const lwt_read_line_view,
    name: &str,
    f: impl FnOnce(&Input<'_>, Size) -> T,
) -> Result<T, Exn> {
    // SAFETY: the caller's promise.
    let view = unsafe { options::read(view, name) }?;
    let view = view.ok_or_else(|| Exn::invalid(&format!("{name}: the view is NULL")))?;
    let text = |text: *const lwt_styled| match text.is_null() {
        true => Ok(Styled::default()),
        false => style::borrowed(text, name).map(|text| (*text).clone()),
    };
    let number = |n: c_int| usize::try_from(n).ok().filter(|&n| n >= 1);
    let (Some(columns), Some(lines)) = (number(view.columns), number(view.lines)) else {
        return Err(Exn::invalid(&format!("{name}: the terminal has no size")));
    };
    let bottom = match view.box_kind {
        LWT_READ_LINE_NO_BOX => Bottom::None,
        LWT_READ_LINE_EMPTY_BOX => Bottom::Empty,
        LWT_READ_LINE_WORDS => {
            // SAFETY: the caller's promise.
            let words = unsafe { words(name, view.words, view.n) }?;
            Bottom::Words(words.into_iter().map(Rc::from).collect(), view.chosen)
        }
        LWT_READ_LINE_MESSAGE => Bottom::Message(text(view.message)?),
        kind => return Err(Exn::invalid(&format!("{name}: there is no box {kind}"))),
    };
    let mask = match view.mask.is_null() {
        true => None,
        // SAFETY: the caller's promise.
        false => Some(unsafe { super::command::utf8(view.mask, name, "the mask") }?),
    };
    let masked = mask.map(|mask| move |text: &str| mask.repeat(text.chars().count()));
    let size = Size {
        columns,
        lines,
        ability: ability(),
    };
    let input = Input {
        prompt: &text(view.prompt)?,
        state: &*engine::borrowed(view.state, name)?,
        map_text: masked.as_ref().map(|map| map as &dyn Fn(&str) -> String),
        bottom: &bottom,
    };
    Ok(f(&input, size))
}

/// Nothing drawn yet, `Terminal.init`. Owned by the caller: lwt_read_line_render_release.
/// NULL: memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_render_create() -> *mut lwt_read_line_render {
    object::new(Kind::RenderState, Rc::new(Drawing::new())).cast()
}

/// One more reference to the same drawing, owned by the caller. NULL: it is none of this
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_render_retain(
    render: *const lwt_read_line_render,
) -> *mut lwt_read_line_render {
    object::retain(Kind::RenderState, render.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_render_release(render: *mut lwt_read_line_render) {
    // SAFETY: every handle of this kind is made of a `Drawing`.
    drop(unsafe { object::release::<Drawing>(Kind::RenderState, render.cast(), "") });
}

/// What is drawn next, `Terminal.draw`: another drawing, owned by the caller
/// (lwt_read_line_render_release), and in `*bytes` what is to be sent to the terminal, which
/// shows `render` and has the same width (lwt_string_release; NULL for `bytes`: it is not
/// wanted). The cursor is moved relative to where it is: a drawing begins at the left edge.
/// Borrows all.
///
/// NULL, and `*bytes` is NULL: a bad handle, a view that is none, or memory ran out. On the
/// thread of `render`.
///
/// # Safety
/// The view is as large as it says, and has what it says; `bytes` is NULL or a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_draw(
    render: *const lwt_read_line_render,
    view: *const lwt_read_line_view,
    bytes: *mut *mut lwt_string,
) -> *mut lwt_read_line_render {
    const NAME: &str = "lwt_read_line_draw";
    let drawn = borrowed(render, NAME).and_then(|before| {
        let draw = |input: &Input<'_>, size: Size| {
            let next = before.next(input, size);
            (before.update(&next, size.ability), next)
        };
        // SAFETY: the caller's promise.
        unsafe { look(view, NAME, draw) }
    });
    // SAFETY: NULL or a place.
    let bytes = unsafe { bytes.as_mut() };
    let (sent, next) = match drawn {
        Ok((sent, next)) => (sent, object::new(Kind::RenderState, Rc::new(next))),
        Err(_) => (Vec::new(), std::ptr::null_mut()),
    };
    if let Some(bytes) = bytes {
        *bytes = match next.is_null() {
            true => std::ptr::null_mut(),
            // SAFETY: as many bytes as it says.
            false => unsafe { text::copy(sent.as_ptr().cast(), sent.len()) },
        };
    }
    next.cast()
}

/// What is to be sent at the end, `Terminal.last_draw`: the whole text and nothing below it,
/// with the cursor on the row behind it. Owned by the caller: lwt_string_release. NULL: as
/// lwt_read_line_draw.
///
/// # Safety
/// As lwt_read_line_draw.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_last_draw(
    render: *const lwt_read_line_render,
    view: *const lwt_read_line_view,
) -> *mut lwt_string {
    const NAME: &str = "lwt_read_line_last_draw";
    let sent = borrowed(render, NAME).and_then(|before| {
        // SAFETY: the caller's promise.
        unsafe { look(view, NAME, |input, size| before.last(input, size)) }
    });
    match sent {
        // SAFETY: as many bytes as it says.
        Ok(sent) => unsafe { text::copy(sent.as_ptr().cast(), sent.len()) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// What is to be sent to take the drawing away, `Terminal.erase`; the cursor is then where
/// it began. Owned by the caller: lwt_string_release. NULL: a bad handle, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_erase(render: *const lwt_read_line_render) -> *mut lwt_string {
    match borrowed(render, "lwt_read_line_erase") {
        Ok(drawing) => string(&String::from_utf8_lossy(&drawing.erase(ability()))),
        Err(_) => std::ptr::null_mut(),
    }
}
