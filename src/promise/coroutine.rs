//! Coroutines of another language as promises: what runs in a frame of theirs
//! until it waits for a promise, and goes on inside the resolution of that.
//! `lwt_coroutine.h` is generated from this file too.
//!
//! The record lies in the frame, so that a coroutine costs its frame and one
//! promise. Only its own thread touches it.
//!
//! | state | who has it |
//! |---|---|
//! | starting | the code that began it, further out on this stack |
//! | running | `resume`, further out on this stack; the outcome lands there |
//! | waiting | `node`, in the list of the promise that it awaits |
//! | late | `node`, in a list of its own: calls were nested too deeply |
//! | lost | the drop function of what was its node: it is to be destroyed |
//! | ended | nobody: the frame may be gone at any moment |
//!
//! May call floor 0.

use super::free::unuse;
use super::future::waiting::Waiting;
use super::resolve::{self, Next, settle};
use super::state::{
    DEAD, EXTERNAL, FAIL, PENDING, RETURN, Settled, is_resolved, move_out, op, owned, underlying,
};
use super::thread::{List, work};
use super::{Outcome, Promise, Resolver, Source, call, external, failed, node, storage};
use crate::abi::{lwt_drop_fn, lwt_exn, lwt_value};
use crate::binding::hooks;
use crate::debug::{dump, passed};
use crate::exn::Exn;
use crate::handle::local::{HOOKED, LATER, Local, SPOKEN, local};
use crate::handle::misuse;
use crate::handle::slot::{Id, Slot, USER};
use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::ops::Deref;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a language does with a frame of its coroutines. One static object a
/// kind. All but `name` run on the coroutine's thread; none may throw.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_coroutine_ops {
    /// What a dump calls it; NULL: "coroutine".
    pub name: *const c_char,
    /// What it awaited is resolved: it goes on, until it has called
    /// `lwt_coroutine_await`, `lwt_coroutine_return` or `lwt_coroutine_fail`
    /// once more.
    pub resume: Option<unsafe extern "C" fn(coroutine: *mut lwt_coroutine)>,
    /// It will never go on: frees the frame, the record with it.
    pub destroy: Option<unsafe extern "C" fn(coroutine: *mut lwt_coroutine)>,
}

/// What the library knows of a coroutine: a record in its frame, which need not
/// be initialised. All fields belong to the library.
#[repr(C)]
pub struct lwt_coroutine {
    /// What is done with the frame.
    pub ops: Cell<*const lwt_coroutine_ops>,
    /// Its thread.
    pub home: Cell<*const c_void>,
    /// How far it is.
    pub state: Cell<u32>,
    /// Its promise.
    pub promise: Cell<u32>,
    /// Its place among the waiters of what it awaits.
    pub node: Cell<u32>,
    /// The storage at its beginning.
    pub map: Cell<u32>,
    /// Where its outcome is put.
    pub landing: Cell<*mut c_void>,
    /// The coroutine of this thread that began later.
    pub previous: Cell<*mut lwt_coroutine>,
    /// The coroutine of this thread that began earlier.
    pub next: Cell<*mut lwt_coroutine>,
}

/// How a promise came out, moved out of it.
#[repr(C)]
pub struct lwt_outcome {
    /// The value; `LWT_UNIT` on failure.
    pub value: lwt_value,
    /// What frees the value; NULL for a plain word.
    pub drop: lwt_drop_fn,
    /// The exception; NULL if there is a value.
    pub exn: *mut lwt_exn,
}

/// What the caller does next with a coroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It goes on.
    Goes,
    /// It is suspended; the library may have resumed it meanwhile.
    Waits,
    /// The caller destroys it.
    Ends,
}

const STARTING: u32 = 1;
const RUNNING: u32 = 2;
const WAITING: u32 = 3;
const LATE: u32 = 4;
const LOST: u32 = 5;
const ENDED: u32 = 6;
/// A bit beside: its promise has failed already.
const CANCELLED: u32 = 0x100;

/// A record that a frame holds.
#[derive(Clone, Copy, PartialEq)]
pub struct Coroutine(NonNull<lwt_coroutine>);

impl Deref for Coroutine {
    type Target = lwt_coroutine;
    fn deref(&self) -> &lwt_coroutine {
        // SAFETY: the library has it between `begin` and its end, when the
        // record is there; all fields are cells, and this thread's.
        unsafe { self.0.as_ref() }
    }
}

impl Coroutine {
    /// From a word that `bits` gave; 0 is none.
    pub fn from_bits(bits: u64) -> Option<Coroutine> {
        NonNull::new(bits as usize as *mut lwt_coroutine).map(Coroutine)
    }

