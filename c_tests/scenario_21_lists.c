/* timeout: 120 */
/* Scenario 21. Lists: an error in the second call for every function; laziness
 * of the serial ones; concurrency of the others; 100,000 elements. */
#include "lists.h"
#include "small_stack.h"

#include <lwt_list.h>

static lwt_t *going_on(struct job *job) { return lwt_return(LWT_INT(job->truth)); }

/* ------------------------------------------------ an error in the second --- */
static lwt_u *second;
static lwt_t *fail_at_once(struct job *job, lwt_value item) {
  (void)item;
  return job->calls == 2 ? lwt_fail(exn(LWT_CLOSED)) : going_on(job);
}
static lwt_t *fail_by_raising(struct job *job, lwt_value item) {
  (void)item;
  if (job->calls != 2) return going_on(job);
  lwt_raise(exn(LWT_CLOSED));
  return NULL;
}
static lwt_t *fail_later(struct job *job, lwt_value item) {
  (void)item;
  return job->calls == 2 ? lwt_wait(&second) : going_on(job);
}
static lwt_t *return_null(struct job *job, lwt_value item) {
  (void)item;
  return job->calls == 2 ? NULL : going_on(job);
}
static const struct {
  lwt_t *(*answer)(struct job *job, lwt_value item);
  int kind;
} errors[] = {{fail_at_once, LWT_CLOSED},
              {fail_by_raising, LWT_CLOSED},
              {fail_later, LWT_CLOSED},
              {return_null, LWT_INVALID_ARGUMENT}};

TEST(an_error_in_the_second_call_is_the_result_and_ends_a_serial_walk) {
  lwt_value *items = numbers(4);
  for (int i = 0; i < 4; i++)
    EACH_FUNCTION(f) {
      int before = check_failures;
      struct job job = {errors[i].answer, .truth = f->truth};
      second = NULL;
      lwt_t *p = f->call(items, 4, &job);
      if (errors[i].answer == fail_later) {
        CHECK_SLEEPS(p);
        CHECK_INT(lwt_wakeup_exn(second, exn(LWT_CLOSED)), LWT_OK);
      }
      CHECK_FAILS(p, errors[i].kind);
      CHECK_INT(job.calls, f->concurrent ? 4 : 2);
      CHECK_INT(job.dropped, 1);
      blame(f, before);
    }
  free(items);
}

/* --------------------------------------------- laziness and concurrency --- */
static lwt_t *wait_each(struct job *job, lwt_value item) {
  (void)item;
  return lwt_task(&job->wakeners[job->calls - 1]);
}

TEST(a_serial_walk_calls_once_and_then_waits_and_a_concurrent_one_calls_for_all) {
  lwt_value *items = numbers(4);
  EACH_FUNCTION(f) {
    int before = check_failures;
    lwt_u *wakeners[4] = {NULL, NULL, NULL, NULL};
    struct job job = {wait_each, .truth = f->truth, .wakeners = wakeners};
    lwt_t *p = f->call(items, 4, &job);
    for (int i = 0; i < 4; i++) {
      CHECK_INT(job.calls, f->concurrent ? 4 : i + 1);
      CHECK_SLEEPS(p);
      CHECK_INT(lwt_wakeup(wakeners[i], LWT_INT(job.truth)), LWT_OK);
    }
    check_result(f, p, 4);
    CHECK_INT(job.dropped, 1);
    lwt_release(p);
    blame(f, before);
  }
  free(items);
}

/* ------------------------------------------------------ 100,000 elements --- */
static size_t many;
static lwt_t *at_once(struct job *job, lwt_value item) {
  (void)item;
  return going_on(job);
}

static void very_many(void) {
  lwt_value *items = numbers(many);
  lwt_u **wakeners = calloc(many, sizeof *wakeners);
  EACH_FUNCTION(f) {
    int before = check_failures;
    struct job now = {at_once, .truth = f->truth};
    lwt_t *p = f->call(items, many, &now);
    check_result(f, p, many);
    CHECK_INT(now.calls, many);
    lwt_release(p);
    /* Resolved from the first to the last, and from the last to the first. */
    for (int backwards = 0; backwards <= (int)f->concurrent; backwards++) {
      struct job later = {wait_each, .truth = f->truth, .wakeners = wakeners};
      p = f->call(items, many, &later);
      for (size_t i = 0; i < many; i++)
        lwt_wakeup(wakeners[backwards ? many - 1 - i : i], LWT_INT(f->truth));
      check_result(f, p, many);
      CHECK_INT(later.calls, many);
      lwt_release(p);
    }
    blame(f, before);
  }
  free(wakeners);
  free(items);
}
TEST(every_function_takes_a_hundred_thousand_elements_on_a_small_stack) {
  many = (size_t)scaled(100000);
  on_small_stack(SMALL_STACK, very_many);
}

/* One callback wakes the promise that the next one waits for, and so on. */
static lwt_u *chain_wakener;
static lwt_t *wait_for_the_next(struct job *job, lwt_value item) {
  (void)item;
  lwt_u *before = chain_wakener;
  lwt_t *p = lwt_wait(&chain_wakener);
  if (before != NULL) lwt_wakeup(before, LWT_INT(job->truth));
  return p;
}
static void chained(void) {
  lwt_value *items = numbers(many);
  EACH_FUNCTION(f) {
    if (!f->concurrent) continue;
    int before = check_failures;
    struct job job = {wait_for_the_next, .truth = f->truth};
    chain_wakener = NULL;
    lwt_t *p = f->call(items, many, &job);
    CHECK_SLEEPS(p);
    lwt_wakeup(chain_wakener, LWT_INT(f->truth));
    check_result(f, p, many);
    lwt_release(p);
    blame(f, before);
  }
  free(items);
}
TEST(a_callback_may_resolve_what_an_earlier_one_returned) {
  many = (size_t)scaled(100000);
  on_small_stack(SMALL_STACK, chained);
}
