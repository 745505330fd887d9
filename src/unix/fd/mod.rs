//! `Lwt_unix.file_descr`: a descriptor with its state, its mode, and those who
//! wait for it to be ready. May call floors 0 to 2.
