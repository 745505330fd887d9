//! `lwt_unix.h`, CPUs. Module Lwt_unix.
