//! The engine on libev, which is loaded when it is asked for: nothing links
//! with it. Owns a loop of libev, with a watcher for each descriptor. The
//! structures are those of its ABI 4 as every distribution builds it, with
//! priorities and with several loops.

use super::{Engine, Interest, Pollable, Ready};
use crate::dynamic::Dynamic;
use once_cell::sync::OnceCell;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::io;
use std::os::fd::RawFd;
use std::ptr;

const READ: c_int = 1;
const WRITE: c_int = 2;
/// The descriptor of a watcher was set: it may mean another file.
const FD_SET: c_int = 0x80;
/// What a watcher is told whose descriptor is none any more.
const ERROR: c_int = i32::MIN;
const NO_WAIT: c_int = 1;
const ONCE: c_int = 2;
/// The loop looks itself whether it is in the child of a fork.
const FORK_CHECK: c_uint = 0x0200_0000;

/// `struct ev_loop`.
#[repr(C)]
struct Loop {
    _private: [u8; 0],
}

/// `ev_io`.
#[repr(C)]
struct Io {
    active: c_int,
    pending: c_int,
    priority: c_int,
    data: *mut c_void,
    call: unsafe extern "C" fn(*mut Loop, *mut Io, c_int),
    next: *mut c_void,
    fd: c_int,
    events: c_int,
}

/// `ev_timer`.
#[repr(C)]
struct Timer {
    active: c_int,
    pending: c_int,
    priority: c_int,
    data: *mut c_void,
    call: unsafe extern "C" fn(*mut Loop, *mut Timer, c_int),
    at: f64,
    repeat: f64,
}

/// What of libev is used.
struct Library {
    loop_new: unsafe extern "C" fn(c_uint) -> *mut Loop,
    loop_destroy: unsafe extern "C" fn(*mut Loop),
    supported_backends: unsafe extern "C" fn() -> c_uint,
    backend: unsafe extern "C" fn(*mut Loop) -> c_uint,
    now_update: unsafe extern "C" fn(*mut Loop),
    run: unsafe extern "C" fn(*mut Loop, c_int) -> c_int,
    io_start: unsafe extern "C" fn(*mut Loop, *mut Io),
    io_stop: unsafe extern "C" fn(*mut Loop, *mut Io),
    timer_start: unsafe extern "C" fn(*mut Loop, *mut Timer),
    timer_stop: unsafe extern "C" fn(*mut Loop, *mut Timer),
}

/// The name by which the loader finds it.
const FILE: &CStr = c"libev.so.4";

impl Library {
    /// The library, if it is there. It is never unloaded.
    fn get() -> io::Result<&'static Library> {
        static LIBRARY: OnceCell<Library> = OnceCell::new();
        LIBRARY.get_or_try_init(|| {
            let missing = || io::Error::from_raw_os_error(libc::ENOENT);
            // SAFETY: what libev does when it is loaded is nothing.
            let library = unsafe { Dynamic::open(FILE) }.map_err(|_| missing())?;
            /// What has that name.
            ///
            /// # Safety
            /// It is a function of the type `T`.
            unsafe fn find<T: Copy>(library: Dynamic, name: &CStr) -> io::Result<T> {
                let missing = || io::Error::from_raw_os_error(libc::ENOENT);
                // SAFETY: the caller's promise.
                unsafe { library.find(name) }.ok_or_else(missing)
            }
            // SAFETY: the functions of these names have these types in the ABI
            // that the library's name stands for.
            unsafe {
                Ok(Library {
                    loop_new: find(library, c"ev_loop_new")?,
                    loop_destroy: find(library, c"ev_loop_destroy")?,
                    supported_backends: find(library, c"ev_supported_backends")?,
                    backend: find(library, c"ev_backend")?,
                    now_update: find(library, c"ev_now_update")?,
                    run: find(library, c"ev_run")?,
                    io_start: find(library, c"ev_io_start")?,
                    io_stop: find(library, c"ev_io_stop")?,
                    timer_start: find(library, c"ev_timer_start")?,
                    timer_stop: find(library, c"ev_timer_stop")?,
                })
            }
        })
    }
}

