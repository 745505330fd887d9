//! What is known of a descriptor: who is told that it is ready, and what the
//! engine watches it for. Owns that; calls nobody.
//!
//! Nearly always one watcher is told, which has its place in the entry itself;
//! all others are in a list of their own.

use super::{FdEvent, Watcher};
use crate::scheduler::engine::Interest;
use std::rc::{Rc, Weak};

/// A watcher of a descriptor.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) watcher: Weak<dyn Watcher>,
    /// The turn in which it came: it is first told in the next.
    pub(super) born: u32,
}

impl Member {
    fn is(&self, watcher: &dyn Watcher) -> bool {
        std::ptr::addr_eq(self.watcher.as_ptr(), watcher)
    }
}

/// All who are told beyond the first watcher.
#[derive(Default)]
struct More {
    events: Vec<Rc<FdEvent>>,
    watchers: Vec<Member>,
    /// Is it looked whether it was closed?
    looked_at: bool,
}

/// What is known of a descriptor.
#[derive(Default)]
pub(super) struct Entry {
    first: Option<Member>,
    more: Option<Box<More>>,
    /// What the engine waits for.
    pub(super) watched: Interest,
}

impl Entry {
    /// The only one to be told, if that is a watcher.
    #[inline]
    pub(super) fn only_watcher(&self) -> Option<Member> {
        match &self.more {
            None => self.first.clone(),
            Some(_) => None,
        }
    }

    pub(super) fn watchers(&self) -> impl Iterator<Item = Member> + '_ {
        let more = self.more.iter().flat_map(|more| more.watchers.iter());
        self.first.iter().chain(more).cloned()
    }

    pub(super) fn events(&self) -> impl Iterator<Item = Rc<FdEvent>> + '_ {
        self.more
            .iter()
            .flat_map(|more| more.events.iter())
            .cloned()
    }

    /// All who are to be told of one direction.
    pub(super) fn all(&self, write: bool) -> (Vec<Member>, Vec<Rc<FdEvent>>) {
        let events = self.events().filter(|event| event.write == write);
        (self.watchers().collect(), events.collect())
    }

    pub(super) fn has_events(&self) -> bool {
        self.more
            .as_ref()
            .is_some_and(|more| !more.events.is_empty())
    }

    /// Is it looked whether it was closed? From now on it is, or is not.
    pub(super) fn look_at(&mut self, look: bool) -> bool {
        match &mut self.more {
            Some(more) => std::mem::replace(&mut more.looked_at, look),
            None => false,
        }
    }

    pub(super) fn events_mut(&mut self) -> &mut Vec<Rc<FdEvent>> {
        &mut self.more.get_or_insert_default().events
    }

    /// Forgets what is empty.
    pub(super) fn tidy(&mut self) {
        let empty = |more: &More| more.events.is_empty() && more.watchers.is_empty();
        if self.more.as_deref().is_some_and(empty) {
            self.more = None;
        }
    }

    /// False: it wasn't there.
    pub(super) fn remove_event(&mut self, event: &Rc<FdEvent>) -> bool {
        let Some(more) = &mut self.more else {
            return false;
        };
        let Some(at) = more.events.iter().position(|e| Rc::ptr_eq(e, event)) else {
            return false;
        };
        more.events.remove(at);
        true
    }

    /// False: it is there already.
    pub(super) fn add_watcher(&mut self, watcher: &Rc<dyn Watcher>, born: u32) -> bool {
        if self.watchers().any(|member| member.is(watcher.as_ref())) {
            return false;
        }
        let watcher = Rc::downgrade(watcher);
        let member = Member { watcher, born };
        match &self.first {
            None => self.first = Some(member),
            Some(_) => self.more.get_or_insert_default().watchers.push(member),
        }
        true
    }

    /// False: it wasn't there.
    pub(super) fn remove_watcher(&mut self, watcher: &dyn Watcher) -> bool {
        if self.first.as_ref().is_some_and(|first| first.is(watcher)) {
            self.first = None;
            return true;
        }
        let Some(more) = &mut self.more else {
            return false;
        };
        let Some(at) = more.watchers.iter().position(|member| member.is(watcher)) else {
            return false;
        };
        more.watchers.remove(at);
        self.tidy();
        true
    }

    /// What somebody waits for.
    pub(super) fn wanted(&self) -> Interest {
        let (readers, writers) = self.waiting();
        Interest {
            read: readers > 0,
            write: writers > 0,
        }
    }

    /// How many wait to read, and to write.
    pub(super) fn waiting(&self) -> (u64, u64) {
        let (mut readers, mut writers) = (0, 0);
        for member in self.watchers() {
            if let Some(watcher) = member.watcher.upgrade() {
                let waits = watcher.waits_for();
                readers += u64::from(waits.read);
                writers += u64::from(waits.write);
            }
        }
        for event in self.events() {
            match event.write {
                false => readers += 1,
                true => writers += 1,
            }
        }
        (readers, writers)
    }
}
