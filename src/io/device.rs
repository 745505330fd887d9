//! Where the bytes of a channel come from and go to: a descriptor, memory, a
//! function of the user's. Module Lwt_io; calls `unix::fd` and promises.

use super::buffer;
use crate::abi::LWT_FAILURE;
use crate::data::lent::Lent;
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use crate::unix::fd::Fd;
use crate::value::Value;
use std::ffi::c_int;
use std::rc::Rc;
use std::slice;

/// Reads into memory, or writes from it: a promise of how much.
pub type Transfer = Box<dyn Fn(*mut u8, usize) -> Promise>;
/// Moves the device's position, as lseek(2): a promise of where it is then.
pub type Seek = Box<dyn Fn(i64, c_int) -> Promise>;

/// Where bytes come from and go to.
pub enum Device {
    /// A descriptor.
    Fd(Rc<Fd>),
    /// Memory of the user's: the channel has no buffer of its own.
    Memory(Fixed),
    /// A function.
    Function(Transfer),
}

impl Device {
    /// What dumps call it.
    pub fn describe(&self) -> String {
        match self {
            Device::Fd(fd) => format!("fd {}", fd.raw()),
            Device::Memory(_) => "memory".into(),
            Device::Function(_) => "a function".into(),
        }
    }
}

/// Memory of the user's, and what is dropped with the channel.
pub struct Fixed {
    data: *mut u8,
    len: usize,
    _owner: Value,
}

impl Fixed {
    /// The `len` bytes at `data`.
    ///
    /// # Safety
    /// They may be read, and written if the channel is one for output, until
    /// `owner` is dropped; `data` may be NULL only if `len` is 0.
    pub unsafe fn new(data: *mut u8, len: usize, owner: Value) -> Fixed {
        Fixed {
            data,
            len,
            _owner: owner,
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Where it is.
    pub fn data(&self) -> *mut u8 {
        self.data
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes from there on.
    pub fn from(&self, at: usize) -> &[u8] {
        if at >= self.len {
            return &[];
        }
        // SAFETY: the promise of `new`; `at` is inside.
        unsafe { slice::from_raw_parts(self.data.add(at), self.len - at) }
    }

    /// Writes there. False: it does not fit, and nothing was written.
    pub fn put(&self, at: usize, bytes: &[u8]) -> bool {
        if self
            .len
            .checked_sub(at)
            .is_none_or(|room| room < bytes.len())
        {
            return false;
        }
        if !bytes.is_empty() {
            // SAFETY: the promise of `new`; it fits. The user may write from
            // what lies in there, too.
            unsafe { std::ptr::copy(bytes.as_ptr(), self.data.add(at), bytes.len()) }
        }
        true
    }
}

/// Memory that a function of the user's was called with. If its promise is left
/// pending the memory lives on until that has resolved.
pub struct Lending(Lent<Vec<u8>>);

impl Lending {
    /// `function` is called with the bytes from `start` to `end`.
    pub fn call(function: &Transfer, mut memory: Vec<u8>, start: usize, end: usize) -> Lending {
        let bytes = &mut memory[start..end];
        let promise = function(bytes.as_mut_ptr(), bytes.len());
        Lending(Lent::new(memory, promise))
    }

    /// Its promise.
    pub fn promise(&self) -> &Promise {
        self.0.promise()
    }

    /// The memory, when the promise has resolved.
    pub fn take(self) -> Vec<u8> {
        self.0.take().unwrap_or_default()
    }
}

/// How much a function says it has transferred, of `asked`.
pub fn count(outcome: Outcome, asked: usize, what: &str) -> Result<usize, Exn> {
    let count = outcome?.word() as usize;
    if count <= asked {
        return Ok(count);
    }
    Err(Exn::new(
        LWT_FAILURE,
        format!(
            "lwt_io: the {what} function of a channel returned {} for {asked} bytes",
            count as isize
        ),
    ))
}

/// Memory was to be had, or not.
pub fn memory(size: usize) -> Result<Vec<u8>, Exn> {
    let memory = buffer::take(size);
    if memory.is_empty() && size != 0 {
        return Err(Exn::out_of_memory());
    }
    Ok(memory)
}
