//! Events and signals once more, without a graph: each step computes everything anew,
//! in the order in which it was made.

/// How a node is made of others, by their numbers.
#[derive(Clone, Debug)]
pub enum Kind {
    Event,
    Map(usize),
    Filter(usize),
    Select(Vec<usize>),
    Merge(Vec<usize>),
    Both(usize, usize),
    Fold(usize),
    Once(usize),
    DropOnce(usize),
    Changes(usize),
    On(usize, usize),
    Dismiss(usize, usize),
    Until(usize, usize),
    Sample(usize, usize),
    ChangesOf(usize),
    /// At first as the first, then as that which the second chooses.
    Switch(usize, usize, Vec<usize>),
    Signal,
    MapOf(usize),
    Lift(usize, usize),
    MergeOf(Vec<usize>),
    Hold(usize),
    FilterOf(usize),
    OnOf(usize, usize),
    DismissOf(usize, usize),
    /// As that which the first chooses.
    SwitchOf(usize, Vec<usize>),
    /// The second's value and the first's, by a signal that is made each time.
    Bind(usize, usize),
}

use Kind::*;

impl Kind {
    pub fn is_signal(&self) -> bool {
        matches!(
            self,
            Signal
                | MapOf(_)
                | Lift(..)
                | MergeOf(_)
                | Hold(_)
                | FilterOf(_)
                | OnOf(..)
                | DismissOf(..)
                | SwitchOf(..)
                | Bind(..)
        )
    }
}

/// What the functions of both sides compute.
pub fn one(x: usize) -> usize {
    (x * 3 + 1) % 7
}
pub fn two(x: usize, y: usize) -> usize {
    (x * 5 + y) % 7
}
pub fn test(x: usize) -> bool {
    x % 3 != 1
}
pub fn on(x: usize) -> bool {
    x % 2 == 1
}

/// A node, its state, and what this step made of it.
pub struct Node {
    pub kind: Kind,
    pub occurs: Option<usize>,
    pub value: usize,
    pub changed: bool,
    pub stopped: bool,
    state: Option<usize>,
    new: bool,
}

#[derive(Default)]
pub struct Model(pub Vec<Node>);

impl Model {
    /// A new node; within a step, it sees that. Returns its number.
    pub fn add(&mut self, kind: Kind, value: usize) -> usize {
        self.0.push(Node {
            kind,
            occurs: None,
            value,
            changed: false,
            stopped: false,
            state: None,
            new: true,
        });
        let number = self.0.len() - 1;
        self.update(number, None);
        number
    }

    /// A step.
    pub fn step(&mut self, given: &[(usize, usize)]) {
        for number in 0..self.0.len() {
            let given = given.iter().find(|(to, _)| *to == number);
            self.update(number, given.map(|(_, value)| *value));
        }
    }

    /// No step runs any more.
    pub fn between(&mut self) {
        for node in &mut self.0 {
            node.occurs = None;
            node.changed = false;
        }
    }

    fn update(&mut self, number: usize, given: Option<usize>) {
        let nodes = &self.0;
        let me = &nodes[number];
        let (new, mut state) = (me.new, me.state);
        let occurs = |n: usize| nodes[n].occurs;
        let value = |n: usize| nodes[n].value;
        let mut stops = false;
        let next = match &me.kind {
            Event | Signal => given,
            Map(e) => occurs(*e).map(one),
            Filter(e) => occurs(*e).filter(|&x| test(x)),
            Select(all) => all.iter().find_map(|&e| occurs(e)),
            Merge(all) => all
                .iter()
                .filter_map(|&e| occurs(e))
                .fold(None, |sum, x| Some(two(sum.unwrap_or(2), x))),
            Both(a, b) => occurs(*a).zip(occurs(*b)).map(|(a, b)| two(a, b)),
            Fold(e) => occurs(*e).map(|x| {
                state = Some(two(state.unwrap_or(0), x));
                state.unwrap_or(0)
            }),
            Once(e) => occurs(*e).inspect(|_| stops = true),
            DropOnce(e) => occurs(*e).filter(|_| state.replace(1).is_some()),
            Changes(e) => occurs(*e).filter(|&x| state.replace(x) != Some(x)),
            On(s, e) => occurs(*e).filter(|_| on(value(*s))),
            Dismiss(c, e) => occurs(*e).filter(|_| occurs(*c).is_none()),
            Until(c, e) => {
                stops = occurs(*c).is_some();
                occurs(*e).filter(|_| !stops)
            }
            Sample(e, s) => occurs(*e).map(|x| two(x, value(*s))),
            ChangesOf(s) => Some(value(*s)).filter(|_| nodes[*s].changed),
            Switch(first, which, all) => {
                if let Some(x) = occurs(*which) {
                    state = Some(all[x % all.len()]);
                }
                occurs(state.unwrap_or(*first))
            }
            MapOf(s) => Some(one(value(*s))),
            Lift(a, b) => Some(two(value(*a), value(*b))),
            MergeOf(all) => Some(all.iter().fold(2, |sum, &s| two(sum, value(s)))),
            Hold(e) => occurs(*e).or(Some(me.value)),
            FilterOf(s) => match (test(value(*s)), new) {
                (true, _) => Some(value(*s)),
                (false, true) => Some(5),
                (false, false) => None,
            },
            OnOf(c, s) => match (on(value(*c)), new) {
                (true, _) => Some(value(*s)),
                (false, true) => Some(5),
                (false, false) => None,
            },
            DismissOf(e, s) => match (occurs(*e).is_some(), new) {
                (true, true) => Some(5),
                (false, true) => Some(value(*s)),
                (true, false) => None,
                (false, false) => Some(value(*s)).filter(|_| nodes[*s].changed),
            },
            SwitchOf(s, all) => Some(value(all[value(*s) % all.len()])),
            Bind(a, b) => Some(two(value(*a), value(*b))),
        };
        let me = &mut self.0[number];
        let next = next.filter(|_| !me.stopped);
        if me.kind.is_signal() {
            me.changed = !new && next.is_some_and(|value| value != me.value);
            me.value = next.unwrap_or(me.value);
        } else {
            me.occurs = next;
        }
        me.state = state;
        me.new = false;
        me.stopped |= stops;
    }
}
