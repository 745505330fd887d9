//! Module Lwt_bytes: memory outside of anybody's heap. May call floors 0 to 2 and `fd`.
