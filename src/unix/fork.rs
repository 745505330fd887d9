//! `Lwt_unix.fork`. May call floors 0 to 2.
