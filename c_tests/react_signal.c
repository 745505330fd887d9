/* Signals: what each function makes, equalities, operators, ownership, steps in
 * steps, and callbacks that undo what calls them. */
#include "reacts.h"

#include <pthread.h>

static lwt_signal_setter *setter;
static lwt_signal *begin(intptr_t n) { return lwt_signal_create(LWT_INT(n), &setter); }
static void end(lwt_signal *s, lwt_signal *derived) {
  lwt_signal_release(derived);
  lwt_signal_release(s);
  lwt_signal_setter_release(setter);
}

static lwt_value none_if_odd(lwt_value value, void *env) {
  return is_odd(value, env) ? LWT_NONE : value;
}
/* What a signal derived from 1, 2, 4, 5, 7, 7 is after each. */
#define CHECK_IS_IN_TURN(make, want)                 \
  do {                                               \
    lwt_signal *s = begin(1);                        \
    lwt_signal *derived = (make);                    \
    const int values[] = {1, 2, 4, 5, 7, 7};         \
    for (int v = 0; v < 6; v++) {                    \
      SET(setter, values[v]);                        \
      see(lwt_signal_value(derived), NULL);          \
    }                                                \
    CHECK_SEEN(want);                                \
    end(s, derived);                                 \
  } while (0)
TEST(each_way_to_derive_a_signal_from_one_makes_what_it_says) {
  CHECK_IS_IN_TURN(more(s, 1), "2 3 5 6 8 8");
  CHECK_IS_IN_TURN(lwt_signal_l1(add_env, (void *)2, NULL, s), "3 4 6 7 9 9");
  CHECK_IS_IN_TURN(lwt_signal_filter(s, is_odd, NULL, NULL, LWT_INT(0), NULL), "1 1 1 5 7 7");
  CHECK_IS_IN_TURN(lwt_signal_fmap(s, none_if_odd, NULL, NULL, LWT_INT(9), NULL), "9 2 4 4 4 4");
  CHECK_IS_IN_TURN(lwt_signal_l2(digits, NULL, NULL, s, s), "11 22 44 55 77 77");
  CHECK_IS_IN_TURN(lwt_signal_option_some(s), "1 2 4 5 7 7");
  CHECK_IS_IN_TURN(lwt_signal_const(LWT_INT(4)), "4 4 4 4 4 4");
}

TEST(between_signals_and_events) {
  lwt_signal *s = begin(1);
  lwt_event_sender *send;
  lwt_event *e = lwt_event_create(&send);
  lwt_signal *held = lwt_signal_hold(LWT_INT(5), NULL, e);
  lwt_signal *total = lwt_signal_fold(sum, NULL, NULL, LWT_INT(100), NULL, e);
  lwt_signal *dismissed = lwt_signal_dismiss(e, LWT_INT(0), NULL, s);
  lwt_signal *odd = lwt_signal_map(s, none_if_odd, NULL, NULL);
  lwt_signal *init = lwt_signal_option_value(held, false, odd);
  lwt_signal *always = lwt_signal_option_value(held, true, odd);
  lwt_signal *flipped = lwt_signal_bool_flip(true, e);
  lwt_signal *on = lwt_signal_on(flipped, LWT_INT(77), NULL, s);
  lwt_event *diff = lwt_signal_diff(s, digits, NULL, NULL), *changes = lwt_signal_changes(s);
  lwt_event *rise = lwt_signal_bool_rise(flipped), *fall = lwt_signal_bool_fall(flipped);
  lwt_event *seen[] = {seeing(diff, "d"), seeing(changes, "c"), seeing(rise, "r"), seeing(fall, "f")};
  CHECK_IS(held, 5);
  CHECK_IS(init, 5);
  SET(setter, 2);
  CHECK_SEEN("d21 c2");
  CHECK_IS(dismissed, 2);
  CHECK_IS(on, 2);
  CHECK_IS(init, 2);
  lwt_react_step *step = lwt_react_step_create();
  lwt_signal_set_in(step, setter, LWT_INT(3));
  lwt_event_send_in(step, send, LWT_INT(8));
  lwt_react_step_execute(step);
  lwt_react_step_release(step);
  CHECK_HAS(seen_text, "f0");
  CHECK_HAS(seen_text, "d32");
  seen_text[0] = '\0';
  CHECK_IS(held, 8);
  CHECK_IS(total, 108);
  CHECK_IS(dismissed, 2);
  CHECK_IS(on, 2);
  CHECK_IS(init, 2);
  CHECK_IS(always, 8);
  SEND(send, 9);
  CHECK_HAS(seen_text, "r0");
  seen_text[0] = '\0';
  CHECK_IS(on, 3);
  CHECK_IS(always, 9);
  for (int i = 0; i < 4; i++) lwt_event_release(seen[i]);
  lwt_event *events[] = {e, diff, changes, rise, fall};
  for (int i = 0; i < 5; i++) lwt_event_release(events[i]);
  lwt_signal *signals[] = {held, total, dismissed, odd, init, always, flipped, on};
  for (int i = 0; i < 8; i++) lwt_signal_release(signals[i]);
  lwt_event_sender_release(send);
  end(s, NULL);
}

