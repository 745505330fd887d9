/* Callbacks and drop functions of module Lwt that call back into what is just
 * being done: release it, cancel it, resolve it, ask for it again. */
#include "promises.h"

static lwt_t *p[3], *group;
static lwt_u *u[3];
static int drops;

/* A value whose drop function gives up all there is. */
static void drop_all(void *env) {
  drops++;
  (void)env;
  for (int i = 0; i < 3; i++) {
    lwt_wakeup(u[i], LWT_INT(i));
    lwt_release(p[i]);
  }
  lwt_release(group);
  lwt_abandon_wakeups();
}
typedef lwt_t *(*make_group)(lwt_t *const *, size_t);
static const make_group groups[] = {lwt_nchoose_split, lwt_any, lwt_nchoose, lwt_npick, lwt_all};
enum { GROUPS = 5 };
static void make(make_group g) {
  drops = 0;
  for (int i = 0; i < 3; i++) p[i] = lwt_retain(i % 2 ? lwt_task(&u[i]) : lwt_wait(&u[i]));
  group = g(p, 3);
}

TEST(a_failure_whose_payload_gives_up_the_group_it_is_kept_by) {
  for (int g = 0; g < GROUPS; g++)
    for (int by_value = 0; by_value < 2; by_value++) {
      make(groups[g]);
      lwt_exn *e = lwt_exn_new_owned(LWT_FULL, "falls", NULL, drop_all);
      lwt_wakeup_exn(u[0], e);
      lwt_release(p[0]); /* kept by the group alone now, where that keeps it */
      if (by_value) lwt_wakeup(u[1], LWT_INT(1));
      else lwt_cancel(group);
      for (int i = 1; i < 3; i++) lwt_wakeup(u[i], LWT_UNIT);
      lwt_release(group);
      for (int i = 1; i < 3; i++) lwt_release(p[i]);
      CHECK_INT(drops, 1);
    }
}

static void cancels_group(void *env) {
  ++*(int *)env;
  lwt_cancel(group);
  lwt_wakeup(u[2], LWT_INT(2));
}
TEST(a_member_whose_callback_cancels_and_resolves_the_rest) {
  for (int g = 0; g < GROUPS; g++)
    for (int how = 0; how < 3; how++) {
      int ran = 0;
      make(groups[g]);
      lwt_on_termination(p[0], cancels_group, &ran, NULL);
      lwt_on_termination(p[1], cancels_group, &ran, NULL);
      lwt_t *follower = lwt_bind(lwt_retain(group), env_bind, &(struct env){.name = ""}, NULL);
      if (how == 0) lwt_wakeup(u[0], LWT_INT(1));
      if (how == 1) lwt_wakeup_exn(u[1], exn(LWT_FULL));
      if (how == 2) lwt_cancel(group);
      lwt_wakeup(u[0], LWT_INT(1));
      CHECK(ran >= 1); /* p[1] may go on where the group had resolved already */
      CHECK(lwt_state(group) != LWT_SLEEP);
      lwt_release(follower);
      lwt_release(group);
      for (int i = 0; i < 3; i++) {
        lwt_release(p[i]);
        lwt_wakener_forget(u[i]);
      }
    }
  trace_text[0] = '\0';
}

/* The result of a split is asked for by a callback of the pair itself. */
static lwt_t *takes_all(lwt_value pair, void *env) {
  struct lwt_values *both = pair, *pending = both->data[1];
  int *taken = env;
  for (size_t i = 0; i < pending->len; i++) {
    lwt_drop_fn drop = NULL;
    lwt_t *one = lwt_values_take(pending, i, &drop);
    if (CHECK(drop != NULL)) ++*taken;
    lwt_cancel(one);
    drop(one); /* as lwt_release */
  }
  lwt_values_release(lwt_values_take(both, 0, NULL));
  return lwt_return_unit();
}
TEST(who_waits_for_a_split_takes_it_apart) {
  int taken = 0;
  make(lwt_nchoose_split);
  lwt_t *r = lwt_bind(group, takes_all, &taken, NULL);
  for (int i = 0; i < 3; i++) lwt_release(p[i]);
  lwt_wakeup(u[2], LWT_INT(7));
  CHECK_INT(taken, 2);
  CHECK_RETURNS(r, 0);
  lwt_wakener_forget(u[0]);
  lwt_wakener_forget(u[1]);
}

