//! Module Lwt_glib: GLib's main loop and ours as one. Owns which thread has GLib's
//! default context in its main loop. Calls the scheduler and GLib, which is loaded when it
//! is first asked for (`library`); without it all else works as ever.
//!
//! - `engine`: our loop drives GLib's (`install`). The engine waits for both.
//! - `source`: GLib's loop drives ours (`attach`), as any loop may: by the descriptor of
//!   `scheduler::embed`, in a source of GLib's.
//! - `context`, `library`: what of GLib is called, and how.
//!
//! A context belongs to one thread (`g_main_context_acquire`), that of the main loop,
//! from the one call to the other: GLib itself sees to it that no other thread looks for
//! its events meanwhile.

#![allow(non_camel_case_types)]

mod context;
mod engine;
mod library;
mod set;
pub mod source;

use crate::abi::{LWT_FAILURE, LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD};
use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use crate::scheduler::engine::object::exchange;
use crate::scheduler::{current, simulation};
use context::Context;
use engine::Bond;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int};
use std::io;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Who waits for descriptors, the mode of `Lwt_glib.install`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum lwt_glib_mode {
    /// GLib's poll function waits, for GLib's descriptors and for ours. The usual one.
    LWT_INTO_GLIB = 0,
    /// The engine of the thread waits, for our descriptors and for GLib's.
    LWT_GLIB_INTO_LWT = 1,
}

thread_local! {
    /// GLib in the main loop of this thread. Emptied when that ends, and so not dropped,
    /// which would be sooner.
    static HERE: ManuallyDrop<RefCell<Option<Rc<Bond>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    static TIDIES: Cell<bool> = const { Cell::new(false) };
}

/// In how many threads it is installed: in one at most, but for forks.
static INSTALLED: AtomicUsize = AtomicUsize::new(0);

fn failure(message: &str) -> Exn {
    Exn::new(LWT_FAILURE, message)
}

fn unix(error: io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}

/// Is it installed in this thread?
fn is_installed() -> bool {
    HERE.with(|here| here.borrow().is_some())
}

/// From now on the main loop of this thread drives GLib's default context. Nothing if it
/// does already.
pub fn install(mode: c_int) -> Result<(), Exn> {
    let into_glib = match mode {
        mode if mode == lwt_glib_mode::LWT_INTO_GLIB as c_int => true,
        mode if mode == lwt_glib_mode::LWT_GLIB_INTO_LWT as c_int => false,
        _ => {
            return Err(Exn::new(
                LWT_INVALID_ARGUMENT,
                "lwt_glib_install: there is no such mode",
            ));
        }
    };
    if is_installed() {
        return Ok(());
    }
    let context = Context::default()?;
    let scheduler = current();
    if simulation::seed().is_some() {
        return Err(failure(
            "lwt_glib_install: time is virtual here, and GLib's is not",
        ));
    }
    if scheduler.is_embedded() {
        return Err(failure(
            "lwt_glib_install: another loop drives this one (lwt_main_fd, lwt_glib_source_attach)",
        ));
    }
    let owned = context.acquire("lwt_glib_install")?;
    let fail = |error| unix(error, c"lwt_glib_install");
    scheduler.notice_fork().map_err(fail)?;
    let before = scheduler.watch.borrow().clone();
    let bond = match into_glib {
        true => Bond::polled(owned, &before),
        false => Bond::watched(owned, &before).map_err(fail)?,
    };
    if let Err(error) = exchange(&bond.engine(), true, false) {
        bond.end();
        return Err(fail(error));
    }
    HERE.with(|here| here.replace(Some(bond)));
    INSTALLED.fetch_add(1, Relaxed);
    if !TIDIES.with(|tidies| tidies.replace(true)) {
        at_thread_exit(|| {
            let _ = remove();
        });
    }
    Ok(())
}

/// The end of that: the engine of before waits alone.
pub fn remove() -> Result<(), Exn> {
    let Some(bond) = HERE.with(|here| here.take()) else {
        return Err(match INSTALLED.load(Relaxed) {
            0 => failure("lwt_glib_remove: GLib is not installed"),
            _ => Exn::new(
                LWT_WRONG_THREAD,
                "lwt_glib_remove: it is another thread that GLib is installed in",
            ),
        });
    };
    if let Err(error) = exchange(bond.before(), true, false) {
        HERE.with(|here| here.replace(Some(bond)));
        return Err(unix(error, c"lwt_glib_remove"));
    }
    bond.end();
    INSTALLED.fetch_sub(1, Relaxed);
    Ok(())
}

/// One iteration of GLib's default context, on whatever thread, with nothing of ours.
pub fn iter(may_block: bool) -> Result<(), Exn> {
    let context = Context::default()?;
    context.acquire("lwt_glib_iter")?.iterate(may_block);
    Ok(())
}

/// Ends a wait of GLib's default context, on whatever thread.
pub fn wakeup() -> Result<(), Exn> {
    Context::default()?.wakeup();
    Ok(())
}
