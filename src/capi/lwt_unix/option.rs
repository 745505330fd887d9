//! `lwt_unix.h`, options of sockets. Module Lwt_unix.
