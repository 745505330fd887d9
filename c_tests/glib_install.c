/* engine: epoll */
/* timeout: 120 */
/* packages: glib-2.0 */
/* Our main loop drives GLib's default context, in either mode: its timeouts, idle
 * functions, descriptors and priorities, beside our own. */
#include "glib_kit.h"

#include <fcntl.h>
#include <poll.h>

static void a_timeout(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  int64_t start = now_ns();
  g_timeout_add(20, resolve_it, u);
  CHECK_INT(run(p), 7);
  CHECK(now_ns() - start >= 19000000);
  CHECK_STR(lwt_engine_id(), "glib");
}
TEST(a_timeout_of_glib_is_called) { in_each_mode(a_timeout); }

static void an_idle(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  g_idle_add(resolve_it, u);
  CHECK_INT(run(p), 7);
}
TEST(an_idle_function_is_called) { in_each_mode(an_idle); }

static void our_timer(void) {
  int64_t start = now_ns();
  CHECK_INT(run(lwt_unix_sleep(0.0005)), 0);
  CHECK(now_ns() - start >= 500000);
  start = now_ns();
  CHECK_INT(run(lwt_unix_sleep(0.03)), 0);
  CHECK(now_ns() - start >= 30000000);
}
TEST(our_timers_go_on) { in_each_mode(our_timer); }

static int ends[2];
static gboolean take(gint fd, GIOCondition condition, gpointer u) {
  char c;
  CHECK(condition & G_IO_IN);
  CHECK_INT(read(fd, &c, 1), 1);
  lwt_wakeup(u, LWT_INT(c));
  return G_SOURCE_REMOVE;
}
static lwt_t *put(lwt_value v, void *env) {
  (void)v, (void)env;
  CHECK_INT(write(ends[1], "x", 1), 1);
  return lwt_return(LWT_UNIT);
}
static void a_descriptor_of_glib(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(pipe(ends), 0);
  g_unix_fd_add(ends[0], G_IO_IN, take, u);
  lwt_t *written = lwt_bind(lwt_unix_sleep(0.01), put, NULL, NULL);
  CHECK_INT(run(p), 'x');
  CHECK_INT(run(written), 0);
  close(ends[0]);
  close(ends[1]);
}
TEST(a_descriptor_of_glib_is_waited_for) { in_each_mode(a_descriptor_of_glib); }

static gboolean hung_up(gint fd, GIOCondition condition, gpointer u) {
  (void)fd;
  CHECK(condition & G_IO_HUP);
  lwt_wakeup(u, LWT_INT(1));
  return G_SOURCE_REMOVE;
}
static lwt_t *hang_up(lwt_value v, void *env) {
  (void)v, (void)env;
  close(ends[1]);
  return lwt_return(LWT_UNIT);
}
static void a_hang_up(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(pipe(ends), 0);
  g_unix_fd_add(ends[0], G_IO_HUP, hung_up, u); /* and not for reading */
  lwt_t *closed = lwt_bind(lwt_unix_sleep(0.01), hang_up, NULL, NULL);
  CHECK_INT(run(p), 1);
  CHECK_INT(run(closed), 0);
  close(ends[0]);
}
TEST(conditions_are_told_as_poll_tells_them) { in_each_mode(a_hang_up); }

static gboolean is_closed(gint fd, GIOCondition condition, gpointer u) {
  (void)fd;
  CHECK(condition & G_IO_NVAL);
  lwt_wakeup(u, LWT_INT(1));
  return G_SOURCE_REMOVE;
}
static void a_closed_descriptor(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(pipe(ends), 0);
  g_unix_fd_add(ends[0], G_IO_IN, is_closed, u);
  turns(2);
  close(ends[0]);
  CHECK_INT(run(p), 1);
  close(ends[1]);
}
TEST(a_descriptor_that_was_closed_is_told) { in_each_mode(a_closed_descriptor); }

