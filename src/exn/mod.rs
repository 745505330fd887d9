//! Exceptions: what a failed promise shows. Owned references that any thread
//! may hold.
//!
//! A handle of an exception leads to a table of its own, whose counters are
//! atomic; the handles of promises know nothing of other threads.

mod hook;
mod table;
mod trace;

pub use table::each_live;

pub use hook::{Hook, hook, set_hook, unhandled};

use crate::abi::*;
use crate::debug::passed;
use crate::debug::site::Site;
use crate::handle::fork::{self, Held};
use crate::handle::local::local;
use crate::value::Value;
use std::ffi::{CStr, CString, c_int, c_void};
use std::mem::ManuallyDrop;
use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Mutex, MutexGuard, PoisonError};
use table::CANCELED;
use trace::Trace;

/// One reference to an exception. Cloning retains, dropping releases.
pub struct Exn(u64);

/// What an exception says.
struct Data {
    kind: c_int,
    message: CString,
    errno: c_int,
    function: CString,
    argument: CString,
    payload: Value,
    trace: Trace,
}

// SAFETY: the payload is the user's, who hands it to an exception that any
// thread may use, as `lwt.h` says; the library does not look into it.
unsafe impl Send for Data {}
// SAFETY: as above; all else is never written after it was made.
unsafe impl Sync for Data {}

/// Text from whatever source, cut at a NUL byte.
fn text(bytes: impl Into<Vec<u8>>) -> CString {
    let mut bytes = bytes.into();
    bytes.truncate(bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len()));
    CString::new(bytes).unwrap_or_default()
}

impl Exn {
    /// An exception of a kind with a message for a person.
    pub fn new(kind: c_int, message: impl Into<Vec<u8>>) -> Exn {
        Exn::with_payload(kind, message, Value::UNIT)
    }

    /// The same, with a payload.
    pub fn with_payload(kind: c_int, message: impl Into<Vec<u8>>, payload: Value) -> Exn {
        let (function, argument) = (CString::default(), CString::default());
        Exn::make(Data {
            kind,
            message: text(message),
            errno: 0,
            function,
            argument,
            payload,
            trace: Trace::default(),
        })
    }

    /// An exception of a kind that C names, with its message; None: the kind's
    /// name. If there is no such kind it is `LWT_INVALID_ARGUMENT`.
    pub fn of_kind(kind: c_int, message: Option<&CStr>, payload: Value) -> Exn {
        if !is_kind(kind) {
            let message = "lwt_exn_new: not a kind of exception";
            return Exn::with_payload(LWT_INVALID_ARGUMENT, message, payload);
        }
        let given = message.map(|message| message.to_bytes().to_vec());
        let message = given.unwrap_or_else(|| kind_name(kind));
        Exn::with_payload(kind, message, payload)
    }

    /// A failed system call: `mkdir: File exists: "/tmp/a"`.
    pub fn unix(errno: c_int, function: &CStr, argument: &CStr) -> Exn {
        let mut message = function.to_bytes().to_vec();
        message.extend_from_slice(b": ");
        message.extend_from_slice(describe(errno).as_bytes());
        if !argument.is_empty() {
            message.extend_from_slice(b": \"");
            message.extend_from_slice(argument.to_bytes());
            message.push(b'"');
        }
        Exn::make(Data {
            kind: LWT_UNIX_ERROR,
            message: text(message),
            errno,
            function: function.into(),
            argument: argument.into(),
            payload: Value::UNIT,
            trace: Trace::default(),
        })
    }

    /// `Lwt_sys.Not_available`: this system has no call of that name.
    pub fn not_available(name: &CStr) -> Exn {
        let mut message = name.to_bytes().to_vec();
        message.extend_from_slice(b": not available on this system");
        Exn::make(Data {
            kind: LWT_NOT_AVAILABLE,
            message: text(message),
            errno: 0,
            function: name.into(),
            argument: CString::default(),
            payload: Value::UNIT,
            trace: Trace::default(),
        })
    }

    fn make(data: Data) -> Exn {
        if let Some(site) = passed::origin(local()) {
            data.trace.note("raised", site);
        }
        Exn(table::add(Box::new(data)))
    }

