//! The other way round: a loop of GLib's drives our main loop. Owns the sources that do.
//! Calls GLib and the main loop.
//!
//! Two sources share the work, so that both sides get on, whatever there is to do:
//!
//! - The first waits for the descriptor of `scheduler::embed`, with the priority of idle
//!   functions. So what is urgent to GLib comes first, and so does drawing, which GTK
//!   does with a priority in between; and idle functions take turns with us.
//! - The second sees to it that GLib does not starve us: it has the usual priority, and
//!   wants a turn if there is something to do and the last turn was long ago.
//!
//! They know nothing but that they are this thread's: the context is, as long as they are
//! attached.

use super::context::{Context, Owned};
use super::library::{Library, MainContext, PollFd, Source, SourceFuncs};
use super::{failure, unix};
use crate::abi::LWT_FAILURE;
use crate::exn::{self, Exn};
use crate::handle::local::at_thread_exit;
use crate::scheduler::job::fork::leave_behind;
use crate::scheduler::{clock, current, main_loop};
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::os::fd::RawFd;
use std::ptr;
use std::rc::Rc;

/// How long GLib may have other things to do while there is something to do here, in
/// nanoseconds.
const PATIENCE: u64 = 10_000_000;
/// `G_PRIORITY_DEFAULT_IDLE` and `G_PRIORITY_DEFAULT`.
const IDLE: c_int = 200;
const DEFAULT: c_int = 0;
/// `G_IO_IN`.
const READABLE: c_int = libc::POLLIN as c_int;
/// `G_SOURCE_CONTINUE` and `G_SOURCE_REMOVE`.
const CONTINUE: c_int = 1;
const REMOVE: c_int = 0;

/// What is attached.
struct Attached {
    owned: Owned,
    fd: RawFd,
    patient: *mut Source,
    /// Of its descriptor.
    tag: *mut c_void,
    /// Does it wait for the descriptor?
    waits: Cell<bool>,
    impatient: *mut Source,
    /// When the last turn ended.
    last: Cell<u64>,
}

thread_local! {
    /// Emptied when the thread ends, and so not dropped, which would be sooner.
    static HERE: ManuallyDrop<RefCell<Option<Rc<Attached>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    static TIDIES: Cell<bool> = const { Cell::new(false) };
}

fn here() -> Option<Rc<Attached>> {
    HERE.with(|here| here.borrow().clone())
}

/// What that source is to do its work with. None: it is not one of this thread's.
fn of(source: *mut Source) -> Option<Rc<Attached>> {
    here().filter(|attached| [attached.patient, attached.impatient].contains(&source))
}

static PATIENT: SourceFuncs = SourceFuncs {
    prepare: be_quiet_within,
    check: None,
    dispatch: turn,
    finalize: None,
    closure: [ptr::null_mut(); 2],
};

static IMPATIENT: SourceFuncs = SourceFuncs {
    prepare: is_late,
    check: None,
    dispatch: turn,
    finalize: None,
    closure: [ptr::null_mut(); 2],
};

/// Before a wait. A loop of GLib's within our own can't have it do a turn: then the
/// descriptor, which stays readable, must not end each wait.
unsafe extern "C" fn be_quiet_within(source: *mut Source, timeout: *mut c_int) -> c_int {
    // SAFETY: GLib's variable.
    unsafe { *timeout = -1 };
    if let Some(attached) = of(source) {
        let waits = !main_loop::is_running();
        if attached.waits.replace(waits) != waits {
            let events = if waits { READABLE } else { 0 };
            let modify = attached.owned.context().library.source_modify_unix_fd;
            // SAFETY: the source is alive, and that is its tag.
            unsafe { modify(source, attached.tag, events) };
        }
    }
    0
}

unsafe extern "C" fn is_late(source: *mut Source, timeout: *mut c_int) -> c_int {
    // SAFETY: GLib's variable.
    unsafe { *timeout = -1 };
    let late = of(source).is_some_and(|attached| {
        let mut entry = PollFd {
            fd: attached.fd,
            events: libc::POLLIN,
            revents: 0,
        };
        clock::now().saturating_sub(attached.last.get()) > PATIENCE
            && !main_loop::is_running()
            // SAFETY: one entry, which lives through the call.
            && unsafe { libc::poll(&mut entry, 1, 0) } > 0
    });
    late.into()
}

