/* timeout: 120 */
/* packages: glib-2.0 */
/* The other way round: a loop of GLib's drives ours. */
#include "glib_kit.h"

#include <poll.h>

/* Runs a loop of GLib's until the promise has resolved. */
static GMainLoop *loop;
static void quit(void *env) {
  (void)env;
  g_main_loop_quit(loop);
}
static void drive(GMainContext *context, const lwt_t *p) {
  if (lwt_state(p) != LWT_SLEEP) return;
  loop = g_main_loop_new(context, FALSE);
  lwt_on_termination(p, quit, NULL, NULL);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  CHECK(lwt_state(p) != LWT_SLEEP);
}
static intptr_t driven(lwt_t *p) {
  drive(NULL, p);
  return run(p);
}

static void with_source(void (*claim)(void)) {
  lwt_exn *exn = NULL;
  CHECK_INT(lwt_glib_source_attach(NULL, &exn), LWT_OK);
  CHECK_PTR(exn, NULL);
  claim();
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
}

static void timers_and_jobs(void) {
  int64_t start = now_ns();
  CHECK_INT(driven(lwt_unix_sleep(0.02)), 0);
  CHECK(now_ns() - start >= 20000000);
  CHECK_INT(driven(lwt_unix_mkdir("/", 0700)), -LWT_UNIX_ERROR);
  CHECK_INT(driven(lwt_pause()), 0);
}
TEST(timers_jobs_and_pauses_go_on_under_a_loop_of_glibs) { with_source(timers_and_jobs); }

static int reads;
static void readable(lwt_engine_event *event, void *fds) {
  char c;
  (void)event;
  if (read(*(int *)fds, &c, 1) == 1) reads++;
}
static lwt_value fiber(void *fds) {
  lwt_exn *exn = NULL;
  lwt_await(lwt_unix_sleep(0.002), &exn);
  CHECK_INT(write(((int *)fds)[1], "x", 1), 1);
  while (reads < 1) lwt_await(lwt_unix_sleep(0.001), &exn);
  return LWT_INT(3);
}
static void descriptors_and_fibers(void) {
  int fds[2];
  reads = 0;
  CHECK_INT(pipe(fds), 0);
  lwt_engine_event *event = lwt_engine_on_readable(fds[0], readable, fds, NULL);
  CHECK_INT(driven(lwt_spawn(fiber, fds, NULL, 0)), 3);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(fds[0]), close(fds[1]);
}
TEST(descriptors_and_fibers_go_on) { with_source(descriptors_and_fibers); }

static gboolean start(gpointer slot) {
  *(lwt_t **)slot = lwt_unix_sleep(0.005);
  lwt_on_termination(*(lwt_t **)slot, quit, NULL, NULL);
  return G_SOURCE_REMOVE;
}
static void from_a_callback(void) {
  lwt_t *p = NULL;
  loop = g_main_loop_new(NULL, FALSE);
  g_idle_add(start, &p);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  CHECK_INT(run(p), 0);
}
TEST(a_callback_of_glib_starts_what_goes_on) { with_source(from_a_callback); }

/* Nothing to do: the loop of GLib's sleeps. */
static int polls;
static gint counting_poll(GPollFD *fds, guint n, gint timeout) {
  polls++;
  return poll((struct pollfd *)fds, n, timeout);
}
static void rest(void) {
  lwt_t *far = lwt_unix_sleep(1000);
  loop = g_main_loop_new(NULL, FALSE);
  g_timeout_add(60, quit_it, loop);
  g_main_context_set_poll_func(NULL, counting_poll);
  polls = 0;
  g_main_loop_run(loop);
  CHECK(polls < 20);
  g_main_context_set_poll_func(NULL, NULL);
  g_main_loop_unref(loop);
  lwt_cancel(far);
  lwt_release(far);
}
TEST(with_nothing_to_do_the_loop_sleeps) { with_source(rest); }

/* FAIRNESS. */
static lwt_t *pause_on(lwt_value v, void *n) {
  (void)v;
  ++*(int *)n;
  return lwt_bind(lwt_pause(), pause_on, n, NULL);
}
static void ours_is_busy(void) {
  int ours = 0, idle = 0, drawn = 0, events = 0;
  lwt_t *busy = lwt_bind(lwt_pause(), pause_on, &ours, NULL);
  guint sources[] = {
    g_idle_add(count_it, &idle),
    g_timeout_add_full(G_PRIORITY_HIGH_IDLE + 20, 1, count_it, &drawn, NULL),
    g_timeout_add(1, count_it, &events),
  };
  loop = g_main_loop_new(NULL, FALSE);
  g_timeout_add(100, quit_it, loop);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  for (int i = 0; i < 3; i++) g_source_remove(sources[i]);
  CHECK(ours > 20);
  CHECK(idle > 10);
  CHECK(drawn > 3);
  CHECK(events > 3);
  lwt_cancel(busy);
  lwt_release(busy);
}
TEST(glib_gets_on_while_ours_is_busy) { with_source(ours_is_busy); }

