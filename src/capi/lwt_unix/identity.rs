//! `lwt_unix.h`, users and groups. Module Lwt_unix.
