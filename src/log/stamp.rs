//! When a message was written, and by which process: the texts of both, which are
//! made anew only when they change. Module Lwt_log; calls the system.

use crate::handle::fork;
use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::sync::atomic::{AtomicPtr, AtomicU64};

/// A moment, by the clock on the wall.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970.
    pub seconds: i64,
    /// And so many thousand millionths.
    pub nanos: u32,
}

/// The texts of the second that was asked for last.
#[derive(Default)]
struct Second {
    local: (i64, String),
    universal: (i64, String),
}

thread_local! {
    static SECOND: RefCell<Second> = RefCell::default();
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Time {
    /// Now.
    pub fn now() -> Time {
        let mut now = MaybeUninit::<libc::timespec>::zeroed();
        // SAFETY: the structure is ours; zeros are one, should the call fail.
        let now = unsafe {
            libc::clock_gettime(libc::CLOCK_REALTIME, now.as_mut_ptr());
            now.assume_init()
        };
        Time {
            seconds: now.tv_sec,
            nanos: now.tv_nsec as u32,
        }
    }

    fn broken_down(self, universal: bool) -> libc::tm {
        let mut tm = MaybeUninit::<libc::tm>::zeroed();
        // SAFETY: both structures are ours; zeros are one, should the call fail.
        unsafe {
            match universal {
                true => libc::gmtime_r(&self.seconds, tm.as_mut_ptr()),
                false => libc::localtime_r(&self.seconds, tm.as_mut_ptr()),
            };
            tm.assume_init()
        }
    }

    /// `Mon dd hh:mm:ss`, as it is here: the time of syslog.
    pub fn write_date(self, out: &mut Vec<u8>) {
        let make = || {
            let tm = self.broken_down(false);
            let month = MONTHS.get(tm.tm_mon as usize).copied().unwrap_or("Jan");
            let (day, hour, minute) = (tm.tm_mday, tm.tm_hour, tm.tm_min);
            format!("{month} {day:2} {hour:02}:{minute:02}:{:02}", tm.tm_sec)
        };
        let known = SECOND.try_with(|second| {
            let (of, text) = &mut second.borrow_mut().local;
            if *of != self.seconds || text.is_empty() {
                (*of, *text) = (self.seconds, make());
            }
            out.extend_from_slice(text.as_bytes());
        });
        if known.is_err() {
            out.extend_from_slice(make().as_bytes()); // the thread ends
        }
    }

    /// `2026-01-31T23:59:59.123456Z`, which is RFC 3339.
    pub fn write_universal(self, out: &mut Vec<u8>) {
        let make = || {
            let tm = self.broken_down(true);
            let (year, month) = (i64::from(tm.tm_year) + 1900, tm.tm_mon + 1);
            let (day, hour, minute) = (tm.tm_mday, tm.tm_hour, tm.tm_min);
            let second = tm.tm_sec;
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        };
        let known = SECOND.try_with(|second| {
            let (of, text) = &mut second.borrow_mut().universal;
            if *of != self.seconds || text.is_empty() {
                (*of, *text) = (self.seconds, make());
            }
            out.extend_from_slice(text.as_bytes());
        });
        if known.is_err() {
            out.extend_from_slice(make().as_bytes());
        }
        out.push(b'.');
        write_padded(out, self.nanos / 1000, 6);
        out.push(b'Z');
    }

    /// The milliseconds of the second, three digits.
    pub fn write_milliseconds(self, out: &mut Vec<u8>) {
        write_padded(out, self.nanos / 1_000_000, 3);
    }
}

/// So many digits of a number.
fn write_padded(out: &mut Vec<u8>, mut number: u32, digits: usize) {
    let start = out.len();
    out.resize(start + digits, b'0');
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// The name of the program: what it was called by, without its folder.
pub fn program() -> &'static [u8] {
    use std::os::unix::ffi::OsStringExt;
    static NAME: AtomicPtr<Vec<u8>> = AtomicPtr::new(ptr::null_mut());
    let known = NAME.load(Acquire);
    if !known.is_null() {
        // SAFETY: made below, and never freed.
        return unsafe { &*known };
    }
    let path = std::env::args_os().next().unwrap_or_default().into_vec();
    let start = path.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1);
    let made = Box::into_raw(Box::new(path[start..].to_vec()));
    // Nobody waits for who makes it: he might be a thread that a fork has left behind.
    match NAME.compare_exchange(ptr::null_mut(), made, AcqRel, Acquire) {
        // SAFETY: it is there for ever now.
        Ok(_) => unsafe { &*made },
        Err(other) => {
            // SAFETY: nobody has seen the one; the other is there for ever.
            unsafe {
                drop(Box::from_raw(made));
                &*other
            }
        }
    }
}

/// The number of this process, which only a fork changes.
pub fn process() -> u32 {
    static KNOWN: AtomicU64 = AtomicU64::new(u64::MAX);
    let generation = fork::generation();
    let known = KNOWN.load(Relaxed);
    if (known >> 32) as u32 == generation {
        return known as u32;
    }
    // SAFETY: no conditions.
    let process = unsafe { libc::getpid() } as u32;
    KNOWN.store(u64::from(generation) << 32 | u64::from(process), Relaxed);
    process
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_moment_reads_as_it_should() {
        let time = Time {
            seconds: 1_767_225_599,
            nanos: 7_008_009,
        };
        let universal = text(|out| time.write_universal(out));
        assert_eq!(universal, "2025-12-31T23:59:59.007008Z");
        assert_eq!(text(|out| time.write_milliseconds(out)), "007");
        let date = text(|out| time.write_date(out));
        assert_eq!((date.len(), &date[9..10]), (15, ":"));
        let next = Time {
            seconds: time.seconds + 1,
            ..time
        };
        let universal = text(|out| next.write_universal(out));
        assert_eq!(universal, "2026-01-01T00:00:00.007008Z");
    }

    #[test]
    fn the_process_has_its_number() {
        for _ in 0..2 {
            assert_eq!(process(), std::process::id());
        }
        assert!(!program().is_empty() && !program().contains(&b'/'));
    }
}
