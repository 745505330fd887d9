//! Module Lwt_fmt: text that is put together at once and written in promises. May call
//! floors 0 to 2 and this module.
//!
//! What is printed becomes orders, which are queued; performing them is a promise.
//! Orders of one formatter are performed one after the other, in the order in which
//! they were queued.

#![forbid(unsafe_code)]

use super::{Channel, Standard, standard};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, resolved};
use crate::sync::mutex::Mutex;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What is to be done with the output.
#[derive(PartialEq, Eq, Debug)]
pub enum Order {
    /// Write these bytes.
    Text(Vec<u8>),
    /// Flush.
    Flush,
}

/// How an order is performed.
pub type Commit = Rc<dyn Fn(Order) -> Promise>;

/// A formatter, behind `lwt_fmt *`.
pub struct Fmt {
    orders: RefCell<Vec<Order>>,
    commit: Commit,
    /// Held while orders are performed.
    turn: Rc<Mutex>,
}

/// `Lwt_fmt.write_order`
pub fn write_order(channel: &Rc<Channel>, order: Order) -> Promise {
    match order {
        Order::Text(bytes) => channel.write([&bytes, &[]]),
        Order::Flush => channel.flush(),
    }
}

impl Fmt {
    /// `Lwt_fmt.make_formatter`
    #[allow(clippy::new_ret_no_self)]
    pub fn new(commit: Commit) -> Rc<Fmt> {
        Rc::new(Fmt {
            orders: RefCell::default(),
            commit,
            turn: Mutex::new(),
        })
    }

    /// `Lwt_fmt.of_channel`
    pub fn of_channel(channel: Rc<Channel>) -> Rc<Fmt> {
        Fmt::new(Rc::new(move |order| write_order(&channel, order)))
    }

    /// `Lwt_fmt.stdout` and `stderr`.
    pub fn of_standard(which: Standard) -> Rc<Fmt> {
        Fmt::of_channel(standard(which))
    }

    /// Queues text, which joins what was queued last.
    pub fn put(&self, bytes: &[u8]) -> Result<(), Exn> {
        let mut orders = self.orders.borrow_mut();
        if !matches!(orders.last(), Some(Order::Text(_))) {
            orders.push(Order::Text(Vec::new()));
        }
        let Some(Order::Text(text)) = orders.last_mut() else {
            return Ok(());
        };
        text.try_reserve(bytes.len())
            .map_err(|_| Exn::out_of_memory())?;
        text.extend_from_slice(bytes);
        Ok(())
    }

    /// `Lwt_fmt.write_pending`: performs what is queued. Of what fails, or is
    /// cancelled, the rest is lost.
    pub fn perform(&self) -> Promise {
        let orders = self.orders.take();
        if orders.is_empty() && !self.turn.is_locked() {
            return resolved(Value::UNIT);
        }
        let commit = self.commit.clone();
        let orders = Cell::new(orders);
        self.turn.with_lock(move || {
            let (orders, commit) = (orders.take(), commit.clone());
            spawn(async move {
                for order in orders {
                    commit(order).await?;
                }
                Ok(Value::UNIT)
            })
        })
    }

    /// `Lwt_fmt.flush`: the same, and then a flush.
    pub fn flush(&self) -> Promise {
        self.orders.borrow_mut().push(Order::Flush);
        self.perform()
    }
}
