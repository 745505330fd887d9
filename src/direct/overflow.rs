//! Names a stack overflow in a fiber for what it is.
//!
//! A fiber that overflows its stack writes into its guard and gets SIGSEGV.
//! The handler here runs on the thread's alternate signal stack, writes one
//! line, and lets the process die of the signal, core dump included. Every
//! other fault goes to the handler that was there before.
//!
//! Depends on the kernel and on the list of slabs.

use super::stack::{guard::GUARD, slab};
use once_cell::sync::OnceCell;
use std::ffi::{c_int, c_void};
use std::mem::{self, MaybeUninit};
use std::ptr;

/// What the signals did before. Set before our handler is.
static BEFORE: [OnceCell<libc::sigaction>; 2] = [OnceCell::new(), OnceCell::new()];
/// A fault in a guard is a SIGSEGV on Linux, a SIGBUS elsewhere.
const SIGNALS: [c_int; 2] = [libc::SIGSEGV, libc::SIGBUS];

/// Readies the process (once) and the calling thread. Without success faults
/// are what they were: the guards stop an overflow all the same. The result
/// goes to [`leave_thread`].
pub fn enter_thread() -> SignalStack {
    static ONCE: OnceCell<()> = OnceCell::new();
    ONCE.get_or_init(|| {
        for (signal, before) in SIGNALS.into_iter().zip(&BEFORE) {
            watch(signal, before);
        }
    });
    SignalStack::install()
}

/// Puts the thread's signal stack back.
pub fn leave_thread(stack: SignalStack) {
    stack.remove();
}

fn watch(signal: c_int, before: &OnceCell<libc::sigaction>) {
    // SAFETY: plain structures, filled in by the kernel or below; the handler
    // is async-signal-safe and has the signature that SA_SIGINFO asks for.
    unsafe {
        let mut old = MaybeUninit::uninit();
        if libc::sigaction(signal, ptr::null(), old.as_mut_ptr()) != 0 {
            return;
        }
        let _ = before.set(old.assume_init());
        let mut new: libc::sigaction = mem::zeroed();
        new.sa_sigaction = handler as *const () as usize;
        // SA_NODEFER: a handler that we hand over to may leave by a jump, and
        // the signal must not stay blocked then.
        new.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
        libc::sigemptyset(&mut new.sa_mask);
        libc::sigaction(signal, &new, ptr::null_mut());
    }
}

/// Is this the handler here? It does nothing but see that the process dies, or hand
/// over to the one of before.
pub fn is_handler(address: usize) -> bool {
    address == handler as *const () as usize
}

/// # Safety
/// Called by the kernel.
unsafe extern "C" fn handler(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel gave both; `si_code` says whether it was a fault (and
    // not sent by a process), and then there is an address.
    let (fault, sp) = unsafe {
        let address = ((*info).si_code > 0).then(|| (*info).si_addr() as usize);
        (address, stack_pointer(context))
    };
    if let Some(place) = fault.and_then(|address| overflown(address, sp)) {
        report(place.size);
        // Returning repeats the fault, and that is the end, with a core dump
        // that shows the culprit.
        die_by(signal);
        return;
    }
    let before = SIGNALS
        .iter()
        .position(|&s| s == signal)
        .and_then(|i| BEFORE[i].get());
    match before.map_or(libc::SIG_DFL, |old| old.sa_sigaction) {
        libc::SIG_DFL => die_by(signal),
        // The kernel does not let a real fault be ignored either.
        libc::SIG_IGN => {
            if fault.is_some() {
                die_by(signal);
            }
        }
        // SAFETY: a handler that was installed with these flags takes these
        // arguments.
        old => unsafe {
            if before.is_some_and(|b| b.sa_flags & libc::SA_SIGINFO != 0) {
                let old: unsafe extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) =
                    mem::transmute(old);
                old(signal, info, context);
            } else {
                let old: unsafe extern "C" fn(c_int) = mem::transmute(old);
                old(signal);
            }
        },
    }
}

