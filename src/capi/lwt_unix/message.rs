//! `lwt_unix.h`, messages and descriptors over sockets. Module Lwt_unix.
