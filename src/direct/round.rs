//! The fibers of one thread: their queue, and the rounds in which the main
//! loop runs them.
//!
//! The queue is first in, first out. A round runs at most twice as many tasks
//! as were queued at its start, and never more than 10,000, so that fibers
//! that yield to each other don't keep the main loop from its events. There is
//! a round after the enter hooks and one after the leave hooks of each turn.
//!
//! May call floors 0 to 2.

use super::fiber::{Base, Fiber, Ground, State, Task};
use super::overflow::{self, SignalStack};
use super::sanitizer;
use super::stack::MAX_SIZE;
use super::stack::pool::{Pool, Refused};
use crate::abi::{LWT_OK, LWT_OUT_OF_MEMORY};
use crate::binding::hooks::lwt_binding_fiber_event;
use crate::debug::site::{self, Site};
use crate::debug::{dump, passed};
use crate::exn::{self, Exn};
use crate::handle::local::{Context, at_thread_exit, local};
use crate::handle::slot::Id;
use crate::promise::{self, Outcome, Promise, Resolver, Source};
use crate::rte;
use crate::scheduler::hooks;
use crate::sync::switch;
use crate::value::Env;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;

/// The most that a round runs.
const ROUND: usize = 10_000;

/// The fibers of a thread.
pub struct Fibers {
    first: Cell<*const Fiber>,
    last: Cell<*const Fiber>,
    queued: Cell<usize>,
    /// The one that runs. NULL: none.
    current: Cell<*const Fiber>,
    /// The wave of cancelling that is spreading just now, or 0, and the last.
    wave: Cell<u64>,
    waves: Cell<u64>,
    base: Base,
    pool: RefCell<Pool>,
    signal_stack: Cell<Option<SignalStack>>,
}

/// What the thread's block holds once the fibers of the thread were dropped.
const CLOSED: *mut Fibers = ptr::without_provenance_mut(1);

/// What stands behind the promise of a fiber. Its data are the fiber.
static FIBER: Source = Source {
    name: "fiber",
    cancel: Some(cancel),
    describe: Some(describe),
};