    /// `Lwt.Canceled` as floor 0 stores it.
    pub(crate) const CANCELED: u64 = CANCELED;

    /// `Lwt.Canceled`. Costs nothing.
    #[inline(always)]
    pub fn canceled() -> Exn {
        Exn(CANCELED)
    }

    /// `LWT_OUT_OF_MEMORY`. Allocates nothing.
    pub fn out_of_memory() -> Exn {
        Exn(table::OUT_OF_MEMORY)
    }

    /// `LWT_INVALID_ARGUMENT`; the message says which call and why.
    pub fn invalid(message: &str) -> Exn {
        Exn::new(LWT_INVALID_ARGUMENT, message)
    }

    fn data(&self) -> &Data {
        // SAFETY: `self` holds a reference.
        unsafe { table::get(self.0) }
    }

    /// The kind, `LWT_CANCELED` and so on.
    #[inline(always)]
    pub fn kind(&self) -> c_int {
        if self.0 == CANCELED {
            LWT_CANCELED
        } else {
            self.data().kind
        }
    }

    /// Is it `LWT_CANCELED`?
    #[inline(always)]
    pub fn is_canceled(&self) -> bool {
        self.0 == CANCELED || self.kind() == LWT_CANCELED
    }

    /// The message.
    pub fn message(&self) -> &CStr {
        &self.data().message
    }

    /// The system's error number; 0 unless the kind is `LWT_UNIX_ERROR`.
    pub fn errno(&self) -> c_int {
        self.data().errno
    }

    /// The system call that failed or is missing, or empty.
    pub fn function(&self) -> &CStr {
        &self.data().function
    }

    /// Its argument, or empty.
    pub fn argument(&self) -> &CStr {
        &self.data().argument
    }

    /// Notes that it passes a point: at which place of its trace. None: that
    /// is full; or this is one of those that are shared by all who fail so.
    pub(crate) fn note(&self, how: &'static str, site: Site) -> Option<usize> {
        match table::is_fixed(self.0) {
            true => None,
            false => self.data().trace.note(how, site),
        }
    }

    /// A point that it has passed is known better.
    pub(crate) fn move_note(&self, at: usize, site: Site) {
        self.data().trace.move_note(at, site);
    }

    /// The last point that it has passed has another name.
    pub(crate) fn rename(&self, how: &'static str) {
        self.data().trace.rename(how);
    }

    /// It is raised, and where it was made is as much as is known of that.
    pub(crate) fn raised_where_made(&self) {
        self.data().trace.raised_where_made();
    }

    /// Is nothing known of its way?
    pub(crate) fn has_no_notes(&self) -> bool {
        self.data().trace.is_empty()
    }

    /// Where it was made, if that is known.
    pub(crate) fn origin(&self) -> Option<Site> {
        self.data().trace.origin()
    }

    /// Where it was raised and what it has passed, a line each. It lives as
    /// long as `self`. None: debugging was off.
    pub fn backtrace(&self) -> Option<&CStr> {
        let text = self.data().trace.text();
        // SAFETY: the trace keeps each text that it has given out.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
    }

    /// The payload, or NULL.
    pub fn payload(&self) -> lwt_value {
        self.data().payload.word()
    }

    /// The handle, borrowed: valid as long as `self` is.
    #[inline(always)]
    pub fn as_raw(&self) -> *const lwt_exn {
        self.0 as usize as *const lwt_exn
    }

    /// The handle, owned by C.
    pub fn into_raw(self) -> *mut lwt_exn {
        table::give(self.0);
        self.into_bits() as usize as *mut lwt_exn
    }

    /// The handle as floor 0 stores it, borrowed.
    #[inline(always)]
    pub(crate) fn bits(&self) -> u64 {
        self.0
    }

    /// The handle as floor 0 stores it, owned.
    #[inline(always)]
    pub(crate) fn into_bits(self) -> u64 {
        ManuallyDrop::new(self).0
    }

    /// The reference as a value, which is given up when that is dropped.
    pub(crate) fn into_value(self) -> Value {
        unsafe extern "C" fn release(exn: *mut c_void) {
            drop(Exn::from_raw(exn.cast()));
        }
        Value::new(self.into_raw().cast(), Some(release))
    }

