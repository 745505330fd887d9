//! `lwt_read_line.h`: the state machine of editing. Module Lwt_read_line, Engine.

use super::command::{from_c, lwt_read_line_command, string, utf8};
use super::history::{self, lwt_clipboard, lwt_history};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, LWT_OUT_OF_MEMORY};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::text::{self, lwt_string};
use crate::read_line::engine::{self, Mode, State};
use crate::read_line::history::History;
use crate::read_line::vi::ViMode;
use std::ffi::{c_char, c_int};
use std::ptr;
use std::rc::Rc;

/// A state of the editor, `Engine.state`, which never changes. A handle of the thread that
/// made it.
#[repr(C)]
pub struct lwt_read_line_state {
    _private: [u8; 0],
}

/// The text is edited, `Engine.Edition`.
pub const LWT_READ_LINE_EDITION: c_int = 0;
/// What is between mark and cursor is selected, `Engine.Selection`.
pub const LWT_READ_LINE_SELECTION: c_int = 1;
/// The history is searched, `Engine.Search`.
pub const LWT_READ_LINE_SEARCH: c_int = 2;

/// Not as in vi.
pub const LWT_READ_LINE_NO_VI: c_int = 0;
/// As in vi, and characters are inserted.
pub const LWT_READ_LINE_VI_INSERTS: c_int = 1;
/// As in vi, and keys are commands.
pub const LWT_READ_LINE_VI_COMMANDS: c_int = 2;
/// As in vi, and characters replace those that are there.
pub const LWT_READ_LINE_VI_REPLACES: c_int = 3;

/// The state that a handle stands for.
pub(in crate::capi) fn borrowed(
    state: *const lwt_read_line_state,
    function: &str,
) -> Result<Rc<State>, Exn> {
    // SAFETY: every handle of this kind is made of a `State`.
    unsafe { object::get(Kind::EngineState, state.cast(), function) }
}

/// A state as a handle. NULL: out of memory.
pub(in crate::capi) fn given(state: State) -> *mut lwt_read_line_state {
    object::new(Kind::EngineState, Rc::new(state)).cast()
}

fn made(state: Result<State, Exn>) -> *mut lwt_read_line_state {
    state.map_or(ptr::null_mut(), given)
}

/// An empty text over what the history has now, `Engine.init`; NULL: over none. Borrows
/// `history`.
///
/// Owned by the caller: lwt_read_line_state_release. NULL: the handle is bad, or memory ran
/// out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_init(
    history: *const lwt_history,
) -> *mut lwt_read_line_state {
    made(over(history, "lwt_read_line_engine_init").map(|history| State::new(&history)))
}

/// The same, edited as in vi, beginning in insert mode. Not in Lwt.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_init_vi(
    history: *const lwt_history,
) -> *mut lwt_read_line_state {
    made(over(history, "lwt_read_line_engine_init_vi").map(|history| State::vi(&history)))
}

fn over(history: *const lwt_history, function: &str) -> Result<Rc<History>, Exn> {
    match history.is_null() {
        true => Ok(History::new(0, false)),
        false => history::borrowed(history, function),
    }
}

