/* expect: signal 11, stderr "stack overflow in a fiber" */
/* valgrind: no (it dies of a signal, as it should) */
/* asan: no (the sanitizer takes the signal first) */
/* tsan: no (the sanitizer takes the signal first) */
/* A fiber that overflows its stack hits a guard, and is named. */
#include "loop.h"

static volatile int bottom = -1;
static int endless(int n) {
  volatile char room[1024];
  room[n % 1024] = (char)n;
  if (n == bottom) return 0;
  return endless(n + 1) + room[(n * 7) % 1024];
}
static lwt_value overflow(void *env) {
  (void)env;
  return LWT_INT(endless(0));
}
TEST(an_overflow_is_named_for_what_it_is) {
  CHECK_INT(run(lwt_spawn(overflow, NULL, NULL, 64 * 1024)), 0);
  CHECK(!"reached");
}