static lwt_signal *either(lwt_value value, void *signals) {
  return lwt_signal_retain(((lwt_signal **)signals)[LWT_TO_INT(value)]);
}
static lwt_signal *nothing(lwt_value value, void *env) {
  (void)value;
  (void)env;
  return NULL;
}
TEST(bind_and_switch_follow_the_signal_that_is_the_value) {
  lwt_signal *which = begin(0);
  lwt_signal_setter *set_a, *set_b, *set_s;
  lwt_signal *a = lwt_signal_create(LWT_INT(1), &set_a), *b = lwt_signal_create(LWT_INT(2), &set_b);
  lwt_signal *deep = more(b, 0), *deeper = more(deep, 0);
  lwt_signal *signals[] = {a, deeper};
  lwt_signal *bound = lwt_signal_bind(which, either, signals, NULL);
  lwt_signal *above = more(bound, 100);
  lwt_signal *ss = lwt_signal_create_owned(lwt_signal_retain(a), lwt_signal_drop, &set_s);
  lwt_signal *switched = lwt_signal_switch(ss);
  lwt_signal *sum_of = lwt_signal_l2(sum, NULL, NULL, above, switched);
  lwt_signal *seen = watching(sum_of, NULL);
  CHECK_SEEN("102");
  lwt_react_step *step = lwt_react_step_create();
  lwt_signal_set_in(step, setter, LWT_INT(1));
  lwt_signal_set_in(step, set_b, LWT_INT(20));
  lwt_signal_set_in_owned(step, set_s, lwt_signal_retain(deeper), lwt_signal_drop);
  lwt_react_step_execute(step);
  lwt_react_step_release(step);
  CHECK_SEEN("140");
  SET(set_a, 7);
  SET(set_b, 30);
  CHECK_SEEN("160");
  hook_install();
  hook_calls = 0;
  lwt_signal_set(set_s, LWT_INT(3));
  lwt_signal_set_owned(set_s, lwt_signal_retain(sum_of), lwt_signal_drop);
  CHECK_INT(hook_calls, 2);
  CHECK_INT(hook_kind, INVALID);
  CHECK_PTR(lwt_signal_bind(which, nothing, NULL, NULL), NULL);
  CHECK_INT(hook_calls, 3);
  hook_calls = 0;
  SET(set_b, 31);
  CHECK_SEEN("162");
  lwt_signal *all[] = {a, b, deep, deeper, bound, above, switched, sum_of, seen};
  for (int i = 0; i < 9; i++) lwt_signal_release(all[i]);
  lwt_signal_setter_release(set_a);
  lwt_signal_setter_release(set_b);
  lwt_signal_setter_release(set_s);
  lwt_signal_release(ss);
  end(which, NULL);
}

