//! Is that how a program may end when one of the library's calls has failed?

use std::fmt;

use crate::house::directives::Directives;
use crate::house::process::{End, Run};
use crate::report::{Owner, Report};

/// How a trial went that went well.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As if nothing had failed.
    Unmoved,
    /// A check of the test has failed.
    Noticed,
    /// The process ended with a message, for want of memory: the way there.
    OutOfMemory(Vec<u64>),
    /// The test itself has crashed: it uses what it did not get.
    TestCrashed,
    /// The call was not reached this time.
    NotReached,
}

/// How many trials went how.
#[derive(Default)]
pub struct Tally {
    unmoved: usize,
    noticed: usize,
    crashed: usize,
    missed: usize,
    /// The ways to the ends for want of memory.
    pub memory: Vec<Vec<u64>>,
}

impl Tally {
    /// One more.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Unmoved => self.unmoved += 1,
            Outcome::Noticed => self.noticed += 1,
            Outcome::TestCrashed => self.crashed += 1,
            Outcome::NotReached => self.missed += 1,
            Outcome::OutOfMemory(way) => self.memory.push(way),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "{} passed all the same", self.unmoved)?;
        for (count, words) in [
            (self.noticed, "failed a check"),
            (self.memory.len(), "ended for want of memory"),
            (self.crashed, "crashed in the test itself"),
            (self.missed, "not reached"),
        ] {
            if count > 0 {
                write!(to, ", {count} {words}")?;
            }
        }
        Ok(())
    }
}

/// The most that a record of the library's own may need, for the process to end where
/// it can't be had. The largest is the wheel of a thread's timers.
const SMALL: u64 = 20000;

/// What Rust says when it ends the process for want of memory, and what
/// `lwt_unix_malloc` says, which is there to do so.
fn wanted_memory(text: &str) -> Option<u64> {
    if text.contains(": out of memory (") {
        return Some(0);
    }
    let (_, after) = text.split_once("memory allocation of ")?;
    after.split_once(" bytes failed")?.0.parse().ok()
}

/// Judges. `made_for_it`: the program is written to hold whatever fails.
pub fn judge(
    directives: &Directives,
    made_for_it: bool,
    done: &Run,
    report: Option<&Report>,
) -> Result<Outcome, String> {
    let failed = report.is_some_and(|report| report.failed > 0);
    if done.err.contains("panicked at") {
        return Err("there was a panic".into());
    }
    match done.end {
        End::TimeLimit => Err("it hangs".into()),
        End::Exit(99) => Err("Valgrind has found something".into()),
        _ if directives.as_expected(done) && !failed => Ok(Outcome::NotReached),
        _ if directives.as_expected(done) => Ok(Outcome::Unmoved),
        End::Exit(code) if made_for_it => Err(format!("it exits with {code}")),
        End::Exit(code) if done.err.is_empty() && done.out.is_empty() => {
            Err(format!("it exits with {code} and does not say why"))
        }
        End::Exit(_) => Ok(Outcome::Noticed),
        End::Signal(libc::SIGABRT) => match (wanted_memory(&done.err), report) {
            (Some(size), Some(report)) if size <= SMALL && failed => {
                Ok(Outcome::OutOfMemory(report.fault.frames.clone()))
            }
            (Some(size), _) => Err(format!("it ends for want of {size} bytes")),
            (None, _) => Err("it aborts".into()),
        },
        End::Signal(number) => match report.and_then(|report| report.crash) {
            Some(Owner::Program) if !made_for_it => Ok(Outcome::TestCrashed),
            _ => Err(format!("signal {number} ends it")),
        },
    }
}
