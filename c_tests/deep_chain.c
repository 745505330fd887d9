/* timeout: 240 */
/* Ten million pending binds in a chain, resolved, cancelled and given up,
 * without growing the stack: all on a stack of 64 KiB. */
#include "small_stack.h"

static long runs, drops;
static lwt_t *pass(lwt_value v, void *env) {
  (void)env;
  runs++;
  return lwt_return(LWT_INT(LWT_TO_INT(v) + 1));
}
static lwt_value pass_map(lwt_value v, void *env) {
  (void)env;
  runs++;
  return LWT_INT(LWT_TO_INT(v) + 1);
}
static lwt_t *pass_exn(const lwt_exn *e, void *env) {
  (void)env;
  runs++;
  return lwt_fail(lwt_exn_retain(e));
}
static lwt_t *clean(void *env) {
  (void)env;
  runs++;
  return lwt_return(LWT_UNIT);
}
static void drop(void *env) {
  (void)env;
  drops++;
}

static lwt_u *u;
static lwt_t *chain(long n) {
  lwt_t *p = lwt_task(&u);
  runs = drops = 0;
  for (long i = 0; i < n; i++) p = lwt_bind(p, pass, NULL, drop);
  return p;
}
static long long_chain(void) { return scaled(10000000); }

static void resolve_binds(void) {
  long n = long_chain();
  lwt_t *p = chain(n);
  lwt_wakeup(u, LWT_INT(0));
  CHECK_RETURNS(p, n);
  CHECK_INT(runs, n);
  CHECK_INT(drops, n);
}
TEST(ten_million_pending_binds_resolve) { on_small_stack(SMALL_STACK, resolve_binds); }

static void fail_binds(void) {
  long n = long_chain();
  lwt_t *p = chain(n);
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);
  CHECK_INT(runs, 0);
  CHECK_INT(drops, n);
}
TEST(ten_million_pending_binds_fail) { on_small_stack(SMALL_STACK, fail_binds); }

static void cancel_binds(void) {
  long n = long_chain();
  lwt_t *p = chain(n);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(drops, n);
  lwt_wakener_forget(u);
}
TEST(ten_million_pending_binds_are_cancelled_from_the_far_end) {
  on_small_stack(SMALL_STACK, cancel_binds);
}

static void give_up_binds(void) {
  long n = long_chain();
  lwt_release(chain(n));
  CHECK_INT(drops, 0);
  lwt_wakener_forget(u);
  CHECK_INT(drops, n);
  CHECK_INT(runs, 0);
}
TEST(ten_million_pending_binds_are_freed_with_their_wakener) {
  on_small_stack(SMALL_STACK, give_up_binds);
}

static void give_up_held_binds(void) {
  long n = long_chain();
  lwt_t *p = chain(n);
  lwt_wakener_forget(u);
  CHECK_SLEEPS(p);
  lwt_release(p);
  CHECK_INT(drops, n);
}
TEST(ten_million_pending_binds_are_freed_with_their_last_promise) {
  on_small_stack(SMALL_STACK, give_up_held_binds);
}

static void end_of_thread(void) { lwt_release(chain(scaled(1000000))); }
TEST(a_million_pending_binds_are_freed_when_their_thread_ends) {
  on_small_stack(SMALL_STACK, end_of_thread);
  CHECK_INT(drops, scaled(1000000));
}

