//! The automatic flush at the next pause, flushing all, and the flush at the end of
//! the process. Module Lwt_io; calls channels, hooks and promises.
//!
//! The thread has a list of the channels with unsent bytes, which holds them, so that
//! what was written goes out even if the channel is released. A channel whose device
//! failed leaves it: its bytes are tried again with the next operation.

use super::Device;
use super::above;
use super::channel::Core;
use super::drain::Drain;
use super::thread::{self, Thread};
use crate::promise::future::spawn;
use crate::promise::{Promise, on_resolved, pause, resolved};
use crate::scheduler::hooks;
use crate::value::Value;
use std::rc::{Rc, Weak};

/// There are unsent bytes: the channel is in the list.
pub fn dirty(core: &Rc<Core>) {
    let mut output = core.output.borrow_mut();
    if output.place.is_some() || output.unsent() == 0 {
        return;
    }
    let (Some(thread), Some(main)) = (thread::get(), core.main()) else {
        return;
    };
    let mut list = thread.dirty.borrow_mut();
    output.place = Some(list.len());
    list.push(main);
    drop((list, output));
    if !thread.exit_hook.replace(true) {
        hooks::add_last_exit(flush_at_exit);
    }
}

/// There are none any more, or none that could be sent.
pub fn clean(core: &Rc<Core>) {
    let place = core.output.borrow_mut().place.take();
    let (Some(place), Some(thread)) = (place, thread::get()) else {
        return;
    };
    let removed = {
        let mut list = thread.dirty.borrow_mut();
        if place >= list.len() {
            return;
        }
        let removed = list.swap_remove(place);
        if let Some(moved) = list.get(place) {
            moved.core.output.borrow_mut().place = Some(place);
        }
        removed
    };
    drop(removed);
}

/// Is it in the list?
pub fn is_pending(core: &Core) -> bool {
    core.output.borrow().place.is_some()
}

/// What is unsent is sent at the next pause, unless it is on its way.
pub fn schedule(core: &Rc<Core>) {
    dirty(core);
    let (Some(thread), Some(main)) = (thread::get(), core.main()) else {
        return;
    };
    {
        let mut output = core.output.borrow_mut();
        if output.scheduled || output.busy || output.unsent() == 0 {
            return;
        }
        output.scheduled = true;
    }
    thread.to_flush.borrow_mut().push(Rc::downgrade(&main));
    if !thread.flush_scheduled.replace(true)
        && on_resolved(&pause(), |_| flush_scheduled(), 0).is_err()
    {
        thread.flush_scheduled.set(false);
    }
}

/// The pause is over.
fn flush_scheduled() {
    let Some(thread) = thread::get() else { return };
    thread.flush_scheduled.set(false);
    let list = thread.to_flush.take();
    for channel in list.iter().filter_map(Weak::upgrade) {
        channel.core.output.borrow_mut().scheduled = false;
        try_again(&channel.core);
    }
}

/// Sends what is unsent; what that fails with is not told.
pub fn try_again(core: &Rc<Core>) {
    if let Drain::Failed(_) = core.drain() {
        clean(core);
    }
}

/// `Lwt_io.flush_all`: fulfilled when all channels of this thread have sent what
/// they can. Failures are ignored.
pub fn flush_all() -> Promise {
    let Some(thread) = thread::get() else {
        return resolved(Value::UNIT);
    };
    let channels = thread.dirty.borrow().clone();
    let flushes: Vec<Promise> = channels.iter().map(|channel| channel.flush()).collect();
    if flushes.iter().all(|flush| !flush.is_pending()) {
        return resolved(Value::UNIT);
    }
    spawn(async move {
        for flush in flushes {
            let _ = flush.await;
        }
        Ok(Value::UNIT)
    })
}

fn flush_at_exit() -> Promise {
    if let Some(thread) = thread::get() {
        // What hooks write that come later needs another.
        thread.exit_hook.set(false);
    }
    flush_all()
}

/// The thread ends, and can't wait: what the descriptors take at once is sent.
pub fn send_what_goes(thread: &Thread) {
    let channels = thread.dirty.take();
    drop(thread.to_flush.take());
    for channel in channels {
        let core = &channel.core;
        core.output.borrow_mut().place = None;
        let Device::Fd(fd) = &core.device else {
            continue;
        };
        let mut output = core.output.borrow_mut();
        while !output.busy && !core.is_closed() && output.prepare() {
            let rest = &output.sending[output.sent..];
            if fd.check(c"write").is_ok() && above::write(fd.raw(), rest) {
                let all = rest.len();
                output.advance(all);
                continue;
            }
            match fd.try_write(&output.sending[output.sent..]) {
                Ok(Ok(n)) if n > 0 => output.advance(n),
                _ => break,
            }
        }
    }
}
