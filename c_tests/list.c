/* Lwt_list: what the functions return, who owns it, which failure counts, and
 * what becomes of bad arguments and of cancelled walks. */
#include "lists.h"

#include <lwt_list.h>

static lwt_t *twice(lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT(2 * LWT_TO_INT(v)));
}
static lwt_t *plus_index(size_t index, lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT((intptr_t)index * 100 + LWT_TO_INT(v)));
}
static lwt_t *is_odd(lwt_value v, void *env) {
  if (env != NULL) ++*(int *)env;
  return lwt_return(LWT_INT(LWT_TO_INT(v) % 2));
}
static lwt_t *half(lwt_value v, void *env) {
  (void)env;
  intptr_t n = LWT_TO_INT(v);
  return lwt_return(n % 2 ? LWT_NONE : LWT_INT(n / 2));
}
static lwt_t *digits(lwt_value gathered, lwt_value v, void *env) {
  (void)env;
  return lwt_return(LWT_INT(LWT_TO_INT(gathered) * 10 + LWT_TO_INT(v)));
}

/* The values of an array, as text. */
static void values_text(const struct lwt_values *values, char *out, size_t size) {
  size_t len = 0;
  out[0] = '\0';
  for (size_t i = 0; i < values->len; i++)
    len += (size_t)snprintf(out + len, size - len, "%s%ld", i ? " " : "",
                            (long)LWT_TO_INT(values->data[i]));
}
static void check_values(int line, lwt_t *p, const char *want) {
  char text[200] = "";
  if (check_int(__FILE__, line, "the state", lwt_state(p), LWT_RETURN))
    values_text(lwt_value_of(p), text, sizeof text);
  check_str(__FILE__, line, "the values", text, want);
  lwt_release(p);
}
#define CHECK_VALUES(p, want) check_values(__LINE__, (p), (want))
static void check_pair(int line, lwt_t *p, const char *first, const char *second) {
  const char *want[] = {first, second};
  if (!check_int(__FILE__, line, "the state", lwt_state(p), LWT_RETURN)) return;
  const struct lwt_values *pair = lwt_value_of(p);
  for (int i = 0; i < 2; i++) {
    char text[200];
    values_text(pair->data[i], text, sizeof text);
    check_str(__FILE__, line, "the values", text, want[i]);
  }
  lwt_release(p);
}

static const lwt_value one_to_five[] = {LWT_INT(1), LWT_INT(2), LWT_INT(3), LWT_INT(4), LWT_INT(5)};

TEST(results_come_in_the_order_of_the_elements_or_the_opposite_one) {
  CHECK_VALUES(lwt_list_map_s(one_to_five, 5, twice, NULL, NULL), "2 4 6 8 10");
  CHECK_VALUES(lwt_list_map_p(one_to_five, 5, twice, NULL, NULL), "2 4 6 8 10");
  CHECK_VALUES(lwt_list_mapi_s(one_to_five, 3, plus_index, NULL, NULL), "1 102 203");
  CHECK_VALUES(lwt_list_mapi_p(one_to_five, 3, plus_index, NULL, NULL), "1 102 203");
  CHECK_VALUES(lwt_list_rev_map_s(one_to_five, 5, twice, NULL, NULL), "10 8 6 4 2");
  CHECK_VALUES(lwt_list_rev_map_p(one_to_five, 5, twice, NULL, NULL), "10 8 6 4 2");
  CHECK_VALUES(lwt_list_filter_s(one_to_five, 5, is_odd, NULL, NULL), "1 3 5");
  CHECK_VALUES(lwt_list_filter_p(one_to_five, 5, is_odd, NULL, NULL), "1 3 5");
  CHECK_VALUES(lwt_list_filter_map_s(one_to_five, 5, half, NULL, NULL), "1 2");
  CHECK_VALUES(lwt_list_filter_map_p(one_to_five, 5, half, NULL, NULL), "1 2");
  check_pair(__LINE__, lwt_list_partition_s(one_to_five, 5, is_odd, NULL, NULL), "1 3 5", "2 4");
  check_pair(__LINE__, lwt_list_partition_p(one_to_five, 5, is_odd, NULL, NULL), "1 3 5", "2 4");
}

