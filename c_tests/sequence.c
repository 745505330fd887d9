/* Lwt_sequence: both ends, transfers, walks whose callbacks change the sequence,
 * tasks that wait in one, and who owns the values. */
#include "promises.h"

#include <lwt_sequence.h>

static lwt_sequence *of(int from, int to) {
  lwt_sequence *s = lwt_sequence_create();
  for (int i = from; i <= to; i++)
    lwt_sequence_node_release(lwt_sequence_add_r(s, LWT_INT(i)));
  return s;
}

static char text[400];
static void write_value(lwt_value v, void *env) {
  (void)env;
  size_t len = strlen(text);
  snprintf(text + len, sizeof text - len, "%s%ld", len ? " " : "", (long)LWT_TO_INT(v));
}
static const char *left_to_right(const lwt_sequence *s) {
  text[0] = '\0';
  CHECK_INT(lwt_sequence_iter_l(s, write_value, NULL, NULL), LWT_OK);
  return text;
}
static const char *right_to_left(const lwt_sequence *s) {
  text[0] = '\0';
  CHECK_INT(lwt_sequence_iter_r(s, write_value, NULL, NULL), LWT_OK);
  return text;
}

TEST(both_ends_are_added_to_and_taken_from) {
  lwt_sequence *s = lwt_sequence_create();
  CHECK(lwt_sequence_is_empty(s));
  lwt_value value = LWT_INT(77);
  lwt_drop_fn drop;
  CHECK_INT(lwt_sequence_take_l(s, &value, &drop), LWT_EMPTY);
  CHECK_INT(lwt_sequence_take_r(s, &value, &drop), LWT_EMPTY);
  CHECK_PTR(value, LWT_INT(77));
  CHECK_PTR(lwt_sequence_take_opt_l(s, NULL), LWT_NONE);
  CHECK_PTR(lwt_sequence_take_opt_r(s, NULL), LWT_NONE);
  for (int i = 1; i <= 3; i++) {
    lwt_sequence_node_release(lwt_sequence_add_l(s, LWT_INT(i)));
    lwt_sequence_node_release(lwt_sequence_add_r(s, LWT_INT(10 * i)));
  }
  CHECK_STR(left_to_right(s), "3 2 1 10 20 30");
  CHECK_STR(right_to_left(s), "30 20 10 1 2 3");
  CHECK_INT(lwt_sequence_length(s), 6);
  CHECK(!lwt_sequence_is_empty(s));
  CHECK_INT(lwt_sequence_take_l(s, &value, &drop), LWT_OK);
  CHECK_PTR(value, LWT_INT(3));
  CHECK(drop == NULL);
  CHECK_INT(lwt_sequence_take_r(s, &value, NULL), LWT_OK);
  CHECK_PTR(value, LWT_INT(30));
  CHECK_PTR(lwt_sequence_take_opt_l(s, NULL), LWT_INT(2));
  CHECK_PTR(lwt_sequence_take_opt_r(s, NULL), LWT_INT(20));
  CHECK_STR(left_to_right(s), "1 10");
  lwt_sequence_release(s);
}

TEST(a_transfer_keeps_the_order_and_leaves_nothing) {
  lwt_sequence *a = of(1, 3), *b = of(4, 6), *none = lwt_sequence_create();
  CHECK_INT(lwt_sequence_transfer_l(a, b), LWT_OK);
  CHECK_STR(left_to_right(b), "1 2 3 4 5 6");
  CHECK(lwt_sequence_is_empty(a));
  CHECK_INT(lwt_sequence_transfer_r(none, b), LWT_OK);
  CHECK_INT(lwt_sequence_transfer_l(none, b), LWT_OK);
  CHECK_INT(lwt_sequence_transfer_r(b, b), LWT_OK);
  lwt_sequence_node_release(lwt_sequence_add_l(a, LWT_INT(9)));
  CHECK_INT(lwt_sequence_transfer_r(b, a), LWT_OK);
  CHECK_STR(right_to_left(a), "6 5 4 3 2 1 9");
  CHECK_STR(left_to_right(b), "");
  lwt_sequence_release(a);
  lwt_sequence_release(b);
  lwt_sequence_release(none);
}

