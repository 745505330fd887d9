//! `lwt_term.h`: modes, screen and size.

use crate::abi::*;
use crate::capi::closure::{null, thunk};
use crate::capi::lwt::kind;
use crate::capi::lwt_event::event::lwt_signal;
use crate::capi::lwt_signal::given;
use crate::exn::Exn;
use crate::promise::failed;
use crate::term::mode::{self, Feature};
use crate::term::{screen, size};
use std::ffi::{c_int, c_void};

/// Nothing of the mouse is told.
pub const LWT_TERM_MOUSE_OFF: c_int = 0;
/// Its buttons and its wheel are.
pub const LWT_TERM_MOUSE_BUTTONS: c_int = 1;
/// And moves while a button is down.
pub const LWT_TERM_MOUSE_DRAGS: c_int = 2;
/// And all moves.
pub const LWT_TERM_MOUSE_MOVES: c_int = 3;

/// Calls `f(env)` with the terminal in raw mode, and leaves that when its promise has
/// resolved, `Lwt_term.with_raw_mode`: keys are read as they are pressed, and are not
/// shown; ^C, ^Z, ^S and ^Q are keys as others. Enter sends a newline as ever, and what is
/// written is shown as ever.
///
/// Nested calls count, on whatever threads: the outermost puts the terminal back. So do
/// the end of the process, by exit(3) or a signal whose default it is, and SIGTSTP, which
/// stops it: see at the head of this file. A process in the background leaves the terminal
/// alone until it is in the foreground and goes on (SIGCONT). In the child of a fork it is
/// the parent who is in raw mode.
///
/// Returns the promise of what `f` promises. Besides, it fails with LWT_FAILURE if standard
/// input is no terminal, LWT_UNIX_ERROR ("tcsetattr"; EIO) if it has gone away,
/// LWT_INVALID_ARGUMENT if `f` is NULL, LWT_OUT_OF_MEMORY; then `f` is not called.
/// Cancelling cancels the promise of `f`. Consumes `env`: `drop_env` runs once. On any
/// thread. Manual: "The lwt.text library".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_with_raw_mode(
    f: lwt_thunk_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_term_with_raw_mode";
    match thunk(NAME, f, env, drop_env) {
        Some(f) => mode::with_raw(f),
        None => failed(null(NAME)),
    }
    .into_raw()
}

/// Is the terminal in raw mode, `Lwt_term.raw_mode`? On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_raw_mode() -> bool {
    mode::is_raw()
}

/// Shows the other screen, which is empty and has no history, and has the keypad send
/// sequences of its own, `Lwt_term.enter_drawing_mode`.
///
/// This function and those below write to lwt_io_stdout(), after what was written there
/// before, and flush it. If that is no terminal they do nothing. What they switch on is
/// switched off at the end of the process.
///
/// Returns a promise of LWT_UNIT, which fails as writing to that channel does. Cancelling
/// it loses nothing. On any thread whose main loop runs.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_enter_drawing_mode() -> *mut lwt_t {
    mode::set(Feature::Drawing, true).into_raw()
}

/// Goes back to the screen of before, `Lwt_term.leave_drawing_mode`. As
/// lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_leave_drawing_mode() -> *mut lwt_t {
    mode::set(Feature::Drawing, false).into_raw()
}

/// Shows the cursor, `Lwt_term.show_cursor`. As lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_show_cursor() -> *mut lwt_t {
    mode::set(Feature::HiddenCursor, false).into_raw()
}

/// Hides the cursor, `Lwt_term.hide_cursor`. As lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_hide_cursor() -> *mut lwt_t {
    mode::set(Feature::HiddenCursor, true).into_raw()
}

/// Clears the screen, `Lwt_term.clear_screen`, and moves the cursor to its top left. As
/// lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_clear_screen() -> *mut lwt_t {
    screen::clear_screen().into_raw()
}

/// Clears the line of the cursor, which stays, `Lwt_term.clear_line`. As
/// lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_clear_line() -> *mut lwt_t {
    screen::clear_line().into_raw()
}

