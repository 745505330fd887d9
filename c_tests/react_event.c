/* Events: what each function makes, who owns values and environments, bad handles. */
#include "reacts.h"

static lwt_event_sender *sender;
static lwt_event *begin(void) { return lwt_event_create(&sender); }
static void end(lwt_event *e, lwt_event *derived, lwt_event *seen) {
  lwt_event_release(seen);
  lwt_event_release(derived);
  lwt_event_release(e);
  lwt_event_sender_release(sender);
}

TEST(what_is_given_up_is_not_called_any_more_and_its_environment_is_dropped_at_once) {
  lwt_event *e = begin();
  ENV(f);
  lwt_event *mapped = lwt_event_map(e, env_map, &f, env_drop);
  SEND(sender, 1);
  CHECK_ENV(f, 1, 0);
  lwt_event_release(mapped);
  CHECK_ENV(f, 1, 1);
  SEND(sender, 2);
  CHECK_ENV(f, 1, 1);
  mapped = lwt_event_map(e, env_map, &f, env_drop);
  f.dropped = 0;
  lwt_event *held = plus(mapped, 1);
  lwt_event_release(mapped);
  lwt_event_release(e);
  SEND(sender, 3);
  CHECK_ENV(f, 2, 0);
  lwt_event_sender_release(sender);
  CHECK_ENV(f, 2, 0);
  lwt_event_release(held);
  CHECK_ENV(f, 2, 1);
  trace_text[0] = '\0';
}

static lwt_value none_if_odd(lwt_value value, void *env) {
  return is_odd(value, env) ? LWT_NONE : value;
}
static bool same_half(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return LWT_TO_INT(a) / 2 == LWT_TO_INT(b) / 2;
}
/* Sends five numbers, and compares what a derived event makes of them. */
#define CHECK_MAKES(make, want)                             \
  do {                                                      \
    lwt_event *e = begin();                                 \
    lwt_event *derived = (make), *seen = seeing(derived, NULL); \
    const int values[] = {1, 2, 2, 3, 5};                   \
    for (int v = 0; v < 5; v++) SEND(sender, values[v]);      \
    CHECK_SEEN(want);                                       \
    end(e, derived, seen);                                  \
  } while (0)
TEST(each_way_to_derive_an_event_from_one_makes_what_it_says) {
  CHECK_MAKES(lwt_event_once(e), "1");
  CHECK_MAKES(lwt_event_drop_once(e), "2 2 3 5");
  CHECK_MAKES(plus(e, 10), "11 12 12 13 15");
  CHECK_MAKES(lwt_event_stamp(e, LWT_INT(7), NULL), "7 7 7 7 7");
  CHECK_MAKES(lwt_event_filter(e, is_odd, NULL, NULL), "1 3 5");
  CHECK_MAKES(lwt_event_fmap(e, none_if_odd, NULL, NULL), "2 2");
  CHECK_MAKES(lwt_event_diff(e, digits, NULL, NULL), "21 22 32 53");
  CHECK_MAKES(lwt_event_changes(e, NULL, NULL, NULL), "1 2 3 5");
  CHECK_MAKES(lwt_event_changes(e, same_half, NULL, NULL), "1 2 5");
  CHECK_MAKES(lwt_event_fold(sum, NULL, NULL, LWT_INT(1), NULL, e), "2 4 6 9 14");
  CHECK_MAKES(lwt_event_option_some(e), "1 2 2 3 5");
  CHECK_MAKES(lwt_event_l1(add_env, (void *)1, NULL, e), "2 3 3 4 6");
  CHECK_MAKES(lwt_event_never(), "");
}

static lwt_value l6(lwt_value a, lwt_value b, lwt_value c, lwt_value d, lwt_value e, lwt_value f,
                    void *env) {
  return digits(digits(digits(digits(digits(a, b, env), c, env), d, env), e, env), f, env);
}
static lwt_value l5(lwt_value a, lwt_value b, lwt_value c, lwt_value d, lwt_value e, void *env) {
  return l6(LWT_INT(0), a, b, c, d, e, env);
}
static lwt_value l4(lwt_value a, lwt_value b, lwt_value c, lwt_value d, void *env) {
  return l5(LWT_INT(0), a, b, c, d, env);
}
static lwt_value l3(lwt_value a, lwt_value b, lwt_value c, void *env) {
  return l4(LWT_INT(0), a, b, c, env);
}
TEST(a_function_of_up_to_six_is_given_the_values_in_their_order) {
  lwt_event *e = begin(), *f = plus(e, 1), *g = plus(e, 2);
  lwt_event *lifted[] = {lwt_event_l2(digits, NULL, NULL, f, g),
                         lwt_event_l3(l3, NULL, NULL, e, f, g),
                         lwt_event_l4(l4, NULL, NULL, e, f, g, e),
                         lwt_event_l5(l5, NULL, NULL, e, f, g, e, f),
                         lwt_event_l6(l6, NULL, NULL, e, f, g, e, f, g)};
  static const char *const want[] = {"23", "123", "1231", "12312", "123123"};
  for (int i = 0; i < 5; i++) {
    lwt_event *seen = seeing(lifted[i], NULL);
    SEND(sender, 1);
    CHECK_SEEN(want[i]);
    lwt_event_release(seen);
    lwt_event_release(lifted[i]);
  }
  lwt_event_release(g);
  end(e, f, NULL);
}

