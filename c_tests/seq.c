/* timeout: 120 */
/* Lwt_seq: sequences from all sources and what is made of them; purity, laziness,
 * who owns the elements, mistakes, and depth. */
#include "small_stack.h"

#include <lwt_seq.h>

/* ---------------------------------------------------------------- looking --- */
static void check_elements(int line, lwt_t *p, const char *want) {
  char text[300] = "";
  size_t len = 0;
  if (check_int(__FILE__, line, "the state", lwt_state(p), LWT_RETURN)) {
    const struct lwt_values *values = lwt_value_of(p);
    for (size_t i = 0; i < values->len; i++)
      len += (size_t)snprintf(text + len, sizeof text - len, "%s%ld", i ? " " : "",
                              (long)LWT_TO_INT(values->data[i]));
  }
  check_str(__FILE__, line, "the elements", text, want);
  lwt_release(p);
}
/* Consumes s, which is gone through twice: it is pure. */
#define CHECK_SEQ(s, want)                                   \
  do {                                                       \
    lwt_seq *seq_ = (s);                                     \
    check_elements(__LINE__, lwt_seq_to_list(seq_), (want)); \
    check_elements(__LINE__, lwt_seq_to_list(seq_), (want)); \
    lwt_seq_release(seq_);                                   \
  } while (0)
/* Consumes s. */
static void check_seq_fails(int line, lwt_seq *s, int kind) {
  check_fails(__FILE__, line, "the sequence", lwt_seq_to_list(s), kind);
  lwt_seq_release(s);
}
#define CHECK_SEQ_FAILS(s, kind) check_seq_fails(__LINE__, (s), (kind))

static const lwt_value one_to_six[] = {LWT_INT(1), LWT_INT(2), LWT_INT(3),
                                       LWT_INT(4), LWT_INT(5), LWT_INT(6)};
static lwt_seq *to_six(void) { return lwt_seq_of_list(one_to_six, 6); }

/* ---------------------------------------------------------------- sources --- */
static bool below_four(lwt_value n, struct lwt_seq_unfolded *next, void *env) {
  (void)env;
  next->value = LWT_INT(LWT_TO_INT(n) * 10);
  next->state = LWT_INT(LWT_TO_INT(n) + 1);
  return LWT_TO_INT(n) < 4;
}
static lwt_t *below_four_lwt(lwt_value n, void *env) {
  (void)env;
  if (LWT_TO_INT(n) >= 4) return lwt_seq_node_nil();
  return lwt_seq_node_unfold(LWT_INT(LWT_TO_INT(n) * 10), NULL, LWT_INT(LWT_TO_INT(n) + 1), NULL);
}
static lwt_value square(size_t i, void *env) {
  (void)env;
  return i < 4 ? LWT_INT(i * i) : LWT_NONE;
}
static lwt_t *square_lwt(size_t i, void *env) { return lwt_return(square(i, env)); }
static lwt_t *four_then_nil(void *env) {
  ++*(int *)env;
  return lwt_seq_node_cons(LWT_INT(4), lwt_seq_empty());
}

TEST(elements_come_from_every_source) {
  int calls = 0;
  CHECK_SEQ(lwt_seq_empty(), "");
  CHECK_SEQ(lwt_seq_return(LWT_INT(7)), "7");
  CHECK_SEQ(lwt_seq_return_lwt(lwt_return(LWT_INT(7))), "7");
  CHECK_SEQ(lwt_seq_cons(LWT_INT(7), lwt_seq_return(LWT_INT(8))), "7 8");
  CHECK_SEQ(lwt_seq_cons_lwt(lwt_return(LWT_INT(7)), to_six()), "7 1 2 3 4 5 6");
  CHECK_SEQ(lwt_seq_of_list(NULL, 0), "");
  CHECK_SEQ(to_six(), "1 2 3 4 5 6");
  CHECK_SEQ(lwt_seq_of_seq(square, NULL, NULL), "0 1 4 9");
  CHECK_SEQ(lwt_seq_of_seq_lwt(square_lwt, NULL, NULL), "0 1 4 9");
  CHECK_SEQ(lwt_seq_unfold(LWT_INT(1), NULL, below_four, NULL, NULL), "10 20 30");
  CHECK_SEQ(lwt_seq_unfold_lwt(LWT_INT(1), NULL, below_four_lwt, NULL, NULL), "10 20 30");
  CHECK_SEQ(lwt_seq_from(four_then_nil, &calls, NULL), "4");
  CHECK_INT(calls, 2);
}

