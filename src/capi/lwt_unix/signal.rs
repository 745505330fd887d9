//! `lwt_unix.h`, signals. Module Lwt_unix.
