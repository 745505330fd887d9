//! `lwt_unix.h`, generated from the files of this folder.

pub mod file;
pub mod job;
pub mod memory;
pub mod notification;
pub mod pool;
pub mod time;
