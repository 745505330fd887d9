//! What stubs allocate with: a stub need not check for NULL.

use std::ffi::{c_char, c_void};
use std::io::Write;

/// Says what failed and ends the process.
fn out_of_memory(function: &str, size: usize) -> ! {
    let _ = writeln!(
        std::io::stderr(),
        "{function}: out of memory ({size} bytes wanted)"
    );
    std::process::abort()
}

/// Allocates `size` bytes, never NULL: when memory runs out it says so on
/// standard error and aborts the process. The caller owns the memory and gives
/// it back with free(). On any thread.
///
/// Manual: "Jobs".
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_malloc(size: usize) -> *mut c_void {
    // SAFETY: any size may be asked for; one byte at least, as malloc(0) may
    // return NULL.
    let memory = unsafe { libc::malloc(size.max(1)) };
    if memory.is_null() {
        out_of_memory("lwt_unix_malloc", size);
    }
    memory
}

/// Makes the memory at `ptr`, which may be NULL, and came from
/// `lwt_unix_malloc` or malloc(), `size` bytes long, and returns where it is
/// now, never NULL: when memory runs out it says so on standard error and
/// aborts the process. On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `ptr` is NULL or came from malloc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_realloc(ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: as this function asks for.
    let memory = unsafe { libc::realloc(ptr, size.max(1)) };
    if memory.is_null() {
        out_of_memory("lwt_unix_realloc", size);
    }
    memory
}

/// A copy of `string`, which is borrowed; of "" if it is NULL. Never NULL: when
/// memory runs out it says so on standard error and aborts the process. The
/// caller owns the copy and gives it back with free(). On any thread.
///
/// Manual: "Jobs".
///
/// # Safety
/// `string` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_strdup(string: *const c_char) -> *mut c_char {
    let string = if string.is_null() {
        c"".as_ptr()
    } else {
        string
    };
    // SAFETY: as this function asks for; the copy has room for the NUL byte.
    unsafe {
        let size = libc::strlen(string) + 1;
        let copy = lwt_unix_malloc(size);
        libc::memcpy(copy, string.cast(), size);
        copy.cast()
    }
}
