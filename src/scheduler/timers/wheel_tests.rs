use super::*;

/// Keeps the places as a scheduler does, and a plain list to compare with.
struct Model {
    wheel: Wheel,
    places: Vec<Option<Place>>,
    deadlines: Vec<u64>,
    now: u64,
}

impl Model {
    fn at(now: u64) -> Model {
        Model {
            wheel: Wheel::new(),
            places: Vec::new(),
            deadlines: Vec::new(),
            now,
        }
    }
    fn add(&mut self, delay: u64) -> usize {
        let id = self.places.len();
        let deadline = self.now.saturating_add(delay);
        let place = self
            .wheel
            .insert(self.now, deadline, Target::Promise(id as u32));
        self.places.push(Some(place));
        self.deadlines.push(deadline);
        id
    }
    fn cancel(&mut self, id: usize) {
        let place = self.places[id].take().unwrap();
        let places = &mut self.places;
        // SAFETY: the timer is in the wheel: its place was still there.
        unsafe { self.wheel.remove(place, |t, p| update(places, t, p)) };
    }
    fn fire(&mut self, now: u64) -> Vec<usize> {
        self.now = now;
        let places = &mut self.places;
        self.wheel.advance(now, |_| {}, |t, p| update(places, t, p));
        let mut fired = Vec::new();
        while let Some(Target::Promise(id)) = self.wheel.pop(now, |_| {}) {
            assert!(self.places[id as usize].take().is_some(), "fired twice");
            fired.push(id as usize);
        }
        fired
    }
    /// What must fire by `now`, in order.
    fn expected(&self, now: u64) -> Vec<usize> {
        let mut due: Vec<usize> = (0..self.places.len())
            .filter(|&id| self.places[id].is_some() && self.deadlines[id] <= now)
            .collect();
        due.sort_by_key(|&id| self.deadlines[id]);
        due
    }
}

fn update(places: &mut [Option<Place>], target: Target, place: Place) {
    let Target::Promise(id) = target else {
        panic!("{target:?}")
    };
    assert!(
        places[id as usize].is_some(),
        "moved after it was cancelled"
    );
    places[id as usize] = Some(place);
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn timers_fire_in_the_order_of_deadlines_and_equal_ones_of_creation() {
    let mut seed = 88172645463325252;
    for scale in [1, 1_000, 1 << 20, 1 << 26, 1 << 33, 1 << 45] {
        let mut model = Model::at(1 << 50 | 12345);
        for _ in 0..3000 {
            match random(&mut seed) % 8 {
                // Few different delays, so that many are equal.
                0..4 => drop(model.add(random(&mut seed) % 50 * scale)),
                4 => drop(model.add(random(&mut seed) % (50 * scale))),
                5 | 6 if !model.places.is_empty() => {
                    let id = random(&mut seed) as usize % model.places.len();
                    if model.places[id].is_some() {
                        model.cancel(id);
                    }
                }
                _ => {
                    let now = model.now + random(&mut seed) % (10 * scale);
                    let expected = model.expected(now);
                    let first = model
                        .places
                        .iter()
                        .zip(&model.deadlines)
                        .filter_map(|(place, &at)| place.map(|_| at))
                        .min();
                    // May be early where a timer was cancelled, never late.
                    assert!(first.is_none_or(|at| model.wheel.next().unwrap() <= at));
                    assert_eq!(model.fire(now), expected);
                }
            }
            let alive = model.places.iter().flatten().count();
            assert_eq!(model.wheel.live(), alive);
        }
        let end = model.now + (1 << 60);
        let expected = model.expected(end);
        assert_eq!(model.fire(end), expected);
        assert_eq!(model.wheel.live(), 0);
        assert_eq!(model.wheel.next(), None);
    }
}

#[test]
fn the_wheel_names_the_first_deadline_exactly_while_nothing_is_cancelled() {
    let mut model = Model::at(7_777_777_777);
    for delay in [3_600_000_000_000, 5_000_000_000, 80_000_000, 2_000_000, 10] {
        model.add(delay);
        assert_eq!(model.wheel.next(), Some(model.now + delay));
    }
}

#[test]
fn a_timer_that_never_comes_can_be_cancelled_and_wakes_nobody() {
    let mut model = Model::at(1);
    let id = model.add(FOREVER);
    assert_eq!(model.wheel.next(), None);
    assert!(model.fire(FOREVER - 1).is_empty());
    assert_eq!(model.wheel.live(), 1);
    model.cancel(id);
    assert_eq!(model.wheel.live(), 0);
}

#[test]
fn a_timer_that_is_cancelled_during_the_turn_that_would_fire_it_does_not_fire() {
    let mut model = Model::at(1000);
    let ids: Vec<usize> = (0..4).map(|_| model.add(5)).collect();
    model.now += 10;
    let places = &mut model.places;
    model
        .wheel
        .advance(model.now, |_| {}, |t, p| update(places, t, p));
    assert_eq!(model.wheel.pop(model.now, |_| {}), Some(Target::Promise(0)));
    model.places[ids[0]] = None;
    model.cancel(ids[2]);
    assert_eq!(model.wheel.pop(model.now, |_| {}), Some(Target::Promise(1)));
    model.places[ids[1]] = None;
    assert_eq!(model.wheel.pop(model.now, |_| {}), Some(Target::Promise(3)));
    assert_eq!(model.wheel.pop(model.now, |_| {}), None);
}

#[test]
fn cancelled_timers_take_no_room_however_they_lie_among_the_living() {
    let mut model = Model::at(1 << 44);
    let mut seed = 42;
    // One in a thousand stays, so that no chunk becomes empty by itself.
    for i in 0..400_000 {
        let id = model.add(3_600_000_000_000 + random(&mut seed) % 3_600_000_000);
        if i % 100 != 0 {
            model.cancel(id);
        }
    }
    assert_eq!(model.wheel.live(), 4000);
    let mut batch = Vec::new();
    for round in 0..200 {
        batch.clear();
        for _ in 0..1000 {
            batch.push(model.add(3_600_000_000_000));
        }
        // One in each batch survives, in the midst of the others.
        for (i, &id) in batch.iter().enumerate() {
            if i != 500 {
                model.cancel(id);
            }
        }
        assert_eq!(model.wheel.live(), 4000 + round + 1);
        assert!(model.wheel.marked <= 2 * model.wheel.live() + 8192);
    }
    let expected = model.expected(FOREVER - 1);
    assert_eq!(model.fire(FOREVER - 1), expected);
}
