//! `lwt_io.h`, files, temporary ones too. Module Lwt_io.
