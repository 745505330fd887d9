//! What has to be dropped by now, and what must not have been. Between the two
//! there is room: when it becomes known that a callback will never run is not
//! laid down, only that its environment is dropped once, not before, and at the
//! latest when nobody can reach it.

use crate::machine::*;
use crate::program::*;
use crate::promises::*;
use std::rc::Rc;

/// What of the state refers to what.
struct Graph<'a> {
    state: &'a State,
    /// How often each cell is referred to from outside: by users, wakeners and
    /// the list of those that are paused.
    roots: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(state: &'a State) -> Graph<'a> {
        let mut roots = vec![0; state.cells.len()];
        let users = state.handles.iter().filter(|h| h.users > 0).map(|h| h.cell);
        let wakeners = state.wakeners.iter().filter(|w| !w.spent).map(|w| w.cell);
        for cell in users.chain(wakeners).chain(state.paused.iter().copied()) {
            roots[state.whole(cell)] += 1;
        }
        Graph { state, roots }
    }

    /// The cells that a cell holds, and the things.
    fn held(&self, cell: CellId, cells: &mut Vec<CellId>, things: &mut Vec<Thing>) {
        let promise = &self.state.cells[cell];
        if let Some(outcome) = &promise.outcome {
            of_outcome(outcome, things);
        }
        for waiter in &promise.waiters {
            match waiter {
                Waiter::Composition {
                    env, map, result, ..
                } => {
                    things.push(env.thing);
                    of_map(map, things);
                    cells.push(self.state.whole(*result));
                }
                Waiter::CleanUp { body, result } => {
                    cells.push(self.state.whole(*body));
                    cells.push(self.state.whole(*result));
                }
                Waiter::Watch { env, map, .. } | Waiter::Background { env, map, .. } => {
                    things.push(env.thing);
                    of_map(map, things);
                }
                Waiter::Member { group, .. } => {
                    let group = &self.state.groups[*group];
                    if !group.over {
                        cells.push(self.state.whole(group.result));
                        if group.kin == Kin::Concurrent(Concurrent::All) {
                            group.values.iter().for_each(|v| of_value(v, things));
                        }
                        things.extend(group.failure.and_then(|why| why.payload));
                    }
                }
            }
        }
    }

    /// The cells that references keep, cycles among themselves included.
    fn kept(&self) -> Vec<bool> {
        let count = self.state.cells.len();
        let mut references = self.roots.clone();
        let mut held = Vec::with_capacity(count);
        for cell in 0..count {
            let mut cells = Vec::new();
            self.held(cell, &mut cells, &mut Vec::new());
            cells.iter().for_each(|&c| references[c] += 1);
            held.push(cells);
        }
        let mut kept = vec![true; count];
        let mut freed: Vec<CellId> = (0..count).filter(|&c| references[c] == 0).collect();
        while let Some(cell) = freed.pop() {
            kept[cell] = false;
            for &other in &held[cell] {
                references[other] -= 1;
                if references[other] == 0 {
                    freed.push(other);
                }
            }
        }
        kept
    }

    /// The pending cells that something may still resolve.
    fn resolvable(&self) -> Vec<bool> {
        let state = self.state;
        let mut able = vec![false; state.cells.len()];
        for wakener in state.wakeners.iter().filter(|w| !w.spent) {
            able[state.whole(wakener.cell)] = true;
        }
        for &cell in &state.paused {
            able[state.whole(cell)] = true;
        }
        loop {
            let mut changed = false;
            for (cell, promise) in state.cells.iter().enumerate() {
                let now = match promise.resolver {
                    _ if able[cell] || promise.outcome.is_some() => continue,
                    Resolver::Source(source) => able[state.whole(source)],
                    Resolver::Group(id) => {
                        let group = &state.groups[id];
                        let mut pending = group
                            .members
                            .iter()
                            .map(|&m| state.whole(m))
                            .filter(|&m| state.cells[m].outcome.is_none());
                        match group.kin {
                            _ if group.over => false,
                            Kin::Concurrent(Concurrent::Join | Concurrent::All) => {
                                pending.all(|m| able[m])
                            }
                            _ => pending.any(|m| able[m]),
                        }
                    }
                    _ => false,
                };
                changed |= now;
                able[cell] = now;
            }
            if !changed {
                break;
            }
        }
        for (cell, promise) in state.cells.iter().enumerate() {
            able[cell] &= promise.outcome.is_none() && state.whole(cell) == cell;
        }
        able
    }
}

fn of_map(map: &Map, things: &mut Vec<Thing>) {
    let mut map = map;
    while let Some(binding) = map {
        things.extend(binding.value);
        map = &binding.older;
    }
}

fn of_value(value: &V, things: &mut Vec<Thing>) {
    // An array may be in others many times.
    let mut visited: Vec<*const Owned> = Vec::new();
    let mut ahead = vec![value];
    while let Some(value) = ahead.pop() {
        if let V::Owned(owned) = value
            && !owned.moved.get()
            && !visited.contains(&Rc::as_ptr(owned))
        {
            visited.push(Rc::as_ptr(owned));
            match &owned.what {
                What::Thing(thing) => things.push(*thing),
                What::Array(items) => ahead.extend(items),
            }
        }
    }
}

fn of_outcome(outcome: &Outcome, things: &mut Vec<Thing>) {
    match outcome {
        Ok(value) => of_value(value, things),
        Err(why) => things.extend(why.payload),
    }
}

/// Compares what the library has dropped with what the model says.
pub fn check(state: &State, library: &Machine) -> Result<(), String> {
    let graph = Graph::new(state);
    let (mut cells, mut things) = (Vec::new(), Vec::new());
    for (cell, _) in graph.kept().iter().enumerate().filter(|(_, kept)| **kept) {
        graph.held(cell, &mut cells, &mut things);
    }
    let mut may_live = vec![false; library.things()];
    things.iter().for_each(|&thing| may_live[thing] = true);
    things.clear();
    for (cell, able) in graph.resolvable().iter().enumerate() {
        if *able {
            graph.held(cell, &mut cells, &mut things);
        }
    }
    for handle in state.handles.iter().filter(|handle| handle.users > 0) {
        if let Some(outcome) = &state.cells[state.whole(handle.cell)].outcome {
            of_outcome(outcome, &mut things);
        }
    }
    let mut must_live = vec![false; library.things()];
    things.iter().for_each(|&thing| must_live[thing] = true);
    for thing in 0..library.things() {
        let dropped = library.dropped(thing);
        if dropped > 1 {
            return Err(format!("thing {thing} was dropped {dropped} times"));
        }
        if dropped == 1 && must_live[thing] {
            return Err(format!("thing {thing} was dropped too early"));
        }
        if dropped == 0 && !may_live[thing] {
            return Err(format!("thing {thing} was not dropped"));
        }
    }
    Ok(())
}
