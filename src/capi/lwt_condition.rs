//! `lwt_condition.h`: module Lwt_condition: condition variables.
