//! Timers: promises that resolve at a time, and functions that are called at
//! one. Owns the scheduler's wheel and clock. Calls `wheel`, `clock` and the
//! promises below.
//!
//! A sleeping promise is its own timer: its first word is its deadline, its
//! second where it stands and how it ends. There is no other record.

mod chunk;
mod nursery;
mod time;
mod wheel;

use super::clock::{self, Clock};
use crate::abi::LWT_TIMEOUT;
use crate::debug::dump::Writer;
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::{self, Promise, Resolver, Source};
use crate::value::Value;
use nursery::Nursery;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;
use wheel::{Place, Target, Wheel};

/// The two lowest bits of a sleep's second word. Above them is its place: an
/// entry of the wheel, or an index in the nursery.
const FAILS: u64 = 1;
const IN_NURSERY: u64 = 2;

/// The second word.
#[inline]
fn in_nursery(place: usize, ends: u64) -> u64 {
    (place as u64) << 2 | IN_NURSERY | ends
}

static SLEEP: Source = Source {
    name: "sleep",
    cancel: Some(cancel),
    describe: Some(describe),
};

/// For dumps: how long it still takes.
fn describe([deadline, place]: [u64; 2]) -> String {
    let left = deadline.saturating_sub(super::now()) as f64 / 1e9;
    let ends = if place & FAILS != 0 {
        ", then LWT_TIMEOUT"
    } else {
        ""
    };
    match deadline {
        u64::MAX => format!("a timer, never due{ends}"),
        _ => format!("a timer, {left:.6} s left{ends}"),
    }
}

/// A timer that calls a function. Alive until it is stopped, fired or not.
struct Event {
    call: Rc<dyn Fn()>,
    delay: u64,
    repeat: bool,
    place: Cell<Option<Place>>,
}

