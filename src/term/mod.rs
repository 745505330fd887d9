//! Module Lwt_term: modes, keys, styles and drawing of a terminal. May call floors 0
//! to 3, and react.
//!
//! | file | what |
//! |---|---|
//! | `key/` | keys, the tables of what terminals send for them, their names |
//! | `parse/`, `mouse` | bytes become keys, pastes, reports of the mouse and the focus |
//! | `above/` | what is drawn at the bottom, and what is written above it |

pub mod above;
pub mod key;
pub mod mouse;
pub mod parse;
