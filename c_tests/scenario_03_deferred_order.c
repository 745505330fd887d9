/* Scenario 3: deferred wake-ups inside one callback run in the order in which
 * they were made, after that callback and its siblings. Rule R5. */
#include "promises.h"

enum { N = 3 };
static lwt_u *u[N];
static lwt_t *p[N];
static struct env ran[N] = {{.name = "one"}, {.name = "two"}, {.name = "three"}};

static void make(void) {
  for (int i = 0; i < N; i++) {
    ran[i].ran = ran[i].dropped = 0;
    p[i] = lwt_wait(&u[i]);
    lwt_on_success(p[i], env_value, &ran[i], env_drop);
  }
}
static void release(void) {
  for (int i = 0; i < N; i++) {
    CHECK_ENV(ran[i], 1, 1);
    lwt_release(p[i]);
  }
}

static void defers_two(lwt_value v, void *env) {
  (void)v, (void)env;
  trace("callback");
  lwt_wakeup_later(u[1], LWT_UNIT);
  lwt_wakeup_later(u[0], LWT_UNIT);
  trace("returns");
}
TEST(in_the_order_in_which_they_were_made_after_the_siblings) {
  lwt_u *w;
  ENV(sibling);
  make();
  lwt_t *q = lwt_wait(&w);
  lwt_on_success(q, defers_two, NULL, NULL);
  lwt_on_success(q, env_value, &sibling, env_drop);
  lwt_wakeup(w, LWT_UNIT);
  CHECK_TRACE("callback returns sibling two one");
  lwt_wakeup(u[2], LWT_UNIT);
  CHECK_TRACE("three");
  lwt_release(q);
  release();
}

/* One that is deferred while the deferred ones run comes after them. */
static void defers_the_third(lwt_value v, void *env) {
  (void)v, (void)env;
  trace("again");
  lwt_wakeup_later(u[2], LWT_UNIT);
}
TEST(what_a_deferred_callback_defers_comes_last) {
  lwt_u *w;
  make();
  lwt_t *q = lwt_wait(&w);
  lwt_on_success(q, defers_two, NULL, NULL);
  lwt_on_success(p[1], defers_the_third, NULL, NULL);
  lwt_wakeup(w, LWT_UNIT);
  CHECK_TRACE("callback returns two again one three");
  lwt_release(q);
  release();
}

/* An inner resolution does not run them: the outermost one does. */
static lwt_u *middle;
static void wakes_middle(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_wakeup(middle, LWT_UNIT);
  trace("middle-done");
}
TEST(the_outermost_resolution_runs_them_not_the_inner_one) {
  lwt_u *w;
  make();
  lwt_t *q = lwt_wait(&w), *m = lwt_wait(&middle);
  lwt_on_success(q, wakes_middle, NULL, NULL);
  lwt_on_success(m, defers_two, NULL, NULL);
  lwt_wakeup(w, LWT_UNIT);
  CHECK_TRACE("callback returns middle-done two one");
  lwt_wakeup(u[2], LWT_UNIT);
  trace_text[0] = '\0';
  lwt_release(q);
  lwt_release(m);
  release();
}

/* A callback that fails keeps nobody from his turn; nor does a hook that does. */
static void defers_and_raises(lwt_value v, void *env) {
  defers_two(v, env);
  lwt_raise(exn(LWT_FULL));
}
static void hook_raises(const lwt_exn *e, void *env) {
  (void)e, (void)env;
  trace("hook");
  lwt_raise(exn(LWT_EMPTY));
}
TEST(a_hook_that_raises_does_not_stop_what_was_deferred) {
  lwt_u *w;
  ENV(sibling);
  lwt_set_async_exception_hook(hook_raises, NULL, NULL);
  for (int round = 0; round < 2; round++) {
    make();
    lwt_t *q = lwt_wait(&w);
    lwt_on_success(q, defers_and_raises, NULL, NULL);
    lwt_on_success(q, env_value, &sibling, NULL);
    lwt_wakeup(w, LWT_UNIT);
    CHECK_TRACE("callback returns hook sibling two one");
    lwt_wakeup(u[2], LWT_UNIT);
    CHECK_TRACE("three");
    lwt_release(q);
    release();
  }
  lwt_set_async_exception_hook(NULL, NULL, NULL);
}
