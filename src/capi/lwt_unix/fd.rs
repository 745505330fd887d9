//! `lwt_unix.h`, descriptors. Module Lwt_unix.
