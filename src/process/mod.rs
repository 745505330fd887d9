//! Module Lwt_process: child processes with channels. May call floors 0 to 2,
//! `unix` and `io`.
//!
//! | file | what |
//! |---|---|
//! | `command` | what is to be run, and how |
//! | `open` | starting it, with pipes for its streams |
//! | `transfer` | running a program, feeding it and reading what it writes |
//! | `stream` | the same, with streams |

#![allow(non_camel_case_types)]

pub mod command;
pub mod open;
pub mod stream;
pub mod transfer;

use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::Channel;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, resolved};
use crate::unix::child::{Child, value};
use crate::value::Value;
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

/// A process and the channels to it, behind `lwt_process *`. Its channels are
/// closed with it.
pub struct Process {
    child: Rc<Child>,
    /// To its standard input, from its output and its error.
    channels: [Option<Rc<Channel>>; 3],
    closed: Cell<bool>,
}

impl Process {
    /// Its number.
    pub fn pid(&self) -> c_int {
        self.child.pid()
    }

    /// The status, once it has ended; -1: somebody else was told of it. None: it
    /// runs.
    pub fn state(&self) -> Option<c_int> {
        let exit = self.child.state()?;
        Some(exit.map_or(-1, |exit| exit.status))
    }

    /// Sends it a signal, if it runs.
    pub fn kill(&self, signal: c_int) -> Promise {
        match self.child.kill(signal) {
            Ok(()) => resolved(Value::UNIT),
            Err(errno) => failed(Exn::unix(errno, c"kill", c"")),
        }
    }

    /// Kills it, if it runs.
    pub fn terminate(&self) -> Promise {
        self.kill(libc::SIGKILL)
    }

    /// The status, when it has ended.
    pub fn status(&self) -> Promise {
        self.child.exit(value::status)
    }

    /// What it has used, when it has ended.
    pub fn rusage(&self) -> Promise {
        self.child.exit(value::usage)
    }

    /// A handle of it as a value.
    pub fn into_value(self: Rc<Process>) -> Outcome {
        object::into_value(Kind::Process, self)
    }

    /// The channel that is its stream of that number.
    pub fn channel(&self, stream: usize) -> Option<Rc<Channel>> {
        self.channels.get(stream)?.clone()
    }

    /// Begins to close the channels. Cancelling does not reach these promises.
    fn close_channels(&self) -> Vec<Promise> {
        self.closed.set(true);
        self.channels.iter().flatten().map(Channel::close).collect()
    }

    /// `close`: closes the channels, then waits for the end. Once more: waits for
    /// the end only.
    pub fn close(self: &Rc<Self>) -> Promise {
        if self.closed.get() {
            return self.status();
        }
        let closing = self.close_channels();
        if closing.iter().all(|promise| !promise.is_pending()) {
            return self.status();
        }
        let process = self.clone();
        spawn(async move {
            for promise in closing {
                // What could not be sent, who closes does not want to know.
                promise.until_resolved().await;
            }
            process.status().await
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.closed.get() {
            drop(self.close_channels());
        }
    }
}
