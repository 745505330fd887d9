//! Promises that wait in turn, each with something of its own: those who come
//! first are served first, and who is cancelled leaves the queue in constant
//! time. What a mutex, a condition, a mailbox and a pool have in common.
//!
//! The promise knows its queue and its place (the two words of an external
//! promise), the place has the promise's resolver. Calls the promises.
//!
//! No code of the user's runs while a queue is borrowed.

use super::places::Places;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::state::underlying;
use crate::promise::{Promise, Resolver, Source, external, failed, node};
use std::cell::RefCell;
use std::mem::needs_drop;

struct Waiter<T> {
    resolver: Resolver,
    item: T,
}

/// Who waits, the oldest first, each with a `T`. In a box, for the promises
/// know where it is.
pub struct Queue<T: 'static>(Box<RefCell<Places<Waiter<T>>>>);

impl<T: 'static> Queue<T> {
    /// Nobody waits.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Queue<T> {
        Queue(Box::new(RefCell::new(Places::new())))
    }

    /// A promise at the end of the queue. The cancel function of `source` is
    /// [`cancel`] for this `T`.
    pub fn wait(&self, source: &'static Source, item: T) -> Promise {
        let Some((promise, resolver)) = external(source, [0, 0]) else {
            return failed(Exn::out_of_memory());
        };
        let mut places = self.0.borrow_mut();
        match places.push(Waiter { resolver, item }) {
            Ok(at) => {
                let queue = std::ptr::from_ref(&*self.0) as usize as u64;
                if let Some(waiter) = places.get(at) {
                    waiter.resolver.set_data([queue, u64::from(at)]);
                }
                promise
            }
            Err(waiter) => {
                drop(places);
                drop((waiter, promise));
                failed(Exn::out_of_memory())
            }
        }
    }

    /// The oldest, who waits no more: the caller resolves the promise.
    pub fn pop(&self) -> Option<(Resolver, T)> {
        let mut places = self.0.borrow_mut();
        let first = places.first()?;
        let Waiter { resolver, item } = places.remove(first)?;
        // From here on the promise has no place.
        resolver.set_data([0, 0]);
        Some((resolver, item))
    }

    /// All of them, the oldest first. One that is cancelled before the caller
    /// comes to resolve it stays cancelled.
    pub fn take_all(&self) -> Vec<(Resolver, T)> {
        let mut all = Vec::with_capacity(self.len());
        while let Some(waiter) = self.pop() {
            all.push(waiter);
        }
        all
    }

    /// Does nobody wait?
    pub fn is_empty(&self) -> bool {
        self.0.borrow().len() == 0
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

impl<T: 'static> Drop for Queue<T> {
    fn drop(&mut self) {
        // Out of the queue first: a drop function may cancel another of them.
        drop(self.take_all());
    }
}

/// The promise number `id` is cancelled: it leaves its queue. What it had there
/// is dropped when its callbacks run, as that may be the user's code.
pub fn cancel<T: 'static>(id: u32, [queue, at]: [u64; 2]) -> bool {
    if queue == 0 {
        return true; // somebody has taken it out, and will find it resolved
    }
    // SAFETY: `wait` put the address there for as long as the promise has a
    // place in the queue, which is boxed, and empties itself when dropped.
    let places = unsafe { &*(queue as usize as *const RefCell<Places<Waiter<T>>>) };
    let mut left = None;
    if needs_drop::<T>() {
        left = drop_later::<T>(id);
        if left.is_none() {
            return false; // no memory for that: it goes on waiting
        }
    }
    let waiter = places.borrow_mut().remove(at as u32);
    if let Some(Waiter { resolver, item }) = waiter {
        resolver.set_data([0, 0]);
        drop(resolver);
        if let Some(left) = left {
            // SAFETY: `drop_later` made it, and it is freed only when the
            // callbacks of the promise run, after this.
            unsafe { *left = Some(item) };
        }
    }
    true
}

