//! What the main loop runs besides events: the users' enter, leave and exit
//! hooks, and the turns of the floors above (fibers). Module Lwt_main's hook
//! lists. Calls the promises below.

use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::Promise;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::rc::{Rc, Weak};

/// A list of hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// Run before each look for events.
    EnterIter,
    /// Run at the end of each turn.
    LeaveIter,
}

/// A hook that is run in each turn.
type Hook = Rc<dyn Fn()>;
/// A hook that is run once, at the end.
type ExitHook = Rc<dyn Fn() -> Promise>;

enum Link {
    Turn(List, Weak<dyn Fn()>),
    Exit(Weak<dyn Fn() -> Promise>),
}

/// The hooks of one scheduler.
pub(crate) struct Hooks {
    enter: RefCell<VecDeque<Hook>>,
    leave: RefCell<VecDeque<Hook>>,
    exit: RefCell<VecDeque<ExitHook>>,
    turns: RefCell<Vec<fn() -> bool>>,
    /// Is there any hook that is run in each turn? Spares a turn the lists.
    any: Cell<bool>,
}

impl Hooks {
    pub(crate) fn new() -> Hooks {
        Hooks {
            enter: RefCell::new(VecDeque::new()),
            leave: RefCell::new(VecDeque::new()),
            exit: RefCell::new(VecDeque::new()),
            turns: RefCell::new(Vec::new()),
            any: Cell::new(false),
        }
    }

    fn list(&self, list: List) -> &RefCell<VecDeque<Hook>> {
        match list {
            List::EnterIter => &self.enter,
            List::LeaveIter => &self.leave,
        }
    }

    /// Runs the hooks of a list, and the turns of the floors above. Says
    /// whether one of these has more to do.
    #[inline]
    pub(crate) fn run(&self, list: List) -> bool {
        self.any.get() && self.run_some(list)
    }

    fn run_some(&self, list: List) -> bool {
        // Those of now: what a hook adds is run the next time, what it removes
        // is not run any more.
        let hooks: Vec<Weak<dyn Fn()>> =
            self.list(list).borrow().iter().map(Rc::downgrade).collect();
        for hook in hooks {
            if let Some(hook) = hook.upgrade() {
                hook();
            }
        }
        let mut more = false;
        let mut at = 0;
        loop {
            let Some(turn) = self.turns.borrow().get(at).copied() else {
                return more;
            };
            more |= turn();
            at += 1;
        }
    }

    /// The exit hook that is to be run next, taken out.
    pub(crate) fn next_exit(&self) -> Option<ExitHook> {
        self.exit.borrow_mut().pop_front()
    }

    /// Drops all hooks. The thread ends.
    pub(crate) fn clear(&self) {
        self.turns.borrow_mut().clear();
        for list in [&self.enter, &self.leave] {
            drop(std::mem::take(&mut *list.borrow_mut()));
        }
        drop(std::mem::take(&mut *self.exit.borrow_mut()));
    }
}

/// Registers `turn` with this thread's scheduler, once; it is called after the
/// enter hooks and after the leave hooks of each turn, and says whether it has
/// more to do: then the loop does not block.
pub fn every_turn(turn: fn() -> bool) {
    let hooks = &super::current().hooks;
    let mut turns = hooks.turns.borrow_mut();
    if !turns.iter().any(|&known| std::ptr::fn_addr_eq(known, turn)) {
        turns.push(turn);
        hooks.any.set(true);
    }
}

fn handle(link: Link) -> *mut c_void {
    object::new(Kind::Hook, Rc::new(link))
}

/// Adds a hook, as the first of its list or as the last. Returns its handle.
pub fn add(list: List, first: bool, hook: impl Fn() + 'static) -> *mut c_void {
    let hooks = &super::current().hooks;
    let hook: Hook = Rc::new(hook);
    let link = Link::Turn(list, Rc::downgrade(&hook));
    let mut list = hooks.list(list).borrow_mut();
    match first {
        true => list.push_front(hook),
        false => list.push_back(hook),
    }
    hooks.any.set(true);
    drop(list);
    handle(link)
}

fn push_exit(first: bool, hook: ExitHook) {
    let hooks = &super::current().hooks;
    super::main_loop::run_exit_hooks_at_exit();
    let mut list = hooks.exit.borrow_mut();
    match first {
        true => list.push_front(hook),
        false => list.push_back(hook),
    }
}

/// Adds an exit hook: the first of the list is the first to be run. Returns
/// its handle.
pub fn add_exit(first: bool, hook: impl Fn() -> Promise + 'static) -> *mut c_void {
    let hook: ExitHook = Rc::new(hook);
    let link = Link::Exit(Rc::downgrade(&hook));
    push_exit(first, hook);
    handle(link)
}

/// `Lwt_main.at_exit`: adds an exit hook before all others.
pub fn at_exit(hook: impl Fn() -> Promise + 'static) {
    push_exit(true, Rc::new(hook));
}

/// Adds an exit hook after all others.
pub fn add_last_exit(hook: impl Fn() -> Promise + 'static) {
    push_exit(false, Rc::new(hook));
}

/// Removes a hook and gives up its handle. One that was run or removed
/// already is no error.
pub(crate) fn remove(hook: *mut c_void) -> Result<(), Exn> {
    // SAFETY: every handle of this kind is made by `handle`.
    let link = unsafe { object::release::<Link>(Kind::Hook, hook, "lwt_main_hook_remove")? };
    let hooks = &super::current().hooks;
    match &*link {
        Link::Turn(list, hook) => {
            let mut list = hooks.list(*list).borrow_mut();
            let at = list
                .iter()
                .position(|known| std::ptr::addr_eq(Rc::as_ptr(known), hook.as_ptr()));
            let removed = at.and_then(|at| list.remove(at));
            // Its drop function may call us.
            drop(list);
            drop(removed);
        }
        Link::Exit(hook) => {
            let mut list = hooks.exit.borrow_mut();
            let at = list
                .iter()
                .position(|known| std::ptr::addr_eq(Rc::as_ptr(known), hook.as_ptr()));
            let removed = at.and_then(|at| list.remove(at));
            drop(list);
            drop(removed);
        }
    }
    Ok(())
}

/// Removes all hooks of a list.
pub fn remove_all(list: List) {
    let hooks = std::mem::take(&mut *super::current().hooks.list(list).borrow_mut());
    drop(hooks);
}

/// Removes all exit hooks.
pub fn remove_all_exit() {
    let hooks = std::mem::take(&mut *super::current().hooks.exit.borrow_mut());
    drop(hooks);
}