/// Moves the cursor to the beginning of the line that is `up` lines above,
/// `Lwt_term.goto_beginning_of_line`; 0 is its own. As lwt_term_enter_drawing_mode
/// otherwise; LWT_INVALID_ARGUMENT if `up` is negative.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_goto_beginning_of_line(up: c_int) -> *mut lwt_t {
    match u32::try_from(up) {
        Ok(up) => screen::goto_beginning_of_line(up),
        Err(_) => failed(Exn::invalid(
            "lwt_term_goto_beginning_of_line: the number of lines is negative",
        )),
    }
    .into_raw()
}

/// Has the terminal tell pastes from keys, or not any more: with this
/// lwt_term_events gives each as one event. As lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_bracketed_paste(on: bool) -> *mut lwt_t {
    mode::set(Feature::BracketedPaste, on).into_raw()
}

/// Has the terminal tell when its window gets the keyboard and loses it, or not any more.
/// As lwt_term_enter_drawing_mode otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_focus_events(on: bool) -> *mut lwt_t {
    mode::set(Feature::Focus, on).into_raw()
}

/// Has the terminal tell what is done with the mouse: LWT_TERM_MOUSE_OFF,
/// LWT_TERM_MOUSE_BUTTONS, LWT_TERM_MOUSE_DRAGS or LWT_TERM_MOUSE_MOVES. As
/// lwt_term_enter_drawing_mode otherwise; LWT_INVALID_ARGUMENT if it is none of them.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_set_mouse(level: c_int) -> *mut lwt_t {
    let level = match level {
        LWT_TERM_MOUSE_OFF => screen::Mouse::Off,
        LWT_TERM_MOUSE_BUTTONS => screen::Mouse::Buttons,
        LWT_TERM_MOUSE_DRAGS => screen::Mouse::Drags,
        LWT_TERM_MOUSE_MOVES => screen::Mouse::Moves,
        _ => {
            let text = "lwt_term_set_mouse: there is no such level";
            return failed(Exn::invalid(text)).into_raw();
        }
    };
    screen::set_mouse(level).into_raw()
}

/// Stops the process and those of its group, as ^Z does outside of raw mode (where it is
/// a key). The terminal is as it was meanwhile, and when the process goes on the modes are
/// in force again. Returns once it goes on, LWT_OK; or LWT_UNIX_ERROR. Where no shell could
/// have it go on (its group is orphaned), it does not stop. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_suspend() -> c_int {
    kind(mode::suspend())
}

/// How many columns the terminal has now, `Lwt_term.columns`; 80 if that is not known. On
/// any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_columns() -> c_int {
    c_int::try_from(size::size().columns).unwrap_or(c_int::MAX)
}

/// How many lines the terminal has now, `Lwt_term.lines`; 25 if that is not known. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_lines() -> c_int {
    c_int::try_from(size::size().lines).unwrap_or(c_int::MAX)
}

/// Both at once, `Lwt_term.size`: sets `*columns` and `*lines`, unless they are NULL. It asks
/// standard output, then standard input, then standard error. On any thread.
///
/// # Safety
/// Each is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_term_size(columns: *mut c_int, lines: *mut c_int) {
    let size = size::size();
    for (place, number) in [(columns, size.columns), (lines, size.lines)] {
        if !place.is_null() {
            // SAFETY: the caller's promise.
            unsafe { *place = c_int::try_from(number).unwrap_or(c_int::MAX) };
        }
    }
}

/// The terminal's size as a signal, `Lwt_term.size`, which changes when the terminal says so:
/// LWT_TERM_SIZE_COLUMNS and LWT_TERM_SIZE_LINES take its values apart.
///
/// While somebody has it, or a signal that is made of it, this thread listens for SIGWINCH (the
/// main loop then always has something that may come, and does not fail with LWT_STALLED).
/// Returns a signal, owned by the caller: lwt_signal_release. NULL: memory ran out. This
/// thread's, whose main loop has to run for it to change.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_size_signal() -> *mut lwt_signal {
    given(size::signal())
}

/// How many columns the terminal has as a signal, `Lwt_term.columns`. As
/// lwt_term_size_signal otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_columns_signal() -> *mut lwt_signal {
    given(size::columns())
}

/// How many lines the terminal has as a signal, `Lwt_term.lines`. As lwt_term_size_signal
/// otherwise.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_term_lines_signal() -> *mut lwt_signal {
    given(size::lines())
}