TEST(a_fold_starts_at_its_end_of_the_list) {
  CHECK_RETURNS(lwt_list_fold_left_s(one_to_five, 5, LWT_INT(9), NULL, digits, NULL, NULL), 912345);
  CHECK_RETURNS(lwt_list_fold_right_s(one_to_five, 5, LWT_INT(9), NULL, digits, NULL, NULL),
                954321);
}

TEST(a_serial_search_stops_at_the_element_that_decides) {
  int calls = 0;
  CHECK_RETURNS(lwt_list_for_all_s(one_to_five, 5, is_odd, &calls, NULL), 0);
  CHECK_INT(calls, 2);
  CHECK_RETURNS(lwt_list_exists_s(one_to_five, 5, is_odd, &calls, NULL), 1);
  CHECK_INT(calls, 3);
  CHECK_RETURNS(lwt_list_find_s(one_to_five + 1, 4, is_odd, &calls, NULL), 3);
  CHECK_INT(calls, 5);
  CHECK_RETURNS(lwt_list_for_all_p(one_to_five, 5, is_odd, &calls, NULL), 0);
  CHECK_INT(calls, 10);
  CHECK_RETURNS(lwt_list_exists_p(one_to_five, 5, is_odd, &calls, NULL), 1);
  CHECK_INT(calls, 15);
}

TEST(of_no_elements) {
  EACH_FUNCTION(f) {
    int before = check_failures;
    struct job job = {NULL, .truth = f->truth};
    lwt_t *p = f->call(NULL, 0, &job);
    check_result(f, p, 0);
    if (f->result == LAST) CHECK_PTR(lwt_value_of(p), LWT_INT(0));
    lwt_release(p);
    CHECK_INT(job.dropped, 1);
    blame(f, before);
  }
}

/* ------------------------------------------------------- which failure --- */
static lwt_u *wakeners[5];
static lwt_t *wait_own(lwt_value v, void *env) {
  (void)env;
  return lwt_task(&wakeners[LWT_TO_INT(v) - 1]);
}
/* The element says how it fails; 0 waits. */
static lwt_t *fail_as(lwt_value v, void *env) {
  if (v == 0) return lwt_wait(env);
  return lwt_fail(exn((int)LWT_TO_INT(v)));
}

TEST(of_several_that_have_failed_already_iter_p_gives_the_last) {
  const lwt_value kinds[] = {LWT_INT(LWT_CLOSED), LWT_INT(LWT_FULL), LWT_INT(LWT_EMPTY)};
  CHECK_FAILS(lwt_list_iter_p(kinds, 3, fail_as, NULL, NULL), LWT_EMPTY);
  const lwt_value mixed[] = {LWT_INT(LWT_CLOSED), LWT_INT(0), LWT_INT(LWT_FULL)};
  lwt_u *u;
  lwt_t *p = lwt_list_iter_p(mixed, 3, fail_as, &u, NULL);
  CHECK_SLEEPS(p);
  lwt_wakeup_exn(u, exn(LWT_EMPTY));
  CHECK_FAILS(p, LWT_FULL);
}

TEST(of_several_that_fail_later_iter_p_gives_the_first_in_time_and_waits_for_all) {
  lwt_t *p = lwt_list_iter_p(one_to_five, 3, wait_own, NULL, NULL);
  lwt_wakeup_exn(wakeners[1], exn(LWT_CLOSED));
  lwt_wakeup_exn(wakeners[2], exn(LWT_FULL));
  CHECK_SLEEPS(p);
  lwt_wakeup(wakeners[0], LWT_UNIT);
  CHECK_FAILS(p, LWT_CLOSED);
}

TEST(map_p_awaits_from_the_last_element_back_and_stops_at_a_failure) {
  lwt_t *p = lwt_list_map_p(one_to_five, 3, wait_own, NULL, NULL);
  lwt_wakeup_exn(wakeners[0], exn(LWT_CLOSED));
  CHECK_SLEEPS(p);
  lwt_wakeup(wakeners[2], LWT_UNIT);
  CHECK_SLEEPS(p);
  lwt_wakeup_exn(wakeners[1], exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);

  p = lwt_list_map_p(one_to_five, 3, wait_own, NULL, NULL);
  lwt_wakeup_exn(wakeners[2], exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);
  CHECK_INT(lwt_wakeup(wakeners[0], LWT_UNIT), LWT_OK);
  CHECK_INT(lwt_wakeup(wakeners[1], LWT_UNIT), LWT_OK);
}

