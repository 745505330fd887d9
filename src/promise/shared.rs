//! A value that several promises show, or that is kept to be shown later: what
//! streams, conditions and folds hold.

use super::state::{FAIL, RETURN, SHARED, Settled, is_resolved, make, share};
use super::{Promise, cell};
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::value::Value;

/// One share in a value. The value has one owner: once somebody has moved it
/// out, all others show `LWT_UNIT`. A plain word is never used up.
pub struct Shared(Settled);

impl Shared {
    /// The first share in a value.
    pub fn new(value: Value) -> Shared {
        if !value.is_owned() {
            return Shared(Settled::value(value));
        }
        Shared(Settled {
            state: SHARED,
            a: cell::new(value),
            b: 0,
        })
    }

    /// Takes over a share in a cell.
    pub(super) fn of_cell(bits: u64) -> Shared {
        Shared(Settled {
            state: SHARED,
            a: bits,
            b: 0,
        })
    }

    /// The word, borrowed.
    pub fn word(&self) -> lwt_value {
        match self.0.state {
            RETURN => self.0.a as usize as lwt_value,
            _ => cell::word(self.0.a),
        }
    }

    /// Is there something to free, or was there?
    #[inline]
    pub fn is_owned(&self) -> bool {
        self.0.state == SHARED
    }

    /// Moves the value out.
    pub fn take(self) -> Value {
        match self.0.state {
            RETURN => Value::plain(self.word()),
            _ => cell::take(self.0.a),
        }
    }

    /// Gives up this share, which another then holds.
    pub(super) fn into_settled(self) -> Settled {
        let settled = self.0;
        std::mem::forget(self);
        settled
    }
}

impl Clone for Shared {
    fn clone(&self) -> Shared {
        if self.0.state == SHARED {
            cell::retain(self.0.a);
        }
        Shared(self.0)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if self.0.state == SHARED {
            cell::release(self.0.a);
        }
    }
}

/// A promise that is already resolved, and shows a shared value.
pub fn showing(shared: Shared) -> Promise {
    // SAFETY: a fresh handle.
    unsafe { Promise::from_bits(make(local(), shared.into_settled())) }
}

impl Promise {
    /// A share in what the promise shows, which still shows it. None: pending.
    pub fn shared(&self) -> Option<Result<Shared, Exn>> {
        let Some((_, slot)) = self.slot() else {
            return Some(Err(Exn::out_of_memory()));
        };
        if !is_resolved(slot) {
            return None;
        }
        let settled = share(slot, false);
        if settled.state == FAIL {
            // SAFETY: the words of a failure own a reference.
            return Some(Err(unsafe { Exn::from_bits(settled.a) }));
        }
        Some(Ok(Shared(settled)))
    }
}
