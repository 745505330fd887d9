//! A main context of GLib: what GLib waits for, and what is to be called when that has
//! come. Owns a reference to it. Calls GLib.

use super::library::{Library, MainContext, PollFd};
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::scheduler::clock;
use std::ffi::{c_int, c_uint};
use std::io;
use std::ptr;

/// A `GMainContext`.
pub(super) struct Context {
    pub(super) library: &'static Library,
    pub(super) pointer: *mut MainContext,
}

/// What GLib wants to be waited for.
pub(super) struct Wanted {
    /// Of the sources that are looked at; what is more urgent comes alone.
    priority: c_int,
    /// In nanoseconds; None: for ever.
    pub(super) timeout: Option<u64>,
}

/// A context that this thread owns, for as long as this lives: no other thread looks for
/// its events.
pub(super) struct Owned(Context);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: this is its reference.
        unsafe { (self.library.context_unref)(self.pointer) };
    }
}

impl Context {
    /// The default one.
    pub(super) fn default() -> Result<Context, Exn> {
        let library = Library::get()?;
        // SAFETY: no conditions.
        Ok(unsafe { Self::new(library, (library.context_default)()) })
    }

    /// One of the user's; NULL: the default one.
    ///
    /// # Safety
    /// It is NULL or a context.
    pub(super) unsafe fn of_user(pointer: *mut MainContext) -> Result<Context, Exn> {
        match pointer.is_null() {
            true => Self::default(),
            // SAFETY: the caller's promise.
            false => Ok(unsafe { Self::new(Library::get()?, pointer) }),
        }
    }

    unsafe fn new(library: &'static Library, pointer: *mut MainContext) -> Context {
        // SAFETY: the caller says that it is a context.
        unsafe { (library.context_ref)(pointer) };
        Context { library, pointer }
    }

    /// Makes it this thread's, once more if it is already. `function` is the call that
    /// fails with LWT_FAILURE if it is another thread's.
    pub(super) fn acquire(self, function: &str) -> Result<Owned, Exn> {
        // SAFETY: it is a context.
        match unsafe { (self.library.context_acquire)(self.pointer) } {
            0 => Err(Exn::new(
                LWT_FAILURE,
                format!("{function}: another thread has GLib's main context"),
            )),
            _ => Ok(Owned(self)),
        }
    }

    /// Has a wait for it end, on whatever thread.
    pub(super) fn wakeup(&self) {
        // SAFETY: it is a context.
        unsafe { (self.library.context_wakeup)(self.pointer) };
    }

    /// Does GLib wait for it by poll(2)?
    pub(super) fn is_polled_plainly(&self) -> bool {
        // SAFETY: it is a context.
        let function = unsafe { (self.library.context_get_poll_func)(self.pointer) };
        ptr::fn_addr_eq(function, self.library.poll)
    }

    /// Waits for the descriptors, for so many nanoseconds at most (None: for ever), by
    /// the function that GLib itself would use. A signal ends the wait.
    pub(super) fn poll(&self, fds: &mut [PollFd], timeout: Option<u64>) -> io::Result<()> {
        let got = if self.is_polled_plainly() {
            // With more exact timeouts than milliseconds.
            let at = timeout.map(clock::timespec);
            let at = at.as_ref().map_or(ptr::null(), |at| at as *const _);
            let n = fds.len() as libc::nfds_t;
            // SAFETY: the entries and the time live through the call.
            unsafe { libc::ppoll(fds.as_mut_ptr(), n, at, ptr::null()) }
        } else {
            // Rounded up, so that the wait does not end before the timer is due.
            let timeout = timeout.map_or(-1, |ns| {
                ns.div_ceil(1_000_000).min(c_int::MAX as u64) as c_int
            });
            // SAFETY: it is a context; the entries live through the call.
            unsafe {
                let function = (self.library.context_get_poll_func)(self.pointer);
                function(fds.as_mut_ptr(), fds.len() as c_uint, timeout)
            }
        };
        if got >= 0 {
            return Ok(());
        }
        fds.iter_mut().for_each(|entry| entry.revents = 0);
        match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::EINTR) => Ok(()),
            error => Err(error),
        }
    }
}

impl Owned {
    /// The context itself.
    pub(super) fn context(&self) -> &Context {
        &self.0
    }

    /// Owned once more.
    pub(super) fn again(&self) -> Owned {
        let Context { library, pointer } = self.0;
        // SAFETY: it is a context, and this thread's: this can't fail.
        unsafe {
            (library.context_acquire)(pointer);
            Owned(Context::new(library, pointer))
        }
    }

    /// Asks every source what is to be waited for. `fds` is what it was before, or
    /// empty; then it is the descriptors.
    pub(super) fn ask(&self, fds: &mut Vec<PollFd>) -> Wanted {
        let Context { library, pointer } = self.0;
        let (mut priority, mut timeout) = (0, -1);
        // SAFETY: it is a context of this thread.
        unsafe { (library.context_prepare)(pointer, &mut priority) };
        loop {
            let room = fds.len() as c_int;
            // SAFETY: as above; there is room for so many.
            let n = unsafe {
                (library.context_query)(pointer, priority, &mut timeout, fds.as_mut_ptr(), room)
            };
            let n = usize::try_from(n).unwrap_or(0);
            let enough = n <= fds.len();
            let none = PollFd {
                fd: -1,
                events: 0,
                revents: 0,
            };
            fds.resize(n, none);
            if enough {
                break;
            }
        }
        fds.iter_mut().for_each(|entry| entry.revents = 0);
        Wanted {
            priority,
            timeout: u64::try_from(timeout).ok().map(|ms| ms * 1_000_000),
        }
    }

    /// Tells it what has come, in the descriptors that `ask` named. Says whether there
    /// is something to dispatch.
    pub(super) fn check(&self, wanted: &Wanted, fds: &mut [PollFd]) -> bool {
        let Context { library, pointer } = self.0;
        let n = fds.len() as c_int;
        // SAFETY: it is a context of this thread; there are so many entries.
        unsafe { (library.context_check)(pointer, wanted.priority, fds.as_mut_ptr(), n) != 0 }
    }

    /// Calls what has come.
    pub(super) fn dispatch(&self) {
        let Context { library, pointer } = self.0;
        // A callback may give up the one that this is a copy of.
        let _owned = self.again();
        // SAFETY: it is a context of this thread.
        unsafe { (library.context_dispatch)(pointer) };
    }

    /// One iteration, GLib's own.
    pub(super) fn iterate(&self, may_block: bool) {
        let Context { library, pointer } = self.0;
        // SAFETY: it is a context of this thread.
        unsafe { (library.context_iteration)(pointer, may_block.into()) };
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it was acquired once for this.
        unsafe { (self.0.library.context_release)(self.0.pointer) };
    }
}