static int spins;
static gboolean spin(gpointer n) {
  int64_t until = now_ns() + 200000;
  while (now_ns() < until) {
  }
  ++*(int *)n;
  return G_SOURCE_CONTINUE;
}
static void glib_is_busy(void) {
  int turns = 0;
  spins = 0;
  guint drawing = g_idle_add_full(G_PRIORITY_HIGH_IDLE + 20, spin, &spins, NULL);
  guint urgent = g_idle_add_full(G_PRIORITY_DEFAULT, spin, &spins, NULL);
  for (; turns < 5; turns++) CHECK_INT(driven(lwt_unix_sleep(0)), 0);
  CHECK(spins > 5);
  g_source_remove(drawing);
  g_source_remove(urgent);
}
TEST(ours_gets_on_while_glib_is_busy) { with_source(glib_is_busy); }

/* LOOPS WITHIN LOOPS. */
static gboolean run_ours(gpointer n) {
  CHECK_INT(run(lwt_unix_sleep(0.002)), 0);
  ++*(int *)n;
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}
static void ours_within(void) {
  int n = 0;
  loop = g_main_loop_new(NULL, FALSE);
  g_idle_add(run_ours, &n);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  CHECK_INT(n, 1);
}
TEST(a_callback_of_glib_may_run_our_loop) { with_source(ours_within); }

/* A loop of GLib's within ours: ours stands still, and costs nothing. */
static lwt_t *glib_within(lwt_value v, void *env) {
  (void)v, (void)env;
  lwt_t *p = lwt_pause(); /* there is something to do all the time */
  GMainLoop *inner = g_main_loop_new(NULL, FALSE);
  g_timeout_add(30, quit_it, inner);
  polls = 0;
  g_main_context_set_poll_func(NULL, counting_poll);
  g_main_loop_run(inner);
  g_main_context_set_poll_func(NULL, NULL);
  CHECK(polls < 20);
  CHECK_INT(lwt_state(p), LWT_SLEEP);
  g_main_loop_unref(inner);
  return p;
}
static void within(void) {
  CHECK_INT(driven(lwt_bind(lwt_unix_sleep(0.001), glib_within, NULL, NULL)), 0);
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.001), glib_within, NULL, NULL)), 0);
  CHECK_INT(driven(lwt_unix_sleep(0.001)), 0);
}
TEST(a_callback_of_ours_may_run_a_loop_of_glibs) { with_source(within); }

static lwt_t *remove_it(lwt_value v, void *env) {
  (void)v, (void)env;
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  CHECK_INT(lwt_glib_source_remove(), LWT_FAILURE);
  return lwt_return(LWT_INT(5));
}
static lwt_t *attach_anew(lwt_value v, void *env) {
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  CHECK_INT(lwt_glib_source_attach(env, NULL), LWT_OK);
  (void)v;
  return lwt_unix_sleep(0.001);
}
TEST(it_may_be_removed_and_attached_in_a_callback) {
  CHECK_INT(lwt_glib_source_attach(NULL, NULL), LWT_OK);
  CHECK_INT(driven(lwt_bind(lwt_unix_sleep(0.001), attach_anew, NULL, NULL)), 0);
  CHECK_INT(driven(lwt_bind(lwt_unix_sleep(0.001), remove_it, NULL, NULL)), 5);
}

TEST(a_context_of_the_programs_own_will_do) {
  GMainContext *context = g_main_context_new();
  CHECK_INT(lwt_glib_source_attach(context, NULL), LWT_OK);
  CHECK_INT(lwt_glib_source_attach(context, NULL), LWT_OK); /* it is already */
  CHECK_INT(lwt_glib_source_attach(NULL, NULL), LWT_FAILURE);
  lwt_t *p = lwt_unix_sleep(0.002);
  drive(context, p);
  CHECK_INT(run(p), 0);
  g_main_context_unref(context); /* the source keeps it */
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  with_source(timers_and_jobs);
}

static gboolean is_ours(GSource *source, guint *id) {
  *id = g_source_get_id(source);
  return TRUE;
}
TEST(a_source_that_was_destroyed_may_be_attached_anew) {
  GMainContext *context = g_main_context_new();
  guint id = 0;
  CHECK_INT(lwt_glib_source_attach(context, NULL), LWT_OK);
  for (guint n = 1; n < 10; n++) {
    GSource *source = g_main_context_find_source_by_id(context, n);
    if (source != NULL && is_ours(source, &id)) g_source_destroy(source);
  }
  CHECK(id != 0);
  CHECK_INT(lwt_glib_source_attach(NULL, NULL), LWT_OK);
  CHECK_INT(driven(lwt_unix_sleep(0.001)), 0);
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  g_main_context_unref(context);
}