impl Fibers {
    /// The fibers of this thread, if it had any.
    #[inline(always)]
    pub fn known() -> Option<&'static Fibers> {
        let fibers = local().fibers.get().cast::<Fibers>();
        if fibers.is_null() || fibers == CLOSED {
            return None;
        }
        // SAFETY: made by `here`, freed by `at_exit`, which forgets it first.
        Some(unsafe { &*fibers })
    }

    /// The fibers of this thread. None: the thread is about to end.
    fn here() -> Option<&'static Fibers> {
        if local().fibers.get().cast() == CLOSED {
            return None;
        }
        Fibers::known().or_else(|| {
            let fibers = Box::new(Fibers {
                first: Cell::new(ptr::null()),
                last: Cell::new(ptr::null()),
                queued: Cell::new(0),
                current: Cell::new(ptr::null()),
                wave: Cell::new(0),
                waves: Cell::new(0),
                base: Base::new(sanitizer::runtimes()),
                pool: RefCell::default(),
                signal_stack: Cell::new(Some(overflow::enter_thread())),
            });
            local().fibers.set(Box::into_raw(fibers).cast());
            at_thread_exit(at_exit);
            hooks::every_turn(turn);
            dump::add_link(&FIBER, awaited);
            dump::add_holder(awaited_in_the_background);
            dump::add_section("fibers", section);
            Fibers::known()
        })
    }

    /// The fiber that runs.
    #[inline(always)]
    pub fn current(&self) -> Option<&Fiber> {
        // SAFETY: a fiber exists as long as it runs.
        unsafe { self.current.get().as_ref() }
    }

    /// Puts a fiber at the back of the queue.
    #[inline(always)]
    pub fn push(&self, fiber: &Fiber) {
        fiber.next.set(ptr::null());
        let last = self.last.replace(fiber);
        if last.is_null() {
            self.first.set(fiber);
        } else {
            // SAFETY: a fiber in the queue exists.
            unsafe { (*last).next.set(fiber) };
        }
        self.queued.set(self.queued.get() + 1);
        local().tell_loop();
    }

    #[inline(always)]
    fn pop(&self) -> Option<&Fiber> {
        // SAFETY: a fiber in the queue exists.
        let fiber = unsafe { self.first.get().as_ref() }?;
        let next = fiber.next.get();
        self.first.set(next);
        // SAFETY: as above.
        match unsafe { next.as_ref() } {
            None => self.last.set(next),
            Some(next) => next.prefetch(),
        }
        self.queued.set(self.queued.get() - 1);
        Some(fiber)
    }

    fn rooms(&self) -> Vec<*mut u8> {
        self.pool.borrow().rooms().collect()
    }

    fn start(&self, ground: Ground, task: Task, resolver: Option<Resolver>) {
        // SAFETY: a stack from the pool, which nobody else has; `self` is
        // freed after the last fiber.
        let fiber = unsafe { Fiber::new(ground, task, resolver, &self.base) };
        // SAFETY: just made.
        self.push(unsafe { &*fiber });
    }

    #[inline(always)]
    fn run(&self, fiber: &Fiber) {
        if matches!(fiber.state.get(), State::New | State::Ready) {
            fiber.tell(lwt_binding_fiber_event::LWT_BINDING_RESUME);
            self.current.set(fiber);
            fiber.resume();
            self.current.set(ptr::null());
            if fiber.state.get() != State::Finished {
                fiber.tell(lwt_binding_fiber_event::LWT_BINDING_SUSPEND);
            }
        }
        match fiber.state.get() {
            State::Finished | State::Forsaken => self.end(fiber),
            State::Cancelled => forward_cancel(self, fiber),
            State::Unwanted => {
                fiber.cancelled();
                self.end(fiber);
            }
            _ => {}
        }
    }

    #[inline(never)]
    fn end(&self, fiber: &Fiber) {
        // SAFETY: it has finished or never will run again, and is in no queue.
        let remains =
            unsafe { Fiber::dismantle(fiber, |stack| self.pool.borrow_mut().give(stack)) };
        remains.settle();
    }
}

/// One round. Says whether something is left to run.
pub(super) fn turn() -> bool {
    let Some(fibers) = Fibers::known() else {
        return false;
    };
    for _ in 0..ROUND.min(2 * fibers.queued.get()) {
        match fibers.pop() {
            Some(fiber) => fibers.run(fiber),
            None => break,
        }
    }
    fibers.queued.get() != 0
}

/// Makes a fiber that will run `task` in the next round; its stack has at
/// least `stack_size` bytes, or the default size for 0.
pub fn spawn(task: Task, stack_size: usize) -> Promise {
    let Some((promise, resolver)) = promise::external(&FIBER, [0, 0]) else {
        return promise::failed(Exn::out_of_memory());
    };
    match prepare("lwt_spawn", stack_size) {
        Ok((fibers, ground)) => {
            resolver.set_data([Fiber::of_stack(&ground.stack) as usize as u64, 0]);
            fibers.start(ground, task, Some(resolver));
            promise
        }
        Err(exn) => promise::failed(exn),
    }
}

/// The same, without a promise: an error goes to the async exception hook.
pub fn spawn_in_the_background(task: Task, stack_size: usize) {
    match prepare("lwt_spawn_in_the_background", stack_size) {
        Ok((fibers, ground)) => fibers.start(ground, task, None),
        Err(exn) => {
            drop(task);
            exn::unhandled(exn);
        }
    }
}

