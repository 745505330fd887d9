/* Where the stacks of a thread are: a collector that looks between their bounds finds what
 * fibers have on them. */
#include "loop.h"

enum { MANY = 50 };
static struct lwt_binding_stack stacks[MANY + 2];
static size_t look(void) {
  memset(stacks, 0xee, sizeof stacks);
  return lwt_binding_stacks(stacks, MANY + 2);
}
static bool is_within(const void *place, const struct lwt_binding_stack *stack) {
  return (const char *)stack->low <= (const char *)place &&
         (const char *)place < (const char *)stack->high;
}

/* Places are told by frames: AddressSanitizer keeps variables elsewhere. */
#define HERE __builtin_frame_address(0)

TEST(without_fibers_there_is_the_threads_own) {
  if (!CHECK_INT(look(), 1)) return;
  CHECK_INT(stacks[0].fiber, 0);
  CHECK(stacks[0].runs);
  CHECK(is_within(HERE, &stacks[0]));
  CHECK(!lwt_binding_current_stack(&stacks[1]));
}

/* A fiber that tells where it is, then sleeps until it is woken. */
struct sleeper {
  lwt_u *wakener;
  const void *place;
  struct lwt_binding_stack running;
  uintptr_t secret;
};
static uintptr_t shuffled(uintptr_t word) { return word * 2654435761u ^ 0x5a5a5a5a; }
__attribute__((no_sanitize("address"))) static lwt_value sleeper_main(void *env) {
  struct sleeper *self = env;
  volatile uintptr_t reference = shuffled((uintptr_t)self); /* only here */
  self->place = (const void *)&reference;
  CHECK(lwt_binding_current_stack(&self->running));
  CHECK(self->running.runs);
  CHECK(is_within(self->place, &self->running));
  lwt_await(lwt_wait(&self->wakener), NULL);
  self->secret = reference;
  return LWT_UNIT;
}
static lwt_t *sleep_in_fiber(struct sleeper *self) {
  memset(self, 0, sizeof *self);
  return lwt_spawn(sleeper_main, self, NULL, 0);
}

TEST(of_each_fiber_that_sleeps_there_is_its_stack) {
  struct sleeper sleepers[MANY];
  lwt_t *all[MANY];
  for (int i = 0; i < MANY; i++) all[i] = sleep_in_fiber(&sleepers[i]);
  CHECK_INT(look(), MANY + 1); /* those that have not begun too */
  turns(1);
  if (!CHECK_INT(look(), MANY + 1)) return;
  CHECK_INT(lwt_binding_stacks(NULL, 0), MANY + 1);
  for (int i = 0; i < MANY; i++) {
    int found = 0;
    for (int j = 1; j <= MANY; j++) {
      CHECK(!stacks[j].runs);
      if (!is_within(sleepers[i].place, &stacks[j])) continue;
      found++;
      CHECK_INT(stacks[j].fiber, sleepers[i].running.fiber);
    }
    CHECK_INT(found, 1);
  }
  for (int i = 0; i < MANY; i++) {
    lwt_wakeup(sleepers[i].wakener, LWT_UNIT);
    CHECK_INT(run(all[i]), 0);
    CHECK_INT(sleepers[i].secret, shuffled((uintptr_t)&sleepers[i]));
    CHECK_INT(look(), MANY - i);
  }
}

/* A collector: it reads words of a stack that are nobody's variables. */
__attribute__((noinline, no_sanitize("address", "thread"))) static int
count_words(const struct lwt_binding_stack *stack, uintptr_t word) {
  int count = 0;
  const char *at = (const char *)((uintptr_t)stack->low & ~(uintptr_t)7);
  for (; at + sizeof word <= (const char *)stack->high; at += sizeof word)
    if (*(const volatile uintptr_t *)(const void *)at == word) count++;
  return count;
}
TEST(a_reference_that_is_on_a_fibers_stack_alone_is_found_there) {
  const char *tool = getenv("LWT_TEST_TOOL");
  if (tool != NULL && strcmp(tool, "valgrind") == 0) return; /* words that were never set */
  struct sleeper sleeper;
  lwt_t *p = sleep_in_fiber(&sleeper);
  turns(1);
  if (!CHECK_INT(look(), 2)) return;
  CHECK(count_words(&stacks[1], shuffled((uintptr_t)&sleeper)) > 0);
  CHECK(count_words(&stacks[1], (uintptr_t)&sleeper) > 0); /* its environment */
  CHECK_INT(count_words(&stacks[1], shuffled((uintptr_t)&sleeper) + 1), 0);
  lwt_wakeup(sleeper.wakener, LWT_UNIT);
  CHECK_INT(run(p), 0);
}

/* While a fiber runs the thread's own stack is suspended. */
static lwt_value look_from_fiber(void *outside) {
  if (!CHECK_INT(look(), 2)) return LWT_UNIT;
  CHECK(!stacks[0].runs);
  CHECK(is_within(outside, &stacks[0]));
  CHECK(stacks[1].runs);
  CHECK(is_within(HERE, &stacks[1]));
  CHECK(!is_within(HERE, &stacks[0]));
  return LWT_UNIT;
}
TEST(while_a_fiber_runs_the_threads_own_stack_is_told_too) {
  CHECK_INT(run(lwt_spawn(look_from_fiber, HERE, NULL, 0)), 0);
  CHECK_INT(look(), 1);
}
