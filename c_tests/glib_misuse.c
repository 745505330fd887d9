/* engine: epoll */
/* packages: glib-2.0 */
/* tsan: no (it does not see the locks of GLib, which is not instrumented) */
/* What is refused, in words, and what is done in the midst of GLib's own work. */
#include "glib_kit.h"

#include <pthread.h>

static void refused(int got, lwt_exn *exn, int kind, const char *words) {
  CHECK_INT(got, kind);
  if (!CHECK(exn != NULL)) return;
  CHECK_INT(lwt_exn_kind(exn), kind);
  CHECK_HAS(lwt_exn_message(exn), words);
  lwt_exn_release(exn);
}

TEST(there_are_two_modes) {
  lwt_exn *exn = NULL;
  int got = lwt_glib_install(2, &exn);
  refused(got, exn, LWT_INVALID_ARGUMENT, "no such mode");
  CHECK_INT(lwt_glib_install(-1, NULL), LWT_INVALID_ARGUMENT);
}

TEST(what_is_not_installed_is_not_removed) {
  CHECK_INT(lwt_glib_remove(), LWT_FAILURE);
  CHECK_INT(lwt_glib_source_remove(), LWT_FAILURE);
}

TEST(installing_again_does_nothing) {
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
  CHECK_INT(lwt_glib_install(LWT_GLIB_INTO_LWT, NULL), LWT_OK);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK_INT(lwt_glib_remove(), LWT_FAILURE);
}

static int kinds[3];
static gboolean run_within(gpointer u) {
  lwt_exn *exn = NULL;
  lwt_main_run(lwt_pause(), &exn);
  kinds[0] = exn != NULL ? lwt_exn_kind(exn) : 0;
  lwt_exn_release(exn);
  kinds[1] = lwt_main_iter(false);
  kinds[2] = lwt_glib_iter(false); /* that is GLib's own to allow */
  lwt_wakeup(u, LWT_INT(7));
  return G_SOURCE_REMOVE;
}
static void nested(void) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  g_idle_add(run_within, u);
  CHECK_INT(run(p), 7);
  CHECK_INT(kinds[0], LWT_FAILURE);
  CHECK_INT(kinds[1], LWT_FAILURE);
  CHECK_INT(kinds[2], LWT_OK);
}
TEST(a_callback_of_glib_cannot_run_the_loop_again) { in_each_mode(nested); }

static gboolean look_within(gpointer n) {
  CHECK_INT(lwt_engine_iter(false), LWT_OK);
  ++*(int *)n;
  return G_SOURCE_REMOVE;
}
static void looks(void) {
  int n = 0, m = 0;
  g_idle_add(look_within, &n);
  g_idle_add(count_once, &m);
  turns(3);
  CHECK_INT(n, 1);
  CHECK_INT(m, 1);
}
TEST(a_callback_of_glib_may_look_for_events) { in_each_mode(looks); }

static gboolean loop_within(gpointer n) {
  GMainLoop *loop = g_main_loop_new(NULL, FALSE);
  g_timeout_add(5, quit_it, loop);
  g_main_loop_run(loop);
  g_main_loop_unref(loop);
  ++*(int *)n;
  return G_SOURCE_REMOVE;
}
static void loops(void) {
  int n = 0;
  g_idle_add(loop_within, &n);
  turns(2);
  CHECK_INT(n, 1);
  CHECK_INT(run(lwt_unix_sleep(0.005)), 0);
}
TEST(a_callback_of_glib_may_run_a_loop_of_glibs) { in_each_mode(loops); }

static gboolean remove_within(gpointer n) {
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK_STR(lwt_engine_id(), "epoll");
  ++*(int *)n;
  return G_SOURCE_REMOVE;
}
static gboolean install_within(gpointer n) {
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK_INT(lwt_glib_install(LWT_GLIB_INTO_LWT, NULL), LWT_OK);
  ++*(int *)n;
  return G_SOURCE_REMOVE;
}
TEST(it_may_be_removed_and_installed_in_a_callback) {
  for (int mode = 0; mode < 2; mode++) {
    int n = 0, after = 0;
    CHECK_INT(lwt_glib_install(mode, NULL), LWT_OK);
    g_idle_add(remove_within, &n);
    g_idle_add(count_once, &after);
    turns(2);
    CHECK_INT(n, 1);
    CHECK_INT(after, 1); /* it was ready by then */
    CHECK_INT(lwt_glib_remove(), LWT_FAILURE);
    CHECK_INT(run(lwt_unix_sleep(0.002)), 0);
    CHECK(g_main_context_acquire(NULL));
    g_main_context_release(NULL);
    CHECK_INT(lwt_glib_install(mode, NULL), LWT_OK);
    g_idle_add(install_within, &n);
    turns(2);
    CHECK_INT(n, 2);
    g_idle_add(count_once, &n);
    turns(2);
    CHECK_INT(n, 3);
    CHECK_INT(lwt_glib_remove(), LWT_OK);
  }
}