TEST(rev_map_p_awaits_from_the_first_element_on) {
  lwt_t *p = lwt_list_rev_map_p(one_to_five, 3, wait_own, NULL, NULL);
  lwt_wakeup_exn(wakeners[2], exn(LWT_CLOSED));
  CHECK_SLEEPS(p);
  lwt_wakeup_exn(wakeners[0], exn(LWT_FULL));
  CHECK_FAILS(p, LWT_FULL);
  lwt_wakener_release(wakeners[1]);
}

/* ---------------------------------------------------------------- owners --- */
static lwt_t *keeps_one(lwt_value v, void *env) {
  (void)v;
  return lwt_retain(env);
}
TEST(results_keep_their_drop_functions_and_stay_with_whoever_shows_them) {
  int drops = 0;
  lwt_t *shared = lwt_return_owned(&drops, count_drop);
  lwt_t *iterated = lwt_list_iter_s(one_to_five, 2, keeps_one, shared, NULL);
  CHECK_PTR(lwt_value_of(shared), &drops);
  CHECK_RETURNS(iterated, 0);
  lwt_t *mapped = lwt_list_map_p(one_to_five, 2, keeps_one, shared, NULL);
  lwt_t *kept = lwt_list_filter_map_s(one_to_five, 2, keeps_one, shared, NULL);
  struct lwt_values *values = lwt_value_of(mapped);
  CHECK_PTR(values->data[0], &drops);
  CHECK_PTR(values->data[1], &drops);
  CHECK_PTR(((struct lwt_values *)lwt_value_of(kept))->data[1], &drops);
  CHECK_PTR(lwt_value_of(shared), &drops);
  lwt_release(shared);
  lwt_release(kept);
  CHECK_INT(drops, 0);
  lwt_release(mapped);
  CHECK_INT(drops, 1);
}

struct counter { int moved, dropped; };
static void counter_drop(void *data) { ((struct counter *)data)->dropped++; }
static lwt_t *pass_on(lwt_value gathered, lwt_value v, void *env) {
  ((struct counter *)gathered)->moved++;
  if (env != NULL && LWT_TO_INT(v) == 2) {
    counter_drop(gathered); /* it is ours */
    return lwt_fail(exn(LWT_CLOSED));
  }
  return lwt_return_owned(gathered, counter_drop);
}
TEST(a_fold_hands_what_was_gathered_from_call_to_call) {
  struct counter c = {0, 0};
  lwt_t *p = lwt_list_fold_left_s(one_to_five, 5, &c, counter_drop, pass_on, NULL, NULL);
  CHECK_PTR(lwt_value_of(p), &c);
  CHECK_INT(c.moved, 5);
  CHECK_INT(c.dropped, 0);
  lwt_release(p);
  CHECK_INT(c.dropped, 1);

  c = (struct counter){0, 0};
  CHECK_FAILS(lwt_list_fold_left_s(one_to_five, 5, &c, counter_drop, pass_on, &c, NULL),
              LWT_CLOSED);
  CHECK_INT(c.moved, 2);
  CHECK_INT(c.dropped, 1);
}

TEST(the_array_is_copied_at_the_call) {
  lwt_value *items = numbers(3);
  items[0] = LWT_INT(1), items[1] = LWT_INT(2), items[2] = LWT_INT(3);
  lwt_t *p = lwt_list_map_s(items, 3, wait_own, NULL, NULL);
  memset(items, 0xff, 3 * sizeof *items);
  free(items);
  for (int i = 0; i < 3; i++) lwt_wakeup(wakeners[i], LWT_INT(i));
  CHECK_VALUES(p, "0 1 2");
}

/* ----------------------------------------------------- mistakes, the end --- */
TEST(a_bad_argument_is_a_failure_and_the_environment_is_dropped) {
  struct job job = {NULL};
  lwt_value item = LWT_INT(1);
  EACH_FUNCTION(f) {
    int before = check_failures;
    job.dropped = 0;
    CHECK_FAILS(f->call(NULL, 1, &job), INVALID);
    CHECK_FAILS(f->call(&item, SIZE_MAX, &job), INVALID);
    CHECK_FAILS(f->call((const lwt_value *)((char *)&item + 1), 1, &job), INVALID);
    CHECK_INT(job.dropped, 3);
    blame(f, before);
  }
  job.dropped = 0;
  int drops = 0;
  CHECK_FAILS(lwt_list_iter_s(&item, 1, NULL, &job, job_drop), INVALID);
  CHECK_FAILS(lwt_list_iteri_p(&item, 1, NULL, &job, job_drop), INVALID);
  CHECK_FAILS(lwt_list_fold_left_s(&item, 1, &drops, count_drop, NULL, &job, job_drop), INVALID);
  CHECK_FAILS(lwt_list_fold_left_s(NULL, 1, &drops, count_drop, NULL, &job, job_drop), INVALID);
  CHECK_INT(job.dropped, 4);
  CHECK_INT(drops, 2);
}