TEST(a_promise_in_a_sequence_is_waited_for_and_stays_what_it_is) {
  lwt_u *u;
  lwt_seq *s = lwt_seq_append(lwt_seq_return_lwt(lwt_wait(&u)), lwt_seq_return(LWT_INT(2)));
  lwt_t *first = lwt_seq_to_list(s), *second = lwt_seq_to_list(s);
  CHECK_SLEEPS(first);
  lwt_wakeup(u, LWT_INT(1));
  check_elements(__LINE__, first, "1 2");
  check_elements(__LINE__, second, "1 2");
  CHECK_SEQ(s, "1 2");
}

TEST(a_sequence_is_asked_node_by_node) {
  lwt_seq *s = lwt_seq_cons(LWT_INT(1), lwt_seq_return(LWT_INT(2)));
  lwt_t *p = lwt_seq_next(s);
  lwt_seq_release(s);
  lwt_seq_node *node = lwt_value_of(p);
  CHECK_PTR(lwt_seq_node_value(node), LWT_INT(1));
  lwt_seq *rest = lwt_seq_node_rest(node);
  lwt_release(p);
  CHECK_PTR(lwt_seq_node_value(node), LWT_UNIT);
  CHECK_PTR(lwt_seq_node_rest(node), NULL);
  CHECK_SEQ(rest, "2");
  lwt_seq *none = lwt_seq_empty();
  p = lwt_seq_next(none);
  CHECK_PTR(lwt_value_of(p), LWT_NONE);
  lwt_release(p);
  lwt_seq_release(none);
}

/* -------------------------------------------------------------- transforms --- */
static int calls;
static lwt_value twice(lwt_value v, void *env) {
  (void)env;
  calls++;
  return LWT_INT(2 * LWT_TO_INT(v));
}
static lwt_t *twice_s(lwt_value v, void *env) { return lwt_return(twice(v, env)); }
static bool odd(lwt_value v, void *env) {
  (void)env;
  return LWT_TO_INT(v) % 2;
}
static lwt_t *odd_s(lwt_value v, void *env) { return lwt_return(LWT_INT(odd(v, env))); }
static lwt_value half(lwt_value v, void *env) {
  return odd(v, env) ? LWT_NONE : LWT_INT(LWT_TO_INT(v) / 2);
}
static lwt_t *half_s(lwt_value v, void *env) { return lwt_return(half(v, env)); }
static lwt_seq *as_often(lwt_value v, void *env) {
  (void)env;
  lwt_seq *s = lwt_seq_empty();
  for (intptr_t i = 0; i < LWT_TO_INT(v) % 4; i++) s = lwt_seq_cons(v, s);
  return s;
}

TEST(sequences_are_made_of_others) {
  CHECK_SEQ(lwt_seq_append(to_six(), lwt_seq_append(lwt_seq_empty(), to_six())),
            "1 2 3 4 5 6 1 2 3 4 5 6");
  CHECK_SEQ(lwt_seq_map(to_six(), twice, NULL, NULL), "2 4 6 8 10 12");
  CHECK_SEQ(lwt_seq_map_s(to_six(), twice_s, NULL, NULL), "2 4 6 8 10 12");
  CHECK_SEQ(lwt_seq_filter(to_six(), odd, NULL, NULL), "1 3 5");
  CHECK_SEQ(lwt_seq_filter_s(to_six(), odd_s, NULL, NULL), "1 3 5");
  CHECK_SEQ(lwt_seq_filter_map(to_six(), half, NULL, NULL), "1 2 3");
  CHECK_SEQ(lwt_seq_filter_map_s(to_six(), half_s, NULL, NULL), "1 2 3");
  CHECK_SEQ(lwt_seq_flat_map(to_six(), as_often, NULL, NULL), "1 2 2 3 3 3 5 6 6");
}

