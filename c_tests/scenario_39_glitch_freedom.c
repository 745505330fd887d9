/* React: no glitch in a diamond, simultaneous primitives in one step, stop and
 * strong stop. (Races of limit and finalisers: scenario_39_react_promises.c.) */
#include "reacts.h"

TEST(a_diamond_is_updated_once_and_with_both_its_sides) {
  lwt_signal_setter *set;
  lwt_signal *s = lwt_signal_create(LWT_INT(1), &set);
  lwt_signal *left = more(s, 1), *far = more(left, 1);
  lwt_signal *both = lwt_signal_l2(digits, NULL, NULL, s, far);
  lwt_signal *seen = watching(both, NULL);
  CHECK_SEEN("13");
  SET(set, 2);
  CHECK_SEEN("24");
  SET(set, 5);
  CHECK_SEEN("57");
  lwt_signal_release(left);
  lwt_signal_release(far);
  SET(set, 6);
  CHECK_SEEN("68");
  lwt_signal_release(s);
  lwt_signal_release(both);
  lwt_signal_release(seen);
  lwt_signal_setter_release(set);
}

TEST(a_diamond_of_events_too) {
  lwt_event_sender *send;
  lwt_event *e = lwt_event_create(&send);
  lwt_event *a = plus(e, 1), *b = plus(a, 1), *c = plus(b, 1);
  lwt_event *both = lwt_event_l2(digits, NULL, NULL, e, c);
  lwt_event *seen = seeing(both, NULL);
  SEND(send, 1);
  SEND(send, 2);
  CHECK_SEEN("14 25");
  lwt_event *all[] = {e, a, b, c, both, seen};
  for (size_t i = 0; i < 6; i++) lwt_event_release(all[i]);
  lwt_event_sender_release(send);
}

TEST(primitives_of_one_step_are_simultaneous) {
  lwt_event_sender *send_a, *send_b;
  lwt_signal_setter *set;
  lwt_event *a = lwt_event_create(&send_a), *b = lwt_event_create(&send_b);
  lwt_signal *s = lwt_signal_create(LWT_INT(1), &set);
  const lwt_event *ab[] = {a, b};
  lwt_event *lifted = lwt_event_l2(digits, NULL, NULL, a, b);
  lwt_event *merged = lwt_event_merge(sum, NULL, NULL, LWT_INT(100), NULL, ab, 2);
  lwt_event *selected = lwt_event_select(ab, 2);
  lwt_event *dismissed = lwt_event_dismiss(b, a);
  lwt_event *sampled = lwt_signal_sample(digits, NULL, NULL, a, s);
  lwt_event *seen[] = {seeing(lifted, "l"), seeing(merged, "m"), seeing(selected, "s"),
                       seeing(dismissed, "d"), seeing(sampled, "p")};
  lwt_react_step *step = lwt_react_step_create();
  CHECK_INT(lwt_event_send_in(step, send_b, LWT_INT(2)), LWT_OK);
  CHECK_INT(lwt_signal_set_in(step, set, LWT_INT(7)), LWT_OK);
  CHECK_INT(lwt_event_send_in(step, send_a, LWT_INT(1)), LWT_OK);
  CHECK_INT(lwt_event_send_in(step, send_a, LWT_INT(1)), INVALID);
  CHECK_SEEN("");
  CHECK_IS(s, 1);
  CHECK_INT(lwt_react_step_execute(step), LWT_OK);
  CHECK_HAS(seen_text, "l12");
  CHECK_HAS(seen_text, "m103");
  CHECK_HAS(seen_text, "s1");
  CHECK_HAS(seen_text, "p17");
  CHECK_INT(strlen(seen_text), strlen("l12 m103 s1 p17"));
  seen_text[0] = '\0';
  CHECK_INT(lwt_react_step_execute(step), INVALID);
  CHECK_INT(lwt_event_send_in(step, send_a, LWT_INT(1)), INVALID);
  CHECK_INT(lwt_signal_set_in(step, set, LWT_INT(1)), INVALID);
  lwt_react_step_release(step);
  SEND(send_a, 3);
  CHECK_HAS(seen_text, "d3");
  seen_text[0] = '\0';
  for (size_t i = 0; i < 5; i++) lwt_event_release(seen[i]);
  lwt_event *all[] = {a, b, lifted, merged, selected, dismissed, sampled};
  for (size_t i = 0; i < 7; i++) lwt_event_release(all[i]);
  lwt_event_sender_release(send_a);
  lwt_event_sender_release(send_b);
  lwt_signal_release(s);
  lwt_signal_setter_release(set);
}

TEST(what_is_stopped_is_still_and_the_others_go_on) {
  lwt_event_sender *send;
  lwt_event *e = lwt_event_create(&send);
  lwt_event *a = plus(e, 1), *b = plus(a, 1);
  lwt_event *seen = seeing(b, "b"), *seen_a = seeing(a, "a");
  CHECK_INT(lwt_event_stop(b), LWT_OK);
  SEND(send, 1);
  CHECK_SEEN("a2");
  lwt_signal_setter *set;
  lwt_signal *s = lwt_signal_create(LWT_INT(1), &set), *t = more(s, 1);
  CHECK_INT(lwt_signal_stop(t), LWT_OK);
  SET(set, 5);
  CHECK_IS(t, 2);
  CHECK_IS(s, 5);
  CHECK_INT(lwt_signal_stop(s), LWT_OK);
  SET(set, 6);
  CHECK_IS(s, 5);
  lwt_event *all[] = {e, a, b, seen, seen_a};
  for (size_t i = 0; i < 5; i++) lwt_event_release(all[i]);
  lwt_event_sender_release(send);
  lwt_signal_release(s);
  lwt_signal_release(t);
  lwt_signal_setter_release(set);
}

TEST(a_strong_stop_goes_up_to_what_has_other_dependents) {
  lwt_event_sender *send;
  ENV(above);
  lwt_event *e = lwt_event_create(&send);
  lwt_event *a = lwt_event_map(e, env_map, &above, env_drop), *b = plus(a, 1), *c = plus(b, 1);
  lwt_event *seen = seeing(e, "e");
  /* Stopped alone, it leaves its inputs at work, as somebody holds them. */
  CHECK_INT(lwt_event_stop(c), LWT_OK);
  SEND(send, 1);
  CHECK_ENV(above, 1, 0);
  lwt_event *d = plus(b, 1);
  CHECK_INT(lwt_event_stop_strongly(d), LWT_OK);
  CHECK_ENV(above, 1, 1);
  SEND(send, 2);
  CHECK_ENV(above, 1, 1);
  CHECK_SEEN("e1 e2");
  lwt_event *all[] = {e, a, b, c, d, seen};
  for (size_t i = 0; i < 6; i++) lwt_event_release(all[i]);
  lwt_event_sender_release(send);
  trace_text[0] = '\0';

  lwt_signal_setter *set;
  lwt_signal *s = lwt_signal_create(LWT_INT(1), &set), *t = more(s, 1), *u = more(t, 1);
  CHECK_INT(lwt_signal_stop_strongly(u), LWT_OK);
  SET(set, 8);
  CHECK_IS(u, 3);
  CHECK_IS(t, 2);
  CHECK_IS(s, 1);
  lwt_signal_release(s);
  lwt_signal_release(t);
  lwt_signal_release(u);
  lwt_signal_setter_release(set);
}
