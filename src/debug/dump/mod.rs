//! Dumps: what is everything waiting for? A dump looks at the slots of one
//! thread and lets the floors above add what they know. It runs none of the
//! user's code, changes nothing, and takes a time that grows with the number
//! of slots alone, however they depend on each other.

pub mod section;
pub mod writer;

pub use section::add_section;
pub use writer::{Format, Writer};
