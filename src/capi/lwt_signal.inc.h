/* ---- Floats as values ---- */

/* A double as a value, which is its bits, and back. Numbers of lwt_io_read_float64 are
 * the same. LWT_FLOAT(1.5), LWT_TO_FLOAT(value). On any thread. */
static inline lwt_value lwt_value_of_float(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return (lwt_value)(uintptr_t)bits;
}
static inline double lwt_float_of_value(lwt_value value) {
  uint64_t bits = (uint64_t)(uintptr_t)value;
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
#define LWT_FLOAT(number) lwt_value_of_float(number)
#define LWT_TO_FLOAT(value) lwt_float_of_value(value)

/* Gives up a signal that is a value: the drop function of `lwt_signal *`. On
 * the signal's thread. */
static inline void lwt_signal_drop(void *signal) {
  lwt_signal_release((lwt_signal *)signal);
}

/* `Lwt_react.S.return`: lwt_signal_const. */
static inline lwt_signal *lwt_signal_return(lwt_value value) {
  return lwt_signal_const(value);
}

/* ---- Operators by their names in React.S. Each returns a signal, owned by the
 * caller, as lwt_signal_op1, lwt_signal_op2, lwt_signal_compare and lwt_signal_const
 * do, which it calls. NULL if these return that. ---- */

/* Bool */
static inline lwt_signal *lwt_signal_bool_zero(void) {
  return lwt_signal_const(LWT_INT(0));
}
static inline lwt_signal *lwt_signal_bool_one(void) {
  return lwt_signal_const(LWT_INT(1));
}
static inline lwt_signal *lwt_signal_bool_not(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_BOOL_NOT, a);
}
static inline lwt_signal *lwt_signal_bool_and(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_BOOL_AND, a, b);
}
static inline lwt_signal *lwt_signal_bool_or(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_BOOL_OR, a, b);
}

/* Int. They wrap around at 64 bits. */
static inline lwt_signal *lwt_signal_int_zero(void) {
  return lwt_signal_const(LWT_INT(0));
}
static inline lwt_signal *lwt_signal_int_one(void) {
  return lwt_signal_const(LWT_INT(1));
}
static inline lwt_signal *lwt_signal_int_minus_one(void) {
  return lwt_signal_const(LWT_INT(-1));
}
static inline lwt_signal *lwt_signal_int_max_int(void) {
  return lwt_signal_const(LWT_INT(INTPTR_MAX));
}
static inline lwt_signal *lwt_signal_int_min_int(void) {
  return lwt_signal_const(LWT_INT(INTPTR_MIN));
}
static inline lwt_signal *lwt_signal_int_neg(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_NEG, a);
}
static inline lwt_signal *lwt_signal_int_succ(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_SUCC, a);
}
static inline lwt_signal *lwt_signal_int_pred(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_PRED, a);
}
static inline lwt_signal *lwt_signal_int_abs(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_ABS, a);
}
static inline lwt_signal *lwt_signal_int_lnot(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_INT_LNOT, a);
}
static inline lwt_signal *lwt_signal_int_add(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_ADD, a, b);
}
static inline lwt_signal *lwt_signal_int_sub(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_SUB, a, b);
}
static inline lwt_signal *lwt_signal_int_mul(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_MUL, a, b);
}
static inline lwt_signal *lwt_signal_int_div(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_DIV, a, b);
}
static inline lwt_signal *lwt_signal_int_mod(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_MOD, a, b);
}
static inline lwt_signal *lwt_signal_int_land(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LAND, a, b);
}
static inline lwt_signal *lwt_signal_int_lor(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LOR, a, b);
}
static inline lwt_signal *lwt_signal_int_lxor(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LXOR, a, b);
}
static inline lwt_signal *lwt_signal_int_lsl(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LSL, a, b);
}
static inline lwt_signal *lwt_signal_int_lsr(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_LSR, a, b);
}
static inline lwt_signal *lwt_signal_int_asr(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_INT_ASR, a, b);
}

