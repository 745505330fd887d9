/* Events and signals: notifiers that fail, the equality that copies keep, a delay that
 * fails, functions of three to six, functions that are values, references. */
#include "reacts.h"

static lwt_event_sender *send_, *send2;
static lwt_event *e, *e2;
static lwt_signal_setter *set_;
static lwt_signal *s;
static void begin(int initial) {
  seen_text[0] = '\0';
  e = lwt_event_create(&send_);
  e2 = lwt_event_create(&send2);
  s = lwt_signal_create(LWT_INT(initial), &set_);
}
static void end(void) {
  lwt_event_release(e);
  lwt_event_release(e2);
  lwt_signal_release(s);
  lwt_event_sender_release(send_);
  lwt_event_sender_release(send2);
  lwt_signal_setter_release(set_);
}
static void counts(void *env) { ++*(int *)env; }
static lwt_signal *c(int n) { return lwt_signal_return(LWT_INT(n)); }
/* The signal that a promise has for its value; both are the caller's no more. */
static lwt_signal *given(lwt_t *p) {
  CHECK_STATE(p, LWT_RETURN);
  lwt_signal *result = lwt_state(p) == LWT_RETURN ? (lwt_signal *)lwt_value_of(p) : NULL;
  result = lwt_signal_retain(result);
  lwt_release(p);
  return result;
}
#define CHECK_IS_ONCE(signal, n)           \
  do {                                     \
    lwt_signal *checked_ = (signal);       \
    CHECK_IS(checked_, n);                 \
    lwt_signal_release(checked_);          \
  } while (0)

/* ------------------------------------------------------- notifiers --- */
static lwt_t *fails(lwt_value value, void *env) {
  see(value, env);
  return lwt_fail(exn(LWT_CLOSED));
}
static lwt_t *hears(lwt_value value, void *env) {
  see(value, env);
  return lwt_return(LWT_UNIT);
}
static void raises(lwt_value value, void *env) {
  see(value, env);
  lwt_raise(exn(LWT_CLOSED));
}
static int lost;
static void loses(const lwt_exn *exception, void *env) {
  (void)env;
  lost += lwt_exn_kind(exception) == LWT_CLOSED;
}

TEST(the_failure_of_a_notifier_is_told_to_the_async_hook_and_it_goes_on) {
  hook_install();
  lwt_react_on_error(loses, NULL, NULL);
  begin(1);
  lwt_react_notifier *n[] = {
    lwt_event_notify(e, raises, "n", NULL),
    lwt_event_notify_s(e, fails, "s", NULL),
    lwt_event_notify_p(e, fails, "p", NULL),
  };
  SEND(send_, 1);
  CHECK_HOOK(3, LWT_CLOSED);
  SEND(send_, 2);
  CHECK_HOOK(3, LWT_CLOSED);
  for (int i = 0; i < 3; i++) {
    CHECK(lwt_react_disable(n[i]));
    lwt_react_notifier_release(n[i]);
  }
  seen_text[0] = '\0';
  lwt_react_notifier *m[] = {
    lwt_signal_notify(s, raises, "n", NULL),
    lwt_signal_notify_s(s, fails, "s", NULL),
    lwt_signal_notify_p(s, fails, "p", NULL),
  };
  CHECK_SEEN("n1 s1 p1");
  CHECK_HOOK(3, LWT_CLOSED);
  SET(set_, 2);
  CHECK_HOOK(3, LWT_CLOSED);
  for (int i = 0; i < 3; i++) {
    CHECK(lwt_react_disable(m[i]));
    lwt_react_notifier_release(m[i]);
  }
  SET(set_, 3);
  CHECK_HOOK(0, 0);
  CHECK_INT(lost, 0);
  lwt_react_on_error(NULL, NULL, NULL);
  end();
}

