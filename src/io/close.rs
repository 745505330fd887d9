//! Closing a channel, and aborting it. Module Lwt_io; calls channels and promises.

use super::channel::{Channel, Mode, over};
use super::drain::Drain;
use super::flush;
use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, Resolver, Source, external, failed};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What closes the device.
pub type Close = Box<dyn FnOnce() -> Promise>;

/// How a channel ends.
#[derive(Default)]
pub struct Ending {
    closed: Cell<bool>,
    close: RefCell<Option<Close>>,
    /// What was returned to who first closed it.
    promise: RefCell<Option<Promise>>,
    resolver: RefCell<Option<Resolver>>,
    /// What the user's function promised last.
    transfer: RefCell<Option<Promise>>,
}

impl Ending {
    /// Has it been closed?
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// What closes the device.
    pub fn set_close(&self, close: Close) {
        let before = self.close.replace(Some(close));
        drop(before);
    }

    /// Something that is cancelled when the channel ends.
    pub fn transfers(&self, promise: &Promise) {
        let before = self.transfer.replace(Some(promise.clone()));
        drop(before);
    }
}

static CLOSING: Source = Source {
    name: "channel close",
    cancel: None,
    describe: None,
};

impl Channel {
    /// What closes the device, called once.
    pub fn set_close(&self, close: Close) {
        self.core.ending.set_close(close);
    }

    /// The promise of the end: the same for all who ask.
    fn end(&self) -> Result<(Promise, bool), Exn> {
        let ending = &self.core.ending;
        if let Some(promise) = &*ending.promise.borrow() {
            return Ok((promise.clone(), false));
        }
        let (promise, resolver) = external(&CLOSING, [0, 0]).ok_or_else(Exn::out_of_memory)?;
        ending.promise.replace(Some(promise.clone()));
        ending.resolver.replace(Some(resolver));
        Ok((promise, true))
    }

    /// `Lwt_io.close`: an input channel at once, an output channel in its turn, and
    /// when what was written is sent.
    pub fn close(self: &Rc<Self>) -> Promise {
        if !self.is_main() {
            return failed(Exn::new(
                LWT_FAILURE,
                "lwt_io_close: the handle of an atomic block can't be closed",
            ));
        }
        if self.mode() == Mode::Input {
            return self.abort();
        }
        let (promise, first) = match self.end() {
            Ok(end) => end,
            Err(exn) => return failed(exn),
        };
        if !first {
            return promise;
        }
        if self.is_free() && matches!(self.core.drain(), Drain::Done) {
            self.shut();
            return promise;
        }
        let channel = self.clone();
        spawn(async move {
            if let Ok(turn) = channel.lock().await {
                // What can't be sent is nobody's concern any more.
                let block = channel.lend();
                let _ = block.flush().await;
                channel.shut();
                block.expire();
                drop(turn);
            }
            channel.shut();
            Ok(Value::UNIT)
        });
        promise
    }

    /// `Lwt_io.abort`: closes it at once, without sending what is unsent.
    pub fn abort(self: &Rc<Self>) -> Promise {
        let Some(main) = self.core.main() else {
            return failed(over());
        };
        match main.end() {
            Ok((promise, _)) => {
                main.shut();
                promise
            }
            Err(exn) => failed(exn),
        }
    }

    /// Closes it, once.
    fn shut(self: &Rc<Self>) {
        let ending = &self.core.ending;
        if ending.closed.replace(true) {
            return;
        }
        flush::clean(&self.core);
        self.core.output.borrow_mut().forget();
        self.core.input.borrow_mut().forget();
        self.fail_all(&self.core.closed());
        let transfer = ending.transfer.take();
        if let Some(transfer) = transfer {
            transfer.cancel();
        }
        let close = ending.close.take();
        let closing = close.map(|close| close());
        let resolver = ending.resolver.take();
        match (closing, resolver) {
            (Some(closing), Some(resolver)) if closing.is_pending() => {
                spawn(async move {
                    resolver.resolve(closing.await);
                    Ok(Value::UNIT)
                });
            }
            (closing, Some(resolver)) => {
                let outcome = closing.and_then(Promise::take).unwrap_or(Ok(Value::UNIT));
                resolver.resolve(outcome);
            }
            (_, None) => {}
        }
    }
}
