/* Promises and streams of events: next, limit, from, streams, delay, finalisers. */
#include "sim.h"

/* What functions were called with. */
static lwt_value see(lwt_value value, void *env) {
  (void)env;
  char number[32];
  snprintf(number, sizeof number, "%d", (int)LWT_TO_INT(value));
  trace(number);
  return value;
}
static void told(lwt_value value, void *env) { see(value, env); }
static void counts(void *env) { ++*(int *)env; }

/* A function whose promises the test resolves. */
static lwt_u *ends[64];
static int begun;
static lwt_t *begin(void *env) {
  (void)env;
  return lwt_task(&ends[begun++]);
}
static void over(int n) { lwt_wakeup(ends[n], LWT_INT(n)); }

static lwt_event_sender *set;
static lwt_event *event;
static void primitive(void) {
  begun = 0;
  event = lwt_event_create(&set);
}
static void occur(int n) { CHECK_INT(lwt_event_send(set, LWT_INT(n)), LWT_OK); }
static void gone(void) {
  lwt_event_release(event);
  lwt_event_sender_release(set);
}

TEST(next_is_the_next_occurrence) {
  primitive();
  lwt_t *p = lwt_event_next(event);
  CHECK_SLEEPS(p);
  occur(4);
  occur(5);
  CHECK_RETURNS(p, 4);
  gone();
}

static lwt_t *again(lwt_value value, void *env) {
  (void)value, (void)env;
  return lwt_event_next(event);
}
TEST(next_in_the_callback_of_next_is_the_same_occurrence) {
  primitive();
  lwt_t *p = lwt_bind(lwt_event_next(event), again, NULL, NULL);
  occur(4);
  CHECK_RETURNS(p, 4);
  gone();
}

TEST(a_pending_next_keeps_its_event_and_cancelling_it_gives_that_up) {
  for (int cancels = 0; cancels < 2; cancels++) {
    int ended = 0, dropped = 0;
    primitive();
    lwt_event *copy = lwt_event_with_finaliser(event, counts, &ended, NULL);
    lwt_event *mapped = lwt_event_map(copy, see, &dropped, counts);
    lwt_t *p = lwt_event_next(mapped);
    lwt_event_release(copy);
    lwt_event_release(mapped);
    CHECK_INT(ended + dropped, 0);
    if (cancels) {
      lwt_cancel(p);
      CHECK_INT(ended, 1);
      occur(6);
      CHECK_FAILS(p, LWT_CANCELED);
      CHECK_TRACE("");
    } else {
      occur(6);
      CHECK_RETURNS(p, 6);
      CHECK_TRACE("6");
    }
    CHECK_INT(ended, 1);
    CHECK_INT(dropped, 1);
    gone();
  }
}

TEST(limit_passes_the_first_and_then_the_latest_of_those_that_came_meanwhile) {
  primitive();
  lwt_event *limited = lwt_event_limit(event, begin, NULL, NULL);
  lwt_event *traced = lwt_event_trace(limited, NULL, told, NULL, NULL);
  occur(1);
  CHECK_TRACE("1");
  occur(0);
  occur(2);
  CHECK_TRACE("");
  CHECK_INT(begun, 1);
  over(0);
  CHECK_TRACE("2");
  CHECK_INT(begun, 2);
  over(1);
  CHECK_TRACE("");
  occur(3);
  CHECK_TRACE("3");
  CHECK_INT(begun, 3);
  lwt_wakeup_exn(ends[2], exn(LWT_FAILURE));
  occur(4);
  CHECK_TRACE("4");
  lwt_event_release(traced);
  lwt_event_release(limited);
  lwt_wakener_forget(ends[3]);
  gone();
}

