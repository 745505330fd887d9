//! A future that was spawned: one block of memory, its thread's until the
//! future is done, then of whoever still has a waker.
//!
//! | field | who may touch it |
//! |---|---|
//! | `refs`, `woken`, `home`, `functions` | whoever has a reference |
//! | all else | the thread that spawned it |
//!
//! A reference is the thread's own, while there is a future; a `Waker`; or a
//! waiter in the list of a promise. Those waiters are chained through their
//! nodes, for cancelling.

use super::waiting::{self, Waiting};
use crate::abi::LWT_FAILURE;
use crate::debug::dump;
use crate::exn::Exn;
use crate::handle::local::{Local, at_thread_exit, local};
use crate::handle::remote::{self, Remote};
use crate::handle::slot::Id;
use crate::promise::coroutine::{self, Coroutine};
use crate::promise::resolve::{self, Next, settle};
use crate::promise::state::{Settled, underlying};
use crate::promise::thread::{List, work};
use crate::promise::{Outcome, Promise, Resolver, Source, call, external, failed, node, storage};
use std::alloc::{Layout, alloc};
use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// It waits for something.
    Idle,
    /// It is being polled.
    Running,
    /// The future is gone, or about to go.
    Done,
}

/// All of a task but its future.
pub struct Head {
    refs: AtomicUsize,
    /// A waker was used, and the poll is on its way.
    pub woken: AtomicBool,
    pub home: Arc<Remote>,
    functions: &'static Functions,
    pub state: Cell<State>,
    /// What it waits for was resolved while it was being polled.
    again: Cell<bool>,
    /// Its promise has failed, the future is to be dropped.
    cancelled: Cell<bool>,
    /// Something that it waits for can't be resolved any more.
    pub orphaned: Cell<bool>,
    resolver: Cell<Option<Resolver>>,
    /// The storage at its start, held.
    map: Id,
    /// The youngest of its waiters.
    pub awaits: Cell<Id>,
    previous: Cell<*const Head>,
    next: Cell<*const Head>,
}

struct Functions {
    poll: unsafe fn(*const Head, &mut Context<'_>) -> Poll<Outcome>,
    drop_future: unsafe fn(*const Head),
    free: unsafe fn(*const Head),
}

#[repr(C)]
struct Whole<F> {
    head: Head,
    future: UnsafeCell<ManuallyDrop<F>>,
}

impl<F: Future<Output = Outcome>> Whole<F> {
    const FUNCTIONS: Functions = Functions {
        // SAFETY: as all three: called with the head of a `Whole<F>`; the first
        // two by its thread, one at a time, while there is a future, which
        // never moves; the third with the last reference.
        poll: |head, context| unsafe {
            let future = (*head.cast::<Whole<F>>()).future.get();
            Pin::new_unchecked(&mut **future).poll(context)
        },
        // SAFETY: as above.
        drop_future: |head| unsafe {
            ManuallyDrop::drop(&mut *(*head.cast::<Whole<F>>()).future.get());
        },
        // SAFETY: as above.
        free: |head| unsafe { drop(Box::from_raw(head.cast::<Whole<F>>().cast_mut())) },
    };
}

/// One reference.
pub struct Task(pub *const Head);

impl Deref for Task {
    type Target = Head;
    fn deref(&self) -> &Head {
        // SAFETY: the reference keeps it.
        unsafe { &*self.0 }
    }
}

impl Clone for Task {
    fn clone(&self) -> Task {
        // Relaxed: a reference is held, so nobody frees meanwhile.
        self.refs.fetch_add(1, Ordering::Relaxed);
        Task(self.0)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // AcqRel: what others did with their references comes before the end.
        if self.refs.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: the last reference. The thread has given up its own, so
            // the future is gone.
            unsafe { (self.functions.free)(self.0) }
        }
    }
}

/// The tasks of a thread.
#[derive(Default)]
pub struct Tasks {
    first: Cell<Option<ptr::NonNull<Head>>>,
    /// The one that is being polled.
    pub current: Cell<Option<ptr::NonNull<Head>>>,
    /// Is the end of the thread prepared for?
    open: Cell<bool>,
    /// The end of the thread has come.
    closed: Cell<bool>,
    /// What those that are being cancelled wait for.
    pub behind: RefCell<Vec<Id>>,
    /// Those that may never be woken.
    pub orphans: RefCell<Vec<Waiting>>,
    /// Is one of those being ended?
    pub ending: Cell<bool>,
    /// The youngest of the coroutines of other languages.
    pub coroutines: Cell<Option<Coroutine>>,
}

