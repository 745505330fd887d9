//! Starting a detached thread of the system.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;

/// What the thread runs.
pub type Start = extern "C" fn(*mut c_void) -> *mut c_void;

/// Starts a detached thread with the signal mask of its creator.
///
/// # Safety
/// `start` may be run on another thread with `data`.
pub unsafe fn detached(start: Start, data: *mut c_void) -> Result<(), c_int> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
    // SAFETY: the attributes are initialised before they are used, and
    // destroyed once; the rest is the caller's promise.
    unsafe {
        let error = libc::pthread_attr_init(attributes.as_mut_ptr());
        if error != 0 {
            return Err(error);
        }
        libc::pthread_attr_setdetachstate(attributes.as_mut_ptr(), libc::PTHREAD_CREATE_DETACHED);
        let error = libc::pthread_create(thread.as_mut_ptr(), attributes.as_ptr(), start, data);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        if error == 0 { Ok(()) } else { Err(error) }
    }
}

/// The same, with all signals masked: they are for the program's own threads.
///
/// # Safety
/// As [`detached`].
pub unsafe fn deaf(start: Start, data: *mut c_void) -> Result<(), c_int> {
    // SAFETY: both sets are initialised before they are read; the mask of this
    // thread is as before when this returns; the rest is the caller's promise.
    unsafe {
        let mut all = MaybeUninit::<libc::sigset_t>::uninit();
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        let started = detached(start, data);
        libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
        started
    }
}
