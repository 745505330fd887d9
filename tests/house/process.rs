//! Runs a command to its end, with a time limit, and keeps what it wrote.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exited with this code.
    Exit(i32),
    /// This signal ended it.
    Signal(i32),
    /// It was still running at its time limit, and was killed.
    TimeLimit,
}

/// What is left of a command that was run.
pub struct Run {
    /// How it ended.
    pub end: End,
    /// What it wrote on its standard output.
    pub out: String,
    /// What it wrote on its standard error.
    pub err: String,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// Both outputs, for a person to read.
    pub fn report(&self) -> String {
        let mut report = String::new();
        for (name, text) in [("stdout", &self.out), ("stderr", &self.err)] {
            if !text.trim().is_empty() {
                report += &format!("--- {name}\n{}\n", text.trim_end());
            }
        }
        report
    }

    /// Panics with the output unless the command exited with 0.
    #[track_caller]
    pub fn expect_success(self, what: &str) -> Run {
        assert!(
            self.end == End::Exit(0),
            "{what}: {:?}\n{}",
            self.end,
            self.report()
        );
        self
    }
}

/// Runs `command` in a process group of its own, so that a time limit ends its
/// children too.
pub fn run(command: &mut Command, limit: Duration) -> Run {
    // What cargo tells a test is not for what the test runs: a cargo there would take
    // it for a change, and build crates anew that look at it.
    for (name, _) in std::env::vars_os() {
        let ours = |start: &&str| name.as_encoded_bytes().starts_with(start.as_bytes());
        if ["CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"]
            .iter()
            .any(ours)
        {
            command.env_remove(name);
        }
    }
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap_or_else(|e| panic!("{:?} can't be started: {e}", command.get_program()));
    let out = collect(child.stdout.take().expect("stdout is a pipe"));
    let err = collect(child.stderr.take().expect("stderr is a pipe"));

    let status = loop {
        let status = child.try_wait().expect("the child can be waited for");
        if status.is_some() || started.elapsed() > limit {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let end = match status {
        Some(status) => match status.code() {
            Some(code) => End::Exit(code),
            None => End::Signal(status.signal().unwrap_or(0)),
        },
        None => {
            kill_group(child.id());
            child.wait().expect("the child can be waited for");
            End::TimeLimit
        }
    };
    let took = started.elapsed();
    // A grandchild may hold the pipes open for longer than the child lived.
    let patience = Duration::from_secs(10);
    let texts = [out.recv_timeout(patience), err.recv_timeout(patience)];
    if texts.iter().any(|text| text.is_err()) {
        kill_group(child.id());
    }
    let [out, err] = texts.map(|text| text.unwrap_or_else(|_| "(pipe held open)".into()));
    Run {
        end,
        out,
        err,
        took,
    }
}

fn kill_group(leader: u32) {
    // SAFETY: a plain system call; the group is the one that `run` made.
    unsafe { libc::kill(-(leader as libc::pid_t), libc::SIGKILL) };
}

/// Reads a pipe to its end on a thread of its own.
fn collect(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        let _ = send.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receive
}
