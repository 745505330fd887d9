//! The switch by corosensei.

use super::Body;
use crate::direct::stack::Stack;
use corosensei::{Coroutine, Yielder};
use std::cell::{Cell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::Rc;

/// The main loop's side of a thread.
#[derive(Default)]
pub struct Home {}

impl Home {
    /// Where the stack pointer was when a fiber was entered; 0: not known.
    pub fn left_at(&self) -> usize {
        0
    }
}

/// The fiber's side: its coroutine.
pub struct Seat {
    /// Never dropped: that would unwind the stack.
    coroutine: UnsafeCell<ManuallyDrop<Coroutine<(), (), (), Stack>>>,
    yielder: Rc<Cell<*const Yielder<(), ()>>>,
    floor: usize,
}

impl Seat {
    /// A stack on which `body(data)` will run when it is first resumed.
    ///
    /// # Safety
    /// Nobody else uses the stack.
    pub unsafe fn new(stack: Stack, body: Body, data: *mut ()) -> Seat {
        let yielder = Rc::new(Cell::new(ptr::null()));
        let known = Rc::as_ptr(&yielder);
        let floor = stack.floor();
        let coroutine = Coroutine::with_stack(stack, move |own: &Yielder<(), ()>, ()| {
            // SAFETY: the seat keeps the cell as long as the stack.
            unsafe { (*known).set(own) };
            // SAFETY: `body` was given with its data.
            unsafe { body(data) }
        });
        Seat {
            coroutine: UnsafeCell::new(ManuallyDrop::new(coroutine)),
            yielder,
            floor,
        }
    }

    /// Enters the fiber's stack, until it suspends itself.
    ///
    /// # Safety
    /// The fiber is suspended, and this is the main loop's stack.
    pub unsafe fn resume(&self, _home: &Home) {
        // SAFETY: nothing else uses the coroutine, not even what runs on it.
        unsafe { (*self.coroutine.get()).resume(()) };
    }

    /// Leaves the fiber's stack, until it is resumed.
    ///
    /// # Safety
    /// This is the fiber's stack, and `home` the side that resumed it.
    pub unsafe fn suspend(&self, _home: &Home) {
        // SAFETY: the body's yielder, at the base of this very stack.
        unsafe { (*self.yielder.get()).suspend(()) };
    }

    /// Where the stack pointer was when the fiber was left; 0: not known.
    pub fn left_at(&self) -> usize {
        0
    }

    /// The lowest address of what may be in use while the fiber is suspended.
    pub fn lowest(&self) -> usize {
        self.floor
    }

    /// The stack back.
    ///
    /// # Safety
    /// The fiber is suspended, and nothing on its stack needs dropping.
    pub unsafe fn into_stack(self) -> Stack {
        let mut coroutine = ManuallyDrop::into_inner(self.coroutine.into_inner());
        // SAFETY: the caller's promise.
        unsafe { coroutine.force_reset() };
        coroutine.into_stack()
    }
}
