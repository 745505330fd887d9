/* lwt_abandon_wakeups: deferred callbacks run when it is called. */
#include "promises.h"

static lwt_u *second;
static void defers(lwt_value v, void *env) {
  (void)v, (void)env;
  trace("first");
  lwt_wakeup_later(second, LWT_UNIT);
  trace("deferred");
  lwt_abandon_wakeups();
  trace("abandoned");
}
TEST(what_was_deferred_runs_when_it_is_asked_for) {
  lwt_u *first;
  ENV(later);
  lwt_t *p = lwt_wait(&first), *q = lwt_wait(&second);
  lwt_on_success(p, defers, NULL, NULL);
  lwt_on_success(q, env_value, &later, env_drop);
  lwt_wakeup(first, LWT_UNIT);
  CHECK_TRACE("first deferred later abandoned");
  CHECK_ENV(later, 1, 1);
  lwt_abandon_wakeups(); /* with nothing to do */
  lwt_release(p);
  lwt_release(q);
}

/* Each callback defers the next and asks for it: no stack for that. */
enum { MANY = 200000 };
static lwt_u **chain;
static long at;
static void next_one(lwt_value v, void *env) {
  (void)v, (void)env;
  if (++at < scaled(MANY)) {
    lwt_wakeup_later(chain[at], LWT_UNIT);
    lwt_abandon_wakeups();
  }
}
TEST(asking_again_and_again_needs_no_stack) {
  long n = scaled(MANY);
  chain = calloc((size_t)n, sizeof *chain);
  for (long i = 0; i < n; i++) {
    lwt_t *p = lwt_wait(&chain[i]);
    lwt_on_success(p, next_one, NULL, NULL);
    lwt_release(p);
  }
  lwt_wakeup(chain[0], LWT_UNIT);
  CHECK_INT(at, n);
  free(chain);
}
