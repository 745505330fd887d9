/* What the tests of streams share: elements that are told as text, and sources
 * that do as they are told. */
#ifndef STREAMS_H
#define STREAMS_H
#include "loop.h"

/* A stream of the numbers 1 to n. */
static inline lwt_stream *numbers(int n) {
  lwt_value items[100];
  for (int i = 0; i < n; i++) items[i] = LWT_INT(i + 1);
  return lwt_stream_of_list(items, (size_t)n);
}

/* The elements of an array: "1 2 3". */
static inline const char *words_of(const struct lwt_values *values) {
  static char text[1024];
  text[0] = '\0';
  for (size_t i = 0; values != NULL && i < values->len; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%ld", i > 0 ? " " : "",
             (long)LWT_TO_INT(values->data[i]));
  return text;
}
/* What a promise of an array shows: the elements, "pending", "failed KIND".
 * Consumes it. */
static inline const char *list_of(lwt_t *p) {
  static char text[1024];
  switch (lwt_state(p)) {
    case LWT_RETURN: snprintf(text, sizeof text, "%s", words_of(lwt_value_of(p))); break;
    case LWT_FAIL: snprintf(text, sizeof text, "failed %d", kind_of(p)); break;
    default: snprintf(text, sizeof text, "pending");
  }
  lwt_release(p);
  return text;
}
/* All that is left in a stream, which is consumed. */
static inline const char *rest_of(lwt_stream *s) {
  const char *text = list_of(lwt_stream_to_list(s));
  lwt_stream_release(s);
  return text;
}
#define CHECK_LIST(p, want) CHECK_STR(list_of(p), want)
#define CHECK_REST(s, want) CHECK_STR(rest_of(s), want)

/* A plain source that counts up to `last`, and fails instead at `fails_at`, once. */
struct counter {
  int next, last, fails_at, asked, dropped;
};
static inline lwt_value counter_ask(void *env) {
  struct counter *counter = env;
  counter->asked++;
  if (counter->next + 1 == counter->fails_at) {
    counter->fails_at = 0;
    return lwt_raise(exn(LWT_FAILURE));
  }
  return counter->next < counter->last ? LWT_INT(++counter->next) : LWT_NONE;
}
static inline void counter_drop(void *env) { ((struct counter *)env)->dropped++; }
static inline lwt_stream *counting(struct counter *counter) {
  return lwt_stream_from_direct(counter_ask, counter, counter_drop);
}

/* Callbacks. */
static inline lwt_value doubled(lwt_value v, void *env) {
  (void)env;
  return LWT_INT(2 * LWT_TO_INT(v));
}
static inline bool is_odd(lwt_value v, void *env) {
  (void)env;
  return LWT_TO_INT(v) % 2 != 0;
}
static inline bool below(lwt_value v, void *limit) { return LWT_TO_INT(v) < *(int *)limit; }

/* A function from a value to a promise: waits, one promise for each call, in
 * `wakers`; a value of `fails_at` fails at once. */
struct later {
  int calls, dropped, fails_at;
  bool now; /* does not wait, but promises the value itself */
  lwt_value values[64];
  lwt_u *wakers[64];
};
static inline lwt_t *later_call(lwt_value v, void *env) {
  struct later *later = env;
  int call = later->calls++;
  later->values[call] = v;
  if (later->fails_at != 0 && LWT_TO_INT(v) == later->fails_at) return lwt_fail(exn(LWT_FULL));
  if (later->now) return lwt_return(v);
  return lwt_task(&later->wakers[call]);
}
static inline void later_drop(void *env) { ((struct later *)env)->dropped++; }
#endif
