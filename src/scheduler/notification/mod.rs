//! Notifications: how another thread, or a signal handler, has a function
//! called on the main loop. `Lwt_unix.make_notification` and its kin.
//!
//! Owns the handlers of each scheduler. Calls `table` and `queue`, which tell
//! how a send travels, and the promises below for nothing.

pub(crate) mod queue;
mod table;

#[cfg(all(test, loom))]
mod model;

use super::door::Door;
use super::sync::atomic::Ordering::Relaxed;
use crate::abi::{LWT_NOT_FOUND, LWT_OK, LWT_OUT_OF_MEMORY, LWT_WRONG_THREAD};
use crate::debug::dump::Writer;
use queue::{Delivered, Parcel, Slot, Stopped};
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::rc::Rc;
use std::sync::Arc;

/// A handler: called by pointer, compared by pointer.
type Handler = Rc<dyn Fn()>;

struct Entry {
    slot: &'static Slot,
    handler: Handler,
    once: bool,
    /// The main loop does not wait for it.
    quiet: bool,
}

/// The notifications of one scheduler.
pub(crate) struct Notifications {
    door: Arc<Door>,
    entries: RefCell<Vec<Option<Entry>>>,
    free: RefCell<Vec<u32>>,
    live: Cell<usize>,
    /// What was taken out of the mail and is not yet delivered. Kept here, so
    /// that a loop run inside a handler (by exit hooks) goes on with it.
    parcel: Cell<Parcel>,
}

impl Notifications {
    pub(crate) fn new(door: Arc<Door>) -> Notifications {
        Notifications {
            door,
            entries: RefCell::new(Vec::new()),
            free: RefCell::new(Vec::new()),
            live: Cell::new(0),
            parcel: Cell::new(Parcel::EMPTY),
        }
    }

    /// How many the main loop waits for.
    pub(crate) fn live(&self) -> usize {
        self.live.get()
    }

