//! Module Lwt_unix: files, directories, links, permissions, locks, users and
//! terminals. May call floors 0 to 2 and `fd`.
//!
//! | file | what |
//! |---|---|
//! | `call` | one system call as a job, in one block with its paths |
//! | `stat` | what is known of a file |
//! | `name` | names: links, renaming, removing, making |
//! | `attribute` | permissions, owners, times, lengths |
//! | `directory` | open directories, and their names as a stream |
//! | `entries` | what `getdents64` wrote, and a whole directory at once |
//! | `user` | users and groups |
//! | `open` | opening files, pipes |
//! | `descriptor` | calls on an open file; copies of descriptors |
//! | `remove` | a directory with all that is in it |
//! | `lock` | locks of regions of a file |
//! | `terminal` | terminals |

pub mod attribute;
pub mod call;
pub mod descriptor;
pub mod directory;
pub mod entries;
pub mod lock;
pub mod name;
pub mod open;
pub mod remove;
pub mod stat;
pub mod terminal;
pub mod user;
