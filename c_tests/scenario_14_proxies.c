/* Scenario 14: a circle of promises stays pending; a promise that is unified
 * during its own callback resolves. Rules M4, M5, M6, R3. */
#include "promises.h"

static lwt_t *self(lwt_value v, void *p) { return (void)v, lwt_retain(*(lwt_t **)p); }

TEST(a_callback_that_returns_its_own_result_leaves_it_pending) {
  for (int other = 0; other < 2; other++) {
    lwt_u *u;
    lwt_t *p;
    ENV(never);
    p = other ? lwt_bind_owned(lwt_wait(&u), self, &p, NULL) : lwt_bind(lwt_wait(&u), self, &p, NULL);
    lwt_on_termination(p, env_unit, &never, env_drop);
    lwt_wakeup(u, LWT_UNIT);
    CHECK_SLEEPS(p);
    lwt_cancel(p);
    CHECK_SLEEPS(p);
    CHECK_INT(never.ran, 0);
    lwt_release(p);
    CHECK_ENV(never, 0, 1); /* nothing can resolve it any more */
  }
}

TEST(circles_of_any_length_stay_pending_whatever_order_they_close_in) {
  enum { MOST = 6 };
  for (int n = 1; n <= MOST; n++)
    for (int first = 0; first < n; first++)
      for (int step = 1; step <= n; step++) {
        lwt_t *ring[MOST];
        lwt_u *u[MOST];
        bool woken[MOST] = {false};
        for (int i = 0; i < n; i++)
          ring[i] = lwt_bind(lwt_wait(&u[i]), self, &ring[(i + 1) % n], NULL);
        for (int i = 0, at = first; i < n; i++, at = (at + step) % n) {
          while (woken[at]) at = (at + 1) % n;
          woken[at] = true;
          lwt_wakeup(u[at], LWT_UNIT);
        }
        for (int i = 0; i < n; i++) {
          CHECK_SLEEPS(ring[i]);
          lwt_cancel(ring[i]);
        }
        for (int i = 0; i < n; i++) lwt_release(ring[i]);
      }
}

/* During the callback of `p` another bind returns p, so that p is now a part of
 * that one's result; then the callback returns. */
struct meanwhile {
  lwt_t *p;
  lwt_u *other, *inner;
  int how;
};
static lwt_t *returns_p(lwt_value v, void *data) {
  return (void)v, lwt_retain(((struct meanwhile *)data)->p);
}
static lwt_t *unifies(lwt_value v, void *data) {
  struct meanwhile *m = data;
  (void)v;
  lwt_wakeup(m->other, LWT_UNIT);
  switch (m->how) {
    case 0: return lwt_return(LWT_INT(5));
    case 1: return lwt_fail(exn(LWT_FULL));
    default: return lwt_task(&m->inner);
  }
}
TEST(a_promise_unified_during_its_own_callback_resolves) {
  for (int how = 0; how < 5; how++) {
    struct meanwhile m = {.how = how};
    lwt_u *u;
    ENV(outer);
    ENV(inner);
    m.p = lwt_bind(lwt_wait(&u), unifies, &m, NULL);
    lwt_t *q = lwt_bind(lwt_wait(&m.other), returns_p, &m, NULL);
    lwt_on_termination(m.p, env_unit, &inner, env_drop);
    lwt_on_termination(q, env_unit, &outer, env_drop);
    lwt_wakeup(u, LWT_UNIT);
    if (how >= 2) {
      CHECK_SLEEPS(m.p);
      CHECK_SLEEPS(q);
      if (how == 2) lwt_wakeup(m.inner, LWT_INT(5));
      if (how == 3) lwt_wakeup_exn(m.inner, exn(LWT_FULL));
      if (how == 4) lwt_cancel(q), lwt_wakener_forget(m.inner);
    }
    CHECK_TRACE("outer inner");
    CHECK_ENV(outer, 1, 1);
    CHECK_ENV(inner, 1, 1);
    CHECK_INT(kind_of(m.p), how == 4 ? LWT_CANCELED : how % 2 ? LWT_FULL : LWT_OK);
    CHECK_INT(kind_of(q), kind_of(m.p));
    if (how % 2 == 0 && how != 4) {
      CHECK_INT(LWT_TO_INT(lwt_value_of(m.p)), 5);
      CHECK_INT(LWT_TO_INT(lwt_value_of(q)), 5);
    }
    lwt_release(m.p);
    lwt_release(q);
  }
}

/* Several binds return one pending promise: all handles name one cell. */
TEST(all_that_became_one_resolve_together) {
  enum { N = 8 };
  lwt_u *u[N], *v;
  lwt_t *p[N], *inner = lwt_task(&v);
  for (int i = 0; i < N; i++) p[i] = lwt_bind(lwt_wait(&u[i]), self, &inner, NULL);
  for (int i = 0; i < N; i++) lwt_wakeup(u[i], LWT_UNIT);
  lwt_cancel(p[3]); /* reaches the one behind all */
  for (int i = 0; i < N; i++) CHECK_FAILS(p[i], LWT_CANCELED);
  CHECK_FAILS(inner, LWT_CANCELED);
  lwt_wakener_forget(v);
}
