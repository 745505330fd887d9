//! `lwt_unix.h`, names of hosts, services and protocols. Module Lwt_unix.