    /// Takes over what `into_bits` gave.
    ///
    /// # Safety
    /// `bits` came from `into_bits`, once.
    #[inline(always)]
    pub(crate) unsafe fn from_bits(bits: u64) -> Exn {
        Exn(bits)
    }

    /// Looks at what `into_bits` gave, which stays the owner.
    ///
    /// # Safety
    /// `bits` came from `into_bits`, and its reference is still held.
    #[inline(always)]
    pub(crate) unsafe fn peek_bits(bits: u64) -> ManuallyDrop<Exn> {
        ManuallyDrop::new(Exn(bits))
    }

    /// A further reference to an exception, if these are the bits of one.
    pub(crate) fn borrow_bits(bits: u64) -> Option<Exn> {
        table::retain_checked(bits).then(|| Exn(bits))
    }

    /// Takes over a reference that C owned. None: not an exception's handle, or
    /// one of which C owns no reference.
    pub fn from_raw(raw: *mut lwt_exn) -> Option<Exn> {
        let bits = raw as usize as u64;
        table::take_back(bits).then(|| Exn(bits))
    }

    /// A further reference to an exception that C lends.
    #[inline(always)]
    pub fn borrow_raw(raw: *const lwt_exn) -> Option<Exn> {
        let bits = raw as usize as u64;
        // Not `then_some`, which would make, and drop, a reference to nothing.
        (bits == CANCELED || table::retain_checked(bits)).then(|| Exn(bits))
    }
}

impl Clone for Exn {
    #[inline(always)]
    fn clone(&self) -> Exn {
        if self.0 != CANCELED {
            table::retain(self.0);
        }
        Exn(self.0)
    }
}

impl Drop for Exn {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0 != CANCELED {
            table::release(self.0);
        }
    }
}

impl std::fmt::Debug for Exn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exn({}, {:?})", self.kind(), self.message())
    }
}

/// The system's words for an error number.
pub(crate) fn describe(errno: c_int) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

/// The first kind that is not the library's.
const FIRST_KIND: c_int = 1000;

static KINDS: Mutex<Vec<CString>> = Mutex::new(Vec::new());
/// How many there are: to ask for that takes no lock, which a fork that we are not
/// told of might find held for ever.
static KIND_COUNT: AtomicI32 = AtomicI32::new(0);

/// The locks of this module, for the time of a fork.
pub fn hold() -> [Option<Held>; 3] {
    [fork::hold(&KINDS), table::hold(), hook::hold()]
}

fn kinds() -> MutexGuard<'static, Vec<CString>> {
    KINDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A new kind of exception. Its name is for messages.
pub fn register_kind(name: &CStr) -> c_int {
    let mut kinds = kinds();
    kinds.push(name.into());
    let count = kinds.len() as c_int;
    KIND_COUNT.store(count, Release);
    FIRST_KIND + count - 1
}

/// Is it a kind of the library's, or one that was registered?
fn is_kind(kind: c_int) -> bool {
    kind > LWT_OK && kind < FIRST_KIND + KIND_COUNT.load(Acquire)
}

