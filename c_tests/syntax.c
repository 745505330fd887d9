/* lwt_syntax.h: each row of the table, and how a block is left. This file is
 * C99 and C++17: tests/syntax.rs builds and runs it as both. */
#include "loop.h"

#include <errno.h>

/* A promise that is resolved in a later turn: n, or a failure of kind -n. */
static lwt_t *later_of(lwt_value v, void *env) {
  intptr_t n = LWT_TO_INT(env);
  (void)v;
  return n < 0 ? lwt_fail(exn((int)-n)) : lwt_return(LWT_INT(n));
}
static lwt_t *later(intptr_t n) { return lwt_bind(lwt_pause(), later_of, LWT_INT(n), NULL); }
/* The same, resolved already. */
static lwt_t *now(intptr_t n) { return later_of(LWT_UNIT, LWT_INT(n)); }
/* Leaves its name. */
static lwt_t *step(const char *name, intptr_t n) {
  trace(name);
  return later(n);
}
static intptr_t fiber(lwt_compute_fn f) { return run(lwt_spawn(f, NULL, NULL, 0)); }

/* ---------------------------------------------------------- the table --- */

static lwt_value let_row(void *env) {
  LWT_BEGIN;
  (void)env;
  lwt_value x = LWT_AWAIT(later(20));
  lwt_value y = LWT_AWAIT(now(1));
  return LWT_INT(LWT_TO_INT(x) + LWT_TO_INT(y));
}
TEST(let_waits_and_names_the_value) { CHECK_INT(fiber(let_row), 21); }

static lwt_value let_and_row(void *env) {
  LWT_BEGIN;
  (void)env;
  lwt_value x, y;
  LWT_AWAIT_BOTH(x, step("f", 1), y, step("g", 2));
  trace("both");
  lwt_value v[3];
  LWT_AWAIT_ALL(v, later(3), now(4), later(5));
  return LWT_INT(10000 * LWT_TO_INT(x) + 1000 * LWT_TO_INT(y) + 100 * LWT_TO_INT(v[0]) +
                 10 * LWT_TO_INT(v[1]) + LWT_TO_INT(v[2]));
}
TEST(let_and_starts_all_in_order_before_it_waits_for_any) {
  CHECK_INT(fiber(let_and_row), 12345);
  CHECK_TRACE("f g both");
}

static lwt_value let_and_failing(void *env) {
  LWT_BEGIN;
  (void)env;
  lwt_value x = LWT_UNIT, y = LWT_UNIT;
  LWT_TRY { LWT_AWAIT_BOTH(x, now(-LWT_NOT_FOUND), y, later(2)); }
  LWT_CATCH(e) { CHECK_INT(lwt_exn_kind(e), LWT_NOT_FOUND); }
  LWT_END
  CHECK_PTR(x, LWT_UNIT);
  CHECK_PTR(y, LWT_UNIT);
  lwt_value v[2];
  LWT_AWAIT_ALL(v, later(1), later(-LWT_TIMEOUT));
  return v[0];
}
TEST(let_and_fails_like_the_first_that_failed) { CHECK_INT(fiber(let_and_failing), -LWT_TIMEOUT); }

TEST(a_top_level_let_runs_the_main_loop) {
  lwt_value x = lwt_main_run(later(3), NULL);
  CHECK_INT(LWT_TO_INT(x), 3);
  CHECK_INT(LWT_TO_INT(lwt_main_run(lwt_spawn(let_row, NULL, NULL, 0), NULL)), 21);
}

static lwt_value try_with_row(void *env) {
  LWT_BEGIN;
  int n = 0;
  LWT_TRY {
    n = 1;
    LWT_AWAIT(later(LWT_TO_INT(env)));
    n = 2;
  } LWT_CATCH(e) {
    n = 10 * n + lwt_exn_kind(e);
  } LWT_END
  return LWT_INT(n);
}
TEST(try_with_takes_a_failure_and_keeps_what_the_block_stored) {
  CHECK_INT(run(lwt_spawn(try_with_row, LWT_INT(-LWT_NOT_FOUND), NULL, 0)), 10 + LWT_NOT_FOUND);
  CHECK_INT(run(lwt_spawn(try_with_row, LWT_INT(7), NULL, 0)), 2);
}

