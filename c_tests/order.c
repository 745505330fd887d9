/* In which order callbacks run. */
#include "promises.h"

TEST(callbacks_run_in_the_order_in_which_they_were_attached) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  ENV(a);
  ENV(b);
  ENV(c);
  ENV(d);
  ENV(e);
  ENV(f);
  ENV(g);
  ENV(h);
  lwt_on_success(p, env_value, &a, env_drop);
  lwt_t *q = lwt_bind(lwt_retain(p), env_bind, &b, env_drop);
  lwt_on_termination(p, env_unit, &c, env_drop);
  lwt_t *r = lwt_map(lwt_retain(p), env_map, &d, env_drop);
  lwt_on_any(p, env_value, env_exn, &e, env_drop);
  lwt_t *s = lwt_finalize(lwt_retain(p), env_thunk, &f, env_drop);
  lwt_t *t = lwt_try_bind(lwt_retain(p), env_bind, env_catch, &g, env_drop);
  lwt_on_success(p, env_value, &h, env_drop);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_TRACE("a b c d e f g h");
  lwt_release(p);
  CHECK_RETURNS(q, 1);
  CHECK_RETURNS(r, 1);
  CHECK_RETURNS(s, 1);
  CHECK_RETURNS(t, 1);
}

TEST(a_hundred_callbacks_keep_their_order) {
  enum { N = 100 };
  static struct env envs[N];
  static char names[N][8], want[N * 8];
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  for (int i = 0; i < N; i++) {
    snprintf(names[i], sizeof names[i], "%d", i);
    envs[i].name = names[i];
    if (i > 0) strcat(want, " ");
    strcat(want, names[i]);
    lwt_on_termination(p, env_unit, &envs[i], env_drop);
  }
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
  CHECK_TRACE(want);
  for (int i = 0; i < N; i++) CHECK_ENV(envs[i], 1, 1);
}

TEST(what_a_callback_resolves_runs_depth_first) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  ENV(a);
  ENV(a1);
  ENV(a2);
  ENV(b);
  lwt_t *q = lwt_bind(lwt_retain(p), env_bind, &a, env_drop);
  lwt_t *r = lwt_map(lwt_retain(q), env_map, &a1, env_drop);
  lwt_on_success(r, env_value, &a2, env_drop);
  lwt_on_success(p, env_value, &b, env_drop);
  lwt_wakeup(u, LWT_INT(1));
  CHECK_TRACE("a a1 a2 b");
  lwt_release(p);
  lwt_release(q);
  lwt_release(r);
}

static void attach_more(void *data) {
  static struct env late = {"late", 0, 0, NULL, 0, NULL, 0};
  trace("attach");
  lwt_on_termination(data, env_unit, &late, env_drop);
  trace("attached");
}
TEST(a_callback_attached_while_callbacks_run_finds_the_promise_resolved_and_runs_at_once) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  ENV(b);
  lwt_on_termination(p, attach_more, p, NULL);
  lwt_on_termination(p, env_unit, &b, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("attach late attached b");
  lwt_release(p);
}

/* Every mix of three cancel callbacks and three others. */
TEST(cancel_callbacks_run_before_all_others_whatever_the_attachment_order) {
  for (int mix = 0; mix < 64; mix++) {
    int cancels = 0;
    for (int i = 0; i < 6; i++) cancels += mix >> i & 1;
    if (cancels != 3) continue;
    for (int by_hand = 0; by_hand < 2; by_hand++) {
      struct env x[3] = {{.name = "x0"}, {.name = "x1"}, {.name = "x2"}};
      struct env y[3] = {{.name = "y0"}, {.name = "y1"}, {.name = "y2"}};
      lwt_u *u;
      lwt_t *p = lwt_task(&u);
      for (int i = 0, nx = 0, ny = 0; i < 6; i++)
        if (mix >> i & 1)
          lwt_on_cancel(p, env_unit, &x[nx++], env_drop);
        else
          lwt_on_termination(p, env_unit, &y[ny++], env_drop);
      if (by_hand)
        lwt_wakeup_exn(u, exn(LWT_CANCELED));
      else
        lwt_cancel(p);
      CHECK_TRACE("x0 x1 x2 y0 y1 y2");
      for (int i = 0; i < 3; i++) {
        CHECK_ENV(x[i], 1, 1);
        CHECK_ENV(y[i], 1, 1);
      }
      lwt_release(p);
      if (!by_hand) lwt_wakener_forget(u);
    }
  }
}

