//! Where jobs run that do not say it themselves: on a worker, unless the
//! thread's default or the method bound around the caller says otherwise.

use super::run::Place;
use crate::abi::{lwt_key, lwt_t, lwt_thunk_fn};
use crate::promise::storage;
use crate::value::{Env, Value};
use std::cell::Cell;
use std::ptr;
use std::sync::OnceLock;

/// `lwt_unix_async_method` as a number that is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// On the thread that calls, at once.
    None = 0,
    /// On a worker.
    Detach = 1,
    /// As Detach.
    Switch = 2,
}

impl Method {
    /// From what C gave. None: it is none of the three.
    pub fn from_number(number: u32) -> Option<Method> {
        match number {
            0 => Some(Method::None),
            1 => Some(Method::Detach),
            2 => Some(Method::Switch),
            _ => None,
        }
    }

    fn from_name(name: &[u8]) -> Option<Method> {
        match name {
            b"none" => Some(Method::None),
            b"detach" => Some(Method::Detach),
            b"switch" => Some(Method::Switch),
            _ => None,
        }
    }
}

thread_local! {
    static DEFAULT: Cell<Option<Method>> = const { Cell::new(None) };
}

/// The thread's default: what was set, or what `LWT_ASYNC_METHOD` says (any
/// other word there is ignored), or detach.
pub fn default() -> Method {
    static NAMED: OnceLock<Method> = OnceLock::new();
    DEFAULT.get().unwrap_or_else(|| {
        *NAMED.get_or_init(|| {
            use std::os::unix::ffi::OsStrExt;
            std::env::var_os("LWT_ASYNC_METHOD")
                .and_then(|name| Method::from_name(name.as_bytes()))
                .unwrap_or(Method::Detach)
        })
    })
}

/// Sets the thread's default.
pub fn set_default(method: Method) {
    DEFAULT.set(Some(method));
}

/// Made when it is first asked for: until then nothing can be bound to it.
static KEY: OnceLock<usize> = OnceLock::new();

/// `Lwt_unix.async_method_key`: binds the method for callbacks. NULL: out of
/// keys.
pub fn key() -> *mut lwt_key {
    *KEY.get_or_init(|| storage::new_key() as usize) as *mut lwt_key
}

/// `Lwt_unix.async_method`: what is bound to the key, or the default.
#[inline]
pub fn current() -> Method {
    KEY.get()
        .and_then(|&key| storage::get(key as *mut lwt_key))
        .and_then(|word| Method::from_number(u32::try_from(word as usize).ok()?))
        .unwrap_or_else(default)
}

/// `Lwt_unix.with_async_none` and its kin: `f` runs with the method bound.
pub fn with(method: Method, f: lwt_thunk_fn, env: Env) -> *mut lwt_t {
    let word = Value::plain(ptr::without_provenance_mut(method as usize));
    storage::with_value(key(), Some(word), f, env) as usize as *mut lwt_t
}

impl Method {
    /// Where a job goes that runs by this method.
    pub fn place(self) -> Place<'static> {
        match self {
            Method::None => Place::Here,
            Method::Detach | Method::Switch => Place::Default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_its_own_default() {
        set_default(Method::None);
        assert_eq!(default(), Method::None);
        std::thread::spawn(|| assert_eq!(default(), Method::Detach))
            .join()
            .unwrap();
    }

    #[test]
    fn a_number_that_is_no_method_is_refused() {
        assert_eq!(Method::from_number(2), Some(Method::Switch));
        assert_eq!(Method::from_number(3), None);
        assert_eq!(Method::from_name(b"Detach"), None);
    }
}
