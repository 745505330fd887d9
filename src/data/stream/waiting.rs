//! Who waits for a stream: for its next element, or for its end. Module
//! Lwt_stream; calls the promises below.
//!
//! A wait is a promise; its two words are the list that it stands in and its
//! place there. All who wait are woken together, so that places only change when
//! a list with many gaps (waits that were cancelled) is closed up.
//!
//! When the thread ends, promises are taken apart without being resolved: from
//! then on waits are only forgotten, for what is an obligation here is no more
//! than a number.

use super::Stream;
use crate::exn::Exn;
use crate::handle::local::{at_thread_exit, local};
use crate::promise::state::{PENDING, underlying};
use crate::promise::{Promise, Resolver, Source, call, external, failed, node};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a wait is to resolve to when an element has come.
#[derive(Clone, Copy, PartialEq)]
pub enum Want {
    /// The element, which is taken; the end is a failure.
    Next,
    /// The element, which is taken, or none at the end.
    Get,
    /// The element, which stays, or none at the end.
    Peek,
    /// Nothing: that something is known now.
    Known,
}

struct Waiter {
    id: u32,
    stream: Option<Rc<Stream>>,
    want: Want,
}

/// One who waited, to be resolved.
pub struct Woken {
    /// The obligation.
    pub resolver: Resolver,
    /// Where it reads. None: it waits for the end.
    pub stream: Option<Rc<Stream>>,
    /// What for.
    pub want: Want,
}

/// A list of those who wait for the same thing. It does not move.
#[derive(Default)]
pub struct Waiters {
    list: RefCell<Vec<Option<Waiter>>>,
    live: Cell<usize>,
    /// Empty lists that were used, to be used again.
    spare: Cell<Vec<Woken>>,
}

static READ: Source = Source {
    name: "stream",
    cancel: Some(cancel),
    describe: Some(|_| "the next element, or the end".into()),
};

thread_local! {
    static ENDS: Cell<Ends> = const { Cell::new(Ends::Unforeseen) };
}

#[derive(Clone, Copy, PartialEq)]
enum Ends {
    Unforeseen,
    Foreseen,
    Now,
}

/// Has the end of the thread begun, so that nothing is to be resolved?
pub fn thread_ends() -> bool {
    ENDS.get() == Ends::Now
}

/// To be called before there is something to be resolved.
pub fn foresee_end() {
    if ENDS.get() == Ends::Unforeseen {
        ENDS.set(Ends::Foreseen);
        at_thread_exit(|| ENDS.set(Ends::Now));
    }
}

impl Waiters {
    /// Does anybody wait?
    pub fn live(&self) -> usize {
        self.live.get()
    }

    /// A promise that waits. A wait of a reader keeps its stream alive.
    pub fn wait(&self, stream: Option<Rc<Stream>>, want: Want) -> Promise {
        foresee_end();
        let mut list = self.list.borrow_mut();
        if list.len() > 2 * self.live.get() + 16 {
            self.close_up(&mut list);
        }
        let data = [std::ptr::from_ref(self) as u64, list.len() as u64];
        if list.try_reserve(1).is_err() {
            return failed(Exn::out_of_memory());
        }
        let Some((promise, resolver)) = external(&READ, data) else {
            return failed(Exn::out_of_memory());
        };
        let id = resolver.into_id();
        list.push(Some(Waiter { id, stream, want }));
        self.live.set(self.live.get() + 1);
        promise
    }

    fn close_up(&self, list: &mut Vec<Option<Waiter>>) {
        list.retain(Option::is_some);
        for (index, waiter) in list.iter().flatten().enumerate() {
            // SAFETY: the list holds the obligation, and goes on holding it.
            let resolver = unsafe { Resolver::from_id(waiter.id) };
            resolver.set_data([std::ptr::from_ref(self) as u64, index as u64]);
            resolver.into_id();
        }
    }

    /// Takes the only one who waits off the list, if it wants to take an element
    /// and stands at this place.
    pub fn take_only(&self, at: u64) -> Option<(Resolver, Rc<Stream>)> {
        let mut list = self.list.borrow_mut();
        let [Some(waiter)] = list.as_slice() else {
            return None;
        };
        let takes = matches!(waiter.want, Want::Next | Want::Get);
        if !takes || waiter.stream.as_ref()?.place() != at || thread_ends() {
            return None;
        }
        let waiter = list.pop().flatten()?;
        self.live.set(0);
        // SAFETY: the list held the obligation, and gives it up here.
        let resolver = unsafe { Resolver::from_id(waiter.id) };
        Some((resolver, waiter.stream?))
    }

    /// Takes all who wait off the list, in the order in which they came. None
    /// when the thread ends.
    pub fn take(&self) -> Vec<Woken> {
        let waiters = self.list.borrow_mut();
        if waiters.is_empty() {
            return Vec::new();
        }
        let mut woken = self.spare.take();
        let mut forgotten = Vec::new();
        self.drain(waiters, &mut woken, &mut forgotten);
        drop(forgotten);
        woken
    }

    fn drain(
        &self,
        mut waiters: std::cell::RefMut<'_, Vec<Option<Waiter>>>,
        woken: &mut Vec<Woken>,
        forgotten: &mut Vec<Waiter>,
    ) {
        self.live.set(0);
        let ends = thread_ends();
        for waiter in waiters.drain(..).flatten() {
            if ends {
                forgotten.push(waiter);
                continue;
            }
            // SAFETY: the list held the obligation, and gives it up here.
            let resolver = unsafe { Resolver::from_id(waiter.id) };
            // It has no place any more that cancelling could look at.
            resolver.set_data([0, 0]);
            woken.push(Woken {
                resolver,
                stream: waiter.stream,
                want: waiter.want,
            });
        }
    }

    /// Keeps an emptied list for the next time.
    pub fn give_back(&self, woken: Vec<Woken>) {
        if woken.is_empty() {
            self.spare.set(woken);
        }
    }
}

impl Drop for Waiters {
    /// Nothing can wake them any more.
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// A wait is cancelled: it leaves the list, and its promise fails at once. If it
/// is just being woken, whoever wakes it finds that it does not wait any more.
fn cancel(id: u32, [list, index]: [u64; 2]) -> bool {
    if list == 0 {
        return true;
    }
    // SAFETY: the words lead to a list as long as the wait stands in it.
    let waiters = unsafe { &*(list as usize as *const Waiters) };
    let mut list = waiters.list.borrow_mut();
    let waiter = list.get_mut(index as usize).and_then(Option::take);
    while list.last().is_some_and(Option::is_none) {
        list.pop();
    }
    drop(list);
    if let Some(waiter) = waiter {
        waiters.live.set(waiters.live.get() - 1);
        // SAFETY: the list held the obligation, and gave it up here.
        drop(unsafe { Resolver::from_id(id) });
        drop_after(id, waiter.stream);
    }
    true
}

/// Drops something when the promise that is being cancelled has failed and its
/// callbacks ran: no code of the user's may run before.
pub fn drop_after<T: 'static>(id: u32, thing: T) {
    let local = local();
    let (id, whole) = underlying(local, id, local.at(id));
    let data = Box::into_raw(Box::new(thing)) as usize;
    // Where it can't be done it is never dropped, which harms nobody.
    if whole.state() == PENDING {
        node::watch(local, id, whole, drop_boxed::<T>, data);
    }
}

fn drop_boxed<T>(data: usize) {
    // SAFETY: the address of a box that `drop_after` made for this one call.
    call::unit(|| drop(unsafe { Box::from_raw(data as *mut T) }));
}
