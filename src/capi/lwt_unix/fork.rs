//! `lwt_unix.h`, fork. Module Lwt_unix.
