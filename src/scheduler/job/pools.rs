//! The default pool, and pools with names.

use super::fork;
use super::pool::{LARGEST, Manner, Pool};
use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicPtr, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};

/// The size of the default pool until it is set, `Lwt_unix.pool_size`.
const DEFAULT_SIZE: usize = 1000;

/// A pool that all threads share, made on first use and never freed.
pub struct Shared {
    name: &'static str,
    manner: Manner,
    made: AtomicPtr<Made>,
    least: AtomicUsize,
    most: AtomicUsize,
}

struct Made {
    generation: u32,
    pool: Arc<Pool>,
}

/// Where jobs run that name no pool.
pub static DEFAULT: Shared = Shared::new("default", Manner::Thrifty, 0, DEFAULT_SIZE);

impl Shared {
    /// A pool of `least` to `most` threads.
    pub const fn new(name: &'static str, manner: Manner, least: usize, most: usize) -> Shared {
        Shared {
            name,
            manner,
            made: AtomicPtr::new(ptr::null_mut()),
            least: AtomicUsize::new(least),
            most: AtomicUsize::new(most),
        }
    }

    /// The pool, made if need be, also anew after a fork.
    pub fn get(&self) -> &'static Arc<Pool> {
        fork::notice();
        loop {
            let old = self.made.load(Acquire);
            // SAFETY: what was once stored there is never freed.
            if let Some(made) = unsafe { old.as_ref() }
                && made.generation == fork::generation()
            {
                return &made.pool;
            }
            let (least, most) = (self.least.load(Relaxed), self.most.load(Relaxed));
            let new = Box::into_raw(Box::new(Made {
                generation: fork::generation(),
                pool: Pool::new(self.name.into(), self.manner, least, most),
            }));
            if self
                .made
                .compare_exchange(old, new, AcqRel, Relaxed)
                .is_err()
            {
                // SAFETY: nobody else saw it.
                drop(unsafe { Box::from_raw(new) });
            } else if !old.is_null() {
                fork::leave_behind(old);
            }
        }
    }

    /// How many threads there may be. Makes no pool.
    pub fn size(&self) -> usize {
        self.most.load(Relaxed)
    }

    /// How few threads are kept.
    pub fn least(&self) -> usize {
        self.least.load(Relaxed)
    }

    /// May it have so many?
    pub fn accepts(&self, least: usize, most: usize) -> bool {
        (1..=LARGEST).contains(&most) && least <= most
    }

    /// Sets both. False: absurd.
    #[must_use]
    pub fn set_size(&self, least: usize, most: usize) -> bool {
        if !self.accepts(least, most) {
            return false;
        }
        self.least.store(least, Relaxed);
        self.most.store(most, Relaxed);
        if least > 0 || !self.made.load(Acquire).is_null() {
            self.get().set_size(least, most);
        }
        true
    }
}

/// A pool with a name, as a handle of its thread refers to it.
pub struct Named {
    pool: RefCell<Arc<Pool>>,
    generation: Cell<u32>,
}

impl Named {
    /// A new pool. None: an absurd size.
    pub fn new(name: String, size: usize) -> Option<Named> {
        if size == 0 || size > LARGEST {
            return None;
        }
        fork::notice();
        Some(Named {
            pool: RefCell::new(Pool::new(name, Manner::Thrifty, 0, size)),
            generation: Cell::new(fork::generation()),
        })
    }

    /// The pool, made anew after a fork.
    pub fn get(&self) -> Arc<Pool> {
        let mut pool = self.pool.borrow_mut();
        if self.generation.replace(fork::generation()) != fork::generation() {
            let new = Pool::new(
                pool.name().into(),
                Manner::Thrifty,
                pool.least(),
                pool.size(),
            );
            // The parent's: its locks may be held.
            fork::leave_behind(std::mem::replace(&mut *pool, new));
        }
        pool.clone()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        self.get().close();
    }
}