TEST(a_node_is_removed_once_and_keeps_its_value) {
  lwt_sequence *s = of(1, 1);
  int drops = 0;
  lwt_sequence_node *node = lwt_sequence_add_r_owned(s, &drops, count_drop);
  lwt_sequence_node_release(lwt_sequence_add_r(s, LWT_INT(3)));
  CHECK_INT(lwt_sequence_remove(node), LWT_OK);
  CHECK_INT(lwt_sequence_remove(node), LWT_OK);
  CHECK_STR(left_to_right(s), "1 3");
  CHECK_PTR(lwt_sequence_get(node), &drops);
  CHECK_INT(drops, 0);
  int later = 0;
  CHECK_INT(lwt_sequence_set_owned(node, &later, count_drop), LWT_OK);
  CHECK_INT(drops, 1);
  CHECK_PTR(lwt_sequence_get(node), &later);
  CHECK_INT(lwt_sequence_set(node, LWT_INT(5)), LWT_OK);
  CHECK_INT(later, 1);
  CHECK_PTR(lwt_sequence_get(node), LWT_INT(5));
  lwt_sequence_node_release(node);
  CHECK_INT(lwt_sequence_remove(node), INVALID);
  lwt_sequence_release(s);
}

TEST(a_node_without_a_handle_owns_its_value_as_long_as_it_is_in_the_sequence) {
  int drops = 0;
  lwt_sequence *s = lwt_sequence_create();
  for (int i = 0; i < 4; i++)
    lwt_sequence_node_release(lwt_sequence_add_l_owned(s, &drops, count_drop));
  lwt_sequence_node *kept = lwt_sequence_add_l_owned(s, &drops, count_drop);
  CHECK_INT(drops, 0);
  lwt_value value;
  lwt_drop_fn drop = NULL;
  CHECK_INT(lwt_sequence_take_r(s, &value, &drop), LWT_OK);
  CHECK_PTR(value, &drops);
  CHECK(drop == count_drop);
  CHECK_INT(lwt_sequence_clear(s), LWT_OK);
  CHECK_INT(drops, 3);
  lwt_sequence_node_release(lwt_sequence_add_l_owned(s, &drops, count_drop));
  CHECK_INT(lwt_sequence_remove(kept), LWT_OK);
  CHECK_INT(lwt_sequence_length(s), 1);
  lwt_sequence_release(s);
  CHECK_INT(drops, 4);
  lwt_sequence_node_release(kept);
  CHECK_INT(drops, 5);
}

/* ------------------------------------------------------------------ walks --- */
static lwt_sequence *seq;
static lwt_sequence_node *nodes[10];
static void remove_around(const lwt_sequence_node *node, void *env) {
  (void)env;
  intptr_t n = LWT_TO_INT(lwt_sequence_get(node));
  write_value(LWT_INT(n), NULL);
  CHECK_PTR(node, nodes[n]);
  if (n == 2) /* itself, the one before, and the two that come next */
    for (int i = 1; i <= 4; i++) lwt_sequence_remove(nodes[i]);
  if (n == 6) { /* the last one goes elsewhere, and another is added */
    lwt_sequence *other = lwt_sequence_create();
    lwt_sequence_transfer_l(seq, other);
    lwt_sequence_node_release(lwt_sequence_add_r(other, LWT_INT(50)));
    lwt_sequence_transfer_l(other, seq);
    lwt_sequence_release(other);
  }
}
static void make_nodes(int n) {
  seq = lwt_sequence_create();
  for (int i = 0; i < n; i++) nodes[i] = lwt_sequence_add_r(seq, LWT_INT(i));
}
static void release_nodes(int n) {
  for (int i = 0; i < n; i++) lwt_sequence_node_release(nodes[i]);
  lwt_sequence_release(seq);
}
TEST(a_walk_leaves_out_what_is_removed_meanwhile) {
  make_nodes(8);
  text[0] = '\0';
  struct env clean = {.name = "clean"};
  CHECK_INT(lwt_sequence_iter_node_l(seq, remove_around, &clean, env_drop), LWT_OK);
  CHECK_STR(text, "0 1 2 5 6 7");
  CHECK_INT(clean.dropped, 1);
  CHECK_STR(left_to_right(seq), "0 5 6 7 50");
  release_nodes(8);

  make_nodes(8);
  text[0] = '\0';
  CHECK_INT(lwt_sequence_iter_node_r(seq, remove_around, NULL, NULL), LWT_OK);
  CHECK_STR(text, "7 6 5 4 3 2 0");
  release_nodes(8);
}