unsafe extern "C" fn turn(source: *mut Source, _: *const c_void, _: *mut c_void) -> c_int {
    let Some(attached) = of(source) else {
        return REMOVE;
    };
    let done = main_loop::one_turn(false);
    attached.last.set(clock::now());
    match done {
        // The loop is running: this is a loop of GLib's within it.
        Err(exn) if exn.kind() != LWT_FAILURE => exn::unhandled(exn),
        _ => {}
    }
    CONTINUE
}

impl Attached {
    fn new(owned: Owned, fd: RawFd) -> Attached {
        let library = owned.context().library;
        let context = owned.context().pointer;
        let size = size_of::<Source>() as u32;
        // SAFETY: the functions are there for ever, and the sources and the context as
        // long as their references, which are given up in `drop`.
        unsafe {
            let patient = (library.source_new)(&PATIENT, size);
            (library.source_set_priority)(patient, IDLE);
            let tag = (library.source_add_unix_fd)(patient, fd, READABLE);
            let impatient = (library.source_new)(&IMPATIENT, size);
            (library.source_set_priority)(impatient, DEFAULT);
            (library.source_attach)(patient, context);
            (library.source_attach)(impatient, context);
            Attached {
                owned,
                fd,
                patient,
                tag,
                waits: Cell::new(true),
                impatient,
                last: Cell::new(clock::now()),
            }
        }
    }

    /// The context has them no more.
    fn end(&self) {
        let destroy = self.owned.context().library.source_destroy;
        for source in [self.patient, self.impatient] {
            // SAFETY: there is a reference to it.
            unsafe { destroy(source) };
        }
    }

    /// Has the user not destroyed the sources, which are in his context?
    fn is_alive(&self) -> bool {
        let is_destroyed = self.owned.context().library.source_is_destroyed;
        // SAFETY: there are references to both.
        unsafe { is_destroyed(self.patient) == 0 && is_destroyed(self.impatient) == 0 }
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.end();
        let library = self.owned.context().library;
        for source in [self.patient, self.impatient] {
            // SAFETY: this is the reference to it.
            unsafe { (library.source_unref)(source) };
        }
    }
}

/// From now on whoever runs that context, which is NULL for the default one, drives the
/// main loop of this thread. Nothing if it does already.
///
/// # Safety
/// It is NULL or a `GMainContext`.
pub unsafe fn attach(context: *mut c_void) -> Result<(), Exn> {
    const NAME: &str = "lwt_glib_source_attach";
    // SAFETY: the caller's promise.
    let context = unsafe { Context::of_user(context.cast::<MainContext>())? };
    if let Some(attached) = here() {
        let same = ptr::eq(attached.owned.context().pointer, context.pointer);
        match (attached.is_alive(), same) {
            (false, _) => detach()?,
            (true, true) => return Ok(()),
            (true, false) => {
                return Err(failure(
                    "lwt_glib_source_attach: another context drives this thread's main loop",
                ));
            }
        }
    }
    if super::is_installed() {
        return Err(failure(
            "lwt_glib_source_attach: GLib is installed here (lwt_glib_remove)",
        ));
    }
    let owned = context.acquire(NAME)?;
    let fd = main_loop::lend_descriptor().map_err(|error| unix(error, c"lwt_main_fd"))?;
    let attached = Rc::new(Attached::new(owned, fd));
    HERE.with(|here| here.replace(Some(attached)));
    if !TIDIES.with(|tidies| tidies.replace(true)) {
        at_thread_exit(|| {
            let _ = detach();
        });
    }
    Ok(())
}

/// The end of that.
pub fn detach() -> Result<(), Exn> {
    match HERE.with(|here| here.take()) {
        Some(attached) => {
            match Library::get() {
                // In a turn that one of them does, it lives on until that is over.
                Ok(_) => attached.end(),
                // In the child of a fork they are the parent's.
                Err(_) => leave_behind(attached),
            }
            current().end_embedded();
            Ok(())
        }
        None => Err(failure(
            "lwt_glib_source_remove: this thread's main loop has no source of GLib's",
        )),
    }
}
