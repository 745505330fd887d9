//! Runs a program against a world, the library or the model of it, and writes
//! down what can be seen: the state of each promise, and which callback ran
//! when, with what.

use crate::program::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

pub type Handle = u64;
/// What is dropped once: an environment, a value, the payload of an exception.
pub type Thing = usize;

/// What is given with a promise.
#[derive(Clone, Copy, Debug)]
pub enum Give {
    Plain(u64),
    Owned(Thing),
    Fail(Kind, Thing),
}

/// A value, as it looks.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Plain(u64),
    Owned(Thing),
    Array(Vec<Seen>),
    /// An array within arrays: how long it is.
    Deep(usize),
}

/// How deep arrays within arrays are looked into. One that holds another twice,
/// and so on, would be endless to look at.
pub const ARRAYS: usize = 3;

/// Why a promise failed: the kind, and the payload if the program made it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Why {
    pub kind: Kind,
    pub payload: Option<Thing>,
}

/// What a promise looks like.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    Pending,
    Value(Seen),
    Failed(Why),
}

/// What a callback is called with.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    None,
    Value(Seen),
    Exn(Why),
}

/// What a callback is to return.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    Promise,
    Value,
    Nothing,
}

/// What it did: a failure that it raised, and what it returned.
pub struct Said {
    pub raised: Option<(Kind, Thing)>,
    pub promise: Handle,
    pub value: Give,
}

/// A line of the record.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A callback begins; what all promises look like then.
    Enter {
        env: Thing,
        second: bool,
        arg: Arg,
        storage: [Option<Seen>; 2],
        looks: Vec<Look>,
    },
    /// An operation is over; what it returned, and which of the promises that
    /// are known is the same handle.
    Did {
        code: i64,
        same: usize,
        looks: Vec<Look>,
    },
    /// The async exception hook was called.
    Hook(Why),
    /// The library chose what it may not choose.
    Illegal,
}

/// The environment of a callback. The same for both worlds.
pub struct Env {
    pub machine: *const Machine,
    pub thing: Thing,
    pub scripts: [*const Script; 2],
    /// Counts how often it was dropped.
    pub drops: *const AtomicU8,
}

/// The calls of module Lwt. Each means what its namesake in C means.
pub trait World {
    fn make(&self, give: Give) -> Handle;
    fn wait(&self, cancelable: bool) -> (Handle, u64);
    fn pause(&self) -> Handle;
    fn wakeup(&self, m: &Machine, u: u64, give: Give, later: bool) -> i64;
    fn release_wakener(&self, m: &Machine, u: u64);
    fn forget_wakener(&self, u: u64);
    fn sequential(&self, m: &Machine, how: Sequential, p: Handle, env: Rc<Env>) -> Handle;
    fn watch(&self, m: &Machine, how: Watch, p: Handle, env: Rc<Env>) -> i64;
    fn concurrent(&self, m: &Machine, how: Concurrent, ps: &[Handle], call: usize) -> Handle;
    fn follow(&self, how: Follow, p: Handle) -> Handle;
    fn cancel(&self, m: &Machine, p: Handle);
    fn release(&self, p: Handle);
    fn retain(&self, p: Handle) -> Handle;
    /// The value is disposed of at once.
    fn take(&self, p: Handle) -> Seen;
    fn wakeup_paused(&self, m: &Machine);
    fn abandon_paused(&self);
    fn paused_count(&self) -> usize;
    fn with_value(&self, m: &Machine, key: u8, value: Option<Thing>, env: Rc<Env>) -> Handle;
    fn run_async(&self, m: &Machine, env: Rc<Env>);
    fn dont_wait(&self, m: &Machine, env: Rc<Env>);
    fn get(&self, key: u8) -> Option<Seen>;
    fn look(&self, p: Handle) -> Look;
}

/// So many promises are looked at, the youngest.
const LOOKS: usize = 12;
/// So many things a program may make.
pub const THINGS: usize = 512;

/// What the library chose among several resolved promises, by the number of
/// the call: the model follows where it might have chosen so.
pub type Choices = Rc<RefCell<HashMap<usize, usize>>>;

pub struct Machine {
    pub world: Box<dyn World>,
    pub log: RefCell<Vec<Event>>,
    pub choices: Choices,
    /// How often each thing was dropped. (The model's machine counts nothing.)
    drops: *const AtomicU8,
    things: Cell<usize>,
    calls: Cell<usize>,
    promises: RefCell<Vec<Handle>>,
    wakeners: RefCell<Vec<u64>>,
    /// What drop functions do, a few of them; and how much they still may.
    pub on_drop: Vec<Script>,
    drops_left: Cell<usize>,
}

