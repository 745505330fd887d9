//! Module Lwt_text: channels of Unicode text.
