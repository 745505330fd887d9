//! Module Lwt_term: modes, keys, styles and drawing of a terminal. May call floors 0
//! to 3, react and text.
//!
//! | file | what |
//! |---|---|
//! | `key/` | keys, the tables of what terminals send for them, their names |
//! | `parse/`, `mouse` | bytes become keys, pastes, reports of the mouse and the focus |
//! | `above/` | what is drawn at the bottom, and what is written above it |
//! | `input` | events from a channel |
//! | `mode/` | raw mode, and what is switched on at the screen, and that it is undone |
//! | `screen`, `size` | control of the screen, and how large it is |
//! | `style`, `style_color`, `style_ability` | styled text, colours, what the terminal has of them |
//! | `print` | styled text on channels |
//! | `zone`, `draw` | points drawn in memory, and shown |

pub mod above;
pub mod draw;
pub mod input;
pub mod key;
pub mod mode;
pub mod mouse;
pub mod parse;
pub mod print;
pub mod screen;
pub mod size;
pub mod style;
mod style_ability;
mod style_color;
pub mod zone;
