//! The calls of `lwt.h`, in the model.

use super::compositions::{passes, value_of, watch};
use super::*;

impl World for Model {
    fn make(&self, give: Give) -> Handle {
        self.resolved(value_of(&Said {
            raised: None,
            promise: 0,
            value: give,
        }))
    }

    fn wait(&self, cancelable: bool) -> (Handle, u64) {
        let (cell, handle) = self.pending(Resolver::Wakener { cancelable });
        let mut state = self.change();
        state.wakeners.push(Wakener { cell, spent: false });
        (handle, state.wakeners.len() as u64 - 1)
    }

    fn pause(&self) -> Handle {
        let (cell, handle) = self.pending(Resolver::Paused);
        self.change().paused.push(cell);
        handle
    }

    fn wakeup(&self, m: &Machine, u: u64, give: Give, later: bool) -> i64 {
        let cell = {
            let mut state = self.change();
            let wakener = &mut state.wakeners[u as usize];
            if std::mem::replace(&mut wakener.spent, true) {
                return i64::from(INVALID);
            }
            wakener.cell
        };
        let outcome = value_of(&Said {
            raised: None,
            promise: 0,
            value: give,
        });
        let Some(due) = self.set(cell, outcome) else {
            return 0; // it was cancelled
        };
        if later && self.state().resolving > 0 {
            self.change().deferred.push_back(due);
        } else {
            self.resolution(m, || self.run(m, due));
        }
        0
    }

    fn release_wakener(&self, m: &Machine, u: u64) {
        let cell = {
            let mut state = self.change();
            let wakener = &mut state.wakeners[u as usize];
            if std::mem::replace(&mut wakener.spent, true) {
                return;
            }
            wakener.cell
        };
        if let Some(due) = self.set(cell, because(ABANDONED)) {
            self.resolution(m, || self.run(m, due));
        }
    }

    fn forget_wakener(&self, u: u64) {
        let mut state = self.change();
        let wakener = &mut state.wakeners[u as usize];
        if std::mem::replace(&mut wakener.spent, true) {
            return;
        }
        let cell = wakener.cell;
        state.kill(cell);
    }

    fn sequential(&self, m: &Machine, how: Sequential, p: Handle, env: Rc<Env>) -> Handle {
        let Some(cell) = self.find(p) else {
            return self.invalid();
        };
        let Some(outcome) = self.outcome(cell) else {
            let (result, handle) = self.pending(Resolver::Source(cell));
            let map = self.map();
            self.attach(
                cell,
                Waiter::Composition {
                    how,
                    env,
                    map,
                    result,
                },
            );
            self.release(p);
            return handle;
        };
        if passes(how, &outcome) {
            return p;
        }
        let result = self.at_once(m, how, p, &env, &outcome);
        self.release(p);
        result
    }

    fn watch(&self, m: &Machine, how: Watch, p: Handle, env: Rc<Env>) -> i64 {
        let Some(cell) = self.find(p) else {
            return i64::from(INVALID);
        };
        match self.outcome(cell) {
            Some(outcome) => watch(m, how, &env, &outcome),
            None => {
                let map = self.map();
                self.attach(cell, Waiter::Watch { how, env, map });
            }
        }
        0
    }

