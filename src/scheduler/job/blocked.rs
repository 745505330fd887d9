//! Is a thread blocked, or does it want a processor? A worker that does not get
//! on may be either: the first is made up for by another worker, the second
//! would only be made worse.

use std::fs::File;
use std::io::Read;

/// The calling thread, as [`is_blocked`] knows it.
pub fn this_thread() -> libc::pid_t {
    // SAFETY: no conditions.
    unsafe { libc::gettid() }
}

/// Does this thread of the process wait for something other than a processor?
/// Some microseconds. Where the system does not tell: yes.
pub fn is_blocked(thread: libc::pid_t) -> bool {
    let mut text = [0; 128];
    let length = File::open(format!("/proc/self/task/{thread}/stat"))
        .and_then(|mut file| file.read(&mut text))
        .unwrap_or(0);
    // The state is behind the name, which may hold anything but a newline.
    let end_of_name = text[..length].iter().rposition(|&byte| byte == b')');
    let state = end_of_name.and_then(|end| text.get(end + 2));
    state != Some(&b'R')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn a_thread_that_runs_is_not_blocked() {
        assert!(!is_blocked(this_thread()));
    }

    #[test]
    fn a_thread_that_waits_is_blocked() {
        let (to, from) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let waiter = thread::spawn(move || {
            to.send(this_thread()).unwrap();
            let _ = ended.recv();
        });
        let thread = from.recv().unwrap();
        while !is_blocked(thread) {
            thread::yield_now();
        }
        drop(end);
        waiter.join().unwrap();
    }

    #[test]
    fn a_thread_that_is_not_there_counts_as_blocked() {
        assert!(is_blocked(-1));
    }
}
