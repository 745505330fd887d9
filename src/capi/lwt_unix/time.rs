//! `lwt_unix.h`, time: sleeping and timeouts. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::unix::sleep;

/// Returns a promise of LWT_UNIT that resolves after `seconds` seconds, never
/// earlier, measured from now (not from the beginning of the loop's turn).
/// Equal deadlines resolve in the order of the calls. Cancelling it removes
/// the timer.
///
/// `seconds` zero or negative: it resolves in the next turn of the main loop.
/// Infinite, or longer than some centuries: it never resolves, and can be
/// cancelled.
///
/// Fails with LWT_INVALID_ARGUMENT if `seconds` is not a number, and with
/// LWT_OUT_OF_MEMORY. May be called on any thread; the promise is that
/// thread's. Manual: `Lwt_unix.sleep`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_sleep(seconds: f64) -> *mut lwt_t {
    sleep::sleep(seconds).into_raw()
}

/// Returns a promise that fails with LWT_TIMEOUT after `seconds` seconds; for
/// the rest as lwt_unix_sleep. Most useful in lwt_pick. Manual:
/// `Lwt_unix.timeout`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_timeout(seconds: f64) -> *mut lwt_t {
    sleep::timeout(seconds).into_raw()
}
