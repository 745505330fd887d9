/* Functions that return promises, on events and signals: in order and not, failures, what
 * is dropped. */
#include "sim.h"

static void told(lwt_value value, void *env) {
  (void)env;
  char number[32];
  snprintf(number, sizeof number, "%d", (int)LWT_TO_INT(value));
  trace(number);
}
static void counts(void *env) { ++*(int *)env; }

/* A function whose promises the test resolves; it says what it was called with. */
static lwt_u *ends[64];
static int begun;
static lwt_t *work(lwt_value value, void *env) {
  (void)env;
  char name[32];
  snprintf(name, sizeof name, "f%d", (int)LWT_TO_INT(value));
  trace(name);
  return lwt_task(&ends[begun++]);
}
static lwt_t *work2(lwt_value a, lwt_value b, void *env) {
  return work(LWT_INT(LWT_TO_INT(a) * 10 + LWT_TO_INT(b)), env);
}
static void gives(int n, int value) { lwt_wakeup(ends[n], LWT_INT(value)); }

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
/* Traces the event, which it takes over. */
static lwt_event *shown(lwt_event *e) {
  lwt_event *traced = lwt_event_trace(e, NULL, told, NULL, NULL);
  lwt_event_release(e);
  return traced;
}

static int lost_kind, lost;
static void loses(const lwt_exn *e, void *env) {
  (void)env;
  lost++;
  lost_kind = lwt_exn_kind(e);
}

TEST(serial_functions_keep_the_order_and_begin_when_the_one_before_is_over) {
  primitive();
  lwt_event *e = shown(lwt_event_map_s(event, work, NULL, NULL));
  occur(1);
  occur(2);
  occur(3);
  CHECK_TRACE("f1");
  gives(0, 11);
  CHECK_TRACE("11 f2");
  gives(1, 12);
  gives(2, 13);
  CHECK_TRACE("12 f3 13");
  lwt_event_release(e);
  gone();
}

TEST(parallel_functions_give_what_is_ready) {
  primitive();
  lwt_event *e = shown(lwt_event_map_p(event, work, NULL, NULL));
  occur(1);
  occur(2);
  CHECK_TRACE("f1 f2");
  gives(1, 12);
  gives(0, 11);
  CHECK_TRACE("12 11");
  lwt_event_release(e);
  gone();
}

static lwt_t *doubles(lwt_value value, void *env) {
  (void)env;
  return lwt_return(LWT_INT(2 * LWT_TO_INT(value)));
}
TEST(a_promise_that_is_resolved_already_occurs_before_the_send_returns) {
  primitive();
  lwt_event *e = shown(lwt_event_map_s(event, doubles, NULL, NULL));
  occur(1);
  occur(2);
  CHECK_TRACE("2 4");
  lwt_event_release(e);
  gone();
}

TEST(a_failure_is_no_occurrence_and_the_hook_is_told) {
  primitive();
  lost = 0;
  lwt_event *e = shown(lwt_event_map_s(event, work, NULL, NULL));
  occur(1);
  lwt_wakeup_exn(ends[0], exn(LWT_CLOSED));
  CHECK_INT(lost, 0);
  lwt_react_on_error(loses, NULL, NULL);
  occur(2);
  lwt_wakeup_exn(ends[1], exn(LWT_CLOSED));
  CHECK_INT(lost, 1);
  CHECK_INT(lost_kind, LWT_CLOSED);
  occur(3);
  gives(2, 13);
  CHECK_TRACE("f1 f2 f3 13");
  lwt_react_on_error(NULL, NULL, NULL);
  lwt_event_release(e);
  gone();
}

TEST(what_is_dropped_forgets_what_waits_and_cancels_what_runs) {
  primitive();
  int dropped = 0;
  lwt_react_on_error(loses, NULL, NULL);
  lost = 0;
  lwt_event *serial = lwt_event_map_s(event, work, &dropped, counts);
  lwt_event *parallel = lwt_event_map_p(event, work, &dropped, counts);
  occur(1);
  occur(2);
  CHECK_INT(begun, 3);
  CHECK_TRACE("f1 f1 f2");
  lwt_event_release(serial);
  lwt_event_release(parallel);
  CHECK_INT(dropped, 2);
  for (int n = 0; n < 3; n++) gives(n, n);
  CHECK_TRACE("");
  CHECK_INT(lost, 0);
  lwt_react_on_error(NULL, NULL, NULL);
  gone();
}