static void take_all(lwt_value v, void *env) {
  write_value(v, NULL);
  if (env != NULL) lwt_sequence_clear(seq);
  lwt_sequence_release(seq);
  seq = NULL;
}
TEST(a_walk_survives_the_release_of_its_sequence) {
  make_nodes(3);
  text[0] = '\0';
  CHECK_INT(lwt_sequence_iter_l(seq, take_all, &text, NULL), LWT_OK);
  CHECK_STR(text, "0");
  seq = lwt_sequence_create();
  release_nodes(3);
}

static int owned_drops;
static void replace_own(const lwt_sequence_node *node, void *env) {
  (void)env;
  lwt_sequence_set(node, LWT_UNIT);
  lwt_sequence_remove(node);
}
static void replace_this(lwt_value v, void *env) {
  lwt_sequence_set(env, LWT_UNIT);
  CHECK_INT(*(int *)v, 0); /* it is borrowed: not dropped before the return */
}
TEST(the_value_that_a_callback_borrows_lives_until_it_returns) {
  lwt_sequence *s = lwt_sequence_create();
  lwt_sequence_node *node = lwt_sequence_add_l_owned(s, &owned_drops, count_drop);
  CHECK_INT(lwt_sequence_iter_l(s, replace_this, node, NULL), LWT_OK);
  CHECK_INT(owned_drops, 1);
  CHECK_INT(lwt_sequence_iter_node_l(s, replace_own, NULL, NULL), LWT_OK);
  CHECK(lwt_sequence_is_empty(s));
  lwt_sequence_node_release(node);
  lwt_sequence_release(s);
}

static void raise_at_two(lwt_value v, void *env) {
  write_value(v, env);
  if (v == LWT_INT(2)) lwt_raise(exn(LWT_CLOSED));
}
static void raise_at_node_two(const lwt_sequence_node *node, void *env) {
  raise_at_two(lwt_sequence_get(node), env);
}
TEST(what_a_callback_raises_ends_the_walk) {
  lwt_sequence *s = of(1, 4);
  text[0] = '\0';
  CHECK_INT(lwt_sequence_iter_l(s, raise_at_two, NULL, NULL), LWT_CLOSED);
  CHECK_INT(lwt_sequence_iter_r(s, raise_at_two, NULL, NULL), LWT_CLOSED);
  CHECK_INT(lwt_sequence_iter_node_l(s, raise_at_node_two, NULL, NULL), LWT_CLOSED);
  CHECK_STR(text, "1 2 4 3 2 1 2");
  lwt_sequence_release(s);
}

static lwt_value decimal(lwt_value gathered, lwt_value v, void *env) {
  if (env != NULL && LWT_TO_INT(v) == 2) return lwt_raise(exn(LWT_CLOSED));
  return LWT_INT(LWT_TO_INT(gathered) * 10 + LWT_TO_INT(v));
}
static lwt_value fold_and_fail(lwt_value v, void *env) {
  (void)v;
  lwt_value folded = lwt_sequence_fold_l(env, LWT_INT(9), NULL, decimal, env, NULL);
  CHECK_PTR(folded, LWT_UNIT);
  return folded;
}
TEST(a_fold_goes_from_one_end_to_the_other_and_what_it_raises_is_raised_again) {
  lwt_sequence *s = of(1, 4);
  CHECK_PTR(lwt_sequence_fold_l(s, LWT_INT(9), NULL, decimal, NULL, NULL), LWT_INT(91234));
  CHECK_PTR(lwt_sequence_fold_r(s, LWT_INT(9), NULL, decimal, NULL, NULL), LWT_INT(94321));
  CHECK_FAILS(lwt_map(lwt_return(LWT_UNIT), fold_and_fail, s, NULL), LWT_CLOSED);
  hook_install();
  int drops = 0;
  struct env clean = {.name = "clean"};
  CHECK_PTR(lwt_sequence_fold_l(NULL, &drops, count_drop, decimal, &clean, env_drop), LWT_UNIT);
  CHECK_INT(hook_calls, 0);
  CHECK_INT(drops, 1);
  CHECK_INT(clean.dropped, 1);
  lwt_sequence_release(s);
}

