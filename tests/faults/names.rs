//! Where in the library an offset is, in words; and which functions of the system
//! the library calls.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use crate::house::process::run;
use crate::house::{root, text};

/// The names of offsets, asked for once each.
pub struct Names(Mutex<Asked>);

struct Asked {
    /// addr2line, which reads the library's tables once and then takes no time.
    addr2line: Child,
    answers: BufReader<ChildStdout>,
    known: HashMap<u64, Vec<String>>,
}

impl Names {
    /// Of a library.
    pub fn of(library: &Path) -> Names {
        let mut addr2line = Command::new("addr2line")
            .args(["-Cfipa", "-e"])
            .arg(library)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("addr2line");
        let answers = BufReader::new(addr2line.stdout.take().expect("a pipe"));
        Names(Mutex::new(Asked {
            addr2line,
            answers,
            known: HashMap::new(),
        }))
    }

    /// The places of the project on a way, the innermost first: `function (file:line)`.
    /// Code that was inlined counts.
    pub fn way(&self, frames: &[u64]) -> Vec<String> {
        let mut asked = self.0.lock().expect("no panic");
        frames
            .iter()
            .flat_map(|&frame| asked.places(frame))
            .collect()
    }
}

impl Asked {
    fn places(&mut self, frame: u64) -> Vec<String> {
        if let Some(places) = self.known.get(&frame) {
            return places.clone();
        }
        let places = self.ask(frame).expect("an answer of addr2line");
        self.known.insert(frame, places.clone());
        places
    }

    /// A frame is where the call returns to: one byte back is in the call. Behind it
    /// address 0 is asked for, where nothing is: that is the end of the answer.
    fn ask(&mut self, frame: u64) -> io::Result<Vec<String>> {
        let question = self.addr2line.stdin.as_mut().expect("a pipe");
        writeln!(question, "{:#x}\n0x0", frame - 1)?;
        question.flush()?;
        let mut places = Vec::new();
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let (address, place) = line.trim_end().split_once(": ").unwrap_or(("", &line));
            if address == "0x0000000000000000" {
                return Ok(places);
            }
            let place = match line.trim_end().strip_prefix(" (inlined by) ") {
                Some(inlined) => inlined,
                None => place,
            };
            let place = place.replace(&format!("{}/", root().display()), "");
            if place.contains(" at src/") {
                places.push(place);
            }
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        drop(self.addr2line.stdin.take()); // its end
        let _ = self.addr2line.wait();
    }
}

/// Functions of the system that can't fail for want of something, or whose failure is
/// their caller's mistake; and those that no program can do without.
const CERTAIN: &[&str] = &[
    // Memory and strings.
    "free",
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "bcmp",
    "memchr",
    "memrchr",
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strchr",
    "strrchr",
    "strtol",
    "exp2",
    "acos",
    "asin",
    "atan",
    "atan2",
    "cos",
    "cosh",
    "exp",
    "log10",
    "sin",
    "sinh",
    "tan",
    "tanh",
    "pow",
    "log",
    "log2",
    "__errno_location",
    "__libc_current_sigrtmax",
    "__libc_current_sigrtmin",
    "freelocale",
    "nl_langinfo_l",
    "pthread_mutex_lock",
    "pthread_mutex_unlock",
    "__xpg_strerror_r",
    "strerror_r",
    "gai_strerror",
    "hstrerror",
    // The process, and what it knows of itself.
    "abort",
    "exit",
    "_exit",
    "raise",
    "getenv",
    "getauxval",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "sysconf",
    "getpagesize",
    "environ",
    "umask",
    "dladdr",
    "dl_iterate_phdr",
    "dlsym",
    "dlopen",
    "dlerror",
    "__tls_get_addr",
    "alarm",
    "getitimer",
    "setitimer",
    "getpgid",
    "getpgrp",
    "setpgid",
    "setsid",
    "getsid",
    "nice",
    "getpriority",
    "setpriority",
    "times",
    "getrusage",
    "__res_init",
    // Time.
    "clock_gettime",
    "clock_getres",
    "time",
    "localtime_r",
    "gmtime_r",
    "tzset",
    "mktime",
    // Signals and threads. Where there is no key left for its thread-local values,
    // Rust's own runtime ends the process, with a message.
    "pthread_key_create",
    "signal",
    "sigemptyset",
    "sigfillset",
    "sigaddset",
    "sigdelset",
    "sigismember",
    "pthread_sigmask",
    "sigpending",
    "sigprocmask",
    "sigwait",
    "pthread_self",
    "pthread_kill",
    "sched_yield",
    "pthread_attr_destroy",
    "pthread_attr_setdetachstate",
    "pthread_attr_getstack",
    "pthread_attr_getguardsize",
    "pthread_detach",
    "pthread_join",
    "pthread_key_delete",
    "pthread_setspecific",
    "pthread_getspecific",
    "pthread_setname_np",
    "__sched_cpucount",
    "sched_getcpu",
    // What has to be given back.
    "freeaddrinfo",
    "freeifaddrs",
    "posix_spawn_file_actions_destroy",
    "posix_spawnattr_destroy",
    "posix_spawnattr_setflags",
    "posix_spawnattr_setsigmask",
    "posix_spawnattr_setsigdefault",
    "posix_spawnattr_setpgroup",
    // Words of terminals and addresses.
    "cfgetispeed",
    "cfgetospeed",
    "cfsetispeed",
    "cfsetospeed",
    "inet_ntop",
    "inet_pton",
    "if_nametoindex",
    "if_indextoname",
    // Lists of names, read to their end.
    "setpwent",
    "getpwent",
    "endpwent",
    "setgrent",
    "getgrent",
    "endgrent",
    "setservent",
    "getservent",
    "endservent",
    "getprotobyname_r",
    "getprotobynumber_r",
    "getservbyname_r",
    "getservbyport_r",
    "gethostbyname_r",
    "gethostbyaddr_r",
    "gethostbyname2_r",
    "rewinddir",
    "telldir",
    "seekdir",
    "dirfd",
];

/// What the library calls of the system that can neither be made to fail nor is known to
/// be certain.
pub fn unknown_calls(library: &Path) -> Vec<String> {
    let mut command = Command::new("nm");
    command.args(["-D", "--undefined-only"]).arg(library);
    let listed = run(&mut command, Duration::from_secs(60)).expect_success("nm");
    let lists = text("tests/faults/calls.h") + &text("tests/faults/preload.c");
    let can_fail = |name: &str| {
        lists.contains(&format!("({name}, "))
            || lists.contains(&format!("({name})"))
            || lists.contains(&format!("real_{name} "))
            || lists.contains(&format!("\"{name}\""))
    };
    let foreign = [
        "_Unwind_",
        "__cxa_",
        "_ITM_",
        "__asan_",
        "__tsan_",
        "__sanitizer_",
        "__gmon_",
    ];
    listed
        .out
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(|name| name.split('@').next().unwrap_or(name))
        .filter(|name| !foreign.iter().any(|start| name.starts_with(start)))
        .filter(|name| !CERTAIN.contains(name) && !can_fail(name))
        .map(String::from)
        .collect()
}
