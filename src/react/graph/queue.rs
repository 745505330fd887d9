//! The nodes that a step has still to update, lowest rank first; those of one rank
//! in the order in which they came.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan: "Faster algorithms for the shortest
//! path problem", 1990): what is taken never has a lower rank than what was taken
//! before, and a node lies in the bucket that is the highest bit in which its rank
//! differs from that last one. The buckets are lists through the nodes themselves:
//! nothing is allocated.

use super::core::{Id, NONE, Node};

const BUCKETS: usize = 33;

/// The queue. The nodes' `key` and `next` are its own.
pub struct Queue {
    heads: [Id; BUCKETS],
    tails: [Id; BUCKETS],
    /// The buckets that hold something.
    used: u64,
    /// The key that was taken last.
    last: u32,
}

impl Queue {
    /// An empty one.
    pub const fn new() -> Queue {
        Queue {
            heads: [NONE; BUCKETS],
            tails: [NONE; BUCKETS],
            used: 0,
            last: 0,
        }
    }

    /// A new step begins, with ranks from 0.
    pub fn begin(&mut self) {
        if self.used == 0 {
            self.last = 0;
        }
    }

    /// Puts a node into its place. It is in no queue.
    pub fn push(&mut self, nodes: &mut [Node], id: Id) {
        let node = &mut nodes[id as usize];
        // What has a lower rank than what runs was never to be queued: at least it
        // is not lost.
        node.key = node.rank.max(self.last);
        node.next = NONE;
        let bucket = bucket(node.key, self.last);
        self.append(nodes, bucket, id);
    }

    fn append(&mut self, nodes: &mut [Node], bucket: usize, id: Id) {
        if self.used & (1 << bucket) == 0 {
            self.used |= 1 << bucket;
            self.heads[bucket] = id;
        } else {
            nodes[self.tails[bucket] as usize].next = id;
        }
        self.tails[bucket] = id;
    }

    /// Takes the first.
    pub fn pop(&mut self, nodes: &mut [Node]) -> Option<Id> {
        if self.used == 0 {
            return None;
        }
        let bucket = self.used.trailing_zeros() as usize;
        let head = self.heads[bucket];
        if bucket == 0 {
            let next = nodes[head as usize].next;
            self.heads[0] = next;
            if next == NONE {
                self.used &= !1;
            }
            return Some(head);
        }
        self.used &= !(1 << bucket);
        if head == self.tails[bucket] {
            self.last = nodes[head as usize].key;
            return Some(head);
        }
        self.spread(nodes, head);
        self.pop(nodes)
    }

    /// Deals out a bucket's list anew, by the lowest key in it, which comes into
    /// the first bucket.
    fn spread(&mut self, nodes: &mut [Node], head: Id) {
        let (mut id, mut lowest) = (head, u32::MAX);
        while id != NONE {
            let node = &nodes[id as usize];
            lowest = lowest.min(node.key);
            id = node.next;
        }
        self.last = lowest;
        id = head;
        while id != NONE {
            let node = &mut nodes[id as usize];
            let next = std::mem::replace(&mut node.next, NONE);
            let bucket = bucket(node.key, lowest);
            self.append(nodes, bucket, id);
            id = next;
        }
    }
}

#[inline]
fn bucket(key: u32, last: u32) -> usize {
    32 - (key ^ last).leading_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::field_reassign_with_default)] // the rest is private
    fn nodes(ranks: &[u32]) -> Vec<Node> {
        let with_rank = |&rank| {
            let mut node = Node::default();
            node.rank = rank;
            node
        };
        ranks.iter().map(with_rank).collect()
    }

    #[test]
    fn lower_ranks_come_first_and_equal_ones_as_they_came() {
        let mut nodes = nodes(&[5, 1, 5, 0, 1 << 30, 5, 1, 7]);
        let mut queue = Queue::new();
        for id in 0..nodes.len() as u32 {
            queue.push(&mut nodes, id);
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop(&mut nodes)).collect();
        assert_eq!(order, [3, 1, 6, 0, 2, 5, 7, 4]);
    }

    #[test]
    fn what_is_pushed_meanwhile_keeps_the_order_whatever_the_ranks() {
        let mut seed = 7_u64;
        let mut random = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u32
        };
        for _ in 0..200 {
            let mut queue = Queue::new();
            let mut nodes = nodes(&[0; 64]);
            let (mut waiting, mut now, mut next) = (Vec::new(), 0, 0);
            while next < 64 || !waiting.is_empty() {
                if next < 64 && random() % 3 != 0 {
                    let rank = now + (random() % (1 << (random() % 20)));
                    nodes[next].rank = rank;
                    queue.push(&mut nodes, next as u32);
                    waiting.push((rank, next as u32));
                    next += 1;
                } else if let Some(id) = queue.pop(&mut nodes) {
                    waiting.sort_unstable();
                    let (rank, first) = waiting.remove(0);
                    assert_eq!(id, first);
                    now = rank;
                }
            }
            assert_eq!(queue.pop(&mut nodes), None);
            queue.begin();
        }
    }
}