static bool is_even(lwt_value v, void *env) {
  if (env != NULL) lwt_raise(exn(LWT_CLOSED));
  return LWT_TO_INT(v) % 2 == 0;
}
static bool is_large(lwt_value v, void *env) {
  (void)env;
  return LWT_TO_INT(v) > 100;
}
TEST(a_node_is_found_from_either_side) {
  lwt_sequence *s = of(1, 5);
  lwt_sequence_node *node = lwt_sequence_find_node_opt_l(s, is_even, NULL, NULL), *same = NULL;
  CHECK_PTR(lwt_sequence_get(node), LWT_INT(2));
  CHECK_INT(lwt_sequence_find_node_l(s, is_even, NULL, NULL, &same), LWT_OK);
  CHECK_PTR(same, node);
  lwt_sequence_node_release(same);
  lwt_sequence_node_release(node);
  node = lwt_sequence_find_node_opt_r(s, is_even, NULL, NULL);
  CHECK_PTR(lwt_sequence_get(node), LWT_INT(4));
  lwt_sequence_node_release(node);
  CHECK_PTR(lwt_sequence_find_node_opt_l(s, is_large, NULL, NULL), NULL);
  CHECK_INT(lwt_sequence_find_node_r(s, is_large, NULL, NULL, &same), LWT_NOT_FOUND);
  CHECK_PTR(same, NULL);
  CHECK_INT(lwt_sequence_find_node_l(s, is_even, s, NULL, &same), LWT_CLOSED);
  hook_install();
  CHECK_PTR(lwt_sequence_find_node_opt_l(s, is_even, s, NULL), NULL);
  CHECK_HOOK(1, LWT_CLOSED);
  lwt_sequence_release(s);
}

/* ------------------------------------------------------------------ tasks --- */
TEST(a_task_waits_in_its_sequence_until_it_is_taken) {
  lwt_sequence *s = lwt_sequence_create();
  lwt_t *right = lwt_add_task_r(s), *left = lwt_add_task_l(s);
  lwt_value wakener;
  CHECK_INT(lwt_sequence_take_r(s, &wakener, NULL), LWT_OK);
  CHECK_INT(lwt_wakeup((lwt_u *)wakener, LWT_INT(5)), LWT_OK);
  CHECK_RETURNS(right, 5);
  CHECK_SLEEPS(left);
  CHECK_INT(lwt_sequence_length(s), 1);
  lwt_cancel(left);
  CHECK_FAILS(left, LWT_CANCELED);
  CHECK(lwt_sequence_is_empty(s));
  lwt_sequence_release(s);
}

TEST(cancelling_a_task_takes_only_it_out_wherever_it_has_been_moved) {
  lwt_sequence *s = lwt_sequence_create(), *other = lwt_sequence_create();
  lwt_t *tasks[5];
  for (int i = 0; i < 5; i++) tasks[i] = lwt_add_task_r(s);
  lwt_sequence_transfer_l(s, other);
  lwt_cancel(tasks[2]);
  CHECK_INT(lwt_sequence_length(other), 4);
  for (int i = 0; i < 5; i++) {
    lwt_drop_fn drop;
    lwt_u *u = lwt_sequence_take_opt_l(other, &drop);
    if (i < 4) CHECK_INT(lwt_wakeup(u, LWT_INT(i)), LWT_OK);
    else CHECK_PTR(u, LWT_NONE);
  }
  CHECK_RETURNS(tasks[0], 0);
  CHECK_RETURNS(tasks[1], 1);
  CHECK_FAILS(tasks[2], LWT_CANCELED);
  CHECK_RETURNS(tasks[3], 2);
  CHECK_RETURNS(tasks[4], 3);
  lwt_sequence_release(s);
  lwt_sequence_release(other);
}

TEST(tasks_whose_sequence_goes_wait_for_ever) {
  lwt_sequence *s = lwt_sequence_create();
  ENV(f);
  lwt_t *p = lwt_bind(lwt_add_task_r(s), env_bind, &f, env_drop);
  lwt_sequence_release(s);
  CHECK_ENV(f, 0, 1);
  CHECK_SLEEPS(p);
  lwt_release(p);
}

