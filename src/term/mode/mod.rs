//! Raw mode, and what is switched on at the screen: `Lwt_term.with_raw_mode` and the
//! like. Module Lwt_term; calls signals, exit hooks and the channels of Lwt_io.
//!
//! However the process ends or stops, the terminal is as it was: `terminal` knows what
//! to undo, `signals` has it undone, and here it is when the process exits.

mod resume;
mod signals;
mod terminal;

use crate::abi::LWT_FAILURE;
use crate::exn::Exn;
use crate::io::{Standard, standard};
use crate::promise::{Promise, future::spawn};
use crate::scheduler::main_loop::run_exit_hooks;
use crate::unix::process_lock::ProcessLock;
use crate::value::Value;
use std::sync::Once;
use terminal::TERMINAL;

pub use resume::{Resume, on_resume};
pub use terminal::{Feature, INPUT, OUTPUT, is_foreground};

/// How many are in raw mode.
static DEPTH: ProcessLock<usize> = ProcessLock::new(0);

/// Is that descriptor a terminal?
pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: no conditions.
    unsafe { libc::isatty(fd) == 1 }
}

/// The state is this process's, and undone when it ends. Under the lock.
fn claim(depth: &mut usize) {
    static ONCE: Once = Once::new();
    extern "C" fn at_exit() {
        // They may have something to say to the screen still.
        run_exit_hooks();
        TERMINAL.undo();
        TERMINAL.forget();
    }
    if TERMINAL.claim() {
        *depth = 0;
    }
    // SAFETY: the library is never unloaded.
    ONCE.call_once(|| unsafe {
        libc::atexit(at_exit);
    });
    signals::watch();
}

/// Raw mode, until it is dropped: by the last one the terminal is as it was.
pub struct Raw {
    /// The process that has entered it.
    process: u32,
    _resume: Option<Resume>,
}

impl Raw {
    /// Enters it. The failure: standard input is no terminal, or it has gone away.
    pub fn enter() -> Result<Raw, Exn> {
        if !is_terminal(INPUT) {
            let text = "lwt_term_with_raw_mode: standard input is not a terminal";
            return Err(Exn::new(LWT_FAILURE, text));
        }
        DEPTH
            .with(|depth| {
                claim(depth);
                if *depth == 0 {
                    TERMINAL.make_raw()?;
                }
                *depth += 1;
                Ok(())
            })
            .map_err(|error| Exn::unix(error, c"tcsetattr", c""))?;
        Ok(Raw {
            process: std::process::id(),
            _resume: on_resume(|| {}).ok(),
        })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // In the child of a fork it is the parent's.
        if self.process != std::process::id() {
            return;
        }
        DEPTH.with(|depth| {
            *depth = depth.saturating_sub(1);
            if *depth == 0 {
                TERMINAL.make_cooked();
            }
        });
    }
}

/// `Lwt_term.raw_mode`
pub fn is_raw() -> bool {
    TERMINAL.is_raw()
}

/// Is that switched on?
pub fn has(feature: Feature) -> bool {
    TERMINAL.has(feature)
}

/// Notes that a feature is switched on or off: returns what has to be written to the
/// screen for that. When the process ends it is switched off.
pub fn switch(feature: Feature, on: bool) -> &'static str {
    DEPTH.with(|depth| {
        claim(depth);
        TERMINAL.note(feature, on);
    });
    feature.sequence(on)
}

/// Something is drawn at the cursor, of which so many rows below it are to stay if the
/// process ends.
pub fn shown(below: usize) {
    TERMINAL.note_shown(Some(below));
}

/// Nothing is drawn any more.
pub fn not_shown() {
    TERMINAL.note_shown(None);
}

/// Switches it by `Lwt_io.stdout`, which is flushed. Nothing happens if that is no
/// terminal.
pub fn set(feature: Feature, on: bool) -> Promise {
    if !is_terminal(OUTPUT) {
        return crate::promise::resolved(Value::UNIT);
    }
    if on {
        return write(switch(feature, true));
    }
    spawn(async move {
        // It is to be switched off at the end unless this has come through.
        write(feature.sequence(false)).await?;
        switch(feature, false);
        Ok(Value::UNIT)
    })
}

/// Writes to the screen, after what was written to `Lwt_io.stdout`, and flushes that.
pub fn write(text: &str) -> Promise {
    let channel = standard(Standard::Output);
    let written = channel.write([text.as_bytes(), b""]);
    if written.is_pending() || written.exn().is_some() {
        return spawn(async move {
            written.await?;
            channel.flush().await
        });
    }
    channel.flush()
}

/// `Lwt_term.with_raw_mode`
pub fn with_raw(f: impl FnOnce() -> Promise + 'static) -> Promise {
    spawn(async move {
        let raw = Raw::enter()?;
        let outcome = f().await;
        drop(raw);
        outcome
    })
}

/// Stops the process and those of its group, as ^Z does outside of raw mode, until it
/// goes on.
pub fn suspend() -> Result<(), Exn> {
    // SAFETY: no conditions.
    match unsafe { libc::kill(0, libc::SIGTSTP) } {
        0 => Ok(()),
        _ => {
            let error = std::io::Error::last_os_error();
            let errno = error.raw_os_error().unwrap_or(libc::EPERM);
            Err(Exn::unix(errno, c"kill", c""))
        }
    }
}

/// A read has failed: was that because the process is in the background? Then it stops as
/// any other does that reads there (the workers, which block signals, were told by the
/// failure), and this returns when it goes on. True: it is in the foreground now.
pub fn stopped_for(exn: &Exn) -> bool {
    if exn.errno() != libc::EIO || is_foreground() {
        return false;
    }
    // SAFETY: no conditions.
    unsafe { libc::kill(0, libc::SIGTTIN) };
    is_foreground()
}
