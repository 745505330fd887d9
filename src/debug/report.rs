//! What was left behind.