    /// Its address.
    pub fn bits(self) -> u64 {
        self.0.as_ptr() as usize as u64
    }

    fn raw(coroutine: Option<Coroutine>) -> *mut lwt_coroutine {
        coroutine.map_or(ptr::null_mut(), |coroutine| coroutine.0.as_ptr())
    }

    fn stage(&self) -> u32 {
        self.state.get() & !CANCELLED
    }

    fn is_cancelled(&self) -> bool {
        self.state.get() & CANCELLED != 0
    }

    /// Is it one of this thread whose code runs now?
    fn runs(&self, local: &Local) -> bool {
        self.home.get() == ptr::from_ref(local).cast() && matches!(self.stage(), STARTING | RUNNING)
    }

    /// From here on the library does not know it: its resolver. User code may
    /// run.
    fn part(self, local: &Local) -> Resolver {
        self.state.set(ENDED);
        // SAFETY: `begin` put it there, and it parts only once.
        let resolver = unsafe { Resolver::from_id(self.promise.get()) };
        resolver.set_data([0, 0]);
        let (previous, next) = (self.previous.get(), self.next.get());
        match NonNull::new(previous) {
            Some(previous) => Coroutine(previous).next.set(next),
            None => work(local)
                .tasks
                .coroutines
                .set(NonNull::new(next).map(Coroutine)),
        }
        if let Some(next) = NonNull::new(next) {
            Coroutine(next).previous.set(previous);
        }
        storage::release(local, self.map.get());
        resolver
    }
}

static COROUTINE: Source = Source {
    name: "coroutine",
    cancel: Some(cancel),
    describe: None,
};

/// Has dumps tell what coroutines await.
pub fn follow() {
    dump::add_link(&COROUTINE, |[bits, _], tell| {
        if let Some(coroutine) = Coroutine::from_bits(bits)
            && coroutine.state.get() == WAITING
        {
            tell(node::awaited(local().at(coroutine.node.get())));
        }
    });
}

/// The place of an outcome, in the frame of `resume`. (Its last word is atomic
/// only so that the two of a value are not loaded as one: that waits for the two
/// stores.)
#[derive(Default)]
struct Landing {
    /// Its promise, the obligation to resolve it with it; 0: it has not ended.
    promise: Cell<Id>,
    state: Cell<u8>,
    a: Cell<u64>,
    b: AtomicU64,
}

impl Landing {
    fn put(&self, promise: Id, settled: Settled) {
        self.promise.set(promise);
        self.state.set(settled.state);
        self.a.set(settled.a);
        self.b.store(settled.b, Relaxed);
    }

    fn settled(&self) -> Settled {
        Settled {
            state: self.state.get(),
            a: self.a.get(),
            b: self.b.load(Relaxed),
        }
    }
}

/// Begins a coroutine, which runs on this stack, inside the caller, if the
/// result is `Goes`. On `Ends` the promise says what is wrong.
///
/// # Safety
/// `place` is NULL or may be written, and is a frame's until that has ended or
/// was destroyed; `ops` is NULL or what the header says.
pub unsafe fn begin(place: *mut lwt_coroutine, ops: *const lwt_coroutine_ops) -> (Step, Promise) {
    let local = local();
    let refuse = |exn| (Step::Ends, failed(exn));
    // SAFETY: the caller's promise.
    let complete =
        unsafe { ops.as_ref() }.is_some_and(|ops| ops.resume.is_some() && ops.destroy.is_some());
    let Some(coroutine) = NonNull::new(place).map(Coroutine).filter(|_| complete) else {
        return refuse(Exn::invalid("lwt_coroutine_begin: something is NULL"));
    };
    let Some((promise, resolver)) = external(&COROUTINE, [coroutine.bits(), 0]) else {
        return refuse(Exn::out_of_memory());
    };
    let tasks = &work(local).tasks;
    if !tasks.may_begin() {
        return refuse(Exn::invalid("a coroutine was begun when its thread ended"));
    }
    let next = tasks.coroutines.replace(Some(coroutine));
    let record = lwt_coroutine {
        ops: Cell::new(ops),
        home: Cell::new(ptr::from_ref(local).cast()),
        state: Cell::new(STARTING),
        promise: Cell::new(resolver.into_id()),
        node: Cell::new(0),
        map: Cell::new(storage::snapshot(local) as Id),
        landing: Cell::new(ptr::null_mut()),
        previous: Cell::new(ptr::null_mut()),
        next: Cell::new(Coroutine::raw(next)),
    };
    // SAFETY: the caller's promise.
    unsafe { place.write(record) };
    if let Some(next) = next {
        next.previous.set(place);
    }
    if local.too_deep() {
        return (postpone(local, coroutine, &promise), promise);
    }
    local.deepen();
    (Step::Goes, promise)
}

