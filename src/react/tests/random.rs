//! Graphs at random against the model: made, fed, stopped and given up in any order,
//! and within steps. In each step each function runs at most once, after which all is
//! as if it had been computed anew.

use super::model::{Kind, Model, on, one, test, two};
use super::*;
use crate::react::{Sender, Setter, Step};
use std::cell::Cell;
use std::collections::BTreeMap;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

/// A node of the graph.
#[derive(Clone)]
enum Real {
    Event(Event),
    Signal(Signal),
}

enum Feed {
    Event(Sender),
    Signal(Setter),
}

/// Which function ran how often in this step.
type Runs = Rc<RefCell<BTreeMap<usize, usize>>>;

#[derive(Default)]
struct World {
    model: Model,
    /// None: the handle was given up.
    real: Vec<Option<Real>>,
    feeds: Vec<(usize, Feed)>,
    /// What events were seen to occur with in this step, and who sees it.
    seen: Rc<RefCell<BTreeMap<usize, usize>>>,
    seers: Vec<(usize, Event)>,
    runs: Runs,
}

impl World {
    fn event(&self, n: usize) -> Event {
        match &self.real[n] {
            Some(Real::Event(event)) => event.clone(),
            _ => unreachable!("chosen among those that are held"),
        }
    }
    fn signal(&self, n: usize) -> Signal {
        match &self.real[n] {
            Some(Real::Signal(signal)) => signal.clone(),
            _ => unreachable!("chosen among those that are held"),
        }
    }

    /// One that is held.
    fn pick(&self, signal: bool, random: &mut Random) -> usize {
        loop {
            let n = random.below(self.real.len());
            if self.real[n].is_some() && self.model.0[n].kind.is_signal() == signal {
                return n;
            }
        }
    }

    fn any_kind(&self, random: &mut Random) -> Kind {
        let e = |r: &mut Random| self.pick(false, r);
        let s = |r: &mut Random| self.pick(true, r);
        let many = |signal, r: &mut Random| {
            let n = 1 + r.below(4);
            (0..n).map(|_| self.pick(signal, r)).collect::<Vec<_>>()
        };
        let r = random;
        match r.below(24) {
            0 => Kind::Map(e(r)),
            1 => Kind::Filter(e(r)),
            2 => Kind::Select(many(false, r)),
            3 => Kind::Merge(many(false, r)),
            4 => Kind::Both(e(r), e(r)),
            5 => Kind::Fold(e(r)),
            6 => Kind::Once(e(r)),
            7 => Kind::DropOnce(e(r)),
            8 => Kind::Changes(e(r)),
            9 => Kind::On(s(r), e(r)),
            10 => Kind::Dismiss(e(r), e(r)),
            11 => Kind::Until(e(r), e(r)),
            12 => Kind::Sample(e(r), s(r)),
            13 => Kind::ChangesOf(s(r)),
            14 => Kind::Switch(e(r), e(r), many(false, r)),
            15 => Kind::MapOf(s(r)),
            16 => Kind::Lift(s(r), s(r)),
            17 => Kind::MergeOf(many(true, r)),
            18 => Kind::Hold(e(r)),
            19 => Kind::FilterOf(s(r)),
            20 => Kind::OnOf(s(r), s(r)),
            21 => Kind::DismissOf(e(r), s(r)),
            22 => Kind::SwitchOf(s(r), many(true, r)),
            _ => Kind::Bind(s(r), s(r)),
        }
    }