TEST(cancel_callbacks_are_dropped_unrun_when_it_was_not_a_cancel) {
  lwt_u *u;
  lwt_t *p = lwt_task(&u);
  ENV(x);
  lwt_on_cancel(p, env_unit, &x, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_INT(x.ran, 0);
  lwt_release(p);
  CHECK_ENV(x, 0, 1);
}

TEST(on_cancel_of_a_cancelled_promise_runs_at_once_and_of_another_never) {
  ENV(x);
  lwt_t *p = lwt_fail(exn(LWT_CANCELED));
  CHECK_INT(lwt_on_cancel(p, env_unit, &x, env_drop), LWT_OK);
  CHECK_ENV(x, 1, 1);
  lwt_release(p);
  ENV(y);
  p = lwt_fail(exn(LWT_FAILURE));
  CHECK_INT(lwt_on_cancel(p, env_unit, &y, env_drop), LWT_OK);
  CHECK_ENV(y, 0, 1);
  lwt_release(p);
  ENV(z);
  p = lwt_return(LWT_UNIT);
  CHECK_INT(lwt_on_cancel(p, env_unit, &z, env_drop), LWT_OK);
  CHECK_ENV(z, 0, 1);
  lwt_release(p);
  CHECK_TRACE("x");
}

/* When two pending promises become one: the outer's callbacks come before
 * the inner's, and what is attached afterwards comes after both. */
TEST(unified_promises_run_the_outers_callbacks_first) {
  lwt_u *u, *v;
  lwt_t *p = lwt_wait(&u), *inner = lwt_wait(&v);
  ENV_RETURNING(f, lwt_retain(inner));
  ENV(outer1);
  ENV(outer2);
  ENV(inner1);
  ENV(inner2);
  ENV(after);
  lwt_t *outer = lwt_bind(p, env_bind, &f, env_drop);
  lwt_on_termination(inner, env_unit, &inner1, env_drop);
  lwt_on_termination(outer, env_unit, &outer1, env_drop);
  lwt_on_termination(inner, env_unit, &inner2, env_drop);
  lwt_on_termination(outer, env_unit, &outer2, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("f");
  CHECK_SLEEPS(outer);
  lwt_on_termination(outer, env_unit, &after, env_drop);
  lwt_wakeup(v, LWT_INT(3));
  CHECK_TRACE("outer1 outer2 inner1 inner2 after");
  CHECK_RETURNS(outer, 3);
  CHECK_RETURNS(inner, 3);
}

TEST(unified_promises_run_all_cancel_callbacks_first) {
  lwt_u *u, *v;
  lwt_t *p = lwt_task(&u), *inner = lwt_task(&v);
  ENV_RETURNING(f, lwt_retain(inner));
  ENV(a);
  ENV(b);
  ENV(x);
  ENV(y);
  lwt_t *outer = lwt_bind(p, env_bind, &f, env_drop);
  lwt_on_termination(outer, env_unit, &a, env_drop);
  lwt_on_cancel(outer, env_unit, &x, env_drop);
  lwt_on_termination(inner, env_unit, &b, env_drop);
  lwt_on_cancel(inner, env_unit, &y, env_drop);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_TRACE("f");
  lwt_cancel(outer);
  CHECK_TRACE("x y a b");
  CHECK_FAILS(outer, LWT_CANCELED);
  CHECK_FAILS(inner, LWT_CANCELED);
  lwt_wakener_forget(v);
}

static void cancel_it(void *promise) {
  trace("(");
  lwt_cancel(promise);
  trace(")");
}
TEST(cancelling_inside_a_callback_of_another_cancel_nests) {
  lwt_u *u, *v;
  lwt_t *p = lwt_task(&u), *q = lwt_task(&v);
  ENV(a);
  ENV(b);
  lwt_on_cancel(p, cancel_it, q, NULL);
  lwt_on_termination(p, env_unit, &b, env_drop);
  lwt_on_cancel(q, env_unit, &a, env_drop);
  lwt_cancel(p);
  CHECK_TRACE("( a ) b");
  lwt_release(p);
  lwt_release(q);
  lwt_wakener_forget(u);
  lwt_wakener_forget(v);
}

TEST(cancelling_many_sets_all_first_and_runs_the_first_members_callbacks_first) {
  lwt_u *u[3];
  lwt_t *p[3];
  static const char *const names[] = {"p0", "p1", "p2"};
  struct env envs[3];
  for (int i = 0; i < 3; i++) {
    p[i] = lwt_task(&u[i]);
    envs[i] = (struct env){.name = names[i]};
    lwt_on_cancel(p[i], env_unit, &envs[i], env_drop);
    lwt_retain(p[i]);
  }
  lwt_t *all = lwt_join(p, 3);
  lwt_cancel(all);
  CHECK_TRACE("p0 p1 p2");
  CHECK_FAILS(all, LWT_CANCELED);
  for (int i = 0; i < 3; i++) {
    CHECK_FAILS(p[i], LWT_CANCELED);
    lwt_wakener_forget(u[i]);
  }
}