static lwt_event *victim;
static lwt_t *drops(lwt_value value, void *env) {
  (void)value, (void)env;
  lwt_event_release(victim);
  return lwt_return(LWT_INT(1));
}
TEST(a_function_may_drop_its_own_event) {
  primitive();
  int dropped = 0;
  victim = lwt_event_map_s(event, drops, &dropped, counts);
  occur(1);
  CHECK_INT(dropped, 1);
  occur(2);
  victim = lwt_event_map_p(event, drops, &dropped, counts);
  occur(3);
  CHECK_INT(dropped, 2);
  gone();
}
static void drops_seen(lwt_value value, void *env) {
  told(value, env);
  lwt_event_release(victim);
}
TEST(a_result_may_drop_the_event_whose_work_goes_on) {
  primitive();
  lwt_event *e = lwt_event_map_s(event, work, NULL, NULL);
  victim = lwt_event_trace(e, NULL, drops_seen, NULL, NULL);
  lwt_event_release(e);
  occur(1);
  occur(2);
  gives(0, 11);
  CHECK_TRACE("f1 11");
  gone();
}

TEST(filters_and_options) {
  primitive();
  lwt_event *e = shown(lwt_event_filter_s(event, work, NULL, NULL));
  occur(5);
  gives(0, 0);
  occur(6);
  gives(1, 1);
  CHECK_TRACE("f5 f6 6");
  lwt_event_release(e);
  e = shown(lwt_event_fmap_p(event, work, NULL, NULL));
  occur(7);
  lwt_wakeup(ends[2], LWT_NONE);
  occur(8);
  gives(3, 18);
  CHECK_TRACE("f7 f8 18");
  lwt_event_release(e);
  gone();
}

TEST(running_promises_that_occur) {
  primitive();
  lwt_event *serial = shown(lwt_event_run_s(event)), *parallel = shown(lwt_event_run_p(event));
  lwt_u *u, *v;
  lwt_t *p = lwt_wait(&u), *q = lwt_wait(&v);
  lwt_event_send_owned(set, p, NULL);
  lwt_event_send_owned(set, q, NULL);
  lwt_release(p);
  lwt_release(q);
  lwt_wakeup(v, LWT_INT(2));
  CHECK_TRACE("2");
  lwt_wakeup(u, LWT_INT(1));
  trace_text[0] = 0;
  lwt_event_release(serial);
  lwt_event_release(parallel);
  gone();
}

TEST(diff_fold_accum_and_app) {
  primitive();
  lwt_event *e = shown(lwt_event_diff_s(event, work2, NULL, NULL));
  occur(1);
  CHECK_TRACE("");
  occur(2);
  gives(0, 5);
  CHECK_TRACE("f21 5");
  lwt_event_release(e);
  e = shown(lwt_event_fold_s(work2, NULL, NULL, LWT_INT(1), NULL, event));
  occur(2);
  occur(3);
  lwt_wakeup_exn(ends[1], exn(LWT_CLOSED));
  gives(2, 7);
  occur(4);
  gives(3, 9);
  CHECK_TRACE("f12 f13 7 f74 9");
  lwt_event_release(e);
  struct lwt_react_promising function = {doubles, NULL};
  e = shown(lwt_event_accum_s(event, LWT_INT(3), NULL));
  lwt_event_send(set, (lwt_value)&function);
  lwt_event_send(set, (lwt_value)&function);
  CHECK_TRACE("6 12");
  lwt_event_release(e);
  lwt_event *numbers = lwt_event_stamp(event, LWT_INT(4), NULL);
  e = shown(lwt_event_app_s(event, numbers));
  lwt_event_release(numbers);
  lwt_event_send(set, (lwt_value)&function);
  CHECK_TRACE("8");
  lwt_event_release(e);
  gone();
}

