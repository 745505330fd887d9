//! `lwt_unix.h`, reading and writing. Module Lwt_unix.