    fn concurrent(&self, m: &Machine, how: Concurrent, ps: &[Handle], call: usize) -> Handle {
        use Concurrent::*;
        let found: Option<Vec<CellId>> = ps.iter().map(|&p| self.find(p)).collect();
        let result = match found {
            None => self.invalid(),
            Some(cells) if cells.is_empty() => match how {
                Join => self.resolved(Ok(V::Plain(0))),
                All => self.resolved(Ok(owned(What::Array(Vec::new())))),
                _ => self.invalid(),
            },
            Some(cells) => {
                let any_pending = cells.iter().any(|&c| self.is_pending(c));
                let all_pending = cells.iter().all(|&c| self.is_pending(c));
                let form = match how {
                    Join | All => any_pending,
                    _ => all_pending,
                };
                match how {
                    _ if form => self.form(Kin::Concurrent(how), cells),
                    Join | All => {
                        let outcomes = cells.iter().map(|&c| self.outcome(c));
                        let values: Result<Vec<V>, Why> = outcomes.flatten().collect();
                        self.resolved(values.map(|values| match how {
                            All => owned(What::Array(values)),
                            _ => V::Plain(0),
                        }))
                    }
                    Choose | Pick => {
                        let won = self.winner(m, &cells, call).unwrap_or(0);
                        let result = self.retain(ps[won]);
                        if how == Pick {
                            self.cancel_all(m, cells);
                        }
                        result
                    }
                    Nchoose | Npick => {
                        let outcome = self.gather(&cells);
                        if how == Npick {
                            self.cancel_all(m, cells);
                        }
                        self.resolved(outcome)
                    }
                }
            }
        };
        ps.iter().for_each(|&p| self.release(p));
        result
    }

    fn follow(&self, how: Follow, p: Handle) -> Handle {
        match self.find(p) {
            None => self.invalid(),
            Some(cell) if !self.is_pending(cell) => p,
            Some(cell) => {
                let handle = self.form(Kin::Follow(how), vec![cell]);
                self.release(p);
                handle
            }
        }
    }

    fn cancel(&self, m: &Machine, p: Handle) {
        if let Some(cell) = self.find(p) {
            self.cancel_all(m, vec![cell]);
        }
    }

    fn release(&self, p: Handle) {
        if self.find(p).is_some() {
            self.change().handles[p as usize - 1].users -= 1;
        }
    }

    fn retain(&self, p: Handle) -> Handle {
        match self.find(p) {
            Some(_) => {
                self.change().handles[p as usize - 1].users += 1;
                p
            }
            None => self.invalid(),
        }
    }

    fn take(&self, p: Handle) -> Seen {
        let outcome = self.find(p).and_then(|cell| self.outcome(cell));
        self.release(p);
        let Some(Ok(value)) = outcome else {
            return Seen::Plain(0);
        };
        let seen = seen(&value);
        move_out(&value);
        seen
    }

    fn wakeup_paused(&self, m: &Machine) {
        let paused = std::mem::take(&mut self.change().paused);
        for cell in paused {
            if let Some(due) = self.set(cell, Ok(V::Plain(0))) {
                self.resolution(m, || self.run(m, due));
            }
        }
    }

    fn abandon_paused(&self) {
        let mut state = self.change();
        for cell in std::mem::take(&mut state.paused) {
            state.kill(cell);
        }
    }

    fn paused_count(&self) -> usize {
        self.state().paused.len()
    }

    fn with_value(&self, m: &Machine, key: u8, value: Option<Thing>, env: Rc<Env>) -> Handle {
        let older = self.map();
        let map = Binding {
            key,
            value,
            older: older.clone(),
        };
        self.change().storage = Some(Rc::new(map));
        let said = m.call(&env, false, Arg::None, Shape::Promise);
        self.change().storage = older;
        self.checked(said)
    }

    fn run_async(&self, m: &Machine, env: Rc<Env>) {
        self.start(m, env, true);
    }

    fn dont_wait(&self, m: &Machine, env: Rc<Env>) {
        self.start(m, env, false);
    }

    fn get(&self, key: u8) -> Option<Seen> {
        let mut map = &self.state().storage;
        while let Some(binding) = map {
            if binding.key == key {
                return binding.value.map(Seen::Owned);
            }
            map = &binding.older;
        }
        None
    }

    fn look(&self, p: Handle) -> Look {
        match self.find(p).and_then(|cell| self.outcome(cell)) {
            None => Look::Pending,
            Some(Ok(value)) => Look::Value(seen(&value)),
            Some(Err(why)) => Look::Failed(why),
        }
    }
}
