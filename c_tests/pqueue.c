/* timeout: 180 */
/* Lwt_pqueue: order, persistence, owned elements, orders that raise, and very
 * many elements on a small stack. */
#include "small_stack.h"

#include <lwt_pqueue.h>

static int by_number(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return (LWT_TO_INT(a) > LWT_TO_INT(b)) - (LWT_TO_INT(a) < LWT_TO_INT(b));
}
static lwt_pqueue *of(const int *numbers, int n) {
  lwt_pqueue *q = lwt_pqueue_create(by_number, NULL, NULL);
  for (int i = 0; i < n; i++) q = lwt_pqueue_add(q, LWT_INT(numbers[i]));
  return q;
}
/* Consumes q. */
static void check_order(int line, lwt_pqueue *q, const int *want, int n) {
  check_int(__FILE__, line, "the size", (intmax_t)lwt_pqueue_size(q), n);
  for (int i = 0; i < n; i++) {
    lwt_value least = NULL;
    check_int(__FILE__, line, "find_min", lwt_pqueue_find_min(q, &least), LWT_OK);
    check_ptr(__FILE__, line, "the least", least, LWT_INT(want[i]));
    check_ptr(__FILE__, line, "lookup_min", lwt_pqueue_lookup_min(q), least);
    q = lwt_pqueue_remove_min(q);
  }
  check_true(__FILE__, line, "it is empty", lwt_pqueue_is_empty(q));
  lwt_pqueue_release(q);
}
#define CHECK_ORDER(q, ...)                                             \
  check_order(__LINE__, (q), (const int[]){__VA_ARGS__},                \
              (int)(sizeof((const int[]){__VA_ARGS__}) / sizeof(int)))

TEST(the_least_element_comes_first_and_equal_ones_are_kept) {
  CHECK_ORDER(of((const int[]){5, 3, 9, 3, 1, 5}, 6), 1, 3, 3, 5, 5, 9);
}

TEST(an_empty_queue_has_no_least_element) {
  lwt_pqueue *q = lwt_pqueue_create(by_number, NULL, NULL);
  lwt_value least = LWT_INT(7);
  CHECK(lwt_pqueue_is_empty(q));
  CHECK_INT(lwt_pqueue_size(q), 0);
  CHECK_INT(lwt_pqueue_find_min(q, &least), LWT_NOT_FOUND);
  CHECK_PTR(least, LWT_INT(7));
  CHECK_PTR(lwt_pqueue_lookup_min(q), LWT_NONE);
  CHECK_PTR(lwt_pqueue_remove_min(q), NULL);
}

TEST(what_is_made_of_a_queue_leaves_it_as_it_was) {
  lwt_pqueue *a = of((const int[]){4, 2}, 2), *b = of((const int[]){3, 1}, 2);
  lwt_pqueue *both = lwt_pqueue_union(lwt_pqueue_retain(a), lwt_pqueue_retain(b));
  lwt_pqueue *less = lwt_pqueue_remove_min(lwt_pqueue_retain(both));
  lwt_pqueue *more = lwt_pqueue_add(lwt_pqueue_retain(less), LWT_INT(0));
  CHECK_ORDER(a, 2, 4);
  CHECK_ORDER(b, 1, 3);
  CHECK_ORDER(more, 0, 2, 3, 4);
  CHECK_ORDER(both, 1, 2, 3, 4);
  CHECK_ORDER(less, 2, 3, 4);
}

static int by_pointed(lwt_value a, lwt_value b, void *env) {
  (void)env;
  return *(int *)a - *(int *)b;
}
static int freed;
static void free_int(void *p) {
  freed++;
  free(p);
}
static lwt_value boxed(int n) {
  int *p = malloc(sizeof *p);
  *p = n;
  return p;
}
TEST(an_element_is_dropped_when_the_last_queue_with_it_goes) {
  struct env clean = {.name = "clean"};
  freed = 0;
  lwt_pqueue *q = lwt_pqueue_create(by_pointed, &clean, env_drop);
  for (int i = 5; i > 0; i--) q = lwt_pqueue_add_owned(q, boxed(i), free_int);
  lwt_pqueue *all = lwt_pqueue_retain(q);
  lwt_pqueue *rest = lwt_pqueue_remove_min(q);
  CHECK_INT(freed, 0);
  lwt_pqueue_release(all);
  CHECK_INT(freed, 1);
  CHECK_INT(*(int *)lwt_pqueue_lookup_min(rest), 2);
  CHECK_INT(clean.dropped, 0);
  lwt_pqueue_release(rest);
  CHECK_INT(freed, 5);
  CHECK_INT(clean.dropped, 1);
}

