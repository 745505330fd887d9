//! Tells AddressSanitizer and ThreadSanitizer when the stack changes.
//!
//! Their runtimes come with the program, not with the library, so their
//! functions are weak references, which the linker leaves NULL where there are
//! none. A program that was built without them pays one test of a flag a
//! switch.
//!
//! ThreadSanitizer knows at most 8,128 threads and fibers, and ends the process
//! when there are more: under it, no more than `TSAN_FIBERS` are made.
//!
//! Depends on the linker.

use once_cell::sync::OnceCell;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::arch::asm;
use std::ffi::{c_uint, c_void};
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

const TSAN_FIBERS: usize = 7000;

type StartSwitch = unsafe extern "C" fn(*mut *mut c_void, *const c_void, usize);
type FinishSwitch = unsafe extern "C" fn(*mut c_void, *mut *const c_void, *mut usize);
type Unpoison = unsafe extern "C" fn(*const c_void, usize);
type CurrentFiber = unsafe extern "C" fn() -> *mut c_void;
type CreateFiber = unsafe extern "C" fn(c_uint) -> *mut c_void;
type SwitchToFiber = unsafe extern "C" fn(*mut c_void, c_uint);
type DestroyFiber = unsafe extern "C" fn(*mut c_void);

struct Address {
    start_switch: StartSwitch,
    finish_switch: FinishSwitch,
    unpoison: Unpoison,
}

struct Thread {
    current_fiber: CurrentFiber,
    create_fiber: CreateFiber,
    switch_to_fiber: SwitchToFiber,
    destroy_fiber: DestroyFiber,
}

/// The runtimes that the program has.
pub struct Runtimes {
    address: Option<Address>,
    thread: Option<Thread>,
}

static TSAN_COUNT: AtomicUsize = AtomicUsize::new(0);

/// The runtimes; none in an ordinary program.
pub fn runtimes() -> Option<&'static Runtimes> {
    static RUNTIMES: OnceCell<Runtimes> = OnceCell::new();
    let runtimes = RUNTIMES.get_or_init(|| Runtimes {
        address: address(),
        thread: thread(),
    });
    (runtimes.address.is_some() || runtimes.thread.is_some()).then_some(runtimes)
}