TEST(merge_folds_what_is_simultaneous_from_left_to_right) {
  lwt_event_sender *a, *b;
  lwt_event *all[2] = {lwt_event_create(&a), lwt_event_create(&b)};
  begun = 0;
  lwt_event *e = shown(lwt_event_merge_s(work2, NULL, NULL, LWT_INT(0), NULL,
                                         (const lwt_event *const *)all, 2));
  lwt_react_step *step = lwt_react_step_create();
  lwt_event_send_in(step, b, LWT_INT(2));
  lwt_event_send_in(step, a, LWT_INT(1));
  lwt_react_step_execute(step);
  gives(0, 1);
  gives(1, 3);
  CHECK_TRACE("f1 f12 3");
  lwt_react_step_release(step);
  lwt_event_release(e);
  for (int i = 0; i < 2; i++) lwt_event_release(all[i]);
  lwt_event_sender_release(a);
  lwt_event_sender_release(b);
}

static lwt_signal_setter *setter;
static lwt_signal *signal_;
static void primitive_signal(int n) {
  begun = 0;
  signal_ = lwt_signal_create(LWT_INT(n), &setter);
}
static void change(int n) { lwt_signal_set(setter, LWT_INT(n)); }
static void signal_gone(void) {
  lwt_signal_release(signal_);
  lwt_signal_setter_release(setter);
}
/* The signal that a promise shows, which it takes over. */
static lwt_signal *taken(lwt_t *p) {
  CHECK_STATE(p, LWT_RETURN);
  lwt_signal *s = lwt_signal_retain((lwt_signal *)lwt_value_of(p));
  lwt_release(p);
  return s;
}
static int value_of(const lwt_signal *s) { return (int)LWT_TO_INT(lwt_signal_value(s)); }

TEST(a_signal_is_promised_and_changes_wait_for_its_first_value) {
  primitive_signal(1);
  lwt_t *p = lwt_signal_map_s(signal_, work, NULL, NULL);
  change(2);
  CHECK_SLEEPS(p);
  CHECK_TRACE("f1");
  gives(0, 11);
  lwt_signal *s = taken(p);
  CHECK_INT(value_of(s), 11);
  CHECK_TRACE("f2");
  gives(1, 12);
  CHECK_INT(value_of(s), 12);
  change(3);
  lwt_wakeup_exn(ends[2], exn(LWT_CLOSED));
  CHECK_INT(value_of(s), 12);
  trace_text[0] = 0;
  lwt_signal_release(s);
  signal_gone();
}

TEST(the_first_failure_fails_the_promise_and_cancelling_that_cancels_the_work) {
  primitive_signal(1);
  int dropped = 0;
  lwt_t *p = lwt_signal_map_s(signal_, work, &dropped, counts);
  lwt_wakeup_exn(ends[0], exn(LWT_CLOSED));
  CHECK_FAILS(p, LWT_CLOSED);
  CHECK_INT(dropped, 1);
  p = lwt_signal_l1_s(work, &dropped, counts, signal_);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(dropped, 2);
  gives(1, 1);
  trace_text[0] = 0;
  signal_gone();
}

TEST(promised_filters_begin_with_what_they_are_given) {
  primitive_signal(1);
  lwt_t *p = lwt_signal_filter_s(signal_, work, NULL, NULL, LWT_INT(50), NULL);
  lwt_t *q = lwt_signal_fmap_s(signal_, work, NULL, NULL, LWT_INT(60), NULL);
  gives(0, 0);
  lwt_wakeup(ends[1], LWT_NONE);
  lwt_signal *s = taken(p), *t = taken(q);
  CHECK_INT(value_of(s), 50);
  CHECK_INT(value_of(t), 60);
  change(2);
  gives(2, 1);
  gives(3, 4);
  CHECK_INT(value_of(s) + value_of(t), 2 + 4);
  trace_text[0] = 0;
  lwt_signal_release(s);
  lwt_signal_release(t);
  signal_gone();
}

