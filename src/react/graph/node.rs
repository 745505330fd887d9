//! A counted reference to a node.

use super::Graph;
use super::core::{CONSTANT, Eq, EqFn, Id, NEVER, OWN_EQ, SET, STOPPED};
use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use crate::promise::shared::Shared;
use crate::value::Env;
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::{Rc, Weak};

/// An event or a signal, whichever it was made as.
pub struct Node {
    graph: Rc<Graph>,
    id: Id,
}

/// A reference that keeps nothing alive.
#[derive(Clone)]
pub struct WeakNode {
    graph: Weak<Graph>,
    id: Id,
    generation: u32,
}

impl Node {
    /// Takes over a reference.
    pub(super) fn new(graph: Rc<Graph>, id: Id) -> Node {
        Node { graph, id }
    }

    /// Its number.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Its graph.
    pub fn graph(&self) -> &Rc<Graph> {
        &self.graph
    }

    /// Is it the same node?
    pub fn same(&self, other: &Node) -> bool {
        Rc::ptr_eq(&self.graph, &other.graph) && self.id == other.id
    }

    fn has(&self, flags: u32) -> bool {
        self.graph.core.borrow_mut().at(self.id).has(flags)
    }

    /// Is it `never`?
    pub fn is_never(&self) -> bool {
        self.has(NEVER)
    }

    /// Is it a constant?
    pub fn is_constant(&self) -> bool {
        self.has(CONSTANT)
    }

    /// Was it stopped, or did it end?
    pub fn is_stopped(&self) -> bool {
        self.has(STOPPED)
    }

    /// The value of a signal. None: it has none yet.
    pub fn value(&self) -> Option<Shared> {
        let mut core = self.graph.core.borrow_mut();
        let node = core.at(self.id);
        node.has(SET).then(|| node.value.clone())
    }

    /// Makes it occur, or have a value: of a primitive only.
    pub fn send(&self, value: Shared) {
        self.graph.send(self, value);
    }

    /// See `Graph::stop`.
    pub fn stop(&self, strong: bool) {
        self.graph.stop(self.id, strong);
    }

    /// A signal's equality.
    pub fn eq(&self) -> Eq {
        let mut core = self.graph.core.borrow_mut();
        let extra = core.at(self.id).extra.as_ref();
        extra.map_or(Eq::Word, |extra| extra.eq.clone())
    }

    /// Gives a signal an equality.
    pub fn set_eq(&self, eq: Eq) {
        let mut core = self.graph.core.borrow_mut();
        let node = core.at(self.id);
        match eq {
            Eq::Word => node.flags &= !OWN_EQ,
            _ => node.flags |= OWN_EQ,
        }
        let extra = node.extra.get_or_insert_default();
        let before = std::mem::replace(&mut extra.eq, eq);
        drop(core);
        drop::<Eq>(before);
    }

    /// Ties something to the node, and returns what was before.
    pub fn retain(&self, kept: Env) -> Option<Env> {
        let mut core = self.graph.core.borrow_mut();
        let extra = core.at(self.id).extra.get_or_insert_default();
        extra.kept.replace(kept)
    }

    /// A reference that does not keep it alive.
    pub fn downgrade(&self) -> WeakNode {
        WeakNode {
            graph: Rc::downgrade(&self.graph),
            id: self.id,
            generation: self.graph.core.borrow_mut().at(self.id).generation,
        }
    }

    /// Keeps it for as long as the thread lives.
    pub fn keep(&self) {
        keep(self.clone());
    }
}

impl WeakNode {
    /// The node, if it still is.
    pub fn upgrade(&self) -> Option<Node> {
        let graph = self.graph.upgrade()?;
        let mut core = graph.core.borrow_mut();
        let node = core.at(self.id);
        if node.generation != self.generation || node.refs == 0 {
            return None;
        }
        node.refs += 1;
        drop(core);
        Some(Node::new(graph, self.id))
    }
}

impl Clone for Node {
    fn clone(&self) -> Node {
        self.graph.core.borrow_mut().at(self.id).refs += 1;
        Node::new(self.graph.clone(), self.id)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.graph.release(self.id);
    }
}

/// An equality of a function.
pub fn eq_of(f: impl Fn(&Shared, &Shared) -> Result<bool, Exn> + 'static) -> Eq {
    let f: Rc<EqFn> = Rc::new(f);
    Eq::With(f)
}

thread_local! {
    // Not dropped with the thread's variables: emptied when its handles go.
    static KEPT: RefCell<ManuallyDrop<Vec<Node>>> =
        const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

/// Keeps a node until the thread ends.
fn keep(node: Node) {
    KEPT.with(|kept| {
        let mut kept = kept.borrow_mut();
        if kept.is_empty() {
            at_thread_exit(|| drop(KEPT.with(|kept| std::mem::take(&mut **kept.borrow_mut()))));
        }
        kept.push(node);
    });
}
