//! A channel: its states, and whose turn it is. Module Lwt_io; calls the queue of
//! those who wait, and promises.
//!
//! An operation is a [`Step`]: it is tried when its turn comes, and again each time
//! that bytes have come, or gone, until it has an outcome. One that need not wait
//! costs no more than its answer. Other activities (an atomic block, a seek) take
//! their turn by [`Channel::lock`].
//!
//! | state | who may go on |
//! |---|---|
//! | idle | whoever comes |
//! | busy | the operation whose turn it is; the others wait in the queue |
//! | over | nobody: the handle of an atomic block that has ended |
//!
//! Closed is the channel as a whole, with the handles of its atomic blocks.
//!
//! Who waits for bytes is in `Core::current`; what brings them (a job, the wait for
//! a descriptor, a function of the user's) calls [`progress`]. No borrow is held
//! while a function of the user's runs or a promise is resolved: each may do
//! anything to the channel.

use super::close::Ending;
use super::device::{Device, Seek};
use super::direct::Direct;
use super::input::Input;
use super::output::Output;
use crate::abi::{LWT_CLOSED, LWT_FAILURE, LWT_INVALID_ARGUMENT};
use crate::exn::Exn;
use crate::handle::local::local;
use crate::promise::state::underlying;
use crate::promise::{Outcome, Promise, Resolver, Source, external, failed, node, resolved};
use crate::sync::queue::{self, Queue};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// From the device to the program.
    Input,
    /// From the program to the device.
    Output,
}

impl Mode {
    /// The name that a closed channel is called by.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Input => "input",
            Mode::Output => "output",
        }
    }
}

/// An operation.
pub trait Step {
    /// Its outcome; None: it has to wait, and what brings it on is on its way.
    fn step(&mut self, core: &Rc<Core>) -> Option<Outcome>;

    /// It is cancelled: what it has taken goes back. It calls no code of the user's.
    fn give_back(&mut self, _core: &Core) {}
}

/// What stands in the queue of a channel.
enum Turn {
    /// An operation.
    Step(Box<dyn Step>),
    /// Somebody who takes care of himself, and gives the turn back.
    Lock,
}

/// The operation whose turn it is, while it waits for the device.
struct Current {
    resolver: Resolver,
    step: Box<dyn Step>,
    owner: Rc<Channel>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Busy,
    Over,
}

/// What a channel and the handles of its atomic blocks have in common.
pub struct Core {
    pub mode: Mode,
    pub device: Device,
    pub seek: Option<Seek>,
    pub input: RefCell<Input>,
    pub output: RefCell<Output>,
    pub ending: Ending,
    /// The buffer, while a function has it.
    pub direct: RefCell<Option<Direct>>,
    current: RefCell<Option<Current>>,
    /// The channel itself.
    main: Weak<Channel>,
}

/// A channel, or the handle that an atomic block has of it.
pub struct Channel {
    pub(super) core: Rc<Core>,
    state: Cell<State>,
    queue: Queue<Turn>,
    /// The atomic block that has the turn.
    child: RefCell<Option<Weak<Channel>>>,
    is_main: bool,
}

static WAITING: Source = Source {
    name: "channel",
    cancel: Some(cancel),
    describe: Some(describe),
};

/// The second word of a promise whose operation has its turn.
const CURRENT: u64 = u64::MAX;

/// What has ended.
pub fn over() -> Exn {
    Exn::new(
        LWT_FAILURE,
        "this handle of a channel was good for an atomic block that has ended",
    )
}

impl Core {
    /// Has the channel been closed?
    pub fn is_closed(&self) -> bool {
        self.ending.is_closed()
    }

    /// What operations on a closed channel fail with.
    pub fn closed(&self) -> Exn {
        let message = format!("Channel_closed \"{}\"", self.mode.name());
        Exn::new(LWT_CLOSED, message)
    }