impl Machine {
    pub fn new(world: Box<dyn World>, choices: Choices, drops: &[AtomicU8]) -> Machine {
        assert_eq!(drops.len(), THINGS);
        Machine {
            world,
            log: RefCell::default(),
            choices,
            drops: drops.as_ptr(),
            things: Cell::new(0),
            calls: Cell::new(0),
            promises: RefCell::default(),
            wakeners: RefCell::default(),
            on_drop: Vec::new(),
            drops_left: Cell::new(60),
        }
    }

    /// How many things there are.
    pub fn things(&self) -> usize {
        self.things.get()
    }

    /// A new thing, while there is room.
    fn thing(&self) -> Option<Thing> {
        let thing = self.things.get();
        (thing < THINGS).then(|| {
            self.things.set(thing + 1);
            thing
        })
    }

    pub fn counter(&self, thing: Thing) -> *const AtomicU8 {
        assert!(thing < THINGS);
        // SAFETY: there are so many.
        unsafe { self.drops.add(thing) }
    }

    /// How often a thing was dropped.
    pub fn dropped(&self, thing: Thing) -> u8 {
        // SAFETY: the counters outlive the machine.
        unsafe { &*self.counter(thing) }.load(Relaxed)
    }

    pub fn write(&self, event: Event) {
        self.log.borrow_mut().push(event);
    }

    fn at(all: &RefCell<Vec<u64>>, index: Index) -> Option<u64> {
        let all = all.borrow();
        let back = usize::from(index).checked_rem(all.len())?;
        Some(all[all.len() - 1 - back])
    }

    fn promise(&self, index: Index) -> Handle {
        Machine::at(&self.promises, index).unwrap_or(0)
    }

    /// A handle that may be given away; one that is no good stays as it is.
    fn retained(&self, index: Index) -> Handle {
        let p = self.promise(index);
        let same = self.world.retain(p);
        if same != p {
            self.world.release(same);
        }
        p
    }

    fn looks(&self) -> Vec<Look> {
        let promises = self.promises.borrow();
        let youngest = promises.iter().rev().take(LOOKS);
        youngest.map(|&p| self.world.look(p)).collect()
    }

    fn did(&self, code: i64) {
        self.write(Event::Did {
            code,
            same: 0,
            looks: self.looks(),
        });
    }

    fn made(&self, p: Handle) {
        let mut promises = self.promises.borrow_mut();
        let same = promises.iter().position(|&other| other == p);
        let same = same.unwrap_or(promises.len());
        promises.push(p);
        drop(promises);
        self.write(Event::Did {
            code: 0,
            same,
            looks: self.looks(),
        });
    }

    fn env(&self, body: &Script, other: &Script) -> Option<Rc<Env>> {
        let thing = self.thing()?;
        Some(Rc::new(Env {
            machine: self,
            thing,
            scripts: [body, other],
            drops: self.counter(thing),
        }))
    }

    fn failure(&self, kind: Kind) -> Give {
        match self.thing() {
            Some(thing) => Give::Fail(kind, thing),
            None => Give::Plain(0),
        }
    }

    fn owned(&self) -> Give {
        self.thing().map_or(Give::Plain(0), Give::Owned)
    }

    /// A callback runs.
    pub fn call(&self, env: &Env, second: bool, arg: Arg, shape: Shape) -> Said {
        self.write(Event::Enter {
            env: env.thing,
            second,
            arg,
            storage: [self.world.get(0), self.world.get(1)],
            looks: self.looks(),
        });
        // SAFETY: the program lives as long as the machine runs it.
        let script = unsafe { &*env.scripts[usize::from(second)] };
        self.run(&script.ops);
        let mut said = Said {
            raised: None,
            promise: 0,
            value: Give::Plain(0),
        };
        let give = match script.end {
            End::Value(v) => Give::Plain(u64::from(v)),
            End::Owned if shape != Shape::Nothing => self.owned(),
            End::Fail(kind) | End::Raise(kind) => self.failure(kind),
            _ => Give::Plain(0),
        };
        if let Give::Fail(kind, thing) = give
            && (shape != Shape::Promise || matches!(script.end, End::Raise(_)))
        {
            said.raised = Some((kind, thing));
        }
        if shape == Shape::Promise {
            said.promise = match script.end {
                End::Null => 0,
                End::Promise(index) => self.retained(index),
                End::Raise(_) => self.world.make(Give::Plain(1)),
                _ => self.world.make(give),
            };
        } else if said.raised.is_none() {
            said.value = give;
        }
        said
    }

    /// A drop function runs, and may call the library.
    pub fn has_dropped(&self, thing: Thing) {
        let script = self.on_drop.get(thing % (self.on_drop.len() + 2));
        if let Some(script) = script
            && let Some(left) = self.drops_left.get().checked_sub(1)
        {
            self.drops_left.set(left);
            self.run(&script.ops);
        }
    }

