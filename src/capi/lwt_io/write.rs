//! `lwt_io.h`, writing. Module Lwt_io.