/* A bound value whose drop function looks at and changes storage. */
static lwt_key *key;
static lwt_storage *map;
static void drop_bound(void *env) {
  drops++;
  (void)env;
  lwt_value v = LWT_INT(3);
  lwt_get(key, &v);
  map = lwt_modify_storage(key, &v, NULL, map);
  lwt_storage_release(lwt_current_storage());
}
TEST(a_bound_value_whose_drop_function_changes_the_map) {
  key = lwt_new_key();
  drops = 0;
  lwt_value v = &drops;
  map = lwt_empty_storage();
  lwt_storage *other = lwt_modify_storage(key, &v, drop_bound, lwt_empty_storage());
  other = lwt_modify_storage(key, &v, drop_bound, other); /* the first one goes */
  CHECK_INT(drops, 1);
  lwt_storage_release(other);
  CHECK_INT(drops, 2);
  lwt_storage_release(map);
}

/* Ignoring, polling and wrapping what is being dropped. */
static lwt_t *ignored;
static void ignores(void *env) {
  drops++;
  (void)env;
  CHECK_INT(lwt_ignore_result(ignored), INVALID); /* it is gone already */
  lwt_value v;
  CHECK_INT(lwt_poll(ignored, &v), INVALID);
}
TEST(a_value_that_is_dropped_by_ignoring_it_ignores_it_again) {
  drops = 0;
  ignored = lwt_return_owned(NULL, ignores);
  CHECK_INT(lwt_ignore_result(ignored), LWT_OK);
  CHECK_INT(drops, 1);
}

static struct lwt_result *inside;
static void drop_result(void *env) {
  drops++;
  (void)env;
  lwt_result_release(inside);
  inside = NULL;
}
TEST(a_result_whose_value_releases_another_result) {
  drops = 0;
  inside = lwt_make_error(lwt_exn_new_owned(LWT_FULL, "x", &drops, count_drop));
  lwt_result_release(inside);
  CHECK_INT(drops, 1);
  inside = lwt_make_value_owned(&drops, count_drop);
  lwt_result_release(lwt_make_value_owned(NULL, drop_result));
  CHECK_INT(drops, 3);
}

/* A wakener's promise is asked for while the wakener is being forgotten. */
static void asks(void *env) {
  drops++;
  (void)env;
  CHECK_FAILS(lwt_waiter_of_wakener(u[0]), INVALID);
}
TEST(asking_for_the_promise_of_a_wakener_that_is_being_forgotten) {
  drops = 0;
  lwt_release(lwt_bind(lwt_wait(&u[0]), env_bind, NULL, asks));
  lwt_wakener_forget(u[0]);
  CHECK_INT(drops, 1);
}

/* A notifier that replaces itself, whose environment asks for a pause. */
static lwt_t *paused;
static void renews(size_t count, void *env) {
  (void)count, (void)env;
  lwt_register_pause_notifier(NULL, NULL, NULL);
}
static void drop_paused(void *env) {
  drops++;
  (void)env;
  paused = lwt_pause();
  lwt_wakeup_paused();
}
TEST(a_notifier_that_takes_itself_away_while_it_is_told) {
  drops = 0;
  lwt_register_pause_notifier(renews, NULL, drop_paused);
  lwt_t *q = lwt_pause();
  CHECK_INT(drops, 1);
  CHECK_RETURNS(paused, 0);
  CHECK_RETURNS(q, 0);
}

/* A clean-up that gives up the promise that its finalize consumes: a mistake,
 * which must not lead to another promise's place. The promise is a part of
 * another, which alone is kept. */
static lwt_t *waited;
static lwt_t *gives_up_and_waits(void *data) {
  lwt_release(data);
  return waited;
}
TEST(a_clean_up_that_gives_up_what_its_finalize_consumes_and_waits) {
  for (int whole = 0; whole < 2; whole++) {
    lwt_t *inner = lwt_wait(&u[0]);
    ENV_RETURNING(f, lwt_retain(inner));
    lwt_t *outer = lwt_bind(lwt_wait(&u[1]), env_bind, &f, env_drop);
    lwt_wakeup(u[1], LWT_UNIT);
    lwt_wakeup(u[0], LWT_INT(6));
    lwt_t *consumed = whole ? outer : inner, *kept = whole ? inner : outer;
    waited = lwt_wait(&u[2]);
    lwt_t *r = lwt_finalize(consumed, gives_up_and_waits, consumed, NULL);
    CHECK_SLEEPS(r);
    lwt_wakeup(u[2], LWT_UNIT);
    CHECK_RETURNS(r, 6);
    CHECK_RETURNS(kept, 6);
  }
  trace_text[0] = '\0';
}
