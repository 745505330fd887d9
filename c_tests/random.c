/* timeout: 240 */
/* Random programs: promises made, composed, watched, woken, cancelled and
 * released at random, also from inside callbacks. After each step what must
 * always hold is checked: who resolves with whom, that watchers run once and
 * in order, that nothing resolved ever changes; and at the end of each
 * program, that every environment and every owned value was dropped once.
 *
 * LWT_TEST_SEED=n runs the program of that number alone. */
#include "promises.h"

#include <pthread.h>

static uint64_t state;
static unsigned dice(unsigned n) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)(state >> 33) % n;
}

/* ------------------------------------------------------------- records --- */
enum { SLOTS = 24, RECORDS = 4000, RELATIONS = 400 };
/* An environment or an owned value. */
struct record {
  const char *what;
  int ran, dropped;
  bool late;              /* attached to a promise that was resolved already */
  long when;              /* the number of the run */
  struct relation *about; /* of a bind: what its callback returned goes here */
};
static struct record records[RECORDS];
static int used;
static long runs;
static struct record *record(const char *what) {
  struct record *r = &records[used < RECORDS - 1 ? used++ : used];
  memset(r, 0, sizeof *r);
  r->what = what;
  return r;
}
static bool full(void) { return used >= RECORDS - 64; }
static void drop_record(void *data) { ((struct record *)data)->dropped++; }

enum kind { SAME, FOLLOWS, ALL, FIRST, BOUND, PROTECTED };
/* How the state of q hangs on that of others; each is held by a reference. */
struct relation {
  enum kind kind;
  lwt_t *q, *others[3], *inner;
  int n;
};
static struct relation relations[RELATIONS];
static int related;

/* A promise that the program holds, and the wakener that it may have. */
struct slot {
  lwt_t *p;
  struct record *watchers[6];
  int watched;
  lwt_promise_state seen;
};
static struct slot slots[SLOTS];
static lwt_u *wakeners[SLOTS];
static int depth;

static struct slot *any_slot(void) { return &slots[dice(SLOTS)]; }
static lwt_t *any_promise(void) {
  for (int i = 0; i < 10; i++) {
    struct slot *s = any_slot();
    if (s->p != NULL) return lwt_retain(s->p);
  }
  return lwt_return(LWT_INT(dice(100)));
}
static struct relation *relate(enum kind kind, lwt_t *q, lwt_t *const *others, int n) {
  if (related == RELATIONS || dice(2)) return NULL;
  struct relation *r = &relations[related++];
  memset(r, 0, sizeof *r);
  r->kind = kind;
  if (q != NULL) r->q = lwt_retain(q);
  r->n = n;
  for (int i = 0; i < n; i++) r->others[i] = lwt_retain(others[i]);
  return r;
}

/* -------------------------------------------------------------- steps --- */
static void step(void);
static void empty(struct slot *s) {
  lwt_t *p = s->p;
  s->p = NULL; /* releasing may run callbacks, which take steps */
  s->watched = 0;
  if (p != NULL) lwt_release(p);
}
static void keep(lwt_t *p) {
  struct slot *s = any_slot();
  empty(s);
  while (s->p != NULL) s = any_slot(), empty(s);
  s->p = p;
  s->watched = 0;
  s->seen = LWT_SLEEP;
}
static void maybe_step(void) {
  if (depth < 4 && dice(4) == 0) {
    depth++;
    step();
    depth--;
  }
}
static lwt_t *some_result(void) {
  switch (dice(6)) {
    case 0: return lwt_fail(exn(LWT_FULL));
    case 1:
    case 2: return lwt_return(LWT_INT(dice(50)));
    case 3: {
      struct record *value = record("a value");
      value->ran = 1;
      return full() ? (value->dropped = 1, lwt_return(LWT_UNIT))
                    : lwt_return_owned(value, drop_record);
    }
    default: return any_promise();
  }
}
static lwt_t *called(void *data) {
  struct record *r = data;
  r->ran++;
  maybe_step();
  lwt_t *result = some_result();
  if (r->about != NULL) r->about->inner = lwt_retain(result);
  maybe_step();
  return result;
}
static lwt_t *on_value(lwt_value v, void *data) { return (void)v, called(data); }
/* The value is ours: an owned record, the list of a group, or a plain word. */
static lwt_t *on_owned(lwt_value v, void *data) {
  if ((char *)v >= (char *)records && (char *)v < (char *)(records + RECORDS))
    drop_record(v);
  else if ((uintptr_t)v > 4096)
    lwt_values_release(v);
  return called(data);
}
static lwt_t *on_exn(const lwt_exn *e, void *data) { return (void)e, called(data); }
static lwt_t *on_end(void *data) { return called(data); }
static lwt_value on_map(lwt_value v, void *data) {
  ((struct record *)data)->ran++;
  maybe_step();
  return dice(5) == 0 ? lwt_raise(exn(LWT_CLOSED)) : v == NULL ? LWT_INT(1) : LWT_INT(2);
}
static void watcher(void *data) {
  struct record *r = data;
  r->ran++;
  r->when = ++runs;
  maybe_step();
}