/// One more reference to the same state, owned by the caller. NULL: it is no state of this
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_state_retain(
    state: *const lwt_read_line_state,
) -> *mut lwt_read_line_state {
    object::retain(Kind::EngineState, state.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_state_release(state: *mut lwt_read_line_state) {
    // SAFETY: every handle of this kind is made of a `State`.
    drop(unsafe { object::release::<State>(Kind::EngineState, state.cast(), "") });
}

/// The state that a command makes of another, `Engine.update`. It borrows all three; the
/// old state stays as it is. What is killed, cut or copied goes to `clipboard`; NULL: the
/// one of the thread.
///
/// Characters are what a reader takes for one (grapheme clusters), words are runs of
/// letters and digits, and in a text of several lines "line" is the one of the cursor. A
/// selection ends with any command that is not a motion, copy or cut, and then that acts;
/// a search ends with any that is not a character, a deletion or a search, with the line
/// that was found, and that command does not act. LWT_READ_LINE_NOP does nothing at all.
/// Commands that have nothing to act on change nothing; those that are not the engine's (to
/// accept, to complete, to draw) end a selection or a search, and no more.
///
/// Owned by the caller: lwt_read_line_state_release. NULL: a handle is bad, there is no such
/// command, or memory ran out. On the thread of the state.
///
/// # Safety
/// The text of the command has as many bytes as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_engine_update(
    state: *const lwt_read_line_state,
    command: lwt_read_line_command,
    clipboard: *const lwt_clipboard,
) -> *mut lwt_read_line_state {
    const NAME: &str = "lwt_read_line_engine_update";
    // SAFETY: the caller's promise.
    let command = unsafe { from_c(NAME, &command) };
    made(borrowed(state, NAME).and_then(|state| {
        let clipboard = history::clipboard_or_global(clipboard, NAME)?;
        Ok(engine::update(&state, &command?, &clipboard))
    }))
}

/// The state out of a selection or a search, keeping the text, `Engine.reset`. Borrows
/// `state`.
///
/// Owned by the caller. NULL: the handle is bad, or memory ran out. On the state's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_reset(
    state: *const lwt_read_line_state,
) -> *mut lwt_read_line_state {
    made(borrowed(state, "lwt_read_line_engine_reset").map(|state| state.reset()))
}

/// The state with this text around the cursor, in edition, which Undo can take back: what a
/// completion makes. Borrows `state`. Not in Lwt, where a state is a record.
///
/// Owned by the caller. NULL: the handle is bad, a text is NULL, or memory ran out. On the
/// state's thread.
///
/// # Safety
/// Each text is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_engine_with_text(
    state: *const lwt_read_line_state,
    before: *const c_char,
    after: *const c_char,
) -> *mut lwt_read_line_state {
    const NAME: &str = "lwt_read_line_engine_with_text";
    // SAFETY: the caller's promise.
    let texts = unsafe {
        (
            utf8(before, NAME, "the text before"),
            utf8(after, NAME, "the text behind"),
        )
    };
    made(borrowed(state, NAME).and_then(|state| Ok(state.with_text(&texts.0?, &texts.1?))))
}

/// The whole text, `Engine.all_input`; while searching, the line that was found, or "".
/// Borrows `state`.
///
/// Owned by the caller: lwt_string_release. NULL: the handle is bad, or memory ran out. On
/// the state's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_all_input(
    state: *const lwt_read_line_state,
) -> *mut lwt_string {
    let state = borrowed(state, "lwt_read_line_engine_all_input");
    state.map_or(ptr::null_mut(), |state| string(&state.text()))
}

/// The text before the cursor and behind it, `Engine.edition_state`, both owned by the
/// caller: lwt_string_release. Borrows `state`.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT, also if a place is NULL; LWT_WRONG_THREAD;
/// LWT_OUT_OF_MEMORY. Both are NULL unless LWT_OK is returned. On the state's thread.
///
/// # Safety
/// Both places are NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_engine_edition_state(
    state: *const lwt_read_line_state,
    before: *mut *mut lwt_string,
    after: *mut *mut lwt_string,
) -> c_int {
    let state = borrowed(state, "lwt_read_line_engine_edition_state");
    // SAFETY: the caller's promise.
    let (before, after) = match unsafe { (before.as_mut(), after.as_mut()) } {
        (Some(before), Some(after)) => (before, after),
        _ => return LWT_INVALID_ARGUMENT,
    };
    (*before, *after) = (ptr::null_mut(), ptr::null_mut());
    let edition = match state {
        Ok(state) => state.edition(),
        Err(exn) => return exn.kind(),
    };
    let made = (string(edition.before()), string(edition.after()));
    if made.0.is_null() || made.1.is_null() {
        // SAFETY: each is NULL or was just made.
        unsafe {
            text::release(made.0);
            text::release(made.1);
        }
        return LWT_OUT_OF_MEMORY;
    }
    (*before, *after) = made;
    LWT_OK
}

/// LWT_READ_LINE_EDITION, LWT_READ_LINE_SELECTION or LWT_READ_LINE_SEARCH; -1 for a bad
/// handle. Borrows `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_mode(state: *const lwt_read_line_state) -> c_int {
    let state = borrowed(state, "lwt_read_line_engine_mode");
    state.map_or(-1, |state| match state.mode() {
        Mode::Edition => LWT_READ_LINE_EDITION,
        Mode::Selection { .. } => LWT_READ_LINE_SELECTION,
        Mode::Search(_) => LWT_READ_LINE_SEARCH,
    })
}

