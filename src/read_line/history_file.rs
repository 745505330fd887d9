//! Module Lwt_read_line: the file of a history, one line each, the oldest first, with
//! newlines written as "\n" and backslashes as "\\". Reading and writing are jobs.
//!
//! A file is replaced, never written to: who reads it sees the old lines or the new
//! ones. A second process that saves waits for the lock of the first (`flock` of the
//! file that is replaced), and merges with what that has left.

use crate::exn::Exn;
use crate::scheduler::job::{closure, method, run};
use crate::value::Value;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, OsStr};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A larger file is none of a history's.
const MOST_BYTES: u64 = 64 << 20;
/// How long the lock of another process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Nobody but the owner reads what was typed.
const MODE: u32 = 0o600;

/// What is saved.
pub struct Lines {
    /// The lines, the oldest first.
    pub all: Vec<Box<str>>,
    /// How many of the newest no file has.
    pub fresh: usize,
    /// How many a file may have.
    pub most: usize,
    /// Without duplicates?
    pub unique: bool,
}

/// What failed, and how.
type Failure = (&'static CStr, io::Error);

fn at<T>(function: &'static CStr, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| (function, error))
}

/// Runs `work` as a job, and gives what it made.
async fn job<T: Send + 'static>(
    name: &'static str,
    path: &CStr,
    work: impl FnOnce(&Path) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Exn> {
    let path = path.to_owned();
    let made = Arc::new(Mutex::new(None));
    let there = made.clone();
    let work = move || {
        let done = work(Path::new(OsStr::from_bytes(path.to_bytes())));
        match done {
            Ok(it) => {
                *there.lock().unwrap_or_else(PoisonError::into_inner) = Some(it);
                Ok(())
            }
            Err((function, error)) => {
                let errno = error.raw_os_error().unwrap_or(libc::EIO);
                Err(Exn::unix(errno, function, &path))
            }
        }
    };
    let place = method::current().place();
    let done = |done: Result<(), Exn>| done.map(|()| Value::UNIT);
    closure::run(place, &run::JOB, true, name, work, done).await?;
    let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
    made.ok_or_else(|| Exn::invalid("the job was not run"))
}

/// Reads the lines of a file, the oldest first; none if there is no file.
pub async fn load(path: &CStr) -> Result<Vec<String>, Exn> {
    job("lwt_read_line_load_history", path, |path| {
        match read_only(path) {
            Ok(file) => read(&file),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err((c"open", error)),
        }
    })
    .await
}

/// Merges the lines with those of the file, and replaces it.
pub async fn save(path: &CStr, lines: Lines) -> Result<(), Exn> {
    job("lwt_read_line_save_history", path, move |path| {
        write(path, &lines)
    })
    .await
}

/// A pipe that nobody writes to must not hold up the worker.
fn read_only(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

fn read(file: &File) -> Result<Vec<String>, Failure> {
    let mut bytes = Vec::new();
    at(c"read", file.take(MOST_BYTES + 1).read_to_end(&mut bytes))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err((c"read", io::Error::from_raw_os_error(libc::EFBIG)));
    }
    Ok(String::from_utf8_lossy(&bytes)
        .lines()
        .map(unescape)
        .collect())
}

fn escape(line: &str) -> String {
    line.replace('\\', "\\\\").replace('\n', "\\n")
}

/// A backslash that escapes nothing stands for itself.
fn unescape(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('\\') => text.push('\\'),
                other => {
                    text.push('\\');
                    text.extend(other);
                }
            },
            '\r' => text.push('\n'),
            _ => text.push(next),
        }
    }
    text
}

/// What the file is to have: its own lines, and behind them those that it has not. The
/// oldest part that both have in common is kept once, as in Lwt; and so is what was
/// loaded from the file or saved to it before, wherever others have put theirs.
fn merge(file: Vec<String>, lines: &Lines) -> Vec<String> {
    let pairs = file.iter().zip(&lines.all);
    let common = pairs
        .take_while(|(ours, theirs)| **ours == ***theirs)
        .count();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, line) in file.iter().enumerate().skip(common) {
        places.entry(line).or_default().push(place);
    }
    let known = lines.all.len() - lines.fresh;
    let mut from = common;
    let mut added = Vec::new();
    for (at, line) in lines.all.iter().enumerate().skip(common) {
        let there = places.get(&**line).filter(|_| at < known);
        let next = there.and_then(|there| there.get(there.partition_point(|place| *place < from)));
        match next {
            Some(place) => from = place + 1,
            None => added.push(line.to_string()),
        }
    }
    let mut all = file;
    all.extend(added);
    if lines.unique {
        let mut seen = HashSet::new();
        let newest = all.iter().rev().filter(|line| seen.insert(*line));
        let mut newest: Vec<String> = newest.cloned().collect();
        newest.reverse();
        all = newest;
    }
    all.split_off(all.len().saturating_sub(lines.most))
}

