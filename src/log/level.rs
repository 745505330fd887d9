//! Levels of messages. Module Lwt_log; calls nothing.

use std::ffi::{CStr, c_int};

/// How much a message matters, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For who looks for a mistake.
    Debug,
    /// What happens.
    Info,
    /// What happens and should be known.
    Notice,
    /// What may become an error.
    Warning,
    /// What went wrong.
    Error,
    /// What ends the program.
    Fatal,
}

use Level::*;

/// All of them.
pub const ALL: [Level; 6] = [Debug, Info, Notice, Warning, Error, Fatal];

impl Level {
    /// The level of sections for which nobody has said another.
    pub const DEFAULT: Level = Notice;

    /// The one that C calls by this number.
    pub fn of_int(number: c_int) -> Option<Level> {
        usize::try_from(number)
            .ok()
            .and_then(|n| ALL.get(n).copied())
    }

    /// `Lwt_log.string_of_level`
    pub fn name(self) -> &'static CStr {
        match self {
            Debug => c"debug",
            Info => c"info",
            Notice => c"notice",
            Warning => c"warning",
            Error => c"error",
            Fatal => c"fatal",
        }
    }

    /// `Lwt_log.level_of_string`, in capital letters or small ones.
    pub fn of_name(name: &[u8]) -> Option<Level> {
        let called = |level: &Level| level.name().to_bytes().eq_ignore_ascii_case(name);
        ALL.into_iter().find(called)
    }

    /// The severity that syslog has for it.
    pub fn severity(self) -> u8 {
        match self {
            Debug => 7,
            Info => 6,
            Notice => 5,
            Warning => 4,
            Error => 3,
            Fatal => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_lead_back_to_their_level() {
        for level in ALL {
            assert_eq!(Level::of_int(level as c_int), Some(level));
            assert_eq!(Level::of_name(level.name().to_bytes()), Some(level));
            let loud = level.name().to_bytes().to_ascii_uppercase();
            assert_eq!(Level::of_name(&loud), Some(level));
        }
        assert_eq!((Level::of_int(-1), Level::of_int(6)), (None, None));
        assert_eq!((Level::of_name(b""), Level::of_name(b"warn")), (None, None));
    }

    #[test]
    fn severities_are_those_of_syslog() {
        assert_eq!(ALL.map(Level::severity), [7, 6, 5, 4, 3, 0]);
    }
}
