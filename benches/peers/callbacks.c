/* Callbacks written by hand, as programs on libuv are: what waits is a record with a
 * function, and who completes it calls that function. No library and no loop; what a
 * program would have in files of their own is kept from being inlined. */
#include "common.h"
#define APART __attribute__((noinline))
static const char *P = "callbacks", *V, *cas;
static uint64_t N, count, sum;
#define VARIANT(s) (!strcmp(V, s))

/* ---------- who waits: a queue of records ---------- */
typedef void (*done_fn)(void *env, uint64_t value);
typedef struct waiter { struct waiter *next; done_fn done; void *env; uint64_t value; } waiter;
typedef struct { waiter *first, **last; } queue;

static void queue_init(queue *q) { q->first = NULL; q->last = &q->first; }
static void enqueue(queue *q, uint64_t value, done_fn done, void *env) {
  waiter *w = malloc(sizeof *w);
  if (!w) die("malloc");
  *w = (waiter){NULL, done, env, value};
  *q->last = w;
  q->last = &w->next;
}
/* The first of a queue that is not empty. */
static waiter dequeue(queue *q) {
  waiter *w = q->first, first = *w;
  q->first = w->next;
  if (!q->first) q->last = &q->first;
  free(w);
  return first;
}

/* ---------- a place for one value ---------- */
typedef struct { int full; uint64_t value; queue takers, putters; } box;
APART static void box_put(box *b, uint64_t value, done_fn done, void *env) {
  if (b->full) { enqueue(&b->putters, value, done, env); return; }
  if (b->takers.first) {
    waiter taker = dequeue(&b->takers);
    taker.done(taker.env, value);
  } else {
    b->full = 1;
    b->value = value;
  }
  done(env, 0);
}
APART static void box_take(box *b, done_fn done, void *env) {
  if (!b->full) { enqueue(&b->takers, 0, done, env); return; }
  uint64_t value = b->value;
  if (b->putters.first) {
    waiter putter = dequeue(&b->putters);
    b->value = putter.value;
    putter.done(putter.env, 0);
  } else b->full = 0;
  done(env, value);
}

/* ---------- a lock ---------- */
typedef struct { int locked; queue waiters; } lock;
APART static void lock_take(lock *l, done_fn done, void *env) {
  if (l->locked) { enqueue(&l->waiters, 0, done, env); return; }
  l->locked = 1;
  done(env, 0);
}
APART static void lock_give(lock *l) {
  if (!l->waiters.first) { l->locked = 0; return; }
  waiter w = dequeue(&l->waiters);
  w.done(w.env, 0);
}

/* ---------- a channel without bound ---------- */
typedef struct { queue elements, readers; int closed; } channel;
APART static void channel_push(channel *c, uint64_t value) {
  if (!c->readers.first) { enqueue(&c->elements, value, NULL, NULL); return; }
  waiter reader = dequeue(&c->readers);
  reader.done(reader.env, value);
}
APART static void channel_next(channel *c, done_fn done, void *env) {
  if (!c->elements.first) { enqueue(&c->readers, 0, done, env); return; }
  waiter element = dequeue(&c->elements);
  done(env, element.value);
}
/* A function for each element until the end, which must have been pushed. */
APART static void channel_each(channel *c, done_fn each, done_fn end, void *env) {
  while (c->elements.first) each(env, dequeue(&c->elements).value);
  if (!c->closed) die("not closed");
  end(env, 0);
}

/* ---------- the user's side of these ---------- */
static uint64_t ended;
static void add(void *env, uint64_t value) { *(uint64_t *)env += value; }
static void end(void *env, uint64_t value) { (void)env; (void)value; ended++; }
static void in_order(void *env, uint64_t value) {
  if (value != ++*(uint64_t *)env) die("out of order");
}
static void locked(void *env, uint64_t value) { (void)value; ++*(uint64_t *)env; }

