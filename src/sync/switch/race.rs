//! Races: the first of several promises that resolves, when the others have
//! ended, too.

use super::children::Role;
use super::scope::enclosing;
use super::{Sort, Stage, Switch, ending};
use crate::abi::lwt_t;
use crate::exn::Exn;
use crate::promise::{Promise, Source, failed};

/// What resolves it is its switch.
pub(super) static RACE: Source = Source {
    name: "race",
    cancel: Some(ending::cancel),
    describe: Some(super::tree::describe),
};

/// The outcome of the first that resolves, after the others have been cancelled
/// and have ended, whatever with. Consumes the promises.
pub fn race(handles: &[*mut lwt_t]) -> Promise {
    const NAME: &str = "lwt_race";
    let mut racers = Vec::with_capacity(handles.len());
    let mut wrong = None;
    for &handle in handles {
        match Promise::from_raw(handle, NAME) {
            Ok(racer) => racers.push(racer),
            Err(exn) => {
                wrong.get_or_insert(exn);
            }
        }
    }
    if racers.is_empty() {
        wrong.get_or_insert_with(|| Exn::invalid("lwt_race: there are no promises"));
    }
    if let Some(exn) = wrong {
        return failed(exn);
    }
    let switch = Switch::new(Sort::Race, enclosing().as_ref());
    switch.body_pending.set(true);
    let Some(result) = switch.expect_result(&RACE) else {
        return failed(Exn::out_of_memory());
    };
    // None may win before all are known: those before it would not be awaited.
    let winner = racers.iter().find(|racer| !racer.is_pending());
    switch.starting.set(1);
    racers
        .iter()
        .filter(|racer| racer.is_pending())
        .for_each(|racer| switch.adopt(racer, Role::Racer));
    if let Some(winner) = winner {
        switch.adopt(winner, Role::Racer);
    }
    switch.starting.set(0);
    if switch.stage.get() != Stage::On {
        switch.advance();
    }
    switch.enter_parent(&result);
    result
}
