//! The room that tests need: a full disk is told as that, and not as whatever a
//! linker says of it.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Below that many bytes a linker or a test may fail in any way.
const LEAST: u64 = 200 << 20;

/// What is free where `folder` lies, as far as one can ask.
fn free(folder: &Path) -> Option<u64> {
    let path = CString::new(folder.as_os_str().as_bytes()).ok()?;
    let mut answer = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends in NUL, and the structure is the call's to fill.
    if unsafe { libc::statvfs(path.as_ptr(), answer.as_mut_ptr()) } != 0 {
        return None;
    }
    // SAFETY: the call has succeeded and filled it.
    let answer = unsafe { answer.assume_init() };
    Some(answer.f_bavail.saturating_mul(answer.f_frsize))
}

/// A sentence, if there is too little room in `folder` to go on.
pub fn full(folder: &Path) -> Option<String> {
    too_little(folder, free(folder)?)
}

/// The same of a number.
pub fn too_little(folder: &Path, free: u64) -> Option<String> {
    (free < LEAST).then(|| {
        format!(
            "the disk is full: {} MB are free in {}, and it takes {}",
            free >> 20,
            folder.display(),
            LEAST >> 20
        )
    })
}
