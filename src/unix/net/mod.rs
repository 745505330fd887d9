//! Sockets and names of module Lwt_unix (surface 9.4, 9.5).
//!
//! | file | what |
//! |---|---|
//! | `address` | the address of a socket, from text and to text |
//! | `resolver` | the pool on which names are looked up |
//! | `names` | getaddrinfo, getnameinfo |
//! | `database` | hosts, services and protocols by name and number |

pub mod address;

pub mod database;
pub mod names;
pub mod resolver;