    /// Is there anything to deliver?
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        !self.door.mail.is_empty() || !self.parcel.get().is_empty()
    }

    /// A new notification. None: there are too many, or memory ran out.
    pub(crate) fn make(&self, handler: Handler, once: bool) -> Option<isize> {
        self.add(handler, once, false)
    }

    fn add(&self, handler: Handler, once: bool, quiet: bool) -> Option<isize> {
        let slot = table::acquire()?;
        let mut entries = self.entries.borrow_mut();
        let cookie = match self.free.borrow_mut().pop() {
            Some(cookie) => cookie,
            None => {
                entries.push(None);
                entries.len() as u32 - 1
            }
        };
        let generation = slot.start(Arc::as_ptr(&self.door), cookie);
        entries[cookie as usize] = Some(Entry {
            slot,
            handler,
            once,
            quiet,
        });
        self.live.set(self.live.get() + usize::from(!quiet));
        Some(table::id(slot, generation))
    }

    /// The slot of an id that is live and ours.
    fn own(&self, id: isize) -> Result<&'static Slot, c_int> {
        let (slot, generation) = table::find(id).ok_or(LWT_NOT_FOUND)?;
        if !slot.is_live(generation) {
            Err(LWT_NOT_FOUND)
        } else if !slot.is_owned_by(Arc::as_ptr(&self.door)) {
            Err(LWT_WRONG_THREAD)
        } else {
            Ok(slot)
        }
    }

    /// Ends a notification: no call follows. Anything but a live one of this
    /// scheduler is left as it is.
    pub(crate) fn stop(&self, id: isize) {
        if let Ok(slot) = self.own(id) {
            drop(self.remove(slot));
        }
    }

    /// Replaces the handler. A kind of error; then the handler is dropped.
    pub(crate) fn set(&self, id: isize, handler: Handler) -> c_int {
        let slot = match self.own(id) {
            Ok(slot) => slot,
            Err(kind) => return kind,
        };
        let cookie = slot.cookie.load(Relaxed) as usize;
        let mut entries = self.entries.borrow_mut();
        let Some(Some(entry)) = entries.get_mut(cookie) else {
            return LWT_NOT_FOUND;
        };
        let old = std::mem::replace(&mut entry.handler, handler);
        // Its drop function may call us.
        drop(entries);
        drop(old);
        LWT_OK
    }

    fn remove(&self, slot: &'static Slot) -> Option<Entry> {
        let cookie = slot.cookie.load(Relaxed);
        let entry = self.entries.borrow_mut().get_mut(cookie as usize)?.take();
        self.free.borrow_mut().push(cookie);
        let counts = entry.as_ref().is_some_and(|entry| !entry.quiet);
        self.live.set(self.live.get() - usize::from(counts));
        match slot.stop() {
            Stopped::Free => table::release(slot),
            // `run` finds it.
            Stopped::InTheMail => {}
        }
        entry
    }

    /// Calls each handler once for each send that was counted so far, in the
    /// order of their first sends. What is sent meanwhile waits for the next
    /// turn. Returns how many calls were made.
    pub(crate) fn run(&self) -> usize {
        if self.parcel.get().is_empty() {
            if self.door.mail.is_empty() {
                return 0;
            }
            self.parcel.set(self.door.mail.take());
        }
        let mut calls = 0;
        loop {
            let mut parcel = self.parcel.get();
            let Some(slot) = parcel.pop() else {
                return calls;
            };
            self.parcel.set(parcel);
            match slot.deliver() {
                Delivered::Free => table::release(slot),
                Delivered::Sends { generation, count } => {
                    calls += self.call(slot, generation, count);
                }
            }
        }
    }

    /// Runs the handler now, once.
    pub(crate) fn call_now(&self, id: isize) {
        if let Ok(slot) = self.own(id) {
            self.call(slot, (id >> 32) as u32, 1);
        }
    }

    fn call(&self, slot: &'static Slot, generation: u32, count: u64) -> usize {
        let mut calls = 0;
        while calls < count {
            if !slot.is_live(generation) {
                break;
            }
            let cookie = slot.cookie.load(Relaxed) as usize;
            let (handler, once) = match self.entries.borrow().get(cookie) {
                // A slot that outlived its scheduler is nobody's.
                Some(Some(entry)) if std::ptr::eq(entry.slot, slot) => {
                    (entry.handler.clone(), entry.once)
                }
                _ => break,
            };
            if once {
                // Before the call, which may send again to no effect.
                drop(self.remove(slot));
                handler();
                return 1;
            }
            while calls < count {
                handler();
                calls += 1;
                // Nobody else holds a handler: one reference less, and the
                // call itself has stopped or replaced it.
                if Rc::strong_count(&handler) == 1 || !slot.is_live(generation) {
                    break;
                }
            }
        }
        calls as usize
    }

    /// For dumps: those that the main loop waits for.
    pub(crate) fn dump(&self, out: &mut Writer) {
        let Ok(entries) = self.entries.try_borrow() else {
            return;
        };
        for entry in entries.iter().flatten().filter(|entry| !entry.quiet) {
            out.item();
            out.text("notification", if entry.once { "once" } else { "repeated" });
            out.end();
        }
    }

    /// The thread ends: all are stopped, and their handlers dropped.
    pub(crate) fn stop_all(&self) {
        let entries = std::mem::take(&mut *self.entries.borrow_mut());
        self.free.borrow_mut().clear();
        self.live.set(0);
        for entry in entries.into_iter().flatten() {
            if entry.slot.stop() == Stopped::Free {
                table::release(entry.slot);
            }
            drop(entry);
        }
        // What is still in the mail is freed now or, if its sender is slow, by
        // the next scheduler behind this door.
        self.run();
    }

    /// In the child of a fork: senders may have gone half-way.
    pub(crate) fn after_fork(&self) {
        self.parcel.set(Parcel::EMPTY);
        // Its slots are posted again below; those that were stopped in the
        // mail are lost to the child.
        let _ = self.door.mail.take();
        for entry in self.entries.borrow().iter().flatten() {
            entry.slot.post_again();
        }
    }
}

/// Counts one send: its handler will be called once more. Any thread, and
/// signal handlers. An id that names nothing: nothing happens.
#[inline]
pub fn send(id: isize) {
    if let Some((slot, generation)) = table::find(id) {
        slot.send(generation);
    }
}

/// A new notification of this thread's scheduler. The error is a kind.
pub fn make(handler: impl Fn() + 'static, once: bool) -> Result<isize, c_int> {
    super::current()
        .notifications
        .make(Rc::new(handler), once)
        .ok_or(LWT_OUT_OF_MEMORY)
}

/// A new notification for which the main loop does not wait, and which no dump
/// tells of. None: there are too many, or memory ran out.
pub fn make_quiet(handler: impl Fn() + 'static) -> Option<isize> {
    super::current()
        .notifications
        .add(Rc::new(handler), false, true)
}

/// Ends a notification of this thread's scheduler; anything else is left as it
/// is.
pub fn stop(id: isize) {
    super::current().notifications.stop(id);
}

/// Runs the handler of a notification of this thread's scheduler now.
pub fn call(id: isize) {
    super::current().notifications.call_now(id);
}

/// Replaces the handler. `LWT_OK`, `LWT_NOT_FOUND`, or `LWT_WRONG_THREAD`.
pub fn set(id: isize, handler: impl Fn() + 'static) -> c_int {
    super::current().notifications.set(id, Rc::new(handler))
}
