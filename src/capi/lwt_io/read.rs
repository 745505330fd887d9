//! `lwt_io.h`, reading. Module Lwt_io.
