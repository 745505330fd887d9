//! `lwt_unix.h`, directories. Module Lwt_unix.
