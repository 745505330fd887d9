//! Libraries that are loaded when they are first asked for (libev, GLib): nothing
//! links with them, and without them all else works. Owns how they are found. Calls
//! the loader.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

/// A library that is loaded. It is never unloaded.
#[derive(Clone, Copy)]
pub(crate) struct Dynamic(NonNull<c_void>);

impl Dynamic {
    /// The library of that file name, as the loader finds it. The error is in the
    /// loader's words.
    ///
    /// # Safety
    /// What that library does when it is loaded may be done now.
    pub(crate) unsafe fn open(file: &CStr) -> Result<Dynamic, String> {
        // SAFETY: the name is a string; for the rest the caller's promise.
        let library = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        NonNull::new(library).map(Dynamic).ok_or_else(|| {
            // SAFETY: NULL, or a string that is valid until this thread calls the
            // loader again.
            let why = unsafe { libc::dlerror().as_ref().map(|why| CStr::from_ptr(why)) };
            why.unwrap_or(file).to_string_lossy().into_owned()
        })
    }

    /// What has that name in it. None: nothing has.
    ///
    /// # Safety
    /// `T` is a pointer to what has that name, such as a function of its type.
    pub(crate) unsafe fn find<T: Copy>(self, name: &CStr) -> Option<T> {
        const { assert!(size_of::<T>() == size_of::<*mut c_void>()) };
        // SAFETY: the library is open, the name is a string.
        let found = unsafe { libc::dlsym(self.0.as_ptr(), name.as_ptr()) };
        // SAFETY: its address, of the type that the caller says.
        (!found.is_null()).then(|| unsafe { std::mem::transmute_copy(&found) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_loaded_is_named_in_words() {
        // SAFETY: there is no such library.
        let missing = unsafe { Dynamic::open(c"liblwt_there_is_none.so.77") };
        let why = missing.err().unwrap_or_default();
        assert!(why.contains("liblwt_there_is_none.so.77"), "{why}");
    }
}
