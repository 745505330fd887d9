//! Functions of a runtime that the library calls around callbacks and waits, and
//! when fibers change: what C sees of them, and where they are called from.
//! `lwt_binding.h` is generated from this file too.
#![allow(non_camel_case_types)]

use super::{Mine, mine};
use crate::handle::local::{HOOKED, Local, SPOKEN, begin, local};
use crate::promise::call;
use std::cell::Cell;
use std::ffi::{c_int, c_void};

/// Events of a fiber.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lwt_binding_fiber_event {
    /// It is about to run, for the first time or again.
    LWT_BINDING_RESUME = 0,
    /// It has stopped running, and is suspended.
    LWT_BINDING_SUSPEND = 1,
    /// It is gone, with its stack: it has come to its end, was cancelled before it
    /// began, or never will be resumed. Its number may come again.
    LWT_BINDING_END = 2,
}

/// Functions of a runtime, each of which may be NULL, and their environment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_binding_hooks {
    /// sizeof(struct lwt_binding_hooks), so that later versions can have more.
    pub size: usize,
    /// For all functions.
    pub env: *mut c_void,
    /// The main loop is about to wait: the place to let go of a lock of the
    /// runtime's. It must not call the library.
    pub before_wait: Option<unsafe extern "C" fn(env: *mut c_void)>,
    /// It has waited: the place to take that lock again. It must not call the
    /// library.
    pub after_wait: Option<unsafe extern "C" fn(env: *mut c_void)>,
    /// A function of the program's is about to be called.
    pub enter: Option<unsafe extern "C" fn(env: *mut c_void)>,
    /// It has returned. Within one enter and its leave there may be others.
    pub leave: Option<unsafe extern "C" fn(env: *mut c_void)>,
    /// One of lwt_binding_fiber_event has come about; `fiber` is the number of the
    /// fiber (lwt_binding_stack), never 0. It is called on the stack of the main
    /// loop.
    pub fiber: Option<unsafe extern "C" fn(event: c_int, fiber: u64, env: *mut c_void)>,
}

impl lwt_binding_hooks {
    /// A table of no functions.
    const NONE: lwt_binding_hooks = lwt_binding_hooks {
        size: size_of::<lwt_binding_hooks>(),
        env: std::ptr::null_mut(),
        before_wait: None,
        after_wait: None,
        enter: None,
        leave: None,
        fiber: None,
    };

    /// A copy of the table at `table`, whose version may know fewer functions,
    /// or more. None: it is too small to be one.
    ///
    /// # Safety
    /// `table` leads to as many bytes as its field `size` says.
    pub unsafe fn copy(table: *const lwt_binding_hooks) -> Option<lwt_binding_hooks> {
        let mut copy = lwt_binding_hooks::NONE;
        // SAFETY: the caller's promise; `size` comes first.
        let size = unsafe { (&raw const (*table).size).read() };
        if size < std::mem::offset_of!(lwt_binding_hooks, before_wait) {
            return None;
        }
        // SAFETY: no more bytes than both have, in whole words, so that no
        // function is copied in part; those that are absent stay None.
        unsafe {
            let whole = size.min(size_of::<Self>()) & !(size_of::<usize>() - 1);
            std::ptr::copy_nonoverlapping(table.cast::<u8>(), (&raw mut copy).cast::<u8>(), whole);
        }
        copy.size = size_of::<Self>();
        Some(copy)
    }
}

/// The hooks of a thread.
pub(super) struct Installed {
    table: Cell<lwt_binding_hooks>,
    /// How many tables there have been, in 31 bits and never 0 again: what was
    /// entered by one is not left by another.
    number: Cell<u32>,
    /// Is a hook being called? What it calls itself is told to none.
    telling: Cell<bool>,
    /// Has `before_wait` been called, and `after_wait` not yet?
    waits: Cell<bool>,
}

