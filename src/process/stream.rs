//! Processes whose output is a stream, `pread_lines`, `pmap_lines` and so on. The
//! stream holds the process; at its end, or when it is dropped, the channels are
//! closed.

use super::Process;
use super::transfer::{Feed, channel, send};
use crate::abi::{NONE, lwt_promise_state::*};
use crate::data::stream::Stream;
use crate::io::{AtEnd, Channel};
use crate::promise::future::spawn;
use crate::promise::{Promise, failed, value_of};
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Waits until one of the two has resolved.
async fn either(a: &Promise, b: &Promise) {
    let mut a = a.clone().until_resolved();
    let mut b = b.clone().until_resolved();
    let mut ready = |context: &mut Context<'_>| {
        Pin::new(&mut a).poll(context).is_ready() || Pin::new(&mut b).poll(context).is_ready()
    };
    poll_fn(|context| match ready(context) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

/// How one element is read: none at the end.
pub type Next = fn(&Rc<Channel>) -> Promise;

/// A line.
pub fn line(channel: &Rc<Channel>) -> Promise {
    channel.read_line(AtEnd::None)
}

/// A byte.
pub fn char(channel: &Rc<Channel>) -> Promise {
    channel.read_char(AtEnd::None)
}

/// `pread_lines` and `pread_chars`: what a process writes, as a stream.
pub fn receive(process: Rc<Process>, next: Next) -> Rc<Stream> {
    let output = channel(&process, 1);
    Stream::from(move || {
        let output = match &output {
            Ok(output) => output,
            Err(exn) => return failed(exn.clone()),
        };
        let element = next(output);
        if element.is_pending() {
            let (output, process) = (output.clone(), process.clone());
            return spawn(async move {
                let outcome = element.await;
                if matches!(&outcome, Ok(value) if value.word() == NONE) {
                    output.close().until_resolved().await;
                }
                drop(process);
                outcome
            });
        }
        if value_of(element.as_raw() as usize as u64) == NONE {
            drop(output.close());
        }
        element
    })
}

/// What a process that is fed shows of its stream.
enum Watch {
    /// The sender may still fail.
    Sender(Promise),
    /// It has failed, and this element was asked for.
    Left(Promise),
    /// Nothing is watched any more.
    Done,
}

/// `pmap_lines` and `pmap_chars`: what a process writes while it is fed. A failure
/// of that is told once.
pub fn exchange(process: Rc<Process>, feed: impl Feed, next: Next) -> Rc<Stream> {
    let sender = send(process.clone(), feed);
    let stream = receive(process, next);
    let watch = Rc::new(RefCell::new(Watch::Sender(sender)));
    Stream::from(move || {
        let now = watch.replace(Watch::Done);
        let sender = match now {
            Watch::Done => return stream.get(),
            Watch::Left(element) => return element,
            Watch::Sender(sender) => sender,
        };
        let (element, watch) = (stream.get(), watch.clone());
        spawn(async move {
            either(&sender, &element).await;
            if sender.state() == LWT_FAIL {
                watch.replace(Watch::Left(element));
                return sender.await;
            }
            if sender.is_pending() {
                watch.replace(Watch::Sender(sender));
            }
            element.await
        })
    })
}