fn prepare(function: &str, stack_size: usize) -> Result<(&'static Fibers, Ground), Exn> {
    let ended = || Exn::invalid(&format!("{function}: the thread is about to end"));
    let fibers = Fibers::here().ok_or_else(ended)?;
    let storage = switch::current::alone().ok_or_else(Exn::out_of_memory)?;
    let stack = fibers.pool.borrow_mut().take(stack_size);
    let stack = stack.map_err(|refused| match refused {
        Refused::TooLarge => Exn::invalid(&format!(
            "{function}: a stack of {stack_size} bytes is more than the {MAX_SIZE} there may be"
        )),
        Refused::Kernel(e) => Exn::new(
            LWT_OUT_OF_MEMORY,
            format!("{function}: no stack for a fiber: {e} (see vm.max_map_count)"),
        ),
    })?;
    match fibers.base.shadow(&stack) {
        Some(shadow) => {
            let ground = Ground {
                stack,
                shadow,
                storage,
            };
            Ok((fibers, ground))
        }
        None => {
            fibers.pool.borrow_mut().give(stack);
            Err(Exn::new(
                LWT_OUT_OF_MEMORY,
                format!("{function}: ThreadSanitizer bears no more fibers"),
            ))
        }
    }
}

/// The fiber that runs.
pub(super) fn fiber(function: &str) -> Result<(&'static Fibers, &'static Fiber), Exn> {
    let outside = || {
        Exn::invalid(&format!(
            "{function}: called outside a fiber (see lwt_spawn)"
        ))
    };
    let fibers = Fibers::known().ok_or_else(outside)?;
    let fiber = fibers.current().ok_or_else(outside)?;
    Ok((fibers, fiber))
}

pub(super) fn may_suspend(function: &str) -> Result<(), Exn> {
    if Context::in_resolution() {
        return Err(Exn::invalid(&format!(
            "{function}: called in a callback of a promise that a fiber is resolving: \
             the fiber can't be suspended there"
        )));
    }
    Ok(())
}

/// Is a fiber running?
pub fn in_fiber() -> bool {
    Fibers::known().is_some_and(|fibers| !fibers.current.get().is_null())
}

/// Lets the others run. Fails outside a fiber, and inside a resolution.
#[inline(always)]
pub fn yield_now() -> Result<(), Exn> {
    if let Some(fibers) = Fibers::known()
        && let Some(fiber) = fibers.current()
        && !Context::in_resolution()
    {
        fibers.push(fiber);
        fiber.suspend();
        return Ok(());
    }
    Err(why_no_yield())
}

#[cold]
#[inline(never)]
fn why_no_yield() -> Exn {
    const NAME: &str = "lwt_yield";
    match fiber(NAME).and_then(|_| may_suspend(NAME)) {
        Err(exn) => exn,
        Ok(()) => Exn::invalid("lwt_yield: refused"),
    }
}

/// What a promise resolves to, as `await_at` does.
pub fn await_promise(promise: Promise) -> Outcome {
    await_at(promise, None)
}

/// What a promise resolves to, moved out of it; the fiber sleeps until then.
/// Fails outside a fiber; and inside a resolution if it would have to sleep.
/// `place`: where that is, for the tracer.
pub fn await_at(promise: Promise, place: Option<rte::Place>) -> Outcome {
    let (_, fiber) = fiber("lwt_await")?;
    if promise.is_pending() {
        may_suspend("lwt_await")?;
        if rte::is_installed() {
            rte::waits(c"await", &promise, place);
            // A function of the tracer's may have resolved it.
            if !promise.is_pending() {
                return outcome(Some(promise));
            }
        }
        let data = ptr::from_ref(fiber).cast_mut().cast();
        if promise::watch(&promise, Env::new(data, Some(wake))) != LWT_OK {
            return Err(Exn::out_of_memory());
        }
        fiber.awaits_at.set(match local().watched.get() {
            0 => Site::default(),
            _ => site::here_if_on(),
        });
        fiber.awaited.set(Some(promise));
        fiber.state.set(match fiber.asked.replace(false) {
            true => State::Cancelled, // `run` comes to that at once
            false => State::Waiting,
        });
        fiber.suspend();
        return outcome(fiber.awaited.take());
    }
    outcome(Some(promise))
}

