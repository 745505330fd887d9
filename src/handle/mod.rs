//! Checked handles: numbers dressed as pointers.

pub mod local;
pub mod object;
pub mod remote;