/// The backends that may stand in the engine's name, `libev:poll`, with the
/// bit of each.
const BACKENDS: [(&str, c_uint); 7] = [
    ("select", 1),
    ("poll", 2),
    ("epoll", 4),
    ("kqueue", 8),
    ("devpoll", 16),
    ("port", 32),
    ("io_uring", 128),
];

/// The engine.
pub struct Libev {
    library: &'static Library,
    name: CString,
    backend: c_uint,
    ev: Cell<*mut Loop>,
    /// By descriptor.
    watchers: RefCell<Vec<Option<Box<Io>>>>,
    /// What has been reported since the last wait began.
    reports: Box<RefCell<Vec<Ready>>>,
    /// The user has the loop, and may have watchers of his own in it.
    shared: Cell<bool>,
}

unsafe extern "C" fn report(_: *mut Loop, watcher: *mut Io, events: c_int) {
    // SAFETY: libev gives a watcher that was started; its data are the list of
    // the engine, which stops all its watchers before it goes.
    let (watcher, reports) = unsafe {
        let watcher = &*watcher;
        (watcher, &*watcher.data.cast::<RefCell<Vec<Ready>>>())
    };
    reports.borrow_mut().push(Ready {
        fd: watcher.fd,
        interest: Interest {
            read: events & (READ | ERROR) != 0,
            write: events & (WRITE | ERROR) != 0,
        },
        closed: events & ERROR != 0,
    });
}

unsafe extern "C" fn end_of_wait(_: *mut Loop, _: *mut Timer, _: c_int) {}

impl Libev {
    /// The engine of that name: `libev`, or `libev:BACKEND`. None: that is no
    /// such name. The error is errno's: ENOENT if libev is not installed,
    /// ENOSYS if it lacks that backend, EMFILE and its kin.
    pub(super) fn by_name(name: &[u8]) -> Option<io::Result<Libev>> {
        let backend = match name.strip_prefix(b"libev")? {
            b"" => 0,
            rest => {
                let wanted = rest.strip_prefix(b":")?;
                let known = BACKENDS.iter().find(|(name, _)| name.as_bytes() == wanted);
                known?.1
            }
        };
        Some(
            CString::new(name)
                .map_err(io::Error::from)
                .and_then(|name| Self::new(name, backend)),
        )
    }

    fn new(name: CString, backend: c_uint) -> io::Result<Libev> {
        let library = Library::get()?;
        // SAFETY: takes nothing.
        if backend & !unsafe { (library.supported_backends)() } != 0 {
            return Err(io::Error::from_raw_os_error(libc::ENOSYS));
        }
        let ev = Self::open(library, backend)?;
        Ok(Libev {
            library,
            name,
            backend,
            ev: Cell::new(ev),
            watchers: RefCell::new(Vec::new()),
            reports: Box::default(),
            shared: Cell::new(false),
        })
    }

    fn open(library: &Library, backend: c_uint) -> io::Result<*mut Loop> {
        // SAFETY: takes flags only.
        let ev = unsafe { (library.loop_new)(backend | FORK_CHECK) };
        match ev.is_null() {
            true => Err(io::Error::from_raw_os_error(
                io::Error::last_os_error()
                    .raw_os_error()
                    .unwrap_or(libc::ENOSYS),
            )),
            false => Ok(ev),
        }
    }

    /// The `struct ev_loop`, with which the user may register watchers of his
    /// own: from now on it takes part in every turn.
    pub(crate) fn share(&self) -> *mut c_void {
        self.shared.set(true);
        self.ev.get().cast()
    }

    /// What `ev_backend` tells: the bit of the backend in use.
    pub(crate) fn backend(&self) -> c_uint {
        // SAFETY: the loop is ours.
        unsafe { (self.library.backend)(self.ev.get()) }
    }