    /// The channel itself, as long as somebody has it.
    pub fn main(&self) -> Option<Rc<Channel>> {
        self.main.upgrade()
    }

    /// Is there an operation that waits for the device?
    pub fn is_awaited(&self) -> bool {
        self.current.borrow().is_some()
    }

    /// Nobody will bring the operation on that waits: its promise stays pending.
    pub fn forsake(&self) {
        let current = self.current.take();
        if let Some(current) = &current {
            current.resolver.set_data([0, 0]);
        }
        drop(current);
    }
}

impl Channel {
    /// A new one.
    pub fn new(mode: Mode, device: Device, seek: Option<Seek>, size: Option<usize>) -> Rc<Channel> {
        let input = Input::new(&device, size, mode);
        let output = Output::new(size);
        Channel::with(mode, device, seek, input, output)
    }

    /// The same, with these buffers.
    pub fn with(
        mode: Mode,
        device: Device,
        seek: Option<Seek>,
        input: Input,
        output: Output,
    ) -> Rc<Channel> {
        Rc::new_cyclic(|main| Channel {
            core: Rc::new(Core {
                mode,
                device,
                seek,
                input: RefCell::new(input),
                output: RefCell::new(output),
                ending: Ending::default(),
                direct: RefCell::new(None),
                current: RefCell::new(None),
                main: main.clone(),
            }),
            state: Cell::new(State::Idle),
            queue: Queue::new(),
            child: RefCell::new(None),
            is_main: true,
        })
    }

    /// The handle of an atomic block, whose turn it is.
    pub(super) fn lend(self: &Rc<Self>) -> Rc<Channel> {
        let child = Rc::new(Channel {
            core: self.core.clone(),
            state: Cell::new(State::Idle),
            queue: Queue::new(),
            child: RefCell::new(None),
            is_main: false,
        });
        self.child.replace(Some(Rc::downgrade(&child)));
        child
    }

    /// Is it the channel itself, and not the handle of an atomic block?
    pub fn is_main(&self) -> bool {
        self.is_main
    }

    /// `Lwt_io.mode`
    pub fn mode(&self) -> Mode {
        self.core.mode
    }

    /// `Lwt_io.is_closed`
    pub fn is_closed(&self) -> bool {
        self.core.is_closed()
    }

    /// `Lwt_io.is_busy`: is an operation running, or an atomic block?
    pub fn is_busy(&self) -> bool {
        self.state.get() == State::Busy
    }

    /// Is it ready for an operation at once?
    #[inline]
    pub fn is_free(&self) -> bool {
        self.state.get() == State::Idle && !self.core.is_closed() && self.queue.is_empty()
    }

    /// Is it good for that direction? The error names the function.
    pub fn expect(&self, mode: Mode, function: &str) -> Result<(), Exn> {
        if self.core.mode == mode {
            return Ok(());
        }
        let (is, needs) = (self.core.mode.name(), mode.name());
        Err(Exn::new(
            LWT_INVALID_ARGUMENT,
            format!("{function}: needs an {needs} channel, and this is one of {is}"),
        ))
    }

    /// `Lwt_io.buffered`: how many bytes are unread, or unsent.
    pub fn buffered(&self) -> usize {
        match self.core.mode {
            Mode::Input => self.core.input.borrow().len(),
            Mode::Output => self.core.output.borrow().unsent(),
        }
    }

    /// `Lwt_io.buffer_size`; of a channel over memory, that of the memory.
    pub fn buffer_size(&self) -> usize {
        match (&self.core.device, self.core.mode) {
            (Device::Memory(memory), _) => memory.len(),
            (_, Mode::Input) => self.core.input.borrow().size,
            (_, Mode::Output) => self.core.output.borrow().size,
        }
    }

    /// What is wrong with it, if operations are refused.
    pub(super) fn refusal(&self) -> Option<Exn> {
        match self.state.get() {
            State::Over => Some(over()),
            _ if self.core.is_closed() => Some(self.core.closed()),
            _ => None,
        }
    }