static void compose(void) {
  struct record *r = record("a callback");
  lwt_t *p = any_promise(), *q = NULL;
  struct relation *about = NULL;
  switch (dice(9)) {
    case 0:
    case 1:
      about = relate(BOUND, NULL, &p, 1);
      r->about = about;
      q = lwt_bind(p, on_value, r, drop_record);
      break;
    case 2: q = lwt_bind_owned(p, on_owned, r, drop_record); break;
    case 3:
      about = relate(SAME, NULL, &p, 1);
      q = lwt_map(p, on_map, r, drop_record);
      break;
    case 4: q = lwt_catch(p, on_exn, r, drop_record); break;
    case 5: q = lwt_try_bind(p, on_value, on_exn, r, drop_record); break;
    case 6:
      about = relate(FOLLOWS, NULL, &p, 1);
      q = lwt_finalize(p, on_end, r, drop_record);
      break;
    case 7:
      r->dropped = 1;
      about = relate(SAME, NULL, &p, 1);
      q = lwt_no_cancel(p);
      break;
    case 8:
      r->dropped = 1;
      about = relate(PROTECTED, NULL, &p, 1);
      q = dice(2) ? lwt_protected(p) : lwt_wrap_in_cancelable(p);
      break;
  }
  if (about != NULL) about->q = lwt_retain(q);
  keep(q);
}
static void group(void) {
  lwt_t *members[3];
  int n = 1 + (int)dice(3);
  for (int i = 0; i < n; i++) members[i] = any_promise();
  unsigned which = dice(6);
  struct relation *r = relate(which < 2 ? ALL : FIRST, NULL, members, n);
  lwt_t *q = which == 0   ? lwt_join(members, (size_t)n)
             : which == 1 ? lwt_all(members, (size_t)n)
             : which == 2 ? lwt_choose(members, (size_t)n)
             : which == 3 ? lwt_pick(members, (size_t)n)
             : which == 4 ? lwt_nchoose(members, (size_t)n)
                          : lwt_npick(members, (size_t)n);
  if (r != NULL) r->q = lwt_retain(q);
  keep(q);
}
static void wake(void) {
  unsigned i = dice(SLOTS);
  lwt_u *u = wakeners[i];
  if (u == NULL) return;
  wakeners[i] = NULL;
  switch (dice(8)) {
    case 0: lwt_wakeup_exn(u, exn(dice(4) ? LWT_FULL : LWT_CANCELED)); break;
    case 1: lwt_wakeup_later(u, LWT_INT(3)); break;
    case 2: lwt_wakeup_later_exn(u, exn(LWT_CLOSED)); break;
    case 3:
    case 4: {
      struct record *value = record("a value");
      value->ran = 1;
      if (dice(2))
        lwt_wakeup_owned(u, value, drop_record);
      else
        lwt_wakeup_later_owned(u, value, drop_record);
      break;
    }
    case 5: lwt_wakener_release(u); break;
    case 6:
      if (dice(3) == 0) {
        lwt_wakener_forget(u);
        break;
      }
      /* fall through */
    default: lwt_wakeup(u, LWT_INT(4)); break;
  }
}
static void watch(void) {
  struct slot *s = any_slot();
  if (s->p == NULL || s->watched == 6) return;
  struct record *r = record("a watcher");
  lwt_t *p = lwt_retain(s->p);
  s->watchers[s->watched++] = r;
  r->late = lwt_state(p) != LWT_SLEEP;
  CHECK_INT(lwt_on_termination(p, watcher, r, drop_record), LWT_OK);
  lwt_release(p);
}
static void take(void) {
  struct slot *s = any_slot();
  lwt_t *p = s->p;
  if (p == NULL) return;
  lwt_drop_fn drop = NULL;
  s->p = NULL;
  s->watched = 0;
  lwt_value v = lwt_take_with(p, &drop);
  if (drop != NULL) drop(v);
}
static void make(void) {
  unsigned i = dice(SLOTS);
  if (wakeners[i] != NULL) return;
  lwt_u *u;
  lwt_t *p = dice(2) ? lwt_task(&u) : lwt_wait(&u);
  wakeners[i] = u;
  keep(p);
}
/* Steps under a binding; its value is dropped after the last that sees it. */
static lwt_key *key;
static lwt_t *under_binding(void *data) {
  struct record *r = data;
  lwt_value seen = LWT_UNIT;
  r->ran++;
  if (!lwt_get(key, &seen) || ((struct record *)seen)->dropped > 0) r->ran = 99;
  depth++;
  for (int i = dice(4); i > 0; i--) step();
  depth--;
  return some_result();
}
static void bind_key(void) {
  struct record *r = record("a callback"), *bound = record("a bound value");
  lwt_value value = bound;
  bound->ran = 1;
  keep(lwt_with_value(key, &value, drop_record, under_binding, r, drop_record));
}
/* Calls nested beyond the bound, and steps in the innermost. */
static lwt_t *down(lwt_value v, void *data) {
  intptr_t left = LWT_TO_INT(v);
  if (left > 0) return lwt_bind(lwt_return(LWT_INT(left - 1)), down, data, NULL);
  return called(data);
}
static void nest(void) {
  struct record *r = record("a callback");
  lwt_t *start = lwt_return(LWT_INT(100 + dice(100)));
  struct relation *about = relate(BOUND, NULL, &start, 1);
  r->about = about;
  lwt_t *q = lwt_bind(start, down, r, drop_record);
  if (about != NULL) about->q = lwt_retain(q);
  keep(q);
}
static void on_nothing(lwt_value v, void *data) { (void)v, ((struct record *)data)->ran++; }
static void on_failed(const lwt_exn *e, void *data) { (void)e, ((struct record *)data)->ran++; }
static void on_cancelled(void *data) { ((struct record *)data)->ran++; }
static lwt_t *in_background(void *data) { return called(data); }
static void others(void) {
  struct record *r = record("a callback");
  lwt_t *p = any_promise();
  switch (dice(7)) {
    case 0: lwt_on_success(p, on_nothing, r, drop_record); break;
    case 1: lwt_on_failure(p, on_failed, r, drop_record); break;
    case 2: lwt_on_any(p, on_nothing, on_failed, r, drop_record); break;
    case 3:
    case 4: lwt_on_cancel(p, on_cancelled, r, drop_record); break;
    case 5: lwt_async(in_background, r, drop_record); break;
    default:
      lwt_retain(p);
      lwt_release_anywhere(p);
      r->dropped = 1;
      break;
  }
  lwt_release(p);
}
static void step(void) {
  if (full()) return;
  switch (dice(24)) {
    case 20: bind_key(); break;
    case 21: nest(); break;
    case 22:
    case 23: others(); break;
    case 0:
    case 1:
    case 2: make(); break;
    case 3:
    case 4:
    case 5:
    case 6:
    case 7: compose(); break;
    case 8:
    case 9: group(); break;
    case 10:
    case 11:
    case 12: watch(); break;
    case 13:
    case 14:
    case 15: wake(); break;
    case 16: {
      lwt_t *p = any_promise();
      lwt_cancel(p);
      lwt_release(p);
      break;
    }
    case 17: empty(any_slot()); break;
    case 18: take(); break;
    default:
      if (dice(4) == 0)
        lwt_wakeup_paused();
      else
        keep(lwt_pause());
      break;
  }
}

