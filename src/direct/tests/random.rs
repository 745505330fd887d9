//! Fibers that do what chance tells them to each other.

use super::*;

/// What random fibers have in common.
#[derive(Default)]
struct World {
    random: Cell<u64>,
    resolvers: RefCell<Vec<Resolver>>,
    promises: RefCell<Vec<Promise>>,
    begun: Cell<usize>,
    ended: Cell<usize>,
    dropped: Cell<usize>,
}

impl World {
    fn random(&self, below: usize) -> usize {
        let next = self
            .random
            .get()
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1);
        self.random.set(next);
        (next >> 33) as usize % below
    }

    /// A promise to await: one that is pending, of this kind or that, or a
    /// fiber's.
    fn promise(&self) -> Promise {
        let source = if self.random(2) == 0 {
            &WAIT
        } else {
            &CANCELABLE
        };
        let (promise, resolver) = promise::external(source, [0, 0]).unwrap();
        self.resolvers.borrow_mut().push(resolver);
        promise
    }

    fn spawn(&self) {
        self.begun.set(self.begun.get() + 1);
        let env = Env::new(
            std::ptr::from_ref(self).cast_mut().cast(),
            Some(World::drop_env),
        );
        let size = [0, 1, 100_000, 300_000][self.random(4)];
        self.promises.borrow_mut().push(spawn(
            Task {
                f: World::live,
                env,
            },
            size,
        ));
    }

    fn step(&self) {
        let resolvers = self.resolvers.borrow().len();
        let promises = self.promises.borrow().len();
        match self.random(10) {
            0 | 1 if self.begun.get() < 1000 => self.spawn(),
            2 | 3 if resolvers > 0 => {
                let resolver = self
                    .resolvers
                    .borrow_mut()
                    .swap_remove(self.random(resolvers));
                let outcome = match self.random(2) {
                    0 => Ok(Value::plain(word(7))),
                    _ => Err(Exn::new(LWT_FAILURE, "random")),
                };
                resolver.resolve(outcome);
            }
            4 if resolvers > 0 => {
                let resolver = self
                    .resolvers
                    .borrow_mut()
                    .swap_remove(self.random(resolvers));
                drop(resolver);
            }
            5 | 6 if promises > 0 => {
                let promise = self.promises.borrow()[self.random(promises)].clone();
                promise.cancel();
            }
            7 if promises > 0 => {
                let promise = self
                    .promises
                    .borrow_mut()
                    .swap_remove(self.random(promises));
                drop(promise);
            }
            _ => {}
        }
    }

    unsafe extern "C" fn live(world: *mut c_void) -> lwt_value {
        // SAFETY: the test's world outlives its fibers.
        let world = unsafe { &*world.cast::<World>() };
        for _ in 0..world.random(20) {
            world.step();
            match world.random(6) {
                0 | 1 => yield_now().unwrap_or_else(|_| panic!()),
                2 | 3 => drop(await_promise(world.promise())),
                4 => {
                    let promises = world.promises.borrow().len();
                    if promises > 0 {
                        let other = world.promises.borrow()[world.random(promises)].clone();
                        drop(await_promise(other));
                    }
                }
                _ => {}
            }
        }
        world.ended.set(world.ended.get() + 1);
        word(1)
    }

    unsafe extern "C" fn drop_env(world: *mut c_void) {
        // SAFETY: as above.
        let world = unsafe { &*world.cast::<World>() };
        world.dropped.set(world.dropped.get() + 1);
    }
}

#[test]
fn whatever_fibers_do_to_each_other_each_ends_once_or_is_taken_away() {
    for seed in 1..40 {
        let world = World::default();
        world.random.set(seed);
        for _ in 0..300 {
            world.spawn();
            world.step();
            if world.random(3) == 0 {
                turn();
            }
        }
        // Nothing is left that could wake those who sleep, but they each other.
        loop {
            let resolvers = world.resolvers.take();
            let none = resolvers.is_empty();
            drop(resolvers);
            while turn() {}
            if none && world.resolvers.borrow().is_empty() {
                break;
            }
        }
        // A fiber that awaits itself, or others that do, is kept by nobody but
        // the main loop: such a circle lasts until the thread ends.
        let alive = fibers_alive();
        assert_eq!(
            world.begun.get(),
            world.dropped.get() + alive,
            "seed {seed}"
        );
        assert!(world.ended.get() > 100, "seed {seed}");
        at_exit();
        assert_eq!(world.begun.get(), world.dropped.get(), "seed {seed}");
        crate::handle::local::local()
            .fibers
            .set(std::ptr::null_mut());
    }
}
