//! `lwt_unix.h`, CPUs. Module Lwt_unix.

use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::promise::failed;
use crate::unix::cpu;
use std::ffi::c_int;
use std::slice;

/// The number of the CPU that runs this thread just now, `Lwt_unix.get_cpu`: a
/// promise, already resolved, of an LWT_INT. Fails with LWT_NOT_AVAILABLE where
/// the system can't tell. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_get_cpu() -> *mut lwt_t {
    cpu::get().into_raw()
}

/// On which CPUs a process, or thread, may run, `Lwt_unix.get_affinity`: a
/// promise, already resolved, of a `struct lwt_values` with the number of each
/// as an LWT_INT, in ascending order. `pid` 0 stands for this thread.
///
/// Fails with LWT_UNIX_ERROR (ESRCH: there is no such process; function
/// "get_affinity"), LWT_NOT_AVAILABLE and LWT_OUT_OF_MEMORY. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_unix_get_affinity(pid: c_int) -> *mut lwt_t {
    cpu::affinity(pid).into_raw()
}

/// Says on which CPUs a process, or thread, may run, `Lwt_unix.set_affinity`:
/// the `n` whose numbers are in `cpus`, which is borrowed until the call
/// returns. `pid` 0 stands for this thread; threads and processes that it
/// starts from then on inherit it. Returns a promise, already resolved, of
/// LWT_UNIT.
///
/// Fails with LWT_INVALID_ARGUMENT if `cpus` is NULL and `n` is not 0, or a
/// number is negative or above 65535; with LWT_UNIX_ERROR (EINVAL: none of them
/// may be used; ESRCH; EPERM; function "set_affinity"), and LWT_NOT_AVAILABLE. On
/// any thread.
///
/// # Safety
/// `cpus` holds `n` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_unix_set_affinity(
    pid: c_int,
    cpus: *const c_int,
    n: usize,
) -> *mut lwt_t {
    let promise = match (cpus.is_null(), n) {
        (true, 1..) => failed(Exn::invalid("lwt_unix_set_affinity: the CPUs are NULL")),
        (_, 0) => cpu::set_affinity(pid, &[]),
        // SAFETY: as this function asks for.
        _ => cpu::set_affinity(pid, unsafe { slice::from_raw_parts(cpus, n) }),
    };
    promise.into_raw()
}
