/* Pools: limits, cancelling at every point, checks that answer later, members
 * with a drop function, reentrancy, bad arguments, ends of handles and
 * threads. */
#include "pool_kit.h"

TEST(there_are_never_more_members_than_the_limit) {
  lwt_u *u[5], *creation;
  begin(2);
  struct env f[5];
  lwt_t *p[5];
  kit.make_waits = lwt_wait(&creation);
  for (int i = 0; i < 5; i++) {
    f[i] = (struct env){.name = "f", .result = lwt_wait(&u[i])};
    p[i] = use(&f[i]);
  }
  CHECK_INT(kit.made, 2); /* one of them not yet there */
  CHECK_INT(lwt_pool_wait_queue_length(pool), 3);
  lwt_wakeup_owned(creation, LWT_INT(1), member_dropped);
  CHECK_INT(f[0].ran + f[1].ran + f[2].ran, 2);
  /* Nothing is valid any more: each is replaced, at its place. */
  kit.valid = false;
  for (int i = 0; i < 5; i++) {
    lwt_wakeup(u[i], LWT_INT(i));
    CHECK(kit.made - kit.disposed <= 2);
    CHECK_RETURNS(p[i], i);
  }
  CHECK_INT(kit.made, 5);
  CHECK_INT(kit.disposed, 3);
  end();
}

TEST(free_members_are_used_oldest_first_and_one_who_waits_goes_before_them) {
  lwt_u *u, *v;
  begin_with(2, false);
  ENV_RETURNING(a, lwt_wait(&u));
  ENV_RETURNING(b, lwt_wait(&v));
  ENV(c);
  ENV(d);
  lwt_t *pa = use(&a), *pb = use(&b), *pc = use(&c);
  lwt_wakeup(v, LWT_UNIT);
  CHECK_RETURNS(pc, 2);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(use(&d), 2); /* 2 was free before 1 was */
  lwt_release(pa);
  lwt_release(pb);
  end();
}

TEST(cancelling_while_it_waits_leaves_the_queue) {
  lwt_u *u;
  begin(1);
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  ENV(c);
  lwt_t *pa = use(&a), *pb = use(&b), *pc = use(&c);
  lwt_cancel(pb);
  CHECK_FAILS(pb, LWT_CANCELED);
  CHECK_ENV(b, 0, 1);
  CHECK_INT(lwt_pool_wait_queue_length(pool), 1);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(pc, 1);
  CHECK_RETURNS(pa, 0);
  end();
}

TEST(cancelling_while_a_member_is_made_cancels_that_and_frees_the_place) {
  lwt_u *u;
  begin(1);
  kit.make_waits = lwt_task(&u);
  ENV(a);
  ENV(b);
  lwt_t *pa = use(&a), *pb = use(&b);
  CHECK_SLEEPS(pb);
  lwt_cancel(pa);
  CHECK_FAILS(pa, LWT_CANCELED);
  CHECK_RETURNS(pb, 2); /* its member was made then */
  lwt_wakener_forget(u);
  kit.made--; /* the first one never came to be */
  end();
}

TEST(where_a_member_can_never_be_made_its_place_is_for_who_waits) {
  lwt_u *u;
  begin(1);
  kit.make_waits = lwt_wait(&u);
  ENV(a);
  ENV(b);
  lwt_t *pa = use(&a), *pb = use(&b);
  CHECK_SLEEPS(pb);
  lwt_wakener_forget(u);
  CHECK_SLEEPS(pa); /* for ever */
  CHECK_RETURNS(pb, 2);
  lwt_release(pa);
  kit.made--; /* the first one never came to be */
  end();
}

TEST(where_the_one_for_who_waits_can_never_be_made_the_oldest_is_told) {
  lwt_u *u, *made;
  begin(1);
  kit.good = false;
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  ENV(c);
  lwt_t *pa = use(&a), *pb = use(&b), *pc = use(&c);
  kit.make_waits = lwt_wait(&made);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_FAILS(pa, LWT_CLOSED);
  CHECK_SLEEPS(pb);
  lwt_wakener_forget(made);
  CHECK_FAILS(pb, LWT_ABANDONED);
  CHECK_RETURNS(pc, 3);
  kit.made--;
  end();
}

TEST(a_member_made_for_one_who_was_cancelled_goes_to_another) {
  lwt_u *u, *made;
  begin(1);
  kit.good = false;
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  lwt_t *pa = use(&a), *pb = use(&b);
  kit.make_waits = lwt_wait(&made);
  lwt_wakeup_exn(u, exn(LWT_CLOSED));
  CHECK_FAILS(pa, LWT_CLOSED);
  CHECK_TRACE("make1 a check1 dispose1 make2");
  lwt_cancel(pb);
  CHECK_FAILS(pb, LWT_CANCELED);
  lwt_wakeup_owned(made, LWT_INT(2), member_dropped);
  ENV(c);
  CHECK_RETURNS(use(&c), 2);
  CHECK_TRACE("validate2 c");
  end();
}

