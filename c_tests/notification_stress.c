/* timeout: 120 */
/* Notifications from many threads at once: every send is delivered. */
#include "loop.h"

#include <pthread.h>

enum { THREADS = 4 };
static long per_thread, calls, calls_of[THREADS];
static intptr_t ids[THREADS];
static lwt_u *done;
static void count(void *env) {
  calls_of[(intptr_t)env]++;
  if (++calls == THREADS * per_thread && done != NULL) lwt_wakeup(done, LWT_INT(1));
}
static void *send_to_all(void *data) {
  long first = (intptr_t)data;
  for (long i = 0; i < per_thread; i++) lwt_unix_send_notification(ids[(first + i) % THREADS]);
  return NULL;
}
static void *send_to_one(void *data) {
  intptr_t id = ids[(intptr_t)data];
  for (long i = 0; i < per_thread; i++) lwt_unix_send_notification(id);
  return NULL;
}
static void stress(void *(*body)(void *)) {
  pthread_t threads[THREADS];
  per_thread = scaled(500000);
  calls = 0;
  lwt_t *all = lwt_wait(&done);
  for (intptr_t i = 0; i < THREADS; i++) {
    calls_of[i] = 0;
    ids[i] = lwt_unix_make_notification(count, (void *)i, NULL, false);
  }
  for (intptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, body, (void *)i);
  CHECK_INT(run(all), 1);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  turns(2);
  CHECK_INT(calls, THREADS * per_thread);
  for (int i = 0; i < THREADS; i++) {
    CHECK_INT(calls_of[i], per_thread);
    lwt_unix_stop_notification(ids[i]);
  }
}
TEST(four_threads_send_half_a_million_each_to_all) { stress(send_to_all); }
TEST(four_threads_send_half_a_million_each_to_their_own) { stress(send_to_one); }

/* Senders race with stop and with the slot's next owner. */
static intptr_t current;
static int stopping;
static void *send_to_current(void *data) {
  long sent = 0;
  while (!__atomic_load_n(&stopping, __ATOMIC_ACQUIRE)) {
    lwt_unix_send_notification(__atomic_load_n(&current, __ATOMIC_ACQUIRE));
    if (++sent % 64 == 0) sched_yield();
  }
  return data;
}
struct owner {
  intptr_t id;
  bool stopped;
  long calls, drops;
};
static void owner_called(void *data) {
  struct owner *owner = data;
  CHECK(!owner->stopped);
  owner->calls++;
}
static void owner_dropped(void *data) { ((struct owner *)data)->drops++; }
TEST(senders_race_with_stop_and_reuse) {
  pthread_t threads[THREADS];
  long rounds = scaled(20000);
  struct owner *owners = calloc((size_t)rounds, sizeof *owners);
  stopping = 0;
  current = 0;
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, send_to_current, NULL);
  for (long i = 0; i < rounds; i++) {
    owners[i].id = lwt_unix_make_notification(owner_called, &owners[i], owner_dropped, i % 4 == 3);
    __atomic_store_n(&current, owners[i].id, __ATOMIC_RELEASE);
    if (i % 2) turns(1);
    lwt_unix_stop_notification(owners[i].id);
    owners[i].stopped = true;
  }
  __atomic_store_n(&stopping, 1, __ATOMIC_RELEASE);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  turns(2);
  for (long i = 0; i < rounds; i++) {
    CHECK_INT(owners[i].drops, 1);
    if (i % 4 == 3) CHECK(owners[i].calls <= 1);
  }
  free(owners);
}

/* A ball between two threads' loops. */
static intptr_t there_id, here_id;
static long left;
static lwt_u *there_done, *here_done;
static pthread_barrier_t barrier;
static void hit_there(void *env) {
  (void)env;
  lwt_unix_send_notification(here_id);
  if (--left == 0) lwt_wakeup(there_done, LWT_UNIT);
}
static long returned;
static void hit_here(void *env) {
  long goal = *(long *)env;
  if (++returned == goal)
    lwt_wakeup(here_done, LWT_UNIT);
  else
    lwt_unix_send_notification(there_id);
}
static void *other_loop(void *env) {
  lwt_t *until = lwt_wait(&there_done);
  there_id = lwt_unix_make_notification(hit_there, NULL, NULL, false);
  pthread_barrier_wait(&barrier);
  CHECK_INT(run(until), 0);
  lwt_unix_stop_notification(there_id);
  return env;
}
TEST(two_loops_play_ping_pong_and_no_wake_up_is_lost) {
  pthread_t thread;
  long goal = left = scaled(50000);
  returned = 0;
  pthread_barrier_init(&barrier, NULL, 2);
  lwt_t *until = lwt_wait(&here_done);
  here_id = lwt_unix_make_notification(hit_here, &goal, NULL, false);
  pthread_create(&thread, NULL, other_loop, NULL);
  pthread_barrier_wait(&barrier);
  lwt_unix_send_notification(there_id);
  CHECK_INT(run(until), 0);
  pthread_join(thread, NULL);
  CHECK_INT(returned, goal);
  lwt_unix_stop_notification(here_id);
  pthread_barrier_destroy(&barrier);
}
