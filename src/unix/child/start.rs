//! Starting a program in a child. The child shares the memory of the process
//! until it has the program (clone(2), as vfork does it), so that nothing of a
//! big process is copied, and this thread stands still meanwhile.
//!
//! What the child does between is a few system calls on memory that was made
//! ready before: it allocates nothing, takes no lock, and has no signal handlers
//! that could run in there. Whatever fails ends it with the status 127.

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr;

/// What one of the three standard descriptors of the child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The parent's.
    Keep,
    /// `/dev/null`.
    DevNull,
    /// Closed.
    Close,
    /// A copy of one of the parent's.
    Copy(RawFd),
}

/// A program to be started.
pub struct Command<'a> {
    /// Its file; a name without a slash is looked for in PATH.
    pub program: &'a CStr,
    /// Its arguments, the name first, and NULL.
    pub argv: *const *const c_char,
    /// Its environment, with a NULL; NULL: the parent's.
    pub env: *const *const c_char,
    /// Where it runs.
    pub directory: Option<&'a CStr>,
    /// Its standard input, output and error.
    pub streams: [Stream; 3],
    /// The process group that it enters, 0: one of its own. None: the parent's.
    pub group: Option<c_int>,
}

/// All that the child needs.
struct Plan {
    /// The files to try, one after the other, and NULL.
    files: Vec<*const c_char>,
    argv: *const *const c_char,
    env: *const *const c_char,
    /// To run a script that names no interpreter: the shell, room for the file,
    /// the further arguments and NULL.
    script: Vec<*const c_char>,
    directory: *const c_char,
    streams: [Stream; 3],
    group: Option<c_int>,
    /// The signals that the thread has blocked.
    mask: u64,
}

unsafe extern "C" {
    static environ: *const *const c_char;
}

const SHELL: &CStr = c"/bin/sh";
const STACK: usize = 32 * 1024;
const FAILED: c_int = 127;
const SIGNALS: c_int = 64;

/// Sets which signals this thread blocks, the C library's own too, which hides
/// those from sigprocmask(3). Returns which were blocked.
fn block(signals: u64) -> u64 {
    let mut before = 0u64;
    // SAFETY: the kernel's own sets, of eight bytes.
    unsafe {
        libc::syscall(
            libc::SYS_rt_sigprocmask,
            libc::SIG_SETMASK,
            &raw const signals,
            &raw mut before,
            size_of::<u64>(),
        );
    }
    before
}

impl Command<'_> {
    /// Starts it: the number of the child, which the caller has to wait for. A
    /// program that can't be run is a child that ends with 127.
    ///
    /// # Safety
    /// `argv`, and `env` if it is not NULL, are arrays of texts up to a NULL;
    /// `argv` has one before that.
    pub unsafe fn start(&self) -> io::Result<c_int> {
        let paths = files(self.program);
        let mut files: Vec<_> = paths.iter().map(|path| path.as_ptr()).collect();
        files.push(ptr::null());
        let mut script = vec![SHELL.as_ptr(), ptr::null()];
        // SAFETY: the caller's promise: a text, then texts up to a NULL.
        unsafe {
            let mut next = self.argv.add(1);
            while !(*next).is_null() {
                script.push(*next);
                next = next.add(1);
            }
        }
        script.push(ptr::null());
        let env = match self.env.is_null() {
            // SAFETY: the C library's, to be read by who does not write it.
            true => unsafe { environ },
            false => self.env,
        };
        // Before signals are blocked, for it may be refused.
        let mut stack = Vec::<u8>::new();
        let room = stack.try_reserve_exact(STACK);
        room.map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
        let mut plan = Plan {
            files,
            argv: self.argv,
            env,
            script,
            directory: self.directory.map_or(ptr::null(), CStr::as_ptr),
            streams: self.streams,
            group: self.group,
            mask: block(!0),
        };
        let top = stack.spare_capacity_mut().as_mut_ptr_range().end;
        let top = top.wrapping_sub(top as usize % 16);
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        // SAFETY: the child has a stack of its own, and this thread goes on
        // only when it does not use the memory any more.
        let pid = unsafe { libc::clone(child, top.cast(), flags, (&raw mut plan).cast()) };
        let error = io::Error::last_os_error();
        block(plan.mask);
        drop((stack, paths));
        match pid {
            -1 => Err(error),
            pid => Ok(pid),
        }
    }
}

