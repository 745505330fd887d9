//! Files, directories, links, permissions, locks, users and terminals of module
//! Lwt_unix. May call floors 0 to 2 and `fd`.
