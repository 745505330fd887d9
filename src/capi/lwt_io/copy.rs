//! `lwt_io.h`, between channels. Module Lwt_io.
