//! CPUs and affinity of module Lwt_unix. May call floor 0.

use crate::exn::Exn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::value::Value;
use std::ffi::{CStr, c_int};
use std::io;

/// More CPUs than any kernel counts: a larger number is a mistake.
const MOST: usize = 1 << 16;
const WORD: usize = u64::BITS as usize;

fn error(function: &CStr) -> Exn {
    match io::Error::last_os_error().raw_os_error() {
        Some(libc::ENOSYS) => Exn::not_available(function),
        errno => Exn::unix(errno.unwrap_or(libc::EIO), function, c""),
    }
}

fn promise(outcome: Outcome) -> Promise {
    outcome.map_or_else(failed, resolved)
}

fn number(n: usize) -> Value {
    Value::plain(n as *mut _)
}

/// `Lwt_unix.get_cpu`: the one that runs this.
pub fn get() -> Promise {
    // SAFETY: no conditions.
    let cpu = unsafe { libc::sched_getcpu() };
    promise(
        usize::try_from(cpu)
            .map_err(|_| error(c"get_cpu"))
            .map(number),
    )
}

/// `Lwt_unix.get_affinity`: on which CPUs a process, or thread, may run; 0: this
/// thread. The value is a `struct lwt_values`, in ascending order.
pub fn affinity(pid: c_int) -> Promise {
    promise(mask(pid).and_then(|mask| {
        let is_set = |cpu: &usize| mask[cpu / WORD] >> (cpu % WORD) & 1 == 1;
        let cpus: Vec<usize> = (0..mask.len() * WORD).filter(is_set).collect();
        let values = Values::new(cpus.len()).ok_or_else(Exn::out_of_memory)?;
        for (index, &cpu) in cpus.iter().enumerate() {
            drop(values.put(index, number(cpu)));
        }
        Ok(values.into_value())
    }))
}

fn mask(pid: c_int) -> Result<Vec<u64>, Exn> {
    let mut mask = vec![0u64; 1024 / WORD];
    loop {
        // SAFETY: the kernel writes at most as many bytes as it is told.
        let done = unsafe {
            libc::sched_getaffinity(pid, size_of_val(&mask[..]), mask.as_mut_ptr().cast())
        };
        if done == 0 {
            return Ok(mask);
        }
        let exn = error(c"get_affinity");
        // There are more CPUs than that.
        if exn.errno() != libc::EINVAL || mask.len() * WORD >= MOST {
            return Err(exn);
        }
        mask.resize(mask.len() * 2, 0);
    }
}

/// `Lwt_unix.set_affinity`.
pub fn set_affinity(pid: c_int, cpus: &[c_int]) -> Promise {
    let mut mask = vec![0u64; 1024 / WORD];
    for &cpu in cpus {
        let Some(cpu) = usize::try_from(cpu).ok().filter(|&cpu| cpu < MOST) else {
            return failed(Exn::invalid(&format!("lwt_unix_set_affinity: CPU {cpu}")));
        };
        if mask.len() <= cpu / WORD {
            mask.resize(cpu / WORD + 1, 0);
        }
        mask[cpu / WORD] |= 1 << (cpu % WORD);
    }
    // SAFETY: the kernel reads as many bytes as there are.
    let done =
        unsafe { libc::sched_setaffinity(pid, size_of_val(&mask[..]), mask.as_ptr().cast()) };
    promise(match done {
        0 => Ok(Value::UNIT),
        _ => Err(error(c"set_affinity")),
    })
}
