//! `lwt_signal.h`: the numbers of the operators that `React.S` has on signals.

use std::ffi::c_int;

/// `not`
pub const LWT_OP_BOOL_NOT: c_int = 1;
/// `~-`
pub const LWT_OP_INT_NEG: c_int = 2;
/// `succ`
pub const LWT_OP_INT_SUCC: c_int = 3;
/// `pred`
pub const LWT_OP_INT_PRED: c_int = 4;
/// `abs`
pub const LWT_OP_INT_ABS: c_int = 5;
/// `lnot`
pub const LWT_OP_INT_LNOT: c_int = 6;
/// `~-.`
pub const LWT_OP_FLOAT_NEG: c_int = 7;
/// `sqrt`
pub const LWT_OP_FLOAT_SQRT: c_int = 8;
/// `exp`
pub const LWT_OP_FLOAT_EXP: c_int = 9;
/// `log`
pub const LWT_OP_FLOAT_LOG: c_int = 10;
/// `log10`
pub const LWT_OP_FLOAT_LOG10: c_int = 11;
/// `cos`
pub const LWT_OP_FLOAT_COS: c_int = 12;
/// `sin`
pub const LWT_OP_FLOAT_SIN: c_int = 13;
/// `tan`
pub const LWT_OP_FLOAT_TAN: c_int = 14;
/// `acos`
pub const LWT_OP_FLOAT_ACOS: c_int = 15;
/// `asin`
pub const LWT_OP_FLOAT_ASIN: c_int = 16;
/// `atan`
pub const LWT_OP_FLOAT_ATAN: c_int = 17;
/// `cosh`
pub const LWT_OP_FLOAT_COSH: c_int = 18;
/// `sinh`
pub const LWT_OP_FLOAT_SINH: c_int = 19;
/// `tanh`
pub const LWT_OP_FLOAT_TANH: c_int = 20;
/// `ceil`
pub const LWT_OP_FLOAT_CEIL: c_int = 21;
/// `floor`
pub const LWT_OP_FLOAT_FLOOR: c_int = 22;
/// `abs_float`
pub const LWT_OP_FLOAT_ABS: c_int = 23;
/// `float_of_int`, of a number
pub const LWT_OP_FLOAT_OF_INT: c_int = 24;
/// `int_of_float`, `truncate`: a number; the nearest there is
pub const LWT_OP_FLOAT_TO_INT: c_int = 25;
/// `classify_float`: LWT_FP_NORMAL and so on
pub const LWT_OP_FLOAT_CLASSIFY: c_int = 26;
/// `frexp`: a pair of a float and a number
pub const LWT_OP_FLOAT_FREXP: c_int = 27;
/// `modf`: a pair of two floats, the fraction first
pub const LWT_OP_FLOAT_MODF: c_int = 28;
/// `fst`
pub const LWT_OP_PAIR_FST: c_int = 29;
/// `snd`
pub const LWT_OP_PAIR_SND: c_int = 30;
/// `&&`
pub const LWT_OP_BOOL_AND: c_int = 31;
/// `||`
pub const LWT_OP_BOOL_OR: c_int = 32;
/// `+`
pub const LWT_OP_INT_ADD: c_int = 33;
/// `-`
pub const LWT_OP_INT_SUB: c_int = 34;
/// `*`
pub const LWT_OP_INT_MUL: c_int = 35;
/// `/`; by 0 it fails with LWT_INVALID_ARGUMENT
pub const LWT_OP_INT_DIV: c_int = 36;
/// `mod`; by 0 it fails with LWT_INVALID_ARGUMENT
pub const LWT_OP_INT_MOD: c_int = 37;
/// `land`
pub const LWT_OP_INT_LAND: c_int = 38;
/// `lor`
pub const LWT_OP_INT_LOR: c_int = 39;
/// `lxor`
pub const LWT_OP_INT_LXOR: c_int = 40;
/// `lsl`
pub const LWT_OP_INT_LSL: c_int = 41;
/// `lsr`
pub const LWT_OP_INT_LSR: c_int = 42;
/// `asr`
pub const LWT_OP_INT_ASR: c_int = 43;
/// `+.`
pub const LWT_OP_FLOAT_ADD: c_int = 44;
/// `-.`
pub const LWT_OP_FLOAT_SUB: c_int = 45;
/// `*.`
pub const LWT_OP_FLOAT_MUL: c_int = 46;
/// `/.`
pub const LWT_OP_FLOAT_DIV: c_int = 47;
/// `**`
pub const LWT_OP_FLOAT_POW: c_int = 48;
/// `atan2`
pub const LWT_OP_FLOAT_ATAN2: c_int = 49;
/// `mod_float`
pub const LWT_OP_FLOAT_MOD: c_int = 50;
/// `ldexp`, of a float and a number
pub const LWT_OP_FLOAT_LDEXP: c_int = 51;
/// `pair`
pub const LWT_OP_PAIR: c_int = 52;
/// `=`
pub const LWT_COMPARE_EQ: c_int = 53;
/// `<>`
pub const LWT_COMPARE_NE: c_int = 54;
/// `<`
pub const LWT_COMPARE_LT: c_int = 55;
/// `>`
pub const LWT_COMPARE_GT: c_int = 56;
/// `<=`
pub const LWT_COMPARE_LE: c_int = 57;
/// `>=`
pub const LWT_COMPARE_GE: c_int = 58;
/// `compare`: -1, 0 or 1
pub const LWT_COMPARE_COMPARE: c_int = 59;
/// `==`: the same word, whatever the function says
pub const LWT_COMPARE_SAME: c_int = 60;
/// `!=`: another word
pub const LWT_COMPARE_NOT_SAME: c_int = 61;
/// What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_normal`.
pub const LWT_FP_NORMAL: c_int = 0;
/// What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_subnormal`.
pub const LWT_FP_SUBNORMAL: c_int = 1;
/// What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_zero`.
pub const LWT_FP_ZERO: c_int = 2;
/// What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_infinite`.
pub const LWT_FP_INFINITE: c_int = 3;
/// What LWT_OP_FLOAT_CLASSIFY says: OCaml's `FP_nan`.
pub const LWT_FP_NAN: c_int = 4;
