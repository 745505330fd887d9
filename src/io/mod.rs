//! Module Lwt_io: buffered channels. May call floors 0 to 2 and `unix`.
//!
//! | file | what |
//! |---|---|
//! | `channel` | a channel: its states, whose turn it is, the operations that wait |
//! | `device` | where bytes come from and go to |
//! | `buffer`, `thread` | memory lent to channels; what a thread has of channels |
//! | `input`, `ahead` | the buffer of an input channel, and how it is filled |
//! | `read`, `number`, `value` | operations that take bytes from it |
//! | `look` | operations whose bytes somebody else understands |
//! | `output`, `drain` | the buffer of an output channel, and how it is emptied |
//! | `above` | the terminal that somebody draws on |
//! | `write` | operations that put bytes into it |
//! | `flush` | the automatic flush, and flushing all |
//! | `close` | closing and aborting |
//! | `atomic`, `direct` | channels lent to a function |
//! | `seek` | positions |
//! | `stream` | channels as streams, and streams written to channels |
//! | `hand_over` | channels handed over to other threads |
//! | `connection`, `server` | channels over sockets, and servers of them |
//! | `copy` | from one channel to another |
//! | `file`, `temp`, `of_file` | channels over files, temporary ones; files as streams |
//! | `standard` | stdin, stdout, stderr, zero, null |

pub mod above;
mod ahead;
mod atomic;
mod buffer;
mod channel;
mod close;
pub mod connection;
pub mod copy;
mod device;
pub mod direct;
mod drain;
pub mod file;
mod flush;
pub mod fmt;
pub mod hand_over;
mod input;
mod look;
mod number;
pub mod of_file;
mod output;
mod read;
mod seek;
pub mod server;
mod standard;
mod stream;
pub mod temp;
mod thread;
mod value;
mod write;

pub use buffer::{check as check_size, default_size, set_default_size};
pub use channel::{Channel, Mode};
pub use close::Close;
pub use device::{Device, Fixed, Seek, Transfer};
pub use flush::flush_all;
pub use number::{Number, Order, SYSTEM as SYSTEM_ORDER};
pub use read::{AtEnd, end_of_file, string};
pub use standard::{Standard, null, standard, zero};
pub use stream::{chars, hexdump, lines, write_chars, write_hexdump, write_lines};
