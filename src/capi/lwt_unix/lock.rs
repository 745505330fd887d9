//! `lwt_unix.h`, locks. Module Lwt_unix.
