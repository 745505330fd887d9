//! One fiber: its control block, what runs on its stack, the switches between
//! it and the main loop, and its end.
//!
//! The control block lies in the room above the fiber's own stack: making a
//! fiber allocates nothing, and a sleeping one needs a page or two. Only its
//! thread touches it.
//!
//! | state | in the queue | what it waits for |
//! |---|---|---|
//! | free | no | - |
//! | new | yes | its turn, to begin |
//! | unwanted | yes | its end: it was cancelled before it began |
//! | ready | yes, or it runs | its turn |
//! | waiting | no | `awaited` |
//! | cancelled | yes, or it just stops | `awaited`, which is to be cancelled |
//! | forsaken | yes | its end: nothing can resolve `awaited` any more |
//! | finished | no | its end, at once |
//!
//! Nothing that needs dropping lies on a fiber's stack while it is suspended:
//! what it owns is in the control block. So a fiber that never finishes can be
//! taken away without running or unwinding it.
//!
//! May call floor 0.

use super::sanitizer::{Leave, Runtimes, Shadow};
use super::stack::{ROOM, Stack};
use super::switch::{Home, Seat};
use crate::abi::{LWT_FAILURE, lwt_value};
use crate::binding::hooks::{self, lwt_binding_fiber_event};
use crate::debug::calls;
use crate::debug::site::Site;
use crate::exn::{self, Exn};
use crate::handle::local::{Context, HOOKED, WATCHED, local};
use crate::promise::storage::Map;
use crate::promise::{Outcome, Promise, Resolver, call};
use crate::value::Env;
use corosensei::stack::Stack as _;
use std::cell::{Cell, UnsafeCell};
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// What a fiber runs: a function from C with its environment.
pub struct Task {
    /// The function.
    pub f: unsafe extern "C" fn(*mut c_void) -> lwt_value,
    /// Its environment.
    pub env: Env,
}

/// See the module's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum State {
    /// No fiber: what the room of a new stack holds.
    Free = 0,
    /// In the queue, and has not begun.
    New,
    /// In the queue, and will not begin: it is to be cancelled.
    Unwanted,
    /// It runs, or is in the queue.
    Ready,
    /// `awaited` is pending.
    Waiting,
    /// In the queue, and `awaited` is pending: it is to be cancelled.
    Cancelled,
    /// In the queue, and nothing can resolve `awaited` any more.
    Forsaken,
    /// The function has returned.
    Finished,
}

/// What a fiber begins with.
pub struct Ground {
    /// Its stack.
    pub stack: Stack,
    /// What the sanitizers know of it.
    pub shadow: Shadow,
    /// Its storage.
    pub storage: Map,
}

/// The control block.
#[repr(C, align(64))]
pub struct Fiber {
    /// The next in the queue.
    pub next: Cell<*const Fiber>,
    /// See the module's table.
    pub state: Cell<State>,
    base: *const Base,
    seat: Seat,
    /// Its own context while it is suspended, the main loop's while it runs.
    context: UnsafeCell<Context>,
    /// What it awaits.
    pub awaited: Cell<Option<Promise>>,
    /// Where it awaits that, while debugging is on.
    pub awaits_at: Cell<Site>,
    /// The last wave of cancelling that reached it.
    pub wave: Cell<u64>,
    /// Is the next pending promise that it awaits to be cancelled? It was
    /// cancelled when it awaited nothing.
    pub asked: Cell<bool>,
    /// Its storage.
    pub storage: Cell<Map>,
    task: Task,
    /// None: in the background.
    resolver: Option<Resolver>,
    outcome: Cell<Option<Outcome>>,
    shadow: UnsafeCell<Shadow>,
}

const _: () = assert!(size_of::<Fiber>() <= ROOM);

/// What the main loop's side of a thread needs for its switches.
pub struct Base {
    /// None: the program is not instrumented.
    runtimes: Option<&'static Runtimes>,
    home: Home,
    shadow: UnsafeCell<Shadow>,
}

impl Base {
    /// For this thread.
    pub fn new(runtimes: Option<&'static Runtimes>) -> Base {
        Base {
            runtimes,
            home: Home::default(),
            shadow: UnsafeCell::new(Shadow::NONE),
        }
    }

    /// What the sanitizers will know of a fiber on this stack. None: they bear
    /// no more fibers.
    #[inline(always)]
    pub fn shadow(&self, stack: &Stack) -> Option<Shadow> {
        match self.runtimes {
            None => Some(Shadow::NONE),
            Some(runtimes) => runtimes.create(stack.floor(), stack.base().get() - stack.floor()),
        }
    }
}

