//! `struct lwt_result`: success or an error, as a value. What C sees is which
//! of the two it is, and a word; who owns the word is behind it.

use super::{Outcome, Promise, value_of};
use crate::abi::{LWT_FAILURE, lwt_value};
use crate::exn::Exn;
use crate::value::Value;
use std::alloc::{Layout, alloc, dealloc};
use std::ffi::c_void;
use std::mem::{ManuallyDrop, replace};
use std::ptr::{self, NonNull};

/// Success or an error.
#[repr(C)]
pub struct lwt_result {
    /// Is it a success?
    pub is_ok: bool,
    /// The value, or the error: an exception's handle if it came from
    /// lwt_make_error. Borrowed.
    pub value: lwt_value,
}

/// The error of a result.
pub enum Failure {
    /// An exception.
    Exn(Exn),
    /// A value that says what went wrong.
    Typed(Value),
}

type Content = Result<Value, Failure>;

fn word_of(content: &Content) -> lwt_value {
    match content {
        Ok(value) => value.word(),
        Err(failure) => failure.word(),
    }
}

#[repr(C)]
struct Whole {
    public: lwt_result,
    /// Tells a result from what is none.
    mark: u64,
    content: Content,
}

const MARK: u64 = 0x7465_7375_6c74_2e6c;
const LAYOUT: Layout = Layout::new::<Whole>();

/// A result, owned.
pub struct TypedResult(NonNull<Whole>);

impl TypedResult {
    /// A success. The error: out of memory, and the value was dropped.
    pub fn ok(value: Value) -> Result<TypedResult, Exn> {
        TypedResult::new(Ok(value))
    }

    /// An error that is a value.
    pub fn error(value: Value) -> Result<TypedResult, Exn> {
        TypedResult::new(Err(Failure::Typed(value)))
    }

    /// An error that is an exception.
    pub fn failure(exn: Exn) -> Result<TypedResult, Exn> {
        TypedResult::new(Err(Failure::Exn(exn)))
    }

    /// What a promise resolved to.
    pub fn of_outcome(outcome: Outcome) -> Result<TypedResult, Exn> {
        match outcome {
            Ok(value) => TypedResult::ok(value),
            Err(exn) => TypedResult::failure(exn),
        }
    }

    fn new(content: Content) -> Result<TypedResult, Exn> {
        // SAFETY: the layout is not of size 0.
        let room = NonNull::new(unsafe { alloc(LAYOUT) }.cast::<Whole>());
        let Some(room) = room else {
            return Err(Exn::out_of_memory());
        };
        let whole = Whole {
            public: lwt_result {
                is_ok: content.is_ok(),
                value: word_of(&content),
            },
            mark: MARK,
            content,
        };
        // SAFETY: fresh, and of that layout.
        unsafe { room.write(whole) };
        Ok(TypedResult(room))
    }

    /// Is it a success?
    pub fn is_ok(&self) -> bool {
        // SAFETY: owned, and no borrow of the content outlives a call.
        unsafe { &self.0.as_ref().content }.is_ok()
    }

    /// The value, or the error, borrowed.
    pub fn word(&self) -> lwt_value {
        // SAFETY: as in `is_ok`.
        word_of(unsafe { &self.0.as_ref().content })
    }

    /// Moves the content out; `LWT_UNIT` is left. A plain word, and an exception,
    /// are never used up.
    pub fn take(&self) -> Result<Value, Failure> {
        let whole = self.0.as_ptr();
        // SAFETY: as in `is_ok`.
        match unsafe { &(*whole).content } {
            Ok(value) if !value.is_owned() => return Ok(Value::plain(value.word())),
            Err(Failure::Typed(value)) if !value.is_owned() => {
                return Err(Failure::Typed(Value::plain(value.word())));
            }
            Err(Failure::Exn(exn)) => return Err(Failure::Exn(exn.clone())),
            _ => {}
        }
        let empty = if self.is_ok() {
            Ok(Value::UNIT)
        } else {
            Err(Failure::Typed(Value::UNIT))
        };
        // SAFETY: as in `is_ok`; no user code runs here.
        unsafe {
            (*whole).public.value = ptr::null_mut();
            replace(&mut (*whole).content, empty)
        }
    }

    /// As the value of a promise.
    pub fn into_value(self) -> Value {
        Value::new(self.into_raw().cast(), Some(release))
    }

    /// Gives the result to C.
    pub fn into_raw(self) -> *mut lwt_result {
        ManuallyDrop::new(self).0.as_ptr().cast()
    }

    /// Takes over a result that C owned. None: it is none.
    ///
    /// # Safety
    /// As [`peek`].
    pub unsafe fn from_raw(raw: *mut lwt_result) -> Option<TypedResult> {
        // SAFETY: the caller's promise.
        unsafe { peek(raw.cast()) }.map(ManuallyDrop::into_inner)
    }
}