    /// A function that makes such a node, numbered so, whenever it is called.
    fn maker(&self, kind: &Kind, number: usize) -> Box<dyn FnOnce() -> Real> {
        let runs = self.runs.clone();
        let ran = move || *runs.borrow_mut().entry(number).or_default() += 1;
        let counted = |f: fn(usize) -> usize| {
            move |x: &Shared| {
                ran();
                Ok(v(f(n(x))))
            }
        };
        let truth = |s: Signal| s.map(of(|x| usize::from(on(x)))).unwrap();
        macro_rules! event {
            ($($name:ident)*, $make:expr) => {
                Box::new(move || Real::Event($make.unwrap()))
            };
        }
        macro_rules! signal {
            ($make:expr) => {
                Box::new(move || Real::Signal($make.unwrap()))
            };
        }
        match kind.clone() {
            Kind::Event | Kind::Signal => unreachable!("primitives are made at first"),
            Kind::Map(a) => {
                let a = self.event(a);
                event!(, a.map(counted(one)))
            }
            Kind::Filter(a) => {
                let a = self.event(a);
                event!(, a.filter(|x| Ok(test(n(x)))))
            }
            Kind::Select(all) => {
                let all: Vec<_> = all.iter().map(|&n| self.event(n)).collect();
                event!(, Event::select(&all.iter().collect::<Vec<_>>()))
            }
            Kind::Merge(all) => {
                let all: Vec<_> = all.iter().map(|&n| self.event(n)).collect();
                event!(, Event::merge(&all.iter().collect::<Vec<_>>(), v(2), of2(two)))
            }
            Kind::Both(a, b) => {
                let (a, b) = (self.event(a), self.event(b));
                event!(, Event::lift(&[&a, &b], over(|x| two(x[0], x[1]))))
            }
            Kind::Fold(a) => {
                let a = self.event(a);
                event!(, a.fold(v(0), of2(two)))
            }
            Kind::Once(a) => {
                let a = self.event(a);
                event!(, a.once())
            }
            Kind::DropOnce(a) => {
                let a = self.event(a);
                event!(, a.drop_once())
            }
            Kind::Changes(a) => {
                let a = self.event(a);
                event!(, a.changes(crate::react::Eq::Word))
            }
            Kind::On(c, a) => {
                let (c, a) = (self.signal(c), self.event(a));
                event!(, a.on(&truth(c)))
            }
            Kind::Dismiss(c, a) => {
                let (c, a) = (self.event(c), self.event(a));
                event!(, a.dismiss(&c))
            }
            Kind::Until(c, a) => {
                let (c, a) = (self.event(c), self.event(a));
                event!(, a.until(&c))
            }
            Kind::Sample(a, s) => {
                let (a, s) = (self.event(a), self.signal(s));
                event!(, a.sample(&s, of2(two)))
            }
            Kind::ChangesOf(s) => {
                let s = self.signal(s);
                event!(, s.changes())
            }
            Kind::Switch(first, which, all) => {
                let (first, which) = (self.event(first), self.event(which));
                let all: Vec<_> = all.iter().map(|&n| self.event(n)).collect();
                event!(, first.switch(&which, move |x| Ok(all[n(x) % all.len()].clone())))
            }
            Kind::MapOf(s) => {
                let s = self.signal(s);
                signal!(s.map(counted(one)))
            }
            Kind::Lift(a, b) => {
                let (a, b) = (self.signal(a), self.signal(b));
                signal!(Signal::lift(&[&a, &b], over(|x| two(x[0], x[1]))))
            }
            Kind::MergeOf(all) => {
                let all: Vec<_> = all.iter().map(|&n| self.signal(n)).collect();
                signal!(Signal::merge(
                    &all.iter().collect::<Vec<_>>(),
                    v(2),
                    of2(two)
                ))
            }
            Kind::Hold(a) => {
                let a = self.event(a);
                signal!(a.hold(v(3)))
            }
            Kind::FilterOf(s) => {
                let s = self.signal(s);
                signal!(s.filter(v(5), |x| Ok(test(n(x)))))
            }
            Kind::OnOf(c, s) => {
                let (c, s) = (self.signal(c), self.signal(s));
                signal!(s.on(&truth(c), v(5)))
            }
            Kind::DismissOf(c, s) => {
                let (c, s) = (self.event(c), self.signal(s));
                signal!(s.dismiss(&c, v(5)))
            }
            Kind::SwitchOf(s, all) => {
                let s = self.signal(s);
                let all: Vec<_> = all.iter().map(|&n| self.signal(n)).collect();
                signal!(s.switch(move |x| Ok(all[n(x) % all.len()].clone())))
            }
            Kind::Bind(a, b) => {
                let (a, b) = (self.signal(a), self.signal(b));
                signal!(a.bind(move |x| {
                    let x = n(x);
                    b.map(of(move |y| two(x, y)))
                }))
            }
        }
    }

    fn watch(&mut self, number: usize, event: &Event) {
        let seen = self.seen.clone();
        let seer = event.each(move |x| {
            assert!(seen.borrow_mut().insert(number, n(x)).is_none());
            Ok(())
        });
        self.seers.push((number, seer.unwrap()));
    }

    fn adopt(&mut self, kind: Kind, real: Real) {
        let number = self.model.add(kind, 3);
        assert_eq!(number, self.real.len());
        if let Real::Event(event) = &real {
            self.watch(number, event);
        }
        self.real.push(Some(real));
    }

