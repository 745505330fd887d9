//! `struct lwt_values`: the values of an all, both, nchoose or npick. What C
//! sees is the length and the words; who owns each is behind it.

use super::shared::Shared;
use super::state::{RETURN, SHARED, Settled, owned, share};
use super::{Promise, cell};
use crate::exn::Exn;
use crate::handle::slot::USER;
use crate::value::{DropFn, Value};
use std::ffi::c_void;
use std::ptr;

/// The values of several promises.
#[repr(C)]
pub struct lwt_values {
    /// How many.
    pub len: usize,
    /// The words, borrowed.
    pub data: *mut *mut c_void,
}

/// How the array owns a word.
#[derive(Clone, Copy)]
enum Owner {
    Nobody,
    /// The array, which frees it with this function.
    Array(u64),
    /// A cell that promises show as well.
    Cell(u64),
}

#[repr(C)]
struct Array {
    public: lwt_values,
    words: Box<[*mut c_void]>,
    owners: Box<[Owner]>,
}

/// An array, owned.
pub struct Values(*mut Array);

fn zeroed<T: Clone>(len: usize, zero: T) -> Option<Box<[T]>> {
    let mut items = Vec::new();
    items.try_reserve_exact(len).ok()?;
    items.resize(len, zero);
    Some(items.into_boxed_slice())
}

impl Values {
    /// An array of `LWT_UNIT`. None: out of memory.
    pub fn new(len: usize) -> Option<Values> {
        let mut words = zeroed(len, ptr::null_mut())?;
        let owners = zeroed(len, Owner::Nobody)?;
        let public = lwt_values {
            len,
            data: words.as_mut_ptr(),
        };
        Some(Values(Box::into_raw(Box::new(Array {
            public,
            words,
            owners,
        }))))
    }

    /// Gives the array away as a word.
    pub fn into_bits(self) -> u64 {
        let bits = self.0 as usize as u64;
        std::mem::forget(self);
        bits
    }

    /// The array back.
    ///
    /// # Safety
    /// `bits` came from `into_bits`, once.
    pub unsafe fn from_bits(bits: u64) -> Values {
        Values(bits as usize as *mut Array)
    }

    /// A look at the array.
    ///
    /// # Safety
    /// `bits` came from `into_bits` and is still owned by whoever has it.
    pub unsafe fn borrow_bits(bits: u64) -> std::mem::ManuallyDrop<Values> {
        std::mem::ManuallyDrop::new(Values(bits as usize as *mut Array))
    }

    /// As the value of a promise.
    pub fn into_settled(self) -> Settled {
        Settled {
            state: RETURN,
            a: self.into_bits(),
            b: release as *const () as usize as u64,
        }
    }

    /// As a value.
    pub fn into_value(self) -> Value {
        Value::new(self.into_bits() as usize as *mut c_void, Some(release))
    }

    /// Puts what a promise shows at an index.
    pub fn set(&self, index: usize, settled: Settled) {
        // SAFETY: the array is this one's, and no borrow of it outlives a call.
        let array = unsafe { &mut *self.0 };
        let place: *mut *mut c_void = &mut array.words[index];
        let (word, owner) = match settled {
            Settled {
                state: RETURN,
                a,
                b: 0,
            } => (a as usize as *mut c_void, Owner::Nobody),
            Settled {
                state: SHARED, a, ..
            } => {
                cell::mirror(a, place);
                (cell::word(a), Owner::Cell(a))
            }
            Settled { a, b, .. } => (a as usize as *mut c_void, Owner::Array(b)),
        };
        array.words[index] = word;
        array.owners[index] = owner;
    }

    /// Puts what a promise shows at an index. A value that nobody else can see
    /// is moved; otherwise it is shown in both places. The error: what the
    /// promise failed with, or memory ran out. There must be such an index, and
    /// nothing owned at it.
    pub fn show(&self, index: usize, promise: Promise) -> Result<(), Exn> {
        let Some((_, slot)) = promise.slot() else {
            return Err(Exn::out_of_memory());
        };
        match slot.state() {
            RETURN | SHARED => {
                self.set(index, share(slot, slot.refs.get() == USER));
                Ok(())
            }
            _ => Err(promise.exn().unwrap_or_else(Exn::out_of_memory)),
        }
    }

    /// Puts a share in a value at an index, as `show`.
    pub fn put_shared(&self, index: usize, shared: Shared) {
        self.set(index, shared.into_settled());
    }

    /// Puts a value at an index; what was there is dropped. The value comes
    /// back if there is no such index.
    pub fn put(&self, index: usize, value: Value) -> Result<(), Value> {
        // SAFETY: as in `set`.
        if index >= unsafe { (*self.0).public.len } {
            return Err(value);
        }
        let before = self.take(index);
        self.set(index, Settled::value(value));
        drop(before);
        Ok(())
    }