/* Float */
static inline lwt_signal *lwt_signal_float_zero(void) {
  return lwt_signal_const(LWT_FLOAT(0.0));
}
static inline lwt_signal *lwt_signal_float_one(void) {
  return lwt_signal_const(LWT_FLOAT(1.0));
}
static inline lwt_signal *lwt_signal_float_minus_one(void) {
  return lwt_signal_const(LWT_FLOAT(-1.0));
}
static inline lwt_signal *lwt_signal_float_infinity(void) {
  return lwt_signal_const(LWT_FLOAT(HUGE_VAL));
}
static inline lwt_signal *lwt_signal_float_neg_infinity(void) {
  return lwt_signal_const(LWT_FLOAT(-HUGE_VAL));
}
static inline lwt_signal *lwt_signal_float_max_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_MAX));
}
static inline lwt_signal *lwt_signal_float_min_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_MIN));
}
static inline lwt_signal *lwt_signal_float_epsilon_float(void) {
  return lwt_signal_const(LWT_FLOAT(DBL_EPSILON));
}
static inline lwt_signal *lwt_signal_float_nan(void) {
  return lwt_signal_const((lwt_value)(uintptr_t)UINT64_C(0x7ff8000000000000));
}
static inline lwt_signal *lwt_signal_float_neg(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_NEG, a);
}
static inline lwt_signal *lwt_signal_float_sqrt(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SQRT, a);
}
static inline lwt_signal *lwt_signal_float_exp(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_EXP, a);
}
static inline lwt_signal *lwt_signal_float_log(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_LOG, a);
}
static inline lwt_signal *lwt_signal_float_log10(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_LOG10, a);
}
static inline lwt_signal *lwt_signal_float_cos(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_COS, a);
}
static inline lwt_signal *lwt_signal_float_sin(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SIN, a);
}
static inline lwt_signal *lwt_signal_float_tan(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TAN, a);
}
static inline lwt_signal *lwt_signal_float_acos(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ACOS, a);
}
static inline lwt_signal *lwt_signal_float_asin(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ASIN, a);
}
static inline lwt_signal *lwt_signal_float_atan(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ATAN, a);
}
static inline lwt_signal *lwt_signal_float_cosh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_COSH, a);
}
static inline lwt_signal *lwt_signal_float_sinh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_SINH, a);
}
static inline lwt_signal *lwt_signal_float_tanh(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TANH, a);
}
static inline lwt_signal *lwt_signal_float_ceil(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_CEIL, a);
}
static inline lwt_signal *lwt_signal_float_floor(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_FLOOR, a);
}
static inline lwt_signal *lwt_signal_float_abs(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_ABS, a);
}
static inline lwt_signal *lwt_signal_float_of_int(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_OF_INT, a);
}
static inline lwt_signal *lwt_signal_float_to_int(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_TO_INT, a);
}
static inline lwt_signal *lwt_signal_float_classify(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_CLASSIFY, a);
}
static inline lwt_signal *lwt_signal_float_frexp(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_FREXP, a);
}
static inline lwt_signal *lwt_signal_float_modf(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_FLOAT_MODF, a);
}
static inline lwt_signal *lwt_signal_float_add(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_ADD, a, b);
}
static inline lwt_signal *lwt_signal_float_sub(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_SUB, a, b);
}
static inline lwt_signal *lwt_signal_float_mul(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_MUL, a, b);
}
static inline lwt_signal *lwt_signal_float_div(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_DIV, a, b);
}
static inline lwt_signal *lwt_signal_float_pow(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_POW, a, b);
}
static inline lwt_signal *lwt_signal_float_atan2(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_ATAN2, a, b);
}
static inline lwt_signal *lwt_signal_float_mod(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_MOD, a, b);
}
static inline lwt_signal *lwt_signal_float_ldexp(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_FLOAT_LDEXP, a, b);
}

/* Pair */
static inline lwt_signal *lwt_signal_pair(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_op2(LWT_OP_PAIR, a, b);
}
static inline lwt_signal *lwt_signal_pair_fst(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_PAIR_FST, a);
}
static inline lwt_signal *lwt_signal_pair_snd(const lwt_signal *a) {
  return lwt_signal_op1(LWT_OP_PAIR_SND, a);
}

/* Option */
static inline lwt_signal *lwt_signal_option_none(void) {
  return lwt_signal_const(LWT_NONE);
}

/* Compare, of words as numbers; lwt_signal_compare takes a function. */
static inline lwt_signal *lwt_signal_compare_eq(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_EQ, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_ne(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_NE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_lt(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_LT, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_gt(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_GT, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_le(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_LE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_ge(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_GE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_order(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_COMPARE, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_same(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_SAME, a, b, NULL, NULL, NULL);
}
static inline lwt_signal *lwt_signal_compare_not_same(const lwt_signal *a, const lwt_signal *b) {
  return lwt_signal_compare(LWT_COMPARE_NOT_SAME, a, b, NULL, NULL, NULL);
}