    /// Performs an operation: now, if nobody is before it and it need not wait.
    #[inline]
    pub fn perform<S: Step + 'static>(self: &Rc<Self>, mut step: S) -> Promise {
        if !self.is_free() {
            return self.perform_later(Box::new(step));
        }
        self.state.set(State::Busy);
        match step.step(&self.core) {
            Some(outcome) => self.answer(outcome),
            None => self.suspend(Box::new(step)),
        }
    }

    /// The answer to an operation that did not wait.
    #[inline]
    fn answer(self: &Rc<Self>, outcome: Outcome) -> Promise {
        let outcome = match self.refusal() {
            None => outcome,
            Some(exn) => Err(exn),
        };
        self.give_turn();
        match outcome {
            Ok(value) => resolved(value),
            Err(exn) => failed(exn),
        }
    }

    fn perform_later(self: &Rc<Self>, step: Box<dyn Step>) -> Promise {
        match self.refusal() {
            Some(exn) => failed(exn),
            None => self.queue.wait(&WAITING, Turn::Step(step)),
        }
    }

    /// The operation whose turn it is has to wait.
    fn suspend(self: &Rc<Self>, step: Box<dyn Step>) -> Promise {
        if let Some(exn) = self.refusal() {
            self.give_turn();
            return failed(exn);
        }
        let Some((promise, resolver)) = external(&WAITING, [0, 0]) else {
            self.give_turn();
            return failed(Exn::out_of_memory());
        };
        self.stay(resolver, step);
        promise
    }

    /// It waits for the device.
    fn stay(self: &Rc<Self>, resolver: Resolver, step: Box<dyn Step>) {
        resolver.set_data([Rc::as_ptr(&self.core) as usize as u64, CURRENT]);
        let owner = self.clone();
        let current = Current {
            resolver,
            step,
            owner,
        };
        let before = self.core.current.replace(Some(current));
        drop(before);
    }

    /// Waits for the turn, which the guard gives back.
    pub(super) async fn lock(self: &Rc<Self>) -> Result<Guard, Exn> {
        if let Some(exn) = self.refusal() {
            return Err(exn);
        }
        if self.is_free() {
            self.state.set(State::Busy);
        } else {
            self.queue.wait(&WAITING, Turn::Lock).await?;
        }
        Ok(Guard(self.clone()))
    }

    /// The turn is over: the next one has it.
    #[inline]
    fn give_turn(self: &Rc<Self>) {
        if self.state.get() == State::Busy {
            self.state.set(State::Idle);
        }
        if !self.queue.is_empty() {
            self.go_on();
        }
    }

    /// Gives the turn to those who wait, until one has to wait on.
    #[cold]
    fn go_on(self: &Rc<Self>) {
        while self.state.get() == State::Idle
            && let Some((resolver, turn)) = self.queue.pop()
        {
            if let Some(exn) = self.refusal() {
                resolver.resolve(Err(exn));
                continue;
            }
            self.state.set(State::Busy);
            match turn {
                Turn::Lock if resolver.is_pending() => resolver.resolve(Ok(Value::UNIT)),
                Turn::Lock => self.state.set(State::Idle),
                Turn::Step(step) => self.take_step(resolver, step),
            }
        }
    }

    /// Tries the operation whose turn it is.
    fn take_step(self: &Rc<Self>, resolver: Resolver, mut step: Box<dyn Step>) {
        let outcome = step.step(&self.core);
        let outcome = match self.refusal() {
            Some(exn) => Some(Err(exn)),
            None => outcome,
        };
        match outcome {
            None if resolver.is_pending() => self.stay(resolver, step),
            None => {
                step.give_back(&self.core);
                self.idle();
            }
            Some(outcome) => {
                drop(step);
                self.idle();
                resolver.resolve(outcome);
            }
        }
    }

    fn idle(&self) {
        if self.state.get() == State::Busy {
            self.state.set(State::Idle);
        }
    }

    /// All who wait fail, those of its atomic block too.
    pub(super) fn fail_all(self: &Rc<Self>, exn: &Exn) {
        let current = self.core.current.take();
        if let Some(Current {
            resolver,
            step,
            owner,
        }) = current
        {
            resolver.set_data([0, 0]);
            drop(step);
            owner.idle();
            resolver.resolve(Err(exn.clone()));
        }
        self.fail_waiting(exn);
    }

    fn fail_waiting(self: &Rc<Self>, exn: &Exn) {
        let child = self.child.borrow().as_ref().and_then(Weak::upgrade);
        if let Some(child) = child {
            child.fail_waiting(exn);
        }
        while let Some((resolver, turn)) = self.queue.pop() {
            drop(turn);
            resolver.resolve(Err(exn.clone()));
        }
    }

    /// The atomic block that this handle was for has ended.
    pub(super) fn expire(self: &Rc<Self>) {
        self.state.set(State::Over);
        let mine = |current: &Current| Rc::ptr_eq(&current.owner, self);
        let current = match self.core.current.borrow_mut() {
            mut current if current.as_ref().is_some_and(mine) => current.take(),
            _ => None,
        };
        if let Some(Current {
            resolver, mut step, ..
        }) = current
        {
            resolver.set_data([0, 0]);
            step.give_back(&self.core);
            drop(step);
            resolver.resolve(Err(over()));
        }
        self.fail_waiting(&over());
    }
}

