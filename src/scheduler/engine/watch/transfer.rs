//! What is told of descriptors goes from one engine to another
//! (`Lwt_engine.transfer`), or ends with its thread. Calls events, watchers and
//! both engines.

use super::table::Entry;
use super::{FdEvent, Watch, Watcher};
use crate::scheduler::door::Door;
use std::io;
use std::rc::{Rc, Weak};

impl Watch {
    /// All events, in no order but that of each descriptor's.
    pub(super) fn events(&self) -> Vec<Rc<FdEvent>> {
        let fds = self.fds.borrow();
        fds.iter().flat_map(Entry::events).collect()
    }

    pub(super) fn watchers(&self) -> Vec<Rc<dyn Watcher>> {
        let fds = self.fds.borrow();
        let all = fds.iter().flat_map(Entry::watchers);
        all.filter_map(|member| member.watcher.upgrade()).collect()
    }

    /// Moves all events and watchers to another engine. On an error those that
    /// are not yet moved stay.
    pub(crate) fn transfer(self: &Rc<Watch>, to: &Rc<Watch>, door: &Door) -> io::Result<()> {
        let events = self.events();
        let watchers = self.watchers();
        if !events.is_empty() || !watchers.is_empty() {
            to.open_door(door)?;
        }
        for event in events {
            self.forget(&event);
            if let Err(error) = to.adopt(&event) {
                // A closed descriptor can't be watched; the event is told at
                // once, and stays where it can be stopped.
                if error.raw_os_error() == Some(libc::EBADF) {
                    event.call();
                    continue;
                }
                let _ = self.adopt(&event);
                return Err(error);
            }
        }
        for watcher in watchers {
            self.move_watcher(&watcher, to, door)?;
        }
        Ok(())
    }

    fn move_watcher(
        self: &Rc<Watch>,
        watcher: &Rc<dyn Watcher>,
        to: &Rc<Watch>,
        door: &Door,
    ) -> io::Result<()> {
        let waits = watcher.waits_for();
        self.leave(watcher.as_ref());
        watcher.moved(Weak::new());
        for write in [false, true] {
            if !waits.has(write) {
                continue;
            }
            let Err(error) = to.begin(door, watcher, write) else {
                continue;
            };
            if error.raw_os_error() == Some(libc::EBADF) {
                watcher.clone().ready(write);
                continue;
            }
            // Back to where it was: one direction may have moved.
            to.leave(watcher.as_ref());
            watcher.moved(Weak::new());
            for write in [false, true] {
                if waits.has(write) {
                    let _ = self.begin(door, watcher, write);
                }
            }
            return Err(error);
        }
        Ok(())
    }

    /// Stops every event, and takes out every watcher.
    pub(crate) fn stop_all(&self) {
        for event in self.events() {
            event.stop();
        }
        for watcher in self.watchers() {
            self.leave(watcher.as_ref());
            watcher.moved(Weak::new());
        }
    }

    /// The thread ends.
    pub(crate) fn end(&self) {
        let watchers = self.watchers();
        self.stop_all();
        for watcher in watchers {
            watcher.end();
        }
    }
}