TEST(always_notifiers_are_told_for_good) {
  begin(1);
  CHECK(lwt_event_always_notify_s(e, hears, "s", NULL));
  SEND(send_, 1);
  CHECK_SEEN("s1");
  CHECK(lwt_event_always_notify_p(e2, hears, "p", NULL));
  SEND(send2, 2);
  CHECK_SEEN("p2");
  CHECK(lwt_signal_always_notify(s, see, "n", NULL));
  CHECK_SEEN("n1");
  CHECK(lwt_signal_always_notify_s(s, hears, "s", NULL));
  CHECK_SEEN("s1");
  CHECK(lwt_signal_always_notify_p(s, hears, "p", NULL));
  CHECK_SEEN("p1");
  SET(set_, 2);
  CHECK_HAS(seen_text, "n2");
  CHECK_HAS(seen_text, "s2");
  CHECK_HAS(seen_text, "p2");
  int dropped = 0;
  CHECK(!lwt_event_always_notify_s(NULL, hears, &dropped, counts));
  CHECK(!lwt_event_always_notify_p(e, NULL, &dropped, counts));
  CHECK(!lwt_signal_always_notify(NULL, see, &dropped, counts));
  CHECK(!lwt_signal_always_notify_s(s, NULL, &dropped, counts));
  CHECK(!lwt_signal_always_notify_p(NULL, hears, &dropped, counts));
  CHECK(lwt_signal_notify_s(NULL, hears, &dropped, counts) == NULL);
  CHECK(lwt_signal_notify_p(s, NULL, &dropped, counts) == NULL);
  CHECK_INT(dropped, 7);
  end();
}

TEST(references_to_notifiers_senders_setters_and_steps_are_the_same_thing) {
  begin(1);
  lwt_react_notifier *n = lwt_event_notify(e, see, NULL, NULL);
  lwt_react_notifier *n2 = lwt_react_notifier_retain(n);
  lwt_react_notifier_release(n);
  lwt_event_sender *sender = lwt_event_sender_retain(send_);
  SEND(sender, 4);
  CHECK_SEEN("4");
  lwt_event_sender_release(sender);
  CHECK(lwt_react_disable(n2));
  lwt_react_notifier_release(n2);
  lwt_signal_setter *setter = lwt_signal_setter_retain(set_);
  lwt_react_step *step = lwt_react_step_create();
  lwt_react_step *same = lwt_react_step_retain(step);
  CHECK_INT(lwt_signal_set_in(step, setter, LWT_INT(5)), LWT_OK);
  lwt_react_step_release(step);
  lwt_signal_setter_release(setter);
  CHECK_INT(lwt_react_step_execute(same), LWT_OK);
  CHECK_IS(s, 5);
  CHECK_INT(lwt_react_step_execute(same), INVALID);
  lwt_react_step_release(same);
  CHECK(lwt_react_notifier_retain(NULL) == NULL);
  CHECK(lwt_event_sender_retain(NULL) == NULL);
  CHECK(lwt_signal_setter_retain(NULL) == NULL);
  CHECK(lwt_react_step_retain(NULL) == NULL);
  end();
}

/* --------------------------------------------- copies and finalisers --- */
static bool same_ten(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return LWT_TO_INT(a) / 10 == LWT_TO_INT(b) / 10;
}
static lwt_t *at_once(void *env) {
  (void)env;
  return lwt_return(LWT_UNIT);
}
static lwt_u *limiter;
static lwt_t *waits(void *env) {
  (void)env;
  return lwt_task(&limiter);
}
TEST(limit_and_with_finaliser_keep_the_equality_of_their_signal) {
  begin(1);
  s = lwt_signal_with_eq(s, same_ten, NULL, NULL);
  int ended = 0, dropped = 0;
  lwt_signal *copies[] = {
    lwt_signal_limit(s, at_once, &dropped, counts),
    lwt_signal_with_finaliser(s, counts, &ended, NULL),
  };
  for (int i = 0; i < 2; i++) {
    CHECK(lwt_signal_eq(copies[i], LWT_INT(21), LWT_INT(29)));
    CHECK(!lwt_signal_eq(copies[i], LWT_INT(21), LWT_INT(31)));
  }
  SET(set_, 11);
  for (int i = 0; i < 2; i++) CHECK_IS(copies[i], 11);
  CHECK_INT(ended + dropped, 0);
  for (int i = 0; i < 2; i++) lwt_signal_release(copies[i]);
  CHECK_INT(ended, 1);
  CHECK_INT(dropped, 1);
  CHECK(lwt_signal_with_finaliser(s, NULL, &dropped, counts) == NULL);
  CHECK(lwt_signal_limit(NULL, at_once, &dropped, counts) == NULL);
  CHECK_INT(dropped, 3);
  end();
}

