//! `lwt_unix.h`, what is known of files. Module Lwt_unix.
