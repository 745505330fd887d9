//! Dumps: what is everything waiting for? A dump looks at the slots of one
//! thread and lets the floors above add what they know. It runs none of the
//! user's code, changes nothing, and takes a time that grows with the number
//! of slots alone, however they depend on each other. Without debugging it
//! needs next to no memory, when it is written to a descriptor.

pub mod links;
pub mod promises;
pub mod section;
pub mod writer;

pub use links::{add_holder, add_link};
pub use section::add_section;
pub use writer::{Format, Writer};

/// Writes all that is known of the calling thread.
fn write(mut out: Writer) -> Result<Vec<u8>, i32> {
    promises::write(&mut out);
    section::write_all(&mut out);
    out.finish()
}

/// A dump to a descriptor. The error is the system's number.
pub fn to_fd(fd: i32, format: Format) -> Result<(), i32> {
    write(Writer::to_fd(fd, format)).map(drop)
}

/// A dump to memory.
pub fn to_memory(format: Format) -> Result<Vec<u8>, i32> {
    write(Writer::to_memory(format))
}