    fn check(&self, seed: u64) {
        for (number, real) in self.real.iter().enumerate() {
            let model = &self.model.0[number];
            let what = (seed, number, &model.kind);
            match real {
                None => {}
                Some(Real::Event(_)) => {
                    let seen = self.seen.borrow().get(&number).copied();
                    assert_eq!(seen, model.occurs, "{what:?}");
                }
                Some(Real::Signal(signal)) => assert_eq!(now(signal), model.value, "{what:?}"),
            }
        }
        assert!(
            self.runs.borrow().values().all(|&times| times <= 1),
            "{seed}"
        );
    }
}

fn run(seed: u64) {
    let mut random = Random(seed * 2 + 1);
    random.below(1);
    let mut world = World::default();
    for _ in 0..2 + random.below(3) {
        let (event, sender) = Event::create().unwrap();
        world.feeds.push((world.real.len(), Feed::Event(sender)));
        world.adopt(Kind::Event, Real::Event(event));
        let (signal, setter) = Signal::create(v(3)).unwrap();
        world.feeds.push((world.real.len(), Feed::Signal(setter)));
        world.adopt(Kind::Signal, Real::Signal(signal));
    }
    let primitives = world.real.len();
    for _ in 0..40 {
        match random.below(8) {
            0..=2 if world.real.len() < 60 => {
                let kind = world.any_kind(&mut random);
                let real = world.maker(&kind, world.real.len())();
                world.adopt(kind, real);
                // To make is no step of its own.
                world.model.between();
            }
            3 if world.real.len() > primitives => {
                let gone = primitives + random.below(world.real.len() - primitives);
                world.real[gone] = None;
                world.seers.retain(|(number, _)| *number != gone);
            }
            4 if random.below(3) == 0 && world.real.len() > primitives => {
                let signal = random.below(2) == 0;
                let number = world.pick(signal, &mut random);
                match &world.real[number] {
                    Some(Real::Event(event)) => event.stop(false),
                    Some(Real::Signal(signal)) => signal.stop(false),
                    None => {}
                }
                world.model.0[number].stopped = true;
            }
            _ => step(&mut world, &mut random, seed),
        }
    }
}

/// Feeds some primitives; with a node that is made meanwhile, perhaps.
fn step(world: &mut World, random: &mut Random, seed: u64) {
    world.seen.borrow_mut().clear();
    world.runs.borrow_mut().clear();
    let made: Rc<RefCell<Option<Real>>> = Rc::default();
    let mut making = None;
    if random.below(3) == 0 && world.real.len() < 60 {
        let number = world.real.len();
        let kind = world.any_kind(random);
        let make = Cell::new(Some(world.maker(&kind, number)));
        let (into, seen) = (made.clone(), world.seen.clone());
        let seers = Rc::new(RefCell::new(Vec::new()));
        let seer = seers.clone();
        let trigger = world.event(world.pick(false, random)).each(move |_| {
            let Some(make) = make.take() else {
                return Ok(());
            };
            let real = make();
            if let Real::Event(event) = &real {
                let seen = seen.clone();
                seer.borrow_mut().push(event.each(move |x| {
                    assert!(seen.borrow_mut().insert(number, n(x)).is_none());
                    Ok(())
                })?);
            }
            *into.borrow_mut() = Some(real);
            Ok(())
        });
        making = Some((kind, number, trigger.unwrap(), seers));
    }
    let step = Step::new();
    let mut given = Vec::new();
    for (number, feed) in &world.feeds {
        if random.below(2) == 0 {
            let value = random.below(7);
            given.push((*number, value));
            match feed {
                Feed::Event(sender) => sender.send_in(&step, v(value)).unwrap(),
                Feed::Signal(setter) => setter.set_in(&step, v(value)).unwrap(),
            }
        }
    }
    step.execute().unwrap();
    world.model.step(&given);
    if let Some((kind, number, _trigger, seers)) = making
        && let Some(real) = made.take()
    {
        assert_eq!(world.model.add(kind, 3), number);
        world.real.push(Some(real));
        let seers = seers.take().into_iter().map(|seer| (number, seer));
        world.seers.extend(seers);
    }
    world.check(seed);
    world.model.between();
}

#[test]
fn graphs_are_always_what_they_would_be_if_computed_anew() {
    for seed in 1..600 {
        run(seed);
    }
}