TEST(on_until_and_option_value_go_by_their_second_argument) {
  lwt_event *e = begin();
  lwt_event_sender *send_end;
  lwt_event *last = lwt_event_create(&send_end);
  lwt_signal_setter *set;
  lwt_signal *s = lwt_signal_create(LWT_INT(0), &set);
  lwt_event *on = lwt_event_on(s, e), *until = lwt_event_until(last, e);
  lwt_event *value = lwt_event_option_value(s, e), *some = lwt_event_option_value(NULL, e);
  lwt_event *traced = lwt_event_trace(e, s, see, (void *)"t", NULL);
  lwt_event *seen[] = {seeing(on, "on"), seeing(until, "un"), seeing(value, "v"), seeing(some, "s")};
  SEND(sender, 1);
  CHECK_SEEN("un1 v1 s1");
  SET(set, 9);
  SEND(sender, 2);
  CHECK_SEEN("t2 on2 un2 v2 s2");
  lwt_event_send(sender, LWT_NONE);
  CHECK_HAS(seen_text, "v9");
  seen_text[0] = '\0';
  lwt_react_step *step = lwt_react_step_create();
  lwt_event_send_in(step, sender, LWT_INT(3));
  lwt_event_send_in(step, send_end, LWT_UNIT);
  lwt_signal_set_in(step, set, LWT_INT(0));
  lwt_react_step_execute(step);
  lwt_react_step_release(step);
  CHECK_SEEN("v3 s3");
  SEND(sender, 4);
  CHECK_SEEN("v4 s4");
  for (int i = 0; i < 4; i++) lwt_event_release(seen[i]);
  lwt_event *all[] = {last, on, until, value, some, traced};
  for (int i = 0; i < 6; i++) lwt_event_release(all[i]);
  end(e, NULL, NULL);
  lwt_event_sender_release(send_end);
  lwt_signal_release(s);
  lwt_signal_setter_release(set);
}

TEST(functions_can_be_values) {
  lwt_event *functions = begin();
  lwt_event_sender *send_x;
  lwt_event *x = lwt_event_create(&send_x), *both = lwt_event_app(functions, x);
  lwt_event *running = lwt_event_accum(functions, LWT_INT(10), NULL);
  lwt_event *seen = seeing(both, "b"), *counted = seeing(running, "r");
  struct lwt_react_function five = {add_env, (void *)5};
  lwt_event_send(sender, &five);
  SEND(send_x, 1);
  CHECK_SEEN("r15");
  lwt_react_step *step = lwt_react_step_create();
  lwt_event_send_in(step, sender, &five);
  lwt_event_send_in(step, send_x, LWT_INT(1));
  lwt_react_step_execute(step);
  lwt_react_step_release(step);
  CHECK_HAS(seen_text, "b6");
  CHECK_HAS(seen_text, "r20");
  seen_text[0] = '\0';
  hook_install();
  struct lwt_react_function nothing = {NULL, NULL};
  lwt_event_send(sender, &nothing);
  lwt_event_send(sender, NULL);
  CHECK_INT(hook_calls, 2);
  CHECK_INT(hook_kind, INVALID);
  CHECK_SEEN("");
  hook_calls = 0;
  lwt_event_release(counted);
  lwt_event_release(running);
  lwt_event_release(x);
  end(functions, both, seen);
  lwt_event_sender_release(send_x);
}