fn outcome(promise: Option<Promise>) -> Outcome {
    let taken = promise.and_then(Promise::take);
    if let Some(Err(exn)) = &taken {
        passed::awaited(exn);
    }
    taken.unwrap_or_else(|| Err(Exn::invalid("lwt_await: the promise is still pending")))
}

/// What a fiber awaits has been resolved, or nothing can resolve it any more.
unsafe extern "C" fn wake(fiber: *mut c_void) {
    // Once the thread's fibers are gone there is none to wake.
    let Some(fibers) = Fibers::known() else {
        return;
    };
    // SAFETY: a waiting fiber is taken away at the end of its thread only.
    let fiber = unsafe { &*fiber.cast::<Fiber>() };
    let before = fiber.state.get();
    if before != State::Waiting && before != State::Cancelled {
        return; // The watch could not be set up: it runs.
    }
    let awaited = fiber.awaited.take();
    let pending = awaited.as_ref().is_some_and(Promise::is_pending);
    if before == State::Cancelled {
        // What it awaited has resolved before it could be cancelled.
        let failure = awaited.as_ref().and_then(Promise::exn);
        let told = failure.is_some_and(|exn| exn.is_canceled());
        fiber.asked.set(!told);
    }
    fiber.awaited.set(awaited);
    fiber.state.set(if pending {
        State::Forsaken
    } else {
        State::Ready
    });
    // One that was to be cancelled is in the queue already.
    if before == State::Waiting {
        fibers.push(fiber);
    }
}

/// The promise of a fiber is cancelled: what it awaits will be, in the next
/// round, since callbacks may run then. If it awaits nothing just now, that is
/// true of what it awaits next; and if it has not begun, it never will. The
/// fiber's own promise stays pending until it has ended.
///
/// What spreads from one call of `lwt_cancel` is a wave, and ends where it, or
/// a later one, has been: fibers may await each other in a circle.
fn cancel(_: u32, [fiber, _]: [u64; 2]) -> bool {
    if let Some(fibers) = Fibers::known() {
        // SAFETY: the fiber holds the resolver of this promise.
        let fiber = unsafe { &*(fiber as usize as *const Fiber) };
        let wave = match fibers.wave.get() {
            0 => {
                fibers.waves.set(fibers.waves.get() + 1);
                fibers.waves.get()
            }
            wave => wave,
        };
        if fiber.wave.get() < wave {
            fiber.wave.set(wave);
            match fiber.state.get() {
                State::New => fiber.state.set(State::Unwanted),
                State::Ready => fiber.asked.set(true),
                State::Waiting => {
                    fiber.state.set(State::Cancelled);
                    fibers.push(fiber);
                }
                _ => {}
            }
        }
    }
    false
}

fn forward_cancel(fibers: &Fibers, fiber: &Fiber) {
    fiber.state.set(State::Waiting);
    let promise = fiber.awaited.take();
    fiber.awaited.set(promise.clone());
    if let Some(promise) = promise {
        let outside = fibers.wave.replace(fiber.wave.get());
        promise.cancel();
        fibers.wave.set(outside);
    }
}

/// The fiber that the data of a promise lead to.
fn of_data([fiber, _]: [u64; 2]) -> Option<&'static Fiber> {
    // SAFETY: 0, or the fiber that holds the resolver of a pending promise.
    unsafe { (fiber as usize as *const Fiber).as_ref() }
}

/// For dumps: what a fiber is doing.
fn describe(data: [u64; 2]) -> String {
    of_data(data).map_or_else(String::new, |fiber| match awaits_at(fiber) {
        Some(site) => format!("{}, awaited at {}", word(fiber), site.text()),
        None => word(fiber).into(),
    })
}

/// Where a fiber is suspended, if that is known.
fn awaits_at(fiber: &Fiber) -> Option<Site> {
    let waits = matches!(fiber.state.get(), State::Waiting | State::Cancelled);
    Some(fiber.awaits_at.get()).filter(|site| waits && site.is_known())
}

