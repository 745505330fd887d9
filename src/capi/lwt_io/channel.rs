//! `lwt_io.h`, channels. Module Lwt_io.
