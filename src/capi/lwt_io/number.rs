//! `lwt_io.h`, numbers. Module Lwt_io.
