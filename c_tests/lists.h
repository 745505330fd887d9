/* All functions of Lwt_list in one table, so that a claim can be made of each:
 * their callbacks all end up in one function of the test. */
#ifndef LISTS_H
#define LISTS_H
#include "promises.h"

/* What the callbacks are about: `answer` is what they do. */
struct job {
  lwt_t *(*answer)(struct job *job, lwt_value item);
  int calls, dropped;
  bool truth; /* the truth that goes on to the next element */
  lwt_u **wakeners;
};
static inline void job_drop(void *env) { ((struct job *)env)->dropped++; }
static inline lwt_t *job_call(lwt_value item, void *env) {
  struct job *job = env;
  if (job->dropped > 0) check_true(__FILE__, __LINE__, "called after the drop", false);
  job->calls++;
  return job->answer(job, item);
}
static inline lwt_t *job_call_at(size_t index, lwt_value item, void *env) {
  check_int(__FILE__, __LINE__, "the index", (intmax_t)index, LWT_TO_INT(item));
  return job_call(item, env);
}
static inline lwt_t *job_call_fold(lwt_value gathered, lwt_value item, void *env) {
  (void)gathered;
  return job_call(item, env);
}

typedef lwt_t *(*list_fn)(const lwt_value *items, size_t n, struct job *job);
#define EACH(name)                                                                 \
  static inline lwt_t *call_##name(const lwt_value *items, size_t n, struct job *job) { \
    return lwt_list_##name(items, n, job_call, job, job_drop);                     \
  }
#define EACH_AT(name)                                                              \
  static inline lwt_t *call_##name(const lwt_value *items, size_t n, struct job *job) { \
    return lwt_list_##name(items, n, job_call_at, job, job_drop);                  \
  }
#define FOLD(name)                                                                 \
  static inline lwt_t *call_##name(const lwt_value *items, size_t n, struct job *job) { \
    return lwt_list_##name(items, n, LWT_INT(0), NULL, job_call_fold, job, job_drop); \
  }
EACH(iter_s) EACH(iter_p) EACH_AT(iteri_s) EACH_AT(iteri_p)
EACH(map_s) EACH(map_p) EACH_AT(mapi_s) EACH_AT(mapi_p)
EACH(rev_map_s) EACH(rev_map_p) FOLD(fold_left_s) FOLD(fold_right_s)
EACH(for_all_s) EACH(for_all_p) EACH(exists_s) EACH(exists_p) EACH(find_s)
EACH(filter_s) EACH(filter_p) EACH(filter_map_s) EACH(filter_map_p)
EACH(partition_s) EACH(partition_p)

enum result { NOTHING, ARRAY, PAIR, TRUE_, FALSE_, NOT_FOUND, LAST };
static const struct list_function {
  const char *name;
  list_fn call;
  bool concurrent;
  bool truth;         /* the truth that goes on */
  enum result result; /* when all answers are that truth */
} list_functions[] = {
    {"iter_s", call_iter_s, false, true, NOTHING},
    {"iter_p", call_iter_p, true, true, NOTHING},
    {"iteri_s", call_iteri_s, false, true, NOTHING},
    {"iteri_p", call_iteri_p, true, true, NOTHING},
    {"map_s", call_map_s, false, true, ARRAY},
    {"map_p", call_map_p, true, true, ARRAY},
    {"mapi_s", call_mapi_s, false, true, ARRAY},
    {"mapi_p", call_mapi_p, true, true, ARRAY},
    {"rev_map_s", call_rev_map_s, false, true, ARRAY},
    {"rev_map_p", call_rev_map_p, true, true, ARRAY},
    {"fold_left_s", call_fold_left_s, false, true, LAST},
    {"fold_right_s", call_fold_right_s, false, true, LAST},
    {"for_all_s", call_for_all_s, false, true, TRUE_},
    {"for_all_p", call_for_all_p, true, true, TRUE_},
    {"exists_s", call_exists_s, false, false, FALSE_},
    {"exists_p", call_exists_p, true, false, FALSE_},
    {"find_s", call_find_s, false, false, NOT_FOUND},
    {"filter_s", call_filter_s, false, true, ARRAY},
    {"filter_p", call_filter_p, true, true, ARRAY},
    {"filter_map_s", call_filter_map_s, false, true, ARRAY},
    {"filter_map_p", call_filter_map_p, true, true, ARRAY},
    {"partition_s", call_partition_s, false, true, PAIR},
    {"partition_p", call_partition_p, true, true, PAIR},
};
enum { LIST_FUNCTIONS = sizeof list_functions / sizeof *list_functions };
#define EACH_FUNCTION(f)                                   \
  for (const struct list_function *f = list_functions;     \
       f < list_functions + LIST_FUNCTIONS; f++)

/* Says which function it was, when a check of this round has failed. */
static inline void blame(const struct list_function *f, int failures_before) {
  if (check_failures != failures_before) fprintf(stderr, "    with %s\n", f->name);
}

/* 0, 1, 2, ... */
static inline lwt_value *numbers(size_t n) {
  lwt_value *items = malloc((n > 0 ? n : 1) * sizeof *items);
  for (size_t i = 0; i < n; i++) items[i] = LWT_INT(i);
  return items;
}

/* All n answers were the truth that goes on: is this what comes of it? */
static inline void check_result(const struct list_function *f, const lwt_t *p, size_t n) {
  if (f->result == NOT_FOUND) {
    CHECK_INT(kind_of(p), LWT_NOT_FOUND);
    return;
  }
  if (!CHECK_STATE(p, LWT_RETURN)) return;
  lwt_value value = lwt_value_of(p);
  const struct lwt_values *values = value;
  switch (f->result) {
    case ARRAY:
      CHECK_INT(values->len, n);
      break;
    case PAIR:
      CHECK_INT(values->len, 2);
      CHECK_INT(((struct lwt_values *)values->data[0])->len, n);
      CHECK_INT(((struct lwt_values *)values->data[1])->len, 0);
      break;
    case NOTHING: CHECK_PTR(value, LWT_UNIT); break;
    case FALSE_: CHECK_INT(LWT_TO_INT(value), 0); break;
    case TRUE_: CHECK_INT(LWT_TO_INT(value), 1); break;
    default: CHECK_INT(LWT_TO_INT(value), n > 0); break;
  }
}
#endif
