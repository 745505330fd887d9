//! `lwt_read_line.h`: commands. Module Lwt_read_line, Command.

use super::block::Block;
use crate::capi::lwt::array;
use crate::exn::Exn;
use crate::promise::text::{self, lwt_string};
use crate::read_line::command::{Command, NAMES};
use std::ffi::{CStr, c_char, c_int};
use std::ptr;

/// One thing to do. The text is borrowed, as long as the structure is in use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_read_line_command {
    /// LWT_READ_LINE_NOP, …
    pub action: c_int,
    /// How many bytes the text has.
    pub len: usize,
    /// The text of LWT_READ_LINE_CHAR, UTF-8, and the one character of
    /// LWT_READ_LINE_VI; of others NULL. No NUL byte need follow.
    pub text: *const c_char,
}

/// Nothing at all, `Command.Nop`.
pub const LWT_READ_LINE_NOP: c_int = 0;
/// Inserts the text, of any length: a paste is one command. "\r\n" and "\r" become "\n".
pub const LWT_READ_LINE_CHAR: c_int = 1;
/// Deletes the character before the cursor.
pub const LWT_READ_LINE_BACKWARD_DELETE_CHAR: c_int = 2;
/// Deletes the character behind the cursor.
pub const LWT_READ_LINE_FORWARD_DELETE_CHAR: c_int = 3;
/// To the beginning of the line.
pub const LWT_READ_LINE_BEGINNING_OF_LINE: c_int = 4;
/// To the end of the line.
pub const LWT_READ_LINE_END_OF_LINE: c_int = 5;
/// Completes.
pub const LWT_READ_LINE_COMPLETE: c_int = 6;
/// Takes the word that is chosen in the box.
pub const LWT_READ_LINE_META_COMPLETE: c_int = 7;
/// Kills to the end of the line, or the newline there.
pub const LWT_READ_LINE_KILL_LINE: c_int = 8;
/// Kills to the beginning of the line, or the newline there.
pub const LWT_READ_LINE_BACKWARD_KILL_LINE: c_int = 9;
/// Ends the input.
pub const LWT_READ_LINE_ACCEPT_LINE: c_int = 10;
/// Deletes the word before the cursor.
pub const LWT_READ_LINE_BACKWARD_DELETE_WORD: c_int = 11;
/// Deletes the word behind the cursor.
pub const LWT_READ_LINE_FORWARD_DELETE_WORD: c_int = 12;
/// One line down in the text; from the last line on, the next newer one of the history.
pub const LWT_READ_LINE_HISTORY_NEXT: c_int = 13;
/// One line up in the text; from the first line on, the next older one of the history.
pub const LWT_READ_LINE_HISTORY_PREVIOUS: c_int = 14;
/// Breaks the input off.
pub const LWT_READ_LINE_BREAK: c_int = 15;
/// Clears the screen.
pub const LWT_READ_LINE_CLEAR_SCREEN: c_int = 16;
/// The key Insert: does nothing, and is free for a filter.
pub const LWT_READ_LINE_INSERT: c_int = 17;
/// Draws again.
pub const LWT_READ_LINE_REFRESH: c_int = 18;
/// One character back.
pub const LWT_READ_LINE_BACKWARD_CHAR: c_int = 19;
/// One character on.
pub const LWT_READ_LINE_FORWARD_CHAR: c_int = 20;
/// Begins a selection.
pub const LWT_READ_LINE_SET_MARK: c_int = 21;
/// Inserts the clipboard.
pub const LWT_READ_LINE_PASTE: c_int = 22;
/// Copies the selection.
pub const LWT_READ_LINE_COPY: c_int = 23;
/// Cuts the selection.
pub const LWT_READ_LINE_CUT: c_int = 24;
/// Makes the next word upper case.
pub const LWT_READ_LINE_UPPERCASE: c_int = 25;
/// Makes the next word lower case.
pub const LWT_READ_LINE_LOWERCASE: c_int = 26;
/// Makes the first letter of the next word upper case and the others lower case.
pub const LWT_READ_LINE_CAPITALIZE: c_int = 27;
/// To the beginning of the word before the cursor.
pub const LWT_READ_LINE_BACKWARD_WORD: c_int = 28;
/// To the end of the word behind the cursor.
pub const LWT_READ_LINE_FORWARD_WORD: c_int = 29;
/// Searches the history towards older lines, and further.
pub const LWT_READ_LINE_BACKWARD_SEARCH: c_int = 30;
/// In the box of words, to the left.
pub const LWT_READ_LINE_COMPLETE_LEFT: c_int = 31;
/// In the box of words, to the right.
pub const LWT_READ_LINE_COMPLETE_RIGHT: c_int = 32;
/// In the box of words, up.
pub const LWT_READ_LINE_COMPLETE_UP: c_int = 33;
/// In the box of words, down.
pub const LWT_READ_LINE_COMPLETE_DOWN: c_int = 34;
/// In the box of words, to the first.
pub const LWT_READ_LINE_COMPLETE_FIRST: c_int = 35;
/// In the box of words, to the last.
pub const LWT_READ_LINE_COMPLETE_LAST: c_int = 36;
/// Takes back the last change.
pub const LWT_READ_LINE_UNDO: c_int = 37;
/// Breaks off where the line is empty, completes at its end, else deletes a character.
pub const LWT_READ_LINE_DELETE_CHAR_OR_LIST: c_int = 38;
/// Searches the history towards newer lines, and further. Not in Lwt.
pub const LWT_READ_LINE_FORWARD_SEARCH: c_int = 39;
/// Out of vi's insert mode, of an unfinished command or of a search. Not in Lwt.
pub const LWT_READ_LINE_VI_NORMAL: c_int = 40;
/// A key of vi's normal mode. Not in Lwt.
pub const LWT_READ_LINE_VI: c_int = 41;

