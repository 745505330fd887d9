//! Module Lwt_read_line: reading lines with editing.
//!
//! The pure half, which draws nothing: commands and the keys that give them
//! (`command`, `keymap`), the state machine of editing (`engine`, with `vi` over it),
//! history, clipboard and completion.
//!
//! And what it looks like, told and not drawn (`render`), a running editor (`control`),
//! and what is read with one (`read`).

pub mod clipboard;
pub mod command;
pub mod complete;
pub mod control;
pub mod engine;
pub mod history;
mod history_file;
pub mod keymap;
pub mod read;
pub mod render;
pub mod vi;
pub mod words;
