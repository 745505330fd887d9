//! The guide in `docs/`: its programs print what it shows, its first chapters can be
//! followed to the letter, each of its chapters can be found, and it can be built.

#[path = "../house/mod.rs"]
mod house;

mod chapters;
mod names;
mod pages;
mod programs;