TEST(an_equality_decides_what_is_a_change) {
  static struct lwt_string abc = {3, (char *)"abc"}, same = {3, (char *)"abc"}, abd = {3, (char *)"abd"};
  lwt_signal *s = lwt_signal_with_eq(begin(0), lwt_equal_text, NULL, NULL);
  lwt_event *changes = lwt_signal_changes(s), *seen = lwt_event_stamp(changes, LWT_INT(1), NULL);
  lwt_event *logged = seeing(seen, NULL);
  lwt_signal_set(setter, &abc);
  lwt_signal_set(setter, &same);
  lwt_signal_set(setter, &abd);
  CHECK_SEEN("1 1");
  CHECK_PTR(lwt_signal_value(s), &abd);
  CHECK(lwt_signal_eq(s, &abc, &same));
  CHECK(!lwt_signal_eq(s, &abc, &abd));
  lwt_signal_with_eq(s, lwt_equal_never, NULL, NULL);
  lwt_signal_set(setter, &abd);
  CHECK_SEEN("1");
  ENV(env);
  CHECK_PTR(lwt_signal_with_eq(NULL, lwt_equal_never, &env, env_drop), NULL);
  CHECK_ENV(env, 0, 1);
  lwt_signal_with_eq(s, lwt_equal_never, &env, env_drop);
  lwt_signal_with_eq(s, NULL, NULL, NULL);
  CHECK_ENV(env, 0, 2);
  CHECK(lwt_equal_float(LWT_FLOAT(0.0), LWT_FLOAT(-0.0), NULL));
  CHECK(!lwt_equal_word(LWT_FLOAT(0.0), LWT_FLOAT(-0.0), NULL));
  lwt_signal *one = lwt_signal_const(LWT_INT(1)), *other = lwt_signal_const(LWT_INT(1));
  CHECK(lwt_signal_equal(one, other));
  CHECK(!lwt_signal_equal(one, s));
  CHECK_INT(lwt_signal_retain_value(one, LWT_INT(1), NULL, NULL, NULL), INVALID);
  lwt_signal_release(one);
  lwt_signal_release(other);
  lwt_event_release(changes);
  lwt_event_release(seen);
  lwt_event_release(logged);
  end(s, NULL);
}

/* Checks a signal of floats, and releases it. */
static void check_float(int line, lwt_signal *s, double want) {
  double got = LWT_TO_FLOAT(lwt_signal_value(s));
  if (!(got == want) && !(got != got && want != want)) {
    check_fail(__FILE__, line);
    fprintf(stderr, "it is %g, not %g\n", got, want);
  }
  lwt_signal_release(s);
}
#define CHECK_FLOAT(s, want) check_float(__LINE__, s, want)
static void check_number(int line, lwt_signal *s, intptr_t want) {
  check_int(__FILE__, line, "the value", LWT_TO_INT(lwt_signal_value(s)), want);
  lwt_signal_release(s);
}
#define CHECK_NUMBER(s, want) check_number(__LINE__, s, want)