/// Where in the text the cursor is, in bytes; 0 for a bad handle. Borrows `state`. On its
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_cursor(state: *const lwt_read_line_state) -> usize {
    borrowed(state, "lwt_read_line_engine_cursor").map_or(0, |state| state.cursor())
}

/// Where in the text the mark of the selection is, in bytes: what is selected lies between
/// it and the cursor. 0 where nothing is selected, and for a bad handle. Borrows `state`. On
/// its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_mark(state: *const lwt_read_line_state) -> usize {
    borrowed(state, "lwt_read_line_engine_mark").map_or(0, |state| match state.mode() {
        Mode::Selection { mark } => *mark,
        _ => 0,
    })
}

/// The word that is searched for, owned by the caller: lwt_string_release. NULL: there is
/// no search, the handle is bad, or memory ran out. Borrows `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_search_word(
    state: *const lwt_read_line_state,
) -> *mut lwt_string {
    let state = borrowed(state, "lwt_read_line_engine_search_word");
    state.map_or(ptr::null_mut(), |state| match state.mode() {
        Mode::Search(search) => string(&search.word),
        _ => ptr::null_mut(),
    })
}

/// Has the search found a line? It is what lwt_read_line_engine_all_input gives, and
/// `*start` becomes the place in it where the word begins, in bytes. False for a bad handle.
/// Borrows `state`. On its thread.
///
/// # Safety
/// `start` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_engine_hit(
    state: *const lwt_read_line_state,
    start: *mut usize,
) -> bool {
    let state = borrowed(state, "lwt_read_line_engine_hit");
    let Some((_, word)) = state.ok().and_then(|state| state.hit()) else {
        return false;
    };
    // SAFETY: the caller's promise.
    if let Some(start) = unsafe { start.as_mut() } {
        *start = word.start;
    }
    true
}

/// How many lines of the history are older than the one where the input is. 0 for a bad
/// handle. Borrows `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_older(state: *const lwt_read_line_state) -> usize {
    borrowed(state, "lwt_read_line_engine_older").map_or(0, |state| state.around().0)
}

/// How many are newer, the line that was being edited among them. 0 for a bad handle.
/// Borrows `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_newer(state: *const lwt_read_line_state) -> usize {
    borrowed(state, "lwt_read_line_engine_newer").map_or(0, |state| state.around().1)
}

/// The line so many places older (negative: newer) than the one where the input is, as it
/// was left, owned by the caller: lwt_string_release. NULL: there is none, the handle is
/// bad, or memory ran out. Borrows `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_line(
    state: *const lwt_read_line_state,
    older: isize,
) -> *mut lwt_string {
    let state = borrowed(state, "lwt_read_line_engine_line");
    let line = state.ok().and_then(|state| state.neighbour(older));
    line.map_or(ptr::null_mut(), |line| string(&line))
}

/// How many changes Undo can take back, at most 1000. 0 for a bad handle. Borrows `state`.
/// On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_undoable(state: *const lwt_read_line_state) -> usize {
    borrowed(state, "lwt_read_line_engine_undoable").map_or(0, |state| state.undoable())
}

/// The mode of vi: LWT_READ_LINE_NO_VI, LWT_READ_LINE_VI_INSERTS,
/// LWT_READ_LINE_VI_COMMANDS or LWT_READ_LINE_VI_REPLACES; -1 for a bad handle. Borrows
/// `state`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_vi_mode(state: *const lwt_read_line_state) -> c_int {
    let state = borrowed(state, "lwt_read_line_engine_vi_mode");
    state.map_or(-1, |state| match state.vi_mode() {
        None => LWT_READ_LINE_NO_VI,
        Some(ViMode::Insert) => LWT_READ_LINE_VI_INSERTS,
        Some(ViMode::Normal) => LWT_READ_LINE_VI_COMMANDS,
        Some(ViMode::Replace) => LWT_READ_LINE_VI_REPLACES,
    })
}