TEST(cancelling_a_use_cancels_it_and_the_member_is_checked) {
  lwt_u *u;
  begin(1);
  ENV_RETURNING(a, lwt_task(&u));
  lwt_t *pa = use(&a);
  lwt_cancel(pa);
  CHECK_FAILS(pa, LWT_CANCELED);
  CHECK_TRACE("make1 a check1");
  lwt_wakener_forget(u);
  end();
}

TEST(cancelling_while_a_member_is_validated) {
  lwt_u *u;
  begin(1);
  ENV(a);
  CHECK_RETURNS(use(&a), 1);
  kit.validate_waits = lwt_task(&u);
  ENV(b);
  ENV(c);
  lwt_t *pb = use(&b), *pc = use(&c);
  CHECK_SLEEPS(pb);
  lwt_cancel(pb);
  CHECK_FAILS(pb, LWT_CANCELED);
  CHECK_RETURNS(pc, 2);
  CHECK_TRACE("make1 a validate1 dispose1 make2 c");
  lwt_wakener_forget(u);
  end();
}

TEST(a_disposal_is_not_cancelled_and_its_place_is_taken_until_it_is_done) {
  lwt_u *u;
  begin(1);
  kit.good = false;
  kit.dispose_waits = lwt_task(&u);
  ENV_RAISING(a, LWT_CLOSED);
  ENV(b);
  lwt_t *pa = use(&a), *pb = use(&b);
  lwt_cancel(pa);
  CHECK_SLEEPS(pa);
  CHECK_SLEEPS(pb);
  CHECK_INT(kit.made, 1);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_FAILS(pa, LWT_CLOSED);
  CHECK_RETURNS(pb, 2);
  end();
}

TEST(a_check_may_answer_later_and_once) {
  lwt_u *answer = NULL;
  for (int how = 0; how < 5; how++) {
    begin(1);
    kit.answer = &answer;
    ENV_RAISING(a, LWT_CLOSED);
    ENV(b);
    lwt_t *pa = use(&a), *pb = use(&b);
    CHECK_SLEEPS(pa); /* told when the member's fate is known */
    CHECK_SLEEPS(pb);
    if (how == 0) CHECK_INT(lwt_wakeup(answer, LWT_INT(true)), LWT_OK);
    if (how == 1) CHECK_INT(lwt_wakeup(answer, LWT_INT(false)), LWT_OK);
    if (how == 2) CHECK_INT(lwt_wakeup_exn(answer, exn(LWT_FULL)), LWT_OK);
    if (how == 3) lwt_wakener_release(answer);
    if (how == 4) lwt_wakener_forget(answer);
    CHECK_INT(lwt_wakeup(answer, LWT_INT(true)), INVALID);
    CHECK_FAILS(pa, LWT_CLOSED);
    CHECK_RETURNS(pb, how == 0 ? 1 : 2);
    end();
  }
}

static void raising_check(lwt_value member, lwt_u *answer, void *env) {
  (void)member, (void)env, (void)answer;
  lwt_raise(exn(LWT_FULL));
}
TEST(a_check_that_raises_says_no) {
  memset(&kit, 0, sizeof kit);
  struct lwt_pool_options options = LWT_POOL_OPTIONS;
  options.check = raising_check;
  options.dispose = dispose;
  pool = lwt_pool_create(1, make, &kit, kit_dropped, &options);
  ENV_RAISING(a, LWT_CLOSED);
  CHECK_FAILS(use(&a), LWT_CLOSED);
  CHECK_INT(kit.disposed, 1);
  end();
}

TEST(a_failing_disposal_is_told_and_gives_up_the_place) {
  begin(1);
  ENV(a);
  lwt_release(use(&a));
  kit.dispose_fails = LWT_FULL;
  CHECK_FAILS(lwt_pool_clear(pool), LWT_FULL);
  kit.good = false;
  ENV_RAISING(b, LWT_CLOSED);
  CHECK_FAILS(use(&b), LWT_FULL);
  ENV(c);
  CHECK_RETURNS(use(&c), 3);
  end();
}

TEST(a_pool_of_nothing_but_make) {
  memset(&kit, 0, sizeof kit);
  pool = lwt_pool_create(1, make, &kit, kit_dropped, NULL);
  ENV(a);
  ENV_RAISING(b, LWT_CLOSED);
  ENV(c);
  CHECK_RETURNS(use(&a), 1);
  CHECK_FAILS(use(&b), LWT_CLOSED);
  CHECK_RETURNS(use(&c), 1);
  CHECK_RETURNS(lwt_pool_clear(pool), 0);
  CHECK_INT(kit.dropped, 1);
  CHECK_RETURNS(lwt_pool_clear(pool), 0);
  end();
}

static lwt_t *use_again(lwt_value member, void *env) {
  ENV(inner);
  lwt_t *p = use(&inner);
  CHECK_RETURNS(p, LWT_TO_INT(member) + 1);
  CHECK_RETURNS(lwt_pool_clear(pool), 0);
  lwt_pool_release(pool);
  return (void)env, lwt_return(member);
}
TEST(a_use_may_use_clear_and_release_its_pool) {
  begin_with(2, false);
  CHECK_RETURNS(lwt_pool_use(pool, use_again, NULL, NULL), 1);
  CHECK_TRACE("make1 make2 inner dispose2 dispose1");
  CHECK_INT(kit.dropped, 2);
  CHECK_INT(kit.env_dropped, 1);
}

