//! `lwt_syntax.h`: Lwt's syntax extension, for C: macros alone, which stand in
//! `lwt_syntax.top.h` and `lwt_syntax.inc.h`.
