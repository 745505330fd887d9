//! Running a program, feeding it, and reading what it writes. What is pending
//! holds the process, whose channels are closed with it.

use super::Process;
use crate::data::stream::Stream;
use crate::exn::Exn;
use crate::io::{self, AtEnd, Channel};
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise};
use std::ffi::c_void;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

/// The channel of a process that was opened with it.
pub(super) fn channel(process: &Process, stream: usize) -> Result<Rc<Channel>, Exn> {
    let missing = || Exn::invalid("the process has no such channel");
    process.channel(stream).ok_or_else(missing)
}

/// Does something with a channel of a process, and closes it afterwards.
async fn and_close(
    process: Rc<Process>,
    stream: usize,
    work: impl FnOnce(&Rc<Channel>) -> Promise,
) -> Outcome {
    let channel = channel(&process, stream)?;
    let outcome = work(&channel).await;
    let ending = match &outcome {
        // What is unsent is lost: the program may never read it.
        Err(exn) if exn.is_canceled() => channel.abort(),
        _ => channel.close(),
    };
    let closed = ending.until_resolved().await;
    match closed.exn() {
        Some(exn) if outcome.is_ok() => Err(exn),
        _ => outcome,
    }
}

/// How a process is read.
pub type Read = fn(&Rc<Channel>) -> Promise;

/// All of it.
pub fn whole(channel: &Rc<Channel>) -> Promise {
    channel.read(None)
}

/// The first line.
pub fn line(channel: &Rc<Channel>) -> Promise {
    channel.read_line(AtEnd::Fails)
}

/// `pread` and `pread_line`: reads what a process writes.
pub fn receive(process: Rc<Process>, read: Read) -> Promise {
    spawn(and_close(process, 1, read))
}

/// `pwrite` and its kin: feeds a process.
pub fn send(process: Rc<Process>, feed: impl Feed) -> Promise {
    spawn(and_close(process, 0, |channel| {
        let (fed, channel) = (feed(channel), channel.clone());
        spawn(async move {
            fed.await?;
            // Closing does not tell what could not be sent.
            channel.flush().await
        })
    }))
}

/// `pmap` and `pmap_line`: both at once.
pub fn exchange(process: Rc<Process>, feed: impl Feed, read: Read) -> Promise {
    let sender = send(process.clone(), feed);
    let getter = receive(process, read);
    spawn(async move {
        let failed = both(&sender, &getter).await;
        if let Some(exn) = failed {
            // Who cancels wants neither.
            if exn.is_canceled() {
                getter.cancel();
            }
            return Err(exn);
        }
        getter.await
    })
}

/// Waits for the two at once, so that cancelling reaches both, until they have
/// resolved or the first has failed: then that is told.
async fn both(sender: &Promise, getter: &Promise) -> Option<Exn> {
    let mut waits = [sender, getter].map(|p| Some(p.clone().until_resolved()));
    poll_fn(|context| {
        for wait in &mut waits {
            if wait
                .as_mut()
                .is_some_and(|wait| Pin::new(wait).poll(context).is_ready())
            {
                *wait = None;
            }
        }
        match sender.exn() {
            None if waits.iter().any(Option::is_some) => Poll::Pending,
            failed => Poll::Ready(failed),
        }
    })
    .await
}

/// `with_process_none` and its kin: the process, of which `f` is lent a handle, is
/// closed when its promise has resolved.
pub fn with(process: Rc<Process>, f: impl FnOnce(*mut c_void) -> Promise) -> Result<Promise, Exn> {
    let handle = process.clone().into_value()?;
    let used = f(handle.word());
    Ok(spawn(async move {
        let outcome = used.await;
        process.close().until_resolved().await;
        drop(handle);
        outcome
    }))
}

/// What feeds a channel.
pub trait Feed: FnOnce(&Rc<Channel>) -> Promise + 'static {}
impl<F: FnOnce(&Rc<Channel>) -> Promise + 'static> Feed for F {}

/// These bytes, which are copied.
pub fn bytes(bytes: &[u8]) -> impl Feed + use<> {
    let bytes = bytes.to_vec();
    move |channel| channel.write([&bytes, b""])
}

/// A line, which is copied, and its end.
pub fn a_line(line: &[u8]) -> impl Feed + use<> {
    let line = line.to_vec();
    move |channel| channel.write([&line, b"\n"])
}

/// The lines of a stream.
///
/// # Safety
/// The elements are `struct lwt_string *` or NULL.
pub unsafe fn lines(lines: Rc<Stream>) -> impl Feed {
    // SAFETY: the caller's promise.
    move |channel: &Rc<Channel>| unsafe { io::write_lines(channel.clone(), lines) }
}

/// The bytes of a stream.
pub fn chars(chars: Rc<Stream>) -> impl Feed {
    move |channel: &Rc<Channel>| io::write_chars(channel.clone(), chars)
}