/// Calls are nested too deeply: the outermost one resumes it before it returns.
#[cold]
fn postpone(local: &Local, coroutine: Coroutine, promise: &Promise) -> Step {
    let place = node::alone(local, Waiting::of_coroutine(coroutine));
    let (Some(head), Some((id, slot))) = (place, promise.slot()) else {
        resolve(local, coroutine.part(local), Err(Exn::out_of_memory()));
        return Step::Ends;
    };
    coroutine.node.set(head);
    coroutine.state.set(LATE);
    slot.hold();
    resolve::defer(local, List { promise: id, head });
    Step::Waits
}

/// A coroutine that runs waits for a promise, borrowed. `Goes`: there is
/// nothing to wait for, and `take` tells why.
pub fn wait(coroutine: Coroutine, promise: u64) -> Step {
    let local = local();
    let Some(slot) = local.check(promise) else {
        return Step::Goes;
    };
    let (id, slot) = underlying(local, promise as Id, slot);
    if is_resolved(slot) || !coroutine.runs(local) {
        return Step::Goes;
    }
    let starting = coroutine.stage() == STARTING;
    let step = if coroutine.is_cancelled() || op(slot) == DEAD {
        drop(coroutine.part(local));
        Step::Ends
    } else {
        let waiting = Waiting::of_coroutine(coroutine);
        let Some(place) = node::wait(local, id, slot, waiting) else {
            return Step::Goes;
        };
        coroutine.node.set(place);
        coroutine.landing.set(ptr::null_mut());
        coroutine.state.set(WAITING);
        Step::Waits
    };
    if starting {
        leave(local);
    }
    step
}

/// A coroutine that was starting is no longer on this stack.
fn leave(local: &Local) {
    local.rise();
    if local.has(LATER) {
        resolve::run_deferred(local);
    }
}

/// A coroutine that runs has come to its end. Its promise resolves when the
/// frame is gone, if the library resumed it, and else now.
#[inline(always)]
pub fn end(coroutine: Coroutine, outcome: Outcome) {
    let local = local();
    if !coroutine.runs(local) {
        return drop(outcome);
    }
    let landing = coroutine.landing.get().cast::<Landing>();
    let resolver = coroutine.part(local);
    // SAFETY: `resume`, further out on this stack, set it and waits for us.
    match unsafe { landing.as_ref() } {
        Some(landing) => landing.put(resolver.into_id(), Settled::outcome(outcome)),
        None => {
            resolve(local, resolver, outcome);
            leave(local);
        }
    }
}

#[inline(always)]
fn resolve(local: &Local, resolver: Resolver, outcome: Outcome) {
    let (id, head) = land(local, resolver.into_id(), Settled::outcome(outcome));
    resolve::run(local, id, local.at(id), head);
}

/// `settle`, with a short way for a value of a promise that is as it began.
#[inline(always)]
fn land(local: &Local, id: Id, settled: Settled) -> Next {
    let slot = local.at(id);
    if settled.state != RETURN || slot.tag() != local.tag(PENDING, EXTERNAL) {
        return settle(local, id, slot, settled);
    }
    let head = slot.a.get() as Id;
    slot.set_tag(local.tag(RETURN, EXTERNAL));
    slot.a.set(settled.a);
    slot.b.set(settled.b);
    (id, head)
}

/// What a coroutine waited for is resolved: it goes on, within the frame of a
/// resolution. What is to be run next.
#[inline(always)]
pub fn resume(local: &Local, coroutine: Coroutine) -> Next {
    if coroutine.stage() == LATE && coroutine.is_cancelled() {
        lose(local, coroutine);
        return (0, 0);
    }
    let landing = Landing::default();
    coroutine.node.set(0);
    coroutine.state.set(RUNNING);
    coroutine
        .landing
        .set(ptr::from_ref(&landing).cast_mut().cast());
    let ops = coroutine.ops.get();
    let storage = local.storage.replace(coroutine.map.get());
    let entered = match local.has(HOOKED) {
        true => hooks::enter(local),
        false => 0,
    };
    // SAFETY: `begin` was promised that the functions may be called, and looked
    // whether they are there.
    unsafe { (*ops).resume.unwrap_unchecked()(coroutine.0.as_ptr()) };
    if local.has(SPOKEN) {
        call::unheard(local);
    }
    if entered != 0 {
        hooks::leave(local, entered);
    }
    local.storage.set(storage);
    match landing.promise.get() {
        0 => (0, 0),
        id => land(local, id, landing.settled()),
    }
}

