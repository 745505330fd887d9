//! All switches of a thread, and their part of a dump: each names the one that
//! it is inside of.

use super::race::RACE;
use super::scope::SCOPE;
use super::{Sort, Stage, Switch};
use crate::debug::dump::{Writer, add_link, add_section};
use crate::handle::slot::Id;
use crate::sync::places::Places;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

thread_local! {
    /// Those that there are, in the order of their making, and how many there
    /// were.
    static ALL: RefCell<Places<Weak<Switch>>> = const { RefCell::new(Places::new()) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The place of a switch among all. Dumps know it by its number.
pub struct Entry {
    at: Cell<u32>,
    number: Cell<u64>,
}

impl Default for Entry {
    fn default() -> Entry {
        Entry {
            at: Cell::new(u32::MAX),
            number: Cell::new(0),
        }
    }
}

impl Entry {
    /// The switch goes.
    pub fn leave(&self) {
        let at = self.at.get();
        // The end of the thread may have taken the list first.
        let _ = ALL.try_with(|all| drop(all.borrow_mut().remove(at)));
    }
}

/// A new switch is among all from now on.
pub fn enter(switch: &Rc<Switch>) {
    let number = COUNT.try_with(|count| count.replace(count.get() + 1));
    let Ok(number) = number else { return };
    if number == 0 {
        add_section("scopes", write);
        add_link(&SCOPE, awaited);
        add_link(&RACE, awaited);
    }
    switch.entry.number.set(number + 1);
    let weak = Rc::downgrade(switch);
    let at = ALL.try_with(|all| all.borrow_mut().push(weak).unwrap_or(u32::MAX));
    switch.entry.at.set(at.unwrap_or(u32::MAX));
}

/// How many switches there are.
#[cfg(test)]
pub fn count() -> usize {
    ALL.with(|all| all.borrow().len())
}

/// How many of them have not ended.
#[cfg(test)]
pub fn open() -> usize {
    let open = |all: &RefCell<Places<Weak<Switch>>>| {
        let all = all.borrow();
        all.iter()
            .filter_map(Weak::upgrade)
            .filter(|it| !it.is_over())
            .count()
    };
    ALL.with(open)
}

/// What the result of a scope waits for.
pub fn describe([switch, _]: [u64; 2]) -> String {
    // SAFETY: the resolver of the promise is in the switch, which so is alive.
    let switch = unsafe { &*(switch as usize as *const Switch) };
    let children = switch
        .children
        .try_borrow()
        .map_or(0, |children| children.len());
    let body = match switch.body_pending.get() {
        true if switch.sort != Sort::Race => "its body and ",
        _ => "",
    };
    format!(
        "scope {}: {body}{children} started inside",
        switch.entry.number.get()
    )
}

/// For dumps: the promises that the result of a scope waits for.
fn awaited([switch, _]: [u64; 2], tell: &mut dyn FnMut(Id)) {
    // SAFETY: as above.
    let switch = unsafe { &*(switch as usize as *const Switch) };
    if let Ok(body) = switch.body.try_borrow() {
        let pending = body.iter().filter(|_| switch.body_pending.get());
        pending.for_each(|body| tell(body.bits() as Id));
    }
    if let Ok(children) = switch.children.try_borrow() {
        children.iter().for_each(|child| tell(child.bits() as Id));
    }
    if let Ok(closing) = switch.closing.try_borrow() {
        closing.iter().for_each(|hooks| tell(hooks.bits() as Id));
    }
}

fn write(out: &mut Writer) {
    let _ = ALL.try_with(|all| {
        let Ok(all) = all.try_borrow() else { return };
        for switch in all.iter().filter_map(Weak::upgrade) {
            if !switch.is_over() {
                switch.write(out);
            }
        }
    });
}

impl Switch {
    fn write(&self, out: &mut Writer) {
        out.item();
        out.number("scope", self.entry.number.get());
        if let Some(parent) = self.parent.upgrade() {
            out.number("inside", parent.entry.number.get());
        }
        out.text(
            "made",
            match self.sort {
                Sort::Switch => "switch",
                Sort::Scope => "scope",
                Sort::Timeout => "with_timeout",
                Sort::Race => "race",
            },
        );
        out.text(
            "state",
            match self.stage.get() {
                Stage::On => "on",
                Stage::Ending => "ending: children are awaited",
                Stage::Hooks => "ending: hooks are running",
                Stage::Over => "ending: the body is awaited",
            },
        );
        if let Ok(Some(reason)) = self.reason.try_borrow().as_deref() {
            out.text("reason", &reason.message().to_string_lossy());
        }
        if let Some(left) = self.deadline.left() {
            out.seconds("left", left);
        }
        if let Ok(Some(body)) = self.body.try_borrow().as_deref() {
            out.handle("body", body.bits());
        }
        if let Ok(hooks) = self.hooks.try_borrow() {
            out.number("hooks", hooks.len() as u64);
        }
        if let Ok(children) = self.children.try_borrow() {
            out.list("children");
            children
                .iter()
                .for_each(|child| out.word_handle(child.bits()));
            out.end();
        }
        out.end();
    }
}
