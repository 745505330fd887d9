//! The model: module Lwt as its documentation has it, in the plainest words.
//! It recurses where the library must not, and never forgets a promise.
//!
//! A handle is a number with a count of its users; it leads to a cell, and
//! cells that were unified to one another. What waits for a cell is a list, in
//! the order of attachment.

mod calls;
mod compositions;
mod groups;
mod resolution;

use crate::machine::*;
use crate::program::*;
use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

const CANCELED: Kind = 1;
const INVALID: Kind = 2;
const ABANDONED: Kind = 12;

pub type CellId = usize;
type GroupId = usize;

/// A value. Who moves it out leaves `()` to all who show it.
#[derive(Clone, Debug)]
pub enum V {
    Plain(u64),
    Owned(Rc<Owned>),
}

#[derive(Debug)]
pub struct Owned {
    pub moved: Cell<bool>,
    pub what: What,
}

#[derive(Debug)]
pub enum What {
    Thing(Thing),
    Array(Vec<V>),
}

fn owned(what: What) -> V {
    V::Owned(Rc::new(Owned {
        moved: Cell::new(false),
        what,
    }))
}

fn seen(value: &V) -> Seen {
    seen_within(value, ARRAYS)
}

fn seen_within(value: &V, depth: usize) -> Seen {
    match value {
        V::Plain(n) => Seen::Plain(*n),
        V::Owned(owned) if owned.moved.get() => Seen::Plain(0),
        V::Owned(owned) => match (&owned.what, depth.checked_sub(1)) {
            (What::Thing(thing), _) => Seen::Owned(*thing),
            (What::Array(items), None) => Seen::Deep(items.len()),
            (What::Array(items), Some(depth)) => {
                let inside = |item: &V| seen_within(item, depth);
                Seen::Array(items.iter().map(inside).collect())
            }
        },
    }
}

/// Moves it out, to somebody who disposes of it at once.
fn move_out(value: &V) {
    if let V::Owned(owned) = value {
        owned.moved.set(true);
    }
}

pub type Outcome = Result<V, Why>;

fn because(kind: Kind) -> Outcome {
    Err(Why {
        kind,
        payload: None,
    })
}

fn is_canceled(outcome: &Outcome) -> bool {
    matches!(outcome, Err(why) if why.kind == CANCELED)
}

/// What will resolve a pending cell, and so what cancelling it does.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Resolver {
    Wakener {
        cancelable: bool,
    },
    Paused,
    /// The callback of a composition on this cell, or its clean-up.
    Source(CellId),
    Group(GroupId),
    Nobody,
}

pub struct Promise {
    /// With which it was unified.
    part_of: Option<CellId>,
    pub outcome: Option<Outcome>,
    pub resolver: Resolver,
    /// What would have resolved it was given up.
    dead: bool,
    pub waiters: Vec<Waiter>,
}

/// Sequence-local storage.
pub type Map = Option<Rc<Binding>>;

pub struct Binding {
    key: u8,
    pub value: Option<Thing>,
    pub older: Map,
}

#[derive(Clone)]
pub enum Waiter {
    Composition {
        how: Sequential,
        env: Rc<Env>,
        map: Map,
        result: CellId,
    },
    CleanUp {
        body: CellId,
        result: CellId,
    },
    Watch {
        how: Watch,
        env: Rc<Env>,
        map: Map,
    },
    /// The failure of a background computation: to the hook, or to the second
    /// script of the environment.
    Background {
        hook: bool,
        env: Rc<Env>,
        map: Map,
    },
    Member {
        group: GroupId,
        index: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kin {
    Concurrent(Concurrent),
    Follow(Follow),
}

pub struct Group {
    pub kin: Kin,
    pub result: CellId,
    pub members: Vec<CellId>,
    /// Does it still wait for them?
    attached: Vec<bool>,
    /// It takes no notice of its members any more.
    pub over: bool,
    left: usize,
    pub failure: Option<Why>,
    pub values: Vec<V>,
}

pub struct UserHandle {
    pub cell: CellId,
    pub users: usize,
}

pub struct Wakener {
    pub cell: CellId,
    pub spent: bool,
}

#[derive(Default)]
pub struct State {
    pub handles: Vec<UserHandle>,
    pub cells: Vec<Promise>,
    pub groups: Vec<Group>,
    pub wakeners: Vec<Wakener>,
    pub paused: Vec<CellId>,
    storage: Map,
    /// How many resolutions are going on, each within the one before.
    resolving: usize,
    deferred: VecDeque<Due>,
    /// Something was asked that is not laid down: see `State::is_hopeless`.
    pub is_in_doubt: bool,
}

/// A resolved cell, and those who waited for it.
type Due = (CellId, Vec<Waiter>);

#[derive(Clone, Default)]
pub struct Model(Rc<RefCell<State>>);

impl Model {
    pub fn state(&self) -> Ref<'_, State> {
        self.0.borrow()
    }

    fn change(&self) -> RefMut<'_, State> {
        self.0.borrow_mut()
    }