/// The stack that overflowed, if it is one of ours: the address lies in a
/// guard, and the stack pointer close by. Another's stray pointer into a guard
/// is no overflow.
fn overflown(address: usize, sp: Option<usize>) -> Option<slab::Place> {
    let place = slab::find(address).filter(|place| place.is_guard(address))?;
    // A large frame may move the stack pointer beyond the guard before it is
    // touched.
    let near = |sp: usize| place.contains(sp) || place.low.wrapping_sub(sp) <= 16 * GUARD;
    sp.is_none_or(near).then_some(place)
}

/// The stack pointer at the fault, on the architectures where we know it.
///
/// # Safety
/// `context` is what a SA_SIGINFO handler was given.
unsafe fn stack_pointer(context: *mut c_void) -> Option<usize> {
    let context = context.cast::<libc::ucontext_t>();
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    // SAFETY: the kernel's `ucontext_t`.
    let sp = Some(unsafe { (*context).uc_mcontext.gregs[libc::REG_RSP as usize] as usize });
    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    // SAFETY: the kernel's `ucontext_t`.
    let sp = Some(unsafe { (*context).uc_mcontext.sp as usize });
    #[cfg(not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )))]
    let sp = {
        let _ = context;
        None
    };
    sp
}

/// Writes the line. No allocation, no lock, no formatting machinery: this is a
/// signal handler.
fn report(size: usize) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = size;
    while rest != 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let parts: [&[u8]; 3] = [
        b"liblwt: stack overflow in a fiber (a stack of ",
        &digits[at..],
        b" bytes; lwt_spawn's stack_size sets it)\n",
    ];
    let mut line = [0; 128];
    let mut len = 0;
    for part in parts {
        line[len..len + part.len()].copy_from_slice(part);
        len += part.len();
    }
    // SAFETY: `write` is async-signal-safe; a line that can't be written is
    // not worth more.
    unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), len) };
}

