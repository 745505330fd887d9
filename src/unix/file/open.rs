//! Opening files, and pipes. Module Lwt_unix; calls `call` and descriptors.

use super::call::{Errno, checked, on_path_for, persistent};
use crate::exn::Exn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::fd::{Fd, Mode};
use crate::value::{DropFn, Value};
use std::ffi::{CStr, c_int, c_void};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::rc::Rc;

/// An open file, and how it is used.
struct Opened {
    fd: OwnedFd,
    mode: Mode,
    set_flags: bool,
}

impl Opened {
    fn fd(self) -> Rc<Fd> {
        Fd::new(self.fd.into_raw_fd(), self.mode, self.set_flags)
    }
}

/// `Lwt_unix.openfile`. How the file is used is found out in the same job.
pub fn openfile(path: &CStr, flags: c_int, mode: libc::mode_t) -> Promise {
    let open = move |path: &CStr| opened(path, flags, mode);
    on_path_for(c"open", path, open, |opened, _| opened.fd().into_value())
}

/// The same for Rust.
pub async fn open(path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<Rc<Fd>, Exn> {
    let value = openfile(path, flags, mode).await?;
    Fd::of_handle(value.word(), "lwt_unix_openfile")
}

fn opened(path: &CStr, flags: c_int, mode: libc::mode_t) -> Result<Opened, Errno> {
    let mode = libc::c_uint::from(mode);
    // SAFETY: a text with its NUL.
    let raw = persistent(|| unsafe { libc::open(path.as_ptr(), flags, mode) })?;
    // SAFETY: just opened, and nobody else's.
    let fd = unsafe { OwnedFd::from_raw_fd(raw) };
    let waits = flags & libc::O_NONBLOCK == 0;
    let (mode, set_flags) = match (is_pipe(&fd), waits) {
        (true, true) => (Mode::NonBlocking, true),
        (true, false) => (Mode::Ready, true),
        // The flag is as the mode wants it: there is nothing to set.
        (false, true) => (Mode::Blocking, false),
        (false, false) => (Mode::Blocking, true),
    };
    Ok(Opened {
        fd,
        mode,
        set_flags,
    })
}

/// Is it a pipe? Sockets can't be opened.
fn is_pipe(fd: &OwnedFd) -> bool {
    super::stat::filled(|stat| {
        // SAFETY: room for a `struct stat`.
        unsafe { libc::fstat(fd.as_raw_fd(), stat) }
    })
    // SAFETY: the call has filled it.
    .is_ok_and(|stat| unsafe { stat.assume_init() }.st_mode & libc::S_IFMT == libc::S_IFIFO)
}

/// Which ends of a pipe are to be descriptors of the library.
#[derive(Clone, Copy, PartialEq)]
pub enum Ends {
    /// `Lwt_unix.pipe`.
    Both,
    /// `Lwt_unix.pipe_in`: the one that is read.
    In,
    /// `Lwt_unix.pipe_out`: the one that is written.
    Out,
}

/// A pipe: a `struct lwt_values` of the end that is read, and the other. Ends that
/// are not the library's are plain numbers, and closed if nobody takes them.
pub fn pipe(ends: Ends, cloexec: bool) -> Promise {
    match made(ends, cloexec) {
        Ok(value) => resolved(value),
        Err(exn) => failed(exn),
    }
}

fn made(ends: Ends, cloexec: bool) -> Outcome {
    let function = match ends {
        Ends::Both => c"pipe",
        Ends::In => c"pipe_in",
        Ends::Out => c"pipe_out",
    };
    let [input, output] = raw_pipe(function, cloexec)?;
    let values = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    for (index, end, ours) in [(0, input, ends != Ends::Out), (1, output, ends != Ends::In)] {
        let value = match ours {
            true => Fd::new(end.into_raw_fd(), Mode::NonBlocking, true).into_value()?,
            false => plain(end),
        };
        let _ = values.put(index, value);
    }
    Ok(values.into_value())
}

/// The ends of a new pipe.
fn raw_pipe(function: &'static CStr, cloexec: bool) -> Result<[OwnedFd; 2], Exn> {
    let flags = if cloexec { libc::O_CLOEXEC } else { 0 };
    let mut both = [-1; 2];
    // SAFETY: room for two numbers.
    checked(unsafe { libc::pipe2(both.as_mut_ptr(), flags) })
        .map_err(|errno| Exn::unix(errno, function, c""))?;
    // SAFETY: just made, and nobody else's.
    Ok(both.map(|raw| unsafe { OwnedFd::from_raw_fd(raw) }))
}

/// The end of a pipe that is read, and the one that is written, for Rust.
pub fn pipe_ends(cloexec: bool) -> Result<[Rc<Fd>; 2], Exn> {
    let ends = raw_pipe(c"pipe", cloexec)?;
    Ok(ends.map(|end| Fd::new(end.into_raw_fd(), Mode::NonBlocking, true)))
}

/// A descriptor that is to be somebody else's, as a number.
fn plain(fd: OwnedFd) -> Value {
    unsafe extern "C" fn close(word: *mut c_void) {
        // SAFETY: the number of a descriptor that `plain` gave away, and that
        // nobody has taken.
        drop(unsafe { OwnedFd::from_raw_fd(word.addr() as c_int) });
    }
    let word = std::ptr::without_provenance_mut(fd.into_raw_fd() as usize);
    Value::new(word, Some(close as DropFn))
}
