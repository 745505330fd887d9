/* Promises that a binding watches: they come out of a queue once they have resolved, with
 * what became of them, and no function of the binding's is called. */
#include "embed.h"

#include <pthread.h>

static char key, other, tokens[8];
static struct lwt_binding_completion done[8];
static size_t drain(size_t max) {
  memset(done, 0xee, sizeof done);
  return lwt_binding_drain(&key, done, max);
}
static int kind_and_release(lwt_exn *e) {
  int kind = e == NULL ? LWT_OK : lwt_exn_kind(e);
  lwt_exn_release(e);
  return kind;
}

TEST(one_that_resolves_comes_out_once_with_its_value) {
  lwt_u *u;
  CHECK_INT(lwt_binding_watch(lwt_wait(&u), &key, tokens), LWT_OK);
  CHECK_INT(drain(8), 0);
  CHECK_INT(lwt_wakeup(u, LWT_INT(7)), LWT_OK);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].token, tokens);
  CHECK_INT(LWT_TO_INT(done[0].value), 7);
  CHECK(done[0].drop == NULL);
  CHECK_PTR(done[0].exn, NULL);
  CHECK_INT(drain(8), 0);
}

TEST(one_that_has_resolved_already_is_there_at_once) {
  CHECK_INT(lwt_binding_watch(lwt_return(LWT_INT(1)), &key, NULL), LWT_OK);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].token, NULL);
  CHECK_INT(LWT_TO_INT(done[0].value), 1);
}

TEST(one_that_fails_comes_out_with_its_exception) {
  lwt_u *u;
  lwt_binding_watch(lwt_wait(&u), &key, tokens);
  lwt_wakeup_exn(u, exn(LWT_NOT_FOUND));
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].value, LWT_UNIT);
  CHECK_INT(kind_and_release(done[0].exn), LWT_NOT_FOUND);
}

TEST(an_owned_value_is_moved_out) {
  int drops = 0;
  lwt_t *p = lwt_return_owned(&drops, count_drop);
  lwt_retain(p);
  lwt_binding_watch(p, &key, tokens);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].value, &drops);
  CHECK_PTR(lwt_value_of(p), LWT_UNIT);
  lwt_release(p);
  CHECK_INT(drops, 0);
  done[0].drop(done[0].value);
  CHECK_INT(drops, 1);
}

TEST(they_come_in_the_order_in_which_they_resolve_and_no_more_than_asked_for) {
  lwt_u *u[4];
  for (int i = 0; i < 4; i++) lwt_binding_watch(lwt_wait(&u[i]), &key, &tokens[i]);
  lwt_binding_watch(lwt_return(LWT_UNIT), &key, &tokens[4]);
  static const int order[] = {2, 0, 3, 1};
  for (int i = 0; i < 4; i++) lwt_wakeup(u[order[i]], LWT_INT(order[i]));
  CHECK_INT(drain(0), 0);
  CHECK_INT(lwt_binding_drain(&key, NULL, 8), 0);
  if (!CHECK_INT(drain(2), 2)) return;
  CHECK_PTR(done[0].token, &tokens[4]);
  CHECK_PTR(done[1].token, &tokens[2]);
  if (!CHECK_INT(drain(8), 3)) return;
  CHECK_PTR(done[0].token, &tokens[0]);
  CHECK_PTR(done[1].token, &tokens[3]);
  CHECK_PTR(done[2].token, &tokens[1]);
}

TEST(one_that_nothing_can_resolve_any_more_is_abandoned) {
  lwt_u *u;
  ENV(never);
  lwt_binding_watch(lwt_bind(lwt_wait(&u), env_bind, &never, env_drop), &key, tokens);
  lwt_release_anywhere(u); /* the wakener is forgotten */
  turns(1);
  CHECK_ENV(never, 0, 1);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].token, tokens);
  CHECK_INT(kind_and_release(done[0].exn), LWT_ABANDONED);
}

TEST(also_if_that_was_so_before_it_was_watched) {
  lwt_u *u;
  lwt_mvar *box = lwt_mvar_create_empty();
  lwt_t *taken = lwt_mvar_take(box), *bound = lwt_wait(&u);
  lwt_mvar_release(box);
  CHECK_INT(lwt_binding_watch(taken, &key, &tokens[1]), LWT_OK);
  ENV(never);
  bound = lwt_bind(bound, env_bind, &never, env_drop);
  lwt_release_anywhere(u);
  turns(1);
  CHECK_INT(lwt_binding_watch(bound, &key, &tokens[2]), LWT_OK);
  if (!CHECK_INT(drain(8), 2)) return;
  CHECK_PTR(done[0].token, &tokens[1]);
  CHECK_PTR(done[1].token, &tokens[2]);
  CHECK_INT(kind_and_release(done[0].exn), LWT_ABANDONED);
  CHECK_INT(kind_and_release(done[1].exn), LWT_ABANDONED);
  CHECK_ENV(never, 0, 1);
}

TEST(a_reference_of_ones_own_cancels_it) {
  lwt_t *p = lwt_unix_sleep(3600);
  lwt_binding_watch(lwt_retain(p), &key, tokens);
  CHECK_INT(drain(8), 0);
  lwt_cancel(p);
  lwt_release(p);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_INT(kind_and_release(done[0].exn), LWT_CANCELED);
}

