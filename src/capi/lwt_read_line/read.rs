//! `lwt_read_line.h`: reading lines, the high level. Module Lwt_read_line.

use super::command::utf8;
use super::complete::words;
use super::control::started;
use super::options::lwt_read_line_options;
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::options;
use crate::read_line::control::{Control, Options};
use crate::read_line::read::{self, Password};
use std::ffi::{c_char, c_int};
use std::rc::Rc;

/// Nothing is shown of a password, `` `empty ``.
pub const LWT_READ_LINE_PASSWORD_EMPTY: c_int = 0;
/// The password is shown, `` `clear ``.
pub const LWT_READ_LINE_PASSWORD_CLEAR: c_int = 1;
/// A text is shown for each character, `` `text ``: Lwt's default, with "*".
pub const LWT_READ_LINE_PASSWORD_TEXT: c_int = 2;

/// How a password is to be shown.
///
/// # Safety
/// `text` ends with a NUL byte, or is NULL.
pub(super) unsafe fn password(
    name: &str,
    options: *const lwt_read_line_options,
    style: c_int,
    text: *const c_char,
) -> Rc<Control> {
    let shown = match style {
        LWT_READ_LINE_PASSWORD_EMPTY => Ok(Password::Empty),
        LWT_READ_LINE_PASSWORD_CLEAR => Ok(Password::Clear),
        LWT_READ_LINE_PASSWORD_TEXT if text.is_null() => Ok(Password::Text("*".into())),
        LWT_READ_LINE_PASSWORD_TEXT => {
            // SAFETY: the caller's promise.
            let text = unsafe { utf8(text, name, "the text") };
            text.map(|text| Password::Text(text.into()))
        }
        _ => Err(Exn::invalid(&format!("{name}: there is no style {style}"))),
    };
    // SAFETY: the caller's promise.
    let known = unsafe { options::read(options, name) };
    let own = matches!(known, Ok(Some(options)) if !options.clipboard.is_null());
    // SAFETY: the caller's promise.
    unsafe {
        started(options, name, |options| {
            Ok(read::password(options, own, shown?))
        })
    }
}

/// An instance that reads one of these words.
///
/// # Safety
/// As [`lwt_read_line_read_keyword`].
pub(super) unsafe fn keyword(
    name: &str,
    options: *const lwt_read_line_options,
    case_sensitive: bool,
    values: *const *const c_char,
    n: usize,
) -> Rc<Control> {
    // SAFETY: the caller's promise.
    let values = unsafe { words(name, values, n) };
    let with = |options: Options| {
        Ok(read::keyword(options, values?, case_sensitive, |place| {
            place
        }))
    };
    // SAFETY: the caller's promise.
    unsafe { started(options, name, with) }
}

/// Reads a line from the terminal, `Lwt_read_line.read_line`. Returns a promise of the line
/// without its end, a `struct lwt_string *`, in UTF-8; a line of several lines has "\n"
/// between them.
///
/// `options` may be NULL. Where standard input and output are not both terminals, or TERM
/// is "dumb" or not set, the prompt is written without its styles, and a line read as
/// lwt_io_read_line does.
///
/// One line is read at a time: who asks meanwhile waits for it. The terminal is as it was
/// before when the promise resolves, and the cursor below the line.
///
/// Fails with LWT_INTERRUPT if the user breaks off (^C; ^D on an empty line),
/// LWT_END_OF_FILE at the end of input, LWT_UNIX_ERROR if the terminal can't be read from
/// (EIO once it is gone), LWT_FAILURE while another thread reads a line, LWT_INVALID_ARGUMENT
/// or LWT_WRONG_THREAD for bad options, LWT_OUT_OF_MEMORY, and with what `filter` and
/// `map_result` fail with. Cancelling restores the terminal and fails with LWT_CANCELED;
/// what was typed for the line is lost, what has not been looked at is not. Manual:
/// "Read-line".
///
/// # Safety
/// `options` is NULL or as large as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_read_line(
    options: *const lwt_read_line_options,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    unsafe { started(options, "lwt_read_line_read_line", Ok) }
        .result()
        .into_raw()
}

/// Reads a password, `Lwt_read_line.read_password`. As lwt_read_line_read_line, but it is
/// not completed, there is no history, and what is shown is what `style` says:
/// LWT_READ_LINE_PASSWORD_EMPTY, LWT_READ_LINE_PASSWORD_CLEAR, or
/// LWT_READ_LINE_PASSWORD_TEXT, then `text` (NULL: "*") for each character; `map_text` of
/// the options is not used. Killed text goes to the clipboard of the options, or to one that
/// is forgotten (in Lwt to the global one).
///
/// Where there is no terminal it fails with LWT_FAILURE. It fails else as
/// lwt_read_line_read_line, and with LWT_INVALID_ARGUMENT for another style.
///
/// # Safety
/// `options` is NULL or as large as it says; `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_read_password(
    options: *const lwt_read_line_options,
    style: c_int,
    text: *const c_char,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let control = unsafe { password("lwt_read_line_read_password", options, style, text) };
    control.result().into_raw()
}

/// Reads one of `n` words, `Lwt_read_line.read_keyword`. Returns a promise of its place,
/// `LWT_INT(0)` for the first. Enter does nothing before one is typed; they are completed.
/// Case is ignored unless `case_sensitive`. The words are copied.
///
/// As lwt_read_line_read_line; but `complete` and `map_result` of the options are not used,
/// and where there is no terminal a line that is none of the words fails with LWT_FAILURE.
/// LWT_INVALID_ARGUMENT also for a NULL among the words.
///
/// # Safety
/// `options` is NULL or as large as it says; there are `n` words, which end with NUL bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_read_keyword(
    options: *const lwt_read_line_options,
    case_sensitive: bool,
    values: *const *const c_char,
    n: usize,
) -> *mut lwt_t {
    const NAME: &str = "lwt_read_line_read_keyword";
    // SAFETY: the caller's promise.
    let control = unsafe { keyword(NAME, options, case_sensitive, values, n) };
    control.result().into_raw()
}

/// Reads "yes" or "no", `Lwt_read_line.read_yes_no`: as lwt_read_line_read_keyword with the
/// two. Returns a promise of 1 or 0.
///
/// # Safety
/// `options` is NULL or as large as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_read_yes_no(
    options: *const lwt_read_line_options,
) -> *mut lwt_t {
    let with = |options| Ok(read::yes_no(options));
    // SAFETY: the caller's promise.
    unsafe { started(options, "lwt_read_line_read_yes_no", with) }
        .result()
        .into_raw()
}
