//! `React.S.Bool`, `Int`, `Float`, `Pair`, `Option`: the standard operators, on words.
//! A truth value is LWT_UNIT or not, a number is the word, a float its bits.

#![forbid(unsafe_code)]

use super::event::is_true;
use super::operators::*;
use super::{Event, Signal};
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::shared::Shared;
use crate::promise::values::Values;
use crate::value::Value;
use std::ffi::c_int;
use std::num::FpCategory;
use std::ptr::without_provenance_mut;

/// The float in a word.
pub fn float(word: lwt_value) -> f64 {
    f64::from_bits(word.addr() as u64)
}

fn int(word: lwt_value) -> isize {
    word.addr().cast_signed()
}

fn of_float(x: f64) -> Shared {
    plain(x.to_bits() as usize)
}

/// A number as a value.
pub fn of_int(x: isize) -> Shared {
    plain(x.cast_unsigned())
}

fn plain(word: usize) -> Shared {
    Shared::new(Value::plain(without_provenance_mut(word)))
}

fn of_bool(x: bool) -> Shared {
    plain(usize::from(x))
}

/// A pair: an array of two, which share their values with whoever shows them.
pub fn pair(a: &Shared, b: &Shared) -> Result<Shared, Exn> {
    let both = Values::new(2).ok_or_else(Exn::out_of_memory)?;
    both.put_shared(0, a.clone());
    both.put_shared(1, b.clone());
    Ok(Shared::new(both.into_value()))
}

/// An operator of one value.
pub type Unary = fn(lwt_value) -> Result<Shared, Exn>;
/// An operator of two.
pub type Binary = fn(&Shared, &Shared) -> Result<Shared, Exn>;

/// The operator of one value, but those of pairs. None: there is none of this number.
pub fn unary(op: c_int) -> Option<Unary> {
    Some(match op {
        LWT_OP_BOOL_NOT => |a| Ok(of_bool(a.is_null())),
        LWT_OP_INT_NEG => |a| Ok(of_int(int(a).wrapping_neg())),
        LWT_OP_INT_SUCC => |a| Ok(of_int(int(a).wrapping_add(1))),
        LWT_OP_INT_PRED => |a| Ok(of_int(int(a).wrapping_sub(1))),
        LWT_OP_INT_ABS => |a| Ok(of_int(int(a).wrapping_abs())),
        LWT_OP_INT_LNOT => |a| Ok(of_int(!int(a))),
        LWT_OP_FLOAT_NEG => |a| Ok(of_float(-float(a))),
        LWT_OP_FLOAT_SQRT => |a| Ok(of_float(float(a).sqrt())),
        LWT_OP_FLOAT_EXP => |a| Ok(of_float(float(a).exp())),
        LWT_OP_FLOAT_LOG => |a| Ok(of_float(float(a).ln())),
        LWT_OP_FLOAT_LOG10 => |a| Ok(of_float(float(a).log10())),
        LWT_OP_FLOAT_COS => |a| Ok(of_float(float(a).cos())),
        LWT_OP_FLOAT_SIN => |a| Ok(of_float(float(a).sin())),
        LWT_OP_FLOAT_TAN => |a| Ok(of_float(float(a).tan())),
        LWT_OP_FLOAT_ACOS => |a| Ok(of_float(float(a).acos())),
        LWT_OP_FLOAT_ASIN => |a| Ok(of_float(float(a).asin())),
        LWT_OP_FLOAT_ATAN => |a| Ok(of_float(float(a).atan())),
        LWT_OP_FLOAT_COSH => |a| Ok(of_float(float(a).cosh())),
        LWT_OP_FLOAT_SINH => |a| Ok(of_float(float(a).sinh())),
        LWT_OP_FLOAT_TANH => |a| Ok(of_float(float(a).tanh())),
        LWT_OP_FLOAT_CEIL => |a| Ok(of_float(float(a).ceil())),
        LWT_OP_FLOAT_FLOOR => |a| Ok(of_float(float(a).floor())),
        LWT_OP_FLOAT_ABS => |a| Ok(of_float(float(a).abs())),
        LWT_OP_FLOAT_OF_INT => |a| Ok(of_float(int(a) as f64)),
        LWT_OP_FLOAT_TO_INT => |a| Ok(of_int(float(a) as isize)),
        LWT_OP_FLOAT_CLASSIFY => |a| Ok(of_int(class(float(a)) as isize)),
        LWT_OP_FLOAT_FREXP => |a| {
            let (fraction, exponent) = frexp(float(a));
            pair(&of_float(fraction), &of_int(exponent))
        },
        LWT_OP_FLOAT_MODF => |a| {
            let (x, whole) = (float(a), float(a).trunc());
            let fraction = if x.is_infinite() { 0.0 } else { x - whole };
            pair(&of_float(fraction.copysign(x)), &of_float(whole))
        },
        _ => return None,
    })
}