static int by_size(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return abs((int)LWT_TO_INT(a)) - abs((int)LWT_TO_INT(b));
}
TEST(every_operator_can_be_reached_and_computes) {
  lwt_signal *a = begin(7), *b = lwt_signal_const(LWT_INT(-2)), *zero = lwt_signal_int_zero();
  CHECK_NUMBER(lwt_signal_int_add(a, b), 5);
  CHECK_NUMBER(lwt_signal_int_sub(a, b), 9);
  CHECK_NUMBER(lwt_signal_int_mul(a, b), -14);
  CHECK_NUMBER(lwt_signal_int_div(a, b), -3);
  CHECK_NUMBER(lwt_signal_int_mod(a, b), 1);
  CHECK_NUMBER(lwt_signal_int_land(a, b), 7 & -2);
  CHECK_NUMBER(lwt_signal_int_lor(a, b), 7 | -2);
  CHECK_NUMBER(lwt_signal_int_lxor(a, b), 7 ^ -2);
  CHECK_NUMBER(lwt_signal_int_lsl(b, a), -256);
  CHECK_NUMBER(lwt_signal_int_asr(b, a), -1);
  CHECK_NUMBER(lwt_signal_int_lsr(b, a), (intptr_t)((uintptr_t)-2 >> 7));
  CHECK_NUMBER(lwt_signal_int_neg(a), -7);
  CHECK_NUMBER(lwt_signal_int_succ(a), 8);
  CHECK_NUMBER(lwt_signal_int_pred(a), 6);
  CHECK_NUMBER(lwt_signal_int_abs(b), 2);
  CHECK_NUMBER(lwt_signal_int_lnot(a), -8);
  CHECK_NUMBER(lwt_signal_int_one(), 1);
  CHECK_NUMBER(lwt_signal_int_minus_one(), -1);
  CHECK_NUMBER(lwt_signal_int_max_int(), INTPTR_MAX);
  CHECK_NUMBER(lwt_signal_int_min_int(), INTPTR_MIN);
  hook_install();
  hook_calls = 0;
  CHECK_PTR(lwt_signal_int_div(a, zero), NULL);
  CHECK_INT(hook_calls, 1);
  hook_calls = 0;
  CHECK_NUMBER(lwt_signal_bool_not(a), 0);
  CHECK_NUMBER(lwt_signal_bool_and(a, zero), 0);
  CHECK_NUMBER(lwt_signal_bool_or(a, zero), 1);
  CHECK_NUMBER(lwt_signal_bool_zero(), 0);
  CHECK_NUMBER(lwt_signal_bool_one(), 1);
  CHECK_NUMBER(lwt_signal_compare_eq(a, a), 1);
  CHECK_NUMBER(lwt_signal_compare_ne(a, b), 1);
  CHECK_NUMBER(lwt_signal_compare_lt(a, b), 0);
  CHECK_NUMBER(lwt_signal_compare_gt(a, b), 1);
  CHECK_NUMBER(lwt_signal_compare_le(a, b), 0);
  CHECK_NUMBER(lwt_signal_compare_ge(a, a), 1);
  CHECK_NUMBER(lwt_signal_compare_order(b, a), -1);
  CHECK_NUMBER(lwt_signal_compare_same(a, a), 1);
  CHECK_NUMBER(lwt_signal_compare_not_same(a, b), 1);
  CHECK_NUMBER(lwt_signal_compare(LWT_COMPARE_LT, zero, b, by_size, NULL, NULL), 1);
  CHECK_PTR(lwt_signal_compare(LWT_OP_INT_ADD, a, b, NULL, NULL, NULL), NULL);
  CHECK_PTR(lwt_signal_op1(LWT_OP_INT_ADD, a), NULL);
  CHECK_PTR(lwt_signal_op2(-1, a, b), NULL);

  lwt_signal *x = lwt_signal_const(LWT_FLOAT(-2.5)), *y = lwt_signal_const(LWT_FLOAT(4.0));
  CHECK_FLOAT(lwt_signal_float_add(x, y), 1.5);
  CHECK_FLOAT(lwt_signal_float_sub(x, y), -6.5);
  CHECK_FLOAT(lwt_signal_float_mul(x, y), -10);
  CHECK_FLOAT(lwt_signal_float_div(x, y), -0.625);
  CHECK_FLOAT(lwt_signal_float_pow(x, y), 39.0625);
  CHECK_FLOAT(lwt_signal_float_mod(y, x), 1.5);
  CHECK_FLOAT(lwt_signal_float_neg(x), 2.5);
  CHECK_FLOAT(lwt_signal_float_sqrt(y), 2);
  CHECK_FLOAT(lwt_signal_float_sqrt(x), NAN);
  CHECK_FLOAT(lwt_signal_float_ceil(x), -2);
  CHECK_FLOAT(lwt_signal_float_floor(x), -3);
  CHECK_FLOAT(lwt_signal_float_abs(x), 2.5);
  CHECK_FLOAT(lwt_signal_float_of_int(b), -2);
  CHECK_FLOAT(lwt_signal_float_ldexp(x, b), -0.625);
  CHECK_NUMBER(lwt_signal_float_to_int(x), -2);
  CHECK_NUMBER(lwt_signal_float_classify(x), LWT_FP_NORMAL);
  lwt_signal *origin = lwt_signal_float_zero();
  lwt_signal *(*const of_zero[])(const lwt_signal *) = {
      lwt_signal_float_sin,  lwt_signal_float_tan,  lwt_signal_float_asin, lwt_signal_float_atan,
      lwt_signal_float_sinh, lwt_signal_float_tanh,
  };
  for (int i = 0; i < 6; i++) CHECK_FLOAT(of_zero[i](origin), 0);
  lwt_signal *(*const one_of_zero[])(const lwt_signal *) = {
      lwt_signal_float_cos, lwt_signal_float_cosh, lwt_signal_float_exp};
  for (int i = 0; i < 3; i++) CHECK_FLOAT(one_of_zero[i](origin), 1);
  lwt_signal *unit = lwt_signal_float_one();
  CHECK_FLOAT(lwt_signal_float_log(unit), 0);
  CHECK_FLOAT(lwt_signal_float_log10(unit), 0);
  CHECK_FLOAT(lwt_signal_float_acos(unit), 0);
  CHECK_FLOAT(lwt_signal_float_atan2(origin, unit), 0);
  CHECK_FLOAT(lwt_signal_float_minus_one(), -1);
  CHECK_FLOAT(lwt_signal_float_infinity(), HUGE_VAL);
  CHECK_FLOAT(lwt_signal_float_neg_infinity(), -HUGE_VAL);
  CHECK_FLOAT(lwt_signal_float_nan(), NAN);
  CHECK_FLOAT(lwt_signal_float_max_float(), DBL_MAX);
  CHECK_FLOAT(lwt_signal_float_min_float(), DBL_MIN);
  CHECK_FLOAT(lwt_signal_float_epsilon_float(), DBL_EPSILON);
  lwt_signal *parts = lwt_signal_float_modf(x), *frexp = lwt_signal_float_frexp(y);
  CHECK_FLOAT(lwt_signal_pair_fst(parts), -0.5);
  CHECK_FLOAT(lwt_signal_pair_snd(parts), -2);
  CHECK_FLOAT(lwt_signal_pair_fst(frexp), 0.5);
  CHECK_NUMBER(lwt_signal_pair_snd(frexp), 3);
  lwt_signal *none = lwt_signal_option_none();
  CHECK_PTR(lwt_signal_value(none), LWT_NONE);
  lwt_signal *all[] = {b, zero, x, y, origin, unit, parts, frexp, none};
  for (int i = 0; i < 9; i++) lwt_signal_release(all[i]);
  end(a, NULL);
}

