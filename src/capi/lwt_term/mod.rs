//! `lwt_term.h`: module Lwt_term.

pub mod draw;
pub mod key;
pub mod mode;
pub mod style;
