/* What the tests of events and signals share: functions of numbers, and a log of
 * what was seen. */
#ifndef REACTS_H
#define REACTS_H
#include "promises.h"

static char seen_text[4096];
/* Adds a number to the log, after the mark in env. */
static inline void see(lwt_value value, void *mark) {
  size_t len = strlen(seen_text);
  snprintf(seen_text + len, sizeof seen_text - len, "%s%s%" PRIdPTR, len > 0 ? " " : "",
           mark != NULL ? (const char *)mark : "", LWT_TO_INT(value));
}
/* Compares what was seen since the last time, and forgets it. */
#define CHECK_SEEN(want)            \
  do {                              \
    CHECK_STR(seen_text, (want));   \
    seen_text[0] = '\0';            \
  } while (0)

static inline lwt_event *seeing(const lwt_event *e, const char *mark) {
  return lwt_event_trace(e, NULL, see, (void *)mark, NULL);
}
static inline lwt_signal *watching(const lwt_signal *s, const char *mark) {
  return lwt_signal_trace(s, NULL, see, (void *)mark, NULL);
}
static inline lwt_value add_env(lwt_value value, void *n) {
  return LWT_INT(LWT_TO_INT(value) + (intptr_t)n);
}
static inline lwt_value sum(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(a) + LWT_TO_INT(b));
}
static inline lwt_value digits(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(a) * 10 + LWT_TO_INT(b));
}
static inline bool is_odd(lwt_value a, void *env) {
  (void)env;
  return LWT_TO_INT(a) % 2 != 0;
}
static inline lwt_event *plus(const lwt_event *e, intptr_t n) {
  return lwt_event_map(e, add_env, (void *)n, NULL);
}
static inline lwt_signal *more(const lwt_signal *s, intptr_t n) {
  return lwt_signal_map(s, add_env, (void *)n, NULL);
}
#define SEND(sender, n) CHECK_INT(lwt_event_send(sender, LWT_INT(n)), LWT_OK)
#define SET(setter, n) CHECK_INT(lwt_signal_set(setter, LWT_INT(n)), LWT_OK)
#define CHECK_IS(signal, n) CHECK_INT(LWT_TO_INT(lwt_signal_value(signal)), n)
#endif