/// The next such signal has its default effect.
fn die_by(signal: c_int) {
    // SAFETY: async-signal-safe.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// The alternate signal stack that a thread was given here, if it had none.
pub struct SignalStack {
    base: *mut c_void,
    length: usize,
}

impl SignalStack {
    const NONE: SignalStack = SignalStack {
        base: ptr::null_mut(),
        length: 0,
    };

    fn install() -> SignalStack {
        // SAFETY: asks, maps and installs; each result is looked at.
        unsafe {
            let mut old: libc::stack_t = mem::zeroed();
            if libc::sigaltstack(ptr::null(), &mut old) != 0 || old.ss_flags & libc::SS_DISABLE == 0
            {
                return SignalStack::NONE;
            }
            // The kernel's frame, and room for the handlers of others.
            let length = libc::getauxval(libc::AT_MINSIGSTKSZ) as usize + 64 * 1024;
            let length = length.next_multiple_of(64 * 1024);
            let base = libc::mmap(
                ptr::null_mut(),
                length,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK,
                -1,
                0,
            );
            if base == libc::MAP_FAILED {
                return SignalStack::NONE;
            }
            let new = libc::stack_t {
                ss_sp: base,
                ss_flags: 0,
                ss_size: length,
            };
            if libc::sigaltstack(&new, ptr::null_mut()) != 0 {
                libc::munmap(base, length);
                return SignalStack::NONE;
            }
            SignalStack { base, length }
        }
    }

    fn remove(self) {
        if self.base.is_null() {
            return;
        }
        // SAFETY: unmaps what `install` mapped, unless the thread has come to
        // run on it or the kernel still uses it.
        unsafe {
            let mut now: libc::stack_t = mem::zeroed();
            libc::sigaltstack(ptr::null(), &mut now);
            if now.ss_sp == self.base {
                let mut none: libc::stack_t = mem::zeroed();
                none.ss_flags = libc::SS_DISABLE;
                if libc::sigaltstack(&none, ptr::null_mut()) != 0 {
                    return;
                }
            }
            libc::munmap(self.base, self.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stack::pool::Pool;
    use super::*;
    use corosensei::Coroutine;
    use std::hint::black_box;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    /// Runs `f` in a process of its own, which is this test once more: how it
    /// ended (a signal as a negative number), and what it wrote to its
    /// standard error.
    fn in_a_process(test: &str, f: fn()) -> (c_int, String) {
        const CHILD: &str = "LWT_TEST_CHILD";
        if std::env::var_os(CHILD).is_some() {
            f();
            std::process::exit(0);
        }
        let (_, module) = module_path!().split_once("::").unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args([&format!("{module}::{test}"), "--exact", "--nocapture"])
            .env(CHILD, test)
            .output()
            .unwrap();
        let end = child
            .status
            .code()
            .unwrap_or_else(|| -child.status.signal().unwrap());
        (end, String::from_utf8_lossy(&child.stderr).into_owned())
    }

    #[allow(unconditional_recursion)]
    fn dig(depth: u64) -> u64 {
        let here = black_box([depth; 50]);
        dig(depth + 1) + here[black_box(7)]
    }

    fn on_a_fiber(size: usize, f: fn()) {
        let mut pool = Pool::default();
        let stack = pool.take(size).unwrap();
        Coroutine::<(), (), (), _>::with_stack(stack, move |_, ()| f()).resume(());
    }

    /// A handler as a language runtime may have it.
    unsafe extern "C" fn exit_7(_: c_int) {
        // SAFETY: async-signal-safe.
        unsafe { libc::_exit(7) }
    }

    fn fault() {
        // SAFETY: none: that is what the child tries.
        unsafe { black_box(8 as *mut u8).write_volatile(1) };
    }

    #[test]
    fn an_overflow_in_a_fiber_is_named_and_kills_by_sigsegv() {
        let (end, text) = in_a_process(
            "an_overflow_in_a_fiber_is_named_and_kills_by_sigsegv",
            || {
                let _ = enter_thread();
                on_a_fiber(128 * 1024, || {
                    black_box(dig(0));
                });
            },
        );
        assert_eq!(end, -libc::SIGSEGV, "{text}");
        assert_eq!(
            text,
            "liblwt: stack overflow in a fiber (a stack of 131072 bytes; \
             lwt_spawn's stack_size sets it)\n"
        );
    }

    #[test]
    fn another_fault_goes_to_the_handler_that_was_there_before() {
        let (end, text) = in_a_process(
            "another_fault_goes_to_the_handler_that_was_there_before",
            || {
                // SAFETY: a handler of the right signature.
                unsafe { libc::signal(libc::SIGSEGV, exit_7 as *const () as usize) };
                let _ = enter_thread();
                on_a_fiber(0, fault);
            },
        );
        assert_eq!((end, text.as_str()), (7, ""));
    }

    #[test]
    fn another_fault_is_not_called_an_overflow() {
        let (end, text) = in_a_process("another_fault_is_not_called_an_overflow", || {
            // SAFETY: the default action.
            unsafe { libc::signal(libc::SIGSEGV, libc::SIG_DFL) };
            let _ = enter_thread();
            on_a_fiber(0, fault);
        });
        assert_eq!((end, text.as_str()), (-libc::SIGSEGV, ""));
    }

    #[test]
    fn a_stray_pointer_into_a_guard_is_not_called_an_overflow() {
        let pool = &mut Pool::default();
        let guard = pool.take(0).unwrap().floor() - 8;
        let here = &guard as *const usize as usize;
        assert_eq!(overflown(guard, Some(here)), None);
        assert!(overflown(guard, Some(guard + 100)).is_some());
        assert!(overflown(guard, Some(guard - 5 * GUARD)).is_some());
        assert!(
            overflown(guard + 8, Some(guard + 8)).is_none(),
            "the stack itself"
        );
    }

    #[test]
    fn a_thread_without_a_signal_stack_is_given_one_and_loses_it_at_its_end() {
        fn disabled() -> bool {
            // SAFETY: asks only.
            unsafe {
                let mut now: libc::stack_t = mem::zeroed();
                libc::sigaltstack(ptr::null(), &mut now);
                now.ss_flags & libc::SS_DISABLE != 0
            }
        }
        // SAFETY: this test's thread alone is without a signal stack, which
        // the standard library had given it.
        unsafe {
            let mut none: libc::stack_t = mem::zeroed();
            none.ss_flags = libc::SS_DISABLE;
            libc::sigaltstack(&none, ptr::null_mut());
        }
        let given = SignalStack::install();
        assert!(!disabled());
        leave_thread(given);
        assert!(disabled());
    }
}