/// For dumps: how many wait with this one.
pub fn describe<T: 'static>([queue, _]: [u64; 2]) -> String {
    if queue == 0 {
        return String::new();
    }
    // SAFETY: as in `cancel`.
    let places = unsafe { &*(queue as usize as *const RefCell<Places<Waiter<T>>>) };
    let len = places.try_borrow().map_or(0, |places| places.len());
    format!("one of {len} in the queue")
}

/// A box that is dropped, with what is put into it, when the callbacks of a
/// pending promise run. None: out of memory.
pub(crate) fn drop_later<T: 'static>(id: u32) -> Option<*mut Option<T>> {
    fn drop_box<T>(data: usize) {
        // SAFETY: made below, and the callback of a promise runs once.
        drop(unsafe { Box::from_raw(data as *mut Option<T>) });
    }
    let local = local();
    let (id, whole) = underlying(local, id, local.at(id));
    let left = Box::into_raw(Box::new(None));
    if node::watch(local, id, whole, drop_box::<T>, left as usize).is_none() {
        drop_box::<T>(left as usize);
        return None;
    }
    Some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::lwt_promise_state::*;
    use crate::value::Value;
    use std::rc::Rc;

    static PLAIN: Source = Source {
        name: "test",
        cancel: Some(cancel::<u32>),
        describe: None,
    };
    static COUNTED: Source = Source {
        name: "test",
        cancel: Some(cancel::<Rc<()>>),
        describe: None,
    };

    #[test]
    fn who_comes_first_is_served_first() {
        let queue = Queue::new();
        let promises: Vec<_> = (0..5).map(|n| queue.wait(&PLAIN, n)).collect();
        let order: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|(resolver, n)| {
                resolver.resolve(Ok(Value::UNIT));
                n
            })
            .collect();
        assert_eq!(order, [0, 1, 2, 3, 4]);
        assert!(promises.iter().all(|p| p.state() == LWT_RETURN));
    }

    #[test]
    fn who_is_cancelled_leaves_and_the_others_keep_their_order() {
        let queue = Queue::new();
        let promises: Vec<_> = (0..6).map(|n| queue.wait(&PLAIN, n)).collect();
        for n in [0, 3, 5] {
            promises[n].cancel();
            promises[n].cancel();
            assert_eq!(promises[n].state(), LWT_FAIL);
        }
        let late = queue.wait(&PLAIN, 6);
        assert_eq!(queue.len(), 4);
        let order: Vec<_> = queue.take_all().into_iter().map(|(_, n)| n).collect();
        assert_eq!(order, [1, 2, 4, 6]);
        assert!(queue.is_empty() && late.is_pending());
    }

    #[test]
    fn what_a_cancelled_one_had_is_dropped_once() {
        let queue = Queue::new();
        let counted = Rc::new(());
        let slots = local().slots_in_use();
        let promise = queue.wait(&COUNTED, counted.clone());
        promise.cancel();
        assert_eq!(Rc::strong_count(&counted), 1);
        drop(promise);
        assert_eq!(local().slots_in_use(), slots);
    }

    #[test]
    fn one_that_is_cancelled_after_it_was_taken_out_stays_so() {
        let queue = Queue::new();
        let promise = queue.wait(&PLAIN, 1);
        let (resolver, _) = queue.pop().unwrap();
        promise.cancel();
        assert_eq!(promise.state(), LWT_FAIL);
        resolver.resolve(Ok(Value::UNIT));
        assert_eq!(promise.state(), LWT_FAIL);
    }

    #[test]
    fn those_who_wait_in_a_queue_that_is_dropped_wait_for_ever() {
        let slots = local().slots_in_use();
        let counted = Rc::new(());
        let queue = Queue::new();
        let promise = queue.wait(&COUNTED, counted.clone());
        let other = queue.wait(&COUNTED, counted.clone());
        drop(queue);
        assert_eq!(Rc::strong_count(&counted), 1);
        promise.cancel();
        assert!(promise.is_pending() && other.is_pending());
        drop((promise, other));
        assert_eq!(local().slots_in_use(), slots);
    }
}
