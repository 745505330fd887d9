//! The list through which finished jobs return to their thread: many workers
//! push, one thread takes all. An intrusive stack (R. K. Treiber, 1986) whose
//! consumer takes the whole stack with one exchange, so that there is no ABA,
//! and reverses it, so that results are read in the order of finishing.
//!
//! When the thread ends it closes the list; from then on a push is refused,
//! and the record stays with the worker.

use crate::scheduler::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire, Relaxed, SeqCst},
};
use std::ptr;

/// A record with a link of its own.
pub trait Node {
    /// Reads the link.
    ///
    /// # Safety
    /// `this` is valid, and the caller's.
    unsafe fn next(this: *mut Self) -> *mut Self;
    /// Writes the link.
    ///
    /// # Safety
    /// `this` is valid, and the caller's.
    unsafe fn set_next(this: *mut Self, next: *mut Self);
    /// The address of a node that is likely to be some places further on. It
    /// is not followed, only fetched into the cache.
    ///
    /// # Safety
    /// `this` is valid, and the caller's.
    unsafe fn near(_this: *mut Self) -> *const std::ffi::c_void {
        ptr::null()
    }
}

/// The list.
pub struct Finished<T> {
    head: AtomicPtr<T>,
}

/// What a push found.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Push {
    /// An empty list: whoever takes it may have to be woken.
    First,
    /// Others, who see to that.
    Further,
    /// The thread has ended: the record is still the caller's.
    Closed,
}

fn closed<T>() -> *mut T {
    ptr::without_provenance_mut(1)
}