static void ends_the_limiter(lwt_value value, void *env) {
  (void)env;
  if (LWT_TO_INT(value) == 3) over(0);
}
TEST(an_occurrence_at_the_moment_the_limiter_is_over_is_neither_lost_nor_doubled) {
  primitive();
  /* The limiter ends inside the step of 3, before and after it is seen there. */
  for (int before = 0; before < 2; before++) {
    begun = 0;
    lwt_event *early = lwt_event_trace(event, NULL, ends_the_limiter, NULL, NULL);
    lwt_event *limited = lwt_event_limit(before ? early : event, begin, NULL, NULL);
    lwt_event *late = lwt_event_trace(event, NULL, ends_the_limiter, NULL, NULL);
    lwt_event *traced = lwt_event_trace(limited, NULL, told, NULL, NULL);
    lwt_event_release(before ? late : early);
    occur(1);
    occur(2);
    CHECK_TRACE("1");
    occur(3);
    CHECK_TRACE("3");
    over(1);
    occur(4);
    CHECK_TRACE("4");
    lwt_event_release(traced);
    lwt_event_release(limited);
    lwt_event_release(before ? early : late);
    lwt_wakener_forget(ends[2]);
  }
  gone();
}

TEST(a_limited_event_that_is_dropped_cancels_its_limiter) {
  primitive();
  int dropped = 0;
  lwt_u *u;
  lwt_t *limiter = lwt_task(&u);
  ENV_RETURNING(f, lwt_retain(limiter));
  lwt_event *limited = lwt_event_limit(event, env_thunk, &f, env_drop);
  occur(1);
  CHECK_SLEEPS(limiter);
  lwt_event_release(limited);
  CHECK_FAILS(limiter, LWT_CANCELED);
  lwt_wakener_forget(u);
  CHECK_ENV(f, 1, 1);
  CHECK_TRACE("f");
  (void)dropped;
  gone();
}

TEST(from_occurs_with_one_promise_after_the_other_from_the_next_pause_on) {
  begun = 0;
  int dropped = 0;
  lwt_event *e = lwt_event_from(begin, &dropped, counts);
  lwt_event *traced = lwt_event_trace(e, NULL, told, NULL, NULL);
  CHECK_INT(begun, 0);
  turns(2);
  CHECK_INT(begun, 1);
  over(0);
  CHECK_TRACE("0");
  turns(1);
  CHECK_INT(begun, 2);
  over(1);
  CHECK_TRACE("1");
  CHECK_INT(begun, 3);
  lwt_event_release(traced);
  CHECK_INT(dropped, 0);
  lwt_event_release(e);
  CHECK_INT(dropped, 1);
  lwt_wakener_forget(ends[2]);
}

static int calls;
static lwt_t *at_once(void *env) {
  (void)env;
  return lwt_return(LWT_INT(++calls));
}
TEST(from_lets_the_loop_run_where_its_promises_are_resolved_already) {
  calls = 0;
  lwt_event *e = lwt_event_from(at_once, NULL, NULL);
  turns(5);
  CHECK(calls >= 2 && calls <= 6);
  lwt_event_release(e);
  int before = calls;
  turns(3);
  CHECK_INT(calls, before);
}

TEST(to_stream_has_every_occurrence_and_keeps_the_event_as_long_as_it_is_read) {
  primitive();
  int ended = 0;
  lwt_event *copy = lwt_event_with_finaliser(event, counts, &ended, NULL);
  lwt_stream *stream = lwt_event_to_stream(copy);
  lwt_event_release(copy);
  for (int n = 1; n <= 3; n++) occur(n);
  for (int n = 1; n <= 3; n++) CHECK_RETURNS(lwt_stream_next(stream), n);
  lwt_t *p = lwt_stream_next(stream);
  occur(4);
  CHECK_RETURNS(p, 4);
  CHECK_INT(ended, 0);
  lwt_stream_release(stream);
  CHECK_INT(ended, 1);
  gone();
}

TEST(of_stream_occurs_with_what_is_pushed) {
  lwt_stream_push *push;
  lwt_stream *stream = lwt_stream_create(&push);
  lwt_event *e = lwt_event_of_stream(stream);
  lwt_event *traced = lwt_event_trace(e, NULL, told, NULL, NULL);
  CHECK_INT(lwt_stream_push_value(push, LWT_INT(1)), LWT_OK);
  CHECK_TRACE("");
  turns(2);
  CHECK_TRACE("1");
  lwt_stream_push_value(push, LWT_INT(2));
  turns(1);
  CHECK_TRACE("2");
  lwt_event_release(traced);
  lwt_event_release(e);
  lwt_stream_push_value(push, LWT_INT(3));
  turns(1);
  CHECK_TRACE("");
  lwt_stream_push_release(push);
}

