//! `lwt_read_line.h`: history and clipboard. Module Lwt_read_line.

use super::command::{string, utf8};
use crate::abi::{LWT_OK, lwt_t};
use crate::capi::lwt_event::event::lwt_signal;
use crate::capi::text::text;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::future::spawn;
use crate::promise::text::lwt_string;
use crate::promise::{Promise, failed};
use crate::read_line::clipboard::Clipboard;
use crate::read_line::history::{self, History};
use crate::value::Value;
use std::ffi::{c_char, c_int};
use std::ptr;
use std::rc::Rc;

/// The lines that were read before, the newest first, `Lwt_read_line.history`. A handle of
/// the thread that made it.
#[repr(C)]
pub struct lwt_history {
    _private: [u8; 0],
}

/// A clipboard. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_clipboard {
    _private: [u8; 0],
}

/// The history that a handle stands for.
pub(in crate::capi) fn borrowed(
    history: *const lwt_history,
    function: &str,
) -> Result<Rc<History>, Exn> {
    // SAFETY: every handle of this kind is made of a `History`.
    unsafe { object::get(Kind::History, history.cast(), function) }
}

/// The clipboard that a handle stands for; NULL: the one of the thread.
pub(in crate::capi) fn clipboard_or_global(
    clipboard: *const lwt_clipboard,
    function: &str,
) -> Result<Rc<Clipboard>, Exn> {
    if clipboard.is_null() {
        return Ok(Clipboard::global());
    }
    // SAFETY: every handle of this kind is made of a `Clipboard`.
    unsafe { object::get(Kind::Clipboard, clipboard.cast(), function) }
}

/// An empty history, owned by the caller: lwt_history_release. It keeps the `max` newest
/// lines, 0: all; `unique`: of equal lines only the newest (Lwt drops a line only where it
/// repeats the newest). NULL: memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_history_create(max: usize, unique: bool) -> *mut lwt_history {
    object::new(Kind::History, History::new(max, unique)).cast()
}

/// One more reference to the same history, owned by the caller. NULL: it is no history of
/// this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_history_retain(history: *const lwt_history) -> *mut lwt_history {
    object::retain(Kind::History, history.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_history_release(history: *mut lwt_history) {
    // SAFETY: every handle of this kind is made of a `History`.
    drop(unsafe { object::release::<History>(Kind::History, history.cast(), "") });
}

/// How many lines there are; 0 for a bad handle. Borrows `history`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_history_length(history: *const lwt_history) -> usize {
    borrowed(history, "lwt_history_length").map_or(0, |history| history.entries().len())
}

/// The nth line, 0 the newest, owned by the caller: lwt_string_release. NULL: there is none,
/// the handle is bad, or memory ran out. Borrows `history`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_history_entry(history: *const lwt_history, n: usize) -> *mut lwt_string {
    let history = borrowed(history, "lwt_history_entry");
    let line = history
        .ok()
        .and_then(|history| history.entries().get(n).cloned());
    line.map_or(ptr::null_mut(), |line| string(&line))
}

/// Makes `line` the newest of the history, `Lwt_read_line.add_entry`, unless it is blank or
/// is the newest already. It is copied; what is not UTF-8 in it becomes U+FFFD. Borrows
/// `history`. An editor that is running goes on with the lines of before.
///
/// Returns LWT_OK, also if it was dropped; LWT_INVALID_ARGUMENT, also if `line` is NULL;
/// LWT_WRONG_THREAD. On the history's thread.
///
/// # Safety
/// `line` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_add_entry(
    line: *const c_char,
    history: *const lwt_history,
) -> c_int {
    const NAME: &str = "lwt_read_line_add_entry";
    // SAFETY: the caller's promise.
    let line = unsafe { utf8(line, NAME, "the line") };
    match borrowed(history, NAME).and_then(|history| Ok(history.add(&line?))) {
        Ok(_) => LWT_OK,
        Err(exn) => exn.kind(),
    }
}

/// Merges the lines with those that the file has now, and replaces it,
/// `Lwt_read_line.save_history`. The oldest part that both have in common is kept once, and
/// behind the file's own lines come those that it has not; what was loaded or saved before
/// is not added again, wherever other programs have put their lines. The bound of the
/// history, and whether it has duplicates, hold for the file, too. The lines are those of
/// the moment of the call.
///
/// A file has one line each, the oldest first, with newlines written as "\n" and
/// backslashes as "\\". It is replaced as a whole, under a lock that another process waits
/// for, and only its owner can read it (mode 0600). A symbolic link stays, and the file that
/// it leads to is replaced. What is no regular file, as /dev/null, is only written to.
///
/// Borrows `history`, copies `file`. Returns a promise of LWT_UNIT, owned by the caller. It
/// is a job, and fails with LWT_UNIX_ERROR (function "open", "flock" with EWOULDBLOCK after
/// five seconds, "fstat", "read" with EFBIG above 64 MiB, "write", "fsync" or "rename"), and
/// then the file is as it was; LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
/// LWT_INVALID_ARGUMENT if `file` is NULL; LWT_CANCELED, if it was cancelled before it began:
/// later that does nothing. On the history's thread.
///
/// # Safety
/// `file` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_save_history(
    file: *const c_char,
    history: *const lwt_history,
) -> *mut lwt_t {
    const NAME: &str = "lwt_read_line_save_history";
    // SAFETY: the caller's promise.
    let file = unsafe { text(file, NAME, "the file") };
    let promise = file.and_then(|file| {
        let (file, history) = (file.to_owned(), borrowed(history, NAME)?);
        Ok(spawn(async move {
            history::save(&file, history).await?;
            Ok(Value::UNIT)
        }))
    });
    promise.unwrap_or_else(failed).into_raw()
}

