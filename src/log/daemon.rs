//! Module Lwt_daemon: becoming a process that nobody waits for and no terminal has.
//! It is on this floor since what a daemon prints is logged. Calls loggers and fork.

use super::latch::Done;
use super::level::Level;
use super::logger::syslog::{Form, PATHS};
use super::logger::{Logger, lines, writer};
use super::record::{Place, Record};
use super::section::Section;
use super::stamp::Time;
use super::table;
use super::template::{self, Template};
use crate::abi::LWT_INVALID_ARGUMENT;
use crate::exn::Exn;
use crate::scheduler::job::launch;
use crate::unix::fork;
use std::ffi::{CStr, CString, c_int, c_void};
use std::io;
use std::sync::Arc;

/// The facility of a daemon's messages.
const DAEMON: u8 = 3;
/// A line that is longer is logged in pieces.
const LONGEST: usize = 64 << 10;

/// What becomes of a stream of the process.
pub enum Stream {
    /// It is /dev/null.
    Null,
    /// It is closed.
    Close,
    /// It stays.
    Keep,
    /// Each line is a message. None: to the default logger.
    Log(Option<Arc<Logger>>),
}

/// What a daemon is to be like.
pub struct Wishes {
    /// Is the default logger to be the system's?
    pub syslog: bool,
    /// Standard input, output and error.
    pub streams: [Stream; 3],
    /// Where it lives.
    pub directory: CString,
    /// What the files that it makes are not.
    pub umask: libc::mode_t,
}

fn failed(call: &CStr, argument: &CStr) -> Exn {
    let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
    Exn::unix(errno, call, argument)
}

/// `Lwt_daemon.daemonize`: returns in the daemon; the process that called it ends.
pub fn daemonize(wishes: Wishes) -> Done {
    // SAFETY: no conditions.
    if unsafe { libc::getppid() } == 1 {
        return Ok(());
    }
    check(&wishes)?;
    // SAFETY: the text ends with a NUL byte.
    if unsafe { libc::chdir(wishes.directory.as_ptr()) } != 0 {
        return Err(failed(c"chdir", &wishes.directory));
    }
    match fork::fork() {
        Err(error) => Err(Exn::unix(error.raw_os_error().unwrap_or(0), c"fork", c"")),
        Ok(0) => begin(wishes),
        Ok(_) => {
            // What was logged so far is this process's to write.
            writer::finish();
            // SAFETY: it ends, and runs no exit hook.
            unsafe { libc::_exit(0) }
        }
    }
}

/// Would standard error be logged into itself?
fn check(wishes: &Wishes) -> Done {
    let Stream::Log(logger) = &wishes.streams[2] else {
        return Ok(());
    };
    let default = || (!wishes.syslog).then(table::default);
    let target = logger.clone().or_else(default);
    match target.is_some_and(|target| Arc::ptr_eq(&target, &table::standard_error())) {
        true => Err(Exn::new(
            LWT_INVALID_ARGUMENT,
            "lwt_daemon_daemonize: standard error would be logged to standard error",
        )),
        false => Ok(()),
    }
}

/// In the child.
fn begin(wishes: Wishes) -> Done {
    // SAFETY: no conditions.
    unsafe { libc::setsid() };
    if wishes.syslog {
        let paths = PATHS.map(CString::from).into();
        let template = Template::known(template::SYSLOG);
        table::set_default(lines::syslog(paths, Form::Rfc3164, DAEMON, template));
    }
    for (fd, stream) in (0..).zip(wishes.streams) {
        redirect(fd, stream)?;
    }
    // SAFETY: no conditions.
    unsafe { libc::umask(wishes.umask) };
    Ok(())
}

fn redirect(fd: c_int, stream: Stream) -> Done {
    match stream {
        Stream::Keep => Ok(()),
        Stream::Close => {
            // SAFETY: the user wants it closed.
            unsafe { libc::close(fd) };
            Ok(())
        }
        Stream::Null => {
            // SAFETY: the text ends with a NUL byte.
            let null = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC) };
            if null < 0 {
                return Err(failed(c"open", c"/dev/null"));
            }
            become_of(null, fd)
        }
        Stream::Log(logger) => {
            let mut ends = [0; 2];
            // SAFETY: there is room for two.
            if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
                return Err(failed(c"pipe", c""));
            }
            become_of(ends[1], fd)?;
            let reader = Box::new(Reader {
                fd: ends[0],
                logger,
            });
            let raw = Box::into_raw(reader);
            // SAFETY: `read` takes over the box.
            let started = unsafe { launch::deaf(read, raw.cast()) };
            started.map_err(|errno| {
                // SAFETY: nobody took it over.
                drop(unsafe { Box::from_raw(raw) });
                Exn::unix(errno, c"pthread_create", c"")
            })
        }
    }
}

/// A descriptor takes the place of another one.
fn become_of(from: c_int, to: c_int) -> Done {
    if from == to {
        // SAFETY: it is ours; it was free before, and stays when programs are executed.
        unsafe { libc::fcntl(to, libc::F_SETFD, 0) };
        return Ok(());
    }
    // SAFETY: `from` is ours, and of no use any more.
    let done = unsafe { libc::dup2(from, to) };
    let result = if done < 0 {
        Err(failed(c"dup2", c""))
    } else {
        Ok(())
    };
    // SAFETY: as above.
    unsafe { libc::close(from) };
    result
}

/// The end of a pipe into which a stream of this process goes.
struct Reader {
    fd: c_int,
    logger: Option<Arc<Logger>>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it is this one's.
        unsafe { libc::close(self.fd) };
    }
}

impl Reader {
    fn log(&self, line: &[u8]) {
        let record = Record {
            section: Section::main(),
            level: Level::Notice,
            place: Place::default(),
            time: Time::now(),
            text: line,
            exn: None,
            fields: &[],
        };
        let logger = self.logger.clone().unwrap_or_else(table::default);
        // Nobody could be told of a failure.
        drop(super::message::log(&logger, &record, true));
    }
}

/// A thread that does nothing else, so that what is printed is logged whatever the main
/// loop does.
extern "C" fn read(reader: *mut c_void) -> *mut c_void {
    // SAFETY: it was given to this thread.
    let reader = unsafe { Box::from_raw(reader.cast::<Reader>()) };
    let mut text: Vec<u8> = Vec::new();
    let mut buffer = [0u8; 4096];
    loop {
        // SAFETY: the room is there.
        let n = unsafe { libc::read(reader.fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if n < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted {
            continue;
        }
        if n <= 0 {
            break;
        }
        text.extend_from_slice(&buffer[..n as usize]);
        while let Some(end) = text.iter().position(|&b| b == b'\n') {
            reader.log(&text[..end]);
            text.drain(..=end);
        }
        if text.len() > LONGEST {
            reader.log(&text);
            text.clear();
        }
    }
    if !text.is_empty() {
        reader.log(&text);
    }
    std::ptr::null_mut()
}