static lwt_value cases_row(void *env) {
  LWT_BEGIN;
  const char *which = "none";
  LWT_TRY {
    LWT_AWAIT(later(LWT_TO_INT(env)));
  } LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_NOT_FOUND) {
    which = "not found";
  } LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_TIMEOUT) {
    which = "timeout";
  } LWT_CATCH_IF(again, lwt_exn_kind(again) == LWT_TIMEOUT) {
    which = "timeout again";
  } LWT_END
  trace(which);
  return LWT_UNIT;
}
TEST(the_first_case_that_matches_takes_it_and_what_none_takes_goes_on) {
  CHECK_INT(run(lwt_spawn(cases_row, LWT_INT(-LWT_NOT_FOUND), NULL, 0)), 0);
  CHECK_INT(run(lwt_spawn(cases_row, LWT_INT(-LWT_TIMEOUT), NULL, 0)), 0);
  CHECK_INT(run(lwt_spawn(cases_row, LWT_INT(-LWT_CLOSED), NULL, 0)), -LWT_CLOSED);
  CHECK_INT(run(lwt_spawn(cases_row, LWT_INT(1), NULL, 0)), 0);
  CHECK_TRACE("not found timeout none");
}

static lwt_value finally_row(void *env) {
  LWT_BEGIN;
  LWT_TRY {
    LWT_AWAIT(step("body", LWT_TO_INT(env)));
    trace("done");
  } LWT_FINALLY {
    LWT_AWAIT(step("finally", 0));
  } LWT_END
  trace("after");
  return LWT_UNIT;
}
TEST(try_finally_runs_it_either_way) {
  CHECK_INT(run(lwt_spawn(finally_row, LWT_INT(1), NULL, 0)), 0);
  CHECK_TRACE("body done finally after");
  CHECK_INT(run(lwt_spawn(finally_row, LWT_INT(-LWT_FULL), NULL, 0)), -LWT_FULL);
  CHECK_TRACE("body finally");
}

static lwt_value with_finally_row(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_AWAIT(step("body", -LWT_FULL));
  } LWT_CATCH(e) {
    trace("catch");
    CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  } LWT_FINALLY {
    LWT_AWAIT(step("finally", 0));
  } LWT_END
  LWT_TRY {
    LWT_AWAIT(now(-LWT_FULL));
  } LWT_FINALLY {
    trace("first");
  } LWT_CATCH(e) {
    trace("second");
  } LWT_END
  return LWT_UNIT;
}
TEST(with_finally_runs_finally_before_the_case) {
  CHECK_INT(fiber(with_finally_row), 0);
  CHECK_TRACE("body finally catch first second");
}

static lwt_value for_row(void *env) {
  LWT_BEGIN;
  (void)env;
  int sum = 0;
  for (int i = 1, to = 4; i <= to; i++) {
    if (i == 3) continue;
    sum = 10 * sum + (int)LWT_TO_INT(LWT_AWAIT(later(i)));
  }
  for (int i = 2, to = 1; i >= to; i--) sum = 10 * sum + (int)LWT_TO_INT(LWT_AWAIT(later(i)));
  return LWT_INT(sum);
}
TEST(for_is_that_of_c) { CHECK_INT(fiber(for_row), 12421); }

static lwt_value for_in_row(void *env) {
  LWT_BEGIN;
  int sum = 0;
  LWT_FOR_IN(x, (lwt_stream *)env) {
    if (LWT_TO_INT(x) == 2) continue;
    LWT_TRY {
      LWT_FOR_IN(y, (lwt_stream *)env) {
        sum = 10 * sum + (int)LWT_TO_INT(LWT_AWAIT(later(LWT_TO_INT(y))));
        break;
      }
    } LWT_END
    sum = 10 * sum + (int)LWT_TO_INT(x);
  }
  return LWT_INT(sum);
}
static lwt_t *no_more(void *env) {
  (void)env;
  return later(-LWT_CLOSED);
}
TEST(for_in_takes_the_elements_of_a_stream_until_it_ends) {
  lwt_value items[] = {LWT_INT(1), LWT_INT(3), LWT_INT(2), LWT_INT(4), LWT_INT(5)};
  lwt_stream *s = lwt_stream_of_list(items, 5);
  CHECK_INT(run(lwt_spawn(for_in_row, s, NULL, 0)), 3154);
  lwt_stream_release(s);
  s = lwt_stream_from(no_more, NULL, NULL);
  CHECK_INT(run(lwt_spawn(for_in_row, s, NULL, 0)), -LWT_CLOSED);
  lwt_stream_release(s);
}