static int raises(lwt_value a, lwt_value b, void *env) {
  (void)a, (void)b, (void)env;
  lwt_raise(exn(LWT_CLOSED));
  return 0;
}
static lwt_value add_in_a_callback(lwt_value q, void *drops) {
  CHECK_PTR(lwt_pqueue_add_owned(lwt_pqueue_retain(q), drops, count_drop), NULL);
  return LWT_UNIT;
}
TEST(what_the_order_raises_is_raised_again_and_the_queue_is_as_it_was) {
  int drops = 0;
  lwt_pqueue *q = lwt_pqueue_add(lwt_pqueue_create(raises, NULL, NULL), LWT_UNIT);
  CHECK_FAILS(lwt_map(lwt_return(q), add_in_a_callback, &drops, NULL), LWT_CLOSED);
  CHECK_INT(drops, 1);
  CHECK_INT(lwt_pqueue_size(q), 1);
  hook_install();
  CHECK_PTR(lwt_pqueue_add(q, LWT_UNIT), NULL);
  CHECK_HOOK(1, LWT_CLOSED);
}

static lwt_pqueue *own;
static int releases_its_queue(lwt_value a, lwt_value b, void *env) {
  lwt_pqueue_release(own);
  own = NULL;
  return by_number(a, b, env);
}
TEST(an_order_may_release_the_queue) {
  own = lwt_pqueue_create(releases_its_queue, NULL, NULL);
  for (int i = 0; i < 4; i++) {
    lwt_pqueue *next = lwt_pqueue_add(lwt_pqueue_retain(own), LWT_INT(i));
    lwt_pqueue_release(own);
    own = next;
  }
  CHECK_INT(lwt_pqueue_size(own), 4);
  CHECK_PTR(lwt_pqueue_lookup_min(own), LWT_INT(0));
  lwt_pqueue_release(own);
}

TEST(bad_arguments_give_null_and_consume_what_is_good) {
  int drops = 0;
  struct env clean = {.name = "clean"};
  CHECK_PTR(lwt_pqueue_create(NULL, &clean, env_drop), NULL);
  CHECK_INT(clean.dropped, 1);
  CHECK_PTR(lwt_pqueue_add(NULL, LWT_UNIT), NULL);
  CHECK_PTR(lwt_pqueue_add_owned(NULL, &drops, count_drop), NULL);
  CHECK_INT(drops, 1);
  CHECK_PTR(lwt_pqueue_remove_min(NULL), NULL);
  CHECK_PTR(lwt_pqueue_retain(NULL), NULL);
  CHECK_INT(lwt_pqueue_size(NULL), 0);
  CHECK(!lwt_pqueue_is_empty(NULL));
  lwt_value least;
  CHECK_INT(lwt_pqueue_find_min(NULL, &least), INVALID);
  lwt_pqueue *q = of((const int[]){1}, 1);
  CHECK_INT(lwt_pqueue_find_min(q, NULL), INVALID);
  lwt_pqueue *other = lwt_pqueue_create(by_pointed, NULL, NULL);
  CHECK_PTR(lwt_pqueue_union(lwt_pqueue_retain(q), other), NULL);
  CHECK_PTR(lwt_pqueue_union(q, NULL), NULL);
  CHECK_INT(lwt_pqueue_find_min(q, &least), INVALID);
}

static void very_many(void) {
  int n = (int)scaled(1000000), drops = 0;
  lwt_pqueue *down = lwt_pqueue_create(by_number, NULL, NULL);
  for (int i = n; i > 0; i--) down = lwt_pqueue_add(down, LWT_INT(i));
  CHECK_PTR(lwt_pqueue_lookup_min(down), LWT_INT(1));
  lwt_pqueue *up = lwt_pqueue_create(by_number, NULL, NULL);
  for (int i = 0; i < n; i++) up = lwt_pqueue_add_owned(up, &drops, count_drop);
  lwt_pqueue *both = lwt_pqueue_union(down, up);
  CHECK_INT(lwt_pqueue_size(both), 2 * n);
  for (int i = 1; i <= n / 10; i++) {
    if (lwt_pqueue_lookup_min(both) != LWT_INT(i)) CHECK_INT(i, -1);
    both = lwt_pqueue_remove_min(both);
  }
  lwt_pqueue_release(both);
  CHECK_INT(drops, n);
}
TEST(a_million_elements_need_no_stack) { on_small_stack(SMALL_STACK, very_many); }

/* The example of lwt_pqueue.h. */
TEST(the_example_of_the_header) {
  freed = 0;
  lwt_pqueue *q = lwt_pqueue_create(by_pointed, NULL, NULL);
  for (int i = 3; i > 0; i--) q = lwt_pqueue_add_owned(q, boxed(i), free_int);
  int sum = 0;
  for (lwt_value least; lwt_pqueue_find_min(q, &least) == LWT_OK;) {
    sum = 10 * sum + *(int *)least;
    q = lwt_pqueue_remove_min(q);
  }
  lwt_pqueue_release(q);
  CHECK_INT(sum, 123);
  CHECK_INT(freed, 3);
}
