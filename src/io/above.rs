//! Where a channel's bytes go while somebody draws at the bottom of a terminal.
//! Module Lwt_io; calls what `term` has put here: this floor knows no terminal.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicPtr, Ordering};

/// Writes all the bytes above what is drawn, and does not wait. False: nobody draws
/// on what that descriptor is.
pub type Writer = fn(RawFd, &[u8]) -> bool;

static WRITER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

/// From now on this one is asked before bytes go to a descriptor.
pub fn install(writer: Writer) {
    // Release: whatever the writer needs was made before.
    WRITER.store(writer as *mut (), Ordering::Release);
}

/// Were the bytes written above what is drawn there? One load while nobody ever drew.
#[inline]
pub fn write(fd: RawFd, bytes: &[u8]) -> bool {
    let writer = WRITER.load(Ordering::Acquire);
    !writer.is_null() && ask(writer, fd, bytes)
}

#[cold]
fn ask(writer: *mut (), fd: RawFd, bytes: &[u8]) -> bool {
    // SAFETY: `install` put a `Writer` there.
    let writer = unsafe { std::mem::transmute::<*mut (), Writer>(writer) };
    writer(fd, bytes)
}
