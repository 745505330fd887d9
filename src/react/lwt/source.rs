//! Events from functions, streams and promises, and streams of events:
//! `Lwt_react.E.from`, `of_stream`, `to_stream`, `delay`.

use super::lost::lose;
use crate::data::stream::{Push, Stream};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::future::{seen, spawn};
use crate::promise::shared::Shared;
use crate::promise::{Promise, pause};
use crate::react::{Event, Sender, Signal, Update};
use crate::value::Value;
use std::future::Future;
use std::rc::{Rc, Weak};

/// A task that is cancelled when this is dropped.
struct Task {
    task: Promise,
    /// What it sends with, which it knows weakly.
    _sender: Rc<Sender>,
}

impl Drop for Task {
    fn drop(&mut self) {
        self.task.cancel();
    }
}

/// An event that occurs with what a task sends.
fn sent_by<F: Future<Output = Result<(), Exn>> + 'static>(
    task: impl FnOnce(Weak<Sender>) -> F,
) -> Result<Event, Exn> {
    let (event, sender) = Event::create()?;
    let sender = Rc::new(sender);
    let (alive, work) = (Rc::downgrade(&sender), task(Rc::downgrade(&sender)));
    let task = spawn(async move {
        if let Err(exn) = work.await
            && alive.strong_count() > 0
        {
            lose(exn);
        }
        Ok(Value::UNIT)
    });
    let task = Task {
        task,
        _sender: sender,
    };
    Event::derive(&[event.node()], move |at| {
        let _ = &task;
        Ok(at.occurrence(0).into())
    })
}

impl Event {
    /// `E.from`: what `f`'s promises show, from the next pause on, one after the other.
    /// After a promise that was resolved already there is a pause.
    pub fn from_function(f: impl Fn() -> Promise + 'static) -> Result<Event, Exn> {
        sent_by(|sender| async move {
            pause().await?;
            while sender.strong_count() > 0 {
                let promise = f();
                let waits = promise.is_pending();
                let value = seen(promise).await?;
                let Some(sender) = sender.upgrade() else {
                    break;
                };
                sender.send(value);
                drop(sender);
                if !waits {
                    pause().await?;
                }
            }
            Ok(())
        })
    }

    /// `E.of_stream`: its elements, from the next pause on.
    pub fn of_stream(stream: Rc<Stream>) -> Result<Event, Exn> {
        sent_by(|sender| async move {
            pause().await?;
            while sender.strong_count() > 0
                && let Some(element) = stream.take().await?
                && let Some(sender) = sender.upgrade()
            {
                sender.send(element.into_shared());
            }
            Ok(())
        })
    }

    /// `E.to_stream`: every occurrence. The stream keeps the event, as long as it has
    /// readers.
    pub fn to_stream(&self) -> Result<Rc<Stream>, Exn> {
        let (stream, push) = Push::create();
        let push = Rc::new(push);
        let pushing = push.clone();
        let listener = Event::derive(&[self.node()], move |at| {
            if let Some(value) = at.occurrence(0) {
                pushing.push_shared(value)?;
            }
            Ok(Update::Nothing)
        })?;
        push.refer(object::into_value(Kind::Event, Rc::new(listener))?);
        Ok(stream)
    }

    /// `E.delay`: never, until the promise is fulfilled; then the event that `of` finds
    /// in its value.
    pub fn delay(
        promise: Promise,
        of: impl Fn(&Shared) -> Result<Event, Exn> + 'static,
    ) -> Result<Event, Exn> {
        if let Some(resolved) = promise.shared() {
            return match resolved {
                Ok(value) => of(&value),
                Err(exn) => {
                    lose(exn);
                    Event::never()
                }
            };
        }
        Event::never()?.switch(&fulfilled(promise, false)?, of)
    }
}

/// An event that occurs with what a promise shows, when it is fulfilled, or at the next
/// pause. Nobody cancels the promise for it.
fn fulfilled(promise: Promise, resolved: bool) -> Result<Event, Exn> {
    let (event, sender) = Event::create()?;
    let sender = Rc::new(sender);
    let weak = Rc::downgrade(&sender);
    drop(spawn(async move {
        if resolved {
            pause().await?;
        }
        let shown = seen(promise).await;
        match (shown, weak.upgrade()) {
            (Ok(value), Some(sender)) => sender.send(value),
            (Err(exn), Some(_)) => lose(exn),
            (_, None) => (),
        }
        Ok(Value::UNIT)
    }));
    Event::derive(&[event.node()], move |at| {
        let _ = &sender;
        Ok(at.occurrence(0).into())
    })
}

impl Signal {
    /// `Lwt_signal.delay`: once the promise is fulfilled, the value of the signal that
    /// `of` finds in it, and its changes.
    pub fn delay(
        promise: Promise,
        of: impl Fn(&Shared) -> Result<Signal, Exn> + 'static,
    ) -> Result<Event, Exn> {
        let resolved = !promise.is_pending();
        let source = fulfilled(promise, resolved)?;
        let mut waits = false;
        Event::derive(&[source.node()], move |at| {
            let mut begins = std::mem::replace(&mut waits, false);
            if let (Some(value), false) = (at.occurrence(0), begins) {
                let signal = of(&value)?;
                at.replace(1, signal.node())?;
                begins = true;
            }
            let update = at.once_settled(1, |at| match begins || at.changed(1) {
                true => at.value(1).into(),
                false => Update::Nothing,
            });
            waits = matches!(update, Update::Later);
            Ok(update)
        })
    }
}
