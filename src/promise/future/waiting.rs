//! Who is woken: the `Waker` of a task, which any thread may have, and what a
//! promise's list of waiters has of a task.

use super::task::{Head, State, Task, end, resume};
use crate::handle::local::{Local, local};
use crate::handle::slot::{Id, Slot};
use crate::promise::coroutine::{self, Coroutine};
use crate::promise::node;
use crate::promise::resolve::{Next, run};
use crate::promise::thread::work;
use crate::value::Value;
use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::atomic::Ordering;
use std::task::{RawWaker, RawWakerVTable, Waker};

static WAKER: RawWakerVTable = RawWakerVTable::new(
    |head| {
        // SAFETY: the data of such a waker own a reference.
        let task = ManuallyDrop::new(unsafe { retain(head.cast()) });
        RawWaker::new(task.0.cast(), &WAKER)
    },
    |head| wake(Task(head.cast())),
    // SAFETY: as above.
    |head| wake(unsafe { retain(head.cast()) }),
    |head| drop(Task(head.cast())),
);

/// A further reference.
///
/// # Safety
/// Somebody owns one.
pub unsafe fn retain(head: *const Head) -> Task {
    Task::clone(&ManuallyDrop::new(Task(head)))
}

/// The waker of a task, lent for as long as `task` is.
pub fn waker(task: &Task) -> ManuallyDrop<Waker> {
    // SAFETY: the functions above do what a waker must; the reference that the
    // data should own is the caller's, as the result is not dropped.
    ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(task.0.cast(), &WAKER)) })
}

/// On whatever thread: the task is polled in the next turn of its own.
fn wake(task: Task) {
    struct Posted(Task);
    // SAFETY: other threads only carry it; what is left of a task whose thread
    // has ended may be freed anywhere.
    unsafe impl Send for Posted {}
    impl Posted {
        fn run(self) {
            // AcqRel: the poll sees what was done before any of the wakes.
            self.0.woken.swap(false, Ordering::AcqRel);
            let local = local();
            go(local, resume(local, &self.0));
        }
    }
    if !task.woken.swap(true, Ordering::AcqRel) {
        let home = task.home.clone();
        let posted = Posted(task);
        // A thread that has ended has dropped the future.
        let _ = home.post(Box::new(move || posted.run()));
    }
}

/// Runs what a task that was resumed outside a resolution has resolved.
pub fn go(local: &Local, (id, head): Next) {
    if id != 0 {
        run(local, id, local.at(id), head);
    }
}

/// What waits for a promise: a task; or, with the lowest bit set, a waker that
/// somebody made around that of the task, or that is no task's; or, with the
/// second bit set, a coroutine of another language, which this does not own.
pub struct Waiting(u64);

const COROUTINE: u64 = 2;

struct Foreign {
    waker: Waker,
    /// The task that was being polled.
    task: Option<Task>,
}

impl Waiting {
    /// For a task.
    pub fn of(task: Task) -> Waiting {
        Waiting(ManuallyDrop::new(task).0 as usize as u64)
    }

    /// For a coroutine.
    pub fn of_coroutine(coroutine: Coroutine) -> Waiting {
        Waiting(coroutine.bits() | COROUTINE)
    }

    /// For a coroutine that is gone.
    pub fn of_nobody() -> Waiting {
        Waiting(COROUTINE)
    }

    /// Is it one, there or gone?
    #[inline(always)]
    pub fn is_coroutine(&self) -> bool {
        self.0 & COROUTINE != 0
    }

    /// The coroutine, if it is one and there.
    pub fn coroutine(&self) -> Option<Coroutine> {
        let bits = self.0 & !COROUTINE;
        self.is_coroutine().then(|| Coroutine::from_bits(bits))?
    }

    fn new(local: &Local, waker: &Waker) -> Waiting {
        if ptr::eq(waker.vtable(), &WAKER) {
            // SAFETY: the waker that is lent owns a reference.
            return Waiting::of(unsafe { retain(waker.data().cast()) });
        }
        let current = work(local).tasks.current.get();
        // SAFETY: the one that is being polled is alive.
        let task = current.map(|head| unsafe { retain(head.as_ptr()) });
        let waker = waker.clone();
        Waiting(Box::into_raw(Box::new(Foreign { waker, task })) as usize as u64 | 1)
    }

    /// As a node keeps it.
    pub fn into_bits(self) -> u64 {
        ManuallyDrop::new(self).0
    }

    /// # Safety
    /// `bits` came from `into_bits`, once.
    pub unsafe fn from_bits(bits: u64) -> Waiting {
        Waiting(bits)
    }

    fn foreign(&self) -> Option<&Foreign> {
        let foreign = (self.0 & !1) as usize as *const Foreign;
        // SAFETY: made by `new`, which set the bit.
        (self.0 & 1 != 0).then(|| unsafe { &*foreign })
    }

    fn task(&self) -> Option<&Head> {
        if self.is_coroutine() {
            return None;
        }
        match self.foreign() {
            Some(foreign) => foreign.task.as_deref(),
            // SAFETY: it owns a reference.
            None => Some(unsafe { &*(self.0 as usize as *const Head) }),
        }
    }

    /// The promise of the task or the coroutine that waits.
    pub fn promise(&self) -> Option<Id> {
        match self.coroutine() {
            Some(coroutine) => Some(coroutine.promise.get()),
            None => self.task()?.promise(),
        }
    }

