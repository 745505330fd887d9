//! Module Lwt_list: arrays of values, walked with promises.
//!
//! | file | what |
//! |---|---|
//! | `walk` | one element after the other; the promises of all, one after the other |
//! | `iter` | iter and its kin |
//! | `map` | map, rev_map, fold |
//! | `search` | for_all, exists, find |
//! | `filter` | filter, filter_map, partition |
//!
//! The elements are words that the caller keeps alive. A function is given the
//! place of an element, from 0, and the element. It may call floor 0.
#![forbid(unsafe_code)]

mod filter;
mod iter;
mod map;
mod search;
mod walk;

pub use filter::{filter_map_p, filter_map_s, filter_p, filter_s, partition_p, partition_s};
pub use iter::{iter_p, iter_s};
pub use map::{fold_left_s, fold_right_s, map_p, map_s, rev_map_p, rev_map_s};
pub use search::{exists_p, exists_s, find_s, for_all_p, for_all_s};

use crate::abi::lwt_value;
use crate::promise::Promise;

/// The elements of a list.
pub type Items = Vec<lwt_value>;

/// What is called with each element and its place.
pub trait Call: FnMut(usize, lwt_value) -> Promise + 'static {}
impl<F: FnMut(usize, lwt_value) -> Promise + 'static> Call for F {}
