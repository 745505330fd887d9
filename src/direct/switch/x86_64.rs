//! The switch on x86-64, System V.
//!
//! A stack that was left has at its end, from its stack pointer upwards: where
//! to go on, rbx, rbp. The other registers that a call preserves are declared
//! as clobbered, so that the compiler saves what it needs. The modes of the
//! floating point units are the thread's.
//!
//! ```text
//! a new stack:   | begin | data | body | 0 |
//!                ^ sp                      ^ base
//! ```

use super::Body;
use crate::direct::stack::Stack;
use corosensei::stack::Stack as _;
use std::arch::{asm, naked_asm};
use std::cell::Cell;

/// The main loop's side of a thread.
#[derive(Default)]
pub struct Home {
    sp: Cell<usize>,
}

impl Home {
    /// Where the stack pointer was when a fiber was entered; 0: not known.
    pub fn left_at(&self) -> usize {
        self.sp.get()
    }
}

/// The fiber's side: its stack, and where it was left.
pub struct Seat {
    sp: Cell<usize>,
    stack: Stack,
}

impl Seat {
    /// A stack on which `body(data)` will run when it is first resumed.
    ///
    /// # Safety
    /// Nobody else uses the stack.
    pub unsafe fn new(stack: Stack, body: Body, data: *mut ()) -> Seat {
        let begin: unsafe extern "C" fn() = begin;
        let words = [begin as usize, data as usize, body as usize, 0];
        let sp = stack.base().get() - size_of_val(&words);
        // SAFETY: the end of a stack that nobody uses.
        unsafe { (sp as *mut [usize; 4]).write(words) };
        Seat {
            sp: Cell::new(sp),
            stack,
        }
    }

    /// Enters the fiber's stack, until it suspends itself.
    ///
    /// # Safety
    /// The fiber is suspended, and this is the main loop's stack.
    #[inline(always)]
    pub unsafe fn resume(&self, home: &Home) {
        // SAFETY: the caller's promise.
        unsafe { jump(home.sp.as_ptr(), self.sp.get()) }
    }

    /// Leaves the fiber's stack, until it is resumed.
    ///
    /// # Safety
    /// This is the fiber's stack, and `home` the side that resumed it.
    #[inline(always)]
    pub unsafe fn suspend(&self, home: &Home) {
        // SAFETY: the caller's promise.
        unsafe { jump(self.sp.as_ptr(), home.sp.get()) }
    }

    /// Where the stack pointer was when the fiber was left.
    #[inline(always)]
    pub fn left_at(&self) -> usize {
        self.sp.get()
    }

    /// The lowest address of what is in use while the fiber is suspended.
    pub fn lowest(&self) -> usize {
        self.sp.get()
    }

    /// The stack back.
    ///
    /// # Safety
    /// The fiber is suspended, and nothing on its stack needs dropping.
    pub unsafe fn into_stack(self) -> Stack {
        self.stack
    }
}

/// Leaves this stack, keeping its pointer in `*save`, for the one that was
/// left at `to`.
///
/// # Safety
/// A stack was left at `to`, and is left once for each time it is entered.
#[inline(always)]
unsafe fn jump(save: *mut usize, to: usize) {
    // SAFETY: what is pushed here is popped here, when somebody jumps back.
    // rbx and rbp can't be named as clobbered, and are saved by hand.
    unsafe {
        asm!(
            "push rbp",
            "push rbx",
            "lea rax, [rip + 2f]",
            "push rax",
            "mov [rdi], rsp",
            "mov rsp, rsi",
            "pop rax",
            "jmp rax",
            "2:",
            "pop rbx",
            "pop rbp",
            in("rdi") save,
            in("rsi") to,
            lateout("r12") _,
            lateout("r13") _,
            lateout("r14") _,
            lateout("r15") _,
            clobber_abi("sysv64"),
        );
    }
}

/// Where a new stack begins. Debuggers and unwinders end here: there is no
/// caller.
#[unsafe(naked)]
unsafe extern "C" fn begin() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined rip",
        "xor ebp, ebp",
        "pop rdi",
        "pop rax",
        "push 0",
        "call rax",
        "ud2",
        ".cfi_endproc",
    )
}