fn write(path: &Path, lines: &Lines) -> Result<(), Failure> {
    // A link leads to the file that is meant, and stays.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Ok(kind) = path.metadata()
        && !kind.is_file()
    {
        // A device is written to, and never replaced.
        let mut options = OpenOptions::new();
        let options = options.write(true).custom_flags(libc::O_NONBLOCK);
        let mut device = at(c"open", options.open(&path))?;
        return at(c"write", device.write_all(&text(merge(Vec::new(), lines))));
    }
    let locked = lock(&path)?;
    // A link may have led to no file before there was one to lock.
    let path = path.canonicalize().unwrap_or(path);
    let all = merge(read(&locked)?, lines);
    replace(&path, &text(all))
}

fn text(lines: Vec<String>) -> Vec<u8> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&escape(&line));
        text.push('\n');
    }
    text.into_bytes()
}

/// The file, locked; made if there is none. The lock is that of the file which has the
/// name: who has waited for one that was replaced meanwhile begins again.
fn lock(path: &Path) -> Result<File, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).mode(MODE);
        let file = at(c"open", options.open(path))?;
        // SAFETY: a system call on a descriptor that is open.
        if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } == 0 {
            let ours = at(c"fstat", file.metadata())?;
            let named = fs::metadata(path);
            if named.is_ok_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino())) {
                return Ok(file);
            }
            continue;
        }
        let error = io::Error::last_os_error();
        let others = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted);
        if !others || Instant::now() > until {
            return Err((c"flock", error));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Puts a file with this text in the place of another, whole and on disk.
fn replace(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let (new, mut file) = beside(path)?;
    let written = at(c"write", file.write_all(text))
        .and_then(|()| at(c"fsync", file.sync_data()))
        .and_then(|()| at(c"rename", fs::rename(&new, path)));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// A new file in the same directory.
fn beside(path: &Path) -> Result<(PathBuf, File), Failure> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let count = COUNT.fetch_add(1, Relaxed); // only has to differ
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}-{count}", std::process::id()));
        let mut options = OpenOptions::new();
        let options = options.write(true).create_new(true).mode(MODE);
        match options.open(&name) {
            Ok(file) => return Ok((name.into(), file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => (),
            Err(error) => return Err((c"open", error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[&str], fresh: usize) -> Lines {
        Lines {
            all: all.iter().map(|line| (*line).into()).collect(),
            fresh,
            most: usize::MAX,
            unique: false,
        }
    }

    fn merged(file: &[&str], lines: &Lines) -> String {
        let file = file.iter().map(|line| line.to_string()).collect();
        merge(file, lines).join(" ")
    }

    #[test]
    fn the_oldest_part_in_common_is_kept_once() {
        let cases = [
            (&["a", "b"][..], &["a", "b", "c"][..], "a b c"),
            (&["a", "b", "x"], &["a", "b", "c"], "a b x c"),
            (&["x"], &["a"], "x a"),
            (&[], &["a", "b"], "a b"),
            (&["a"], &[], "a"),
            (&["a", "b"], &["a"], "a b"),
        ];
        for (file, ours, expected) in cases {
            assert_eq!(merged(file, &lines(ours, ours.len())), expected);
        }
    }

    #[test]
    fn what_a_file_already_has_is_not_added_again_wherever_others_put_theirs() {
        assert_eq!(
            merged(&["a", "x", "b"], &lines(&["a", "b", "c"], 1)),
            "a x b c"
        );
        assert_eq!(merged(&["b", "c"], &lines(&["c", "d"], 1)), "b c d");
        // A line typed again is new.
        assert_eq!(merged(&["x", "a"], &lines(&["a"], 1)), "x a a");
        // Lines that the file has lost come back.
        assert_eq!(merged(&["q"], &lines(&["a", "b"], 0)), "q a b");
    }

    #[test]
    fn a_file_keeps_the_bound_and_the_newest_of_duplicates() {
        let mut ours = lines(&["a", "b", "c"], 3);
        ours.most = 2;
        assert_eq!(merged(&["x"], &ours), "b c");
        let mut ours = lines(&["b", "c", "a"], 1);
        ours.unique = true;
        assert_eq!(merged(&["a", "b", "c"], &ours), "b c a");
    }

    #[test]
    fn newlines_and_backslashes_come_back() {
        for line in ["a\nb", "\\", "\\n", "\\\n", "a\\", ""] {
            assert_eq!(unescape(&escape(line)), line);
            assert!(!escape(line).contains('\n'));
        }
        assert_eq!(unescape("a\\tb\\"), "a\\tb\\");
    }
}