fn word(fiber: &Fiber) -> &'static str {
    let current = Fibers::known().and_then(Fibers::current);
    match fiber.state.get() {
        State::Ready if current.is_some_and(|it| ptr::eq(it, fiber)) => "it runs",
        State::New | State::Ready => "its turn",
        State::Unwanted => "its end, for it was cancelled",
        State::Waiting => "a promise",
        State::Cancelled => "a promise, which is to be cancelled",
        State::Forsaken => "nothing can resume it",
        State::Free | State::Finished => "nothing, it has ended",
    }
}

/// For reports: what the fibers without a promise await.
fn awaited_in_the_background(tell: &mut dyn FnMut(Id)) {
    each_fiber(|fiber| {
        if fiber.promise().is_none() {
            awaited_by(fiber).into_iter().for_each(|p| tell(p as Id));
        }
    });
}

/// The fibers of this thread that have not ended; none while their pool is
/// being changed.
pub(super) fn each_fiber(mut f: impl FnMut(&Fiber)) {
    let pool = Fibers::known().map(|fibers| fibers.pool.try_borrow());
    for room in pool.iter().flatten().flat_map(|pool| pool.rooms()) {
        // SAFETY: rooms of this thread's pool; a finished one is still readable.
        let fiber = unsafe { Fiber::in_room(room).and_then(|fiber| fiber.as_ref()) };
        if let Some(fiber) = fiber.filter(|fiber| fiber.state.get() != State::Finished) {
            f(fiber);
        }
    }
}

/// The handle of the promise that a fiber awaits.
fn awaited_by(fiber: &Fiber) -> Option<u64> {
    let promise = fiber.awaited.take();
    let handle = promise.as_ref().map(Promise::bits);
    fiber.awaited.set(promise);
    handle
}

/// For dumps: the promise that a fiber awaits.
fn awaited(data: [u64; 2], tell: &mut dyn FnMut(Id)) {
    let handle = of_data(data).and_then(awaited_by);
    handle.into_iter().for_each(|p| tell(p as Id));
}

/// For dumps: all fibers, those in the background too, which have no promise.
fn section(out: &mut dump::Writer) {
    each_fiber(|fiber| {
        out.item();
        out.text("waits", word(fiber));
        if let Some(site) = awaits_at(fiber) {
            out.text("at", &site.text());
        }
        if let Some(handle) = awaited_by(fiber) {
            out.handle("awaits", handle);
        }
        match fiber.promise() {
            Some(id) => out.handle("promise", dump::promises::handle(local(), id)),
            None => out.flag("background", true),
        }
        out.end();
    });
}

/// How many fibers the thread has.
#[cfg(test)]
pub(super) fn fibers_alive() -> usize {
    let rooms = Fibers::known()
        .into_iter()
        .flat_map(|fibers| fibers.rooms());
    // SAFETY: rooms of this thread's pool.
    rooms
        .filter(|&room| unsafe { Fiber::in_room(room) }.is_some())
        .count()
}

/// The end of the thread: fibers that have not finished are taken away.
pub(super) fn at_exit() {
    let fibers = local().fibers.replace(CLOSED.cast()).cast::<Fibers>();
    if fibers.is_null() || fibers == CLOSED {
        return;
    }
    // SAFETY: made by `here`; forgotten above, so that no user's code that
    // runs below finds it.
    let fibers = unsafe { Box::from_raw(fibers) };
    if !fibers.current.get().is_null() {
        // The thread is being ended on a fiber's stack, against the rules:
        // what it stands on must stay.
        std::mem::forget(fibers);
        return;
    }
    for room in fibers.rooms() {
        // SAFETY: the rooms of the pool's stacks, which exist until its end;
        // no fiber runs, and none will.
        let remains = unsafe { Fiber::in_room(room).map(|fiber| Fiber::dismantle(fiber, drop)) };
        drop(remains);
    }
    if let Some(stack) = fibers.signal_stack.take() {
        overflow::leave_thread(stack);
    }
}