impl<T: Node> Finished<T> {
    /// An empty list.
    pub fn new() -> Finished<T> {
        Finished {
            head: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Hands `node` over. After it returns the record may be gone.
    ///
    /// The exchange publishes what the worker wrote, and is SeqCst so that it
    /// is ordered with the pusher's later look at whether the thread watches
    /// (see [`super::home`]).
    ///
    /// # Safety
    /// `node` is valid, the caller's, and in no list.
    pub unsafe fn push(&self, node: *mut T) -> Push {
        // Acquire: whoever finds the list closed frees the node, after what the
        // thread that closed it did with the node.
        let mut head = self.head.load(Acquire);
        loop {
            if head == closed() {
                return Push::Closed;
            }
            // SAFETY: it is the caller's until the exchange succeeds.
            unsafe { T::set_next(node, head) };
            match self.head.compare_exchange_weak(head, node, SeqCst, Acquire) {
                Ok(_) if head.is_null() => return Push::First,
                Ok(_) => return Push::Further,
                Err(now) => head = now,
            }
        }
    }

    /// Is there nothing to take? Exact only where SeqCst order makes it so.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.head.load(Relaxed).is_null()
    }

    /// The same, ordered with a store before it.
    pub fn is_empty_now(&self) -> bool {
        self.head.load(SeqCst).is_null()
    }

    /// Takes all: the first to have finished, linked to the next. NULL: none.
    pub fn take(&self) -> *mut T {
        // Acquire: what the workers wrote. A release sequence of pushes holds
        // them all together.
        reverse(self.head.swap(ptr::null_mut(), Acquire))
    }

    /// Takes all, and refuses what comes later.
    pub fn close(&self) -> *mut T {
        reverse(self.head.swap(closed(), AcqRel))
    }
}

/// Fetches a line into the cache. Any address will do.
#[inline]
fn fetch(address: *const std::ffi::c_void) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

fn reverse<T: Node>(mut from: *mut T) -> *mut T {
    let mut reversed = ptr::null_mut();
    if from == closed() {
        return reversed;
    }
    while !from.is_null() {
        // SAFETY: taken from the list, so they are ours, and linked.
        unsafe {
            let next = T::next(from);
            // Each node was written by another processor: one miss at a time
            // would be most of the work.
            fetch(T::near(from));
            T::set_next(from, reversed);
            reversed = from;
            from = next;
        }
    }
    reversed
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(loom)]
    use loom::cell::UnsafeCell;
    use std::collections::HashSet;
    #[cfg(not(loom))]
    struct UnsafeCell<T>(std::cell::UnsafeCell<T>);
    #[cfg(not(loom))]
    impl<T> UnsafeCell<T> {
        fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }
        fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }
        fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }

    struct Item {
        number: usize,
        next: UnsafeCell<*mut Item>,
    }
    impl Node for Item {
        unsafe fn next(this: *mut Self) -> *mut Self {
            // SAFETY: the caller's node.
            unsafe { (*this).next.with(|next| *next) }
        }
        unsafe fn set_next(this: *mut Self, next: *mut Self) {
            // SAFETY: the caller's node.
            unsafe { (*this).next.with_mut(|to| *to = next) }
        }
    }
    fn item(number: usize) -> *mut Item {
        Box::into_raw(Box::new(Item {
            number,
            next: UnsafeCell::new(ptr::null_mut()),
        }))
    }
    fn numbers(mut chain: *mut Item) -> Vec<usize> {
        let mut numbers = Vec::new();
        while !chain.is_null() {
            // SAFETY: made by `item`, and taken from the list.
            let item = unsafe { Box::from_raw(chain) };
            numbers.push(item.number);
            // SAFETY: as above.
            chain = unsafe { Item::next(&raw const *item as *mut Item) };
        }
        numbers
    }

    #[cfg(not(loom))]
    #[test]
    fn smoke() {
        let list = Finished::new();
        assert!(list.is_empty());
        // SAFETY: fresh nodes.
        unsafe {
            assert_eq!(list.push(item(1)), Push::First);
            assert_eq!(list.push(item(2)), Push::Further);
            assert_eq!(list.push(item(3)), Push::Further);
        }
        assert!(!list.is_empty());
        assert_eq!(numbers(list.take()), [1, 2, 3]);
        assert!(list.is_empty_now());
        assert!(numbers(list.take()).is_empty());
    }

    #[cfg(not(loom))]
    #[test]
    fn a_closed_list_refuses_and_the_node_stays_with_the_pusher() {
        let list = Finished::new();
        // SAFETY: fresh nodes.
        unsafe {
            assert_eq!(list.push(item(1)), Push::First);
            assert_eq!(numbers(list.close()), [1]);
            let node = item(2);
            assert_eq!(list.push(node), Push::Closed);
            drop(Box::from_raw(node));
            assert!(numbers(list.close()).is_empty());
        }
    }

    #[cfg(not(loom))]
    #[test]
    fn stampede_loses_nothing_and_keeps_each_pushers_order() {
        const THREADS: usize = 4;
        const EACH: usize = 5_000;
        let list = &Finished::new();
        let mut seen = Vec::new();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || {
                    for i in 0..EACH {
                        // SAFETY: fresh nodes.
                        let _ = unsafe { list.push(item(thread * EACH + i)) };
                    }
                });
            }
            while seen.len() < THREADS * EACH {
                let taken = numbers(list.take());
                if taken.is_empty() {
                    std::thread::yield_now();
                }
                seen.extend(taken);
            }
        });
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), THREADS * EACH);
        for thread in 0..THREADS {
            let own: Vec<_> = seen.iter().filter(|n| *n / EACH == thread).collect();
            assert!(own.is_sorted());
        }
    }

    #[cfg(loom)]
    #[test]
    fn loom_what_two_workers_push_is_taken_once_each() {
        loom::model(|| {
            let list = loom::sync::Arc::new(Finished::new());
            let workers: Vec<_> = (0..2)
                .map(|number| {
                    let list = list.clone();
                    loom::thread::spawn(move || {
                        // SAFETY: a fresh node.
                        assert_ne!(unsafe { list.push(item(number)) }, Push::Closed);
                    })
                })
                .collect();
            let mut seen = numbers(list.take());
            for worker in workers {
                worker.join().unwrap();
            }
            seen.extend(numbers(list.take()));
            assert_eq!(seen.into_iter().collect::<HashSet<_>>().len(), 2);
        });
    }

    #[cfg(loom)]
    #[test]
    fn loom_a_push_against_close_has_one_owner() {
        loom::model(|| {
            let list = loom::sync::Arc::new(Finished::new());
            let worker = {
                let list = list.clone();
                loom::thread::spawn(move || {
                    let node = item(7);
                    // SAFETY: a fresh node, taken back if it was refused.
                    unsafe {
                        if list.push(node) == Push::Closed {
                            drop(Box::from_raw(node));
                            return 1;
                        }
                    }
                    0
                })
            };
            let taken = numbers(list.close()).len();
            assert_eq!(taken + worker.join().unwrap(), 1);
        });
    }
}
