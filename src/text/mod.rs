//! Module Lwt_text: channels of Unicode text.

pub mod utf8;
