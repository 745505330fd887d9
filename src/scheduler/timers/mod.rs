//! Timers: promises that resolve at a time, and functions that are called at
//! one. Owns the scheduler's wheel and clock. Calls `wheel`, `clock` and the
//! promises below.
//!
//! A sleeping promise is its own timer: its first word says how it ends, its
//! second where in the wheel it stands. There is no other record. The newest
//! one is not entered before the next one comes or the loop looks, since many
//! are cancelled at once: a timeout around what is done already.

mod chunk;
mod wheel;

use super::clock::{self, Clock};
use crate::abi::LWT_TIMEOUT;
use crate::exn::Exn;
use crate::promise::{self, Promise, Resolver, Source};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;
use wheel::{Place, Target, Wheel};

/// How a sleep ends: with LWT_UNIT, or with LWT_TIMEOUT.
const RETURNS: u64 = 0;
const FAILS: u64 = 1;

static SLEEP: Source = Source {
    name: "sleep",
    cancel: Some(cancel),
};

/// A timer that calls a function. Alive until it is stopped, fired or not.
struct Event {
    call: Rc<dyn Fn()>,
    delay: u64,
    repeat: bool,
    place: Cell<Option<Place>>,
}

/// A sleep that is not in the wheel yet.
struct Newest {
    /// 0: there is none.
    id: Cell<u32>,
    ends: Cell<u64>,
    now: Cell<u64>,
    deadline: Cell<u64>,
}

/// The timers of one scheduler.
pub(crate) struct Timers {
    wheel: RefCell<Wheel>,
    newest: Newest,
    clock: RefCell<Clock>,
    events: RefCell<Vec<Option<Rc<Event>>>>,
    free: RefCell<Vec<u32>>,
    /// Functions' timers that have not been stopped.
    event_count: Cell<usize>,
    /// Of these, those that are in the wheel.
    event_live: Cell<usize>,
}

impl Timers {
    pub(crate) fn new() -> Timers {
        Timers {
            wheel: RefCell::new(Wheel::new()),
            newest: Newest {
                id: Cell::new(0),
                ends: Cell::new(RETURNS),
                now: Cell::new(0),
                deadline: Cell::new(0),
            },
            clock: RefCell::new(Clock::new()),
            events: RefCell::new(Vec::new()),
            free: RefCell::new(Vec::new()),
            event_count: Cell::new(0),
            event_live: Cell::new(0),
        }
    }

    /// How many may still fire.
    #[inline]
    pub(crate) fn live(&self) -> usize {
        self.wheel.borrow().live() + usize::from(self.newest.id.get() != 0)
    }

    /// How many there are, a function's timer counting until it is stopped.
    pub(crate) fn count(&self) -> usize {
        self.live() - self.event_live.get() + self.event_count.get()
    }

    /// When the loop must wake up for a timer.
    pub(crate) fn next(&self) -> Option<u64> {
        self.enter();
        self.wheel.borrow_mut().next()
    }

    /// Real now, not that of the turn, which may have begun long ago.
    #[inline]
    fn now(&self) -> u64 {
        self.clock.borrow_mut().not_before_now()
    }

    #[inline]
    fn promise(&self, delay: u64, ends: u64) -> Promise {
        let Some((promise, resolver)) = promise::external(&SLEEP, [ends, 0]) else {
            return promise::failed(Exn::out_of_memory());
        };
        let now = self.now();
        self.enter();
        self.newest.ends.set(ends);
        self.newest.now.set(now);
        self.newest.deadline.set(now.saturating_add(delay));
        self.newest.id.set(resolver.into_id());
        promise
    }

    /// Puts the newest sleep into the wheel.
    #[inline]
    fn enter(&self) {
        if self.newest.id.get() != 0 {
            self.enter_newest();
        }
    }

    fn enter_newest(&self) {
        let Newest {
            id,
            ends,
            now,
            deadline,
        } = &self.newest;
        let id = id.replace(0);
        let place = self
            .wheel
            .borrow_mut()
            .insert(now.get(), deadline.get(), Target::Promise(id));
        put(id, ends.get(), place);
    }

    /// A promise of LWT_UNIT after `delay` nanoseconds; `u64::MAX`: never.
    #[inline]
    pub(crate) fn sleep(&self, delay: u64) -> Promise {
        self.promise(delay, RETURNS)
    }

    /// A promise that fails with LWT_TIMEOUT after `delay` nanoseconds.
    pub(crate) fn timeout(&self, delay: u64) -> Promise {
        self.promise(delay, FAILS)
    }

    /// Takes a timer that is in the wheel out of it.
    #[inline]
    fn remove(&self, place: Place) {
        let events = &self.events;
        // SAFETY: places are kept with what they belong to, and forgotten when
        // the wheel gives the timer out.
        unsafe {
            self.wheel
                .borrow_mut()
                .remove(place, |target, place| moved(events, target, place));
        }
    }