TEST(what_a_limited_signal_lets_through_late_is_compared_by_its_equality) {
  begin(1);
  s = lwt_signal_with_eq(s, same_ten, NULL, NULL);
  lwt_signal *limited = lwt_signal_limit(s, waits, NULL, NULL);
  lwt_signal *watched = watching(limited, NULL);
  CHECK_SEEN("1");
  SET(set_, 11);
  SET(set_, 5);
  CHECK_SEEN("");
  lwt_wakeup(limiter, LWT_UNIT);
  CHECK_SEEN("");
  lwt_signal_release(watched);
  lwt_signal_release(limited);
  end();
}

TEST(keep_keeps_what_nobody_has) {
  begin(1);
  lwt_signal *kept = watching(s, "k");
  CHECK_INT(lwt_signal_keep(kept), LWT_OK);
  lwt_signal_release(kept);
  lwt_event *kept_event = seeing(e, "e");
  CHECK_INT(lwt_event_keep(kept_event), LWT_OK);
  lwt_event_release(kept_event);
  SET(set_, 2);
  SEND(send_, 3);
  CHECK_SEEN("k1 k2 e3");
  CHECK_INT(lwt_signal_keep(NULL), INVALID);
  end();
}

TEST(the_failure_of_a_delayed_event_or_signal_is_told) {
  lwt_react_on_error(loses, NULL, NULL);
  lost = 0;
  lwt_event *early = lwt_event_delay(lwt_fail(exn(LWT_CLOSED)));
  CHECK_INT(lost, 1);
  lwt_u *u;
  lwt_event *late = lwt_event_delay(lwt_wait(&u));
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_INT(lost, 2);
  lwt_event *of_signal = lwt_signal_delay(lwt_wait(&u));
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_INT(lost, 3);
  lwt_react_on_error(NULL, NULL, NULL);
  lwt_event_release(early);
  lwt_event_release(late);
  lwt_event_release(of_signal);
}

/* ------------------------------------------------- several arguments --- */
static lwt_value f3(lwt_value a, lwt_value b, lwt_value d, void *env) {
  return digits(digits(a, b, NULL), d, env);
}
static lwt_value f4(lwt_value a, lwt_value b, lwt_value d, lwt_value g, void *env) {
  return digits(f3(a, b, d, NULL), g, env);
}
static lwt_value f5(lwt_value a, lwt_value b, lwt_value d, lwt_value g, lwt_value h, void *env) {
  return digits(f4(a, b, d, g, NULL), h, env);
}
static lwt_value f6(lwt_value a, lwt_value b, lwt_value d, lwt_value g, lwt_value h, lwt_value i,
                    void *env) {
  return digits(f5(a, b, d, g, h, NULL), i, env);
}
static lwt_t *p1(lwt_value a, void *env) {
  (void)env;
  return lwt_return(LWT_INT(LWT_TO_INT(a) + 100));
}
static lwt_t *p2(lwt_value a, lwt_value b, void *env) { return lwt_return(digits(a, b, env)); }
static lwt_t *p3(lwt_value a, lwt_value b, lwt_value d, void *env) {
  return lwt_return(f3(a, b, d, env));
}
static lwt_t *p4(lwt_value a, lwt_value b, lwt_value d, lwt_value g, void *env) {
  return lwt_return(f4(a, b, d, g, env));
}
static lwt_t *p5(lwt_value a, lwt_value b, lwt_value d, lwt_value g, lwt_value h, void *env) {
  return lwt_return(f5(a, b, d, g, h, env));
}
static lwt_t *p6(lwt_value a, lwt_value b, lwt_value d, lwt_value g, lwt_value h, lwt_value i,
                 void *env) {
  return lwt_return(f6(a, b, d, g, h, i, env));
}