impl Drop for TypedResult {
    fn drop(&mut self) {
        let whole = self.0.as_ptr();
        // SAFETY: owned; the room is given back before the content's drop
        // function runs, which may do anything.
        let content = unsafe {
            (*whole).mark = 0;
            let content = ptr::read(&raw const (*whole).content);
            dealloc(whole.cast(), LAYOUT);
            content
        };
        drop(content);
    }
}

/// All addresses are lower, and all handles higher.
const FIRST_HANDLE: usize = 1 << 50;

/// A look at a result. None: it is NULL, or visibly something else.
///
/// # Safety
/// `word` is the address of a result that lives, or no address of anything (a
/// small number, a handle), or the address of something else as large as a
/// result.
pub unsafe fn peek(word: lwt_value) -> Option<ManuallyDrop<TypedResult>> {
    let whole = NonNull::new(word.cast::<Whole>())?;
    if !(4096..FIRST_HANDLE).contains(&(word as usize)) || !whole.is_aligned() {
        return None;
    }
    // SAFETY: the caller's promise.
    let marked = unsafe { (*whole.as_ptr()).mark } == MARK;
    marked.then(|| ManuallyDrop::new(TypedResult(whole)))
}

/// A look at the result that a promise shows. None: it shows nothing that it
/// owns, a handle, or visibly something else. A plain word is never looked
/// behind, whatever number it is.
///
/// # Safety
/// If the value is owned and at an address, then that is of a result, or of
/// something else as large as a result.
pub unsafe fn shown(promise: &Promise) -> Option<ManuallyDrop<TypedResult>> {
    if !promise.shows_owned() {
        return None;
    }
    // SAFETY: the caller's promise; an address that is owned is of something.
    unsafe { peek(value_of(promise.bits())) }
}

/// Moves the content out of a result that is the value of a promise, and drops
/// what is left of that. The error: it is no result.
///
/// # Safety
/// As [`peek`], of the value's word.
pub unsafe fn take_value(value: Value) -> Result<Result<Value, Failure>, Exn> {
    // SAFETY: the caller's promise.
    match unsafe { peek(value.word()) } {
        Some(result) => Ok(result.take()),
        None => Err(Exn::invalid("the value is not a struct lwt_result")),
    }
}

impl Failure {
    /// As an exception: a typed error is the payload of one of kind
    /// `LWT_FAILURE`.
    pub fn into_exn(self) -> Exn {
        match self {
            Failure::Exn(exn) => exn,
            Failure::Typed(value) => Exn::with_payload(LWT_FAILURE, "a typed error", value),
        }
    }

    /// As a value: an exception is its handle, with a drop function that
    /// releases it.
    pub fn into_value(self) -> Value {
        match self {
            Failure::Exn(exn) => exn.into_value(),
            Failure::Typed(value) => value,
        }
    }

    /// The error as a C callback sees it: an exception's handle, or the word.
    pub fn word(&self) -> lwt_value {
        match self {
            Failure::Exn(exn) => exn.as_raw().cast_mut().cast(),
            Failure::Typed(value) => value.word(),
        }
    }

    /// A result with this error.
    pub fn into_result(self) -> Result<TypedResult, Exn> {
        match self {
            Failure::Exn(exn) => TypedResult::failure(exn),
            Failure::Typed(value) => TypedResult::error(value),
        }
    }
}

/// The drop function of such a value.
unsafe extern "C" fn release(result: *mut c_void) {
    // SAFETY: the drop function of a value made by `into_value`.
    drop(unsafe { TypedResult::from_raw(result.cast()) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promise::tests::{counted, counted_alive};

    fn made<T>(result: Result<T, Exn>) -> T {
        result.expect("memory")
    }

    #[test]
    fn a_result_owns_its_content_until_that_is_moved_out() {
        drop(made(TypedResult::ok(counted())));
        assert_eq!(counted_alive(), 0);
        let result = made(TypedResult::error(counted()));
        let moved = result.take();
        assert!(!result.is_ok() && result.word().is_null());
        drop(result);
        assert_eq!(counted_alive(), 1);
        drop(moved);
        assert_eq!(counted_alive(), 0);
    }

    #[test]
    fn a_value_is_told_from_a_result() {
        let word = made(TypedResult::ok(counted())).into_value();
        // SAFETY: a result, a small number, and something as large as a result.
        unsafe {
            assert!(peek(word.word()).is_some_and(|result| result.is_ok()));
            assert!(peek(ptr::without_provenance_mut(8)).is_none());
            assert!(peek(ptr::null_mut()).is_none());
            let other = [0_u64; 16];
            assert!(peek(other.as_ptr().cast_mut().cast()).is_none());
            assert!(matches!(take_value(word), Ok(Ok(value)) if value.is_owned()));
        }
        assert_eq!(counted_alive(), 0);
    }

    #[test]
    fn a_typed_error_as_an_exception_keeps_its_value() {
        let exn = Failure::Typed(counted()).into_exn();
        assert_eq!(exn.kind(), LWT_FAILURE);
        assert!(!exn.payload().is_null());
        assert_eq!(counted_alive(), 1);
        drop(exn);
        assert_eq!(counted_alive(), 0);
    }
}