/* -------------------------------------------------------------- checks --- */
static long program;
static bool broken;
static long taken;
#define HOLDS(condition)                                              \
  do {                                                                \
    if (!(condition) && !broken) {                                    \
      broken = true;                                                  \
      CHECK(condition);                                               \
      fprintf(stderr, "  in program %ld, after step %ld\n", program, taken); \
    }                                                                 \
  } while (0)

static void check_relation(const struct relation *r) {
  if (r->q == NULL) return;
  bool q = lwt_state(r->q) != LWT_SLEEP;
  int resolved = 0;
  for (int i = 0; i < r->n; i++) resolved += lwt_state(r->others[i]) != LWT_SLEEP;
  switch (r->kind) {
    case SAME: HOLDS(q == (resolved == 1)); break;
    case FOLLOWS: HOLDS(!q || resolved == 1); break;
    case PROTECTED: HOLDS(q || resolved == 0); break;
    case ALL: HOLDS(q == (resolved == r->n)); break;
    case FIRST: HOLDS(q == (resolved > 0)); break;
    case BOUND:
      HOLDS(!q || resolved == 1);
      if (lwt_state(r->others[0]) == LWT_FAIL) HOLDS(lwt_state(r->q) == LWT_FAIL);
      if (r->inner != NULL) HOLDS(lwt_state(r->q) == lwt_state(r->inner));
      break;
  }
}
static void check_all(void) {
  for (int i = 0; i < SLOTS; i++) {
    struct slot *s = &slots[i];
    if (s->p == NULL) continue;
    lwt_promise_state now = lwt_state(s->p);
    HOLDS(s->seen == LWT_SLEEP || s->seen == now);
    s->seen = now;
    long last = 0;
    for (int k = 0; k < s->watched; k++) {
      struct record *r = s->watchers[k];
      HOLDS(r->ran == (now != LWT_SLEEP));
      HOLDS(r->dropped >= r->ran); /* unrun, it is dropped by a forget */
      if (r->late) continue;
      if (r->ran) HOLDS(r->when > last);
      last = r->when;
    }
  }
  for (int i = 0; i < related; i++) check_relation(&relations[i]);
}

