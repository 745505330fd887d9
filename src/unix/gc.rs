//! Module Lwt_gc: finalisers that return promises. Calls the main loop's hooks,
//! handles and promises.
//!
//! What a garbage collector is to Lwt, the last reference to a handle is here.
//! The handle is then not given up but handed to the finaliser, which runs in the
//! main loop; when its promise has resolved the library releases the handle.

#![forbid(unsafe_code)]

use crate::exn::{Exn, unhandled};
use crate::handle::object;
use crate::promise::future::spawn;
use crate::promise::{self, Promise, Resolver, Source, resolved};
use crate::scheduler::hooks;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::rc::{Rc, Weak};

/// A finaliser: it gets the handle, lent until its promise has resolved.
pub type Finaliser = Box<dyn FnOnce(*mut c_void) -> Promise>;

/// One that runs at the end of its handle or at exit, whichever is first.
struct Once {
    handle: *mut c_void,
    f: Cell<Option<Finaliser>>,
}

/// What this thread has to finish before it exits.
struct Here {
    /// Finalisers that have begun, or are about to.
    running: Cell<usize>,
    /// The exit, which waits for them.
    exit: Cell<Option<Resolver>>,
    at_exit: RefCell<Vec<Weak<Once>>>,
    hooked: Cell<bool>,
}

thread_local! {
    /// Never dropped, as it is needed after such variables are; `exit` empties it.
    static HERE: ManuallyDrop<Here> = const {
        ManuallyDrop::new(Here {
            running: Cell::new(0),
            exit: Cell::new(None),
            at_exit: RefCell::new(Vec::new()),
            hooked: Cell::new(false),
        })
    };
}

static FINALISERS: Source = Source {
    name: "finalisers",
    cancel: None,
    describe: Some(|_| "those that run".into()),
};

/// `Lwt_gc.finalise`: `f` runs after the last reference to the handle has gone;
/// exit waits for it.
pub fn finalise(handle: *const c_void, function: &str, f: Finaliser) -> Result<(), Exn> {
    hook();
    object::finalise(handle, function, Box::new(|handle| later(handle, f)))
}

/// `Lwt_gc.finalise_or_exit`: the same, or at exit, exactly once.
pub fn finalise_or_exit(handle: *const c_void, function: &str, f: Finaliser) -> Result<(), Exn> {
    hook();
    let once = Rc::new(Once {
        handle: handle.cast_mut(),
        f: Cell::new(Some(f)),
    });
    let weak = Rc::downgrade(&once);
    let at_end = move |handle: *mut c_void| match once.f.take() {
        Some(f) => later(handle, f),
        None => give_up(handle),
    };
    object::finalise(handle, function, Box::new(at_end))?;
    HERE.with(|here| {
        let mut all = here.at_exit.borrow_mut();
        if all.len() == all.capacity() {
            all.retain(|once| once.strong_count() > 0);
        }
        all.push(weak);
    });
    Ok(())
}

fn give_up(handle: *mut c_void) {
    object::release_any(handle as usize as u64);
}

/// Runs a finaliser in the main loop, and then gives the handle up.
fn later(handle: *mut c_void, f: Finaliser) {
    let running = Running::begin();
    let pause = promise::pause();
    drop(spawn(async move {
        let _running = running;
        let handle = Lent(handle);
        let _ = pause.await;
        if let Err(exn) = f(handle.0).await {
            unhandled(exn);
        }
        Ok(Value::UNIT)
    }));
}

/// The reference that a finaliser has.
struct Lent(*mut c_void);

impl Drop for Lent {
    fn drop(&mut self) {
        give_up(self.0);
    }
}

/// Counts a finaliser as long as it runs.
struct Running;

impl Running {
    fn begin() -> Running {
        hook();
        HERE.with(|here| here.running.set(here.running.get() + 1));
        Running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let exit = HERE.with(|here| {
            let left = here.running.get() - 1;
            here.running.set(left);
            if left == 0 { here.exit.take() } else { None }
        });
        if let Some(exit) = exit {
            exit.resolve_later(Ok(Value::UNIT));
        }
    }
}

/// Sees to it that the exit of this thread waits.
fn hook() {
    if HERE.with(|here| !here.hooked.replace(true)) {
        hooks::at_exit(exit);
    }
}

fn exit() -> Promise {
    HERE.with(|here| here.hooked.set(false));
    for once in HERE.with(|here| here.at_exit.take()) {
        if let Some(once) = once.upgrade()
            && let Some(f) = once.f.take()
        {
            object::retain_any(once.handle);
            later(once.handle, f);
        }
    }
    if HERE.with(|here| here.running.get()) == 0 {
        return resolved(Value::UNIT);
    }
    match promise::external(&FINALISERS, [0, 0]) {
        Some((promise, resolver)) => {
            drop(HERE.with(|here| here.exit.replace(Some(resolver))));
            promise
        }
        None => promise::failed(Exn::out_of_memory()),
    }
}