TEST(cancelling_a_serial_walk_cancels_what_it_waits_for) {
  struct env clean = {.name = "clean"};
  lwt_t *p = lwt_list_map_s(one_to_five, 3, wait_own, &clean, env_drop);
  lwt_wakeup(wakeners[0], LWT_UNIT);
  CHECK_INT(clean.dropped, 0);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(clean.dropped, 1);
  lwt_wakener_forget(wakeners[1]);
}

TEST(cancelling_iter_p_cancels_all_the_first_one_first) {
  lwt_t *p = lwt_list_iter_p(one_to_five, 3, wait_own, NULL, NULL);
  lwt_u *all[3] = {wakeners[0], wakeners[1], wakeners[2]};
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  for (int i = 0; i < 3; i++) CHECK_INT(lwt_wakeup(all[i], LWT_UNIT), LWT_OK);
}

static lwt_t *walk;
static lwt_t *cancels_its_walk(lwt_value v, void *env) {
  (void)env;
  if (LWT_TO_INT(v) == 2) {
    lwt_cancel(walk);
    lwt_release(walk);
  }
  return lwt_task(&wakeners[LWT_TO_INT(v) - 1]);
}
TEST(a_callback_may_cancel_and_release_the_walk_that_calls_it) {
  struct env clean = {.name = "clean"};
  walk = lwt_list_iter_s(one_to_five, 5, cancels_its_walk, &clean, env_drop);
  lwt_t *other = lwt_retain(walk);
  lwt_wakeup(wakeners[0], LWT_UNIT);
  CHECK_FAILS(other, LWT_CANCELED);
  CHECK_INT(clean.dropped, 1);
  lwt_wakener_forget(wakeners[1]);
}

TEST(a_walk_that_nobody_can_go_on_with_drops_its_environment) {
  struct env clean = {.name = "clean"};
  lwt_t *p = lwt_list_filter_p(one_to_five, 2, wait_own, &clean, env_drop);
  lwt_t *q = lwt_list_filter_s(one_to_five, 1, wait_own, &clean, env_drop);
  lwt_u *last = wakeners[0];
  CHECK_INT(clean.dropped, 1);
  lwt_wakener_forget(last);
  CHECK_INT(clean.dropped, 2);
  lwt_wakener_forget(wakeners[1]);
  CHECK_SLEEPS(p);
  CHECK_SLEEPS(q);
  lwt_release(p);
  lwt_release(q);
}

/* Calls that are nested without end return, and the outermost one runs them. */
static int depth;
static lwt_t *nest(lwt_value v, void *env) {
  (void)env;
  return ++depth == 20000 ? lwt_return(v) : lwt_list_iter_s(&v, 1, nest, NULL, NULL);
}
static lwt_t *nest_p(lwt_value v, void *env) {
  (void)env;
  return ++depth == 20000 ? lwt_return(v) : lwt_list_map_p(&v, 1, nest_p, NULL, NULL);
}
TEST(walks_nested_deeply_need_no_stack) {
  depth = 0;
  CHECK_RETURNS(lwt_list_iter_s(one_to_five, 1, nest, NULL, NULL), 0);
  CHECK_INT(depth, 20000);
  depth = 0;
  lwt_t *p = lwt_list_map_p(one_to_five, 1, nest_p, NULL, NULL);
  CHECK_STATE(p, LWT_RETURN);
  CHECK_INT(depth, 20000);
  lwt_release(p);
}

/* The example of lwt_list.h. */
static lwt_t *size(lwt_value path, void *env) {
  (void)env;
  return lwt_return(LWT_INT(strlen(path)));
}
TEST(the_example_of_the_header) {
  const lwt_value paths[] = {"a", "bb", "ccc"};
  lwt_t *sizes = lwt_list_map_p(paths, 3, size, NULL, NULL);
  CHECK_VALUES(sizes, "1 2 3");
}
