/* The backtrace of a failure names the lines of lwt_syntax.h's users. */
/* env: LWT_DEBUG=1 */
#include "loop.h"

static int awaited_at, raised_at, asserted_at;

static lwt_t *failing(lwt_value v, void *env) {
  (void)v;
  (void)env;
  return lwt_fail(exn(LWT_FULL));
}
static int inner(lwt_exn **out) {
  LWT_BEGIN_IN(int, out);
  LWT_TRY {
    awaited_at = __LINE__ + 1;
    LWT_AWAIT(lwt_bind(lwt_pause(), failing, NULL, NULL));
  } LWT_FINALLY {
    LWT_AWAIT(lwt_pause());
  } LWT_END
  return 1;
}
static int begun_at;
static lwt_value outer(void *env) {
  begun_at = __LINE__ + 1;
  LWT_BEGIN;
  (void)env;
  LWT_CALL(inner(LWT_EXN));
  return LWT_UNIT;
}
static lwt_value raising(void *env) {
  LWT_BEGIN;
  (void)env;
  LWT_TRY {
    raised_at = __LINE__ + 1;
    LWT_RAISE(lwt_exn_new(LWT_FULL, "raised"));
  } LWT_END
  return LWT_UNIT;
}
static lwt_value asserting(void *env) {
  LWT_BEGIN;
  (void)env;
  asserted_at = __LINE__ + 1;
  LWT_ASSERT(env != NULL);
  return LWT_UNIT;
}

static void check_names(lwt_compute_fn f, int line, const char *function) {
  char wanted[100];
  lwt_exn *e = NULL;
  lwt_main_run(lwt_spawn(f, NULL, NULL, 0), &e);
  snprintf(wanted, sizeof wanted, "syntax_backtrace.c:%d (%s)", line, function);
  CHECK_HAS(lwt_exn_backtrace(e), wanted);
  lwt_exn_release(e);
}

TEST(an_await_in_a_block_is_named_with_its_function) {
  run(lwt_spawn(outer, NULL, NULL, 0));
  check_names(outer, awaited_at, "inner");
}
TEST(what_leaves_a_function_is_not_raised_where_that_begins) {
  char begun[100];
  lwt_exn *e = NULL;
  lwt_main_run(lwt_spawn(outer, NULL, NULL, 0), &e);
  snprintf(begun, sizeof begun, "syntax_backtrace.c:%d", begun_at);
  const char *way = lwt_exn_backtrace(e);
  if (!check_true(__FILE__, __LINE__, begun, strstr(way, begun) == NULL))
    fprintf(stderr, "the way is\n%s", way);
  lwt_exn_release(e);
  e = NULL;
  lwt_main_run(lwt_spawn(raising, NULL, NULL, 0), &e);
  CHECK_HAS(lwt_exn_backtrace(e), "raised at ");
  CHECK(strstr(lwt_exn_backtrace(e), "made at ") == NULL);
  lwt_exn_release(e);
}
TEST(a_raise_in_a_block_is_named_with_its_function) {
  run(lwt_spawn(raising, NULL, NULL, 0));
  check_names(raising, raised_at, "raising");
}
TEST(an_assert_is_named_with_its_function) {
  run(lwt_spawn(asserting, NULL, NULL, 0));
  check_names(asserting, asserted_at, "asserting");
}