impl Fiber {
    /// A fiber on this stack, ready.
    ///
    /// # Safety
    /// The stack is not in use, and `base` outlives the fiber.
    pub unsafe fn new(
        ground: Ground,
        task: Task,
        resolver: Option<Resolver>,
        base: *const Base,
    ) -> *const Fiber {
        let Ground {
            stack,
            shadow,
            storage,
        } = ground;
        let room = Fiber::of_stack(&stack);
        // SAFETY: the caller's promise; the body runs when the fiber is resumed,
        // and it is written below.
        let seat = unsafe { Seat::new(stack, body, room.cast()) };
        let callers = Context::enter_fresh();
        storage.make_current();
        let fresh = callers.swap();
        let fiber = Fiber {
            next: Cell::new(ptr::null()),
            state: Cell::new(State::New),
            base,
            seat,
            context: UnsafeCell::new(fresh),
            awaited: Cell::new(None),
            awaits_at: Cell::default(),
            wave: Cell::new(0),
            asked: Cell::new(false),
            storage: Cell::new(storage),
            task,
            resolver,
            outcome: Cell::new(None),
            shadow: UnsafeCell::new(shadow),
        };
        // SAFETY: the room is large enough, aligned, and the owner's.
        unsafe { room.write(fiber) };
        room
    }

    /// Where the fiber on this stack is, or will be.
    pub fn of_stack(stack: &Stack) -> *mut Fiber {
        stack.room().cast()
    }

    /// The fiber in the room of a stack, if there is one.
    ///
    /// # Safety
    /// The room is zeroed, or was once written by `new`, and its stack exists
    /// as long as what is returned is used.
    pub unsafe fn in_room(room: *mut u8) -> Option<*const Fiber> {
        let fiber: *const Fiber = room.cast();
        // SAFETY: the state is readable, and 0 stands for none.
        let state = unsafe { (&raw const (*fiber).state).cast::<u64>().read() };
        (state != State::Free as u64).then_some(fiber)
    }

    /// The promise of its value, if it has one.
    pub fn promise(&self) -> Option<u32> {
        self.resolver.as_ref().map(Resolver::id)
    }

    /// It comes next: what a resume reads of its stack is fetched, and the
    /// control block of the one after it. With many fibers none of them stays
    /// in the cache from one turn to the next.
    #[inline(always)]
    pub fn prefetch(&self) {
        let left_at = self.seat.left_at();
        for line in -1..4 {
            fetch(left_at.wrapping_add_signed(line * 64));
        }
        let next = self.next.get() as usize;
        if next != 0 {
            fetch(next);
            fetch(next + 64);
            fetch(next - 64); // the end of its stack, which the switch reads
        }
    }

    /// Runs it until it suspends itself or ends. Called on the main loop's
    /// stack.
    #[inline(always)]
    pub fn resume(&self) {
        // SAFETY: used here alone; no reference is kept over the switch.
        unsafe { (*self.context.get()).exchange() };
        // SAFETY: the base outlives the fiber.
        let base = unsafe { &*self.base };
        if let Some(runtimes) = base.runtimes {
            // SAFETY: the thread's own; no reference is kept over the switch.
            unsafe {
                runtimes.look_at_loop(&mut *base.shadow.get());
                runtimes.leave(
                    &mut *base.shadow.get(),
                    &*self.shadow.get(),
                    Leave::ToReturn,
                );
            }
        }
        // SAFETY: the fiber is suspended.
        unsafe { self.seat.resume(&base.home) };
        if let Some(runtimes) = base.runtimes {
            // SAFETY: as above.
            unsafe { runtimes.arrive(&mut *self.shadow.get(), &*base.shadow.get()) };
        }
        // SAFETY: as above.
        unsafe { (*self.context.get()).exchange() };
    }

    /// Tells the hooks of a runtime, while no fiber is the current one.
    #[inline(always)]
    pub fn tell(&self, event: lwt_binding_fiber_event) {
        if local().has(HOOKED) {
            hooks::fiber(local(), event, self.number());
        }
    }

    /// What other runtimes know it by.
    pub fn number(&self) -> u64 {
        ptr::from_ref(self) as usize as u64
    }

    /// Where what it has on its stack begins while it is suspended, and where it
    /// ends, this control block included.
    pub fn extent(&self) -> (usize, usize) {
        (self.seat.lowest(), ptr::from_ref(self) as usize + ROOM)
    }

