#include <lwt_all.h>
#include <pthread.h>
#include <stdio.h>

/* What the other thread is told: who to call, and a lock for nobody. */
struct counter {
  lwt_main_thread *thread; /* of the other one, for us */
  lwt_u *stop;
  int count;
};

/* These run on the thread of the counter, in a turn of its main loop. */
static lwt_t *add(void *env) {
  struct counter *counter = env;
  return lwt_return(LWT_INT(++counter->count));
}
static void stop(void *env) {
  struct counter *counter = env;
  lwt_wakeup(counter->stop, LWT_UNIT);
}

/* The other thread, with a main loop of its own. */
struct start {
  struct counter *counter;
  intptr_t ready; /* a notification */
};
static void *run(void *env) {
  struct start *start = env;
  start->counter->thread = lwt_main_self();
  lwt_t *stopped = lwt_wait(&start->counter->stop);
  lwt_unix_send_notification(start->ready);
  lwt_main_run(stopped, NULL);
  return NULL;
}

static void ready(void *wakener) {
  lwt_wakeup(wakener, LWT_UNIT);
}

int main(void) {
  struct counter counter = {NULL, NULL, 0};
  pthread_t other;
  lwt_u *wakener;
  lwt_t *is_ready = lwt_wait(&wakener);
  struct start start = {&counter, lwt_unix_make_notification(ready, wakener, NULL, true)};

  pthread_create(&other, NULL, run, &start);
  lwt_main_run(is_ready, NULL);
  for (int i = 0; i < 3; i++) {
    lwt_t *count = lwt_main_run_on(counter.thread, add, &counter, NULL);
    printf("the other thread says %d\n", (int)LWT_TO_INT(lwt_main_run(count, NULL)));
  }
  lwt_main_post(counter.thread, stop, &counter, NULL);
  lwt_main_thread_release(counter.thread);
  pthread_join(other, NULL);
  return 0;
}
