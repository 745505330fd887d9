//! `lwt_io.h`, the printf family. Module Lwt_io.
