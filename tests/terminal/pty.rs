//! A terminal of the kernel's with a program in it, and vt100 as the screen.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program in a terminal.
pub struct Terminal {
    control: File,
    /// Held open, so that what the program has left can be looked at when it is over.
    _program_side: OwnedFd,
    child: Child,
    parser: vt100::Parser,
}

fn dimension(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has some of them")
}

fn window(columns: u16, lines: u16) -> libc::winsize {
    libc::winsize {
        ws_row: lines,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

impl Terminal {
    /// Starts a program with these arguments.
    pub fn start(columns: u16, lines: u16, program: &Path, arguments: &[&OsStr]) -> Terminal {
        let (mut control, mut other) = (-1, -1);
        let size = window(columns, lines);
        // SAFETY: all places live through the call.
        let made = unsafe {
            libc::openpty(
                &mut control,
                &mut other,
                std::ptr::null_mut(),
                std::ptr::null(),
                &raw const size,
            )
        };
        assert_eq!(made, 0, "openpty");
        // SAFETY: just opened, and nobody else's.
        let (control, other) = unsafe { (File::from_raw_fd(control), OwnedFd::from_raw_fd(other)) };
        // SAFETY: no pointers. A child must not have it, or the terminal never goes away.
        unsafe { libc::fcntl(control.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) };
        let side = || Stdio::from(other.try_clone().expect("a descriptor"));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("TERM", "xterm-256color")
            .stdin(side())
            .stdout(side())
            .stderr(side());
        // SAFETY: both calls may be made there: the terminal becomes the child's own.
        unsafe {
            command.pre_exec(|| {
                if libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY, 0) != 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        Terminal {
            control,
            child: command.spawn().expect("the program starts"),
            _program_side: other,
            parser: vt100::Parser::new(dimension(lines), dimension(columns), 0),
        }
    }

    /// Takes in what is shown, waiting for some of it for so long.
    fn look(&mut self, ms: i32) -> bool {
        let mut look = libc::pollfd {
            fd: self.control.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one entry, which lives through the call.
        if unsafe { libc::poll(&mut look, 1, ms) } <= 0 {
            return false;
        }
        let mut bytes = [0; 4096];
        let got = self.control.read(&mut bytes).unwrap_or(0);
        self.parser.process(&bytes[..got]);
        got > 0
    }

    /// The screen as it is now.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub fn until(&mut self, what: &str, is: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is(self.screen()) {
            assert!(
                Instant::now() < end,
                "{what} is not to be seen:\n{}",
                self.screen().contents()
            );
            self.look(20);
        }
    }

    /// Waits until a text is to be seen.
    #[track_caller]
    pub fn shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Types.
    pub fn types(&mut self, text: &str) {
        self.control
            .write_all(text.as_bytes())
            .expect("it takes what is typed");
    }

    /// The window gets another size.
    pub fn resize(&mut self, columns: u16, lines: u16) {
        self.parser
            .screen_mut()
            .set_size(dimension(lines), dimension(columns));
        let size = window(columns, lines);
        // SAFETY: it lives through the call.
        let done =
            unsafe { libc::ioctl(self.control.as_raw_fd(), libc::TIOCSWINSZ, &raw const size) };
        assert_eq!(done, 0, "TIOCSWINSZ");
    }

    /// Waits for the end of the program: its exit code, or minus the signal. All that it
    /// has shown is on the screen then.
    #[track_caller]
    pub fn over(&mut self) -> i32 {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            self.look(20);
            match self.child.try_wait().expect("it is our child") {
                Some(status) => break status,
                None => assert!(Instant::now() < end, "it does not end"),
            }
        };
        while self.look(50) {}
        status
            .code()
            .unwrap_or_else(|| -status.signal().unwrap_or(0))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
