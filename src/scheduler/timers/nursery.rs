//! Sleeps that were made since the loop last looked: their numbers, in the
//! order of creation. A plain list; calls nothing.
//!
//! Most timers are timeouts around something that is done soon, often at once.
//! So a new sleep is not put in order yet, only noted; what is cancelled
//! before the loop looks costs a store. The loop enters the rest in the wheel.

/// The list.
pub(super) struct Nursery {
    /// 0: cancelled.
    ids: Vec<u32>,
    live: usize,
}

/// What is cancelled may take this much room, four bytes each, or so many times
/// as much as what lives. (A living sleep has 64 bytes of its own.)
const ROOM: usize = 16384;
const TIMES: usize = 8;

impl Nursery {
    pub(super) const fn new() -> Nursery {
        Nursery {
            ids: Vec::new(),
            live: 0,
        }
    }

    /// How many have not been cancelled.
    #[inline]
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// Notes a sleep: its place. None: memory ran out.
    #[inline]
    pub(super) fn push(&mut self, id: u32) -> Option<usize> {
        let place = self.ids.len();
        if place == self.ids.capacity() {
            self.ids.try_reserve(1).ok()?;
        }
        self.ids.push(id);
        self.live += 1;
        Some(place)
    }

    /// Takes one away. `moved` is told of those that found a new place.
    #[inline]
    pub(super) fn remove(&mut self, place: usize, moved: impl FnMut(u32, usize)) {
        self.live -= 1;
        if place + 1 == self.ids.len() {
            self.ids.pop();
            return;
        }
        self.ids[place] = 0;
        if self.ids.len() > TIMES * self.live + ROOM {
            self.pack(moved);
        }
    }

    #[cold]
    #[inline(never)]
    fn pack(&mut self, mut moved: impl FnMut(u32, usize)) {
        self.ids.retain(|&id| id != 0);
        for (place, &id) in self.ids.iter().enumerate() {
            moved(id, place);
        }
    }

    /// Takes out all, in order. The list can be given back, empty.
    pub(super) fn take(&mut self) -> Vec<u32> {
        self.live = 0;
        std::mem::take(&mut self.ids)
    }

    /// Gives back an empty list, to be used again if it is not large.
    pub(super) fn give_back(&mut self, mut ids: Vec<u32>) {
        ids.clear();
        if self.ids.capacity() == 0 && ids.capacity() <= 2 * ROOM {
            self.ids = ids;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_order_and_little_room_whatever_is_cancelled() {
        let mut nursery = Nursery::new();
        let mut places = vec![None; 100_001];
        let mut expected = Vec::new();
        for id in 1..=100_000u32 {
            places[id as usize] = nursery.push(id);
            // One in a hundred stays; the others go when the next one has come.
            if id > 1 && (id - 1) % 100 != 0 {
                let place = places[id as usize - 1].take().unwrap();
                nursery.remove(place, |id, place| {
                    places[id as usize] = Some(place);
                });
            } else if id > 1 {
                expected.push(id - 1);
            }
            assert!(nursery.ids.len() <= TIMES * nursery.live() + ROOM + 1);
        }
        expected.push(100_000);
        let mut all = nursery.take();
        for &id in &expected {
            assert_eq!(all[places[id as usize].unwrap()], id);
        }
        all.retain(|&id| id != 0);
        assert_eq!(all, expected);
        assert_eq!(nursery.live(), 0);
        nursery.give_back(all);
    }

    #[test]
    fn made_and_cancelled_at_once_they_take_the_same_place() {
        let mut nursery = Nursery::new();
        for id in 1..1000 {
            let place = nursery.push(id).unwrap();
            assert_eq!(place, 0);
            nursery.remove(place, |_, _| unreachable!());
        }
    }
}