/// What an exception of a kind says that was given no message.
pub fn kind_name(kind: c_int) -> Vec<u8> {
    let name = match kind {
        LWT_CANCELED => "the promise was cancelled",
        LWT_INVALID_ARGUMENT => "invalid argument",
        LWT_WRONG_THREAD => "wrong thread",
        LWT_FAILURE => "failure",
        LWT_NOT_FOUND => "not found",
        LWT_UNIX_ERROR => "a system call failed",
        LWT_END_OF_FILE => "end of file",
        LWT_TIMEOUT => "timeout",
        LWT_EMPTY => "empty",
        LWT_CLOSED => "closed",
        LWT_FULL => "full",
        LWT_ABANDONED => "abandoned",
        LWT_OUT_OF_MEMORY => "out of memory",
        LWT_STALLED => "stalled",
        LWT_OFF => "off",
        LWT_ASSERT_FAILED => "assertion failed",
        LWT_NOT_AVAILABLE => "not available on this system",
        LWT_FORKED => "left to the parent process",
        LWT_LOGGER_CLOSED => "the logger is closed",
        LWT_INTERRUPT => "interrupted by the user",
        LWT_SSL => "TLS failed",
        _ => {
            let kinds = kinds();
            let name = kinds.get((kind - FIRST_KIND) as usize);
            return name.map_or(b"exception".to_vec(), |name| name.to_bytes().to_vec());
        }
    };
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_system_call_reads_as_a_sentence() {
        let e = Exn::unix(libc::EEXIST, c"mkdir", c"/tmp/a");
        assert_eq!(e.message(), c"mkdir: File exists: \"/tmp/a\"");
        assert_eq!((e.kind(), e.errno()), (LWT_UNIX_ERROR, libc::EEXIST));
        assert_eq!(
            Exn::unix(libc::EIO, c"sync", c"").message(),
            c"sync: Input/output error"
        );
    }

    #[test]
    fn a_kind_that_nobody_was_given_is_an_invalid_argument() {
        let known = register_kind(c"Not_yet");
        let of = |kind, message| Exn::of_kind(kind, message, Value::UNIT);
        assert_eq!(of(known, None).message(), c"Not_yet");
        assert_eq!(of(known, Some(c"wait")).message(), c"wait");
        assert_eq!(of(known, Some(c"wait")).kind(), known);
        for no in [-1, LWT_OK, c_int::MAX] {
            assert_eq!(of(no, Some(c"x")).kind(), LWT_INVALID_ARGUMENT);
        }
    }

    #[test]
    fn a_released_handle_is_not_an_exception_any_more() {
        let raw = Exn::new(LWT_FAILURE, "x").into_raw();
        drop(Exn::from_raw(raw));
        assert!(Exn::borrow_raw(raw).is_none());
        assert!(Exn::from_raw(raw).is_none());
        assert!(Exn::borrow_raw(std::ptr::null()).is_none());
    }

    #[test]
    fn a_handle_that_was_handed_over_is_given_up_only_by_who_has_it() {
        let raw = Exn::new(LWT_FAILURE, "x").into_raw();
        let kept = Exn::from_raw(raw).unwrap();
        for _ in 0..3 {
            drop(Exn::from_raw(raw));
        }
        assert_eq!(kept.message(), c"x");
        let value = kept.clone().into_value();
        drop(kept);
        assert!(Exn::borrow_raw(raw).is_some());
        drop(value);
        assert!(Exn::borrow_raw(raw).is_none());
    }

    #[test]
    fn looking_at_a_stale_handle_takes_nothing_from_what_came_after() {
        let raw = Exn::new(LWT_FAILURE, "x").into_raw();
        drop(Exn::from_raw(raw));
        let next = Exn::new(LWT_FAILURE, "y");
        for _ in 0..3 {
            assert!(Exn::borrow_raw(raw).is_none());
            assert!(Exn::borrow_raw((raw as usize ^ 1 << 50) as *const _).is_none());
        }
        assert_eq!(Exn::borrow_raw(next.as_raw()).unwrap().message(), c"y");
    }

    #[test]
    fn canceled_may_be_released_any_number_of_times() {
        let raw = Exn::canceled().into_raw();
        for _ in 0..3 {
            drop(Exn::from_raw(raw));
        }
        assert_eq!(Exn::borrow_raw(raw).unwrap().kind(), LWT_CANCELED);
    }

    #[test]
    fn a_payload_is_dropped_with_the_last_reference() {
        use std::sync::atomic::{AtomicU32, Ordering};
        static DROPS: AtomicU32 = AtomicU32::new(0);
        unsafe extern "C" fn count(_: *mut std::ffi::c_void) {
            DROPS.fetch_add(1, Ordering::Relaxed);
        }
        let e = Exn::with_payload(
            LWT_FAILURE,
            "x",
            Value::new(std::ptr::null_mut(), Some(count)),
        );
        let other = e.clone();
        drop(e);
        assert_eq!(DROPS.load(Ordering::Relaxed), 0);
        std::thread::spawn(|| drop(other)).join().unwrap();
        assert_eq!(DROPS.load(Ordering::Relaxed), 1);
    }
}
