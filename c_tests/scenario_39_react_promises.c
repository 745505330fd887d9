/* Scenario 39, the half of promises: limit races; a finaliser runs only after the pending
 * next. (Diamonds, steps and stop: the other half.) */
#include "sim.h"

static void told(lwt_value value, void *env) {
  (void)env;
  char text[32];
  snprintf(text, sizeof text, "%d@%ld", (int)LWT_TO_INT(value), now_ms());
  trace(text);
}
static lwt_t *a_second(void *env) {
  (void)env;
  return lwt_unix_sleep(1);
}
static void counts(void *env) { ++*(int *)env; }

static lwt_signal_setter *setter;
static lwt_signal *primitive(int n) { return lwt_signal_create(LWT_INT(n), &setter); }
static void set(int n) { lwt_signal_set(setter, LWT_INT(n)); }

TEST(values_1_0_2_with_a_pending_limiter_give_1_and_then_2) {
  simulate(1);
  lwt_event_sender *send;
  lwt_event *e = lwt_event_create(&send);
  lwt_event *limited = lwt_event_limit(e, a_second, NULL, NULL);
  lwt_event *traced = lwt_event_trace(limited, NULL, told, NULL, NULL);
  lwt_event_send(send, LWT_INT(1));
  lwt_event_send(send, LWT_INT(0));
  lwt_event_send(send, LWT_INT(2));
  CHECK_TRACE("1@0");
  run(lwt_unix_sleep(1.5));
  CHECK_TRACE("2@1000");
  lwt_event_release(traced);
  lwt_event_release(limited);
  lwt_event_release(e);
  lwt_event_sender_release(send);
}

TEST(a_limited_signal_spaces_its_first_change_and_its_last_value_gets_through) {
  simulate(1);
  lwt_signal *s = primitive(1);
  lwt_signal *limited = lwt_signal_limit(s, a_second, NULL, NULL);
  lwt_signal *traced = lwt_signal_trace(limited, NULL, told, NULL, NULL);
  CHECK_TRACE("1@0");
  set(0);
  set(2);
  CHECK_TRACE("");
  run(lwt_unix_sleep(1.5));
  CHECK_TRACE("2@1000");
  set(3);
  set(4);
  run(lwt_unix_sleep(1));
  CHECK_TRACE("4@2000");
  lwt_signal_release(traced);
  lwt_signal_release(limited);
  lwt_signal_release(s);
  lwt_signal_setter_release(setter);
}

TEST(a_push_at_the_moment_the_limiter_resolves_is_neither_lost_nor_doubled) {
  for (uint64_t seed = 1; seed < 8; seed++) {
    simulate(seed);
    lwt_signal *s = primitive(0);
    lwt_signal *limited = lwt_signal_limit(s, a_second, NULL, NULL);
    lwt_event *changes = lwt_signal_changes(limited);
    lwt_stream *stream = lwt_event_to_stream(changes);
    set(1);
    run(lwt_unix_sleep(1)); /* wakes at the same moment as the limiter */
    set(2);
    run(lwt_unix_sleep(3));
    /* 1 and 2, or 2 alone, but 2 once and last. */
    lwt_t *p = lwt_stream_next(stream);
    intptr_t first = LWT_TO_INT(lwt_value_of(p));
    lwt_release(p);
    if (first == 1) CHECK_RETURNS(lwt_stream_next(stream), 2);
    else CHECK_INT(first, 2);
    p = lwt_stream_next(stream);
    CHECK_SLEEPS(p);
    lwt_cancel(p);
    CHECK_FAILS(p, LWT_CANCELED);
    lwt_stream_release(stream);
    lwt_event_release(changes);
    lwt_signal_release(limited);
    lwt_signal_release(s);
    lwt_signal_setter_release(setter);
  }
}

TEST(the_finaliser_runs_only_after_the_pending_next) {
  int ended = 0;
  lwt_event_sender *send;
  lwt_event *e = lwt_event_create(&send);
  lwt_event *copy = lwt_event_with_finaliser(e, counts, &ended, NULL);
  lwt_t *p = lwt_event_next(copy);
  lwt_event_release(copy);
  CHECK_INT(ended, 0);
  lwt_event_send(send, LWT_INT(3));
  CHECK_RETURNS(p, 3);
  CHECK_INT(ended, 1);
  lwt_event_release(e);
  lwt_event_sender_release(send);
}
