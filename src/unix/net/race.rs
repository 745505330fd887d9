//! Connecting to a name that has several addresses, as RFC 8305 has it: they are
//! tried in turn, families alternating, each a little after the one before or as
//! soon as that has failed; the first connection wins, and the others are closed.
//! Calls the resolver, the sockets and the timers.

use super::address::Address;
use super::connect::connect;
use super::names::{Hints, addresses, getaddrinfo};
use super::socket::{Unfinished, socket};
use crate::abi::LWT_NOT_FOUND;
use crate::exn::Exn;
use crate::promise::Promise;
use crate::promise::future::Await;
use crate::unix::fd::Fd;
use crate::unix::sleep::sleep;
use libc::c_int;
use std::collections::VecDeque;
use std::ffi::{CStr, CString};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// An attempt begins so many seconds after the one before.
pub const STAGGER: f64 = 0.25;
/// And never sooner than that.
pub const LEAST_STAGGER: f64 = 0.01;

/// Where to connect to: an address, the kind of socket and the protocol.
pub type Target = (Address, c_int, c_int);

/// The seconds between attempts; 0: the usual. None: they are none.
pub fn stagger(seconds: f64) -> Option<f64> {
    match seconds {
        0.0 => Some(STAGGER),
        _ if seconds > 0.0 => Some(seconds.max(LEAST_STAGGER)),
        _ => None,
    }
}

/// Connects to a name. `host` absent: this machine.
pub async fn connect_name(
    host: Option<CString>,
    service: CString,
    stagger: f64,
) -> Result<Rc<Fd>, Exn> {
    let hints = Hints {
        socktype: libc::SOCK_STREAM,
        ..Hints::default()
    };
    let list = getaddrinfo(host.as_deref(), Some(&service), hints).await?;
    // SAFETY: the value is the list, or NULL.
    let targets = unsafe { addresses(list.word().cast()) };
    drop(list);
    let host = host.unwrap_or_default();
    let name = [host.as_bytes(), b":", service.as_bytes()].concat();
    connect_any(targets, stagger, CString::new(name).unwrap_or_default()).await
}

/// Connects to one of these; `name` is what an error calls them.
pub async fn connect_any(targets: Vec<Target>, stagger: f64, name: CString) -> Result<Rc<Fd>, Exn> {
    if targets.is_empty() {
        let parts = [b"connect: there is no address: \"", name.as_bytes(), b"\""];
        return Err(Exn::new(LWT_NOT_FOUND, parts.concat()));
    }
    let mut race = Race {
        waiting: interleaved(targets).into(),
        running: Vec::new(),
        failed: Vec::new(),
        timer: None,
        stagger,
    };
    let won = poll_fn(|context| race.poll(context)).await?;
    won.ok_or_else(|| all_failed(&race.failed, &name))
}

/// The families alternate, that of the first address first; within each the order
/// stays.
fn interleaved(targets: Vec<Target>) -> Vec<Target> {
    let mut all = Vec::with_capacity(targets.len());
    let Some(family) = targets.first().map(|(address, ..)| address.family()) else {
        return all;
    };
    let of_first = |(address, ..): &Target| address.family() == family;
    let (first, second): (Vec<_>, Vec<_>) = targets.into_iter().partition(of_first);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let before = all.len();
        all.extend(first.next());
        all.extend(second.next());
        if all.len() == before {
            return all;
        }
    }
}

async fn attempt((address, kind, protocol): Target) -> Result<Rc<Fd>, Exn> {
    let kind = if kind == 0 { libc::SOCK_STREAM } else { kind };
    let fd = socket(address.family(), kind | libc::SOCK_CLOEXEC, protocol)?;
    let unconnected = Unfinished::new(&fd);
    connect(&fd, address).await?;
    unconnected.finish();
    Ok(fd)
}

/// A timer that is stopped when it is dropped.
struct Timer(Promise, Pin<Box<Await>>);