TEST(functions_of_three_to_six_signals_have_their_values_in_order) {
  begin(1);
  lwt_signal *two = c(2), *three = c(3), *four = c(4), *five = c(5), *six = c(6);
  lwt_signal *all[] = {
    lwt_signal_l3(f3, NULL, NULL, s, two, three),
    lwt_signal_l4(f4, NULL, NULL, s, two, three, four),
    lwt_signal_l5(f5, NULL, NULL, s, two, three, four, five),
    lwt_signal_l6(f6, NULL, NULL, s, two, three, four, five, six),
    given(lwt_signal_l3_s(p3, NULL, NULL, s, two, three)),
    given(lwt_signal_l4_s(p4, NULL, NULL, s, two, three, four)),
    given(lwt_signal_l5_s(p5, NULL, NULL, s, two, three, four, five)),
    given(lwt_signal_l6_s(p6, NULL, NULL, s, two, three, four, five, six)),
    lwt_signal_l3_s_from(p3, NULL, NULL, LWT_INT(0), NULL, s, two, three),
    lwt_signal_l4_s_from(p4, NULL, NULL, LWT_INT(0), NULL, s, two, three, four),
    lwt_signal_l5_s_from(p5, NULL, NULL, LWT_INT(0), NULL, s, two, three, four, five),
    lwt_signal_l6_s_from(p6, NULL, NULL, LWT_INT(0), NULL, s, two, three, four, five, six),
  };
  static const int before[] = {123, 1234, 12345, 123456}, after[] = {923, 9234, 92345, 923456};
  for (int i = 0; i < 12; i++) CHECK_IS(all[i], before[i % 4]);
  SET(set_, 9);
  for (int i = 0; i < 12; i++) {
    CHECK_IS(all[i], after[i % 4]);
    lwt_signal_release(all[i]);
  }
  int dropped = 0;
  CHECK(lwt_signal_l3(NULL, &dropped, counts, s, two, three) == NULL);
  CHECK(lwt_signal_l4(f4, &dropped, counts, s, two, three, NULL) == NULL);
  CHECK(lwt_signal_l5(f5, &dropped, counts, NULL, two, three, four, five) == NULL);
  CHECK(lwt_signal_l6(NULL, &dropped, counts, s, two, three, four, five, six) == NULL);
  CHECK_FAILS(lwt_signal_l3_s(NULL, &dropped, counts, s, two, three), INVALID);
  CHECK_FAILS(lwt_signal_l4_s(p4, &dropped, counts, s, two, NULL, four), INVALID);
  CHECK_FAILS(lwt_signal_l5_s(NULL, &dropped, counts, s, two, three, four, five), INVALID);
  CHECK_FAILS(lwt_signal_l6_s(p6, &dropped, counts, s, two, three, four, five, NULL), INVALID);
  CHECK_INT(dropped, 8);
  lwt_signal *constants[] = {two, three, four, five, six};
  for (int i = 0; i < 5; i++) lwt_signal_release(constants[i]);
  end();
}

/* ---------------------------------------- functions that are values --- */
static struct lwt_react_function add_two = {add_env, (void *)2};
static struct lwt_react_promising add_hundred = {p1, NULL}, failing = {fails, NULL};

TEST(functions_that_are_values_are_applied) {
  begin(1);
  lwt_signal *plain = lwt_signal_const((lwt_value)&add_two);
  lwt_signal *promising = lwt_signal_const((lwt_value)&add_hundred);
  lwt_signal *refusing = lwt_signal_const((lwt_value)&failing);
  CHECK_IS_ONCE(lwt_signal_app(plain, s), 3);
  CHECK_IS_ONCE(given(lwt_signal_app_s(promising, s)), 101);
  CHECK_IS_ONCE(lwt_signal_app_s_from(promising, LWT_INT(0), NULL, s), 101);
  CHECK_IS_ONCE(lwt_signal_app_p_from(promising, LWT_INT(0), NULL, s), 101);
  CHECK_FAILS(lwt_signal_app_s(refusing, s), LWT_CLOSED);
  CHECK_IS_ONCE(lwt_signal_app_s_from(refusing, LWT_INT(7), NULL, s), 7);
  CHECK(lwt_signal_app(NULL, s) == NULL);
  lwt_signal_release(plain);
  lwt_signal_release(promising);
  lwt_signal_release(refusing);

  /* An event of functions and one of values, in one step. */
  seen_text[0] = '\0';
  lwt_event *applied = lwt_event_app_p(e, e2);
  lwt_event *traced = seeing(applied, NULL);
  lwt_react_step *step = lwt_react_step_create();
  lwt_event_send_in(step, send_, (lwt_value)&add_hundred);
  lwt_event_send_in(step, send2, LWT_INT(5));
  CHECK_INT(lwt_react_step_execute(step), LWT_OK);
  SEND(send2, 6);
  CHECK_SEEN("105");
  lwt_react_step_release(step);
  lwt_event_release(traced);
  lwt_event_release(applied);
  CHECK(lwt_event_app_p(NULL, e2) == NULL);
  end();
}

