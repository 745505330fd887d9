//! The futex: how the loop sleeps when only a knock can wake it. Under loom,
//! which does not know it, the same in loom's words. Calls nothing.

use super::sync::atomic::AtomicU32;
#[cfg(loom)]
use super::sync::atomic::Ordering;

/// What the kernel keeps of a futex. The word itself lives with its owner.
pub(crate) struct Futex {
    #[cfg(loom)]
    kernel: (loom::sync::Mutex<()>, loom::sync::Condvar),
}

#[cfg(not(loom))]
impl Futex {
    pub(crate) fn new() -> Futex {
        Futex {}
    }

    /// Sleeps while `word` is `expected`, until [`Futex::wake_one`], a signal
    /// or `deadline` (nanoseconds of CLOCK_MONOTONIC). May return for no
    /// reason at all.
    pub(crate) fn wait(&self, word: &AtomicU32, expected: u32, deadline: Option<u64>) {
        let at = deadline.map(super::clock::timespec);
        let timeout = at
            .as_ref()
            .map_or(std::ptr::null(), |t| t as *const libc::timespec);
        // SAFETY: the word and the timespec outlive the call, which writes to
        // neither. BITSET, since it alone takes an absolute time.
        unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
                expected,
                timeout,
                std::ptr::null::<u32>(),
                libc::FUTEX_BITSET_MATCH_ANY,
            );
        }
    }

    /// Wakes one sleeper. Async-signal-safe.
    pub(crate) fn wake_one(&self, word: &AtomicU32) {
        // SAFETY: the kernel only compares the address. errno is put back,
        // for a signal handler must leave it as it was.
        unsafe {
            let errno = libc::__errno_location();
            let saved = *errno;
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
                1,
            );
            *errno = saved;
        }
    }
}

/// The kernel's promise in loom's words: comparing and falling asleep are one
/// step to whoever wakes.
#[cfg(loom)]
impl Futex {
    pub(crate) fn new() -> Futex {
        Futex {
            kernel: (loom::sync::Mutex::new(()), loom::sync::Condvar::new()),
        }
    }
    pub(crate) fn wait(&self, word: &AtomicU32, expected: u32, _deadline: Option<u64>) {
        let kernel = self.kernel.0.lock().unwrap();
        if word.load(Ordering::SeqCst) == expected {
            drop(self.kernel.1.wait(kernel).unwrap());
        }
    }
    pub(crate) fn wake_one(&self, _word: &AtomicU32) {
        let _kernel = self.kernel.0.lock().unwrap();
        self.kernel.1.notify_one();
    }
}
