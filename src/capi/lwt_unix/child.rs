//! `lwt_unix.h`, children. Module Lwt_unix.
