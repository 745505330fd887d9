//! `lwt_unix.h`, terminals. Module Lwt_unix.
