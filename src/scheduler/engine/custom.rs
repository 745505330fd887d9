//! An engine that a user wrote in C: a table of the operations of Lwt's engine
//! class. Also how the loop lives inside that of another library.

use super::{Engine, Interest, Pollable, Ready};
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::os::fd::RawFd;
use std::ptr;
use std::rc::Rc;

/// What an engine calls to report that a descriptor is ready or a timer due.
pub type ReadyFn = Option<unsafe extern "C" fn(arg: *mut c_void)>;
type RegisterFdFn = unsafe extern "C" fn(
    engine: *mut c_void,
    fd: c_int,
    ready: ReadyFn,
    arg: *mut c_void,
) -> *mut c_void;
type RegisterTimerFn = unsafe extern "C" fn(
    engine: *mut c_void,
    delay: f64,
    repeat: bool,
    ready: ReadyFn,
    arg: *mut c_void,
) -> *mut c_void;
type EngineFn = unsafe extern "C" fn(engine: *mut c_void);

/// The operations, as C gives them; checked to be complete.
#[derive(Clone, Copy)]
pub struct Operations {
    /// One turn of the engine; waits for something if `block`.
    pub iter: unsafe extern "C" fn(engine: *mut c_void, block: bool),
    /// Frees the engine. May be missing.
    pub cleanup: Option<EngineFn>,
    /// Reports each time that reading would not block, until unregistered.
    pub register_readable: RegisterFdFn,
    /// The same for writing.
    pub register_writable: RegisterFdFn,
    /// Reports after the delay.
    pub register_timer: RegisterTimerFn,
    /// Ends what a register function has returned.
    pub unregister: unsafe extern "C" fn(engine: *mut c_void, registration: *mut c_void),
    /// Does the engine deliver that signal? May be missing.
    pub forwards_signal: Option<unsafe extern "C" fn(engine: *mut c_void, signal: c_int) -> bool>,
    /// In the child of a fork. May be missing.
    pub fork: Option<EngineFn>,
}

/// An engine in C.
pub struct Custom {
    name: CString,
    operations: Operations,
    engine: *mut c_void,
    /// What has been reported since the last wait began.
    reports: Rc<RefCell<Vec<Ready>>>,
    fds: RefCell<Vec<(RawFd, [Option<Registration>; 2])>>,
}

/// What an engine has registered for us, and what it gives back to us.
struct Registration {
    token: *mut c_void,
    arg: *mut Report,
}

/// The argument of `ready`.
struct Report {
    reports: Rc<RefCell<Vec<Ready>>>,
    /// None: a timer, whose report only ends the wait.
    ready: Option<Ready>,
}

unsafe extern "C" fn report(arg: *mut c_void) {
    // SAFETY: the engine gives back the argument of a registration that it
    // has not been told to end.
    let report = unsafe { &*arg.cast::<Report>() };
    if let Some(ready) = report.ready {
        let mut reports = report.reports.borrow_mut();
        if !reports.contains(&ready) {
            reports.push(ready);
        }
    }
}

impl Custom {
    /// An engine of these operations. The name is copied.
    ///
    /// # Safety
    /// `name` is NULL or a string; the functions may be called with `engine`
    /// on this thread until `cleanup` was.
    pub unsafe fn new(name: *const c_char, operations: Operations, engine: *mut c_void) -> Custom {
        let name = match name.is_null() {
            true => c"custom".to_owned(),
            // SAFETY: the caller says it is a string.
            false => unsafe { CStr::from_ptr(name) }.to_owned(),
        };
        Custom {
            name,
            operations,
            engine,
            reports: Rc::new(RefCell::new(Vec::new())),
            fds: RefCell::new(Vec::new()),
        }
    }

    fn register(
        &self,
        ready: Option<Ready>,
        call: impl FnOnce(*mut c_void) -> *mut c_void,
    ) -> Option<Registration> {
        let arg = Box::into_raw(Box::new(Report {
            reports: self.reports.clone(),
            ready,
        }));
        let token = call(arg.cast());
        if token.is_null() {
            // SAFETY: the engine has refused, and so will not use it.
            drop(unsafe { Box::from_raw(arg) });
            return None;
        }
        Some(Registration { token, arg })
    }