/// The timers of one scheduler.
pub(crate) struct Timers {
    wheel: RefCell<Wheel>,
    nursery: RefCell<Nursery>,
    clock: RefCell<Clock>,
    /// Now, where time is virtual.
    virtual_now: Cell<Option<u64>>,
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
            nursery: RefCell::new(Nursery::new()),
            clock: RefCell::new(Clock::new()),
            virtual_now: Cell::new(None),
            events: RefCell::new(Vec::new()),
            free: RefCell::new(Vec::new()),
            event_count: Cell::new(0),
            event_live: Cell::new(0),
        }
    }

    /// How many may still fire.
    #[inline]
    pub(crate) fn live(&self) -> usize {
        self.wheel.borrow().live() + self.nursery.borrow().live()
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

    /// Now, not that of the turn, which may have begun long ago.
    #[inline]
    fn now(&self) -> u64 {
        match self.virtual_now.get() {
            None => self.clock.borrow_mut().not_before_now(),
            Some(now) => now,
        }
    }

    /// The same, to the nanosecond.
    #[inline]
    pub(crate) fn present(&self) -> u64 {
        self.virtual_now.get().unwrap_or_else(clock::now)
    }

    #[inline]
    fn promise(&self, delay: u64, ends: u64) -> Promise {
        let Some((promise, resolver)) = promise::external(&SLEEP, [0, 0]) else {
            return promise::failed(Exn::out_of_memory());
        };
        let deadline = self.now().saturating_add(delay);
        let id = resolver.into_id();
        let Some(place) = self.nursery.borrow_mut().push(id) else {
            // SAFETY: it was just given up, and nobody has taken it.
            let resolver = unsafe { Resolver::from_id(id) };
            resolver.resolve(Err(Exn::out_of_memory()));
            return promise;
        };
        set(id, [deadline, in_nursery(place, ends)]);
        local().tell_loop();
        promise
    }

    /// Puts new sleeps into the wheel.
    #[inline]
    fn enter(&self) {
        if self.nursery.borrow().live() != 0 {
            self.enter_all();
        }
    }

    fn enter_all(&self) {
        let ids = self.nursery.borrow_mut().take();
        let mut wheel = self.wheel.borrow_mut();
        let now = self.present();
        for (at, &id) in ids.iter().enumerate() {
            if let Some(&id) = ids.get(at + wheel::AHEAD)
                && id != 0
            {
                fetch(Target::Promise(id));
            }
            if id != 0 {
                let [deadline, place] = data(id);
                let entry = wheel.insert(now, deadline, Target::Promise(id));
                set(id, [deadline, entry.as_ptr() as u64 | place & FAILS]);
            }
        }
        drop(wheel);
        self.nursery.borrow_mut().give_back(ids);
    }

    /// A promise of LWT_UNIT after `delay` nanoseconds; `u64::MAX`: never.
    #[inline]
    pub(crate) fn sleep(&self, delay: u64) -> Promise {
        self.promise(delay, 0)
    }

    /// A promise that fails with LWT_TIMEOUT after `delay` nanoseconds.
    pub(crate) fn timeout(&self, delay: u64) -> Promise {
        self.promise(delay, FAILS)
    }

    /// For dumps: the timers that call functions.
    pub(crate) fn dump(&self, out: &mut Writer) {
        let Ok(events) = self.events.try_borrow() else {
            return;
        };
        for event in events.iter().flatten() {
            out.item();
            out.text("timer", if event.repeat { "repeated" } else { "once" });
            out.seconds("every", event.delay);
            out.flag("running", event.place.get().is_some());
            out.end();
        }
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
        let now = self.present();
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
        local().tell_loop();
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
        self.event_count.set(0);
        self.event_live.set(0);
        self.free.borrow_mut().clear();
        let mut sleepers = Vec::new();
        self.enter();
        let mut wheel = self.wheel.replace(Wheel::new());
        wheel.drain(|_, target| {
            if let Target::Promise(id) = target {
                sleepers.push(id);
            }
        });
        for id in sleepers {
            // SAFETY: the wheel held the obligation, and has given it out.
            let resolver = unsafe { Resolver::from_id(id) };
            // Where it stood no longer matters.
            resolver.set_data([0, 0]);
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

/// The words of a sleep whose obligation the nursery or the wheel holds.
#[inline]
fn data(id: u32) -> [u64; 2] {
    // SAFETY: it is put back at once.
    let resolver = unsafe { Resolver::from_id(id) };
    let data = resolver.data();
    resolver.into_id();
    data
}

/// Sets them.
#[inline]
fn set(id: u32, data: [u64; 2]) {
    // SAFETY: as above.
    let resolver = unsafe { Resolver::from_id(id) };
    resolver.set_data(data);
    resolver.into_id();
}

/// Has the memory of a timer's owner fetched: it is used soon.
#[inline]
fn fetch(target: Target) {
    if let Target::Promise(id) = target {
        chunk::ahead(std::ptr::from_ref(local().at(id)));
    }
}

fn moved(events: &RefCell<Vec<Option<Rc<Event>>>>, target: Target, place: Place) {
    match target {
        Target::Promise(id) => {
            let [deadline, old] = data(id);
            set(id, [deadline, place.as_ptr() as u64 | old & FAILS]);
        }
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
    let [_, place] = resolver.data();
    resolver.resolve(match place & FAILS {
        0 => Ok(Value::UNIT),
        _ => Err(Exn::new(LWT_TIMEOUT, "timeout")),
    });
}

/// A sleep is cancelled: its timer is removed, and it fails at once.
fn cancel(id: u32, [_, place]: [u64; 2]) -> bool {
    let timers = &super::current().timers;
    if place & IN_NURSERY != 0 {
        let moved = |id, place| {
            let [deadline, old] = data(id);
            set(id, [deadline, in_nursery(place, old & FAILS)]);
        };
        timers
            .nursery
            .borrow_mut()
            .remove((place >> 2) as usize, moved);
    } else if let Some(place) = NonNull::new((place & !FAILS) as *mut _) {
        timers.remove(place);
    } else {
        // The thread ends, and has forgotten it.
        return true;
    }
    // SAFETY: the nursery or the wheel held the obligation, and no longer does.
    drop(unsafe { Resolver::from_id(id) });
    true
}