/* A source whose prepare does what it should not. */
static int prepared;
static gboolean remove_in_prepare(GSource *source, gint *timeout) {
  *timeout = -1;
  (void)source;
  if (prepared++ == 0) {
    CHECK_INT(lwt_engine_iter(false), LWT_FAILURE);
    CHECK_INT(lwt_glib_remove(), LWT_OK);
  }
  return FALSE;
}
static gboolean never(GSource *source, GSourceFunc f, gpointer data) {
  (void)source, (void)f, (void)data;
  return G_SOURCE_REMOVE;
}
TEST(it_may_be_removed_while_glib_is_asked) {
  static GSourceFuncs funcs = {remove_in_prepare, NULL, never, NULL, NULL, NULL};
  for (int mode = 0; mode < 2; mode++) {
    GSource *source = g_source_new(&funcs, sizeof(GSource));
    g_source_attach(source, NULL);
    prepared = 0;
    CHECK_INT(lwt_glib_install(mode, NULL), LWT_OK);
    CHECK_INT(run(lwt_unix_sleep(0.002)), 0);
    CHECK_INT(prepared, 1);
    CHECK_INT(lwt_glib_remove(), LWT_FAILURE);
    g_source_destroy(source);
    g_source_unref(source);
  }
}

static void other_engine(void) {
  lwt_engine *epoll = lwt_engine_new_builtin("epoll"), *glib = lwt_engine_get();
  CHECK_INT(lwt_engine_set(epoll, true, false), LWT_FAILURE);
  CHECK_INT(lwt_engine_set(glib, true, false), LWT_OK); /* it is that already */
  CHECK_INT(lwt_engine_transfer(epoll, glib), LWT_FAILURE);
  CHECK_INT(lwt_engine_transfer(glib, epoll), LWT_FAILURE);
  CHECK_STR(lwt_engine_id(), "glib");
  CHECK_INT(lwt_main_fd(), -1);
  lwt_engine_release(epoll);
  lwt_engine_release(glib);
}
TEST(the_engine_stays_while_it_is_installed) { in_each_mode(other_engine); }

TEST(its_engine_is_of_no_use_afterwards) {
  for (int mode = 0; mode < 2; mode++) {
    lwt_engine *before = lwt_engine_get();
    CHECK_INT(lwt_glib_install(mode, NULL), LWT_OK);
    lwt_engine *glib = lwt_engine_get(), *poll = lwt_engine_new_builtin("poll");
    if (mode == LWT_GLIB_INTO_LWT) CHECK_INT(lwt_engine_transfer(poll, before), LWT_FAILURE);
    CHECK_INT(lwt_glib_remove(), LWT_OK);
    CHECK_INT(lwt_engine_set(glib, true, false), LWT_FAILURE);
    CHECK_INT(lwt_engine_transfer(before, glib), LWT_FAILURE);
    CHECK_INT(lwt_engine_transfer(poll, before), LWT_OK);
    CHECK_INT(lwt_engine_destroy(glib), LWT_OK);
    CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
    lwt_engine_release(before);
    lwt_engine_release(poll);
  }
}

TEST(virtual_time_does_not_fit) {
  lwt_engine *sim = lwt_engine_sim(1), *before = lwt_engine_get();
  lwt_exn *exn = NULL;
  CHECK_INT(lwt_engine_set(sim, true, false), LWT_OK);
  int got = lwt_glib_install(LWT_INTO_GLIB, &exn);
  refused(got, exn, LWT_FAILURE, "virtual");
  CHECK_INT(lwt_engine_set(before, true, true), LWT_OK);
  lwt_engine_release(sim);
  lwt_engine_release(before);
}

/* Another thread has the context. */
static pthread_barrier_t barrier;
static void *owner(void *env) {
  CHECK(g_main_context_acquire(NULL));
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  g_main_context_release(NULL);
  return env;
}
TEST(another_thread_may_have_the_context) {
  pthread_t thread;
  lwt_exn *exn = NULL;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, owner, NULL);
  pthread_barrier_wait(&barrier);
  for (int mode = 0; mode < 2; mode++) {
    int got = lwt_glib_install(mode, &exn);
    refused(got, exn, LWT_FAILURE, "another thread");
  }
  int got = lwt_glib_source_attach(NULL, &exn);
  refused(got, exn, LWT_FAILURE, "another thread");
  CHECK_INT(lwt_glib_iter(false), LWT_FAILURE);
  CHECK_INT(lwt_glib_wakeup(), LWT_OK);
  CHECK_STR(lwt_engine_id(), "epoll");
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
}

static void *stranger(void *env) {
  int *got = env;
  got[0] = lwt_glib_remove();
  got[1] = lwt_glib_iter(false);
  got[2] = lwt_glib_install(LWT_INTO_GLIB, NULL);
  return NULL;
}
static void from_elsewhere(void) {
  int got[3] = {0, 0, 0};
  pthread_t thread;
  pthread_create(&thread, NULL, stranger, got);
  pthread_join(thread, NULL);
  CHECK_INT(got[0], LWT_WRONG_THREAD);
  CHECK_INT(got[1], LWT_FAILURE);
  CHECK_INT(got[2], LWT_FAILURE);
}
TEST(another_thread_can_not_remove_it) { in_each_mode(from_elsewhere); }

TEST(only_one_drives_the_other) {
  lwt_exn *exn = NULL;
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
  int got = lwt_glib_source_attach(NULL, &exn);
  refused(got, exn, LWT_FAILURE, "installed");
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK_INT(lwt_glib_source_attach(NULL, NULL), LWT_OK);
  got = lwt_glib_install(LWT_GLIB_INTO_LWT, &exn);
  refused(got, exn, LWT_FAILURE, "drives");
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  CHECK_INT(lwt_glib_install(LWT_GLIB_INTO_LWT, NULL), LWT_OK);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  CHECK(lwt_main_fd() >= 0); /* from here on it is for whoever asked */
  got = lwt_glib_install(LWT_INTO_GLIB, &exn);
  refused(got, exn, LWT_FAILURE, "drives");
}