TEST(accum_and_fold_run_on_from_their_initial_value) {
  begin(1);
  int dropped = 0;
  lwt_signal *sums = lwt_signal_accum(e, LWT_INT(10), NULL);
  CHECK_INT(lwt_event_send(send_, (lwt_value)&add_two), LWT_OK);
  CHECK_INT(lwt_event_send(send_, (lwt_value)&add_two), LWT_OK);
  CHECK_IS(sums, 14);
  lwt_signal_release(sums);
  sums = lwt_signal_accum_s(e, LWT_INT(10), NULL);
  CHECK_IS(sums, 10);
  CHECK_INT(lwt_event_send(send_, (lwt_value)&add_hundred), LWT_OK);
  CHECK_INT(lwt_event_send(send_, (lwt_value)&failing), LWT_OK);
  CHECK_INT(lwt_event_send(send_, (lwt_value)&add_hundred), LWT_OK);
  CHECK_IS(sums, 210);
  lwt_signal_release(sums);
  sums = lwt_signal_fold_s(p2, NULL, NULL, LWT_INT(1), NULL, e2);
  CHECK_IS(sums, 1);
  SEND(send2, 2);
  SEND(send2, 3);
  CHECK_IS(sums, 123);
  lwt_signal_release(sums);
  CHECK(lwt_signal_accum(NULL, (lwt_value)&dropped, count_drop) == NULL);
  CHECK(lwt_signal_accum_s(NULL, (lwt_value)&dropped, count_drop) == NULL);
  CHECK(lwt_signal_fold_s(NULL, &dropped, counts, (lwt_value)&dropped, count_drop, e2) == NULL);
  CHECK_INT(dropped, 4);
  end();
}

TEST(merge_folds_the_signals_from_the_first_to_the_last) {
  begin(1);
  lwt_signal *two = c(2);
  const lwt_signal *both[] = {s, two};
  lwt_signal *merged = lwt_signal_merge(digits, NULL, NULL, LWT_INT(7), NULL, both, 2);
  CHECK_IS(merged, 712);
  SET(set_, 3);
  CHECK_IS(merged, 732);
  lwt_signal_release(merged);
  CHECK_IS_ONCE(lwt_signal_merge(digits, NULL, NULL, LWT_INT(7), NULL, NULL, 0), 7);
  CHECK_IS_ONCE(
    lwt_signal_merge_s_from(p2, NULL, NULL, LWT_INT(7), NULL, LWT_INT(0), NULL, both, 2), 732);
  const lwt_signal *bad[] = {s, NULL};
  int dropped = 0;
  CHECK(lwt_signal_merge(digits, &dropped, counts, (lwt_value)&dropped, count_drop, bad, 2) == NULL);
  CHECK_INT(dropped, 2);
  lwt_signal_release(two);
  end();
}

