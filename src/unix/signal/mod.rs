//! Signals of module Lwt_unix: handlers that are called in the main loop. Owns
//! the handlers of each thread; the system's handler, in `os`, only sends the
//! notifications of the threads that want the signal. May call floors 0 and 1.

pub mod handle;
mod os;

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK};
use crate::exn::Exn;
use crate::handle::local::at_thread_exit;
use crate::scheduler::{self, main_loop, notification};
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::ptr;
use std::rc::{Rc, Weak};

type Call = Rc<dyn Fn(c_int)>;

/// A handler, and which signal it is for.
pub struct Handler {
    list: Weak<List>,
    /// None once it is disabled.
    call: RefCell<Option<Call>>,
    /// Runs once, when it is disabled.
    at_end: Cell<Option<Box<dyn FnOnce()>>>,
}

/// The handlers of a thread for one signal. There is at least one, but while
/// the list is being made.
struct List {
    signal: c_int,
    notification: Cell<isize>,
    node: Cell<Option<&'static os::Node>>,
    /// Is the system's handler installed? Not if the engine delivers it.
    installed: Cell<bool>,
    handlers: RefCell<Vec<Rc<Handler>>>,
}

type Lists = RefCell<Vec<Rc<List>>>;

thread_local! {
    /// Those of this thread, or NULL. Without a destructor: handlers live until
    /// the thread's use of the library ends, which is later.
    static LISTS: Cell<*const Lists> = const { Cell::new(ptr::null()) };
}

fn lists() -> Option<&'static Lists> {
    // SAFETY: NULL or what `make_lists` put there; freed at the end of the
    // thread, when no callback runs any more.
    unsafe { LISTS.get().as_ref() }
}

fn make_lists() -> &'static Lists {
    lists().unwrap_or_else(|| {
        scheduler::current(); // its end comes after this one's
        at_thread_exit(end);
        let new: *const Lists = Box::into_raw(Box::default());
        LISTS.set(new);
        // SAFETY: just made.
        unsafe { &*new }
    })
}

/// The thread ends: no handler is called any more.
fn end() {
    // Exit hooks may still count on signals.
    main_loop::run_exit_hooks();
    while let Some(list) = lists().and_then(|lists| lists.borrow().last().cloned()) {
        let handlers = list.handlers.borrow().clone();
        handlers.iter().for_each(|handler| handler.disable());
    }
    let lists = LISTS.replace(ptr::null());
    if !lists.is_null() {
        // SAFETY: made by `make_lists`, and nothing leads to it any more.
        drop(unsafe { Box::from_raw(lists.cast_mut()) });
    }
}

fn invalid(signal: c_int) -> Exn {
    Exn::invalid(&format!(
        "lwt_unix_on_signal: a handler of signal {signal} is not possible"
    ))
}

/// Calls `call` in this thread's main loop each time that the signal arrives,
/// after those that were there before.
pub fn on_signal(signal: c_int, call: Call) -> Result<Rc<Handler>, Exn> {
    if !os::usable(signal) {
        return Err(invalid(signal));
    }
    let list = match find(signal) {
        Some(list) => list,
        None => List::begin(signal)?,
    };
    let handler = Rc::new(Handler {
        list: Rc::downgrade(&list),
        call: RefCell::new(Some(call)),
        at_end: Cell::new(None),
    });
    list.handlers.borrow_mut().push(handler.clone());
    Ok(handler)
}

fn find(signal: c_int) -> Option<Rc<List>> {
    let lists = lists()?.borrow();
    lists.iter().find(|list| list.signal == signal).cloned()
}

impl List {
    /// An empty one that the signal is told to.
    fn begin(signal: c_int) -> Result<Rc<List>, Exn> {
        let lists = make_lists();
        let list = Rc::new(List {
            signal,
            notification: Cell::new(0),
            node: Cell::new(None),
            installed: Cell::new(false),
            handlers: RefCell::default(),
        });
        let told = Rc::downgrade(&list);
        let run = move || {
            if let Some(list) = told.upgrade() {
                list.run();
            }
        };
        let id = notification::make(run, false).map_err(|_| Exn::out_of_memory())?;
        list.notification.set(id);
        list.node.set(Some(os::listen(signal, id)));
        // An engine in C is asked; nothing is borrowed.
        let watch = scheduler::current().watch.borrow().clone();
        if !watch.engine.forwards_signal(signal) {
            if os::install(signal).is_err() {
                list.end();
                return Err(invalid(signal));
            }
            list.installed.set(true);
        }
        lists.borrow_mut().push(list.clone());
        Ok(list)
    }

    /// The signal has arrived: calls the handlers that there are now.
    fn run(&self) {
        let handlers = self.handlers.borrow().clone();
        for handler in handlers {
            // Not one that an earlier one has disabled.
            let call = handler.call.borrow().clone();
            if let Some(call) = call {
                call(self.signal);
            }
        }
    }

    fn end(&self) {
        if self.installed.replace(false) {
            os::uninstall(self.signal);
        }
        if let Some(node) = self.node.take() {
            os::ignore(node);
        }
        notification::stop(self.notification.take());
    }
}

impl Handler {
    /// `Lwt_unix.disable_signal_handler`: it is not called any more. Idempotent.
    pub fn disable(&self) {
        let call = self.call.take();
        if call.is_none() {
            return;
        }
        if let Some(list) = self.list.upgrade() {
            list.handlers
                .borrow_mut()
                .retain(|other| !ptr::eq(&**other, self));
            if list.handlers.borrow().is_empty() {
                if let Some(lists) = lists() {
                    lists.borrow_mut().retain(|other| !Rc::ptr_eq(other, &list));
                }
                list.end();
            }
        }
        if let Some(at_end) = self.at_end.take() {
            at_end();
        }
        // Last: its drop function may call us.
        drop(call);
    }

    /// Has `f`, which runs no code of the user's, called when it is disabled.
    pub fn at_end(&self, f: impl FnOnce() + 'static) {
        self.at_end.set(Some(Box::new(f)));
    }
}

/// `Lwt_unix.signal_count`: how many handlers this thread has.
pub fn count() -> usize {
    let count = |lists: &Lists| {
        let lists = lists.borrow();
        lists.iter().map(|list| list.handlers.borrow().len()).sum()
    };
    lists().map_or(0, count)
}

/// `Lwt_unix.reinstall_signal_handler`: `LWT_OK`, or `LWT_INVALID_ARGUMENT`.
pub fn reinstall(signal: c_int) -> c_int {
    if !os::usable(signal) {
        return LWT_INVALID_ARGUMENT;
    }
    os::reinstall(signal);
    LWT_OK
}

/// `Lwt_unix.handle_signal`: as if it had arrived. Any thread.
pub fn arrive(signal: c_int) -> c_int {
    if !os::usable(signal) {
        return LWT_INVALID_ARGUMENT;
    }
    os::deliver(signal);
    LWT_OK
}
