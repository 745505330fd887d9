//! Numbers in both byte orders. Module Lwt_io; calls `read` and `write`.
#![forbid(unsafe_code)]

use super::Channel;
use super::read::Exactly;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::rc::Rc;

/// The order of the bytes of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
}

/// `Lwt_io.system_byte_order`
pub const SYSTEM: Order = match cfg!(target_endian = "big") {
    true => Order::Big,
    false => Order::Little,
};

/// A sort of number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// Two bytes, with a sign.
    Int16,
    /// Four bytes, with a sign; and floats, of whose bits nothing is changed.
    Int32,
    /// Eight bytes.
    Int64,
    /// The bits of a float of four bytes, as the low half of a word.
    Float32,
}

impl Number {
    fn len(self) -> usize {
        match self {
            Number::Int16 => 2,
            Number::Int32 | Number::Float32 => 4,
            Number::Int64 => 8,
        }
    }

    /// The word that such bytes stand for.
    fn decode(self, order: Order, bytes: &[u8]) -> i64 {
        let mut all = [0; 8];
        match order {
            Order::Little => all[..bytes.len()].copy_from_slice(bytes),
            Order::Big => all[8 - bytes.len()..].copy_from_slice(bytes),
        }
        let bits = match order {
            Order::Little => i64::from_le_bytes(all),
            Order::Big => i64::from_be_bytes(all),
        };
        match self {
            Number::Int16 => i64::from(bits as i16),
            Number::Int32 => i64::from(bits as i32),
            Number::Float32 | Number::Int64 => bits,
        }
    }

    /// The bytes of a word.
    fn encode(self, order: Order, word: i64) -> ([u8; 8], usize, usize) {
        match order {
            Order::Little => (word.to_le_bytes(), 0, self.len()),
            Order::Big => (word.to_be_bytes(), 8 - self.len(), 8),
        }
    }
}

impl Channel {
    /// `Lwt_io.read_int` and its kin.
    #[inline]
    pub fn read_number(self: &Rc<Self>, number: Number, order: Order) -> Promise {
        let len = number.len();
        let decode = move |bytes: &[u8]| -> Outcome {
            Ok(Value::plain(number.decode(order, bytes) as isize as _))
        };
        self.perform(Exactly { len, decode })
    }

    /// `Lwt_io.write_int` and its kin.
    #[inline]
    pub fn write_number(self: &Rc<Self>, number: Number, order: Order, word: i64) -> Promise {
        let (bytes, from, to) = number.encode(order, word);
        self.write([&bytes[from..to], &[]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_as_it_went_with_its_sign() {
        for order in [Order::Little, Order::Big] {
            for (number, words) in [
                (Number::Int16, [0i64, 1, -1, -32768]),
                (Number::Int32, [0, -2, i32::MIN.into(), i32::MAX.into()]),
                (Number::Int64, [0, -3, i64::MIN, i64::MAX]),
                (Number::Float32, [0, 1, 0x7fc0_0000, 0xff80_0000]),
            ] {
                for word in words {
                    let (bytes, from, to) = number.encode(order, word);
                    assert_eq!(number.decode(order, &bytes[from..to]), word);
                }
            }
        }
    }

    #[test]
    fn the_orders_are_each_others_reverse() {
        let (little, from, to) = Number::Int32.encode(Order::Little, 0x01020304);
        assert_eq!(little[from..to], [4, 3, 2, 1]);
        let (big, from, to) = Number::Int32.encode(Order::Big, 0x01020304);
        assert_eq!(big[from..to], [1, 2, 3, 4]);
    }
}
