//! `lwt_io.h`, generated from the files of this folder.

pub mod channel;
pub mod connection;
pub mod copy;
pub mod direct;
pub mod file;
pub mod number;
pub mod print;
pub mod read;
pub mod write;