static int drops;
static void count(void *word) {
  (void)word;
  drops++;
}
TEST(the_values_in_a_pair_are_shared_and_dropped_once) {
  lwt_signal *s = lwt_signal_create_owned(LWT_INT(1), count, &setter);
  lwt_signal *one = lwt_signal_int_one(), *pair = lwt_signal_pair(s, one);
  lwt_signal *first = lwt_signal_pair_fst(pair), *seen = watching(first, NULL);
  drops = 0;
  lwt_signal_set_owned(setter, LWT_INT(2), count);
  CHECK_INT(drops, 1);
  CHECK_SEEN("1 2");
  lwt_signal_set_owned(setter, LWT_INT(2), count);
  CHECK_INT(drops, 2);
  lwt_signal_release(pair);
  lwt_signal_release(seen);
  end(s, NULL);
  CHECK_INT(drops, 2);
  CHECK_IS(first, 2);
  lwt_signal_release(first);
  lwt_signal_release(one);
  CHECK_INT(drops, 3);
}

TEST(a_function_that_raises_at_first_makes_no_signal_and_later_changes_nothing) {
  lwt_signal *s = begin(1);
  ENV_RAISING(f, LWT_FULL);
  hook_install();
  hook_calls = 0;
  CHECK_PTR(lwt_signal_map(s, env_map, &f, env_drop), NULL);
  CHECK_INT(hook_calls, 1);
  CHECK_ENV(f, 1, 1);
  f.raise = 0;
  f.dropped = 0;
  lwt_signal *t = lwt_signal_map(s, env_map, &f, env_drop);
  f.raise = LWT_FULL;
  SET(setter, 2);
  CHECK_INT(hook_calls, 2);
  CHECK_IS(t, 1);
  f.raise = 0;
  SET(setter, 3);
  CHECK_IS(t, 3);
  hook_calls = 0;
  trace_text[0] = '\0';
  end(s, t);
  CHECK_INT(f.dropped, 1);
}

/* Callbacks that undo what calls them. */
static lwt_signal *victim, *other;
static lwt_value releases_itself(lwt_value value, void *env) {
  (void)env;
  lwt_signal_release(victim);
  victim = NULL;
  return value;
}
static lwt_value stops_itself(lwt_value value, void *env) {
  (void)env;
  if (victim != NULL) lwt_signal_stop_strongly(victim);
  return value;
}
static lwt_value sets_again(lwt_value value, void *env) {
  (void)env;
  if (LWT_TO_INT(value) < 50) lwt_signal_set(setter, LWT_INT(LWT_TO_INT(value) + 1));
  see(lwt_signal_value(other), NULL);
  return value;
}
TEST(callbacks_may_release_stop_and_set_what_they_are_called_for) {
  lwt_signal *s = begin(1);
  victim = NULL;
  lwt_signal *made = lwt_signal_map(s, releases_itself, NULL, NULL);
  victim = made;
  SET(setter, 2);
  CHECK_PTR(victim, NULL);
  SET(setter, 3);
  victim = lwt_signal_map(s, stops_itself, NULL, NULL);
  SET(setter, 4);
  CHECK_IS(victim, 3);
  CHECK_INT(lwt_signal_set(setter, LWT_INT(5)), LWT_OK);
  end(s, victim);

  s = begin(1);
  other = s;
  lwt_signal *again = lwt_signal_map(s, sets_again, NULL, NULL);
  CHECK_IS(s, 50);
  CHECK_IS(again, 50);
  seen_text[0] = '\0';
  end(s, again);
}

