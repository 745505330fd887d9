//! `lwt_read_line.h`: which key gives which command. Module Lwt_read_line, Command.

use super::command::{from_c, lwt_read_line_command, owned};
use super::engine::{borrowed, lwt_read_line_state};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK};
use crate::capi::lwt_term::key::{lwt_term_key, of_c, to_c};
use crate::read_line::command::Command;
use crate::read_line::keymap::{self, Table};
use crate::term::key::Key;
use std::ffi::c_int;
use std::ptr;

/// The keys of Emacs, and of all that the other two tables have not.
pub const LWT_READ_LINE_EMACS_KEYS: c_int = 0;
/// The keys of vi's insert mode.
pub const LWT_READ_LINE_VI_INSERT_KEYS: c_int = 1;
/// The keys of vi's normal mode. A character that is not among them is a key of vi.
pub const LWT_READ_LINE_VI_NORMAL_KEYS: c_int = 2;

fn table(number: c_int) -> Option<Table> {
    match number {
        LWT_READ_LINE_EMACS_KEYS => Some(Table::Emacs),
        LWT_READ_LINE_VI_INSERT_KEYS => Some(Table::ViInsert),
        LWT_READ_LINE_VI_NORMAL_KEYS => Some(Table::ViNormal),
        _ => None,
    }
}

fn given(command: Option<Command>) -> *mut lwt_read_line_command {
    command.map_or(ptr::null_mut(), |command| owned(&command))
}

/// The command of a key, `Command.of_key`, owned by the caller:
/// lwt_read_line_command_release: what lwt_read_line_bind has made it, or its command by
/// default; a character that is bound to nothing inserts itself, and any other key is
/// LWT_READ_LINE_NOP. NULL: there is no such key, or memory ran out. On any thread, whose
/// table it is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_command_of_key(key: lwt_term_key) -> *mut lwt_read_line_command {
    given(of_c(&key).map(|key| keymap::of_key(&key)))
}

/// The command of a key in a state: it depends on whether the text is edited as in vi, and
/// on the mode there. Borrows `state`. Owned by the caller: lwt_read_line_command_release.
/// NULL: the handle is bad, there is no such key, or memory ran out. On the state's thread.
/// Not in Lwt.
///
/// In a search ^G leaves it, with the line that was found, unless it is bound.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_engine_command(
    state: *const lwt_read_line_state,
    key: lwt_term_key,
) -> *mut lwt_read_line_command {
    let state = borrowed(state, "lwt_read_line_engine_command").ok();
    given(state.and_then(|state| Some(keymap::command(&of_c(&key)?, &state))))
}

/// Binds a key to a command, in one of the tables of this thread, LWT_READ_LINE_EMACS_KEYS
/// and so on. Editors that are running use it with the next key. The text of the command is
/// copied. LWT_READ_LINE_NOP makes the key do nothing. Not in Lwt, whose table is fixed.
///
/// ```c
/// struct lwt_term_key key = {.kind = LWT_TERM_CONTROL, .number = 'n'};
/// lwt_read_line_bind(LWT_READ_LINE_EMACS_KEYS, key,
///                    lwt_read_line_do(LWT_READ_LINE_HISTORY_NEXT));
/// ```
///
/// Returns LWT_OK, or LWT_INVALID_ARGUMENT: there is no such table, key or command. On any
/// thread.
///
/// # Safety
/// The text of the command has as many bytes as it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_bind(
    keys: c_int,
    key: lwt_term_key,
    command: lwt_read_line_command,
) -> c_int {
    // SAFETY: the caller's promise.
    let command = unsafe { from_c("lwt_read_line_bind", &command) };
    bind(keys, key, command.ok().map(Some))
}

/// Takes a key out of a table of this thread, whatever it was bound to, Lwt's own binding
/// too: a character then inserts itself, and in the tables of vi the other keys are those of
/// Emacs.
///
/// Returns LWT_OK, also if it was not in it, or LWT_INVALID_ARGUMENT: there is no such
/// table or key. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_unbind(keys: c_int, key: lwt_term_key) -> c_int {
    bind(keys, key, Some(None))
}

fn bind(keys: c_int, key: lwt_term_key, command: Option<Option<Command>>) -> c_int {
    match (table(keys), of_c(&key), command) {
        (Some(table), Some(key), Some(command)) => {
            keymap::bind(table, key, command);
            LWT_OK
        }
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// Makes all tables of this thread what they were at first.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_read_line_reset_keys() {
    keymap::reset();
}

/// The nth binding of a table of this thread, counted from 0, in an order that changes only
/// with the table: the key goes to `*key`, and its command is returned, owned by the caller:
/// lwt_read_line_command_release. NULL: there are no more, there is no such table, or memory
/// ran out. On any thread.
///
/// # Safety
/// `key` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_read_line_binding(
    keys: c_int,
    n: usize,
    key: *mut lwt_term_key,
) -> *mut lwt_read_line_command {
    let bound: Option<(Key, Command)> = table(keys).and_then(|table| keymap::nth(table, n));
    let Some((its, command)) = bound else {
        return ptr::null_mut();
    };
    // SAFETY: the caller's promise.
    if let Some(key) = unsafe { key.as_mut() } {
        *key = to_c(&its);
    }
    owned(&command)
}
