//! Exceptions: what a failed promise shows. Owned references that any thread
//! may hold.

use crate::abi::lwt_exn;
use crate::value::Value;
use std::ffi::{CStr, CString, c_int, c_void};

/// One reference to an exception. Cloning retains, dropping releases.
pub struct Exn(u64);

impl Exn {
    /// An exception of a kind with a message for a person.
    pub fn new(_kind: c_int, _message: impl Into<Vec<u8>>) -> Exn {
        unimplemented!()
    }
    /// The same, with a payload.
    pub fn with_payload(_kind: c_int, _message: impl Into<Vec<u8>>, _payload: Value) -> Exn {
        unimplemented!()
    }
    /// A failed system call: `mkdir: File exists: "/tmp/a"`.
    pub fn unix(_errno: c_int, _function: &CStr, _argument: &CStr) -> Exn {
        unimplemented!()
    }
    /// `Lwt.Canceled`. Costs nothing.
    pub fn canceled() -> Exn {
        unimplemented!()
    }
    /// `LWT_INVALID_ARGUMENT`; the message says which call and why.
    pub fn invalid(_message: &str) -> Exn {
        unimplemented!()
    }
    /// The kind, `LWT_CANCELED` and so on.
    pub fn kind(&self) -> c_int {
        unimplemented!()
    }
    /// The message.
    pub fn message(&self) -> CString {
        unimplemented!()
    }
    /// The handle, borrowed: valid as long as `self` is.
    pub fn as_raw(&self) -> *const lwt_exn {
        self.0 as *const lwt_exn
    }
    /// The handle, owned.
    pub fn into_raw(self) -> *mut lwt_exn {
        unimplemented!()
    }
    /// Takes over a reference that C owned. None: not an exception's handle.
    pub fn from_raw(_raw: *mut lwt_exn) -> Option<Exn> {
        unimplemented!()
    }
    /// A further reference to an exception that C lends.
    pub fn borrow_raw(_raw: *const lwt_exn) -> Option<Exn> {
        unimplemented!()
    }
}
impl Clone for Exn {
    fn clone(&self) -> Exn {
        unimplemented!()
    }
}
impl Drop for Exn {
    fn drop(&mut self) {
        unimplemented!()
    }
}

/// Hands an exception that nobody handled to the async exception hook. The
/// default hook prints it and exits 2.
pub fn unhandled(_exn: Exn) {
    unimplemented!()
}
#[allow(dead_code)]
fn _unused(_: *mut c_void) {}
