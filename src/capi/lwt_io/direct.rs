//! `lwt_io.h`, atomic and direct access. Module Lwt_io.
