//! Groups and cancellation, in the model.

use super::*;

impl Model {
    /// A member of a group has resolved.
    pub(super) fn member(&self, m: &Machine, id: GroupId, index: usize, outcome: Outcome) {
        let mut state = self.change();
        let group = &mut state.groups[id];
        if group.over {
            return;
        }
        group.attached[index] = false;
        let result = group.result;
        match group.kin {
            Kin::Concurrent(Concurrent::Join | Concurrent::All) => {
                match outcome {
                    Ok(value) => group.values[index] = value,
                    Err(why) => group.failure = group.failure.or(Some(why)),
                }
                group.left -= 1;
                if group.left > 0 {
                    state.kill_if_alone(id);
                    return;
                }
                group.over = true;
                let values = std::mem::take(&mut group.values);
                let outcome = match (group.failure, group.kin) {
                    (Some(why), _) => Err(why),
                    (None, Kin::Concurrent(Concurrent::All)) => Ok(owned(What::Array(values))),
                    (None, _) => Ok(V::Plain(0)),
                };
                drop(state);
                self.settle(m, result, outcome);
            }
            Kin::Concurrent(how @ (Concurrent::Pick | Concurrent::Npick | Concurrent::Nchoose)) => {
                group.over = true;
                let mut losers = group.members.clone();
                drop(state);
                let outcome = match how {
                    Concurrent::Pick => {
                        losers.remove(index);
                        outcome
                    }
                    _ => self.gather(&losers),
                };
                if how != Concurrent::Nchoose {
                    self.cancel_all(m, losers);
                }
                self.settle(m, result, outcome);
            }
            _ => {
                group.over = true;
                drop(state);
                self.settle(m, result, outcome);
            }
        }
    }

    /// The values of those that have one, or the first failure in the list.
    pub(super) fn gather(&self, members: &[CellId]) -> Outcome {
        let mut values = Vec::new();
        for &member in members {
            match self.outcome(member) {
                Some(Ok(value)) => values.push(value),
                Some(Err(why)) => return Err(why),
                None => {}
            }
        }
        Ok(owned(What::Array(values)))
    }

    pub(super) fn form(&self, kin: Kin, members: Vec<CellId>) -> Handle {
        let id = self.state().groups.len();
        let (result, handle) = self.pending(Resolver::Group(id));
        let outcomes: Vec<Option<Outcome>> = members.iter().map(|&c| self.outcome(c)).collect();
        let value = |outcome: &Option<Outcome>| match outcome {
            Some(Ok(value)) => value.clone(),
            _ => V::Plain(0),
        };
        self.change().groups.push(Group {
            kin,
            result,
            members: members.clone(),
            attached: outcomes.iter().map(Option::is_none).collect(),
            over: false,
            left: outcomes.iter().filter(|outcome| outcome.is_none()).count(),
            failure: outcomes.iter().find_map(|o| o.clone()?.err()),
            values: outcomes.iter().map(value).collect(),
        });
        for (index, &member) in members.iter().enumerate() {
            if outcomes[index].is_none() {
                self.attach(member, Waiter::Member { group: id, index });
            }
        }
        handle
    }

    /// Which member wins at once: where the library chose, as it chose, if it
    /// might.
    pub(super) fn winner(&self, m: &Machine, members: &[CellId], call: usize) -> Option<usize> {
        let of_kind = |failed: bool| -> Vec<usize> {
            let is =
                |&i: &usize| matches!(self.outcome(members[i]), Some(o) if o.is_err() == failed);
            (0..members.len()).filter(is).collect()
        };
        let mut candidates = of_kind(true);
        if candidates.is_empty() {
            candidates = of_kind(false);
        }
        let first = *candidates.first()?;
        let chosen = m.choices.borrow().get(&call).copied();
        match chosen {
            Some(chosen) if candidates.iter().any(|&c| members[c] == members[chosen]) => {
                Some(chosen)
            }
            _ => {
                m.write(Event::Illegal);
                Some(first)
            }
        }
    }

    /// All that is found fails first; then callbacks run, the first found
    /// first.
    pub(super) fn cancel_all(&self, m: &Machine, cells: Vec<CellId>) {
        let mut found = Vec::new();
        let mut visited = Vec::new();
        for cell in cells {
            self.walk(cell, &mut visited, &mut found);
        }
        if !found.is_empty() {
            self.resolution(m, || {
                for due in found {
                    self.run(m, due);
                }
            });
        }
    }

    pub(super) fn walk(&self, cell: CellId, visited: &mut Vec<CellId>, found: &mut Vec<Due>) {
        let cell = self.state().whole(cell);
        if !self.is_pending(cell) || self.state().cells[cell].dead || visited.contains(&cell) {
            return;
        }
        visited.push(cell);
        let resolver = self.state().cells[cell].resolver;
        let mut fail = |this: &Model| found.extend(this.set(cell, because(CANCELED)));
        match resolver {
            Resolver::Wakener { cancelable: true } | Resolver::Paused => fail(self),
            Resolver::Source(source) => self.walk(source, visited, found),
            Resolver::Group(id) => {
                let (kin, over, members) = {
                    let state = self.state();
                    let group = &state.groups[id];
                    (group.kin, group.over, group.members.clone())
                };
                if over {
                    return;
                }
                if let Kin::Follow(how) = kin {
                    if how == Follow::NoCancel {
                        return;
                    }
                    if self.state().is_hopeless(members[0], &mut Vec::new()) {
                        self.change().is_in_doubt = true;
                    }
                    fail(self);
                    self.change().groups[id].over = true;
                    if how == Follow::Protected {
                        return;
                    }
                }
                for member in members {
                    self.walk(member, visited, found);
                }
            }
            _ => {}
        }
    }
}