/// Nothing can resolve any more what a coroutine waits for, and it is not in
/// that promise's list any longer. The caller sees to its end, by `lose`.
pub fn orphan(coroutine: Coroutine) {
    coroutine
        .state
        .set(coroutine.state.get() & CANCELLED | LOST);
}

/// Destroys a coroutine that does not run. Its promise, unless it has failed,
/// stays pending for ever.
pub fn lose(local: &Local, coroutine: Coroutine) {
    let ops = coroutine.ops.get();
    let resolver = coroutine.part(local);
    // SAFETY: as in `resume`.
    call::unit(|| unsafe { (*ops).destroy.unwrap_unchecked()(coroutine.0.as_ptr()) });
    drop(resolver);
}

/// The promise is cancelled: so is what the coroutine waits for. If that is
/// nothing, the promise fails now, and the frame goes when it would next wait.
fn cancel(_: u32, [coroutine, _]: [u64; 2]) -> bool {
    let Some(coroutine) = Coroutine::from_bits(coroutine) else {
        return false; // it is about to be resolved
    };
    if coroutine.stage() == WAITING {
        let local = local();
        let awaited = node::awaited(local.at(coroutine.node.get()));
        work(local).tasks.behind.borrow_mut().push(awaited);
        return false;
    }
    coroutine.state.set(coroutine.state.get() | CANCELLED);
    true
}

/// The end of the thread: frames that wait are destroyed, one that runs is left
/// to itself.
pub fn end_all(local: &Local) {
    while let Some(coroutine) = work(local).tasks.coroutines.get() {
        match coroutine.stage() {
            WAITING => node::unwatch(local, coroutine.node.get()),
            LATE => drop(node::set_waiting(
                local.at(coroutine.node.get()),
                Waiting::of_nobody(),
            )),
            LOST => {}
            _ => {
                std::mem::forget(coroutine.part(local));
                continue;
            }
        }
        lose(local, coroutine);
    }
}

/// Moves the outcome out of a promise that is resolved, and consumes it. None:
/// it is pending, and stays the caller's.
#[inline(always)]
pub fn take(promise: u64) -> Option<lwt_outcome> {
    let local = local();
    let Some((slot, state)) = local.check_state(promise) else {
        return Some(failure(misuse(promise, "lwt_coroutine_take")));
    };
    if state == RETURN {
        let a = slot.a.get();
        // Atomic only so that the two loads are not made one, as in `external`:
        // the promise was often made just now, by two stores.
        // SAFETY: this thread's own field, aligned.
        let b = unsafe { AtomicU64::from_ptr(slot.b.as_ptr()) }.load(Relaxed);
        if b != 0 {
            slot.a.set(0);
            slot.b.set(0);
        }
        let refs = slot.refs.get() - USER;
        slot.refs.set(refs);
        if refs == 0 {
            local.give_plain(promise as Id, slot);
        } else if refs as u32 == 0 {
            slot.hide();
        }
        // SAFETY: the words of a value own it; the slot has given them up.
        let (value, drop) = unsafe { owned(a, b) }.into_parts();
        let exn = ptr::null_mut();
        return Some(lwt_outcome { value, drop, exn });
    }
    let (_, slot) = underlying(local, promise as Id, slot);
    if !is_resolved(slot) {
        return None;
    }
    Some(take_other(local, promise, slot))
}

fn failure(exn: Exn) -> lwt_outcome {
    lwt_outcome {
        value: ptr::null_mut(),
        drop: None,
        exn: exn.into_raw(),
    }
}

/// It failed, or shows its value through others.
#[inline(never)]
fn take_other(local: &Local, promise: u64, slot: &'static Slot) -> lwt_outcome {
    let outcome = if slot.state() == FAIL {
        // SAFETY: a failure owns a reference.
        let exn = Exn::clone(&*unsafe { Exn::peek_bits(slot.a.get()) });
        passed::awaited(&exn);
        failure(exn)
    } else {
        let (value, drop) = move_out(slot).into_parts();
        let exn = ptr::null_mut();
        lwt_outcome { value, drop, exn }
    };
    if let Some(slot) = local.check(promise) {
        unuse(local, promise as Id, slot);
    }
    outcome
}
