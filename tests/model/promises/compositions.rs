//! Calling callbacks, in the model, and compositions on what is resolved.

use super::*;

impl Model {
    /// On a promise that is resolved: the callback runs inside the call.
    pub(super) fn at_once(
        &self,
        m: &Machine,
        how: Sequential,
        p: Handle,
        env: &Env,
        outcome: &Outcome,
    ) -> Handle {
        let said = call(m, how, env, outcome);
        if how == Sequential::Map {
            return self.resolved(value_of(&said));
        }
        let returned = self.checked(said);
        let Some(cell) = self.find(returned) else {
            return returned;
        };
        if how != Sequential::Finalize {
            return returned;
        }
        match self.outcome(cell) {
            Some(Err(_)) => returned,
            Some(Ok(_)) => {
                self.release(returned);
                self.retain(p)
            }
            None => {
                self.release(returned);
                let (result, handle) = self.pending(Resolver::Source(cell));
                let body = self.state().handles[p as usize - 1].cell;
                self.attach(cell, Waiter::CleanUp { body, result });
                handle
            }
        }
    }
}

pub(super) fn passes(how: Sequential, outcome: &Outcome) -> bool {
    match how {
        Sequential::Bind | Sequential::BindOwned | Sequential::Map => outcome.is_err(),
        Sequential::Catch => outcome.is_ok(),
        _ => false,
    }
}

pub(super) fn call(m: &Machine, how: Sequential, env: &Env, outcome: &Outcome) -> Said {
    let shape = match how {
        Sequential::Map => Shape::Value,
        _ => Shape::Promise,
    };
    match (how, outcome) {
        (Sequential::Finalize, _) => m.call(env, false, Arg::None, shape),
        (_, Ok(value)) => {
            let arg = Arg::Value(seen(value));
            if how == Sequential::BindOwned {
                move_out(value);
            }
            m.call(env, false, arg, shape)
        }
        (_, Err(why)) => m.call(env, how == Sequential::TryBind, Arg::Exn(*why), shape),
    }
}

pub(super) fn value_of(said: &Said) -> Outcome {
    match (said.raised, said.value) {
        (Some((kind, thing)), _) | (None, Give::Fail(kind, thing)) => Err(Why {
            kind,
            payload: Some(thing),
        }),
        (None, Give::Plain(n)) => Ok(V::Plain(n)),
        (None, Give::Owned(thing)) => Ok(owned(What::Thing(thing))),
    }
}

pub(super) fn tell_hook(m: &Machine, said: Said) {
    if let Some((kind, thing)) = said.raised {
        m.write(Event::Hook(Why {
            kind,
            payload: Some(thing),
        }));
    }
}

pub(super) fn watch(m: &Machine, how: Watch, env: &Env, outcome: &Outcome) {
    let call = |second, arg| tell_hook(m, m.call(env, second, arg, Shape::Nothing));
    match (how, outcome) {
        (Watch::Success | Watch::Any, Ok(value)) => call(false, Arg::Value(seen(value))),
        (Watch::Failure, Err(why)) => call(false, Arg::Exn(*why)),
        (Watch::Any, Err(why)) => call(true, Arg::Exn(*why)),
        (Watch::Termination, _) => call(false, Arg::None),
        (Watch::Cancel, outcome) if is_canceled(outcome) => call(false, Arg::None),
        _ => {}
    }
}

pub(super) fn background(m: &Machine, hook: bool, env: &Env, outcome: &Outcome) {
    match outcome {
        Err(why) if hook => m.write(Event::Hook(*why)),
        Err(why) => tell_hook(m, m.call(env, true, Arg::Exn(*why), Shape::Nothing)),
        Ok(_) => {}
    }
}

impl Model {
    pub(super) fn start(&self, m: &Machine, env: Rc<Env>, hook: bool) {
        let said = m.call(&env, false, Arg::None, Shape::Promise);
        let p = self.checked(said);
        let Some(cell) = self.find(p) else { return };
        match self.outcome(cell) {
            Some(outcome) => background(m, hook, &env, &outcome),
            None => {
                let map = self.map();
                self.attach(cell, Waiter::Background { hook, env, map });
            }
        }
        self.release(p);
    }
}
