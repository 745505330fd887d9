//! Module Lwt_timeout: timeouts that are started, stopped and started again.
//! Calls the scheduler's timers and the promises.
//!
//! A timeout that is started anew for each byte of a peer must cost next to
//! nothing: while its timer stands, starting it only notes the new deadline, and
//! the timer, when it fires too early, is armed for what is left.

#![forbid(unsafe_code)]

use crate::exn::{Exn, unhandled};
use crate::handle::local::at_thread_exit;
use crate::scheduler::current;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;

const SECOND: u64 = 1_000_000_000;

/// What a timeout does when its time is over.
pub type Action = Box<dyn Fn() -> Result<(), Exn>>;
/// What is told of an action's failure.
pub type Handler = Rc<dyn Fn(Exn)>;

/// A timeout.
pub struct Timeout {
    seconds: Cell<u32>,
    /// When its time is over; None: it is stopped.
    deadline: Cell<Option<u64>>,
    /// The timer, and when that fires.
    timer: Cell<Option<(u32, u64)>>,
    action: Action,
}

thread_local! {
    /// Never dropped, as it is needed after such variables are: the end of the
    /// thread empties it.
    static HANDLER: ManuallyDrop<RefCell<Option<Handler>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

impl Timeout {
    /// Not started. None: less than a second.
    pub fn new(seconds: u32, action: Action) -> Option<Rc<Timeout>> {
        (seconds >= 1).then(|| {
            Rc::new(Timeout {
                seconds: Cell::new(seconds),
                deadline: Cell::new(None),
                timer: Cell::new(None),
                action,
            })
        })
    }

    /// `Lwt_timeout.start`: from now on, also if it was started before.
    pub fn start(self: &Rc<Timeout>) {
        let delay = u64::from(self.seconds.get()) * SECOND;
        let deadline = crate::scheduler::now().saturating_add(delay);
        self.deadline.set(Some(deadline));
        match self.timer.get() {
            Some((_, fires)) if fires <= deadline => {}
            _ => self.arm(delay, deadline),
        }
    }

    /// `Lwt_timeout.stop`.
    pub fn stop(&self) {
        self.deadline.set(None);
        self.disarm();
    }

    /// `Lwt_timeout.change`: starts it anew if it runs. False: less than a second.
    #[must_use]
    pub fn change(self: &Rc<Timeout>, seconds: u32) -> bool {
        if seconds < 1 {
            return false;
        }
        self.seconds.set(seconds);
        if self.deadline.get().is_some() {
            self.start();
        }
        true
    }

    /// A timer for the deadline, in place of the one it has. The timer keeps
    /// the timeout alive.
    fn arm(self: &Rc<Timeout>, delay: u64, deadline: u64) {
        self.disarm();
        let timeout = self.clone();
        let fire = Rc::new(move || timeout.fire());
        let number = current().timers.on_timer(delay, false, fire);
        self.timer.set(Some((number, deadline)));
    }

    fn disarm(&self) {
        if let Some((number, _)) = self.timer.take() {
            current().timers.stop(number);
        }
    }

    fn fire(self: &Rc<Timeout>) {
        self.disarm();
        let Some(deadline) = self.deadline.get() else {
            return;
        };
        let now = crate::scheduler::now();
        if now < deadline {
            return self.arm(deadline - now, deadline);
        }
        self.deadline.set(None);
        if let Err(exn) = (self.action)() {
            match HANDLER.with(|handler| handler.borrow().clone()) {
                Some(handler) => handler(exn),
                None => unhandled(exn),
            }
        }
    }
}

/// `Lwt_timeout.set_exn_handler`, of this thread. None: the hook for unhandled
/// exceptions again.
pub fn set_handler(handler: Option<Handler>) {
    if handler.is_some() {
        at_thread_exit(|| set_handler(None));
    }
    // Dropped after the borrow: that may call the user's code.
    drop(HANDLER.with(|known| known.replace(handler)));
}
