/* Lists, sequences, queues and attempts on a thread that does not own their
 * handles, or with promises of another thread: an error for every function, what
 * else the call consumes is consumed, and the handle stays as it was. */
#include "promises.h"

#include <lwt_list.h>
#include <lwt_pqueue.h>
#include <lwt_result.h>
#include <lwt_retry.h>
#include <lwt_seq.h>
#include <lwt_sequence.h>
#include <pthread.h>

#define CHECK_WRONG(p) CHECK_FAILS(p, LWT_WRONG_THREAD)

static int envs;
static void env_gone(void *env) { (void)env, envs++; }
static void elsewhere(void *(*body)(void *)) {
  pthread_t thread;
  envs = 0;
  pthread_create(&thread, NULL, body, NULL);
  pthread_join(thread, NULL);
}

/* None of these is ever called. */
static lwt_t *bound(lwt_value v, void *env) { return CHECK(false), (void)env, lwt_return(v); }
static lwt_value mapped(lwt_value v, void *env) { return CHECK(false), (void)env, v; }
static bool tested(lwt_value v, void *env) { return CHECK(false), (void)env, v != NULL; }
static void each(lwt_value v, void *env) { CHECK(v == env); }
static lwt_value folded(lwt_value a, lwt_value v, void *env) {
  return CHECK(false), (void)v, (void)env, a;
}
static lwt_t *folded_s(lwt_value a, lwt_value v, void *env) {
  return CHECK(false), (void)v, (void)env, lwt_return(a);
}
static lwt_seq *flat(lwt_value v, void *env) {
  return CHECK(false), (void)v, (void)env, lwt_seq_empty();
}
static void node_each(const lwt_sequence_node *node, void *env) {
  CHECK(node == env);
}