TEST(delay_is_the_event_once_it_is_there) {
  primitive();
  lwt_event *now = lwt_event_delay(lwt_return_owned(lwt_event_retain(event), lwt_event_drop));
  CHECK(lwt_event_equal(now, event));
  lwt_event_release(now);
  lwt_u *u;
  lwt_event *later = lwt_event_delay(lwt_wait(&u));
  lwt_event *traced = lwt_event_trace(later, NULL, told, NULL, NULL);
  occur(1);
  lwt_wakeup_owned(u, lwt_event_retain(event), lwt_event_drop);
  CHECK_TRACE("");
  occur(2);
  CHECK_TRACE("2");
  lwt_event_release(traced);
  lwt_event_release(later);
  gone();
}

TEST(notifiers_are_called_until_they_are_disabled) {
  primitive();
  int dropped = 0;
  lwt_react_notifier *n = lwt_event_notify(event, told, &dropped, counts);
  occur(1);
  CHECK_TRACE("1");
  CHECK(lwt_react_disable(n));
  CHECK_INT(dropped, 1);
  CHECK(!lwt_react_disable(n));
  occur(2);
  CHECK_TRACE("");
  lwt_react_notifier_release(n);
  CHECK(!lwt_react_disable(NULL));
  CHECK(lwt_event_always_notify(event, told, NULL, NULL));
  occur(3);
  CHECK_TRACE("3");
  gone();
}

TEST(a_notifier_of_a_signal_is_told_its_present_value) {
  lwt_signal_setter *setter;
  lwt_signal *s = lwt_signal_create(LWT_INT(7), &setter);
  lwt_react_notifier *n = lwt_signal_notify(s, told, NULL, NULL);
  CHECK_TRACE("7");
  lwt_signal_set(setter, LWT_INT(8));
  lwt_signal_set(setter, LWT_INT(8));
  CHECK_TRACE("8");
  lwt_react_disable(n);
  lwt_react_notifier_release(n);
  lwt_signal_setter_release(setter);
  lwt_signal_release(s);
}

static lwt_t *hears(lwt_value value, void *env) {
  see(value, env);
  return begin(env);
}
TEST(serial_notifiers_wait_for_their_promises_and_others_do_not) {
  primitive();
  lwt_react_notifier *n = lwt_event_notify_s(event, hears, NULL, NULL);
  occur(1);
  occur(2);
  CHECK_TRACE("1");
  over(0);
  CHECK_TRACE("2");
  lwt_react_disable(n);
  over(1);
  lwt_react_notifier_release(n);
  n = lwt_event_notify_p(event, hears, NULL, NULL);
  occur(3);
  occur(4);
  CHECK_TRACE("3 4");
  lwt_react_disable(n);
  over(2);
  over(3);
  lwt_react_notifier_release(n);
  gone();
}

TEST(bad_handles_and_missing_functions_are_refused) {
  int dropped = 0;
  primitive();
  CHECK_FAILS(lwt_event_next(NULL), INVALID);
  CHECK(lwt_event_limit(event, NULL, &dropped, counts) == NULL);
  CHECK(lwt_event_limit(NULL, begin, &dropped, counts) == NULL);
  CHECK(lwt_event_from(NULL, &dropped, counts) == NULL);
  CHECK(lwt_event_notify(event, NULL, &dropped, counts) == NULL);
  CHECK(lwt_event_notify_s(NULL, hears, &dropped, counts) == NULL);
  CHECK(lwt_event_with_finaliser(event, NULL, &dropped, counts) == NULL);
  CHECK(lwt_event_to_stream(NULL) == NULL);
  CHECK(lwt_event_of_stream(NULL) == NULL);
  CHECK(lwt_event_delay(NULL) == NULL);
  CHECK_INT(lwt_event_keep(NULL), INVALID);
  CHECK_INT(dropped, 6);
  gone();
}