static lwt_value while_row(void *env) {
  LWT_BEGIN;
  (void)env;
  int n = 3, rounds = 0;
  while (LWT_TO_INT(LWT_AWAIT(later(n)))) {
    n--;
    rounds++;
  }
  if (LWT_TO_INT(LWT_AWAIT(later(1)))) rounds += 10;
  if (LWT_TO_INT(LWT_AWAIT(later(0)))) rounds += 100;
  else rounds += 20;
  return LWT_INT(rounds);
}
TEST(while_and_if_take_a_promise_as_their_condition) { CHECK_INT(fiber(while_row), 33); }

static lwt_value match_row(void *env) {
  LWT_BEGIN;
  switch (LWT_TO_INT(LWT_AWAIT(later(LWT_TO_INT(env))))) {
  case 1: return LWT_INT(10);
  case 2: LWT_LEAVE(LWT_INT(20));
  default: break;
  }
  lwt_exn *e;
  lwt_value x = lwt_await(later(-LWT_EMPTY), &e);
  if (e == NULL) return x;
  int kind = lwt_exn_kind(e);
  lwt_exn_release(e);
  return LWT_INT(kind);
}
TEST(match_is_a_switch_and_its_exception_case_sees_the_awaited_alone) {
  CHECK_INT(run(lwt_spawn(match_row, LWT_INT(1), NULL, 0)), 10);
  CHECK_INT(run(lwt_spawn(match_row, LWT_INT(2), NULL, 0)), 20);
  CHECK_INT(run(lwt_spawn(match_row, LWT_INT(3), NULL, 0)), LWT_EMPTY);
}

static lwt_value raise_row(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_RAISE(lwt_exn_new(LWT_FAILURE, "on purpose"));
  } LWT_CATCH(e) {
    CHECK_STR(lwt_exn_message(e), "on purpose");
    LWT_RERAISE(e);
  } LWT_END
  return LWT_INT(1);
}
TEST(raise_fails_and_what_was_caught_can_be_raised_again) {
  CHECK_INT(fiber(raise_row), -LWT_FAILURE);
}

static lwt_value assert_row(void *env) {
  LWT_BEGIN;
  (void)env;
  int two = 2, line = 0;
  char wanted[200];
  LWT_ASSERT(two == 2);
  LWT_TRY {
    line = __LINE__ + 1;
    LWT_ASSERT(two == 3);
    trace("not here");
  } LWT_CATCH(e) {
    snprintf(wanted, sizeof wanted, "%s:%d: assertion failed: two == 3", __FILE__, line);
    CHECK_STR(lwt_exn_message(e), wanted);
    CHECK_INT(lwt_exn_kind(e), LWT_ASSERT_FAILED);
  } LWT_END
  LWT_ASSERT(two == 4);
  return LWT_INT(1);
}
TEST(assert_fails_with_file_line_and_condition) {
  CHECK_INT(fiber(assert_row), -LWT_ASSERT_FAILED);
  CHECK_TRACE("");
}

static lwt_value sequence_row(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_AWAIT(step("a", 1));
  trace("then");
  LWT_AWAIT(step("b", -LWT_CLOSED));
  LWT_AWAIT(step("never", 1));
  return LWT_UNIT;
}
TEST(a_sequence_starts_the_second_after_the_first) {
  CHECK_INT(fiber(sequence_row), -LWT_CLOSED);
  CHECK_TRACE("a then b");
}

/* ------------------------------------------------- how a block is left --- */

