//! The edges of a graph, and the ranks that they ask for. Nothing here runs code of
//! the user's.
//!
//! An edge is in two lists: that of its node's inputs, and that of its input's
//! dependents, from which it can be taken without a search. It counts as a reference
//! to the input; nothing counts as one to the dependent.

use super::core::{Core, Id, NONE, Node, RAISED};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What ties a node to an input.
pub struct Edge {
    input: Id,
    /// The dependent.
    node: Id,
    before: u32,
    after: u32,
    /// Of the same dependent; or the next free edge.
    next_input: u32,
}

impl Core {
    /// Makes room for that many edges, so that `link` can't fail.
    pub fn reserve(&mut self, edges: usize) -> Option<()> {
        self.edges.try_reserve(edges).ok()
    }

    /// Ties a node to inputs that it has not had; of an unranked node without
    /// dependents.
    pub fn link_all(&mut self, id: Id, inputs: impl Iterator<Item = Id>) {
        let mut last = NONE;
        let mut rank = 0;
        for input in inputs {
            let edge = self.link(id, input);
            match last {
                NONE => self.at(id).inputs = edge,
                last => self.edges[last as usize].next_input = edge,
            }
            last = edge;
            rank = rank.max(self.at(input).rank.saturating_add(1));
        }
        self.at(id).rank = rank;
    }

    /// A new edge, in the list of the input's dependents, but in no list of inputs.
    fn link(&mut self, node: Id, input: Id) -> u32 {
        let from = self.at(input);
        from.refs += 1;
        let before = from.last_dependent;
        let edge = Edge {
            input,
            node,
            before,
            after: NONE,
            next_input: NONE,
        };
        let number = match self.free_edges {
            NONE => {
                self.edges.push(edge);
                (self.edges.len() - 1) as u32
            }
            number => {
                let place = &mut self.edges[number as usize];
                self.free_edges = place.next_input;
                *place = edge;
                number
            }
        };
        match before {
            NONE => self.at(input).first_dependent = number,
            before => self.edges[before as usize].after = number,
        }
        self.at(input).last_dependent = number;
        number
    }

    /// Takes an edge out of the list of dependents, and frees it. Returns the
    /// input, whose reference is now the caller's, and the next edge.
    fn unlink(&mut self, number: u32) -> (Id, u32) {
        let Edge {
            input,
            before,
            after,
            next_input,
            ..
        } = self.edges[number as usize];
        match before {
            NONE => self.at(input).first_dependent = after,
            before => self.edges[before as usize].after = after,
        }
        match after {
            NONE => self.at(input).last_dependent = before,
            after => self.edges[after as usize].before = before,
        }
        self.edges[number as usize].next_input = self.free_edges;
        self.free_edges = number;
        (input, next_input)
    }

    /// Takes a node out of all its inputs; those that nobody refers to any more are
    /// to be buried. With `lone`, those that have no dependents left are returned,
    /// and what was the node's reference is the caller's.
    pub fn unlink_all(&mut self, id: Id, lone: bool) -> Vec<Id> {
        let mut found = Vec::new();
        let mut edge = std::mem::replace(&mut self.at(id).inputs, NONE);
        while edge != NONE {
            let (input, next) = self.unlink(edge);
            if lone && self.at(input).first_dependent == NONE {
                found.push(input);
            } else {
                self.unref(input);
            }
            edge = next;
        }
        found
    }

    /// The input of that place; None: there are not as many.
    #[inline]
    pub fn input(&self, id: Id, place: usize) -> Option<&Node> {
        self.input_id(id, place).map(|id| &self.nodes[id as usize])
    }

    /// Its number.
    #[inline]
    pub fn input_id(&self, id: Id, place: usize) -> Option<Id> {
        let edge = self.edges.get(self.edge(id, place) as usize)?;
        Some(edge.input)
    }

    #[inline]
    fn edge(&self, id: Id, place: usize) -> u32 {
        let mut edge = self.nodes[id as usize].inputs;
        for _ in 0..place {
            match self.edges.get(edge as usize) {
                Some(before) => edge = before.next_input,
                None => return NONE,
            }
        }
        edge
    }

    /// All inputs, in their order.
    pub fn inputs(&self, id: Id) -> impl Iterator<Item = &Node> {
        let mut edge = self.nodes[id as usize].inputs;
        std::iter::from_fn(move || {
            let found = self.edges.get(edge as usize)?;
            edge = found.next_input;
            Some(&self.nodes[found.input as usize])
        })
    }

    /// Puts an input in the place of another, or behind the last, and the node above
    /// it. False: the input depends on the node.
    pub fn replace(&mut self, id: Id, place: usize, input: Id) -> bool {
        if !self.raise(id, input) {
            return false;
        }
        let new = self.link(id, input);
        let old = self.edge(id, place);
        if old != NONE {
            let (before, next) = self.unlink(old);
            self.edges[new as usize].next_input = next;
            self.unref(before);
        }
        match place.checked_sub(1).map(|place| self.edge(id, place)) {
            None => self.at(id).inputs = new,
            Some(NONE) => (),
            Some(before) => self.edges[before as usize].next_input = new,
        }
        true
    }

    /// Gives a node a rank above that of what is to be its input, and so on with its
    /// dependents: each of them once, for by their old ranks they are in order.
    /// False: the input is one of them.
    fn raise(&mut self, id: Id, input: Id) -> bool {
        let above = self.at(input).rank;
        if id == input {
            return false;
        }
        if self.at(id).rank > above {
            return true;
        }
        let mut sound = true;
        let mut waiting = BinaryHeap::new();
        waiting.push(Reverse((self.at(id).rank, id)));
        self.at(id).rank = above.saturating_add(1);
        while let Some(Reverse((_, id))) = waiting.pop() {
            let node = self.at(id);
            node.flags &= !RAISED;
            let rank = node.rank;
            let mut edge = node.first_dependent;
            while let Some(Edge { node, after, .. }) = self.edges.get(edge as usize) {
                let (dependent, after) = (*node, *after);
                let node = self.at(dependent);
                if node.rank <= rank {
                    if !node.has(RAISED) {
                        node.flags |= RAISED;
                        waiting.push(Reverse((node.rank, dependent)));
                    }
                    node.rank = rank.saturating_add(1);
                    sound &= dependent != input;
                }
                edge = after;
            }
        }
        sound
    }

    /// Queues what depends on a node.
    #[inline]
    pub fn schedule_dependents(&mut self, id: Id) {
        let mut edge = self.nodes[id as usize].first_dependent;
        while let Some(Edge { node, after, .. }) = self.edges.get(edge as usize) {
            let (node, after) = (*node, *after);
            self.schedule(node);
            edge = after;
        }
    }
}