/// Text from C, up to its NUL; what is not UTF-8 becomes U+FFFD.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
pub(in crate::capi) unsafe fn utf8(
    text: *const c_char,
    function: &str,
    what: &str,
) -> Result<String, Exn> {
    // SAFETY: the caller's promise.
    let text = unsafe { crate::capi::text::text(text, function, what) }?;
    Ok(text.to_string_lossy().into_owned())
}

/// Text for C. NULL: out of memory.
pub(in crate::capi) fn string(of: &str) -> *mut lwt_string {
    // SAFETY: as many bytes as it says.
    unsafe { text::copy(of.as_ptr().cast(), of.len()) }
}

/// The text that a command carries.
fn text_of<'a>(command: &'a Command, key: &'a mut [u8; 4]) -> Option<&'a str> {
    match command {
        Command::Char(text) => Some(text),
        Command::Vi(vi) => Some(vi.encode_utf8(key)),
        _ => None,
    }
}

/// A command as C has it, which borrows the text.
pub(in crate::capi) fn to_c<'a>(
    command: &'a Command,
    key: &'a mut [u8; 4],
) -> lwt_read_line_command {
    let text = text_of(command, key);
    lwt_read_line_command {
        action: command.number() as c_int,
        len: text.map_or(0, str::len),
        text: text.map_or(ptr::null(), |text| text.as_ptr().cast()),
    }
}

/// What C means by a command.
///
/// # Safety
/// The text is NULL or has as many bytes as it says.
pub(in crate::capi) unsafe fn from_c(
    function: &str,
    command: &lwt_read_line_command,
) -> Result<Command, Exn> {
    let carries = matches!(command.action, LWT_READ_LINE_CHAR | LWT_READ_LINE_VI);
    let len = if carries { command.len } else { 0 };
    // SAFETY: the caller's promise.
    let bytes = unsafe { array(function, command.text.cast::<u8>(), len) }?;
    let number = usize::try_from(command.action).ok();
    number
        .and_then(|number| Command::of_number(number, &String::from_utf8_lossy(bytes)))
        .ok_or_else(|| Exn::invalid(&format!("{function}: there is no such command")))
}

