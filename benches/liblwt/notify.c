/* notify_*: a plain thread, unknown to the library, sends notifications to the
 * main loop. A notification carries nothing but itself: what is checked in
 * notify_each is that n sends make n calls. */
#include "bench.h"

static intptr_t id;
static lwt_u *received_all;
static uint64_t calls, end_wall, end_cpu;

static void send_one(uint64_t i) {
  (void)i;
  lwt_unix_send_notification(id);
}
static void finish(void) {
  end_wall = now_ns();
  end_cpu = cpu_ns();
  lwt_wakeup(received_all, LWT_UNIT);
}
static void on_each(void *env) {
  (void)env;
  if (++calls == n_ops) finish();
}
/* The receiver looks at the counter; every send makes a call all the same. */
static void on_coalesced(void *env) {
  static bool finished;
  (void)env;
  calls++;
  if (!finished && nt_counter == n_ops) {
    finished = true;
    finish();
  }
}
static void on_pong(void *env) {
  (void)env;
  if (++calls == n_ops) finish();
  else notify_ping();
}

void notify_cases(void) {
  bool pong = IS("notify_pingpong");
  lwt_unit_fn receiver = pong                    ? on_pong
                         : IS("notify_each")     ? on_each
                         : IS("notify_coalesce") ? on_coalesced
                                                 : NULL;
  if (!receiver) die("unknown case %s", cas);
  lwt_t *all = lwt_wait(&received_all);
  id = lwt_unix_make_notification(receiver, NULL, NULL, false);
  CHECK(id > 0);
  pthread_t sender = notify_start(n_ops, send_one, pong);
  bench_t b = bench_begin();
  if (pong) notify_ping();
  run(all);
  b = bench_end(b);
  if (!pong) {
    if (receiver == on_each) CHECK_EQ(calls, n_ops);
    notify_report(PEER, variant, cas, end_wall, end_cpu, calls, sender);
    return;
  }
  pthread_join(sender, NULL);
  CHECK_EQ(calls, n_ops);
  CHECK_EQ(nt_counter, n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}