static lwt_event *in_step;
static lwt_signal *source;
static void makes_more(lwt_value value, void *env) {
  (void)value;
  lwt_signal *made = more(source, 1000);
  lwt_signal *top = lwt_signal_l2(sum, NULL, NULL, made, source);
  *(lwt_signal **)env = top;
  lwt_signal_release(made);
}
TEST(a_signal_that_is_made_in_a_step_is_of_that_step) {
  lwt_signal *s = begin(1), *late[2] = {NULL, NULL};
  lwt_event *changes = lwt_signal_changes(s);
  source = more(s, 1);
  lwt_signal *deep = more(source, 1), *deeper = more(deep, 1);
  lwt_event *early = lwt_event_trace(changes, NULL, makes_more, &late[0], NULL);
  lwt_event *far = lwt_signal_changes(deeper);
  in_step = lwt_event_trace(far, NULL, makes_more, &late[1], NULL);
  SET(setter, 10);
  CHECK_IS(late[0], 1022);
  CHECK_IS(late[1], 1022);
  lwt_event_release(early);
  lwt_event_release(in_step);
  SET(setter, 20);
  CHECK_IS(late[0], 1042);
  CHECK_IS(late[1], 1042);
  lwt_event_release(changes);
  lwt_event_release(far);
  lwt_signal *all[] = {source, deep, deeper, late[0], late[1]};
  for (int i = 0; i < 5; i++) lwt_signal_release(all[i]);
  end(s, NULL);
}

static lwt_signal *nearer(const lwt_signal *delayed, lwt_signal **result, void *target) {
  lwt_signal *distance = lwt_signal_int_sub((const lwt_signal *)target, delayed);
  lwt_signal *two = lwt_signal_const(LWT_INT(2)), *half = lwt_signal_int_div(distance, two);
  lwt_signal *next = lwt_signal_int_add(delayed, half);
  lwt_signal_release(distance);
  lwt_signal_release(two);
  lwt_signal_release(half);
  *result = lwt_signal_retain(next);
  return next;
}
TEST(fix_makes_a_signal_of_its_own_past) {
  lwt_signal *s = begin(100);
  lwt_signal *fixed = lwt_signal_fix(LWT_INT(0), NULL, nearer, s, NULL);
  CHECK_IS(fixed, 99);
  SET(setter, 0);
  CHECK_IS(fixed, 1);
  end(s, fixed);
}

static void *elsewhere(void *handle) {
  CHECK_PTR(lwt_signal_retain((lwt_signal *)handle), NULL);
  CHECK_PTR(more((lwt_signal *)handle, 1), NULL);
  CHECK_INT(lwt_signal_set(setter, LWT_INT(9)), LWT_WRONG_THREAD);
  CHECK_INT(lwt_signal_stop((lwt_signal *)handle), LWT_WRONG_THREAD);
  /* And has a graph of its own, of which it leaves something behind. */
  lwt_signal_setter *set;
  lwt_signal *s = lwt_signal_create_owned(LWT_INT(1), count, &set);
  lwt_signal *t = more(s, 1);
  SET(set, 2);
  CHECK_IS(t, 3);
  return NULL;
}
TEST(each_thread_has_a_graph_of_its_own) {
  lwt_signal *s = begin(1);
  pthread_t thread;
  drops = 0;
  pthread_create(&thread, NULL, elsewhere, s);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  CHECK_IS(s, 1);
  end(s, NULL);
}

TEST(a_chain_of_many_needs_no_stack_and_an_update_touches_only_what_depends) {
  enum { MANY = 20000 };
  lwt_signal *s = begin(0), *last = lwt_signal_retain(s);
  static lwt_signal *beside[1000];
  for (int i = 0; i < MANY; i++) {
    lwt_signal *next = more(last, 1);
    lwt_signal_release(last);
    last = next;
  }
  lwt_signal_setter *set;
  lwt_signal *quiet = lwt_signal_create(LWT_INT(0), &set);
  ENV(f);
  for (int i = 0; i < 1000; i++) beside[i] = lwt_signal_map(quiet, env_map, &f, NULL);
  trace_text[0] = '\0';
  int before = f.ran;
  SET(setter, 5);
  CHECK_IS(last, MANY + 5);
  CHECK_INT(f.ran, before);
  for (int i = 0; i < 1000; i++) lwt_signal_release(beside[i]);
  lwt_signal_release(quiet);
  lwt_signal_setter_release(set);
  end(s, last);
}
