//! Module Lwt_fmt: formatted output whose last step is a promise. May call floors
//! 0 to 2 and this module.