impl Timer {
    fn new(seconds: f64) -> Timer {
        let promise = sleep(seconds);
        Timer(promise.clone(), Box::pin(promise.into_future()))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

struct Running {
    address: Address,
    attempt: Pin<Box<dyn Future<Output = Result<Rc<Fd>, Exn>>>>,
}

struct Race {
    waiting: VecDeque<Target>,
    running: Vec<Running>,
    failed: Vec<(Address, Exn)>,
    /// When the next begins.
    timer: Option<Timer>,
    stagger: f64,
}

impl Race {
    /// None: all have failed. The error: it was cancelled.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Rc<Fd>>, Exn>> {
        loop {
            let failures = self.failed.len();
            if let Some(won) = self.look(context)? {
                return Poll::Ready(Ok(Some(won)));
            }
            let timer = match &mut self.timer {
                Some(Timer(_, timer)) => timer.as_mut().poll(context),
                None => Poll::Pending,
            };
            if let Poll::Ready(Err(exn)) = timer {
                return Poll::Ready(Err(exn));
            }
            let soon = self.failed.len() > failures || self.running.is_empty();
            if !soon && timer.is_pending() {
                return Poll::Pending;
            }
            match self.waiting.pop_front() {
                Some(target) => self.begin(target),
                None if self.running.is_empty() => return Poll::Ready(Ok(None)),
                None => {
                    self.timer = None;
                    return Poll::Pending;
                }
            }
        }
    }

    /// Takes out those that have ended, and returns the one that won.
    fn look(&mut self, context: &mut Context<'_>) -> Result<Option<Rc<Fd>>, Exn> {
        let mut at = 0;
        while let Some(running) = self.running.get_mut(at) {
            match running.attempt.as_mut().poll(context) {
                Poll::Pending => at += 1,
                Poll::Ready(Ok(fd)) => return Ok(Some(fd)),
                Poll::Ready(Err(exn)) if exn.is_canceled() => return Err(exn),
                Poll::Ready(Err(exn)) => {
                    let address = self.running.remove(at).address;
                    self.failed.push((address, exn));
                }
            }
        }
        Ok(None)
    }

    fn begin(&mut self, target: Target) {
        self.running.push(Running {
            address: target.0,
            attempt: Box::pin(attempt(target)),
        });
        let more = !self.waiting.is_empty();
        self.timer = more.then(|| Timer::new(self.stagger));
    }
}

/// Does it tell of this machine alone, that it can't reach such addresses?
fn is_local(errno: c_int) -> bool {
    use libc::*;
    matches!(
        errno,
        0 | ENETUNREACH | EHOSTUNREACH | EADDRNOTAVAIL | EAFNOSUPPORT | EPROTONOSUPPORT
    )
}

/// What the last one failed with that says something of the other end, and in
/// words how each of them did.
fn all_failed(failed: &[(Address, Exn)], name: &CStr) -> Exn {
    let mut last_first = failed.iter().rev();
    let told = last_first.find(|(_, exn)| !is_local(exn.errno()));
    let Some((_, exn)) = told.or(failed.last()) else {
        return Exn::out_of_memory(); // there is at least one
    };
    if exn.errno() == 0 {
        return exn.clone();
    }
    let mut argument = name.to_bytes().to_vec();
    for (number, (address, exn)) in failed.iter().enumerate() {
        argument.extend_from_slice(if number == 0 { b" (" } else { b", " });
        argument.extend_from_slice(&address.to_text());
        argument.extend_from_slice(b": ");
        argument.extend_from_slice(words(exn).as_bytes());
    }
    argument.push(b')');
    Exn::unix(
        exn.errno(),
        c"connect",
        &CString::new(argument).unwrap_or_default(),
    )
}

/// Why one failed, without what all have in common.
fn words(exn: &Exn) -> String {
    match exn.errno() {
        0 => exn.message().to_string_lossy().into_owned(),
        errno => crate::exn::describe(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(texts: &[&str]) -> Vec<Target> {
        let target = |text: &&str| (Address::of_text(text.as_bytes()).unwrap(), 0, 0);
        texts.iter().map(target).collect()
    }

    fn order(texts: &[&str]) -> String {
        let all = interleaved(targets(texts)).into_iter();
        let text = |(address, ..): Target| String::from_utf8(address.to_text()).unwrap();
        all.map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn families_alternate_from_that_of_the_first_address_on() {
        assert_eq!(
            order(&["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]),
            "[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1"
        );
        assert_eq!(order(&["1.1.1.1:1", "[::1]:1"]), "1.1.1.1:1 [::1]:1");
        assert_eq!(order(&["1.1.1.1:1", "2.2.2.2:1"]), "1.1.1.1:1 2.2.2.2:1");
        assert_eq!(order(&[]), "");
    }

    #[test]
    fn the_error_is_that_which_says_most_and_names_all() {
        let [a, b] = ["[::1]:80", "1.1.1.1:80"].map(|text| targets(&[text])[0].0);
        let of = |errno| Exn::unix(errno, c"connect", c"x");
        let failed = [(b, of(libc::ECONNREFUSED)), (a, of(libc::ENETUNREACH))];
        let exn = all_failed(&failed, c"name:80");
        assert_eq!(exn.errno(), libc::ECONNREFUSED);
        assert_eq!(
            exn.message(),
            c"connect: Connection refused: \"name:80 (1.1.1.1:80: Connection refused, [::1]:80: Network is unreachable)\""
        );
    }

    #[test]
    fn attempts_are_never_closer_than_ten_milliseconds() {
        assert_eq!(stagger(0.0), Some(0.25));
        assert_eq!(stagger(0.0001), Some(0.01));
        assert_eq!(stagger(1.5), Some(1.5));
        assert_eq!((stagger(-1.0), stagger(f64::NAN)), (None, None));
    }
}