/* The number of a descriptor that was watched means another file. */
static void a_number_used_again(void) {
  lwt_u *u, *v;
  lwt_t *p = lwt_wait(&u), *q = lwt_wait(&v);
  CHECK_INT(pipe(ends), 0);
  int number = ends[0], copy = dup(ends[0]);
  guint source = g_unix_fd_add(number, G_IO_IN, take, u);
  CHECK_INT(run(lwt_unix_sleep(0.002)), 0); /* it is waited for */
  CHECK_INT(write(ends[1], "a", 1), 1);     /* what is left of it is ready, for ever */
  g_source_remove(source);
  close(number);
  int old = ends[1];
  CHECK_INT(pipe(ends), 0);
  CHECK_INT(ends[0], number);
  g_unix_fd_add(number, G_IO_IN, take, v);
  lwt_t *written = lwt_bind(lwt_unix_sleep(0.01), put, NULL, NULL);
  CHECK_INT(run(q), 'x');
  CHECK_INT(run(written), 0);
  close(old), close(copy), close(ends[0]), close(ends[1]);
  lwt_release(p);
  lwt_wakener_release(u);
}
TEST(a_number_may_mean_another_file) { in_each_mode(a_number_used_again); }

enum { MANY = 200 };
static int many[MANY][2], ran;
static gboolean take_one(gint fd, GIOCondition condition, gpointer u) {
  char c;
  (void)condition;
  CHECK_INT(read(fd, &c, 1), 1);
  if (++ran == MANY) lwt_wakeup(u, LWT_INT(ran));
  return G_SOURCE_REMOVE;
}
static void many_descriptors(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  ran = 0;
  for (int i = 0; i < MANY; i++) {
    CHECK_INT(pipe(many[i]), 0);
    g_unix_fd_add(many[i][0], G_IO_IN, take_one, u);
  }
  for (int i = 0; i < MANY; i++) CHECK_INT(write(many[i][1], "x", 1), 1);
  CHECK_INT(run(p), MANY);
  for (int i = 0; i < MANY; i++) close(many[i][0]), close(many[i][1]);
}
TEST(there_may_be_more_descriptors_than_before) { in_each_mode(many_descriptors); }

static void readable(lwt_engine_event *event, void *fd) {
  char c;
  (void)event;
  if (read(*(int *)fd, &c, 1) == 1) ran++;
}
static void our_descriptors(void) {
  int other[2];
  ran = 0;
  CHECK_INT(pipe(other), 0);
  lwt_engine_event *event = lwt_engine_on_readable(other[0], readable, &other[0], NULL);
  CHECK_INT(write(other[1], "xyz", 3), 3);
  WAIT_UNTIL(ran == 3);
  CHECK_INT(write(other[1], "x", 1), 1);
  WAIT_UNTIL(ran == 4);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(other[0]), close(other[1]);
  CHECK_INT(run(lwt_unix_mkdir("/", 0700)), -LWT_UNIX_ERROR);
}
TEST(our_descriptors_and_jobs_go_on) { in_each_mode(our_descriptors); }

/* Events that there are when it is installed, and when it is removed. */
TEST(events_move_over_and_back) {
  int pair[2];
  ran = 0;
  CHECK_INT(pipe(pair), 0);
  lwt_engine_event *event = lwt_engine_on_readable(pair[0], readable, &pair[0], NULL);
  lwt_engine *before = lwt_engine_get();
  for (int i = 0; i < 4; i++) {
    CHECK_INT(lwt_glib_install(i % 2, NULL), LWT_OK);
    CHECK_INT(lwt_engine_readable_count(), 1);
    CHECK_INT(write(pair[1], "x", 1), 1);
    WAIT_UNTIL(ran == 2 * i + 1);
    CHECK_INT(lwt_glib_remove(), LWT_OK);
    CHECK_INT(write(pair[1], "x", 1), 1);
    WAIT_UNTIL(ran == 2 * i + 2);
    lwt_engine *now = lwt_engine_get();
    CHECK_STR(lwt_engine_id(), "epoll");
    lwt_engine_release(now);
  }
  lwt_engine_release(before);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  close(pair[0]), close(pair[1]);
}

