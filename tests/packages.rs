//! What is handed to others: the release, the Debian packages, and the description
//! of the interface that programs are bound to.

mod house;

#[path = "packages/abi.rs"]
mod abi;
#[path = "packages/debian.rs"]
mod debian;
#[path = "packages/dist.rs"]
mod dist;
