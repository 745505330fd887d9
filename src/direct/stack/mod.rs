//! Stacks for fibers: pooled, carved out of large mappings, each with a guard
//! region below it.
//!
//! ```text
//! low                                                    high address
//! | guard 64 KiB |        stack        | room |
//!                ^ floor               ^ base (the stack grows down)
//! ```
//!
//! *Room* is for what the owner keeps beside its stack, in the page that is
//! touched anyway.
//!
//! Depends on the kernel, and on corosensei for the trait.

pub mod guard;
pub mod pool;
pub mod slab;

use corosensei::stack::StackPointer;
use guard::GUARD;

/// The smallest stack: below, a signal handler would not fit (a frame of
/// AVX-512 and AMX registers alone is 11 KiB), and less saves nothing.
pub const MIN_SIZE: usize = 64 * 1024;
/// The largest stack.
pub const MAX_SIZE: usize = 1 << 30;
/// The size of a stack for which no size was given. It is address space, not
/// memory; C libraries count on having 64 KiB and more.
pub const DEFAULT_SIZE: usize = 256 * 1024;

/// Room for the owner, at the high end of the stack.
pub const ROOM: usize = 256;

/// A stack. Plain numbers: the memory belongs to the pool it came from.
#[derive(Debug)]
pub struct Stack {
    /// Where the guard begins.
    low: usize,
    base: StackPointer,
    class: u8,
}

impl Stack {
    /// Its size, as the pool counts it.
    pub fn size(&self) -> usize {
        pool::size_of_class(self.class)
    }

    /// The `ROOM` bytes of the owner, aligned to 64.
    pub fn room(&self) -> *mut u8 {
        self.base.get() as *mut u8
    }

    /// The lowest address that may be used.
    pub fn floor(&self) -> usize {
        self.low + GUARD
    }

    fn new(low: usize, class: u8) -> Stack {
        let base = low + GUARD + pool::size_of_class(class) - ROOM;
        debug_assert_eq!(base % 64, 0);
        let base = StackPointer::new(base).expect("a stack is not at address 0");
        Stack { low, base, class }
    }
}

// SAFETY: the pool made a guard below the stack, and what lies between guard
// and base is at least MIN_SIZE less the room, far more than the
// MIN_STACK_SIZE that is asked for.
unsafe impl corosensei::stack::Stack for Stack {
    #[inline]
    fn base(&self) -> StackPointer {
        self.base
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        StackPointer::new(self.low).expect("a stack is not at address 0")
    }
}