static char order[64];
static gboolean mark(gpointer letter) {
  strncat(order, letter, 1);
  return G_SOURCE_REMOVE;
}
static void urgent_first(void) {
  order[0] = '\0';
  g_idle_add_full(G_PRIORITY_LOW, mark, "d", NULL);
  g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, mark, "c", NULL);
  g_idle_add_full(G_PRIORITY_DEFAULT, mark, "b", NULL);
  g_idle_add_full(G_PRIORITY_HIGH, mark, "a", NULL);
  turns(1);
  CHECK_STR(order, "a");
  turns(1);
  CHECK_STR(order, "ab");
  turns(2);
  CHECK_STR(order, "abcd");
}
TEST(the_most_urgent_is_called_alone) { in_each_mode(urgent_first); }

/* Neither starves the other. */
static lwt_t *pause_on(lwt_value v, void *left) {
  (void)v;
  return --*(int *)left > 0 ? lwt_bind(lwt_pause(), pause_on, left, NULL) : lwt_return(LWT_UNIT);
}
static void both_busy(void) {
  int idle = 0, left = 100;
  guint source = g_idle_add(count_it, &idle);
  CHECK_INT(run(lwt_bind(lwt_pause(), pause_on, &left, NULL)), 0);
  CHECK(idle >= 90);
  idle = 0;
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  CHECK(idle > 1);
  g_source_remove(source);
}
TEST(each_gets_its_turn_when_both_are_busy) { in_each_mode(both_busy); }

/* A source that is added late in a turn is not slept over. */
static lwt_value add_idle(void *u) {
  lwt_exn *exn = NULL;
  lwt_await(lwt_unix_sleep(0.001), &exn);
  g_idle_add(resolve_it, u);
  return LWT_UNIT;
}
static void added_by_a_fiber(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_t *fiber = lwt_spawn(add_idle, u, NULL, 0);
  CHECK_INT(run(p), 7);
  CHECK_INT(run(fiber), 0);
}
TEST(what_a_fiber_adds_is_called) { in_each_mode(added_by_a_fiber); }

static gboolean start_sleep(gpointer slot) {
  *(lwt_t **)slot = lwt_unix_sleep(0.005);
  return G_SOURCE_REMOVE;
}
static void timer_of_a_callback(void) {
  lwt_t *p = NULL;
  g_idle_add(start_sleep, &p);
  turns(3);
  CHECK(p != NULL);
  CHECK_INT(run(p), 0);
}
TEST(a_callback_of_glib_makes_promises) { in_each_mode(timer_of_a_callback); }

/* A poll function of the program's own is asked. */
static int polls;
static gint own_poll(GPollFD *fds, guint n, gint timeout) {
  polls++;
  return poll((struct pollfd *)fds, n, timeout);
}
TEST(a_poll_function_of_the_programs_own_is_used) {
  g_main_context_set_poll_func(NULL, own_poll);
  in_mode(LWT_INTO_GLIB, a_timeout);
  in_mode(LWT_INTO_GLIB, our_timer);
  CHECK(polls >= 2);
  in_mode(LWT_INTO_GLIB, our_descriptors);
  g_main_context_set_poll_func(NULL, NULL);
}

static void with_engines(void) {
  in_each_mode(a_timeout);
  in_each_mode(a_descriptor_of_glib);
  in_each_mode(our_descriptors);
  in_each_mode(a_number_used_again);
  in_each_mode(a_closed_descriptor);
}
TEST(whatever_the_engine_is) {
  static const char *const engines[] = {"poll", "select", "io_uring", "libev", "epoll"};
  const char *tool = getenv("LWT_TEST_TOOL");
  for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
    /* Valgrind does not know what the kernel does for a ring, and waits for ever. */
    if (i == 2 && tool != NULL && strcmp(tool, "valgrind") == 0) continue;
    lwt_engine *engine = lwt_engine_new_builtin(engines[i]);
    if (engine == NULL) continue; /* not on this machine */
    CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
    lwt_engine_release(engine);
    with_engines();
    CHECK_STR(lwt_engine_id(), engines[i]);
  }
}