static void *run_program(void *data) {
  program = (intptr_t)data;
  state = 0x9e3779b97f4a7c15u * (uint64_t)(program + 1) | 1;
  used = related = depth = 0;
  runs = 0;
  broken = false;
  long steps = 20 + dice(400);
  for (taken = 0; taken < steps && !broken; taken++) {
    step();
    check_all();
  }
  for (int i = 0; i < SLOTS; i++) {
    if (wakeners[i] != NULL && dice(2)) {
      lwt_wakeup(wakeners[i], LWT_UNIT);
      check_all();
    } else if (wakeners[i] != NULL) {
      lwt_wakener_forget(wakeners[i]);
    }
    wakeners[i] = NULL;
  }
  check_all();
  for (int i = 0; i < SLOTS; i++) empty(&slots[i]);
  for (int i = 0; i < related; i++) {
    lwt_release(relations[i].q);
    for (int k = 0; k < relations[i].n; k++) lwt_release(relations[i].others[k]);
    if (relations[i].inner != NULL) lwt_release(relations[i].inner);
  }
  related = 0;
  for (int i = 0; i < SLOTS; i++) { /* callbacks that ran meanwhile made more */
    empty(&slots[i]);
    if (wakeners[i] != NULL) lwt_wakener_forget(wakeners[i]);
    wakeners[i] = NULL;
  }
  return NULL;
}

TEST(what_must_always_hold_holds_in_random_programs) {
  const char *seed = getenv("LWT_TEST_SEED");
  long first = seed != NULL ? atol(seed) : 0, n = seed != NULL ? 1 : scaled(20000);
  hook_install();
  key = lwt_new_key();
  for (long i = first; i < first + n; i++) {
    pthread_t thread;
    /* A thread of its own: circles of promises are freed with it. */
    if (!CHECK_INT(pthread_create(&thread, NULL, run_program, (void *)(intptr_t)i), 0)) return;
    pthread_join(thread, NULL);
    for (int k = 0; k < used; k++) {
      if (records[k].dropped != 1 && !broken) fprintf(stderr, "  the environment of %s:\n", records[k].what);
      HOLDS(records[k].dropped == 1);
      HOLDS(records[k].ran <= 1);
    }
    if (check_failures > 5) return;
  }
}