    fn would_wake(&self, waker: &Waker) -> bool {
        match self.foreign() {
            Some(foreign) => foreign.waker.will_wake(waker),
            None => ptr::eq(waker.vtable(), &WAKER) && waker.data() as usize as u64 == self.0,
        }
    }

    /// The task, and the waker of somebody else's if it is that.
    fn into_parts(self) -> (Option<Task>, Option<Waker>) {
        let coroutine = self.is_coroutine();
        let bits = self.into_bits();
        if coroutine {
            return (None, None);
        }
        if bits & 1 == 0 {
            return (Some(Task(bits as usize as *const Head)), None);
        }
        // SAFETY: made by `new`, which set the bit, and owned.
        let foreign = unsafe { Box::from_raw((bits & !1) as usize as *mut Foreign) };
        let Foreign { waker, task } = *foreign;
        (task, Some(waker))
    }

    /// The promise is resolved: what is to be run next.
    pub fn resolved(self, local: &Local) -> Next {
        if let Some(coroutine) = self.coroutine() {
            return coroutine::resume(local, coroutine);
        }
        match self.into_parts() {
            (_, Some(waker)) => waker.wake(),
            (Some(task), None) => return resume(local, &task),
            (None, None) => {}
        }
        (0, 0)
    }

    /// Nothing can resolve the promise any more: as a value whose drop function
    /// tells the task.
    pub fn into_orphan(self) -> Value {
        if let Some(coroutine) = self.coroutine() {
            coroutine::orphan(coroutine);
        }
        Value::new(self.into_bits() as usize as *mut c_void, Some(orphaned))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(Waiting(self.0).into_parts());
    }
}

/// A task that nobody else can wake is ended. One ends after the other, for
/// the end of one may be what another waits for.
unsafe extern "C" fn orphaned(bits: *mut c_void) {
    // SAFETY: the drop function of the value made above.
    let waiting = unsafe { Waiting::from_bits(bits as usize as u64) };
    let local = local();
    let tasks = &work(local).tasks;
    tasks.orphans.borrow_mut().push(waiting);
    if tasks.ending.replace(true) {
        return;
    }
    loop {
        let last = tasks.orphans.borrow_mut().pop();
        let Some(waiting) = last else { break };
        if let Some(coroutine) = waiting.coroutine() {
            coroutine::lose(local, coroutine);
            continue;
        }
        let (Some(task), waker) = waiting.into_parts() else {
            continue;
        };
        drop(waker);
        match task.state.get() {
            State::Idle if task.is_lost() => drop(end(local, &task, None)),
            State::Running => task.orphaned.set(true),
            _ => {}
        }
    }
    tasks.ending.set(false);
}

/// A future finds that what it waits for can't be resolved any more.
pub fn note_orphan(local: &Local) {
    if let Some(task) = work(local).tasks.current.get() {
        // SAFETY: the one that is being polled is alive.
        unsafe { task.as_ref() }.orphaned.set(true);
    }
}

// ---------------------------------------------------- the waiters of a task ---

/// Waits for a pending promise: the node. None: out of memory.
pub fn wait(local: &Local, id: Id, promise: &'static Slot, waker: &Waker) -> Option<Id> {
    let waiting = Waiting::new(local, waker);
    let node = node::wait(local, id, promise, waiting)?;
    chain(local, node);
    Some(node)
}

fn chain(local: &Local, id: Id) {
    let node = local.at(id);
    if let Some(task) = node::waiting(node).task() {
        node::set_next_await(node, task.awaits.replace(id));
    }
}

/// Takes a node out of its task's chain, if it is in it.
pub fn unchain(local: &Local, id: Id) {
    let node = local.at(id);
    let waiting = node::waiting(node);
    let Some(task) = waiting.task() else { return };
    let next = node::next_await(node);
    let mut at = task.awaits.get();
    if at == id {
        return task.awaits.set(next);
    }
    while at != 0 {
        let slot = local.at(at);
        at = node::next_await(slot);
        if at == id {
            return node::set_next_await(slot, next);
        }
    }
}

/// Ends a wait before its promise is resolved.
pub fn leave(local: &Local, id: Id) {
    unchain(local, id);
    let node = local.at(id);
    // SAFETY: `wait` put it there, and the node ends here.
    let waiting = unsafe { Waiting::from_bits(node.env.get()) };
    node::unwatch(local, id);
    drop(waiting);
}

/// The future was polled with perhaps another waker.
pub fn refresh(local: &Local, id: Id, waker: &Waker) {
    let node = local.at(id);
    if !node::waiting(node).would_wake(waker) {
        unchain(local, id);
        let before = node::set_waiting(node, Waiting::new(local, waker));
        chain(local, id);
        drop(before);
    }
}

/// Puts what a task waits for into `behind`, the youngest first. False: it
/// waits for nothing.
pub fn awaited(local: &Local, task: &Head, behind: &RefCell<Vec<Id>>) -> bool {
    let mut behind = behind.borrow_mut();
    each_awaited(local, task, &mut |id| behind.push(id));
    task.awaits.get() != 0
}

/// Tells what a task waits for, the youngest first.
pub fn each_awaited(local: &Local, task: &Head, tell: &mut dyn FnMut(Id)) {
    let mut id = task.awaits.get();
    while id != 0 {
        let node = local.at(id);
        tell(node::awaited(node));
        id = node::next_await(node);
    }
}
