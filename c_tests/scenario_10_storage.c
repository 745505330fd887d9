/* Scenario 10: storage is visible in each kind of callback, and put back for
 * the caller of a wake-up or cancel, after a raise too. Rules S1 to S5, R9. */
#include "promises.h"

static lwt_key *key;
static intptr_t bound(void) {
  lwt_value v;
  return lwt_get(key, &v) ? LWT_TO_INT(v) : -1;
}
static int runs;
static bool raising;
static void check(void) {
  CHECK_INT(bound(), 7);
  runs++;
}
static lwt_t *result(void) {
  check();
  if (raising) lwt_raise(exn(LWT_FULL));
  return lwt_return_unit();
}
static lwt_t *in_bind(lwt_value v, void *env) { return (void)v, (void)env, result(); }
static lwt_t *in_catch(const lwt_exn *e, void *env) { return (void)e, (void)env, result(); }
static lwt_t *in_finalize(void *env) { return (void)env, result(); }
static lwt_value in_map(lwt_value v, void *env) {
  (void)v, (void)env;
  check();
  return raising ? lwt_raise(exn(LWT_FULL)) : LWT_UNIT;
}
static void in_unit(void *env) {
  (void)env;
  check();
  if (raising) lwt_raise(exn(LWT_FULL));
}
static void in_value(lwt_value v, void *env) { (void)v, in_unit(env); }
static void in_exn(const lwt_exn *e, void *env) { (void)e, in_unit(env); }

/* Attaches all kinds of callbacks; called where the key is bound. */
static lwt_t *attach(void *data) {
  lwt_t *p = data, *results[] = {
    lwt_bind(lwt_retain(p), in_bind, NULL, NULL),
    lwt_bind_owned(lwt_retain(p), in_bind, NULL, NULL),
    lwt_map(lwt_retain(p), in_map, NULL, NULL),
    lwt_catch(lwt_retain(p), in_catch, NULL, NULL),
    lwt_try_bind(lwt_retain(p), in_bind, in_catch, NULL, NULL),
    lwt_finalize(lwt_retain(p), in_finalize, NULL, NULL),
  };
  lwt_on_success(p, in_value, NULL, NULL);
  lwt_on_failure(p, in_exn, NULL, NULL);
  lwt_on_termination(p, in_unit, NULL, NULL);
  lwt_on_any(p, in_value, in_exn, NULL, NULL);
  lwt_on_cancel(p, in_unit, NULL, NULL);
  /* The results' failures don't matter here. */
  for (size_t i = 0; i < sizeof results / sizeof *results; i++) lwt_release(results[i]);
  CHECK_INT(bound(), 7);
  return lwt_return_unit();
}

enum how { VALUE, FAILURE, CANCEL, VALUE_LATER, FAILURE_LATER, HOWS };
static const int expected[HOWS] = {8, 6, 7, 8, 6};
static void wake(enum how how, lwt_t *p, lwt_u *u) {
  switch (how) {
    case VALUE: lwt_wakeup(u, LWT_UNIT); break;
    case FAILURE: lwt_wakeup_exn(u, exn(LWT_EMPTY)); break;
    case CANCEL: lwt_cancel(p), lwt_wakener_forget(u); break;
    case VALUE_LATER: lwt_wakeup_later(u, LWT_UNIT); break;
    default: lwt_wakeup_later_exn(u, exn(LWT_EMPTY)); break;
  }
}
struct task {
  enum how how;
  lwt_t *p;
  lwt_u *u;
};
static lwt_t *wakes_inside(void *data) {
  struct task *t = data;
  CHECK_INT(bound(), 9);
  wake(t->how, t->p, t->u);
  CHECK_INT(bound(), 9); /* as the caller had it */
  return lwt_return_unit();
}

TEST(each_kind_of_callback_sees_it_and_the_caller_keeps_its_own) {
  hook_install();
  key = lwt_new_key();
  for (int raise = 0; raise < 2; raise++)
    for (int how = 0; how < HOWS; how++) {
      raising = raise, runs = 0;
      struct task t = {.how = how};
      lwt_value seven = LWT_INT(7), nine = LWT_INT(9);
      t.p = lwt_task(&t.u);
      lwt_release(lwt_with_value(key, &seven, NULL, attach, t.p, NULL));
      CHECK_INT(bound(), -1);
      CHECK_INT(runs, 0);
      lwt_release(lwt_with_value(key, &nine, NULL, wakes_inside, &t, NULL));
      CHECK_INT(runs, expected[how]);
      CHECK_INT(bound(), -1);
      lwt_release(t.p);
    }
}

static lwt_t *raises_inside(void *env) {
  (void)env;
  CHECK_INT(bound(), 3);
  lwt_raise(exn(LWT_FULL));
  return NULL;
}
TEST(it_is_put_back_after_a_function_that_raises) {
  lwt_value three = LWT_INT(3);
  CHECK_FAILS(lwt_with_value(key, &three, NULL, raises_inside, NULL, NULL), LWT_FULL);
  CHECK_INT(bound(), -1);
}
static lwt_t *stays_pending(void *p) { return p; }
TEST(it_is_put_back_when_the_function_returns_not_when_its_promise_resolves) {
  lwt_u *u;
  lwt_value three = LWT_INT(3);
  lwt_t *r = lwt_with_value(key, &three, NULL, stays_pending, lwt_wait(&u), NULL);
  CHECK_SLEEPS(r);
  CHECK_INT(bound(), -1);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(r, 0);
}
static lwt_t *hidden(void *env) {
  (void)env;
  CHECK_INT(bound(), -1);
  return lwt_return_unit();
}
static lwt_t *hides(void *env) {
  CHECK_INT(bound(), 3);
  lwt_release(lwt_with_value(key, NULL, NULL, hidden, env, NULL));
  CHECK_INT(bound(), 3);
  lwt_value four = LWT_INT(4);
  lwt_release(lwt_with_value(lwt_new_key(), &four, NULL, raises_inside, env, NULL));
  CHECK_INT(bound(), 3);
  return lwt_return_unit();
}
TEST(hiding_shadows_and_other_keys_are_another_matter) {
  lwt_value three = LWT_INT(3);
  CHECK_RETURNS(lwt_with_value(key, &three, NULL, hides, NULL, NULL), 0);
}

/* The snapshot is that of the attachment, not of where the callback was made. */
static struct env *closure;
static lwt_t *attach_closure(void *p) { return lwt_map(p, in_map, closure, NULL); }
TEST(the_snapshot_belongs_to_the_attachment) {
  lwt_u *u;
  ENV(f);
  closure = &f;
  raising = false, runs = 0;
  lwt_value seven = LWT_INT(7), nine = LWT_INT(9);
  lwt_t *r = lwt_with_value(key, &seven, NULL, attach_closure, lwt_wait(&u), NULL);
  struct task t = {.how = VALUE, .u = u};
  lwt_release(lwt_with_value(key, &nine, NULL, wakes_inside, &t, NULL));
  CHECK_INT(runs, 1);
  CHECK_RETURNS(r, 0);
}
