//! Users and groups. Module Lwt_unix; calls `call` and the C library.

use super::call::{Errno, on_nothing, on_path_for};
use super::name::text_of;
use crate::abi::LWT_NOT_FOUND;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use crate::value::{DropFn, Value};
use std::ffi::{CStr, c_char, c_int};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ptr;

/// A record of the C library, its texts in the same block, which is freed when
/// this is dropped.
struct Found<T>(*mut Room<T>);

// SAFETY: a block that nobody else has, and that refers to nothing outside.
unsafe impl<T> Send for Found<T> {}

impl<T> Drop for Found<T> {
    fn drop(&mut self) {
        // SAFETY: `malloc` made it, and nobody freed it.
        unsafe { libc::free(self.0.cast()) }
    }
}

#[repr(C)]
struct Room<T> {
    record: MaybeUninit<T>,
    /// As many bytes as were asked for.
    texts: [c_char; 0],
}

/// No record is bigger.
const MOST: usize = 16 << 20;

impl<T> Found<T> {
    fn room(size: usize) -> Result<Found<T>, Errno> {
        // SAFETY: any size will do.
        let block = unsafe { libc::malloc(size_of::<Room<T>>() + size) };
        match block.is_null() {
            true => Err(libc::ENOMEM),
            false => Ok(Found(block.cast())),
        }
    }

    /// Asks with more and more room for texts. None: there is no such record.
    fn ask(
        ask: impl Fn(*mut T, *mut c_char, usize, *mut *mut T) -> c_int,
    ) -> Result<Option<Found<T>>, Errno> {
        let mut size = 1024;
        loop {
            let found = Found::<T>::room(size)?;
            let mut end = ptr::null_mut();
            // SAFETY: the block is that big.
            let texts = unsafe { &raw mut (*found.0).texts }.cast();
            match ask(found.0.cast(), texts, size, &mut end) {
                0 if !end.is_null() => return Ok(Some(found)),
                // What the C library says where there is none.
                0 | libc::ENOENT | libc::ESRCH => return Ok(None),
                libc::EINTR => {}
                libc::ERANGE if size < MOST => size *= 4,
                errno => return Err(errno),
            }
        }
    }

    fn outcome(self) -> Outcome {
        let this = ManuallyDrop::new(self);
        Ok(Value::new(this.0.cast(), Some(libc::free as DropFn)))
    }
}

fn told<T>(found: Option<Found<T>>, missing: String) -> Outcome {
    match found {
        Some(found) => found.outcome(),
        None => Err(Exn::new(LWT_NOT_FOUND, missing)),
    }
}

fn named<T: 'static>(
    function: &'static CStr,
    what: &'static str,
    name: &CStr,
    ask: unsafe extern "C" fn(*const c_char, *mut T, *mut c_char, usize, *mut *mut T) -> c_int,
) -> Promise {
    let missing = format!(
        "{}: there is no {what} \"{}\"",
        function.to_string_lossy(),
        name.to_string_lossy()
    );
    let work = move |name: &CStr| {
        // SAFETY: a text with its NUL, and room as `Found::ask` says.
        Found::ask(|record, texts, size, end| unsafe {
            ask(name.as_ptr(), record, texts, size, end)
        })
    };
    on_path_for(function, name, work, |found, _| told(found, missing))
}

fn numbered<T: 'static>(
    function: &'static CStr,
    what: &'static str,
    id: u32,
    ask: unsafe extern "C" fn(u32, *mut T, *mut c_char, usize, *mut *mut T) -> c_int,
) -> Promise {
    let work = move || {
        // SAFETY: room as `Found::ask` says.
        Found::ask(|record, texts, size, end| unsafe { ask(id, record, texts, size, end) })
    };
    on_nothing(function, work, move |found, _| {
        let function = function.to_string_lossy();
        told(found, format!("{function}: there is no {what} {id}"))
    })
}

/// `Lwt_unix.getpwnam`.
pub fn getpwnam(name: &CStr) -> Promise {
    named(c"getpwnam", "user", name, libc::getpwnam_r)
}

/// `Lwt_unix.getpwuid`.
pub fn getpwuid(id: libc::uid_t) -> Promise {
    numbered(c"getpwuid", "user", id, libc::getpwuid_r)
}

/// `Lwt_unix.getgrnam`.
pub fn getgrnam(name: &CStr) -> Promise {
    named(c"getgrnam", "group", name, libc::getgrnam_r)
}

/// `Lwt_unix.getgrgid`.
pub fn getgrgid(id: libc::gid_t) -> Promise {
    numbered(c"getgrgid", "group", id, libc::getgrgid_r)
}

unsafe extern "C" {
    /// As POSIX has it.
    fn getlogin_r(name: *mut c_char, size: usize) -> c_int;
}

/// `Lwt_unix.getlogin`.
pub fn getlogin() -> Promise {
    let ask = || {
        text_of(|room| {
            // SAFETY: room of that size.
            match unsafe { getlogin_r(room.as_mut_ptr().cast(), room.len()) } {
                // SAFETY: the call has put a text with its NUL there.
                0 => Ok(unsafe { CStr::from_ptr(room.as_ptr().cast()) }.count_bytes()),
                libc::ERANGE => Ok(room.len()),
                errno => Err(errno),
            }
        })
    };
    on_nothing(c"getlogin", ask, |text, _| text.outcome())
}
