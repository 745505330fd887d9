//! What C says of a program to be run: structures of the interface, and what
//! they mean.

use crate::exn::Exn;
use crate::options;
use crate::unix::child::start::Stream;
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_int};
use std::mem::offset_of;
use std::os::fd::RawFd;
use std::ptr;

/// A command, `Lwt_process.command`. It is only looked at while a call runs.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_process_command {
    /// The file of the program; a name without a slash is looked for in PATH.
    /// NULL or empty: the first argument.
    pub program: *const c_char,
    /// The arguments, the name of the program first, and then NULL.
    pub argv: *const *const c_char,
    /// Not NULL: a line for the shell, /bin/sh, instead of the two.
    pub line: *const c_char,
}

/// The stream is the parent's, `Keep`.
pub const LWT_PROCESS_KEEP: c_int = 0;
/// The stream is /dev/null, `Dev_null`.
pub const LWT_PROCESS_DEV_NULL: c_int = 1;
/// The stream is closed, `Close`.
pub const LWT_PROCESS_CLOSE: c_int = 2;
/// The stream is a copy of a descriptor of the parent's, `FD_copy`.
pub const LWT_PROCESS_FD_COPY: c_int = 3;
/// The same, and the parent's is closed, `FD_move`.
pub const LWT_PROCESS_FD_MOVE: c_int = 4;

/// What a standard stream of the program is, `Lwt_process.redirection`. All zero
/// is LWT_PROCESS_KEEP.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_process_redirection {
    /// LWT_PROCESS_KEEP and so on.
    pub kind: c_int,
    /// Which descriptor, for the two that say so.
    pub fd: c_int,
}

/// How a program is run. lwt_process_options_default makes one; only `size` is
/// not zero in there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_process_options {
    /// sizeof(struct lwt_process_options), so that it can grow.
    pub size: usize,
    /// After so many seconds the process is killed, and closed; 0: never.
    pub timeout: f64,
    /// The whole environment, "NAME=value" each, and then NULL. NULL: that of
    /// the parent.
    pub env: *const *const c_char,
    /// The folder in which it runs; NULL: the parent's.
    pub cwd: *const c_char,
    /// Its standard input, where that is not a channel.
    pub input: lwt_process_redirection,
    /// Its standard output, where that is not a channel.
    pub output: lwt_process_redirection,
    /// Its standard error, where that is not a channel.
    pub error: lwt_process_redirection,
    /// The process group that it enters; 0: the parent's; -1: a new one of its
    /// own. (Lwt has no such thing; shells need it.)
    pub group: c_int,
}

/// A command with its options, understood.
pub struct Call<'a> {
    program: &'a CStr,
    argv: Vec<*const c_char>,
    /// NULL: the parent's.
    pub env: *const *const c_char,
    /// Where it runs.
    pub directory: Option<&'a CStr>,
    /// What of its streams is no channel.
    pub streams: [Stream; 3],
    /// As `Command::group`.
    pub group: Option<c_int>,
    /// Seconds.
    pub timeout: Option<f64>,
    /// Closed whatever becomes of the call.
    _moved: Moved,
}

/// Descriptors that are given away.
struct Moved(BTreeSet<RawFd>);

impl Drop for Moved {
    fn drop(&mut self) {
        for &fd in &self.0 {
            // SAFETY: the caller in C gave it away.
            unsafe { libc::close(fd) };
        }
    }
}

fn wrong(function: &str, what: &str) -> Exn {
    Exn::invalid(&format!("{function}: {what}"))
}

