/* Checks for the C tests: one area a file, one process a file.
 *
 *     TEST(a_claim_in_words) { CHECK_INT(1 + 1, 2); }
 *
 * Every TEST of the file runs, in the order written; a check that fails
 * prints both values and the test goes on. The process exits 1 if any check
 * failed, 77 if it was skipped. An argument runs only the tests whose name
 * contains it. Include this first: it asks for the system's own declarations.
 */
#ifndef CHECK_H
#define CHECK_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct check_test {
  const char *name;
  void (*run)(void);
  struct check_test *next;
};
static struct check_test *check_first, **check_last = &check_first;
static int check_failures;

#define TEST(test)                                                         \
  static void test(void);                                                  \
  static struct check_test check_##test = {#test, test, NULL};             \
  __attribute__((constructor)) static void check_add_##test(void) {        \
    *check_last = &check_##test;                                           \
    check_last = &check_##test.next;                                       \
  }                                                                        \
  static void test(void)

static inline void check_fail(const char *file, int line) {
  __sync_fetch_and_add(&check_failures, 1);
  fprintf(stderr, "%s:%d: ", file, line);
}
static inline bool check_true(const char *file, int line, const char *what, bool ok) {
  if (!ok) {
    check_fail(file, line);
    fprintf(stderr, "%s is false\n", what);
  }
  return ok;
}
static inline bool check_int(const char *file, int line, const char *what, intmax_t got,
                             intmax_t want) {
  if (got != want) {
    check_fail(file, line);
    fprintf(stderr, "%s is %" PRIdMAX ", not %" PRIdMAX "\n", what, got, want);
  }
  return got == want;
}
static inline bool check_ptr(const char *file, int line, const char *what, const void *got,
                             const void *want) {
  if (got != want) {
    check_fail(file, line);
    fprintf(stderr, "%s is %p, not %p\n", what, got, want);
  }
  return got == want;
}
static inline bool check_str(const char *file, int line, const char *what, const char *got,
                             const char *want) {
  bool ok = got != NULL && want != NULL ? strcmp(got, want) == 0 : got == want;
  if (!ok) {
    check_fail(file, line);
    fprintf(stderr, "%s is \"%s\", not \"%s\"\n", what, got ? got : "(NULL)",
            want ? want : "(NULL)");
  }
  return ok;
}
static inline bool check_has(const char *file, int line, const char *what, const char *got,
                             const char *part) {
  bool ok = got != NULL && strstr(got, part) != NULL;
  if (!ok) {
    check_fail(file, line);
    fprintf(stderr, "%s is \"%s\", which has no \"%s\" in it\n", what, got ? got : "(NULL)", part);
  }
  return ok;
}

#define CHECK(condition) check_true(__FILE__, __LINE__, #condition, (condition))
#define CHECK_INT(got, want) \
  check_int(__FILE__, __LINE__, #got, (intmax_t)(got), (intmax_t)(want))
#define CHECK_PTR(got, want) check_ptr(__FILE__, __LINE__, #got, (got), (want))
#define CHECK_STR(got, want) check_str(__FILE__, __LINE__, #got, (got), (want))
#define CHECK_HAS(got, part) check_has(__FILE__, __LINE__, #got, (got), (part))

/* For what no test of the file can do without. */
#define SKIP(reason) (printf("skipped: %s\n", (reason)), exit(77))

/* A big count, made smaller where each step is dear (LWT_TEST_SCALE=0.01
 * under Valgrind). */
static inline long scaled(long n) {
  const char *text = getenv("LWT_TEST_SCALE");
  double scale = text != NULL ? atof(text) : 1.0;
  long result = (long)((double)n * (scale > 0 ? scale : 1.0));
  return result > 0 ? result : 1;
}
static inline bool at_full_scale(void) { return scaled(1000000) == 1000000; }

/* What the process has in memory, in bytes. */
static inline long resident(void) {
  long pages = 0, ignored;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%ld %ld", &ignored, &pages) != 2) pages = 0;
  fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}
/* The process has grown by a few megabytes at most since. Tools that check
 * each access have a memory of their own, which grows. */
#define CHECK_FLAT(before, megabytes)                                           \
  check_true(__FILE__, __LINE__, "memory is flat",                              \
             !at_full_scale() || resident() - (before) < (long)(megabytes) << 20)

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static inline void sleep_ms(long ms) {
  struct timespec t = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&t, NULL);
}

/* Valgrind does not grow the stack for the frame of a handler with SA_ONSTACK, such as
 * the library's, where there is no other stack to run it on: the frame that does not fit
 * into what is mapped ends the process. So it is grown before, to what tests put on it. */
__attribute__((noinline)) static int grow_stack(int pieces) {
  /* In pieces: what grows by more than two megabytes at once, Valgrind takes for another
   * stack. */
  volatile char room[256 * 1024];
  for (size_t at = sizeof room; at > 0; at -= 1024) room[at - 1] = 0;
  return pieces > 1 ? grow_stack(pieces - 1) + room[0] : room[0];
}

int main(int argc, char **argv) {
  int ran = 0;
  if (getenv("LWT_TEST_TOOL") != NULL && strcmp(getenv("LWT_TEST_TOOL"), "valgrind") == 0)
    grow_stack(12);
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (struct check_test *test = check_first; test != NULL; test = test->next) {
    if (argc > 1 && strstr(test->name, argv[1]) == NULL) continue;
    int before = check_failures;
    test->run();
    printf("%s %s\n", check_failures == before ? "ok    " : "FAILED", test->name);
    ran++;
  }
  printf("%d tests, %d failed checks\n", ran, check_failures);
  return check_failures == 0 && ran > 0 ? 0 : 1;
}
#endif
