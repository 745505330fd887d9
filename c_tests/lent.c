/* Iterations that don't wait for one call to make the next: cancelling them ends
 * them and what they started, and an element lives until its promise resolves. */
#include "streams.h"

#include <lwt_seq.h>

enum { N = 3 };
static int calls, dropped[N + 1];
static lwt_u *wakers[N + 1];
static bool uncancelable;
static lwt_t *call(lwt_value v, void *env) {
  int n = *(int *)v;
  (void)env;
  calls++;
  return uncancelable ? lwt_wait(&wakers[n]) : lwt_task(&wakers[n]);
}
static void element_drop(void *v) {
  dropped[*(int *)v]++;
  free(v);
}
static lwt_value element(int n) {
  int *v = malloc(sizeof *v);
  *v = n;
  return v;
}
static void begin(void) {
  calls = 0;
  memset(dropped, 0, sizeof dropped);
}
static int drops(void) { return dropped[1] + dropped[2] + dropped[3]; }

typedef lwt_t *iteration(const lwt_stream *s);
static lwt_t *iter_p(const lwt_stream *s) { return lwt_stream_iter_p(s, call, NULL, NULL); }
static lwt_t *iter_n(const lwt_stream *s) { return lwt_stream_iter_n(s, 9, call, NULL, NULL); }
static iteration *const iterations[] = {iter_p, iter_n};

/* Of the elements 1 and 2; a third may come. */
static lwt_t *started(iteration *iterate, lwt_stream **s, lwt_stream_push **push) {
  begin();
  *s = lwt_stream_create(push);
  lwt_t *p = iterate(*s);
  for (int i = 1; i < N; i++) lwt_stream_push_owned(*push, element(i), element_drop);
  return p;
}

TEST(cancelling_ends_the_reading_and_all_that_was_started) {
  for (int i = 0; i < 2; i++) {
    lwt_stream *s;
    lwt_stream_push *push;
    lwt_t *p = started(iterations[i], &s, &push);
    CHECK_INT(calls, 2);
    lwt_cancel(p);
    CHECK_FAILS(p, LWT_CANCELED);
    CHECK_INT(drops(), 2);
    CHECK_INT(lwt_wakeup(wakers[2], LWT_UNIT), LWT_OK); /* it was cancelled */
    lwt_wakener_forget(wakers[1]);
    lwt_stream_push_owned(push, element(3), element_drop);
    CHECK_INT(calls, 2);
    lwt_stream_release(s);
    lwt_stream_push_release(push);
    CHECK_INT(drops(), 3);
  }
}

static lwt_u *all[64];
static lwt_t *wait_long(lwt_value v, void *called) {
  (void)v;
  return lwt_task(&all[(*(int *)called)++]);
}
static lwt_t *turn(void *n) { return ++*(int *)n, lwt_pause(); }
TEST(an_endless_stream_is_not_read_on) {
  int asked = 0, called = 0;
  lwt_stream *s = lwt_stream_from(turn, &asked, NULL);
  lwt_t *p = lwt_stream_iter_p(s, wait_long, &called, NULL);
  for (int i = 0; i < 5; i++) lwt_wakeup_paused();
  CHECK_INT(called, 5);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  int before = asked;
  for (int i = 0; i < 5; i++) lwt_wakeup_paused();
  CHECK_INT(called, 5);
  CHECK_INT(asked, before);
  for (int i = 0; i < 5; i++) CHECK_INT(lwt_wakeup(all[i], LWT_UNIT), LWT_OK); /* cancelled */
  lwt_stream_release(s);
}

static lwt_t *outer;
static lwt_t *cancels(lwt_value v, void *env) {
  lwt_t *p = call(v, env);
  if (calls == 2) lwt_cancel(outer);
  return p;
}
TEST(a_call_that_cancels_the_iteration_is_the_last) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  begin();
  outer = lwt_stream_iter_p(s, cancels, NULL, NULL);
  for (int i = 1; i <= N; i++) lwt_stream_push_owned(push, element(i), element_drop);
  CHECK_INT(calls, 2);
  CHECK_FAILS(outer, LWT_CANCELED);
  CHECK_INT(lwt_wakeup(wakers[2], LWT_UNIT), LWT_OK);
  lwt_wakener_forget(wakers[1]);
  CHECK_INT(drops(), 2);
  lwt_stream_release(s);
  lwt_stream_push_release(push);
}

TEST(what_cannot_be_cancelled_keeps_its_element) {
  for (int i = 0; i < 2; i++) {
    lwt_stream *s;
    lwt_stream_push *push;
    uncancelable = true;
    lwt_t *p = started(iterations[i], &s, &push);
    uncancelable = false;
    lwt_stream_push_owned(push, element(3), element_drop);
    CHECK_INT(calls, 3);
    lwt_wakeup_exn(wakers[1], exn(LWT_FULL)); /* ends iter_p, though not its reading */
    if (i == 1) lwt_cancel(p);
    CHECK_FAILS(p, i == 0 ? LWT_FULL : LWT_CANCELED);
    lwt_stream_push_release(push);
    lwt_stream_release(s);
    CHECK_INT(dropped[1], 1);
    CHECK_INT(dropped[2], 0);
    lwt_wakeup(wakers[2], LWT_UNIT);
    CHECK_INT(dropped[2], 1);
    lwt_wakener_forget(wakers[3]);
    CHECK_INT(drops(), 3);
  }
}

/* The same of sequences, of elements that nobody else has. */
static lwt_u *rest;
static int at;
static lwt_t *elements(void *env) {
  (void)env;
  if (++at == N) return lwt_task(&rest);
  return lwt_seq_node_unfold(element(at), element_drop, LWT_UNIT, NULL);
}
static lwt_t *elements_of(lwt_value state, void *env) { return (void)state, elements(env); }
typedef lwt_t *walk(const lwt_seq *s);
static lwt_t *walk_p(const lwt_seq *s) { return lwt_seq_iter_p(s, call, NULL, NULL); }
static lwt_t *walk_n(const lwt_seq *s) { return lwt_seq_iter_n(s, 9, call, NULL, NULL); }
static walk *const walks[] = {walk_p, walk_n};
TEST(a_walk_through_a_sequence_ends_in_the_same_way) {
  for (int i = 0; i < 2; i++)
    for (int held = 0; held < 2; held++) {
      begin();
      at = 0;
      lwt_seq *s = lwt_seq_unfold_lwt(LWT_UNIT, NULL, elements_of, NULL, NULL);
      uncancelable = held;
      lwt_t *p = walks[i](s);
      uncancelable = false;
      lwt_seq_release(s);
      CHECK_INT(calls, 2);
      lwt_cancel(p);
      CHECK_FAILS(p, LWT_CANCELED);
      CHECK_INT(drops(), held ? 0 : 2);
      CHECK_INT(lwt_wakeup(wakers[1], LWT_UNIT), LWT_OK);
      CHECK_INT(lwt_wakeup(wakers[2], LWT_UNIT), LWT_OK);
      CHECK_INT(drops(), 2);
      lwt_wakener_forget(rest);
    }
}