    fn cell(&self, resolver: Resolver, outcome: Option<Outcome>) -> CellId {
        let mut state = self.change();
        state.cells.push(Promise {
            part_of: None,
            outcome,
            resolver,
            dead: false,
            waiters: Vec::new(),
        });
        state.cells.len() - 1
    }

    fn handle(&self, cell: CellId) -> Handle {
        let mut state = self.change();
        state.handles.push(UserHandle { cell, users: 1 });
        state.handles.len() as Handle
    }

    fn pending(&self, resolver: Resolver) -> (CellId, Handle) {
        let cell = self.cell(resolver, None);
        (cell, self.handle(cell))
    }

    fn resolved(&self, outcome: Outcome) -> Handle {
        let cell = self.cell(Resolver::Nobody, Some(outcome));
        self.handle(cell)
    }

    fn invalid(&self) -> Handle {
        self.resolved(because(INVALID))
    }

    /// The cell of a handle that has users.
    fn find(&self, p: Handle) -> Option<CellId> {
        let state = self.state();
        let handle = state.handles.get((p as usize).checked_sub(1)?)?;
        (handle.users > 0).then(|| state.whole(handle.cell))
    }

    fn outcome(&self, cell: CellId) -> Option<Outcome> {
        let state = self.state();
        state.cells[state.whole(cell)].outcome.clone()
    }

    fn is_pending(&self, cell: CellId) -> bool {
        self.outcome(cell).is_none()
    }

    fn attach(&self, cell: CellId, waiter: Waiter) {
        let mut state = self.change();
        let whole = state.whole(cell);
        state.cells[whole].waiters.push(waiter);
    }

    fn map(&self) -> Map {
        self.state().storage.clone()
    }
}

impl State {
    /// What a cell is part of in the end.
    pub fn whole(&self, mut cell: CellId) -> CellId {
        while let Some(whole) = self.cells[cell].part_of {
            cell = whole;
        }
        cell
    }

    /// What would have resolved a promise was given up: it stays pending for
    /// ever, as does what waits for it alone. Those callbacks never run.
    fn kill(&mut self, cell: CellId) {
        let cell = self.whole(cell);
        if self.cells[cell].outcome.is_some() || self.cells[cell].dead {
            return;
        }
        self.cells[cell].dead = true;
        self.cells[cell].resolver = Resolver::Nobody;
        for waiter in std::mem::take(&mut self.cells[cell].waiters) {
            match waiter {
                Waiter::Composition { result, .. } | Waiter::CleanUp { result, .. } => {
                    self.kill(result);
                }
                Waiter::Member { group, index } => {
                    self.groups[group].attached[index] = false;
                    self.kill_if_alone(group);
                }
                _ => {}
            }
        }
    }

    /// A group none of whose members will ever tell it anything.
    fn kill_if_alone(&mut self, group: GroupId) {
        let group = &self.groups[group];
        if !group.over && !group.attached.contains(&true) {
            self.kill(group.result);
        }
    }

    /// Can it never resolve, though nobody has been told? Whether what follows
    /// it can still be cancelled then depends on who holds what, since the way
    /// back to it is a weak one.
    fn is_hopeless(&self, cell: CellId, visited: &mut Vec<CellId>) -> bool {
        let cell = self.whole(cell);
        let promise = &self.cells[cell];
        if promise.outcome.is_some() {
            return false;
        }
        if promise.dead || visited.contains(&cell) {
            return true;
        }
        visited.push(cell);
        match promise.resolver {
            Resolver::Wakener { .. } | Resolver::Paused => false,
            Resolver::Nobody => true,
            Resolver::Source(source) => self.is_hopeless(source, visited),
            Resolver::Group(id) => {
                let mut members = self.groups[id].members.iter();
                let waits = |m: CellId| self.cells[self.whole(m)].outcome.is_none();
                members.all(|&m| !waits(m) || self.is_hopeless(m, visited))
            }
        }
    }
}
