/* Runs a test on a stack so small that depth shows: what recursed on it would
 * crash. */
#ifndef SMALL_STACK_H
#define SMALL_STACK_H
#include "promises.h"

#include <pthread.h>

static inline void *small_stack_body(void *data) {
  void (*body)(void);
  memcpy(&body, data, sizeof body);
  body();
  return NULL;
}
/* Sanitizers and Valgrind need some room of their own. */
static inline void on_small_stack(size_t size, void (*body)(void)) {
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, at_full_scale() ? size : size * 8);
  if (CHECK_INT(pthread_create(&thread, &attr, small_stack_body, &body), 0))
    pthread_join(thread, NULL);
  pthread_attr_destroy(&attr);
}
#define SMALL_STACK ((size_t)64 << 10)
#define NESTED_STACK ((size_t)512 << 10)
#endif