/* --------------------------------------------------- promises, edges --- */
static lwt_t *odd(lwt_value value, void *env) {
  return lwt_return(is_odd(value, env) ? LWT_INT(1) : LWT_UNIT);
}
static lwt_t *half(lwt_value value, void *env) {
  if (is_odd(value, env)) return lwt_return(LWT_NONE);
  return lwt_return(LWT_INT(LWT_TO_INT(value) / 2));
}
TEST(filter_p_and_fmap_s_pass_what_their_promises_say) {
  begin(1);
  lwt_event *odds = lwt_event_filter_p(e, odd, NULL, NULL), *seen_odds = seeing(odds, "o");
  lwt_event *halves = lwt_event_fmap_s(e, half, NULL, NULL), *seen_halves = seeing(halves, "h");
  for (int n = 1; n <= 4; n++) SEND(send_, n);
  CHECK_SEEN("o1 h1 o3 h2");
  int dropped = 0;
  CHECK(lwt_event_filter_p(NULL, odd, &dropped, counts) == NULL);
  CHECK(lwt_event_fmap_s(e, NULL, &dropped, counts) == NULL);
  CHECK_INT(dropped, 2);
  lwt_event *all[] = {odds, seen_odds, halves, seen_halves};
  for (int i = 0; i < 4; i++) lwt_event_release(all[i]);
  /* The signals that begin as said: 1 is odd. */
  lwt_signal *from[] = {
    lwt_signal_map_s_from(s, p1, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_map_p_from(s, p1, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_filter_s_from(s, odd, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_filter_p_from(s, odd, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_fmap_s_from(s, half, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_fmap_p_from(s, half, NULL, NULL, LWT_INT(0), NULL),
    lwt_signal_l1_s_from(p1, NULL, NULL, LWT_INT(0), NULL, s),
  };
  static const int at_one[] = {101, 101, 1, 1, 0, 0, 101}, at_four[] = {104, 104, 1, 1, 2, 2, 104};
  for (int i = 0; i < 7; i++) CHECK_IS(from[i], at_one[i]);
  SET(set_, 4);
  for (int i = 0; i < 7; i++) {
    CHECK_IS(from[i], at_four[i]);
    lwt_signal_release(from[i]);
  }
  CHECK_IS_ONCE(lwt_signal_l2_s_from(p2, NULL, NULL, LWT_INT(0), NULL, s, s), 44);
  CHECK(lwt_signal_map_s_from(s, NULL, &dropped, counts, (lwt_value)&dropped, count_drop) == NULL);
  CHECK_INT(dropped, 4);
  end();
}

TEST(diff_s_and_sample_s_occur_with_what_their_promises_show) {
  begin(1);
  lwt_event *diffs = lwt_signal_diff_s(s, p2, NULL, NULL), *seen_diffs = seeing(diffs, "d");
  lwt_event *samples = lwt_signal_sample_s(p2, NULL, NULL, e, s), *seen_samples = seeing(samples, "s");
  SET(set_, 2);
  SEND(send_, 7);
  CHECK_SEEN("d21 s72");
  int dropped = 0;
  CHECK(lwt_signal_diff_s(s, NULL, &dropped, counts) == NULL);
  CHECK(lwt_signal_sample_s(p2, &dropped, counts, NULL, s) == NULL);
  CHECK_INT(dropped, 2);
  lwt_event *all[] = {diffs, seen_diffs, samples, seen_samples};
  for (int i = 0; i < 4; i++) lwt_event_release(all[i]);
  end();
}

TEST(run_s_is_what_the_promise_shows_that_is_the_value) {
  begin(1);
  lwt_t *five = lwt_return(LWT_INT(5)), *failed = lwt_fail(exn(LWT_CLOSED));
  lwt_signal *promises = lwt_signal_const((lwt_value)five);
  lwt_signal *failures = lwt_signal_const((lwt_value)failed);
  CHECK_IS_ONCE(given(lwt_signal_run_s(promises)), 5);
  CHECK_IS_ONCE(lwt_signal_run_s_from(LWT_INT(0), NULL, promises), 5);
  CHECK_IS_ONCE(lwt_signal_run_p_from(LWT_INT(0), NULL, promises), 5);
  CHECK_FAILS(lwt_signal_run_s(failures), LWT_CLOSED);
  CHECK_FAILS(lwt_signal_run_s(NULL), INVALID);
  lwt_signal_release(promises);
  lwt_signal_release(failures);
  lwt_release(five);
  lwt_release(failed);
  end();
}

TEST(an_edge_is_a_change_of_a_truth_value_and_a_constant_owns_its_value) {
  begin(0);
  lwt_event *edges = lwt_signal_bool_edge(s), *seen_edges = seeing(edges, NULL);
  SET(set_, 1);
  SET(set_, 1);
  SET(set_, 0);
  CHECK_SEEN("1 0");
  CHECK(lwt_signal_bool_edge(NULL) == NULL);
  lwt_event_release(seen_edges);
  lwt_event_release(edges);
  int dropped = 0;
  lwt_signal *owned = lwt_signal_const_owned((lwt_value)&dropped, count_drop);
  CHECK(lwt_signal_value(owned) == (lwt_value)&dropped);
  CHECK_INT(dropped, 0);
  lwt_signal_release(owned);
  CHECK_INT(dropped, 1);
  end();
}
