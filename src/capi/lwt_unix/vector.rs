//! `lwt_unix.h`, IO vectors. Module Lwt_unix.