TEST(a_released_pool_lives_on_while_it_is_used) {
  lwt_u *u;
  begin(1);
  ENV_RETURNING(a, lwt_wait(&u));
  ENV(b);
  lwt_t *pa = use(&a), *pb = use(&b);
  lwt_pool_release(pool);
  CHECK_INT(kit.env_dropped, 0);
  lwt_wakeup(u, LWT_UNIT);
  CHECK_RETURNS(pb, 1);
  lwt_release(pa);
  CHECK_INT(kit.dropped, 1);
  CHECK_INT(kit.env_dropped, 1);
  trace_text[0] = '\0';
}

TEST(bad_arguments_are_refused) {
  int drops = 0;
  struct lwt_pool_options options = LWT_POOL_OPTIONS;
  options.size = 3;
  CHECK_PTR(lwt_pool_create(0, make, &drops, count_drop, NULL), NULL);
  CHECK_PTR(lwt_pool_create(1, NULL, &drops, count_drop, NULL), NULL);
  CHECK_PTR(lwt_pool_create(1, make, &drops, count_drop, &options), NULL);
  CHECK_INT(drops, 3);
  lwt_mutex *other = lwt_mutex_create();
  const lwt_pool *bad[] = {NULL, (const lwt_pool *)other, (const lwt_pool *)8};
  for (int i = 0; i < 3; i++) {
    ENV(f);
    CHECK_FAILS(lwt_pool_use(bad[i], env_bind, &f, env_drop), INVALID);
    CHECK_ENV(f, 0, 1);
    CHECK_FAILS(lwt_pool_clear(bad[i]), INVALID);
    CHECK_INT(lwt_pool_wait_queue_length(bad[i]), 0);
    CHECK_PTR(lwt_pool_retain(bad[i]), NULL);
    lwt_pool_release((lwt_pool *)bad[i]);
  }
  lwt_mutex_release(other);
  begin(1);
  CHECK_FAILS(lwt_pool_use(pool, NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 4);
  CHECK_INT(kit.made, 0);
  end();
}

static lwt_t *never(lwt_value v, void *env) {
  CHECK(false);
  return (void)env, lwt_return(v);
}
static lwt_t *for_ever(lwt_value v, void *env) {
  lwt_u *u;
  return (void)v, (void)env, lwt_wait(&u);
}
static void *leaves_uses(void *drops) {
  CHECK_FAILS(lwt_pool_use(pool, never, drops, count_drop), LWT_WRONG_THREAD);
  lwt_pool *own = lwt_pool_create(2, make, drops, count_drop, NULL);
  for (int i = 0; i < 2; i++) lwt_release(lwt_pool_use(own, for_ever, drops, count_drop));
  for (int i = 0; i < 50; i++) {
    lwt_t *p = lwt_pool_use(own, never, drops, count_drop);
    if (i % 2 == 0) lwt_release(p);
  }
  return NULL;
}
TEST(a_thread_may_end_while_members_are_in_use) {
  int drops = 0;
  pthread_t thread;
  begin(1);
  pthread_create(&thread, NULL, leaves_uses, &drops);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 54);
  CHECK_INT(kit.made, 2);
  end();
}

static lwt_t *show(lwt_value v, void *env) { return (void)env, lwt_return(v); }
static void crowd(void) {
  long n = scaled(100000), failures = 0;
  lwt_u *u;
  lwt_t **all = malloc((size_t)n * sizeof *all);
  begin_with(1, false);
  ENV_RETURNING(first, lwt_wait(&u));
  lwt_t *p = use(&first);
  for (long i = 0; i < n; i++) all[i] = lwt_pool_use(pool, show, NULL, NULL);
  lwt_wakeup(u, LWT_UNIT);
  for (long i = 0; i < n; i++) CHECK_RETURNS(all[i], 1);
  lwt_release(p);
  end();
  /* None can be made: each is told. */
  lwt_u *v;
  memset(&kit, 0, sizeof kit);
  lwt_pool *waits = lwt_pool_create(1, make, NULL, NULL, NULL);
  kit.make_waits = lwt_wait(&v);
  for (long i = 0; i < n; i++) all[i] = lwt_pool_use(waits, show, NULL, NULL);
  kit.make_fails = LWT_CLOSED;
  lwt_wakeup_exn(v, exn(LWT_CLOSED));
  for (long i = 0; i < n; i++) {
    failures += lwt_state(all[i]) == LWT_FAIL;
    lwt_release(all[i]);
  }
  CHECK_INT(failures, n);
  lwt_pool_release(waits);
  free(all);
  trace_text[0] = '\0';
}
TEST(a_hundred_thousand_wait_and_are_served_or_told_without_stack) {
  on_small_stack(NESTED_STACK, crowd);
}
