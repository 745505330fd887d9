/* Functions come and go while other threads tell them of their events. */
#include "loop.h"

#include <pthread.h>

static long laps, spans;
static bool over;

static void on_lap(void *env) { __atomic_fetch_add((long *)env, 1, __ATOMIC_RELAXED); }
static void on_trace(bool begin, const struct lwt_rte_span *span, void *env) {
  (void)begin;
  (void)span;
  (void)env;
  __atomic_fetch_add(&spans, 1, __ATOMIC_RELAXED);
}
static lwt_t *again(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}
static void *work(void *unused) {
  (void)unused;
  while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
    CHECK_INT(run(lwt_bind(lwt_pause(), again, NULL, NULL)), 0);
  return NULL;
}
static void wait_for_more(const long *count) {
  long before = __atomic_load_n(count, __ATOMIC_RELAXED);
  while (__atomic_load_n(count, __ATOMIC_RELAXED) < before + 3) sched_yield();
}

TEST(threads_tell_whoever_is_installed) {
  struct lwt_rte_events events = {sizeof events, &laps, NULL, NULL, NULL, on_lap, on_trace};
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) CHECK_INT(pthread_create(&threads[i], NULL, work, NULL), 0);
  /* They run already: it is their turns that notice. */
  for (long i = 0; i < scaled(300); i++) {
    CHECK_INT(lwt_rte_install(&events), LWT_OK);
    wait_for_more(&laps);
    wait_for_more(&spans);
    CHECK_INT(lwt_rte_install(NULL), LWT_OK);
  }
  __atomic_store_n(&over, true, __ATOMIC_RELAXED);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