TEST(a_switch_follows_the_latest_and_refuses_what_is_no_event_or_goes_in_a_circle) {
  lwt_event *a = begin();
  lwt_event_sender *send_b, *choose;
  lwt_event *b = lwt_event_create(&send_b), *which = lwt_event_create(&choose);
  lwt_event *switched = lwt_event_switch(a, which), *above = plus(switched, 100);
  lwt_event *seen = seeing(above, NULL);
  SEND(sender, 1);
  SEND(send_b, 2);
  CHECK_SEEN("101");
  lwt_event_send_owned(choose, plus(b, 10), lwt_event_drop);
  SEND(sender, 3);
  SEND(send_b, 4);
  CHECK_SEEN("114");
  hook_install();
  hook_calls = 0;
  lwt_event_send(choose, LWT_INT(12345));
  CHECK_INT(hook_calls, 1);
  CHECK_INT(hook_kind, INVALID);
  lwt_event_send(choose, above);
  lwt_event_send(choose, switched);
  CHECK_INT(hook_calls, 3);
  CHECK_INT(hook_kind, INVALID);
  hook_calls = 0;
  SEND(send_b, 5);
  CHECK_SEEN("115");
  lwt_event *all[] = {b, which, above};
  for (int i = 0; i < 3; i++) lwt_event_release(all[i]);
  end(a, switched, seen);
  lwt_event_sender_release(send_b);
  lwt_event_sender_release(choose);
}

static lwt_value half(lwt_value value, void *env) {
  (void)env;
  return LWT_TO_INT(value) > 1 ? LWT_INT(LWT_TO_INT(value) / 2) : LWT_NONE;
}
static lwt_event *halving(const lwt_event *delayed, lwt_event **result, void *source) {
  lwt_event *less = lwt_event_fmap(delayed, half, NULL, NULL);
  const lwt_event *both[] = {(const lwt_event *)source, less};
  *result = lwt_event_select(both, 2);
  lwt_event_release(less);
  return lwt_event_retain(*result);
}
static lwt_event *itself(const lwt_event *delayed, lwt_event **result, void *env) {
  (void)env;
  *result = lwt_event_retain(delayed);
  return lwt_event_retain(delayed);
}
static lwt_event *no_result(const lwt_event *delayed, lwt_event **result, void *env) {
  (void)result;
  return ((struct env *)env)->ran++, lwt_event_retain(delayed);
}
static lwt_event *raising(const lwt_event *delayed, lwt_event **result, void *env) {
  (void)env;
  lwt_raise(exn(LWT_FULL));
  *result = lwt_event_retain(delayed);
  return NULL;
}
TEST(fix_feeds_an_event_back_a_step_later) {
  lwt_event *e = begin();
  lwt_event *fixed = lwt_event_fix(halving, e, NULL), *seen = seeing(fixed, NULL);
  SEND(sender, 9);
  CHECK_SEEN("9 4 2 1");
  end(e, fixed, seen);
  hook_install();
  hook_calls = 0;
  ENV(f);
  CHECK_PTR(lwt_event_fix(itself, NULL, NULL), NULL);
  CHECK_INT(hook_kind, INVALID);
  CHECK_PTR(lwt_event_fix(no_result, &f, env_drop), NULL);
  CHECK_PTR(lwt_event_fix(NULL, &f, env_drop), NULL);
  CHECK_ENV(f, 1, 2);
  CHECK_PTR(lwt_event_fix(raising, NULL, NULL), NULL);
  CHECK_INT(hook_kind, LWT_FULL);
  CHECK_INT(hook_calls, 3);
  hook_calls = 0;
}

static int drops;
static void count(void *word) {
  (void)word;
  drops++;
}
static lwt_value identity(lwt_value value, void *env) {
  (void)env;
  return value;
}
static lwt_value renewed(lwt_value value, void *env) {
  (void)env;
  return lwt_owned(LWT_INT(LWT_TO_INT(value) + 1), count);
}
TEST(an_owned_value_is_dropped_once_when_the_step_is_over_and_nobody_shows_it) {
  lwt_event *e = begin();
  drops = 0;
  lwt_event *same = lwt_event_map(e, identity, NULL, NULL);
  lwt_event *seen = seeing(same, NULL);
  lwt_event_send_owned(sender, LWT_INT(1), count);
  CHECK_INT(drops, 1);
  lwt_event *fresh = lwt_event_map(same, renewed, NULL, NULL), *again = seeing(fresh, NULL);
  lwt_event_send_owned(sender, LWT_INT(1), count);
  CHECK_INT(drops, 3);
  lwt_signal *last = lwt_signal_hold(LWT_INT(0), NULL, same);
  lwt_event_send_owned(sender, LWT_INT(5), count);
  CHECK_INT(drops, 4);
  lwt_event_send_owned(sender, LWT_INT(6), count);
  CHECK_INT(drops, 6);
  lwt_signal_release(last);
  CHECK_INT(drops, 7);
  CHECK_INT(lwt_event_send_owned(NULL, LWT_INT(6), count), INVALID);
  CHECK_INT(drops, 8);
  lwt_react_step *step = lwt_react_step_create();
  CHECK_INT(lwt_event_send_in_owned(step, sender, LWT_INT(6), count), LWT_OK);
  CHECK_INT(lwt_event_send_in_owned(step, sender, LWT_INT(6), count), INVALID);
  CHECK_INT(drops, 9);
  lwt_react_step_release(step);
  CHECK_INT(drops, 10);
  lwt_event *stamped = lwt_event_stamp(e, LWT_INT(3), count);
  SEND(sender, 1);
  lwt_event_release(stamped);
  CHECK_INT(lwt_event_retain_value(e, LWT_INT(1), count, NULL, NULL), LWT_OK);
  int before = drops;
  CHECK_INT(lwt_event_retain_value(e, LWT_INT(2), count, NULL, NULL), LWT_OK);
  CHECK_INT(drops, before + 1);
  lwt_value old;
  lwt_drop_fn drop;
  CHECK_INT(lwt_event_retain_value(e, LWT_INT(3), count, &old, &drop), LWT_OK);
  CHECK_INT(LWT_TO_INT(old), 2);
  CHECK(drop == count);
  CHECK_INT(drops, before + 1);
  lwt_event *never = lwt_event_never();
  CHECK_INT(lwt_event_retain_value(never, LWT_INT(1), count, &old, &drop), INVALID);
  CHECK_INT(drops, before + 2);
  lwt_event_release(never);
  lwt_event_release(fresh);
  lwt_event_release(again);
  end(e, same, seen);
  CHECK_INT(drops, before + 3);
  seen_text[0] = '\0';
}

