//! Module Lwt_gc: finalisers that return promises. May call floors 0 to 2.
