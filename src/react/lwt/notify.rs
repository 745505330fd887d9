//! Module Lwt_event's and Lwt_signal's notifiers: functions that are called for as long
//! as the thread lives, or until they are disabled.

use super::kept::{self, Key};
use super::lane::{Function, Lane, Order, Work, results};
use crate::exn::Exn;
use crate::promise::future::seen;
use crate::promise::shared::Shared;
use crate::react::{Event, Signal};
use std::any::Any;

/// A notifier. The thread keeps it, not this.
pub struct Notifier(Key);

impl Notifier {
    fn keep(listener: Result<impl Any, Exn>) -> Result<Notifier, Exn> {
        listener.map(|listener| Notifier(kept::keep(listener)))
    }

    /// `disable`: its function is called no more. False: it was so already.
    pub fn disable(&self) -> bool {
        kept::give_up(self.0)
    }
}

/// The work of a notifier, which comes to nothing.
pub(super) fn telling(f: Function) -> impl Fn(Vec<Shared>) -> Work + 'static {
    move |values| {
        let f = f.clone();
        Box::pin(async move { seen(f(&values)).await.map(|_| None) })
    }
}

impl Event {
    /// `Lwt_event.notify`
    pub fn notify(
        &self,
        f: impl FnMut(&Shared) -> Result<(), Exn> + 'static,
    ) -> Result<Notifier, Exn> {
        Notifier::keep(self.each(f))
    }

    /// `Lwt_event.notify_s`, `notify_p`
    pub fn notify_promised(&self, order: Order, f: Function) -> Result<Notifier, Exn> {
        let lane = Lane::notifying(order, telling(f))?;
        let listener = results(&[self.node()], lane, |at| Some(vec![at.occurrence(0)?]));
        Notifier::keep(listener)
    }
}

impl Signal {
    /// `Lwt_signal.notify`: for the present value too.
    pub fn notify(
        &self,
        f: impl FnMut(&Shared) -> Result<(), Exn> + 'static,
    ) -> Result<Notifier, Exn> {
        Notifier::keep(self.each(f))
    }

    /// `Lwt_signal.notify_s`, `notify_p`
    pub fn notify_promised(&self, order: Order, f: Function) -> Result<Notifier, Exn> {
        Notifier::keep(self.notified(order, f))
    }
}