    /// Where the main loop's stack was left, while this fiber runs; 0: not known.
    pub fn left_home_at(&self) -> usize {
        // SAFETY: the base outlives the fiber.
        unsafe { (*self.base).home.left_at() }
    }

    /// Leaves the fiber's stack for the main loop's until it is resumed.
    /// Called by the fiber.
    #[inline(always)]
    pub fn suspend(&self) {
        self.leave(Leave::ToReturn);
        self.arrive();
    }

    #[inline(always)]
    fn leave(&self, how: Leave) {
        // SAFETY: the base outlives the fiber, the shadows are the thread's
        // own, and no reference is kept over the switch. The fiber runs.
        unsafe {
            let base = &*self.base;
            if let Some(runtimes) = base.runtimes {
                runtimes.leave(&mut *self.shadow.get(), &*base.shadow.get(), how);
            }
            self.seat.suspend(&base.home);
        }
    }

    #[inline(always)]
    fn arrive(&self) {
        // SAFETY: as in `leave`.
        unsafe {
            let base = &*self.base;
            if let Some(runtimes) = base.runtimes {
                runtimes.arrive(&mut *base.shadow.get(), &*self.shadow.get());
            }
        }
    }

    /// What runs on the fiber's stack.
    fn body(&self) -> ! {
        self.arrive();
        self.state.set(State::Ready);
        let (f, env) = (self.task.f, self.task.env.word());
        // SAFETY: the function and its environment came together from C.
        let run = || call::value_of(f as usize, || unsafe { f(env) });
        let outcome = catch_unwind(AssertUnwindSafe(run))
            .unwrap_or_else(|_| Err(Exn::new(LWT_FAILURE, "lwt_spawn: a panic in the fiber")));
        self.outcome.set(Some(outcome));
        self.state.set(State::Finished);
        // The end is a suspension like any other, and the stack is then taken
        // away: so what the sanitizers see is symmetrical.
        self.leave(Leave::ForGood);
        std::process::abort();
    }

    /// It ends as one that was cancelled.
    pub fn cancelled(&self) {
        self.outcome.set(Some(Err(Exn::canceled())));
    }

    /// Takes the fiber away, finished or not: nothing of it is run.
    ///
    /// # Safety
    /// The fiber is suspended, and is not used any more.
    pub unsafe fn dismantle(fiber: *const Fiber, give: impl FnOnce(Stack)) -> Remains {
        // SAFETY: it is there still.
        unsafe { (*fiber).tell(lwt_binding_fiber_event::LWT_BINDING_END) };
        // SAFETY: the caller gives the fiber up: its fields are moved out, and
        // the state says that they are gone. Nothing runs on its stack, and by the module's rule nothing on its stack needs dropping.
        unsafe {
            let finished = (*fiber).state.replace(State::Free) == State::Finished;
            let fiber = ptr::read(fiber);
            if let Some(runtimes) = (*fiber.base).runtimes {
                runtimes.destroy(fiber.shadow.into_inner());
            }
            let stack = fiber.seat.into_stack();
            if !finished && local().has(WATCHED) {
                calls::forget(local(), stack.floor()..stack.room() as usize);
            }
            give(stack);
            Remains {
                env: fiber.task.env,
                awaited: fiber.awaited.into_inner(),
                storage: fiber.storage.into_inner(),
                resolver: fiber.resolver,
                outcome: fiber.outcome.into_inner(),
            }
        }
    }
}

/// Where a fiber's stack begins.
unsafe extern "C" fn body(fiber: *mut ()) -> ! {
    // SAFETY: `Fiber::new` gave the fiber whose stack this is.
    unsafe { (*fiber.cast::<Fiber>()).body() }
}

/// Asks for a line of the cache.
#[inline(always)]
fn fetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch touches nothing, wherever it points.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// What is left of a fiber. Dropping it runs the user's drop functions.
pub struct Remains {
    env: Env,
    awaited: Option<Promise>,
    storage: Map,
    resolver: Option<Resolver>,
    outcome: Option<Outcome>,
}

impl Remains {
    /// After its end: the environment is dropped, then the promise resolves.
    pub fn settle(self) {
        let Remains {
            env,
            awaited,
            storage,
            resolver,
            outcome,
        } = self;
        drop((env, awaited, storage));
        let Some(outcome) = outcome else { return };
        match (resolver, outcome) {
            (Some(resolver), outcome) => resolver.resolve(outcome),
            (None, Ok(value)) => drop(value),
            (None, Err(exn)) => exn::unhandled(exn),
        }
    }
}
