//! Watchers, the descriptors of module Lwt_unix, which are told of what is ready
//! by a shorter way than events. Owns when they are in an engine. Calls the table
//! of descriptors and the engine.

use super::Watch;
use crate::scheduler::door::Door;
use crate::scheduler::engine::Interest;
use std::io;
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};

/// Who is told of a descriptor by the short way. It waits for one direction,
/// for both or, for the time being, for none.
pub(crate) trait Watcher {
    /// Its descriptor.
    fn fd(&self) -> RawFd;
    /// What it waits for now.
    fn waits_for(&self) -> Interest;
    /// The descriptor is ready. It does what it waited for.
    fn ready(self: Rc<Self>, write: bool);
    /// It is in this engine now; in none, if that is empty.
    fn moved(&self, home: Weak<Watch>);
    /// The thread ends: whoever waits, waits for ever.
    fn end(&self);
}

impl Watch {
    /// A watcher begins to wait to read, or to write. On an error it doesn't.
    pub(crate) fn begin(
        self: &Rc<Watch>,
        door: &Door,
        me: &Rc<dyn Watcher>,
        write: bool,
    ) -> io::Result<()> {
        let fd = me.fd();
        self.check_number(fd)?;
        let turn = self.turn.get();
        let (old, added) = self.entry(fd, |entry| (entry.watched, entry.add_watcher(me, turn)));
        if added {
            me.moved(Rc::downgrade(self));
        }
        let new = old.with(write);
        if added || old != new {
            // Also when it is watched already: by who has another file of that
            // number, maybe.
            let told = self
                .open_door(door)
                .and_then(|()| self.tell_engine(fd, old, new));
            if let Err(error) = told {
                if added {
                    self.entry(fd, |entry| entry.remove_watcher(me.as_ref()));
                    me.moved(Weak::new());
                }
                return Err(error);
            }
        }
        self.count_up(write);
        Ok(())
    }

    /// A watcher waits no more to read, or to write. The engine goes on watching
    /// until it reports what nobody waits for.
    #[inline]
    pub(crate) fn done(&self, write: bool) {
        self.count_down(write);
    }

    /// A watcher is no more. What it still waited for is not counted any more.
    pub(crate) fn leave(&self, me: &dyn Watcher) {
        let waited = me.waits_for();
        let change = self.entry(me.fd(), |entry| {
            entry
                .remove_watcher(me)
                .then(|| (entry.watched, entry.wanted().and(entry.watched)))
        });
        let Some((old, new)) = change else { return };
        for write in [false, true] {
            if waited.has(write) {
                self.count_down(write);
            }
        }
        if old != new {
            self.narrow(me.fd(), old, new);
        }
    }
}