fn class(x: f64) -> c_int {
    match x.classify() {
        FpCategory::Normal => LWT_FP_NORMAL,
        FpCategory::Subnormal => LWT_FP_SUBNORMAL,
        FpCategory::Zero => LWT_FP_ZERO,
        FpCategory::Infinite => LWT_FP_INFINITE,
        FpCategory::Nan => LWT_FP_NAN,
    }
}

const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;

/// A float as a fraction from 0.5 to 1, and a power of two.
fn frexp(x: f64) -> (f64, isize) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    if x.is_subnormal() {
        let (fraction, exponent) = frexp(x * 2_f64.powi(64));
        return (fraction, exponent - 64);
    }
    let exponent = (x.to_bits() >> MANTISSA & 0x7ff) as isize - 1022;
    let bits = x.to_bits() & !(0x7ff << MANTISSA) | 1022 << MANTISSA;
    (f64::from_bits(bits), exponent)
}

/// A float times a power of two, rounded once.
fn ldexp(x: f64, exponent: isize) -> f64 {
    let (fraction, own) = frexp(x);
    let exponent = exponent.saturating_add(own).clamp(-1200, 1200) as i32;
    // From 0.5 to 1 times a normal power is exact; the other factor then rounds, or
    // overflows.
    let first = exponent.clamp(-1000, 1000);
    fraction * 2_f64.powi(first) * 2_f64.powi(exponent - first)
}

/// The operator of two values. None: there is none of this number.
pub fn binary(op: c_int) -> Option<Binary> {
    fn ints(f: fn(isize, isize) -> isize, a: &Shared, b: &Shared) -> Result<Shared, Exn> {
        Ok(of_int(f(int(a.word()), int(b.word()))))
    }
    fn floats(f: fn(f64, f64) -> f64, a: &Shared, b: &Shared) -> Result<Shared, Exn> {
        Ok(of_float(f(float(a.word()), float(b.word()))))
    }
    fn divide(f: fn(isize, isize) -> isize, a: &Shared, b: &Shared) -> Result<Shared, Exn> {
        match b.word().is_null() {
            true => Err(Exn::invalid("lwt_signal_int_div, _mod: Division_by_zero")),
            false => ints(f, a, b),
        }
    }
    Some(match op {
        LWT_OP_BOOL_AND => |a, b| Ok(of_bool(is_true(a) && is_true(b))),
        LWT_OP_BOOL_OR => |a, b| Ok(of_bool(is_true(a) || is_true(b))),
        LWT_OP_INT_ADD => |a, b| ints(isize::wrapping_add, a, b),
        LWT_OP_INT_SUB => |a, b| ints(isize::wrapping_sub, a, b),
        LWT_OP_INT_MUL => |a, b| ints(isize::wrapping_mul, a, b),
        LWT_OP_INT_DIV => |a, b| divide(isize::wrapping_div, a, b),
        LWT_OP_INT_MOD => |a, b| divide(isize::wrapping_rem, a, b),
        LWT_OP_INT_LAND => |a, b| ints(|a, b| a & b, a, b),
        LWT_OP_INT_LOR => |a, b| ints(|a, b| a | b, a, b),
        LWT_OP_INT_LXOR => |a, b| ints(|a, b| a ^ b, a, b),
        LWT_OP_INT_LSL => |a, b| ints(|a, b| places(b).map_or(0, |n| a << n), a, b),
        LWT_OP_INT_LSR => |a, b| {
            let shifted = |a: isize, n: u32| (a.cast_unsigned() >> n).cast_signed();
            Ok(of_int(
                places(int(b.word())).map_or(0, |n| shifted(int(a.word()), n)),
            ))
        },
        LWT_OP_INT_ASR => |a, b| ints(|a, b| a >> places(b).unwrap_or(isize::BITS - 1), a, b),
        LWT_OP_FLOAT_ADD => |a, b| floats(|a, b| a + b, a, b),
        LWT_OP_FLOAT_SUB => |a, b| floats(|a, b| a - b, a, b),
        LWT_OP_FLOAT_MUL => |a, b| floats(|a, b| a * b, a, b),
        LWT_OP_FLOAT_DIV => |a, b| floats(|a, b| a / b, a, b),
        LWT_OP_FLOAT_POW => |a, b| floats(f64::powf, a, b),
        LWT_OP_FLOAT_ATAN2 => |a, b| floats(f64::atan2, a, b),
        LWT_OP_FLOAT_MOD => |a, b| floats(|a, b| a % b, a, b),
        LWT_OP_FLOAT_LDEXP => |a, b| Ok(of_float(ldexp(float(a.word()), int(b.word())))),
        LWT_OP_PAIR => pair,
        _ => return None,
    })
}

