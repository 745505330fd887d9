//! `lwt_glib.h`: module Lwt_glib.

use super::lwt::kind;
use crate::abi::lwt_exn;
use crate::exn::Exn;
use crate::glib::{self, source};
use std::ffi::{c_int, c_void};
use std::ptr;

/// Tells C how it went: by a number, and, if it wants to know, in words.
///
/// # Safety
/// `exn` is NULL or may be written.
unsafe fn tell(result: Result<(), Exn>, exn: *mut *mut lwt_exn) -> c_int {
    let told = kind(result.clone());
    // SAFETY: the caller's promise.
    if let Some(exn) = unsafe { exn.as_mut() } {
        *exn = result.err().map_or(ptr::null_mut(), Exn::into_raw);
    }
    told
}

/// Has the main loop of this thread, that of lwt_main_run, drive GLib's default main
/// context, `Lwt_glib.install`: from now on the program runs no loop of GLib's. Does
/// nothing if that was done before, in whichever mode. `mode`:
///
/// - LWT_INTO_GLIB: the thread waits by the function that GLib polls with
///   (g_main_context_set_poll_func), for our descriptors too. The usual one.
/// - LWT_GLIB_INTO_LWT: it waits by its engine, whichever that is (`lwt_engine.h`), for
///   GLib's descriptors too. Also where libev or an engine of the program's own has to
///   stay, and files are still read by that of io_uring.
///
/// In either, an iteration of GLib's is part of each turn of the main loop: its sources
/// are prepared just before the thread waits, and dispatched after all else that the wait
/// has brought, the most urgent alone, as GLib does. lwt_main_run never fails with
/// LWT_STALLED then, for a source may still resolve the promise. lwt_engine_id is "glib",
/// and until lwt_glib_remove no other engine can be set. The context is the thread's
/// (g_main_context_acquire): no other may look for its events, but any may add sources.
/// In a callback of GLib's lwt_main_run fails with LWT_FAILURE, as in any other.
///
/// If it fails nothing has changed: the kind is returned, and `*exn` is the exception,
/// which the caller owns; NULL on success; `exn` may be NULL. LWT_NOT_AVAILABLE: GLib is
/// not installed on this system, or older than 2.36; the message has the loader's words.
/// LWT_FAILURE: another thread has the context; another loop drives this one
/// (lwt_main_fd, lwt_glib_source_attach); time is virtual (lwt_engine_sim).
/// LWT_INVALID_ARGUMENT: there is no such mode. LWT_UNIX_ERROR: no descriptor is left, or
/// the engine takes no more. LWT_FORKED: GLib was used by the parent of this process.
///
/// In the child of lwt_unix_fork the main loop goes on without GLib, whose sources and
/// display are the parent's. When the thread ends GLib is removed. Of this thread.
/// Manual: section "Glib integration".
///
/// # Safety
/// `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_glib_install(mode: c_int, exn: *mut *mut lwt_exn) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { tell(glib::install(mode), exn) }
}

/// Ends what lwt_glib_install has begun, `Lwt_glib.remove`: the thread waits by its engine
/// of before, which has all events, and GLib's context is free. May be called in a callback
/// of GLib's: what else GLib has to dispatch at that moment is still dispatched.
///
/// Returns LWT_OK; LWT_FAILURE if it is not installed; LWT_WRONG_THREAD if it is in another
/// thread; LWT_UNIX_ERROR if the engine of before can't take the events: then it stays
/// installed. On the thread that installed it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_glib_remove() -> c_int {
    kind(glib::remove())
}

/// One iteration of GLib's default main context, with nothing of ours, `Lwt_glib.iter`:
/// g_main_context_iteration. If `may_block` it waits until a source is ready, or for
/// lwt_glib_wakeup.
///
/// Returns LWT_OK; LWT_FAILURE if another thread is in there, or has GLib installed in its
/// main loop; LWT_NOT_AVAILABLE; LWT_FORKED. On any thread, whether it uses promises or
/// not.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_glib_iter(may_block: bool) -> c_int {
    kind(glib::iter(may_block))
}

/// Has a blocked lwt_glib_iter return, or the next one not block, `Lwt_glib.wakeup`:
/// g_main_context_wakeup. Where GLib is installed it ends the main loop's wait.
///
/// Returns LWT_OK, LWT_NOT_AVAILABLE or LWT_FORKED. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_glib_wakeup() -> c_int {
    kind(glib::wakeup())
}

/// The other way round, which Lwt does not have: adds a source to `context`, a
/// `GMainContext *`, or NULL for the default one, by which whoever runs that context
/// drives the main loop of this thread: g_main_loop_run, gtk_main, g_application_run.
/// Promises, timers, jobs and descriptors go on in there; lwt_main_run is not needed, but
/// works. Does nothing if the same was done before.
///
/// A turn of ours has the priority of GLib's idle functions, so that what is urgent and
/// GTK's drawing come first, but if GLib is busy for long there is one every 10 ms. The
/// context is the thread's from now on (g_main_context_acquire), and a reference to it is
/// kept. While a callback of ours runs a loop of GLib's, ours stands still. What can't be
/// waited for goes to the async exception hook.
///
/// If it fails nothing has changed, and `exn` is as in lwt_glib_install.
/// LWT_NOT_AVAILABLE: GLib is not there, or too old. LWT_FAILURE: another thread has the
/// context; another context drives this thread's loop; GLib is installed here.
/// LWT_UNIX_ERROR, with the errno of lwt_main_fd: the engine can't be embedded, or there
/// are no descriptors. LWT_FORKED: GLib was used by the parent of this process.
///
/// In the child of a fork it stays attached, as the context's other sources do. When the
/// thread ends the source is removed. Of this thread.
///
/// # Safety
/// `context` is NULL or a `GMainContext`; `exn` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_glib_source_attach(
    context: *mut c_void,
    exn: *mut *mut lwt_exn,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { tell(source::attach(context), exn) }
}

/// Removes that source, and gives the context up. May be called in a callback. What is
/// pending stays so until something drives the main loop again.
///
/// Returns LWT_OK, or LWT_FAILURE if this thread has no such source. On the thread that
/// attached it.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_glib_source_remove() -> c_int {
    kind(source::detach())
}
