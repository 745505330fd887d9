//! `lwt_sys.h`: module Lwt_sys.

use crate::unix::sys::{self, lwt_sys_endian, lwt_sys_feature};
use std::mem::MaybeUninit;

/// Has this system the feature, `Lwt_sys.have`? What needs one that is missing
/// fails with LWT_NOT_AVAILABLE. False for a number that is no feature. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sys_have(feature: MaybeUninit<lwt_sys_feature>) -> bool {
    // SAFETY: the type has the size of a u32, and C always passes a number.
    sys::has(unsafe { feature.as_ptr().cast::<u32>().read() })
}

/// The order of the bytes of a number in memory, `Lwt_sys.byte_order`. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sys_byte_order() -> lwt_sys_endian {
    sys::BYTE_ORDER
}

/// Is this Windows, `Lwt_sys.windows`? No. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_sys_windows() -> bool {
    false
}