/// A command that C owns, in one block. NULL: out of memory.
pub(in crate::capi) fn owned(command: &Command) -> *mut lwt_read_line_command {
    let mut key = [0; 4];
    let borrowed = to_c(command, &mut key);
    let mut block = Block::new::<lwt_read_line_command>();
    let text = text_of(command, &mut [0; 4]).map(|text| block.text(text.as_bytes()));
    block.made(|at| lwt_read_line_command {
        action: borrowed.action,
        len: borrowed.len,
        text: text.map_or(ptr::null(), at),
    })
}

/// The command of an action that needs no text: LWT_READ_LINE_UNDO and so on. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_do(action: c_int) -> lwt_read_line_command {
    lwt_read_line_command {
        action,
        len: 0,
        text: ptr::null(),
    }
}

/// The command that inserts a text, LWT_READ_LINE_CHAR, which borrows it. NULL: the empty
/// text. On any thread.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_char(text: *const c_char) -> lwt_read_line_command {
    // SAFETY: the caller's promise.
    let len = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.count_bytes());
    lwt_read_line_command {
        action: LWT_READ_LINE_CHAR,
        len: len.unwrap_or(0),
        text,
    }
}

/// A copy of a command with its text, in one block, owned by the caller:
/// lwt_read_line_command_release. It is what a callback gives whose value is a command.
/// NULL: there is no such command, or memory ran out. On any thread.
///
/// # Safety
/// The text of the command has as many bytes as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_command_copy(
    command: lwt_read_line_command,
) -> *mut lwt_read_line_command {
    // SAFETY: the caller's promise.
    let command = unsafe { from_c("lwt_read_line_command_copy", &command) };
    command.map_or(ptr::null_mut(), |command| owned(&command))
}

/// Frees a command that was given as owned. Nothing for NULL. On any thread.
///
/// # Safety
/// It came from such a call, and was not freed since.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_command_release(command: *mut lwt_read_line_command) {
    // SAFETY: one block of the C library's.
    unsafe { libc::free(command.cast()) }
}

/// The name of a command, `Command.to_string`, owned by the caller: lwt_string_release.
/// "history-next"; of a text `Char "x"`, quoted. NULL: there is no such command, or memory
/// ran out. On any thread.
///
/// # Safety
/// As lwt_read_line_command_copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_command_to_string(
    command: lwt_read_line_command,
) -> *mut lwt_string {
    // SAFETY: the caller's promise.
    let command = unsafe { from_c("lwt_read_line_command_to_string", &command) };
    command.map_or(ptr::null_mut(), |command| string(&command.name()))
}

/// The command of a name, `Command.of_string`, owned by the caller:
/// lwt_read_line_command_release. It knows what lwt_read_line_command_to_string gives. NULL:
/// nothing is called so (Lwt fails there), `name` is NULL, or memory ran out. On any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_command_of_string(
    name: *const c_char,
) -> *mut lwt_read_line_command {
    // SAFETY: the caller's promise.
    let name = unsafe { utf8(name, "lwt_read_line_command_of_string", "the name") };
    let command = name.ok().and_then(|name| Command::of_name(&name));
    command.map_or(ptr::null_mut(), |command| owned(&command))
}

/// The nth name of a command, `Command.names`, counted from 0, owned by the caller:
/// lwt_string_release. NULL: there are no more, or memory ran out. LWT_READ_LINE_CHAR and
/// LWT_READ_LINE_VI, which carry a text, are not among them. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_command_name(n: usize) -> *mut lwt_string {
    NAMES
        .get(n)
        .map_or(ptr::null_mut(), |(_, name)| string(name))
}
