/* Manual: "Correspondence table": try, for, while, match, raise and assert.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/syntax.c -o syntax -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_syntax.h>
#include <stdio.h>

static lwt_value number(lwt_value value, void *n)
{
  (void)value;
  return n;
}

/* A number that comes in the next turn. */
static lwt_t *later(int n) { return lwt_map(lwt_pause(), number, LWT_INT(n), NULL); }

static lwt_value program(void *env)
{
  LWT_BEGIN;
  (void)env;
  /* try expr with pattern -> expr */
  LWT_TRY {
    LWT_AWAIT(lwt_fail(lwt_exn_new(LWT_NOT_FOUND, "Not_found")));
    printf("not here\n");
  } LWT_CATCH_IF(e, lwt_exn_kind(e) == LWT_NOT_FOUND) {
    printf("caught %s\n", lwt_exn_message(e));
  } LWT_FINALLY {
    printf("finally\n");
  } LWT_END

  /* for ident = expr to expr do expr done */
  for (int i = 1; i <= 3; i++)
    printf("for %ld\n", (long)LWT_TO_INT(LWT_AWAIT(later(i))));

  /* while expr do expr done */
  int n = 2;
  while (LWT_TO_INT(LWT_AWAIT(later(n))) > 0)
    printf("while %d\n", n--);

  /* match expr with pattern -> expr */
  switch (LWT_TO_INT(LWT_AWAIT(later(1)))) {
  case 0:
    printf("match zero\n");
    break;
  case 1:
    printf("match one\n");
    break;
  }

  /* raise exn, assert expr */
  LWT_TRY {
    LWT_ASSERT(n == 0);
    LWT_RAISE(lwt_exn_new(LWT_FAILURE, "on purpose"));
  } LWT_CATCH(e) {
    printf("raised %s\n", lwt_exn_message(e));
  } LWT_END
  return LWT_UNIT;
}

int main(void)
{
  lwt_main_run(lwt_spawn(program, NULL, NULL, 0), NULL);
  return 0;
}
