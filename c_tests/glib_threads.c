/* packages: glib-2.0 */
/* tsan: no (it does not see the locks of GLib, which is not instrumented) */
/* GLib's context and several threads. */
#include "glib_kit.h"

#include <pthread.h>

/* Another thread adds sources, and wakes the main loop so. */
static void *add(void *u) {
  sleep_ms(5);
  g_idle_add(resolve_it, u);
  return NULL;
}
static void added_elsewhere(void) {
  for (int i = 0; i < 20; i++) {
    lwt_u *u;
    lwt_t *p = lwt_wait(&u);
    pthread_t thread;
    pthread_create(&thread, NULL, add, u);
    CHECK_INT(run(p), 7);
    pthread_join(thread, NULL);
  }
}
TEST(a_source_that_another_thread_adds_is_called) { in_each_mode(added_elsewhere); }

static intptr_t id;
static void *notify(void *env) {
  sleep_ms(5);
  lwt_unix_send_notification(id);
  return env;
}
static void notified(void *env) { ++*(int *)env; }
static void notifications(void) {
  int n = 0;
  id = lwt_unix_make_notification(notified, &n, NULL, false);
  for (int i = 1; i <= 20; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, notify, NULL);
    WAIT_UNTIL(n == i);
    pthread_join(thread, NULL);
  }
  lwt_unix_stop_notification(id);
}
TEST(notifications_wake_the_loop) { in_each_mode(notifications); }

/* ITERATIONS OF GLIB'S ALONE, on any thread. */
static int inside, told;
static gboolean enter(gpointer env) {
  __atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
  (void)env;
  return G_SOURCE_REMOVE;
}
static void *iterate(void *env) {
  told = lwt_glib_iter(false);
  while (__atomic_load_n(&inside, __ATOMIC_SEQ_CST) == 0) lwt_glib_iter(true);
  *(int *)env = lwt_glib_iter(true); /* until somebody wakes it */
  __atomic_store_n(&inside, 2, __ATOMIC_SEQ_CST);
  return NULL;
}
TEST(an_iteration_may_block_on_another_thread) {
  pthread_t thread;
  int last = -1;
  told = -1;
  g_idle_add_full(G_PRIORITY_LOW, enter, NULL, NULL);
  pthread_create(&thread, NULL, iterate, &last);
  while (__atomic_load_n(&inside, __ATOMIC_SEQ_CST) == 0) sleep_ms(1);
  /* It is in there now, but for a moment: two at once are refused. */
  int64_t give_up = now_ns() + (int64_t)30000000000;
  while (lwt_glib_iter(false) != LWT_FAILURE && now_ns() < give_up) sleep_ms(1);
  while (__atomic_load_n(&inside, __ATOMIC_SEQ_CST) != 2) {
    CHECK_INT(lwt_glib_wakeup(), LWT_OK);
    sleep_ms(1);
  }
  pthread_join(thread, NULL);
  CHECK_INT(told, LWT_OK);
  CHECK_INT(last, LWT_OK);
  CHECK_INT(lwt_glib_iter(false), LWT_OK);
}

static void alone(void) {
  int n = 0;
  g_idle_add(count_once, &n);
  CHECK_INT(lwt_glib_iter(true), LWT_OK);
  CHECK_INT(n, 1);
  CHECK_INT(lwt_glib_wakeup(), LWT_OK);
  CHECK_INT(lwt_glib_iter(true), LWT_OK);
}
TEST(an_iteration_calls_what_is_ready) {
  alone();
  in_each_mode(alone);
}

/* THE END OF A THREAD. */
static void *install(void *mode) {
  CHECK_INT(lwt_glib_install((int)(intptr_t)mode, NULL), LWT_OK);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  return NULL;
}
static void *attach(void *context) {
  CHECK_INT(lwt_glib_source_attach(context, NULL), LWT_OK);
  return NULL;
}
TEST(a_thread_that_ends_gives_glib_up) {
  pthread_t thread;
  for (intptr_t i = 0; i < 6; i++) {
    if (i % 3 == 2)
      pthread_create(&thread, NULL, attach, NULL);
    else
      pthread_create(&thread, NULL, install, (void *)(i % 3));
    pthread_join(thread, NULL);
  }
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
}

/* Two threads, each with a context and promises of its own. */
static void quit(void *loop) { g_main_loop_quit(loop); }
static void *drive(void *env) {
  GMainContext *context = g_main_context_new();
  GMainLoop *loop = g_main_loop_new(context, FALSE);
  CHECK_INT(lwt_glib_source_attach(context, NULL), LWT_OK);
  for (int i = 0; i < 10; i++) {
    lwt_t *p = lwt_unix_sleep(0.001);
    lwt_on_termination(p, quit, loop, NULL);
    g_main_loop_run(loop);
    CHECK_INT(run(p), 0);
  }
  CHECK_INT(lwt_glib_source_remove(), LWT_OK);
  g_main_loop_unref(loop);
  g_main_context_unref(context);
  return env;
}
TEST(each_thread_may_have_a_context_of_its_own) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, drive, NULL);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
