//! `lwt_unix.h`, links and names. Module Lwt_unix.
