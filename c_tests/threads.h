/* Threads with main loops of their own, for tests. */
#ifndef THREADS_H
#define THREADS_H
#include "loop.h"

#include <pthread.h>
#include <semaphore.h>

/* A thread that runs its main loop until it is told to stop. */
struct looper {
  pthread_t id;
  lwt_main_thread *thread; /* the tester's reference */
  sem_t ready;
  lwt_u *stop; /* of that thread */
  intptr_t ended; /* what its lwt_main_run returned */
};
static inline void *looper_main(void *data) {
  struct looper *looper = (struct looper *)data;
  lwt_t *p = lwt_wait(&looper->stop);
  looper->thread = lwt_main_self();
  sem_post(&looper->ready);
  looper->ended = run(p);
  return NULL;
}
static inline void looper_start(struct looper *looper) {
  memset(looper, 0, sizeof *looper);
  sem_init(&looper->ready, 0, 0);
  CHECK_INT(pthread_create(&looper->id, NULL, looper_main, looper), 0);
  while (sem_wait(&looper->ready) != 0) {
  }
}
static inline void looper_wake(void *data) {
  lwt_wakeup(((struct looper *)data)->stop, LWT_INT(42));
}
static inline void looper_end(struct looper *looper) {
  CHECK_INT(lwt_main_post(looper->thread, looper_wake, looper, NULL), LWT_OK);
  pthread_join(looper->id, NULL);
  CHECK_INT(looper->ended, 42);
  CHECK(lwt_main_thread_has_ended(looper->thread));
  lwt_main_thread_release(looper->thread);
  sem_destroy(&looper->ready);
}

/* An environment that tells who called its function and who dropped it. */
struct token {
  pthread_t ran_by, dropped_by;
  int ran, dropped;
  void *data;
};
static inline void token_drop(void *data) {
  struct token *token = (struct token *)data;
  token->dropped_by = pthread_self();
  __atomic_add_fetch(&token->dropped, 1, __ATOMIC_ACQ_REL);
}
static inline int atomic_get(const int *n) { return __atomic_load_n(n, __ATOMIC_ACQUIRE); }
#endif
