//! `lwt_read_line.h`: module Lwt_read_line.

mod block;
pub mod command;
pub mod complete;
pub mod control;
pub mod engine;
pub mod history;
pub mod keymap;
pub mod options;
pub mod read;
pub mod render;
