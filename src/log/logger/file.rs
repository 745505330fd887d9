//! A file that lines are written to, and standard error. Module Lwt_log; calls the
//! system.

use super::writer::{End, Medium};
use crate::exn::Exn;
use crate::log::latch::Done;
use crate::term::above;
use std::ffi::{CStr, CString, c_int};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::Relaxed};

/// What is done with what is in the file already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It stays.
    Append,
    /// It goes.
    Truncate,
}

/// A file.
pub struct File {
    fd: AtomicI32,
    path: CString,
    permissions: libc::mode_t,
    /// Does it end in the midst of a line?
    torn: AtomicBool,
}

fn failed(call: &CStr, path: &CStr) -> Exn {
    let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
    Exn::unix(errno, call, path)
}

fn open(path: &CStr, flags: c_int, permissions: libc::mode_t) -> Result<c_int, Exn> {
    // All writes go to the end, also those of other processes.
    let flags = flags | libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC;
    loop {
        // SAFETY: the path ends with a NUL byte.
        let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_NOCTTY, permissions) };
        if fd >= 0 {
            return Ok(fd);
        }
        if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return Err(failed(c"open", path));
        }
    }
}

/// A path that stays good when the process changes its folder.
pub fn absolute(path: &CStr) -> CString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let relative = std::path::Path::new(std::ffi::OsStr::from_bytes(path.to_bytes()));
    let whole = std::path::absolute(relative).map(|path| path.into_os_string().into_vec());
    let whole = whole.ok().and_then(|bytes| CString::new(bytes).ok());
    whole.unwrap_or_else(|| path.into())
}

impl File {
    /// Opens it, which may block.
    pub fn open(path: CString, mode: Mode, permissions: libc::mode_t) -> Result<File, Exn> {
        let truncate = if mode == Mode::Truncate {
            libc::O_TRUNC
        } else {
            0
        };
        let fd = open(&path, truncate, permissions)?;
        Ok(File {
            fd: AtomicI32::new(fd),
            path,
            permissions,
            torn: AtomicBool::new(false),
        })
    }

    /// Takes the descriptor away, and closes it.
    fn shut(&self) -> Done {
        let fd = self.fd.swap(-1, Relaxed);
        // SAFETY: it was this one's, and nobody else has it now.
        match fd < 0 || unsafe { libc::close(fd) } == 0 {
            true => Ok(()),
            false => Err(failed(c"close", &self.path)),
        }
    }
}

/// Writes all of it; the error also says how much was written.
fn write_all(fd: c_int, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut done = 0;
    while done < bytes.len() {
        let rest = &bytes[done..];
        // SAFETY: the bytes are there.
        let put = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        if put > 0 {
            done += put as usize;
            continue;
        }
        let error = match put {
            0 => io::Error::from_raw_os_error(libc::EIO),
            _ => io::Error::last_os_error(),
        };
        match error.kind() {
            io::ErrorKind::Interrupted => {}
            io::ErrorKind::WouldBlock => wait_for_room(fd),
            _ => return Err((done, error)),
        }
    }
    Ok(())
}

/// Somebody has made the descriptor one that does not block.
fn wait_for_room(fd: c_int) {
    let mut poll = libc::pollfd {
        fd,
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one structure, ours.
    unsafe { libc::poll(&mut poll, 1, 1000) };
}

impl Medium for File {
    fn write(&self, bytes: &[u8], _: &[End], _: &mut dyn FnMut(&End, Done)) -> Done {
        let fd = self.fd.load(Relaxed);
        if self.torn.load(Relaxed) && write_all(fd, b"\n").is_ok() {
            self.torn.store(false, Relaxed);
        }
        let Err((done, error)) = write_all(fd, bytes) else {
            return Ok(());
        };
        if done > 0 {
            self.torn.store(bytes[done - 1] != b'\n', Relaxed);
        }
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        Err(Exn::unix(errno, c"write", &self.path))
    }

    fn reopen(&self) -> Done {
        let fd = open(&self.path, 0, self.permissions)?;
        let before = self.fd.swap(fd, Relaxed);
        self.torn.store(false, Relaxed);
        if before >= 0 {
            // SAFETY: it was this one's, and nobody else has it now.
            unsafe { libc::close(before) };
        }
        Ok(())
    }

    fn close(&self) -> Done {
        self.shut()
    }

    fn may_rest(&self) -> bool {
        true
    }

    fn complaint(&self) -> Option<String> {
        Some("a log file can't be written".into())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = self.shut();
    }
}

/// Standard error, which is the program's: never closed.
pub struct StandardError;

impl Medium for StandardError {
    fn write(&self, bytes: &[u8], _: &[End], _: &mut dyn FnMut(&End, Done)) -> Done {
        if above::write(2, bytes) {
            return Ok(()); // above the line that somebody is typing
        }
        write_all(2, bytes).map_err(|(_, error)| {
            let errno = error.raw_os_error().unwrap_or(libc::EIO);
            Exn::unix(errno, c"write", c"stderr")
        })
    }

    fn reopen(&self) -> Done {
        Ok(())
    }

    fn close(&self) -> Done {
        Ok(())
    }

    /// Somebody may be looking.
    fn may_rest(&self) -> bool {
        false
    }

    fn complaint(&self) -> Option<String> {
        None
    }
}
