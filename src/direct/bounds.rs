//! Where the stacks of a thread are, for collectors that scan them.
//! `lwt_binding.h` is generated from this file too. Calls the fibers.
#![allow(non_camel_case_types)]

use super::fiber::Fiber;
use super::round::{Fibers, each_fiber};
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

/// A stack of the calling thread.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lwt_binding_stack {
    /// The number of the fiber, as long as that lives; 0: the thread's own stack.
    pub fiber: u64,
    /// The lowest address of what is in use: all that the compiler keeps in
    /// registers over a switch is above it, too. Of the stack that runs, the
    /// place of this call.
    pub low: *const c_void,
    /// The end of what is in use. NULL: it is not known, for the thread's own
    /// stack is not the one that the system gave it.
    pub high: *const c_void,
    /// Is it the one that runs, on which the caller is?
    pub runs: bool,
}

fn stack(fiber: u64, (low, high): (usize, usize), runs: bool) -> lwt_binding_stack {
    lwt_binding_stack {
        fiber,
        low: low as *const c_void,
        high: high as *const c_void,
        runs,
    }
}

/// The stack pointer: below what callers have on this stack. (The address of a
/// variable would not do: AddressSanitizer keeps some elsewhere.)
#[inline(always)]
pub fn here() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let here = 0u8;
        pointer = std::ptr::from_ref(std::hint::black_box(&here)) as usize;
    }
    pointer
}

/// Tells of each stack of this thread, its own first. `here`: an address on the
/// stack that runs, below what the caller has there.
pub fn each(here: usize, mut tell: impl FnMut(lwt_binding_stack)) {
    let current = Fibers::known().and_then(Fibers::current);
    let low = current.map_or(here, Fiber::left_home_at);
    let (bottom, top) = system_stack();
    let high = match low == 0 || (bottom..top).contains(&low) {
        true => top,
        false => 0,
    };
    tell(stack(
        0,
        (if low == 0 { bottom } else { low }, high),
        current.is_none(),
    ));
    each_fiber(|fiber| {
        let runs = current.is_some_and(|it| ptr::eq(it, fiber));
        let (low, high) = fiber.extent();
        tell(stack(
            fiber.number(),
            (if runs { here } else { low }, high),
            runs,
        ));
    });
}

/// The stack of the fiber that runs. None: none does.
pub fn current(here: usize) -> Option<lwt_binding_stack> {
    let fiber = Fibers::known().and_then(Fibers::current)?;
    Some(stack(fiber.number(), (here, fiber.extent().1), true))
}

/// The stack that the system gave to this thread: asked for once, since for a
/// main thread the answer is read from a file.
fn system_stack() -> (usize, usize) {
    thread_local! {
        static KNOWN: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }
    if KNOWN.get() == (0, 0) {
        KNOWN.set(ask());
    }
    KNOWN.get()
}

fn ask() -> (usize, usize) {
    // SAFETY: the attributes are filled in by the first call, and given back by
    // the last; all places are ours.
    unsafe {
        let mut attributes = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return (0, 0);
        }
        let (mut bottom, mut size) = (ptr::null_mut(), 0);
        libc::pthread_attr_getstack(&attributes, &mut bottom, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        (bottom as usize, bottom as usize + size)
    }
}