/// Where a program may be, as execvp(3) looks for it.
fn files(program: &CStr) -> Vec<CString> {
    let name = program.to_bytes();
    if name.is_empty() || name.contains(&b'/') {
        return vec![program.into()];
    }
    // SAFETY: the environment is not written by who keeps the rules of POSIX.
    let path = unsafe { libc::getenv(c"PATH".as_ptr()) };
    let path = match path.is_null() {
        true => c"/bin:/usr/bin".to_bytes(),
        // SAFETY: a text, which is read at once.
        false => unsafe { CStr::from_ptr(path) }.to_bytes(),
    };
    let file = |folder: &[u8]| {
        let folder = if folder.is_empty() { b"." } else { folder };
        CString::new([folder, b"/", name].concat()).ok()
    };
    path.split(|&byte| byte == b':').filter_map(file).collect()
}

/// A system call that may fail.
///
/// # Safety
/// As the call.
unsafe fn call(number: c_long, a: c_long, b: c_long, c: c_long) -> Result<c_long, ()> {
    // SAFETY: the caller's promise.
    match unsafe { libc::syscall(number, a, b, c) } {
        -1 => Err(()),
        result => Ok(result),
    }
}

/// What the child does.
extern "C" fn child(plan: *mut c_void) -> c_int {
    // SAFETY: `start` gives its plan, and stands still.
    let plan = unsafe { &mut *plan.cast::<Plan>() };
    forget_handlers();
    if prepare(plan).is_ok() {
        block(plan.mask);
        run(plan);
    }
    loop {
        // SAFETY: ends the process, and nothing else of this memory's.
        unsafe { libc::syscall(libc::SYS_exit_group, FAILED) };
    }
}

/// A handler would run on memory that is the parent's. What is ignored stays so,
/// as exec has it, but not SIGPIPE: a program that has channels ignores that, and
/// what it runs counts on dying of it.
fn forget_handlers() {
    for signal in 1..=SIGNALS {
        // The kernel's own structure, of four words: what to do is the first.
        let mut action = [MaybeUninit::new(0usize); 4];
        // SAFETY: the kernel writes or reads as much; all zero is the default.
        unsafe {
            let set = |new: *const c_void, old: *mut c_void| {
                libc::syscall(libc::SYS_rt_sigaction, signal, new, old, size_of::<u64>())
            };
            set(ptr::null(), action.as_mut_ptr().cast());
            let handler = action[0].assume_init();
            let stays = handler == libc::SIG_IGN && signal != libc::SIGPIPE;
            if handler != libc::SIG_DFL && !stays {
                action = [MaybeUninit::new(0); 4];
                set(action.as_ptr().cast(), ptr::null_mut());
            }
        }
    }
}

fn prepare(plan: &mut Plan) -> Result<(), ()> {
    // SAFETY: numbers, and a text that `start` was given.
    unsafe {
        if let Some(group) = plan.group {
            call(libc::SYS_setpgid, 0, c_long::from(group), 0)?;
        }
        // Out of the way first: what is to be copied may be one of the three.
        for (target, stream) in plan.streams.iter_mut().enumerate() {
            if let Stream::Copy(fd) = *stream
                && fd < 3
                && fd as usize != target
            {
                let free = call(libc::SYS_fcntl, fd.into(), libc::F_DUPFD_CLOEXEC.into(), 3)?;
                *stream = Stream::Copy(free as RawFd);
            }
        }
        for (target, stream) in plan.streams.iter().enumerate() {
            place(target as RawFd, *stream)?;
        }
        if !plan.directory.is_null() {
            call(libc::SYS_chdir, plan.directory as c_long, 0, 0)?;
        }
    }
    Ok(())
}