static lwt_value leaving(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_TRY {
      for (;;) {
        LWT_AWAIT(later(1));
        LWT_LEAVE(LWT_INT(5));
      }
    } LWT_CATCH(e) {
      trace("not caught");
    } LWT_FINALLY {
      LWT_AWAIT(step("inner", 0));
    } LWT_END
    trace("not reached");
  } LWT_FINALLY {
    LWT_AWAIT(step("outer", 0));
  } LWT_END
  trace("not reached");
  return LWT_INT(6);
}
TEST(leaving_with_a_value_runs_each_finally_on_the_way) {
  CHECK_INT(fiber(leaving), 5);
  CHECK_TRACE("inner outer");
}

static lwt_value loops(void *env) {
  LWT_BEGIN;
  (void)env;
  int n = 0;
  for (int i = 0; i < 3; i++) {
    LWT_TRY {
      for (int j = 0;; j++) {
        if (j == 1) continue;
        if (j == 3) break;
        n += (int)LWT_TO_INT(LWT_AWAIT(later(j)));
      }
      int k = 0;
      do {
        if (k == 2) goto out;
        k++;
      } while (true);
    out:
      switch (i) {
      case 1: LWT_RAISE(exn(LWT_FULL));
      default: break;
      }
      n += 10;
    } LWT_CATCH(e) {
      n += 100;
    } LWT_END
  }
  return LWT_INT(n);
}
TEST(loops_within_a_block_break_and_continue_as_ever) { CHECK_INT(fiber(loops), 126); }

static lwt_value failing_finally(void *env) {
  LWT_BEGIN;
  LWT_TRY {
    if (env != NULL) LWT_LEAVE(LWT_INT(1));
    LWT_RAISE(exn(LWT_FULL));
  } LWT_CATCH(e) {
    trace("no case is tried");
  } LWT_FINALLY {
    LWT_AWAIT(later(-LWT_EMPTY));
    trace("not reached");
  } LWT_END
  return LWT_INT(2);
}
TEST(a_finally_that_fails_replaces_what_was_before) {
  CHECK_INT(fiber(failing_finally), -LWT_EMPTY);
  CHECK_INT(run(lwt_spawn(failing_finally, LWT_INT(1), NULL, 0)), -LWT_EMPTY);
  CHECK_TRACE("");
}

static lwt_value finally_with_a_value(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY { LWT_RAISE(exn(LWT_FULL)); }
  LWT_FINALLY { LWT_LEAVE(LWT_INT(3)); }
  LWT_END
  return LWT_INT(2);
}
TEST(a_finally_may_leave_with_a_value) { CHECK_INT(fiber(finally_with_a_value), 3); }

static lwt_value failing_catch(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_TRY { LWT_RAISE(exn(LWT_FULL)); }
    LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_FULL) { LWT_AWAIT(later(-LWT_EMPTY)); }
    LWT_CATCH(e) { trace("not this one"); }
    LWT_END
    trace("not reached");
  } LWT_CATCH(e) {
    CHECK_INT(lwt_exn_kind(e), LWT_EMPTY);
    LWT_TRY { LWT_AWAIT(later(-LWT_CLOSED)); }
    LWT_CATCH(inner) {
      CHECK_INT(lwt_exn_kind(inner), LWT_CLOSED);
      CHECK_INT(lwt_exn_kind(e), LWT_EMPTY);
      LWT_LEAVE(LWT_INT(9));
    } LWT_END
  } LWT_END
  return LWT_INT(1);
}
TEST(a_failure_of_a_case_is_for_the_try_around_it) {
  CHECK_INT(fiber(failing_catch), 9);
  CHECK_TRACE("");
}

static lwt_value try_in_finally(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_AWAIT(later(-LWT_FULL));
  } LWT_FINALLY {
    LWT_TRY { LWT_AWAIT(later(-LWT_EMPTY)); }
    LWT_CATCH(e) { trace("caught inside"); }
    LWT_END
  } LWT_END
  return LWT_UNIT;
}
TEST(a_try_in_a_finally_keeps_the_failure_that_was) {
  CHECK_INT(fiber(try_in_finally), -LWT_FULL);
  CHECK_TRACE("caught inside");
}