impl Default for Installed {
    fn default() -> Installed {
        Installed {
            table: Cell::new(lwt_binding_hooks::NONE),
            number: Cell::new(0),
            telling: Cell::new(false),
            waits: Cell::new(false),
        }
    }
}

/// Has these functions called on this thread, instead of those before; None: no
/// functions. False: out of memory.
#[must_use]
pub fn install(hooks: Option<lwt_binding_hooks>) -> bool {
    let Some(_) = begin() else { return false };
    let local = local();
    let Some(mine) = mine(local) else {
        return false;
    };
    let table = hooks.unwrap_or(lwt_binding_hooks::NONE);
    mine.hooks.table.set(table);
    mine.hooks
        .number
        .set(mine.hooks.number.get() % (u32::MAX >> 1) + 1);
    match table.enter.is_some() || table.leave.is_some() || table.fiber.is_some() {
        true => local.raise_bit(HOOKED),
        false => local.clear_bit(HOOKED),
    }
    true
}

/// A function of the user's is about to be called. What comes back is for
/// `leave`, unless it is 0.
#[cold]
#[inline(never)]
pub fn enter(local: &Local) -> u32 {
    let Some(mine) = mine(local) else { return 0 };
    if mine.hooks.telling.get() {
        return 0;
    }
    let number = mine.hooks.number.get();
    let table = mine.hooks.table.get();
    if let Some(f) = table.enter {
        // SAFETY: the function and its environment came together from C.
        quietly(local, mine, || unsafe { f(table.env) });
    }
    number
}

/// It has returned. `number` is what `enter` gave.
#[cold]
#[inline(never)]
pub fn leave(local: &Local, number: u32) {
    let Some(mine) = mine(local) else { return };
    let table = mine.hooks.table.get();
    if let Some(f) = table.leave.filter(|_| number == mine.hooks.number.get()) {
        // SAFETY: the function and its environment came together from C.
        quietly(local, mine, || unsafe { f(table.env) });
    }
}

/// Something has come about with a fiber.
#[cold]
#[inline(never)]
pub fn fiber(local: &Local, event: lwt_binding_fiber_event, fiber: u64) {
    let Some(mine) = mine(local) else { return };
    let table = mine.hooks.table.get();
    if let Some(f) = table.fiber {
        // SAFETY: the function and its environment came together from C.
        quietly(local, mine, || unsafe {
            f(event as c_int, fiber, table.env)
        });
    }
}

/// Runs a hook: what it says is not the callback's.
fn quietly(local: &Local, mine: &Mine, hook: impl FnOnce()) {
    let saved = call::save(local);
    let further_out = mine.hooks.telling.replace(true);
    hook();
    if local.has(SPOKEN) {
        call::unheard(local);
    }
    mine.hooks.telling.set(further_out);
    call::restore(local, saved);
}

/// The main loop waits for as long as this is kept.
pub struct Wait(Option<(&'static Mine, lwt_binding_hooks)>);

/// The main loop is about to wait, maybe within a wait that has been told.
#[inline]
pub fn wait() -> Wait {
    let told = mine(local()).filter(|mine| {
        let table = mine.hooks.table.get();
        (table.before_wait.is_some() || table.after_wait.is_some()) && !mine.hooks.waits.get()
    });
    Wait(told.map(tell_wait))
}

#[cold]
fn tell_wait(mine: &'static Mine) -> (&'static Mine, lwt_binding_hooks) {
    let table = mine.hooks.table.get();
    mine.hooks.waits.set(true);
    if let Some(f) = table.before_wait {
        // SAFETY: the function and its environment came together from C.
        unsafe { f(table.env) };
    }
    (mine, table)
}

impl Drop for Wait {
    #[inline]
    fn drop(&mut self) {
        if let Some((mine, table)) = self.0.take() {
            mine.hooks.waits.set(false);
            if let Some(f) = table.after_wait {
                // SAFETY: as above, and it is the table of `before_wait`.
                unsafe { f(table.env) };
            }
        }
    }
}
