//! From the engine's report to who waits: a wait in the engine, and the calls that
//! come of it. Owns their order. Calls engines, events and watchers.

use super::table::Member;
use super::{Watch, Watcher, closed};
use crate::scheduler::engine::{Interest, Ready};
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;

impl Watch {
    /// Waits in the engine and returns what is ready, which `dispatch` is given.
    pub(crate) fn wait(&self, timeout: Option<u64>) -> io::Result<Vec<Ready>> {
        let mut ready = self.room.take();
        let mut timeout = timeout;
        let mut closed = closed::NONE;
        if timeout != Some(0) && self.looks.find(&mut closed) {
            timeout = Some(0);
        }
        if let Err(error) = self.engine.wait(timeout, &mut ready) {
            ready.clear();
            self.room.set(ready);
            return Err(error);
        }
        for fd in closed.into_iter().filter(|&fd| fd >= 0) {
            // Its file may live on by another name, and be reported too.
            ready.retain(|report| report.fd != fd);
            ready.push(Ready {
                fd,
                interest: Interest::BOTH,
                closed: true,
            });
        }
        Ok(ready)
    }

    /// Calls what waits for these: first what reads, then what writes, each
    /// descriptor's in the order in which they were made.
    pub(crate) fn dispatch(&self, ready: Vec<Ready>) {
        let mut ready = ready;
        if !ready.is_empty() {
            self.tell(&ready);
        }
        ready.clear();
        self.room.set(ready);
    }

    fn tell(&self, ready: &[Ready]) {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        let (mut writes, mut landed) = (false, false);
        for report in ready {
            if report.closed {
                self.give_up(report.fd);
            }
            writes |= report.interest.write;
            landed |= *report == Ready::LANDED;
        }
        for report in ready {
            if report.fd == self.door.get() {
                self.empty_door();
            } else if report.interest.read {
                self.call(report.fd, false, turn);
            }
        }
        if writes {
            for report in ready {
                if report.fd != self.door.get() && report.interest.write {
                    self.call(report.fd, true, turn);
                }
            }
        }
        if landed {
            self.engine.land();
        }
    }

    fn empty_door(&self) {
        let mut count = 0u64;
        // SAFETY: eight bytes on the stack.
        unsafe { libc::read(self.door.get(), (&raw mut count).cast(), 8) };
    }

    /// A descriptor was closed while it was watched: its events are called
    /// once, so that the operations behind them find out, and it is watched
    /// again when the next event on that number is made.
    pub(super) fn give_up(&self, fd: RawFd) {
        let (old, looked_at) = self.entry(fd, |entry| {
            (std::mem::take(&mut entry.watched), entry.look_at(false))
        });
        if looked_at {
            self.looks.end(fd);
        }
        self.changed();
        let _ = self.engine.watch(fd, old, Interest::NONE);
    }

    fn call(&self, fd: RawFd, write: bool, turn: u32) {
        // Nobody that a callback before has just made, maybe for another file
        // of the same number.
        let old_enough = |born: u32| born != turn;
        let member = {
            let fds = self.fds.borrow();
            match fds.get(fd as usize) {
                Some(entry) => entry.only_watcher(),
                None => return,
            }
        };
        match member {
            Some(Member { watcher, born }) => {
                if let Some(watcher) = watcher.upgrade()
                    && old_enough(born)
                {
                    self.call_watcher(watcher, write);
                }
            }
            None => self.call_all(fd, write, old_enough),
        }
    }

    #[inline]
    fn call_watcher(&self, watcher: Rc<dyn Watcher>, write: bool) {
        let fd = watcher.fd();
        let waited = watcher.waits_for().has(write);
        watcher.ready(write);
        if !waited {
            self.drop_interest(fd, write);
        }
    }

    /// The engine has reported what nobody waited for.
    #[cold]
    fn drop_interest(&self, fd: RawFd, write: bool) {
        if fd < 0 {
            return;
        }
        let (old, new) = self.entry(fd, |entry| {
            let old = entry.watched;
            match entry.wanted().has(write) {
                true => (old, old),
                false => (old, old.without(write)),
            }
        });
        if old != new {
            self.narrow(fd, old, new);
        }
    }

    #[cold]
    fn call_all(&self, fd: RawFd, write: bool, old_enough: impl Fn(u32) -> bool) {
        let (watchers, events) = {
            let fds = self.fds.borrow();
            match fds.get(fd as usize) {
                Some(entry) => entry.all(write),
                None => return,
            }
        };
        let anybody = !events.is_empty();
        for event in events {
            // Not one that a callback before it has stopped.
            if old_enough(event.born.get()) {
                event.call();
            }
        }
        let nobody = watchers.is_empty() && !anybody;
        for Member { watcher, born } in watchers {
            if let Some(watcher) = watcher.upgrade()
                && watcher.fd() == fd
                && old_enough(born)
            {
                self.call_watcher(watcher, write);
            }
        }
        if nobody {
            self.drop_interest(fd, write);
        }
    }

    /// Calls what waits for this descriptor as if it were ready.
    pub(crate) fn fake_io(&self, fd: RawFd) {
        self.tell(&[Ready {
            fd,
            interest: Interest::BOTH,
            closed: false,
        }]);
    }
}
