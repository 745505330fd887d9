/* timeout: 120 */
/* Scenario 22. Lwt_seq: iter_n never exceeds its bound; a sequence that raises at
 * its first call. */
#include "promises.h"

#include <lwt_seq.h>

/* ------------------------------------------------------------------ bound --- */
enum { MOST = 64 };
static lwt_u *running[MOST + 1];
static int now, top;
static lwt_t *run_one(lwt_value v, void *env) {
  (void)v, (void)env;
  if (now > MOST) return lwt_fail(exn(LWT_FULL));
  lwt_t *p = lwt_task(&running[now++]);
  if (now > top) top = now;
  return p;
}
static unsigned long state = 42;
static int random_below(int n) {
  state = state * 6364136223846793005UL + 1442695040888963407UL;
  return (int)((state >> 33) % (unsigned long)n);
}
static long length;
static lwt_value numbers(size_t i, void *env) {
  (void)env;
  return (long)i < length ? LWT_INT(i) : LWT_NONE;
}
static lwt_t *sometimes_later(lwt_value v, void *env) {
  return random_below(3) == 0 ? lwt_return(LWT_UNIT) : run_one(v, env);
}

TEST(iter_n_never_exceeds_its_bound_and_reaches_it) {
  const int bounds[] = {1, 2, 3, 17, MOST};
  length = scaled(5000);
  lwt_seq *s = lwt_seq_of_seq(numbers, NULL, NULL);
  for (int i = 0; i < 5; i++)
    for (int kind = 0; kind < 2; kind++) {
      now = top = 0;
      lwt_t *p = lwt_seq_iter_n(s, bounds[i], kind ? sometimes_later : run_one, NULL, NULL);
      long rounds = 0;
      while (lwt_state(p) == LWT_SLEEP && now > 0) {
        int chosen = random_below(now);
        lwt_u *u = running[chosen];
        running[chosen] = running[--now];
        lwt_wakeup(u, LWT_UNIT);
        rounds++;
      }
      CHECK_RETURNS(p, 0);
      CHECK(top <= bounds[i]);
      if (kind == 0) {
        CHECK_INT(top, bounds[i] < length ? bounds[i] : length);
        CHECK_INT(rounds, length);
      }
    }
  lwt_seq_release(s);
}

static int asked;
static lwt_value count_asked(size_t i, void *env) {
  asked++;
  return numbers(i, env);
}
TEST(iter_n_asks_for_the_next_node_only_when_there_is_room) {
  length = 10;
  now = asked = 0;
  lwt_seq *s = lwt_seq_of_seq(count_asked, NULL, NULL);
  lwt_t *p = lwt_seq_iter_n(s, 3, run_one, NULL, NULL);
  CHECK_INT(asked, 3);
  lwt_wakeup(running[1], LWT_UNIT);
  CHECK_INT(asked, 4);
  /* A failure that is seen where room is looked for ends it, and leaves the others. */
  lwt_wakeup_exn(running[0], exn(LWT_CLOSED));
  CHECK_FAILS(p, LWT_CLOSED);
  CHECK_INT(asked, 4);
  CHECK_INT(lwt_wakeup(running[2], LWT_UNIT), LWT_OK);
  CHECK_INT(lwt_wakeup(running[3], LWT_UNIT), LWT_OK);
  lwt_seq_release(s);
}

TEST(iter_n_waits_for_all_at_the_end_also_after_a_failure) {
  length = 3;
  now = 0;
  lwt_seq *s = lwt_seq_of_seq(numbers, NULL, NULL);
  lwt_t *p = lwt_seq_iter_n(s, 5, run_one, NULL, NULL);
  lwt_wakeup_exn(running[2], exn(LWT_CLOSED));
  lwt_wakeup_exn(running[0], exn(LWT_FULL));
  CHECK_SLEEPS(p);
  lwt_wakeup(running[1], LWT_UNIT);
  CHECK_FAILS(p, LWT_CLOSED);
  lwt_seq_release(s);
}

/* ---------------------------------------------- raising at the first call --- */
static lwt_t *raises(void *env) {
  ++*(int *)env;
  lwt_raise(exn(LWT_CLOSED));
  return NULL;
}
static lwt_value map_fn(lwt_value v, void *env) { return (void)env, v; }
static lwt_t *bind_fn(lwt_value v, void *env) { return (void)env, lwt_return(v); }
static bool test_fn(lwt_value v, void *env) { return (void)v, (void)env, true; }
static void value_fn(lwt_value v, void *env) { (void)v, (void)env; }
static lwt_seq *flat_fn(lwt_value v, void *env) { return (void)env, lwt_seq_return(v); }
static lwt_value fold_fn(lwt_value g, lwt_value v, void *env) { return (void)v, (void)env, g; }
static lwt_t *fold_s_fn(lwt_value g, lwt_value v, void *env) {
  return (void)v, (void)env, lwt_return(g);
}

TEST(a_sequence_that_raises_at_its_first_call_is_a_failure_in_every_function) {
  int asked_it = 0, times = 0;
  lwt_seq *s = lwt_seq_from(raises, &asked_it, NULL);
#define FAILS(promise) (CHECK_FAILS(promise, LWT_CLOSED), CHECK_INT(asked_it, ++times))
  FAILS(lwt_seq_next(s));
  FAILS(lwt_seq_to_list(s));
  FAILS(lwt_seq_iter(s, value_fn, NULL, NULL));
  FAILS(lwt_seq_iter_s(s, bind_fn, NULL, NULL));
  FAILS(lwt_seq_iter_p(s, bind_fn, NULL, NULL));
  FAILS(lwt_seq_iter_n(s, 2, bind_fn, NULL, NULL));
  FAILS(lwt_seq_fold_left(s, LWT_UNIT, NULL, fold_fn, NULL, NULL));
  FAILS(lwt_seq_fold_left_s(s, LWT_UNIT, NULL, fold_s_fn, NULL, NULL));
  lwt_seq *made[] = {lwt_seq_append(lwt_seq_retain(s), lwt_seq_empty()),
                     lwt_seq_append(lwt_seq_empty(), lwt_seq_retain(s)),
                     lwt_seq_cons(LWT_UNIT, lwt_seq_retain(s)),
                     lwt_seq_map(lwt_seq_retain(s), map_fn, NULL, NULL),
                     lwt_seq_map_s(lwt_seq_retain(s), bind_fn, NULL, NULL),
                     lwt_seq_filter(lwt_seq_retain(s), test_fn, NULL, NULL),
                     lwt_seq_filter_s(lwt_seq_retain(s), bind_fn, NULL, NULL),
                     lwt_seq_filter_map(lwt_seq_retain(s), map_fn, NULL, NULL),
                     lwt_seq_filter_map_s(lwt_seq_retain(s), bind_fn, NULL, NULL),
                     lwt_seq_flat_map(lwt_seq_retain(s), flat_fn, NULL, NULL)};
  for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
    FAILS(lwt_seq_to_list(made[i]));
    lwt_seq_release(made[i]);
  }
  lwt_seq_release(s);
}