/* ------------------------------------------------------- mistakes, depth --- */
TEST(bad_handles_are_told_and_values_dropped) {
  int drops = 0;
  lwt_sequence *s = of(1, 2), *gone = of(1, 2);
  lwt_sequence_release(gone);
  const lwt_sequence *bad[] = {NULL, gone, (const lwt_sequence *)(const void *)&drops};
  lwt_value value;
  for (int i = 0; i < 3; i++) {
    drops = 0;
    CHECK_PTR(lwt_sequence_add_l(bad[i], LWT_UNIT), NULL);
    CHECK_PTR(lwt_sequence_add_r_owned(bad[i], &drops, count_drop), NULL);
    CHECK_INT(drops, 1);
    CHECK_INT(lwt_sequence_take_l(bad[i], &value, NULL), INVALID);
    CHECK_PTR(lwt_sequence_take_opt_r(bad[i], NULL), LWT_NONE);
    CHECK_INT(lwt_sequence_clear(bad[i]), INVALID);
    CHECK_INT(lwt_sequence_transfer_l(bad[i], s), INVALID);
    CHECK_INT(lwt_sequence_transfer_r(s, bad[i]), INVALID);
    CHECK_INT(lwt_sequence_length(bad[i]), 0);
    CHECK(!lwt_sequence_is_empty(bad[i]));
    CHECK_INT(lwt_sequence_iter_l(bad[i], write_value, &drops, count_drop), INVALID);
    CHECK_INT(drops, 2);
    CHECK_PTR(lwt_sequence_retain(bad[i]), NULL);
    CHECK_FAILS(lwt_add_task_l(bad[i]), INVALID);
  }
  CHECK_INT(lwt_sequence_iter_r(s, NULL, &drops, count_drop), INVALID);
  CHECK_INT(lwt_sequence_iter_node_r(s, NULL, &drops, count_drop), INVALID);
  CHECK_INT(lwt_sequence_take_l(s, NULL, NULL), INVALID);
  CHECK_INT(lwt_sequence_find_node_l(s, is_even, NULL, NULL, NULL), INVALID);
  CHECK_INT(lwt_sequence_set_owned(NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 5);
  CHECK_PTR(lwt_sequence_get(NULL), LWT_UNIT);
  CHECK_PTR(lwt_sequence_node_retain(NULL), NULL);
  lwt_sequence_node_release(NULL);
  CHECK_INT(lwt_sequence_length(s), 2);
  lwt_sequence_release(s);
}

static void take_from_seq(void *env) {
  ++*(int *)env;
  lwt_sequence_clear(seq);
  lwt_sequence_node_release(lwt_sequence_add_l(seq, LWT_INT(1)));
}
TEST(drop_functions_may_use_the_sequence_that_drops) {
  int drops = 0;
  make_nodes(0);
  for (int i = 0; i < 3; i++)
    lwt_sequence_node_release(lwt_sequence_add_l_owned(seq, &drops, take_from_seq));
  CHECK_INT(lwt_sequence_clear(seq), LWT_OK);
  CHECK_INT(drops, 3);
  CHECK_INT(lwt_sequence_length(seq), 1);
  release_nodes(0);
}

TEST(a_long_sequence_is_walked_moved_and_dropped) {
  int n = (int)scaled(1000000), drops = 0;
  lwt_sequence *s = lwt_sequence_create(), *t = lwt_sequence_create();
  for (int i = 0; i < n; i++)
    lwt_sequence_node_release(lwt_sequence_add_r_owned(s, &drops, count_drop));
  CHECK_INT(lwt_sequence_transfer_l(s, t), LWT_OK);
  CHECK_INT(lwt_sequence_length(t), n);
  lwt_sequence_release(t);
  CHECK_INT(drops, n);
  lwt_sequence_release(s);
}

/* The examples of lwt_sequence.h. */
TEST(the_examples_of_the_header) {
  lwt_sequence *waiting = lwt_sequence_create();
  lwt_t *p = lwt_add_task_r(waiting);
  lwt_value next;
  if (lwt_sequence_take_l(waiting, &next, NULL) == LWT_OK) lwt_wakeup((lwt_u *)next, LWT_UNIT);
  CHECK_RETURNS(p, 0);
  lwt_sequence_node_release(lwt_sequence_add_r(waiting, LWT_INT(3)));
  CHECK_STR(left_to_right(waiting), "3");
  lwt_sequence_release(waiting);
}
