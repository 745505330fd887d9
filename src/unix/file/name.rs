//! Names of files: links, renaming and removing; making and removing
//! directories and named pipes; where the process stands. Module Lwt_unix;
//! calls `call`.

use super::call::{Errno, errno, on_nothing, on_path, on_path_for, on_paths};
use crate::exn::Exn;
use crate::promise::text::{self, lwt_string};
use crate::promise::{Outcome, Promise};
use std::ffi::{CStr, c_char, c_int};

/// `Lwt_unix.unlink`.
pub fn unlink(path: &CStr) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"unlink", path, |path| unsafe {
        libc::unlink(path.as_ptr())
    })
}

/// `Lwt_unix.rename`.
pub fn rename(old: &CStr, new: &CStr) -> Promise {
    // SAFETY: texts with their NUL.
    on_paths(c"rename", old, new, |old, new| unsafe {
        libc::rename(old.as_ptr(), new.as_ptr())
    })
}

/// `Lwt_unix.link`.
pub fn link(old: &CStr, new: &CStr) -> Promise {
    // SAFETY: texts with their NUL.
    on_paths(c"link", old, new, |old, new| unsafe {
        libc::link(old.as_ptr(), new.as_ptr())
    })
}

/// `Lwt_unix.symlink`.
pub fn symlink(target: &CStr, path: &CStr) -> Promise {
    // SAFETY: texts with their NUL.
    on_paths(c"symlink", target, path, |target, path| unsafe {
        libc::symlink(target.as_ptr(), path.as_ptr())
    })
}

/// `Lwt_unix.mkdir`.
pub fn mkdir(path: &CStr, mode: libc::mode_t) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"mkdir", path, move |path| unsafe {
        libc::mkdir(path.as_ptr(), mode)
    })
}

/// `Lwt_unix.rmdir`.
pub fn rmdir(path: &CStr) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"rmdir", path, |path| unsafe { libc::rmdir(path.as_ptr()) })
}

/// `Lwt_unix.mkfifo`.
pub fn mkfifo(path: &CStr, mode: libc::mode_t) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"mkfifo", path, move |path| unsafe {
        libc::mkfifo(path.as_ptr(), mode)
    })
}

/// `Lwt_unix.chdir`.
pub fn chdir(path: &CStr) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"chdir", path, |path| unsafe { libc::chdir(path.as_ptr()) })
}

/// `Lwt_unix.chroot`.
pub fn chroot(path: &CStr) -> Promise {
    // SAFETY: a text with its NUL.
    on_path(c"chroot", path, |path| unsafe {
        libc::chroot(path.as_ptr())
    })
}

/// A text that a worker made; dropped, it is freed.
pub struct Text(*mut lwt_string);

// SAFETY: a block of the C library that nobody else has.
unsafe impl Send for Text {}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: `text::copy` made it, and nobody freed it.
        unsafe { text::release(self.0) }
    }
}

impl Text {
    /// A copy of some bytes.
    pub fn of(bytes: &[u8]) -> Result<Text, Errno> {
        // SAFETY: the bytes are there.
        let text = unsafe { text::copy(bytes.as_ptr().cast::<c_char>(), bytes.len()) };
        match text.is_null() {
            true => Err(libc::ENOMEM),
            false => Ok(Text(text)),
        }
    }

    /// As the outcome of a call.
    pub fn outcome(self) -> Outcome {
        let this = std::mem::ManuallyDrop::new(self);
        Ok(text::into_value(this.0))
    }
}

/// A text of unknown length, asked for with more and more room: `fill` says how
/// much it has used; all of it: there may be more.
pub fn text_of(mut fill: impl FnMut(&mut [u8]) -> Result<usize, Errno>) -> Result<Text, Errno> {
    let mut room = Vec::new();
    let mut size = 256;
    loop {
        room.try_reserve_exact(size).map_err(|_| libc::ENOMEM)?;
        room.resize(size, 0);
        let used = fill(&mut room)?;
        if used < size {
            return Text::of(&room[..used]);
        }
        size *= 4;
        if size > MOST_TEXT {
            return Err(libc::ENAMETOOLONG);
        }
    }
}

/// No path is longer.
const MOST_TEXT: usize = 1 << 20;

/// `Lwt_unix.readlink`.
pub fn readlink(path: &CStr) -> Promise {
    let read = |path: &CStr| {
        text_of(|room| {
            // SAFETY: a text with its NUL, and room of that size.
            let used =
                unsafe { libc::readlink(path.as_ptr(), room.as_mut_ptr().cast(), room.len()) };
            usize::try_from(used).map_err(|_| errno())
        })
    };
    on_path_for(c"readlink", path, read, |text, _| text.outcome())
}

/// `Lwt_unix.getcwd`.
pub fn getcwd() -> Promise {
    let ask = || {
        text_of(|room| {
            // SAFETY: room of that size.
            let path = unsafe { libc::getcwd(room.as_mut_ptr().cast(), room.len()) };
            match path.is_null() {
                // SAFETY: the call has put a text with its NUL there.
                false => Ok(unsafe { CStr::from_ptr(path) }.count_bytes()),
                true => match errno() {
                    libc::ERANGE => Ok(room.len()),
                    other => Err(other),
                },
            }
        })
    };
    on_nothing(c"getcwd", ask, |text, _| text.outcome())
}

/// What the permissions of a new file may be.
pub fn permissions(mode: c_int, function: &str) -> Result<libc::mode_t, Exn> {
    if mode & !0o7777 != 0 {
        return Err(Exn::invalid(&format!(
            "{function}: the mode is no set of permissions"
        )));
    }
    Ok(mode as libc::mode_t)
}