static lwt_value bare(void *env) {
  LWT_BEGIN;
  LWT_TRY { LWT_AWAIT(now(LWT_TO_INT(env))); }
  LWT_END
  return LWT_INT(1);
}
TEST(a_try_alone_changes_nothing) {
  CHECK_INT(run(lwt_spawn(bare, LWT_INT(5), NULL, 0)), 1);
  CHECK_INT(run(lwt_spawn(bare, LWT_INT(-LWT_FULL), NULL, 0)), -LWT_FULL);
}

static lwt_value in_the_condition(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    LWT_TRY { LWT_RAISE(exn(LWT_FULL)); }
    LWT_CATCH_IF(e, LWT_TO_INT(LWT_AWAIT(later(-LWT_EMPTY))) == 1) { trace("not this one"); }
    LWT_END
  } LWT_CATCH(e) {
    CHECK_INT(lwt_exn_kind(e), LWT_EMPTY);
    LWT_LEAVE(LWT_INT(1));
  } LWT_END
  return LWT_INT(2);
}
TEST(a_condition_that_fails_is_for_the_try_around_it) {
  CHECK_INT(fiber(in_the_condition), 1);
  CHECK_TRACE("");
}

static lwt_value cancelled(void *env) {
  LWT_BEGIN;
  lwt_u *u = NULL;
  LWT_TRY {
    LWT_AWAIT(lwt_task(&u));
  } LWT_FINALLY {
    lwt_wakener_release(u);
    *(int *)env += 1;
    LWT_AWAIT(later(1));
    *(int *)env += 10;
  } LWT_END
  return LWT_UNIT;
}
TEST(cancelling_a_fiber_runs_its_finally) {
  int ran = 0;
  lwt_t *p = lwt_spawn(cancelled, &ran, NULL, 0);
  turns(1);
  lwt_cancel(p);
  CHECK_INT(run(p), -LWT_CANCELED);
  CHECK_INT(ran, 11);
}

static lwt_exn *kept;
static lwt_value keeping(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY { LWT_RAISE(lwt_exn_new(LWT_FAILURE, "kept")); }
  LWT_CATCH(e) { kept = lwt_exn_retain(e); }
  LWT_END
  return LWT_UNIT;
}
TEST(an_exception_can_be_kept_beyond_its_case) {
  CHECK_INT(fiber(keeping), 0);
  CHECK_STR(lwt_exn_message(kept), "kept");
  lwt_exn_release(kept);
}

static lwt_value payload_released(void *env) {
  LWT_BEGIN;
  LWT_TRY {
    LWT_TRY { LWT_RAISE(lwt_exn_new_owned(LWT_FAILURE, "first", env, count_drop)); }
    LWT_CATCH(e) { LWT_RAISE(lwt_exn_new_owned(LWT_FAILURE, "second", env, count_drop)); }
    LWT_END
  } LWT_FINALLY {
    CHECK_INT(*(int *)env, 1);
    LWT_RAISE(lwt_exn_new_owned(LWT_FAILURE, "third", env, count_drop));
  } LWT_END
  return LWT_UNIT;
}
TEST(each_exception_is_released_when_nothing_shows_it_any_more) {
  int drops = 0;
  CHECK_INT(run(lwt_spawn(payload_released, &drops, NULL, 0)), -LWT_FAILURE);
  CHECK_INT(drops, 3);
}

/* --------------------------------------------- functions of one's own --- */

static int sum_of(int a, int b, lwt_exn **out) {
  LWT_BEGIN_IN(int, out);
  int n = (int)LWT_TO_INT(LWT_AWAIT(later(a)));
  LWT_TRY { n += (int)LWT_TO_INT(LWT_AWAIT(later(b))); }
  LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_EMPTY) { LWT_LEAVE(-1); }
  LWT_END
  return n;
}
static lwt_value calling(void *env) {
  LWT_BEGIN;
  (void)env;
  CHECK_INT(LWT_CALL(sum_of(1, 2, LWT_EXN)), 3);
  CHECK_INT(LWT_CALL(sum_of(1, -LWT_EMPTY, LWT_EXN)), -1);
  LWT_TRY {
    LWT_CALL(sum_of(1, -LWT_FULL, LWT_EXN));
    trace("not reached");
  } LWT_CATCH(e) {
    CHECK_INT(lwt_exn_kind(e), LWT_FULL);
  } LWT_END
  hook_install();
  CHECK_INT(sum_of(-LWT_TIMEOUT, 0, NULL), 0);
  CHECK_HOOK(1, LWT_TIMEOUT);
  lwt_exn *e = exn(LWT_FULL), *before = e;
  CHECK_INT(sum_of(1, 1, &e), 2);
  CHECK_PTR(e, NULL);
  lwt_exn_release(before);
  return LWT_UNIT;
}
TEST(functions_of_ones_own_hand_their_failures_on) {
  CHECK_INT(fiber(calling), 0);
  CHECK_TRACE("");
}