impl<'a> Call<'a> {
    /// `function` is the C call. `channels`: which of the streams are channels,
    /// and can't be anything else.
    ///
    /// # Safety
    /// The texts and arrays in both are as `lwt_process.h` says, for `'a`;
    /// `options` is NULL, or its `size` tells how much of it there is.
    pub unsafe fn new(
        function: &str,
        command: &lwt_process_command,
        options: *const lwt_process_options,
        channels: [bool; 3],
    ) -> Result<Call<'a>, Exn> {
        let defaults = lwt_process_options {
            size: size_of::<lwt_process_options>(),
            timeout: 0.0,
            env: ptr::null(),
            cwd: ptr::null(),
            input: KEEP,
            output: KEEP,
            error: KEEP,
            group: 0,
        };
        // SAFETY: the caller's promise.
        let options = unsafe { options::read(options, function)? }.unwrap_or(defaults);
        let mut moved = Moved(BTreeSet::new());
        let mut streams = [Stream::Keep; 3];
        let given = [options.input, options.output, options.error];
        for (at, redirection) in given.into_iter().enumerate() {
            streams[at] = stream(function, redirection)?;
            if channels[at] && streams[at] != Stream::Keep {
                return Err(wrong(
                    function,
                    "a stream is to be a channel and redirected",
                ));
            }
        }
        if options.timeout.is_nan() || options.timeout < 0.0 {
            return Err(wrong(function, "the timeout is no number of seconds"));
        }
        if options.group < -1 {
            return Err(wrong(function, "the process group is below -1"));
        }
        // SAFETY: the caller's promise.
        let (program, argv) = unsafe { arguments(function, command)? };
        let moves = given.iter().filter(|r| r.kind == LWT_PROCESS_FD_MOVE);
        moved.0.extend(moves.map(|r| r.fd));
        Ok(Call {
            program,
            argv,
            env: options.env,
            // SAFETY: NULL or a text, the caller says.
            directory: (!options.cwd.is_null()).then(|| unsafe { CStr::from_ptr(options.cwd) }),
            streams,
            group: match options.group {
                0 => None,
                -1 => Some(0),
                group => Some(group),
            },
            timeout: (options.timeout > 0.0).then_some(options.timeout),
            _moved: moved,
        })
    }

    /// The file, or its name.
    pub fn program(&self) -> &'a CStr {
        self.program
    }

    /// The arguments up to a NULL; there is one.
    pub fn argv(&self) -> *const *const c_char {
        self.argv.as_ptr()
    }
}

const KEEP: lwt_process_redirection = lwt_process_redirection {
    kind: LWT_PROCESS_KEEP,
    fd: 0,
};
// It may only grow behind its end.
const _: () = assert!(offset_of!(lwt_process_options, size) == 0);

fn stream(function: &str, redirection: lwt_process_redirection) -> Result<Stream, Exn> {
    match redirection.kind {
        LWT_PROCESS_KEEP => Ok(Stream::Keep),
        LWT_PROCESS_DEV_NULL => Ok(Stream::DevNull),
        LWT_PROCESS_CLOSE => Ok(Stream::Close),
        LWT_PROCESS_FD_COPY | LWT_PROCESS_FD_MOVE if redirection.fd >= 0 => {
            Ok(Stream::Copy(redirection.fd))
        }
        _ => Err(wrong(function, "there is no such redirection")),
    }
}

/// # Safety
/// As `Call::new`.
unsafe fn arguments<'a>(
    function: &str,
    command: &lwt_process_command,
) -> Result<(&'a CStr, Vec<*const c_char>), Exn> {
    if !command.line.is_null() {
        let argv = vec![
            c"/bin/sh".as_ptr(),
            c"-c".as_ptr(),
            command.line,
            ptr::null(),
        ];
        return Ok((c"/bin/sh", argv));
    }
    let mut argv = Vec::new();
    if !command.argv.is_null() {
        // SAFETY: texts up to a NULL, the caller says.
        while let Some(text) = unsafe { command.argv.add(argv.len()).read().as_ref() } {
            argv.push(ptr::from_ref(text));
        }
    }
    let Some(&first) = argv.first() else {
        return Err(wrong(function, "the command has no arguments"));
    };
    argv.push(ptr::null());
    // SAFETY: as above.
    let program = unsafe {
        match command.program.is_null() || *command.program == 0 {
            true => CStr::from_ptr(first),
            false => CStr::from_ptr(command.program),
        }
    };
    Ok((program, argv))
}
