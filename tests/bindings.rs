//! The bindings of `bindings/`, each built as its users build it, against an
//! installation of the library (`house/installed.rs`), and run.

mod house;

#[path = "bindings/lua.rs"]
mod lua;

#[path = "bindings/node.rs"]
mod node;

#[path = "bindings/python.rs"]
mod python;
