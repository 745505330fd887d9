//! Loggers that are the user's functions: those that do something with messages, and
//! those that choose who does. Module Lwt_log; calls storage.

use super::home::{Home, Local};
use super::{Logger, promise_of};
use crate::abi::lwt_key;
use crate::exn::Exn;
use crate::log::level::Level;
use crate::log::message::{Shown, lwt_log_message};
use crate::log::record::{Place, Record};
use crate::log::section::Section;
use crate::promise::storage::{self, Map};
use crate::promise::{Promise, future, resolved};
use crate::value::Value;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// What the key of places is bound to while a logger runs, and in what that function
/// leaves to be done later.
#[repr(C)]
pub struct lwt_log_location {
    /// The file, or NULL.
    pub file: *const c_char,
    /// The function, or NULL.
    pub function: *const c_char,
    /// The line, or -1.
    pub line: c_int,
    /// The column, or -1.
    pub column: c_int,
}

/// A place and its texts, in one piece.
#[repr(C)]
struct Bound {
    location: lwt_log_location,
    _file: Option<CString>,
    _function: Option<CString>,
}

unsafe extern "C" fn drop_bound(bound: *mut c_void) {
    // SAFETY: made by `bound`, and dropped once.
    drop(unsafe { Box::from_raw(bound.cast::<Bound>()) });
}

fn bound(place: &Place) -> Value {
    let (file, function) = (
        place.file.map(CString::from),
        place.function.map(CString::from),
    );
    let text = |text: &Option<CString>| text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
    let known = |n: i32| if n > 0 { n } else { -1 };
    let location = lwt_log_location {
        file: text(&file),
        function: text(&function),
        line: known(place.line),
        column: known(place.column),
    };
    let bound = Bound {
        location,
        _file: file,
        _function: function,
    };
    Value::new(Box::into_raw(Box::new(bound)).cast(), Some(drop_bound))
}

/// `Lwt_log.location_key`
pub fn location_key() -> *const lwt_key {
    static KEY: AtomicPtr<lwt_key> = AtomicPtr::new(ptr::null_mut());
    let known = KEY.load(Relaxed);
    if !known.is_null() {
        return known;
    }
    // A key that came second is never used.
    match KEY.compare_exchange(known, storage::new_key(), Relaxed, Relaxed) {
        Ok(_) => KEY.load(Relaxed),
        Err(other) => other,
    }
}

/// Runs `f` with the key bound to a place.
fn at<T>(place: &Place, f: impl FnOnce() -> T) -> T {
    let before = Map::current();
    let mut inside = before.share();
    let hidden = inside.rebind(location_key(), Some(bound(place)));
    inside.make_current();
    let result = f();
    before.make_current();
    drop((inside, hidden));
    result
}

/// What does something with a message.
pub type Output = Box<dyn Fn(&lwt_log_message) -> Promise>;
/// What ends a logger.
pub type Close = Box<dyn Fn() -> Promise>;
/// What chooses a logger.
pub type Choose = Box<dyn Fn(Section, Level) -> Result<Arc<Logger>, Exn>>;

struct Made {
    output: Output,
    close: Option<Close>,
}

impl Local for Made {
    fn take(&self, record: &Record) -> Promise {
        let shown = Shown::new(record);
        let promise = at(&record.place, || (self.output)(shown.message()));
        if !promise.is_pending() {
            return promise;
        }
        // The message is there as long as anybody may look at it.
        future::spawn(async move {
            let outcome = promise.await;
            drop(shown);
            outcome
        })
    }

    fn close(&self) -> Promise {
        let close = self.close.as_ref();
        close.map_or_else(|| resolved(Value::UNIT), |close| close())
    }

    fn flush(&self) -> Promise {
        resolved(Value::UNIT)
    }
}

struct Chosen(Choose);

impl Local for Chosen {
    fn take(&self, record: &Record) -> Promise {
        let chosen = at(&record.place, || (self.0)(record.section, record.level));
        promise_of(chosen.and_then(|logger| logger.take(record, false)))
    }

    fn close(&self) -> Promise {
        resolved(Value::UNIT)
    }

    fn flush(&self) -> Promise {
        resolved(Value::UNIT)
    }
}

/// `Lwt_log.make`. None: out of memory.
pub fn made(output: Output, close: Option<Close>) -> Option<Arc<Logger>> {
    Home::new(Rc::new(Made { output, close })).map(Logger::of_home)
}

/// `Lwt_log.dispatch`. None: out of memory.
pub fn dispatch(choose: Choose) -> Option<Arc<Logger>> {
    Home::new(Rc::new(Chosen(choose))).map(Logger::of_home)
}