    fn stop_all(&self) {
        for watcher in self.watchers.take().iter_mut().flatten() {
            // SAFETY: it was started in this loop.
            unsafe { (self.library.io_stop)(self.ev.get(), &mut **watcher) };
        }
    }
}

impl Engine for Libev {
    fn name(&self) -> &CStr {
        &self.name
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        // It would find out later, and give up the watcher.
        // SAFETY: takes no pointer.
        if fd < 0 || !new.is_none() && unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let at = fd as usize;
        let mut watchers = self.watchers.borrow_mut();
        if let Some(mut old) = watchers.get_mut(at).and_then(Option::take) {
            // SAFETY: it was started in this loop.
            unsafe { (self.library.io_stop)(self.ev.get(), &mut *old) };
        }
        if new.is_none() {
            return Ok(());
        }
        let mut events = FD_SET;
        if new.read {
            events |= READ;
        }
        if new.write {
            events |= WRITE;
        }
        let mut watcher = Box::new(Io {
            active: 0,
            pending: 0,
            priority: 0,
            data: ptr::from_ref(&*self.reports).cast_mut().cast(),
            call: report,
            next: ptr::null_mut(),
            fd,
            events,
        });
        // SAFETY: it stays where it is until it is stopped.
        unsafe { (self.library.io_start)(self.ev.get(), &mut *watcher) };
        if watchers.len() <= at {
            watchers.resize_with(at + 1, || None);
        }
        watchers[at] = Some(watcher);
        Ok(())
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let ev = self.ev.get();
        let mut timer = Timer {
            active: 0,
            pending: 0,
            priority: 0,
            data: ptr::null_mut(),
            call: end_of_wait,
            at: 0.0,
            repeat: 0.0,
        };
        // SAFETY: the loop is ours, and the timer stopped before it goes.
        unsafe {
            match timeout {
                Some(0) => (self.library.run)(ev, NO_WAIT),
                None => (self.library.run)(ev, ONCE),
                Some(ns) => {
                    timer.at = (ns as f64 / 1e9).next_up();
                    // It counts from the time that the loop has seen last.
                    (self.library.now_update)(ev);
                    (self.library.timer_start)(ev, &mut timer);
                    let more = (self.library.run)(ev, ONCE);
                    (self.library.timer_stop)(ev, &mut timer);
                    more
                }
            }
        };
        ready.append(&mut self.reports.borrow_mut());
        Ok(())
    }

    fn has_sources_of_its_own(&self) -> bool {
        self.shared.get()
    }

    fn misses_closed(&self) -> bool {
        true
    }

    fn pollable(&self) -> io::Result<Pollable> {
        Ok(match self.shared.get() {
            true => Pollable::No,
            false => Pollable::Mirror,
        })
    }

    fn libev(&self) -> Option<&Libev> {
        Some(self)
    }

    fn after_fork(&self) {
        self.stop_all();
        if self.shared.get() {
            // With the user's watchers: it makes what it shares with the
            // parent anew by itself.
            return;
        }
        if let Ok(new) = Self::open(self.library, self.backend) {
            let old = self.ev.replace(new);
            // SAFETY: it is ours, and has no watcher of ours any more.
            unsafe { (self.library.loop_destroy)(old) };
        }
    }
}

impl Drop for Libev {
    fn drop(&mut self) {
        self.stop_all();
        // SAFETY: it is ours, and has no watcher of ours any more.
        unsafe { (self.library.loop_destroy)(self.ev.get()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_the_backend() {
        for bad in [&b"libev:"[..], b"libev:x", b"libevent", b"ev", b"epoll"] {
            assert!(Libev::by_name(bad).is_none(), "{bad:?}");
        }
        for good in [&b"libev"[..], b"libev:poll", b"libev:port"] {
            assert!(Libev::by_name(good).is_some(), "{good:?}");
        }
        let missing = Libev::by_name(b"libev:port").and_then(Result::err);
        let errno = missing.and_then(|e| e.raw_os_error());
        assert!(
            matches!(errno, Some(libc::ENOENT | libc::ENOSYS)),
            "{errno:?}"
        );
    }
}