impl Tasks {
    /// May one more begin? Then what ends it with the thread is prepared.
    pub fn may_begin(&self) -> bool {
        if !self.closed.get() && !self.open.replace(true) {
            at_thread_exit(end_all);
            dump::add_link(&TASK, awaited);
            coroutine::follow();
        }
        !self.closed.get()
    }
}

static TASK: Source = Source {
    name: "future",
    cancel: Some(cancel),
    describe: None,
};

/// Runs a future on this thread. It is polled inside the call; its outcome is
/// the promise's.
pub fn spawn(future: impl Future<Output = Outcome> + 'static) -> Promise {
    let Some((promise, resolver)) = external(&TASK, [0, 0]) else {
        return failed(Exn::out_of_memory());
    };
    let local = local();
    let task = match make(local, future, resolver) {
        Ok(task) => task,
        Err(exn) => return failed(exn),
    };
    if local.too_deep() {
        postpone(local, &promise, task);
    } else {
        waiting::go(local, resume(local, &task));
    }
    promise
}

fn make<F>(local: &Local, future: F, resolver: Resolver) -> Result<Task, Exn>
where
    F: Future<Output = Outcome> + 'static,
{
    let tasks = &work(local).tasks;
    if !tasks.may_begin() {
        return Err(Exn::invalid("a future was spawned when its thread ended"));
    }
    let home = remote::current().ok_or_else(Exn::out_of_memory)?;
    // SAFETY: the layout is not empty.
    let whole = unsafe { alloc(Layout::new::<Whole<F>>()) }.cast::<Whole<F>>();
    let place = ptr::NonNull::new(whole).ok_or_else(Exn::out_of_memory)?;
    resolver.set_data([whole as usize as u64, 0]);
    let first = tasks.first.replace(Some(place.cast()));
    let head = Head {
        refs: AtomicUsize::new(2), // the thread's, and the result
        woken: AtomicBool::new(false),
        home,
        functions: &Whole::<F>::FUNCTIONS,
        state: Cell::new(State::Idle),
        again: Cell::new(false),
        cancelled: Cell::new(false),
        orphaned: Cell::new(false),
        resolver: Cell::new(Some(resolver)),
        map: storage::snapshot(local) as Id,
        awaits: Cell::new(0),
        previous: Cell::new(ptr::null()),
        next: Cell::new(first.map_or(ptr::null(), |first| first.as_ptr())),
    };
    if let Some(first) = first {
        // SAFETY: what is in the list is alive.
        unsafe { first.as_ref() }.previous.set(whole.cast());
    }
    let future = UnsafeCell::new(ManuallyDrop::new(future));
    // SAFETY: memory for just this.
    unsafe { whole.write(Whole { head, future }) };
    Ok(Task(whole.cast()))
}

/// Calls are nested too deeply: the outermost one polls it before it returns.
#[cold]
fn postpone(local: &Local, promise: &Promise, task: Task) {
    let Some((id, slot)) = promise.slot() else {
        return;
    };
    let waiting = Waiting::of(task.clone());
    match node::alone(local, waiting) {
        Some(head) => {
            slot.hold();
            resolve::defer(local, List { promise: id, head });
        }
        None => waiting::go(local, end(local, &task, Some(Err(Exn::out_of_memory())))),
    }
}

/// Polls a task until it waits, or ends it: what is to be run next.
pub fn resume(local: &Local, task: &Task) -> Next {
    match task.state.get() {
        State::Idle => {}
        State::Running => {
            task.again.set(true);
            return (0, 0);
        }
        State::Done => return (0, 0),
    }
    while !task.cancelled.get() {
        task.again.set(false);
        if let Poll::Ready(outcome) = poll(local, task) {
            return end(local, task, Some(outcome));
        }
        if !task.again.get() && !task.cancelled.get() {
            if task.orphaned.replace(false) && task.is_lost() {
                return end(local, task, None);
            }
            return (0, 0);
        }
    }
    end(local, task, None)
}

