//! Module Lwt_text: channels of Unicode text. May call floors 0 to 3.
//!
//! | file | what |
//! |---|---|
//! | `encoding`, `locale` | encodings, their names, and that of the environment |
//! | `utf8` | bytes that are to be UTF-8 |
//! | `decode` | bytes become text |
//! | `encode`, `fallback` | text becomes bytes, and what is written where that can't be |
//! | `channel` | a channel of bytes with an encoding |
//! | `stream` | its characters and lines as streams, and streams written to it |
//! | `file` | channels over files, and files as streams |

pub mod channel;
mod decode;
mod encode;
mod encoding;
mod fallback;
pub mod file;
mod locale;
pub mod stream;
pub mod utf8;

pub use channel::Channel;
pub use encode::Conversion;
pub use encoding::Encoding;