TEST(promised_signals_of_two_and_merged) {
  primitive_signal(1);
  lwt_signal *other = lwt_signal_const(LWT_INT(2));
  const lwt_signal *both[2] = {signal_, other};
  lwt_t *p = lwt_signal_l2_s(work2, NULL, NULL, signal_, other);
  gives(0, 7);
  lwt_signal *s = taken(p);
  CHECK_TRACE("f12");
  CHECK_INT(value_of(s), 7);
  lwt_signal_release(s);
  p = lwt_signal_merge_s(work2, NULL, NULL, LWT_INT(0), NULL, both, 2);
  gives(1, 1);
  gives(2, 8);
  s = taken(p);
  CHECK_TRACE("f1 f12");
  CHECK_INT(value_of(s), 8);
  lwt_signal_release(s);
  lwt_signal_release(other);
  signal_gone();
}

static lwt_signal *choices[2];
static lwt_t *chooses(lwt_value value, void *env) {
  (void)env;
  return lwt_return_owned(lwt_signal_retain(choices[LWT_TO_INT(value) & 1]), lwt_signal_drop);
}
TEST(bind_s_follows_the_signal_that_is_promised) {
  primitive_signal(0);
  lwt_signal_setter *other;
  choices[0] = lwt_signal_const(LWT_INT(5));
  choices[1] = lwt_signal_create(LWT_INT(6), &other);
  lwt_signal *s = taken(lwt_signal_bind_s(signal_, chooses, NULL, NULL));
  CHECK_INT(value_of(s), 5);
  change(1);
  CHECK_INT(value_of(s), 6);
  lwt_signal_set(other, LWT_INT(9));
  CHECK_INT(value_of(s), 9);
  lwt_signal_release(s);
  lwt_signal_release(choices[0]);
  lwt_signal_release(choices[1]);
  lwt_signal_setter_release(other);
  signal_gone();
}

TEST(signals_with_a_value_to_begin_with_are_there_at_once) {
  primitive_signal(1);
  lwt_signal *s = lwt_signal_map_s_from(signal_, work, NULL, NULL, LWT_INT(0), NULL);
  lwt_signal *t = lwt_signal_filter_p_from(signal_, work, NULL, NULL, LWT_INT(40), NULL);
  CHECK_INT(value_of(s) + value_of(t), 40);
  gives(0, 11);
  gives(1, 1);
  CHECK_INT(value_of(s), 11);
  CHECK_INT(value_of(t), 1);
  trace_text[0] = 0;
  lwt_signal_release(s);
  lwt_signal_release(t);
  signal_gone();
}

TEST(a_delayed_signal_begins_with_its_value) {
  primitive_signal(3);
  lwt_u *u;
  lwt_event *e = shown(lwt_signal_delay(lwt_wait(&u)));
  lwt_wakeup_owned(u, lwt_signal_retain(signal_), lwt_signal_drop);
  CHECK_TRACE("3");
  change(4);
  CHECK_TRACE("4");
  lwt_event_release(e);
  signal_gone();
}

TEST(bad_arguments_are_refused) {
  int dropped = 0;
  primitive();
  primitive_signal(1);
  CHECK(lwt_event_map_s(NULL, work, &dropped, counts) == NULL);
  CHECK(lwt_event_map_p(event, NULL, &dropped, counts) == NULL);
  CHECK(lwt_event_app_s(event, NULL) == NULL);
  CHECK_FAILS(lwt_signal_map_s(signal_, NULL, &dropped, counts), INVALID);
  CHECK_FAILS(lwt_signal_map_s(NULL, work, &dropped, counts), INVALID);
  CHECK(lwt_signal_map_s_from(NULL, work, &dropped, counts, NULL, NULL) == NULL);
  CHECK_INT(dropped, 5);
  lwt_event *e = shown(lwt_event_run_s(event));
  occur(0); /* no promise */
  CHECK_TRACE("");
  lwt_event_release(e);
  gone();
  signal_gone();
}