    fn unregister(&self, registration: Registration) {
        // SAFETY: the token came from a register function, and is used once;
        // the engine has let go of the argument afterwards.
        unsafe {
            (self.operations.unregister)(self.engine, registration.token);
            drop(Box::from_raw(registration.arg));
        }
    }

    fn set(&self, fd: RawFd, write: bool, wanted: bool) -> io::Result<()> {
        let old = {
            let mut fds = self.fds.borrow_mut();
            let at = match fds.iter().position(|(known, _)| *known == fd) {
                Some(at) => at,
                None => {
                    fds.push((fd, [None, None]));
                    fds.len() - 1
                }
            };
            if fds[at].1[usize::from(write)].is_some() == wanted {
                return Ok(());
            }
            fds[at].1[usize::from(write)].take()
        };
        if let Some(registration) = old {
            self.unregister(registration);
            self.reports.borrow_mut().retain(|ready| ready.fd != fd);
        }
        if wanted {
            // It might find out much later.
            // SAFETY: takes no pointer.
            if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
                return Err(io::Error::from_raw_os_error(libc::EBADF));
            }
            let interest = Interest {
                read: !write,
                write,
            };
            let ready = Ready {
                fd,
                interest,
                closed: false,
            };
            let function = match write {
                false => self.operations.register_readable,
                true => self.operations.register_writable,
            };
            // SAFETY: the table's functions take these.
            let new = self.register(Some(ready), |arg| unsafe {
                function(self.engine, fd, Some(report), arg)
            });
            let Some(new) = new else {
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            };
            let mut fds = self.fds.borrow_mut();
            if let Some((_, both)) = fds.iter_mut().find(|(known, _)| *known == fd) {
                both[usize::from(write)] = Some(new);
            }
        }
        let mut fds = self.fds.borrow_mut();
        fds.retain(|(_, both)| both.iter().any(Option::is_some));
        Ok(())
    }
}

impl Engine for Custom {
    fn name(&self) -> &CStr {
        &self.name
    }

    fn watch(&self, fd: RawFd, _old: Interest, new: Interest) -> io::Result<()> {
        self.set(fd, false, new.read)?;
        self.set(fd, true, new.write)
    }

    fn wait(&self, timeout: Option<u64>, ready: &mut Vec<Ready>) -> io::Result<()> {
        let block = timeout != Some(0) && self.reports.borrow().is_empty();
        let timer = match timeout {
            Some(ns) if block => {
                // The next greater, for the division rounds either way.
                let delay = (ns as f64 / 1e9).next_up();
                // SAFETY: the table's function takes these.
                self.register(None, |arg| unsafe {
                    (self.operations.register_timer)(self.engine, delay, false, Some(report), arg)
                })
            }
            _ => None,
        };
        // An engine that has no timer to give must not sleep on.
        let block = block && (timeout.is_none() || timer.is_some());
        // SAFETY: the table's function takes these.
        unsafe { (self.operations.iter)(self.engine, block) };
        if let Some(timer) = timer {
            self.unregister(timer);
        }
        ready.append(&mut self.reports.borrow_mut());
        Ok(())
    }

    fn has_sources_of_its_own(&self) -> bool {
        true
    }

    fn pollable(&self) -> io::Result<Pollable> {
        Ok(Pollable::No)
    }

    fn forwards_signal(&self, signal: c_int) -> bool {
        self.operations
            .forwards_signal
            // SAFETY: the table's function takes these.
            .is_some_and(|f| unsafe { f(self.engine, signal) })
    }

    fn after_fork(&self) {
        if let Some(fork) = self.operations.fork {
            // SAFETY: the table's function takes this.
            unsafe { fork(self.engine) };
        }
        // The caller watches all anew.
        for (_, both) in self.fds.take() {
            both.into_iter().flatten().for_each(|r| self.unregister(r));
        }
    }
}

impl Drop for Custom {
    fn drop(&mut self) {
        for (_, both) in self.fds.take() {
            both.into_iter().flatten().for_each(|r| self.unregister(r));
        }
        if let Some(cleanup) = self.operations.cleanup {
            // SAFETY: nothing is registered any more, and nothing follows.
            unsafe { cleanup(self.engine) };
        }
        self.engine = ptr::null_mut();
    }
}
