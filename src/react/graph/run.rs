//! Steps. What makes a node is one as well, so that what its functions send is sent
//! after them.

use super::at::{At, Update};
use super::core::{Eq, Id, OWN_EQ, PENDING, RUNNING, SET, SIGNAL, STOPPED};
use super::node::Node;
use super::{Graph, Op, Sent, Values};
use crate::exn::{Exn, unhandled};
use crate::promise::shared::Shared;
use std::rc::Rc;

impl Graph {
    /// A primitive occurs, or has a new value: in a step of its own, at once, or
    /// after the one that runs.
    pub fn send(self: &Rc<Graph>, node: &Node, value: Shared) {
        if self.core.borrow().running {
            let sent = Sent::One(node.clone(), value);
            self.later.borrow_mut().sent.push_back(sent);
            return;
        }
        // The user's code may give up the primitive.
        let node = node.clone();
        self.begin();
        self.core.borrow_mut().current = 0;
        self.give(node.id(), value);
        self.finish();
    }

    /// The same of several, which are simultaneous.
    pub fn send_all(self: &Rc<Graph>, values: Values) {
        if self.core.borrow().running {
            self.later.borrow_mut().sent.push_back(Sent::Many(values));
            return;
        }
        self.begin();
        self.give_all(values);
        self.finish();
    }

    /// A node is to have this value in a step right after the one that runs.
    pub fn feed_back(&self, node: &Node, value: Shared) {
        let fed = (node.clone(), value);
        self.later.borrow_mut().delayed.push(fed);
    }

    /// Runs what makes nodes.
    pub fn within<T>(self: &Rc<Graph>, f: impl FnOnce() -> T) -> T {
        if self.core.borrow().running {
            return f();
        }
        self.begin();
        let made = f();
        self.finish();
        made
    }

    fn begin(&self) {
        let mut core = self.core.borrow_mut();
        core.running = true;
        core.step += 1;
        core.queue.begin();
    }

    /// Ends the step, and runs those that wait for it.
    fn finish(self: &Rc<Graph>) {
        loop {
            self.update();
            self.end_step();
            let mut later = self.later.borrow_mut();
            if !later.delayed.is_empty() {
                let delayed = std::mem::take(&mut later.delayed);
                drop(later);
                self.give_all(delayed);
                continue;
            }
            let next = later.sent.pop_front();
            drop(later);
            match next {
                Some(Sent::One(node, value)) => {
                    self.core.borrow_mut().current = 0;
                    self.give(node.id(), value);
                }
                Some(Sent::Many(values)) => self.give_all(values),
                None => break,
            }
        }
        self.core.borrow_mut().running = false;
    }

    /// What occurred is over: the next step begins.
    fn end_step(&self) {
        let mut core = self.core.borrow_mut();
        core.step += 1;
        while let Some(id) = core.occurred.pop() {
            let node = core.at(id);
            if !node.has(SIGNAL) {
                let value = std::mem::replace(&mut node.value, super::core::unit());
                drop(core);
                drop(value);
                core = self.core.borrow_mut();
            }
        }
    }

    fn give_all(self: &Rc<Graph>, values: Values) {
        let mut core = self.core.borrow_mut();
        core.current = 0;
        for (node, _) in &values {
            core.at(node.id()).flags |= PENDING;
        }
        drop(core);
        for (node, value) in values {
            self.core.borrow_mut().at(node.id()).flags &= !PENDING;
            self.give(node.id(), value);
        }
    }

    /// Gives a primitive its value. The caller holds it.
    fn give(&self, id: Id, value: Shared) {
        let mut core = self.core.borrow_mut();
        core.at(id).flags |= RUNNING;
        drop(core);
        let given = self.offer(id, value);
        self.core.borrow_mut().at(id).flags &= !RUNNING;
        if let Err(exn) = given {
            unhandled(exn);
        }
    }

    /// Updates what is queued.
    fn update(self: &Rc<Graph>) {
        loop {
            let mut core = self.core.borrow_mut();
            let Some((id, op)) = core.next_op() else {
                core.current = u32::MAX;
                return;
            };
            drop(core);
            if let Err(exn) = self.run(id, op) {
                unhandled(exn);
            }
            self.release(id);
        }
    }

