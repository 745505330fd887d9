//! GLib's functions, and the structures of its ABI that they take. Owns that GLib is
//! loaded when it is first asked for; nothing links with it. Calls the loader.

use crate::abi::{LWT_FORKED, LWT_NOT_AVAILABLE};
use crate::dynamic::Dynamic;
use crate::exn::Exn;
use crate::handle::fork;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, c_int, c_uint, c_void};

/// `GMainContext`.
#[repr(C)]
pub(super) struct MainContext {
    _private: [u8; 0],
}

/// `GSource`, which is GLib's own but for its size.
#[repr(C)]
pub(super) struct Source {
    callback: [*mut c_void; 2],
    functions: *const SourceFuncs,
    references: c_uint,
    context: *mut MainContext,
    priority: c_int,
    flags: c_uint,
    id: c_uint,
    links: [*mut c_void; 3],
    name: *mut c_void,
    private: *mut c_void,
}

/// `GSourceFuncs`.
#[repr(C)]
pub(super) struct SourceFuncs {
    pub(super) prepare: unsafe extern "C" fn(source: *mut Source, timeout: *mut c_int) -> c_int,
    pub(super) check: Option<unsafe extern "C" fn(source: *mut Source) -> c_int>,
    pub(super) dispatch: unsafe extern "C" fn(
        source: *mut Source,
        callback: *const c_void,
        data: *mut c_void,
    ) -> c_int,
    pub(super) finalize: Option<unsafe extern "C" fn(source: *mut Source)>,
    pub(super) closure: [*mut c_void; 2],
}

// SAFETY: it is constant; GLib reads it on any thread.
unsafe impl Sync for SourceFuncs {}

/// `GPollFD` is poll's own structure, bits and all, on every Unix.
pub(super) type PollFd = libc::pollfd;
/// `GPollFunc`. The timeout is in milliseconds.
pub(super) type PollFunc = unsafe extern "C" fn(*mut PollFd, c_uint, c_int) -> c_int;

/// What of GLib is used. A `c_int` that is no number is a `gboolean`.
pub(super) struct Library {
    pub(super) context_default: unsafe extern "C" fn() -> *mut MainContext,
    pub(super) context_ref: unsafe extern "C" fn(*mut MainContext) -> *mut MainContext,
    pub(super) context_unref: unsafe extern "C" fn(*mut MainContext),
    pub(super) context_acquire: unsafe extern "C" fn(*mut MainContext) -> c_int,
    pub(super) context_release: unsafe extern "C" fn(*mut MainContext),
    pub(super) context_prepare: unsafe extern "C" fn(*mut MainContext, *mut c_int) -> c_int,
    pub(super) context_query:
        unsafe extern "C" fn(*mut MainContext, c_int, *mut c_int, *mut PollFd, c_int) -> c_int,
    pub(super) context_check:
        unsafe extern "C" fn(*mut MainContext, c_int, *mut PollFd, c_int) -> c_int,
    pub(super) context_dispatch: unsafe extern "C" fn(*mut MainContext),
    pub(super) context_iteration: unsafe extern "C" fn(*mut MainContext, c_int) -> c_int,
    pub(super) context_wakeup: unsafe extern "C" fn(*mut MainContext),
    pub(super) context_get_poll_func: unsafe extern "C" fn(*mut MainContext) -> PollFunc,
    pub(super) poll: PollFunc,
    pub(super) source_new: unsafe extern "C" fn(*const SourceFuncs, c_uint) -> *mut Source,
    pub(super) source_unref: unsafe extern "C" fn(*mut Source),
    pub(super) source_attach: unsafe extern "C" fn(*mut Source, *mut MainContext) -> c_uint,
    pub(super) source_destroy: unsafe extern "C" fn(*mut Source),
    pub(super) source_is_destroyed: unsafe extern "C" fn(*mut Source) -> c_int,
    pub(super) source_set_priority: unsafe extern "C" fn(*mut Source, c_int),
    pub(super) source_add_unix_fd: unsafe extern "C" fn(*mut Source, c_int, c_int) -> *mut c_void,
    pub(super) source_modify_unix_fd: unsafe extern "C" fn(*mut Source, *mut c_void, c_int),
}

/// The name by which the loader finds it.
const FILE: &CStr = c"libglib-2.0.so.0";

fn missing(why: &str) -> Exn {
    Exn::new(LWT_NOT_AVAILABLE, format!("GLib can't be used: {why}"))
}

/// What has that name. The error: this GLib is too old to have it.
///
/// # Safety
/// It is a function of the type `T`.
unsafe fn find<T: Copy>(library: Dynamic, name: &CStr) -> Result<T, Exn> {
    // SAFETY: the caller's promise.
    unsafe { library.find(name) }.ok_or_else(|| {
        let name = name.to_string_lossy();
        missing(&format!("it has no {name}; GLib 2.36 or later is needed"))
    })
}

impl Library {
    /// GLib, if it is there; LWT_NOT_AVAILABLE. In the child of a fork, if GLib was
    /// used before: LWT_FORKED. Its contexts wake the parent then, and are woken by it.
    pub(super) fn get() -> Result<&'static Library, Exn> {
        static LIBRARY: OnceCell<(Library, u32)> = OnceCell::new();
        let (library, generation) = LIBRARY.get_or_try_init(|| {
            fork::notice();
            Library::load().map(|library| (library, fork::generation()))
        })?;
        match *generation == fork::generation() {
            true => Ok(library),
            false => Err(Exn::new(
                LWT_FORKED,
                "GLib's main context is that of the process that forked",
            )),
        }
    }

    fn load() -> Result<Library, Exn> {
        // SAFETY: what GLib does when it is loaded may be done at any time.
        let library = unsafe { Dynamic::open(FILE) }.map_err(|why| missing(&why))?;
        // SAFETY: the functions of these names have these types in the ABI that the
        // library's name stands for.
        unsafe {
            Ok(Library {
                context_default: find(library, c"g_main_context_default")?,
                context_ref: find(library, c"g_main_context_ref")?,
                context_unref: find(library, c"g_main_context_unref")?,
                context_acquire: find(library, c"g_main_context_acquire")?,
                context_release: find(library, c"g_main_context_release")?,
                context_prepare: find(library, c"g_main_context_prepare")?,
                context_query: find(library, c"g_main_context_query")?,
                context_check: find(library, c"g_main_context_check")?,
                context_dispatch: find(library, c"g_main_context_dispatch")?,
                context_iteration: find(library, c"g_main_context_iteration")?,
                context_wakeup: find(library, c"g_main_context_wakeup")?,
                context_get_poll_func: find(library, c"g_main_context_get_poll_func")?,
                poll: find(library, c"g_poll")?,
                source_new: find(library, c"g_source_new")?,
                source_unref: find(library, c"g_source_unref")?,
                source_attach: find(library, c"g_source_attach")?,
                source_destroy: find(library, c"g_source_destroy")?,
                source_is_destroyed: find(library, c"g_source_is_destroyed")?,
                source_set_priority: find(library, c"g_source_set_priority")?,
                source_add_unix_fd: find(library, c"g_source_add_unix_fd")?,
                source_modify_unix_fd: find(library, c"g_source_modify_unix_fd")?,
            })
        }
    }
}
