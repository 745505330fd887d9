//! `lwt_unix.h`, generated from the files of this folder.
