/* asan: no (it has an allocator of its own) */
/* tsan: no (it has an allocator of its own) */
/* valgrind: no (it has an allocator of its own) */
/* A send allocates nothing, nor does the sender's first one. */
#include "loop.h"

#include <pthread.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);
static __thread volatile long allocations;
void *malloc(size_t size) { return ++allocations, __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return ++allocations, __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { return ++allocations, __libc_realloc(p, size); }

static intptr_t ids[4];
static int calls;
static void count(void *env) { (void)env, calls++; }
static void send_to_all(void) {
  long before = allocations;
  for (int i = 0; i < 10000; i++) lwt_unix_send_notification(ids[i % 4]);
  lwt_unix_send_notification(12345);
  CHECK_INT(allocations, before);
}
static void *sender(void *env) {
  send_to_all();
  return env;
}
TEST(a_send_allocates_nothing) {
  long before = allocations;
  void *volatile room = malloc(1);
  free(room);
  CHECK(allocations > before); /* this program counts */
  for (int i = 0; i < 4; i++) ids[i] = lwt_unix_make_notification(count, NULL, NULL, false);
  send_to_all();
  pthread_t thread;
  pthread_create(&thread, NULL, sender, NULL);
  pthread_join(thread, NULL);
  turns(1);
  CHECK_INT(calls, 20000);
  for (int i = 0; i < 4; i++) lwt_unix_stop_notification(ids[i]);
}
