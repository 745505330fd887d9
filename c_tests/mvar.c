/* Mailboxes: values with a drop function, reentrancy, bad arguments, ends of
 * handles and threads. */
#include "small_stack.h"

static lwt_mvar *box;
static lwt_t *never(lwt_value v, void *env) {
  CHECK(false);
  return (void)env, lwt_return(v);
}

TEST(take_available_takes_what_there_is) {
  int drops = 0;
  lwt_drop_fn drop = NULL;
  box = lwt_mvar_create_owned(&drops, count_drop);
  lwt_t *p = lwt_mvar_put(box, LWT_INT(2));
  CHECK_PTR(lwt_mvar_take_available(box, &drop), &drops);
  CHECK(drop == count_drop);
  CHECK_INT(drops, 0);
  CHECK_RETURNS(p, 0);
  CHECK_INT(LWT_TO_INT(lwt_mvar_take_available(box, &drop)), 2);
  CHECK(drop == NULL);
  drop = count_drop;
  CHECK_PTR(lwt_mvar_take_available(box, &drop), LWT_NONE);
  CHECK(drop == NULL);
  CHECK_PTR(lwt_mvar_take_available(box, NULL), LWT_NONE);
  lwt_mvar_release(box);
}

TEST(an_owned_value_is_dropped_once_wherever_it_ends) {
  int drops = 0;
  box = lwt_mvar_create_owned(&drops, count_drop);
  lwt_t *withdrawn = lwt_mvar_put_owned(box, &drops, count_drop);
  lwt_t *left = lwt_mvar_put_owned(box, &drops, count_drop);
  lwt_t *waits = lwt_mvar_put_owned(box, &drops, count_drop);
  lwt_cancel(withdrawn);
  CHECK_INT(drops, 1);
  CHECK_FAILS(withdrawn, LWT_CANCELED);
  lwt_t *taken = lwt_mvar_take(box);
  CHECK_PTR(lwt_value_of(taken), &drops);
  lwt_release(taken);
  CHECK_INT(drops, 2);
  CHECK_RETURNS(left, 0);
  CHECK_SLEEPS(waits);
  lwt_mvar_release(box); /* one in the box, one on its way */
  CHECK_INT(drops, 4);
  CHECK_SLEEPS(waits);
  lwt_release(waits);
  CHECK_FAILS(lwt_mvar_put_owned(NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 5);
}

/* A value's drop function uses the box that it is withdrawn from. */
static int reentered;
static intptr_t found[2];
static void use_box(void *value) {
  lwt_release(lwt_mvar_put(box, value)); /* waits: the box is full */
  found[reentered++] = LWT_TO_INT(lwt_mvar_take_available(box, NULL));
}
TEST(a_drop_function_may_use_the_box_that_its_value_is_withdrawn_from) {
  box = lwt_mvar_create(LWT_INT(1));
  lwt_t *both[2] = {lwt_mvar_put_owned(box, LWT_INT(8), use_box),
                    lwt_mvar_put_owned(box, LWT_INT(9), use_box)};
  lwt_t *all = lwt_join(both, 2);
  lwt_cancel(all);
  CHECK_FAILS(all, LWT_CANCELED);
  CHECK_INT(reentered, 2);
  CHECK_INT(found[0], 1);
  CHECK_INT(found[1], 8);
  CHECK_RETURNS(lwt_mvar_take(box), 9);
  CHECK(lwt_mvar_is_empty(box));
  lwt_mvar_release(box);
}

static lwt_t *put_and_release(lwt_value v, void *env) {
  CHECK_RETURNS(lwt_mvar_put(box, LWT_INT(LWT_TO_INT(v) + 1)), 0);
  lwt_mvar_release(box);
  return (void)env, lwt_return(v);
}
TEST(a_taker_may_put_and_release_the_box) {
  box = lwt_mvar_create_empty();
  lwt_t *a = lwt_bind(lwt_mvar_take(box), put_and_release, NULL, NULL);
  lwt_t *b = lwt_mvar_take(box);
  CHECK_RETURNS(lwt_mvar_put(box, LWT_INT(1)), 0);
  CHECK_RETURNS(a, 1);
  CHECK_RETURNS(b, 2);
}

TEST(who_waits_for_a_box_that_is_gone_waits_for_ever) {
  ENV(f);
  box = lwt_mvar_create_empty();
  lwt_t *p = lwt_bind(lwt_mvar_take(box), env_bind, &f, env_drop);
  CHECK_PTR(lwt_mvar_retain(box), box);
  lwt_mvar_release(box);
  CHECK_ENV(f, 0, 0);
  lwt_mvar_release(box);
  CHECK_ENV(f, 0, 1);
  CHECK_SLEEPS(p);
  lwt_release(p);
}

TEST(bad_arguments_are_refused) {
  lwt_mvar *stale = lwt_mvar_create_empty();
  lwt_mvar_release(stale);
  lwt_mutex *other = lwt_mutex_create();
  const lwt_mvar *bad[] = {NULL, stale, (const lwt_mvar *)other};
  for (int i = 0; i < 3; i++) {
    CHECK_FAILS(lwt_mvar_put(bad[i], LWT_UNIT), INVALID);
    CHECK_FAILS(lwt_mvar_take(bad[i]), INVALID);
    CHECK_PTR(lwt_mvar_take_available(bad[i], NULL), LWT_NONE);
    CHECK(!lwt_mvar_is_empty(bad[i]));
    CHECK_PTR(lwt_mvar_retain(bad[i]), NULL);
    lwt_mvar_release((lwt_mvar *)bad[i]);
  }
  lwt_mutex_release(other);
}

static void *leaves_waiters(void *drops) {
  CHECK_FAILS(lwt_mvar_take(box), LWT_WRONG_THREAD);
  CHECK_FAILS(lwt_mvar_put(box, LWT_UNIT), LWT_WRONG_THREAD);
  lwt_mvar *full = lwt_mvar_create_owned(drops, count_drop), *empty = lwt_mvar_create_empty();
  for (int i = 0; i < 100; i++) {
    lwt_t *p = lwt_bind(lwt_mvar_put_owned(full, drops, count_drop), never, drops, count_drop);
    if (i % 2 == 0) lwt_release(p);
    lwt_release(lwt_bind(lwt_mvar_take(empty), never, drops, count_drop));
  }
  return NULL;
}
TEST(a_thread_may_end_while_others_wait) {
  int drops = 0;
  pthread_t thread;
  box = lwt_mvar_create_empty();
  pthread_create(&thread, NULL, leaves_waiters, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 301);
  lwt_mvar_release(box);
}

static long sum, left;
static lwt_t *produce(lwt_value v, void *env) {
  if (left == 0) return lwt_return(v);
  return lwt_bind(lwt_mvar_put(box, LWT_INT(left--)), produce, env, NULL);
}
static lwt_t *consume(lwt_value v, void *env) {
  sum += LWT_TO_INT(v);
  if (LWT_TO_INT(v) == 1) return lwt_return(v);
  return lwt_bind(lwt_mvar_take(box), consume, env, NULL);
}
static void ping_pong(void) {
  long n = left = scaled(100000);
  box = lwt_mvar_create_empty();
  sum = 0;
  lwt_t *consumer = lwt_bind(lwt_mvar_take(box), consume, NULL, NULL);
  lwt_t *producer = produce(LWT_UNIT, NULL);
  CHECK_INT(sum, n * (n + 1) / 2);
  CHECK_RETURNS(producer, 0);
  CHECK_RETURNS(consumer, 1);
  lwt_mvar_release(box);
}
TEST(a_hundred_thousand_values_pass_through_without_stack) {
  on_small_stack(NESTED_STACK, ping_pong);
}

static void crowd(void) {
  long n = scaled(100000);
  box = lwt_mvar_create(LWT_INT(0));
  for (long i = 1; i <= n; i++) lwt_release(lwt_mvar_put(box, LWT_INT(i)));
  for (long i = 0; i <= n; i++) CHECK_RETURNS(lwt_mvar_take(box), i);
  CHECK(lwt_mvar_is_empty(box));
  lwt_mvar_release(box);
}
TEST(a_hundred_thousand_writers_are_served_in_turn) { on_small_stack(SMALL_STACK, crowd); }