    /// A share in the value at an index, which stays there. None: there is no such
    /// index.
    pub fn share(&self, index: usize) -> Option<Shared> {
        // SAFETY: as in `set`.
        let array = unsafe { &mut *self.0 };
        let place: *mut *mut c_void = array.words.get_mut(index)?;
        if let Owner::Array(drop) = array.owners[index] {
            // SAFETY: `set` put both there; the cell owns them from now on.
            let value = unsafe { owned(array.words[index] as usize as u64, drop) };
            let bits = cell::new(value);
            cell::mirror(bits, place);
            array.owners[index] = Owner::Cell(bits);
        }
        Some(match array.owners[index] {
            Owner::Cell(bits) => {
                cell::retain(bits);
                Shared::of_cell(bits)
            }
            _ => Shared::new(Value::plain(array.words[index])),
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        // SAFETY: as in `set`.
        unsafe { (*self.0).public.len }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves a value out; `LWT_UNIT` is left.
    pub fn take(&self, index: usize) -> Value {
        // SAFETY: as in `set`.
        let array = unsafe { &mut *self.0 };
        let Some(place) = array.words.get_mut(index) else {
            return Value::UNIT;
        };
        let place: *mut *mut c_void = place;
        match array.owners[index] {
            Owner::Nobody => Value::plain(array.words[index]),
            Owner::Array(drop) => {
                array.owners[index] = Owner::Nobody;
                let word = std::mem::replace(&mut array.words[index], ptr::null_mut());
                // SAFETY: `set` put both there; neither is left.
                unsafe { owned(word as usize as u64, drop) }
            }
            Owner::Cell(bits) => {
                array.owners[index] = Owner::Nobody;
                array.words[index] = ptr::null_mut();
                cell::unmirror(bits, place);
                let value = cell::take(bits);
                cell::release(bits);
                value
            }
        }
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        // SAFETY: owned; the box goes last.
        let mut array = unsafe { Box::from_raw(self.0) };
        for index in 0..array.owners.len() {
            let place: *mut *mut c_void = &mut array.words[index];
            match array.owners[index] {
                Owner::Nobody => {}
                Owner::Array(drop) => {
                    // SAFETY: `set` put both there; the array goes.
                    std::mem::drop(unsafe { owned(array.words[index] as usize as u64, drop) });
                }
                Owner::Cell(bits) => {
                    cell::unmirror(bits, place);
                    cell::release(bits);
                }
            }
        }
    }
}

/// The drop function of such a value.
unsafe extern "C" fn release(values: *mut c_void) {
    // SAFETY: the drop function of a value made by `into_settled`.
    drop(unsafe { Values::from_bits(values as usize as u64) });
}

/// `lwt_values_release`: frees an array, and what is left in it.
///
/// # Safety
/// `values` is NULL or was moved out of a promise, once.
pub unsafe fn release_raw(values: *mut lwt_values) {
    if !values.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Values::from_bits(values as usize as u64) });
    }
}

/// An array that C owns, as a value; NULL is `LWT_UNIT`.
///
/// # Safety
/// As [`release_raw`].
pub unsafe fn raw_into_value(values: *mut lwt_values) -> Value {
    if values.is_null() {
        return Value::UNIT;
    }
    // SAFETY: the caller's promise.
    unsafe { Values::from_bits(values as usize as u64) }.into_value()
}

/// `lwt_values_set`: puts a value into an array. False: there is no such place,
/// and the value was dropped.
///
/// # Safety
/// As [`take_raw`].
pub unsafe fn set_raw(values: *mut lwt_values, index: usize, value: Value) -> bool {
    if values.is_null() {
        return false;
    }
    // SAFETY: the caller's promise.
    unsafe { Values::borrow_bits(values as usize as u64) }
        .put(index, value)
        .is_ok()
}

/// A share in the value at an index. None: there is no such place.
///
/// # Safety
/// As [`take_raw`].
pub unsafe fn share_raw(values: *mut lwt_values, index: usize) -> Option<Shared> {
    if values.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { Values::borrow_bits(values as usize as u64) }.share(index)
}

/// `lwt_values_take`: moves a value out of an array.
///
/// # Safety
/// `values` is NULL or an array that a promise shows or that was moved out.
pub unsafe fn take_raw(values: *mut lwt_values, index: usize) -> (*mut c_void, Option<DropFn>) {
    if values.is_null() {
        return (ptr::null_mut(), None);
    }
    // SAFETY: the caller's promise.
    unsafe { Values::borrow_bits(values as usize as u64) }
        .take(index)
        .into_parts()
}
