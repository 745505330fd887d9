//! `lwt_unix.h`, generated from the files of this folder.

pub mod address;
pub mod child;
pub mod connect;
pub mod cpu;
pub mod directory;
pub mod exchange;
pub mod fd;
pub mod file;
pub mod fork;
pub mod host;
pub mod identity;
pub mod job;
pub mod link;
pub mod lock;
pub mod memory;
pub mod message;
pub mod notification;
pub mod option;
pub mod pool;
pub mod signal;
pub mod socket;
pub mod stat;
pub mod terminal;
pub mod time;
pub mod transfer;
pub mod vector;
