//! A child that the library has started, and reaps when it ends, whoever still
//! wants to know.

use super::reap::Exit;
use super::{Show, waiting};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, Source, failed, resolved};
use crate::sync::queue::{self, Queue};
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

static EXIT: Source = Source {
    name: "process",
    cancel: Some(queue::cancel::<Show>),
    describe: Some(queue::describe::<Show>),
};

/// Alive until it has ended, and while somebody holds it.
pub struct Child {
    pid: c_int,
    key: u64,
    /// An errno, if somebody else has reaped it.
    exit: Cell<Option<Result<Exit, c_int>>>,
    waiters: Queue<Show>,
}

impl Child {
    /// Sees to a child that was just started.
    pub fn adopt(pid: c_int) -> Rc<Child> {
        let child = Rc::new(Child {
            pid,
            key: waiting::number(),
            exit: Cell::new(None),
            waiters: Queue::new(),
        });
        let own = child.clone();
        waiting::begin(child.key, pid, 0, Box::new(move |exit| own.ended(exit)));
        child
    }

    fn ended(&self, exit: Result<Exit, c_int>) {
        self.exit.set(Some(exit));
        for (resolver, show) in self.waiters.take_all() {
            resolver.resolve(tell(exit, show));
        }
    }

    /// Its number.
    pub fn pid(&self) -> c_int {
        self.pid
    }

    /// What became of it. None: it runs.
    pub fn state(&self) -> Option<Result<Exit, c_int>> {
        self.exit.get()
    }

    /// Waits for its end. Cancelling that leaves the child as it is.
    pub fn exit(&self, show: Show) -> Promise {
        match self.exit.get() {
            Some(exit) => tell(exit, show).map_or_else(failed, resolved),
            None => self.waiters.wait(&EXIT, show),
        }
    }

    /// Sends it a signal, if it runs. The error is an errno.
    pub fn kill(&self, signal: c_int) -> Result<(), c_int> {
        waiting::kill(self.key, signal)
    }
}

fn tell(exit: Result<Exit, c_int>, show: Show) -> Outcome {
    exit.map_err(|errno| Exn::unix(errno, c"wait4", c""))
        .and_then(|exit| show(&exit))
}