/// The address of a function that may be missing.
macro_rules! weak {
    ($name:literal) => {{
        let found: *mut c_void;
        #[cfg(target_arch = "x86_64")]
        // SAFETY: reads an entry of the global offset table.
        unsafe {
            asm!(
                concat!(".weak ", $name),
                concat!("mov {found}, qword ptr [rip + ", $name, "@GOTPCREL]"),
                found = out(reg) found,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        unsafe {
            asm!(
                concat!(".weak ", $name),
                concat!("adrp {found}, :got:", $name),
                concat!("ldr {found}, [{found}, :got_lo12:", $name, "]"),
                found = out(reg) found,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        {
            found = ptr::null_mut();
        }
        (!found.is_null()).then_some(found)
    }};
}

fn address() -> Option<Address> {
    let start_switch = weak!("__sanitizer_start_switch_fiber")?;
    let finish_switch = weak!("__sanitizer_finish_switch_fiber")?;
    let unpoison = weak!("__asan_unpoison_memory_region")?;
    // SAFETY: the types are those of sanitizer/common_interface_defs.h and
    // sanitizer/asan_interface.h.
    unsafe {
        Some(Address {
            start_switch: mem::transmute::<*mut c_void, StartSwitch>(start_switch),
            finish_switch: mem::transmute::<*mut c_void, FinishSwitch>(finish_switch),
            unpoison: mem::transmute::<*mut c_void, Unpoison>(unpoison),
        })
    }
}

fn thread() -> Option<Thread> {
    let current = weak!("__tsan_get_current_fiber")?;
    let create = weak!("__tsan_create_fiber")?;
    let switch = weak!("__tsan_switch_to_fiber")?;
    let destroy = weak!("__tsan_destroy_fiber")?;
    // SAFETY: the types are those of sanitizer/tsan_interface.h.
    unsafe {
        Some(Thread {
            current_fiber: mem::transmute::<*mut c_void, CurrentFiber>(current),
            create_fiber: mem::transmute::<*mut c_void, CreateFiber>(create),
            switch_to_fiber: mem::transmute::<*mut c_void, SwitchToFiber>(switch),
            destroy_fiber: mem::transmute::<*mut c_void, DestroyFiber>(destroy),
        })
    }
}

/// What the runtimes know of one stack: a fiber's, or that of the main loop.
pub struct Shadow {
    fake_stack: *mut c_void,
    bottom: *const c_void,
    size: usize,
    fiber: *mut c_void,
}

impl Shadow {
    /// Nothing known.
    pub const NONE: Shadow = Shadow {
        fake_stack: ptr::null_mut(),
        bottom: ptr::null(),
        size: 0,
        fiber: ptr::null_mut(),
    };
}

/// Where a switch leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// The stack that is left will be resumed.
    ToReturn,
    /// It won't.
    ForGood,
}

impl Runtimes {
    /// Are the fibers counted that there may be?
    #[cfg(test)]
    pub fn count_fibers(&self) -> bool {
        self.thread.is_some()
    }

    /// A new fiber, on this stack. None: there may be no more.
    pub fn create(&self, bottom: usize, size: usize) -> Option<Shadow> {
        let bottom = bottom as *const c_void;
        let mut fiber = ptr::null_mut();
        if let Some(thread) = &self.thread {
            // Relaxed: a count, and nothing hangs on it but a limit.
            if TSAN_COUNT.fetch_add(1, Ordering::Relaxed) >= TSAN_FIBERS {
                TSAN_COUNT.fetch_sub(1, Ordering::Relaxed);
                return None;
            }
            // SAFETY: destroyed in `destroy`.
            fiber = unsafe { (thread.create_fiber)(0) };
        }
        if let Some(address) = &self.address {
            // SAFETY: a stack on which nothing runs. Frames that were
            // forgotten on it may have left poison.
            unsafe { (address.unpoison)(bottom, size) };
        }
        Some(Shadow {
            bottom,
            size,
            fiber,
            ..Shadow::NONE
        })
    }

    /// The fiber is no more, or never will be resumed.
    pub fn destroy(&self, shadow: Shadow) {
        if let (Some(thread), false) = (&self.thread, shadow.fiber.is_null()) {
            // SAFETY: created above, and not the one that runs.
            unsafe { (thread.destroy_fiber)(shadow.fiber) };
            TSAN_COUNT.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Just before the switch from one stack to the other.
    #[inline(always)]
    pub fn leave(&self, from: &mut Shadow, to: &Shadow, how: Leave) {
        if let Some(address) = &self.address {
            let save = match how {
                Leave::ToReturn => &mut from.fake_stack,
                Leave::ForGood => ptr::null_mut(),
            };
            // SAFETY: the bounds of the stack that comes next.
            unsafe { (address.start_switch)(save, to.bottom, to.size) };
        }
        if let Some(thread) = &self.thread
            && !to.fiber.is_null()
        {
            // SAFETY: a fiber that exists.
            unsafe { (thread.switch_to_fiber)(to.fiber, 0) };
        }
    }

    /// Before the main loop leaves its stack: who is it?
    #[inline(always)]
    pub fn look_at_loop(&self, shadow: &mut Shadow) {
        if let Some(thread) = &self.thread {
            // SAFETY: no arguments.
            shadow.fiber = unsafe { (thread.current_fiber)() };
        }
    }

    /// Just after the switch: we are on `to` again, or for the first time, and
    /// come from `from`.
    #[inline(always)]
    pub fn arrive(&self, from: &mut Shadow, to: &Shadow) {
        if let Some(address) = &self.address {
            // SAFETY: what `leave` saved for this stack; the bounds of the
            // stack that was left are written.
            unsafe { (address.finish_switch)(to.fake_stack, &mut from.bottom, &mut from.size) };
        }
    }
}