    pub fn run(&self, ops: &[Op]) {
        ops.iter().for_each(|op| self.step(op));
    }

    /// One operation.
    pub fn step(&self, op: &Op) {
        let world = &self.world;
        match op {
            Op::Return(v) => self.made(world.make(Give::Plain(u64::from(*v)))),
            Op::ReturnOwned => self.made(world.make(self.owned())),
            Op::Fail(kind) => self.made(world.make(self.failure(*kind))),
            Op::Wait | Op::Task => {
                let (p, u) = world.wait(*op == Op::Task);
                self.wakeners.borrow_mut().push(u);
                self.made(p);
            }
            Op::Pause => self.made(world.pause()),
            Op::Wakeup { u, with, later } => {
                let Some(u) = Machine::at(&self.wakeners, *u) else {
                    return;
                };
                let give = match *with {
                    With::Value(v) => Give::Plain(u64::from(v)),
                    With::Owned => self.owned(),
                    With::Fail(kind) => self.failure(kind),
                };
                self.did(world.wakeup(self, u, give, *later));
            }
            Op::ReleaseWakener(u) => {
                if let Some(u) = Machine::at(&self.wakeners, *u) {
                    world.release_wakener(self, u);
                    self.did(0);
                }
            }
            Op::ForgetWakener(u) => {
                if let Some(u) = Machine::at(&self.wakeners, *u) {
                    world.forget_wakener(u);
                    self.did(0);
                }
            }
            Op::Sequential {
                how,
                p,
                consume,
                body,
                other,
            } => {
                if let Some(env) = self.env(body, other) {
                    let p = match consume {
                        true => self.promise(*p),
                        false => self.retained(*p),
                    };
                    self.made(world.sequential(self, *how, p, env));
                }
            }
            Op::Watch {
                how,
                p,
                body,
                other,
            } => {
                if let Some(env) = self.env(body, other) {
                    self.did(world.watch(self, *how, self.promise(*p), env));
                }
            }
            Op::Concurrent { how, ps } => {
                let call = self.calls.replace(self.calls.get() + 1);
                let ps: Vec<Handle> = ps.iter().map(|&p| self.retained(p)).collect();
                self.made(world.concurrent(self, *how, &ps, call));
            }
            Op::Follow { how, p } => self.made(world.follow(*how, self.retained(*p))),
            Op::Cancel(p) => {
                world.cancel(self, self.promise(*p));
                self.did(0);
            }
            Op::Release(p) => {
                world.release(self.promise(*p));
                self.did(0);
            }
            Op::Retain(p) => self.made(world.retain(self.promise(*p))),
            Op::Take(p) => {
                let seen = world.take(self.promise(*p));
                self.write(Event::Enter {
                    env: 0,
                    second: true,
                    arg: Arg::Value(seen),
                    storage: [None, None],
                    looks: self.looks(),
                });
            }
            Op::WakeupPaused => {
                let count = world.paused_count();
                world.wakeup_paused(self);
                self.did(count as i64);
            }
            Op::AbandonPaused => {
                world.abandon_paused();
                self.did(world.paused_count() as i64);
            }
            Op::WithValue { key, hide, body } => {
                let value = match hide {
                    true => None,
                    false => match self.thing() {
                        Some(thing) => Some(thing),
                        None => return,
                    },
                };
                if let Some(env) = self.env(body, body) {
                    self.made(world.with_value(self, *key, value, env));
                } else if let Some(thing) = value {
                    // SAFETY: the counters outlive the machine.
                    unsafe { &*self.counter(thing) }.fetch_add(1, Relaxed);
                }
            }
            Op::Async(body) => {
                if let Some(env) = self.env(body, body) {
                    world.run_async(self, env);
                    self.did(0);
                }
            }
            Op::DontWait { body, on_exn } => {
                if let Some(env) = self.env(body, on_exn) {
                    world.dont_wait(self, env);
                    self.did(0);
                }
            }
        }
    }

    /// The end of a program: all is given up.
    pub fn end(&self) {
        let wakeners = self.wakeners.take();
        for (at, &u) in wakeners.iter().enumerate() {
            match at % 3 {
                0 => self.world.forget_wakener(u),
                _ => self.world.release_wakener(self, u),
            }
        }
        self.world.abandon_paused();
        let promises = self.promises.take();
        for &p in &promises {
            self.world.release(p);
        }
        // What callbacks made meanwhile.
        if !self.wakeners.borrow().is_empty() || !self.promises.borrow().is_empty() {
            self.end();
        }
    }
}