TEST(nothing_is_done_before_it_is_asked_for_and_all_is_done_again) {
  calls = 0;
  lwt_seq *s = lwt_seq_map(to_six(), twice, NULL, NULL);
  CHECK_INT(calls, 0);
  lwt_t *p = lwt_seq_next(s);
  CHECK_INT(calls, 1);
  lwt_release(p);
  CHECK_SEQ(s, "2 4 6 8 10 12");
  CHECK_INT(calls, 13);
}

static lwt_u *waker;
static lwt_t *slowly(lwt_value v, void *env) {
  (void)v, (void)env;
  calls++;
  return lwt_wait(&waker);
}
TEST(the_next_node_is_asked_for_when_the_one_before_is_complete) {
  calls = 0;
  lwt_seq *s = lwt_seq_filter_s(lwt_seq_map_s(to_six(), slowly, NULL, NULL), odd_s, NULL, NULL);
  lwt_t *p = lwt_seq_to_list(s);
  for (int i = 1; i <= 6; i++) {
    CHECK_INT(calls, i);
    lwt_wakeup(waker, LWT_INT(i));
  }
  check_elements(__LINE__, p, "1 3 5");
  lwt_seq_release(s);
}

/* ------------------------------------------------------------------ drains --- */
static lwt_value decimal(lwt_value gathered, lwt_value v, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(gathered) * 10 + LWT_TO_INT(v));
}
static lwt_t *decimal_s(lwt_value gathered, lwt_value v, void *env) {
  return lwt_return(decimal(gathered, v, env));
}
static void add(lwt_value v, void *env) {
  *(intptr_t *)env += LWT_TO_INT(v);
  if (LWT_TO_INT(v) == 4) lwt_raise(exn(LWT_CLOSED));
}
static lwt_t *add_s(lwt_value v, void *env) {
  *(intptr_t *)env += LWT_TO_INT(v);
  return LWT_TO_INT(v) == 4 ? lwt_fail(exn(LWT_CLOSED)) : lwt_return(LWT_UNIT);
}
TEST(a_sequence_is_gone_through_from_its_first_element_to_a_failure) {
  lwt_seq *s = to_six(), *three = lwt_seq_of_list(one_to_six, 3);
  intptr_t sum = 0;
  CHECK_RETURNS(lwt_seq_fold_left(s, LWT_INT(9), NULL, decimal, NULL, NULL), 9123456);
  CHECK_RETURNS(lwt_seq_fold_left_s(s, LWT_INT(9), NULL, decimal_s, NULL, NULL), 9123456);
  CHECK_RETURNS(lwt_seq_iter(three, add, &sum, NULL), 0);
  CHECK_RETURNS(lwt_seq_iter_s(three, add_s, &sum, NULL), 0);
  CHECK_RETURNS(lwt_seq_iter_p(three, add_s, &sum, NULL), 0);
  CHECK_RETURNS(lwt_seq_iter_n(three, 1, add_s, &sum, NULL), 0);
  CHECK_INT(sum, 24);
  sum = 0;
  CHECK_FAILS(lwt_seq_iter(s, add, &sum, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_seq_iter_s(s, add_s, &sum, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_seq_iter_n(s, 1, add_s, &sum, NULL), LWT_CLOSED);
  CHECK_INT(sum, 30);
  CHECK_FAILS(lwt_seq_iter_p(s, add_s, &sum, NULL), LWT_CLOSED);
  CHECK_INT(sum, 51);
  lwt_seq_release(s);
  lwt_seq_release(three);
}

static lwt_u *all[6];
static lwt_t *wait_own(lwt_value v, void *env) {
  if (env != NULL) trace(env);
  return lwt_task(&all[LWT_TO_INT(v) - 1]);
}
static lwt_t *told_nodes(size_t i, void *env) {
  trace("asked");
  return square_lwt(i + 1, env);
}
TEST(iter_p_asks_on_without_waiting_and_waits_for_all_at_the_end) {
  lwt_seq *s = lwt_seq_of_seq_lwt(told_nodes, NULL, NULL);
  lwt_seq *three = lwt_seq_of_list(one_to_six, 3);
  lwt_release(lwt_seq_iter_p(three, wait_own, "begun", NULL));
  CHECK_TRACE("begun begun begun");
  for (int i = 0; i < 3; i++) lwt_wakener_forget(all[i]);
  lwt_t *p = lwt_seq_iter_p(three, wait_own, NULL, NULL);
  lwt_wakeup_exn(all[1], exn(LWT_FULL));
  lwt_wakeup_exn(all[0], exn(LWT_CLOSED));
  CHECK_SLEEPS(p);
  lwt_wakeup(all[2], LWT_UNIT);
  CHECK_FAILS(p, LWT_FULL);
  check_elements(__LINE__, lwt_seq_to_list(s), "1 4 9");
  CHECK_TRACE("asked asked asked asked");
  lwt_seq_release(three);
  lwt_seq_release(s);
}

TEST(cancelling_reaches_what_is_waited_for) {
  lwt_seq *s = to_six();
  lwt_t *p = lwt_seq_iter_n(s, 2, wait_own, NULL, NULL);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  for (int i = 0; i < 2; i++) CHECK_INT(lwt_wakeup(all[i], LWT_UNIT), LWT_OK);
  p = lwt_seq_iter_p(s, wait_own, NULL, NULL);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  for (int i = 0; i < 6; i++) CHECK_INT(lwt_wakeup(all[i], LWT_UNIT), LWT_OK);
  lwt_seq_release(s);
}

/* ------------------------------------------------------------------ owners --- */
static bool unfold_owned(lwt_value state, struct lwt_seq_unfolded *next, void *env) {
  int *drops = env;
  next->value = drops;
  next->drop = count_drop;
  next->state = LWT_INT(LWT_TO_INT(state) + 1);
  if (LWT_TO_INT(state) == 3) lwt_raise(exn(LWT_CLOSED));
  return LWT_TO_INT(state) < 2 || LWT_TO_INT(state) == 3;
}
static void look_alive(lwt_value v, void *env) {
  (void)env;
  CHECK_INT(*(int *)v, 0);
}
TEST(an_owned_element_lives_as_long_as_somebody_could_be_given_it) {
  int drops = 0;
  lwt_seq *s = lwt_seq_cons_owned(&drops, count_drop, lwt_seq_empty());
  lwt_t *list = lwt_seq_to_list(s);
  CHECK_RETURNS(lwt_seq_iter(s, look_alive, NULL, NULL), 0);
  lwt_seq_release(s);
  CHECK_INT(drops, 0);
  lwt_release(list);
  CHECK_INT(drops, 1);
  drops = 0;
  lwt_seq_release(lwt_seq_return_owned(&drops, count_drop));
  CHECK_INT(drops, 1);
  drops = 0;
  struct env clean = {.name = "clean"};
  s = lwt_seq_unfold(&clean, env_drop, unfold_owned, &drops, NULL);
  lwt_seq_release(s);
  CHECK_INT(clean.dropped, 1);
  s = lwt_seq_unfold(LWT_INT(0), NULL, unfold_owned, &drops, NULL);
  lwt_release(lwt_seq_to_list(s));
  CHECK_INT(drops, 3); /* two elements, and what came with the end */
  lwt_seq_release(s);
  drops = 0;
  s = lwt_seq_unfold(LWT_INT(3), NULL, unfold_owned, &drops, NULL);
  CHECK_SEQ_FAILS(s, LWT_CLOSED);
  CHECK_INT(drops, 1);
}

static lwt_t *hold_on(lwt_value v, void *env) {
  (void)env;
  CHECK_INT(*(int *)v, 0);
  return lwt_wait(&waker);
}
static lwt_t *owned_once(void *env) {
  return lwt_seq_node_cons_owned(env, count_drop, lwt_seq_empty());
}
TEST(an_element_lives_until_the_promise_that_was_made_of_it_has_resolved) {
  int drops = 0;
  lwt_seq *s = lwt_seq_from(owned_once, &drops, NULL);
  lwt_t *(*drains[])(const lwt_seq *, lwt_bind_fn, void *, lwt_drop_fn) = {lwt_seq_iter_s,
                                                                           lwt_seq_iter_p};
  for (int i = 0; i < 3; i++) {
    drops = 0;
    lwt_t *p = i < 2 ? drains[i](s, hold_on, NULL, NULL) : lwt_seq_iter_n(s, 1, hold_on, NULL, NULL);
    CHECK_INT(drops, 0);
    lwt_wakeup(waker, LWT_UNIT);
    CHECK_INT(drops, 1);
    CHECK_RETURNS(p, 0);
  }
  lwt_seq_release(s);
}

TEST(an_environment_is_dropped_with_the_last_sequence_that_could_use_it) {
  struct env clean = {.name = "clean"};
  lwt_seq *s = lwt_seq_map(to_six(), twice, &clean, env_drop);
  lwt_t *p = lwt_seq_next(s);
  lwt_seq *rest = lwt_seq_node_rest((lwt_seq_node *)lwt_value_of(p));
  lwt_release(p);
  lwt_seq_release(s);
  CHECK_INT(clean.dropped, 0);
  CHECK_SEQ(rest, "4 6 8 10 12");
  CHECK_INT(clean.dropped, 1);
}

/* ---------------------------------------------------------------- mistakes --- */
static lwt_t *no_node(void *env) { return lwt_return(env); }
static lwt_t *no_promise(void *env) {
  (void)env;
  return NULL;
}
static lwt_t *wrong_node(void *env) {
  (void)env;
  return lwt_seq_node_unfold(LWT_UNIT, NULL, LWT_UNIT, NULL);
}
static lwt_t *wrong_step(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_seq_node_cons(LWT_UNIT, lwt_seq_empty());
}
static lwt_seq *no_seq(lwt_value v, void *env) {
  (void)v;
  if (env != NULL) {
    lwt_raise(exn(LWT_CLOSED));
    return lwt_seq_empty();
  }
  return NULL;
}
TEST(what_is_no_node_or_no_sequence_is_told) {
  CHECK_SEQ_FAILS(lwt_seq_from(no_node, NULL, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_from(no_node, &calls, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_from(no_promise, NULL, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_from(wrong_node, NULL, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_unfold_lwt(LWT_UNIT, NULL, wrong_step, NULL, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_flat_map(to_six(), no_seq, NULL, NULL), INVALID);
  CHECK_SEQ_FAILS(lwt_seq_flat_map(to_six(), no_seq, &calls, NULL), LWT_CLOSED);
  CHECK_FAILS(lwt_seq_node_cons(LWT_UNIT, NULL), INVALID);
}

TEST(bad_arguments_are_told_and_what_is_good_is_consumed) {
  struct env clean = {.name = "clean"};
  int drops = 0;
  lwt_seq *gone = lwt_seq_empty();
  lwt_seq_release(gone);
  CHECK_PTR(lwt_seq_retain(gone), NULL);
  CHECK_PTR(lwt_seq_append(NULL, to_six()), NULL);
  CHECK_PTR(lwt_seq_append(to_six(), gone), NULL);
  CHECK_PTR(lwt_seq_cons_owned(&drops, count_drop, NULL), NULL);
  CHECK_PTR(lwt_seq_cons_lwt(lwt_return(LWT_UNIT), NULL), NULL);
  CHECK_PTR(lwt_seq_cons_lwt(NULL, to_six()), NULL);
  CHECK_PTR(lwt_seq_return_lwt(NULL), NULL);
  CHECK_PTR(lwt_seq_of_list(NULL, 1), NULL);
  CHECK_PTR(lwt_seq_of_list(one_to_six, SIZE_MAX), NULL);
  CHECK_PTR(lwt_seq_of_seq(NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_of_seq_lwt(NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_from(NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_unfold(&drops, count_drop, NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_unfold_lwt(&drops, count_drop, NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_map(NULL, twice, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_filter(to_six(), NULL, &clean, env_drop), NULL);
  CHECK_PTR(lwt_seq_flat_map(to_six(), NULL, &clean, env_drop), NULL);
  CHECK_FAILS(lwt_seq_to_list(NULL), INVALID);
  CHECK_FAILS(lwt_seq_next(gone), INVALID);
  CHECK_FAILS(lwt_seq_iter(NULL, add, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_seq_fold_left(NULL, &drops, count_drop, decimal, &clean, env_drop), INVALID);
  lwt_seq *s = to_six();
  CHECK_FAILS(lwt_seq_iter_s(s, NULL, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_seq_fold_left_s(s, &drops, count_drop, NULL, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_seq_iter_n(s, 0, wait_own, &clean, env_drop), INVALID);
  CHECK_FAILS(lwt_seq_iter_n(s, -1, wait_own, &clean, env_drop), INVALID);
  CHECK_INT(clean.dropped, 14);
  CHECK_INT(drops, 5);
  lwt_seq_release(s);
  lwt_seq_node_release(NULL);
}

/* ------------------------------------------------------------------- depth --- */
static long many;
static lwt_value count_up(size_t i, void *env) {
  (void)env;
  return (long)i < many ? LWT_INT(i) : LWT_NONE;
}
static bool never(lwt_value v, void *env) {
  (void)v, (void)env;
  return false;
}
static lwt_t *sum_s(lwt_value gathered, lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT(LWT_TO_INT(gathered) + LWT_TO_INT(v) % 2));
}
static lwt_t *pass(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_return(LWT_UNIT);
}
static void long_ones(void) {
  many = scaled(100000);
  lwt_seq *s = lwt_seq_of_seq(count_up, NULL, NULL), *cells = lwt_seq_empty();
  lwt_seq *none = lwt_seq_filter(lwt_seq_retain(s), never, NULL, NULL);
  lwt_seq *mapped = lwt_seq_map_s(lwt_seq_retain(s), twice_s, NULL, NULL);
  CHECK_RETURNS(lwt_seq_iter_s(none, pass, NULL, NULL), 0);
  CHECK_RETURNS(lwt_seq_iter_p(mapped, pass, NULL, NULL), 0);
  CHECK_RETURNS(lwt_seq_iter_n(mapped, 3, pass, NULL, NULL), 0);
  CHECK_RETURNS(lwt_seq_fold_left_s(s, LWT_INT(0), NULL, sum_s, NULL, NULL), many / 2);
  int drops = 0;
  for (long i = 0; i < many; i++) cells = lwt_seq_cons_owned(&drops, count_drop, cells);
  lwt_t *p = lwt_seq_to_list(cells);
  CHECK_INT(((struct lwt_values *)lwt_value_of(p))->len, many);
  lwt_seq_release(cells);
  CHECK_INT(drops, 0);
  lwt_release(p);
  CHECK_INT(drops, many);
  lwt_seq_release(s);
  lwt_seq_release(none);
  lwt_seq_release(mapped);
}
TEST(a_long_sequence_is_gone_through_and_dropped_on_a_small_stack) {
  on_small_stack(SMALL_STACK, long_ones);
}

static void nested_ones(void) {
  long n = scaled(20000);
  lwt_seq *left = lwt_seq_return(LWT_INT(1)), *right = lwt_seq_return(LWT_INT(1));
  lwt_seq *kept = lwt_seq_return_lwt(lwt_wait(&waker));
  for (long i = 0; i < n; i++) {
    left = lwt_seq_append(left, lwt_seq_empty());
    right = lwt_seq_append(lwt_seq_empty(), right);
    kept = lwt_seq_map(kept, twice, NULL, NULL);
  }
  CHECK_SEQ(left, "1");
  CHECK_SEQ(right, "1");
  lwt_t *p = lwt_seq_to_list(kept);
  CHECK_SLEEPS(p);
  lwt_wakeup(waker, LWT_INT(0));
  check_elements(__LINE__, p, "0");
  lwt_seq_release(kept);
}
TEST(a_sequence_made_of_very_many_is_asked_and_dropped_without_recursion) {
  on_small_stack(NESTED_STACK, nested_ones);
}

/* The example of lwt_seq.h. */
static bool count(lwt_value n, struct lwt_seq_unfolded *next, void *env) {
  (void)env;
  next->value = n;
  next->state = LWT_INT(LWT_TO_INT(n) + 1);
  return LWT_TO_INT(n) < 10;
}
static lwt_t *fetch(lwt_value n, void *sum) {
  *(intptr_t *)sum += LWT_TO_INT(n);
  return lwt_return(LWT_UNIT);
}
TEST(the_example_of_the_header) {
  intptr_t sum = 0;
  lwt_seq *ten = lwt_seq_unfold(LWT_INT(0), NULL, count, NULL, NULL);
  CHECK_RETURNS(lwt_seq_iter_n(ten, 3, fetch, &sum, NULL), 0);
  CHECK_INT(sum, 45);
  lwt_seq_release(ten);
}