/* A chain of every kind of link. */
static lwt_t *mixed(long n) {
  lwt_t *p = lwt_task(&u);
  runs = drops = 0;
  for (long i = 0; i < n; i++) switch (i % 8) {
      case 0: p = lwt_bind(p, pass, NULL, drop); break;
      case 1: p = lwt_map(p, pass_map, NULL, drop); break;
      case 2: p = lwt_catch(p, pass_exn, NULL, drop); break;
      case 3: p = lwt_try_bind(p, pass, pass_exn, NULL, drop); break;
      case 4: p = lwt_finalize(p, clean, NULL, drop); break;
      case 5: p = lwt_bind_owned(p, pass, NULL, drop); break;
      case 6: p = lwt_join(&p, 1); break;
      case 7: p = lwt_wrap_in_cancelable(p); break;
    }
  return p;
}
static void mixed_chain(void) {
  long n = scaled(2000000) / 8 * 8 + 8, per = n / 8;
  lwt_t *p = mixed(n);
  lwt_wakeup(u, LWT_INT(0));
  CHECK_STATE(p, LWT_RETURN);
  CHECK_INT(runs, 5 * per);
  CHECK_INT(drops, 6 * per);
  lwt_release(p);
  p = mixed(n);
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);
  CHECK_INT(runs, 3 * per);
  CHECK_INT(drops, 6 * per);
  lwt_release(mixed(n));
  lwt_wakener_forget(u);
  CHECK_INT(runs, 0);
  CHECK_INT(drops, 6 * per);
  p = mixed(n);
  lwt_wakener_forget(u);
  lwt_release(p);
  CHECK_INT(drops, 6 * per);
}
TEST(a_chain_of_every_kind_of_link_resolves_fails_and_is_freed) {
  on_small_stack(SMALL_STACK, mixed_chain);
}

/* Picks in picks. */
static lwt_u **others;
static lwt_t *nested(lwt_t *(*group)(lwt_t *const *, size_t), long n) {
  lwt_t *p = lwt_task(&u);
  for (long i = 0; i < n; i++) {
    lwt_t *members[2] = {p, lwt_task(&others[i])};
    p = group(members, 2);
  }
  return p;
}
static void forget_others(long n) {
  for (long i = 0; i < n; i++) lwt_wakener_forget(others[i]);
}
static void nested_groups(void) {
  static lwt_t *(*const groups[])(lwt_t *const *, size_t) = {lwt_pick, lwt_choose, lwt_join};
  long n = scaled(500000);
  others = malloc((size_t)n * sizeof *others);
  for (int g = 0; g < 3; g++) {
    lwt_t *p = nested(groups[g], n);
    lwt_cancel(p);
    CHECK_FAILS(p, LWT_CANCELED);
    forget_others(n);
    lwt_wakener_forget(u);
    p = nested(groups[g], n);
    lwt_wakeup(u, LWT_INT(3));
    if (g < 2)
      CHECK_RETURNS(p, 3);
    else
      CHECK_SLEEPS(p), lwt_release(p);
    forget_others(n);
    lwt_release(nested(groups[g], n));
    forget_others(n);
    lwt_wakener_forget(u);
  }
  free(others);
}
TEST(picks_chooses_and_joins_nested_half_a_million_deep) {
  on_small_stack(SMALL_STACK, nested_groups);
}

/* A million proxies: each bind returns the promise of the next one. */
static lwt_t **rings;
static lwt_t *to_next(lwt_value v, void *env) { return (void)v, lwt_retain(env); }
static void long_proxy(void) {
  long n = scaled(1000000);
  lwt_u **wakeners = malloc((size_t)n * sizeof *wakeners);
  lwt_u *last;
  lwt_t *target = lwt_task(&last);
  rings = malloc((size_t)n * sizeof *rings);
  for (int inside_out = 0; inside_out < 2; inside_out++) {
    for (long i = n; i-- > 0;)
      rings[i] = lwt_bind(lwt_wait(&wakeners[i]), to_next, i + 1 < n ? rings[i + 1] : target, NULL);
    for (long i = 0; i < n; i++) lwt_wakeup(wakeners[inside_out ? n - 1 - i : i], LWT_UNIT);
    CHECK_SLEEPS(rings[0]);
    if (inside_out) lwt_wakeup(last, LWT_INT(4));
    for (long i = 0; i < n; i++) {
      if (inside_out && lwt_value_of(rings[i]) != LWT_INT(4)) CHECK(false);
      lwt_release(rings[i]);
    }
  }
  CHECK_RETURNS(target, 4);
  free(wakeners);
  free(rings);
}
TEST(a_million_proxies_in_a_row) { on_small_stack(SMALL_STACK, long_proxy); }