    /// Fires what is due, in the order of deadlines, and equal ones in the
    /// order of their creation. What is made meanwhile waits for the next
    /// turn. Returns how many there were.
    pub(crate) fn fire(&self) -> usize {
        let now = clock::now();
        {
            self.enter();
            let mut wheel = self.wheel.borrow_mut();
            if wheel.next().is_none_or(|deadline| deadline > now) {
                return 0;
            }
            wheel.advance(now, fetch, |target, place| {
                moved(&self.events, target, place)
            });
        }
        let mut fired = 0;
        loop {
            // Not held while the user's code runs.
            let target = self.wheel.borrow_mut().pop(now, fetch);
            match target {
                None => return fired,
                Some(Target::Promise(id)) => wake(id),
                Some(Target::Event(number)) => self.call(number),
            }
            fired += 1;
        }
    }

    /// Calls `call` after `delay` nanoseconds, once or again and again, until
    /// stopped. Returns its number.
    pub(crate) fn on_timer(&self, delay: u64, repeat: bool, call: Rc<dyn Fn()>) -> u32 {
        let event = Rc::new(Event {
            call,
            delay,
            repeat,
            place: Cell::new(None),
        });
        let mut events = self.events.borrow_mut();
        let number = match self.free.borrow_mut().pop() {
            Some(number) => {
                events[number as usize] = Some(event.clone());
                number
            }
            None => {
                events.push(Some(event.clone()));
                events.len() as u32 - 1
            }
        };
        drop(events);
        self.event_count.set(self.event_count.get() + 1);
        self.arm(&event, number);
        number
    }

    fn arm(&self, event: &Event, number: u32) {
        self.enter();
        let now = self.now();
        let deadline = now.saturating_add(event.delay);
        let target = Target::Event(number);
        let place = self.wheel.borrow_mut().insert(now, deadline, target);
        event.place.set(Some(place));
        self.event_live.set(self.event_live.get() + 1);
    }

    fn call(&self, number: u32) {
        self.event_live.set(self.event_live.get() - 1);
        let Some(Some(event)) = self.events.borrow().get(number as usize).cloned() else {
            return;
        };
        event.place.set(None);
        if event.repeat {
            // Before the call, which may stop it: it drifts, but never has to
            // catch up.
            self.arm(&event, number);
        }
        (event.call)();
    }

    /// Forgets all timers: the thread ends. Promises that sleep stay pending.
    pub(crate) fn clear(&self) {
        let events = self.events.take();
        self.free.borrow_mut().clear();
        let mut sleepers = Vec::new();
        self.enter();
        let mut wheel = self.wheel.replace(Wheel::new());
        wheel.drain(|target| {
            if let Target::Promise(id) = target {
                sleepers.push(id);
            }
        });
        for id in sleepers {
            // SAFETY: the wheel held the obligation, and has given it out.
            let resolver = unsafe { Resolver::from_id(id) };
            resolver.set_data([RETURNS, 0]);
            drop(resolver);
        }
        // Last: their drop functions may call us.
        drop(events);
    }

    /// Stops a function's timer. The number may be given out again.
    pub(crate) fn stop(&self, number: u32) {
        let Some(event) = self
            .events
            .borrow_mut()
            .get_mut(number as usize)
            .and_then(Option::take)
        else {
            return;
        };
        self.free.borrow_mut().push(number);
        self.event_count.set(self.event_count.get() - 1);
        if let Some(place) = event.place.take() {
            self.event_live.set(self.event_live.get() - 1);
            self.remove(place);
        }
    }
}

#[inline]
fn put(id: u32, ends: u64, place: Place) {
    // SAFETY: the wheel holds the obligation; it is put back at once.
    let resolver = unsafe { Resolver::from_id(id) };
    resolver.set_data([ends, place.as_ptr() as u64]);
    resolver.into_id();
}

#[inline]
fn set_place(id: u32, place: Place) {
    // SAFETY: the wheel holds the obligation; it is put back at once.
    let resolver = unsafe { Resolver::from_id(id) };
    let [ends, _] = resolver.data();
    resolver.set_data([ends, place.as_ptr() as u64]);
    resolver.into_id();
}

/// Has the memory of a timer's owner fetched: it is used soon.
#[inline]
fn fetch(target: Target) {
    #[cfg(target_arch = "x86_64")]
    if let Target::Promise(id) = target {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let slot = crate::handle::local::local().at(id);
        // SAFETY: every x86-64 processor has the instruction, and it changes
        // nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(slot).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = target;
}

fn moved(events: &RefCell<Vec<Option<Rc<Event>>>>, target: Target, place: Place) {
    match target {
        Target::Promise(id) => set_place(id, place),
        Target::Event(number) => {
            if let Some(event) = &events.borrow()[number as usize] {
                event.place.set(Some(place));
            }
        }
    }
}

fn wake(id: u32) {
    // SAFETY: the wheel held the obligation, and has given it out.
    let resolver = unsafe { Resolver::from_id(id) };
    let [ends, _] = resolver.data();
    resolver.resolve(match ends {
        RETURNS => Ok(Value::UNIT),
        _ => Err(Exn::new(LWT_TIMEOUT, "timeout")),
    });
}

/// A sleep is cancelled: its timer is removed, and it fails at once.
fn cancel(id: u32, [_, place]: [u64; 2]) -> bool {
    let timers = &super::current().timers;
    match NonNull::new(place as *mut _) {
        Some(place) => timers.remove(place),
        None if timers.newest.id.get() == id => timers.newest.id.set(0),
        // The thread ends, and has forgotten it.
        None => return true,
    }
    // SAFETY: the wheel held the obligation, and no longer does.
    drop(unsafe { Resolver::from_id(id) });
    true
}
