/* What children in a terminal (pty.h) have in common: they read keys in raw mode, and say
 * which on standard output. */
#ifndef TERMINALS_H
#define TERMINALS_H
#include "pty.h"

#include "loop.h"

/* At once, past all channels. */
static inline void say(const char *text) {
  size_t len = strlen(text);
  if (write(1, text, len) != (ssize_t)len) _exit(117);
}
static inline void say_key(const struct lwt_term_key *key) {
  struct lwt_string *name = lwt_term_string_of_key(key);
  say("[");
  say(name != NULL ? name->data : "no key");
  say("]\n");
  lwt_string_release(name);
}
static inline bool is_text(const struct lwt_term_key *key, const char *text) {
  return key->kind == LWT_TERM_TEXT && key->modifiers == 0 && strcmp(key->text, text) == 0;
}

/* Says what comes, until a Q does. */
static inline void say_event(const struct lwt_term_event *event) {
  char text[200];
  switch (event->kind) {
    case LWT_TERM_EVENT_KEY:
      say_key(&event->key);
      break;
    case LWT_TERM_EVENT_PASTE:
      snprintf(text, sizeof text, "[paste of %zu%s: %.100s]\n", event->length,
               event->flag ? ", more" : "", event->length < 100 ? event->text : "...");
      say(text);
      break;
    case LWT_TERM_EVENT_MOUSE:
      snprintf(text, sizeof text, "[mouse %d: button %d at %d, %d with %d]\n",
               event->mouse.action, event->mouse.button, event->mouse.column, event->mouse.row,
               event->mouse.modifiers);
      say(text);
      break;
    case LWT_TERM_EVENT_FOCUS:
      say(event->flag ? "[focus]\n" : "[no focus]\n");
      break;
    default:
      say("[?]\n");
  }
}
static inline lwt_t *say_next(lwt_value value, void *events);
static inline lwt_t *say_rest(void *events) {
  return lwt_bind(lwt_stream_next((const lwt_stream *)events), say_next, events, NULL);
}
static inline lwt_t *say_next(lwt_value value, void *events) {
  const struct lwt_term_event *event = (const struct lwt_term_event *)value;
  say_event(event);
  if (event->kind == LWT_TERM_EVENT_KEY && is_text(&event->key, "Q")) return lwt_return(LWT_UNIT);
  return say_rest(events);
}
static inline lwt_t *say_ready(void *events) {
  say("[ready]\n");
  return say_rest(events);
}
static inline int says_events(void) {
  lwt_stream *events = lwt_term_events(NULL);
  CHECK_INT(run(lwt_term_with_raw_mode(say_ready, events, NULL)), 0);
  lwt_stream_release(events);
  return 0;
}

/* Waits until the child has read all that was typed. */
static inline void pty_is_read(struct pty *pty) {
  int slave = open(ptsname(pty->master), O_RDWR | O_NOCTTY | O_CLOEXEC), left = 1;
  if (!CHECK(slave >= 0)) return;
  PTY_UNTIL(pty, ioctl(slave, FIONREAD, &left) != 0 || left == 0);
  CHECK_INT(left, 0);
  close(slave);
}
#endif
