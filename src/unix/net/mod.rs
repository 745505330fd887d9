//! Sockets and names of module Lwt_unix. May call floors 0 to 2 and `fd`.
//!
//! | file | what |
//! |---|---|
//! | `address` | the address of a socket, from text and to text |
//! | `socket` | socket, bind, listen, shutdown, the names of both ends, credentials |
//! | `option` | options of sockets |
//! | `multicast` | groups of IPv4 |
//! | `accept` | accept, accept_n |
//! | `connect` | connect |
//! | `race` | connecting to a name that has several addresses |
//! | `transfer` | recv, recvfrom, send, sendto |
//! | `message` | messages with descriptors |
//! | `sendfile` | files over sockets |
//! | `resolver` | the pool on which names are looked up |
//! | `names` | getaddrinfo, getnameinfo |
//! | `database` | hosts, services and protocols by name and number |

pub mod accept;
pub mod address;
pub mod connect;
pub mod database;
pub mod message;
pub mod multicast;
pub mod names;
pub mod option;
pub mod race;
pub mod resolver;
pub mod sendfile;
pub mod socket;
pub mod transfer;