fn poll(local: &Local, task: &Task) -> Poll<Outcome> {
    let tasks = &work(local).tasks;
    task.state.set(State::Running);
    let outer = tasks.current.replace(ptr::NonNull::new(task.0.cast_mut()));
    let map = local.storage.replace(task.map);
    let waker = waiting::waker(task);
    let mut result = Poll::Pending;
    call::unit(|| {
        let mut context = Context::from_waker(&waker);
        // SAFETY: this thread's, idle until now, with its future.
        let poll = || unsafe { (task.functions.poll)(task.0, &mut context) };
        result = catch_unwind(AssertUnwindSafe(poll))
            .unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))));
    });
    local.storage.set(map);
    tasks.current.set(outer);
    task.state.set(State::Idle);
    result
}

/// For dumps: what a future waits for.
fn awaited([task, _]: [u64; 2], tell: &mut dyn FnMut(Id)) {
    // SAFETY: the promise is pending, so the thread has its reference.
    if let Some(task) = unsafe { (task as usize as *const Head).as_ref() } {
        waiting::each_awaited(local(), task, tell);
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Exn {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Exn::new(LWT_FAILURE, text.unwrap_or("a panic in a future"))
}

/// Drops the future, then resolves the promise; None: nothing will.
pub fn end(local: &Local, task: &Task, mut outcome: Option<Outcome>) -> Next {
    task.state.set(State::Done);
    call::unit(|| {
        // SAFETY: this thread's, not being polled, with its future, which
        // nobody looks at from now on.
        let drop_future = || unsafe { (task.functions.drop_future)(task.0) };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(drop_future))
            && outcome.is_some()
        {
            outcome = Some(Err(panicked(&*panic)));
        }
    });
    storage::release(local, task.map);
    let (previous, next) = (task.previous.get(), task.next.get());
    // SAFETY: what is in the list is alive.
    unsafe {
        match previous.as_ref() {
            Some(previous) => previous.next.set(next),
            None => {
                let first = ptr::NonNull::new(next.cast_mut());
                work(local).tasks.first.set(first);
            }
        }
        if let Some(next) = next.as_ref() {
            next.previous.set(previous);
        }
    }
    drop(Task(task.0)); // the thread's own reference
    match (task.resolver.take(), outcome) {
        (Some(resolver), Some(outcome)) => {
            let id = resolver.into_id();
            settle(local, id, local.at(id), Settled::outcome(outcome))
        }
        _ => (0, 0),
    }
}

impl Head {
    /// The promise, while it is pending.
    pub fn promise(&self) -> Option<Id> {
        let resolver = self.resolver.take();
        let id = resolver.as_ref().map(Resolver::id);
        self.resolver.set(resolver);
        id
    }
}

impl Task {
    /// Has nobody but the thread and the caller a reference?
    pub fn is_lost(&self) -> bool {
        // Relaxed: who has none can't make one.
        self.refs.load(Ordering::Relaxed) == 2
    }
}

/// The promise of a task is cancelled: so is what the task waits for. If that
/// is nothing, the promise fails now, and its last callback ends the task.
fn cancel(id: Id, [task, _]: [u64; 2]) -> bool {
    let local = local();
    // SAFETY: the promise is pending, so the thread has its reference.
    let task = unsafe { waiting::retain(task as usize as *const Head) };
    if task.state.get() == State::Done {
        return false; // it is about to be resolved
    }
    if waiting::awaited(local, &task, &work(local).tasks.behind) {
        return false;
    }
    if task.state.get() == State::Idle {
        let (id, whole) = underlying(local, id, local.at(id));
        if node::wait(local, id, whole, Waiting::of(task.clone())).is_none() {
            return false;
        }
    }
    task.cancelled.set(true);
    true
}

/// The end of the thread.
fn end_all() {
    let local = local();
    let tasks = &work(local).tasks;
    tasks.closed.set(true);
    while let Some(first) = tasks.first.get() {
        // SAFETY: what is in the list is alive.
        let task = unsafe { waiting::retain(first.as_ptr()) };
        end(local, &task, None);
    }
    coroutine::end_all(local);
}