static void mvar_handover(void) {
  box b = {0};
  queue_init(&b.takers), queue_init(&b.putters);
  for (uint64_t i = 0; i < N; i++) {
    box_take(&b, add, &count);
    if (count != i) die("there is a value");
    box_put(&b, 1, end, NULL);
    if (ended != i + 1) die("not put");
  }
  CHECK(!b.full);
}
static void mvar_stored(void) {
  box b = {0};
  queue_init(&b.takers), queue_init(&b.putters);
  for (uint64_t i = 0; i < N; i++) {
    box_put(&b, 1, end, NULL);
    if (ended != i + 1) die("not put");
    box_take(&b, add, &count);
  }
  CHECK(!b.full);
}
static void mutex_uncontended(void) {
  lock l = {0};
  queue_init(&l.waiters);
  for (uint64_t i = 0; i < N; i++) {
    lock_take(&l, locked, &count);
    if (!l.locked) die("not locked");
    lock_give(&l);
  }
  CHECK(!l.locked);
}
static void mutex_contended(void) {
  lock l = {0};
  queue_init(&l.waiters);
  lock_take(&l, end, NULL);
  for (uint64_t i = 0; i < N; i++) {
    lock_take(&l, locked, &count);
    if (count != i) die("the lock is free");
    lock_give(&l);
    if (count != i + 1) die("not handed over");
  }
  lock_give(&l);
  CHECK(!l.locked);
}
static void streams(void) {
  channel c = {0};
  queue_init(&c.elements), queue_init(&c.readers);
  if (IS("stream_push_next"))
    for (uint64_t i = 1; i <= N; i++) {
      channel_push(&c, i);
      channel_next(&c, in_order, &count);
      if (count != i) die("not read");
    }
  else if (IS("stream_next_push"))
    for (uint64_t i = 1; i <= N; i++) {
      channel_next(&c, in_order, &count);
      if (count == i) die("read too early");
      channel_push(&c, i);
      if (count != i) die("not read");
    }
  else {
    for (uint64_t i = 1; i <= N; i++) channel_push(&c, i);
    c.closed = 1;
    channel_each(&c, in_order, end, &count);
    CHECK_EQ(ended, 1);
  }
}

/* ---------- an operation with a callback ---------- */
static queue operations;
APART static void answered(done_fn done, void *env) { done(env, 1); }
APART static void asked(done_fn done, void *env) { enqueue(&operations, 0, done, env); }
APART static void answer(void) {
  waiter w = dequeue(&operations);
  w.done(w.env, 1);
}
static void operation(void) {
  int pending = IS("coroutine_pending");
  queue_init(&operations);
  for (uint64_t i = 0; i < N; i++) {
    if (!pending) { answered(add, &count); continue; }
    asked(add, &count);
    if (count != i) die("answered too early");
    answer();
  }
}

/* ---------- lists ---------- */
typedef void (*next_fn)(void *env);
typedef struct walk walk;
struct walk { const uint64_t *items; uint64_t at, n; int running, ready; };
typedef struct { next_fn done; void *env; } op;
static int waits;
static uint64_t left;
static op kept, **ops;

/* The user's function: counts, and completes at once or from outside. */
static void each_s(uint64_t item, next_fn done, void *env) {
  count++, sum += item;
  if (waits) kept = (op){done, env};
  else done(env);
}
static void walk_on(void *env) {
  walk *w = env;
  if (w->running) { w->ready = 1; return; } /* a loop, so that the stack stays flat */
  w->running = 1;
  do {
    w->ready = 0;
    if (w->at == w->n) break;
    each_s(w->items[w->at++], walk_on, w);
  } while (w->ready);
  w->running = 0;
}
static void one_less(void *env) { (void)env; left--; }
static void each_p(uint64_t item, next_fn done, void *env) {
  uint64_t i = count++;
  sum += item;
  if (!waits) { done(env); return; }
  op *o = malloc(sizeof *o);
  if (!o) die("malloc");
  *o = (op){done, env};
  ops[i] = o;
}
static void lists(const uint64_t *items) {
  if (IS("list_iter_s")) {
    waits = VARIANT("pending");
    walk w = {items, 0, N, 0, 0};
    walk_on(&w);
    for (uint64_t i = 0; waits && i < N; i++) {
      if (count != i + 1) die("called too early");
      kept.done(kept.env);
    }
    CHECK_EQ(w.at, N);
  } else {
    waits = !VARIANT("ready");
    left = N;
    for (uint64_t i = 0; i < N; i++) each_p(items[i], one_less, NULL);
    for (uint64_t i = 0; waits && i < N; i++) {
      ops[i]->done(ops[i]->env);
      free(ops[i]);
    }
    CHECK_EQ(left, 0);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) die("usage: callbacks CASE N [VARIANT]");
  cas = argv[1];
  N = strtoull(argv[2], 0, 10);
  V = argc > 3 ? argv[3] : "";
  int list = !strncmp(cas, "list_", 5);
  uint64_t *items = NULL;
  if (list) {
    items = malloc(N * sizeof *items);
    ops = malloc(N * sizeof *ops);
    CHECK(items && ops);
    for (uint64_t i = 0; i < N; i++) items[i] = i;
  }
  bench_t b = bench_begin();
  if (list) lists(items);
  else if (IS("mvar_handover")) mvar_handover();
  else if (IS("mvar_stored")) mvar_stored();
  else if (IS("mutex_uncontended")) mutex_uncontended();
  else if (IS("mutex_contended")) mutex_contended();
  else if (!strncmp(cas, "stream_", 7)) streams();
  else if (IS("coroutine_ready") || IS("coroutine_pending")) operation();
  else die("unknown case %s", cas);
  b = bench_end(b);
  CHECK_EQ(count, N);
  if (list) CHECK_EQ(sum, N * (N - 1) / 2);
  free(items), free(ops);
  report(P, V, cas, N, N, b.wall, b.cpu, 0);
  return 0;
}