/// Makes `target` what it is to be.
///
/// # Safety
/// In the child.
unsafe fn place(target: RawFd, stream: Stream) -> Result<(), ()> {
    // SAFETY: numbers, and a constant text.
    unsafe {
        let fd = match stream {
            Stream::Keep => return Ok(()),
            Stream::Close => {
                let _ = call(libc::SYS_close, target.into(), 0, 0);
                return Ok(());
            }
            Stream::DevNull => {
                let here = c_long::from(libc::AT_FDCWD);
                let flags = c_long::from(libc::O_RDWR | libc::O_CLOEXEC);
                let path = c"/dev/null".as_ptr() as c_long;
                call(libc::SYS_openat, here, path, flags)? as RawFd
            }
            Stream::Copy(fd) => fd,
        };
        match fd == target {
            // Already there: it only must not go with exec.
            true => call(libc::SYS_fcntl, target.into(), libc::F_SETFD.into(), 0)?,
            false => call(libc::SYS_dup3, fd.into(), target.into(), 0)?,
        };
    }
    Ok(())
}

/// Runs the first of the files that can be run, as execvp(3) does. It returns
/// only if there is none.
fn run(plan: &mut Plan) {
    let mut at = 0;
    while !plan.files[at].is_null() {
        let file = plan.files[at];
        // SAFETY: texts and arrays of texts, ready since before the clone.
        let errno = unsafe {
            libc::execve(file, plan.argv, plan.env);
            *libc::__errno_location()
        };
        match errno {
            libc::ENOEXEC => {
                plan.script[1] = file;
                // SAFETY: as above.
                unsafe { libc::execve(SHELL.as_ptr(), plan.script.as_ptr(), plan.env) };
                return;
            }
            // There may be another, further on in PATH.
            libc::EACCES
            | libc::ENOENT
            | libc::ENOTDIR
            | libc::ESTALE
            | libc::ENODEV
            | libc::ETIMEDOUT => at += 1,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_in_path_and_a_file_is_not() {
        assert_eq!(files(c"/bin/true"), [c"/bin/true".to_owned()]);
        assert_eq!(files(c"./true"), [c"./true".to_owned()]);
        assert_eq!(files(c""), [c"".to_owned()]);
        let found = files(c"true");
        assert!(found.iter().all(|file| file.to_bytes().ends_with(b"/true")));
        assert!(found.len() > 1);
    }

    fn status_of(command: &Command) -> c_int {
        // SAFETY: the tests' arrays of texts.
        let pid = unsafe { command.start() }.unwrap();
        let mut status = 0;
        // SAFETY: the status is ours.
        assert_eq!(unsafe { libc::waitpid(pid, &mut status, 0) }, pid);
        status
    }

    #[test]
    fn what_fails_before_the_program_runs_is_the_status_127() {
        let argv = [c"true".as_ptr(), ptr::null()];
        let good = Command {
            program: c"true",
            argv: argv.as_ptr(),
            env: ptr::null(),
            directory: None,
            streams: [Stream::Keep, Stream::DevNull, Stream::Copy(1)],
            group: None,
        };
        assert_eq!(status_of(&good), 0);
        let failed = FAILED << 8;
        let program = c"no such program";
        assert_eq!(status_of(&Command { program, ..good }), failed);
        let directory = Some(c"/no/such/folder");
        assert_eq!(status_of(&Command { directory, ..good }), failed);
        let streams = [Stream::Keep, Stream::Keep, Stream::Copy(100_000)];
        assert_eq!(status_of(&Command { streams, ..good }), failed);
        let group = Some(1);
        assert_eq!(status_of(&Command { group, ..good }), failed);
    }
}
