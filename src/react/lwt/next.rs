//! `Lwt_react.E.next` and `with_finaliser`.

use super::kept;
use crate::exn::Exn;
use crate::promise::{Promise, Source, external, failed, on_resolved};
use crate::react::{Event, Signal, Update};

static NEXT: Source = Source {
    name: "react_next",
    // The event is given up by the promise's first callback: drop functions may run.
    cancel: Some(|_, _| true),
    describe: None,
};

/// Called when it is dropped.
struct Finaliser<F: FnMut()>(F);

impl<F: FnMut()> Drop for Finaliser<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

impl Event {
    /// `E.next`: the next occurrence, seen inside its step; the event is kept until
    /// then, or until the promise is cancelled.
    pub fn next(&self) -> Promise {
        let Some((promise, resolver)) = external(&NEXT, [0, 0]) else {
            return failed(Exn::out_of_memory());
        };
        let mut resolver = Some(resolver);
        let listener = Event::derive(&[self.node()], move |at| {
            let Some(value) = at.occurrence(0) else {
                return Ok(Update::Nothing);
            };
            if let Some(resolver) = resolver.take() {
                resolver.show(value);
            }
            Ok(Update::Stop)
        });
        match listener {
            Err(exn) => failed(exn),
            Ok(listener) if promise.is_pending() => {
                let key = kept::keep(listener);
                let watched = on_resolved(
                    &promise,
                    |key| {
                        kept::give_up(key);
                    },
                    key,
                );
                if let Err(exn) = watched {
                    kept::give_up(key);
                    return failed(exn);
                }
                promise
            }
            Ok(_) => promise,
        }
    }

    /// `E.with_finaliser`: a copy; `f` is called when it is gone.
    pub fn with_finaliser(&self, f: impl FnMut() + 'static) -> Result<Event, Exn> {
        let finaliser = Finaliser(f);
        Event::derive(&[self.node()], move |at| {
            let _ = &finaliser;
            Ok(at.occurrence(0).into())
        })
    }
}

impl Signal {
    /// `S.with_finaliser`
    pub fn with_finaliser(&self, f: impl FnMut() + 'static) -> Result<Signal, Exn> {
        let finaliser = Finaliser(f);
        let copy = Signal::derive(None, &[self.node()], move |at| {
            let _ = &finaliser;
            Ok(at.value(0).into())
        })?;
        Ok(copy.with_eq(self.eq()))
    }
}
