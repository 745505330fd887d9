//! A list whose elements are found, and leave, by a number, in constant time:
//! the elements of a vector, each linked to its neighbours. Calls nothing.

#![forbid(unsafe_code)]

/// No place.
const NOWHERE: u32 = u32::MAX;
/// An empty list keeps so many places; what a crowd needed is given back.
const KEPT: usize = 64;

struct Place<T> {
    item: Option<T>,
    previous: u32,
    /// Of a free place: the next free one.
    next: u32,
}

/// The list, in the order of arrival.
pub struct Places<T> {
    all: Vec<Place<T>>,
    free: u32,
    first: u32,
    last: u32,
    len: usize,
}

impl<T> Places<T> {
    /// Empty. Allocates nothing.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Places<T> {
        Places {
            all: Vec::new(),
            free: NOWHERE,
            first: NOWHERE,
            last: NOWHERE,
            len: 0,
        }
    }

    /// Puts an item at the end: its number. Gives it back if memory, or the
    /// numbers, ran out.
    pub fn push(&mut self, item: T) -> Result<u32, T> {
        if self.free == NOWHERE
            && (self.all.len() >= NOWHERE as usize || self.all.try_reserve(1).is_err())
        {
            return Err(item);
        }
        let place = Place {
            item: Some(item),
            previous: self.last,
            next: NOWHERE,
        };
        let at = match self.free {
            NOWHERE => {
                self.all.push(place);
                self.all.len() as u32 - 1
            }
            at => {
                let old = std::mem::replace(&mut self.all[at as usize], place);
                self.free = old.next;
                at
            }
        };
        match self.last {
            NOWHERE => self.first = at,
            last => self.all[last as usize].next = at,
        }
        self.last = at;
        self.len += 1;
        Ok(at)
    }

    /// Takes an item out.
    pub fn remove(&mut self, at: u32) -> Option<T> {
        let place = self.all.get_mut(at as usize)?;
        let item = place.item.take()?;
        let (previous, next) = (place.previous, place.next);
        place.next = std::mem::replace(&mut self.free, at);
        match previous {
            NOWHERE => self.first = next,
            previous => self.all[previous as usize].next = next,
        }
        match next {
            NOWHERE => self.last = previous,
            next => self.all[next as usize].previous = previous,
        }
        self.len -= 1;
        if self.len == 0 && self.all.len() > KEPT {
            *self = Places::new();
        }
        Some(item)
    }

    /// Looks at an item.
    pub fn get(&self, at: u32) -> Option<&T> {
        self.all.get(at as usize)?.item.as_ref()
    }

    /// The number of the oldest.
    pub fn first(&self) -> Option<u32> {
        (self.first != NOWHERE).then_some(self.first)
    }

    /// All, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            let place = self.all.get(at as usize)?;
            at = place.next;
            place.item.as_ref()
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_by_their_number_and_the_others_keep_their_order() {
        let mut places = Places::new();
        let at: Vec<_> = (0..6).map(|n| places.push(n).unwrap()).collect();
        for n in [0, 3, 5] {
            assert_eq!(places.remove(at[n]), Some(n));
            assert_eq!(places.remove(at[n]), None);
        }
        places.push(6).unwrap();
        let left: Vec<_> = places.iter().copied().collect();
        assert_eq!(left, [1, 2, 4, 6]);
        assert_eq!(places.first(), Some(at[1]));
        assert_eq!(places.len(), 4);
    }

    #[test]
    fn a_crowd_leaves_no_memory_behind() {
        let mut places = Places::new();
        let at: Vec<_> = (0..100_000).map(|n| places.push(n).unwrap()).collect();
        for at in at.into_iter().rev() {
            places.remove(at);
        }
        assert!(places.is_empty() && places.all.capacity() <= KEPT);
    }
}