TEST(each_binding_takes_what_is_its_own) {
  lwt_binding_watch(lwt_return(LWT_INT(1)), &other, &tokens[1]);
  lwt_binding_watch(lwt_return(LWT_INT(2)), &key, &tokens[2]);
  if (!CHECK_INT(drain(8), 1)) return;
  CHECK_PTR(done[0].token, &tokens[2]);
  if (!CHECK_INT(lwt_binding_drain(&other, done, 8), 1)) return;
  CHECK_PTR(done[0].token, &tokens[1]);
  CHECK_INT(LWT_TO_INT(done[0].value), 1);
}

TEST(one_may_be_watched_twice) {
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_binding_watch(lwt_retain(p), &key, &tokens[0]);
  lwt_binding_watch(p, &key, &tokens[1]);
  lwt_wakeup(u, LWT_INT(9));
  if (!CHECK_INT(drain(8), 2)) return;
  CHECK_INT(LWT_TO_INT(done[0].value), 9);
  CHECK_INT(LWT_TO_INT(done[1].value), 9);
}

TEST(bad_handles_are_told_and_nothing_comes_of_them) {
  lwt_t *stale = lwt_return(LWT_UNIT);
  lwt_release(stale);
  CHECK_INT(lwt_binding_watch(NULL, &key, tokens), INVALID);
  CHECK_INT(lwt_binding_watch(stale, &key, tokens), INVALID);
  CHECK_INT(lwt_binding_watch((lwt_t *)tokens, &key, tokens), INVALID);
  CHECK_INT(drain(8), 0);
}

static void *elsewhere(void *p) {
  CHECK_INT(lwt_binding_watch(p, &key, tokens), LWT_WRONG_THREAD);
  CHECK_INT(drain(8), 0);
  return NULL;
}
TEST(a_promise_of_another_thread_stays_as_it_was) {
  pthread_t thread;
  lwt_t *p = lwt_return(LWT_INT(3));
  pthread_create(&thread, NULL, elsewhere, p);
  pthread_join(thread, NULL);
  CHECK_RETURNS(p, 3);
}

TEST(the_main_loop_does_not_wait_while_something_is_there) {
  lwt_t *long_sleep = lwt_unix_sleep(3600);
  lwt_binding_watch(lwt_return(LWT_UNIT), &key, tokens);
  CHECK_INT(lwt_main_iter(true), LWT_OK); /* or it would take an hour */
  CHECK_INT(drain(8), 1);
  lwt_cancel(long_sleep);
  lwt_release(long_sleep);
}

TEST(what_resolves_outside_of_the_loop_makes_its_descriptor_readable) {
  lwt_u *u;
  if (lwt_main_fd() < 0) return; /* an engine that can't be embedded */
  lwt_binding_watch(lwt_wait(&u), &key, tokens);
  embed_settle();
  CHECK(!embed_readable(0));
  lwt_wakeup(u, LWT_UNIT);
  CHECK(embed_readable(0));
  CHECK_INT(lwt_main_iter(false), LWT_OK);
  CHECK_INT(drain(8), 1);
  embed_settle();
  CHECK(!embed_readable(0));
}

TEST(what_comes_for_another_binding_makes_it_readable_once_more) {
  lwt_u *u[2];
  if (lwt_main_fd() < 0) return; /* an engine that can't be embedded */
  lwt_binding_watch(lwt_wait(&u[0]), &key, &tokens[0]);
  lwt_binding_watch(lwt_wait(&u[1]), &other, &tokens[1]);
  embed_settle();
  for (int i = 0; i < 2; i++) lwt_wakeup(u[i], LWT_UNIT);
  CHECK_INT(lwt_main_iter(false), LWT_OK);
  CHECK_INT(drain(8), 1);
  CHECK_INT(drain(8), 0);
  CHECK(embed_readable(0)); /* for the other's loop */
  CHECK_INT(lwt_main_iter(false), LWT_OK);
  CHECK_INT(drain(8), 0);
  CHECK(!embed_readable(0)); /* ours must not turn for ever if that never drains */
  CHECK_INT(lwt_binding_drain(&other, done, 8), 1);
  CHECK_PTR(done[0].token, &tokens[1]);
}

TEST(many_take_no_more_memory_than_few) {
  long n = scaled(200000), before = 0;
  for (long i = 0; i < n; i++) {
    lwt_u *u;
    lwt_binding_watch(lwt_wait(&u), &key, tokens);
    lwt_wakeup(u, LWT_UNIT);
    if (i % 8 == 7) CHECK_INT(drain(8), 8);
    if (i == n / 2) before = resident();
  }
  while (drain(8) > 0) {
  }
  CHECK_FLAT(before, 2);
}

static void *leave_some(void *env) {
  lwt_u *u;
  lwt_binding_watch(lwt_wait(&u), &key, tokens);
  lwt_binding_watch(lwt_return_owned(env, count_drop), &key, tokens);
  return NULL;
}
TEST(what_is_watched_when_a_thread_ends_goes_with_it) {
  pthread_t thread;
  int drops = 0;
  pthread_create(&thread, NULL, leave_some, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  CHECK_INT(drain(8), 0);
}