    /// Runs a node's function.
    fn run(self: &Rc<Graph>, id: Id, mut op: Box<Op>) -> Result<(), Exn> {
        let told = op(&At::new(self, id));
        let again = matches!(told, Ok(Update::Later));
        let (told, stops) = match told {
            Ok(Update::Value(value)) => (self.offer(id, value), false),
            Ok(Update::Last(value)) => (self.offer(id, value), true),
            Ok(Update::Stop) => (Ok(()), true),
            Ok(Update::Nothing | Update::Later) => (Ok(()), false),
            Err(exn) => (Err(exn), false),
        };
        let mut core = self.core.borrow_mut();
        let node = core.at(id);
        node.flags &= !RUNNING;
        // Stopped by itself, or by what it called.
        if node.has(STOPPED) || stops {
            drop(core);
            drop(op);
            if stops {
                self.stop(id, false);
            }
        } else {
            node.op = Some(op);
            if again {
                core.schedule(id);
            }
        }
        told
    }

    /// A node is to occur with this value, or to have it. Fails if its equality does.
    fn offer(&self, id: Id, value: Shared) -> Result<(), Exn> {
        let mut core = self.core.borrow_mut();
        let step = core.step;
        let node = core.at(id);
        if node.has(STOPPED) {
            drop(core);
            return Ok(());
        }
        if !node.has(SIGNAL) {
            node.stamp = step;
            let owned = value.is_owned();
            let before = std::mem::replace(&mut node.value, value);
            core.schedule_dependents(id);
            if owned {
                core.occurred.push(id);
            }
            drop(core);
            drop(before);
            return Ok(());
        }
        if node.has(SET) {
            let same = match node.has(OWN_EQ) {
                false => node.value.word() == value.word(),
                true => {
                    let before = node.value.clone();
                    let eq = node.extra.as_ref().map(|extra| extra.eq.clone());
                    drop(core);
                    let same = eq.unwrap_or_default().same(&before, &value);
                    drop(before);
                    let same = same?;
                    core = self.core.borrow_mut();
                    same || core.at(id).has(STOPPED)
                }
            };
            if same {
                drop(core);
                return Ok(());
            }
            core.at(id).stamp = step;
        }
        let node = core.at(id);
        node.flags |= SET;
        let before = std::mem::replace(&mut node.value, value);
        core.schedule_dependents(id);
        drop(core);
        drop(before);
        Ok(())
    }

    /// A new node of these inputs, whose function runs in the step that runs, or, if
    /// it is a signal without a value, now.
    pub fn derive(
        self: &Rc<Graph>,
        flags: u32,
        initial: Option<Shared>,
        inputs: &[&Node],
        op: Box<Op>,
    ) -> Result<Node, Exn> {
        self.within(|| {
            let node = self.add(flags, initial)?;
            let id = node.id();
            let mut core = self.core.borrow_mut();
            core.reserve(inputs.len()).ok_or_else(Exn::out_of_memory)?;
            if inputs.iter().any(|input| !Rc::ptr_eq(input.graph(), self)) {
                return Err(Exn::invalid("react: a node of a graph that is gone"));
            }
            core.link_all(id, inputs.iter().map(|input| input.id()));
            core.at(id).op = Some(op);
            let unset = flags & SIGNAL != 0 && !core.at(id).has(SET);
            if core.inputs(id).all(|input| core.is_settled(input)) {
                let step = core.step;
                if (unset || core.inputs(id).any(|input| input.stamp == step))
                    && let Some(op) = core.begin(id)
                {
                    drop(core);
                    let ran = self.run(id, op);
                    self.release(id);
                    match ran {
                        Err(exn) if unset => return Err(exn),
                        Err(exn) => unhandled(exn),
                        Ok(()) => (),
                    }
                }
            } else if unset || core.inputs(id).any(|input| input.stamp == core.step) {
                core.schedule(id);
            }
            Ok(node)
        })
    }

    /// A new node without inputs.
    pub fn add(self: &Rc<Graph>, flags: u32, initial: Option<Shared>) -> Result<Node, Exn> {
        let mut core = self.core.borrow_mut();
        let set = if initial.is_some() { SET } else { 0 };
        let id = core.add(flags | set).ok_or_else(Exn::out_of_memory)?;
        if let Some(initial) = initial {
            core.at(id).value = initial;
        }
        drop(core);
        Ok(Node::new(self.clone(), id))
    }
}

impl Eq {
    /// Are they the same?
    pub fn same(&self, a: &Shared, b: &Shared) -> Result<bool, Exn> {
        match self {
            Eq::Word => Ok(a.word() == b.word()),
            Eq::Never => Ok(false),
            Eq::With(f) => f(a, b),
        }
    }
}