/// By how many places a word can be shifted; None: by more.
fn places(n: isize) -> Option<u32> {
    u32::try_from(n).ok().filter(|&n| n < isize::BITS)
}

/// A comparison: what it says of an order, and of whether the words are the same.
pub fn comparison(op: c_int) -> Option<fn(c_int, bool) -> isize> {
    Some(match op {
        LWT_COMPARE_EQ => |order, _| isize::from(order == 0),
        LWT_COMPARE_NE => |order, _| isize::from(order != 0),
        LWT_COMPARE_LT => |order, _| isize::from(order < 0),
        LWT_COMPARE_GT => |order, _| isize::from(order > 0),
        LWT_COMPARE_LE => |order, _| isize::from(order <= 0),
        LWT_COMPARE_GE => |order, _| isize::from(order >= 0),
        LWT_COMPARE_COMPARE => |order, _| order.signum() as isize,
        LWT_COMPARE_SAME => |_, same| isize::from(same),
        LWT_COMPARE_NOT_SAME => |_, same| isize::from(!same),
        _ => return None,
    })
}

/// The order of two words as numbers.
pub fn order(a: &Shared, b: &Shared) -> c_int {
    int(a.word()).cmp(&int(b.word())) as c_int
}

impl Signal {
    /// `S.Bool.rise` and `fall`: when it becomes true, or false.
    pub fn becomes(&self, what: bool) -> Result<Event, Exn> {
        let unit = move |value: &Shared| Ok((is_true(value) == what).then(|| of_int(0)));
        self.changes()?.fmap(unit)
    }
}

impl Event {
    /// `S.Bool.flip`: a truth value that each occurrence turns over.
    pub fn flip(&self, initial: bool) -> Result<Signal, Exn> {
        self.fold_signal(of_bool(initial), |value, _| Ok(of_bool(!is_true(value))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frexp_and_ldexp_undo_each_other_at_all_sizes() {
        let tiny = f64::from_bits(3);
        for x in [
            1.0,
            -0.75,
            1e300,
            -1e-300,
            tiny,
            f64::MIN_POSITIVE,
            f64::MAX,
            0.0,
        ] {
            let (fraction, exponent) = frexp(x);
            assert!(x == 0.0 || (0.5..1.0).contains(&fraction.abs()), "{x}");
            assert_eq!(ldexp(fraction, exponent), x);
        }
        assert_eq!(ldexp(1.0, isize::MAX), f64::INFINITY);
        assert_eq!(ldexp(-1.0, isize::MIN), 0.0);
        assert_eq!(ldexp(1.0, -1074), f64::from_bits(1));
        assert_eq!(ldexp(3.0, -1075), f64::from_bits(2));
        assert!(frexp(f64::NAN).0.is_nan());
    }

    #[test]
    fn shifts_of_any_size_are_defined() {
        let run = |op, a, b| int(binary(op).unwrap()(&of_int(a), &of_int(b)).unwrap().word());
        assert_eq!(run(LWT_OP_INT_LSL, 1, 64), 0);
        assert_eq!(run(LWT_OP_INT_LSR, -1, 63), 1);
        assert_eq!(run(LWT_OP_INT_LSR, -1, -1), 0);
        assert_eq!(run(LWT_OP_INT_ASR, -8, 1), -4);
        assert_eq!(run(LWT_OP_INT_ASR, -8, 1000), -1);
        assert_eq!(run(LWT_OP_INT_DIV, isize::MIN, -1), isize::MIN);
        assert!(binary(LWT_OP_INT_DIV).unwrap()(&of_int(1), &of_int(0)).is_err());
    }
}
