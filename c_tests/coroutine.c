/* lwt_coroutine.h: a frame by hand, as a binding of another language has it. */
#include "promises.h"

/* The example of the header: waits for a promise and returns its value. */
struct frame {
  struct lwt_coroutine self;
  lwt_t *awaited;
  const char *name;
};
static int frames;

static void destroy(struct lwt_coroutine *self) {
  struct frame *frame = (struct frame *)self;
  trace("destroy");
  if (frame->awaited != NULL) lwt_release(frame->awaited);
  free(frame);
  frames--;
}
static void resume(struct lwt_coroutine *self) {
  struct frame *frame = (struct frame *)self;
  struct lwt_outcome outcome;
  if (!lwt_coroutine_take(frame->awaited, &outcome)) {
    int step = lwt_coroutine_await(self, frame->awaited);
    if (step == LWT_COROUTINE_ENDS) destroy(self);
    if (step != LWT_COROUTINE_GOES) return;
    if (!lwt_coroutine_take(frame->awaited, &outcome)) abort();
  }
  trace(frame->name);
  if (outcome.exn)
    lwt_coroutine_fail(self, outcome.exn);
  else
    lwt_coroutine_return(self, outcome.value, outcome.drop);
  free(frame);
  frames--;
}
static const struct lwt_coroutine_ops ops = {"test", resume, destroy};

static lwt_t *begin(lwt_t *p, const char *name) {
  struct frame *frame = malloc(sizeof *frame);
  lwt_t *promise = NULL;
  frame->awaited = p;
  frame->name = name;
  frames++;
  int step = lwt_coroutine_begin(&frame->self, &ops, &promise);
  if (step == LWT_COROUTINE_GOES) resume(&frame->self);
  if (step == LWT_COROUTINE_ENDS) destroy(&frame->self);
  return promise;
}

TEST(one_that_does_not_wait_ends_inside_the_call) {
  CHECK_RETURNS(begin(lwt_return(LWT_INT(3)), "a"), 3);
  CHECK_FAILS(begin(lwt_fail(exn(LWT_FAILURE)), "b"), LWT_FAILURE);
  CHECK_FAILS(begin(NULL, "c"), INVALID);
  CHECK_TRACE("a b c");
  CHECK_INT(frames, 0);
}

TEST(one_that_waits_goes_on_inside_the_resolution) {
  lwt_u *u;
  lwt_t *p = begin(begin(lwt_wait(&u), "inner"), "outer");
  CHECK_SLEEPS(p);
  lwt_wakeup(u, LWT_INT(4));
  CHECK_TRACE("inner outer");
  CHECK_RETURNS(p, 4);
  CHECK_INT(frames, 0);
}

TEST(an_owned_value_moves_through_and_is_dropped_once) {
  int drops = 0;
  lwt_u *u;
  lwt_t *p = begin(lwt_wait(&u), "a");
  lwt_wakeup_owned(u, &drops, count_drop);
  CHECK_INT(drops, 0);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 1);
  CHECK_TRACE("a");
}

TEST(cancelling_cancels_what_is_awaited) {
  lwt_u *u;
  lwt_t *p = begin(lwt_task(&u), "a");
  lwt_cancel(p);
  CHECK_TRACE("a");
  CHECK_FAILS(p, LWT_CANCELED);
  lwt_wakener_forget(u);
}

TEST(one_that_nothing_can_wake_is_destroyed) {
  lwt_u *u;
  lwt_t *p = begin(begin(lwt_wait(&u), "inner"), "outer");
  lwt_wakener_forget(u);
  CHECK_TRACE("destroy destroy");
  CHECK_SLEEPS(p);
  lwt_release(p);
  CHECK_INT(frames, 0);
}

TEST(take_moves_the_outcome_of_any_promise_out) {
  struct lwt_outcome outcome;
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  CHECK(!lwt_coroutine_take(p, &outcome));
  lwt_wakeup(u, LWT_INT(5));
  CHECK(!lwt_coroutine_take(p, NULL));
  CHECK(lwt_coroutine_take(p, &outcome));
  CHECK_INT(LWT_TO_INT(outcome.value), 5);
  CHECK(outcome.drop == NULL && outcome.exn == NULL);
  CHECK(lwt_coroutine_take(p, &outcome)); /* stale */
  CHECK_INT(lwt_exn_kind(outcome.exn), INVALID);
  lwt_exn_release(outcome.exn);
}

TEST(what_is_missing_is_an_error) {
  struct lwt_coroutine_ops none = {NULL, NULL, destroy};
  struct lwt_coroutine record;
  lwt_t *p = NULL;
  CHECK_INT(lwt_coroutine_begin(NULL, &ops, &p), LWT_COROUTINE_ENDS);
  CHECK_FAILS(p, INVALID);
  CHECK_INT(lwt_coroutine_begin(&record, NULL, &p), LWT_COROUTINE_ENDS);
  CHECK_FAILS(p, INVALID);
  CHECK_INT(lwt_coroutine_begin(&record, &none, &p), LWT_COROUTINE_ENDS);
  CHECK_FAILS(p, INVALID);
  CHECK_INT(lwt_coroutine_begin(&record, &ops, NULL), LWT_COROUTINE_ENDS);
  p = lwt_return(LWT_UNIT);
  CHECK_INT(lwt_coroutine_await(NULL, p), LWT_COROUTINE_GOES);
  lwt_release(p);
  int drops = 0;
  lwt_coroutine_return(NULL, &drops, count_drop);
  CHECK_INT(drops, 1);
  lwt_coroutine_fail(NULL, exn(LWT_FAILURE));
  lwt_coroutine_fail(NULL, NULL);
}

static struct frame *waiting;
static void misuse_resume(struct lwt_coroutine *self) { (void)self; }

TEST(one_that_waits_already_cannot_wait_or_end) {
  static const struct lwt_coroutine_ops misuse = {"misuse", misuse_resume, destroy};
  lwt_u *u;
  lwt_t *p = NULL, *q = lwt_wait(&u);
  waiting = calloc(1, sizeof *waiting);
  frames++;
  CHECK_INT(lwt_coroutine_begin(&waiting->self, &misuse, &p), LWT_COROUTINE_GOES);
  CHECK_INT(lwt_coroutine_await(&waiting->self, q), LWT_COROUTINE_WAITS);
  CHECK_INT(lwt_coroutine_await(&waiting->self, q), LWT_COROUTINE_GOES);
  int drops = 0;
  lwt_coroutine_return(&waiting->self, &drops, count_drop);
  CHECK_INT(drops, 1);
  CHECK_SLEEPS(p);
  lwt_release(q);
  lwt_wakener_forget(u);
  CHECK_TRACE("destroy");
  lwt_release(p);
  CHECK_INT(frames, 0);
}