/// The turn of whoever has it.
pub(super) struct Guard(Rc<Channel>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.child.replace(None);
        self.0.give_turn();
    }
}

/// Something has come, gone or failed: the operation that waits is tried again.
pub fn progress(core: &Rc<Core>) {
    let current = core.current.take();
    let Some(Current {
        resolver,
        step,
        owner,
    }) = current
    else {
        return;
    };
    resolver.set_data([0, 0]);
    owner.take_step(resolver, step);
    owner.go_on();
}

/// The promise of an operation is cancelled. If it waits for its turn it leaves
/// the queue; if it waits for the device, what it has taken goes back, and the next
/// one has the turn when the promise's callbacks run.
fn cancel(id: u32, data: [u64; 2]) -> bool {
    if data[1] != CURRENT {
        return queue::cancel::<Turn>(id, data);
    }
    // SAFETY: `stay` put the address there; it is taken away with the operation,
    // which the core has.
    let core = unsafe { &*(data[0] as usize as *const Core) };
    let Some(mut current) = core.current.take() else {
        return true;
    };
    let local = local();
    let (whole_id, whole) = underlying(local, id, local.at(id));
    let owner = Rc::into_raw(current.owner.clone()) as usize;
    if node::watch(local, whole_id, whole, go_on_after, owner).is_none() {
        // SAFETY: the reference that was just made.
        drop(unsafe { Rc::from_raw(owner as *const Channel) });
        core.current.replace(Some(current));
        return false; // no memory for that: it goes on waiting
    }
    current.step.give_back(core);
    current.resolver.set_data([0, 0]);
    drop(current);
    true
}

/// An operation was cancelled, and its promise has failed.
fn go_on_after(owner: usize) {
    // SAFETY: the reference that `cancel` made for this.
    let owner = unsafe { Rc::from_raw(owner as *const Channel) };
    owner.give_turn();
}

fn describe([core, place]: [u64; 2]) -> String {
    if core == 0 {
        return String::new();
    }
    if place != CURRENT {
        return "its turn".into();
    }
    // SAFETY: as in `cancel`.
    let core = unsafe { &*(core as usize as *const Core) };
    match core.mode {
        Mode::Input => format!("bytes from {}", core.device.describe()),
        Mode::Output => format!("room in {}", core.device.describe()),
    }
}