/// Reads the history that was saved to a file, `Lwt_read_line.load_history`: an empty one if
/// there is no such file. `max` and `unique` are as in lwt_history_create.
///
/// Returns a promise of an `lwt_history *`, which the promise owns: lwt_take it, or
/// lwt_history_retain it. What is not UTF-8 in the file becomes U+FFFD. It is a job, and
/// fails with LWT_UNIX_ERROR (function "open", or "read"; EFBIG above 64 MiB);
/// LWT_INVALID_ARGUMENT if `file` is NULL; LWT_CANCELED, as lwt_read_line_save_history;
/// LWT_OUT_OF_MEMORY. On any thread, whose the history then is.
///
/// # Safety
/// `file` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_load_history(
    file: *const c_char,
    max: usize,
    unique: bool,
) -> *mut lwt_t {
    // SAFETY: the caller's promise.
    let file = unsafe { text(file, "lwt_read_line_load_history", "the file") };
    let promise: Result<Promise, Exn> = file.map(|file| {
        let file = file.to_owned();
        spawn(async move {
            let history = history::load(&file, max, unique).await?;
            object::into_value(Kind::History, history)
        })
    });
    promise.unwrap_or_else(failed).into_raw()
}

/// An empty clipboard, `new Lwt_read_line.clipboard`, owned by the caller:
/// lwt_clipboard_release. NULL: memory ran out. On any thread, whose it then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_clipboard_create() -> *mut lwt_clipboard {
    object::new(Kind::Clipboard, Clipboard::new()).cast()
}

/// The clipboard of this thread, `Lwt_read_line.clipboard`, which editors use that were
/// given none: a reference, owned by the caller: lwt_clipboard_release. NULL: memory ran
/// out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_clipboard() -> *mut lwt_clipboard {
    object::new(Kind::Clipboard, Clipboard::global()).cast()
}

/// One more reference to the same clipboard, owned by the caller. NULL: it is no clipboard
/// of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_clipboard_retain(clipboard: *const lwt_clipboard) -> *mut lwt_clipboard {
    object::retain(Kind::Clipboard, clipboard.cast()).cast()
}

/// Gives up a reference. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_clipboard_release(clipboard: *mut lwt_clipboard) {
    // SAFETY: every handle of this kind is made of a `Clipboard`.
    drop(unsafe { object::release::<Clipboard>(Kind::Clipboard, clipboard.cast(), "") });
}

/// Puts a text into the clipboard, the method `set`. NULL as `clipboard`: the one of the
/// thread. The text is copied; what is not UTF-8 in it becomes U+FFFD. Borrows `clipboard`.
///
/// Returns LWT_OK; LWT_INVALID_ARGUMENT, also if `text` is NULL; LWT_WRONG_THREAD. On the
/// clipboard's thread.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_clipboard_set(
    clipboard: *const lwt_clipboard,
    text: *const c_char,
) -> c_int {
    const NAME: &str = "lwt_clipboard_set";
    // SAFETY: the caller's promise.
    let text = unsafe { utf8(text, NAME, "the text") };
    match clipboard_or_global(clipboard, NAME).and_then(|it| Ok((it, text?))) {
        Ok((clipboard, text)) => {
            clipboard.set(&text);
            LWT_OK
        }
        Err(exn) => exn.kind(),
    }
}

/// The text in the clipboard, the value of the method `contents`, owned by the caller:
/// lwt_string_release. NULL as `clipboard`: the one of the thread. NULL: the handle is bad,
/// or memory ran out. Borrows `clipboard`. On its thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_clipboard_get(clipboard: *const lwt_clipboard) -> *mut lwt_string {
    let clipboard = clipboard_or_global(clipboard, "lwt_clipboard_get");
    clipboard.map_or(ptr::null_mut(), |clipboard| string(&clipboard.contents()))
}

/// The contents of the clipboard as a signal, the method `contents`, owned by the caller:
/// lwt_signal_release. Its value is a `struct lwt_string *`, which belongs to the signal, and
/// changes when another text is put there. NULL as `clipboard`: the one of the thread.
///
/// NULL: the handle is bad, or memory ran out. Borrows `clipboard`. On its thread. Manual:
/// "The Lwt.react library".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_clipboard_contents(clipboard: *const lwt_clipboard) -> *mut lwt_signal {
    let clipboard = clipboard_or_global(clipboard, "lwt_clipboard_contents");
    let signal = clipboard.and_then(|clipboard| clipboard.signal());
    signal.map_or(ptr::null_mut(), |signal| {
        object::new(Kind::Signal, Rc::new(signal)).cast()
    })
}