TEST(what_raises_does_not_occur_and_the_others_do) {
  lwt_event *e = begin();
  ENV_RAISING(bad, LWT_FULL);
  lwt_event *failing = lwt_event_map(e, env_map, &bad, env_drop);
  lwt_event *after = seeing(failing, "after"), *beside = seeing(e, "beside");
  hook_install();
  hook_calls = 0;
  SEND(sender, 1);
  CHECK_INT(hook_calls, 1);
  CHECK_INT(hook_kind, LWT_FULL);
  CHECK_SEEN("beside1");
  bad.raise = 0;
  SEND(sender, 2);
  CHECK_SEEN("beside2 after2");
  hook_calls = 0;
  lwt_event_release(beside);
  end(e, failing, after);
  CHECK_ENV(bad, 2, 1);
  trace_text[0] = '\0';
}

TEST(a_bad_handle_or_no_function_makes_nothing_and_drops_the_environment) {
  lwt_event *e = begin();
  lwt_event *stale = lwt_event_never();
  lwt_event_release(stale);
  ENV(f);
  const lwt_event *bad[] = {NULL, stale, (const lwt_event *)sender};
  for (int i = 0; i < 3; i++) {
    f.dropped = 0;
    CHECK_PTR(lwt_event_map(bad[i], env_map, &f, env_drop), NULL);
    CHECK_PTR(lwt_event_fold(sum, &f, env_drop, LWT_INT(0), NULL, bad[i]), NULL);
    CHECK_PTR(lwt_event_trace(bad[i], NULL, env_value, &f, env_drop), NULL);
    CHECK_PTR(lwt_event_l2(sum, &f, env_drop, e, bad[i]), NULL);
    CHECK_PTR(lwt_event_switch(e, bad[i]), NULL);
    CHECK_INT(f.dropped, 4);
    const lwt_event *both[] = {e, bad[i]};
    CHECK_PTR(lwt_event_select(both, 2), NULL);
    CHECK_PTR(lwt_event_retain(bad[i]), NULL);
    CHECK_INT(lwt_event_stop(bad[i]), INVALID);
    CHECK(!lwt_event_equal(bad[i], bad[i]));
    lwt_event_release((lwt_event *)bad[i]);
  }
  CHECK_PTR(lwt_event_map(e, NULL, &f, env_drop), NULL);
  CHECK_PTR(lwt_event_merge(NULL, &f, env_drop, LWT_INT(0), NULL, (const lwt_event *const *)&e, 1), NULL);
  CHECK_INT(f.dropped, 6);
  CHECK_PTR(lwt_event_select(NULL, 2), NULL);
  CHECK_PTR(lwt_event_create(NULL), NULL);
  CHECK_INT(lwt_event_send((const lwt_event_sender *)e, LWT_UNIT), INVALID);
  CHECK_INT(lwt_react_step_execute(NULL), INVALID);
  lwt_event *none = lwt_event_select(NULL, 0), *never = lwt_event_never();
  CHECK(lwt_event_equal(none, never));
  CHECK(lwt_event_equal(e, e));
  CHECK(!lwt_event_equal(e, never));
  lwt_event_release(never);
  end(e, none, NULL);
}