static lwt_seq *seq;
static lwt_seq_node *cell;
static void *use_seq(void *unused) {
  CHECK_PTR(lwt_seq_retain(seq), NULL);
  CHECK_WRONG(lwt_seq_next(seq));
  CHECK_PTR(lwt_seq_node_value(cell), LWT_UNIT);
  CHECK_PTR(lwt_seq_node_rest(cell), NULL);
  CHECK_PTR(lwt_seq_node_retain(cell), NULL);
  lwt_seq_node_release(cell);
  CHECK_WRONG(lwt_seq_node_cons(LWT_UNIT, seq));
  CHECK_WRONG(lwt_seq_node_cons_owned(LWT_UNIT, env_gone, seq));
  CHECK_INT(envs, 1);
  CHECK_PTR(lwt_seq_cons(LWT_UNIT, seq), NULL);
  CHECK_PTR(lwt_seq_cons_owned(LWT_UNIT, env_gone, seq), NULL);
  CHECK_PTR(lwt_seq_cons_lwt(lwt_return_owned(LWT_UNIT, env_gone), seq), NULL);
  CHECK_INT(envs, 3);
  CHECK_PTR(lwt_seq_append(seq, lwt_seq_return_owned(LWT_UNIT, env_gone)), NULL);
  CHECK_PTR(lwt_seq_append(lwt_seq_return_owned(LWT_UNIT, env_gone), seq), NULL);
  CHECK_INT(envs, 5);
  CHECK_PTR(lwt_seq_map(seq, mapped, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_map_s(seq, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_filter(seq, tested, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_filter_s(seq, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_filter_map(seq, mapped, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_filter_map_s(seq, bound, NULL, env_gone), NULL);
  CHECK_PTR(lwt_seq_flat_map(seq, flat, NULL, env_gone), NULL);
  CHECK_INT(envs, 12);
  CHECK_WRONG(lwt_seq_to_list(seq));
  CHECK_WRONG(lwt_seq_fold_left(seq, LWT_UNIT, env_gone, folded, NULL, env_gone));
  CHECK_WRONG(lwt_seq_fold_left_s(seq, LWT_UNIT, env_gone, folded_s, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter(seq, each, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter_s(seq, bound, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter_p(seq, bound, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter_n(seq, 2, bound, NULL, env_gone));
  CHECK_INT(envs, 20);
  lwt_seq_release(seq);
  return unused;
}
TEST(a_foreign_sequence) {
  seq = lwt_seq_cons(LWT_INT(1), lwt_seq_return(LWT_INT(2)));
  lwt_t *first = lwt_seq_next(seq);
  cell = lwt_take(first);
  elsewhere(use_seq);
  CHECK_PTR(lwt_seq_node_value(cell), LWT_INT(1));
  lwt_seq_node *same = lwt_seq_node_retain(cell);
  CHECK_PTR(same, cell);
  lwt_seq_node_release(cell);
  CHECK_PTR(lwt_seq_node_value(same), LWT_INT(1));
  lwt_seq_node_release(same);
  CHECK_PTR(lwt_seq_node_value(same), LWT_UNIT);
  lwt_t *list = lwt_seq_to_list(seq);
  const struct lwt_values *values = lwt_value_of(list);
  CHECK_INT(values->len, 2);
  lwt_release(list);
  lwt_seq_release(seq);
}

static int compare(lwt_value a, lwt_value b, void *env) {
  return (void)env, (int)(LWT_TO_INT(a) - LWT_TO_INT(b));
}
static lwt_pqueue *queue;
static void *use_queue(void *unused) {
  lwt_value least = LWT_INT(7);
  CHECK_PTR(lwt_pqueue_retain(queue), NULL);
  CHECK(!lwt_pqueue_is_empty(queue));
  CHECK_INT(lwt_pqueue_size(queue), 0);
  CHECK_PTR(lwt_pqueue_add(queue, LWT_UNIT), NULL);
  CHECK_PTR(lwt_pqueue_add_owned(queue, LWT_UNIT, env_gone), NULL);
  CHECK_INT(envs, 1);
  CHECK_PTR(lwt_pqueue_union(queue, lwt_pqueue_create(compare, NULL, env_gone)), NULL);
  CHECK_PTR(lwt_pqueue_union(lwt_pqueue_create(compare, NULL, env_gone), queue), NULL);
  CHECK_INT(envs, 3);
  CHECK_INT(lwt_pqueue_find_min(queue, &least), LWT_WRONG_THREAD);
  CHECK_PTR(least, LWT_INT(7));
  CHECK_PTR(lwt_pqueue_lookup_min(queue), LWT_NONE);
  CHECK_PTR(lwt_pqueue_remove_min(queue), NULL);
  lwt_pqueue_release(queue);
  return unused;
}
TEST(a_foreign_priority_queue) {
  queue = lwt_pqueue_add(lwt_pqueue_create(compare, NULL, NULL), LWT_INT(5));
  elsewhere(use_queue);
  CHECK_INT(lwt_pqueue_size(queue), 1);
  CHECK_PTR(lwt_pqueue_lookup_min(queue), LWT_INT(5));
  lwt_pqueue_release(queue);
}

static lwt_sequence *deque;
static lwt_sequence_node *node;
static void *use_deque(void *unused) {
  lwt_value v = LWT_INT(7);
  lwt_drop_fn drop = env_gone;
  lwt_sequence *own = lwt_sequence_create();
  lwt_sequence_node *found = NULL;
  CHECK_PTR(lwt_sequence_retain(deque), NULL);
  CHECK_PTR(lwt_sequence_node_retain(node), NULL);
  CHECK(!lwt_sequence_is_empty(deque));
  CHECK_INT(lwt_sequence_length(deque), 0);
  CHECK_INT(lwt_sequence_clear(deque), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_sequence_get(node), LWT_UNIT);
  CHECK_INT(lwt_sequence_set(node, LWT_UNIT), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_set_owned(node, LWT_UNIT, env_gone), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_remove(node), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_sequence_add_l(deque, LWT_UNIT), NULL);
  CHECK_PTR(lwt_sequence_add_l_owned(deque, LWT_UNIT, env_gone), NULL);
  CHECK_PTR(lwt_sequence_add_r(deque, LWT_UNIT), NULL);
  CHECK_PTR(lwt_sequence_add_r_owned(deque, LWT_UNIT, env_gone), NULL);
  CHECK_INT(envs, 3);
  CHECK_INT(lwt_sequence_take_l(deque, &v, &drop), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_take_r(deque, &v, &drop), LWT_WRONG_THREAD);
  CHECK_PTR(lwt_sequence_take_opt_l(deque, &drop), LWT_NONE);
  CHECK_PTR(lwt_sequence_take_opt_r(deque, &drop), LWT_NONE);
  CHECK(drop == NULL);
  CHECK_INT(lwt_sequence_transfer_l(deque, own), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_transfer_r(own, deque), LWT_WRONG_THREAD);
  CHECK_WRONG(lwt_add_task_l(deque));
  CHECK_WRONG(lwt_add_task_r(deque));
  CHECK_INT(lwt_sequence_iter_l(deque, each, NULL, env_gone), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_iter_r(deque, each, NULL, env_gone), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_iter_node_l(deque, node_each, NULL, env_gone), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_iter_node_r(deque, node_each, NULL, env_gone), LWT_WRONG_THREAD);
  hook_install(); /* a mistake is no failure of the program */
  CHECK_PTR(lwt_sequence_find_node_opt_l(deque, tested, NULL, env_gone), NULL);
  CHECK_PTR(lwt_sequence_find_node_opt_r(deque, tested, NULL, env_gone), NULL);
  CHECK_PTR(lwt_sequence_fold_l(deque, LWT_UNIT, env_gone, folded, NULL, env_gone), LWT_UNIT);
  CHECK_PTR(lwt_sequence_fold_r(deque, LWT_UNIT, env_gone, folded, NULL, env_gone), LWT_UNIT);
  CHECK_INT(hook_calls, 0);
  CHECK_INT(lwt_sequence_find_node_l(deque, tested, NULL, env_gone, &found), LWT_WRONG_THREAD);
  CHECK_INT(lwt_sequence_find_node_r(deque, tested, NULL, env_gone, &found), LWT_WRONG_THREAD);
  CHECK(found == NULL);
  CHECK_INT(envs, 15);
  lwt_sequence_node_release(node);
  lwt_sequence_release(deque);
  lwt_sequence_release(own);
  return unused;
}
TEST(a_foreign_queue_with_two_ends) {
  deque = lwt_sequence_create();
  node = lwt_sequence_add_l(deque, LWT_INT(3));
  elsewhere(use_deque);
  CHECK_INT(lwt_sequence_length(deque), 1);
  CHECK_PTR(lwt_sequence_get(node), LWT_INT(3));
  lwt_sequence_node_release(node);
  lwt_sequence_release(deque);
}

static lwt_t *again(void *env) { return (void)env, lwt_retry_again(LWT_INT(4)); }
static lwt_string *print(lwt_value e, void *env) {
  return CHECK(false), (void)e, (void)env, NULL;
}
static bool equal(lwt_value a, lwt_value b, void *env) {
  return CHECK(false), (void)a, (void)b, env == NULL;
}
static double soon(size_t number, void *env) { return (void)number, (void)env, 0; }
static lwt_stream *attempts;
static lwt_retry_attempt *attempt;
static void *use_attempts(void *unused) {
  CHECK_PTR(lwt_retry_attempt_value(attempt), LWT_UNIT);
  CHECK_INT(lwt_retry_attempt_number(attempt), 0);
  CHECK_PTR(lwt_retry_attempt_retain(attempt), NULL);
  lwt_retry_attempt_release(attempt);
  CHECK_PTR(lwt_retry_with_sleep(attempts, soon, NULL, env_gone), NULL);
  CHECK_INT(envs, 1);
  CHECK_WRONG(lwt_retry_n_times(2, attempts));
  CHECK_PTR(lwt_retry_pp_error(attempt, print, print, NULL, env_gone), NULL);
  CHECK(!lwt_retry_equal_error(attempt, attempt, equal, equal, NULL, env_gone));
  CHECK_INT(envs, 3);
  return unused;
}
TEST(foreign_attempts) {
  attempts = lwt_retry_on_error(again, NULL, NULL);
  lwt_t *p = lwt_stream_next(attempts);
  attempt = lwt_take(p);
  elsewhere(use_attempts);
  CHECK_PTR(lwt_retry_attempt_value(attempt), LWT_INT(4));
  lwt_retry_attempt_release(attempt);
  lwt_stream_release(attempts);
}

/* A promise of another thread, given to a function and returned by one. */
static lwt_t *foreign;
static lwt_t *gives_foreign(lwt_value v, void *env) { return (void)v, (void)env, foreign; }
static lwt_t *gives_foreign_now(void *env) { return (void)env, foreign; }
static struct lwt_result *to_result(lwt_value v, void *env) {
  return CHECK(false), (void)env, lwt_make_value(v);
}
static void *use_promise(void *unused) {
  lwt_value items[2] = {LWT_INT(1), LWT_INT(2)};
  CHECK_WRONG(lwt_list_iter_s(items, 2, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_list_iter_p(items, 2, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_list_map_s(items, 2, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_list_map_p(items, 2, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_list_filter_s(items, 2, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_list_filter_p(items, 2, gives_foreign, NULL, env_gone));
  CHECK_INT(envs, 6);
  lwt_seq *s = lwt_seq_of_list(items, 2);
  CHECK_WRONG(lwt_seq_iter_s(s, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter_p(s, gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_seq_iter_n(s, 2, gives_foreign, NULL, env_gone));
  s = lwt_seq_map_s(s, gives_foreign, NULL, env_gone);
  CHECK_WRONG(lwt_seq_next(s));
  lwt_seq_release(s);
  CHECK_INT(envs, 10);
  s = lwt_seq_from(gives_foreign_now, NULL, env_gone);
  CHECK_WRONG(lwt_seq_next(s));
  lwt_seq_release(s);
  lwt_stream *t = lwt_retry_on_error(gives_foreign_now, NULL, env_gone);
  CHECK_WRONG(lwt_retry_n_times(2, t));
  CHECK_INT(envs, 12);
  CHECK_PTR(lwt_seq_return_lwt(foreign), NULL);
  CHECK_PTR(lwt_seq_cons_lwt(foreign, lwt_seq_empty()), NULL);
  CHECK_WRONG(lwt_result_ok(foreign));
  CHECK_WRONG(lwt_result_map(foreign, mapped, NULL, env_gone));
  CHECK_WRONG(lwt_result_bind_result(foreign, to_result, NULL, env_gone));
  CHECK_WRONG(lwt_result_both(foreign, lwt_result_return(LWT_UNIT)));
  CHECK_WRONG(lwt_result_bind(lwt_result_return(LWT_UNIT), gives_foreign, NULL, env_gone));
  CHECK_WRONG(lwt_result_get_exn(foreign));
  CHECK_INT(envs, 15);
  return unused;
}
TEST(a_foreign_promise) {
  foreign = lwt_result_return(LWT_INT(9));
  elsewhere(use_promise);
  const struct lwt_result *result = lwt_value_of(foreign);
  CHECK_PTR(result->value, LWT_INT(9));
  lwt_release(foreign);
}
