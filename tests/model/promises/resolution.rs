//! Resolution, in the model: who waits is run, depth first.

use super::compositions::{background, call, passes, value_of, watch};
use super::*;

impl Model {
    /// Sets the outcome: those who waited are due. None: it was resolved.
    pub(super) fn set(&self, cell: CellId, outcome: Outcome) -> Option<Due> {
        let mut state = self.change();
        let whole = state.whole(cell);
        let promise = &mut state.cells[whole];
        if promise.outcome.is_some() {
            return None;
        }
        let mut waiters = std::mem::take(&mut promise.waiters);
        if is_canceled(&outcome) {
            let on_cancel = |w: &Waiter| {
                matches!(
                    w,
                    Waiter::Watch {
                        how: Watch::Cancel,
                        ..
                    }
                )
            };
            let (first, rest) = waiters.into_iter().partition(on_cancel);
            waiters = first;
            waiters.extend::<Vec<_>>(rest);
        }
        promise.outcome = Some(outcome);
        Some((whole, waiters))
    }

    /// Within a resolution: at once, depth first.
    pub(super) fn settle(&self, m: &Machine, cell: CellId, outcome: Outcome) {
        if let Some(due) = self.set(cell, outcome) {
            self.run(m, due);
        }
    }

    pub(super) fn run(&self, m: &Machine, (cell, waiters): Due) {
        for waiter in waiters {
            self.fire(m, cell, waiter);
        }
    }

    /// The frame of a resolution, innermost or not.
    pub(super) fn resolution(&self, m: &Machine, run: impl FnOnce()) {
        let storage = self.map();
        self.change().resolving += 1;
        run();
        if self.state().resolving == 1 {
            while let Some(due) = { self.change().deferred.pop_front() } {
                self.run(m, due);
            }
        }
        let mut state = self.change();
        state.resolving -= 1;
        state.storage = storage;
    }

    pub(super) fn fire(&self, m: &Machine, cell: CellId, waiter: Waiter) {
        let Some(outcome) = self.outcome(cell) else {
            unreachable!("only what is resolved has waiters that fire");
        };
        match waiter {
            Waiter::Composition {
                how,
                env,
                map,
                result,
            } => {
                if passes(how, &outcome) {
                    return self.settle(m, result, outcome);
                }
                self.change().storage = map;
                let said = call(m, how, &env, &outcome);
                self.change().storage = None;
                if how == Sequential::Map {
                    return self.settle(m, result, value_of(&said));
                }
                let returned = self.checked(said);
                match how {
                    Sequential::Finalize => self.clean_up(m, cell, result, returned),
                    _ => self.adopt(m, result, returned),
                }
            }
            Waiter::CleanUp { body, result } => {
                let outcome = match outcome {
                    Err(why) => Err(why),
                    Ok(_) => self.outcome(body).unwrap_or_else(|| because(INVALID)),
                };
                self.settle(m, result, outcome);
            }
            Waiter::Watch { how, env, map } => {
                self.change().storage = map;
                watch(m, how, &env, &outcome);
                self.change().storage = None;
            }
            Waiter::Background { hook, env, map } => {
                self.change().storage = map;
                background(m, hook, &env, &outcome);
                self.change().storage = None;
            }
            Waiter::Member { group, index } => self.member(m, group, index, outcome),
        }
    }

    /// A callback returned this promise, which becomes the waiter's.
    pub(super) fn adopt(&self, m: &Machine, result: CellId, returned: Handle) {
        let Some(inner) = self.find(returned) else {
            return self.settle(m, result, because(INVALID));
        };
        let outcome = self.outcome(inner);
        self.release(returned);
        match outcome {
            Some(outcome) => self.settle(m, result, outcome),
            None if self.is_pending(result) => self.unify(result, inner),
            None => {}
        }
    }

    /// The outer one's waiters come first; cancelling goes where the inner
    /// one's goes.
    pub(super) fn unify(&self, outer: CellId, inner: CellId) {
        let mut state = self.change();
        let (outer, inner) = (state.whole(outer), state.whole(inner));
        if outer == inner {
            state.cells[outer].resolver = Resolver::Nobody;
            return;
        }
        let waiters = std::mem::take(&mut state.cells[inner].waiters);
        state.cells[outer].waiters.extend(waiters);
        state.cells[outer].resolver = state.cells[inner].resolver;
        state.cells[inner].part_of = Some(outer);
    }

    /// The clean-up of a pending finalize has been started.
    pub(super) fn clean_up(&self, m: &Machine, body: CellId, result: CellId, returned: Handle) {
        let Some(clean_up) = self.find(returned) else {
            return self.settle(m, result, because(INVALID));
        };
        let outcome = self.outcome(clean_up);
        self.release(returned);
        match outcome {
            Some(Err(why)) => self.settle(m, result, Err(why)),
            Some(Ok(_)) => {
                let outcome = self.outcome(body);
                self.settle(m, result, outcome.unwrap_or_else(|| because(INVALID)));
            }
            None => {
                {
                    let mut state = self.change();
                    let whole = state.whole(result);
                    state.cells[whole].resolver = Resolver::Source(clean_up);
                }
                self.attach(clean_up, Waiter::CleanUp { body, result });
            }
        }
    }

    /// What a callback returned; NULL, a bad handle and a failure that was
    /// raised become a promise that failed.
    pub(super) fn checked(&self, said: Said) -> Handle {
        if let Some((kind, thing)) = said.raised {
            self.release(said.promise);
            return self.make(Give::Fail(kind, thing));
        }
        match self.find(said.promise) {
            Some(_) => said.promise,
            None => self.invalid(),
        }
    }
}