static lwt_t *in_a_callback(lwt_value value, void *env) {
  LWT_BEGIN_PROMISE;
  (void)env;
  LWT_TRY { LWT_ASSERT(LWT_TO_INT(value) != 2); }
  LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_ASSERT_FAILED) { LWT_RAISE(exn(LWT_FULL)); }
  LWT_END
  return lwt_return(value);
}
TEST(callbacks_that_return_promises_may_use_it_outside_fibers) {
  CHECK_INT(run(lwt_bind(later(1), in_a_callback, NULL, NULL)), 1);
  CHECK_INT(run(lwt_bind(later(2), in_a_callback, NULL, NULL)), -LWT_FULL);
}

static lwt_value raising_null(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_RAISE(NULL);
}
TEST(raising_null_is_a_failure_of_its_own) { CHECK_INT(fiber(raising_null), -LWT_INVALID_ARGUMENT); }

static lwt_value arrays(void *env) {
  LWT_BEGIN;
  int n = (int)LWT_TO_INT(env), sum = 0;
  int squares[8] = {0};
  struct { int first, second; } pair = {1, 2};
  LWT_TRY {
    for (int i = 0; i < n; i++) squares[i] = i * i;
    pair.second = 5;
    LWT_AWAIT(later(-LWT_FULL));
  } LWT_CATCH(e) {
    for (int i = 0; i < n; i++) sum += squares[i];
    sum += pair.second;
  } LWT_END
  return LWT_INT(sum);
}
TEST(blocks_see_and_change_the_variables_around_them) {
  CHECK_INT(run(lwt_spawn(arrays, LWT_INT(4), NULL, 0)), 19);
}

/* ------------------------------- the example at the top of the header --- */

static int blocks_left, disk_is_full, closed;
static int *open_both(void *env) { return (int *)env; }
static lwt_t *read_block(int fd) {
  CHECK_INT(fd, 10);
  return blocks_left-- > 0 ? later(blocks_left) : lwt_return(LWT_NONE);
}
static lwt_t *write_block(int fd, lwt_value block) {
  (void)block;
  CHECK_INT(fd, 11);
  return disk_is_full ? lwt_fail(lwt_exn_unix(ENOSPC, "write", "")) : later(1);
}
static lwt_t *close_both(int *fd) {
  CHECK_INT(fd[0], 10);
  closed++;
  return later(0);
}
static lwt_value copy(void *env) {
  LWT_BEGIN;
  int *fd = open_both(env);
  LWT_TRY {
    for (;;) {
      lwt_value block = LWT_AWAIT(read_block(fd[0]));
      if (block == LWT_NONE) LWT_LEAVE(LWT_INT(true));
      LWT_AWAIT(write_block(fd[1], block));
    }
  } LWT_CATCH_IF(e, lwt_exn_errno(e) == ENOSPC) {
    trace(lwt_exn_message(e));
  } LWT_FINALLY {
    LWT_AWAIT(close_both(fd));
  } LWT_END
  return LWT_INT(false);
}
TEST(the_example_at_the_top_of_the_header_copies) {
  int fd[2] = {10, 11};
  blocks_left = 3;
  CHECK_INT(run(lwt_spawn(copy, fd, NULL, 0)), 1);
  CHECK_INT(closed, 1);
  CHECK_TRACE("");
  disk_is_full = 1;
  blocks_left = 3;
  CHECK_INT(run(lwt_spawn(copy, fd, NULL, 0)), 0);
  CHECK_INT(closed, 2);
  CHECK_TRACE("write: No space left on device");
}
