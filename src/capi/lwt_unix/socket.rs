//! `lwt_unix.h`, sockets. Module Lwt_unix.
